//! `cargo xtask import`: merges documentation pages and OpenAPI documents into the vendored document.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use keyapi_codegen::RustNames;
use keyapi_spec::diagnostic::render::{Files, text};
use keyapi_spec::document::operations;
use keyapi_spec::import::{Change, Incoming, Merged, Move, Renamed, Renames, merge, renames};
use keyapi_spec::naming::pins;
use keyapi_spec::{Diagnostic, Input, Source, credits, overlay};
use serde_json::Value;

use crate::OK;
use crate::input::{Failure, optional, style, with_evidence};
use crate::lock::{Lock, Page, digest};
use crate::workspace::{Platform, command, display, platform};
use crate::{atomic, exclusive};

/// What `import` can be told.
#[derive(clap::Args)]
pub struct Args {
    /// Documentation pages (Markdown with one OpenAPI block each) or OpenAPI documents in JSON or YAML.
    #[arg(required = true, value_name = "PAGE")]
    pages: Vec<PathBuf>,
    /// Merge into this document instead of the vendored one; it is made where it does not exist.
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

/// Runs the command. Nothing is written unless every page is good.
///
/// # Errors
///
/// Located diagnostics about all pages, or a file that cannot be read or written.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let read = |path: &PathBuf| (display(path), std::fs::read(path));
    pages(args.pages.iter().map(read).collect(), args.into.as_deref())?;
    Ok(OK)
}

/// A page by its name, as it was read.
pub(crate) type Read = (String, io::Result<Vec<u8>>);

/// Merges pages, and names the files that are written.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn pages(read: Vec<Read>, into: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let platform = platform();
    let target = into.unwrap_or(&platform.spec);
    let folder = target.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let _turn = exclusive::turn(folder);
    let mut files = Files::default();
    let (pages, merged) = read_and_merge(read, target, &mut files)
        .map_err(|found| Failure::Diagnostics(text(&found, &files, style(&io::stderr()))))?;

    let known = known_prices(target, &merged.moves)?;
    let prices = merged_prices(&known, &merged);
    let prices_text = serde_json::to_string_pretty(&prices).map_err(io::Error::from)? + "\n";
    let overlay = platform.overlay().filter(|_| into.is_none());
    let named = keep_names(target, overlay, &merged, &prices_text)?;

    let mut written = Vec::new();
    if !prices.is_empty() || !known.is_empty() {
        // An import that is cut short leaves no operation without its price: one without an operation is told of.
        written.push((credits::beside(target), prices_text));
    }
    written.push((target.to_path_buf(), merged.json.clone()));
    let mut abandoned = Vec::new();
    if into.is_none() {
        let (lock, operations) = origins(&platform, &pages, &merged)?;
        written.push((platform.lock.clone(), lock));
        abandoned = operations;
    }
    written.retain(|(path, text)| !atomic::is_written(path, text));
    atomic::write_all(&written, &atomic::leftovers(folder))?;

    eprint!("{}", named.warnings);
    describe(&merged);
    describe_names(&named.followed);
    describe_prices(&known, &prices);
    describe_abandoned(&abandoned, &merged);
    written.iter().for_each(|(path, _)| println!("written: {}", display(path)));
    match (written.is_empty(), into.is_none()) {
        (true, _) => println!("nothing new: the pages say what the document says"),
        (false, true) => println!("next: `{}`, and review what it changes", command("regen")),
        (false, false) => {}
    }
    Ok(written.into_iter().map(|(path, _)| path).collect())
}

/// The bytes of every page by its name, and what comes out of merging them.
type Imported = (BTreeMap<String, Vec<u8>>, Merged);

fn read_and_merge(read: Vec<Read>, target: &Path, files: &mut Files) -> Result<Imported, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let vendored = match std::fs::read(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        bytes => parse(&display(target), bytes, files, Source::parse).map_err(|bad| found.extend(bad)).ok(),
    };
    let (mut pages, mut incoming) = (BTreeMap::new(), Vec::new());
    for (name, bytes) in read {
        if let Ok(bytes) = &bytes {
            pages.insert(name.clone(), bytes.clone());
        }
        match parse(&name, bytes, files, Incoming::parse) {
            Ok(page) => incoming.push(page),
            Err(bad) => found.extend(bad),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    Ok((pages, merge(vendored.as_ref(), &incoming)?))
}

/// Reads a file as a page or a document, and keeps its text for what is said of it.
pub(crate) fn parse<T>(
    name: &str,
    bytes: io::Result<Vec<u8>>,
    files: &mut Files,
    parse: impl FnOnce(&str, &[u8]) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    match bytes {
        Ok(bytes) => {
            files.insert(name, &bytes);
            parse(name, &bytes)
        }
        Err(error) => Err(vec![Diagnostic::unreadable(name, &error)]),
    }
}

/// What there is to say about an import that is fit to be written.
#[derive(Default)]
struct Named {
    /// Names that callers have to follow.
    followed: Vec<Renamed>,
    /// Rendered warnings about prices.
    warnings: String,
}

/// Refuses what would take methods, types or fields their names away.
///
/// Documents that cannot be resolved have no names yet; `regen` and `lint` say what is wrong with them.
fn keep_names(target: &Path, overlay: Option<&Path>, merged: &Merged, prices: &str) -> Result<Named, Failure> {
    let name = display(target);
    let beside = pins::beside(target);
    let mut lock = beside.as_deref().map(Lock::read).transpose()?.unwrap_or_default();
    let input = |bytes: io::Result<Vec<u8>>, lock: &Lock| {
        let input = with_evidence(Input::new(&name, bytes), target);
        let input = match &beside {
            Some(beside) => input.with_lock(&display(beside), Ok(lock.to_text().into_bytes())),
            None => input,
        };
        match overlay {
            Some(overlay) => input.with_overlay(&display(overlay), std::fs::read(overlay)),
            None => input,
        }
    };
    // The overlay may correct already what is about to be imported.
    let old = input(std::fs::read(target), &lock).resolve_former(&RustNames);
    lock.names = moved_names(lock.names, &merged.moves);
    lock.former_names = moved_names(lock.former_names, &merged.moves);
    let list = display(&credits::beside(target));
    let input = input(Ok(merged.json.as_bytes().to_vec()), &lock).with_credits(&list, Ok(prices.as_bytes().to_vec()));
    // Nor need it have followed yet: `regen` says which of its actions match nothing any more.
    let Ok(new) = input.resolve(&RustNames).or_else(|_| input.resolve_former(&RustNames)) else {
        return Ok(Named::default());
    };
    let about_prices = |found: &&Diagnostic| [credits::CONFLICT, credits::REDUNDANT].contains(&found.code);
    let warnings: Vec<Diagnostic> = new.diagnostics.iter().filter(about_prices).cloned().collect();
    let found = old.map(|old| renames(&old.document, &new.document, &merged.moves, &RustNames));
    let Renames { refused, followed } = found.unwrap_or_default();
    if refused.is_empty() {
        let shown = !warnings.is_empty();
        let warnings = if shown { input.render(&warnings, style(&io::stderr())) } else { String::new() };
        return Ok(Named { followed, warnings });
    }
    let found: Vec<Diagnostic> = refused.into_iter().map(|found| Diagnostic { file: name.clone(), ..found }).collect();
    Err(Failure::Diagnostics(text(&found, &Files::default(), style(&io::stderr()))))
}

/// What requests cost, by operation.
type Prices = BTreeMap<String, u64>;

/// The prices that are known already, of operations as they are called now.
fn known_prices(target: &Path, moves: &[Move]) -> Result<Prices, Failure> {
    let path = credits::beside(target);
    let Some(bytes) = optional(std::fs::read(&path))? else { return Ok(Prices::new()) };
    serde_json::from_slice(&bytes)
        .map(|prices| moved(prices, moves))
        .map_err(|error| Failure::Diagnostics(format!("error: {}: not a list of prices: {error}", display(&path))))
}

/// The prices that are known already and those of this import. Where a page says none any more, none is known.
fn merged_prices(known: &Prices, merged: &Merged) -> Prices {
    let mut prices = known.clone();
    prices.retain(|operation, _| !merged.unpriced.contains(operation));
    prices.extend(merged.credits.clone());
    prices
}

/// What is kept by operation, with operations of moved paths called as they are now.
fn moved<T>(by_operation: BTreeMap<String, T>, moves: &[Move]) -> BTreeMap<String, T> {
    let name = |operation: String| moves.iter().find_map(|moved| moved.operation(&operation)).unwrap_or(operation);
    by_operation.into_iter().map(|(operation, value)| (name(operation), value)).collect()
}

/// What is kept by place, with operations of moved paths called as they are now.
fn moved_names<T>(by_place: BTreeMap<String, T>, moves: &[Move]) -> BTreeMap<String, T> {
    let operation = |operation: &str| moves.iter().find_map(|moved| moved.operation(operation));
    by_place.into_iter().map(|(place, name)| (pins::moved(&place, operation), name)).collect()
}

/// Says what is new about prices, one line for each.
fn describe_prices(old: &Prices, new: &Prices) {
    for (operation, price) in new {
        match old.get(operation) {
            Some(before) if before == price => {}
            Some(before) => println!("price changed: {operation}: {before} -> {price} credits"),
            None => println!("price added: {operation}: {price} credits"),
        }
    }
    for (operation, price) in old.iter().filter(|(operation, _)| !new.contains_key(*operation)) {
        println!("price removed: {operation}: its page does not say {price} credits any more, nor another price");
    }
}

/// The lock file with the document that this import writes and the pages that its operations come from; and the operations
/// that were on these pages before and are no longer, each with its page.
fn origins(
    platform: &Platform,
    pages: &BTreeMap<String, Vec<u8>>,
    merged: &Merged,
) -> Result<(String, Vec<(String, String)>), Failure> {
    let mut lock = Lock::read(&platform.lock)?;
    lock.vendored = digest(merged.json.as_bytes());
    lock.pages = moved(std::mem::take(&mut lock.pages), &merged.moves);
    lock.names = moved_names(std::mem::take(&mut lock.names), &merged.moves);
    lock.former_names = moved_names(std::mem::take(&mut lock.former_names), &merged.moves);
    let read: BTreeSet<String> = merged.origins.values().map(|name| file_name(name)).collect();
    let (abandoned, kept) = std::mem::take(&mut lock.pages)
        .into_iter()
        .partition::<BTreeMap<_, _>, _>(|(name, page)| !merged.origins.contains_key(name) && read.contains(&page.name));
    lock.pages = kept;
    let abandoned = abandoned.into_iter().map(|(operation, page)| (operation, page.name)).collect();
    for (operation, name) in &merged.origins {
        let Some(bytes) = pages.get(name) else { continue };
        lock.pages.insert(operation.clone(), Page { name: file_name(name), sha256: digest(bytes) });
    }
    Ok((lock.to_text(), abandoned))
}

/// The name of a page's file. Pages stay outside of the repository, so the folder that one was read from says nothing.
fn file_name(name: &str) -> String {
    Path::new(name).file_name().map_or_else(|| name.to_owned(), |file| file.to_string_lossy().into_owned())
}

/// Says which operations stay though their pages are about others now, and how to take them out.
fn describe_abandoned(abandoned: &[(String, String)], merged: &Merged) {
    let document: Value = serde_json::from_str(&merged.json).unwrap_or_default();
    for (operation, page) in abandoned {
        println!("no longer documented: {operation} was on {page}; if the API has it no more, the overlay removes it:");
        let key = operations(&document).into_iter().find(|key| key.to_string() == *operation);
        key.iter().for_each(|key| println!("  - {}", overlay::removal(&document, &key.pointer)));
    }
}

/// Says what callers have to follow, one line for each name.
fn describe_names(followed: &[Renamed]) {
    for Renamed { operation, what, before, after } in followed {
        println!("renamed: the {what} `{before}` of {operation} is `{after}` now");
    }
}

/// Says what is different, one line for each part.
fn describe(merged: &Merged) {
    const SHOWN: usize = 40;
    for Move { from, to, .. } in &merged.moves {
        println!("moved: {from} -> {to}");
    }
    for Change { pointer, old, new } in merged.changes.iter().take(SHOWN) {
        match (old, new) {
            (None, _) => println!("added: {pointer}"),
            (Some(_), None) => println!("removed: {pointer}"),
            (Some(old), Some(new)) => println!("changed: {pointer}: {} -> {}", short(old), short(new)),
        }
    }
    if merged.changes.len() > SHOWN {
        println!("… and {} more changes", merged.changes.len() - SHOWN);
    }
}

fn short(json: &str) -> String {
    const WIDTH: usize = 60;
    if json.chars().count() <= WIDTH { json.to_owned() } else { json.chars().take(WIDTH).chain(['…']).collect() }
}
