//! Compares a body with the schema that the document has for it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use keyapi_redaction::PLACEHOLDER;
use keyapi_spec::diagnostic::join;
use keyapi_spec::document::extension;
use keyapi_spec::document::{parameter, reference, resolve};
use keyapi_spec::schema::json_type::in_words;
use keyapi_spec::source::{Kind, Node};
use keyapi_spec::{Diagnostic, Source, overlay};
use serde_json::{Value, json};

/// What a body is compared with.
pub(super) struct Comparison<'a> {
    /// The document with what was inferred.
    pub(super) document: &'a Value,
    /// The command that stores the body.
    pub(super) sample: &'a str,
    pub(super) seen: &'a Seen,
    /// Whether something is left at a place where the body is stored.
    pub(super) left: &'a dyn Fn(&str) -> bool,
}

/// What a finding says that a sample settles begins with this.
pub(super) const STORE: &str = "store it: ";

/// The kinds of the values that came where a schema applies, by its JSON pointer. One response alone does not tell what would
/// fit all of them, so all are compared before anything is said.
#[derive(Default)]
pub(super) struct Seen(RefCell<BTreeMap<String, BTreeSet<&'static str>>>);

impl Seen {
    fn note(&self, pointer: &str, node: &Node) {
        self.0.borrow_mut().entry(pointer.to_owned()).or_default().insert(kind(node));
    }

    /// The one type that fits all values, if there is one, and whether null is among them.
    fn all(&self, pointer: &str) -> (Option<&'static str>, bool) {
        let seen = self.0.borrow();
        let kinds = seen.get(pointer).into_iter().flatten().copied();
        let values: Vec<&str> = kinds.clone().filter(|kind| *kind != "null").collect();
        let kind = match values.as_slice() {
            [kind] => Some(*kind),
            ["integer", "number"] => Some("number"),
            _ => None,
        };
        (kind, kinds.into_iter().any(|kind| kind == "null"))
    }
}

/// A schema, and where it stands.
#[derive(Clone)]
struct Schema<'a> {
    node: &'a Value,
    pointer: String,
}

/// A part of a body.
#[derive(Clone, Copy)]
struct Part<'p> {
    node: &'p Node,
    /// JSON pointer in the body.
    pointer: &'p str,
    /// The same for all elements of a list, so that each finding is told of once.
    place: &'p str,
}

/// What there is to say, each with its place.
pub(super) type Diagnostics = Vec<(String, Diagnostic)>;

impl<'a> Comparison<'a> {
    /// What the body has that the schema has not, each once for all elements of a list, with the place by which it is told
    /// from others.
    pub(super) fn of(&self, body: &Source, schema: &'a Value, pointer: &str) -> Diagnostics {
        let mut found = Vec::new();
        let whole = Part { node: body.root(), pointer: "", place: "" };
        self.check(&Schema { node: schema, pointer: pointer.to_owned() }, whole, &mut found);
        let mut told = BTreeSet::new();
        found.retain(|(place, diagnostic)| told.insert((place.clone(), diagnostic.code)));
        found
    }

    fn check(&self, schema: &Schema<'a>, part: Part<'_>, found: &mut Diagnostics) {
        let parts = self.parts(schema);
        parts.iter().for_each(|at| self.seen.note(&at.pointer, part.node));
        let typed = parts.iter().find(|at| is_typed(at.node));
        if matches!(part.node.kind, Kind::Null) {
            if let Some(at) = typed
                && !parts.iter().any(|at| at.node["nullable"] == true)
            {
                let help = match self.is_settled(at, part) {
                    true => self.store(),
                    false => correct(&[self.update(&join(&at.pointer, "nullable"), &json!(true))]),
                };
                let message = format!("null comes where the document has {}", kind_of(at.node));
                found.push(part.warning("drift-null", message, help));
            }
            return;
        }
        if typed.is_none()
            && let Some(at) = parts.iter().find(|at| is_unproved(at.node))
        {
            let help = match self.is_settled(at, part) {
                true => self.store(),
                false => correct(&[self.update(&at.pointer, &declared(self.seen.all(&at.pointer)))]),
            };
            let message = format!("{} comes where nothing is known", noun(part.node));
            return found.push(part.warning("drift-unknown", message, help));
        }
        if let Some(at) = parts.iter().find(|at| !fits(at.node, part.node)) {
            let message = format!("{} comes where the document has {}", noun(part.node), kind_of(at.node));
            let help = match self.seen.all(&at.pointer) {
                _ if self.is_settled(at, part) => self.store(),
                // Samples and examples are of the other kind.
                (Some(kind), _) if !is_inferred(at.node) => {
                    correct(&[self.update(&join(&at.pointer, "type"), &json!(kind))])
                }
                // A schema of both would know nothing of either.
                _ if at.node.get("properties").is_some() => {
                    "nothing here settles it: the examples are objects, and no schema tells of these and of something else; \
                     where it stays so, change the schema in the overlay by hand"
                        .to_owned()
                }
                // The target of an action is an object, so that `type` goes with all that stands beside it.
                _ => correct(&[
                    overlay::removal(self.document, &at.pointer),
                    self.update(&at.pointer, &json!({"nullable": true})),
                ]),
            };
            return found.push(part.warning("drift-kind", message, help));
        }
        self.check_values(&parts, part, found);
        self.check_alternatives(&parts, part, found);
        match &part.node.kind {
            Kind::Object(_) => self.check_properties(&parts, part, found),
            Kind::Array(items) => {
                let Some(schema) = parts.iter().find_map(|at| at.get("items")) else { return };
                let place = format!("{}/-", part.place);
                for (index, node) in items.iter().enumerate() {
                    let pointer = format!("{}/{index}", part.pointer);
                    self.check(&schema, Part { node, pointer: &pointer, place: &place }, found);
                }
            }
            _ => {}
        }
    }

    /// A value outside of a known set, closed or open.
    fn check_values(&self, parts: &[Schema<'a>], part: Part<'_>, found: &mut Diagnostics) {
        // Of what was redacted, nobody knows any more what it was.
        if part.node.as_str().is_some_and(|text| text.contains(PLACEHOLDER)) {
            return;
        }
        let value = part.node.to_value();
        for at in parts {
            for keyword in ["enum", extension::EXTENSIBLE_ENUM] {
                let Some(values) = at.node.get(keyword).and_then(Value::as_array) else { continue };
                if !values.contains(&value) {
                    let message = format!("the value {value} is not one of those that the document lists");
                    let help = correct(&[self.update(&join(&at.pointer, keyword), &json!([value]))]);
                    found.push(part.warning("drift-value", message, help));
                }
            }
        }
    }

    /// One of several alternatives has to fit; where none does, what the nearest lacks is told of.
    fn check_alternatives(&self, parts: &[Schema<'a>], part: Part<'_>, found: &mut Diagnostics) {
        for at in parts {
            for keyword in ["oneOf", "anyOf"] {
                let alternatives = at.list(keyword).map(|alternative| {
                    let mut found = Vec::new();
                    self.check(&alternative, part, &mut found);
                    found
                });
                found.extend(alternatives.min_by_key(Vec::len).unwrap_or_default());
            }
        }
    }

    fn check_properties(&self, parts: &[Schema<'a>], part: Part<'_>, found: &mut Diagnostics) {
        let entries = part.node.properties();
        for (key, node) in entries {
            let (pointer, place) = (join(part.pointer, &key.name), join(part.place, &key.name));
            let below = Part { node, pointer: &pointer, place: &place };
            let declared: Vec<Schema<'a>> =
                parts.iter().filter_map(|at| at.get("properties")?.get(&key.name)).collect();
            if !declared.is_empty() {
                declared.iter().for_each(|schema| self.check(schema, below, found));
            } else if let Some(values) =
                parts.iter().find_map(|at| at.get("additionalProperties").filter(says_something))
            {
                self.check(&values, below, found);
            } else if !self.names(parts, &key.name) {
                let at = parts.iter().find(|at| at.node.get("properties").is_some()).or(parts.first());
                let Some(at) = at else { continue };
                let properties = join(&at.pointer, "properties");
                let property = join(&properties, &key.name);
                self.seen.note(&property, node);
                let schema = schema_of(self.seen.all(&property));
                // The target of an action has to be there.
                let help = match at.node.get("properties") {
                    _ if self.is_settled(at, below) => self.store(),
                    Some(_) => correct(&[self.update(&property, &schema)]),
                    None => correct(&[self.update(&properties, &json!({ &key.name: schema }))]),
                };
                let message = format!("nothing names the property `{}`, which is {}", key.name, noun(node));
                found.push(below.warning("drift-property", message, help));
            }
        }
        for at in parts {
            let required = at.node.get("required").and_then(Value::as_array).into_iter().flatten();
            let is_there = |name: &&Value| entries.iter().any(|(key, _)| **name == key.name);
            let (there, missing): (Vec<&Value>, Vec<&Value>) = required.partition(is_there);
            // An update of a list only adds to it.
            let place = join(&at.pointer, "required");
            let mut actions = vec![overlay::removal(self.document, &place)];
            if !there.is_empty() {
                actions.push(self.update(&place, &json!(there)));
            }
            for name in missing.into_iter().filter_map(Value::as_str) {
                let message = format!("the property `{name}` is missing, which the document requires");
                found.push(part.warning("drift-missing", message, correct(&actions)));
            }
        }
    }

    /// Whether something says what comes under a key, or says on purpose that anything may.
    fn names(&self, parts: &[Schema<'a>], key: &str) -> bool {
        let alternatives =
            || parts.iter().flat_map(|at| ["oneOf", "anyOf"].into_iter().flat_map(|keyword| at.list(keyword)));
        let in_alternative = |alternative: Schema<'a>| {
            let parts = self.parts(&alternative);
            parts.iter().any(|at| at.node["properties"].get(key).is_some())
        };
        // A map, or an object whose keys cannot be fields.
        let is_map = |at: &Schema<'a>| {
            let is_free = at.node.get("additionalProperties").is_some_and(|values| *values != false);
            is_free && at.node.get("properties").is_none() && at.node[extension::INFERRED]["rule"] != "R3"
        };
        // Samples of several kinds leave nothing to say about what is inside.
        let is_anything = || !parts.iter().any(|at| is_typed(at.node));
        alternatives().any(in_alternative) || parts.iter().any(is_map) || is_anything()
    }

    /// A schema and all that `allOf` adds to it, through references, each once.
    fn parts(&self, schema: &Schema<'a>) -> Vec<Schema<'a>> {
        let (mut parts, mut left) = (Vec::<Schema<'a>>::new(), vec![schema.clone()]);
        while let Some(Schema { node, pointer }) = left.pop() {
            let place = reference(node).and_then(keyapi_spec::document::reference::pointer);
            let Some(target) = resolve(self.document, node) else { continue };
            let pointer = place.map_or(pointer, std::borrow::Cow::into_owned);
            if !parts.iter().any(|known| std::ptr::eq(known.node, target)) {
                let schema = Schema { node: target, pointer };
                left.extend(schema.list("allOf"));
                parts.push(schema);
            }
        }
        parts
    }

    /// Whether another sample settles a finding about a schema, which was inferred; else a correction does.
    fn is_settled(&self, at: &Schema<'a>, part: Part<'_>) -> bool {
        is_inferred(at.node) && !(self.left)(part.place)
    }

    fn store(&self) -> String {
        format!("{STORE}`{}`", self.sample)
    }

    fn update(&self, property: &str, value: &Value) -> String {
        overlay::action(self.document, property, &value.to_string())
    }
}

impl<'a> Schema<'a> {
    fn get(&self, key: &str) -> Option<Self> {
        Some(Self { node: self.node.get(key)?, pointer: join(&self.pointer, key) })
    }

    fn list(&self, key: &'static str) -> impl Iterator<Item = Self> + use<'a> {
        let pointer = join(&self.pointer, key);
        let items = self.node.get(key).and_then(Value::as_array).into_iter().flatten().enumerate();
        items.map(move |(index, node)| Self { node, pointer: format!("{pointer}/{index}") })
    }
}

impl Part<'_> {
    fn warning(self, code: &'static str, message: String, help: String) -> (String, Diagnostic) {
        (self.place.to_owned(), Diagnostic::warning(code, self.pointer, message).help(help))
    }
}

/// Says that actions settle it, one after the other.
fn correct(actions: &[String]) -> String {
    // Earlier, they would declare what is a hole, and nothing would be inferred there any more.
    let staged = |action: &String| format!("{}, \"x-stage\": \"inferred\"}}", &action[..action.len() - 1]);
    let actions: Vec<String> = actions.iter().map(staged).collect();
    let these = if actions.len() == 1 { "this action" } else { "these actions" };
    format!("add {these} to the overlay: {}", actions.join(" and "))
}

fn says_something(schema: &Schema<'_>) -> bool {
    schema.node.as_object().is_some_and(|values| !values.is_empty())
}

fn is_typed(schema: &Value) -> bool {
    type_of(schema).is_some() || ["enum", "oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some())
}

/// The type that a schema names or implies. Of a list of values each is told of by itself.
fn type_of(schema: &Value) -> Option<&str> {
    Some(parameter::kind(schema)).filter(|kind| match schema.get("type") {
        Some(_) => !kind.is_empty(),
        None => ["object", "array"].contains(kind),
    })
}

/// Whether a schema was inferred. An object that was, and corrected since, has properties that were inferred.
fn is_inferred(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(|(_, property)| property).chain([schema]).any(|schema| schema.get(extension::INFERRED).is_some())
}

/// Whether no sample said what comes here.
fn is_unproved(schema: &Value) -> bool {
    let rule = schema[extension::INFERRED]["rule"].as_str().unwrap_or_default();
    rule == "R1" || (rule == "R12" && schema.get("type").is_none())
}

fn fits(schema: &Value, node: &Node) -> bool {
    let Some(declared) = type_of(schema) else { return true };
    match (&node.kind, declared) {
        (Kind::Number(_), "number") => true,
        (Kind::Number(token), "integer") => match schema["format"].as_str() {
            Some("uint64") => token.parse::<u64>().is_ok(),
            Some("int32") => token.parse::<i32>().is_ok(),
            _ => token.parse::<i64>().is_ok(),
        },
        (_, declared) => kind(node) == declared,
    }
}

/// The schema's type that a value has.
fn kind(node: &Node) -> &'static str {
    match &node.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "boolean",
        Kind::Number(token) if token.contains(['.', 'e', 'E']) || token.parse::<i64>().is_err() => "number",
        Kind::Number(_) => "integer",
        Kind::String(_) => "string",
        Kind::Array(_) => "array",
        Kind::Object(_) => "object",
    }
}

fn noun(node: &Node) -> &'static str {
    match (kind(node), &node.kind) {
        ("number", Kind::Number(token)) if !token.contains(['.', 'e', 'E']) => "an integer beyond 64 bits",
        (kind, _) => in_words(kind),
    }
}

/// The type of a schema in words.
fn kind_of(schema: &Value) -> String {
    type_of(schema).map_or_else(|| "something else".to_owned(), |kind| format!("type {kind}"))
}

/// The same as a declaration, which an action needs where nothing was known.
fn declared(seen: (Option<&str>, bool)) -> Value {
    match seen {
        (None, _) => json!({"nullable": true}),
        seen => schema_of(seen),
    }
}

/// What the values at a place say about its schema, for a person to go on from: their kind, if there is one, and whether null
/// is among them.
fn schema_of(seen: (Option<&str>, bool)) -> Value {
    match seen {
        (Some("array"), _) => json!({"type": "array", "items": {}, "nullable": true}),
        (Some("object"), _) => json!({"type": "object", "additionalProperties": {}, "nullable": true}),
        (Some(kind), true) => json!({"type": kind, "nullable": true}),
        (Some(kind), false) => json!({ "type": kind }),
        (None, _) => json!({}),
    }
}
