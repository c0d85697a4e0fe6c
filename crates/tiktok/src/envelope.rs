//! The envelope that all replies share: `code`, `message`, `data`, `requestId`.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

/// A reply body whose `code` says whether the call succeeded.
pub trait Envelope {
    /// The `code` of a successful reply.
    const SUCCESS: i64 = 0;

    /// What the envelope carries.
    type Data;

    /// The `code`, if there is one.
    fn code(&self) -> Option<i64>;

    /// The `message`, if there is one.
    fn message(&self) -> Option<&str>;

    /// The `requestId`, if there is one.
    fn request_id(&self) -> Option<&str>;

    /// The `data`, unless it is absent or null.
    fn into_data(self) -> Option<Self::Data>;
}

impl Envelope for Value {
    type Data = Value;

    fn code(&self) -> Option<i64> {
        self.get("code")?.as_i64()
    }

    fn message(&self) -> Option<&str> {
        self.get("message")?.as_str()
    }

    fn request_id(&self) -> Option<&str> {
        self.get("requestId")?.as_str()
    }

    fn into_data(mut self) -> Option<Value> {
        self.get_mut("data").map(Value::take).filter(|data| !data.is_null())
    }
}

/// A body that is not JSON has no envelope.
impl Envelope for Bytes {
    type Data = Self;

    fn code(&self) -> Option<i64> {
        None
    }

    fn message(&self) -> Option<&str> {
        None
    }

    fn request_id(&self) -> Option<&str> {
        None
    }

    fn into_data(self) -> Option<Self> {
        Some(self)
    }
}

/// The envelope's members without its data, read from a body of any shape.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Probe {
    code: Value,
    message: Value,
    #[serde(rename = "requestId")]
    request_id: Value,
}

impl Probe {
    /// Reads what there is; a body that is not an envelope has nothing.
    pub(crate) fn read(body: &[u8]) -> Self {
        // Serde would also fill a struct from an array, member by member.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Self::default();
        }
        serde_json::from_slice(body).unwrap_or_default()
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
