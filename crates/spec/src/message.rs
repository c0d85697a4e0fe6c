//! What HTTP messages are made of: statuses, media types, and bodies that are neither JSON nor XML.

pub mod event;
#[cfg(feature = "pipeline")]
pub(crate) mod form_text;
pub mod media_type;
pub mod sequence;
pub mod status;
pub mod syntax;
