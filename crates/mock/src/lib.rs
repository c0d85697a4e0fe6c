//! A mock server that answers from an OpenAPI document, whichever it is.
//!
//! Four floors, each of which knows those below it alone: `document` is what is served, compiled; `engine` makes an outcome
//! of a request; `admin` shows what the engine did and tells it what to do; `server` puts both on a port.
//!
//! Prism's conventions hold, with two exceptions: `HEAD` is answered wherever `GET` is documented, and there is no XML.
//!
//! ```
//! use keyapi_mock::{MockServer, Options, load};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let document = load::text("api.yaml", "
//! openapi: 3.0.3
//! paths:
//!   /ping:
//!     get: {responses: {'204': {description: There it is.}}}
//! ")?;
//! let server = MockServer::start_with(document, Options::default());
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! # Ok(())
//! # }
//! ```

pub mod admin;
pub mod document;
pub mod engine;
#[cfg(feature = "program")]
pub mod program;
pub mod server;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use document::operation_info::{OperationInfo, ParameterInfo, StatusInfo};
pub use document::{Document, load};
pub use engine::expectation::Expectation;
pub use engine::journal::Entry;
pub use engine::outcome::Outcome;
pub use engine::request::Request;
pub use engine::script::{Fault, Step};
pub use engine::validation::Validation;
pub use engine::{Engine, Options, clock, coverage, mask, outcome, quota, validation};
pub use server::mock_server::MockServer;

/// Locks a mutex. A panic elsewhere leaves nothing half-done behind these locks, so the poison is of no interest.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
