//! `cargo xtask regen`: runs the pipeline and writes, or checks, everything that is derived from the document.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use keyapi_codegen::RustNames;
use keyapi_codegen::split::is_same_code;
use keyapi_spec::document::operations;
use keyapi_spec::infer::evidence;
use keyapi_spec::overlay::skip::{Skipped, skipped};
use keyapi_spec::pipeline::Resolved;
use keyapi_spec::pipeline::input::warnings;
use keyapi_spec::source::Source;
use serde_json::{Value, json};

use crate::input::{Failure, failure, read, style};
use crate::lock::{Difference, digest};
use crate::output::{self, counted};
use crate::plan::{self, Mode, SinceRelease};
use crate::status::{Printer, Status};
use crate::workspace::{Platform, command, display, platform, root};
use crate::{OK, STALE, artefacts, atomic, exclusive};

/// What `regen` can be told.
#[derive(Default, clap::Args)]
pub struct Args {
    /// Write nothing; exit with 1 where something is stale.
    #[arg(long)]
    check: bool,
    /// Run on this document instead of the vendored one; needs --out.
    #[arg(long, value_name = "FILE", requires = "out")]
    spec: Option<PathBuf>,
    /// Correct the document by this overlay.
    #[arg(long, value_name = "FILE", requires = "out")]
    overlay: Option<PathBuf>,
    /// Write resolved.openapi.json, client.rs, httpmock.rs and report.json into this folder, and nothing elsewhere.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
///
/// The input is bad, or files cannot be read or written.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let documents = platform().lock.parent().map(Path::to_path_buf).unwrap_or_default();
    let _turn = exclusive::turn(args.out.as_ref().unwrap_or(&documents));
    let mode = if args.check { Mode::Check } else { Mode::Write };
    let mut out = output::standard();
    let mut printer = Printer::new(&mut out, style(&io::stdout()));
    match &args.out {
        Some(out) => {
            let platform = platform();
            // The vendored document comes with its overlay; any other document has only what it is given.
            let (spec, overlay) = match &args.spec {
                Some(spec) => (spec.clone(), args.overlay.clone()),
                None => {
                    let overlay = args.overlay.clone().or_else(|| platform.overlay().map(Path::to_path_buf));
                    (platform.spec, overlay)
                }
            };
            let (files, document) = standalone(&spec, overlay.as_deref(), out)?;
            print_skipped(&mut printer, &document);
            let leftovers = atomic::leftovers(out);
            Outcome::of(files, leftovers, &platform.lock, Difference::default()).apply(
                &mut printer,
                mode,
                "the same command without --check",
            )
        }
        None => vendored(&platform(), &mut printer, mode),
    }
}

/// Writes what belongs to the document of a platform.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn write(platform: &Platform, printer: &mut Printer<'_>) -> Result<u8, Failure> {
    vendored(platform, printer, Mode::Write)
}

/// Regenerates what belongs to the vendored document, after the plan for it.
fn vendored(platform: &Platform, printer: &mut Printer<'_>, mode: Mode) -> Result<u8, Failure> {
    let mut made = artefacts::make(platform)?;
    eprint!("{}", made.warnings);
    print_skipped(printer, &made.document);
    let since_release = SinceRelease::of(platform, &made)?;
    let drafts = since_release.as_ref().map(|since| since.draft.digests.clone());
    made.note_drafts(platform, drafts.unwrap_or_default());
    if let Some(why) = made.difference.of_document() {
        printer.line(Status::Changed, &format!("{}: {why}", display(&platform.spec)));
    }
    if mode == Mode::Write {
        plan::print_since_commit(printer, platform, &made)?;
    }
    match &since_release {
        Some(since) => since.print(printer, mode),
        None => printer.line(Status::Skipped, "nothing is released yet: version and changelog are not checked"),
    }
    let mut orphans = artefacts::orphans(&platform.snapshots, &made.files);
    let documents = platform.lock.parent().map(Path::to_path_buf).unwrap_or_default();
    let samples = evidence::folder(&platform.spec);
    let of_operations = std::fs::read_dir(&samples).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut folders: Vec<PathBuf> = [platform.snapshots.clone(), documents, root(), samples.clone()].into();
    folders.extend(of_operations);
    folders.sort();
    orphans.extend(folders.iter().flat_map(|folder| atomic::leftovers(folder)));
    let mut files = made.files;
    if mode == Mode::Write {
        files.extend(since_release.as_ref().and_then(SinceRelease::drafted));
    }
    let outcome = Outcome::of(files, orphans, &platform.lock, made.difference);
    let code = outcome.apply(printer, mode, &format!("`{}`", command("regen")))?;
    let is_consistent = match &since_release {
        Some(since) => {
            since.print_version(printer);
            since.is_consistent()
        }
        None => plan::print_first_unfinished(printer).is_none(),
    };
    Ok(if mode == Mode::Check && !is_consistent { STALE } else { code })
}

/// What is not as a run makes it.
struct Outcome {
    /// Files with what belongs into them; the lock vouches for the others, so it is the last to be written.
    stale: Vec<(PathBuf, String)>,
    orphans: Vec<PathBuf>,
    /// The lock file.
    lock_file: PathBuf,
    lock: Difference,
}

impl Outcome {
    fn of(files: BTreeMap<PathBuf, String>, orphans: Vec<PathBuf>, lock: &Path, difference: Difference) -> Self {
        let mut stale: Vec<(PathBuf, String)> =
            files.into_iter().filter(|(path, text)| !atomic::is_written(path, text)).collect();
        stale.sort_by_key(|(path, _)| *path == lock);
        Self { stale, orphans, lock_file: lock.to_path_buf(), lock: difference }
    }

    /// Names a file, and says why it is not as a run makes it, where the lock knows.
    fn told(&self, path: &Path) -> String {
        let is_lock = path == self.lock_file;
        let why = if is_lock { self.lock.of_itself() } else { self.lock.of_copy(path).map(str::to_owned) };
        display(path) + &why.map(|why| format!(": {why}")).unwrap_or_default()
    }

    /// Says what is stale, and writes it unless it is only looked at.
    fn apply(&self, printer: &mut Printer<'_>, mode: Mode, again: &str) -> Result<u8, Failure> {
        let Self { stale, orphans, lock_file, lock } = self;
        if stale.is_empty() && orphans.is_empty() {
            printer.line(Status::Fresh, "everything agrees with the document");
            return Ok(OK);
        }
        let (comments, others): (Vec<_>, Vec<_>) =
            stale.iter().partition(|(path, text)| lock.of_copy(path).is_none() && differs_in_comments(path, text));
        for (path, _) in others {
            match path.exists() {
                true => printer.line(Status::Stale, &self.told(path)),
                false => printer.line(Status::Missing, &display(path)),
            }
        }
        match comments.as_slice() {
            [] => {}
            [(only, _)] => printer.line(Status::Stale, &format!("{}: the same code but for comments", display(only))),
            several => {
                let text = format!("{} snapshots: the same code but for comments", several.len());
                printer.line(Status::Stale, &text);
            }
        }
        for path in orphans {
            printer.line(Status::Orphan, &format!("{}: {}", display(path), lock.of_orphan(path)));
        }
        let count = stale.len() + orphans.len();
        if mode == Mode::Check {
            if matches!(stale.as_slice(), [(only, _)] if only == lock_file) && orphans.is_empty() {
                printer.more(if lock.is_of_input() {
                    "what goes in changed, and nothing that comes out of it"
                } else {
                    "all that the lock vouches for is newer than the lock, as after a run that was cut short"
                });
            }
            printer.line(Status::Summary, &format!("{count} stale: run {again}"));
            return Ok(STALE);
        }
        atomic::write_all(stale, orphans)?;
        let removed = if orphans.is_empty() { String::new() } else { format!(", {} removed", orphans.len()) };
        printer.line(Status::Written, &format!("{}{removed}", counted(stale.len(), "file")));
        Ok(OK)
    }
}

/// Whether a snapshot of code is the same as before, but for comments.
fn differs_in_comments(path: &Path, text: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    // What comes before the code says where the snapshot is from.
    let code = |text: &str| text.splitn(3, "---\n").nth(2).map(str::to_owned);
    name.starts_with("generated__")
        && std::fs::read_to_string(path).is_ok_and(|old| match (code(&old), code(text)) {
            (Some(old), Some(new)) => is_same_code(&old, &new),
            _ => false,
        })
}

/// Says which operations are left out.
fn print_skipped(printer: &mut Printer<'_>, document: &Value) {
    for Skipped { operation, reason } in skipped(document) {
        printer.line(Status::Skipped, &format!("{operation} is not generated: {reason}"));
    }
}

/// The files for any document, and the document that they are made of.
fn standalone(spec: &Path, overlay: Option<&Path>, out: &Path) -> Result<(BTreeMap<PathBuf, String>, Value), Failure> {
    let mut input = read(spec, overlay);
    let Resolved { document, diagnostics, .. } = input.resolve(&RustNames).map_err(|found| failure(&input, &found))?;
    let file = |source: &Source| json!({ "file": source.name(), "sha256": digest(source.text().as_bytes()) });
    let spec = input.spec().map(file);
    // To generate takes more memory than all stages before, and what they have parsed is not needed.
    input.forget();
    let generated = keyapi_codegen::generate(&document).map_err(|found| failure(&input, &input.place(found)))?;
    let warned = warnings(&diagnostics);
    if !warned.is_empty() {
        eprint!("{}", input.render(&warned, style(&std::io::stderr())));
    }
    let report = json!({
        "spec": spec,
        "overlay": input.overlay().map(file),
        "generator": keyapi_codegen::GENERATOR,
        "operations": operations(&document).iter().map(|key| describe(&document, &key.pointer, &key.path, &key.method)).collect::<Vec<_>>(),
        "skipped": skipped(&document).iter().map(|Skipped { operation, reason }| json!({"operation": operation, "reason": reason})).collect::<Vec<_>>(),
        "diagnostics": diagnostics,
    });
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    let files = BTreeMap::from([
        (out.join("resolved.openapi.json"), pretty(&document)),
        (out.join("client.rs"), generated.client),
        (out.join("httpmock.rs"), generated.httpmock),
        (out.join("report.json"), pretty(&report)),
    ]);
    Ok((files, document))
}

fn describe(document: &Value, pointer: &str, path: &str, method: &str) -> Value {
    let operation = document.pointer(pointer).unwrap_or(&Value::Null);
    let statuses: Vec<&String> =
        operation.get("responses").and_then(Value::as_object).into_iter().flatten().map(|(status, _)| status).collect();
    json!({
        "name": operation.get("operationId"),
        "method": method.to_uppercase(),
        "path": path,
        "statuses": statuses,
    })
}
