//! Schemas that say little, as those of most query parameters do: they are checked at once, and cost neither the time
//! nor the memory of a compiled validator.

use serde_json::{Map, Value};

/// Keywords that put no condition on a value.
const ANNOTATIONS: [&str; 10] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "externalDocs",
    "xml",
    "readOnly",
    "writeOnly",
];

/// A type, and for strings perhaps the allowed ones.
#[derive(Debug)]
pub(super) struct Plain {
    kind: Option<Kind>,
    allowed: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    String,
    Boolean,
    Object,
    Array,
}

impl Plain {
    /// Nothing for a schema that says more.
    pub(super) fn of(schema: &Value) -> Option<Self> {
        let properties = schema.as_object()?;
        let kind = match properties.get("type") {
            None => None,
            Some(kind) => Some(match kind.as_str()? {
                "string" => Kind::String,
                "boolean" => Kind::Boolean,
                "object" => Kind::Object,
                "array" => Kind::Array,
                _ => return None,
            }),
        };
        let allowed = match properties.get("enum") {
            None => None,
            Some(_) if kind != Some(Kind::String) => return None,
            Some(values) => {
                let texts = values.as_array()?.iter().map(|value| value.as_str().map(str::to_owned));
                Some(texts.collect::<Option<Vec<String>>>().filter(|texts| !texts.is_empty())?)
            }
        };
        properties.iter().all(|(name, value)| is_plain(name, value)).then_some(Self { kind, allowed })
    }

    /// Whether a text fits, as it stands.
    pub(super) fn accepts_text(&self, text: &str) -> bool {
        matches!(self.kind, None | Some(Kind::String))
            && self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|known| known == text))
    }

    /// Whether a value fits.
    pub(super) fn accepts(&self, value: &Value) -> bool {
        let right_kind = match (self.kind, value) {
            (None, _)
            | (Some(Kind::String), Value::String(_))
            | (Some(Kind::Boolean), Value::Bool(_))
            | (Some(Kind::Object), Value::Object(_))
            | (Some(Kind::Array), Value::Array(_)) => true,
            (Some(_), _) => false,
        };
        right_kind && (self.allowed.is_none() || value.as_str().is_some_and(|text| self.accepts_text(text)))
    }
}

fn is_plain(name: &str, value: &Value) -> bool {
    match name {
        "type" | "enum" => true,
        "nullable" => value == &Value::Bool(false),
        // An empty list of properties, which some documents have where they say nothing.
        "properties" => value.as_object().is_some_and(Map::is_empty),
        _ => name.starts_with("x-") || ANNOTATIONS.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_schemas_are_told_from_others() {
        let text = Plain::of(&json!({ "type": "string", "enum": ["a"], "x-b": 1, "default": "a" })).unwrap();
        assert!(text.accepts(&json!("a")) && !text.accepts(&json!("b")) && !text.accepts(&json!(1)));
        let anything = Plain::of(&json!({ "description": "anything" })).unwrap();
        assert!(anything.accepts(&json!(null)) && anything.accepts(&json!([1])));
        let object = Plain::of(&json!({ "type": "object", "properties": {} })).unwrap();
        assert!(object.accepts(&json!({ "a": 1 })) && !object.accepts(&json!("a")));
        for other in [
            json!({ "type": "integer" }),
            json!({ "type": "string", "minLength": 1 }),
            json!({ "type": "string", "nullable": true }),
            json!({ "type": "string", "enum": ["a", null] }),
            json!({ "type": "string", "enum": [] }),
            json!({ "enum": ["a"] }),
            json!({ "type": ["string"] }),
            json!({ "$ref": "#/a" }),
            json!({ "type": "object", "properties": { "a": {} } }),
            json!(true),
        ] {
            assert!(Plain::of(&other).is_none(), "{other}");
        }
    }
}
