//! What masking costs, and what it takes from a document.

use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::document::Document;

/// A document with a credential in a query parameter.
fn document(name: &str) -> Document {
    let schemes = json!({
        "bearer": { "type": "http", "scheme": "bearer", "description": "Format: `sk_live_xxxxxxxx`" },
        "query": { "type": "apiKey", "in": "query", "name": name, "description": "such as `ak_XXXX` or `ak_xxxx`" },
    });
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/orders/{id}": { "post": {
            "security": [{ "bearer": [] }, { "query": [] }, {}],
            "responses": { "200": { "description": "ok" } },
        } } },
        "components": { "securitySchemes": schemes },
    });
    Document::compile(document).unwrap()
}

#[test]
fn what_is_masked_costs_no_more_than_reading_it() {
    let document = document("sig");
    let check = |body: String| {
        let request = http::Request::post("/orders/1").header("content-type", "text/plain");
        let request = request.body(Bytes::from(body)).unwrap();
        let mask = Mask::of(document.secrets(), &[], &request);
        assert!(!mask.body(request.headers(), request.body()).is_empty());
    };
    // Each would take minutes if it cost the product of two lengths.
    let length = 300_000;
    check("\"token\":\"aaaa".repeat(length / 13));
    check((0..length / 20).map(|number| format!("token=a{number}&")).collect());
    check(format!("token={}&{}", "a".repeat(length / 2), "a".repeat(length / 2 - 1)));
    check("Content-Disposition: name=token; name=token\n".repeat(length / 45));
    check("name=x;".repeat(length / 7));
    check("%25".repeat(length / 3));
    check("sk_live_".repeat(length / 8));
    check("Bearer ".repeat(length / 7));
    check("<token>".repeat(length / 7));
    check("[{".repeat(length / 2));
    check("\"token\":{".repeat(length / 9));
    check("<token></token".repeat(length / 14));
    check("<!--<?<![CDATA[".repeat(length / 15));
    check(format!("<{}{}", "%252525252525252541".repeat(3), ">".repeat(64)).repeat(length / 122));
    check(format!("{}<", ">".repeat(length)));
    let part = "\nContent-Disposition: form-data; name=\"token\"\n\na";
    check(format!("--{}{}", "a".repeat(length / 2), part.repeat(length / 2 / part.len())));
    check("data: a\n".repeat(length / 8));
    check("QUJD".repeat(length / 4));
    check("http://a:".repeat(length / 9));
    check(format!("{}@", "://a".repeat(length / 4)));
    check("name=x\n ".repeat(length / 8));
    check("&#4".repeat(length / 3));
}

#[test]
fn names_of_a_document_are_told() {
    let document = document("X-Sig_Key");
    let mask = Mask::new(document.secrets(), &[]);
    assert_eq!(mask.parameter("xsigkey", "1"), REDACTED);
    assert_eq!(mask.text("x-sig-key=1&a=2"), "x-sig-key=***&a=2");
    assert_eq!(mask.text("{\"x-sig-key\": 1}"), "{\"x-sig-key\": 1}");
}

#[test]
fn brackets_in_texts_end_no_value() {
    let document = document("sig");
    let mask = Mask::new(document.secrets(), &[]);
    for value in [r#"{"a": "}b", "c": "d]"}"#, r#"["]", {"a": "}b"}]"#] {
        let masked = mask.text(&format!("{{\"token\": {value}, \"e\": 1}}")).into_owned();
        assert_eq!(masked, "{\"token\": \"***\", \"e\": 1}", "{value}");
    }
}
