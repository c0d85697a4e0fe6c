//! Documented responses, their bodies serialised once.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use keyapi_spec::document::parameter::kind;
use keyapi_spec::document::response_header::{self, is_of_the_message};
use keyapi_spec::message::media_type::MediaType;
use keyapi_spec::message::sequence::Sequence;
use keyapi_xml::Unwritable;
use serde_json::{Value, json};

use super::elements;
use super::representation::{Concrete, Fidelity, Written};
use super::schema::{Direction, Schema};
use super::source::{Source, items, properties};
use super::whole_text;
use crate::document::sample::{self, Style};
use crate::document::values::{self, Place};
use crate::document::violation::Violation;

/// What a response can have as its status: those below are of no final response, and those above of none at all (RFC 9110,
/// section 15).
pub(crate) const STATUSES: RangeInclusive<u16> = 200..=599;

/// The key of a documented response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// One status.
    Exact(u16),
    /// A hundred statuses, such as `4XX`.
    Range(u8),
    /// Every status that is not documented otherwise.
    Default,
}

/// One documented response of an operation.
#[derive(Debug)]
pub(crate) struct Response {
    /// Which statuses it describes.
    pub code: Code,
    /// Headers that it carries, with their example values.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Its bodies, one for each media type.
    pub contents: Vec<Content>,
}

/// The body of a response in one media type.
#[derive(Debug)]
pub(crate) struct Content {
    /// The media type, or a range of them.
    pub media_type: MediaType,
    /// The media type as the document spells it.
    pub label: String,
    /// The types that a body of it can have: the media type itself, or what is typical of the range.
    pub concrete: Vec<Concrete>,
    /// What the body looks like.
    pub schema: Option<Schema>,
    /// Documented examples.
    pub examples: Vec<Example>,
    /// The names of those that are no body of the media type and are not sent, and what is wrong with each.
    pub unsendable: Vec<(String, Violation)>,
    sampled: OnceLock<Option<Example>>,
}

/// One example of a body.
#[derive(Debug)]
pub(crate) struct Example {
    /// Its name; `default` for the one without a name.
    pub name: String,
    /// The value as it can be written. It is read again from there where it is asked for, which is seldom.
    pub written: Written,
    violations: OnceLock<Box<[Violation]>>,
}

impl Code {
    /// Reads `200`, `4XX` or `default`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            b"default" => Some(Self::Default),
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Self::Range(class - b'0')),
            [_, _, _] => text.parse().ok().filter(|code| (100..=999).contains(code)).map(Self::Exact),
            _ => None,
        }
    }
}

/// As a document spells it.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(status) => write!(f, "{status}"),
            Self::Range(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Response {
    pub(super) fn compile(source: &Arc<Source>, code: Code, raw: &Value) -> Self {
        let raw = source.resolve(raw);
        let headers = properties(raw.get("headers")).flat_map(|(name, header)| {
            let lines = if is_of_the_message(name) { None } else { header_lines(source, name, source.resolve(header)) };
            let name = HeaderName::try_from(name.as_str()).ok();
            lines.into_iter().flatten().filter_map(move |line| Some((name.clone()?, line)))
        });
        let contents = properties(raw.get("content"))
            .filter_map(|(label, content)| Content::compile(source, label, source.resolve(content)));
        Self { code, headers: headers.collect(), contents: contents.collect() }
    }
}

impl Content {
    fn compile(source: &Arc<Source>, label: &str, raw: &Value) -> Option<Self> {
        let media_type = MediaType::parse(label)?;
        let schema = raw.get("schema").map(|schema| Schema::new(source, &bare(schema), Direction::Response));
        let concrete = match Concrete::named(&media_type, label) {
            Some(itself) => vec![itself],
            None => Concrete::typical(&media_type),
        };
        let (mut examples, mut unsendable) = (Vec::new(), Vec::new());
        let (shown, is_of_schema) = shown(source, raw);
        for (name, value) in shown {
            match whole_text::check(&media_type, value, Place::ResponseBody) {
                None => examples.push(Example::new(name, Written::new(value))),
                // A body is made up with it.
                Some(_) if is_of_schema && schema.as_ref().is_some_and(whole_text::is_described) => {}
                Some(wrong) => unsendable.push((name, wrong)),
            }
        }
        let (label, sampled) = (label.to_owned(), OnceLock::new());
        Some(Self { media_type, label, concrete, schema, examples, unsendable, sampled })
    }

    /// What is wrong with a value of the body. A text is the body as it is sent, unless the schema says that it is one.
    pub(crate) fn check(&self, value: &Value, schema: &Schema) -> Vec<Violation> {
        let Some(sequence) = Sequence::of_type(&self.media_type) else {
            return match value {
                Value::String(xml) if self.media_type.is_xml() && !schema.accepts(value) => check_xml(xml, schema),
                value => values::check(value, schema, Place::ResponseBody),
            };
        };
        let elements = match value {
            // Whoever speaks of a text may mean all of the stream.
            Value::String(_) if elements::may_be(schema, "string") && schema.accepts(value) => return Vec::new(),
            Value::String(text) => match elements::read(sequence, text, Some(schema)) {
                Ok(elements) => Cow::Owned(elements),
                Err(part) => return vec![elements::unreadable(sequence, &part, Place::ResponseBody)],
            },
            Value::Array(elements) => Cow::from(elements),
            value => Cow::from(std::slice::from_ref(value)),
        };
        elements::check(&elements, schema, |value, index| match index.map(|index| index.to_string()) {
            Some(number) => values::check(value, schema, Place::ResponseElement(&number)),
            None => values::check(value, schema, Place::ResponseElements),
        })
    }

    /// The documented example of a name.
    pub(crate) fn example(&self, name: &str) -> Option<&Example> {
        self.examples.iter().find(|example| example.name == name)
    }

    /// What is wrong with the examples that are not sent.
    pub(crate) fn unsent(&self) -> Vec<Violation> {
        self.unsendable.iter().map(|(_, wrong)| wrong.clone()).collect()
    }

    /// The first documented example, or else one made from the schema; an error where the schema is too large for that.
    pub(crate) fn first(&self) -> Result<Option<&Example>, sample::TooComplex> {
        if let Some(example) = self.examples.first() {
            return Ok(Some(example));
        }
        let Some(schema) = &self.schema else { return Ok(None) };
        let sampled = self.sampled.get_or_init(|| {
            let made = sample::sample(schema, Style::Plain).ok()?;
            let value = self.writable(made.value);
            let example = Example::new("default".to_owned(), Written::made_up(&value, &self.media_type));
            // The body fits without the examples that do not, which is worth telling all the same.
            let rejected = made.rejected.map(|rejected| self.check(&self.writable(rejected), schema));
            let wrong: Box<[Violation]> = self.unsent().into_iter().chain(rejected.into_iter().flatten()).collect();
            if !wrong.is_empty() {
                _ = example.violations.set(wrong);
            }
            Some(example)
        });
        sampled.as_ref().map(Some).ok_or(sample::TooComplex)
    }

    /// A value as XML, where a schema says how it is written.
    pub(crate) fn xml(
        &self,
        written: &Written,
        media_type: &MediaType,
    ) -> Option<Result<(Fidelity, Bytes), Unwritable>> {
        let schema = self.schema.as_ref().filter(|_| media_type.is_xml())?;
        let value = serde_json::from_slice(written.json()).ok()?;
        Some(schema.write_xml(&value).map(|xml| (Fidelity::AsItIs, xml.into())))
    }

    /// A value as events, where a schema says what these are.
    pub(crate) fn events(&self, written: &Written, media_type: &MediaType) -> Option<(Fidelity, Bytes)> {
        let schema = self.schema.as_ref().filter(|_| media_type.is_event_stream())?;
        let value = written.value();
        // A text is the whole stream.
        let events = || Bytes::from(elements::write(Sequence::Events, &value, Some(schema)));
        (!value.is_string()).then(|| (Fidelity::AsItIs, events()))
    }

    /// A value that was made up, as the one element where it would be taken for the whole of a stream, or as the XML that it
    /// would be taken for; or a text in its place where the media type holds texts alone and the schema does not mind.
    pub(crate) fn writable(&self, value: Value) -> Value {
        if let (Some(schema), true) = (&self.schema, value.is_string() && self.media_type.is_xml()) {
            return schema.write_xml(&value).map_or(value, Value::String);
        }
        if value.is_string() && Sequence::of_type(&self.media_type).is_some() {
            return Value::Array(vec![value]);
        }
        let text = json!("string");
        let holds = |media_type: &MediaType| {
            let is_stream = media_type.is_json_lines() || media_type.is_json_sequence();
            media_type.is_json() || media_type.is_text() || media_type.is_xml() || is_stream
        };
        let of_texts = !self.concrete.iter().any(|concrete| holds(&concrete.media_type));
        let fits = || self.schema.as_ref().is_some_and(|schema| schema.accepts(&text));
        if of_texts && !value.is_string() && fits() { text } else { value }
    }
}

impl Example {
    fn new(name: String, written: Written) -> Self {
        Self { name, written, violations: OnceLock::new() }
    }

    /// The example as a value.
    pub(crate) fn value(&self) -> Value {
        self.written.value()
    }

    /// Where the example does not fit the schema that the document gives for it.
    pub(crate) fn violations(&self, content: &Content) -> &[Violation] {
        self.violations.get_or_init(|| match &content.schema {
            Some(schema) if !schema.is_inferred() => content.check(&self.value(), schema).into(),
            _ => Box::default(),
        })
    }
}

/// What is wrong with a text that is the XML itself.
fn check_xml(xml: &str, schema: &Schema) -> Vec<Violation> {
    let mut found = Vec::new();
    // Whatever the text declares, it was written as this one.
    let read = schema.read_xml(xml.as_bytes(), Some("utf-8"), Place::ResponseBody, &mut found);
    found.extend(read.into_iter().flat_map(|value| values::check(&value, schema, Place::ResponseBody)));
    found
}

/// A schema without the example inside it, which is often most of it and is kept apart; that of a text may be what a body is
/// made up with.
fn bare(schema: &Value) -> Value {
    let Some(properties) = schema.as_object().filter(|_| kind(schema) != "string") else { return schema.clone() };
    properties
        .iter()
        .filter(|(name, _)| *name != "example")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// All documented examples of a media type, in the order of precedence: named ones, the one beside the schema, the one
/// inside it; and whether it is that one.
fn shown<'a>(source: &'a Source, raw: &'a Value) -> (Vec<(String, &'a Value)>, bool) {
    let named: Vec<_> = properties(raw.get("examples"))
        .filter_map(|(name, example)| Some((name.clone(), source.resolve(example).get("value")?)))
        .collect();
    if !named.is_empty() {
        return (named, false);
    }
    let schema = raw.get("schema").map(|schema| source.resolve(schema));
    let beside = raw.get("example");
    let inside = || {
        let schema = schema?;
        schema.get("example").or_else(|| schema.get("x-example")).or_else(|| items(schema.get("examples")).next())
    };
    let single = beside.or_else(inside).map(|value| ("default".to_owned(), value));
    (single.into_iter().collect(), beside.is_none())
}

/// The lines of a header; `keyapi_spec` reports what cannot be sent.
fn header_lines(source: &Arc<Source>, name: &str, header: &Value) -> Option<Vec<HeaderValue>> {
    let owner = response_header::content(header).map_or(header, |(_, content)| content);
    let named = properties(owner.get("examples")).next().and_then(|(_, example)| source.resolve(example).get("value"));
    let schema = owner.get("schema").map(|schema| Schema::new(source, schema, Direction::Response));
    let sampled = || sample::sample(schema.as_ref()?, Style::Plain).ok();
    let value = owner.get("example").or(named).cloned().or_else(|| Some(sampled()?.value))?;
    let lines = response_header::lines(name, header, &value).ok()?;
    lines.iter().map(|line| HeaderValue::from_str(line).ok()).collect()
}
