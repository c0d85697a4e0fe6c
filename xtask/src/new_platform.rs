//! `cargo xtask new-platform`: adds another platform to the workspace.
//!
//! A platform is its document with what is beside it, and small crates around generated code. What they are made of is in
//! the folder `new_platform`; no file of another platform is copied.

mod files;
mod left_out;

use std::io;
use std::path::PathBuf;

use keyapi_codegen::RustNames;
use keyapi_spec::diagnostic::render::{Files, text};
use keyapi_spec::import::{Incoming, merge};
use keyapi_spec::infer::evidence;
use keyapi_spec::{Diagnostic, Input, credits};

use crate::import::parse;
use crate::input::{Failure, refused, style};
use crate::programs::update_lock_file;
use crate::status::{Printer, Status};
use crate::workspace::{Platform, display, named, root, tests_of};
use crate::{OK, atomic, exclusive, input, output, regen};
use files::Crates;
use left_out::LeftOut;

/// What the folder of its samples says of itself.
const EVIDENCE: &str = include_str!("new_platform/evidence.md");

/// What `new-platform` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// The platform's name: lowercase words of letters and digits, joined by `-`.
    name: String,
    /// Its OpenAPI document in JSON or YAML, or a documentation page with one.
    spec: PathBuf,
    /// Leave operations that cannot be generated out of the client, by actions of the new overlay that say why.
    #[arg(long)]
    fix: bool,
}

/// Runs the command. Nothing is written unless something can be generated from the document.
///
/// # Errors
///
/// The name is taken or no name, the document is bad, or files cannot be written.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let platform = named(&args.name);
    let documents = platform.spec.parent().map(PathBuf::from).unwrap_or_default();
    let _turn = exclusive::turn(&documents);
    check_name(&platform)?;
    let name = display(&args.spec);
    let bytes = input::bytes(&args.spec);
    let (document, prices) = vendored(&name, bytes)?;
    let left_out = LeftOut::of(&platform, &document, &prices, args.fix)?;

    let mut written = Crates::of(&platform, &left_out.title).files();
    written.push((platform.overlay.clone(), left_out.overlay()));
    // Operations of other platforms may be called alike, and samples are not theirs.
    written.extend(evidence::own(&platform.spec).map(|own| (own.join("README.md"), EVIDENCE.to_owned())));
    if !prices.is_empty() {
        written.push((credits::beside(&platform.spec), prices));
    }
    written.push((platform.spec.clone(), document));
    // Cargo knows the packages once all of them are there.
    written.push((root().join("Cargo.toml"), files::manifest_of_workspace(&platform)?));
    atomic::write_all(&written, &[])?;

    let mut out = output::standard();
    let mut printer = Printer::new(&mut out, style(&io::stdout()));
    written.iter().for_each(|(path, _)| printer.line(Status::Written, &display(path)));
    regen::write(&platform, &mut printer)?;
    update_lock_file(&root())?;
    printer.line(Status::Summary, &left_out.summary());
    let Platform { name, .. } = &platform;
    printer.more(&format!(
        "`cargo test --package contract-{name}` holds the document, the client and the mock server together"
    ));
    printer.more(&format!("`cargo xtask --platform {name} COMMAND` is about it"));
    Ok(OK)
}

/// Refuses names that are none, and those that something has already.
fn check_name(platform: &Platform) -> Result<(), Failure> {
    let Platform { name, spec, overlay, lock, .. } = platform;
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if name.len() > 40 || !name.split('-').all(is_word) {
        let form =
            "lowercase words of letters and digits that begin with a letter, joined by `-`, 40 characters at most";
        return Err(refused(format!("`{}` is no name for a platform: it is {form}", name.escape_debug())));
    }
    let crates = ["", "-mock", "-cli"].map(|suffix| root().join(format!("crates/{name}{suffix}")));
    let evidence = evidence::own(spec);
    for taken in crates.iter().chain([spec, overlay, lock, &tests_of(name)]).chain(&evidence) {
        if taken.exists() {
            return Err(refused(format!("{} is there already: choose another name than `{name}`", display(taken))));
        }
    }
    Ok(())
}

/// The document as the workspace keeps it, and the prices that its pages state.
fn vendored(name: &str, bytes: io::Result<Vec<u8>>) -> Result<(String, String), Failure> {
    let mut files = Files::default();
    let merged = parse(name, bytes, &mut files, Incoming::parse).and_then(|incoming| merge(None, &[incoming]));
    let merged = merged.map_err(|found| Failure::Diagnostics(text(&found, &files, style(&io::stderr()))))?;
    let prices = match merged.credits.is_empty() {
        true => String::new(),
        false => serde_json::to_string_pretty(&merged.credits).map_err(io::Error::from)? + "\n",
    };
    Ok((merged.json, prices))
}

/// What the files say, before they are written.
fn read(platform: &Platform, document: &str, prices: &str, overlay: &str) -> Input {
    let bytes = |text: &str| Ok(text.as_bytes().to_vec());
    let input = Input::new(&display(&platform.spec), bytes(document));
    let input = input.with_overlay(&display(&platform.overlay), bytes(overlay));
    match prices.is_empty() {
        true => input,
        false => input.with_credits(&display(&credits::beside(&platform.spec)), bytes(prices)),
    }
}

/// The resolved document, if the platform can be generated from it.
fn generated(platform: &Platform, input: &Input) -> Result<serde_json::Value, Vec<Diagnostic>> {
    let document = input.resolve(&RustNames)?.document;
    keyapi_codegen::sdk(&document, &platform.name).map_err(|found| input.place(found))?;
    Ok(document)
}
