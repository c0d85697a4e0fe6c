//! Bodies in the envelope that an API wraps all its responses in.

use keyapi_spec::document::envelope::Envelope;
use serde_json::{Map, Value, json};

/// The envelope of errors of an API that has none.
pub(crate) fn plain() -> Envelope {
    let [code, message, data] = ["code", "message", "data"].map(|name| Some(name.to_owned()));
    Envelope { code, message, data, request_id: None, success: 0 }
}

/// An error body as the API writes it.
pub(crate) fn error(envelope: &Envelope, code: i64, message: &str) -> Value {
    let properties =
        [(&envelope.code, json!(code)), (&envelope.data, Value::Null), (&envelope.message, json!(message))];
    let named = properties.into_iter().filter_map(|(name, value)| Some((name.clone()?, value)));
    Value::Object(named.collect::<Map<String, Value>>())
}

/// A body with another code, where it is an envelope.
pub(crate) fn with_code(envelope: &Envelope, body: Value, code: i64) -> Value {
    with(body, envelope.code.as_deref(), || json!(code))
}

/// A body with another text, where it is an envelope.
pub(crate) fn with_message(envelope: &Envelope, body: Value, message: &str) -> Value {
    with(body, envelope.message.as_deref(), || json!(message))
}

fn with(mut body: Value, name: Option<&str>, value: impl FnOnce() -> Value) -> Value {
    if let Some(property) = name.and_then(|name| body.get_mut(name)) {
        *property = value();
    }
    body
}
