//! The envelope that an API wraps all its responses in: the root extension `x-envelope`.

use super::extension;
use serde_json::Value;

/// The roles that a property of the envelope can have.
pub(crate) const ROLES: [&str; 4] = ["code", "message", "data", "request-id"];

/// What says which code means success.
pub(crate) const SUCCESS: &str = "success";

/// The names of the envelope's properties. A role that the document does not name has no property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The property that holds the status, or the success code.
    pub code: Option<String>,
    /// The property that holds the text.
    pub message: Option<String>,
    /// The property that holds the payload.
    pub data: Option<String>,
    /// The property that holds the request's id.
    pub request_id: Option<String>,
    /// The code that means success; 0 where the document does not say.
    pub success: i64,
}

impl Envelope {
    /// Reads `x-envelope` of a document; nothing where the API has no envelope.
    pub fn of(document: &Value) -> Option<Self> {
        let roles = document.get(extension::ENVELOPE)?.as_object()?;
        let [code, message, data, request_id] = ROLES.map(|role| Some(roles.get(role)?.as_str()?.to_owned()));
        let success = roles.get(SUCCESS).and_then(Value::as_i64).unwrap_or_default();
        Some(Self { code, message, data, request_id, success })
    }
}
