//! Bodies that are read while they come: as they are, as server-sent events, as lines of JSON, or as sequences of it.

mod body;
mod events;
mod json_lines;
mod json_sequence;
mod lines;

pub use body::BodyStream;
pub use events::{Event, EventData, EventStream};
pub use json_lines::JsonLines;
pub use json_sequence::JsonSequence;
