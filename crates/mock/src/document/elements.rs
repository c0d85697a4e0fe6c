//! The elements of bodies that come in parts: how they are read, what a schema says of them, and how they are written.

use keyapi_spec::document::{schema_component, schema_of, unwrap_reference};
use keyapi_spec::parameter::kind;
use keyapi_spec::sequence::Sequence;
use serde_json::Value;

use super::schema::Schema;
use super::source::{Source, flag, items};
use super::violation::Violation;

/// What begins a text of a sequence of them (RFC 7464).
const RECORD_SEPARATOR: char = '\u{1e}';

/// What many send as the data of the last event, which is then no JSON.
const DONE: &str = "[DONE]";

/// What is said of schemas in schemas beyond this depth is not looked at.
const DEEPEST: usize = 4;

/// An element that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Its number, from 0.
    pub(crate) index: usize,
    /// Why.
    pub(crate) reason: String,
}

/// What the data of an event is, which the SDK takes it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    Json,
    Text,
    /// A text as JSON. Who reads the schema alone writes it as it is.
    JsonText,
}

/// Reads the elements of a text, to the first that cannot be read. The data of an event is what its schema says: text, or
/// JSON.
pub(crate) fn read(sequence: Sequence, text: &str, schema: Option<&Schema>) -> Result<Vec<Value>, Unreadable> {
    match sequence {
        Sequence::Events => events(text, schema.map_or(Data::Text, data)),
        Sequence::JsonLines => {
            let lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
            lines.enumerate().map(|(index, line)| json(index, line)).collect()
        }
        Sequence::JsonSequence => json_sequence(text),
    }
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
        // Where nothing says of which, the schema may be of either.
        _ if may_be(schema, "array") && schema.accepts(&all()) => Vec::new(),
        _ => elements.iter().enumerate().flat_map(|(index, element)| check(element, Some(index))).collect(),
    }
}

/// Whether a schema may be meant for values of a kind, as far as it says of which: one that says so of objects alone accepts
/// everything else, too.
pub(crate) fn may_be(schema: &Schema, wanted: &str) -> bool {
    speaks_of(schema.source(), schema.raw(), wanted, 0)
}

/// Whether the data of events is written as it is, and not as JSON.
pub(crate) fn has_plain_data(schema: &Schema) -> bool {
    data(schema) == Data::Text
}

/// Writes the elements of a list, or the one value that is no list. The data of events is JSON where no schema says that it
/// is text.
pub(crate) fn write(sequence: Sequence, value: &Value, schema: Option<&Schema>) -> String {
    let is_plain = schema.is_some_and(has_plain_data);
    let write = |element: &Value| match (sequence, element) {
        (Sequence::Events, Value::String(text)) if is_plain => {
            let lines = text.replace("\r\n", "\n");
            let lines = lines.split(['\r', '\n']).map(|line| format!("data: {line}\n"));
            lines.chain(["\n".to_owned()]).collect()
        }
        (Sequence::Events, element) => format!("data: {element}\n\n"),
        (Sequence::JsonLines, element) => format!("{element}\n"),
        (Sequence::JsonSequence, element) => format!("{RECORD_SEPARATOR}{element}\n"),
    };
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter().map(write).collect::<String>()
}

fn data(schema: &Schema) -> Data {
    let source = schema.source();
    let list = described(source, schema.raw()).filter(|schema| kind(schema) == "array");
    let item = list.map_or(Some(schema.raw()), |list| list.get("items"));
    let Some((item, described)) = item.and_then(|item| Some((item, described(source, item)?))) else {
        return Data::Json;
    };
    match kind(described) {
        "string" if schema_component(unwrap_reference(item)).is_some() || flag(described, "nullable") => Data::JsonText,
        "string" => Data::Text,
        _ => Data::Json,
    }
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

fn json(index: usize, text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable { index, reason: format!("must be valid JSON: {error}") })
}

fn json_sequence(text: &str) -> Result<Vec<Value>, Unreadable> {
    let wrong = |index, reason: &str| Err(Unreadable { index, reason: reason.to_owned() });
    let mut texts = text.split(RECORD_SEPARATOR);
    if texts.next().is_some_and(|before| !before.is_empty()) {
        return wrong(0, "must have a record separator before it");
    }
    let mut elements = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        // Of a number or a word nothing else says where it ends (RFC 7464, section 2.4).
        let says_its_end = text.trim_start().starts_with(['"', '[', '{']) || text.ends_with([' ', '\t', '\r', '\n']);
        if !says_its_end {
            return wrong(elements.len(), "must have a line feed behind it");
        }
        elements.push(json(elements.len(), text)?);
    }
    Ok(elements)
}

/// The data of events (WHATWG HTML, section 9.2); the last one may lack the blank line behind it.
fn events(text: &str, kind: Data) -> Result<Vec<Value>, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let (mut elements, mut data) = (Vec::new(), None::<String>);
    for line in text.split(['\r', '\n']).chain([""]) {
        if !line.is_empty() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            if name == "data" {
                let value = value.strip_prefix(' ').unwrap_or(value);
                data = Some(data.map_or_else(|| value.to_owned(), |before| format!("{before}\n{value}")));
            }
            continue;
        }
        match data.take() {
            None => {}
            Some(data) if kind == Data::JsonText => {
                elements.push(Value::String(serde_json::from_str(&data).unwrap_or(data)));
            }
            Some(data) if kind == Data::Text => elements.push(Value::String(data)),
            Some(data) if data == DONE => return Ok(elements),
            Some(data) => elements.push(json(elements.len(), &data)?),
        }
    }
    Ok(elements)
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
    fn elements_are_read_one_by_one() {
        let read = |sequence: Sequence, text: &str| {
            read(sequence, text, Some(&schema(&json!({}))))
                .map(Value::from)
                .map_err(|wrong| (wrong.index, wrong.reason))
        };
        assert_eq!(read(Sequence::JsonLines, "{\"a\": 1}\r\n\n 2 \n\"x\""), Ok(json!([{"a": 1}, 2, "x"])));
        assert_eq!(read(Sequence::JsonLines, "1\n{\n").unwrap_err().0, 1);
        assert_eq!(read(Sequence::JsonSequence, "\u{1e}1\n\u{1e}\u{1e}{\n\"a\": 2}"), Ok(json!([1, {"a": 2}])));
        let wrong = |index, reason: &str| Err((index, reason.to_owned()));
        assert_eq!(read(Sequence::JsonSequence, "1\n"), wrong(0, "must have a record separator before it"));
        assert_eq!(read(Sequence::JsonSequence, "\u{1e}1\n\u{1e}2"), wrong(1, "must have a line feed behind it"));
        assert_eq!(read(Sequence::JsonSequence, "\u{1e}1 2\n").unwrap_err().0, 0);
        let events = ": x\ndata: {\"a\":\rdata: 1}\r\n\r\nevent: b\n\ndata:2\nid\n\ndata: [DONE]\n\ndata: 3";
        assert_eq!(read(Sequence::Events, events), Ok(json!([{"a": 1}, 2])));
        assert_eq!(read(Sequence::Events, "data: 1\n\ndata: x\n\n").unwrap_err().0, 1);
        for sequence in [Sequence::Events, Sequence::JsonLines, Sequence::JsonSequence] {
            assert_eq!(read(sequence, ""), Ok(json!([])));
        }
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
