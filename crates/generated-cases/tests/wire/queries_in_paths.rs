//! Operations that are told apart by the query in their path: against literal bytes, typed mocks and the mock server.

use httpmock::MockServer;
use keyapi_generated_cases::case_36b_queries_in_paths::client::{Client, Error};
use keyapi_generated_cases::case_36b_queries_in_paths::httpmock::MockServerExt;
use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::{Options, load};

use crate::server::{answer, provide_tls};

/// The document that the client is generated of.
const DOCUMENT: &str = include_str!("../../../codegen/tests/specs/36b_queries_in_paths.yaml");

#[tokio::test]
async fn what_the_path_has_in_its_query_comes_before_what_callers_give() {
    macro_rules! sent {
        ($client:ident => $call:expr) => {{
            let (url, server) = answer(200, "", "");
            let $client = Client::new(&url);
            $call.await.unwrap();
            server.join().unwrap().line
        }};
    }
    for (line, expected) in [
        (sent!(client => client.list(Some(2))), "/rest?method=songs.list&format=a+b%26c&page=2"),
        (sent!(client => client.list(None)), "/rest?method=songs.list&format=a+b%26c"),
        (sent!(client => client.detail("7")), "/rest?method=songs.get&song_id=7"),
        (
            sent!(client => client.near(Some(&vec!["a".to_owned(), "b".to_owned()]), Some(1.0))),
            "/rest?method=songs.near&format=a+b%26c&place=a%7Cb&within=1",
        ),
        (sent!(client => client.near(None, None)), "/rest?method=songs.near&format=a+b%26c"),
        (sent!(client => client.by_city("a/b", "x&units=f")), "/weather/a%2Fb?units=m&city=x%26units%3Df"),
        (sent!(client => client.by_place("1", 1.5, 2.0)), "/weather/1?lat=1.5&lon=2"),
        (
            sent!(client => client.search("", &vec!["a".to_owned(), "b".to_owned()], "..")),
            "/search/?q=&tags=a,b&undeclared=..",
        ),
        (sent!(client => client.all()), "/search/"),
    ] {
        assert_eq!(line, format!("GET {expected} HTTP/1.1"));
    }
}

#[tokio::test]
async fn typed_mocks_tell_them_apart() {
    let server = MockServer::start();
    let mocks = [
        server.list(|_, then| _ = then.ok()),
        server.detail(|when, then| {
            when.song_id("7");
            then.ok();
        }),
        server.by_city(|when, then| {
            when.day("1").city("x y");
            then.ok();
        }),
        server.by_place(|when, then| {
            when.lat(1.5);
            then.ok();
        }),
    ];
    let client = Client::new(&server.base_url());
    client.list(Some(1)).await.unwrap();
    client.detail("7").await.unwrap();
    client.by_city("1", "x y").await.unwrap();
    client.by_place("1", 1.5, 2.0).await.unwrap();
    for called in mocks {
        called.assert_calls(1);
    }
    let unmatched = [client.detail("8").await, client.by_city("1", "z").await, client.by_place("1", 1.0, 2.0).await];
    for response in unmatched {
        assert!(
            matches!(&response, Err(Error::UnexpectedResponse(response)) if response.status() == 404),
            "{response:?}"
        );
    }
}

#[tokio::test]
async fn a_typed_mock_answers_no_request_of_a_path_that_asks_for_more() {
    let server = MockServer::start();
    let mocks = [server.plain(|_, then| _ = then.ok()), server.all(|_, then| _ = then.ok())];
    let client = Client::new(&server.base_url());
    client.plain().await.unwrap();
    client.all().await.unwrap();
    let others = MockServer::start();
    let in_format = others.in_format(|_, then| _ = then.ok());
    let other = Client::new(&others.base_url());
    other.in_format("json").await.unwrap();
    let unmatched = [
        other.list(None).await,
        other.near(None, None).await,
        client.list(None).await,
        client.detail("7").await,
        client.near(None, None).await,
        client.in_format("json").await,
        client.search("q", &vec!["a".to_owned()], "..").await,
    ];
    for response in unmatched {
        assert!(
            matches!(&response, Err(Error::UnexpectedResponse(response)) if response.status() == 404),
            "{response:?}"
        );
    }
    in_format.assert_calls(1);
    for called in mocks {
        called.assert_calls(1);
    }
}

#[tokio::test]
async fn the_mock_server_takes_each_call_for_its_operation() {
    provide_tls();
    let options = Options { validation: Validation::Strict, ..Options::default() };
    let server = keyapi_tiktok_mock::MockServer::start_with(load::text("spec.yaml", DOCUMENT).unwrap(), options);
    let client = Client::new(&server.url());
    let tags = vec!["a".to_owned(), "b&c".to_owned()];
    client.list(Some(2)).await.unwrap();
    client.detail("7").await.unwrap();
    client.near(Some(&tags), Some(0.5)).await.unwrap();
    client.by_city("a/b", "x&units=f").await.unwrap();
    client.by_place("1", 1.5, -2.0).await.unwrap();
    client.search("q", &tags, "..").await.unwrap();
    client.all().await.unwrap();
    let called: Vec<String> = server.journal().into_iter().filter_map(|entry| entry.operation).collect();
    assert_eq!(called, ["list", "detail", "near", "by_city", "by_place", "search", "all"]);
}
