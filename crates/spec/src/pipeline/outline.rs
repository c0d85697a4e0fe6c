//! The outline of what is read from files.

use std::sync::Arc;

use crate::document::outline::PathPattern;
use crate::naming::Naming;
use crate::naming::pins::{Names, Pinned};
use crate::overlay::{self, Stage};
use crate::{Diagnostic, Input, Outline, Source, credits, normalise, source};

impl Input {
    /// Runs the part of [`Self::serve`] that infers nothing from examples, which is quick on documents of any size.
    ///
    /// # Errors
    ///
    /// Those of [`Self::serve`], but for the actions that correct what was inferred.
    pub fn outline(&self, naming: &dyn Naming) -> Result<Outline, Vec<Diagnostic>> {
        self.quick_outline(naming).map_or_else(|| self.published_outline(naming).map(Outline::from), Ok)
    }

    /// The outline of a document that conversion and rejected examples leave as it is. Nothing where one of them, or of the
    /// corrections, has something to do or to say for which all of the document has to be read.
    fn quick_outline(&self, naming: &dyn Naming) -> Option<Outline> {
        let text = self.text().filter(|text| source::is_json(text))?;
        let naming = Pinned::of(self.lock(), naming).ok()?;
        let overlay = self.overlay().map(Source::value);
        let corrected = overlay.as_ref().map(|overlay| overlay::ways(overlay, Stage::Document)).unwrap_or_default();
        if corrected.iter().any(PathPattern::is_everything) {
            return None;
        }
        let mut outline = Outline::of(Arc::clone(text.shared()), corrected)?;
        if let Some(overlay) = &overlay {
            outline.correct(|frame| overlay::apply(frame, overlay, Stage::Document))?;
        }
        if let Some(prices) = self.credits()
            && credits::apply(outline.frame_mut(), &prices.value()).iter().any(Diagnostic::is_error)
        {
            return None;
        }
        normalise::name_operations(outline.frame_mut(), &naming, &mut Names::new());
        (!normalise::has_paths_with_queries(outline.frame())).then_some(outline)
    }
}
