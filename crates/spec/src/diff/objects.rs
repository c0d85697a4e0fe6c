//! The properties of objects: which there are, which have to be there, and what the others may be.

use std::collections::HashSet;

use serde_json::Value;

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison};
use super::ids;
use super::lifecycle::Announcement;
use super::place::{Place, Scope};
use super::schema::Schema;
use super::walk::{at, at_keyword, guard};

/// A property of one of the two schemas, as far as messages of one direction have it.
struct Property<'a> {
    schema: Schema<'a>,
    guard: Option<Guard>,
    is_required: bool,
}

impl<'a> Comparison<'a> {
    pub(super) fn object(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        let names = new.property_names();
        let known: HashSet<&str> = names.iter().copied().collect();
        let gone = old.property_names().into_iter().filter(|name| !known.contains(name));
        // A name that is only required is a property, too.
        let required = [old, new].map(|schema| schema.all("required").filter_map(Value::as_array).flatten());
        let mut left: Vec<&str> = names.iter().copied().chain(gone).collect();
        let mut listed: HashSet<&str> = left.iter().copied().collect();
        left.extend(required.into_iter().flatten().filter_map(Value::as_str).filter(|name| listed.insert(name)));
        for name in left {
            self.property(place, name, old, new);
        }
        self.additional(place, old, new);
    }

    fn property(&mut self, outer: &Place, name: &str, old: &Schema<'a>, new: &Schema<'a>) {
        let mut place = outer.property(name);
        let property = |document: &'a Value, object: &Schema<'a>| {
            let schema = object.property(document, name)?;
            let guard = guard(&place, &schema);
            Some(Property { schema, guard, is_required: object.requires(name) })
        };
        match (property(self.old, old), property(self.new, new)) {
            (Some(one), Some(other)) => {
                if one.guard.is_some() && other.guard.is_some() {
                    place.guard = one.guard;
                }
                self.access(&place, &one, &other);
                if one.guard == other.guard {
                    self.requiredness(&place, old, new, &one, &other);
                } else {
                    // In one of the documents it is in no such message, so there is nothing to be compared with.
                    place.guard = one.guard.or(other.guard);
                }
                self.pending.push_back((place, one.schema, other.schema));
            }
            (Some(one), None) => {
                let is_required = one.is_required && !new.requires(name);
                // What may stand there now.
                let rest = new.additional(self.new, Some(name));
                let kept = self.allowance(&place, &one.schema, &rest, &rest);
                place.guard = one.guard;
                let effect = if is_required { with_requirement(kept, Effect::Widens) } else { kept };
                self.property_removed(place, effect, is_required, &one.schema);
            }
            (None, Some(other)) => {
                let is_required = other.is_required && !old.requires(name);
                let rest = old.additional(self.old, Some(name));
                let kept = self.allowance(&place, &rest, &other.schema, &rest);
                place.guard = other.guard;
                let effect = if is_required { with_requirement(kept, Effect::Narrows) } else { kept };
                self.property_added(place, effect, is_required, &other.schema);
            }
            (None, None) => {
                let (one, other) = (old.requires(name), new.requires(name));
                let undeclared = |is_required| Property { schema: Schema::default(), guard: None, is_required };
                self.requiredness(&place, old, new, &undeclared(one), &undeclared(other));
            }
        }
    }

    /// What becomes of the values of a property that only one of the documents names. `rest` is what the other one allows
    /// for it: where that is anything, nothing changes, whatever the values are, since clients skip what they do not know
    /// and servers ignore it.
    fn allowance(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>, rest: &Schema<'a>) -> Effect {
        match (old.is_never, new.is_never) {
            (true, true) => Effect::None,
            (true, false) => Effect::Widens,
            (false, true) => Effect::Narrows,
            // In a proof, that is not enough: values that are not as the property says are legal in one of them.
            _ if rest.is_anything() && self.proofs == 0 => Effect::None,
            _ => self.effect_of(place, old, new),
        }
    }

    fn property_added(&mut self, place: Place, effect: Effect, is_required: bool, schema: &Schema<'a>) {
        let with_default = if schema.first("default").is_some() { "-with-default" } else { "" };
        let need = if is_required { "required" } else { "optional" };
        let id = match (place.direction, place.scope) {
            (Direction::Request, Scope::Property) if is_required => {
                format!("new-required-request-property{with_default}")
            }
            (Direction::Request, scope) => format!("new-{need}-request-{}", scope.name()),
            (Direction::Response, scope) => {
                let guarded = if place.guard.is_some() { "write-only-" } else { "" };
                format!("response-{need}-{guarded}{}-added", scope.name())
            }
        };
        let effect = place.effect(effect);
        self.schema_with_id(&place, id, effect, at(&Schema::default(), schema), "", || {
            format!("the {need} property was added")
        });
    }

    fn property_removed(&mut self, mut place: Place, effect: Effect, is_required: bool, schema: &Schema<'a>) {
        let need = if is_required { "required" } else { "optional" };
        let id = match place.direction {
            Direction::Request => format!("request-{}-removed", place.scope.name()),
            Direction::Response => {
                let guarded = if place.guard.is_some() { "write-only-" } else { "" };
                format!("response-{need}-{guarded}{}-removed", place.scope.name())
            }
        };
        let mut effect = place.effect(effect);
        match self.announcement(schema.parts.first().copied()) {
            Announcement::None => {}
            Announcement::Kept => place.guard = Some(Guard::Announced),
            Announcement::Broken(_) => effect = Effect::Violation,
        }
        let written = schema.written.map(At::Old);
        self.schema_with_id(&place, id, effect, written, "", || format!("the {need} property was removed"));
    }

    fn requiredness(
        &mut self,
        place: &Place,
        old: &Schema<'a>,
        new: &Schema<'a>,
        one: &Property<'a>,
        other: &Property<'a>,
    ) {
        let (action, effect) = match (one.is_required, other.is_required) {
            (false, true) if place.direction == Direction::Request && other.schema.first("default").is_some() => {
                ("became-required-with-default", Effect::Narrows)
            }
            (false, true) => ("became-required", Effect::Narrows),
            (true, false) => ("became-optional", Effect::Widens),
            _ => return,
        };
        let at = at(&one.schema, &other.schema).or_else(|| at_keyword(old, new, "required"));
        self.schema(place, action, effect, at, "", || {
            format!("the property became {}", if other.is_required { "required" } else { "optional" })
        });
    }

    /// Whether a property is read-only or write-only, which adds it to the messages of one direction or takes it away.
    fn access(&mut self, place: &Place, one: &Property<'a>, other: &Property<'a>) {
        let need = if other.is_required { "required" } else { "optional" };
        for (keyword, words, hides) in
            [("readOnly", "read-only", Direction::Request), ("writeOnly", "write-only", Direction::Response)]
        {
            let (was, is) = (one.schema.is(keyword), other.schema.is(keyword));
            if was == is {
                continue;
            }
            let effect = match (hides == place.direction, is) {
                (true, true) if one.is_required => Effect::Widens,
                (true, false) if other.is_required => Effect::Narrows,
                _ => Effect::None,
            };
            let not = if is { "" } else { "not-" };
            let id = format!("{}-{need}-{}-became-{not}{words}", place.direction, place.scope.name());
            let at = at_keyword(&one.schema, &other.schema, keyword);
            let effect = place.effect(effect);
            let free = Place { guard: None, ..place.clone() };
            self.schema_with_id(&free, ids::published(id), effect, at, "", || {
                format!("the property became {}{words}", not.replace('-', " "))
            });
        }
    }

    /// The properties that have no name in the schema.
    fn additional(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        let at = at_keyword(old, new, "additionalProperties");
        let (one, other) = (old.additional(self.old, None), new.additional(self.new, None));
        match (one.is_never, other.is_never) {
            (true, true) => {}
            (false, true) => self.schema(place, "additional-properties-removed", Effect::Narrows, at, "", || {
                "no other properties are allowed any more".to_owned()
            }),
            (true, false) => self.schema(place, "additional-properties-added", Effect::Widens, at, "", || {
                "other properties are allowed now".to_owned()
            }),
            (false, false) => self.pending.push_back((place.values(), one, other)),
        }
    }
}

/// The effect of a property that goes or comes together with the duty to give it.
fn with_requirement(values: Effect, requirement: Effect) -> Effect {
    match (values, requirement) {
        // Whoever gave it, as they had to, gives what is not allowed; or what has to be given was not allowed.
        (Effect::Narrows, Effect::Widens) | (Effect::Widens, Effect::Narrows) => Effect::Incomparable,
        (values, requirement) => values.and(requirement),
    }
}
