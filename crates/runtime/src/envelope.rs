//! The envelope that the responses of a platform share.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
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
        self.code.as_i64().or_else(|| self.code.as_str()?.parse().ok())
    }

    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_str()
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        self.request_id.as_str()
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
