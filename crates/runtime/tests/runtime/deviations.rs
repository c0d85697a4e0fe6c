//! Bodies that are not as they should be, and say all the same what was paid for.

use keyapi_runtime::{DeviationKind, ErrorKind, Method, Response, RetryPolicy};

use crate::example::Track;
use crate::support::{Server, json};

/// The response of the typed call, after a look at that of the call by path.
async fn call(body: &str) -> Response<Track> {
    let server = Server::start([json(200, body)]).await;
    let client = server.client().build().unwrap();
    client.request(Method::GET, "/v1/x").send().await.unwrap();
    let response = client.track_detail().send().await.unwrap();
    assert_eq!(response.body(), body.as_bytes(), "the body stays as it came");
    assert_eq!(client.credits_spent(), 2);
    response
}

fn deviations<T>(response: &Response<T>) -> Vec<(DeviationKind, &str)> {
    response.deviations().iter().map(|deviation| (deviation.kind(), deviation.path())).collect()
}

fn sound(inside: &str) -> String {
    format!(r#"{{"code":0,"message":"","data":{{"sound":{{{inside}}}}},"requestId":"r-1"}}"#)
}

#[tokio::test]
async fn a_byte_order_mark_is_left_out() {
    let response = call(&format!("\u{feff}{}", sound(r#""title":"a""#))).await;
    assert_eq!(deviations(&response), [(DeviationKind::ByteOrderMark, "$")]);
    assert_eq!(response.request_id(), Some("r-1"));
    let server =
        Server::start([json(400, "\u{feff}{\"code\":400,\"message\":\"no handle\",\"requestId\":\"r-2\"}")]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.attempts()), (ErrorKind::BadRequest, Some(400), 1));
    assert_eq!((error.message(), error.request_id()), (Some("no handle"), Some("r-2")));
}

#[tokio::test]
async fn of_a_repeated_property_the_last_one_counts() {
    let response = call(&sound(r#""title":"a","title":"b""#)).await;
    assert_eq!(deviations(&response), [(DeviationKind::RepeatedProperty, "$.data.sound.title")]);
    assert_eq!(response.into_data().unwrap().sound.unwrap().title.as_deref(), Some("b"));
    let response = call(r#"{"code":402,"code":0,"message":"a","message":"b","data":{}}"#).await;
    assert_eq!(deviations(&response).len(), 2);
    let server = Server::start([json(404, r#"{"code":1,"code":404,"message":"a","message":"b"}"#)]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some(404), Some("b")));
}

#[tokio::test]
async fn half_of_a_surrogate_pair_is_replaced() {
    for (written, expected) in [
        (r"a \ud83d", "a \u{fffd}"),
        (r"\uDE00 b", "\u{fffd} b"),
        (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
        (r"\ud83d\ude00 \ud83d", "\u{1f600} \u{fffd}"),
        (r"\\ud83d \ud83d", "\\ud83d \u{fffd}"),
        (r"\ufffd \ud83dx", "\u{fffd} \u{fffd}x"),
    ] {
        let response = call(&sound(&format!(r#""author":"\ufffd","title":"{written}""#))).await;
        assert_eq!(deviations(&response), [(DeviationKind::LoneSurrogate, "$.data.sound.title")], "{written}");
        assert_eq!(response.into_data().unwrap().sound.unwrap().title.as_deref(), Some(expected));
    }
    for (written, expected) in
        [(r"no shop \ud83d", "no shop \u{fffd}"), (r"\ud83d", "\u{fffd}"), (r"\ude00!", "\u{fffd}!")]
    {
        let server = Server::start([json(404, &format!(r#"{{"code":404,"message":"{written}"}}"#))]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!((error.code(), error.message()), (Some(404), Some(expected)));
    }
}

#[tokio::test]
async fn an_element_null_is_left_out_where_the_type_has_none() {
    let response = call(&sound(r#""trend":[null,{"value":1},null,{"value":2}],"duration":null"#)).await;
    let expected = ["$.data.sound.trend[0]", "$.data.sound.trend[2]"].map(|path| (DeviationKind::NullElement, path));
    assert_eq!(deviations(&response), expected);
    assert_eq!(response.into_data().unwrap().sound.unwrap().trend.unwrap().len(), 2);
}

#[tokio::test]
async fn an_integer_may_have_a_fraction_of_nothing() {
    for (written, expected) in
        [("1.0", 1), ("3e2", 300), ("-0.0", 0), ("-2.50e1", -25), ("4611686018427387904.0", 1 << 62)]
    {
        let response = call(&sound(&format!(r#""duration":{written}"#))).await;
        assert_eq!(deviations(&response), [(DeviationKind::IntegerWithFraction, "$.data.sound.duration")], "{written}");
        assert_eq!(response.into_data().unwrap().sound.unwrap().duration, Some(expected));
    }
    let response = call(r#"{"code":0.0,"message":"","data":{"sound":{"duration":7.0,"trend":[{"value":1.0}]}}}"#).await;
    assert_eq!(response.deviations().len(), 2, "a number is one however it is written");
    for (written, found) in [("1.5", "number"), ("1e300", "an integer beyond 64 bits"), ("\"1.0\"", "string")] {
        let server = Server::start([json(200, &sound(&format!(r#""duration":{written}"#)))]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        let expected = format!("expected integer at $.data.sound.duration, found {found}");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[tokio::test]
async fn a_body_as_it_should_be_has_no_deviation() {
    assert_eq!(call(&sound(r#""title":"\ud83d\ude00","trend":[{"value":null}]"#)).await.deviations(), []);
}

#[tokio::test]
async fn a_place_is_certain_whatever_properties_are_called() {
    let response = call(&sound(r#""a.b":{"it's":[{"x":1,"x":2}]},"a":{"b":"\ud83d"}"#)).await;
    let mut found = deviations(&response);
    found.sort_by_key(|(_, path)| path.len());
    let expected = [
        (DeviationKind::LoneSurrogate, "$.data.sound.a.b"),
        (DeviationKind::RepeatedProperty, r"$.data.sound['a.b']['it\'s'][0].x"),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_is_no_such_deviation_is_named_where_it_came_whatever_is_repaired_before() {
    for inside in [r#""trend":[{"value":1},{"value":"x"}]"#, r#""trend":[null,{"value":"x"}]"#] {
        for mark in ["", "\u{feff}"] {
            let server = Server::start([json(200, &format!("{mark}{}", sound(inside)))]).await;
            let client = server.client().build().unwrap();
            let error = client.track_detail().send().await.unwrap_err();
            let place = error.decode_error().unwrap();
            assert_eq!((place.path(), place.found()), ("$.data.sound.trend[1].value", "string"), "{mark}{inside}");
            if !mark.is_empty() || inside.contains("null") {
                assert_eq!(place.excerpt(), r#""x""#, "of a repaired body, only the value is shown");
            }
            assert_eq!(client.credits_spent(), 0, "an undecodable body counts as nothing");
        }
    }
}

#[tokio::test]
async fn a_limit_that_is_told_with_success_is_waited_for() {
    let limited = json(200, r#"{"code":429,"message":"slow down"}"#);
    let server = Server::start([limited.clone(), json(200, &sound("")), limited]).await;
    let policy = RetryPolicy::default().max_attempts(2);
    let client = server.client().retry(policy).retry_budget(2).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap().attempts(), 2);
    assert_eq!(client.credits_spent(), 2);
    for (attempts, limit) in [(2, false), (1, true), (1, true)] {
        let error = client.track_detail().send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, attempts), "it earns no budget");
        assert_eq!(error.retry_limit().is_some(), limit);
    }
    assert_eq!(client.credits_spent(), 2);
}

#[tokio::test]
async fn any_other_code_with_success_ends_the_call_and_costs_nothing() {
    for code in [400, 402, 408, 500, 503, 40001] {
        let server = Server::start([json(200, &format!(r#"{{"code":{code},"message":"no"}}"#))]).await;
        let client = server.client().build().unwrap();
        for error in [
            client.track_detail().send().await.unwrap_err(),
            client.request(Method::GET, "/v1/x").credits(1).send().await.unwrap_err(),
        ] {
            assert_eq!((error.attempts(), error.code()), (1, Some(code)));
        }
        assert_eq!(client.credits_spent(), 0);
    }
}

#[tokio::test]
async fn a_code_that_is_a_string_is_read_as_one_by_all_who_ask() {
    let response = call(r#"{"code":"0","message":"","data":{"sound":{"title":"0"}}}"#).await;
    assert_eq!(deviations(&response), [(DeviationKind::CodeAsString, "$.code")]);
    assert_eq!(response.value().code, 0);
    let server = Server::start([json(404, r#"{"code":"404","message":"no such track"}"#)]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!(error.code(), Some(404));
    assert_eq!(error.details::<Track>().unwrap().unwrap().code, 404);
    // What is no integer in a string is no code, and no other property is read so.
    for body in [r#"{"code":"none"}"#, r#"{"code":"0.0"}"#, r#"{"code":0,"data":{"sound":{"duration":"0"}}}"#] {
        let server = Server::start([json(200, body)]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Decode, body.contains(":0").then_some(0)), "{body}");
    }
}

#[tokio::test]
async fn a_code_says_what_the_same_status_would() {
    for (code, kind) in [
        ("503", ErrorKind::Server),
        ("401", ErrorKind::Unauthorized),
        ("429.0", ErrorKind::RateLimited),
        ("4.02e2", ErrorKind::QuotaExhausted),
        ("\"402\"", ErrorKind::QuotaExhausted),
        ("-1", ErrorKind::Rejected),
        ("70000", ErrorKind::Rejected),
    ] {
        let server = Server::start([json(200, &format!(r#"{{"code":{code},"message":"no"}}"#))]).await;
        let client = server.client().retry(RetryPolicy::never()).build().unwrap();
        assert_eq!(client.track_detail().send().await.unwrap_err().kind(), kind, "{code}");
        assert_eq!(client.request(Method::GET, "/v1/x").send().await.unwrap_err().kind(), kind, "{code}");
    }
}
