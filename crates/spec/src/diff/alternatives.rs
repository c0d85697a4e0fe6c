//! `oneOf` and `anyOf`: which alternatives there are, and what becomes of values where they change.

use serde_json::Value;

use super::change::{Effect, digest};
use super::comparison::{At, Comparison};
use super::place::Place;
use super::schema::Schema;
use super::types::Types;
use super::values;
use super::walk::{at, at_keyword};
use crate::document::{reference, schema_component};

/// So many alternatives are compared each with each; of more, those that are not the same in words count as others.
const MOST_PAIRS: usize = 1_024;

/// So deep alternatives of alternatives are asked whether they allow null.
const MOST_NESTED: usize = 4;

/// How the alternatives of a schema count, and its part of the ids of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// Exactly one of them has to hold.
    OneOf,
    /// At least one of them has to hold.
    AnyOf,
}

impl Choice {
    const ALL: [Self; 2] = [Self::OneOf, Self::AnyOf];

    fn keyword(self) -> &'static str {
        match self {
            Self::OneOf => "oneOf",
            Self::AnyOf => "anyOf",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::OneOf => "one-of",
            Self::AnyOf => "any-of",
        }
    }
}

impl<'a> Comparison<'a> {
    /// Compares the alternatives of two schemas. True where the whole schemas are compared with that.
    pub(super) fn alternatives(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) -> bool {
        let (one, other) = (
            Choice::ALL.map(|choice| old.lists(choice.keyword())),
            Choice::ALL.map(|choice| new.lists(choice.keyword())),
        );
        let only = |lists: &[Vec<&'a Vec<Value>>; 2]| match lists {
            [one, any] if one.len() == 1 && any.is_empty() => Some((Choice::OneOf, one[0])),
            [one, any] if one.is_empty() && any.len() == 1 => Some((Choice::AnyOf, any[0])),
            _ => None,
        };
        let is_plain = |lists: &[Vec<&'a Vec<Value>>; 2]| lists.iter().all(Vec::is_empty);
        match (only(&one), only(&other)) {
            _ if is_plain(&one) && is_plain(&other) => false,
            (Some((choice, olds)), Some((same, news))) if choice == same => {
                self.lists(place, choice, olds, news);
                self.discriminator(place, old, new);
                false
            }
            (one_choice, other_choice)
                if (one_choice.is_some() || is_plain(&one)) && (other_choice.is_some() || is_plain(&other)) =>
            {
                self.wrapping(place, old, new, one_choice, other_choice);
                true
            }
            _ => {
                for (choice, (olds, news)) in Choice::ALL.into_iter().zip(one.into_iter().zip(other)) {
                    self.several_lists(place, choice, at_keyword(old, new, choice.keyword()), olds, news);
                }
                false
            }
        }
    }

    /// Whether a schema has any.
    pub(super) fn has_alternatives(&self, schema: &Schema<'a>) -> bool {
        Choice::ALL.iter().any(|choice| !schema.lists(choice.keyword()).is_empty())
    }

    /// Whether null is one of the values that a schema and its alternatives allow.
    pub(super) fn null_is_one(&self, document: &'a Value, schema: &Schema<'a>) -> bool {
        null_is_one(document, schema, MOST_NESTED)
    }

    /// Lists of alternatives of the same kind, all of which count.
    fn several_lists(
        &mut self,
        place: &Place,
        choice: Choice,
        at: Option<At<'a>>,
        mut olds: Vec<&'a Vec<Value>>,
        mut news: Vec<&'a Vec<Value>>,
    ) {
        olds.retain(|list| match news.iter().position(|known| known == list) {
            Some(at) => {
                news.remove(at);
                false
            }
            None => true,
        });
        let effect = match (olds.len(), news.len()) {
            (gone, come) if gone == come => {
                return olds.into_iter().zip(news).for_each(|(old, new)| self.lists(place, choice, old, new));
            }
            (0, _) => Effect::Narrows,
            (_, 0) => Effect::Widens,
            _ => Effect::Unknown,
        };
        let subject = format!("{} {}", olds.len(), news.len());
        self.schema(place, &format!("{}-changed", choice.name()), effect, at, &subject, || {
            format!("{} lists of alternatives became {}", olds.len(), news.len())
        });
    }

    /// Two lists of alternatives of the same kind.
    fn lists(&mut self, place: &Place, choice: Choice, olds: &'a [Value], news: &'a [Value]) {
        let (mut gone, mut come): (Vec<&Value>, Vec<&Value>) = (olds.iter().collect(), news.iter().collect());
        let may_overlap = choice == Choice::OneOf && !(self.exclude(self.old, olds) && self.exclude(self.new, news));
        let inner = Place { may_overlap: place.may_overlap || may_overlap, ..place.clone() };
        // First those that are the same in words or by name, then those that are the same in effect.
        pair(
            &mut gone,
            &mut come,
            |one, other| one == other,
            |one, other| {
                self.variant(&inner, one, other);
            },
        );
        let names = |one: &Value, other: &Value| name(one).is_some_and(|known| name(other) == Some(known));
        pair(&mut gone, &mut come, names, |one, other| self.variant(&inner, one, other));
        if gone.len() * come.len() <= MOST_PAIRS {
            let is_same = |one: &'a Value, other: &'a Value| {
                let (one, other) = (Schema::of(self.old, [one]), Schema::of(self.new, [other]));
                self.effect_of(place, &one, &other) == Effect::None
            };
            pair(&mut gone, &mut come, is_same, |_, _| {});
        }
        if let ([one], [other]) = (gone.as_slice(), come.as_slice())
            && name(one).is_none()
            && name(other).is_none()
        {
            let types = |document, value: &'a Value| Types::of(&Schema::of(document, [value])).without_null();
            if types(self.old, one).meets(types(self.new, other)) {
                self.variant(&inner, one, other);
                return;
            }
        }
        for schema in come {
            let action = format!("{}-added", choice.name());
            self.schema(&inner, &action, Effect::Widens, Some(At::New(schema)), &identity(schema), || {
                format!("the alternative {} was added", words(schema))
            });
        }
        for schema in gone {
            let action = format!("{}-removed", choice.name());
            self.schema(&inner, &action, Effect::Narrows, Some(At::Old(schema)), &identity(schema), || {
                format!("the alternative {} was removed", words(schema))
            });
        }
    }

    fn variant(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        let schemas = (Schema::of(self.old, [old]), Schema::of(self.new, [new]));
        let place = place.variant(&step(new));
        self.pending.push_back((place, schemas.0, schemas.1));
    }

    /// A schema that becomes one of alternatives, or the other way round, or alternatives that count in another way.
    fn wrapping(
        &mut self,
        place: &Place,
        old: &Schema<'a>,
        new: &Schema<'a>,
        one: Option<(Choice, &'a Vec<Value>)>,
        other: Option<(Choice, &'a Vec<Value>)>,
    ) {
        let variants = |document: &'a Value, schema: &Schema<'a>, choice: Option<(Choice, &'a Vec<Value>)>| match choice
        {
            None => vec![schema.clone()],
            Some((_, list)) => list.iter().map(|alternative| schema.choose(document, alternative)).collect(),
        };
        let (olds, news) = (variants(self.old, old, one), variants(self.new, new, other));
        let is_exclusive = |choice: Option<(Choice, _)>| choice.is_some_and(|(choice, _)| choice == Choice::OneOf);
        let is_small = olds.len() * news.len() <= MOST_PAIRS;
        // Of alternatives that exclude one another, all values have to be in exactly one: that holds where they share none.
        let no_overlap = |list: Option<(Choice, &'a Vec<Value>)>, document| {
            list.is_none_or(|(choice, list)| choice == Choice::AnyOf || self.exclude(document, list))
        };
        let (is_old_safe, is_new_safe) = (no_overlap(one, self.old), no_overlap(other, self.new));
        let mut within = |inner: &[Schema<'a>], outer: &[Schema<'a>], allowed: Effect, is_forward: bool| {
            inner.iter().all(|inner| {
                outer.iter().any(|outer| {
                    let (old, new) = if is_forward { (inner, outer) } else { (outer, inner) };
                    let effect = self.effect_of(place, old, new);
                    effect == Effect::None || effect == allowed
                })
            })
        };
        let mut widens = is_small && is_new_safe && within(&olds, &news, Effect::Widens, true);
        let mut narrows = is_small && is_old_safe && within(&news, &olds, Effect::Narrows, false);
        // A list may be cut into alternatives anywhere.
        if let (Some(olds), Some(news)) = (values::listed_apart(old, &olds), values::listed_apart(new, &news)) {
            (widens, narrows) = (widens || olds.is_subset(&news), narrows || news.is_subset(&olds));
        }
        let documents = [self.old, self.new];
        let effect = match (widens, narrows) {
            (true, true) => return,
            (true, false) => Effect::Widens,
            (false, true) => Effect::Narrows,
            (false, false)
                if is_small && olds.iter().all(|one| news.iter().all(|other| disjoint(documents, one, other))) =>
            {
                Effect::Incomparable
            }
            (false, false) => Effect::Unknown,
        };
        let is_scalar =
            |schema: &Schema<'a>| !Types::of(schema).meets(Types::OBJECT) && !Types::of(schema).meets(Types::ARRAY);
        let action = match (one, other) {
            _ if olds.iter().chain(&news).all(is_scalar) && effect == Effect::Widens => {
                "list-of-types-widened".to_owned()
            }
            _ if olds.iter().chain(&news).all(is_scalar) && effect == Effect::Narrows => {
                "list-of-types-narrowed".to_owned()
            }
            (None, Some((choice, _))) => format!("wrapped-in-{}", choice.name()),
            (Some((choice, _)), None) => format!("unwrapped-from-{}", choice.name()),
            _ if is_exclusive(one) => "one-of-became-any-of".to_owned(),
            _ => "any-of-became-one-of".to_owned(),
        };
        self.schema(place, &action, effect, at(old, new), "", || {
            let count = |list: &[Schema<'_>]| match list.len() {
                1 => "one schema".to_owned(),
                count => format!("{count} alternatives"),
            };
            format!("{} became {}", count(&olds), count(&news))
        });
    }

    /// Whether no value can be two of the alternatives.
    fn exclude(&self, document: &'a Value, list: &'a [Value]) -> bool {
        let documents = [document, document];
        let schemas: Vec<Schema<'a>> = list.iter().map(|schema| Schema::of(document, [schema])).collect();
        schemas.len() * schemas.len() <= MOST_PAIRS * 2
            && schemas
                .iter()
                .enumerate()
                .all(|(at, one)| schemas[..at].iter().all(|other| disjoint(documents, one, other)))
    }

    fn discriminator(&mut self, place: &Place, old: &Schema<'a>, new: &Schema<'a>) {
        let (old, new) = (old.first("discriminator"), new.first("discriminator"));
        let name = |discriminator: &'a Value| discriminator.get("propertyName");
        let (action, at) = match (old, new) {
            (None, Some(new)) => ("discriminator-added", At::New(new)),
            (Some(old), None) => ("discriminator-removed", At::Old(old)),
            (Some(old), Some(new)) if name(old) != name(new) => ("discriminator-property-name-changed", At::New(new)),
            (Some(old), Some(new)) => return self.mapping(place, old, new),
            (None, None) => return,
        };
        self.schema(place, action, Effect::None, Some(at), "", || action.replace('-', " "));
    }

    fn mapping(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        let mapping = |discriminator: &'a Value| discriminator.get("mapping").and_then(Value::as_object);
        let (olds, news) = (mapping(old), mapping(new));
        for (value, target) in news.into_iter().flatten() {
            let action = match olds.and_then(|olds| olds.get(value)) {
                None => "discriminator-mapping-added",
                Some(known) if known != target => "discriminator-mapping-changed",
                Some(_) => continue,
            };
            self.schema(place, action, Effect::None, Some(At::New(target)), value, || {
                format!("the discriminator's value `{value}` leads to {target}")
            });
        }
        for (value, target) in olds.into_iter().flatten() {
            if news.is_none_or(|news| !news.contains_key(value)) {
                self.schema(place, "discriminator-mapping-deleted", Effect::None, Some(At::Old(target)), value, || {
                    format!("the discriminator's value `{value}` was removed")
                });
            }
        }
    }
}

fn null_is_one<'a>(document: &'a Value, schema: &Schema<'a>, depth: usize) -> bool {
    let is_one = |list: &'a Vec<Value>| {
        list.iter()
            .any(|alternative| depth > 0 && null_is_one(document, &Schema::of(document, [alternative]), depth - 1))
    };
    let mut lists = Choice::ALL.iter().flat_map(|choice| schema.lists(choice.keyword()));
    schema.overrules_alternatives() || schema.allows_null() && lists.all(is_one)
}

/// Whether no value can be both, as far as types, listed values, and properties that both require tell.
fn disjoint<'a>(documents: [&'a Value; 2], one: &Schema<'a>, other: &Schema<'a>) -> bool {
    let (types, others) = (Types::of(one), Types::of(other));
    if one.is_never || other.is_never || !types.meets(others) {
        return true;
    }
    let lists = |one: &Schema<'a>, other: &Schema<'a>| match (values::listed(one), values::listed(other)) {
        (Some(values), Some(others)) => values.keys().all(|value| !others.contains_key(value)),
        _ => false,
    };
    let are_objects = types.and(others) == Types::OBJECT;
    lists(one, other)
        || are_objects
            && one.property_names().into_iter().filter(|name| one.requires(name) && other.requires(name)).any(|name| {
                match (one.property(documents[0], name), other.property(documents[1], name)) {
                    (Some(one), Some(other)) => lists(&one, &other) || !Types::of(&one).meets(Types::of(&other)),
                    _ => false,
                }
            })
}

/// What an alternative is called: the component, or its title.
fn name(schema: &Value) -> Option<String> {
    schema_component(schema).or_else(|| schema.get("title").and_then(Value::as_str).map(str::to_owned))
}

/// An alternative in a few words.
fn words(schema: &Value) -> String {
    name(schema).or_else(|| reference(schema).map(str::to_owned)).unwrap_or_else(|| values::shown(schema))
}

/// What tells an alternative from others, whatever is shown of it.
fn identity(schema: &Value) -> String {
    name(schema).or_else(|| reference(schema).map(str::to_owned)).unwrap_or_else(|| values::key(schema))
}

/// An alternative in a place: in a few words, which others may begin with, too.
fn step(schema: &Value) -> String {
    let (words, identity) = (words(schema), identity(schema));
    if words.ends_with('…') { format!("{words} {}", digest([identity.as_str()])) } else { words }
}

/// Takes out of both lists what belongs together.
fn pair<'a>(
    gone: &mut Vec<&'a Value>,
    come: &mut Vec<&'a Value>,
    mut belong: impl FnMut(&'a Value, &'a Value) -> bool,
    mut found: impl FnMut(&'a Value, &'a Value),
) {
    gone.retain(|one| match come.iter().position(|other| belong(one, other)) {
        Some(at) => {
            found(one, come.remove(at));
            false
        }
        None => true,
    });
}
