//! Examples in other media types than JSON: they are judged as what they stand for, and nothing is inferred from them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use keyapi_xml::Strict;
use serde_json::{Map, Value};

use super::CONTRADICTION;
use crate::diagnostic::{Diagnostic, join};
use crate::document::body;
use crate::document::{operations, resolve_with_pointer, schema_of};
use crate::message::event::EventSchema;
use crate::message::form_text;
use crate::message::media_type::MediaType;
use crate::message::sequence::{Sequence, Unreadable};
use crate::message::syntax::{self, Flaw};
use crate::schema::all_of::flatten;
use crate::schema::alternatives::{alternatives, kind_of};
use crate::schema::json_type;
use crate::schema::keyword;
use crate::schema::xml;

/// An example, or one of the values that it is made of.
pub(super) struct NonJsonExample<'a> {
    pub(super) schema: &'a Value,
    pub(super) value: Cow<'a, Value>,
    /// JSON pointer to it, or to the text that it stands in.
    pub(super) pointer: String,
    pub(super) is_text: bool,
}

/// All examples of a document whose media types say what they stand for, and what is wrong with those that stand for nothing.
pub(super) fn examples(document: &Value) -> (Vec<NonJsonExample<'_>>, Vec<Diagnostic>) {
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    for (label, media, pointer) in contents(document) {
        let Some(media_type) = MediaType::parse(label).filter(|known| !known.is_json() && !known.is_range()) else {
            continue;
        };
        // Without a schema a text is a body of its media type all the same.
        let schema = media.get("schema").unwrap_or(&Value::Null);
        let reader = Reader { document, media, schema, label, media_type: &media_type };
        for (pointer, example, is_of_schema) in shown(document, media, &pointer) {
            match reader.values(example, &pointer, is_of_schema) {
                Ok(values) => found.extend(values),
                Err(why) => {
                    let warning = Diagnostic::warning(CONTRADICTION, pointer, why);
                    diagnostics.push(warning.help("correct the example or the schema in the overlay"));
                }
            }
        }
    }
    (found, diagnostics)
}

/// The media types of all bodies, each once.
fn contents(document: &Value) -> Vec<(&str, &Value, String)> {
    let below = |pointer: &str| -> Vec<String> {
        let keys = document.pointer(pointer).and_then(Value::as_object).into_iter().flat_map(Map::keys);
        keys.map(|key| join(pointer, key)).collect()
    };
    let of_operation = |pointer: String| {
        let responses = below(&join(&pointer, "responses"));
        std::iter::once(join(&pointer, "requestBody")).chain(responses)
    };
    let holders = operations(document).into_iter().flat_map(|key| of_operation(key.pointer));
    let shared = ["/components/requestBodies", "/components/responses"].into_iter().flat_map(below);
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for pointer in holders.chain(shared) {
        let Some((holder, target)) = document.pointer(&pointer).and_then(|node| resolve_with_pointer(document, node))
        else {
            continue;
        };
        let pointer = join(&target.map_or(pointer, Cow::into_owned), "content");
        if seen.insert(pointer.clone()) {
            let content = holder.get("content").and_then(Value::as_object).into_iter().flatten();
            found.extend(content.map(|(label, media)| (label.as_str(), media, join(&pointer, label))));
        }
    }
    found
}

/// The examples of a media type, that of a schema which stands in it included, and whether they are that one.
fn shown<'a>(document: &'a Value, media: &'a Value, pointer: &str) -> Vec<(String, &'a Value, bool)> {
    let beside = body::examples(document, media, pointer).into_iter();
    let own = media.get("schema").and_then(|schema| schema.get("example"));
    let own = own.map(|value| (join(&join(pointer, "schema"), "example"), value, true));
    beside.map(|(pointer, value)| (pointer, value, false)).chain(own).collect()
}

struct Reader<'a, 'm> {
    document: &'a Value,
    media: &'a Value,
    schema: &'a Value,
    label: &'a str,
    media_type: &'m MediaType,
}

impl<'a> Reader<'a, '_> {
    /// The values that an example stands for; why it stands for none.
    fn values(&self, example: &'a Value, pointer: &str, is_of_schema: bool) -> Result<Vec<NonJsonExample<'a>>, String> {
        let flat = schema_of(self.document, self.schema).map(|schema| flatten(self.document, schema).schema);
        let kind = flat.as_deref().map_or("", kind_of);
        let flaw = example.as_str().and_then(|text| self.flaw(text));
        // A schema of texts shows what is in the body, and others show the text of it.
        let is_inside = is_of_schema && kind == "string" && flaw.is_some();
        if let Some(why) = flaw.filter(|_| !is_inside) {
            return Err(why);
        }
        if self.schema.is_null() {
            return Ok(Vec::new());
        }
        // An `enum` that does not list the text as a whole lists the values that are written in it.
        let listed = flat.as_deref().and_then(|flat| flat.get("enum")?.as_array());
        let is_listed = listed.is_none_or(|listed| listed.contains(example));
        let is_value = kind == "string" && (is_inside || is_listed || !self.has_syntax());
        let text = example.as_str().filter(|_| !is_value);
        let one = |value: Cow<'a, Value>, pointer: String| NonJsonExample {
            schema: self.schema,
            value,
            pointer,
            is_text: text.is_some(),
        };
        let whole = |value: Value| vec![one(Cow::Owned(value), pointer.to_owned())];
        Ok(match (Sequence::of_type(self.media_type), text) {
            (Some(sequence), Some(text)) => {
                let read = sequence.read(text, EventSchema::of(self.document, self.schema));
                let values = read.map_err(|part| self.unreadable(&part))?;
                let each = |value| one(Cow::Owned(value), pointer.to_owned());
                if kind == "array" { whole(values.into()) } else { values.into_iter().map(each).collect() }
            }
            // A schema may speak of the values of a stream.
            (Some(_), None) if kind != "array" && example.is_array() => {
                let elements = example.as_array().into_iter().flatten().enumerate();
                elements.map(|(index, value)| one(Cow::Borrowed(value), join(pointer, &index.to_string()))).collect()
            }
            (_, None) => vec![one(Cow::Borrowed(example), pointer.to_owned())],
            (None, Some(text)) if self.media_type.is_xml() => whole(self.xml(text)?),
            (None, Some(text)) if self.media_type.is_form() => {
                whole(form_text::read(self.document, self.schema, self.media.get("encoding"), text))
            }
            (None, Some(_)) => Vec::new(),
        })
    }

    /// Whether texts of the media type are told from others here.
    fn has_syntax(&self) -> bool {
        self.media_type.is_xml() || Sequence::of_type(self.media_type).is_some()
    }

    /// Why a text is no body of the media type, whatever the schema says.
    fn flaw(&self, text: &str) -> Option<String> {
        Some(match syntax::flaw(self.media_type, text)? {
            Flaw::Xml(why) => format!("the example is no XML: {why}"),
            Flaw::Part(_, part) => self.unreadable(&part),
        })
    }

    fn unreadable(&self, Unreadable { index, reason }: &Unreadable) -> String {
        format!("the example is no `{}`: element {index} {reason}", self.label)
    }

    fn xml(&self, text: &str) -> Result<Value, String> {
        let known = xml::judged(self.document, self.schema);
        let accepts = |schema: &Value, value: &Value| may_be(self.document, schema, value);
        // Whatever the text declares, it was written as this one.
        let read = keyapi_xml::read_strictly(text.as_bytes(), Some("utf-8"), &known, &accepts);
        let Strict { value, unexpected } = read.map_err(|why| format!("the example is no XML: {why}"))?;
        match unexpected.first() {
            None => Ok(value),
            Some(found) if found.path.is_empty() => Err(format!("the element of the example {found}")),
            Some(found) => Err(format!("`{}` of the example {found}", found.path.join("."))),
        }
    }
}

/// Whether a value is of the type of a schema, or of one of those that it is one of, and of the values that this one lists;
/// a text that has to be like a pattern is.
fn may_be(document: &Value, schema: &Value, value: &Value) -> bool {
    let Some(schema) = schema_of(document, schema) else { return true };
    let flat = flatten(document, schema).schema;
    let is_it = |one: &Value| {
        let listed = one.get("enum").and_then(Value::as_array);
        let pattern = one.get("pattern").and_then(Value::as_str).and_then(keyword::compile);
        let is_like = pattern.zip(value.as_str()).is_none_or(|(pattern, text)| pattern.is_match(text).unwrap_or(true));
        let kind = kind_of(one);
        let is_of_type = kind.is_empty() || json_type::is_of(value, kind);
        is_of_type && is_like && listed.is_none_or(|listed| listed.contains(value))
    };
    match alternatives(document, &flat).as_slice() {
        [] => is_it(&flat),
        several => several.iter().any(is_it),
    }
}
