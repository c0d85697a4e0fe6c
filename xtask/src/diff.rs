//! `cargo xtask diff`: what changed between two documents, on the wire and for those who call the SDK.

mod left_out;
mod markdown;
mod owners;
mod report;
mod rust_axis;
mod targets;
mod text;
mod verdict;
mod version;

use clap::ValueEnum;
use keyapi_spec::Diagnostic;
use keyapi_spec::diff::{Change, Level, Policy, Side, diff};
use serde_json::{Value, json};

pub(crate) use report::{Documents, Report, Reported};
pub(crate) use rust_axis::RustAxis;
pub(crate) use text::is_text;
pub(crate) use verdict::{Need, verdict};
pub(crate) use version::Version;

use crate::github::annotation;
use crate::input::{Failure, optional};
use crate::output;
use crate::workspace::{Platform, display, platform};
use crate::{OK, STALE};

/// What `diff` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// The document as it was: a file, or a git revision such as `HEAD` or `v0.1.0`.
    old: String,
    /// The document as it is: a file, or a git revision.
    new: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 where a change is at least as bad as that, and not accepted.
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Threshold>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
    Github,
}

#[derive(Clone, Copy, ValueEnum)]
enum Threshold {
    Error,
    Warn,
    Info,
}

impl Threshold {
    fn level(self) -> Level {
        match self {
            Self::Error => Level::Error,
            Self::Warn => Level::Warn,
            Self::Info => Level::Info,
        }
    }
}

/// Where a change is in the files that were read; empty where it is in none.
#[derive(Default)]
pub(crate) struct Located {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Runs the command.
///
/// # Errors
///
/// One of the documents is bad, or is not there.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = platform();
    let policy = policy(&platform)?;
    let [old, new] = Version::both(|| Version::named(&args.old, &platform), || Version::named(&args.new, &platform))?;
    let report = compare(&platform, &old, &new, &policy)?;
    let places = || places(&report, &old, &new);
    output::write(&match args.format {
        Format::Text => text::text(&report, &places()),
        Format::Json => json(&report),
        Format::Markdown => markdown::markdown(&report),
        Format::Github => github(&report, &places()),
    })?;
    let is_reached = args.fail_on.is_some_and(|threshold| report.worst() >= Some(threshold.level()));
    Ok(if is_reached { STALE } else { OK })
}

/// The change of an overlay whose action finds nothing any more.
const OBSOLETE: &str = "overlay-action-obsolete";

/// Compares two versions on both axes.
pub(crate) fn compare(platform: &Platform, old: &Version, new: &Version, policy: &Policy) -> Result<Report, Failure> {
    let axis = RustAxis::of(platform, &old.resolved, &new.resolved)?;
    let mut changes: Vec<Change> =
        new.obsolete.iter().map(|found| Change::of_input(OBSOLETE, &found.pointer, found.message.clone())).collect();
    changes.extend(diff(&old.published.document, &new.published.document, now()));
    let [of_old, of_new] = &axis.left_out;
    changes.extend(left_out::notes(of_old, of_new, &changes));
    if let Some((side, why)) = axis.nothing.as_ref().filter(|_| !changes.is_empty()) {
        changes.push(left_out::nothing(*side, why));
    }
    let documents = Documents { old: &old.published.document, new: &new.published.document };
    let mut report = Report::new(changes, axis, &documents, policy);
    // Readers look into the files.
    for Reported { change, .. } in report.changes.iter_mut().filter(|reported| reported.change.id != OBSOLETE) {
        let version = if change.side == Side::Old { old } else { new };
        change.pointer = version.published.origin(&change.pointer).into_owned();
    }
    Ok(report)
}

/// What the project decided about changes; nothing where there is no such file.
pub(crate) fn policy(platform: &Platform) -> Result<Policy, Failure> {
    let Some(text) = optional(std::fs::read_to_string(&platform.changes))? else { return Ok(Policy::default()) };
    let refused = |what: &str| Failure::Diagnostics(format!("error: {}: {what}", display(&platform.changes)));
    let policy: Policy = toml::from_str(&text).map_err(|error| refused(error.to_string().trim_end()))?;
    match policy.check().as_slice() {
        [] => Ok(policy),
        wrong => Err(refused(&wrong.join("; "))),
    }
}

/// The day by which announcements are judged, in seconds since 1970: `SOURCE_DATE_EPOCH` where it is set, so that the
/// same documents have the same changes tomorrow.
pub(crate) fn now() -> u64 {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let clock = || std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs());
    told.unwrap_or_else(clock)
}

fn places(report: &Report, old: &Version, new: &Version) -> Vec<Located> {
    let place = |reported: &Reported| {
        let change = &reported.change;
        if change.id == OBSOLETE {
            let found = new.obsolete.iter().find(|found| found.pointer == change.pointer);
            return found.map(located).unwrap_or_default();
        }
        let input = if change.side == Side::Old { &old.input } else { &new.input };
        // An item is where its operation is.
        let pointer = match &change.operation {
            Some(operation) if change.pointer.is_empty() => {
                let version = if change.side == Side::Old { old } else { new };
                version.published.origin(&operation.pointer).into_owned()
            }
            _ => change.pointer.clone(),
        };
        input.place(vec![Diagnostic::note("change", pointer, "")]).first().map(located).unwrap_or_default()
    };
    report.changes.iter().map(place).collect()
}

fn located(found: &Diagnostic) -> Located {
    Located { file: found.file.clone(), line: found.line, column: found.column }
}

fn json(report: &Report) -> String {
    let changes: Vec<Value> = report
        .changes
        .iter()
        .map(|reported| {
            let change = &reported.change;
            json!({
                "id": change.id,
                "level": reported.level,
                "operation": change.operation.as_ref().map(ToString::to_string),
                "pointer": change.pointer,
                "message": change.message,
                "rust": reported.rust,
                "fingerprint": change.fingerprint(),
                "accepted": reported.accepted,
                "place": change.place,
                "details": change.details,
                "items": reported.items,
                "items_at": report.listing(reported).collect::<Vec<_>>(),
            })
        })
        .collect();
    serde_json::to_string_pretty(&changes).unwrap_or_default() + "\n"
}

fn github(report: &Report, places: &[Located]) -> String {
    let annotations = report.changes.iter().zip(places).map(|(reported, place)| {
        let level = match reported.level {
            Level::Error if !reported.accepted => "error",
            Level::Warn if !reported.accepted => "warning",
            _ => "notice",
        };
        let message = format!("{} (Rust: {})", reported.change.message, reported.rust);
        annotation(level, &reported.change.id, &message, (&place.file, place.line, place.column))
    });
    annotations.collect()
}
