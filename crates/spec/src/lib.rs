//! Turns a poor OpenAPI document into a rich one: load, overlay, infer, normalise.
//!
//! The crate is pure: bytes go in, a resolved document and diagnostics come out. It reads no file, opens no socket and
//! knows nothing of one particular API, nor of the language that the document is turned into. [`evidence::beside`] alone
//! looks at the names of files.
//!
//! The features `diff` and `import`, for maintainers' commands, add the modules that are called so and that of pages; a
//! server of a document is built without them.

#![cfg_attr(
    not(all(feature = "diff", feature = "import")),
    allow(dead_code, unused_imports, reason = "what only they call stands with the rest of its kind")
)]

pub mod all_of;
pub mod body;
mod convert;
pub mod credits;
pub mod date;
pub mod diagnostic;
#[cfg(feature = "diff")]
pub mod diff;
pub mod discriminator;
pub mod document;
pub mod evidence;
mod example;
#[cfg(feature = "import")]
pub mod import;
pub mod infer;
pub mod input;
mod json_difference;
mod json_type;
pub mod keyword;
pub mod media_type;
pub mod naming;
mod normalise;
mod number;
mod operation;
pub mod outline;
pub mod overlay;
#[cfg(feature = "import")]
pub mod page;
pub mod parameter;
pub mod pins;
pub mod pipeline;
pub mod proposal;
pub mod reference;
pub mod render;
pub mod response;
pub mod response_header;
pub mod security;
pub mod server;
pub mod skip;
pub mod source;
mod template;
mod unsettled;
mod url;
pub mod uses;
pub mod version;
pub mod xml;

pub use diagnostic::{Diagnostic, Severity};
pub use input::Input;
pub use json_difference::{json_difference, without_nulls};
pub use naming::Naming;
pub use outline::Outline;
pub use source::Source;
