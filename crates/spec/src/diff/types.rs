//! The types and formats of schemas as sets of values.

use std::fmt;

use serde_json::Value;

use super::change::Effect;
use super::schema::Schema;
use crate::schema::number::integer;

/// A set of the types of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    pub(super) const STRING: Self = Self(2);
    pub(super) const BOOLEAN: Self = Self(4);
    pub(super) const ARRAY: Self = Self(8);
    pub(super) const OBJECT: Self = Self(16);
    pub(super) const INTEGER: Self = Self(32);
    /// Whole numbers are numbers, too.
    pub(super) const NUMBER: Self = Self(64 | 32);
    const ANY: Self = Self(127);

    const NAMES: [(Self, &'static str); 7] = [
        (Self::STRING, "string"),
        (Self::NUMBER, "number"),
        (Self::INTEGER, "integer"),
        (Self::BOOLEAN, "boolean"),
        (Self::ARRAY, "array"),
        (Self::OBJECT, "object"),
        (Self::NULL, "null"),
    ];

    /// The types that a schema allows, null among them where it is legal whatever else is said.
    pub(super) fn of(schema: &Schema<'_>) -> Self {
        let types = schema.parts.iter().fold(Self::ANY, |all, part| Self(all.0 & Self::of_part(part).0));
        if schema.allows_null() { Self(types.0 | Self::NULL.0) } else { types.without_null() }
    }

    /// The types that the keyword `type` allows.
    pub(super) fn of_part(part: &Value) -> Self {
        let named =
            |name: &str| Self::NAMES.iter().find(|(_, known)| *known == name).map_or(Self::ANY, |(set, _)| *set);
        match part.get("type") {
            Some(Value::String(name)) => named(name),
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).fold(Self(0), |all, name| Self(all.0 | named(name).0))
            }
            _ => Self::ANY,
        }
    }

    /// The type that a value is of.
    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
            Value::Number(number) if integer(number).is_some() => Self::INTEGER,
            // A number that is not whole.
            Value::Number(_) => Self(Self::NUMBER.0 & !Self::INTEGER.0),
        }
    }

    /// Whether it is every type, but for null, which other keywords may leave out.
    pub(super) fn is_any(self) -> bool {
        self.has(Self::ANY.without_null())
    }

    /// Whether it is null at most.
    pub(super) fn is_null(self) -> bool {
        self.without_null().0 == 0
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without_null(self) -> Self {
        Self(self.0 & !Self::NULL.0)
    }

    /// The set where values are text, which every scalar is there.
    pub(super) fn as_text(self) -> Self {
        if self.has(Self::STRING) { Self(self.0 | Self::NUMBER.0 | Self::BOOLEAN.0) } else { self }
    }

    /// What becomes of the values where one set becomes another.
    pub(super) fn effect(self, new: Self) -> Effect {
        match (self.has(new), new.has(self)) {
            (true, true) => Effect::None,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (false, false) => Effect::Incomparable,
        }
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_any() {
            return f.write_str("any type");
        }
        let is_named = |(set, name): &&(Self, &str)| self.has(*set) && (*name != "integer" || !self.has(Self::NUMBER));
        let names: Vec<&str> = Self::NAMES.iter().filter(is_named).map(|(_, name)| *name).collect();
        f.write_str(if names.is_empty() { "no type" } else { "" })?;
        f.write_str(&names.join(" or "))
    }
}

/// The format of a schema; none where it has none, or one that puts no condition on values.
pub(super) fn format<'a>(schema: &Schema<'a>) -> Option<&'a str> {
    schema.all("format").filter_map(Value::as_str).find(|format| !["password", "binary", ""].contains(format))
}

/// Formats of numbers, each of which allows what those before it allow.
const RANGES: [&str; 4] = ["int32", "int64", "float", "double"];

/// Formats of text that are defined, so that a text is in one of them or not, each with one that allows more.
const TEXTS: [(&str, &str); 21] = [
    ("date", ""),
    ("date-time", ""),
    ("time", ""),
    ("duration", ""),
    ("email", "idn-email"),
    ("idn-email", ""),
    ("hostname", "idn-hostname"),
    ("idn-hostname", ""),
    ("ipv4", "ip"),
    ("ipv6", "ip"),
    ("ip", ""),
    ("uri", "uri-reference"),
    ("uri-reference", ""),
    ("url", "uri-reference"),
    ("iri", "iri-reference"),
    ("iri-reference", ""),
    ("uuid", ""),
    ("json-pointer", ""),
    ("relative-json-pointer", ""),
    ("regex", ""),
    ("byte", ""),
];

/// What becomes of the values where one format becomes another. What is not defined is not known.
pub(super) fn format_effect(old: Option<&str>, new: Option<&str>) -> Effect {
    let is_known = |format: &str| RANGES.contains(&format) || wider(format).is_some();
    match (old, new) {
        (old, new) if old == new => Effect::None,
        (None, Some(new)) if is_known(new) => Effect::Narrows,
        (Some(old), None) if is_known(old) => Effect::Widens,
        (Some(old), Some(new)) => match (range(old), range(new), wider(old), wider(new)) {
            (Some(old), Some(new), ..) if old < new => Effect::Widens,
            (Some(_), Some(_), ..) => Effect::Narrows,
            (_, _, Some(wider), _) if wider == new => Effect::Widens,
            (.., Some(wider)) if wider == old => Effect::Narrows,
            (_, _, Some(_), Some(_)) => Effect::Incomparable,
            _ => Effect::Unknown,
        },
        _ => Effect::Unknown,
    }
}

/// Whether a format puts a condition on text.
pub(super) fn is_of_text(format: &str) -> bool {
    range(format).is_none()
}

fn range(format: &str) -> Option<usize> {
    RANGES.iter().position(|known| *known == format)
}

fn wider(format: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == format).map(|(_, wider)| *wider)
}
