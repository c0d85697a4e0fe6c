//! Bounds of schemas: numbers that values, lengths and counts may not pass.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::change::Effect;
use super::schema::Schema;
use super::types::Types;
use crate::number::{compare, integer};

/// A keyword that bounds values of a type, and its part of the ids of rules.
pub(super) struct Bound {
    pub(super) keyword: &'static str,
    pub(super) name: &'static str,
    pub(super) of: Types,
    pub(super) is_upper: bool,
}

const fn bound(keyword: &'static str, name: &'static str, of: Types, is_upper: bool) -> Bound {
    Bound { keyword, name, of, is_upper }
}

/// All bounds.
pub(super) const BOUNDS: [Bound; 8] = [
    bound("maximum", "max", Types::INTEGER, true),
    bound("minimum", "min", Types::INTEGER, false),
    bound("maxLength", "max-length", Types::STRING, true),
    bound("minLength", "min-length", Types::STRING, false),
    bound("maxItems", "max-items", Types::ARRAY, true),
    bound("minItems", "min-items", Types::ARRAY, false),
    bound("maxProperties", "max-properties", Types::OBJECT, true),
    bound("minProperties", "min-properties", Types::OBJECT, false),
];

/// How far values may go.
#[derive(Clone, Debug)]
pub(super) struct Limit<'a> {
    pub(super) value: &'a Number,
    /// They may not reach it.
    pub(super) is_exclusive: bool,
}

impl Bound {
    /// The tightest limit that a schema has of this kind.
    pub(super) fn limit<'a>(&self, schema: &Schema<'a>) -> Option<Limit<'a>> {
        let limits = schema.parts.iter().flat_map(|part| self.limits(part));
        let tightest = limits.reduce(|one, other| if self.tightens(&one, &other) { other } else { one })?;
        // No length and no count is below zero.
        let says_nothing = !self.is_upper && self.keyword != "minimum" && tightest.value.as_f64() <= Some(0.0);
        (!says_nothing).then_some(tightest)
    }

    fn limits<'a>(&self, part: &'a Value) -> Vec<Limit<'a>> {
        let number = |keyword: &str| part.get(keyword).and_then(Value::as_number);
        let exclusive = match self.keyword {
            "maximum" => "exclusiveMaximum",
            "minimum" => "exclusiveMinimum",
            _ => "",
        };
        // OpenAPI 3.0 has a flag beside the bound, JSON Schema a bound of its own.
        let is_exclusive = part.get(exclusive) == Some(&Value::Bool(true));
        let own = number(self.keyword).map(|value| Limit { value, is_exclusive });
        let other = number(exclusive).map(|value| Limit { value, is_exclusive: true });
        own.into_iter().chain(other).collect()
    }

    /// Whether the second limit leaves less than the first.
    fn tightens(&self, one: &Limit<'_>, other: &Limit<'_>) -> bool {
        match compare(one.value, other.value) {
            Ordering::Equal => !one.is_exclusive && other.is_exclusive,
            order => (order == Ordering::Greater) == self.is_upper,
        }
    }

    /// What a change of the limit is called, and what it does; nothing where the limit is the same.
    pub(super) fn change(
        &self,
        old: Option<&Limit<'_>>,
        new: Option<&Limit<'_>>,
        is_whole: bool,
    ) -> Option<(String, Effect)> {
        let name = |limit: &Limit<'_>| format!("{}{}", if limit.is_exclusive { "exclusive-" } else { "" }, self.name);
        let (action, effect) = match (old, new) {
            (None, None) => return None,
            (None, Some(new)) => (format!("{}-set", name(new)), Effect::Narrows),
            (Some(old), None) => (format!("{}-unset", name(old)), Effect::Widens),
            (Some(old), Some(new)) => {
                let effect = match (self.tightens(old, new), self.tightens(new, old)) {
                    (false, false) => return None,
                    (true, _) => Effect::Narrows,
                    (_, true) => Effect::Widens,
                };
                if is_whole && self.last(old).is_some() && self.last(old) == self.last(new) {
                    return None;
                }
                let action = match compare(old.value, new.value) {
                    Ordering::Less => format!("{}-increased", name(new)),
                    Ordering::Greater => format!("{}-decreased", name(new)),
                    Ordering::Equal if new.is_exclusive => format!("{}-set", name(new)),
                    Ordering::Equal => format!("{}-unset", name(old)),
                };
                (action, effect)
            }
        };
        Some((action, effect))
    }

    /// The last whole number that a limit allows.
    fn last(&self, limit: &Limit<'_>) -> Option<i128> {
        let step = match (limit.is_exclusive, self.is_upper) {
            (false, _) => 0,
            (true, true) => -1,
            (true, false) => 1,
        };
        Some(integer(limit.value)? + step)
    }
}

/// What becomes of numbers that have to be multiples of others; nothing where that is the same.
pub(super) fn multiple_change<'a>(old: &Schema<'a>, new: &Schema<'a>) -> Option<(&'static str, Effect)> {
    let factors = |schema: &Schema<'a>| schema.all("multipleOf").filter_map(Value::as_number).collect::<Vec<_>>();
    let is_multiple = |of: &Number, value: &Number| match (integer(of), integer(value)) {
        (Some(of), Some(value)) if of != 0 => value % of == 0,
        _ => compare(of, value) == Ordering::Equal,
    };
    let (old, new) = (factors(old), factors(new));
    // Whoever keeps to the factors of one list keeps to another, where each of that has a multiple in the one.
    let covers = |one: &[&Number], other: &[&Number]| {
        other.iter().all(|factor| one.iter().any(|multiple| is_multiple(factor, multiple)))
    };
    let (narrows, widens) = (covers(&new, &old), covers(&old, &new));
    match (old.is_empty(), new.is_empty(), narrows, widens) {
        (.., true, true) => None,
        (true, false, ..) => Some(("multiple-of-set", Effect::Narrows)),
        (false, true, ..) => Some(("multiple-of-unset", Effect::Widens)),
        (_, _, true, false) => Some(("multiple-of-changed", Effect::Narrows)),
        (_, _, false, true) => Some(("multiple-of-changed", Effect::Widens)),
        _ if old.len() == 1 && new.len() == 1 && [old[0], new[0]].into_iter().all(|n| integer(n).is_some()) => {
            Some(("multiple-of-changed", Effect::Incomparable))
        }
        _ => Some(("multiple-of-changed", Effect::Unknown)),
    }
}

/// A number in one spelling.
pub(super) fn spelled(number: &Number) -> String {
    integer(number).map_or_else(|| number.to_string(), |whole| whole.to_string())
}
