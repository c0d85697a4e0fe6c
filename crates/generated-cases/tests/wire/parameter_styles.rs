//! Objects, lists and cookies as generated clients write them and as the mock server reads them.

use keyapi_generated_cases::case_33a_parameter_styles::client::{Client, types};
use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::{MockServer, Options, load};
use serde_json::json;

use crate::server::{Seen, answer, provide_tls};

/// The document that the client is generated of.
const DOCUMENT: &str = include_str!("../../../codegen/tests/specs/33a_parameter_styles.yaml");

fn colour() -> types::Colour {
    types::Colour { r: Some(100), name: Some("a,b".to_owned()) }
}

/// The colour, for a style that has no escape for a comma.
fn plain() -> types::Colour {
    types::Colour { r: Some(100), name: Some("ab".to_owned()) }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

macro_rules! in_path {
    ($client:ident) => {
        $client.in_path(&colour(), &colour(), &colour(), &colour(), &colour(), &colour(), &colour())
    };
}

macro_rules! in_query {
    ($client:ident) => {
        $client.in_query(
            Some(&json!([1, "x"])),
            &types::InQueryDeep {
                inner: Some(types::InQueryDeepInner { at: Some("x]y".to_owned()) }),
                name: Some("a&b".to_owned()),
            },
            Some(&types::InQueryFilter { ids: vec![1, 2] }),
            Some(&colour()),
            Some(&[("k".to_owned(), "v".to_owned())].into()),
            Some("http://h/p?a=b&c#d"),
            Some(&texts(&["a,b", "c"])),
            Some(2),
            Some(&colour()),
            Some(&colour()),
            Some(&types::InQuerySpread { height: Some(3), width: None }),
        )
    };
}

macro_rules! in_headers {
    ($client:ident) => {
        $client.in_headers(
            Some(&plain()),
            Some(&plain()),
            Some(&vec![1, 2]),
            &texts(&["a b", "é"]),
            Some("plain"),
            Some(5),
            Some(&colour()),
            Some(&texts(&["a,b", "c;d"])),
            Some(&vec![1, 2]),
            "\"s=1; t\"",
        )
    };
}

#[tokio::test]
async fn the_bytes_are_those_of_the_standard() {
    let (url, server) = answer(200, "application/json", "");
    let client = &Client::new(&url);
    in_path!(client).await.unwrap();
    let seen: Seen = server.join().unwrap();
    let expected = [
        "GET /colours/name,a%2Cb,R,100",
        "name=a%2Cb,R=100",
        ".name,a%2Cb,R,100",
        ".name=a%2Cb.R=100",
        ";matrix=name,a%2Cb,R,100",
        ";name=a%2Cb;R=100",
        "%7B%22name%22:%22a,b%22,%22R%22:100%7D HTTP/1.1",
    ];
    assert_eq!(seen.line, expected.join("/"));

    let (url, server) = answer(200, "application/json", "");
    let client = &Client::new(&url);
    in_query!(client).await.unwrap();
    let seen: Seen = server.join().unwrap();
    let expected = [
        "any=%5B1%2C%22x%22%5D",
        "deep%5Binner%5D%5Bat%5D=x%5Dy&deep%5Bname%5D=a%26b",
        "filter=%7B%22ids%22%3A%5B1%2C2%5D%7D",
        "flat=name,a%2Cb,R,100",
        "free%5Bk%5D=v",
        "link=http://h/p?a=b%26c%23d",
        "other+name=a%2Cb,c",
        "page=2",
        "piped=name%7Ca%2Cb%7CR%7C100",
        "spaced=name%20a%2Cb%20R%20100",
        "height=3",
    ];
    assert_eq!(seen.line, format!("GET /colours?{} HTTP/1.1", expected.join("&")));

    let (url, server) = answer(200, "application/json", "");
    let client = &Client::new(&url);
    in_headers!(client).await.unwrap();
    let seen: Seen = server.join().unwrap();
    assert_eq!(seen.header("x-list"), ["a b,é"]);
    assert_eq!(seen.header("x-colour"), ["name,ab,R,100"]);
    assert_eq!(seen.header("x-apart"), ["name=ab,R=100"]);
    assert_eq!(seen.header("x-json"), ["[1,2]"]);
    assert_eq!(seen.header("x-plain"), ["plain"]);
    let cookies = [
        "session=%22s=1%3B%20t%22",
        "count=5",
        "list=a%2Cb,c%3Bd",
        "many=1; many=2",
        "json={%22name%22:%22a%2Cb%22%2C%22R%22:100}",
    ];
    assert_eq!(seen.header("cookie"), [cookies.join("; ")]);
}

#[tokio::test]
async fn the_mock_server_reads_what_the_client_writes() {
    provide_tls();
    let options = Options { validation: Validation::Strict, ..Options::default() };
    let server = MockServer::start_with(load::text("styles.yaml", DOCUMENT).unwrap(), options);
    let client = &Client::new(&server.url());
    in_path!(client).await.unwrap();
    in_query!(client).await.unwrap();
    in_headers!(client).await.unwrap();
    let both = Some(texts(&["x", "y"]));
    client.odd(both.as_ref(), both.as_ref(), Some("c d"), both.as_ref(), Some("e"), None).await.unwrap();
}

#[tokio::test]
async fn what_is_not_given_is_not_sent() {
    let (url, server) = answer(200, "application/json", "");
    let client = &Client::new(&url);
    client.odd(None, None, None, None, None, None).await.unwrap();
    let seen: Seen = server.join().unwrap();
    assert_eq!((seen.line.as_str(), seen.header("cookie")), ("GET /odd HTTP/1.1", vec![]));
}

#[tokio::test]
async fn what_has_no_escape_is_not_sent() {
    provide_tls();
    let client = &Client::new("http://127.0.0.1:1");
    let one = texts(&["a,b"]);
    let error = client.in_headers(None, None, None, &one, None, None, None, None, None, "s").await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains("`X-List` has ','") && message.contains("Invalid Request"), "{message}");
}
