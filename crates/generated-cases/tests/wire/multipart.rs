//! Forms in several parts, as callers put them together and as the mock server reads them.

use keyapi_generated_cases::case_30h_bodies::client::Client;
use keyapi_runtime::{File, Form};
use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::{MockServer, Options, load};
use serde_json::json;

use crate::server::{Seen, answer, provide_tls};

/// The document that the client is generated of.
const DOCUMENT: &str = include_str!("../../../codegen/tests/specs/30h_bodies.yaml");

fn server() -> MockServer {
    provide_tls();
    let options = Options { validation: Validation::Strict, ..Options::default() };
    MockServer::start_with(load::text("bodies.yaml", DOCUMENT).unwrap(), options)
}

/// Bytes that look like what parts a form.
const HOSTILE: &str =
    "--form-00000000000000000000000000000000\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--";

fn form() -> Form {
    Form::new()
        .file("file", File::new(HOSTILE).name("a \"b\";\r\n.png").media_type("image/png"))
        .file("more", vec![0, 159, 146, 150])
        .file("more", "")
        .json("meta", &json!({"n": 1, "inner": {"a": "x"}}))
        .json("boxes", &json!({"w": 1}))
        .json("boxes", &json!({"w": 2}))
        .json("list", &[1, 2])
        .text("note", "é\r\n--")
        .text("count", "5")
}

async fn send(client: &Client, form: Form) -> Result<(), String> {
    let (content_type, body) = form.into_body()?;
    client.parts(&content_type, body).await.map(|_| ()).map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_mock_server_reads_every_kind_of_part() {
    let server = server();
    let client = &Client::new(&server.url());
    send(client, form()).await.unwrap();
    // What is read while it is sent may be larger than what is read at once.
    let large = vec![b'x'; 200_000];
    let streamed = |content: Vec<u8>| {
        let file = File::reader(std::io::Cursor::new(content)).media_type("image/png");
        Form::new().file("file", file).json("meta", &json!({"n": 1}))
    };
    send(client, streamed(large)).await.unwrap();
    for (form, what) in [
        (streamed(b"xx".to_vec()), "file"),
        (form().json("meta", &json!({"n": "1"})), "meta"),
        (form().text("other", ""), "other"),
        (Form::new().file("file", "abc").json("meta", &json!({"n": "1"})), "meta"),
        (Form::new().json("meta", &json!({"n": 1})), "file"),
    ] {
        let refused = send(client, form).await.unwrap_err();
        assert!(refused.contains("422") && refused.contains(what), "{what}: {refused}");
    }
}

#[tokio::test]
async fn parts_are_written_as_the_standard_says() {
    let (url, server) = answer(200, "application/json", "");
    let form = Form::new()
        .text("note", "x")
        .json("meta", &json!({"n": 1}))
        .file("file", File::new("abc").name("a\".txt").media_type("text/plain"))
        .file("file", "d");
    send(&Client::new(&url), form).await.unwrap();
    let seen: Seen = server.join().unwrap();
    let boundary = "form-00000000000000000000000000000000";
    assert_eq!(seen.header("content-type"), [format!("multipart/form-data; boundary={boundary}")]);
    let expected = [
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n",
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"n\":1}\r\n",
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22.txt\"\r\nContent-Type: text/plain\r\n\r\nabc\r\n",
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\nd\r\n",
        "--BOUNDARY--\r\n",
    ];
    assert_eq!(seen.body, expected.concat().replace("BOUNDARY", boundary));
}

#[tokio::test]
async fn a_file_that_is_read_is_sent_once() {
    let server = server();
    let client = &Client::new(&server.url());
    let once = Form::new().file("file", File::reader(&b"abc"[..])).json("meta", &json!({"n": 1}));
    // Whoever looks at a body does not take what is in it.
    drop(once.clone().into_body().unwrap());
    send(client, once.clone()).await.unwrap();
    send(client, once).await.unwrap_err();
    // A form may be one of several bodies, and is refused as it would be by itself.
    let unwritable = std::collections::BTreeMap::from([((1, 2), 3)]);
    for form in [Form::new().json("a", &unwritable), Form::new().file("a", File::new("").media_type("\n"))] {
        assert!(form.clone().into_body().is_err());
        assert!(File::from(form).into_body().is_err());
    }
    let (media_type, body) = File::from(form()).into_body().unwrap();
    client.parts(&media_type, body).await.unwrap();
    let file = File::reader(&b"abc"[..]).media_type("image/png");
    let (media_type, _) = file.into_body().unwrap();
    assert_eq!(media_type, "image/png");
    assert!(File::new("abc").into_body().unwrap_err().contains("`media_type`"));
    assert!(File::new("").media_type("a\r\nb: c").into_body().unwrap_err().contains("media type"));
    let shown = format!("{:?}", Form::new().text("token", "secret"));
    assert!(shown.contains("token") && !shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_range_is_sent_as_what_the_caller_names() {
    let server = server();
    let client = &Client::new(&server.url());
    client.range("image/png", "png").await.unwrap();
    let refused = client.range("text/plain", "png").await.map(|_| ()).unwrap_err();
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(415), "{refused}");
    client.optional_range(None, None, None, None, None::<&str>).await.unwrap();
    client.optional_range(None, None, Some("audio/ogg"), Some("e"), Some("ogg")).await.unwrap();
}
