//! Keywords of JSON Schema that OpenAPI 3.0 does not have or that are rare: whether they come or go is told, and what a
//! change inside of them does only where it can be followed.

use serde_json::Value;

use super::change::Effect;
use super::comparison::Comparison;
use super::place::Place;
use super::schema::Schema;
use super::walk::at_keyword;

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
                (true, true) => ("changed", Effect::Unknown),
            };
            let action = format!("{name}-{verb}");
            self.schema(place, &action, effect, at_keyword(old, new, keyword), "", || format!("{keyword} was {verb}"));
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
            _ if olds == news => return,
            _ => ("not-changed", Effect::Unknown),
        };
        self.schema(place, action, effect, at_keyword(old, new, "not"), "", || {
            format!("the condition `not` was {}", action.trim_start_matches("not-"))
        });
    }
}
