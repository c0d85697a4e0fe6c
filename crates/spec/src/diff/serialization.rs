//! How values are written that are no bodies: by a style, or as a document of a media type.

use std::fmt;

use serde_json::Value;

use super::change::Effect;
use super::schema::Schema;
use super::types::Types;
use crate::message::media_type::MediaType;

/// How a parameter, a header or a property of a form is written.
#[derive(Clone, Debug)]
pub(super) struct Serialization<'a> {
    kind: Kind<'a>,
    pub(super) schema: Option<&'a Value>,
}

#[derive(Clone, Debug)]
enum Kind<'a> {
    /// Values are text, and lists and objects are put together by a style.
    Style { name: &'a str, explode: bool },
    /// Values are documents.
    Media { label: &'a str, parsed: Option<MediaType> },
}

impl<'a> Serialization<'a> {
    /// Reads a parameter, a header or an encoding. `style` is the one where none is named.
    pub(super) fn of(node: &'a Value, style: &'static str) -> Self {
        let content = node.get("content").and_then(Value::as_object).and_then(|content| content.iter().next());
        if let Some((label, media)) = content {
            return Self { kind: Kind::Media { label, parsed: MediaType::parse(label) }, schema: media.get("schema") };
        }
        let name = node.get("style").and_then(Value::as_str).unwrap_or(style);
        let explode = node.get("explode").and_then(Value::as_bool).unwrap_or(name == "form");
        Self { kind: Kind::Style { name, explode }, schema: node.get("schema") }
    }

    /// Whether values are text rather than JSON.
    pub(super) fn is_text(&self) -> bool {
        !matches!(&self.kind, Kind::Media { parsed: Some(media), .. } if media.is_json())
    }

    /// Whether values are written by a style.
    pub(super) fn has_style(&self) -> bool {
        matches!(self.kind, Kind::Style { .. })
    }

    /// What becomes of values where they are written in another way; nothing where that makes no difference to values of
    /// these types.
    pub(super) fn effect(&self, new: &Self, types: Types) -> Effect {
        let is_written_otherwise = match (&self.kind, &new.kind) {
            (Kind::Style { name: one, explode: was }, Kind::Style { name: other, explode: is }) => {
                let is_marked = |name: &str| ["label", "matrix"].contains(&name);
                let is_compound = types.meets(Types::ARRAY) || types.meets(Types::OBJECT);
                let explodes = match *other {
                    "deepObject" => false,
                    // Lists are written in the same way.
                    "simple" => types.meets(Types::OBJECT),
                    _ => is_compound,
                };
                one != other && (is_compound || is_marked(one) || is_marked(other)) || explodes && was != is
            }
            (Kind::Media { label: one, parsed: Some(known) }, Kind::Media { label: other, parsed: Some(parsed) }) => {
                match known.essence() == parsed.essence() {
                    _ if known.is_json() && parsed.is_json() || one.eq_ignore_ascii_case(other) => false,
                    true => return Effect::Unknown,
                    false => true,
                }
            }
            (Kind::Media { label: one, .. }, Kind::Media { label: other, .. }) => !one.eq_ignore_ascii_case(other),
            (Kind::Style { .. }, Kind::Media { .. }) | (Kind::Media { .. }, Kind::Style { .. }) => true,
        };
        if is_written_otherwise { Effect::Incomparable } else { Effect::None }
    }
}

impl fmt::Display for Serialization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Style { name, explode: true } => write!(f, "style {name}, exploded"),
            Kind::Style { name, explode: false } => write!(f, "style {name}"),
            Kind::Media { label, .. } => write!(f, "media type {label}"),
        }
    }
}

/// Whether values may have characters that a URL gives a meaning to, as neither numbers nor the two truth values have.
pub(super) fn has_text(types: Types) -> bool {
    [Types::STRING, Types::ARRAY, Types::OBJECT].into_iter().any(|kind| types.meets(kind))
}

/// The types that either of two schemas allows.
pub(super) fn types<'a>(old: (&'a Value, Option<&'a Value>), new: (&'a Value, Option<&'a Value>)) -> Types {
    let of = |(document, schema): (&'a Value, Option<&'a Value>)| Types::of(&Schema::of(document, schema));
    of(old).or(of(new))
}
