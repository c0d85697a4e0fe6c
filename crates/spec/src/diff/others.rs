//! Keywords of JSON Schema that OpenAPI 3.0 does not have or that are rare: whether they come or go is told, and what a
//! change inside of them does only where it can be followed.

use std::cmp::Ordering;

use serde_json::Value;

use super::change::Effect;
use super::comparison::Comparison;
use super::place::Place;
use super::schema::Schema;
use super::walk::at_keyword;
use crate::schema::keyword::Form;

/// Keywords that put a condition on values, with their part of the ids of rules.
const CONDITIONS: [(&str, &str); 13] = [
    ("contains", "contains"),
    ("propertyNames", "property-names"),
    ("patternProperties", "pattern-property"),
    ("dependentRequired", "dependent-required"),
    ("dependentSchemas", "dependent-schema"),
    ("prefixItems", "prefix-items"),
    ("unevaluatedItems", "unevaluated-items"),
    ("unevaluatedProperties", "unevaluated-properties"),
    ("if", "if"),
    ("then", "then"),
    ("else", "else"),
    ("contentSchema", "content-schema"),
    ("contentMediaType", "content-media-type"),
];

impl<'a> Comparison<'a> {
    pub(super) fn other_keywords(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        self.negation(place, old, new);
        self.contained(place, old, new);
        for (keyword, name) in CONDITIONS {
            let (olds, news): (Vec<_>, Vec<_>) = (old.all(keyword).collect(), new.all(keyword).collect());
            let lost = olds.iter().any(|value| !news.contains(value));
            let gained = news.iter().any(|value| !olds.contains(value));
            let (verb, effect) = match (lost, gained) {
                (false, false) => continue,
                // How it counts depends on what stands beside it.
                _ if ["prefixItems", "then", "else"].contains(&keyword) && lost != gained => {
                    (if gained { "added" } else { "removed" }, Effect::Unknown)
                }
                (false, true) => ("added", Effect::Narrows),
                (true, false) => ("removed", Effect::Widens),
                (true, true)
                    if olds.len() == 1 && news.len() == 1 && self.is_same(place, keyword, olds[0], news[0]) =>
                {
                    continue;
                }
                (true, true) => ("changed", Effect::Unknown),
            };
            let action = format!("{name}-{verb}");
            self.schema(place, &action, effect, at_keyword(old, new, keyword), "", || format!("{keyword} was {verb}"));
        }
    }

    /// How often `contains` has to hold: once at least where nothing is said.
    fn contained(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        if old.all("contains").next().is_none() || new.all("contains").next().is_none() {
            return;
        }
        let count =
            |schema: &Schema<'a>, keyword: &str| schema.all(keyword).filter_map(Value::as_u64).collect::<Vec<u64>>();
        let least = |schema: &Schema<'a>| count(schema, "minContains").into_iter().max().unwrap_or(1);
        let most = |schema: &Schema<'a>| count(schema, "maxContains").into_iter().min().unwrap_or(u64::MAX);
        let bounds = [
            ("minContains", "min-contains", least(old), least(new), Effect::Narrows, Effect::Widens),
            ("maxContains", "max-contains", most(old), most(new), Effect::Widens, Effect::Narrows),
        ];
        for (keyword, name, before, after, raised, lowered) in bounds {
            let (verb, effect) = match after.cmp(&before) {
                Ordering::Equal => continue,
                Ordering::Greater => ("increased", raised),
                Ordering::Less => ("decreased", lowered),
            };
            let at = if new.all(keyword).next().is_some() { keyword } else { "contains" };
            self.schema(place, &format!("{name}-{verb}"), effect, at_keyword(old, new, at), "", || {
                format!("{keyword} was {verb}")
            });
        }
    }

    /// Whether a keyword holds schemas that allow the same.
    fn is_same(&mut self, place: &Place, keyword: &str, old: &'a Value, new: &'a Value) -> bool {
        let mut is_same = |old: &'a Value, new: &'a Value| {
            let (old, new) = (Schema::of(self.old, [old]), Schema::of(self.new, [new]));
            self.effect_of(place, &old, &new) == Effect::None
        };
        match (Form::of(keyword), old, new) {
            (Some(Form::Schema), old, new) => is_same(old, new),
            // It says something of values that are written in a text.
            (None, old, new) if keyword == "contentSchema" => is_same(old, new),
            (Some(Form::Schemas), Value::Array(olds), Value::Array(news)) => {
                olds.len() == news.len() && olds.iter().zip(news).all(|(old, new)| is_same(old, new))
            }
            (Some(Form::NamedSchemas | Form::PatternSchemas), Value::Object(olds), Value::Object(news)) => {
                let mut has = |(name, old): (&String, &'a Value)| news.get(name).is_some_and(|new| is_same(old, new));
                olds.len() == news.len() && olds.iter().all(&mut has)
            }
            _ => false,
        }
    }

    /// What `not` allows is forbidden.
    fn negation(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        let (olds, news): (Vec<&Value>, Vec<&Value>) = (old.all("not").collect(), new.all("not").collect());
        let (action, effect) = match (olds.as_slice(), news.as_slice()) {
            ([], []) => return,
            ([], _) => ("not-added", Effect::Narrows),
            (_, []) => ("not-removed", Effect::Widens),
            ([one], [other]) => {
                let negated = Place { is_negated: !place.is_negated, ..place.variant("not") };
                let schemas = (Schema::of(self.old, [*one]), Schema::of(self.new, [*other]));
                self.pending.push_back((negated, schemas.0, schemas.1));
                return;
            }
            _ if olds.iter().all(|one| news.contains(one)) && news.iter().all(|one| olds.contains(one)) => return,
            _ => ("not-changed", Effect::Unknown),
        };
        self.schema(place, action, effect, at_keyword(old, new, "not"), "", || {
            format!("the condition `not` was {}", action.trim_start_matches("not-"))
        });
    }
}
