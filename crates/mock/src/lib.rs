//! A mock server that answers from an OpenAPI document, whichever it is.
//!
//! Four floors, each of which knows those below it alone: `document` is what is served, compiled; `engine` makes an outcome
//! of a request; `admin` shows what the engine did and tells it what to do; `server` puts both on a port.
//!
//! Prism's conventions hold, with two exceptions: `HEAD` is answered wherever `GET` is documented, and XML is read and written.
//!
//! A request in XML has to be well-formed (XML 1.0 and its namespaces), and is judged as the JSON that it stands for: an
//! element is there once where the schema has no list, a text has no elements in it, and what the schema does not know is an
//! additional property. Text in XML has no type: it is of the first alternative that it fits. What the document says under `xml`, names and namespaces, of
//! the root as well, a request has to have, as servers with a binding of XML want it; what follows from the name of a
//! component or a property is asked of properties alone, and of the root and of items anything is taken. A value that cannot
//! be XML is not sent, as is said of it by `lint` (`unwritable-xml`): another media type is, or 406. A documented text that is no
//! XML, or no stream of its media type, is not sent either (`example-mismatch`): a body is made up from the schema.
//!
//! A body is in the encoding that its `charset` says, or that XML declares: UTF-8, UTF-16, ISO 8859-1 and ASCII. Where it is
//! another one, or has not all characters, body and label are in UTF-8; JSON and events always are.
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

mod admin;
mod document;
mod engine;
pub mod platform;
#[cfg(feature = "program")]
mod program;
mod server;

/// What was exercised of a document, by one server or by all of a test run.
///
/// ```
/// use keyapi_mock::{MockServer, Options, load};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = load::text("api.yaml", "{openapi: 3.0.3, paths: {/ping: {get: {responses: {'204': {}}}}}}")?;
/// let server = MockServer::start_with(document, Options::default());
/// let missing = server.coverage().require(100.0);
/// assert!(missing.is_err_and(|missing| missing.contains("status 204")));
/// # Ok(())
/// # }
/// ```
pub mod coverage {
    pub use crate::engine::coverage::{Cell, DIRECTORY, OperationReport, Report, read, store};
}

/// The requests that a server received, and what an [`Expectation`] makes of them.
///
/// ```
/// use keyapi_mock::{Engine, Options, handle, journal::Entry, load};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = load::text("api.yaml", "{openapi: 3.0.3, paths: {/ping: {get: {responses: {'204': {}}}}}}")?;
/// let engine = Engine::new(document, Options::default());
/// handle(&engine, &http::Request::get("/ping?page=2").body(bytes::Bytes::new())?);
/// let entries: Vec<Entry> = engine.journal();
/// assert_eq!((entries[0].status, entries[0].query("page")), (Some(204), Some("2")));
/// # Ok(())
/// # }
/// ```
pub mod journal {
    pub use crate::document::violation::{Severity, Violation};
    pub use crate::engine::expectation::Unmet;
    pub use crate::engine::journal::{Check, Entry, SentResponse};
}

pub use document::load;

/// The operations of a document, as data.
///
/// ```
/// use keyapi_mock::{Engine, Options, load};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = load::text("api.yaml", "{openapi: 3.0.3, paths: {/ping: {get: {responses: {'204': {}}}}}}")?;
/// let operations = Engine::new(document, Options::default()).operations();
/// assert_eq!((operations[0].path.as_str(), operations[0].statuses[0].status), ("/ping", 204));
/// # Ok(())
/// # }
/// ```
pub mod operations {
    pub use crate::document::body_info::BodyInfo;
    pub use crate::document::operation_info::{OperationInfo, ParameterInfo, StatusInfo};
    pub use crate::document::parameter::{Location, Presence};
}

/// What [`Options`] are made of.
///
/// ```
/// use keyapi_mock::Options;
/// use keyapi_mock::options::{Latency, Validation};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let latency: Latency = "50ms..2s".parse()?;
/// let options = Options { latency, validation: Validation::ReportOnly, ..Options::default() };
/// assert_eq!(options.latency.to_string(), "50ms..2s");
/// # Ok(())
/// # }
/// ```
pub mod options {
    pub use crate::engine::clock::{Clock, ManualClock, SystemClock};
    pub use crate::engine::latency::Latency;
    pub use crate::engine::options::{Admin, Data, Responses};
    pub use crate::engine::validation::Validation;
    pub use crate::server::Limits;
}

/// What becomes of a request.
pub mod outcome {
    pub use crate::engine::outcome::{Action, Ending, Outcome, Response};
}

/// What a [`Step`] is made of.
///
/// ```
/// use keyapi_mock::Step;
/// use keyapi_mock::script::Fault;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let step: Step = "429[retry-after: 2]+1.5s".parse()?;
/// assert_eq!(step.fault, Fault::Status(429));
/// # Ok(())
/// # }
/// ```
pub mod script {
    pub use crate::engine::script::{ScriptError, TooLong};
    pub use crate::engine::step::Fault;
}

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use admin::handle;
pub use document::Document;
pub use engine::Engine;
pub use engine::expectation::Expectation;
pub use engine::options::Options;
pub use engine::request::Request;
pub use engine::step::Step;
pub use server::mock_server::MockServer;

/// Locks a mutex. A panic elsewhere leaves nothing half-done behind these locks, so the poison is of no interest.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
