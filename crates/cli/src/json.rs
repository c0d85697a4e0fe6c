//! JSON whose numbers are as they were written, since no float holds all of them.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    Object(IndexMap<String, Self>),
    List(Vec<Self>),
    Text(String),
    /// A number, a boolean or null, as it was written.
    Scalar(Box<RawValue>),
}

impl Json {
    /// The null of data that is absent.
    pub(crate) fn null() -> Self {
        Self::Scalar(RawValue::NULL.to_owned())
    }

    /// Reads a text.
    pub(crate) fn read(text: &[u8]) -> Result<Self, serde_json::Error> {
        // It limits how deep a text is, so that the functions that go through it have room.
        serde_json::from_slice::<Value>(text)?;
        Self::of(serde_json::from_slice(text)?)
    }

    fn of(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let properties: IndexMap<String, &RawValue> = serde_json::from_str(text)?;
                let properties = properties.into_iter().map(|(name, value)| Ok((name, Self::of(value)?)));
                Self::Object(properties.collect::<Result<_, serde_json::Error>>()?)
            }
            Some(b'[') => {
                let elements: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::List(elements.into_iter().map(Self::of).collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(text)?),
            _ => Self::Scalar(raw.to_owned()),
        })
    }

    /// The property of an object, taken out of it.
    pub(crate) fn property(self, name: &str) -> Option<Self> {
        match self {
            Self::Object(mut properties) => properties.swap_remove(name),
            _ => None,
        }
    }

    /// The text in one line.
    pub(crate) fn compact(&self) -> String {
        // What was read can be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The text with a line for each value.
    pub(crate) fn pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(properties) => serializer.collect_map(properties),
            Self::List(elements) => serializer.collect_seq(elements),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Scalar(raw) => raw.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn numbers_are_as_they_were_written() {
        let text = r#"{"b":18446744073709551616,"a":[1.10,-0,1E2,true,null],"é\"":"\u00e9"}"#;
        let read = Json::read(text.as_bytes()).unwrap();
        assert_eq!(read.compact(), text.replace(r"\u00e9", "é"));
        assert_eq!(read.property("a").unwrap().pretty(), "[\n  1.10,\n  -0,\n  1E2,\n  true,\n  null\n]");
    }

    #[test]
    fn the_last_of_two_properties_of_a_name_counts() {
        assert_eq!(Json::read(br#" {"a": 1, "a": 2} "#).unwrap().compact(), r#"{"a":2}"#);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in ["", "{", "[1,]", "01", &deep] {
            assert!(Json::read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Json::read(b"\"\xff\"").is_err());
    }
}
