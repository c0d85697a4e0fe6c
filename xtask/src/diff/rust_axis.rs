//! What a change of the document does to those who call the SDK: other public items, or other code behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use keyapi_codegen::public_items::{self, ItemChange};
use keyapi_codegen::{Sdk, sdk, split, versions};
use keyapi_spec::Diagnostic;
use keyapi_spec::diff::Side;
use serde_json::Value;

use super::owners::Owners;
use super::targets::retargeted;
use crate::artefacts::list_public_items;
use crate::input::Failure;
use crate::workspace::Platform;

/// The public items of two versions, as far as they differ.
#[derive(Default)]
pub(crate) struct RustAxis {
    /// Items that are not as they were, without those that only came or went with their owners.
    pub(crate) items: Vec<ItemChange>,
    /// The words in the lines of code that differ, by the pieces of code that they are in.
    pub(crate) code: BTreeMap<String, BTreeSet<String>>,
    /// Which operations have an item.
    pub(crate) owners: Owners,
}

/// Why there is nothing to compare.
pub(crate) enum Refused {
    /// No code can be generated from one of the documents.
    Document(Side, Vec<Diagnostic>),
    /// The sources of the SDK cannot be read.
    Sources(Failure),
}

impl RustAxis {
    /// Compares what is generated from two resolved documents.
    pub(crate) fn of(platform: &Platform, old: &Value, new: &Value) -> Result<Self, Refused> {
        let (old, new) = versions::differing(old, new);
        if old == new {
            return Ok(Self::default());
        }
        let generate = |document: &Value| sdk(document, &platform.name);
        let (before, after) = thread::scope(|scope| {
            let before = scope.spawn(|| generate(&old));
            let after = generate(&new);
            (before.join().unwrap_or_else(|_| Err(Vec::new())), after)
        });
        let before = before.map_err(|found| Refused::Document(Side::Old, found))?;
        let after = after.map_err(|found| Refused::Document(Side::New, found))?;
        let list = |sdk: &Sdk| list_public_items(platform, sdk).map_err(Refused::Sources);
        let lists = [list(&before)?, list(&after)?];
        let pieces = |side, sdk: &Sdk| {
            let pieces = split::without_docs(sdk).and_then(|sdk| split::pieces(&sdk));
            pieces.map_err(|found| Refused::Document(side, found))
        };
        let code = changed_words(&pieces(Side::Old, &before)?, &pieces(Side::New, &after)?);
        let [before, after] = &lists;
        Ok(Self { code, ..Self::of_lists((before, &old), (after, &new)) })
    }

    /// Compares two lists of public items; nothing is known of the code behind them.
    pub(crate) fn of_lists(old: (&str, &Value), new: (&str, &Value)) -> Self {
        let mut items = outermost(public_items::compare(old.0, new.0));
        items.extend(retargeted(old, new));
        Self { items, code: BTreeMap::new(), owners: Owners::of([old, new]) }
    }
}

/// Leaves out what came or went with the type or the module that it is in.
fn outermost(changes: Vec<ItemChange>) -> Vec<ItemChange> {
    let mut whole: BTreeSet<(String, bool)> = BTreeSet::new();
    for change in &changes {
        let line = change.after.as_ref().or(change.before.as_ref()).map(String::as_str).unwrap_or_default();
        let is_owner = ["pub struct ", "pub enum ", "pub trait ", "pub mod "].iter().any(|kind| line.contains(kind));
        if is_owner && (change.before.is_none() || change.after.is_none()) {
            whole.insert((change.path().to_owned(), change.after.is_some()));
        }
    }
    let goes_with_its_owner = |change: &ItemChange| {
        let path = change.path();
        let is_implementation =
            [&change.before, &change.after].into_iter().flatten().any(|line| line.starts_with("impl"));
        let owner = if is_implementation { path } else { path.rsplit_once("::").map_or("", |(owner, _)| owner) };
        (change.before.is_none() || change.after.is_none())
            && whole.contains(&(owner.to_owned(), change.after.is_some()))
    };
    changes.into_iter().filter(|change| !goes_with_its_owner(change)).collect()
}

/// The words in the lines that only one of two pieces has, by the names of the pieces.
fn changed_words(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<String>> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let words = |name: &String| {
        let lines = |pieces: &BTreeMap<String, String>| pieces.get(name).cloned().unwrap_or_default();
        let (old, new) = (lines(old), lines(new));
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        old.lines().for_each(|line| *counts.entry(line.trim()).or_default() += 1);
        new.lines().for_each(|line| *counts.entry(line.trim()).or_default() -= 1);
        let lines = counts.into_iter().filter(|(_, count)| *count != 0).map(|(line, _)| line);
        let words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    names.into_iter().map(|name| (name.clone(), words(name))).filter(|(_, words)| !words.is_empty()).collect()
}
