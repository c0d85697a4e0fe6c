//! What is said of changes.

use keyapi_spec::diff::diff;
use serde_json::{Value, json};

use crate::NOW;

/// The messages and details of the changes of an operation.
fn said(old: &Value, new: &Value) -> Vec<String> {
    let document = |operation: &Value| {
        let scheme = |kind: &str| json!({"type": "apiKey", "in": "header", "name": kind});
        let flows = json!({"clientCredentials": {"tokenUrl": "https://a", "scopes": {"read": "", "write": ""}}});
        let schemes = json!({"a": scheme("A"), "b": scheme("B"), "c": {"type": "oauth2", "flows": flows}});
        json!({"paths": {"/a": {"get": operation}}, "components": {"securitySchemes": schemes}})
    };
    let changes = diff(&document(old), &document(new), NOW);
    changes.iter().flat_map(|change| [vec![change.message.clone()], change.details.clone()].concat()).collect()
}

#[test]
fn security_is_named_with_its_schemes_and_scopes() {
    let old = json!({"security": [{"a": []}]});
    let new = json!({"security": [{"a": []}, {"b": [], "c": ["write", "read"]}]});
    let said = said(&old, &new).join("\n");
    assert!(said.contains("`b` with `c` (read, write)"), "{said}");
}

#[test]
fn of_many_differences_some_are_shown() {
    let example = |count: usize, value: i32| {
        let properties = (0..count).map(|at| (format!("m{at:02}"), json!(value))).collect::<serde_json::Map<_, _>>();
        json!({"responses": {"200": {"content": {"application/json": {"example": properties}}}}})
    };
    let of = |count| said(&example(count, 1), &example(count, 2));
    let (all, some) = (of(20), of(23));
    assert!(all.iter().any(|detail| detail.contains("/m19")) && !all.join(" ").contains("more"), "{all:?}");
    assert_eq!(some.last().map(String::as_str), Some("and 3 more"), "{some:?}");
    assert!(!some.iter().any(|detail| detail.contains("/m20")), "{some:?}");
}
