//! Operations that a person leaves out of the client, with the reason: `x-skip`.
//!
//! One operation that cannot be generated must not cost the others. What only it is made of goes with it, since that may be
//! what cannot be generated; a server goes on serving all of it.

use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::reference::pointer;
use crate::document::uses::{Uses, of_operation, references};
use crate::document::{METHODS, OperationKey, operations, reference, remove};

/// The code of what is said about an operation that is left out.
pub(crate) const CODE: &str = "skipped-operation";

/// The property of a resolved document that lists the operations that were left out, with the reasons.
const SKIPPED: &str = "x-skipped";

/// So many references into operations that are left out are replaced: documents have a few, and one that refers to itself
/// would become as deep as this.
const MOST_COPIES: usize = 64;

/// An operation that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The operation, as in `GET /v1/things`.
    pub operation: String,
    /// Why.
    pub reason: String,
}

/// The operations that were left out of a resolved document.
pub fn skipped(document: &Value) -> Vec<Skipped> {
    let all = document.get(SKIPPED).and_then(Value::as_object).into_iter().flatten();
    let skipped = |(operation, reason): (&String, &Value)| {
        Some(Skipped { operation: operation.clone(), reason: reason.as_str()?.to_owned() })
    };
    all.filter_map(skipped).collect()
}

/// Whether an operation is to be left out.
pub(crate) fn is_skipped(operation: &Value) -> bool {
    operation.get(extension::SKIP).is_some()
}

/// Takes them out, and lists them in the document. What they said, and their paths, is added to `taken`.
pub(crate) fn leave_out(document: &mut Value, taken: &mut Vec<Value>) -> Vec<Diagnostic> {
    leave_out_paths(document);
    let keys = operations(document);
    let left_out: Vec<OperationKey> =
        keys.into_iter().filter(|key| document.pointer(&key.pointer).is_some_and(is_skipped)).collect();
    let mut found = Vec::new();
    for key in &left_out {
        let reason =
            document.pointer(&join(&key.pointer, extension::SKIP)).and_then(Value::as_str).unwrap_or_default().trim();
        let place = join(&key.pointer, extension::SKIP);
        if reason.is_empty() {
            let message = format!("`x-skip` does not say why {key} is left out");
            found.push(Diagnostic::error(CODE, place, message).help("give the reason as text"));
            continue;
        }
        found.push(
            Diagnostic::note(CODE, place, format!("{key} is left out of the client: {reason}"))
                .help("the mock server serves it as far as it can; remove the action to have it generated"),
        );
        let reason = Value::String(reason.to_owned());
        if let Some(document) = document.as_object_mut()
            && let Value::Object(listed) = document.entry(SKIPPED).or_insert_with(|| Value::Object(Map::new()))
        {
            listed.insert(key.to_string(), reason);
        }
    }
    bring_along(document, &left_out);
    for key in &left_out {
        taken.extend(of_operation(document, key).cloned());
        remove(document, &key.pointer);
        let path = join("/paths", &key.path);
        let is_operation = |(property, _): (&String, &Value)| METHODS.contains(&property.as_str());
        // A path without operations may be what cannot be generated.
        if document.pointer(&path).and_then(Value::as_object).is_some_and(|item| !item.iter().any(is_operation)) {
            remove(document, &path);
        }
    }
    found
}

/// Copies what the rest of the document refers to inside of operations that are left out to where it is referred to.
fn bring_along(document: &mut Value, left_out: &[OperationKey]) {
    if left_out.is_empty() {
        return;
    }
    let is_inside = |pointer: &str| {
        left_out.iter().any(|key| pointer.strip_prefix(&*key.pointer).is_some_and(|rest| rest.starts_with('/')))
    };
    // What refers to itself has no end. Some of it stays what it is, and is told to lead nowhere.
    let mut copies = 0;
    while copies < MOST_COPIES {
        let mut found = Vec::new();
        referring(document, String::new(), &is_inside, &mut found);
        if found.is_empty() {
            return;
        }
        for (place, target) in found {
            copies += 1;
            if copies > MOST_COPIES {
                return;
            }
            let Some(copy) = document.pointer(&target).cloned() else { continue };
            let Some(node) = document.pointer_mut(&place) else { continue };
            match node.as_object_mut().filter(|properties| properties.len() > 1) {
                // In OpenAPI 3.1, what stands beside a reference holds as well.
                Some(properties) => {
                    properties.shift_remove("$ref");
                    if let Value::Array(all) = properties.entry("allOf").or_insert_with(|| Value::Array(Vec::new())) {
                        all.push(copy);
                    }
                }
                None => *node = copy,
            }
        }
    }
}

/// The places outside that refer to something inside, with its pointer.
fn referring(node: &Value, place: String, is_inside: &impl Fn(&str) -> bool, found: &mut Vec<(String, String)>) {
    if is_inside(&format!("{place}/")) {
        return;
    }
    if let Some(target) = reference(node).and_then(pointer).filter(|target| is_inside(target)) {
        found.push((place, target.into_owned()));
        return;
    }
    match node {
        Value::Object(properties) => {
            for (name, property) in properties {
                referring(property, join(&place, name), is_inside, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                referring(item, join(&place, &index.to_string()), is_inside, found);
            }
        }
        _ => {}
    }
}

/// What is said of a path is said of its operations, unless they say it themselves.
fn leave_out_paths(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flatten().filter_map(|(_, item)| item.as_object_mut()) {
        let Some(reason) = item.shift_remove(extension::SKIP) else { continue };
        let operations = item.iter_mut().filter(|(property, _)| METHODS.contains(&property.as_str()));
        for operation in operations.filter_map(|(_, operation)| operation.as_object_mut()) {
            operation.entry(extension::SKIP).or_insert_with(|| reason.clone());
        }
    }
}

/// Takes out the components that operations were made of which are left out, and no other operation is. What is made of them
/// goes as well, as no operation is made of it.
pub(crate) fn leave_out_components(document: &mut Value, left_out: &[Value]) {
    if left_out.is_empty() {
        return;
    }
    let uses = Uses::of(document);
    let kept = uses.in_operations();
    let parts = uses.parts_of(left_out.iter().flat_map(references));
    for component in uses.made_of(parts.difference(&kept).cloned()) {
        remove(document, &component);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(schema: &str) -> Value {
        json!({"responses": {"200": {"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}}}}})
    }

    #[test]
    fn what_only_skipped_operations_are_made_of_goes_with_them() {
        let mut skipped = of("Own");
        skipped["x-skip"] = json!("it streams");
        let mut document = json!({
            "paths": {"/a": {"get": skipped, "post": of("Shared")}, "/b": {"summary": "b", "get": skipped}},
            "components": {"schemas": {
                "Own": {"items": {"$ref": "#/components/schemas/Deep/properties/a"}},
                "Deep": {"properties": {"a": {"$ref": "#/components/schemas/Shared"}}},
                "Shared": {"type": "string"},
                "Free": {"items": {"$ref": "#/components/schemas/Shared"}},
                "Holder": {"items": {"$ref": "#/components/schemas/Deep"}},
            }},
        });
        let mut taken = Vec::new();
        let found = leave_out(&mut document, &mut taken);
        leave_out_components(&mut document, &taken);
        assert_eq!(
            found.iter().map(|found| found.pointer.as_str()).collect::<Vec<_>>(),
            ["/paths/~1a/get/x-skip", "/paths/~1b/get/x-skip"]
        );
        let expected = json!({
            "paths": {"/a": {"post": of("Shared")}},
            "components": {"schemas": {"Shared": {"type": "string"}, "Free": {"items": {"$ref": "#/components/schemas/Shared"}}}},
            "x-skipped": {"GET /a": "it streams", "GET /b": "it streams"},
        });
        assert_eq!(document, expected);
        assert_eq!(
            super::skipped(&document)[1],
            Skipped { operation: "GET /b".to_owned(), reason: "it streams".to_owned() }
        );
    }

    #[test]
    fn what_others_refer_to_stays_with_them() {
        let inside = |rest: &str| json!({"$ref": format!("#/paths/~1bad/get/x/{rest}")});
        let mut document = json!({
            "paths": {
                "/bad": {"get": {"x-skip": "wide", "x": {
                    "plain": {"type": "string"},
                    "deep": {"items": inside("plain")},
                    "circle": {"items": inside("circle")},
                }}},
                "/good": {"get": {"a": inside("deep"), "b": [inside("plain")], "c": {"$ref": "#/paths/~1bad/get/x/plain", "allOf": [{"d": 1}]}}},
            },
        });
        leave_out(&mut document, &mut Vec::new());
        let good = json!({
            "a": {"items": {"type": "string"}}, "b": [{"type": "string"}], "c": {"allOf": [{"d": 1}, {"type": "string"}]},
        });
        assert_eq!(document["paths"], json!({"/good": {"get": good}}));
        let mut circle = json!({"paths": {
            "/bad": {"get": {"x-skip": "wide", "x": {"circle": {"items": inside("circle")}}}},
            "/good": {"get": {"a": inside("circle")}},
        }});
        leave_out(&mut circle, &mut Vec::new());
        assert!(circle.to_string().contains("#/paths/~1bad"), "{circle}");
        // Nor does it grow with its powers.
        let many: Map<String, Value> = (0..1_000).map(|index| (index.to_string(), inside("circle"))).collect();
        let mut circle = json!({"paths": {
            "/bad": {"get": {"x-skip": "wide", "x": {"circle": {"properties": many}}}},
            "/good": {"get": {"a": inside("circle")}},
        }});
        leave_out(&mut circle, &mut Vec::new());
        assert!(circle.to_string().len() < 10_000_000);
    }

    #[test]
    fn a_path_is_all_of_its_operations() {
        let mut document = json!({"paths": {
            "/a": {"x-skip": "all", "get": {}, "post": {"x-skip": "its own"}},
            "/b": {"get": {}},
        }});
        assert_eq!(leave_out(&mut document, &mut Vec::new()).len(), 2);
        let expected = json!({"paths": {"/b": {"get": {}}}, "x-skipped": {"GET /a": "all", "POST /a": "its own"}});
        assert_eq!(document, expected);
    }

    #[test]
    fn a_reason_is_asked_for() {
        for reason in [json!(true), json!(" "), json!(null)] {
            let mut document = json!({"paths": {"/a": {"get": {"x-skip": reason}}}});
            let found = leave_out(&mut document, &mut Vec::new());
            assert!(found[0].is_error() && found[0].pointer == "/paths/~1a/get/x-skip", "{found:?}");
        }
        assert!(leave_out(&mut json!({"paths": {"/a": {"get": {}}}}), &mut Vec::new()).is_empty());
    }
}
