//! `oneOf`, which counts as it was published wherever two documents are compared.

use keyapi_rust_names::RustNames;
use keyapi_spec::diff::{Side, diff};
use serde_json::{Value, json};

use super::documents::{NOW, in_a_body};
use super::{input, published};

/// A choice with a condition that only OpenAPI 3.1 can say is no such choice for readers of 3.0, and a change of it is what
/// it is in the words that were published.
#[test]
fn a_choice_is_compared_as_it_was_published() {
    let list = |condition: Value| {
        let mut list = json!({"type": "array", "items": {}});
        list.as_object_mut().unwrap().extend(condition.as_object().unwrap().clone());
        list
    };
    let contains = |value: u8| list(json!({"contains": {"const": value}}));
    let (plain, text, number) = (list(json!({})), json!({"type": "string"}), json!({"type": "number"}));
    let any = |any: Value| json!({"allOf": [any], "anyOf": [{"minItems": 0}]});
    for (old, new, expected) in [
        (json!({"oneOf": [contains(1), text]}), json!({"oneOf": [text, contains(1)]}), vec![]),
        (
            json!({"oneOf": [contains(1), text]}),
            json!({"oneOf": [plain, text]}),
            vec!["info request-property-contains-removed"],
        ),
        (
            json!({"oneOf": [plain, text]}),
            json!({"oneOf": [contains(1), text]}),
            vec!["error request-property-contains-added"],
        ),
        (
            json!({"oneOf": [contains(1), text]}),
            json!({"oneOf": [contains(1), text, number]}),
            vec!["info request-body-one-of-added"],
        ),
        (
            json!({"oneOf": [contains(1), contains(2)]}),
            json!({"anyOf": [contains(1), contains(2)]}),
            vec!["info request-body-one-of-became-any-of"],
        ),
        (
            any(json!({"oneOf": [contains(1), text]})),
            any(json!({"oneOf": [contains(1), text, number]})),
            vec!["info request-body-one-of-added"],
        ),
        (
            json!({"anyOf": [plain, number], "oneOf": [contains(1), number]}),
            json!({"anyOf": [plain, number], "oneOf": [plain, number]}),
            vec!["info request-property-contains-removed"],
        ),
    ] {
        let documents = [&old, &new].map(|schema| in_a_body("3.1.0", schema));
        let [one, other] = documents.each_ref().map(|document| input(document).published(&RustNames).unwrap());
        let changes = diff(&one.document, &other.document, NOW);
        let said: Vec<String> = changes.iter().map(|change| format!("{} {}", change.level(), change.id)).collect();
        assert_eq!(said, expected, "{old} {new}");
        for change in changes {
            let [old, new] = &documents;
            let (published, document) = if change.side == Side::Old { (&one, old) } else { (&other, new) };
            let place = published.origin(&change.pointer);
            assert!(document.pointer(&place).is_some(), "{place} {document}");
        }
    }
}

#[test]
fn a_choice_is_the_same_in_the_words_of_both_versions() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let (a, b) = (json!({"type": "string", "enum": ["a"]}), json!({"type": "string", "enum": ["b"]}));
    let (one, other) = (json!({"const": "a"}), json!({"const": "b"}));
    let reference = json!({"$ref": "#/components/schemas/B"});
    for (earlier, later) in [
        (json!({"oneOf": [text, number]}), json!({"type": ["string", "integer"]})),
        (json!({"anyOf": [text, number]}), json!({"type": ["string", "integer"]})),
        (json!({"oneOf": [text, number], "nullable": true}), json!({"oneOf": [text, number, {"type": "null"}]})),
        (
            json!({"oneOf": [reference, number], "nullable": true}),
            json!({"oneOf": [reference, number, {"type": "null"}]}),
        ),
        (json!({"allOf": [reference], "nullable": true}), json!({"oneOf": [reference, {"type": "null"}]})),
        (json!({"oneOf": [a, b]}), json!({"oneOf": [one, other]})),
        (json!({"anyOf": [a, b]}), json!({"oneOf": [one, other]})),
        (json!({"oneOf": [a, b], "nullable": true}), json!({"oneOf": [one, other, {"type": "null"}]})),
        (json!({"oneOf": [a, number]}), json!({"oneOf": [one, number]})),
        (json!({"type": "string", "enum": ["a", "b"]}), json!({"oneOf": [one, other]})),
    ] {
        let [old, new] = [in_a_body("3.0.3", &earlier), in_a_body("3.1.0", &later)];
        let (old, new) = (published(&old), published(&new));
        for changes in [diff(&old, &new, NOW), diff(&new, &old, NOW)] {
            assert!(changes.is_empty(), "{earlier} {later}: {changes:#?}");
        }
    }
}
