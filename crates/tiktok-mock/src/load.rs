//! Loads documents: as published, with the corrections of an overlay, and with the schemas that examples tell.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use keyapi_spec::overlay::{self, Stage};
use keyapi_spec::render::{self, Files, Style};
use keyapi_spec::{Diagnostic, Source, infer, name_operations};
use serde_json::Value;

use crate::document::Document;

/// The vendored document.
const SPEC: (&str, &str) = ("openapi/tiktok.openapi.json", include_str!("../../../openapi/tiktok.openapi.json"));

/// Its overlay.
const OVERLAY: (&str, &str) = ("openapi/tiktok.overlay.yaml", include_str!("../../../openapi/tiktok.overlay.yaml"));

/// The vendored document, compiled once for the whole process.
pub fn vendored() -> Result<Arc<Document>, LoadError> {
    static DOCUMENT: LazyLock<Result<Arc<Document>, LoadError>> = LazyLock::new(|| {
        let ((spec, text), (overlay, corrections)) = (SPEC, OVERLAY);
        bytes(spec, text.as_bytes(), Some((overlay, corrections.as_bytes())))
    });
    DOCUMENT.clone()
}

/// Loads and compiles a document, and its overlay where it has one, from files.
pub fn files(spec: &Path, overlay: Option<&Path>) -> Result<Arc<Document>, LoadError> {
    let read = |path: &Path| {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Ok((name, bytes)),
            Err(error) => Err(LoadError(format!("{name} cannot be read: {error}"))),
        }
    };
    let (spec, text) = read(spec)?;
    let overlay = overlay.map(read).transpose()?;
    bytes(&spec, &text, overlay.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
}

/// Compiles a document, and its overlay where it has one, of JSON or YAML.
pub fn bytes(name: &str, text: &[u8], corrections: Option<(&str, &[u8])>) -> Result<Arc<Document>, LoadError> {
    let mut files = Files::default();
    files.insert(name, text);
    let failed = |files: &Files, found: &[Diagnostic]| LoadError(render::text(found, files, Style::Plain));
    let spec = Source::parse(name, text).map_err(|found| failed(&files, &found))?;
    let mut document = spec.value();
    let corrections = match corrections {
        Some((name, text)) => {
            files.insert(name, text);
            Some(Source::parse(name, text).map_err(|found| failed(&files, &found))?)
        }
        None => None,
    };
    let correct = |document: &mut Value, stage| match &corrections {
        Some(source) => {
            let found = overlay::apply(document, &source.value(), stage);
            let errors = found.into_iter().filter(Diagnostic::is_error).map(|error| source.place(error));
            let errors: Vec<Diagnostic> = errors.collect();
            if errors.is_empty() { Ok(()) } else { Err(failed(&files, &errors)) }
        }
        None => Ok(()),
    };
    correct(&mut document, Stage::Document)?;
    // What cannot be inferred, or named for the generator, can be served all the same.
    _ = infer::infer(&mut document, spec.rounded());
    correct(&mut document, Stage::Inferred)?;
    _ = name_operations(&mut document);
    Document::compile(document).map(Arc::new).map_err(|error| {
        let found = Diagnostic::error("not-servable", error.pointer, error.message);
        failed(&files, &[spec.place(found)])
    })
}

/// Why a document cannot be loaded, with the lines that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(String);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for LoadError {}
