//! What generated clients make of responses.

use crate::server::answer;
use cases::case_30d_replies::client::{Client, Error, types};
use keyapi_generated_cases as cases;

/// The outcome of a call that is answered with a status and a body.
macro_rules! outcome {
    ($call:ident, $status:expr, $body:expr) => {{
        let (url, server) = answer($status, "application/json", $body);
        let outcome = Client::new(&url).$call().await;
        server.join().unwrap();
        outcome
    }};
}

#[tokio::test]
async fn a_success_may_have_no_body_where_another_has_one() {
    let some = outcome!(some_or_none, 200, r#"{"a":"x"}"#).unwrap().into_inner();
    assert_eq!(some.unwrap().a.as_deref(), Some("x"));
    let none = outcome!(some_or_none, 204, "").unwrap();
    assert_eq!((none.status().as_u16(), none.into_inner().is_none()), (204, true));
    let list = outcome!(list_or_none, 200, r#"["x"]"#).unwrap().into_inner();
    assert_eq!(list, Some(vec!["x".to_owned()]));
    assert_eq!(outcome!(list_or_none, 202, "").unwrap().into_inner(), None);
    assert!(outcome!(any_or_none, 202, "").unwrap().into_inner().is_null());
    assert_eq!(outcome!(any_or_none, 200, "7").unwrap().into_inner(), 7);
}

#[tokio::test]
async fn documented_errors_are_typed() {
    for status in [400, 418, 500, 599] {
        let Err(Error::ErrorResponse(error)) = outcome!(some_or_none, status, r#"{"code":7,"new":null}"#) else {
            panic!("{status} is not typed");
        };
        assert_eq!((error.status().as_u16(), error.code), (status, Some(7)));
    }
    for status in [420, 529] {
        let Err(Error::ErrorResponse(error)) = outcome!(odd_status, status, r#"{"code":7}"#) else {
            panic!("{status} is not typed");
        };
        let (types::OddStatusFailure::Status420(error) | types::OddStatusFailure::Status529(error)) =
            error.into_inner()
        else {
            panic!("{status} is of its status");
        };
        assert_eq!(error.code, Some(7));
    }
    let Err(Error::ErrorResponse(error)) = outcome!(odd_status, 599, r#"{"why":{"a":"x"}}"#) else {
        panic!("599 is not typed");
    };
    let types::OddStatusFailure::Status599(error) = error.into_inner() else { panic!("599 is of its status") };
    assert_eq!(error.why.unwrap().a.as_deref(), Some("x"));
}

#[tokio::test]
async fn errors_of_another_kind_keep_their_response() {
    let Err(Error::UnexpectedResponse(response)) = outcome!(some_or_none, 404, "") else { panic!("404 is typed") };
    assert_eq!(response.status().as_u16(), 404);
    let Err(Error::UnexpectedResponse(response)) = outcome!(list_or_none, 429, "slow down") else {
        panic!("429 is typed")
    };
    assert_eq!(response.text().await.unwrap(), "slow down");
    let Err(Error::UnexpectedResponse(response)) = outcome!(list_or_none, 503, "") else { panic!("503 is typed") };
    assert_eq!(response.status().as_u16(), 503);
    let Err(Error::ErrorResponse(error)) = outcome!(list_or_none, 404, r#"{"code":1}"#) else {
        panic!("404 is not typed")
    };
    assert_eq!(error.code, Some(1));
    let Err(Error::UnexpectedResponse(_)) = outcome!(some_or_none, 304, "") else { panic!("304 is something") };
}

#[tokio::test]
async fn default_is_for_what_is_not_documented() {
    assert_eq!(outcome!(default_only, 201, r#"{"a":"x"}"#).unwrap().a.as_deref(), Some("x"));
    let Err(Error::ErrorResponse(error)) = outcome!(default_only, 500, r#"{"a":"x"}"#) else {
        panic!("500 is not typed")
    };
    assert_eq!(error.a.as_deref(), Some("x"));
    let success: types::A = outcome!(errors_only, 200, r#"{"a":"x"}"#).unwrap().into_inner();
    assert_eq!(success.a.as_deref(), Some("x"));
}

#[tokio::test]
async fn json_beside_something_else_is_bytes() {
    let (url, server) = answer(203, "text/csv", "a,b");
    let bytes = Client::new(&url).json_or_text().await.unwrap();
    assert_eq!(bytes.status().as_u16(), 203);
    server.join().unwrap();
}

#[tokio::test]
async fn vendor_json_is_json() {
    let (url, server) = answer(200, "application/vnd.api+json", "\"x\"");
    let text = cases::case_16h_vendor_json_response::client::Client::new(&url).get_a().await.unwrap();
    assert_eq!(text.as_str(), "x");
    server.join().unwrap();
    let (url, server) = answer(200, "application/json; charset=utf-8", "\"x\"");
    let text = cases::case_16e_json_charset_response::client::Client::new(&url).get_a().await.unwrap();
    assert_eq!(text.as_str(), "x");
    server.join().unwrap();
}
