//! Envelopes that hold themselves.

use keyapi_generated_sdk::recursions::Client;

use crate::wire::answer;

#[tokio::test]
async fn the_data_of_an_envelope_may_be_one() {
    let client = |url: &str| Client::builder().api_key("sk_live_test").base_url(url).build().unwrap();
    let body = r#"{"code": 0, "data": {"code": 7, "data": {"code": 8}}}"#;
    let (url, _server) = answer(200, "application/json", body);
    let response = client(&url).get_cause().send().await.unwrap();
    assert_eq!(response.data().unwrap().code, 7);
    assert_eq!(response.into_data().unwrap().data.unwrap().code, 8);

    let (url, _server) = answer(200, "application/json", r#"{"code": 0, "data": {"code": 7, "data": null}}"#);
    let reason = client(&url).get_reason().send().await.unwrap().into_data().unwrap();
    assert_eq!((reason.code, reason.data.is_none()), (7, true));

    let (url, _server) = answer(200, "application/json", r#"{"code": 0, "data": {"whys": [{"code": 9}]}}"#);
    let why = client(&url).get_why().send().await.unwrap().into_data().unwrap();
    assert_eq!(why.whys.unwrap()[0].code, 9);
}
