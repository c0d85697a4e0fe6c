//! Server-sent events (WHATWG HTML, section 9.2).

use serde_json::{Map, Value, json};

use super::sequence::{self, Sequence, Unreadable};
use crate::document::parameter::kind;
use crate::document::{Lookup, schema_component, schema_of, unwrap_reference};
use crate::schema::all_of::flatten;
use crate::schema::alternatives::alternatives;

/// The fields that events have (section 9.2.6). Others are passed over.
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

/// What many send as the data of the last event, which is then no JSON.
const DONE: &str = "[DONE]";

/// What the schema of an event describes, and what the `data` of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventSchema {
    /// What the event carries, which is nearly all that there is of most events.
    Data(Data),
    /// An object of the fields that the event has, as OpenAPI 3.2 has it (section "Server-Sent Event Streams").
    Event(Data),
}

/// What the `data` of an event is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// JSON.
    Json,
    /// Text.
    Text,
    /// A text as JSON, or else as it is. Who reads the schema alone writes it as it is.
    JsonText,
    /// A JSON object or list, or else a text.
    JsonOrText,
}

impl EventSchema {
    /// JSON, of which no schema says more.
    pub const JSON: Self = Self::Data(Data::Json);

    /// A text as it is.
    pub const TEXT: Self = Self::Data(Data::Text);

    /// What a schema describes, or that of the list of all events.
    pub fn of(document: &dyn Lookup, schema: &Value) -> Self {
        let list = schema_of(document, schema).filter(|schema| kind(schema) == "array");
        let item = list.map_or(Some(schema), |list| list.get("items"));
        let Some((item, described)) = item.and_then(|item| Some((item, schema_of(document, item)?))) else {
            return Self::JSON;
        };
        if let Some(data) = data_of_events(document, described) {
            return Self::Event(data);
        }
        let is_nullable = || described.get("nullable").and_then(Value::as_bool).unwrap_or_default();
        Self::Data(match kind(described) {
            "string" if schema_component(unwrap_reference(item)).is_some() || is_nullable() => Data::JsonText,
            "string" => Data::Text,
            _ => Data::Json,
        })
    }

    /// Writes an event.
    pub fn write(self, event: &Value) -> String {
        match (self, event) {
            (Self::Data(data), value) => format!("{}\n", data.write(value)),
            (Self::Event(data), Value::Object(fields)) => {
                let fields = fields.iter().map(|(name, value)| match (name.as_str(), value) {
                    (_, Value::Null) => String::new(),
                    ("data", value) => data.write(value),
                    (name, Value::String(text)) => format!("{name}: {}\n", text.replace(['\r', '\n'], " ")),
                    (name, value) => format!("{name}: {value}\n"),
                });
                fields.chain(["\n".to_owned()]).collect()
            }
            (Self::Event(_), value) => Self::JSON.write(value),
        }
    }

    fn data(self) -> Data {
        let (Self::Data(data) | Self::Event(data)) = self;
        data
    }
}

impl Data {
    /// Reads the data of the event that has a number.
    fn read(self, index: usize, data: String) -> Result<Value, Unreadable> {
        match self {
            Self::Json => sequence::json(index, &data, 0),
            Self::Text => Ok(Value::String(data)),
            Self::JsonText => Ok(Value::String(serde_json::from_str(&data).unwrap_or(data))),
            Self::JsonOrText => Ok(object_or_list(&data).unwrap_or(Value::String(data))),
        }
    }

    /// Writes the field, with a line for each of the data.
    fn write(self, value: &Value) -> String {
        match value {
            Value::String(text) if [Self::Text, Self::JsonOrText].contains(&self) => {
                let lines = text.replace("\r\n", "\n");
                lines.split(['\r', '\n']).map(|line| format!("data: {line}\n")).collect()
            }
            value => format!("data: {value}\n"),
        }
    }
}

fn object_or_list(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// What the data of events is, if a schema describes events by their fields. It is taken to be that of the data alone where
/// it says of nothing that no data could have.
fn data_of_events(document: &dyn Lookup, schema: &Value) -> Option<Data> {
    let flat = flatten(document, schema).schema;
    let all = match alternatives(document, &flat) {
        all if all.is_empty() => vec![flat.into_owned()],
        all => all,
    };
    let mut kinds: Vec<&str> = Vec::new();
    let mut has_other_fields = false;
    for event in all.iter().filter(|one| kind(one) != "null") {
        let properties = event.get("properties").and_then(Value::as_object).filter(|all| !all.is_empty())?;
        if kind(event) != "object" || !properties.keys().all(|name| FIELDS.contains(&name.as_str())) {
            return None;
        }
        has_other_fields |= has_other_field(properties);
        if let Some(data) = properties.get("data") {
            kinds.push(match kind(&flatten(document, schema_of(document, data).unwrap_or(data)).schema) {
                "string" => "string",
                "" => "",
                _ => "other",
            });
        }
    }
    let is = |wanted: &str| !kinds.is_empty() && kinds.iter().all(|kind| *kind == wanted);
    has_other_fields.then_some(())?;
    match () {
        () if kinds.is_empty() => None,
        () if is("string") => Some(Data::Text),
        () if is("other") => Some(Data::Json),
        () => Some(Data::JsonOrText),
    }
}

/// Whether an object has a field of an event that data seldom has.
fn has_other_field(object: &Map<String, Value>) -> bool {
    object.contains_key("event") || object.contains_key("retry")
}

/// The event that some servers send as the data of one that says nothing else.
fn as_data(fields: &Map<String, Value>, data: &str) -> Option<Value> {
    let event: Map<String, Value> = serde_json::from_str(data).ok().filter(|_| fields.is_empty())?;
    let is_event = event.contains_key("data") && has_other_field(&event);
    (is_event && event.keys().all(|name| FIELDS.contains(&name.as_str()))).then(|| event.into())
}

/// Reads events; the last one may lack the blank line behind it. One without data is none.
pub(crate) fn read(text: &str, described: EventSchema) -> Result<Vec<Value>, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let (mut elements, mut data, mut fields) = (Vec::new(), None::<String>, Map::new());
    let mut is_known = false;
    for line in text.split(['\r', '\n']).chain([""]) {
        if !line.is_empty() {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            // A line that begins with a colon is a comment.
            is_known |= FIELDS.contains(&name) || line.starts_with(':');
            match name {
                "data" => data = Some(data.map_or_else(|| value.to_owned(), |before| format!("{before}\n{value}"))),
                "event" | "id" => drop(fields.insert(name.to_owned(), json!(value))),
                "retry" => drop(value.parse::<u64>().map(|retry| fields.insert(name.to_owned(), json!(retry)))),
                _ => {}
            }
            continue;
        }
        let mut fields = std::mem::take(&mut fields);
        let Some(data) = data.take() else { continue };
        let is_end = data == DONE && described.data() == Data::Json;
        if is_end {
            return Ok(elements);
        }
        elements.push(match described {
            EventSchema::Data(kind) => kind.read(elements.len(), data)?,
            EventSchema::Event(kind) => match as_data(&fields, &data) {
                Some(event) => event,
                None => {
                    fields.insert("data".to_owned(), kind.read(elements.len(), data)?);
                    fields.into()
                }
            },
        });
    }
    if is_known || Sequence::Events.is_blank(&text) {
        return Ok(elements);
    }
    let reason = "must have a line that is a comment, or begins with `data:`, `event:`, `id:` or `retry:`";
    Err(Unreadable { index: 0, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(schema: Value) -> EventSchema {
        EventSchema::of(&json!({"components": {"schemas": {"E": {"type": "string", "enum": ["a"]}}}}), &schema)
    }

    #[test]
    fn a_schema_describes_an_event_or_its_data() {
        let text = json!({"type": "string"});
        let object = json!({"type": "object", "properties": {"a": {}}});
        let event = |data: &Value| json!({"type": "object", "properties": {"event": text, "data": data}});
        for (schema, expected) in [
            (text.clone(), EventSchema::TEXT),
            (json!({"$ref": "#/components/schemas/E"}), EventSchema::Data(Data::JsonText)),
            (object.clone(), EventSchema::JSON),
            (json!({}), EventSchema::JSON),
            (event(&text), EventSchema::Event(Data::Text)),
            (event(&object), EventSchema::Event(Data::Json)),
            (event(&json!({})), EventSchema::Event(Data::JsonOrText)),
            (json!({"type": "array", "items": event(&text)}), EventSchema::Event(Data::Text)),
            (json!({"oneOf": [event(&text), event(&object)]}), EventSchema::Event(Data::JsonOrText)),
            (
                json!({"anyOf": [{"allOf": [event(&object), {"properties": {"id": text}}]}, event(&object)]}),
                EventSchema::Event(Data::Json),
            ),
            (
                json!({"oneOf": [event(&text), {"properties": {"retry": {"type": "integer"}}}]}),
                EventSchema::Event(Data::Text),
            ),
            // These may as well be data.
            (json!({"properties": {"id": text, "data": object}}), EventSchema::JSON),
            (json!({"properties": {"event": text}}), EventSchema::JSON),
            (json!({"properties": {"event": text, "data": object, "more": text}}), EventSchema::JSON),
            (json!({"oneOf": [event(&text), object]}), EventSchema::JSON),
        ] {
            assert_eq!(of(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn events_are_written_as_they_are_read() {
        for (data, events, written) in [
            (
                Data::Text,
                json!([{"event": "a", "data": "{1}\n 2"}, {"id": "7", "retry": 5, "data": ""}]),
                "event: a\ndata: {1}\ndata:  2\n\nid: 7\nretry: 5\ndata: \n\n",
            ),
            (Data::Json, json!([{"data": {"a": [1]}}, {"data": "x"}]), "data: {\"a\":[1]}\n\ndata: \"x\"\n\n"),
            (
                Data::JsonOrText,
                json!([{"data": {"a": 1}}, {"data": "[DONE]"}, {"data": "7"}]),
                "data: {\"a\":1}\n\ndata: [DONE]\n\ndata: 7\n\n",
            ),
        ] {
            let described = EventSchema::Event(data);
            let text: String = events.as_array().unwrap().iter().map(|event| described.write(event)).collect();
            assert_eq!(text, written);
            assert_eq!(Value::from(read(&text, described).unwrap()), events);
        }
        assert_eq!(
            EventSchema::Event(Data::Text).write(&json!({"event": "a\nb", "id": null, "data": "c"})),
            "event: a b\ndata: c\n\n"
        );
        let read = |text: &str| read(text, EventSchema::Event(Data::Json));
        assert_eq!(
            read("event: a\n\n: b\nid: 1\nretry: x\ndata: 1\n\ndata: [DONE]\n\n").unwrap(),
            [json!({"id": "1", "data": 1})]
        );
        assert_eq!(
            read("data: {\"event\": \"a\", \"data\": 1}\n\nid: 2\ndata: {\"event\": \"a\", \"data\": 1}\n\n").unwrap(),
            [json!({"event": "a", "data": 1}), json!({"id": "2", "data": {"event": "a", "data": 1}})]
        );
        assert_eq!(read("data: 1\n\ndata: x\n\n").unwrap_err().index, 1);
    }
}
