//! Which operations cannot be generated, so that nothing can be said of those who call them.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use keyapi_codegen::{RustNames, Sdk, sdk};
use keyapi_spec::diff::{Change, Effect, Side};
use keyapi_spec::document::uses::Uses;
use keyapi_spec::document::{OperationKey, operations};
use keyapi_spec::pipeline::Resolved;
use keyapi_spec::{Diagnostic, Input};
use serde_json::Value;

/// What is left out of one version.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeftOut {
    /// The operations, each with why.
    pub(crate) operations: BTreeMap<String, (OperationKey, Diagnostic)>,
    /// Pointers to the operations, and to components that nothing is left of.
    pointers: BTreeSet<String>,
}

impl LeftOut {
    /// Leaves out what has to do with errors. False where that is nothing more than before.
    fn add(&mut self, document: &Value, errors: &[Diagnostic]) -> bool {
        let before = self.pointers.len();
        let uses = LazyCell::new(|| Uses::of(document));
        let keys: HashMap<String, OperationKey> =
            operations(document).into_iter().map(|key| (key.pointer.clone(), key)).collect();
        for error in errors.iter().filter(|found| found.is_error()) {
            for node in uses.owners(&error.pointer) {
                if let Some(key) = keys.get(&node) {
                    self.operations.entry(key.to_string()).or_insert_with(|| (key.clone(), error.clone()));
                }
                self.pointers.insert(node);
            }
        }
        self.pointers.len() > before
    }
}

/// What is generated of a document, and what had to be left out.
pub(crate) enum Generated<T> {
    /// All but what is left out.
    Without(LeftOut, T),
    /// Nothing, for an error that has to do with no operation alone.
    Nothing(Diagnostic),
}

/// Resolves a document for the generator.
///
/// # Errors
///
/// What makes it no document at all.
pub(crate) fn resolve(input: &Input, published: &Value) -> Result<Generated<Resolved>, Vec<Diagnostic>> {
    let mut left_out = LeftOut::default();
    loop {
        let pointers: Vec<&str> = left_out.pointers.iter().map(String::as_str).collect();
        let found = match input.resolve_without(&RustNames, &pointers) {
            Ok(resolved) => return Ok(Generated::Without(left_out, resolved)),
            Err(found) => found,
        };
        let name = input.spec().map_or("", |spec| spec.name());
        let (own, others): (Vec<_>, Vec<_>) =
            found.iter().filter(|found| found.is_error()).cloned().partition(|found| found.file == name);
        let is_inside =
            |found: &Diagnostic| ["/paths/", "/components/"].iter().any(|part| found.pointer.starts_with(part));
        match own.iter().find(|found| is_inside(found)) {
            Some(_) if others.is_empty() && left_out.add(published, &own) => {}
            Some(first) if others.is_empty() => return Ok(Generated::Nothing(first.clone())),
            _ => return Err(found),
        }
    }
}

/// Generates the SDK of a resolved document, from which it takes out what cannot be.
pub(crate) fn generate(document: &mut Value, platform: &str) -> Generated<Sdk> {
    let mut left_out = LeftOut::default();
    loop {
        let found = match sdk(document, platform) {
            Ok(sdk) => return Generated::Without(left_out, sdk),
            Err(found) => found,
        };
        if !left_out.add(document, &found) {
            let unknown = || Diagnostic::error("generator", "", "the generator gives nothing");
            return Generated::Nothing(found.into_iter().find(Diagnostic::is_error).unwrap_or_else(unknown));
        }
        for key in left_out.operations.values().map(|(key, _)| key) {
            let item = document.get_mut("paths").and_then(|paths| paths.get_mut(&key.path));
            if let Some(item) = item.and_then(Value::as_object_mut) {
                item.shift_remove(&key.method);
            }
        }
    }
}

/// The changes that say what is left out. Of an operation that is the same in both versions, there is nothing to be said.
pub(crate) fn notes(old: &LeftOut, new: &LeftOut, changes: &[Change]) -> Vec<Change> {
    let changed: BTreeSet<String> =
        changes.iter().filter_map(|change| Some(change.operation.as_ref()?.to_string())).collect();
    let mut notes = Vec::new();
    for (side, own, other) in [(Side::Old, old, new), (Side::New, new, old)] {
        let told = own.operations.iter().filter(|(operation, _)| {
            !other.operations.contains_key(*operation) || side == Side::New && changed.contains(*operation)
        });
        notes.extend(told.map(|(operation, (key, why))| {
            let of = match (side, other.operations.contains_key(operation)) {
                (_, true) => "both documents",
                (Side::Old, _) => "the old document",
                (Side::New, _) => "the new document",
            };
            let message = format!(
                "the operation cannot be generated from {of}, and the SDK is compared without it: {}",
                why.message
            );
            let mut change = note("operation-not-generated", side, &why.pointer, message);
            change.operation = Some(key.clone());
            change
        }));
    }
    notes
}

/// The change that says that there is no SDK to be compared.
pub(crate) fn nothing(side: Side, why: &Diagnostic) -> Change {
    let of = if side == Side::Old { "the old document" } else { "the new document" };
    let message = format!("nothing can be generated from {of}, and nothing is said of callers: {}", why.message);
    note("sdk-not-generated", side, &why.pointer, message)
}

fn note(id: &str, side: Side, pointer: &str, message: String) -> Change {
    let mut change = Change::of_input(id, pointer, message);
    (change.side, change.effect) = (side, Effect::Unknown);
    change
}
