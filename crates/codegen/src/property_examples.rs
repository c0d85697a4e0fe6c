//! What the examples of a document show of the properties of its types, and where.

use std::collections::{BTreeMap, HashSet};

use keyapi_spec::diagnostic::join;
use keyapi_spec::document::body::choose;
use keyapi_spec::document::{OperationKey, operations, resolve, schema_component, unwrap_reference};
use keyapi_spec::schema::discriminator;
use serde_json::Value;

use crate::docs;

/// An example that is longer is cut.
const MAX_LENGTH: usize = 60;

/// What examples show, by components and their properties.
#[derive(Default)]
pub(crate) struct PropertyExamples<'a> {
    properties: BTreeMap<String, BTreeMap<&'a str, PropertyExample<'a>>>,
}

/// What examples show of one property.
pub(crate) struct PropertyExample<'a> {
    /// The first value that is not null.
    pub(crate) value: Option<&'a Value>,
    /// Where that is, or the first null: a JSON pointer into a body.
    pub(crate) pointer: String,
    /// What body that is.
    pub(crate) body: String,
    /// How often the property is there, and how often it is null.
    pub(crate) times: usize,
    pub(crate) nulls: usize,
}

impl<'a> PropertyExamples<'a> {
    /// Goes through the examples of all bodies.
    pub(crate) fn of(resolved: &'a Value) -> Self {
        let mut examples = Self::default();
        for key in operations(resolved) {
            let Some(operation) = resolved.pointer(&key.pointer) else { continue };
            let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
            for (status, response) in responses {
                let what = if status == "default" { "response".to_owned() } else { format!("response {status}") };
                examples.body(resolved, response, &what, &key);
            }
            examples.body(resolved, operation.get("requestBody").unwrap_or(&Value::Null), "request", &key);
        }
        examples
    }

    pub(crate) fn property(&self, component: &str, property: &str) -> Option<&PropertyExample<'a>> {
        self.properties.get(component)?.get(property)
    }

    fn body(&mut self, resolved: &'a Value, holder: &'a Value, what: &str, key: &OperationKey) {
        let Some(media) = choose(holder).and_then(|chosen| holder["content"].get(chosen.media_type)) else { return };
        let Some(schema) = media.get("schema") else { return };
        let named = media.get("examples").and_then(Value::as_object).into_iter().flatten();
        let named = named.filter_map(|(_, example)| resolve(resolved, example)?.get("value"));
        let body = format!("{what} of `{key}`");
        for example in media.get("example").into_iter().chain(named) {
            Visitor { resolved, examples: self, body: &body, seen: HashSet::new() }.value(schema, example, "");
        }
    }
}

struct Visitor<'s, 'a> {
    resolved: &'a Value,
    examples: &'s mut PropertyExamples<'a>,
    body: &'s str,
    /// The schemas that each value was held against.
    seen: HashSet<(*const Value, *const Value)>,
}

impl<'a> Visitor<'_, 'a> {
    /// A value ends, and so does the walk, whatever its schema refers to.
    fn value(&mut self, schema: &'a Value, value: &'a Value, pointer: &str) {
        let unwrapped = unwrap_reference(schema);
        let component = schema_component(unwrapped);
        let resolved = self.resolved;
        let Some(schema) = resolve(resolved, unwrapped) else { return };
        // Several alternatives may lead to the same type, and so may those inside of them, at every depth.
        if !self.seen.insert((schema, value)) {
            return;
        }
        for branch in discriminator::alternatives(schema).filter(|branch| may_be(resolved, schema, branch, value)) {
            self.value(branch, value, pointer);
        }
        match value {
            Value::Object(properties) => {
                for (name, value) in properties {
                    let pointer = join(pointer, name);
                    let property = part(self.resolved, schema, name);
                    if let (Some(component), Some(_)) = (&component, property) {
                        self.see(component, name, value, &pointer);
                    }
                    if let Some(property) = property.or_else(|| schema.get("additionalProperties")) {
                        self.value(property, value, &pointer);
                    }
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    if let Some(items) = schema.get("items") {
                        self.value(items, element, &format!("{pointer}/{index}"));
                    }
                }
            }
            _ => {}
        }
    }

    fn see(&mut self, component: &str, name: &'a str, value: &'a Value, pointer: &str) {
        let of_component = match self.examples.properties.get_mut(component) {
            Some(known) => known,
            None => self.examples.properties.entry(component.to_owned()).or_default(),
        };
        let place = || (pointer.to_owned(), self.body.to_owned());
        let shown = of_component.entry(name).or_insert_with(|| {
            let (pointer, body) = place();
            PropertyExample { value: None, pointer, body, times: 0, nulls: 0 }
        });
        shown.times += 1;
        if value.is_null() {
            shown.nulls += 1;
        } else if shown.value.is_none() {
            shown.value = Some(value);
            (shown.pointer, shown.body) = place();
        }
    }
}

/// Whether a value may be meant by an alternative: its tag selects that, or it has all that is required there, and what may
/// be one of few values is one of them.
fn may_be(resolved: &Value, choice: &Value, alternative: &Value, value: &Value) -> bool {
    let tag = discriminator::property(choice).and_then(|name| value.get(name)).and_then(Value::as_str);
    let selected = discriminator::mapping(choice).find(|(known, _)| Some(*known) == tag);
    if let Some((_, Some(selected))) = selected {
        return discriminator::name_of(alternative).is_some_and(|name| name == selected);
    }
    let Some(schema) = resolve(resolved, unwrap_reference(alternative)) else { return true };
    let Value::Object(properties) = value else { return true };
    let mut required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    required.all(|name| name.as_str().is_none_or(|name| properties.contains_key(name)))
        && properties.iter().all(|(name, value)| {
            let property = part(resolved, schema, name).and_then(|property| resolve(resolved, property));
            let allowed = property.and_then(|property| property.get("enum")?.as_array());
            allowed.is_none_or(|allowed| allowed.contains(value))
        })
}

/// The schema of a property, which a part of `allOf` may have.
fn part<'a>(resolved: &'a Value, schema: &'a Value, name: &str) -> Option<&'a Value> {
    let own = schema.get("properties").and_then(|properties| properties.get(name));
    own.or_else(|| {
        let parts = schema.get("allOf").and_then(Value::as_array)?;
        parts.iter().find_map(|part| resolve(resolved, part)?.get("properties")?.get(name))
    })
}

/// A value as JSON on one line, cut where it is long; nothing of an object, which is a type of its own, nor of what holds
/// one.
pub(crate) fn shown(value: &Value) -> Option<String> {
    let is_plain = match value {
        Value::Object(_) => false,
        Value::Array(elements) => elements.iter().all(|element| !element.is_object() && !element.is_array()),
        _ => true,
    };
    is_plain.then(|| cut(&value.to_string()))
}

/// A text in which all can be seen, cut where it is long.
pub(crate) fn cut(text: &str) -> String {
    let mut kept: String = text.chars().take(MAX_LENGTH).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    docs::visible(&kept)
}
