//! Loads documents: as published, with the corrections of an overlay, and with the schemas that examples tell.

#[cfg(feature = "documents")]
mod files;
#[cfg(not(feature = "documents"))]
mod no_files;

use std::fmt;
use std::sync::Arc;

use keyapi_spec::Outline;

use crate::document::{CompileError, Document, Role};

#[cfg(feature = "documents")]
pub use files::{files, text, value};
#[cfg(not(feature = "documents"))]
pub use no_files::{files, text, value};

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
        let inferred = self.inferred;
        let make = move || compile(inferred);
        Ok(Arc::new(compile(self.published)?.with_inference(Role::of(self.is_corrected), make)))
    }
}

fn compile(text: &str) -> Result<Document, LoadError> {
    let outline = Outline::of_served(text).map_err(|error| LoadError(error.to_string()))?;
    Ok(Document::compile(outline)?)
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

impl From<CompileError> for LoadError {
    fn from(error: CompileError) -> Self {
        Self(error.to_string())
    }
}
