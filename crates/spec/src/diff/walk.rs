//! Compares two schemas keyword by keyword, and all that is inside them.

use serde_json::Value;

use super::change::{Direction, Effect, Guard};
use super::comparison::{At, Comparison, Draft};
use super::finite::Finite;
use super::place::Place;
use super::schema::Schema;
use super::types::{self, Types};
use super::{ids, texts, values};
use crate::schema::keyword;

/// How deep comparisons inside comparisons go.
const MOST_PROOFS: usize = 16;

impl<'a> Comparison<'a> {
    /// Compares the schemas of a whole parameter, header or body.
    pub(super) fn message(&mut self, place: Place, old: Option<&'a Value>, new: Option<&'a Value>) {
        let (old, new) = (Schema::of(self.old, old), Schema::of(self.new, new));
        self.seen.clear();
        self.pending.push_back((place, old, new));
        self.run();
    }

    /// What becomes of the values where one schema becomes another, as far as it is proved.
    pub(super) fn effect_of(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) -> Effect {
        if self.proofs >= MOST_PROOFS {
            return Effect::Unknown;
        }
        let place = Place { guard: None, is_negated: false, may_overlap: false, ..place.clone() };
        let pending = std::mem::take(&mut self.pending);
        // What is being compared already, or was, is told where it is: here, it counts as the same.
        let visited = std::mem::take(&mut self.visited);
        let proved = std::mem::replace(&mut self.proved, Effect::None);
        self.proofs += 1;
        self.pending.push_back((place, old.clone(), new.clone()));
        self.run();
        self.proofs -= 1;
        self.pending = pending;
        for schemas in std::mem::replace(&mut self.visited, visited) {
            self.seen.remove(&schemas);
        }
        std::mem::replace(&mut self.proved, proved)
    }

    /// Compares what is pending, and what that holds. Schemas may hold one another in any depth, so this is no recursion.
    fn run(&mut self) {
        while let Some((place, old, new)) = self.pending.pop_front() {
            if self.proofs > 0 {
                match (self.effort.checked_sub(1), self.proved) {
                    // Nothing that is still to be found would change the answer.
                    (_, Effect::Unknown | Effect::Incomparable) => {
                        self.pending.clear();
                        return;
                    }
                    (Some(left), _) => self.effort = left,
                    (None, _) => self.proved = Effect::Unknown,
                }
            }
            let schemas = (old.addresses(), new.addresses(), place.flags());
            if self.seen.insert(schemas.clone()) {
                self.visited.extend((self.proofs > 0).then_some(schemas));
                self.compare(&place, &old, &new);
            }
        }
    }

    fn compare(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        if let (Some(one), Some(other)) = (old.reference, new.reference)
            && one == other
            && self.unchanged.is_component(other)
        {
            return;
        }
        if old.is_never || new.is_never {
            let effect = match (old.is_never, new.is_never) {
                (true, true) => return,
                (false, true) => Effect::Narrows,
                (true, false) => Effect::Widens,
                (false, false) => Effect::None,
            };
            self.schema(place, "type-changed", effect, at(old, new), "", || "what is allowed changed".to_owned());
            return;
        }
        if self.alternatives(place, old, new) {
            return;
        }
        self.texts_of_schema(place, old, new);
        let finite = Finite::of(old, new, place.is_text);
        let shared = self.types(place, old, new, &finite);
        if shared.is_some() {
            self.listed(place, old, new, &finite);
        }
        self.defaults(place, old, new);
        let Some(shared) = shared else { return };
        self.bounds(place, old, new, shared, &finite);
        if shared.meets(Types::STRING) {
            self.pattern(place, old, new, &finite);
        }
        if shared.meets(Types::ARRAY) {
            self.unique_items(place, old, new);
            let (old, new) = (old.items(self.old), new.items(self.new));
            self.pending.push_back((place.items(), old, new));
        }
        if shared.meets(Types::OBJECT) {
            self.object(place, old, new);
        }
        self.other_keywords(place, old, new);
    }

    /// Adds what changed in a schema. In a proof only the effect counts.
    pub(super) fn schema(
        &mut self,
        place: &Place,
        action: &str,
        effect: Effect,
        at: Option<At<'a>>,
        subject: &str,
        message: impl FnOnce() -> String,
    ) {
        let effect = place.effect(effect);
        if self.proofs > 0 {
            self.proved = self.proved.and(effect);
            return;
        }
        let id = ids::published(place.rule(effect, action));
        self.schema_with_id(place, id, effect, at, subject, message);
    }

    /// The same, of a rule whose id is not made from its place.
    pub(super) fn schema_with_id(
        &mut self,
        place: &Place,
        id: String,
        effect: Effect,
        at: Option<At<'a>>,
        subject: &str,
        message: impl FnOnce() -> String,
    ) {
        if self.proofs > 0 {
            self.proved = self.proved.and(effect);
            return;
        }
        let message = format!("{place}: {}", message());
        let draft = Draft::wire(place.operation.as_ref(), place.direction, id, effect, message);
        let draft = draft.place(place).guard(place.guard).subject(subject);
        self.add(at.unwrap_or(At::New(self.new)), draft.change());
    }

    /// The types that both have, or nothing where what one allows the other does not.
    fn types(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>, finite: &Finite<'_, 'a>) -> Option<Types> {
        let (old_types, new_types) = (Types::of(old), Types::of(new));
        // Where nothing but null is left, it is what there is to be compared.
        let is_null = old_types.is_null() || new_types.is_null();
        let raw = [old_types, new_types].map(|types| if is_null { types } else { types.without_null() });
        let raw = (raw[0], raw[1]);
        let (one, other) = if place.is_text { (raw.0.as_text(), raw.1.as_text()) } else { raw };
        let (old_format, new_format) = (types::format(old), types::format(new));
        let mut effect = one.effect(other);
        if raw.0.meets(raw.1) {
            effect = effect.and(types::format_effect(old_format, new_format));
        } else if [(effect, Effect::Widens, new_format), (effect, Effect::Narrows, old_format)]
            .into_iter()
            .any(|(effect, which, format)| effect == which && format.is_some_and(types::is_of_text))
        {
            // Every number is a text, but not one in this format.
            effect = Effect::Incomparable;
        }
        if effect != Effect::None {
            let text = |types: Types, format: Option<&str>| match format {
                Some(format) => format!("{types} ({format})"),
                None => types.to_string(),
            };
            let (from, to) = (text(old_types, old_format), text(new_types, new_format));
            let subject = format!("{from} {to}");
            let message = || format!("the type changed from {from} to {to}");
            let is_of = |types: Types, value: &Value| Some(types.meets(Types::of_value(value)));
            let judged = match old_format == new_format {
                true => finite.effect(effect, [&|value| is_of(one, value), &|value| is_of(other, value)]),
                false => effect,
            };
            let named = if judged == Effect::None { effect } else { judged };
            match ids::of_type(place, named, old, new, old_types, new_types) {
                Ok(action) => self.schema(place, action, judged, at(old, new), &subject, message),
                Err(id) => {
                    let effect = place.effect(judged);
                    self.schema_with_id(place, id.to_owned(), effect, at(old, new), &subject, message);
                }
            }
        }
        if is_null || !one.meets(other) {
            return None;
        }
        let (action, effect) = match self.null(old, new) {
            (false, true) => ("became-nullable", Effect::Widens),
            (true, false) => ("became-not-nullable", Effect::Narrows),
            _ => return Some(raw.0.and(raw.1)),
        };
        self.schema(place, action, effect, at(old, new), "", || action.replace('-', " "));
        Some(raw.0.and(raw.1))
    }

    /// Whether null was allowed and is, as far as nothing else tells of it.
    fn null(&self, old: &Schema<'a>, new: &Schema<'a>) -> (bool, bool) {
        if self.has_alternatives(old) || self.has_alternatives(new) {
            let (one, other) = (old.overrules_alternatives(), new.overrules_alternatives());
            // Alternatives tell of themselves what becomes of them.
            return match one == other {
                true => (false, false),
                false => (one || self.null_is_one(self.old, old), other || self.null_is_one(self.new, new)),
            };
        }
        let (one, other) = (Types::of(old), Types::of(new));
        let is_listed = |schema: &Schema<'a>| values::listed(schema).is_some();
        if one.is_any() != other.is_any() || one.is_any() && is_listed(old) != is_listed(new) {
            return (false, false);
        }
        (one.has(Types::NULL), other.has(Types::NULL))
    }

    fn defaults(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        let (action, at, message) = match (old.first("default"), new.first("default")) {
            (None, Some(value)) => {
                ("default-value-added", At::New(value), format!("the default is {} now", values::shown(value)))
            }
            (Some(value), None) => (
                "default-value-removed",
                At::Old(value),
                format!("the default is not {} any more", values::shown(value)),
            ),
            (Some(old), Some(new)) if !values::same(old, new) => (
                "default-value-changed",
                At::New(new),
                format!("the default changed from {} to {}", values::shown(old), values::shown(new)),
            ),
            _ => return,
        };
        self.schema(place, action, Effect::None, Some(at), &message, || message.clone());
    }

    fn pattern(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>, finite: &Finite<'_, 'a>) {
        // Patterns that every text matches.
        let is_condition = |pattern: &&str| !["", ".*", "^.*$", "^.*", ".*$", "^", "$"].contains(pattern);
        let patterns = |schema: &Schema<'a>| {
            let mut found: Vec<&str> = schema.all("pattern").filter_map(Value::as_str).filter(is_condition).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let (olds, news) = (patterns(old), patterns(new));
        let lost = olds.iter().any(|pattern| !news.contains(pattern));
        let gained = news.iter().any(|pattern| !olds.contains(pattern));
        let (action, effect) = match (lost, gained) {
            (false, false) => return,
            (false, true) => ("pattern-added", Effect::Narrows),
            (true, false) if new.first("pattern").is_some() => ("pattern-generalized", Effect::Widens),
            (true, false) => ("pattern-removed", Effect::Widens),
            (true, true) => ("pattern-changed", Effect::Unknown),
        };
        let effect = finite.effect(effect, [&|value| matches(&olds, value), &|value| matches(&news, value)]);
        let text = |patterns: &[&str]| match patterns {
            [] => "none".to_owned(),
            patterns => format!("`{}`", patterns.join("` and `")),
        };
        let (one, other) = (text(&olds), text(&news));
        self.schema(place, action, effect, at_keyword(old, new, "pattern"), &format!("{one} {other}"), || {
            format!("the pattern changed from {one} to {other}")
        });
    }

    fn unique_items(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        let (action, effect) = match (old.is("uniqueItems"), new.is("uniqueItems")) {
            (false, true) => ("unique-items-set", Effect::Narrows),
            (true, false) => ("unique-items-unset", Effect::Widens),
            _ => return,
        };
        self.schema(place, action, effect, at_keyword(old, new, "uniqueItems"), "", || {
            format!(
                "elements {} be different from one another",
                if old.is("uniqueItems") { "need not" } else { "must" }
            )
        });
    }

    fn texts_of_schema(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        if self.proofs > 0 {
            return;
        }
        let (Some(old), Some(new)) = (old.written, new.written) else { return };
        let (Some(old), Some(new)) = (texts::own(self.old, old), texts::own(self.new, new)) else { return };
        self.texts(place.operation.as_ref(), place, &["title", "description"], old, new);
        self.examples(place.operation.as_ref(), place, old, new);
        self.lifecycle_of_schema(place, old, new);
    }
}

/// Where two schemas are, for a change that is at no keyword.
pub(super) fn at<'a>(old: &Schema<'a>, new: &Schema<'a>) -> Option<At<'a>> {
    let part = |schema: &Schema<'a>| schema.parts.first().copied().or(schema.written);
    part(new).map(At::New).or_else(|| part(old).map(At::Old))
}

/// Where a keyword is: in the new schema, or in the old one where it is gone.
pub(super) fn at_keyword<'a>(old: &Schema<'a>, new: &Schema<'a>, keyword: &str) -> Option<At<'a>> {
    new.first(keyword).map(At::New).or_else(|| old.first(keyword).map(At::Old)).or_else(|| at(old, new))
}

/// Whether a text has all patterns in it, as a value that is no text does; nothing where that is not known.
fn matches(patterns: &[&str], value: &Value) -> Option<bool> {
    let Value::String(text) = value else { return Some(true) };
    patterns.iter().try_fold(true, |all, pattern| Some(all & keyword::compile(pattern)?.is_match(text).ok()?))
}

/// The guard of a place that a schema is in, for messages of its direction.
pub(super) fn guard(place: &Place, schema: &Schema<'_>) -> Option<Guard> {
    match place.direction {
        Direction::Request => schema.is("readOnly").then_some(Guard::ReadOnly),
        Direction::Response => schema.is("writeOnly").then_some(Guard::WriteOnly),
    }
}
