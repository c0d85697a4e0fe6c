//! What a server takes from clients, and how it refuses the rest.

use std::time::Duration;

use http::{HeaderMap, Request, Uri};

use crate::engine::problem::{Kind, Problem};
use crate::server::host;

/// What a server takes from clients.
///
/// Requests beyond the limits are refused with an error in the API's envelope. What hyper does not hand on, it refuses
/// itself and without a body: bytes that are no HTTP, heads of many times the size that is allowed here, and more than a
/// hundred headers (to allow for more, it clears room for all of them with each request, which takes a fifth of its time).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request's target.
    pub target_bytes: usize,
    /// Bytes of the headers.
    pub header_bytes: usize,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Connections at a time. For one more, the one that has waited longest for a request is closed; where none waits,
    /// it has to.
    pub connections: usize,
    /// How long a client may take for the headers, and as long again for the body.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            target_bytes: 8 * 1024,
            header_bytes: 16 * 1024,
            body_bytes: 1024 * 1024,
            connections: 1_024,
            patience: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// Looks at a request before its body, of which only a number of bytes is known that it has at least.
    pub(crate) fn check<B>(&self, request: &Request<B>, body: u64) -> Result<(), Problem> {
        let target = target_length(request.uri());
        if target > self.target_bytes {
            let detail = format!("The target has {target} bytes, and {} are allowed", self.target_bytes);
            return Err(Problem::new(Kind::TargetTooLong, detail));
        }
        let headers = headers_length(request.headers());
        if headers > self.header_bytes {
            let detail = format!("The headers have {headers} bytes, and {} are allowed", self.header_bytes);
            return Err(Problem::new(Kind::HeadersTooLarge, detail));
        }
        host::check(request).map_err(|detail| Problem::new(Kind::BadHost, detail))?;
        if usize::try_from(body).is_ok_and(|body| body <= self.body_bytes) { Ok(()) } else { Err(self.too_large()) }
    }

    /// The error for a body that is too large.
    pub(crate) fn too_large(&self) -> Problem {
        Problem::new(Kind::TooLarge, format!("Bodies may have {} bytes", self.body_bytes))
    }
}

fn target_length(target: &Uri) -> usize {
    let scheme = target.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let authority = target.authority().map_or(0, |authority| authority.as_str().len());
    scheme + authority + target.path_and_query().map_or(0, |rest| rest.as_str().len())
}

fn headers_length(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + ": ".len() + value.len() + "\r\n".len()).sum()
}
