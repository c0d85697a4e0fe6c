//! Calls through what is generated from the vendored document, against its mock server.
#![allow(clippy::unwrap_used)]

use keyapi_tiktok::params::Period;
use keyapi_tiktok::{CallOptions, Client, ErrorKind, dispatch};
use keyapi_tiktok_mock::{Expectation, MockServer};

fn client(server: &MockServer) -> Client {
    Client::builder().api_key("sk_live_test").base_url(server.url()).build().unwrap()
}

#[tokio::test]
async fn a_named_value_of_a_parameter_is_sent_as_the_document_spells_it() {
    let server = MockServer::start();
    client(&server).trending_music_detail().period(Period::DAYS_7).send().await.unwrap();
    server.assert(&Expectation::of("trending_music_detail").query("period", "7"));
}

#[tokio::test]
async fn an_operation_is_called_by_name() {
    let server = MockServer::start();
    let client = client(&server);
    let call = |name: &'static str, parameters: &'static [(&'static str, &'static str)]| {
        dispatch::call(&client, name, parameters, None, CallOptions::new())
    };
    let response = call("trending_music_detail", &[("clip_id", "1")]).await.unwrap();
    assert_eq!(response.into_data().unwrap()["sound"]["title"], "New Sun");
    assert_eq!(call("no_such_operation", &[]).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(call("trending_music_detail", &[("x", "1")]).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(server.journal().len(), 1);
}
