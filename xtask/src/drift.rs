//! `cargo xtask drift`: what real responses have that the document has not.

mod comparison;
mod journal;
mod live;
mod request;
mod trial;
mod undocumented;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use keyapi_codegen::RustNames;
use keyapi_spec::Diagnostic;
use keyapi_spec::diagnostic::join;
use keyapi_spec::diagnostic::render::{Files, text};
use keyapi_spec::document::reference;
use keyapi_spec::document::response::documented;
use keyapi_spec::message::media_type::is_json;
use serde_json::Value;

use self::comparison::{Comparison, Diagnostics, STORE, Seen};
use self::trial::{Remaining, Sample};
use crate::input::{Failure, failure, read, style};
use crate::recorded::{self, Operation, Operations, Recorded, RecordedOperation};
use crate::redaction::redactor;
use crate::workspace::{Platform, argument, command, display, platform};
use crate::{BAD_INPUT, OK, STALE};

/// The status of bodies of which nothing says it, as for `sample add`.
const SUCCESS: u16 = 200;

/// What `drift` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// JSON bodies, HAR files, or journals of the mock server or of a client.
    #[arg(required_unless_present = "live", conflicts_with = "live", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The operation that the bodies are of, where their files do not say it; with --live, the only one to call.
    #[arg(long, value_name = "OPERATION")]
    operation: Option<String>,
    /// The status of the bodies, where their files do not say it.
    #[arg(long, default_value_t = SUCCESS, value_parser = clap::value_parser!(u16).range(100..=599))]
    status: u16,
    /// Call the API with the key in KEYAPI_TOKEN, once for each operation and as the document shows it.
    #[arg(long)]
    live: bool,
    /// Do not ask whether the credits may be spent.
    #[arg(long, requires = "live", conflicts_with = "files")]
    yes: bool,
    /// Spend no more than that.
    #[arg(long, requires = "live", conflicts_with = "files", value_name = "N")]
    max_credits: Option<u64>,
    /// Another server than that of the document, such as a mock server.
    #[arg(long, requires = "live", conflicts_with = "files", value_name = "URL")]
    base_url: Option<String>,
}

/// Runs the command: 0 where every response is as the document says, 1 where one is not, 2 where a call that was planned
/// brought no response to compare.
///
/// # Errors
///
/// Located diagnostics of files that hold no responses, or why nothing was called.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = platform();
    let input = read(&platform.spec, platform.overlay());
    // Not normalised, so that what is said of a schema leads to where an overlay can correct it.
    let published = input.published(&RustNames).map_err(|found| failure(&input, &found))?;
    let document = published.document;
    let operations = Operations::of(&document);
    let redactor = Rc::new(redactor()?);
    let live = if args.live { Some(live::record(args, &document, &operations, &redactor)?) } else { None };
    let incomplete = live.as_ref().is_some_and(|live| !live.is_complete);
    let paths = live.as_ref().map_or(args.files.as_slice(), |live| std::slice::from_ref(&live.journal));
    let (files, seen) = (Files::default(), Seen::default());
    let left = Remaining::default();
    let mut run = Run { args, document: &document, operations: &operations, files, seen, left };
    let all: Vec<Read<'_>> = paths
        .iter()
        .map(|path| (path.as_path(), recorded::read(path, &operations, &redactor, &mut run.files)))
        .collect();
    match run.compare_all(&all, &platform) {
        Err(found) => Err(Failure::Diagnostics(text(&found, &run.files, style(&io::stderr())))),
        Ok(Compared { found, responses, skipped, .. }) => {
            if skipped > 0 {
                println!("skipped: {skipped} of no operation that the document has");
            }
            match found.is_empty() {
                true => println!("no drift: {responses} as the document says"),
                false => print!("{}", text(&found, &run.files, style(&io::stdout()))),
            }
            Ok(match (incomplete, found.is_empty()) {
                (true, _) => BAD_INPUT,
                (false, true) => OK,
                (false, false) => STALE,
            })
        }
    }
}

struct Run<'a> {
    args: &'a Args,
    document: &'a Value,
    operations: &'a Operations,
    files: Files,
    seen: Seen,
    left: Remaining,
}

/// A file, and its responses or why it has none.
type Read<'a> = (&'a Path, Result<Vec<Recorded>, Vec<Diagnostic>>);

/// What came of all files.
#[derive(Default)]
struct Compared {
    found: Vec<Diagnostic>,
    responses: usize,
    skipped: usize,
    told: BTreeSet<[String; 5]>,
    places: Remaining,
}

impl Compared {
    /// Takes what was found in a response, unless another response of the file had it, too.
    fn add(&mut self, found: Diagnostics, recorded: &Recorded, file: &str) {
        self.responses += 1;
        let (operation, status) = (format!("{:?}", recorded.operation), format!("{:?}", recorded.status));
        for (place, diagnostic) in found {
            let Diagnostic { code, message, .. } = &diagnostic;
            self.places.add(&recorded.name, &place);
            let what = [file.to_owned(), operation.clone(), status.clone(), place, format!("{code} {message}")];
            if self.told.insert(what) {
                self.found.push(diagnostic);
            }
        }
    }
}

impl<'a> Run<'a> {
    /// Compares all responses. What is said of one of them depends on the others, and on what is left where all are stored.
    fn compare_all(&mut self, all: &[Read<'_>], platform: &Platform) -> Result<Compared, Vec<Diagnostic>> {
        self.compare(all)?;
        let compared = self.compare(all)?;
        if !compared.found.iter().any(|found| found.help.starts_with(STORE)) {
            return Ok(compared);
        }
        let recorded = all.iter().flat_map(|(_, all)| all.as_ref().into_iter().flatten());
        let samples: Vec<Sample> = recorded
            .filter_map(|recorded| {
                let operation = self.operation(recorded).ok()??;
                Sample::of(recorded, &operation.name, self.status(recorded))
            })
            .collect();
        let Some(document) = trial::with_samples(platform, &samples) else { return Ok(compared) };
        let (files, seen, left) = (Files::default(), Seen::default(), Remaining::default());
        let mut trial = Run { document: &document, args: self.args, operations: self.operations, files, seen, left };
        self.left = trial.compare(all)?.places;
        self.compare(all)
    }

    fn compare(&mut self, all: &[Read<'_>]) -> Result<Compared, Vec<Diagnostic>> {
        let (mut compared, mut bad) = (Compared::default(), Vec::new());
        for (path, all) in all {
            let all = match all {
                Ok(all) => all,
                Err(found) => {
                    bad.extend(found.iter().cloned());
                    continue;
                }
            };
            for recorded in all {
                match self.operation(recorded) {
                    Ok(None) => compared.skipped += 1,
                    Ok(Some(operation)) => match self.response(recorded, operation, path) {
                        Ok(found) => compared.add(found, recorded, &display(path)),
                        Err(found) => bad.extend(found),
                    },
                    Err(error) => bad.push(error),
                }
            }
        }
        if bad.is_empty() { Ok(compared) } else { Err(bad) }
    }

    /// The operation that a response is of; nothing where the document has none.
    fn operation(&self, recorded: &Recorded) -> Result<Option<&'a Operation>, Diagnostic> {
        let error = |message: String, help: &str| {
            let error = Diagnostic::error("recorded-body", "", message).help(help);
            Diagnostic { file: recorded.name.clone(), line: 1, column: 1, ..error }
        };
        match (&recorded.operation, &self.args.operation) {
            (RecordedOperation::Named(name), _) => Ok(self.operations.find(name)),
            (RecordedOperation::Undocumented, _) => Ok(None),
            (RecordedOperation::Unstated, Some(name)) => {
                let known = || format!("the operations are {}", self.operations.names().join(", "));
                let unknown = || error(format!("the document has no operation `{name}`"), &known());
                self.operations.find(name).map(Some).ok_or_else(unknown)
            }
            (RecordedOperation::Unstated, None) => {
                let unsaid =
                    || error("nothing says which operation the body is of".to_owned(), "name it by --operation");
                self.operations.only().map(Some).ok_or_else(unsaid)
            }
        }
    }

    fn status(&self, recorded: &Recorded) -> u16 {
        recorded.status.unwrap_or(self.args.status)
    }

    /// What one response has that the document has not.
    fn response(
        &mut self,
        recorded: &Recorded,
        operation: &Operation,
        file: &Path,
    ) -> Result<Diagnostics, Vec<Diagnostic>> {
        let status = self.status(recorded);
        let node = self.document.pointer(&operation.key.pointer).unwrap_or(&Value::Null);
        let Some((spelled, response)) = documented(self.document, node, status) else {
            let message = format!("`{}` has no response with status {status}", operation.name);
            let is_json = recorded.body().is_ok();
            let action = undocumented::action(self.document, &operation.key.pointer, status, is_json);
            let then =
                if is_json { format!(", then `{}`", self.add(recorded, operation, file)) } else { String::new() };
            let help = format!("add this action to the overlay{then}: {action}");
            let warning = Diagnostic::warning("drift-status", "", message).help(help);
            let warning = Diagnostic { file: recorded.name.clone(), line: 1, column: 1, ..warning };
            return Ok(vec![(String::new(), warning)]);
        };
        let content = response.get("content").and_then(Value::as_object);
        let json = content.and_then(|content| content.iter().find(|(label, _)| is_json(label)));
        let Some((label, media_type)) = json else { return Ok(Vec::new()) };
        recorded.show(&mut self.files);
        let body = recorded.body()?;
        let Some(schema) = media_type.get("schema") else { return Ok(Vec::new()) };
        let response = followed(self.document, join(&join(&operation.key.pointer, "responses"), spelled));
        let pointer = join(&join(&join(&response, "content"), label), "schema");
        let sample = self.add(recorded, operation, file);
        let left = |place: &str| self.left.has(&recorded.name, place);
        let comparison = Comparison { document: self.document, sample: &sample, seen: &self.seen, left: &left };
        let found = comparison.of(&body, schema, &pointer).into_iter().map(|(place, found)| {
            let masked = |text: &str| recorded.redactor.mask(text);
            (place, body.place(Diagnostic { message: masked(&found.message), help: masked(&found.help), ..found }))
        });
        Ok(found.collect())
    }

    /// The command that stores the responses in a file, as a shell takes it.
    fn add(&self, recorded: &Recorded, operation: &Operation, file: &Path) -> String {
        let mut words = vec![command("sample add"), operation.name.clone()];
        if recorded.status.is_none() && self.args.status != SUCCESS {
            words.push(format!("--status {}", self.args.status));
        }
        words.push(argument(file));
        words.join(" ")
    }
}

/// The JSON pointer to what the references at another one lead to; they are known to lead somewhere.
fn followed(document: &Value, mut pointer: String) -> String {
    while let Some(next) = document.pointer(&pointer).and_then(reference).and_then(reference::pointer) {
        pointer = next.into_owned();
    }
    pointer
}
