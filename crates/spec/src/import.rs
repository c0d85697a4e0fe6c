//! Documentation pages and OpenAPI documents merged into the vendored document.
//!
//! The result does not depend on the order of the inputs: paths and components are sorted, and what two inputs give must
//! be the same in both.

mod change;
mod merge;
mod moves;
#[cfg(feature = "import")]
pub mod page;
mod parts;
mod renames;
mod shape;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::document::OperationKey;
use crate::document::operation::operations;
use crate::source::Source;
use page::Page;

pub use change::Change;
pub use merge::merge;
pub use moves::Move;
pub use renames::{Renamed, Renames, renames};

/// A file to import.
#[derive(Debug)]
pub enum Incoming {
    /// A documentation page.
    Page(Box<Page>),
    /// An OpenAPI document.
    Document(Box<Source>),
}

/// What comes out of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The new vendored document.
    pub json: String,
    /// What is different in it, in the order of the document.
    pub changes: Vec<Change>,
    /// Paths that go by other parameter names.
    pub moves: Vec<Move>,
    /// What a request costs, by operation (`GET /v1/things`), as the pages of this import say.
    pub credits: BTreeMap<String, u64>,
    /// The operations whose pages in this import do not say what a request costs.
    pub unpriced: BTreeSet<String>,
    /// The name of the file that each operation of this import comes from.
    pub origins: BTreeMap<String, String>,
}

impl Incoming {
    /// Reads a file: JSON and YAML are OpenAPI documents, everything else is a page.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, each with its place.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        if !is_document(name, bytes) {
            return Page::parse(name, bytes).map(|page| Self::Page(Box::new(page)));
        }
        let source = Source::parse(name, bytes)?;
        let diagnostics = shape::check(&source);
        if diagnostics.is_empty() { Ok(Self::Document(Box::new(source))) } else { Err(diagnostics) }
    }

    /// The OpenAPI document.
    pub fn source(&self) -> &Source {
        match self {
            Self::Page(page) => page.source(),
            Self::Document(source) => source,
        }
    }

    /// The operations that the file gives.
    pub fn operations(&self) -> Vec<OperationKey> {
        operations(self.source().root()).into_iter().map(|(operation, _)| operation).collect()
    }
}

/// Reads several files, each a name and its bytes.
///
/// # Errors
///
/// Everything that is wrong with any of them.
pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<Incoming>, Vec<Diagnostic>> {
    let (mut incoming, mut diagnostics) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        match Incoming::parse(name, bytes) {
            Ok(file) => incoming.push(file),
            Err(errors) => diagnostics.extend(errors),
        }
    }
    if diagnostics.is_empty() { Ok(incoming) } else { Err(diagnostics) }
}

fn is_document(name: &str, bytes: &[u8]) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("json" | "yaml" | "yml") => true,
        Some("md" | "mdx") => false,
        _ => bytes.starts_with(b"{") || bytes.starts_with(b"openapi:"),
    }
}
