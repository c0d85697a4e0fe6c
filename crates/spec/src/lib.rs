//! Turns a poor OpenAPI document into a rich one: load, overlay, infer, normalise.
//!
//! The crate is pure: bytes go in, a resolved document and diagnostics come out. It reads no file, opens no socket and
//! knows nothing of one particular API, nor of the language that the document is turned into. [`infer::evidence::beside`]
//! alone looks at the names of files.
//!
//! The feature `pipeline` is all of that. Without it there is what reads a document that went through it, which is all that a
//! server needs of a document inside it. The features `diff` and `import`, for maintainers' commands, add the modules that
//! are called so.

#![cfg_attr(
    not(all(feature = "diff", feature = "import")),
    allow(dead_code, unreachable_pub, unused_imports, reason = "what only they call stands with the rest of its kind")
)]

#[cfg(feature = "pipeline")]
mod convert;
#[cfg(feature = "pipeline")]
pub mod credits;
pub mod diagnostic;
#[cfg(feature = "diff")]
pub mod diff;
pub mod document;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "pipeline")]
pub mod infer;
#[cfg(feature = "pipeline")]
mod json_difference;
pub mod message;
#[cfg(feature = "pipeline")]
pub mod naming;
#[cfg(feature = "pipeline")]
mod normalise;
#[cfg(feature = "pipeline")]
pub mod overlay;
#[cfg(feature = "pipeline")]
pub mod pipeline;
pub mod schema;
#[cfg(feature = "pipeline")]
pub mod source;

pub use diagnostic::{Diagnostic, Severity};
pub use document::outline::Outline;
#[cfg(feature = "pipeline")]
pub use json_difference::{json_difference, without_nulls};
#[cfg(feature = "pipeline")]
pub use naming::Naming;
#[cfg(feature = "pipeline")]
pub use normalise::value_names;
#[cfg(feature = "pipeline")]
pub use pipeline::embedded::Embedded;
#[cfg(feature = "pipeline")]
pub use pipeline::input::Input;
#[cfg(feature = "pipeline")]
pub use source::Source;
