//! Discriminators: the alternative that a tag selects (OpenAPI 3.0.4, section 4.7.25).

use indexmap::IndexMap;
use keyapi_spec::document::{schema_reference, unwrap_reference};
use keyapi_spec::schema::discriminator::{name_of, own_tags, property};
use serde_json::{Map, Value, json};

use super::source::{Source, flag, items, properties, text};

/// Marks the rules about the tag itself, for whoever reports what is broken.
const MARK: &str = "x-discriminator";

/// Where references to schemas by their name alone lead.
const SCHEMAS: &str = "#/components/schemas/";

/// A discriminator beside a choice of schemas, or in a schema that others are made from.
pub(crate) struct Discriminator<'a> {
    /// The keyword of the choice, where there is one.
    pub(super) choice: Option<&'static str>,
    pub(crate) property: &'a str,
    /// References to schemas by the tags that select them; none to one that stands in the choice itself.
    tags: IndexMap<String, Option<String>>,
}

impl<'a> Discriminator<'a> {
    /// Whether a schema has a discriminator.
    pub(super) fn is_in(schema: &Value) -> bool {
        property(schema).is_some()
    }

    /// The discriminator of a schema; nothing where it has none, or one that selects nothing.
    pub(crate) fn of(source: &'a Source, schema: &'a Value) -> Option<Self> {
        let discriminator = schema.get("discriminator")?;
        let property = property(schema)?;
        let choice = ["oneOf", "anyOf"].into_iter().find(|choice| schema.get(choice).is_some_and(Value::is_array));
        let mapped = properties(discriminator.get("mapping")).filter_map(|(tag, target)| {
            let target = target.as_str()?;
            let is_name = !target.contains(['/', '#']);
            Some((tag.clone(), Some(if is_name { format!("{SCHEMAS}{target}") } else { target.to_owned() })))
        });
        let mut tags: IndexMap<String, Option<String>> = mapped.collect();
        // Every schema is also selected by its own name, unless the mapping has another use for that, or the schema has
        // other values for the property.
        let alternatives: Vec<Value> = match choice {
            Some(choice) => items(schema.get(choice)).cloned().collect(),
            None => family(source, schema).iter().map(|name| schema_reference(name)).collect(),
        };
        let own = own_tags(source.outline(), &alternatives.iter().collect::<Vec<_>>(), property);
        for (alternative, mut own) in alternatives.iter().zip(own) {
            let reference = reference(alternative);
            if own.is_empty() {
                own.extend(name_of(alternative));
            }
            for tag in own {
                tags.entry(tag).or_insert_with(|| reference.map(str::to_owned));
            }
        }
        (!tags.is_empty()).then_some(Self { choice, property, tags })
    }

    /// The schemas that tags select, by references, in the order of the tags.
    pub(crate) fn selected(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter().filter_map(|(tag, reference)| Some((tag.as_str(), reference.as_deref()?)))
    }

    /// The tag that selects an alternative.
    pub(crate) fn tag_of(&self, alternative: &Value) -> Option<&str> {
        let wanted = reference(alternative)?;
        self.selected().find(|(_, reference)| *reference == wanted).map(|(tag, _)| tag)
    }

    /// The choice as JSON Schema that looks at nothing but the tag, from the selected schemas in the order of the tags. What
    /// is no object has no tag, and is left to the choice.
    pub(super) fn by_tag(&self, selected: Vec<Value>, choice: Option<Value>) -> Value {
        let property = self.property;
        let cases = self.selected().zip(selected).map(|((tag, _), schema)| {
            json!({ "if": { "required": [property], "properties": { property: { "enum": forms(tag) } } }, "then": schema })
        });
        let known: Vec<Value> = self.tags.keys().flat_map(|tag| forms(tag)).collect();
        let then = json!({
            "required": [property],
            "properties": { property: { "enum": known, MARK: self.tags.keys().collect::<Vec<_>>() } },
            "allOf": cases.collect::<Vec<_>>(),
        });
        let otherwise: Map<String, Value> = self.choice.map(str::to_owned).into_iter().zip(choice).collect();
        json!({ "if": { "type": "object" }, "then": then, "else": otherwise })
    }
}

/// The tags that the rule about a tag knows; nothing for any other rule.
pub(crate) fn known_tags(rule: &Value) -> Option<Vec<&str>> {
    rule.get(MARK).map(|tags| items(Some(tags)).filter_map(Value::as_str).collect())
}

/// The names of a schema and of all that are made from it by `allOf`.
fn family(source: &Source, base: &Value) -> Vec<String> {
    let components = source.outline().components("schemas");
    let mut found: IndexMap<*const Value, &String> = IndexMap::new();
    found.extend(
        components
            .iter()
            .filter(|(_, schema)| std::ptr::eq(*schema, base))
            .map(|(name, schema)| (&raw const **schema, name)),
    );
    loop {
        let before = found.len();
        for (name, schema) in components.iter().filter(|(_, schema)| !is_nullable_use(schema)) {
            let mut parts = items(schema.get("allOf")).map(|part| &raw const *source.resolve(part));
            if parts.any(|part| found.contains_key(&part)) {
                found.entry(&raw const **schema).or_insert(name);
            }
        }
        if found.len() == before {
            return found.into_values().cloned().collect();
        }
    }
}

/// Whether a schema is another that may be null as well, and not one that is made from it.
fn is_nullable_use(schema: &Value) -> bool {
    flag(schema, "nullable") && !std::ptr::eq(unwrap_reference(schema), schema)
}

/// The values that are a tag: documents have numbers and flags as tags, too, which a mapping writes as texts.
fn forms(tag: &str) -> Vec<Value> {
    let scalar = serde_json::from_str(tag).ok().filter(|value: &Value| value.is_number() || value.is_boolean());
    std::iter::once(json!(tag)).chain(scalar).collect()
}

/// The reference that an alternative is, perhaps with something said about its use.
fn reference(alternative: &Value) -> Option<&str> {
    text(alternative, "$ref").or_else(|| match alternative.get("allOf")?.as_array()?.as_slice() {
        [only] => text(only, "$ref"),
        _ => None,
    })
}
