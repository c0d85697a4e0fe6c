//! `cargo xtask lint`: prints what the pipeline has to say about a document.

use std::path::PathBuf;

use clap::ValueEnum;
use keyapi_codegen::RustNames;
use keyapi_spec::Diagnostic;
use keyapi_spec::render;

use crate::input::{Failure, read, style};
use crate::workspace::tiktok;
use crate::{BAD_INPUT, OK, github};

/// What `lint` can be told.
#[derive(clap::Args)]
pub struct Args {
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
    Github,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = tiktok();
    let (spec, overlay) = match &args.file {
        Some(file) => (file.clone(), None),
        None => (platform.spec, Some(platform.overlay)),
    };
    let input = read(&spec, overlay.as_deref());
    let found = match input.resolve(&RustNames) {
        Err(found) => found,
        Ok(resolved) => {
            let mut found = resolved.diagnostics;
            if let Err(refused) = keyapi_codegen::generate(&resolved.document) {
                found.extend(input.place(refused));
            }
            found
        }
    };
    match args.format {
        Format::Text => print!("{}", input.render_brief(&found, style(&std::io::stdout()))),
        Format::Json => print!("{}", render::json(&found)),
        Format::Github => print!("{}", github::diagnostics(&found)),
    }
    Ok(if found.iter().any(Diagnostic::is_error) { BAD_INPUT } else { OK })
}
