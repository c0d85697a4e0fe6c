//! Notices that the document's files change, and loads them again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keyapi_spec::credits;
use keyapi_spec::infer::evidence;

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
    /// Which file it is and when anything of it changed, as a copy may be as long and as old as what it replaces.
    #[cfg(unix)]
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    /// `None` for what can be no document of which there are versions: nothing, a folder, a pipe.
    fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Some(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            #[cfg(unix)]
            identity: (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
        })
    }
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
        // To open a pipe is to wait for somebody who writes.
        if self.files().iter().any(|path| path.exists() && !path.is_file() && !path.is_dir()) {
            return None;
        }
        let loaded = load::files(&self.spec, self.overlay.as_deref());
        // The old document answers meanwhile, so there is time to look at everything.
        Some(loaded.and_then(|document| document.check().map(|()| document)))
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        self.files().iter().map(|path| Stamp::of(path)).collect()
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files = evidence::beside(&self.spec);
        files.push(credits::beside(&self.spec));
        files.push(self.spec.clone());
        files.extend(self.overlay.clone());
        files
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

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, File};
    use std::process::Command;

    use super::*;
    use crate::engine::options::Options;

    #[test]
    fn a_file_as_long_and_as_old_is_another_one_and_a_pipe_is_waited_for_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (spec, other) = (folder.path().join("spec.yaml"), folder.path().join("other.yaml"));
        let write = |path: &Path, name: &str| {
            fs::write(path, format!("openapi: 3.0.0\npaths: {{/{name}: {{get: {{}}}}}}\n")).unwrap();
            File::open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        write(&spec, "one");
        let mut watch = Watch::new(spec.clone(), None);
        assert!(watch.look().is_none());
        write(&other, "two");
        fs::rename(&other, &spec).unwrap();
        let document = watch.look().unwrap().unwrap();
        assert_eq!(document.operations[0].path, "/two");
        fs::remove_file(&spec).unwrap();
        assert!(Command::new("mkfifo").arg(&spec).status().unwrap().success());
        assert!(watch.look().is_none());
        fs::remove_file(&spec).unwrap();
        write(&spec, "two");
        assert!(watch.look().unwrap().is_ok());
    }
    #[tokio::test(start_paused = true)]
    async fn a_changed_document_is_served_and_a_bad_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let spec = folder.path().join("spec.yaml");
        // A file that is replaced is never read half written.
        let write = |text: &str| {
            let draft = folder.path().join("draft");
            fs::write(&draft, text).unwrap();
            fs::rename(draft, &spec).unwrap();
        };
        let document = |name: &str| format!("openapi: 3.0.0\npaths: {{/{name}: {{get: {{}}}}}}\n");
        write(&document("one"));
        let watch = Watch::new(spec.clone(), None);
        let engine = Arc::new(Engine::new(load::files(&spec, None).unwrap(), Options::default()));
        let (sender, mut reports) = tokio::sync::mpsc::unbounded_channel();
        let report = move |loaded: Result<&Document, &LoadError>| sender.send(loaded.is_ok()).unwrap();
        tokio::spawn(follow(Arc::clone(&engine), watch, report));
        let served = || engine.loaded().document.operations[0].path.clone();
        for (text, is_good, path) in
            [("openapi: [", false, "/one"), (&document("two"), true, "/two"), ("openapi: [", false, "/two")]
        {
            write(text);
            assert_eq!((reports.recv().await, &*served()), (Some(is_good), path), "{text}");
        }
    }
}
