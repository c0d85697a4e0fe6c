//! Lists and objects as generated clients write them and as the mock server reads them.

use keyapi_generated_cases::case_32a_styles::client::{Client, types};
use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::{MockServer, Options, load};

use crate::server::{Seen, answer, provide_tls};

/// The document that the client is generated of.
const DOCUMENT: &str = include_str!("../../../codegen/tests/specs/32a_styles.yaml");

/// Elements that the schema allows, each with a character in it that some style parts elements with.
const WORDS: [&str; 5] = ["a,b", "c|d", "e f", "é&=+%2C", "g"];

fn words(without: &str) -> Vec<String> {
    WORDS.into_iter().filter(|word| without.is_empty() || !word.contains(without)).map(str::to_owned).collect()
}

fn boxed() -> types::BoxType {
    types::BoxType { width: Some(3), name: Some("x,y".to_owned()) }
}

fn form() -> types::FormsRequest {
    types::FormsRequest {
        word: Some("a,b".to_owned()),
        repeated: Some(types::Words(words(""))),
        joined: Some(types::Words(words(""))),
        piped: Some(types::Words(words("|"))),
        spaced: Some(types::Words(words(" "))),
        json: Some(boxed()),
        boxes: vec![boxed(), boxed()],
        deep: Some(boxed()),
        flat: Some(boxed()),
        spread: Some(types::FormsRequestSpread { height: Some(4) }),
        numbers: vec![1.5, 2.0],
    }
}

macro_rules! query {
    ($client:ident) => {
        $client.words(Some(&words("")), &vec![1, 2], Some(&words("|")), Some(&words("")), Some(&words(" ")))
    };
}

macro_rules! path {
    ($client:ident) => {
        path!($client, words(""), vec![1, 2])
    };
    ($client:ident, $simple:expr, $part:expr) => {
        $client.paths(
            &$simple,
            &words(""),
            &vec!["1.5".to_owned(), "a,b".to_owned()],
            &words(""),
            &vec!["a;b".to_owned(), "c=d".to_owned()],
            "a,b.c",
            5,
            &$part,
        )
    };
}

#[tokio::test]
async fn the_bytes_are_those_of_the_standard() {
    let (url, server) = answer(200, "application/json", "");
    let client = &Client::new(&url);
    query!(client).await.unwrap();
    let seen: Seen = server.join().unwrap();
    let expected = [
        "joined=a%2Cb,c%7Cd,e+f,%C3%A9%26%3D%2B%252C,g",
        "numbers=1,2",
        "piped%5B%5D=a%2Cb%7Ce+f%7C%C3%A9%26%3D%2B%252C%7Cg",
        "repeated=a%2Cb&repeated=c%7Cd&repeated=e+f&repeated=%C3%A9%26%3D%2B%252C&repeated=g",
        "spaced=a%2Cb%20c%7Cd%20%C3%A9%26%3D%2B%252C%20g",
    ];
    assert_eq!(seen.line, format!("GET /words?{} HTTP/1.1", expected.join("&")));

    let (url, server) = answer(200, "application/json", "");
    let client = &Client::new(&url);
    path!(client).await.unwrap();
    let seen: Seen = server.join().unwrap();
    let words = "a%2Cb,c%7Cd,e%20f,%C3%A9&=+%252C,g";
    let expected = format!(
        "GET /paths/{words}/.{words}/.1%2E5.a%2Cb/;matrix={words}/;apart=a%3Bb;apart=c=d/.a,b.c/;named=5/x1,2 HTTP/1.1"
    );
    assert_eq!(seen.line, expected);

    let (url, server) = answer(200, "application/json", "");
    Client::new(&url).forms(&form()).await.unwrap();
    let seen: Seen = server.join().unwrap();
    let mut pairs: Vec<&str> = seen.body.split('&').collect();
    pairs.sort_unstable();
    let json = "%7B%22name%22%3A%22x%2Cy%22%2C%22width%22%3A3%7D";
    let json = [format!("boxes={json}"), format!("json={json}")];
    let expected = [
        &json[0],
        &json[0],
        "deep%5Bname%5D=x%2Cy",
        "deep%5Bwidth%5D=3",
        "flat=name,x%2Cy,width,3",
        "height=4",
        "joined=a%2Cb,c%7Cd,e+f,%C3%A9%26%3D%2B%252C,g",
        &json[1],
        "numbers=%5B1.5%2C2.0%5D",
        "piped=a%2Cb%7Ce+f%7C%C3%A9%26%3D%2B%252C%7Cg",
        "repeated=%C3%A9%26%3D%2B%252C",
        "repeated=a%2Cb",
        "repeated=c%7Cd",
        "repeated=e+f",
        "repeated=g",
        "spaced=a%2Cb%20c%7Cd%20%C3%A9%26%3D%2B%252C%20g",
        "word=a%2Cb",
    ];
    assert_eq!(pairs, expected);
}

#[tokio::test]
async fn the_mock_server_reads_what_the_client_writes() {
    provide_tls();
    let options = Options { validation: Validation::Strict, ..Options::default() };
    let server = MockServer::start_with(load::text("styles.yaml", DOCUMENT).unwrap(), options);
    let client = &Client::new(&server.url());
    query!(client).await.unwrap();
    path!(client).await.unwrap();
    client.forms(&form()).await.unwrap();
    for word in WORDS {
        let one = || vec![word.to_owned()];
        client.words(Some(&one()), &vec![1], None, Some(&one()), None).await.unwrap();
        let (joined, repeated) = (Some(types::Words(one())), Some(types::Words(one())));
        client.forms(&types::FormsRequest { joined, repeated, ..Default::default() }).await.unwrap();
    }
    // What it does not read is refused.
    client.words(Some(&vec!["a".to_owned()]), &vec![1], None, None, None).await.unwrap_err();
    let joined = Some(types::Words(vec!["b".to_owned()]));
    client.forms(&types::FormsRequest { joined, ..Default::default() }).await.unwrap_err();
}

#[tokio::test]
async fn what_has_no_escape_is_not_sent() {
    provide_tls();
    let client = &Client::new("http://127.0.0.1:1");
    let one = |word: &str| vec![word.to_owned()];
    let message = path!(client, one(""), vec![1, 2]).await.unwrap_err().to_string();
    assert!(message.contains("`simple` is empty"), "{message}");
    let message = path!(client, words(""), vec![]).await.unwrap_err().to_string();
    assert!(message.contains("`part` is empty"), "{message}");
    let piped = || Some(types::Words(one("c|d")));
    let spaced = || Some(types::Words(one("e f")));
    let numbers = &vec![1];
    for (error, what) in [
        (client.words(None, numbers, Some(&one("c|d")), None, None).await.unwrap_err(), "parameter `piped[]` has '|'"),
        (client.words(None, numbers, None, None, Some(&one("e f"))).await.unwrap_err(), "parameter `spaced` has ' '"),
        (
            client.forms(&types::FormsRequest { piped: piped(), ..Default::default() }).await.unwrap_err(),
            "property `piped` has '|'",
        ),
        (
            client.forms(&types::FormsRequest { spaced: spaced(), ..Default::default() }).await.unwrap_err(),
            "property `spaced` has ' '",
        ),
    ] {
        let message = error.to_string();
        assert!(message.contains(what) && message.contains("Invalid Request"), "{message}");
    }
}
