//! What a regeneration makes of a platform's document: text by path, nothing written yet.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use keyapi_codegen::RustNames;
use keyapi_codegen::{FORMATTER, GENERATOR, Sdk, public_items, sdk, split};
use keyapi_spec::Input;
use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::document::operations;
use keyapi_spec::naming::pins::Names;
use keyapi_spec::pipeline::Resolved;
use keyapi_spec::pipeline::input::warnings;
use keyapi_spec::source::Source;

use serde_json::Value;

use crate::features;
use crate::input::{Failure, failure, read};
use crate::lock::{Difference, Lock, digest};
use crate::released::Released;
use crate::workspace::{Platform, display};

/// What every snapshot says of itself.
pub const DESCRIPTION: &str = "made by `cargo xtask regen`";

/// The outcome of the pipeline for a platform.
pub struct Artefacts {
    /// Every file that a regeneration owns.
    pub files: BTreeMap<PathBuf, String>,
    /// The resolved document.
    pub document: Value,
    /// The generated sources.
    pub(crate) sources: Sdk,
    /// The names of what is in it.
    pub(crate) names: Names,
    /// The text of every snapshot by its name.
    pub snapshots: BTreeMap<String, String>,
    /// What the lock file has that is not so.
    pub(crate) difference: Difference,
    /// The lock file.
    pub(crate) lock: Lock,
    /// Rendered warnings.
    pub warnings: String,
}

/// Runs the pipeline for a platform, whose lock has to have the names that were released.
pub fn make(platform: &Platform) -> Result<Artefacts, Failure> {
    let made = of(platform, &read(&platform.spec, platform.overlay()))?;
    if let Some(released) = Released::read(platform)? {
        released.refuse_lost(platform, &made.lock, &made.names)?;
    }
    Ok(made)
}

/// The same with another lock.
pub(crate) fn make_with(platform: &Platform, lock: &Lock) -> Result<Artefacts, Failure> {
    let input = read(&platform.spec, platform.overlay());
    let lock = lock.to_text().into_bytes();
    of(platform, &input.with_lock(&display(&platform.lock), Ok(lock)))
}

fn of(platform: &Platform, input: &Input) -> Result<Artefacts, Failure> {
    let previous = Lock::read(&platform.lock)?;
    let Resolved { document, diagnostics, names } =
        input.resolve(&RustNames).map_err(|found| failure(input, &found))?;
    let sources = sdk(&document, &platform.name).map_err(|found| failure(input, &input.place(found)))?;
    let resolved = serde_json::to_string_pretty(&document).unwrap_or_default() + "\n";

    let mut snapshots = BTreeMap::from([("resolved".to_owned(), resolved.clone())]);
    let pieces = split::pieces(&sources).map_err(|found| failure(input, &found))?;
    snapshots.extend(pieces.into_iter().map(|(name, piece)| (format!("generated__{name}"), piece)));
    snapshots.insert("public_items".to_owned(), list_public_items(platform, &sources)?);

    let mut files: BTreeMap<PathBuf, String> = snapshots
        .iter()
        .map(|(name, content)| (platform.snapshots.join(format!("{name}.snap")), snapshot(content)))
        .collect();
    let told = input.lock().map(|lock| serde_json::from_str::<Lock>(lock.text()).unwrap_or_default());
    let Lock { names: pinned, former_names, .. } = told.unwrap_or_default();
    let lock = Lock {
        generated_by: "cargo xtask regen".to_owned(),
        pages: previous.pages.clone(),
        names: pinned,
        former_names,
        drafts: previous.drafts.clone(),
        vendored: digest(text(input.spec()).as_bytes()),
        overlay: digest(text(input.overlay()).as_bytes()),
        credits: digest(text(input.credits()).as_bytes()),
        evidence: input.evidence().iter().map(|sample| located(&sample.body)).collect(),
        resolved: digest(resolved.as_bytes()),
        operations: operations(&document).len(),
        generated: sources
            .files()
            .into_iter()
            .map(|(file, source)| (file.to_owned(), digest(source.as_bytes())))
            .collect(),
        snapshots: files.iter().filter_map(|(path, text)| recorded(path, text)).collect(),
        generator: GENERATOR.to_owned(),
        formatter: FORMATTER.to_owned(),
    };
    let difference = Difference::of(previous, &lock);
    files.insert(platform.lock.clone(), lock.to_text());
    files.extend([features::manifest(&platform.sdk_sources, &document)?]);
    let warnings = warnings(&diagnostics);
    let warnings = if warnings.is_empty() { String::new() } else { input.render(&warnings, Style::Plain) };
    Ok(Artefacts { document, names, files, sources, snapshots, difference, lock, warnings })
}

impl Artefacts {
    /// Notes in the lock which entries the changelog takes.
    pub(crate) fn note_drafts(&mut self, platform: &Platform, drafts: BTreeMap<String, String>) {
        self.lock.drafts = drafts;
        self.files.insert(platform.lock.clone(), self.lock.to_text());
        self.difference = std::mem::take(&mut self.difference).with(&self.lock);
    }

    /// What the SDK makes public, a line for each item.
    pub(crate) fn public_items(&self) -> &str {
        self.snapshots.get("public_items").map(String::as_str).unwrap_or_default()
    }
}

/// The name and the digest of a file.
fn located(file: &Source) -> (String, String) {
    (file.name().to_owned(), digest(file.text().as_bytes()))
}

/// The name and the digest of a file that is to be written.
fn recorded(path: &Path, text: &str) -> Option<(String, String)> {
    Some((path.file_name()?.to_str()?.to_owned(), digest(text.as_bytes())))
}

fn text(source: Option<&Source>) -> &str {
    source.map_or("", Source::text)
}

/// A snapshot file as insta reads it. The header says which command makes the file, and insta shows it when a test fails.
fn snapshot(content: &str) -> String {
    format!("---\nsource: tests/generated.rs\ndescription: {DESCRIPTION}\n---\n{}\n", content.trim_end())
}

/// Snapshots in `folder` that nothing makes any more.
pub fn orphans(folder: &Path, files: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut orphans: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "snap") && !files.contains_key(path))
        .collect();
    orphans.sort();
    orphans
}

/// Lists what the SDK makes public, with the generated sources in it.
pub(crate) fn list_public_items(platform: &Platform, sources: &Sdk) -> Result<String, Failure> {
    let mut modules = BTreeMap::from([
        ("generated".to_owned(), sources.client.clone()),
        ("requests".to_owned(), sources.requests.clone()),
        ("blocking".to_owned(), sources.blocking.clone()),
        ("dispatch".to_owned(), sources.dispatch.clone()),
    ]);
    hand_written(&platform.sdk_sources, "", &mut modules)?;
    // The hand-written root includes the generated one.
    modules.entry(String::new()).or_default().push_str(&sources.library);
    for (name, sources) in &platform.passed_on {
        hand_written(sources, name, &mut modules)?;
    }
    let passed_on = platform.passed_on.each_ref().map(|(name, _)| *name);
    public_items::list(&format!("keyapi_{}", platform.name), &passed_on, &modules).map_err(|error| {
        Failure::Diagnostics(format!(
            "a source of the SDK is not valid Rust: {error}: `cargo check -p keyapi-{}` says where",
            platform.name
        ))
    })
}

/// Reads the modules below `folder`; the file tree gives their paths.
fn hand_written(folder: &Path, path: &str, modules: &mut BTreeMap<String, String>) -> io::Result<()> {
    let list = || std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>();
    let unreadable = |error: io::Error| {
        let folder = display(folder);
        let message = format!("{folder} cannot be read: {error}: run the command in a checkout of the workspace");
        io::Error::new(error.kind(), message)
    };
    let mut entries = list().map_err(unreadable)?;
    entries.sort();
    for entry in entries {
        let stem = entry.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let inside = if path.is_empty() { stem.clone() } else { format!("{path}::{stem}") };
        if entry.is_dir() {
            hand_written(&entry, &inside, modules)?;
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let at = if ["lib", "mod"].contains(&stem.as_str()) { path.to_owned() } else { inside };
            modules.insert(at, std::fs::read_to_string(&entry)?);
        }
    }
    Ok(())
}
