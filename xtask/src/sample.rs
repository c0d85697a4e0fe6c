//! `cargo xtask sample`: stores real responses as evidence, redacted.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use keyapi_codegen::RustNames;
use keyapi_redaction::{Redactor, Sensitive};
use keyapi_spec::diagnostic::render::{Files, text};
use keyapi_spec::document::body::json_content;
use keyapi_spec::document::response::documented;
use keyapi_spec::infer::evidence;
use keyapi_spec::source::Node;
use keyapi_spec::{Diagnostic, Input, Severity};
use serde_json::Value;

use crate::input::{Failure, failure, read_with, refused, style};
use crate::lock::digest;
use crate::recorded::{self, Operation, Operations, Recorded, RecordedOperation};
use crate::redaction::{Spelled, redactor};
use crate::workspace::{Platform, command, display, platform};
use crate::{OK, atomic, exclusive};

/// What `sample` can be told.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Store real responses of an operation as evidence: bodies, HAR files, or journals of the mock server.
    Add(Add),
}

#[derive(clap::Args)]
struct Add {
    /// The operation: its name in the SDK, its published id, or `GET /path`.
    operation: String,
    /// JSON bodies, HAR files, or journals.
    #[arg(value_name = "FILE", required_unless_present = "reset")]
    files: Vec<PathBuf>,
    /// The status of the responses, where their file does not say it.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(100..=599))]
    status: u16,
    /// Drop the operation's samples that are stored so far.
    #[arg(long)]
    reset: bool,
}

/// Runs the command. Nothing is written unless every response is good.
///
/// # Errors
///
/// Located diagnostics, or a file that cannot be read or written.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let Command::Add(add) = &args.command;
    let platform = platform();
    let root = evidence::folder(&platform.spec);
    // The folder that a regeneration has to itself, too.
    let _turn = exclusive::turn(platform.spec.parent().unwrap_or(&root));
    let document = document(&platform, add.reset)?;
    let operations = Operations::of(&document);
    let Some(operation) = operations.find(&add.operation) else {
        let known = operations.names().join(", ");
        return Err(refused(format!("the document has no operation `{}`; it has {known}", add.operation)));
    };

    let redactor = Rc::new(redactor()?);
    let mut files = Files::default();
    let samples = Samples { document: &document, operations: &operations, operation, add, redactor }
        .collect(&mut files)
        .map_err(|found| Failure::Diagnostics(text(&found, &files, style(&io::stderr()))))?;

    let folder = root.join(&operation.name);
    let stored: Vec<PathBuf> =
        evidence::beside(&platform.spec).into_iter().filter(|file| file.parent() == Some(&folder)).collect();
    let path =
        |sample: &Sample| folder.join(format!("{}-{}.json", sample.status, &digest(sample.json.as_bytes())[..16]));
    let files: BTreeMap<PathBuf, String> = samples.iter().map(|sample| (path(sample), sample.json.clone())).collect();
    let mut gone: Vec<PathBuf> = stored.into_iter().filter(|file| add.reset && !files.contains_key(file)).collect();
    let written: Vec<(PathBuf, String)> =
        files.into_iter().filter(|(path, json)| !atomic::is_written(path, json)).collect();

    let is_kept = |file: &Path| !add.reset || file.parent() != Some(&folder);
    eprint!("{}", accept(read_with(&platform.spec, platform.overlay(), is_kept), operation, &samples)?);
    let removed = gone.clone();
    gone.extend(atomic::leftovers(&folder));
    atomic::write_all(&written, &gone)?;
    if !removed.is_empty() {
        // A folder that is not empty stays.
        _ = std::fs::remove_dir(&folder);
    }

    for sample in &samples {
        sample.redacted.iter().for_each(|redacted| println!("redacted: {redacted}"));
    }
    written.iter().for_each(|(path, _)| println!("written: {}", display(path)));
    removed.iter().for_each(|path| println!("removed: {}", display(path)));
    match written.is_empty() && removed.is_empty() {
        true => println!("nothing new: what is stored stays as it is"),
        false => println!("next: `{}`, and review what it changes", command("regen")),
    }
    Ok(OK)
}

/// A response that is fit to be stored.
struct Sample {
    /// What diagnostics call it.
    name: String,
    status: u16,
    /// The redacted body.
    json: String,
    /// What was taken out of it, and where.
    redacted: Vec<String>,
}

/// What responses are asked for.
struct Samples<'a> {
    document: &'a Value,
    operations: &'a Operations,
    operation: &'a Operation,
    add: &'a Add,
    redactor: Rc<Redactor>,
}

impl Samples<'_> {
    /// The samples of all files, or everything that is wrong with them.
    fn collect(&self, files: &mut Files) -> Result<Vec<Sample>, Vec<Diagnostic>> {
        let (mut samples, mut found) = (Vec::new(), Vec::new());
        for path in &self.add.files {
            match self.file(path, files) {
                Ok(read) => samples.extend(read),
                Err(bad) => found.extend(bad),
            }
        }
        if found.is_empty() { Ok(samples) } else { Err(found) }
    }

    fn file(&self, path: &Path, files: &mut Files) -> Result<Vec<Sample>, Vec<Diagnostic>> {
        let all = recorded::read(path, self.operations, &self.redactor, files)?;
        let is_asked_for = |recorded: &&Recorded| match &recorded.operation {
            RecordedOperation::Named(name) => *name == self.operation.name,
            RecordedOperation::Unstated => true,
            RecordedOperation::Undocumented => false,
        };
        let wanted: Vec<&Recorded> = all.iter().filter(is_asked_for).collect();
        if wanted.is_empty() {
            let message = format!("the file has no response of `{}`", self.operation.name);
            let help = "record a request for it, or name the operation whose responses the file has";
            let error = Diagnostic::error("recorded-body", "", message).help(help);
            return Err(vec![Diagnostic { file: display(path), line: 1, column: 1, ..error }]);
        }
        let (mut samples, mut found) = (Vec::new(), Vec::new());
        for recorded in wanted {
            recorded.show(files);
            match self.sample(recorded) {
                Ok(sample) => samples.push(sample),
                Err(bad) => found.extend(bad),
            }
        }
        if found.is_empty() { Ok(samples) } else { Err(found) }
    }

    fn sample(&self, recorded: &Recorded) -> Result<Sample, Vec<Diagnostic>> {
        let body = recorded.body()?;
        let status = recorded.status.unwrap_or(self.add.status);
        let error = |pointer: &str, message: String, help: &str| {
            vec![body.place(Diagnostic::error("recorded-body", pointer, message).help(help))]
        };
        if !self.has_json_response(status) {
            let message =
                format!("the document has no JSON response of `{}` with status {status}", self.operation.name);
            let help =
                "document the response in the overlay first; --status says which status a file without one is of";
            return Err(error("", message, help));
        }
        let mut node: Node = body.root().clone();
        let redacted = recorded.redactor.redact(&mut Spelled(&mut node));
        let redacted =
            redacted.map_err(|why| vec![body.place(Diagnostic::error("recorded-body", "", why.to_string()))])?;
        if let Some(left) = redacted.left.first() {
            let message = format!("{} remains where it cannot be taken out, so the response is not stored", left.what);
            return Err(error(&left.pointer, message, "take it out by hand"));
        }
        let place = |sensitive: &Sensitive| {
            let pointer = if sensitive.pointer.is_empty() { "/" } else { &sensitive.pointer };
            format!("{} at {pointer} of {}", sensitive.what, recorded.name)
        };
        let redacted = redacted.taken.iter().map(place).collect();
        Ok(Sample { name: recorded.name.clone(), status, json: node.to_json(), redacted })
    }

    fn has_json_response(&self, status: u16) -> bool {
        let operation = self.document.pointer(&self.operation.key.pointer);
        let response = operation.and_then(|operation| documented(self.document, operation, status));
        response.and_then(|(_, response)| json_content(response)).is_some()
    }
}

/// The document with what was inferred. Where samples are to be dropped, those that are bad are left out of it: they may be
/// what is to be dropped.
fn document(platform: &Platform, is_reset: bool) -> Result<Value, Failure> {
    let stored: BTreeSet<String> = evidence::beside(&platform.spec).iter().map(|file| display(file)).collect();
    let mut bad = BTreeSet::new();
    loop {
        let input = read_with(&platform.spec, platform.overlay(), |file| !bad.contains(&display(file)));
        let found = match input.resolve(&RustNames) {
            Ok(resolved) => return Ok(resolved.document),
            Err(found) => found,
        };
        // What is wrong with one shows only after others are left out.
        let errors = found.iter().filter(|found| found.is_error() && stored.contains(&found.file));
        let known = bad.len();
        bad.extend(errors.map(|error| error.file.clone()));
        if !is_reset || bad.len() == known {
            return Err(failure(&input, &found));
        }
    }
}

/// Warnings about new samples, which the pipeline takes beside those that are stored; those that it does not take are
/// refused.
fn accept(stored: Input, operation: &Operation, samples: &[Sample]) -> Result<String, Failure> {
    // What is only dropped needs nobody's acceptance, and other samples may be bad as well.
    if samples.is_empty() {
        return Ok(String::new());
    }
    let input = samples.iter().fold(stored, |input, sample| {
        let name = format!("{} (redacted)", sample.name);
        input.with_sample(&operation.name, sample.status, &name, Ok(sample.json.as_bytes().to_vec()))
    });
    let resolved = input.resolve(&RustNames).map_err(|mut found| {
        found.retain(Diagnostic::is_error);
        failure(&input, &found)
    })?;
    let of_samples = |found: &&Diagnostic| found.severity == Severity::Warning && found.file.ends_with(" (redacted)");
    let found: Vec<Diagnostic> = resolved.diagnostics.iter().filter(of_samples).cloned().collect();
    Ok(if found.is_empty() { String::new() } else { input.render(&found, style(&io::stderr())) })
}
