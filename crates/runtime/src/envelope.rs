//! The envelope that the responses of a platform share.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use memchr::{memchr_iter, memmem};
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::{EnvelopeProperties, tolerant};

/// A body that may be an envelope.
pub trait Envelope {
    /// Whether its type has the envelope's `code`, which says whether the call succeeded.
    const HAS_CODE: bool;

    /// What the envelope carries.
    type Data;

    /// What the envelope carries, unless that is absent or null.
    fn into_data(self, properties: &EnvelopeProperties) -> Option<Self::Data>;

    /// The same, where it is.
    fn data(&self, properties: &EnvelopeProperties) -> Option<&Self::Data>;
}

impl Envelope for Value {
    const HAS_CODE: bool = true;

    type Data = Self;

    fn into_data(mut self, properties: &EnvelopeProperties) -> Option<Self> {
        let data = match properties.data {
            Some(name) => self.get_mut(name).map(Self::take),
            None => Some(self),
        };
        data.filter(|data| !data.is_null())
    }

    fn data(&self, properties: &EnvelopeProperties) -> Option<&Self> {
        let data = match properties.data {
            Some(name) => self.get(name),
            None => Some(self),
        };
        data.filter(|data| !data.is_null())
    }
}

/// Types that have no envelope carry themselves.
macro_rules! without_envelope {
    ($($({$parameter:ident})? $ty:ty),* $(,)?) => {$(
        impl$(<$parameter>)? Envelope for $ty {
            const HAS_CODE: bool = false;

            type Data = Self;

            fn into_data(self, _: &EnvelopeProperties) -> Option<Self> {
                Some(self)
            }

            fn data(&self, _: &EnvelopeProperties) -> Option<&Self> {
                Some(self)
            }
        }
    )*};
}

without_envelope! {
    (), bool, i64, u64, f64, String, Bytes, Map<String, Value>, {T} Vec<T>, {T} Option<T>, {T} BTreeMap<String, T>,
}

/// The envelope's properties without its data, read from a body of any shape.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe {
    code: Value,
    message: Value,
    request_id: Value,
}

impl Probe {
    /// Reads what there is; a body that is not an envelope has nothing.
    pub(crate) fn read(body: &[u8], properties: &EnvelopeProperties) -> Self {
        let read = |body: &[u8]| {
            let mut deserializer = serde_json::Deserializer::from_slice(body);
            let probe = deserializer.deserialize_map(Reader(properties))?;
            deserializer.end().map(|()| probe)
        };
        // What is repaired in a body is repaired in its envelope.
        let read = read(tolerant::without_mark(body)).or_else(|error| match error.is_syntax() {
            true => read(&tolerant::without_lone_surrogates(body)),
            false => Err(error),
        });
        read.unwrap_or_default()
    }

    pub(crate) fn code(&self) -> Option<i64> {
        as_code(&self.code)
    }

    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_str()
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        self.request_id.as_str()
    }
}

/// Whether a body says success, as far as that shows without reading all of it: its first code is that of success, and
/// nothing after it can be another. Nearly every success does, and is spared a reading of all that it carries.
pub(crate) fn says_success(body: &[u8], properties: &EnvelopeProperties) -> bool {
    let (Some(name), body) = (properties.code, tolerant::without_mark(body)) else { return false };
    let mut first = None;
    // The reader stops at the code, which the deserializer takes for an error.
    _ = serde_json::Deserializer::from_slice(body).deserialize_map(FirstCode { name, code: &mut first });
    first.as_ref().and_then(as_code) == Some(properties.success) && is_given_once(name, body)
}

/// Whether a name stands in quotes once at most, and no other text can be the name written with escapes.
fn is_given_once(name: &str, body: &[u8]) -> bool {
    let is_quoted = |at: &usize| {
        let before = at.checked_sub(1).and_then(|at| body.get(at));
        [before, body.get(at + name.len())] == [Some(&b'"'); 2]
    };
    let is_escape = |at: usize| body.get(at + 1) == Some(&b'u');
    memmem::find_iter(body, name).filter(is_quoted).nth(1).is_none() && !memchr_iter(b'\\', body).any(is_escape)
}

fn as_code(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// Reads a map up to its first code.
struct FirstCode<'a> {
    name: &'static str,
    code: &'a mut Option<Value>,
}

impl<'de> Visitor<'de> for FirstCode<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<(), A::Error> {
        while let Some(is_code) = properties.next_key_seed(Is(self.name))? {
            if is_code {
                *self.code = Some(properties.next_value()?);
                return Err(A::Error::custom("the rest is not read"));
            }
            properties.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Whether a name is this one, without a copy of it.
struct Is(&'static str);

impl<'de> DeserializeSeed<'de> for Is {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<bool, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Is {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

struct Reader<'a>(&'a EnvelopeProperties);

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Probe;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<Probe, A::Error> {
        let mut probe = Probe::default();
        while let Some(name) = properties.next_key::<String>()? {
            let slot = match Some(name.as_str()) {
                name if name == self.0.code => &mut probe.code,
                name if name == self.0.message => &mut probe.message,
                name if name == self.0.request_id => &mut probe.request_id,
                _ => {
                    properties.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            // Of a property that is given twice, the last one counts.
            *slot = properties.next_value()?;
        }
        Ok(probe)
    }
}

#[cfg(test)]
mod tests {
    use super::{Probe, says_success};
    use crate::test_platform::PLATFORM;

    #[test]
    fn what_says_success_at_a_glance_says_so_in_full() {
        let bodies: [(&[u8], bool); 17] = [
            (br#"{"code":0,"data":{}}"#, true),
            (br#"{"data":{"x":"\\"},"code":"0"}"#, true),
            (b"\xef\xbb\xbf{\"code\":0}", true),
            (br#"{"code":0,"data":{"country_code":1,"codes":[]}}"#, true),
            (br#"{"code":429}"#, false),
            (br#"{"code":0,"code":429}"#, false),
            (br#"{"code":0,"c\u006fde":429}"#, false),
            (br#"{"c\u006fde":429,"code":0}"#, false),
            (br#"{"code":null}"#, false),
            (br#"{"code":0.0}"#, false),
            (br#"{"data":{"code":0}}"#, false),
            (br#"{"message":"code"}"#, false),
            (br#"[{"code":0}]"#, false),
            (br#"{"code":"#, false),
            (b"code", false),
            (b"code\"", false),
            (b"", false),
        ];
        for (body, expected) in bodies {
            let text = String::from_utf8_lossy(body);
            assert_eq!(says_success(body, &PLATFORM.envelope), expected, "{text}");
            assert!(!expected || Probe::read(body, &PLATFORM.envelope).code() == Some(0), "{text}");
        }
    }
}
