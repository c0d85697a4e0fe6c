//! Where the responses of a run are kept, redacted: a journal in the build folder, and beside it what is no JSON.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::atomic;
use crate::workspace::root;

/// The journal of one run. It is complete after every response, so that none that was paid for is lost where the run is
/// interrupted.
#[derive(Default)]
pub(super) struct Journal {
    file: PathBuf,
    entries: Vec<Value>,
}

impl Journal {
    /// Adds an entry, and writes all.
    pub(super) fn add(&mut self, entry: Value) -> io::Result<()> {
        self.entries.push(entry);
        let text = serde_json::to_string_pretty(&self.entries)? + "\n";
        self.begin()?;
        atomic::write_all(&[(self.file.clone(), text)], &[])
    }

    /// Writes the response of an operation that is no JSON, and says where.
    pub(super) fn keep_text(&mut self, operation: &str, text: &str) -> io::Result<PathBuf> {
        self.begin()?;
        let file = self.file.with_extension(format!("{operation}.txt"));
        atomic::write_all(&[(file.clone(), text.to_owned())], &[])?;
        Ok(file)
    }

    /// Where it is; nowhere before the first response.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// How many responses it has.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has no response.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes a name that no other run has taken: what is in their files was paid for, too.
    fn begin(&mut self) -> io::Result<()> {
        let folder = root().join("target");
        std::fs::create_dir_all(&folder)?;
        let mut run = 1;
        while self.file.as_os_str().is_empty() {
            let file =
                folder.join(if run == 1 { "drift-live.json".to_owned() } else { format!("drift-live-{run}.json") });
            match File::create_new(&file) {
                Ok(mut created) => {
                    created.write_all(b"[]\n")?;
                    self.file = file;
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => run += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
