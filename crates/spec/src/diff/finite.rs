//! Schemas that leave so few values that each can be asked for: what a keyword does to them is known, and not what it does
//! to values of its kind.

use std::cell::OnceCell;

use serde_json::{Number, Value};

use super::change::{Effect, Side};
use super::limits::{BOUNDS, Bound, factors, is_multiple_of};
use super::schema::Schema;
use super::types::Types;
use super::values;

/// So many whole numbers between two bounds are few.
const FEW: i128 = 64;

/// Whether a keyword allows a value; nothing where that is not known.
type Allows<'f> = &'f dyn Fn(&Value) -> Option<bool>;

/// The values that two schemas leave, where they are few. They are worked out where a keyword has changed.
pub(super) struct Finite<'s, 'a> {
    schemas: [&'s Schema<'a>; 2],
    /// Values are text, so that every scalar is a string, too.
    is_text: bool,
    values: OnceCell<[Option<Vec<Value>>; 2]>,
}

impl<'s, 'a> Finite<'s, 'a> {
    pub(super) fn of(old: &'s Schema<'a>, new: &'s Schema<'a>, is_text: bool) -> Self {
        Self { schemas: [old, new], is_text, values: OnceCell::new() }
    }

    /// What a keyword does to the values that the other keywords leave, where they are few and of each it is known whether
    /// the old and the new keyword allow it; else what it does to values of its kind.
    pub(super) fn effect(&self, of_kind: Effect, allow: [Allows<'_>; 2]) -> Effect {
        let [olds, news] = self.values.get_or_init(|| self.schemas.map(|schema| left(schema, self.is_text)));
        let loses = |values: &Option<Vec<Value>>, allow: Allows<'_>| {
            values.as_ref()?.iter().try_fold(false, |loses, value| Some(loses | !allow(value)?))
        };
        let (narrows, widens) = match of_kind {
            Effect::None => (Some(false), Some(false)),
            Effect::Narrows => (Some(true), Some(false)),
            Effect::Widens => (Some(false), Some(true)),
            Effect::Incomparable => (Some(true), Some(true)),
            Effect::Unknown | Effect::Violation => (None, None),
        };
        match (loses(olds, allow[1]).or(narrows), loses(news, allow[0]).or(widens)) {
            (Some(false), Some(false)) => Effect::None,
            (Some(true), Some(false)) => Effect::Narrows,
            (Some(false), Some(true)) => Effect::Widens,
            (Some(true), Some(true)) => Effect::Incomparable,
            _ => of_kind,
        }
    }

    /// Whether the other keywords of one of the schemas leave a value that it lists.
    pub(super) fn leaves(&self, side: Side, value: &Value) -> bool {
        let [old, new] = self.schemas;
        leaves(if side == Side::Old { old } else { new }, self.is_text, value)
    }
}

/// The values that a schema leaves but for null, of which other rules tell; none where they are not few.
fn left(schema: &Schema<'_>, is_text: bool) -> Option<Vec<Value>> {
    let listed = values::listed(schema).map(|values| values.into_values().cloned().collect());
    let mut values: Vec<Value> = listed.or_else(|| of_type(schema))?;
    values.retain(|value| !value.is_null() && leaves(schema, is_text, value));
    Some(values)
}

/// The values of a type that has few.
fn of_type(schema: &Schema<'_>) -> Option<Vec<Value>> {
    let types = Types::of(schema).without_null();
    if types == Types::BOOLEAN {
        return Some(vec![Value::Bool(false), Value::Bool(true)]);
    }
    let [upper, lower] = [&BOUNDS[0], &BOUNDS[1]].map(|bound| bound.last(&bound.limit(schema)?));
    match (lower, upper) {
        (Some(lower), Some(upper)) if types == Types::INTEGER && upper - lower < FEW => {
            Some((lower..=upper).filter_map(Number::from_i128).map(Value::Number).collect())
        }
        _ => None,
    }
}

/// Whether the type, the bounds and the multiples of a schema allow a value, as far as it is known. Other keywords may forbid it.
fn leaves(schema: &Schema<'_>, is_text: bool, value: &Value) -> bool {
    let types = Types::of(schema);
    let types = if is_text { types.as_text() } else { types };
    let is_within = |bound: &Bound| bound.limit(schema).is_none_or(|limit| bound.allows(&limit, value));
    types.meets(Types::of_value(value))
        && BOUNDS.iter().all(is_within)
        && is_multiple_of(&factors(schema, false), value) != Some(false)
}
