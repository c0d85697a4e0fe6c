//! The merge of inputs into the vendored document, part by part.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, diff};
use super::parts::{Part, Parts, Place};
use super::{Incoming, Merged, moves, shape, tags};
use crate::diagnostic::Diagnostic;
use crate::source::{Node, Source};

/// How many characters of a value a message shows.
const SHOWN: usize = 60;

/// Merges files into the vendored document, or into a new one.
///
/// # Errors
///
/// Every place at which inputs, or an input and the vendored document, contradict each other.
pub fn merge(vendored: Option<&Source>, incoming: &[Incoming]) -> Result<Merged, Vec<Diagnostic>> {
    let mut files: Vec<&Incoming> = incoming.iter().collect();
    files.sort_by_key(|file| (file.source().name(), file.source().text()));
    let misshapen = vendored.map(shape::check).unwrap_or_default();
    if !misshapen.is_empty() {
        return Err(misshapen);
    }
    let moves = moves::find(vendored, &files)?;
    let moved = vendored.filter(|_| !moves.is_empty()).map(|vendored| moves::apply(vendored.root(), &moves));

    let mut merge = Merge::default();
    for file in &files {
        merge.add(file.source(), file.source().root(), Parts::of(file.source()));
    }
    let vendored = vendored.map(|vendored| (vendored, moved.as_ref().unwrap_or_else(|| vendored.root())));
    let old = vendored.map(|(source, root)| Parts::moved(source, root, &moves)).unwrap_or_default();
    if let Some((source, root)) = vendored {
        let kept = merge.kept(Parts::moved(source, root, &moves));
        merge.add(source, root, kept);
    }
    merge.require_what_applies_to_all();
    merge.order_tags();

    let (credits, contradictions) = credits(&files);
    let diagnostics: Vec<Diagnostic> = merge.conflicts.into_iter().chain(contradictions).collect();
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let origins = files.iter().rev().flat_map(|file| {
        file.operations().into_iter().map(|operation| (operation.to_string(), file.source().name().to_owned()))
    });
    let origins = origins.collect();
    let changes = changes(&old, &merge.parts);
    let unpriced = unpriced(&files, &credits);
    Ok(Merged { json: merge.parts.assemble().to_json(), changes, moves, credits, unpriced, origins })
}

/// The parts merged so far.
#[derive(Default)]
struct Merge<'a> {
    parts: Parts<'a>,
    documents: Vec<Contribution<'a>>,
    tag_orders: Vec<Vec<String>>,
    conflicts: Vec<Diagnostic>,
}

/// A document, and the paths for which operations are taken from it.
struct Contribution<'a> {
    source: &'a Source,
    root: &'a Node,
    paths: BTreeSet<String>,
}

impl<'a> Merge<'a> {
    fn add(&mut self, source: &'a Source, root: &'a Node, parts: Parts<'a>) {
        let operations = parts.leaves.keys().filter(|place| place.is_operation());
        let paths = operations.filter_map(Place::path).map(str::to_owned).collect();
        self.documents.push(Contribution { source, root, paths });
        for (place, part) in parts.leaves {
            unite(self.parts.leaves.entry(place), part, &mut self.conflicts);
        }
        for (name, tag) in parts.tags {
            unite(self.parts.tags.entry(name), tag, &mut self.conflicts);
        }
        self.parts.containers.extend(parts.containers);
        self.tag_orders.extend(parts.tag_order);
    }

    /// What stays of the vendored document: all but the operations that the inputs give anew.
    fn kept(&self, mut old: Parts<'a>) -> Parts<'a> {
        let is_given = |place: &Place| self.parts.leaves.contains_key(place);
        let others = old.leaves.keys().filter(|place| place.is_operation() && !is_given(place));
        let shared: BTreeSet<String> = others.filter_map(Place::path).map(str::to_owned).collect();
        let given: BTreeSet<String> = self.parts.leaves.keys().filter_map(Place::path).map(str::to_owned).collect();
        old.leaves.retain(|place, part| match (self.parts.leaves.get(place), place.path()) {
            (Some(new), Some(_)) if place.is_operation() => new.node.same(part.node),
            // What a path says for all its operations goes with the last of them.
            (_, Some(path)) if !place.is_operation() => shared.contains(path) || !given.contains(path),
            _ => true,
        });
        old
    }

    /// A document that lacks what another says for all operations would silently come under it.
    fn require_what_applies_to_all(&mut self) {
        for (place, part) in &self.parts.leaves {
            let lacking = self.documents.iter().filter(|document| match *place.names() {
                ["servers"] => !is_default_servers(part.node),
                ["security"] => !part.node.items().is_empty(),
                ["paths", path, "servers" | "parameters"] => {
                    !part.node.items().is_empty() && document.paths.contains(path)
                }
                _ => false,
            });
            let pointer = place.pointer();
            for document in lacking.filter(|document| document.root.pointer(&pointer).is_none()) {
                let message = format!("`{pointer}` is missing here, but given at {}", location(part, ""));
                self.conflicts.push(conflict(document.source, &pointer, message));
            }
        }
    }

    fn order_tags(&mut self) {
        if !self.tag_orders.is_empty() {
            self.parts.tag_order = Some(tags::order(&self.tag_orders));
        }
    }
}

/// Adds a part, which must be the same as the one that is there already.
fn unite<'a, K: Ord>(entry: Entry<'_, K, Part<'a>>, part: Part<'a>, conflicts: &mut Vec<Diagnostic>) {
    let mut entry = match entry {
        Entry::Occupied(entry) => entry,
        Entry::Vacant(entry) => {
            entry.insert(part);
            return;
        }
    };
    if !entry.get().node.same(part.node) {
        conflicts.push(difference(entry.get(), &part));
    } else if part.node.to_string() < entry.get().node.to_string() {
        // The order of properties must not depend on the order of the inputs either.
        entry.insert(part);
    }
}

fn is_default_servers(servers: &Node) -> bool {
    match servers.items() {
        [] => true,
        [server] => server.properties().len() == 1 && server.get("url").and_then(Node::as_str) == Some("/"),
        _ => false,
    }
}

fn conflict(source: &Source, pointer: &str, message: String) -> Diagnostic {
    let help = "make both sides the same; if the provider has changed it everywhere, import all pages into a new file";
    source.place(Diagnostic::error("import-conflict", pointer, message).help(help))
}

/// Shows both sides of the first thing that differs.
fn difference(here: &Part<'_>, there: &Part<'_>) -> Diagnostic {
    let changes = diff(there.node, here.node, "");
    let first = changes.first();
    let inner = first.map_or("", |change| &change.pointer);
    let (new, old) = first.map_or((None, None), |change| (change.new.as_deref(), change.old.as_deref()));
    let at = equal_start(new.unwrap_or_default(), old.unwrap_or_default());
    let shown = |side: Option<&str>| side.map_or_else(|| "missing".to_owned(), |text| clip(text, at));
    let (new, old) = (shown(new), shown(old));
    let more = match changes.len() {
        0 | 1 => String::new(),
        2 => "; one more thing differs".to_owned(),
        count => format!("; {} more things differ", count - 1),
    };
    let pointer = format!("{}{inner}", here.pointer);
    let message = format!("`{pointer}` is {new} here, but {old} at {}{more}", location(there, inner));
    conflict(here.source, &pointer, message)
}

fn location(part: &Part<'_>, inner: &str) -> String {
    let place = part.source.locate(&format!("{}{inner}", part.pointer));
    format!("{}:{}:{}", part.source.name(), place.line, place.column)
}

/// How many characters two texts start with alike.
fn equal_start(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

/// The part of a text around a character.
fn clip(text: &str, at: usize) -> String {
    const BEFORE: usize = 20;
    let start = if at < SHOWN - BEFORE { 0 } else { at - BEFORE };
    let shown: String = text.chars().skip(start).take(SHOWN).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if text.chars().nth(start + SHOWN).is_some() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

fn credits(files: &[&Incoming]) -> (BTreeMap<String, u64>, Vec<Diagnostic>) {
    let mut credits: BTreeMap<String, (u64, &Source)> = BTreeMap::new();
    let mut conflicts = Vec::new();
    for file in files {
        let Incoming::Page(page) = file else { continue };
        let Some(cost) = page.credits() else { continue };
        let operation = page.operation();
        match credits.get(&operation.to_string()) {
            Some((other, source)) if *other != cost => {
                let message = format!("the cost of {operation} is {cost} here, but {other} in {}", source.name());
                conflicts.push(conflict(page.source(), &operation.pointer, message));
            }
            _ => {
                credits.insert(operation.to_string(), (cost, page.source()));
            }
        }
    }
    (credits.into_iter().map(|(operation, (cost, _))| (operation, cost)).collect(), conflicts)
}

/// The operations of pages none of which says what a request costs.
fn unpriced(files: &[&Incoming], credits: &BTreeMap<String, u64>) -> BTreeSet<String> {
    let operation =
        |file: &&Incoming| if let Incoming::Page(page) = file { Some(page.operation().to_string()) } else { None };
    files.iter().filter_map(operation).filter(|operation| !credits.contains_key(operation)).collect()
}

fn changes(old: &Parts<'_>, new: &Parts<'_>) -> Vec<Change> {
    let places: BTreeSet<&Place> = old.leaves.keys().chain(new.leaves.keys()).collect();
    let mut changes = Vec::new();
    let order = new.tag_order.iter().flatten().enumerate();
    let added = order.filter(|(_, name)| !old.tags.contains_key(*name));
    for (index, name) in added {
        changes.push(Change::new(format!("/tags/{index}"), None, new.tags.get(name).map(|tag| tag.node)));
    }
    for place in places {
        let sides = (old.leaves.get(place), new.leaves.get(place));
        match sides {
            (Some(old), Some(new)) => changes.extend(diff(old.node, new.node, &place.pointer())),
            (old, new) => {
                let (old, new) = (old.map(|part| part.node), new.map(|part| part.node));
                changes.push(Change::new(place.pointer(), old, new));
            }
        }
    }
    changes
}
