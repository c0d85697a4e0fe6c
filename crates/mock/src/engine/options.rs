//! How a server behaves.

use std::fmt;
use std::sync::Arc;

use super::clock::{Clock, SystemClock};
use super::journal;
use super::latency::Latency;
use super::validation::Validation;

/// How a server behaves.
#[derive(Clone)]
pub struct Options {
    /// The keys that are accepted; every well-formed one where there are none.
    pub api_keys: Vec<String>,
    /// How many requests a key has per second.
    pub qps: Option<u32>,
    /// How many credits a key has.
    pub credits: Option<u64>,
    /// How long responses take.
    pub latency: Latency,
    /// What everything random is derived from.
    pub seed: u64,
    /// What becomes of requests that are not what the document asks for.
    pub validation: Validation,
    /// Where bodies come from when a request does not say.
    pub data: Data,
    /// What becomes of responses that are not what the document says.
    pub responses: Responses,
    /// Lets responses differ from the document in ways that a client has to bear, by this seed and the number of the
    /// request; nothing to let them be as documented.
    pub drift: Option<u64>,
    /// Whether the admin interface is there.
    pub admin: Admin,
    /// How many bytes the journal keeps.
    pub journal_bytes: usize,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for Options {
    /// Shows how many keys there are, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("api_keys", &self.api_keys.len())
            .field("qps", &self.qps)
            .field("credits", &self.credits)
            .field("latency", &self.latency)
            .field("seed", &self.seed)
            .field("validation", &self.validation)
            .field("data", &self.data)
            .field("responses", &self.responses)
            .field("drift", &self.drift)
            .field("admin", &self.admin)
            .field("journal_bytes", &self.journal_bytes)
            .finish_non_exhaustive()
    }
}

/// Where bodies come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Data {
    /// From the document's examples.
    #[default]
    Examples,
    /// From the schemas, made up.
    Dynamic,
}

/// What becomes of responses that are not what the document says, most often as an example does not fit its schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Responses {
    /// They are sent, and reported in a header.
    #[default]
    Reported,
    /// They are replaced by an error.
    Refused,
}

/// Whether the admin interface is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admin {
    /// It is, under `/__mock/`.
    #[default]
    On,
    /// It is not.
    Off,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            api_keys: Vec::new(),
            qps: None,
            credits: None,
            latency: Latency::default(),
            seed: 0,
            validation: Validation::default(),
            data: Data::default(),
            responses: Responses::default(),
            drift: None,
            admin: Admin::default(),
            journal_bytes: journal::DEFAULT_LIMIT,
            clock: Arc::new(SystemClock::default()),
        }
    }
}
