//! Turns a poor OpenAPI document into a rich one: load, overlay, infer, normalise.
//!
//! The crate is pure: bytes go in, a resolved document and diagnostics come out. It reads no file, opens no socket and
//! knows nothing of one particular API, nor of the language that the document is turned into. [`evidence::beside`] alone
//! looks at the names of files.
//!
//! The feature `pipeline` is all of that. Without it there is what reads a document that went through it, which is all that a
//! server needs of a document inside it. The features `diff` and `import`, for maintainers' commands, add the modules that
//! are called so and that of pages.

#![cfg_attr(
    not(all(feature = "diff", feature = "import")),
    allow(dead_code, unreachable_pub, unused_imports, reason = "what only they call stands with the rest of its kind")
)]

pub mod all_of;
mod alternatives;
#[cfg(feature = "pipeline")]
pub mod body;
#[cfg(feature = "pipeline")]
mod convert;
#[cfg(feature = "pipeline")]
pub mod credits;
pub mod date;
pub mod diagnostic;
#[cfg(feature = "diff")]
pub mod diff;
pub mod discriminator;
pub mod document;
#[cfg(feature = "pipeline")]
mod embedded;
pub mod envelope;
pub mod event;
#[cfg(feature = "pipeline")]
pub mod evidence;
#[cfg(feature = "pipeline")]
mod example;
pub mod extension;
#[cfg(feature = "pipeline")]
mod form_text;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "pipeline")]
pub mod infer;
#[cfg(feature = "pipeline")]
pub mod input;
#[cfg(feature = "pipeline")]
mod json_difference;
pub mod json_type;
pub mod keyword;
pub mod media_type;
#[cfg(feature = "pipeline")]
pub mod naming;
mod nested;
#[cfg(feature = "pipeline")]
mod normalise;
pub mod number;
#[cfg(feature = "pipeline")]
mod operation;
pub mod outline;
#[cfg(feature = "pipeline")]
pub mod overlay;
#[cfg(feature = "import")]
pub mod page;
pub mod parameter;
#[cfg(feature = "pipeline")]
pub mod pins;
#[cfg(feature = "pipeline")]
pub mod pipeline;
#[cfg(feature = "pipeline")]
pub mod proposal;
pub mod reference;
#[cfg(feature = "pipeline")]
pub mod render;
#[cfg(feature = "pipeline")]
pub mod response;
pub mod response_header;
#[cfg(feature = "pipeline")]
pub mod security;
pub mod sequence;
pub mod server;
#[cfg(feature = "pipeline")]
pub mod skip;
#[cfg(feature = "pipeline")]
pub mod source;
pub mod status;
pub mod syntax;
#[cfg(feature = "pipeline")]
pub mod template;
#[cfg(feature = "pipeline")]
mod unsettled;
#[cfg(feature = "pipeline")]
mod url;
#[cfg(feature = "pipeline")]
pub mod uses;
pub mod version;
pub mod xml;

pub use diagnostic::{Diagnostic, Severity};
#[cfg(feature = "pipeline")]
pub use embedded::Embedded;
#[cfg(feature = "pipeline")]
pub use input::Input;
#[cfg(feature = "pipeline")]
pub use json_difference::{json_difference, without_nulls};
#[cfg(feature = "pipeline")]
pub use naming::Naming;
#[cfg(feature = "pipeline")]
pub use normalise::value_names;
pub use outline::Outline;
#[cfg(feature = "pipeline")]
pub use source::Source;
