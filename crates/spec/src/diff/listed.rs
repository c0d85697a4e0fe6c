//! The values that schemas list, and those that they only know of.

use crate::document::extension;
use indexmap::IndexMap;
use serde_json::Value;

use super::change::{Effect, Side};
use super::comparison::{At, Comparison};
use super::finite::Finite;
use super::place::Place;
use super::schema::Schema;
use super::values;
use super::walk::at_keyword;

impl<'a> Comparison<'a> {
    pub(super) fn listed(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>, finite: &Finite<'_, 'a>) {
        let lists = [values::listed(old), values::listed(new)];
        let allows = |list: &Option<IndexMap<String, &Value>>, value: &Value| {
            Some(list.as_ref().is_none_or(|list| list.contains_key(&values::key(value))))
        };
        let judged =
            |effect| finite.effect(effect, [&|value| allows(&lists[0], value), &|value| allows(&lists[1], value)]);
        match [&lists[0], &lists[1]] {
            [None, None] => {}
            [None, Some(values)] => {
                let all = values.keys().cloned().collect::<Vec<_>>().join(",");
                self.schema(place, "became-enum", judged(Effect::Narrows), at_keyword(old, new, "enum"), &all, || {
                    format!("only {} {} allowed", list(values.values()), if values.len() == 1 { "is" } else { "are" })
                });
            }
            [Some(values), None] => {
                let all = values.keys().cloned().collect::<Vec<_>>().join(",");
                self.schema(
                    place,
                    "became-not-enum",
                    judged(Effect::Widens),
                    at_keyword(old, new, "enum"),
                    &all,
                    || format!("not only {} is allowed any more", list(values.values())),
                );
            }
            [Some(olds), Some(news)] => {
                // Whether null is one of them is told as for any other schema.
                let only = |(key, value): &(&String, &&Value), others: &IndexMap<String, &Value>| {
                    !others.contains_key(*key) && !value.is_null()
                };
                // A value that the other keywords forbid is not one of those that are legal.
                let judged = |side, value, effect| if finite.leaves(side, value) { effect } else { Effect::None };
                for (key, value) in news.iter().filter(|value| only(value, olds)) {
                    let effect = judged(Side::New, value, Effect::Widens);
                    self.schema(place, "enum-value-added", effect, Some(At::New(value)), key, || {
                        format!("the value {} was added", values::shown(value))
                    });
                }
                for (key, value) in olds.iter().filter(|value| only(value, news)) {
                    let effect = judged(Side::Old, value, Effect::Narrows);
                    self.schema(place, "enum-value-removed", effect, Some(At::Old(value)), key, || {
                        format!("the value {} was removed", values::shown(value))
                    });
                }
            }
        }
        // Other values are legal, too, so these are knowledge and no condition.
        let known = |schema: &Schema<'a>| schema.first(extension::EXTENSIBLE_ENUM).and_then(Value::as_array);
        let (olds, news) = (known(old), known(new));
        let keys = |values: Option<&'a Vec<Value>>| {
            values.into_iter().flatten().map(values::key).collect::<std::collections::HashSet<_>>()
        };
        let (old_keys, new_keys) = (keys(olds), keys(news));
        for value in olds.into_iter().flatten().filter(|value| !new_keys.contains(&values::key(value))) {
            let action = "x-extensible-enum-value-removed";
            self.schema(place, action, Effect::None, Some(At::Old(value)), &values::key(value), || {
                format!("the known value {} was removed", values::shown(value))
            });
        }
        for value in news.into_iter().flatten().filter(|value| !old_keys.contains(&values::key(value))) {
            let action = "x-extensible-enum-value-added";
            self.schema(place, action, Effect::None, Some(At::New(value)), &values::key(value), || {
                format!("the known value {} was added", values::shown(value))
            });
        }
    }
}

fn list<'a>(values: impl Iterator<Item = &'a &'a Value>) -> String {
    const SHOWN: usize = 8;
    let values: Vec<String> = values.map(|value| values::shown(value)).collect();
    match values.get(..SHOWN) {
        Some(first) if values.len() > SHOWN => format!("{} and {} more", first.join(", "), values.len() - SHOWN),
        _ => values.join(", "),
    }
}
