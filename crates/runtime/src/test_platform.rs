//! A platform for unit tests.

use std::time::{Duration, Instant};

use crate::security::key::{ApiKey, KeySource};
use crate::{
    Client, ClientBuilder, EnvelopeProperties, Environment, ErrorKind, KeyForm, Platform, RetryRule, Sleep, StatusRow,
};

pub(crate) static PLATFORM: Platform = Platform {
    user_agent: "example/1",
    base_url: "https://api.example",
    operations: &[],
    key: KeyForm { variable: "EXAMPLE_KEY", prefix: "ek_", documented_prefix: "ek_live_" },
    statuses: &[StatusRow::new(402, ErrorKind::QuotaExhausted, RetryRule::Never, "no credits are left")],
    envelope: EnvelopeProperties {
        code: Some("code"),
        success: 0,
        message: Some("message"),
        data: Some("data"),
        request_id: Some("id"),
    },
};

pub(crate) fn key() -> ApiKey {
    ApiKey::new(&PLATFORM, "ek_live_test".to_owned(), KeySource::Builder).unwrap()
}

/// A builder without a key.
pub(crate) fn builder() -> ClientBuilder<Client> {
    Client::builder(&PLATFORM).base_url("http://127.0.0.1:1")
}

pub(crate) fn client() -> Client {
    builder().api_key("ek_live_test").build().unwrap()
}

/// The clock of a paused runtime, which goes on when there is nothing else to do.
#[derive(Debug)]
pub(crate) struct PausedClock;

impl Environment for PausedClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}
