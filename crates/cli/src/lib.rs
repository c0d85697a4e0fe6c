//! A command line with one command for each operation of a platform's SDK, made from the SDK's table of operations.
//!
//! It knows no platform: what one is about is a [`Program`]. Its commands, flags and help are made when it starts, so that a
//! new operation is a new command without an edit.

mod body;
mod command;
mod exit_code;
mod failure;
mod interrupt;
mod invocation;
mod json;
mod key;
mod names;
mod output;
mod pages;
mod parts;
mod program;
mod progress;
mod table;
mod trend;

pub use program::{Call, Program};
