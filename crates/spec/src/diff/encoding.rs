//! How the parts of forms are written (OpenAPI 3.0, "Encoding Object").

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::change::{Direction, Effect, digest};
use super::comparison::{At, Comparison, Draft};
use super::contents::Media;
use super::operations::Operation;
use super::schema::Schema;
use super::serialization::{self, Serialization};
use super::types::Types;
use crate::schema::keyword::conditions;

/// One property of a form in one of the documents.
struct Part<'a> {
    schema: Schema<'a>,
    encoding: &'a Value,
}

impl<'a> Part<'a> {
    /// Nothing for what is no property: nothing can be said of how it is written.
    fn of(document: &'a Value, media: &Media<'a>, name: &str) -> Option<Self> {
        let schema = Schema::of(document, media.node.get("schema")).property(document, name)?;
        let encoding = media.node.get("encoding").and_then(|encoding| encoding.get(name)).unwrap_or(&Value::Null);
        Some(Self { schema, encoding })
    }

    /// The media types that it may be of: those that are named, or the one that its type has.
    fn content_types(&self, document: &'a Value) -> BTreeSet<String> {
        match self.encoding.get("contentType").and_then(Value::as_str) {
            Some(list) => list.split(',').map(|one| one.trim().to_ascii_lowercase()).collect(),
            None => BTreeSet::from([content_type(document, &self.schema, 0).to_owned()]),
        }
    }

    /// Its headers but for the content type, which has a property of its own: whether each has to be there, and what it holds.
    fn headers(&self) -> BTreeMap<&'a String, (bool, Value)> {
        let headers = self.encoding.get("headers").and_then(Value::as_object).into_iter().flat_map(Map::iter);
        let headers = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        let described = headers.map(|(name, header)| {
            let is_required = header.get("required") == Some(&Value::Bool(true));
            // One that is a reference, or has a media type, is compared as it stands.
            (name, (is_required, header.get("schema").map_or_else(|| header.clone(), conditions)))
        });
        described.collect()
    }

    fn allows_reserved(&self) -> bool {
        self.encoding.get("allowReserved").and_then(Value::as_bool).unwrap_or_default()
    }
}

fn content_type<'a>(document: &'a Value, schema: &Schema<'a>, depth: usize) -> &'static str {
    const MOST_NESTED: usize = 16;
    let types = Types::of(schema).without_null();
    match types {
        _ if schema.first("format").is_some_and(|format| format == "binary" || format == "base64") => {
            "application/octet-stream"
        }
        Types::OBJECT => "application/json",
        Types::ARRAY if depth < MOST_NESTED => content_type(document, &schema.items(document), depth + 1),
        _ => "text/plain",
    }
}

impl<'a> Comparison<'a> {
    /// Compares how the parts of two bodies are written. Other bodies than forms have no parts.
    pub(super) fn encoding(
        &mut self,
        operation: &Operation<'a>,
        direction: Direction,
        words: &str,
        old: &Media<'a>,
        new: &Media<'a>,
    ) {
        let encodings = [old, new].map(|media| media.node.get("encoding").and_then(Value::as_object));
        let names: BTreeSet<&String> = encodings.into_iter().flatten().flat_map(Map::keys).collect();
        let changed: Vec<&str> =
            names.into_iter().map(String::as_str).filter(|name| self.is_encoded_otherwise(old, new, name)).collect();
        if changed.is_empty() {
            return;
        }
        let at = new.node.get("encoding").map_or(At::New(new.node), At::New);
        let id = format!("{direction}-body-encoding-changed");
        let listed = changed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!("{words}: how {listed} is written changed, and what that does is not proved");
        let draft = Draft::wire(Some(&operation.key), direction, id, Effect::Unknown, message);
        let written = encodings.map(|encoding| encoding.map(|all| Value::Object(all.clone()).to_string()));
        let subject = digest(written.iter().map(|text| text.as_deref().unwrap_or_default()));
        self.add(at, draft.place(words).subject(subject).change());
    }

    fn is_encoded_otherwise(&self, old: &Media<'a>, new: &Media<'a>, name: &str) -> bool {
        let (Some(one), Some(other)) = (Part::of(self.old, old, name), Part::of(self.new, new, name)) else {
            return false;
        };
        let has_other_types = one.content_types(self.old) != other.content_types(self.new);
        if old.is_multipart() && new.is_multipart() {
            return has_other_types || one.headers() != other.headers();
        }
        if !(old.is_form() && new.is_form()) {
            return false;
        }
        // A style takes the place of the media type.
        let has_style = |part: &Part<'a>| {
            ["style", "explode", "allowReserved"].iter().any(|property| part.encoding.get(property).is_some())
        };
        let types = Types::of(&one.schema).or(Types::of(&other.schema));
        let written = [&one, &other].map(|part| Serialization::of(part.encoding, "form"));
        let has_other_style = written[0].effect(&written[1], types) != Effect::None;
        let is_otherwise_reserved = one.allows_reserved() != other.allows_reserved();
        has_other_style
            || is_otherwise_reserved && serialization::has_text(types)
            || !has_style(&one) && !has_style(&other) && has_other_types
    }
}
