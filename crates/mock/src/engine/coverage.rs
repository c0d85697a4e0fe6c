//! Which operations, statuses and parameters were exercised.
//!
//! Every process that runs with [`DIRECTORY`] set stores there what its servers exercised, in a file of its own that is
//! at most a second behind; [`read`] adds the files up, and the program prints them with `--coverage DIR`.

pub(crate) mod file;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::document::response::Code;
use crate::document::{Document, Operation};
use crate::engine::outcome::Outcome;
use crate::engine::request::Incoming;
use crate::lock;

/// The environment variable that names a directory, where every process of a test run stores what it exercised.
pub const DIRECTORY: &str = "KEYAPI_MOCK_COVERAGE";

/// Counts what requests exercise.
#[derive(Debug)]
pub(crate) struct Coverage {
    /// The counters of operations that were called.
    operations: Vec<OnceLock<Counters>>,
}

#[derive(Debug)]
struct Counters {
    statuses: Vec<AtomicU64>,
    /// Statuses of responses that the document does not describe.
    other: Mutex<BTreeMap<u16, u64>>,
    parameters: Vec<AtomicU64>,
}

/// What was exercised, in a form that can be stored and added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The document's operations.
    pub operations: Vec<OperationReport>,
}

/// What was exercised of one operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OperationReport {
    /// Its name.
    pub name: String,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// How often each documented status was answered with a response that the document describes.
    pub statuses: Vec<Cell>,
    /// How often each parameter was given.
    pub parameters: Vec<Cell>,
    /// How often a status was answered with a response that it does not describe.
    #[serde(default)]
    pub undocumented: Vec<Cell>,
}

/// How often one thing was exercised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cell {
    /// The status or the name of the parameter that was exercised.
    pub name: String,
    /// How often it was exercised.
    pub hits: u64,
}

impl Coverage {
    /// Counters for a document, all zero.
    pub(crate) fn new(document: &Document) -> Self {
        Self { operations: document.operations.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Counts a request for an operation, and the response for its status if the document describes all of it.
    pub(crate) fn count(&self, document: &Document, index: usize, request: &Incoming<'_>, outcome: &Outcome) {
        let (Some(operation), Some(counters)) = (document.operations.get(index), self.operations.get(index)) else {
            return;
        };
        let counters = counters.get_or_init(|| Counters::new(operation));
        if let Some(status) = outcome.status().map(|status| status.as_u16()) {
            let class = u8::try_from(status / 100).unwrap_or_default();
            let position = |code: Code| operation.responses().iter().position(|response| response.code == code);
            let documented = position(Code::Exact(status)).or_else(|| position(Code::Range(class)));
            let documented = documented.or_else(|| position(Code::Default));
            match documented.filter(|_| outcome.is_documented()) {
                Some(position) => _ = counters.statuses[position].fetch_add(1, Ordering::Relaxed),
                None => *lock(&counters.other).entry(status).or_default() += 1,
            }
        }
        for (parameter, counter) in operation.parameters().iter().zip(&counters.parameters) {
            if request.has_parameter(parameter) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// What was counted.
    pub(crate) fn report(&self, document: &Document) -> Report {
        let pairs = document.operations.iter().zip(&self.operations);
        let report = |(operation, counters): (&Operation, &OnceLock<Counters>)| {
            counters.get_or_init(|| Counters::new(operation)).report(operation)
        };
        Report { operations: pairs.map(report).collect() }
    }

    /// Sets all counters to zero.
    pub(crate) fn reset(&self) {
        for counters in self.operations.iter().filter_map(OnceLock::get) {
            counters
                .statuses
                .iter()
                .chain(&counters.parameters)
                .for_each(|counter| counter.store(0, Ordering::Relaxed));
            lock(&counters.other).clear();
        }
    }
}

impl Counters {
    fn new(operation: &Operation) -> Self {
        Self {
            statuses: operation.responses().iter().map(|_| AtomicU64::new(0)).collect(),
            other: Mutex::default(),
            parameters: operation.parameters().iter().map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn report(&self, operation: &Operation) -> OperationReport {
        let cell = |name: String, counter: &AtomicU64| Cell { name, hits: counter.load(Ordering::Relaxed) };
        let statuses = operation.responses().iter().zip(&self.statuses);
        let parameters = operation.parameters().iter().zip(&self.parameters);
        OperationReport {
            name: operation.name.clone(),
            method: operation.method.to_string(),
            path: operation.path.clone(),
            statuses: statuses.map(|(response, counter)| cell(response.code.to_string(), counter)).collect(),
            parameters: parameters.map(|(parameter, counter)| cell(parameter.name.clone(), counter)).collect(),
            undocumented: lock(&self.other)
                .iter()
                .map(|(status, hits)| Cell { name: status.to_string(), hits: *hits })
                .collect(),
        }
    }
}

impl Report {
    /// Adds another report's counts; operations are the same where method and path are.
    pub fn add(&mut self, other: &Self) {
        for operation in &other.operations {
            let same = |known: &&mut OperationReport| known.method == operation.method && known.path == operation.path;
            match self.operations.iter_mut().find(same) {
                Some(known) => known.add(operation),
                None => self.operations.push(operation.clone()),
            }
        }
    }

    /// How many documented statuses and parameters there are, and how many of them were exercised.
    pub fn totals(&self) -> (usize, usize) {
        let cells = self.operations.iter().flat_map(|operation| operation.statuses.iter().chain(&operation.parameters));
        cells.fold((0, 0), |(all, hit), cell| (all + 1, hit + usize::from(cell.hits > 0)))
    }

    /// The part of the report that is about a document's operations, those included that were never called.
    #[must_use]
    pub fn of(&self, document: &Document) -> Self {
        let mut report = Coverage::new(document).report(document);
        for mine in &mut report.operations {
            let same = |other: &&OperationReport| other.method == mine.method && other.path == mine.path;
            if let Some(other) = self.operations.iter().find(same) {
                mine.add(other);
            }
        }
        report
    }

    /// The exercised part of the document, from 0 to 100.
    pub fn percent(&self) -> f64 {
        let (all, hit) = self.totals();
        let fraction = |part: usize| f64::from(u32::try_from(part).unwrap_or(u32::MAX));
        if all == 0 { 100.0 } else { fraction(hit) / fraction(all) * 100.0 }
    }

    /// Fails where less of the document was exercised than asked for, from 0 to 100, and says what was not.
    ///
    /// # Errors
    ///
    /// A sentence that names the statuses and parameters that no request exercised.
    pub fn require(&self, percent: f64) -> Result<(), String> {
        if self.percent() >= percent {
            return Ok(());
        }
        let missing = self.operations.iter().flat_map(|operation| {
            let statuses = operation.statuses.iter().map(|cell| ("status", cell));
            let parameters = operation.parameters.iter().map(|cell| ("parameter", cell));
            let missed = statuses.chain(parameters).filter(|(_, cell)| cell.hits == 0);
            missed.map(|(kind, cell)| format!("{} {kind} {}", operation.name, cell.name))
        });
        let missing: Vec<String> = missing.collect();
        Err(format!(
            "{:.1} % covered, asked for are {percent} %; not exercised: {}",
            self.percent(),
            missing.join(", ")
        ))
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// The report for a terminal.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for operation in &self.operations {
            let _ = writeln!(out, "{} {} ({})", operation.method, operation.path, operation.name);
            for (title, cells) in [("status", &operation.statuses), ("parameter", &operation.parameters)] {
                for cell in cells {
                    let mark = if cell.hits > 0 { "ok  " } else { "MISS" };
                    let _ = writeln!(out, "  {mark} {title} {} ({})", cell.name, cell.hits);
                }
            }
            for cell in &operation.undocumented {
                let _ = writeln!(out, "  ?    status {} ({}) is not as documented", cell.name, cell.hits);
            }
        }
        let (all, hit) = self.totals();
        let _ = writeln!(out, "{hit} of {all} covered, {:.1} %", self.percent());
        out
    }
}

impl OperationReport {
    fn add(&mut self, other: &Self) {
        let lists = [
            (&mut self.statuses, &other.statuses),
            (&mut self.parameters, &other.parameters),
            (&mut self.undocumented, &other.undocumented),
        ];
        for (mine, theirs) in lists {
            for cell in theirs {
                match mine.iter_mut().find(|known| known.name == cell.name) {
                    Some(known) => known.hits += cell.hits,
                    None => mine.push(cell.clone()),
                }
            }
        }
    }
}

/// Stores what the process's servers exercised so far where [`DIRECTORY`] says, if it does.
///
/// Servers do that by themselves, a second after a request at the latest and when they are dropped; who ends the process
/// otherwise, or wants to know whether the directory can be written, does it here.
///
/// # Errors
///
/// The directory cannot be written.
pub fn store() -> io::Result<()> {
    match file::of_process() {
        Ok(file) => file.map_or(Ok(()), file::CoverageFile::write),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Reads and adds up what all processes of a test run stored in a directory.
pub fn read(directory: &Path) -> io::Result<Report> {
    let mut total = Report::default();
    let mut files: Vec<_> = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files.iter().filter(|file| file.path().extension().is_some_and(|extension| extension == "json")) {
        let bytes = fs::read(file.path())?;
        // A server that has only just started, or was killed at once, has not written its file yet.
        if bytes.is_empty() {
            continue;
        }
        let report: Report = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
        total.add(&report);
    }
    Ok(total)
}
