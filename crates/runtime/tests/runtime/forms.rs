//! Forms that are made of JSON, as a program makes them that calls operations by name.

use keyapi_runtime::codegen::form_of_json;
use serde_json::{Value, json};

/// What is sent: the parts, each from its headers to its content.
#[track_caller]
fn parts(body: &Value, files: &[&str]) -> Vec<String> {
    let (media_type, body) = form_of_json(body, files).unwrap().into_body().unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = str::from_utf8(body.as_bytes().unwrap()).unwrap();
    let (begin, end) = (format!("--{boundary}\r\n"), format!("--{boundary}--\r\n"));
    let parts = text.strip_suffix(&end).unwrap().split(&begin).skip(1);
    parts.map(|part| part.strip_suffix("\r\n").unwrap().to_owned()).collect()
}

#[test]
fn each_value_is_a_part_of_its_kind() {
    let plain = |name: &str, text: &str| format!("content-disposition: form-data; name=\"{name}\"\r\n\r\n{text}");
    let json_of = |name: &str, text: &str| {
        format!("content-disposition: form-data; name=\"{name}\"\r\ncontent-type: application/json\r\n\r\n{text}")
    };
    let body = json!({"text": "a", "number": 1.5, "no": null, "list": [true, "b", null], "object": {"c": 1},
        "lists": [[1], {"d": 2}]});
    let expected = [
        plain("text", "a"),
        plain("number", "1.5"),
        plain("list", "true"),
        plain("list", "b"),
        json_of("object", "{\"c\":1}"),
        json_of("lists", "[1]"),
        json_of("lists", "{\"d\":2}"),
    ];
    assert_eq!(parts(&body, &[]).iter().map(|part| part.to_lowercase()).collect::<Vec<_>>(), expected);
    let [file] = parts(&json!({"file": "content"}), &["file"]).try_into().unwrap();
    assert!(file.contains("filename=") && file.ends_with("\r\n\r\ncontent"), "{file}");
    form_of_json(&json!([]), &[]).unwrap_err();
}
