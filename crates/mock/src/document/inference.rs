//! The document with its holes filled from its examples. To fill them takes longer than all else at the start, and few
//! responses depend on it.

use std::fmt;
use std::sync::LazyLock;

use super::Document;
use crate::document::load::LoadError;

/// What inferred schemas are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// For bodies that are made up. The document is served as it was published.
    MadeUp,
    /// For everything: bodies of requests have to fit them, too. Somebody corrected the document with an overlay, and the
    /// overlay may correct what was inferred.
    Binding,
}

impl Role {
    /// The role of what is inferred from a document that has an overlay, or has none.
    pub(super) fn of(is_corrected: bool) -> Self {
        if is_corrected { Self::Binding } else { Self::MadeUp }
    }
}

/// How a document is made, once.
type Make<T> = Box<dyn FnOnce() -> Result<T, LoadError> + Send>;

/// The inferred document, which is made when first asked for.
pub(super) struct Inference {
    pub(super) role: Role,
    document: LazyLock<Result<Box<Document>, LoadError>, Make<Box<Document>>>,
}

impl Inference {
    pub(super) fn new(role: Role, make: impl FnOnce() -> Result<Document, LoadError> + Send + 'static) -> Self {
        Self { role, document: LazyLock::new(Box::new(|| make().map(Box::new))) }
    }

    pub(super) fn document(&self) -> Result<&Document, &LoadError> {
        self.document.as_deref()
    }
}

impl fmt::Debug for Inference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inference").field("role", &self.role).finish_non_exhaustive()
    }
}
