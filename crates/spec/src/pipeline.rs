//! The pipeline: load, overlay, infer, normalise.

use serde_json::Value;

use crate::overlay::Stage;
use crate::source::Source;
use crate::{Diagnostic, Severity, credits, infer, normalise, overlay, version};

/// A document that went through the pipeline, and what the stages had to say about it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The OpenAPI 3.0 document.
    pub document: Value,
    /// Located warnings and notes; an error would have ended the run.
    pub diagnostics: Vec<Diagnostic>,
}

/// The parsed files that go into the pipeline.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The document as it was published.
    pub spec: &'a Source,
    /// Human corrections.
    pub overlay: Option<&'a Source>,
    /// Prices that documentation pages state.
    pub credits: Option<&'a Source>,
}

/// Runs the whole pipeline: the result is what the generator works on.
///
/// # Errors
///
/// Located diagnostics, at least one of them an error.
pub fn resolve(sources: Sources<'_>) -> Result<Resolved, Vec<Diagnostic>> {
    let mut run = Run { document: sources.spec.value(), diagnostics: Vec::new() };
    run.stage(sources.spec, |document| version::check(document))?;
    run.correct(sources, Stage::Document)?;
    run.price(sources)?;
    run.stage(sources.spec, |document| infer::infer(document, sources.spec.rounded()))?;
    run.correct(sources, Stage::Inferred)?;
    run.stage(sources.spec, normalise::normalise)?;
    Ok(Resolved { document: run.document, diagnostics: run.diagnostics })
}

/// Runs the part of the pipeline that a server needs, on any OpenAPI document.
///
/// What the generator cannot do without is no error here: a document without paths, or a cut example, is served as it is.
///
/// # Errors
///
/// Located diagnostics about overlay and prices, at least one of them an error.
pub fn serve(sources: Sources<'_>) -> Result<Resolved, Vec<Diagnostic>> {
    let mut run = Run { document: sources.spec.value(), diagnostics: Vec::new() };
    run.correct(sources, Stage::Document)?;
    run.price(sources)?;
    run.stage(sources.spec, |document| lenient(infer::infer(document, sources.spec.rounded())))?;
    run.correct(sources, Stage::Inferred)?;
    run.stage(sources.spec, |document| lenient(normalise::name_operations(document)))?;
    Ok(Resolved { document: run.document, diagnostics: run.diagnostics })
}

/// Runs the part of [`serve`] that takes no look at examples, which is quick on documents of any size.
///
/// # Errors
///
/// Located diagnostics about overlay and prices, at least one of them an error.
pub fn outline(sources: Sources<'_>) -> Result<Resolved, Vec<Diagnostic>> {
    let mut run = Run { document: sources.spec.value(), diagnostics: Vec::new() };
    run.correct(sources, Stage::Document)?;
    run.price(sources)?;
    run.stage(sources.spec, |document| lenient(normalise::name_operations(document)))?;
    Ok(Resolved { document: run.document, diagnostics: run.diagnostics })
}

/// A document on its way, and what the stages said so far, each with its place in the file that it speaks of.
struct Run {
    document: Value,
    diagnostics: Vec<Diagnostic>,
}

impl Run {
    fn correct(&mut self, sources: Sources<'_>, stage: Stage) -> Result<(), Vec<Diagnostic>> {
        let Some(overlay) = sources.overlay else { return Ok(()) };
        self.stage(overlay, |document| overlay::apply(document, &overlay.value(), stage))
    }

    fn price(&mut self, sources: Sources<'_>) -> Result<(), Vec<Diagnostic>> {
        let Some(prices) = sources.credits else { return Ok(()) };
        self.stage(prices, |document| credits::apply(document, &prices.value()))
    }

    /// Runs one stage; `about` is the file that its diagnostics speak of.
    fn stage(
        &mut self,
        about: &Source,
        stage: impl FnOnce(&mut Value) -> Vec<Diagnostic>,
    ) -> Result<(), Vec<Diagnostic>> {
        self.diagnostics.extend(stage(&mut self.document).into_iter().map(|diagnostic| about.place(diagnostic)));
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(std::mem::take(&mut self.diagnostics));
        }
        Ok(())
    }
}

/// What is an error to the generator and none to a server.
fn lenient(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let warn = |found: Diagnostic| Diagnostic { severity: found.severity.max(Severity::Warning), ..found };
    found.into_iter().map(warn).collect()
}
