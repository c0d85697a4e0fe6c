//! The pipeline: load, overlay, infer, normalise.

use serde_json::Value;

use crate::overlay::Stage;
use crate::source::Source;
use crate::{Diagnostic, infer, normalise, overlay, version};

/// A document that went through the pipeline, and what the stages had to say about it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The OpenAPI 3.0 document.
    pub document: Value,
    /// Located warnings and notes; an error would have ended the run.
    pub diagnostics: Vec<Diagnostic>,
}

/// Applies the overlay and fills holes from examples.
///
/// This is the part of the pipeline that a server needs: the document still says all that was published.
///
/// # Errors
///
/// Located diagnostics, at least one of them an error.
pub fn enrich(spec: &Source, human: Option<&Source>) -> Result<Resolved, Vec<Diagnostic>> {
    let mut document = spec.value();
    let corrections = human.map(Source::value);
    let mut run = Run { spec, human, diagnostics: Vec::new() };
    run.of_spec(version::check(&document))?;
    if let Some(corrections) = &corrections {
        let diagnostics = overlay::apply(&mut document, corrections, Stage::Document);
        run.of_overlay(diagnostics)?;
    }
    run.of_spec(infer::infer(&mut document, spec.rounded()))?;
    if let Some(corrections) = &corrections {
        let diagnostics = overlay::apply(&mut document, corrections, Stage::Inferred);
        run.of_overlay(diagnostics)?;
    }
    Ok(Resolved { document, diagnostics: run.diagnostics })
}

/// Runs the whole pipeline: the result is what the generator works on.
///
/// # Errors
///
/// Located diagnostics, at least one of them an error.
pub fn resolve(spec: &Source, human: Option<&Source>) -> Result<Resolved, Vec<Diagnostic>> {
    let Resolved { mut document, diagnostics } = enrich(spec, human)?;
    let mut run = Run { spec, human, diagnostics };
    run.of_spec(normalise::normalise(&mut document))?;
    Ok(Resolved { document, diagnostics: run.diagnostics })
}

/// Collects what the stages say, with its place in the file that it speaks of.
struct Run<'a> {
    spec: &'a Source,
    human: Option<&'a Source>,
    diagnostics: Vec<Diagnostic>,
}

impl Run<'_> {
    fn of_spec(&mut self, found: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
        self.take(self.spec, found)
    }

    fn of_overlay(&mut self, found: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
        self.take(self.human.unwrap_or(self.spec), found)
    }

    fn take(&mut self, source: &Source, found: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
        self.diagnostics.extend(found.into_iter().map(|diagnostic| source.place(diagnostic)));
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            Err(std::mem::take(&mut self.diagnostics))
        } else {
            Ok(())
        }
    }
}
