//! Joins the two axes: every change of the document with what it does to callers of the SDK.

use std::collections::BTreeSet;

use keyapi_codegen::RustNames;
use keyapi_codegen::public_items::{Effect, ItemChange};
use keyapi_spec::Naming;
use keyapi_spec::diff::{Change, Direction, Level, Policy, Side};
use keyapi_spec::document::OperationKey;
use keyapi_spec::document::reference::unescape;
use serde_json::Value;

use super::rust_axis::RustAxis;

/// A change on both axes.
pub(crate) struct Reported {
    /// The change on the wire, or of an item that no change on the wire explains.
    pub(crate) change: Change,
    /// How bad it is to the project.
    pub(crate) level: Level,
    /// Whether the project accepted it.
    pub(crate) accepted: bool,
    /// What it does to callers of the SDK.
    pub(crate) rust: Effect,
    /// The public items that it changes, but for those that other changes list.
    pub(crate) items: Vec<ItemChange>,
    /// The positions of the changes that list the rest of them: where several explain an item as well as one another, the
    /// first of them has it.
    pub(crate) items_at: BTreeSet<usize>,
}

/// The items that a change explains.
#[derive(Default)]
struct Explained {
    items: Vec<ItemChange>,
    items_at: BTreeSet<usize>,
    rust: Option<Effect>,
}

/// What changed between two versions.
pub(crate) struct Report {
    /// The changes: those on the wire as the differ has them, and then those of items alone.
    pub(crate) changes: Vec<Reported>,
}

/// The documents that the pointers of changes lead into.
pub(crate) struct Documents<'a> {
    pub(crate) old: &'a Value,
    pub(crate) new: &'a Value,
}

impl Report {
    /// Gives every item to the change that explains it best, and has a change of its own made of what none explains.
    pub(crate) fn new(changes: Vec<Change>, axis: RustAxis, documents: &Documents<'_>, policy: &Policy) -> Self {
        let places: Vec<Place> = changes.iter().map(|change| Place::of(change, documents, &axis)).collect();
        let mut explained: Vec<Explained> = changes.iter().map(|_| Explained::default()).collect();
        let mut alone = Vec::new();
        for item in &axis.items {
            let subject = Subject::of(item, &axis);
            let scores: Vec<u32> = places.iter().map(|place| place.explains(&subject)).collect();
            let best = scores.iter().copied().max().unwrap_or_default();
            let mut found = scores.iter().enumerate().filter(|(_, score)| best > 0 && **score == best);
            let Some((first, _)) = found.next() else {
                alone.extend(of_item(item, &subject, &axis));
                continue;
            };
            for (index, _) in found {
                explained[index].items_at.insert(first);
                explained[index].rust = explained[index].rust.max(Some(item.effect));
            }
            explained[first].rust = explained[first].rust.max(Some(item.effect));
            explained[first].items.push(item.clone());
        }
        let joined = changes.into_iter().zip(places).zip(explained).map(|((change, place), explained)| {
            let Explained { items, items_at, rust } = explained;
            let rust = match rust {
                Some(effect) => effect,
                None if place.is_in_code(&change, &axis) => Effect::Internal,
                None => Effect::None,
            };
            Reported { level: policy.level(&change), accepted: policy.accepts(&change), change, rust, items, items_at }
        });
        let alone = alone.into_iter().map(|(change, item)| {
            let law = if item.effect == Effect::Breaking { Level::Error } else { Level::Info };
            let level = policy.levels.get(&change.id).map_or(law, |decision| decision.level);
            let (rust, accepted) = (item.effect, policy.accepts(&change));
            Reported { level, accepted, change, rust, items: vec![item], items_at: BTreeSet::new() }
        });
        Self { changes: joined.chain(alone.collect::<Vec<_>>()).collect() }
    }

    /// The fingerprints of the changes that list items of a change, which does not list them again.
    pub(crate) fn listing<'a>(&'a self, change: &'a Reported) -> impl Iterator<Item = String> + 'a {
        change.items_at.iter().filter_map(|at| Some(self.changes.get(*at)?.change.fingerprint()))
    }

    /// How many changes there are of a level, but for those that were accepted.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.changes.iter().filter(|change| change.level == level && !change.accepted).count()
    }

    /// The worst level, but for what was accepted.
    pub(crate) fn worst(&self) -> Option<Level> {
        self.changes.iter().filter(|change| !change.accepted).map(|change| change.level).max()
    }

    /// The items that changed, each once, with the worst of what was found of it.
    pub(crate) fn items(&self) -> Vec<&ItemChange> {
        let mut seen = BTreeSet::new();
        let items = self.changes.iter().flat_map(|change| &change.items);
        items.filter(|item| seen.insert((&item.before, &item.after))).collect()
    }
}

/// The change that an item is, where none on the wire explains it.
fn of_item(item: &ItemChange, subject: &Subject<'_>, axis: &RustAxis) -> Option<(Change, ItemChange)> {
    let (id, message) = match (&item.before, &item.after) {
        (Some(before), None) => ("public-item-removed", format!("`{before}` is gone")),
        (None, Some(after)) => ("public-item-added", format!("`{after}` is new")),
        (Some(before), Some(after)) => ("public-item-changed", format!("`{before}` becomes `{after}`")),
        (None, None) => return None,
    };
    let mut change = Change::of_input(id, "", message);
    let requests: BTreeSet<&String> = subject.owners.iter().map(|(request, _)| request).collect();
    if let (Some(request), 1) = (requests.first(), requests.len()) {
        let operation = axis.owners.operation(request).and_then(|operation| operation.split_once(' '));
        change.operation = operation.map(|(method, path)| OperationKey::new(path, &method.to_lowercase()));
    }
    change.side = if item.after.is_some() { Side::New } else { Side::Old };
    change.pointer = axis.owners.place(change.side, item.path()).unwrap_or_default().to_owned();
    Some((change, item.clone()))
}

/// An item that changed, and where it belongs.
struct Subject<'a> {
    item: &'a ItemChange,
    owners: BTreeSet<(String, Option<Direction>)>,
}

impl<'a> Subject<'a> {
    fn of(item: &'a ItemChange, axis: &RustAxis) -> Self {
        Self { item, owners: axis.owners.of_item(item.path()) }
    }
}

/// Where a change is, in the words of the SDK.
struct Place {
    /// The request types of its operation; nothing where it is about the whole document.
    requests: BTreeSet<String>,
    /// The parameter or the property that it is about.
    name: Option<String>,
    direction: Option<Direction>,
    /// Whether it is about messages.
    is_wire: bool,
}

impl Place {
    fn of(change: &Change, documents: &Documents<'_>, axis: &RustAxis) -> Self {
        let document = if change.side == Side::Old { documents.old } else { documents.new };
        let operation = change.operation.as_ref().map(ToString::to_string).unwrap_or_default();
        Self {
            requests: axis.owners.request_types(&operation).cloned().collect(),
            name: name(document, &change.pointer),
            direction: change.direction,
            is_wire: change.is_wire(),
        }
    }

    /// How well the change explains that of an item; 0 where it does not.
    fn explains(&self, subject: &Subject<'_>) -> u32 {
        let sides = subject.owners.iter().filter(|(request, _)| self.requests.contains(request));
        let sides: Vec<Option<Direction>> = sides.map(|(_, direction)| *direction).collect();
        if sides.is_empty() {
            return 0;
        }
        let is_side = sides.iter().any(|side| side.is_none() || self.direction.is_none() || *side == self.direction);
        let segments: Vec<&str> = subject.item.path().split("::").skip(1).collect();
        let named = match (&self.name, segments.as_slice()) {
            (Some(name), [.., last]) if is_called(last, name) => 3,
            (Some(name), ["params", of, ..]) if is_called(of, name) => 3,
            // The types inside of what a property holds are called after it.
            (Some(name), ["types", of, ..]) if squeeze(of).contains(&squeeze(name)) => 2,
            _ => 0,
        };
        1 + u32::from(self.is_wire) + 2 * u32::from(is_side) + 4 * named
    }

    /// Whether it makes a difference to code that callers do not see.
    fn is_in_code(&self, change: &Change, axis: &RustAxis) -> bool {
        let is_owned = |piece: &str| axis.owners.of_piece(piece).iter().any(|request| self.requests.contains(request));
        let mut pieces = axis.code.iter().filter(|(piece, _)| is_owned(piece));
        match &self.name {
            Some(name) => {
                let names = [RustNames.field(name).into_owned(), RustNames.method(name), name.clone()];
                pieces.any(|(_, words)| names.iter().any(|name| words.contains(name)))
            }
            None if self.is_wire => pieces.any(|(piece, _)| piece.starts_with("operation__")),
            None => change.id == "credits-changed" && pieces.any(|(_, words)| words.contains("with_credits")),
        }
    }
}

/// The name of the parameter or the property that a pointer leads to, or into.
fn name(document: &Value, pointer: &str) -> Option<String> {
    let tokens: Vec<&str> = pointer.split('/').collect();
    (1..tokens.len()).rev().find_map(|index| match tokens[index - 1] {
        "properties" => Some(unescape(tokens[index])),
        "parameters" => {
            let parameter = document.pointer(&tokens[..=index].join("/"))?;
            let parameter = keyapi_spec::document::resolve(document, parameter)?;
            parameter.get("name").and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    })
}

/// Whether an identifier is what becomes of a name.
fn is_called(identifier: &str, name: &str) -> bool {
    identifier == RustNames.field(name) || identifier == RustNames.method(name) || squeeze(identifier) == squeeze(name)
}

/// A name without what languages write it differently by.
pub(super) fn squeeze(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
