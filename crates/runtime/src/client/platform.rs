//! What one platform's API differs in from another's.

use http::StatusCode;

use crate::security::secrets::Secrets;
use crate::{ErrorKind, Operation, RetryRule, StatusRow};

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

/// Why a response is an error, and whether to repeat the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    pub(crate) retry: RetryRule,
}

impl Refusal {
    fn of(row: &StatusRow) -> Self {
        Self { kind: row.kind, retry: row.retry }
    }
}

impl Platform {
    /// The row that decides about an HTTP status, or a code that stands for one.
    fn row(&self, status: StatusCode) -> Option<&'static StatusRow> {
        let number = if status.is_server_error() { 500 } else { status.as_u16() };
        self.statuses.iter().find(|row| row.status == number)
    }

    /// What a response says: `None` if the call succeeded. The HTTP status decides, and where it says success, the
    /// envelope's code does.
    ///
    /// A code says by which row the call failed. Only a limit of requests is a reason to repeat it, as it is with the same
    /// HTTP status; any other code ends the call, since the request may have been processed.
    pub(crate) fn refusal(&self, status: StatusCode, code: Option<i64>) -> Option<Refusal> {
        // A proxy says so; the API never does.
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Some(Refusal { kind: ErrorKind::ProxyAuthentication, retry: RetryRule::Never });
        }
        if !status.is_success() {
            let row = self.row(status);
            return Some(
                row.map_or(Refusal { kind: ErrorKind::UnexpectedStatus, retry: RetryRule::Never }, Refusal::of),
            );
        }
        let code = code.filter(|code| *code != self.envelope.success)?;
        let status = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok());
        let row = status.and_then(|status| self.row(status));
        let refusal = row.map_or(Refusal { kind: ErrorKind::Rejected, retry: RetryRule::Never }, Refusal::of);
        let retry = if refusal.kind == ErrorKind::RateLimited { refusal.retry } else { RetryRule::Never };
        Some(Refusal { retry, ..refusal })
    }

    /// What must not be shown: this key, and every other of the platform's form.
    pub(crate) fn secrets<'a>(&self, key: Option<&'a str>) -> Secrets<'a> {
        Secrets { key, others: &[], documented_prefix: Some(self.key.documented_prefix) }
    }
}
