//! What a change of the document does to those who call the SDK: other public items, or other code behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::{io, thread};

use keyapi_codegen::public_items::{self, ItemChange};
use keyapi_codegen::{Sdk, split, versions};
use keyapi_spec::diff::Side;
use keyapi_spec::{Diagnostic, Input};
use serde_json::Value;

use super::left_out::{Generated, LeftOut, generate};
use super::owners::Owners;
use super::targets::retargeted;
use crate::artefacts::list_public_items;
use crate::input::{Failure, failure};
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
    /// What is left out of either version.
    pub(crate) left_out: [LeftOut; 2],
    /// Why there is nothing to compare.
    pub(crate) nothing: Option<(Side, Diagnostic)>,
}

impl RustAxis {
    /// Compares what is generated from two resolved documents, as far as it is.
    pub(crate) fn of(platform: &Platform, old: &Generated<Value>, new: &Generated<Value>) -> Result<Self, Failure> {
        let (of_old, old, of_new, new) = match (old, new) {
            (Generated::Without(of_old, old), Generated::Without(of_new, new)) => (of_old, old, of_new, new),
            (Generated::Nothing(why), _) => return Ok(Self::nothing(Side::Old, why.clone())),
            (_, Generated::Nothing(why)) => return Ok(Self::nothing(Side::New, why.clone())),
        };
        let mut axis = Self { left_out: [of_old.clone(), of_new.clone()], ..Self::default() };
        let whole = (old, new);
        let (mut old, mut new) = versions::differing(old, new);
        if old == new {
            // The order of properties may decide which of them has a field.
            axis.items = retargeted(("", whole.0), ("", whole.1));
            return Ok(axis);
        }
        let (before, after) = thread::scope(|scope| {
            let before = scope.spawn(|| generate(&mut old, &platform.name));
            let after = generate(&mut new, &platform.name);
            (before.join().ok(), after)
        });
        let (before, after) = match (before, after) {
            (Some(Generated::Without(of_old, before)), Generated::Without(of_new, after)) => {
                axis.left_out[0].operations.extend(of_old.operations);
                axis.left_out[1].operations.extend(of_new.operations);
                (before, after)
            }
            (Some(Generated::Nothing(why)), _) => return Ok(Self::nothing(Side::Old, why)),
            (_, Generated::Nothing(why)) => return Ok(Self::nothing(Side::New, why)),
            (None, _) => return Err(io::Error::other("the generator ended without a word").into()),
        };
        let lists = [list_public_items(platform, &before)?, list_public_items(platform, &after)?];
        let pieces = |sdk: &Sdk| split::without_docs(sdk).and_then(|sdk| split::pieces(&sdk));
        let code = match (pieces(&before), pieces(&after)) {
            (Ok(before), Ok(after)) => changed_words(&before, &after),
            (Err(found), _) | (_, Err(found)) => return Err(failure(&Input::default(), &found)),
        };
        let [before, after] = &lists;
        axis.items = outermost(public_items::compare(before, after));
        axis.items.extend(retargeted((before, whole.0), (after, whole.1)));
        Ok(Self { code, owners: Owners::of([(before, &old), (after, &new)]), ..axis })
    }

    fn nothing(side: Side, why: Diagnostic) -> Self {
        Self { nothing: Some((side, why)), ..Self::default() }
    }

    /// Compares two lists of public items; nothing is known of the code behind them.
    pub(crate) fn of_lists(old: (&str, &Value), new: (&str, &Value)) -> Self {
        let mut items = outermost(public_items::compare(old.0, new.0));
        items.extend(retargeted(old, new));
        Self { items, owners: Owners::of([old, new]), ..Self::default() }
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
