//! Loads documents: as published, with the corrections of an overlay, and with the schemas that examples tell.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use keyapi_spec::pipeline::Resolved;
use keyapi_spec::render::Style;
use keyapi_spec::{Diagnostic, Input, credits};

use crate::document::Document;

/// The vendored document.
const SPEC: (&str, &str) = ("openapi/tiktok.openapi.json", include_str!("../../../openapi/tiktok.openapi.json"));

/// Its overlay.
const OVERLAY: (&str, &str) = ("openapi/tiktok.overlay.yaml", include_str!("../../../openapi/tiktok.overlay.yaml"));

/// The prices that its documentation pages state.
const CREDITS: (&str, &str) = ("openapi/tiktok.credits.json", include_str!("../../../openapi/tiktok.credits.json"));

/// The vendored document, compiled once for the whole process.
pub fn vendored() -> Result<Arc<Document>, LoadError> {
    static DOCUMENT: LazyLock<Result<Arc<Document>, LoadError>> = LazyLock::new(|| {
        let read = |text: &str| Ok(text.as_bytes().to_vec());
        let input = Input::new(SPEC.0, read(SPEC.1)).with_overlay(OVERLAY.0, read(OVERLAY.1));
        compile(&input.with_credits(CREDITS.0, read(CREDITS.1)))
    });
    DOCUMENT.clone()
}

/// Loads and compiles a document from its file, with the overlay that is given and the prices that are beside it.
///
/// Without an overlay nothing is inferred before it is needed: large documents are to start quickly.
pub fn files(spec: &Path, overlay: Option<&Path>) -> Result<Arc<Document>, LoadError> {
    let name = |path: &Path| path.display().to_string();
    let prices = credits::beside(spec);
    let input = Input::new(&name(spec), std::fs::read(spec)).with_credits(&name(&prices), std::fs::read(&prices));
    match overlay {
        Some(overlay) => compile(&input.with_overlay(&name(overlay), std::fs::read(overlay))),
        None => finish(&input, input.outline()),
    }
}

/// Compiles what was read.
pub fn compile(input: &Input) -> Result<Arc<Document>, LoadError> {
    finish(input, input.serve())
}

fn finish(input: &Input, served: Result<Resolved, Vec<Diagnostic>>) -> Result<Arc<Document>, LoadError> {
    let failed = |found: Vec<Diagnostic>| LoadError(input.render(&found, Style::Plain));
    Document::compile(served.map_err(failed)?.document)
        .map(Arc::new)
        .map_err(|error| failed(input.place(vec![Diagnostic::error("not-servable", error.pointer, error.message)])))
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
