//! Names and values of a query string, a form or a cookie header, the values as they are written.
//!
//! Most styles are split before they are decoded, so that a comma that belongs to a value can be told from one that parts
//! two of them (OpenAPI 3.0.4, appendix E).

use std::borrow::Cow;

use keyapi_spec::message::media_type::MediaType;
use memchr::{memchr, memchr_iter, memchr2};
use percent_encoding::percent_decode_str;

/// How a text is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escaping {
    /// Not at all, as in the parts of a multipart form.
    None,
    /// Not at all, but with white space around the items of a list, as in headers (RFC 9110, section 5.6.1).
    Header,
    /// Percent-encoded, as in paths and cookies.
    Percent,
    /// Percent-encoded, with a plus for a space, as in query strings and forms.
    Form,
}

/// A text as a request writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    raw: Cow<'a, str>,
    escaping: Escaping,
}

/// A name and what is written for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    /// The name, decoded.
    pub name: Cow<'a, str>,
    /// The value.
    pub text: Text<'a>,
    /// What the value is, where a part of a multipart form says so.
    pub media_type: Option<MediaType>,
    name_is_utf8: bool,
}

/// Takes `a=1&b=2` apart.
pub(crate) fn parse(text: &str) -> Vec<Field<'_>> {
    // Most have nothing to decode, which one look at the whole text tells.
    let escaping = if is_encoded(text) { Escaping::Form } else { Escaping::None };
    let mut start = 0;
    let pairs = memchr_iter(b'&', text.as_bytes()).chain([text.len()]).map(|end| {
        let pair = &text[start..end];
        start = end + 1;
        pair
    });
    pairs.filter(|pair| !pair.is_empty()).map(|pair| Field::written(pair, escaping)).collect()
}

impl<'a> Field<'a> {
    /// A field whose name and value are as they stand.
    pub(crate) fn plain(name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let text = Text::new(value, Escaping::None);
        Self { name: name.into(), text, media_type: None, name_is_utf8: true }
    }

    /// A cookie.
    pub(crate) fn cookie(name: &'a str, value: &'a str) -> Self {
        Self::escaped(name, value, Escaping::Percent)
    }

    /// A field as `a=1` has it.
    fn written(pair: &'a str, escaping: Escaping) -> Self {
        match memchr(b'=', pair.as_bytes()) {
            Some(equals) => Self::escaped(&pair[..equals], &pair[equals + 1..], escaping),
            None => Self::escaped(pair, "", escaping),
        }
    }

    fn escaped(name: &'a str, value: &'a str, escaping: Escaping) -> Self {
        let name = Text::new(name, escaping);
        let name_is_utf8 = name.is_utf8();
        Self { name: name.into_decoded(), text: Text::new(value, escaping), media_type: None, name_is_utf8 }
    }

    /// Says what the value is.
    #[must_use]
    pub(crate) fn of_type(self, media_type: Option<MediaType>) -> Self {
        Self { media_type, ..self }
    }

    /// Whether name and value are UTF-8 once they are decoded.
    pub(crate) fn is_utf8(&self) -> bool {
        self.name_is_utf8 && self.text.is_utf8()
    }
}

impl<'a> Text<'a> {
    /// Takes a text.
    pub(crate) fn new(raw: impl Into<Cow<'a, str>>, escaping: Escaping) -> Self {
        Self { raw: raw.into(), escaping }
    }

    /// The text as it is written.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// What is written, with U+FFFD for what is not UTF-8.
    pub(crate) fn decoded(&self) -> Cow<'_, str> {
        self.borrowed().into_decoded()
    }

    /// Whether the text is UTF-8 once it is decoded.
    pub(crate) fn is_utf8(&self) -> bool {
        matches!(self.escaping, Escaping::None | Escaping::Header)
            || !is_encoded(&self.raw)
            || percent_decode_str(&self.raw).decode_utf8().is_ok()
    }

    /// Whether nothing is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The text behind a prefix, which is written as it stands.
    pub(crate) fn strip_prefix(&self, prefix: &str) -> Option<Text<'_>> {
        self.raw.strip_prefix(prefix).map(|rest| Text::new(rest, self.escaping))
    }

    /// The texts between separators that are written as they stand.
    pub(crate) fn split(&self, separator: char) -> impl Iterator<Item = Text<'_>> {
        let escaping = self.escaping;
        self.raw.split(separator).map(move |part| Text::new(part, escaping))
    }

    /// The texts on both sides of the first `=`.
    pub(crate) fn assignment(&self) -> (Text<'_>, Text<'_>) {
        let (name, value) = self.raw.split_once('=').unwrap_or((&self.raw, ""));
        (Text::new(name, self.escaping), Text::new(value, self.escaping))
    }

    fn borrowed(&self) -> Text<'_> {
        Text::new(&*self.raw, self.escaping)
    }

    fn into_decoded(self) -> Cow<'a, str> {
        match self.escaping {
            Escaping::None => self.raw,
            Escaping::Header => self.raw.trim_matches([' ', '\t']).to_owned().into(),
            _ if !is_encoded(&self.raw) => self.raw,
            Escaping::Percent => lossy(&self.raw).into_owned().into(),
            Escaping::Form => lossy(&self.raw.replace('+', " ")).into_owned().into(),
        }
    }
}

/// Whether anything is written otherwise than it is meant, which is rare.
fn is_encoded(text: &str) -> bool {
    memchr2(b'%', b'+', text.as_bytes()).is_some()
}

fn lossy(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}
