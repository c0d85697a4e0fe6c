//! `cargo xtask lint`: prints what the pipeline has to say about a document.

mod fix;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use keyapi_codegen::RustNames;
use keyapi_spec::diagnostic::render;
use keyapi_spec::{Diagnostic, Input};

use crate::input::{Failure, read, style};
use crate::workspace::{display, platform};
use crate::{BAD_INPUT, OK, github, output};

pub(crate) use fix::action;

/// What `lint` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// The document; the vendored one with its overlay where none is given.
    file: Option<PathBuf>,
    /// Correct the document by this overlay.
    #[arg(long, value_name = "FILE", requires = "file")]
    overlay: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write what a person could say about the document into its overlay, as actions that are commented out.
    #[arg(long)]
    fix: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Github,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = platform();
    let (spec, overlay) = match &args.file {
        Some(file) => (file.clone(), args.overlay.clone()),
        None => {
            let overlay = platform.overlay().map(Path::to_path_buf);
            (platform.spec, overlay)
        }
    };
    let input = read(&spec, overlay.as_deref());
    let found = match input.resolve(&RustNames) {
        Err(found) => found,
        Ok(resolved) => {
            let mut found = resolved.diagnostics;
            if let Err(refused) = keyapi_codegen::check(&resolved.document) {
                found.extend(input.place(refused));
            }
            found
        }
    };
    output::write(&match args.format {
        Format::Text => input.render_brief(&found, style(&std::io::stdout())),
        Format::Json => render::json(&found),
        Format::Github => github::diagnostics(&found),
    })?;
    if args.fix {
        propose(&input, overlay.as_deref(), &found)?;
    }
    Ok(if found.iter().any(Diagnostic::is_error) { BAD_INPUT } else { OK })
}

/// Writes proposals for what was found.
fn propose(input: &Input, overlay: Option<&Path>, found: &[Diagnostic]) -> Result<(), Failure> {
    let (Some(path), Some(source)) = (overlay, input.overlay()) else {
        let message = "error: proposals are written into an overlay that can be read: name one with --overlay";
        return Err(Failure::Diagnostics(message.to_owned()));
    };
    if found.iter().any(|found| found.is_error() && found.file == source.name()) {
        let message = "error: the overlay is wrong itself, so nothing is proposed in it: correct it first";
        return Err(Failure::Diagnostics(message.to_owned()));
    }
    let proposed = fix::propose(path, &input.proposals(found, &RustNames))?;
    eprintln!("{proposed} proposed in {}", display(path));
    Ok(())
}
