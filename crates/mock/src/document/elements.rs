//! The elements of bodies that come in parts: how they are read, what a schema says of them, and how they are written.

use keyapi_spec::document::parameter::kind;
use keyapi_spec::document::schema_of;
use keyapi_spec::message::event::EventSchema;
use keyapi_spec::message::sequence::{RECORD_SEPARATOR, Sequence, Unreadable};
use serde_json::Value;

use super::schema::Schema;
use super::source::{Source, items};
use super::values::Place;
use super::violation::Violation;

/// What is said of schemas in schemas beyond this depth is not looked at.
const DEEPEST: usize = 4;

/// Reads the elements of a text, to the first that cannot be read. An event is what its schema says: text, JSON, or an object
/// of its fields.
pub(crate) fn read(sequence: Sequence, text: &str, schema: Option<&Schema>) -> Result<Vec<Value>, Unreadable> {
    sequence.read(text, schema.map_or(EventSchema::TEXT, described_events))
}

/// An element that cannot be read.
pub(crate) fn unreadable(sequence: Sequence, element: &Unreadable, place: Place<'_>) -> Violation {
    let Unreadable { index, reason } = element;
    let rule = match sequence {
        Sequence::Events | Sequence::JsonLines => "json",
        Sequence::JsonSequence => "json-seq",
    };
    let message = format!("{} element {index} {reason}", place.describe(&[]));
    Violation::error(&["body", &index.to_string()], rule, message)
}

/// What is wrong with elements, which `check` says of one value with its number or of the list of all of them, as the schema
/// speaks of a list or of an element.
pub(crate) fn check(
    elements: &[Value],
    schema: &Schema,
    check: impl Fn(&Value, Option<usize>) -> Vec<Violation>,
) -> Vec<Violation> {
    let all = || Value::Array(elements.to_vec());
    let are_elements = !elements.is_empty() && elements.iter().all(|element| schema.accepts(element));
    match described(schema.source(), schema.raw()).map(kind) {
        // Lists may be elements.
        Some("array") if are_elements => Vec::new(),
        Some("array") => check(&all(), None),
        // A schema without a type may be that of the list, or that of each element.
        _ if may_be(schema, "array") && schema.accepts(&all()) => Vec::new(),
        _ => elements.iter().enumerate().flat_map(|(index, element)| check(element, Some(index))).collect(),
    }
}

/// Whether a schema may be meant for values of a kind, as far as it says of which: one that says so of objects alone accepts
/// everything else, too.
pub(crate) fn may_be(schema: &Schema, wanted: &str) -> bool {
    speaks_of(schema.source(), schema.raw(), wanted, 0)
}

/// Whether all values of a schema are texts, as far as it says so.
pub(crate) fn is_text(schema: &Schema) -> bool {
    is_of_texts(schema.source(), schema.raw(), 0)
}

fn is_of_texts(source: &Source, schema: &Value, depth: usize) -> bool {
    let Some(schema) = described(source, schema).filter(|_| depth < DEEPEST) else { return false };
    let of_texts = |part: &Value| is_of_texts(source, part, depth + 1);
    let are_all = |keyword: &str, is: &dyn Fn(&Value) -> bool| {
        let mut parts = items(schema.get(keyword)).peekable();
        parts.peek().is_some() && parts.all(is)
    };
    match schema.get("type") {
        Some(Value::String(only)) => only == "string",
        Some(Value::Array(types)) => types.iter().all(|one| one == "string" || one == "null"),
        _ => {
            schema.get("const").is_some_and(Value::is_string)
                || are_all("enum", &Value::is_string)
                || items(schema.get("allOf")).any(of_texts)
                || ["oneOf", "anyOf"].iter().any(|keyword| are_all(keyword, &of_texts))
        }
    }
}

/// Writes the elements of a list, or the one value that is no list. The data of events is JSON where no schema says more of
/// them.
pub(crate) fn write(sequence: Sequence, value: &Value, schema: Option<&Schema>) -> String {
    let described = schema.map_or(EventSchema::JSON, described_events);
    let write = |element: &Value| match (sequence, element) {
        (Sequence::Events, element) => described.write(element),
        (Sequence::JsonLines, element) => format!("{element}\n"),
        (Sequence::JsonSequence, element) => format!("{RECORD_SEPARATOR}{element}\n"),
    };
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter().map(write).collect::<String>()
}

fn described_events(schema: &Schema) -> EventSchema {
    EventSchema::of(schema.source().outline(), schema.raw())
}

fn speaks_of(source: &Source, schema: &Value, wanted: &str, depth: usize) -> bool {
    let Some(schema) = described(source, schema).filter(|_| depth < DEEPEST) else { return true };
    let named = kind(schema);
    let part = |part: &Value| speaks_of(source, part, wanted, depth + 1);
    let mut alternatives = items(schema.get("oneOf")).chain(items(schema.get("anyOf"))).peekable();
    let fits = alternatives.peek().is_none() || alternatives.any(part);
    if named.is_empty() { fits && items(schema.get("allOf")).all(part) } else { named == wanted }
}

/// What a schema is, through references.
fn described<'a>(source: &'a Source, schema: &'a Value) -> Option<&'a Value> {
    schema_of(source.outline(), schema)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::document::schema::Direction;

    fn schema(raw: &Value) -> Schema {
        Schema::new(&Arc::new(Source::new(json!({}))), raw, Direction::Request)
    }

    #[test]
    fn data_is_text_where_the_schema_says_so() {
        let text = "data: 1\ndata:  x\n\ndata\n\ndata: [DONE]\n\n";
        for raw in [json!({"type": "string"}), json!({"type": "array", "items": {"type": "string"}})] {
            assert_eq!(read(Sequence::Events, text, Some(&schema(&raw))).unwrap(), ["1\n x", "", "[DONE]"]);
        }
        assert_eq!(read(Sequence::Events, text, None).unwrap().len(), 3);
        let text = "data: \"1\"\n\ndata: x\n\n";
        let nullable = json!({"type": "string", "nullable": true});
        assert_eq!(read(Sequence::Events, text, Some(&schema(&nullable))).unwrap(), ["1", "x"]);
        let written =
            write(Sequence::Events, &json!(["1\n x", "", "[DONE]"]), Some(&schema(&json!({"type": "string"}))));
        assert_eq!(written, "data: 1\ndata:  x\n\ndata: \n\ndata: [DONE]\n\n");
        assert_eq!(read(Sequence::Events, &written, None).unwrap(), ["1\n x", "", "[DONE]"]);
        let written = write(Sequence::Events, &json!("a\r\nb\rc"), Some(&schema(&json!({"type": "string"}))));
        assert_eq!(written, "data: a\ndata: b\ndata: c\n\n");
    }

    #[test]
    fn what_a_schema_may_be_is_looked_for_four_levels_deep() {
        let is = |raw: &Value, wanted: &str| may_be(&schema(raw), wanted);
        let mut raw = json!({ "type": "string" });
        for depth in 0..6 {
            assert!(is(&raw, "string"), "{depth}");
            assert_eq!(is(&raw, "array"), depth >= DEEPEST, "{depth}");
            raw = json!({ "allOf": [raw] });
        }
        let either = json!({ "oneOf": [{ "type": "string" }, { "type": "array" }] });
        assert!(is(&either, "array") && is(&either, "string") && !is(&either, "object"));
        let both = json!({ "anyOf": [{ "type": "array" }], "allOf": [{ "type": "string" }] });
        assert!(!is(&both, "array") && !is(&both, "string"));
        assert!(!is(&json!({ "type": "string", "oneOf": [{ "type": "array" }] }), "array"));
    }

    #[test]
    fn a_schema_speaks_of_elements_or_of_all() {
        let wrong = |raw: Value, elements: Value| {
            let schema = schema(&raw);
            let of = |value: &Value, index: Option<usize>| {
                let found = if schema.accepts(value) { None } else { Some(Violation::error(&[], "", "")) };
                let at = index.map_or("all".to_owned(), |index| index.to_string());
                found.map(|found| found.about(at)).into_iter().collect::<Vec<_>>()
            };
            let found = check(elements.as_array().unwrap(), &schema, of);
            found.into_iter().filter_map(|found| found.subject).collect::<Vec<_>>()
        };
        let integers = json!({"type": "array", "items": {"type": "integer"}});
        assert_eq!(wrong(json!({"type": "integer"}), json!([1, "a", 2, "b"])), ["1", "3"]);
        assert_eq!(wrong(integers.clone(), json!([1, 2])), [""; 0]);
        assert_eq!(wrong(integers.clone(), json!([1, "a"])), ["all"]);
        assert_eq!(wrong(integers, json!([[1], [2]])), [""; 0]);
        assert_eq!(wrong(json!({}), json!([1, "a"])), [""; 0]);
        let untyped = json!({"required": ["a"], "properties": {}});
        assert_eq!(wrong(untyped.clone(), json!([{}, {"a": 1}])), ["0"]);
        assert_eq!(wrong(json!({"allOf": [untyped, {"minProperties": 1}]}), json!([{"a": 1}, {}])), ["1"]);
    }
}
