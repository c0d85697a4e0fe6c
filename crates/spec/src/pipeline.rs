//! The pipeline: load, overlay, convert, infer, normalise.

#[cfg(feature = "pipeline")]
pub(crate) mod embedded;
#[cfg(feature = "pipeline")]
pub mod input;
#[cfg(feature = "pipeline")]
mod outline;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::convert::{self, Origins};
use crate::document::extension;
use crate::document::version;
use crate::infer::evidence::Sample;
use crate::naming::Naming;
use crate::naming::pins::{Names, Pinned};
use crate::overlay::proposal;
use crate::overlay::proposal::Proposal;
use crate::overlay::skip;
use crate::overlay::unsettled;
use crate::overlay::{Setters, Stage};
use crate::schema::keyword;
use crate::source::Source;
use crate::{Diagnostic, Input, credits, document, infer, normalise, overlay};

/// A document that went through the pipeline, and what the stages had to say about it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The OpenAPI 3.0 document.
    pub document: Value,
    /// Located warnings and notes; an error would have ended the run.
    pub diagnostics: Vec<Diagnostic>,
    /// The names of operations, parameters and types, which a release pins.
    pub names: Names,
}

/// The parsed files that go into the pipeline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    /// The document as it was published.
    pub(crate) spec: &'a Source,
    /// Human corrections.
    pub(crate) overlay: Option<&'a Source>,
    /// Prices that documentation pages state.
    pub(crate) credits: Option<&'a Source>,
    /// Responses that the API really sent.
    pub(crate) evidence: &'a [Sample],
    /// The lock, which has the names that a release gave.
    pub(crate) lock: Option<&'a Source>,
}

impl Input {
    /// Runs the whole pipeline: the result is the resolved document.
    ///
    /// # Errors
    ///
    /// Located diagnostics, at least one of them an error.
    pub fn resolve(&self, naming: &dyn Naming) -> Result<Resolved, Vec<Diagnostic>> {
        let sources = self.sources()?;
        let naming = &Pinned::of(sources.lock, naming)?;
        Run::new(sources, Reported::Everything).resolve(sources, naming)
    }

    /// Runs the whole pipeline on a document that its overlay may be ahead of: actions that match nothing are passed over,
    /// and they are all that is reported.
    ///
    /// # Errors
    ///
    /// Located errors, at least one of them of another kind.
    pub fn resolve_former(&self, naming: &dyn Naming) -> Result<Resolved, Vec<Diagnostic>> {
        self.resolve_without(naming, &[])
    }

    /// The same without what JSON pointers lead to, where they lead to something once the document is corrected.
    ///
    /// # Errors
    ///
    /// Those of [`Self::resolve_former`].
    pub fn resolve_without(&self, naming: &dyn Naming, left_out: &[&str]) -> Result<Resolved, Vec<Diagnostic>> {
        let sources = self.sources()?;
        let naming = &Pinned::of(sources.lock, naming)?;
        let mut run = Run::new(sources, Reported::Former);
        run.left_out = left_out.iter().map(|pointer| (*pointer).to_owned()).collect();
        run.resolve(sources, naming)
    }

    /// What a person could say in the overlay to settle what was `found` in the document.
    pub fn proposals(&self, found: &[Diagnostic], naming: &dyn Naming) -> Vec<Proposal> {
        let Ok(sources) = self.sources() else { return Vec::new() };
        let Ok(naming) = &Pinned::of(sources.lock, naming) else { return Vec::new() };
        let mut run = Run::new(sources, Reported::Errors);
        // What ends the run is among what was found, and the document is corrected as far as it can be.
        let _ = run.infer(sources, naming);
        proposal::all(&run.document, sources.spec.name(), found)
    }

    /// Runs the part of the pipeline that a server needs, on any OpenAPI document.
    ///
    /// What only the whole pipeline requires is no error here: a document without paths, or a cut example, is served as it
    /// is. Schemas of OpenAPI 3.1 stay so, because they say more of what is legal. Parameters in the query of a path, which
    /// OpenAPI does not have, are parameters of the query here, as they are in clients.
    ///
    /// # Errors
    ///
    /// Located errors in the files, or in what overlay and prices do.
    pub fn serve(&self, naming: &dyn Naming) -> Result<Value, Vec<Diagnostic>> {
        let (mut document, _) = self.served(Reported::Errors, naming, convert::outline)?;
        normalise::serve_paths(&mut document);
        Ok(document)
    }

    /// The document as [`Self::serve`] has it, converted to OpenAPI 3.0: what is compared with other documents, and with
    /// what is sent.
    ///
    /// # Errors
    ///
    /// Those of [`Self::serve`].
    pub fn published(&self, naming: &dyn Naming) -> Result<Published, Vec<Diagnostic>> {
        self.served(Reported::Errors, naming, convert::convert).map(Published::from)
    }

    /// The same of a document that its overlay may be ahead of: actions that match nothing are passed over.
    ///
    /// # Errors
    ///
    /// Those of [`Self::serve`].
    pub fn published_former(&self, naming: &dyn Naming) -> Result<Published, Vec<Diagnostic>> {
        self.served(Reported::Former, naming, convert::convert).map(Published::from)
    }

    fn served(
        &self,
        reported: Reported,
        naming: &dyn Naming,
        convert: Convert,
    ) -> Result<(Value, Origins), Vec<Diagnostic>> {
        let sources = self.sources()?;
        let naming = &Pinned::of(sources.lock, naming)?;
        let mut run = Run::new(sources, reported);
        run.correct(sources, Stage::Document)?;
        run.convert(convert)?;
        run.price(sources)?;
        let rounded = run.rounded();
        run.stage(sources.spec, |document| tolerate(infer::infer(document, &rounded, sources.evidence, naming)))?;
        run.correct(sources, Stage::Inferred)?;
        run.finish_serving(sources, naming)
    }

    /// The document that [`Self::outline`] is one of.
    pub(crate) fn published_outline(&self, naming: &dyn Naming) -> Result<Value, Vec<Diagnostic>> {
        let sources = self.sources()?;
        let naming = &Pinned::of(sources.lock, naming)?;
        let mut run = Run::new(sources, Reported::Errors);
        run.correct(sources, Stage::Document)?;
        run.convert(convert::outline)?;
        run.price(sources)?;
        let (mut document, _) = run.finish_serving(sources, naming)?;
        normalise::serve_paths(&mut document);
        Ok(document)
    }
}

/// A document as it is compared, and where its parts were published.
#[derive(Clone, Debug)]
pub struct Published {
    /// The OpenAPI 3.0 document, corrected and inferred.
    pub document: Value,
    origins: Origins,
}

impl Published {
    /// The place in the file of what a JSON pointer leads to in the document.
    pub fn origin<'a>(&self, pointer: &'a str) -> Cow<'a, str> {
        self.origins.of(pointer)
    }
}

impl From<(Value, Origins)> for Published {
    fn from((document, origins): (Value, Origins)) -> Self {
        Self { document, origins }
    }
}

/// Makes another version of OpenAPI of a document, as far as it is needed.
type Convert = fn(&mut Value, &mut Origins) -> Vec<Diagnostic>;

/// A document on its way, and what the stages said so far, each with its place in the file that it speaks of.
struct Run<'a> {
    spec: &'a Source,
    document: Value,
    /// Where the document was published what it was converted from.
    origins: Origins,
    /// The actions of the overlay that were applied so far.
    setters: Setters,
    /// Pointers to what goes no further than the corrections of the published document.
    left_out: Vec<String>,
    reported: Reported,
    diagnostics: Vec<Diagnostic>,
}

/// The diagnostics that a run reports. To locate all of them takes longer than most stages do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reported {
    Everything,
    Errors,
    /// Errors, of which those of an overlay that is ahead of the document do not end the run.
    Former,
}

impl Reported {
    fn includes(self, found: &Diagnostic) -> bool {
        self == Self::Everything || found.is_error()
    }

    fn ends_with(self, found: &Diagnostic) -> bool {
        found.is_error() && !(self == Self::Former && found.code == overlay::NO_MATCH)
    }
}

impl<'a> Run<'a> {
    fn new(sources: Sources<'a>, reported: Reported) -> Self {
        Self {
            spec: sources.spec,
            origins: Origins::default(),
            document: sources.spec.value(),
            setters: Setters::default(),
            left_out: Vec::new(),
            reported,
            diagnostics: Vec::new(),
        }
    }

    fn resolve(mut self, sources: Sources<'_>, naming: &dyn Naming) -> Result<Resolved, Vec<Diagnostic>> {
        self.infer(sources, naming)?;
        self.stage(sources.spec, |document| unsettled::find(document))?;
        let setters = std::mem::take(&mut self.setters);
        if let Some(prices) = sources.credits {
            self.stage(prices, |document| credits::compare(document, prices, sources, &setters))?;
        }
        self.stage(sources.spec, normalise::reject_references)?;
        let mut names = Names::new();
        let origins = std::mem::take(&mut self.origins);
        self.stage(sources.spec, |document| {
            let found = normalise::normalise(document, naming, &mut names);
            // A name that a person chose is wrong where it was chosen.
            let place = |found| setters.place(found, sources.overlay, normalise::CHOSEN_NAME);
            found.into_iter().map(|found| sources.spec.place(place(origins.place(found)))).collect()
        })?;
        Ok(Resolved { document: self.document, diagnostics: self.diagnostics, names })
    }

    /// The stages up to the last correction by a person.
    fn infer(&mut self, sources: Sources<'_>, naming: &dyn Naming) -> Result<(), Vec<Diagnostic>> {
        self.stage(sources.spec, |document| version::check(document))?;
        self.correct(sources, Stage::Document)?;
        for pointer in &self.left_out {
            document::remove(&mut self.document, pointer);
        }
        let mut skipped = Vec::new();
        self.skip(sources, &mut skipped)?;
        self.stage(sources.spec, normalise::drop_nulls)?;
        self.stage(sources.spec, keyword::leave_out)?;
        self.convert(convert::convert)?;
        // An operation may be in what a path item refers to.
        self.skip(sources, &mut skipped)?;
        skip::leave_out_components(&mut self.document, &skipped);
        self.price(sources)?;
        let rounded = self.rounded();
        self.stage(sources.spec, |document| infer::infer(document, &rounded, sources.evidence, naming))?;
        self.correct(sources, Stage::Inferred)?;
        // Whoever corrects what was inferred may leave an operation out as well.
        let mut skipped = Vec::new();
        self.skip(sources, &mut skipped)?;
        skip::leave_out_components(&mut self.document, &skipped);
        let Self { document, diagnostics, .. } = self;
        let is_inferred =
            |pointer: &str| document.pointer(pointer).is_some_and(|schema| schema.get(extension::INFERRED).is_some());
        diagnostics.retain(|found| found.inferred.as_deref().is_none_or(is_inferred));
        Ok(())
    }

    /// The last stages of a server's document.
    fn finish_serving(
        mut self,
        sources: Sources<'_>,
        naming: &dyn Naming,
    ) -> Result<(Value, Origins), Vec<Diagnostic>> {
        self.stage(sources.spec, normalise::reject_references)?;
        self.stage(sources.spec, |document| tolerate(normalise::name_operations(document, naming, &mut Names::new())))?;
        Ok((self.document, self.origins))
    }

    /// Leaves out what a person wants to be left out, which is told where it was said.
    fn skip(&mut self, sources: Sources<'_>, taken: &mut Vec<Value>) -> Result<(), Vec<Diagnostic>> {
        let (setters, origins) = (std::mem::take(&mut self.setters), std::mem::take(&mut self.origins));
        let skipped = self.stage(sources.spec, |document| {
            let place = |found| setters.place(origins.place(found), sources.overlay, skip::CODE);
            skip::leave_out(document, taken).into_iter().map(|found| sources.spec.place(place(found))).collect()
        });
        (self.setters, self.origins) = (setters, origins);
        skipped
    }

    fn convert(&mut self, convert: Convert) -> Result<(), Vec<Diagnostic>> {
        let mut origins = std::mem::take(&mut self.origins);
        let spec = self.spec;
        // The places are of what was published already.
        let converted = self.stage(spec, |document| {
            convert(document, &mut origins).into_iter().map(|found| spec.place(found)).collect()
        });
        self.origins = origins;
        converted
    }

    /// JSON pointers to integers that were rounded when the document was read.
    fn rounded(&self) -> BTreeSet<String> {
        self.origins.places(self.spec.rounded()).into_owned()
    }

    fn correct(&mut self, sources: Sources<'_>, stage: Stage) -> Result<(), Vec<Diagnostic>> {
        let Some(overlay) = sources.overlay else { return Ok(()) };
        let mut setters = std::mem::take(&mut self.setters);
        let corrected = self.stage(overlay, |document| setters.apply(document, &overlay.value(), stage));
        self.setters = setters;
        corrected
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
        let found = stage(&mut self.document).into_iter().filter(|found| self.reported.includes(found));
        let is_published = std::ptr::eq(about, self.spec);
        let origin = |found| if is_published { self.origins.place(found) } else { found };
        self.diagnostics.extend(found.map(|found| about.place(origin(found))));
        if self.diagnostics.iter().any(|found| self.reported.ends_with(found)) {
            return Err(std::mem::take(&mut self.diagnostics));
        }
        Ok(())
    }
}

/// No diagnostics: what they say is an error in the whole pipeline, and none for a server.
fn tolerate(_: Vec<Diagnostic>) -> Vec<Diagnostic> {
    Vec::new()
}
