//! A mock server that answers from an OpenAPI document.
//!
//! One engine, a pure function from a compiled document, the state and a request to an outcome, stands behind two thin
//! front doors: [`MockServer`], on httpmock, for tests, and [`HttpServer`], on hyper, for the program and for tests that
//! need faults of the connection.
//!
//! ```
//! # fn main() {
//! let server = keyapi_tiktok_mock::MockServer::start();
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! # }
//! ```

//!
//! The program without flags, [`MockServer`] and [`HttpServer`] know the vendored document with its overlay. What judges
//! them has to know the same, which `/__mock/openapi.json` is; `--spec FILE` serves a document as it was published.
//!
//! Prism's conventions hold, with two exceptions: `HEAD` is answered wherever `GET` is documented, and there is no XML.

pub mod accept;
pub mod access_log;
pub mod admin;
pub mod answer;
pub mod clock;
mod connection;
mod cors;
pub mod coverage;
mod coverage_file;
pub mod document;
pub mod engine;
pub mod expectation;
mod faults;
mod host;
pub mod http_server;
mod idle;
pub mod journal;
pub mod latency;
pub mod limits;
pub mod load;
pub mod mask;
pub mod mock_server;
pub mod negotiation;
pub mod operation_info;
pub mod outcome;
mod page;
pub mod prefer;
pub mod problem;
pub mod quota;
pub mod reload;
pub mod request;
pub mod router;
pub mod sample;
pub mod script;
pub mod secrets;
pub mod security;
pub mod server;
#[cfg(feature = "typed")]
pub mod typed;
pub mod validation;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use document::Document;
pub use engine::{Engine, Options};
pub use expectation::Expectation;
pub use http_server::HttpServer;
pub use journal::Entry;
pub use mock_server::MockServer;
pub use operation_info::{OperationInfo, ParameterInfo, StatusInfo};
pub use outcome::Outcome;
pub use request::Request;
pub use script::{Happening, Step};
pub use validation::Validation;

/// Locks a mutex. A panic elsewhere leaves nothing half-done behind these locks, so the poison is of no interest.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
