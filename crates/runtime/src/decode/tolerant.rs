//! Repairs what a body must not contain and what yet says nothing wrong, so that a response that was paid for is not lost. What
//! is legal JSON, and yet refused by a type, is repaired in `repair.rs`.
//!
//! This is off the normal path: a body comes here when it did not decode as it is.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Decoded;
use super::json_path::{element, property};
use crate::error::display_text::DisplayText;
use crate::security::key::ApiKey;

/// What a body may deviate in from JSON, or from the types of the document, and is decoded all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviationKind {
    /// The body begins with a byte order mark, which is left out.
    ByteOrderMark,
    /// An object has a property twice, of which the last one counts.
    RepeatedProperty,
    /// A list has an element `null` where the document has none, which is left out.
    NullElement,
    /// A string has half of a surrogate pair, in whose place is U+FFFD.
    LoneSurrogate,
    /// An integer is written with a fraction or an exponent, as in `5.0`, which is the same integer (JSON Schema 2020-12,
    /// Validation, section 6.1.1).
    IntegerWithFraction,
    /// The envelope's code is an integer that is written as a string, as in `"429"`, and is read as the integer.
    CodeAsString,
}

/// What was repaired in a body, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    kind: DeviationKind,
    path: DisplayText,
}

impl Deviation {
    /// In what the body deviates.
    #[must_use]
    pub fn kind(&self) -> DeviationKind {
        self.kind
    }

    /// The JSON path (RFC 9535) of the place in the body as it came, such as `$.data.trend[3]`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DeviationKind::ByteOrderMark => "a byte order mark",
            DeviationKind::RepeatedProperty => "a repeated property",
            DeviationKind::NullElement => "an element null",
            DeviationKind::LoneSurrogate => "half of a surrogate pair",
            DeviationKind::IntegerWithFraction => "an integer with a fraction or an exponent",
            DeviationKind::CodeAsString => "a code as a string",
        };
        write!(f, "{what} at {}", self.path)
    }
}

/// How many deviations are kept of one body, which may have as many as it has bytes.
const LIMIT: usize = 100;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What serde_json hands out a number under in a program that has turned on its feature `arbitrary_precision`.
const EXACT_NUMBER: &str = "$serde_json::private::Number";

/// That a text begins with a byte order mark.
pub(crate) fn of_mark(text: &[u8], key: &ApiKey) -> Option<Deviation> {
    let has_mark = text.starts_with(BYTE_ORDER_MARK);
    has_mark.then(|| Deviation { kind: DeviationKind::ByteOrderMark, path: key.display_text("$") })
}

/// A body without its byte order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// What is repaired in a body.
#[derive(Default)]
pub(crate) struct Repairs {
    found: Vec<(DeviationKind, String)>,
    /// Where the text is no JSON.
    broken: Option<String>,
}

impl Repairs {
    pub(crate) fn add(&mut self, kind: DeviationKind, path: &str) {
        if self.found.len() < LIMIT {
            self.found.push((kind, path.to_owned()));
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Forgets all but the first ones.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.found.truncate(count);
    }

    /// The place at which the text is no JSON.
    pub(crate) fn broken_at(&mut self) -> String {
        self.broken.take().unwrap_or_else(|| "$".to_owned())
    }

    /// What is said of it, without keys.
    pub(crate) fn deviations(&self, key: &ApiKey) -> Vec<Deviation> {
        self.found.iter().map(|(kind, path)| Deviation { kind: *kind, path: key.display_text(path) }).collect()
    }
}

/// Reads a body as JSON after repairing its text. The error's position is one in the body without its byte order mark.
pub(crate) fn value(body: &[u8], found: &mut Repairs) -> Result<Value, serde_json::Error> {
    let text = without_mark(body);
    if text.len() < body.len() {
        found.add(DeviationKind::ByteOrderMark, "$");
    }
    let mark = unused_character(text);
    let text = with_whole_surrogates(text, mark);
    let mut deserializer = serde_json::Deserializer::from_slice(&text);
    let mut path = "$".to_owned();
    let value = Node { path: &mut path, mark, found }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// A text as JSON, if it is, and what was repaired in it.
pub(crate) fn json(text: &[u8], key: &ApiKey) -> Option<Decoded<Value>> {
    let mut found = Repairs::default();
    let value = value(text, &mut found).ok()?;
    Some(Decoded { value: Box::new(value), deviations: found.deviations(key) })
}

/// The body without its byte order mark, and with U+FFFD in the place of every half of a surrogate pair: all that is repaired
/// in a text before it is JSON.
pub fn without_lone_surrogates(body: &[u8]) -> Vec<u8> {
    with_whole_surrogates(without_mark(body), char::REPLACEMENT_CHARACTER)
}

/// A character that stands for half a pair until its place is known: one of those that are no characters, and that the
/// text does not have.
fn unused_character(text: &[u8]) -> char {
    let has = |character: char| {
        let escape = format!("\\u{:04x}", u32::from(character));
        let mut buffer = [0; 4];
        let raw = character.encode_utf8(&mut buffer).as_bytes();
        text.windows(6).any(|window| window.eq_ignore_ascii_case(escape.as_bytes()))
            || text.windows(raw.len()).any(|window| window == raw)
    };
    ('\u{fdd0}'..='\u{fdd7}').find(|character| !has(*character)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Puts another escape of the same length in the place of every `\u` escape of half a surrogate pair.
fn with_whole_surrogates(text: &[u8], mark: char) -> Vec<u8> {
    let mut text = text.to_vec();
    let unit = |text: &[u8], at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let digits =
            str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\\' {
            at += 1;
            continue;
        }
        match (unit(&text, at), unit(&text, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                text[at..at + 6].copy_from_slice(format!("\\u{:04x}", u32::from(mark)).as_bytes());
                at += 6;
            }
            _ => at += 2,
        }
    }
    text
}

/// A value at a path. It is read as `serde_json::Value` reads it, and repairs are noted.
struct Node<'a> {
    path: &'a mut String,
    mark: char,
    found: &'a mut Repairs,
}

impl Node<'_> {
    fn text(&mut self, text: &str) -> String {
        if !text.contains(self.mark) || self.mark == char::REPLACEMENT_CHARACTER {
            return text.to_owned();
        }
        self.found.add(DeviationKind::LoneSurrogate, self.path);
        text.replace(self.mark, "\u{fffd}")
    }

    /// Reads what is at a place below this one.
    fn below<T, E>(&mut self, step: &str, read: impl FnOnce(Node<'_>) -> Result<T, E>) -> Result<T, E> {
        let length = self.path.len();
        self.path.push_str(step);
        let result = read(Node { path: self.path, mark: self.mark, found: self.found });
        if result.is_err() {
            self.found.broken.get_or_insert_with(|| self.path.clone());
        }
        self.path.truncate(length);
        result
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<Value, E> {
        Ok(self.text(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = self.below(&element(list.len()), |element| elements.next_element_seed(element))? {
            list.push(element);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut properties: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = properties.next_key::<String>()? {
            if name == EXACT_NUMBER {
                let digits: String = properties.next_value()?;
                return digits.parse().map(Value::Number).map_err(Error::custom);
            }
            let name = self.text(&name);
            let step = property(&name);
            if object.contains_key(&name) {
                self.found.add(DeviationKind::RepeatedProperty, &format!("{}{step}", self.path));
            }
            let value = self.below(&step, |value| properties.next_value_seed(value))?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}
