//! Documented parameters: where they stand, how they are written, what they may hold.

use std::sync::Arc;

use keyapi_spec::document::extension;
use keyapi_spec::document::parameter::Serialization;
pub(crate) use keyapi_spec::document::parameter::Style;
use serde_json::Value;

use super::schema::{Direction, Schema};
use super::source::{Source, flag, items, properties, text};

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Location {
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In the path.
    Path,
    /// In a cookie.
    Cookie,
}

/// Whether the items of an array or object are written apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Explode {
    /// Each item on its own.
    Yes,
    /// All in one text with separators.
    No,
}

/// Whether a request needs the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// The request is refused without it.
    Required,
    /// The request may leave it out.
    Optional,
}

/// One documented parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub location: Location,
    /// Whether a request needs it.
    pub presence: Presence,
    /// Whether the document advises against it.
    pub deprecated: bool,
    /// Whether an empty value counts as a value.
    pub allows_empty: bool,
    /// How its value is written.
    pub style: Style,
    /// Whether the items of its value are written apart.
    pub explode: Explode,
    /// What it may hold.
    pub schema: Option<Schema>,
    /// A documented value.
    pub example: Option<Value>,
}

impl Location {
    /// The word that documents and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Header => "header",
            Self::Path => "path",
            Self::Cookie => "cookie",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Query, Self::Header, Self::Path, Self::Cookie].into_iter().find(|location| location.as_str() == text)
    }
}

impl Parameter {
    /// Compiles a parameter; nothing for what OpenAPI says to ignore.
    pub(super) fn compile(source: &Arc<Source>, raw: &Value) -> Option<Self> {
        let raw = source.resolve(raw);
        let location = Location::parse(text(raw, "in")?)?;
        let name = text(raw, "name")?.to_owned();
        let reserved = ["accept", "content-type", "authorization"];
        if location == Location::Header && reserved.contains(&name.to_ascii_lowercase().as_str()) {
            return None;
        }
        let content = properties(raw.get("content")).next();
        let Serialization { style, explode } = Serialization::of(raw);
        let raw_schema = content.map_or(raw, |(_, content)| content).get("schema");
        let schema = raw_schema.map(|schema| Schema::new(source, schema, Direction::Request));
        Some(Self {
            presence: if flag(raw, "required") { Presence::Required } else { Presence::Optional },
            deprecated: flag(raw, "deprecated"),
            allows_empty: flag(raw, "allowEmptyValue"),
            explode: if explode { Explode::Yes } else { Explode::No },
            example: example(source, raw, raw_schema),
            name,
            location,
            style,
            schema,
        })
    }
}

fn example(source: &Source, raw: &Value, schema: Option<&Value>) -> Option<Value> {
    let named = || properties(raw.get("examples")).find_map(|(_, example)| source.resolve(example).get("value"));
    let schema = schema.map(|schema| source.resolve(schema));
    raw.get("example")
        .or_else(named)
        .or_else(|| schema?.get("example"))
        .or_else(|| schema?.get("default"))
        .or_else(|| items(schema?.get("enum")).next())
        .or_else(|| items(schema?.get(extension::EXTENSIBLE_ENUM)).next())
        .cloned()
}
