//! What a regeneration makes of a platform's document: text by path, nothing written yet.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use keyapi_codegen::{GENERATOR, public_items, sdk, split};
use keyapi_spec::Diagnostic;
use keyapi_spec::pipeline::{Resolved, resolve};
use keyapi_spec::source::Source;

use crate::lock::{Lock, digest};
use crate::report::{Failure, failure, load};
use crate::workspace::Platform;

/// The outcome of the pipeline for a platform.
pub(crate) struct Artefacts {
    /// Every file that a regeneration owns.
    pub(crate) files: BTreeMap<PathBuf, String>,
    /// Rendered warnings.
    pub(crate) warnings: String,
}

/// Runs the pipeline for a platform.
pub(crate) fn make(platform: &Platform) -> Result<Artefacts, Failure> {
    let spec = load(&platform.spec).map_err(|found| failure(&found, &[]))?;
    let overlay = load(&platform.overlay).map_err(|found| failure(&found, &[&spec]))?;
    let fail = |found: Vec<Diagnostic>| failure(&found, &[&spec, &overlay]);
    let Resolved { document, diagnostics } = resolve(&spec, Some(&overlay)).map_err(fail)?;
    let sources = sdk(&document, platform.name).map_err(|found| fail(place(&spec, found)))?;
    let resolved = serde_json::to_string_pretty(&document).unwrap_or_default() + "\n";

    let mut snapshots = BTreeMap::from([("resolved".to_owned(), resolved.clone())]);
    let pieces = split::pieces(&sources).map_err(fail)?;
    snapshots.extend(pieces.into_iter().map(|(name, piece)| (format!("generated__{name}"), piece)));
    snapshots.insert("public_items".to_owned(), list_public_items(platform, &sources)?);

    let previous = std::fs::read_to_string(&platform.lock).unwrap_or_default();
    let lock = Lock {
        generated_by: "cargo xtask regen".to_owned(),
        pages: Lock::parse(&previous).pages,
        vendored: digest(spec.text().as_bytes()),
        overlay: digest(overlay.text().as_bytes()),
        resolved: digest(resolved.as_bytes()),
        generated: [
            ("client.rs", &sources.client),
            ("dispatch.rs", &sources.dispatch),
            ("httpmock.rs", &sources.httpmock),
            ("operations.rs", &sources.operations),
        ]
        .into_iter()
        .map(|(file, source)| (file.to_owned(), digest(source.as_bytes())))
        .collect(),
        generator: GENERATOR.to_owned(),
    };
    let mut files: BTreeMap<PathBuf, String> = snapshots
        .into_iter()
        .map(|(name, content)| (platform.snapshots.join(format!("{name}.snap")), snapshot(&content)))
        .collect();
    files.insert(platform.lock.clone(), lock.to_text());
    let warnings: Vec<Diagnostic> =
        diagnostics.into_iter().filter(|found| found.severity == keyapi_spec::Severity::Warning).collect();
    let warnings =
        if warnings.is_empty() { String::new() } else { keyapi_spec::render::text(&warnings, &[&spec, &overlay]) };
    Ok(Artefacts { files, warnings })
}

/// Gives diagnostics of the generator their place in the document.
pub(crate) fn place(spec: &Source, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().map(|diagnostic| spec.place(diagnostic)).collect()
}

/// A snapshot file as insta reads it. The header says which command makes the file, and insta shows it when a test fails.
fn snapshot(content: &str) -> String {
    format!("---\nsource: tests/generated.rs\ndescription: made by `cargo xtask regen`\n---\n{}\n", content.trim_end())
}

fn list_public_items(platform: &Platform, sources: &keyapi_codegen::Sdk) -> Result<String, Failure> {
    let mut modules = BTreeMap::from([
        ("generated".to_owned(), sources.client.clone()),
        ("operations".to_owned(), sources.operations.clone()),
        ("dispatch".to_owned(), sources.dispatch.clone()),
    ]);
    hand_written(&platform.sdk_sources, "", &mut modules)?;
    public_items::list(&format!("keyapi_{}", platform.name), &modules).map_err(|error| {
        Failure::Diagnostics(format!("a source of the SDK is not valid Rust: {error}: `cargo check -p keyapi-tiktok` says where"))
    })
}

/// Reads the modules below `folder`; the file tree gives their paths.
fn hand_written(folder: &Path, path: &str, modules: &mut BTreeMap<String, String>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
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
