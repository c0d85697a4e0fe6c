//! The envelope that an API wraps all its responses in.

use serde_json::{Map, Value, json};

use super::source::text;

/// The root extension that describes the envelope.
pub(crate) const EXTENSION: &str = "x-envelope";

/// The names of the envelope's properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The property that holds the status, or the success code.
    pub code: String,
    /// The property that holds the text.
    pub message: String,
    /// The property that holds the payload.
    pub data: String,
    /// The property that holds the request's id, where the API sends one.
    pub request_id: Option<String>,
    /// The code that means success.
    pub success: i64,
}

impl Default for Envelope {
    fn default() -> Self {
        Self {
            code: "code".to_owned(),
            message: "message".to_owned(),
            data: "data".to_owned(),
            request_id: None,
            success: 0,
        }
    }
}

impl Envelope {
    /// Reads `x-envelope` of a document; nothing where the API has no envelope.
    pub(crate) fn compile(root: &Value) -> Option<Self> {
        let raw = root.get(EXTENSION)?;
        raw.as_object()?;
        let name = |property: &str| text(raw, property).unwrap_or(property).to_owned();
        Some(Self {
            code: name("code"),
            message: name("message"),
            data: name("data"),
            request_id: text(raw, "request-id").map(str::to_owned),
            success: raw.get("success").and_then(Value::as_i64).unwrap_or(0),
        })
    }

    /// An error body as the API writes it.
    pub(crate) fn error(&self, code: i64, message: &str) -> Value {
        let mut body = Map::new();
        body.insert(self.code.clone(), json!(code));
        body.insert(self.data.clone(), Value::Null);
        body.insert(self.message.clone(), json!(message));
        Value::Object(body)
    }

    /// A body with another code, where it is an envelope.
    pub(crate) fn with_code(&self, mut body: Value, code: i64) -> Value {
        if let Some(property) = body.get_mut(&self.code) {
            *property = json!(code);
        }
        body
    }

    /// A body with another text, where it is an envelope.
    pub(crate) fn with_message(&self, body: &Value, message: &str) -> Value {
        let mut body = body.clone();
        if let Some(text) = body.get_mut(&self.message) {
            *text = json!(message);
        }
        body
    }
}
