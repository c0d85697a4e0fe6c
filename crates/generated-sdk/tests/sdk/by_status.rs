//! Responses whose types the status chooses.

use keyapi_generated_sdk::types::{ApiError, CalibrateStationSuccess as Success};
use keyapi_generated_sdk::{CallOptions, Client, Error, ErrorKind, Response, blocking, types};
use keyapi_mock::MockServer;

use crate::{client, server};

/// The response to a call that is answered with a status and a body.
async fn answered(status: u16, body: &str) -> Result<Response<Success>, Error> {
    let server = answering(status, body);
    client(&server).build().unwrap().calibrate_station().id("04030").send().await
}

fn answering(status: u16, body: &str) -> MockServer {
    let (server, body) = (server(), body.to_owned());
    server.overrides(|httpmock| {
        httpmock.mock(|_, then| {
            then.status(status).header("content-type", "application/json").body(body);
        });
    });
    server
}

#[tokio::test]
async fn the_status_chooses_the_type() {
    let server = server();
    let client = client(&server).build().unwrap();
    server.script("calibrateStation", [200, 202, 204]).unwrap();
    let call = || client.calibrate_station().id("04030").send();
    let Success::Status200(done) = call().await.unwrap().into_value() else { panic!("200 is told by its status") };
    assert_eq!(done.result.unwrap().offset, Some(-0.25));
    let queued = call().await.unwrap();
    assert_eq!(queued.status(), 202);
    let Success::Status202(queued) = queued.value() else { panic!("202 is told by its status") };
    assert_eq!((queued.job.as_str(), queued.waiting.as_deref()), ("c7", Some(&["04018".to_owned()][..])));
    let nothing = call().await.unwrap();
    assert!(matches!(nothing.value(), Success::Status204));
    assert_eq!(nothing.into_json().unwrap().into_value(), serde_json::Value::Null);
}

#[tokio::test]
async fn a_status_that_the_document_does_not_have_keeps_its_json() {
    let Success::Unknown(value) = answered(206, r#"{"job":"c7"}"#).await.unwrap().into_value() else {
        panic!("206 is not documented");
    };
    assert_eq!(value, serde_json::json!({"job": "c7"}));
    assert!(matches!(answered(205, "").await.unwrap().value(), Success::Unknown(serde_json::Value::Null)));
}

#[tokio::test]
async fn a_body_that_is_not_that_of_its_status_says_where() {
    let error = answered(202, r#"{"job":"c7","waiting":[1]}"#).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "calibrateStation: undecodable body: expected string at $.waiting[0], found integer in `{\"job\":\"c7\",\"waiting\":[1]}` (HTTP 202)"
    );
}

/// What is sloppy in the body of a status is repaired in its type, and what is new is kept.
#[tokio::test]
async fn a_body_is_repaired_for_the_type_of_its_status() {
    let response = answered(202, "\u{feff}{\"job\":\"c7\",\"waiting\":[null,\"a\"],\"new\":1}").await.unwrap();
    let deviations: Vec<String> = response.deviations().iter().map(ToString::to_string).collect();
    assert_eq!(deviations, ["a byte order mark at $", "an element null at $.waiting[0]"]);
    let Success::Status202(queued) = response.value() else { panic!("202 is told by its status") };
    assert_eq!(queued.waiting.as_deref(), Some(&["a".to_owned()][..]));
    assert_eq!(queued.extra["new"], 1);
}

/// A refusal with the status of a success is seen whatever that has.
#[tokio::test]
async fn the_code_of_an_envelope_is_looked_at() {
    for status in [200, 202, 206] {
        let error = answered(status, r#"{"status":402,"reason":"empty"}"#).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::QuotaExhausted, Some("empty")), "{status}");
    }
}

#[tokio::test]
async fn the_details_of_an_error_are_of_a_type() {
    for (code, kind) in [(999, ErrorKind::Rejected), (402, ErrorKind::QuotaExhausted), (403, ErrorKind::Forbidden)] {
        let refused = answered(202, &format!(r#"{{"status":{code},"reason":"no"}}"#)).await.unwrap_err();
        assert_eq!(refused.kind(), kind);
        assert_eq!(refused.details::<ApiError>().unwrap().unwrap().reason.as_deref(), Some("no"), "{kind:?}");
    }
    let repaired = answered(404, "\u{feff}{\"status\":4,\"reason\":\"no\"}").await.unwrap_err();
    assert_eq!(repaired.details::<ApiError>().unwrap().unwrap().reason.as_deref(), Some("no"));
    // What came is a success, of which the document says something else.
    let broken = answered(202, "{}").await.unwrap_err();
    assert!(broken.is_decode() && broken.details::<serde_json::Value>().unwrap().is_none());
    // A type of which the status chooses is one of its own.
    let other = answered(404, r#"{"job":"c7"}"#).await.unwrap_err();
    assert!(matches!(other.details().unwrap(), Some(Success::Unknown(value)) if value["job"] == "c7"));
    let error = answered(404, r#"{"status":4,"reason":"no such station"}"#).await.unwrap_err();
    let details: ApiError = error.details().unwrap().unwrap();
    assert_eq!(details.reason.as_deref(), Some("no such station"));
    assert_eq!(error.details::<Vec<i64>>().unwrap_err().found(), "object");
    let unsent = keyapi_generated_sdk::Client::builder().api_key("").build().unwrap_err();
    assert!(unsent.details::<ApiError>().unwrap().is_none());
}

/// The document says that 429 has no body.
#[tokio::test]
async fn an_error_that_is_documented_without_json_has_no_details() {
    let never = CallOptions::new().retry(keyapi_generated_sdk::RetryPolicy::never());
    for (status, has_details) in [(429, false), (503, true)] {
        let server = answering(status, r#"{"status":4,"reason":"no"}"#);
        let client = client(&server).build().unwrap();
        let error = client.export_readings().options(never.clone()).send().await.unwrap_err();
        assert_eq!(error.details::<ApiError>().unwrap().is_some(), has_details, "{status}");
        assert_eq!(error.message(), Some("no"));
    }
}

#[tokio::test]
async fn a_call_by_name_gives_the_json_of_any_status() {
    let server = server();
    let client = client(&server).build().unwrap();
    server.script("calibrateStation", [202, 204]).unwrap();
    let call = || {
        keyapi_generated_sdk::dispatch::call(&client, "calibrateStation", &[("id", "04030")], None, CallOptions::new())
    };
    let queued = call().await.unwrap().into_value();
    assert_eq!(queued, serde_json::json!({"job": "c7", "waiting": ["04018"]}));
    assert!(call().await.unwrap().value().is_null());
}

/// Of a document with hundreds of operations, all of them together would not fit.
#[test]
fn a_call_by_name_has_room_for_one_operation_on_its_stack() {
    let call = || {
        let client = Client::builder().api_key("sk_live_test").build().unwrap();
        let parameters = &[("id", "04030")];
        drop(keyapi_generated_sdk::dispatch::call(&client, "calibrateStation", parameters, None, CallOptions::new()));
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(call).unwrap().join().unwrap();
}

#[test]
fn a_call_that_is_waited_for_gives_the_same() {
    let server = answering(202, r#"{"job":"c8"}"#);
    let client = blocking::Client::new(client(&server).build().unwrap()).unwrap();
    let response = client.calibrate_station().id("04030").send().unwrap();
    assert!(matches!(response.into_value(), Success::Status202(queued) if queued.job == "c8"));
}

/// Whoever tests without a server makes what a call gives.
#[test]
fn a_variant_is_made_of_its_type() {
    let success = Success::Status202(serde_json::from_str(r#"{"job":"c9"}"#).unwrap());
    assert_eq!(serde_json::to_value(&success).unwrap(), serde_json::json!({"job": "c9"}));
}

/// What the guide shows.
#[tokio::test]
async fn the_guide_is_right() -> Result<(), Box<dyn std::error::Error>> {
    let server = server();
    let client = client(&server).build()?;
    server.script("calibrateStation", [200, 202, 204, 404])?;
    for _ in 0..3 {
        match client.calibrate_station().id("04030").send().await?.into_value() {
            types::CalibrateStationSuccess::Status200(done) => println!("{:?}", done.result),
            types::CalibrateStationSuccess::Status202(queued) => println!("{} comes later", queued.job),
            other => println!("{other:?}"),
        }
    }
    let error = client.calibrate_station().id("04030").send().await.unwrap_err();
    let details: Option<types::ApiError> = error.details()?;
    assert_eq!(details.as_ref().and_then(|details| details.reason.as_deref()), error.message());
    Ok(())
}
