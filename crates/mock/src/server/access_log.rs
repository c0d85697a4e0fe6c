//! The access log: one line for each request, without keys.

use std::io::Write;
use std::time::Instant;

use serde_json::json;

use crate::engine::Engine;
use crate::engine::outcome::Outcome;
use crate::engine::request::Request;

/// How the access log is written, to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "program"), expect(dead_code, reason = "only the program writes a log"))]
pub(crate) enum AccessLog {
    /// Not at all.
    #[default]
    Off,
    /// As text.
    Text,
    /// As one JSON object for each line.
    Json,
}

impl AccessLog {
    pub(crate) fn write(self, request: &Request, outcome: &Outcome, engine: &Engine, start: Instant) {
        if self == Self::Off {
            return;
        }
        let loaded = engine.loaded();
        let mask = engine.mask_of(&loaded.document, request);
        let (method, target) = (mask.method(request.method()), mask.target(request.uri()));
        let status = outcome.status().map(|status| status.as_u16());
        let bytes = outcome.planned().map_or(0, |response| response.body.len());
        let elapsed = start.elapsed();
        let line = match self {
            Self::Json => json!({
                "method": method.as_str(),
                "target": target,
                "status": status,
                "bytes": bytes,
                "duration_us": u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            })
            .to_string(),
            Self::Text | Self::Off => {
                let status = status.map_or("-".to_owned(), |status| status.to_string());
                format!("{method} {target} {status} {bytes} {elapsed:?}")
            }
        };
        // A log that cannot be written is no reason to stop serving.
        _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}
