//! The engine on the vendored document: what the API would answer, and every documented response on request.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_tiktok_mock::Options;
use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::outcome::Response;
use serde_json::json;
use support::{PATH, body, get, response, vendored, violations};

#[track_caller]
fn check(options: Options, text: &str, status: u16, message: &str) -> Response {
    let response = response(&vendored(options), text);
    assert_eq!((response.status.as_u16(), body(&response)["message"].as_str()), (status, Some(message)), "{text}");
    assert_eq!(response.headers["content-type"], "application/json", "{text}");
    response
}

#[test]
fn without_being_asked_it_answers_what_the_api_would() {
    let plain = Options::default;
    check(plain(), &get(""), 200, "success");
    check(plain(), &get("?period=7&region=US&clip_id=6703723351497508865"), 200, "success");
    check(plain(), &get("?period=120&region=ZZ"), 200, "success");
    check(plain(), &format!("GET {PATH}"), 401, "apiKey is null");
    for malformed in ["Bearer", "Bearer ", "Bearer a b", "Basic c2s6", "sk_live_test", "Bearer k", "Bearer sk_live_"] {
        check(plain(), &format!("GET {PATH}\nAuthorization: {malformed}"), 401, "apiKey is null");
    }
    check(plain(), &format!("GET {PATH}\nAuthorization: bearer sk_live_test"), 200, "success");
    check(plain(), &format!("GET {PATH}\nAuthorization: Bearer <YOUR_API_KEY>"), 200, "success");
    check(plain(), &get("?period=999"), 400, "Invalid value for parameter: period");
    check(plain(), &get("?period="), 400, "Invalid value for parameter: period");
    check(plain(), &get("?period=7&period=30"), 400, "Invalid value for parameter: period");
    check(plain(), &get("?per%69od=999"), 400, "Invalid value for parameter: period");
    check(plain(), &get("?unknown=1"), 200, "success");
}

#[test]
fn what_is_not_documented_is_refused_in_the_apis_envelope() {
    let not_found =
        format!("There is no operation at /v1/tiktok/trending/musik; the nearest documented path is {PATH}");
    check(Options::default(), "GET /v1/tiktok/trending/musik", 404, &not_found);
    let trailing = format!("There is no operation at {PATH}/; the nearest documented path is {PATH}");
    check(Options::default(), &format!("GET {PATH}/"), 404, &trailing);
    let message = format!("POST is not allowed at {PATH}; the documented methods are GET, HEAD, OPTIONS");
    let response = check(Options::default(), &format!("POST {PATH}"), 405, &message);
    assert_eq!(response.headers["allow"], "GET, HEAD, OPTIONS");
    assert_eq!(body(&response), json!({ "code": 405, "data": null, "message": message }));
}

#[test]
fn options_and_head_are_answered_from_the_document() {
    let engine = vendored(Options::default());
    let options = response(&engine, &format!("OPTIONS {PATH}"));
    assert_eq!((options.status.as_u16(), &options.headers["allow"]), (204, &"GET, HEAD, OPTIONS".parse().unwrap()));
    assert_eq!(response(&engine, "OPTIONS *").status, 204);
    let preflight = format!(
        "OPTIONS {PATH}\nOrigin: http://app.example\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Headers: authorization"
    );
    let preflight = response(&engine, &preflight);
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.headers["access-control-allow-origin"], "http://app.example");
    assert_eq!(preflight.headers["access-control-allow-methods"], "GET, HEAD, OPTIONS");
    assert_eq!(preflight.headers["access-control-allow-headers"], "authorization");
    let head = response(&engine, &get("").replace("GET", "HEAD"));
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    let cross = response(&engine, &format!("{}\nOrigin: http://app.example", get("")));
    assert_eq!(cross.headers["access-control-allow-origin"], "http://app.example");
}

#[test]
fn every_documented_response_can_be_asked_for() {
    let engine = vendored(Options::default());
    let operations = engine.operations();
    assert!(!operations.is_empty());
    for operation in &operations {
        assert!(!operation.statuses.is_empty(), "{}", operation.name);
        for status in &operation.statuses {
            let text = format!(
                "{} {}\nAuthorization: Bearer sk_live_test\nPrefer: code={}",
                operation.method, operation.path, status.code
            );
            let response = response(&engine, &text);
            let (media_type, _, value) = &status.examples[0];
            assert_eq!(response.status.as_str(), status.code, "{text}");
            assert_eq!(response.headers["content-type"], media_type.as_str(), "{text}");
            assert_eq!(body(&response), *value, "{text}");
            assert!(!response.headers.contains_key("sl-violations"), "{text}: {:?}", response.headers);
        }
    }
}

/// Made-up responses say that they are successes, for a client takes any other code in them for an error.
#[test]
fn made_up_responses_have_the_code_of_their_status() {
    let engine = vendored(Options::default());
    for (preference, code) in [("dynamic=true", 0), ("dynamic=true, code=429", 429)] {
        let response = response(&engine, &format!("{}\nPrefer: {preference}", get("")));
        assert_eq!(body(&response)["code"], code, "{preference}");
    }
}

#[test]
fn operations_are_listed_with_their_documented_values() {
    let operations = vendored(Options::default()).operations();
    let operation = &operations[0];
    assert_eq!(
        (operation.name.as_str(), operation.path.as_str(), operation.credits),
        ("trending_music_detail", PATH, 2)
    );
    let parameters: Vec<_> =
        operation.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.example.clone())).collect();
    let expected = [("period", "7"), ("region", "US"), ("clip_id", "6703723351497508865")];
    assert_eq!(parameters, expected.map(|(name, value)| (name, Some(json!(value)))));
    let codes: Vec<_> = operation.statuses.iter().map(|status| status.code.as_str()).collect();
    assert_eq!(codes, ["200", "400", "401", "402", "429", "500"]);
}

#[test]
fn unknown_parameters_are_reported_and_refused_only_when_strict() {
    let response = check(Options::default(), &get("?nonsense=1"), 200, "success");
    let expected = json!([{
        "location": ["request", "query", "nonsense"], "severity": "Warning", "code": "unknown",
        "message": "Request query parameter nonsense is not documented",
    }]);
    assert_eq!(violations(&response), expected);
    let strict = Options { validation: Validation::Strict, ..Options::default() };
    check(strict, &get("?nonsense=1"), 400, "Unknown parameter: nonsense");
}

#[test]
fn violations_can_be_reported_only() {
    let lenient = Options { validation: Validation::ReportOnly, ..Options::default() };
    let response = check(lenient, &format!("GET {PATH}?period=999"), 200, "success");
    let violations = violations(&response);
    let codes: Vec<_> = violations.as_array().unwrap().iter().map(|violation| &violation["code"]).collect();
    assert_eq!(codes, [&json!(401), &json!("enum")]);
}
