//! Documents that are no part of the program are refused: without the feature `documents` there is no pipeline.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::LoadError;
use crate::document::Document;

/// Refuses: this takes the feature `documents`.
pub fn files(spec: &Path, _: Option<&Path>) -> Result<Arc<Document>, LoadError> {
    Err(refused(&spec.display().to_string()))
}

/// Refuses: this takes the feature `documents`.
pub fn text(name: &str, _: &str) -> Result<Arc<Document>, LoadError> {
    Err(refused(name))
}

/// Refuses: this takes the feature `documents`.
pub fn value(_: Value) -> Result<Arc<Document>, LoadError> {
    Err(refused("a JSON value"))
}

fn refused(name: &str) -> LoadError {
    LoadError(format!(
        "{name}: the mock server was built to serve no document but the one inside it; turn on its feature `documents` \
         in `Cargo.toml`"
    ))
}
