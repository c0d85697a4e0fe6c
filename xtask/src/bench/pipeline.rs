//! Time and memory of the pipeline's own stages beside those of progenitor and formatting.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::stages::Stages;
use super::table::{Table, figure, median, ratio};
use super::{Effort, RELEASE, house_style};
use crate::programs::build;
use crate::workspace::{display, platform};

/// Sizes of grown documents.
const SIZES: [usize; 3] = [10, 100, 1_000];

/// The pipeline's own stages take less than this part of the time that progenitor and formatting take.
const TARGET: f64 = 0.25;

struct Subject {
    name: String,
    spec: PathBuf,
    overlay: Option<PathBuf>,
    runs: Vec<Stages>,
}

/// Measures and prints.
pub(super) fn run(effort: Effort, documents: &[PathBuf]) -> io::Result<()> {
    let [xtask] = build(["xtask"], &RELEASE)?;
    let folder = TempDir::new()?;
    let mut subjects = subjects(folder.path(), documents)?;
    for _ in 0..effort.pick(1, 5) {
        for subject in &mut subjects {
            subject.runs.extend(measure(&xtask, subject)?);
        }
    }
    println!("pipeline: milliseconds and megabytes, medians of {} runs", effort.pick(1, 5));
    print(&subjects);
    println!(
        "target: own stages take less than {TARGET}× of progenitor and formatting, and time per operation stays\n"
    );
    Ok(())
}

fn subjects(folder: &Path, documents: &[PathBuf]) -> io::Result<Vec<Subject>> {
    let platform = platform();
    let overlay = platform.overlay().map(Path::to_path_buf);
    let vendored: Value = serde_json::from_slice(&std::fs::read(&platform.spec)?)?;
    let subject = |name: String, spec, overlay| Subject { name, spec, overlay, runs: Vec::new() };
    let mut subjects = vec![subject("vendored".to_owned(), platform.spec, overlay.clone())];
    for size in SIZES {
        let spec = folder.join(format!("{size}.json"));
        std::fs::write(&spec, serde_json::to_string_pretty(&house_style::grow(&vendored, size))?)?;
        subjects.push(subject(format!("grown to {size}"), spec, overlay.clone()));
    }
    subjects.extend(documents.iter().map(|spec| subject(display(spec), spec.clone(), None)));
    Ok(subjects)
}

/// Runs the stages in a process of their own; a document that is refused has no figures.
fn measure(xtask: &Path, subject: &Subject) -> io::Result<Option<Stages>> {
    let mut command = Command::new(xtask);
    command.arg("stages").arg(&subject.spec).args(&subject.overlay);
    let output = command.stderr(Stdio::null()).output()?;
    Ok(if output.status.success() { Some(serde_json::from_slice(&output.stdout)?) } else { None })
}

fn print(subjects: &[Subject]) {
    let mut table = Table::new([
        "document",
        "KB",
        "operations",
        "load",
        "resolve",
        "lower+rewrite",
        "own",
        "own/operation",
        "progenitor",
        "format",
        "own : progenitor+format",
        "own MB",
        "peak MB",
    ]);
    for Subject { name, spec, runs, .. } in subjects {
        let kilobytes = std::fs::metadata(spec).map_or(0.0, |file| file.len() as f64 / 1024.0);
        let Some(operations) = runs.first().map(|run| run.operations as f64) else {
            table.row([name.clone(), figure(kilobytes), "refused".to_owned()]);
            continue;
        };
        let of = |part: fn(&Stages) -> f64| median(runs.iter().map(part).collect());
        let (own, libraries) = (of(Stages::own), of(Stages::libraries));
        table.row([
            name.clone(),
            figure(kilobytes),
            format!("{operations}"),
            figure(of(|run| run.load)),
            figure(of(|run| run.resolve)),
            figure(of(|run| run.rewrite)),
            figure(own),
            figure(own / operations),
            figure(of(|run| run.progenitor)),
            figure(of(|run| run.format)),
            ratio(own, libraries),
            figure(of(|run| run.own_peak)),
            figure(of(|run| run.peak)),
        ]);
    }
    table.print();
}
