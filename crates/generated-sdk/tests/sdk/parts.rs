//! Forms in several parts, whose media types the document has.

use keyapi_generated_sdk::{CallOptions, File, Form, dispatch};
use keyapi_mock::options::Validation;
use keyapi_mock::{MockServer, Options};
use serde_json::json;

use crate::{client, document, server, wire};

#[tokio::test]
async fn parts_are_of_the_media_types_that_the_document_has() {
    let (url, seen) = wire::answer(200, "application/json", r#"{"status":0,"result":{}}"#);
    let form = Form::new()
        .text("title", "a")
        .text("table", "id,year")
        .json("about", &json!({"year": 2025}))
        .file("table", File::new("id").media_type("text/tab-separated-values"))
        .file("pictures", "GIF89a");
    let client = client(&server()).base_url(url).build().unwrap();
    client.add_pictures().id("04030").body(form).send().await.unwrap();
    let expected = [
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n",
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"table\"\r\nContent-Type: text/csv\r\n\r\nid,year\r\n",
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"about\"\r\nContent-Type: application/vnd.picture+json\r\n\r\n{\"year\":2025}\r\n",
        // What callers say is what they mean.
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"table\"; filename=\"table\"\r\nContent-Type: text/tab-separated-values\r\n\r\nid\r\n",
        "--BOUNDARY\r\nContent-Disposition: form-data; name=\"pictures\"; filename=\"pictures\"\r\nContent-Type: application/octet-stream\r\n\r\nGIF89a\r\n",
        "--BOUNDARY--\r\n",
    ];
    assert_eq!(
        seen.join().unwrap().body,
        expected.concat().replace("BOUNDARY", "form-00000000000000000000000000000000")
    );
}

#[tokio::test]
async fn the_mock_server_takes_them_as_the_client_sends_them() {
    let server = MockServer::start_with(document(), Options { validation: Validation::Strict, ..Options::default() });
    let client = client(&server).build().unwrap();
    let body = json!({"pictures": ["GIF89a"], "about": {"year": 2025}, "table": "id,year"});
    let call = dispatch::call(&client, "addPictures", &[("id", "04030")], Some(&body), CallOptions::new());
    call.await.unwrap();
    let other = Form::new().file("pictures", "GIF89a").file("table", File::new("<a/>").media_type("text/html"));
    let refused = client.add_pictures().id("04030").body(other).send().await.unwrap_err().to_string();
    assert!(refused.contains("table"), "{refused}");
}
