//! References in examples. An example is data, so a reference in one is never followed: only `examples` may list them.

use serde_json::Value;

use super::resolve;
use crate::diagnostic::push_token;

/// The code of what is said about a reference in an example.
pub(crate) const CODE: &str = "reference-example";

/// What to do about one.
pub(crate) const HELP: &str = "write out what it refers to, or refer to it in `examples`";

/// A part of the way into an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The way to the first object in an example whose only property is `$ref`, unless the schema declares such a property:
/// then it is data.
pub(crate) fn find_reference<'a>(
    document: &'a Value,
    schema: Option<&'a Value>,
    example: &'a Value,
) -> Option<Vec<Step<'a>>> {
    // Most examples hold nothing of the kind, and need no look at their schema.
    if !holds_reference(example) {
        return None;
    }
    let mut way = Vec::new();
    find(document, schema.as_slice(), example, &mut way).then_some(way)
}

/// Whether an object whose only property is `$ref` is anywhere in a value.
pub(crate) fn holds_reference(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(holds_reference),
        Value::Object(properties) => is_reference(value) || properties.values().any(holds_reference),
        _ => false,
    }
}

/// The JSON pointer of a place in an example.
pub(crate) fn pointer(example: &str, way: &[Step<'_>]) -> String {
    let mut pointer = example.to_owned();
    for step in way {
        match step {
            Step::Key(key) => push_token(&mut pointer, key),
            Step::Index(index) => push_token(&mut pointer, &index.to_string()),
        }
    }
    pointer
}

fn is_reference(value: &Value) -> bool {
    value.as_object().is_some_and(|properties| properties.len() == 1 && properties.contains_key("$ref"))
}

fn find<'a>(document: &'a Value, schemas: &[&'a Value], value: &'a Value, way: &mut Vec<Step<'a>>) -> bool {
    let schemas = parts(document, schemas);
    let keyword = |name: &'static str| schemas.iter().filter_map(move |schema| schema.get(name));
    match value {
        Value::Object(_) if is_reference(value) => {
            !keyword("properties").any(|properties| properties.get("$ref").is_some())
        }
        Value::Object(object) => object.iter().any(|(key, property)| {
            let declared: Vec<&Value> = keyword("properties").filter_map(|properties| properties.get(key)).collect();
            let others = || keyword("additionalProperties").collect();
            let of_property = if declared.is_empty() { others() } else { declared };
            way.push(Step::Key(key));
            let found = find(document, &of_property, property, way);
            if !found {
                way.pop();
            }
            found
        }),
        Value::Array(elements) => {
            let items: Vec<&Value> = keyword("items").collect();
            elements.iter().enumerate().any(|(index, element)| {
                way.push(Step::Index(index));
                let found = find(document, &items, element, way);
                if !found {
                    way.pop();
                }
                found
            })
        }
        _ => false,
    }
}

/// Schemas and all that they are made of, references followed; each once, for they may be made of themselves.
pub(crate) fn parts<'a>(document: &'a Value, schemas: &[&'a Value]) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut left = schemas.to_vec();
    while let Some(schema) = left.pop() {
        let Some(schema) = resolve(document, schema) else { continue };
        if found.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        found.push(schema);
        let branches = |keyword| schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
        left.extend(["allOf", "oneOf", "anyOf"].into_iter().flat_map(branches));
    }
    found
}
