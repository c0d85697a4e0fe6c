//! No credential is shown anywhere: not by the journal, the page, a problem, a report of violations or an expectation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fmt::Write;

use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::{Engine, Expectation, Options};
use serde_json::json;
use support::{document, get, response, vendored};

/// What stands in the place of a credential.
const REDACTED: &str = "***";

/// A documented operation that takes all kinds of bodies and refuses most of them.
const SHOP: &str = "
openapi: 3.0.3
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 3}}]
    post:
      operationId: order
      security: [{bearer: []}, {query: []}, {}]
      parameters:
        - {name: q, in: query, schema: {type: string, maxLength: 1}}
        - {name: token, in: query, schema: {type: integer}}
        - {name: X-Trace, in: header, schema: {type: integer}}
      requestBody:
        content:
          application/json:
            schema:
              additionalProperties: false
              properties: {note: {type: integer}, password: {type: integer}, page_token: {type: string}}
          '*/*': {}
      responses:
        '200':
          description: d
          content: {application/json: {example: {access_token: from-the-example, key: ak_0123}}}
  /token:revoke: {post: {operationId: revoke, responses: {'200': {description: d}}}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer, description: 'Format: `sk_live_xxxxxxxx`'}
    query: {type: apiKey, in: query, name: sig, description: 'such as `ak_XXXX` or `ak_xxxx`'}
";

/// All that can be seen of what an engine was asked, its responses aside.
fn shown(engine: &Engine) -> String {
    let mut shown = format!("{:?}", engine.journal());
    for path in ["/__mock/", "/__mock/journal", "/__mock/coverage", "/__mock/coverage?format=text", "/__mock/scripts"] {
        let response = response(engine, &format!("GET {path}"));
        _ = write!(shown, "{}", String::from_utf8_lossy(&response.body));
    }
    for entry in engine.journal() {
        _ = write!(shown, "{}", String::from_utf8_lossy(&entry.body));
    }
    for expectation in [Expectation::of("order").status(299), Expectation::of("order").query("q", "other").at_least(9)]
    {
        _ = write!(shown, "{}", engine.verify(&expectation).unwrap_err());
    }
    shown
}

/// Sends a request, and fails where a text is shown of it.
#[track_caller]
fn hidden(secret: &str, text: &str) {
    for validation in [Validation::Enforce, Validation::Strict, Validation::ReportOnly] {
        let engine = Engine::new(document(SHOP), Options { validation, ..Options::default() });
        let response = response(&engine, text);
        let mut all = format!("{response:?}{}{}", String::from_utf8_lossy(&response.body), shown(&engine));
        all.push_str(&urlencoding(&all));
        // Names of headers are in lower case.
        all.make_ascii_lowercase();
        if let Some(found) = all.find(&secret.to_ascii_lowercase()) {
            panic!("{text}\nshows …{}", String::from_utf8_lossy(&all.as_bytes()[found.saturating_sub(200)..]));
        }
    }
}

/// A text with its percent-encoding read.
fn urlencoding(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

const KEY: &str = "sk_live_4f9";

#[test]
fn a_key_may_have_a_name_with_spaces() {
    let spaced = Engine::new(document(&SHOP.replace("name: sig,", "name: my key,")), Options::default());
    for text in [
        "POST /orders/1?my+key=hunter2&q=hunter2",
        "POST /orders/1?my%20key=hunter2&q=hunter2",
        "POST /orders/hunter2\nContent-Type: application/x-www-form-urlencoded\n\na=1&my+key=hunter2",
        "POST /orders/hunter2?q=a+token=hunter2",
    ] {
        let response = response(&spaced, text);
        assert!(!format!("{response:?}{}", shown(&spaced)).contains("hunter2"), "{text}");
        spaced.reset();
    }
}

#[test]
fn text_of_the_documented_form_is_masked_wherever_it_stands() {
    for text in [
        "GET /sk_live_4f9",
        "GET /a/sk%5flive%5F4f9/b",
        "GET /a/%73k%255Flive_4f9",
        "POST /orders/sk_live_4f9",
        "POST /orders/1?q=sk_live_4f9",
        "POST /orders/1?q=%73k_live_4f9&q=2",
        "POST /orders/1?sk_live_4f9=1",
        "POST /orders/1?sk%5Flive_4f9",
        "POST /orders/1?__code=sk_live_4f9",
        "PATCH /orders/sk_live_4f9",
        "sk_live_4f9 /orders/1",
        "POST /orders/1\nX-Trace: sk_live_4f9",
        "POST /orders/1\nsk_live_4f9: 1",
        "POST /orders/1\nUser-Agent: tests (sk_live_4f9)",
        "POST /orders/1\nAccept: text/sk_live_4f9",
        "POST /orders/1\nPrefer: code=sk_live_4f9",
        "POST /orders/1\nReferer: http://x/sk_live_4f9",
        "POST /orders/1\nCookie: a=sk_live_4f9",
        "POST /orders/1\nContent-Type: application/json\n\n{\"note\": \"sk_live_4f9\"}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"sk_live_4f9\": 1}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"note\": \"sk\\u005flive_4f9\", \"note\": \"b\"}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"note\": \"sk_live_4f9",
        "POST /orders/1\nContent-Type: text/plain\n\nmy key is sk_live_4f9.",
        "POST /orders/1\nContent-Type: application/x-www-form-urlencoded\n\nnote=sk%5Flive%5F4f9",
    ] {
        hidden(KEY, text);
    }
    hidden("ak_77", "POST /orders/1?q=ak_77");
    hidden("77/x+y==", "POST /orders/1?q=ak_77%2Fx%2By%3D%3D");
}

#[test]
fn the_values_of_credentials_names_are_masked() {
    for text in [
        "POST /orders/1?api_key=hunter2",
        "POST /orders/1?API-KEY=hunter2&q=1",
        "POST /orders/1?a%70i_key=hunter2%26hunter2",
        "POST /orders/1?token=hunter2",
        "POST /orders/1?user[password]=hunter2",
        "POST /orders/1?filter=%7B%22token%22:%22hunter2%22%7D",
        "POST /orders/1?next=http%3A%2F%2Fx%2F%3Faccess_token%3Dhunter2",
        "POST /orders/1?sig=hunter2",
        "POST /orders/1?a=1;token=hunter2",
        "GET /nowhere?secret=hunter2",
        "POST /orders/1\nX-Api-Key: hunter2",
        "POST /orders/1\nApiKey: hunter2",
        "POST /orders/1\nProxy-Authorization: hunter2",
        "POST /orders/1\nsig: hunter2",
        "POST /orders/1\nCookie: session=hunter2; theme=dark",
        "POST /orders/1\nX-Forwarded-Authorization: Bearer hunter2",
        "POST /orders/1\nReferer: http://u:hunter2@x/",
        "POST /orders/1\nReferer: http://x/?sig=hunter2",
        "POST /orders/1\nContent-Type: application/json\n\n{\"password\": \"hunter2\"}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"a\": [{\"clientSecret\": {\"b\": [\"hunter2\"]}}]}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"x-api-key\": \"hunter2\", \"API_KEY\": \"hunter2\"}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"pass\\u0077ord\": \"hunter2\"}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"note\": \"{\\\"token\\\": \\\"hunter2\\\"}\"}",
        "POST /orders/1\nContent-Type: application/json\n\n{\"a\": {\"secret\": {\"b\": \"hunter2",
        "POST /orders/1\nContent-Type: application/json\n\n{\"password\": \"hunter2\", \"password\": \"b\"",
        "POST /orders/1\nContent-Type: application/x-www-form-urlencoded\n\nq=1&client_secret=hunter2&a=b",
        "POST /orders/1\nContent-Type: text/plain\n\nuser: me\npassword: hunter2 or so\n",
        "POST /orders/1\nContent-Type: text/plain\n\nTOKEN='hunter2' ./run",
        "POST /orders/1\nContent-Type: application/xml\n\n<a><c:password x=\"1\">hunter2</c:password></a>",
        "POST /orders/1\nContent-Encoding: gzip\n\nhunter2",
    ] {
        hidden("hunter2", text);
    }
}

#[test]
fn parts_of_multipart_bodies_are_masked_by_their_name() {
    let body = |end: &str| {
        format!(
            "POST /orders/1\nContent-Type: multipart/form-data; boundary=b\n\n--b\r\nContent-Disposition: form-data; \
             name=\"api_key\"\r\nContent-Type: text/plain\r\n\r\nhunter2\r\n--hunter2{end}"
        )
    };
    let other = "\r\n--b\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\nother\r\n--b--\r\n";
    hidden("hunter2", &body(other));
    hidden("hunter2", &body(""));
    let engine = Engine::new(document(SHOP), Options::default());
    response(&engine, &body(other));
    let stored = String::from_utf8(engine.journal()[0].body.to_vec()).unwrap();
    assert!(stored.ends_with(&format!("\r\n\r\n{REDACTED}{other}")), "{stored}");
}

#[test]
fn what_is_presented_as_a_credential_is_masked_elsewhere_too() {
    for authorization in [
        "Bearer hunter2",
        "bearer   hunter2",
        "Token hunter2",
        "Token token=\"hunter2-long\", x=1",
        "hunter2",
        // `me:hunter2` and `hunter2:`
        "Basic bWU6aHVudGVyMg==",
        "Basic aHVudGVyMjo=",
    ] {
        let secret = if authorization.contains("-long") { "hunter2-long" } else { "hunter2" };
        let text = format!(
            "POST /orders/{secret}?q={secret}&{secret}=1&u=hunter%32{rest}\nAuthorization: {authorization}\nX-Trace: a/{secret}\n\
             {secret}: 1\nContent-Type: application/json\n\n{{\"{secret}\": 1, \"note\": \"my {secret}.\"}}",
            rest = &secret[7..],
        );
        hidden(secret, &text);
    }
    hidden("bWU6aHVudGVyMg", "POST /orders/1?q=bWU6aHVudGVyMg==\nAuthorization: Basic bWU6aHVudGVyMg==");
    hidden("xyz", "POST /orders/xyz?q=xyz\nAuthorization: Token xyz");
    hidden("hunter 2", "POST /orders/1?q=hunter+2\nX-Api-Key: hunter 2");
    hidden("4711", "POST /orders/4711\nContent-Type: application/json\n\n{\"token\": 4711, \"note\": \"4711\"}");
    hidden("hunter2", "POST /orders/hunter2\nContent-Type: application/json\n\n{\"api_key\": \"hunter2\"");
    hidden("hunter2", "POST /orders/hunter2?api_key=hunter2");
    hidden("hunter2", "POST /orders/hunter2\nCookie: token=hunter2");
    hidden("hunter2", "POST /orders/hunter2\nCookie: token=\"hunter2\"");
    hidden("hunter2", "POST /orders/hunter2\nX-Token: \"hunter2\"");
    let long = format!("{{\"note\": \"{}\", \"password\": \"hunter2\"}}", "x".repeat(64 * 1024));
    hidden("hunter2", &format!("POST /orders/1?q=hunter2\nX-Trace: hunter2\nContent-Type: application/json\n\n{long}"));
    let long = format!("{}hunter2", "x".repeat(64 * 1024 - 3));
    hidden("hunt", &format!("POST /orders/1?token=hunter2\nContent-Type: text/plain\n\n{long}"));
}

#[test]
fn the_servers_own_keys_are_masked_wherever_they_stand() {
    let engine = Engine::new(document(SHOP), Options { api_keys: vec!["hunter2".to_owned()], ..Options::default() });
    let response = response(&engine, "GET /a/hunter2");
    assert!(!format!("{response:?}{}", shown(&engine)).contains("hunter2"));
}

#[test]
fn everything_else_is_shown_as_it_is() {
    let engine = Engine::new(document(SHOP), Options::default());
    let body = "{\"page_token\": \"abc\", \"note\": 1e2,  \"cursor\": \"tokens: none\"}";
    response(
        &engine,
        &format!(
            "POST /orders/1?page_token=abc&cursor=x&q=a%20b\nUser-Agent: tests/1\nX-Trace: a token\nReferer: http://x/y\n\
             Authorization: Bearer sk_live_1\nContent-Type: application/json\n\n{body}"
        ),
    );
    response(&engine, "POST /token:revoke");
    let [entry, revoke] = engine.journal().try_into().unwrap();
    assert_eq!(entry.path, "/orders/1");
    assert_eq!(
        [entry.query("page_token"), entry.query("cursor"), entry.query("q")],
        [Some("abc"), Some("x"), Some("a b")]
    );
    assert_eq!(
        [entry.header("user-agent"), entry.header("x-trace"), entry.header("referer"), entry.header("authorization")],
        [Some("tests/1"), Some("a token"), Some("http://x/y"), Some(REDACTED)]
    );
    assert_eq!(entry.body, body);
    assert_eq!((revoke.path.as_str(), revoke.operation.as_deref()), ("/token:revoke", Some("revoke")));
}

#[test]
fn masked_json_stays_json() {
    let engine = Engine::new(document(SHOP), Options::default());
    let body =
        json!({ "token": 1, "a": [{ "secret": [1, { "b": null }] }], "note": 7, "password": null, "x": "sk_live_1" });
    response(&engine, &format!("POST /orders/1\nContent-Type: application/json\n\n{body}"));
    let expected = json!({ "token": "***", "a": [{ "secret": "***" }], "note": 7, "password": "***", "x": "***" });
    assert_eq!(engine.journal()[0].json(), Some(expected));
}

#[test]
fn messages_say_what_is_wrong_without_the_key() {
    let engine = vendored(Options::default());
    let message = |text: &str| support::body(&response(&engine, text))["message"].clone();
    assert_eq!(
        message("GET /v1/sk_live_4f9/detail"),
        json!(format!("There is no operation at /v1/***; the nearest documented path is {}", support::PATH))
    );
    let response = response(&engine, &get("?period=sk_live_4f9"));
    assert_eq!(support::violations(&response)[0]["value"], json!(REDACTED));
    assert_eq!(engine.journal()[1].violations[0].value, Some(json!(REDACTED)));
}

#[test]
fn responses_go_out_as_they_are_and_are_shown_masked() {
    let engine = Engine::new(document(SHOP), Options::default());
    engine
        .script("order", ["answer".parse().unwrap(), script("envelope:401:sk_live_1 is wrong[x-api-key: hunter2]")])
        .unwrap();
    let scripts = String::from_utf8(response(&engine, "GET /__mock/scripts").body.to_vec()).unwrap();
    assert!(scripts.contains("envelope:401:*** is wrong[x-api-key: ***]"), "{scripts}");
    let documented = response(&engine, "POST /orders/1?access_token=from-the-example");
    assert_eq!(documented.body, r#"{"access_token":"from-the-example","key":"ak_0123"}"#);
    let scripted = response(&engine, "POST /orders/1");
    assert_eq!(scripted.headers["x-api-key"], "hunter2");
    assert_eq!(support::body(&scripted)["message"], "sk_live_1 is wrong");
    let page = String::from_utf8(response(&engine, "GET /__mock/").body.to_vec()).unwrap();
    assert!(page.contains("{&quot;access_token&quot;:&quot;***&quot;,&quot;key&quot;:&quot;***&quot;}"), "{page}");
}

fn script(text: &str) -> keyapi_tiktok_mock::Step {
    text.parse().unwrap()
}

#[test]
fn the_admin_interface_does_not_repeat_what_it_is_told() {
    let engine = Engine::new(document(SHOP), Options::default());
    for text in [
        "POST /__mock/scripts\n\n{\"steps\": [\"sk_live_4f9\"]}",
        "POST /__mock/scripts\n\n{\"operation\": \"sk_live_4f9\", \"steps\": []}",
        "POST /__mock/scripts\n\n{\"sk_live_4f9\": 1}",
        "sk_live_4f9 /__mock/health",
    ] {
        let response = response(&engine, text);
        assert!(response.status.is_client_error(), "{text}");
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        assert!(!body.contains(KEY), "{body}");
    }
}

#[test]
fn an_expectation_on_what_is_masked_fails_and_says_why() {
    let engine = Engine::new(document(SHOP), Options::default());
    response(
        &engine,
        "POST /orders/1?q=b&api_key=hunter2\nAuthorization: Bearer sk_live_4f9\nContent-Type: application/json\n\n{\"password\":1}",
    );
    let of = || Expectation::of("order");
    for (expectation, masked) in [
        (of().header("authorization", "Bearer sk_live_4f9"), "header authorization"),
        (of().header("Authorization", REDACTED), "header Authorization"),
        (of().header("x-api-key", "hunter2").never(), "header x-api-key"),
        (of().header("referer", "http://x/?a=hunter2"), "header referer"),
        (of().query("api_key", "hunter2").query("q", "b"), "query parameter api_key"),
        (of().query("sig", ""), "query parameter sig"),
        (of().query("q", KEY).query("token", "hunter2"), "query parameter q, query parameter token"),
        (of().json(json!({ "password": "hunter2" })), "body"),
        (of().json(json!({ "password": REDACTED, "a": KEY })), "body"),
    ] {
        let unmet = engine.verify(&expectation).unwrap_err().to_string();
        let reason = format!("but that cannot be told of {masked}: the journal masks credentials");
        assert!(unmet.contains(&reason), "{unmet}");
        assert!(!unmet.contains(KEY) && !unmet.contains("hunter2"), "{unmet}");
    }
    engine.assert(&of().query("q", "b"));
}

#[test]
fn an_unmet_expectation_does_not_show_what_the_request_presented() {
    let engine = Engine::new(document(SHOP), Options::default());
    response(
        &engine,
        "POST /orders/1?q=hunter2\nAuthorization: Bearer hunter2\nX-Trace: hunter2\nContent-Type: application/json\n\n{\"note\":[\"hunter2\", 1]}",
    );
    for expectation in [
        Expectation::of("order").query("q", "hunter2"),
        Expectation::of("order").header("x-trace", "hunter2"),
        Expectation::of("order").json(json!({ "note": ["hunter2", 1] })),
    ] {
        let unmet = engine.verify(&expectation).unwrap_err().to_string();
        assert!(unmet.contains(REDACTED) && !unmet.contains("hunter2"), "{unmet}");
    }
}
