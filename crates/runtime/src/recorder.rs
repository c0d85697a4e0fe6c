//! Records responses, redacted, for the maintainers of an SDK.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyapi_redaction::Redactor;
use serde::Serialize;
use serde_json::Value;

use crate::tolerant::{self, Found};
use crate::{AttemptEnded, Observer};

/// How large the file may grow unless told otherwise.
const DEFAULT_LIMIT: u64 = 16 * 1024 * 1024;

/// How much of the beginning and the end of a file is read to see that it is a journal.
const PART: u64 = 64;

/// Writes every JSON response of a client into a file, in the form of the mock server's journal, which
/// `cargo xtask sample add` stores as evidence and `cargo xtask drift` compares with the document.
///
/// An entry has the operation, the method, the path template, the status and the body: nothing of what was asked for. Keys,
/// secrets, signed URLs, e-mail addresses and phone numbers are taken out of the body by the same rules that evidence is
/// redacted by; what stands in their place is of the same kind. A body in which a key remains, in the name of a property or
/// in some other form, is not recorded.
///
/// The file is a JSON array, complete after every entry, and what is there already stays. Programs that record into the same
/// file at once take turns, by a lock on the file, and calls wait for that. Nothing is kept in memory. A response that cannot
/// be written is counted by [`missed`](Self::missed), and its call goes on.
///
/// ```no_run
/// # fn f(platform: &'static keyapi_runtime::Platform) -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// let recorder = Arc::new(keyapi_runtime::Recorder::open("journal.json")?);
/// let client = keyapi_runtime::Client::builder(platform).observer(Arc::clone(&recorder)).build()?;
/// // … calls …
/// if let Some(problem) = recorder.problem() {
///     eprintln!("{} responses are not recorded, the last one because {problem}", recorder.missed());
/// }
/// # drop(client);
/// # Ok(())
/// # }
/// ```
pub struct Recorder {
    limit: u64,
    state: Mutex<State>,
}

struct State {
    file: File,
    recorded: u64,
    missed: u64,
    problem: Option<String>,
    /// Knows the key of the client that was last heard of.
    redactor: Redactor,
    key: String,
}

/// An entry, whose first member tells a journal from other files.
#[derive(Serialize)]
struct Entry<'a> {
    sequence: u64,
    operation: &'a str,
    method: &'a str,
    path: &'a str,
    status: Option<u16>,
    response: Body,
}

#[derive(Serialize)]
struct Body {
    body: String,
}

impl Recorder {
    /// Opens a file to record into; one that does not exist is made.
    ///
    /// # Errors
    ///
    /// It cannot be opened, or holds something else than a journal.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        locked(&file, |file| end(file).map(drop))?;
        let redactor = Redactor::new().map_err(io::Error::other)?;
        let state = State { file, recorded: 0, missed: 0, problem: None, redactor, key: String::new() };
        Ok(Self { limit: DEFAULT_LIMIT, state: Mutex::new(state) })
    }

    /// Limits the size of the file, which is 16 MiB by default. What would make it larger is missed. `cargo xtask` reads
    /// files of up to 64 MiB.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// How many responses were recorded.
    pub fn recorded(&self) -> u64 {
        self.state().recorded
    }

    /// How many responses should have been recorded and could not be.
    pub fn missed(&self) -> u64 {
        self.state().missed
    }

    /// Why the last one of them could not be.
    pub fn problem(&self) -> Option<String> {
        self.state().problem.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names no file, whose path may be anybody's business.
impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Recorder")
            .field("limit", &self.limit)
            .field("recorded", &state.recorded)
            .field("missed", &state.missed)
            .field("problem", &state.problem)
            .finish_non_exhaustive()
    }
}

impl Observer for Recorder {
    fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
        // What is no JSON, such as the page of a proxy, is no evidence.
        let Some(body) = attempt.body() else { return };
        let mut found = Found::new(attempt.key);
        let (Ok(text), Ok(value)) = (str::from_utf8(&body), tolerant::value(&body, &mut found)) else { return };
        // What had to be repaired is written as it was read, since nobody else would read it.
        let text = Some(text).filter(|_| found.deviations.is_empty());
        let mut state = self.state();
        match state.record(attempt, text, value, self.limit) {
            Ok(()) => state.recorded += 1,
            Err(error) => (state.missed, state.problem) = (state.missed + 1, Some(error.to_string())),
        }
    }
}

impl State {
    fn record(
        &mut self,
        attempt: &AttemptEnded<'_>,
        text: Option<&str>,
        mut value: Value,
        limit: u64,
    ) -> io::Result<()> {
        // To look for secrets in what has no room would take time for nothing.
        if attempt.bytes as u64 > limit {
            return Err(too_large(limit));
        }
        let redactor = self.redactor(attempt.key.secret())?;
        let redacted = redactor.redact(&mut value).map_err(io::Error::other)?;
        if !redacted.left.is_empty() {
            return Err(io::Error::other("a key or a secret remains where it cannot be taken out"));
        }
        // Numbers stay as they were written where nothing has to be taken out.
        let kept = text.filter(|_| redacted.taken.is_empty());
        let body = kept.map_or_else(|| value.to_string(), str::to_owned);
        let entry = serde_json::to_string(&Entry {
            sequence: self.recorded + 1,
            operation: attempt.begun.operation,
            method: attempt.begun.method,
            path: attempt.begun.path,
            status: attempt.status.map(|status| status.as_u16()),
            response: Body { body },
        })?;
        locked(&self.file, |file| append(file, &entry, limit))
    }

    /// The redactor that knows a key.
    fn redactor(&mut self, key: &str) -> io::Result<&Redactor> {
        if self.key != key {
            self.redactor = Redactor::new().and_then(|new| new.knowing([key.to_owned()])).map_err(io::Error::other)?;
            key.clone_into(&mut self.key);
        }
        Ok(&self.redactor)
    }
}

/// Does something with a file that no other program writes into meanwhile.
fn locked<T>(file: &File, act: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
    file.lock()?;
    let done = act(file);
    file.unlock()?;
    done
}

/// Where a journal ends.
struct End {
    /// The place where its last entry ends.
    place: u64,
    /// What has to stand before the next entry.
    separator: &'static str,
}

/// Finds the end of a journal.
fn end(file: &File) -> io::Result<End> {
    let other = || io::Error::new(io::ErrorKind::InvalidData, "the file is no journal: name a new one");
    let read = |from: u64| {
        let mut file = file;
        file.seek(SeekFrom::Start(from))?;
        let mut part = Vec::new();
        file.take(PART).read_to_end(&mut part)?;
        Ok::<_, io::Error>(part)
    };
    let head = read(0)?;
    if head.is_empty() {
        return Ok(End { place: 0, separator: "[\n" });
    }
    let begins = head.strip_prefix(b"[").map(<[u8]>::trim_ascii_start).ok_or_else(other)?;
    if !begins.starts_with(b"{\"sequence\":") {
        return Err(other());
    }
    let from = file.metadata()?.len().saturating_sub(PART);
    let tail = read(from)?;
    let rest = tail.trim_ascii_end().strip_suffix(b"]").map(<[u8]>::trim_ascii_end).ok_or_else(other)?;
    if !rest.ends_with(b"}") {
        return Err(other());
    }
    Ok(End { place: from + rest.len() as u64, separator: ",\n" })
}

/// Adds an entry to a journal, or leaves the journal as it is.
fn append(mut file: &File, entry: &str, limit: u64) -> io::Result<()> {
    let End { place, separator } = end(file)?;
    let text = format!("{separator}{entry}\n]\n");
    if place + text.len() as u64 > limit {
        return Err(too_large(limit));
    }
    let mut write = |text: &str| {
        file.seek(SeekFrom::Start(place))?;
        file.write_all(text.as_bytes())?;
        file.set_len(place + text.len() as u64)
    };
    write(&text).inspect_err(|_| {
        // The bracket was there before, so that there is room for it.
        _ = write(if place == 0 { "" } else { "\n]\n" });
    })
}

fn too_large(limit: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("the file would have more than {limit} bytes"))
}
