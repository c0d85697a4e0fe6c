//! What a program has inside of a document that it serves: what the pipeline made of it, so that the program does without
//! the pipeline.

use crate::naming::Naming;
use crate::{Diagnostic, Input};

/// The documents that a server answers from, as JSON texts for [`Outline::of_served`](crate::Outline::of_served).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// What [`Input::outline`] reads.
    pub published: String,
    /// What [`Input::serve`] makes.
    pub inferred: String,
    /// Whether somebody corrected the document with an overlay, which may have corrected what was inferred, too.
    pub is_corrected: bool,
}

impl Embedded {
    /// The files that a program includes, each with its name: the documents, and a Rust expression of them, `embedded.rs`.
    pub fn files(self) -> [(&'static str, String); 3] {
        let is_corrected = self.is_corrected;
        let [published, inferred] = ["published", "inferred"].map(|name| format!("include_str!(\"{name}.json\")"));
        let expression =
            format!("Embedded {{ published: {published}, inferred: {inferred}, is_corrected: {is_corrected} }}\n");
        [("published.json", self.published), ("inferred.json", self.inferred), ("embedded.rs", expression)]
    }
}

impl Input {
    /// Makes what a program has inside of the document.
    ///
    /// # Errors
    ///
    /// Those of [`Self::serve`].
    pub fn embedded(&self, naming: &dyn Naming) -> Result<Embedded, Vec<Diagnostic>> {
        Ok(Embedded {
            published: self.outline(naming)?.to_value().to_string(),
            inferred: self.serve(naming)?.to_string(),
            is_corrected: self.overlay().is_some(),
        })
    }
}
