//! Notices that the document's files change, and loads them again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keyapi_spec::{credits, evidence};

use crate::document::Document;
use crate::document::load::{self, LoadError};
use crate::engine::Engine;

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(250);

/// The files of a document.
#[derive(Debug)]
pub(crate) struct Watch {
    spec: PathBuf,
    overlay: Option<PathBuf>,
    seen: Vec<Option<Stamp>>,
}

/// What tells one version of a file from the next.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Watch {
    /// Watches a document and its overlay, where it has one.
    pub(crate) fn new(spec: PathBuf, overlay: Option<PathBuf>) -> Self {
        let mut watch = Self { spec, overlay, seen: Vec::new() };
        watch.seen = watch.stamps();
        watch
    }

    /// The document anew where a file has changed since the last look.
    pub(crate) fn look(&mut self) -> Option<Result<Arc<Document>, LoadError>> {
        let stamps = self.stamps();
        if stamps == self.seen {
            return None;
        }
        self.seen = stamps;
        let loaded = load::files(&self.spec, self.overlay.as_deref());
        // The old document answers meanwhile, so there is time to look at everything.
        Some(loaded.and_then(|document| document.check().map(|()| document)))
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        let stamp = |path: &PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some(Stamp { modified: metadata.modified().ok(), length: metadata.len() })
        };
        let mut beside = evidence::beside(&self.spec);
        beside.push(credits::beside(&self.spec));
        [&self.spec].into_iter().chain(&self.overlay).chain(&beside).map(stamp).collect()
    }
}

/// Goes on looking, and lets the engine go on with each new document. One that cannot be served is reported and
/// otherwise ignored.
pub(crate) async fn follow(
    engine: Arc<Engine>,
    mut watch: Watch,
    mut report: impl FnMut(Result<&Document, &LoadError>) + Send + 'static,
) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let served = Arc::clone(&engine);
        // A large document, or a report that nobody reads, takes a thread of its own and none that answers requests.
        let looked = tokio::task::spawn_blocking(move || {
            match watch.look() {
                None => {}
                Some(Ok(document)) => {
                    served.replace(Arc::clone(&document));
                    report(Ok(&document));
                }
                Some(Err(error)) => report(Err(&error)),
            }
            (watch, report)
        });
        let Ok(back) = looked.await else { return };
        (watch, report) = back;
    }
}
