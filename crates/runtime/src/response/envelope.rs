//! The envelope that the responses of a platform share.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::decode::number::whole;
use crate::decode::tolerant;
use crate::{BodyStream, EnvelopeProperties};

/// A body that may be an envelope.
pub trait Envelope: Send + Sized + Sync + 'static {
    /// Whether its type has the envelope's `code`, which says whether the call succeeded.
    const HAS_CODE: bool;

    /// What the envelope carries.
    type Data;

    /// What the envelope carries, unless that is absent or null.
    fn into_data(self, properties: &EnvelopeProperties) -> Option<Self::Data>;

    /// The same, where it is.
    fn data(&self, properties: &EnvelopeProperties) -> Option<&Self::Data>;

    /// Decodes JSON together with the code in it, if both are as the type has them.
    #[doc(hidden)]
    fn with_code(_json: &str, _: &EnvelopeProperties) -> Option<(Box<Self>, i64)> {
        None
    }
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

    fn with_code(json: &str, properties: &EnvelopeProperties) -> Option<(Box<Self>, i64)> {
        let value: Box<Self> = serde_json::from_str(json).ok()?;
        let code = as_code(value.get(properties.code?)?)?;
        Some((value, code))
    }
}

/// Types that have no envelope carry themselves.
macro_rules! without_envelope {
    ($($({$parameter:ident})? $ty:ty),* $(,)?) => {$(
        impl$(<$parameter: Send + Sync + 'static>)? Envelope for $ty {
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
    (), bool, i64, u64, f64, String, BodyStream, Bytes, Map<String, Value>, {T} Vec<T>, {T} Option<T>, {T} BTreeMap<String, T>,
}

/// The envelope's properties without its data, read from a body of any shape.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probe {
    code: Value,
    message: Value,
    request_id: Value,
}

impl Probe {
    /// Reads what there is; a body that is not an envelope has nothing. Of one that is cut, as those of errors are where
    /// they are long, it is what comes before the cut.
    pub(crate) fn read(body: &[u8], properties: &EnvelopeProperties) -> Self {
        let read = |body: &[u8]| {
            let (mut probe, mut deserializer) = (Self::default(), serde_json::Deserializer::from_slice(body));
            let read = deserializer.deserialize_map(Reader { properties, probe: &mut probe });
            match read.and_then(|()| deserializer.end()) {
                Err(error) if !error.is_eof() => Err(error),
                _ => Ok(probe),
            }
        };
        // What is repaired in a body is repaired in its envelope. What says why a call failed is no worse for a byte that is
        // no text.
        let read = read(tolerant::without_mark(body)).or_else(|error| match error.is_syntax() {
            true => read(&tolerant::without_lone_surrogates(String::from_utf8_lossy(body).as_bytes())),
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

/// A code, which some write as a string, or with a fraction that is nothing. A type that has it as an integer reads it so, too.
pub(crate) fn as_code(value: &Value) -> Option<i64> {
    match value {
        Value::String(code) => code.parse().ok(),
        value => whole(value.as_number()?)?.try_into().ok(),
    }
}

struct Reader<'a> {
    properties: &'a EnvelopeProperties,
    probe: &'a mut Probe,
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<(), A::Error> {
        let mut probe = Probe::default();
        while let Some(name) = properties.next_key::<String>()? {
            // A value has all of its digits where something follows it.
            self.probe.clone_from(&probe);
            let slot = match Some(name.as_str()) {
                name if name == self.properties.code => &mut probe.code,
                name if name == self.properties.message => &mut probe.message,
                name if name == self.properties.request_id => &mut probe.request_id,
                _ => {
                    properties.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            // Of a property that is given twice, the last one counts.
            *slot = properties.next_value()?;
        }
        *self.probe = probe;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::{Envelope, Probe};
    use crate::EnvelopeProperties;
    use crate::test_platform::PLATFORM;

    #[derive(Deserialize)]
    struct Success {
        code: i64,
        #[serde(flatten)]
        _extra: Map<String, Value>,
    }

    impl Envelope for Success {
        const HAS_CODE: bool = true;
        type Data = Self;

        fn into_data(self, _: &EnvelopeProperties) -> Option<Self> {
            Some(self)
        }

        fn data(&self, _: &EnvelopeProperties) -> Option<&Self> {
            Some(self)
        }

        fn with_code(json: &str, _: &EnvelopeProperties) -> Option<(Box<Self>, i64)> {
            let value: Box<Self> = serde_json::from_str(json).ok()?;
            let code = value.code;
            Some((value, code))
        }
    }

    #[test]
    fn a_code_that_was_decoded_is_the_one_of_the_envelope() {
        // The code of the envelope, and whether it shows in the type and in a free value.
        let bodies = [
            (r#"{"code":0,"data":{}}"#, Some(0), true, true),
            (r#"{"data":{"code":1,"x":"\\"},"code":0}"#, Some(0), true, true),
            (r#"{"code":429}"#, Some(429), true, true),
            (r#"{"c\u006fde":429}"#, Some(429), true, true),
            (r#"{"code":"0"}"#, Some(0), false, true),
            (r#"{"code":0,"code":429}"#, Some(429), false, true),
            (r#"{"code":0,"c\u006fde":429}"#, Some(429), false, true),
            (r#"{"code":null}"#, None, false, false),
            (r#"{"code":0.5}"#, None, false, false),
            (r#"{"data":{"code":0}}"#, None, false, false),
            (r#"[{"code":0}]"#, None, false, false),
            (r#"{"code":0}}"#, None, false, false),
            (r#"{"code":"#, None, false, false),
            (r#"{"code":42"#, None, false, false),
            ("", None, false, false),
        ];
        for (body, expected, is_typed, is_free) in bodies {
            let properties = &PLATFORM.envelope;
            assert_eq!(Probe::read(body.as_bytes(), properties).code(), expected, "{body}");
            let typed = Success::with_code(body, properties).map(|(_, code)| code);
            assert_eq!(typed, expected.filter(|_| is_typed), "{body}");
            let free = Value::with_code(body, properties).map(|(_, code)| code);
            assert_eq!(free, expected.filter(|_| is_free), "{body}");
        }
    }
}
