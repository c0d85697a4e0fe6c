//! A schema as what is compared: all conditions that a value has to meet, wherever they are written.

use serde_json::{Map, Value};

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
}

impl<'a> Schema<'a> {
    /// What several schemas allow together.
    pub(super) fn of(document: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut left: Vec<&Value> = schemas.into_iter().collect();
        let mut all = Self { written: left.first().copied(), ..Self::default() };
        if let [only] = left.as_slice() {
            all.reference = reference(only);
        }
        left.reverse();
        while let Some(schema) = left.pop() {
            match resolve(document, schema) {
                Some(Value::Bool(false)) => all.is_never = true,
                // What is part of the whole in two ways, or of itself, adds nothing the second time.
                Some(part @ Value::Object(members)) if !all.parts.iter().any(|known| std::ptr::eq(*known, part)) => {
                    all.parts.push(part);
                    let parts = members.get("allOf").and_then(Value::as_array);
                    left.extend(parts.into_iter().flatten().rev());
                }
                _ => {}
            }
        }
        all
    }

    /// The schema with one of its alternatives.
    pub(super) fn choose(&self, document: &'a Value, alternative: &'a Value) -> Self {
        let mut all = Self::of(document, self.parts.iter().copied().chain([alternative]));
        all.written = Some(alternative);
        all.is_never |= self.is_never;
        all.chosen = self.parts.clone();
        all
    }

    /// The values of a keyword in all parts that have it.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
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

    /// The lists of schemas that a keyword holds, such as `oneOf`.
    pub(super) fn lists(&self, keyword: &str) -> Vec<&'a Vec<Value>> {
        let is_open = |part: &&&'a Value| !self.chosen.iter().any(|chosen| std::ptr::eq(*chosen, **part));
        let lists = self.parts.iter().filter(is_open).filter_map(|part| part.get(keyword)?.as_array());
        lists.filter(|list| !list.is_empty()).collect()
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
