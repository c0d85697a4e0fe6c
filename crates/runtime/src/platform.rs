//! What one platform's API differs in from another's.

use http::StatusCode;

use crate::secrets::Secrets;
use crate::{ErrorKind, Operation, StatusRow};

/// The constants of a platform. The crate with its client names every one of them, so that a new one is not forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    /// What the client calls itself in `User-Agent`: the crate's name and version.
    pub user_agent: &'static str,
    /// The server that the document names first.
    pub base_url: &'static str,
    /// The operations of the document.
    pub operations: &'static [Operation],
    /// What its keys look like.
    pub key: KeyForm,
    /// Every status with a meaning of its own. Any other 5xx is treated like 500, anything else is unexpected and final.
    pub statuses: &'static [StatusRow],
    /// The properties of the envelope that all responses share.
    pub envelope: EnvelopeProperties,
}

/// The form of a platform's API keys.
#[derive(Clone, Copy, Debug)]
pub struct KeyForm {
    /// The environment variable that holds the key.
    pub variable: &'static str,
    /// How a key has to begin.
    pub prefix: &'static str,
    /// How the keys begin that the provider's documentation shows. A text that begins so is never shown.
    pub documented_prefix: &'static str,
}

/// The names of the envelope's properties, as far as there are any.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnvelopeProperties {
    /// The number that says whether the call succeeded.
    pub code: Option<&'static str>,
    /// The `code` of success.
    pub success: i64,
    /// The text that says why it did not.
    pub message: Option<&'static str>,
    /// What was asked for.
    pub data: Option<&'static str>,
    /// The id of the request, for the provider's support.
    pub request_id: Option<&'static str>,
}

impl Platform {
    /// The row that decides about an HTTP status.
    pub(crate) fn row(&self, status: StatusCode) -> Option<&'static StatusRow> {
        let number = if status.is_server_error() { 500 } else { status.as_u16() };
        self.statuses.iter().find(|row| row.status == number)
    }

    /// The kind of an error response: the HTTP status decides, and the envelope's code where the status says success.
    pub(crate) fn kind(&self, status: StatusCode, code: Option<i64>) -> ErrorKind {
        // A proxy says so; the API never does.
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return ErrorKind::ProxyAuthentication;
        }
        if !status.is_success() {
            return self.row(status).map_or(ErrorKind::UnexpectedStatus, |row| row.kind);
        }
        let row = self.statuses.iter().find(|row| Some(i64::from(row.status)) == code);
        row.map_or(ErrorKind::Rejected, |row| row.kind)
    }

    /// What must not be shown: this key, and every other of the platform's form.
    pub(crate) fn secrets<'a>(&self, key: Option<&'a str>) -> Secrets<'a> {
        Secrets { key, documented_prefix: Some(self.key.documented_prefix) }
    }
}
