//! `cargo xtask lint`: prints what the pipeline has to say about a document.

use std::path::PathBuf;

use clap::ValueEnum;
use keyapi_spec::pipeline::resolve;
use keyapi_spec::{Diagnostic, render};

use crate::report::{Failure, load};
use crate::workspace::tiktok;
use crate::{BAD_INPUT, OK, artefacts};

/// What `lint` can be told.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The document; the vendored one with its overlay where none is given.
    file: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<u8, Failure> {
    let platform = tiktok();
    let (spec, overlay) = match &args.file {
        Some(file) => (file.clone(), None),
        None => (platform.spec, Some(platform.overlay)),
    };
    let mut sources = Vec::new();
    let mut diagnostics = Vec::new();
    for path in std::iter::once(&spec).chain(&overlay) {
        match load(path) {
            Ok(source) => sources.push(source),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.is_empty()
        && let Some(spec) = sources.first()
    {
        diagnostics = match resolve(spec, sources.get(1)) {
            Err(found) => found,
            Ok(resolved) => {
                let mut found = resolved.diagnostics;
                if let Err(refused) = keyapi_codegen::generate(&resolved.document) {
                    found.extend(artefacts::place(spec, refused));
                }
                found
            }
        };
    }
    match args.format {
        Format::Text => print!("{}", render::text(&diagnostics, &sources.iter().collect::<Vec<_>>())),
        Format::Json => println!("{}", render::json(&diagnostics)),
    }
    Ok(if diagnostics.iter().any(Diagnostic::is_error) { BAD_INPUT } else { OK })
}
