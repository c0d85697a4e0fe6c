//! A comparison on its way: the two documents, and the changes that were found so far.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Change, Direction, Effect, Guard, Side};
use super::place::Place;
use super::schema::Schema;
use super::security_schemes::Schemes;
use super::unchanged::Unchanged;
use crate::diagnostic::join;
use crate::document::OperationKey;

/// What a change is at: a value of one of the documents.
#[derive(Clone, Copy, Debug)]
pub(super) enum At<'a> {
    Old(&'a Value),
    New(&'a Value),
}

/// A change whose pointer is not yet known.
#[derive(Debug)]
pub(super) struct Unlocated<'a> {
    pub(super) change: Change,
    at: At<'a>,
}

/// Two schemas in the same place.
pub(super) type Task<'a> = (Place, Schema<'a>, Schema<'a>);

/// Two schemas by the addresses of their parts, and what else decides what is found.
pub(super) type Schemas = (Vec<*const Value>, Vec<*const Value>, u8);

/// The two documents, and what was found.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    /// Seconds since 1970.
    pub(super) now: u64,
    pub(super) found: Vec<Unlocated<'a>>,
    /// Schemas that are still to be compared.
    pub(super) pending: VecDeque<Task<'a>>,
    /// Schemas of this message that were compared already, for a message may hold itself.
    pub(super) seen: HashSet<Schemas>,
    /// Those of them that only the innermost proof has seen.
    pub(super) visited: Vec<Schemas>,
    /// How many comparisons inside comparisons this is in: nothing that is found there is a change by itself.
    pub(super) proofs: usize,
    /// What the innermost of them has proved so far.
    pub(super) proved: Effect,
    /// What was said already of texts and examples.
    pub(super) noted: HashSet<(*const Value, *const Value, &'static str)>,
    pub(super) unchanged: Unchanged<'a>,
    pub(super) schemes: Schemes<'a>,
    /// How many schemas may still be compared in proofs, so that no document makes them go on for ever.
    pub(super) effort: usize,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value, now: u64) -> Self {
        Self {
            old,
            new,
            now,
            found: Vec::new(),
            pending: VecDeque::new(),
            seen: HashSet::new(),
            visited: Vec::new(),
            proofs: 0,
            noted: HashSet::new(),
            unchanged: Unchanged::of(old, new),
            schemes: Schemes::of(old, new),
            proved: Effect::None,
            effort: 300_000,
        }
    }

    /// Adds a change of an operation, or of the whole document.
    pub(super) fn add(&mut self, at: At<'a>, change: Change) {
        self.found.push(Unlocated { change, at });
    }

    /// The changes with their pointers.
    pub(super) fn finish(self) -> Vec<Change> {
        let mut pointers = Pointers::default();
        for found in &self.found {
            match found.at {
                At::Old(value) => pointers.old.insert(value, None),
                At::New(value) => pointers.new.insert(value, None),
            };
        }
        fill(self.old, &mut pointers.old);
        fill(self.new, &mut pointers.new);
        let place = |Unlocated { change, at }| {
            let (side, pointer) = match at {
                At::Old(value) => (Side::Old, pointers.old.get(&std::ptr::from_ref(value))),
                At::New(value) => (Side::New, pointers.new.get(&std::ptr::from_ref(value))),
            };
            Change { side, pointer: pointer.cloned().flatten().unwrap_or_default(), ..change }
        };
        self.found.into_iter().map(place).collect()
    }
}

/// Pointers of the values that changes are at, by the addresses of the values. To find them in one go at the end is
/// cheaper than to know the way to every value that is compared.
#[derive(Default)]
struct Pointers {
    old: HashMap<*const Value, Option<String>>,
    new: HashMap<*const Value, Option<String>>,
}

fn fill(document: &Value, wanted: &mut HashMap<*const Value, Option<String>>) {
    let mut left = if wanted.is_empty() { Vec::new() } else { vec![(document, Rc::new(Pointer::Root))] };
    while let Some((value, way)) = left.pop() {
        if let Some(pointer) = wanted.get_mut(&std::ptr::from_ref(value)) {
            *pointer = Some(way.pointer());
        }
        match value {
            Value::Object(properties) => {
                left.extend(
                    properties.iter().map(|(name, property)| (property, Rc::new(Pointer::Key(Rc::clone(&way), name)))),
                );
            }
            Value::Array(elements) => {
                let elements = elements.iter().enumerate();
                left.extend(
                    elements.map(|(index, element)| (element, Rc::new(Pointer::Index(Rc::clone(&way), index)))),
                );
            }
            _ => {}
        }
    }
}

/// The way to a value. Documents are nested no deeper than can be parsed.
enum Pointer<'a> {
    Root,
    Key(Rc<Pointer<'a>>, &'a str),
    Index(Rc<Pointer<'a>>, usize),
}

impl Pointer<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(outer, name) => join(&outer.pointer(), name),
            Self::Index(outer, index) => join(&outer.pointer(), &index.to_string()),
        }
    }
}

/// A change that is being put together.
pub(super) struct Draft {
    change: Change,
}

impl Draft {
    /// A change that says nothing of messages.
    pub(super) fn note(
        operation: Option<&Rc<OperationKey>>,
        id: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let mut change = Change::of_input(&id.into(), "", message.into());
        change.operation = operation.map(|key| OperationKey::clone(key));
        change.subject = String::new();
        Self { change }
    }

    /// A change of messages.
    pub(super) fn wire(
        operation: Option<&Rc<OperationKey>>,
        direction: Direction,
        id: impl Into<String>,
        effect: Effect,
        message: impl Into<String>,
    ) -> Self {
        let mut draft = Self::note(operation, id, message);
        draft.change.direction = Some(direction);
        draft.change.effect = effect;
        draft
    }

    pub(super) fn place(mut self, place: impl ToString) -> Self {
        self.change.place = place.to_string();
        self
    }

    pub(super) fn guard(mut self, guard: Option<Guard>) -> Self {
        self.change.guard = guard;
        self
    }

    pub(super) fn effect(mut self, effect: Effect) -> Self {
        self.change.effect = effect;
        self
    }

    pub(super) fn details(mut self, details: Vec<String>) -> Self {
        self.change.details = details;
        self
    }

    /// What tells the change from others of the same rule in the same place.
    pub(super) fn subject(mut self, subject: impl ToString) -> Self {
        self.change.subject = subject.to_string();
        self
    }

    pub(super) fn change(self) -> Change {
        self.change
    }
}
