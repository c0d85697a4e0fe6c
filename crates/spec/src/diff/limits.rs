//! Bounds of schemas: numbers that values, lengths and counts may not pass.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Number, Value};

use super::change::Effect;
use super::comparison::Comparison;
use super::finite::Finite;
use super::place::Place;
use super::schema::Schema;
use super::types::{self, Types};
use super::values;
use super::walk::at_keyword;
use crate::schema::number::{compare, integer, is_multiple};

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
    pub(super) fn last(&self, limit: &Limit<'_>) -> Option<i128> {
        let Some(whole) = integer(limit.value) else {
            let value = limit.value.as_f64()?;
            return integer(&Number::from_f64(if self.is_upper { value.floor() } else { value.ceil() })?);
        };
        let step = match (limit.is_exclusive, self.is_upper) {
            (false, _) => 0,
            (true, true) => -1,
            (true, false) => 1,
        };
        Some(whole + step)
    }

    /// Whether a value keeps to a limit, as one of another type does.
    pub(super) fn allows(&self, limit: &Limit<'_>, value: &Value) -> bool {
        let size = match (value, self.of) {
            (Value::Number(number), Types::INTEGER) => number.clone(),
            (Value::String(text), Types::STRING) => text.chars().count().into(),
            (Value::Array(elements), Types::ARRAY) => elements.len().into(),
            (Value::Object(properties), Types::OBJECT) => properties.len().into(),
            _ => return true,
        };
        match compare(&size, limit.value) {
            Ordering::Equal => !limit.is_exclusive,
            order => (order == Ordering::Less) == self.is_upper,
        }
    }

    /// Whether a limit says nothing that other keywords of a schema do not say: the format of a number, and the properties
    /// that are required.
    fn is_implied(&self, limit: Option<&Limit<'_>>, schema: &Schema<'_>) -> bool {
        let range: Option<[Number; 2]> = match types::format(schema) {
            Some("int32") => Some([i32::MIN.into(), i32::MAX.into()]),
            Some("int64") => Some([i64::MIN.into(), i64::MAX.into()]),
            _ => None,
        };
        let implied = match (self.keyword, range) {
            ("maximum", Some([_, most])) => Some(most),
            ("minimum", Some([least, _])) => Some(least),
            ("minProperties", _) => {
                let names = schema.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str);
                Some(names.collect::<HashSet<_>>().len().into())
            }
            _ => None,
        };
        let implied = implied.as_ref().map(|value| Limit { value, is_exclusive: false });
        limit.is_none_or(|limit| implied.is_some_and(|implied| !self.tightens(&implied, limit)))
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn bounds(
        &mut self,
        place: &Place,
        old: &Schema<'a>,
        new: &Schema<'a>,
        shared: Types,
        finite: &Finite<'_, 'a>,
    ) {
        let is_whole = !shared.has(Types::NUMBER);
        for bound in BOUNDS.iter().filter(|bound| shared.meets(bound.of)) {
            let limits = [bound.limit(old), bound.limit(new)];
            let [one, other] = limits.each_ref().map(Option::as_ref);
            let Some((action, effect)) = bound.change(one, other, is_whole) else { continue };
            let implied = |schema| [one, other].into_iter().all(|limit| bound.is_implied(limit, schema));
            let allows =
                |limit: Option<&Limit<'_>>, value: &Value| Some(limit.is_none_or(|limit| bound.allows(limit, value)));
            let effect = match implied(old) && implied(new) {
                true => Effect::None,
                false => finite.effect(effect, [&|value| allows(one, value), &|value| allows(other, value)]),
            };
            let [one, other] =
                [one, other].map(|limit| limit.map_or_else(|| "none".to_owned(), |limit| spelled(limit.value)));
            let keyword = bound.keyword;
            let subject = format!("{one} {other}");
            self.schema(place, &action, effect, at_keyword(old, new, keyword), &subject, || {
                format!("{keyword} changed from {one} to {other}")
            });
        }
        if shared.meets(Types::NUMBER) {
            self.multiples(place, old, new, is_whole, finite);
        }
    }

    fn multiples(
        &mut self,
        place: &Place,
        old: &Schema<'a>,
        new: &Schema<'a>,
        is_whole: bool,
        finite: &Finite<'_, 'a>,
    ) {
        let [olds, news] = [factors(old, is_whole), factors(new, is_whole)];
        let Some((action, effect)) = multiple_change(&olds, &news) else { return };
        let effect =
            finite.effect(effect, [&|value| is_multiple_of(&olds, value), &|value| is_multiple_of(&news, value)]);
        let [one, other] = [old, new].map(|schema| schema.first("multipleOf").map_or("none".to_owned(), values::shown));
        let subject = format!("{one} {other}");
        self.schema(place, action, effect, at_keyword(old, new, "multipleOf"), &subject, || {
            format!("multipleOf changed from {one} to {other}")
        });
    }
}

/// The factors of `multipleOf`. Where all numbers are whole, those that every whole number is a multiple of are left out.
pub(super) fn factors<'a>(schema: &Schema<'a>, is_whole: bool) -> Vec<&'a Number> {
    let factors = schema.all("multipleOf").filter_map(Value::as_number);
    factors.filter(|factor| !is_whole || is_multiple(&1.into(), factor) != Some(true)).collect()
}

/// Whether a value is a multiple of all factors, which holds for any value that is not a number; nothing where that is
/// not known.
pub(super) fn is_multiple_of(factors: &[&Number], value: &Value) -> Option<bool> {
    let Value::Number(number) = value else { return Some(true) };
    factors.iter().try_fold(true, |is, factor| Some(is & is_multiple(number, factor)?))
}

/// What becomes of numbers that have to be multiples of others; nothing where that is the same.
fn multiple_change(old: &[&Number], new: &[&Number]) -> Option<(&'static str, Effect)> {
    // Whoever keeps to the factors of one list keeps to another, where each of that has a multiple in the one.
    let covers = |one: &[&Number], other: &[&Number]| {
        other.iter().all(|factor| one.iter().any(|multiple| is_multiple(multiple, factor) == Some(true)))
    };
    let (narrows, widens) = (covers(new, old), covers(old, new));
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
