//! Documents that are no part of the program.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use keyapi_rust_names::RustNames;
use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::infer::evidence;
use keyapi_spec::naming::pins;
use keyapi_spec::{Diagnostic, Input, Outline, credits, infer};
use serde_json::Value;

use super::LoadError;
use crate::document::{Document, Role};

/// Loads and compiles a document from its file, with the overlay that is given, and the prices, names and stored responses
/// that are beside it.
///
/// Nothing is inferred before it is needed: large documents are to start quickly. [`Document::check`] tells of what is
/// wrong with the actions of the overlay that correct what was inferred.
pub fn files(spec: &Path, overlay: Option<&Path>) -> Result<Arc<Document>, LoadError> {
    let read = |path: &Path| (path.display().to_string(), std::fs::read(path));
    let (name, bytes) = read(spec);
    let mut input = Input::new(&name, bytes);
    let (name, bytes) = read(&credits::beside(spec));
    input = input.with_credits(&name, bytes);
    if let Some((name, bytes)) = pins::beside(spec).map(|lock| read(&lock)) {
        input = input.with_lock(&name, bytes);
    }
    for (name, bytes) in evidence::beside(spec).iter().map(|file| read(file)) {
        input = input.with_evidence(&name, bytes);
    }
    if let Some((name, bytes)) = overlay.map(read) {
        input = input.with_overlay(&name, bytes);
    }
    compile(input)
}

/// Compiles a document from its text.
pub fn text(name: &str, text: &str) -> Result<Arc<Document>, LoadError> {
    compile(Input::new(name, Ok(text.as_bytes().to_vec())))
}

/// Compiles a document from its JSON value.
pub fn value(document: Value) -> Result<Arc<Document>, LoadError> {
    let document = Document::compile(document)?;
    let source = Arc::clone(&document.source);
    let infer = move || {
        let mut document = source.outline().to_value();
        _ = infer::infer(&mut document, &BTreeSet::new(), &[], &RustNames);
        Ok(Document::compile(document)?)
    };
    Ok(Arc::new(document.with_inference(Role::MadeUp, infer)))
}

fn compile(mut input: Input) -> Result<Arc<Document>, LoadError> {
    let document = finish(&input, input.outline(&RustNames))?;
    let role = Role::of(input.overlay().is_some());
    // What was parsed is several times as large as the text, and few documents need it again.
    input.forget();
    let make = move || {
        // What it takes to infer goes back to the system with the thread, and only the text is copied out of it.
        let served = thread::spawn(move || {
            let text = input.serve(&RustNames).map(|document| document.to_string());
            input.forget();
            (text, input)
        });
        let (text, input) = served.join().map_err(|_| LoadError("the document cannot be inferred".to_owned()))?;
        finish(&input, text.map(|text| outline(&text)))
    };
    Ok(Arc::new(document.with_inference(role, make)))
}

/// A document that was written of one which is served: its text takes less memory than its values.
fn outline(text: &str) -> Outline {
    Outline::of_served(text).unwrap_or_else(|_| Value::Null.into())
}

fn finish(input: &Input, served: Result<impl Into<Outline>, Vec<Diagnostic>>) -> Result<Document, LoadError> {
    let failed = |found: Vec<Diagnostic>| LoadError(input.render(&found, Style::Plain));
    Document::compile(served.map_err(failed)?)
        .map_err(|error| failed(input.place(vec![Diagnostic::error("not-servable", error.pointer, error.message)])))
}
