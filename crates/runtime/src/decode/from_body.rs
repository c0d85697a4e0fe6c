//! What bodies are decoded into: a type, or one of several, of which the status chooses.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::{Decoded, whole};
use crate::DecodeError;
use crate::security::key::ApiKey;

/// What the body of a response is decoded into: every type that is read from JSON, and those of generated code of which
/// the status of the response chooses.
pub trait FromBody: Sized {
    /// Decodes a body.
    ///
    /// # Errors
    ///
    /// Where and why it does not decode.
    #[doc(hidden)]
    fn from_body(body: &Body<'_>) -> Result<Decoded<Self>, DecodeError>;
}

impl<T: DeserializeOwned> FromBody for T {
    fn from_body(body: &Body<'_>) -> Result<Decoded<Self>, DecodeError> {
        whole(body.bytes, body.key)
    }
}

/// A body that is decoded, and the status that it came with.
pub struct Body<'a> {
    status: StatusCode,
    bytes: &'a Bytes,
    key: &'a ApiKey,
}

impl<'a> Body<'a> {
    pub(crate) fn new(status: StatusCode, bytes: &'a Bytes, key: &'a ApiKey) -> Self {
        Self { status, bytes, key }
    }

    /// The status that it came with.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Decodes it as JSON, for a variant; no body is null.
    ///
    /// # Errors
    ///
    /// Where and why it does not decode.
    pub fn json<T: DeserializeOwned, U>(&self, variant: impl FnOnce(Box<T>) -> U) -> Result<Decoded<U>, DecodeError> {
        let Decoded { value, deviations } = whole(self.bytes, self.key)?;
        Ok(Decoded { value: Box::new(variant(value)), deviations })
    }

    /// Takes no notice of it, where the status says all.
    ///
    /// # Errors
    ///
    /// None.
    pub fn nothing<U>(&self, variant: U) -> Result<Decoded<U>, DecodeError> {
        Ok(Box::new(variant).into())
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("status", &self.status).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::error::Inner;
    use crate::{Error, ErrorKind, test_platform};

    /// As generated code has it.
    #[derive(Debug, PartialEq)]
    enum Failure {
        Status404(String),
        Status409,
        Unknown(Value),
    }

    impl FromBody for Failure {
        fn from_body(body: &Body<'_>) -> Result<Decoded<Self>, DecodeError> {
            match body.status() {
                404 => body.json(|value| Self::Status404(*value)),
                409 => body.nothing(Self::Status409),
                _ => body.json(|value| Self::Unknown(*value)),
            }
        }
    }

    #[test]
    fn the_status_of_an_error_chooses_the_type_of_its_details() {
        let details = |status: u16, body: &'static str| {
            let error: Error = Inner {
                status: StatusCode::from_u16(status).ok(),
                body: Bytes::from_static(body.as_bytes()),
                key: Some(Arc::new(test_platform::key())),
                ..Inner::new(ErrorKind::UnexpectedStatus)
            }
            .into();
            error.details::<Failure>()
        };
        assert_eq!(details(404, "\"none\""), Ok(Some(Failure::Status404("none".to_owned()))));
        assert_eq!(details(409, "<html>"), Ok(Some(Failure::Status409)));
        assert_eq!(details(500, "[1]"), Ok(Some(Failure::Unknown(json!([1])))));
        assert_eq!(details(500, ""), Ok(Some(Failure::Unknown(Value::Null))));
        let error = details(404, "[1]").unwrap_err();
        assert_eq!((error.path(), error.expected(), error.found()), ("$", "string", "array"));
    }
}
