//! Human corrections: OpenAPI Overlay 1.0 documents.
//!
//! Targets are RFC 9535 JSONPath, and stand for a set of distinct places, each of them an object or an array. An action
//! that matches nothing is an error, because the correction it stands for has silently stopped to apply; an action that
//! changes nothing is a warning, because the document now says so itself.

mod action;
mod extensions;
mod path;
#[cfg(feature = "pipeline")]
pub mod proposal;
#[cfg(feature = "pipeline")]
pub mod skip;
#[cfg(feature = "pipeline")]
pub(crate) mod unsettled;

use std::collections::HashMap;

use serde_json::Value;
use serde_json_path::NormalizedPath;

use crate::document::extension;
use crate::document::outline::PathPattern;
use crate::document::reference::unescape;
use crate::document::remove;
use crate::schema::json_type::noun;
use crate::{Diagnostic, Source};
use action::{Action, Change};
pub(crate) use path::readable as target;

/// When an action is applied; an action says so in `x-stage`, and `document` is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `x-stage: document`: to the document as it was published.
    Document,
    /// `x-stage: inferred`: to the schemas that inference made, which a target cannot reach before.
    Inferred,
}

/// The code of what is said about an action that matches nothing.
pub(crate) const NO_MATCH: &str = "overlay-no-match";

/// Which actions set what in a document, as noted when they were applied: afterwards a target may lead elsewhere.
#[derive(Default)]
pub(crate) struct Setters {
    /// The updates in the order in which they were applied.
    updates: Vec<Applied>,
    /// The positions of the updates by their targets as JSON pointers.
    by_target: HashMap<String, Vec<usize>>,
}

/// An update that was applied.
struct Applied {
    /// JSON pointer to the update in the overlay.
    pointer: String,
    /// How many targets it had.
    targets: usize,
}

/// The action that sets a property.
pub(crate) struct Setter {
    /// JSON pointer to the property in the overlay.
    pub(crate) pointer: String,
    /// How many targets the action has.
    pub(crate) targets: usize,
}

impl Setters {
    /// Applies as [`apply`] does, and notes the updates.
    pub(crate) fn apply(&mut self, document: &mut Value, overlay: &Value, stage: Stage) -> Vec<Diagnostic> {
        let (actions, mut diagnostics) = action::read(overlay);
        let of_stage = actions.iter().filter(|action| action.stage == stage);
        diagnostics.extend(of_stage.filter_map(|action| action.apply(document, self)));
        diagnostics.extend(extensions::check(self, document, overlay));
        diagnostics
    }

    fn note(&mut self, action: &Action<'_>, targets: Vec<String>) {
        if matches!(action.change, Change::Update(_)) {
            let (pointer, index) = (format!("{}/update", action.pointer), self.updates.len());
            self.updates.push(Applied { pointer, targets: targets.len() });
            targets.into_iter().for_each(|target| self.by_target.entry(target).or_default().push(index));
        }
    }

    /// Gives a diagnostic of the code about what an action set its place in the overlay.
    pub(crate) fn place(&self, found: Diagnostic, overlay: Option<&Source>, code: &str) -> Diagnostic {
        let overlay = overlay.filter(|_| found.code == code);
        match overlay.and_then(|overlay| Some((self.find(&found.pointer, overlay)?, overlay))) {
            Some((Setter { pointer, .. }, overlay)) => overlay.place(Diagnostic { pointer, ..found }),
            None => found,
        }
    }

    /// The last action of `overlay` that gives the property at a JSON pointer its value.
    pub(crate) fn find(&self, property: &str, overlay: &Source) -> Option<Setter> {
        let above = property.match_indices('/').map(|(at, _)| property.split_at(at));
        let setting = above.flat_map(|(target, rest)| {
            self.by_target.get(target).into_iter().flatten().map(move |index| (*index, rest))
        });
        let setting = setting.map(|(index, rest)| (index, format!("{}{rest}", self.updates[index].pointer)));
        let setting = setting.filter(|(_, pointer)| overlay.root().pointer(pointer).is_some());
        let (index, pointer) = setting.max_by_key(|(index, _)| *index)?;
        Some(Setter { pointer, targets: self.updates[index].targets })
    }
}

/// Applies the actions of `overlay` that belong to `stage` to `document`, one after the other.
///
/// The pointers of the diagnostics lead into the overlay. The document is left half changed where one of them is an
/// error, so the caller has to drop it.
pub fn apply(document: &mut Value, overlay: &Value, stage: Stage) -> Vec<Diagnostic> {
    Setters::default().apply(document, overlay, stage)
}

/// The ways to all that the actions of `stage` look at or change, each action as the ones before it leave the document.
pub(crate) fn ways(overlay: &Value, stage: Stage) -> Vec<PathPattern> {
    let (actions, _) = action::read(overlay);
    actions.iter().filter(|action| action.stage == stage).flat_map(Action::ways).collect()
}

/// The action that gives a property of the document another value, as an overlay spells it; `value` is JSON.
pub fn action(document: &Value, pointer: &str, value: &str) -> String {
    let (parent, property) = pointer.rsplit_once('/').unwrap_or_default();
    let target = Value::String(path::of(document, parent));
    let property = Value::String(unescape(property));
    format!("{{\"target\": {target}, \"update\": {{{property}: {value}}}}}")
}

/// The action that takes a property out of the document.
pub fn removal(document: &Value, pointer: &str) -> String {
    format!("{{\"target\": {}, \"remove\": true}}", Value::String(path::of(document, pointer)))
}

impl Action<'_> {
    fn apply(&self, document: &mut Value, setters: &mut Setters) -> Option<Diagnostic> {
        let targets = match self.targets(document) {
            Ok(targets) => targets,
            Err(error) => return Some(error),
        };
        let mut changed = false;
        // From the last to the first, and so from the inside out: no change moves what is still to be changed.
        for target in targets.iter().rev() {
            changed |= match self.change {
                Change::Nothing => false,
                Change::Remove => remove(document, target),
                Change::Update(update) => document.pointer_mut(target).is_some_and(|node| update_node(node, update)),
            };
        }
        setters.note(self, targets);
        (!changed).then(|| {
            let message = format!("the action on `{}` changes nothing", self.target);
            Diagnostic::warning("overlay-no-change", &self.pointer, message)
                .help("the document says so itself: remove the action")
        })
    }

    /// The ways to what the action is about.
    fn ways(&self) -> Vec<PathPattern> {
        let (mut steps, is_whole) = path::beginning(self.target);
        match self.change {
            // Of what is merged into, only what the update has matters.
            Change::Update(update) if is_whole && update.is_object() => {
                let mut ways = vec![PathPattern { steps: steps.clone(), is_deep: false }];
                updated(update, &mut steps, &mut ways);
                ways
            }
            _ => vec![PathPattern { steps, is_deep: true }],
        }
    }

    /// JSON pointers of what the action is about, in order and each once: the nodes of a JSONPath may come several times
    /// and in any order.
    fn targets(&self, document: &Value) -> Result<Vec<String>, Diagnostic> {
        let nodes = self.path.query_located(document).dedup();
        if nodes.is_empty() {
            let message = format!("`{}` matches nothing in the document", self.target);
            return Err(Diagnostic::error(NO_MATCH, format!("{}/target", self.pointer), message)
                .help("the document has changed: correct the target, or remove the action"));
        }
        for node in nodes.iter() {
            self.check(node.node(), &node.location().to_json_pointer())?;
        }
        Ok(nodes.locations().map(NormalizedPath::to_json_pointer).collect())
    }

    /// Whether the action can be carried out on a node of the document, which stands at `place`.
    fn check(&self, node: &Value, place: &str) -> Result<(), Diagnostic> {
        let target = self.target;
        let (at, message, help) = match (node, self.change) {
            (Value::Object(_) | Value::Array(_), Change::Remove) if place.is_empty() => {
                let message = format!("`{target}` is the whole document, which cannot be removed");
                ("remove", message, "a target has to be in an object or an array to be removed")
            }
            (Value::Object(_), Change::Update(update)) if !update.is_object() => {
                let message = format!("{} cannot be merged into the object at `{place}`", noun(update));
                ("update", message, "the update of an object is an object with the properties to set")
            }
            (Value::Object(_) | Value::Array(_), _) => return Ok(()),
            (other, _) => {
                let message =
                    format!("`{target}` leads to {} at `{place}`, and has to lead to objects or arrays", noun(other));
                ("target", message, "make what contains it the target: `update` gives a property its new value")
            }
        };
        Err(Diagnostic::error("overlay-invalid", format!("{}/{at}", self.pointer), message).help(help))
    }
}

/// Adds the ways to what an update gives values to.
fn updated(update: &Value, steps: &mut Vec<Option<String>>, ways: &mut Vec<PathPattern>) {
    match update {
        Value::Object(properties) if !properties.is_empty() => {
            for (name, property) in properties {
                steps.push(Some(name.clone()));
                updated(property, steps, ways);
                steps.pop();
            }
        }
        _ => ways.push(PathPattern { steps: steps.clone(), is_deep: true }),
    }
}

/// Merges `update` into an object or appends it to an array.
fn update_node(node: &mut Value, update: &Value) -> bool {
    if let Value::Array(elements) = node {
        elements.push(update.clone());
        return true;
    }
    merge(node, update)
}

/// Merges as the specification says: objects property by property, arrays by concatenation, anything else by replacement.
fn merge(node: &mut Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(properties), Value::Object(updates)) => {
            let mut changed = false;
            for (key, update) in updates {
                match properties.get_mut(key) {
                    Some(property) => changed |= merge(property, update),
                    None => {
                        properties.insert(key.clone(), update.clone());
                        changed = true;
                    }
                }
            }
            // What a person corrected is declared from then on.
            if changed {
                properties.shift_remove(extension::INFERRED);
            }
            changed
        }
        (Value::Array(elements), Value::Array(updates)) => {
            elements.extend(updates.iter().cloned());
            !updates.is_empty()
        }
        (node, update) => {
            let changed = node != update;
            *node = update.clone();
            changed
        }
    }
}
