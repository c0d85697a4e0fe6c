//! The documentation of every field: what the document says, what its examples show, and where.

use std::collections::BTreeMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::extension;
use keyapi_spec::schema::all_of::flatten;
use serde_json::Value;

use crate::docs;
use crate::model::ident;
use crate::property_examples::{PropertyExample, PropertyExamples, shown};

/// The documentation of fields, by types and by fields.
pub(crate) type FieldDocs = BTreeMap<String, BTreeMap<String, String>>;

/// What is said of the field of properties that a type does not name.
pub(crate) const EXTRA: &str = "What the document does not name, as it was received.";

/// Documents the fields of all types.
pub(crate) fn docs(resolved: &Value, examples: &PropertyExamples<'_>) -> FieldDocs {
    let mut fields = FieldDocs::new();
    for (key, schema) in resolved.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let ty = RustNames.type_name(&RustNames.component_type(key, schema));
        let flat = flatten(resolved, schema).schema;
        for (name, property) in flat.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let Some(field) = ident(&RustNames.field(name)) else { continue };
            let of_type = fields.entry(ty.clone()).or_default();
            of_type
                .entry(field.to_string())
                .or_insert_with(|| field_docs(name, property, examples.property(key, name)));
        }
    }
    fields
}

fn field_docs(name: &str, property: &Value, seen: Option<&PropertyExample<'_>>) -> String {
    let text = |key: &str| property.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let mut paragraphs = vec![match text("description").or_else(|| text("title")) {
        Some(text) => docs::comment(text),
        None => format!("The property {}.", docs::code(name)),
    }];
    let example = property.get("example").or_else(|| seen?.value).filter(|value| !value.is_null());
    if let Some(example) = example.and_then(shown) {
        paragraphs.push(format!("Example: {}", docs::code(&example)));
    }
    let mut facts: Vec<String> = Vec::new();
    if let Some(PropertyExample { pointer, body, .. }) = seen {
        facts.push(format!("{} in the example of the {body}", docs::code(&crate::property_examples::cut(pointer))));
    } else {
        facts.push("declared by the document, and in none of its examples".to_owned());
    }
    facts.extend(nulls(property, seen));
    let mut facts = facts.join("; ");
    if let Some(first) = facts.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    paragraphs.push(format!("{facts}."));
    paragraphs.join("\n\n")
}

/// How often a property was null: in samples, which have the examples among them, or else in examples.
fn nulls(property: &Value, seen: Option<&PropertyExample<'_>>) -> Option<String> {
    let count = |key: &str| property.get(extension::INFERRED)?.get(key)?.as_u64();
    let of_examples = || seen.map(|shown| (shown.nulls as u64, shown.times as u64));
    let counts = count("nulls").zip(count("samples")).or_else(of_examples);
    let may_be = property.get("nullable") == Some(&Value::Bool(true));
    Some(match counts.filter(|(_, times)| *times > 0)? {
        (0, _) if may_be => "may be null".to_owned(),
        (0, 1) => "not null in 1 sample".to_owned(),
        (0, times) => format!("null in none of {times} samples"),
        (1, 1) => "null in the 1 sample".to_owned(),
        (nulls, times) if nulls == times => format!("null in all of {times} samples"),
        (nulls, times) => format!("null in {nulls} of {times} samples"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The documentation of a property of which the examples are these.
    #[track_caller]
    fn check(property: Value, examples: &[Value], expected: &str) {
        let examples: Vec<Value> = examples.iter().map(|value| json!({"a/b": value})).collect();
        let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/T"}});
        let content = json!({"application/json": {"schema": list, "example": examples}});
        let document = json!({
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"content": content}}}}},
            "components": {"schemas": {"T": {"type": "object", "properties": {"a/b": property}}}},
        });
        assert_eq!(docs(&document, &PropertyExamples::of(&document))["T"]["a_b"], expected);
    }

    #[test]
    fn a_field_says_what_it_is_and_where_it_was_seen() {
        let place = "`/0/a~1b` in the example of the response 200 of `GET /a`";
        check(
            json!({"type": "string", "description": "See <b> of [x]."}),
            &[json!("It's `x`"), json!("y")],
            &format!("See \\<b> of \\[x].\n\nExample: ``\"It's `x`\"``\n\n{place}; null in none of 2 samples."),
        );
        check(
            json!({"type": "string"}),
            &[json!(null), json!("y")],
            &format!(
                "The property `a/b`.\n\nExample: `\"y\"`\n\n{}; null in 1 of 2 samples.",
                place.replace("/0/", "/1/")
            ),
        );
        check(json!({}), &[json!(null)], &format!("The property `a/b`.\n\n{place}; null in the 1 sample."));
        check(
            json!({"type": "integer", "x-inferred": {"samples": 9, "nulls": 3}}),
            &[json!(1)],
            &format!("The property `a/b`.\n\nExample: `1`\n\n{place}; null in 3 of 9 samples."),
        );
        check(
            json!({"type": "integer", "nullable": true}),
            &[],
            "The property `a/b`.\n\nDeclared by the document, and in none of its examples.",
        );
        // What is long is cut, and what cannot be seen is spelled out.
        check(
            json!({"type": "string", "example": format!("\u{202e}{}", "a".repeat(100))}),
            &[],
            &format!(
                "The property `a/b`.\n\nExample: `\"\\u{{202e}}{}…`\n\nDeclared by the document, and in none of its examples.",
                "a".repeat(58)
            ),
        );
    }
}
