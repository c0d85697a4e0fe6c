//! Loads documents: as published, with the corrections of an overlay, and with the schemas that examples tell.

#[cfg(feature = "documents")]
mod files;
#[cfg(not(feature = "documents"))]
#[path = "load/no_files.rs"]
mod files;

use std::fmt;
use std::sync::Arc;

use keyapi_spec::Outline;

use crate::document::{CompileError, Document, Role};

pub use files::{files, text, value};

/// A document that is part of a program: what the pipeline made of it when the program was built.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The document as JSON, with the corrections of its overlay and with prices.
    pub published: &'static str,
    /// The same with the schemas that its examples tell, and with what the overlay corrects in those.
    pub inferred: &'static str,
    /// Whether it has an overlay.
    pub is_corrected: bool,
}

impl Embedded {
    /// Compiles the document.
    pub fn load(&self) -> Result<Arc<Document>, LoadError> {
        let compile = |text| Ok(Document::compile(Outline::of_served(text).map_err(LoadError::from_json)?)?);
        let inferred = self.inferred;
        let document: Result<Document, LoadError> = compile(self.published);
        Ok(Arc::new(document?.with_inference(Role::of(self.is_corrected), move || compile(inferred))))
    }
}

/// Why a document cannot be loaded, with the lines that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(String);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the document cannot be served\n\n{}", self.0.trim_end())
    }
}

impl std::error::Error for LoadError {}

impl LoadError {
    fn from_json(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<CompileError> for LoadError {
    fn from(error: CompileError) -> Self {
        Self(error.to_string())
    }
}
