//! Calls through what is generated from the vendored document, against its mock server.
#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::sync::Arc;

use keyapi_tiktok::params::Period;
use keyapi_tiktok::{CallOptions, Client, ErrorKind, blocking, dispatch};
use keyapi_tiktok_mock::{Expectation, MockServer};

fn client(server: &MockServer) -> Client {
    Client::builder().api_key("sk_live_test").base_url(server.url()).build().unwrap()
}

#[tokio::test]
async fn a_named_value_of_a_parameter_is_sent_as_the_document_spells_it() {
    let server = MockServer::start();
    client(&server).trending_music_detail().period(Period::DAYS_7).send().await.unwrap();
    server.assert(&Expectation::of("trending_music_detail").query("period", "7"));
    client(&server).trending_music_detail().period(30).send().await.unwrap();
    server.assert(&Expectation::of("trending_music_detail").query("period", "30"));
}

/// What people have: texts of all kinds, numbers for ids, and what may not be there.
#[test]
fn a_parameter_is_set_to_what_a_caller_has() {
    let client = Client::builder().api_key("sk_live_test").build().unwrap();
    let request = || client.trending_music_detail();
    let id = "6703723351497508865".to_owned();
    let sent = |request: keyapi_tiktok::operations::TrendingMusicDetail| {
        let preview = request.preview().unwrap();
        preview.url().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    };
    let expected = "clip_id=6703723351497508865";
    assert_eq!(sent(request().clip_id(6_703_723_351_497_508_865_u64)), expected);
    assert_eq!(sent(request().clip_id(&id)), expected);
    assert_eq!(sent(request().clip_id(Some(&id))), expected);
    assert_eq!(sent(request().clip_id(Some(6_703_723_351_497_508_865_i64))), expected);
    assert_eq!(sent(request().clip_id(id)), expected);
    for request in [request().period(7), request().period("7"), request().period(Some(Period::DAYS_7))] {
        assert_eq!(sent(request), "period=7");
    }
    let (boxed, shared, borrowed) = (Box::<str>::from("7"), Arc::<str>::from("7"), Cow::Borrowed("7"));
    let of_texts = [request().period(&boxed), request().period(&shared), request().period(&borrowed)];
    for request in of_texts.into_iter().chain(["7"].iter().map(|period| request().period(period))) {
        assert_eq!(sent(request), "period=7");
    }
    for request in [request().period(boxed), request().period(shared), request().period(borrowed)] {
        assert_eq!(sent(request), "period=7");
    }
    let kept = (Some(Period::DAYS_7), Some("US".to_owned()));
    assert_eq!(sent(request().period(&kept.0).region(&kept.1)), "period=7&region=US");
    // What is not there is not sent, and takes back what was set.
    assert_eq!(sent(request().period(7).period(None::<Period>).region(None::<&str>)), "");
    let client = blocking::Client::new(client).unwrap();
    let preview = client.trending_music_detail().period(Some(7)).clip_id(None::<u64>).preview().unwrap();
    assert!(preview.url().ends_with("?period=7"), "{}", preview.url());
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

#[test]
fn the_blocking_client_has_the_same_methods() {
    let server = MockServer::start();
    let builder = blocking::Client::builder().api_key("sk_live_test").base_url(server.url()).credit_budget(2);
    let client = builder.build().unwrap();
    let request = client.trending_music_detail().clip_id("1").period(Period::DAYS_7);
    assert_eq!(request.preview().unwrap().credits(), Some(2));
    let detail = request.clone().options(CallOptions::new()).send().unwrap().into_data().unwrap();
    assert_eq!(detail.sound.unwrap().title.as_deref(), Some("New Sun"));
    assert_eq!(request.send().unwrap_err().kind(), ErrorKind::CreditBudget);
    assert_eq!((client.credits().spent(), server.journal().len()), (2, 1));
}

#[tokio::test]
async fn a_request_is_awaited_without_send_and_may_be_spawned() {
    let server = MockServer::start();
    let request = client(&server).trending_music_detail();
    let response = tokio::spawn(async move { request.await }).await.unwrap().unwrap();
    assert_eq!(response.attempts(), 1);
}
