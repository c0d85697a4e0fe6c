//! What the contract tests, the demonstration and the coverage report share: every documented reply, and the call that
//! has to give it.

pub mod document;
pub mod exercise;
pub mod json;
pub mod matrix;
