//! Webhooks are read by clients, as responses are.

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::diff::{Level, diff};
use serde_json::{Value, json};

use crate::{NOW, list};

/// A document of OpenAPI 3.1 with one webhook, as it is compared.
fn document(webhook: &Value) -> Value {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
        "webhooks": {"new pet": {"post": webhook}},
        "components": {"schemas": {"Pet": {"type": "object", "properties": {"id": {"type": ["integer", "null"]}}}}},
    });
    Input::new("spec.json", Ok(document.to_string().into_bytes())).published(&RustNames).unwrap().document
}

/// One that sends this schema.
fn sending(schema: &Value) -> Value {
    json!({"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": {"200": {"description": "ok"}}})
}

#[track_caller]
fn check(old: &Value, new: &Value, expected: &[(Level, &str, &str)]) {
    let changes = diff(&document(old), &document(new), NOW);
    println!("{:#?}", list(&changes));
    let found: Vec<_> = changes.iter().map(|change| (change.level(), &*change.id, &*change.message)).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_a_webhook_sends_is_compared_as_a_response() {
    let (pet, whole) = (json!({"$ref": "#/components/schemas/Pet"}), sending(&json!({"type": "integer"})));
    let words = "webhook `new pet` application/json";
    check(&whole, &whole, &[]);
    let message = format!("{words}: the type changed from integer to number");
    check(&whole, &sending(&json!({"type": "number"})), &[(Level::Error, "response-body-type-generalized", &message)]);
    let message = format!("{words}: the type changed from number to integer");
    check(&sending(&json!({"type": "number"})), &whole, &[(Level::Info, "response-body-type-specialized", &message)]);
    let mut described = sending(&pet);
    described["description"] = json!("A pet.");
    check(&sending(&pet), &described, &[]);
}

#[test]
fn what_else_changes_about_a_webhook_is_not_proved() {
    let old = sending(&json!({"type": "integer"}));
    let changed = "webhook `new pet`: it changed, and what that does is not proved";
    for (pointer, value) in [
        ("/responses/200", json!({"description": "other", "content": {"text/plain": {}}})),
        ("/requestBody/required", json!(true)),
        ("/requestBody/content/text~1plain", json!({})),
        ("/parameters", json!([{"name": "p", "in": "query"}])),
    ] {
        let mut new = old.clone();
        let (outer, name) = pointer.rsplit_once('/').unwrap();
        new.pointer_mut(outer).unwrap()[name.replace("~1", "/")] = value;
        check(&old, &new, &[(Level::Warn, "webhook-changed", changed)]);
        check(&new, &old, &[(Level::Warn, "webhook-changed", changed)]);
    }
}
