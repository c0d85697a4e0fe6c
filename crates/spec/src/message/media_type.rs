//! Media types and ranges of them (RFC 9110, sections 8.3.1 and 12.5.1).

use std::fmt;

use mediatype::{MediaTypeBuf, MediaTypeList, Name, ReadParams, WriteParams};

/// A media type such as `application/json; charset=utf-8`, or a range of them such as `text/*`. Case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType(MediaTypeBuf);

/// How closely a range fits a media type, from the loosest to the closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// It is the other name of that type: `application/json` for `text/json`.
    OtherName,
    /// It is that type, with other parameters.
    OtherParameters,
    /// It is the range of all types.
    Any,
    /// It is the range of that top-level type, such as `text/*`.
    Type,
    /// It is the type that the suffix names: `application/json` for `application/hal+json`.
    Suffix,
    /// It is that type.
    Essence,
    /// It is that type, and names parameters of it.
    Parameters,
}

impl MediaType {
    /// Reads a media type or a range; nothing where the text is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t']);
        text.parse().or_else(|_| quoted(text).parse()).ok().map(Self)
    }

    /// Reads a list such as the value of an `Accept` header; what is neither a media type nor a range is left out.
    pub fn list(text: &str) -> impl Iterator<Item = Self> {
        MediaTypeList::new(text).flatten().map(|item| Self(item.into()))
    }

    /// A parameter such as `boundary`, without the quotes around it.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The same with another value of a parameter, where both can be written.
    #[must_use]
    pub fn with_parameter(&self, name: &str, value: &str) -> Self {
        let mut changed = self.0.to_ref();
        if let (Some(name), Some(value)) = (Name::new(name), mediatype::Value::new(value)) {
            changed.set_param(name, value);
        }
        Self(changed.into())
    }

    /// The type and the subtype in lower case, without parameters.
    pub fn essence(&self) -> String {
        self.0.essence().to_string().to_ascii_lowercase()
    }

    /// Whether bodies of this type are JSON, as the MIME Sniffing standard defines it: `application/json`, `text/json`
    /// and every `…+json`.
    pub fn is_json(&self) -> bool {
        self.is_written_as("json")
    }

    /// Whether bodies of this type are XML: `application/xml`, `text/xml` and every `…+xml`.
    pub fn is_xml(&self) -> bool {
        self.is_written_as("xml")
    }

    /// Whether bodies of this type are text without a syntax that is known here.
    pub fn is_text(&self) -> bool {
        is_called(self.0.ty(), "text") && !self.is_json() && !self.is_xml()
    }

    /// Whether bodies of this type are events that are sent one by one (WHATWG HTML, "server-sent events").
    pub fn is_event_stream(&self) -> bool {
        self.is("text", "event-stream")
    }

    /// Whether bodies of this type are JSON values, one on a line (jsonlines.org, NDJSON).
    pub fn is_json_lines(&self) -> bool {
        ["jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "ndjson", "x-ndjson"]
            .iter()
            .any(|name| self.is("application", name))
    }

    /// Whether bodies of this type are sequences of JSON texts (RFC 7464): `application/json-seq` and every `…+json-seq`.
    pub fn is_json_sequence(&self) -> bool {
        self.is_written_as("json-seq")
    }

    /// Whether bodies of this type are URL-encoded forms.
    pub fn is_form(&self) -> bool {
        self.is("application", "x-www-form-urlencoded")
    }

    /// Whether bodies of this type are multipart forms.
    pub fn is_multipart(&self) -> bool {
        self.is("multipart", "form-data")
    }

    /// Whether this is a range of types, which no body can have.
    pub fn is_range(&self) -> bool {
        is_called(self.0.ty(), "*") || is_called(self.0.subty(), "*")
    }

    /// How closely this range, or this type, fits a type; nothing where it does not.
    pub fn covers(&self, other: &Self) -> Option<Precision> {
        let (range, given) = (&self.0, &other.0);
        if range.ty() == "*" && range.subty() == "*" {
            return Some(Precision::Any);
        }
        if range.ty() != given.ty() {
            return None;
        }
        if range.subty() == "*" {
            let fits = range.suffix().is_none_or(|suffix| given.suffix().unwrap_or(given.subty()) == suffix);
            return fits.then_some(Precision::Type);
        }
        if range.subty() != given.subty() || range.suffix() != given.suffix() {
            return None;
        }
        let mut named = self.parameters().filter(|(name, value)| !is_implied(name, value)).peekable();
        if named.peek().is_none() {
            return Some(Precision::Essence);
        }
        let all = named.all(|(name, value)| other.parameter(name).is_some_and(|other| other == value));
        Some(if all { Precision::Parameters } else { Precision::OtherParameters })
    }

    /// How closely a description of bodies of this type fits bodies of another: also where the other has this one as its
    /// suffix, or is another name of it.
    pub fn describes(&self, other: &Self) -> Option<Precision> {
        let by_suffix = || {
            let is_suffix = self.0.ty() == other.0.ty() && self.0.suffix().is_none();
            (is_suffix && other.0.suffix() == Some(self.0.subty())).then_some(Precision::Suffix)
        };
        let by_name = || {
            let is_same = |syntax| self.has_two_names(syntax) && other.has_two_names(syntax);
            ["json", "xml"].into_iter().any(is_same).then_some(Precision::OtherName)
        };
        self.covers(other).or_else(by_suffix).or_else(by_name)
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.params().map(|(name, value)| (name.as_str(), value.unquoted_str().into_owned()))
    }

    /// Whether this is that type and subtype, which are given in lower case; parameters do not matter.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        is_called(self.0.subty(), subtype) && is_called(self.0.ty(), kind) && self.0.suffix().is_none()
    }

    fn is_written_as(&self, syntax: &str) -> bool {
        self.0.suffix().is_some_and(|suffix| is_called(suffix, syntax)) || self.has_two_names(syntax)
    }

    /// Whether this is the type of that syntax, which is an application's to some and a text to others.
    fn has_two_names(&self, syntax: &str) -> bool {
        self.is("application", syntax) || self.is("text", syntax)
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether a media type, as a document spells it, is JSON.
pub fn is_json(text: &str) -> bool {
    MediaType::parse(text).is_some_and(|media_type| media_type.is_json())
}

/// Whether a media type is `application/json` and says nothing else: JSON is in UTF-8 whatever a parameter says of that
/// (RFC 8259, section 11), and any other one makes it another type to some servers.
pub fn is_plain_json(text: &str) -> bool {
    MediaType::parse(text).is_some_and(|media_type| {
        media_type.is("application", "json")
            && media_type.parameters().all(|(name, _)| name.eq_ignore_ascii_case("charset"))
    })
}

/// A media type with quotation marks around the values that need them. Without them a value such as the boundary `=_1` is
/// clear all the same, and usual.
fn quoted(text: &str) -> String {
    let needs = |c: char| c.is_ascii_graphic() && !['"', '\\', ','].contains(&c);
    let parameter = |part: &str| match part.split_once('=') {
        Some((name, value)) if !value.is_empty() && value.chars().all(needs) => format!("{name}=\"{value}\""),
        _ => part.to_owned(),
    };
    let mut parts = text.split(';');
    let essence = parts.next().unwrap_or_default().to_owned();
    parts.fold(essence, |whole, part| format!("{whole};{}", parameter(part)))
}

/// Whether a name is that one, of which the case does not matter.
fn is_called(name: Name<'_>, text: &str) -> bool {
    // Most are spelled alike, which is the quicker thing to see.
    name.as_str() == text || name.as_str().eq_ignore_ascii_case(text)
}

/// Whether a parameter says nothing about the type: a weight is about the choice, and text is always UTF-8 here.
fn is_implied(name: &str, value: &str) -> bool {
    name.eq_ignore_ascii_case("q") || name.eq_ignore_ascii_case("charset") && value.eq_ignore_ascii_case("utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> MediaType {
        MediaType::parse(text).unwrap_or_else(|| panic!("{text} is a media type"))
    }

    #[test]
    fn what_is_no_media_type_is_told() {
        for text in ["", "undefined", "json", "/", "a/", "/b", "a//b", "application/;x", "a/b, a/b", "a/b c", "a/é"] {
            assert_eq!(MediaType::parse(text), None, "{text:?}");
        }
        for text in [" text/plain ", "Text/Plain; Charset=UTF-8", "a/b;charset=", "a/b;c=\"d;,e\"", "*/*", "a/*"] {
            assert!(MediaType::parse(text).is_some(), "{text:?}");
        }
        assert_eq!(parsed("a/b; c=d; boundary==_1/2").parameter("boundary").as_deref(), Some("=_1/2"));
        assert_eq!(parsed("a/b; Boundary=\"c\\\"d\"").parameter("boundary").as_deref(), Some("c\"d"));
    }

    #[test]
    fn the_syntax_follows_from_type_and_suffix() {
        let syntax = |text: &str| {
            let media_type = parsed(text);
            (media_type.is_json(), media_type.is_xml(), media_type.is_text())
        };
        for text in
            ["application/json", "APPLICATION/JSON; v=1", "text/json", "application/hal+json", "model/gltf+json"]
        {
            assert_eq!(syntax(text), (true, false, false), "{text}");
        }
        for text in ["application/xml", "text/xml", "image/svg+xml"] {
            assert_eq!(syntax(text), (false, true, false), "{text}");
        }
        for text in ["application/jsonl", "application/x-json", "image/json", "*/*"] {
            assert_eq!(syntax(text), (false, false, false), "{text}");
        }
        assert_eq!(syntax("text/csv"), (false, false, true));
    }

    #[test]
    fn a_parameter_has_one_value() {
        let changed = |text: &str| parsed(text).with_parameter("charset", "utf-8").to_string();
        assert_eq!(changed("text/xml; Charset=latin1; a=b"), "text/xml; a=b; charset=utf-8");
        assert_eq!(changed("text/xml"), "text/xml; charset=utf-8");
    }

    #[test]
    fn closer_ranges_are_more_precise() {
        let covers = |range: &str, given: &str| parsed(range).covers(&parsed(given));
        assert_eq!(covers("*/*", "a/b"), Some(Precision::Any));
        assert_eq!(covers("A/*", "a/b"), Some(Precision::Type));
        assert_eq!(covers("a/*+json", "a/b+json"), Some(Precision::Type));
        assert_eq!(covers("a/*+json", "a/b"), None);
        assert_eq!(covers("a/b", "a/B;c=d"), Some(Precision::Essence));
        assert_eq!(covers("a/b;charset=UTF-8;q=0.1", "a/b"), Some(Precision::Essence));
        assert_eq!(covers("a/b;C=d", "a/b;c=\"d\""), Some(Precision::Parameters));
        assert_eq!(covers("a/b;c=d", "a/b"), Some(Precision::OtherParameters));
        assert_eq!(covers("a/json", "a/b+json"), None);
        assert_eq!(parsed("a/json").describes(&parsed("a/b+json")), Some(Precision::Suffix));
        assert_eq!(covers("a/b", "a/*"), None);
        let describes = |one: &str, other: &str| parsed(one).describes(&parsed(other));
        for (one, other) in [("application/json", "Text/JSON; v=1"), ("text/xml", "application/xml")] {
            assert_eq!([describes(one, other), describes(other, one)], [Some(Precision::OtherName); 2]);
        }
        assert_eq!(describes("text/*", "text/json"), Some(Precision::Type));
        for (one, other) in [("application/json", "text/xml"), ("application/json", "text/plain"), ("a/b", "c/b")] {
            assert_eq!(describes(one, other), None, "{one} {other}");
        }
    }
}
