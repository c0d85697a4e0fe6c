//! `cargo xtask regen`: runs the pipeline and writes, or checks, everything that is derived from the document.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use keyapi_codegen::RustNames;
use keyapi_spec::document::operations;
use keyapi_spec::input::warnings;
use keyapi_spec::pipeline::Resolved;
use keyapi_spec::source::Source;
use serde_json::{Value, json};

use crate::artefacts::{self, Artefacts};
use crate::input::{Failure, failure, read, style};
use crate::lock::digest;
use crate::workspace::{display, tiktok};
use crate::{OK, STALE, atomic, exclusive};

/// What `regen` can be told.
#[derive(clap::Args)]
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
pub fn run(args: &Args) -> Result<u8, Failure> {
    let documents = tiktok().lock.parent().map(Path::to_path_buf).unwrap_or_default();
    let _turn = exclusive::turn(args.out.as_ref().unwrap_or(&documents));
    let (files, orphans, again) = match &args.out {
        Some(out) => {
            let platform = tiktok();
            // The vendored document comes with its overlay; any other document has only what it is given.
            let (spec, overlay) = match &args.spec {
                Some(spec) => (spec.clone(), args.overlay.clone()),
                None => (platform.spec, Some(args.overlay.clone().unwrap_or(platform.overlay))),
            };
            let files = standalone(&spec, overlay.as_deref(), out)?;
            (files, atomic::leftovers(out), "the same command without --check")
        }
        None => {
            let platform = tiktok();
            let Artefacts { files, warnings, .. } = artefacts::make(&platform)?;
            eprint!("{warnings}");
            let mut orphans = artefacts::orphans(&platform.snapshots, &files);
            orphans.extend([platform.snapshots, documents].iter().flat_map(|folder| atomic::leftovers(folder)));
            (files, orphans, "`cargo xtask regen`")
        }
    };
    let mut stale: Vec<(PathBuf, String)> = files
        .into_iter()
        .filter(|(path, content)| std::fs::read_to_string(path).ok().as_ref() != Some(content))
        .collect();
    if stale.is_empty() && orphans.is_empty() {
        println!("fresh: everything agrees with the document");
        return Ok(OK);
    }
    // The lock vouches for the others, so it is the last to be written.
    let lock = tiktok().lock;
    stale.sort_by_key(|(path, _)| *path == lock);
    if args.check {
        stale.iter().for_each(|(path, _)| println!("stale: {}", display(path)));
        orphans.iter().for_each(|path| println!("orphan: {}", display(path)));
        if let [(only, _)] = stale.as_slice()
            && *only == lock
            && orphans.is_empty()
        {
            println!(
                "unfinished: all that the lock vouches for is newer than the lock, as after a run that was cut short"
            );
        }
        println!("{} stale: run {again}", stale.len() + orphans.len());
        return Ok(STALE);
    }
    atomic::write_all(&stale, &orphans)?;
    stale.iter().for_each(|(path, _)| println!("written: {}", display(path)));
    orphans.iter().for_each(|path| println!("removed: {}", display(path)));
    Ok(OK)
}

/// The files for any document.
fn standalone(spec: &Path, overlay: Option<&Path>, out: &Path) -> Result<BTreeMap<PathBuf, String>, Failure> {
    let input = read(spec, overlay);
    let Resolved { document, diagnostics } = input.resolve(&RustNames).map_err(|found| failure(&input, &found))?;
    let generated = keyapi_codegen::generate(&document).map_err(|found| failure(&input, &input.place(found)))?;
    let warned = warnings(&diagnostics);
    if !warned.is_empty() {
        eprint!("{}", input.render(&warned, style(&std::io::stderr())));
    }
    let file = |source: &Source| json!({ "file": source.name(), "sha256": digest(source.text().as_bytes()) });
    let report = json!({
        "spec": input.spec().map(file),
        "overlay": input.overlay().map(file),
        "generator": keyapi_codegen::GENERATOR,
        "operations": operations(&document).iter().map(|key| describe(&document, &key.pointer, &key.path, &key.method)).collect::<Vec<_>>(),
        "diagnostics": diagnostics,
    });
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    Ok(BTreeMap::from([
        (out.join("resolved.openapi.json"), pretty(&document)),
        (out.join("client.rs"), generated.client),
        (out.join("httpmock.rs"), generated.httpmock),
        (out.join("report.json"), pretty(&report)),
    ]))
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
