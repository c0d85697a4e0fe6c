//! Records responses, redacted, for the maintainers of an SDK.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderValue;
use keyapi_redaction::{Presented, Redactor};
use serde::Serialize;
use serde_json::Value;

use crate::decode::tolerant::{self, Repairs};
use crate::{AttemptEnded, Observer};

/// How large the file may grow unless told otherwise.
const DEFAULT_LIMIT: u64 = 16 * 1024 * 1024;

/// How much of the beginning and the end of a file is read to see that it is a journal.
const PART: u64 = 64;

/// Writes every JSON response of a client into a file, in the form of the mock server's journal, which
/// `cargo xtask sample add` stores as evidence and `cargo xtask drift` compares with the document.
///
/// An entry has the operation, the method, the path template, the status and the body: nothing of what was asked for, but
/// for the path of a call that names one itself. Keys, secrets, signed URLs, e-mail addresses and phone numbers are taken
/// out of path and body by the same rules that evidence is redacted by, and so is every credential that the request
/// presented or the response handed out in any other place, such as a cookie; what stands in their place is of the same
/// kind. A body in which a key remains, in the name of a property or in some other form, is not recorded.
///
/// The file is a JSON array, complete after every entry, and what is there already stays. Programs that record into the same
/// file at once take turns, by a lock on the file, and calls wait for that. Nothing is kept in memory. A file that is taken
/// away is made anew. A response that cannot be written is counted by [`missed`](Self::missed), and its call goes on.
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
    path: PathBuf,
    file: File,
    recorded: u64,
    missed: u64,
    problem: Option<String>,
    /// Knows what was presented and handed out last.
    redactor: Redactor,
    credentials: BTreeSet<String>,
}

/// An entry, whose first property tells a journal from other files.
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
        let path = std::path::absolute(path)?;
        let file = open(&path)?;
        let redactor = Redactor::new().map_err(io::Error::other)?;
        let credentials = BTreeSet::new();
        let state = State { path, file, recorded: 0, missed: 0, problem: None, redactor, credentials };
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
        let Some(body) = attempt.raw_body() else { return };
        let mut found = Repairs::default();
        let (Ok(text), Ok(value)) = (str::from_utf8(body), tolerant::value(body, &mut found)) else { return };
        // What had to be repaired is written as it was read, since nobody else would read it.
        let text = Some(text).filter(|_| found.count() == 0);
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
        let redactor = self.redactor(exchanged(attempt))?;
        let redacted = redactor.redact(&mut value).map_err(io::Error::other)?;
        if !redacted.left.is_empty() {
            return Err(io::Error::other("a key or a secret remains where it cannot be taken out"));
        }
        // Numbers stay as they were written where nothing has to be taken out.
        let kept = text.filter(|_| redacted.taken.is_empty());
        let body = kept.map_or_else(|| value.to_string(), str::to_owned);
        let [operation, path] = [attempt.begun.operation, attempt.begun.path].map(|text| redactor.text(text).0);
        if redactor.has_key(&path) {
            return Err(io::Error::other("a key remains in the path"));
        }
        let entry = serde_json::to_string(&Entry {
            sequence: self.recorded + 1,
            operation: &operation,
            method: attempt.begun.method,
            path: &path,
            status: attempt.status.map(|status| status.as_u16()),
            response: Body { body },
        })?;
        if !self.path.try_exists()? {
            self.file = open(&self.path)?;
        }
        locked(&self.file, |file| append(file, &entry, limit))
    }

    /// The redactor that knows these.
    fn redactor(&mut self, credentials: BTreeSet<String>) -> io::Result<&Redactor> {
        if self.credentials != credentials {
            let redactor = Redactor::new().and_then(|new| new.knowing(credentials.iter().cloned()));
            (self.redactor, self.credentials) = (redactor.map_err(io::Error::other)?, credentials);
        }
        Ok(&self.redactor)
    }
}

/// What was presented as a credential, and what was handed out as one.
fn exchanged(attempt: &AttemptEnded<'_>) -> BTreeSet<String> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut found = Presented::default();
    if let Some(request) = attempt.request {
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        // Every parameter says what is asked for, unless its name says that it lets somebody in.
        let names = request.url().query_pairs().chain(form_urlencoded::parse(body)).map(|(name, _)| name.into_owned());
        found = Presented::to_operation(&names.collect::<Vec<String>>());
        found.url(request.url().as_str());
        found.body(&String::from_utf8_lossy(body));
        request.headers().iter().for_each(|(name, value)| found.header(name.as_str(), &text(value)));
    }
    let headers = attempt.headers().into_iter().flatten();
    headers.for_each(|(name, value)| found.response_header(name.as_str(), &text(value)));
    let mut found: BTreeSet<String> = found.credentials().into_iter().collect();
    found.extend(attempt.key.all_secrets().map(str::to_owned));
    found
}

/// Opens a file that is a journal, or will be one.
fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    locked(&file, |file| end(file).map(drop))?;
    Ok(file)
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
    if begins.trim_ascii_end() == b"]" && file.metadata()?.len() <= PART {
        return Ok(End { place: 0, separator: "[\n" });
    }
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
