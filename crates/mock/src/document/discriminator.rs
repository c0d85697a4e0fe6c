//! Discriminators: the alternative that a tag selects (OpenAPI 3.0.4, section 4.7.25).

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::source::{Source, items, properties, text};

/// Marks the rules about the tag itself, for whoever reports what is broken.
const MARK: &str = "x-discriminator";

/// Where references to schemas by their name alone lead.
const SCHEMAS: &str = "#/components/schemas/";

/// A discriminator beside a choice of schemas, or in a schema that others are made from.
pub(crate) struct Discriminator<'a> {
    /// The keyword of the choice, where there is one.
    pub(super) choice: Option<&'static str>,
    pub(crate) property: &'a str,
    /// References to schemas by the tags that select them.
    pub(super) tags: IndexMap<&'a str, String>,
}

impl<'a> Discriminator<'a> {
    /// Whether a schema has a discriminator.
    pub(super) fn is_in(schema: &Value) -> bool {
        schema.get("discriminator").is_some_and(|discriminator| text(discriminator, "propertyName").is_some())
    }

    /// The discriminator of a schema; nothing where it has none, or one that selects nothing.
    pub(crate) fn of(source: &'a Source, schema: &'a Value) -> Option<Self> {
        let discriminator = schema.get("discriminator")?;
        let property = text(discriminator, "propertyName")?;
        let choice = ["oneOf", "anyOf"].into_iter().find(|choice| schema.get(choice).is_some_and(Value::is_array));
        let mapped = properties(discriminator.get("mapping")).filter_map(|(tag, target)| {
            let target = target.as_str()?;
            let is_name = !target.contains(['/', '#']);
            Some((tag.as_str(), if is_name { format!("{SCHEMAS}{target}") } else { target.to_owned() }))
        });
        let mut tags: IndexMap<&str, String> = mapped.collect();
        // Every schema is also selected by its own name, unless the mapping has another use for that.
        match choice {
            Some(choice) => {
                for reference in items(schema.get(choice)).filter_map(reference) {
                    let name = reference.rsplit('/').next().unwrap_or(reference);
                    tags.entry(name).or_insert_with(|| reference.to_owned());
                }
            }
            None => {
                for name in family(source, schema) {
                    tags.entry(name).or_insert_with(|| format!("{SCHEMAS}{name}"));
                }
            }
        }
        (!tags.is_empty()).then_some(Self { choice, property, tags })
    }

    /// The tag that selects an alternative.
    pub(crate) fn tag_of(&self, alternative: &Value) -> Option<&'a str> {
        let wanted = reference(alternative)?;
        self.tags.iter().find(|(_, reference)| *reference == wanted).map(|(tag, _)| *tag)
    }

    /// The choice as JSON Schema that looks at nothing but the tag, from the selected schemas in the order of the tags. What
    /// is no object has no tag, and is left to the choice.
    pub(super) fn by_tag(&self, selected: Vec<Value>, choice: Option<Value>) -> Value {
        let property = self.property;
        let cases = self.tags.keys().zip(selected).map(|(tag, schema)| {
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
fn family<'a>(source: &'a Source, base: &Value) -> Vec<&'a str> {
    let components = || properties(source.root().get("components").and_then(|components| components.get("schemas")));
    let mut found: IndexMap<*const Value, &str> = IndexMap::new();
    found.extend(
        components()
            .filter(|(_, schema)| std::ptr::eq(*schema, base))
            .map(|(name, schema)| (&raw const *schema, name.as_str())),
    );
    loop {
        let before = found.len();
        for (name, schema) in components() {
            let mut parts = items(schema.get("allOf")).map(|part| &raw const *source.resolve(part));
            if parts.any(|part| found.contains_key(&part)) {
                found.entry(&raw const *schema).or_insert(name);
            }
        }
        if found.len() == before {
            return found.into_values().collect();
        }
    }
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
