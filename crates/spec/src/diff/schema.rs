//! A schema as what is compared: all conditions that a value has to meet, wherever they are written.

use serde_json::{Map, Value};

use super::types::Types;
use crate::convert::{BEYOND, is_loosened};
use crate::document::{reference, resolve};

/// The conditions of a schema: its own, and those of all that `$ref` and `allOf` put together.
///
/// So it makes no difference whether a condition is written in place, referred to, or in a part.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema<'a> {
    /// The schemas whose keywords all have to hold; none for a schema that allows everything.
    pub(super) parts: Vec<&'a Value>,
    /// It is `false`, or has such a part: nothing is allowed.
    pub(super) is_never: bool,
    /// What stands in the document.
    pub(super) written: Option<&'a Value>,
    /// The reference that it is, and nothing else.
    pub(super) reference: Option<&'a str>,
    /// Parts whose alternatives are left aside, because one of them is chosen.
    chosen: Vec<&'a Value>,
    /// Parts that do not decide whether null is allowed, because what they are a part of says it.
    overruled: Vec<&'a Value>,
}

impl<'a> Schema<'a> {
    /// What several schemas allow together.
    pub(super) fn of(document: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Self {
        Self::put_together(document, schemas.into_iter().map(|schema| (schema, false)))
    }

    /// What several schemas allow together, each with whether it is overruled about null.
    fn put_together(document: &'a Value, schemas: impl IntoIterator<Item = (&'a Value, bool)>) -> Self {
        let mut left: Vec<(&Value, bool)> = schemas.into_iter().collect();
        let mut all = Self { written: left.first().map(|(schema, _)| *schema), ..Self::default() };
        if let [(only, _)] = left.as_slice() {
            all.reference = reference(only);
        }
        left.reverse();
        while let Some((schema, is_overruled)) = left.pop() {
            match resolve(document, schema) {
                Some(Value::Bool(false)) => all.is_never = true,
                Some(part @ Value::Object(properties)) if all.adds(part, is_overruled) => {
                    let is_overruled = is_overruled || is_nullable(part);
                    let parts = properties.get("allOf").and_then(Value::as_array);
                    left.extend(parts.into_iter().flatten().rev().map(|part| (part, is_overruled)));
                }
                _ => {}
            }
        }
        all
    }

    /// Adds a part. What is part of the whole in two ways, or of itself, adds nothing the second time, unless it has a say
    /// only then.
    fn adds(&mut self, part: &'a Value, is_overruled: bool) -> bool {
        let position = |parts: &[&'a Value]| parts.iter().position(|known| std::ptr::eq(*known, part));
        match (position(&self.parts), position(&self.overruled)) {
            (None, _) => {
                self.parts.push(part);
                self.overruled.extend(is_overruled.then_some(part));
                true
            }
            (Some(_), Some(at)) if !is_overruled => {
                self.overruled.remove(at);
                true
            }
            (Some(_), _) => false,
        }
    }

    /// The schema with one of its alternatives.
    pub(super) fn choose(&self, document: &'a Value, alternative: &'a Value) -> Self {
        let says_null = self.parts.iter().any(|part| is_nullable(part) && has_alternatives(part));
        let parts = self.parts.iter().map(|part| (*part, self.is_overruled(part)));
        let mut all = Self::put_together(document, parts.chain([(alternative, says_null)]));
        all.written = Some(alternative);
        all.is_never |= self.is_never;
        all.chosen = self.parts.clone();
        all
    }

    /// The values of a keyword in all parts that have it.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword).or_else(|| part.get(BEYOND)?.get(keyword)))
    }

    /// The first value of a keyword, which is that of the schema itself rather than of what it refers to.
    pub(super) fn first(&self, keyword: &str) -> Option<&'a Value> {
        self.all(keyword).next()
    }

    /// Whether a keyword is `true` in any part.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.all(keyword).any(|value| *value == true)
    }

    /// The names of all properties, each once.
    pub(super) fn property_names(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for name in self.all("properties").filter_map(Value::as_object).flat_map(Map::keys) {
            if known.insert(name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// A property; none where no part names it.
    pub(super) fn property(&self, document: &'a Value, name: &str) -> Option<Self> {
        let mut schemas = self.all("properties").filter_map(|properties| properties.get(name)).peekable();
        schemas.peek()?;
        Some(Self::of(document, schemas.collect::<Vec<_>>()))
    }

    /// Whether an object has to have a property.
    pub(super) fn requires(&self, name: &str) -> bool {
        self.all("required").filter_map(Value::as_array).flatten().any(|required| required == name)
    }

    /// What a property has to be that no part names, or that one of the parts does not name.
    pub(super) fn additional(&self, document: &'a Value, name: Option<&str>) -> Self {
        let does_not_name = |part: &&&'a Value| {
            name.is_none_or(|name| part.get("properties").and_then(|properties| properties.get(name)).is_none())
        };
        let parts = self.parts.iter().filter(does_not_name);
        Self::of(document, parts.filter_map(|part| part.get("additionalProperties")))
    }

    /// The elements of an array.
    pub(super) fn items(&self, document: &'a Value) -> Self {
        Self::of(document, self.all("items"))
    }

    /// The lists of schemas that a keyword holds, `oneOf` or `anyOf`, as it was published.
    pub(super) fn lists(&self, keyword: &str) -> Vec<&'a Vec<Value>> {
        let is_open = |part: &&&'a Value| !self.chosen.iter().any(|chosen| std::ptr::eq(*chosen, **part));
        let list = |part: &&'a Value| match (is_loosened(part), keyword) {
            (true, "oneOf") => part.get("anyOf")?.as_array(),
            (true, _) => None,
            (false, keyword) => part.get(keyword)?.as_array(),
        };
        let lists = self.parts.iter().filter(is_open).filter_map(list);
        lists.filter(|list| !list.is_empty()).collect()
    }

    /// Whether null is allowed, as far as that does not depend on alternatives. `nullable` says it of all that stands beside
    /// it, and of the parts.
    pub(super) fn allows_null(&self) -> bool {
        let lists_null = |part: &Value| {
            let listed = part.get("enum").and_then(Value::as_array);
            listed.is_none_or(|values| values.contains(&Value::Null)) && part.get("const").is_none_or(Value::is_null)
        };
        let mut parts = self.parts.iter().filter(|part| !self.is_overruled(part));
        parts.all(|part| is_nullable(part) || Types::of_part(part).has(Types::NULL) && lists_null(part))
    }

    /// Whether null is allowed whatever the alternatives say.
    pub(super) fn overrules_alternatives(&self) -> bool {
        let is_open = |part: &&&'a Value| has_alternatives(part) && !self.is_overruled(part);
        self.allows_null() && self.parts.iter().filter(is_open).all(|part| is_nullable(part))
    }

    fn is_overruled(&self, part: &Value) -> bool {
        self.overruled.iter().any(|known| std::ptr::eq(*known, part))
    }

    /// Whether it allows everything, as far as it can be seen at a glance.
    pub(super) fn is_anything(&self) -> bool {
        !self.is_never && self.parts.iter().all(|part| part.as_object().is_some_and(Map::is_empty))
    }

    /// What it is made of, by address.
    pub(super) fn addresses(&self) -> Vec<*const Value> {
        self.parts.iter().chain(&self.chosen).map(|part| std::ptr::from_ref(*part)).collect()
    }
}

fn is_nullable(part: &Value) -> bool {
    part.get("nullable") == Some(&Value::Bool(true))
}

fn has_alternatives(part: &Value) -> bool {
    ["oneOf", "anyOf"]
        .iter()
        .any(|keyword| part.get(keyword).and_then(Value::as_array).is_some_and(|list| !list.is_empty()))
}
