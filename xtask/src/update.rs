//! `cargo xtask update`: fetches the pages that the vendored document comes from, imports them and regenerates.
//!
//! Nothing is written unless every page arrives, can be imported, and can be generated from.

pub mod fetch;
mod sources;

use std::collections::BTreeSet;
use std::path::PathBuf;

use keyapi_spec::credits;

use self::fetch::{Limits, fetch};
use self::sources::Sources;
use crate::input::{Failure, optional};
use crate::workspace::{Platform, display, platform, root};
use crate::{OK, STALE, artefacts, atomic, import, regen};

/// So many addresses of new pages are shown.
const SHOWN: usize = 40;

/// Runs the command.
///
/// # Errors
///
/// Located messages about all addresses that cannot be fetched, and what `import` and `regen` have to say.
pub fn run() -> Result<u8, Failure> {
    let path = root().join("openapi/sources.toml");
    let sources = Sources::read(&path)?;
    let index = sources.index.iter();
    let addresses: Vec<&str> = index.chain(&sources.pages).map(String::as_str).collect();
    let mut found = Vec::new();
    let mut pages = Vec::new();
    for (address, fetched) in addresses.iter().zip(fetch(&addresses, Limits::default())?) {
        match fetched {
            Ok(bytes) => pages.push(((*address).to_owned(), bytes)),
            Err(message) => found.push(format!("error: {}: {address}: {message}", sources.place(address))),
        }
    }
    if !found.is_empty() {
        return Err(Failure::Diagnostics(found.join("\n")));
    }
    if sources.index.is_some() {
        let (_, index) = pages.remove(0);
        report(&sources.missing(&String::from_utf8_lossy(&index)));
    }
    if pages.is_empty() {
        println!("no pages: list them in {}", display(&path));
        return Ok(OK);
    }
    let platform = platform();
    let kept = Kept::of(&platform)?;
    let written = import::pages(pages.into_iter().map(|(address, bytes)| (address, Ok(bytes))).collect(), None)?;
    // A run that was cut short has imported what it did not regenerate.
    if written.is_empty() && !is_stale(&platform)? {
        return Ok(OK);
    }
    if let Err(failure) = regen::run(&regen::Args::default()) {
        if !written.is_empty() {
            kept.restore()?;
            eprintln!("nothing is written: the document that was imported is put back as it was");
        }
        return Err(failure);
    }
    Ok(STALE)
}

/// Whether something that is made of the document is not as a run makes it.
fn is_stale(platform: &Platform) -> Result<bool, Failure> {
    Ok(artefacts::make(platform)?.files.iter().any(|(path, text)| !atomic::is_written(path, text)))
}

fn report(missing: &BTreeSet<String>) {
    for address in missing.iter().take(SHOWN) {
        println!("not imported: {address}");
    }
    if missing.len() > SHOWN {
        println!("… and {} more", missing.len() - SHOWN);
    }
    if !missing.is_empty() {
        println!(
            "{} of the provider's pages are not imported: list in openapi/sources.toml what is wanted",
            missing.len()
        );
    }
}

/// What an import writes, as it was.
struct Kept(Vec<(PathBuf, Option<String>)>);

impl Kept {
    fn of(platform: &Platform) -> Result<Self, Failure> {
        let files = [credits::beside(&platform.spec), platform.lock.clone(), platform.spec.clone()];
        let read = files.into_iter().map(|path| {
            let text = optional(std::fs::read_to_string(&path))?;
            Ok::<_, Failure>((path, text))
        });
        Ok(Self(read.collect::<Result<_, _>>()?))
    }

    fn restore(self) -> Result<(), Failure> {
        let (mut files, mut gone) = (Vec::new(), Vec::new());
        for (path, text) in self.0 {
            match text {
                Some(text) => files.push((path, text)),
                None if path.exists() => gone.push(path),
                None => {}
            }
        }
        Ok(atomic::write_all(&files, &gone)?)
    }
}
