//! How long the parts of code generation take.

use std::time::{Duration, Instant};

/// The time that each part of [`crate::generate`] took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Preparing the document for progenitor: a part of this crate.
    pub prepare: Duration,
    /// Reading the prepared document, and making code of it: progenitor.
    pub progenitor: Duration,
    /// Editing the calls: a part of this crate.
    pub rewrite: Duration,
    /// Parsing and printing the code: syn and prettyplease.
    pub format: Duration,
}

impl Times {
    /// The time of this crate's own parts.
    pub fn own(&self) -> Duration {
        self.prepare + self.rewrite
    }
}

/// Does some work and adds the time that it takes.
pub(crate) fn timed<T>(time: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    *time += start.elapsed();
    done
}
