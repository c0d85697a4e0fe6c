//! Where callers by name get the parts of a stream while they come, who would wait for the list of one that does not end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Takes a part, and says whether another one is wanted.
type Take = dyn Fn(&[u8]) -> bool + Send + Sync;

/// What is given the parts of a stream.
#[derive(Clone)]
pub struct PartSink {
    take: Arc<Take>,
    has_begun: Arc<AtomicBool>,
}

impl PartSink {
    /// `take` is given each part as JSON with keys masked, and says whether it wants another one.
    pub fn new(take: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Self {
        Self { take: Arc::new(take), has_begun: Arc::default() }
    }

    /// Whether there is a stream, so that all of the response comes here.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    pub(crate) fn begin(&self) {
        self.has_begun.store(true, Ordering::Relaxed);
    }

    pub(crate) fn take(&self, part: &[u8]) -> bool {
        (self.take)(part)
    }
}

impl fmt::Debug for PartSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartSink").field("has_begun", &self.has_begun()).finish_non_exhaustive()
    }
}
