//! Bodies that are read while they come: as they are, as server-sent events, or as lines of JSON.

mod body;
mod events;
mod json_lines;
mod lines;

pub use body::BodyStream;
pub use events::{Event, EventStream};
pub use json_lines::JsonLines;
