//! The file in which a process keeps what its servers exercised, from their start on, so that one that is killed leaves
//! it behind.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, Thread};
use std::time::Duration;

use crate::engine::Loaded;
use crate::engine::coverage::{DIRECTORY, Report};
use crate::lock;

/// How long counts that change are let change before they are written again.
const INTERVAL: Duration = Duration::from_secs(1);

/// A file for all servers of a process.
#[derive(Debug)]
pub(crate) struct CoverageFile {
    path: PathBuf,
    counted: Mutex<Counted>,
    /// What the file says; nothing at first.
    written: Mutex<Vec<u8>>,
    changed: AtomicBool,
    writer: OnceLock<Option<Thread>>,
}

/// Where the counts are.
#[derive(Debug, Default)]
struct Counted {
    /// Those of documents that no server and no request knows any more.
    ended: Report,
    served: Vec<Arc<Loaded>>,
}

/// The process's file, where [`DIRECTORY`] asks for one; an error says why there is none.
pub(crate) fn of_process() -> Result<Option<&'static CoverageFile>, &'static str> {
    static FILE: OnceLock<Result<Option<CoverageFile>, String>> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let Some(directory) = std::env::var_os(DIRECTORY).filter(|directory| !directory.is_empty()) else {
            return Ok(None);
        };
        let directory = Path::new(&directory);
        let unwritable = |error| format!("coverage cannot be stored in {}: {error}", directory.display());
        CoverageFile::create(directory).map(Some).map_err(unwritable)
    });
    file.as_ref().map(Option::as_ref).map_err(String::as_str)
}

impl CoverageFile {
    /// A new file in a directory. Its name is random, as servers in containers all have the same process id.
    fn create(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let path = loop {
            let path = directory.join(format!("coverage-{:016x}.json", RandomState::new().hash_one(())));
            match File::create_new(&path) {
                Ok(_) => break path,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        };
        Ok(Self {
            path,
            counted: Mutex::default(),
            written: Mutex::default(),
            changed: AtomicBool::new(false),
            writer: OnceLock::new(),
        })
    }

    /// Counts a document that is served from now on.
    pub(crate) fn begin(&self, loaded: &Arc<Loaded>) {
        let mut counted = lock(&self.counted);
        counted.retire();
        counted.served.push(Arc::clone(loaded));
    }

    /// Lets the file be written soon, by a thread of its own.
    pub(crate) fn change(&'static self) {
        if self.changed.swap(true, Ordering::AcqRel) {
            return;
        }
        let start = || {
            let thread = thread::Builder::new()
                .name("mock-coverage".to_owned())
                .spawn(|| self.follow(|| thread::sleep(INTERVAL)));
            thread.ok().map(|handle| handle.thread().clone())
        };
        if let Some(writer) = self.writer.get_or_init(start) {
            writer.unpark();
        }
    }

    /// Writes what changes, and pauses after each time.
    fn follow(&self, pause: impl Fn()) {
        loop {
            if !self.changed.swap(false, Ordering::AcqRel) {
                thread::park();
                continue;
            }
            // What cannot be written now is tried again with the next change, and at the end.
            _ = self.write();
            pause();
        }
    }

    /// Writes what was counted so far, whole or not at all.
    pub(crate) fn write(&self) -> io::Result<()> {
        let mut written = lock(&self.written);
        let bytes = serde_json::to_vec(&self.total())?;
        if bytes != *written {
            let draft = self.path.with_extension("draft");
            fs::write(&draft, &bytes)?;
            fs::rename(draft, &self.path)?;
            *written = bytes;
        }
        Ok(())
    }

    fn total(&self) -> Report {
        let mut counted = lock(&self.counted);
        counted.retire();
        let mut total = counted.ended.clone();
        counted.served.iter().for_each(|loaded| total.add(&loaded.report()));
        total
    }
}

impl Counted {
    /// Lets go of documents that nobody else holds, as their counts change no more.
    fn retire(&mut self) {
        self.served.retain_mut(|loaded| {
            let ended = Arc::get_mut(loaded).is_some();
            if ended {
                self.ended.add(&loaded.report());
            }
            !ended
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::engine::options::Options;
    use crate::engine::{Engine, coverage};

    #[test]
    fn servers_of_one_directory_do_not_share_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..3).map(|_| CoverageFile::create(directory.path()).unwrap()).collect();
        // One that has only just begun, or was killed at once, has an empty file.
        files[1..].iter().for_each(|file| file.write().unwrap());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
        assert_eq!(coverage::read(directory.path()).unwrap(), Report::default());
    }

    fn engine() -> Engine {
        let operation = json!({ "get": { "responses": { "200": { "description": "d" } } } });
        let document = Document::compile(json!({ "openapi": "3.0.3", "paths": { "/a": operation } })).unwrap();
        Engine::new(Arc::new(document), Options::default())
    }

    fn exercise(engine: &Engine) {
        let answered = engine.handle(&http::Request::get("/a").body(Bytes::new()).unwrap());
        assert_eq!(answered.status(), Some(http::StatusCode::OK));
    }

    fn hits(directory: &Path) -> u64 {
        coverage::read(directory).unwrap().operations[0].statuses[0].hits
    }

    #[test]
    fn changes_are_written_once_the_pause_after_the_last_time_is_over() {
        let (directory, engine) = (tempfile::tempdir().unwrap(), engine());
        let file: &'static CoverageFile = Box::leak(Box::new(CoverageFile::create(directory.path()).unwrap()));
        file.begin(&engine.loaded());
        let ((paused, pauses), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel());
        let writer = thread::spawn(move || {
            file.follow(|| {
                // The thread outlives the test, as it does the servers of a process.
                _ = paused.send(());
                _ = goes_on.recv();
            });
        });
        file.writer.set(Some(writer.thread().clone())).unwrap();
        exercise(&engine);
        file.change();
        pauses.recv().unwrap();
        assert_eq!(hits(directory.path()), 1);
        for written in [1, 3] {
            exercise(&engine);
            file.change();
            exercise(&engine);
            file.change();
            assert_eq!(hits(directory.path()), written);
            go_on.send(()).unwrap();
            pauses.recv().unwrap();
            assert_eq!(hits(directory.path()), written + 2);
        }
        // The thread is on its way to sleep, or sleeps.
        for written in 6..50 {
            go_on.send(()).unwrap();
            exercise(&engine);
            file.change();
            pauses.recv().unwrap();
            assert_eq!(hits(directory.path()), written);
        }
    }

    #[test]
    fn counts_of_a_document_outlive_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = CoverageFile::create(directory.path()).unwrap();
        let served = || lock(&file.counted).served.len();
        for ended in 0..3 {
            let engine = engine();
            file.begin(&engine.loaded());
            exercise(&engine);
            file.write().unwrap();
            assert_eq!((hits(directory.path()), served()), (ended + 1, 1));
        }
        file.write().unwrap();
        assert_eq!((hits(directory.path()), served()), (3, 0));
    }

    #[test]
    fn what_has_not_changed_is_not_written() {
        let directory = tempfile::tempdir().unwrap();
        let (file, engine) = (CoverageFile::create(directory.path()).unwrap(), engine());
        file.begin(&engine.loaded());
        file.write().unwrap();
        fs::remove_file(&file.path).unwrap();
        file.write().unwrap();
        assert!(!file.path.exists());
        exercise(&engine);
        file.write().unwrap();
        assert_eq!(hits(directory.path()), 1);
    }
}
