//! The rules as data: every kind of change, what it does, and two documents that show it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::change::{Direction, Effect, Guard, Level, level};
use super::ids::published;

/// All rules; of those about schemas, what is the same in every place.
const DATA: &str = include_str!("rules.json");

/// The places of schemas, as they are in ids.
const PLACES: [&str; 8] = [
    "request-body",
    "request-property",
    "request-parameter",
    "request-parameter-property",
    "response-body",
    "response-property",
    "response-header",
    "response-header-property",
];

/// A kind of change, in one place.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id, which other rules have, too, where the effect depends on more than the id says.
    pub id: String,
    /// The messages that it is about.
    pub direction: Option<Direction>,
    /// What it does to them.
    pub effect: Effect,
    /// What qualifies the effect.
    pub guard: Option<Guard>,
    /// What happened: a sentence.
    pub what: String,
    /// Two documents that differ in nothing else; none where documents do not show it.
    pub example: Option<[Value; 2]>,
}

impl Rule {
    /// How bad it is, by the law.
    pub fn level(&self) -> Level {
        level(self.direction, self.effect, self.guard)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    schemas: Vec<SchemaRow>,
    properties: Vec<Row>,
    others: Vec<Row>,
}

/// A change of a schema, wherever it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaRow {
    action: String,
    effect: Effect,
    what: String,
    /// The places that it has this name in, where not all.
    #[serde(default)]
    only: Vec<String>,
    /// It is about what is announced, and not about messages.
    #[serde(default)]
    is_note: bool,
    old: Value,
    new: Value,
}

/// A change with an id of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    #[serde(default)]
    direction: Option<Direction>,
    effect: Effect,
    #[serde(default)]
    guard: Option<Guard>,
    what: String,
    /// Whether `old` and `new` are documents, and not operations.
    #[serde(default)]
    is_document: bool,
    #[serde(default)]
    old: Option<Value>,
    #[serde(default)]
    new: Option<Value>,
}

/// All rules, in every place.
pub fn rules() -> Vec<Rule> {
    let data = data();
    let schemas = data.schemas.iter().flat_map(|row| {
        places(row).flat_map(|place| [Some(row.rule(place)), row.guarded(place)].into_iter().flatten())
    });
    let properties = data.properties.iter().map(Row::of_property);
    schemas.chain(properties).chain(data.others.iter().map(Row::rule)).collect()
}

/// The data, which a test holds to be readable.
fn data() -> Data {
    serde_json::from_str(DATA).unwrap_or_default()
}

fn places(row: &SchemaRow) -> impl Iterator<Item = &'static str> {
    PLACES.into_iter().filter(|place| row.only.is_empty() || row.only.iter().any(|known| known == place))
}

impl SchemaRow {
    fn rule(&self, place: &str) -> Rule {
        Rule {
            id: published(format!("{place}-{}", self.action)),
            direction: (!self.is_note).then_some(direction(place)),
            effect: self.effect,
            guard: None,
            what: self.what.clone(),
            example: Some([&self.old, &self.new].map(|schema| document(&operation(place, schema)))),
        }
    }
}

impl SchemaRow {
    /// The rule for properties that are in no message of the direction, where it has an effect to take away.
    fn guarded(&self, place: &str) -> Option<Rule> {
        let rule = self.rule(place);
        let (guard, keyword) = match rule.direction? {
            Direction::Request => (Guard::ReadOnly, "readOnly"),
            Direction::Response => (Guard::WriteOnly, "writeOnly"),
        };
        let scope = place.strip_prefix(&format!("{}-", rule.direction?))?;
        if self.effect == Effect::None || !scope.ends_with("property") {
            return None;
        }
        let with_guard = |schema: &Value| {
            let mut schema = schema.clone();
            schema[keyword] = Value::Bool(true);
            document(&operation(place, &schema))
        };
        let id = format!("{}-{guard}-{scope}-{}", rule.direction?, self.action);
        Some(Rule { id, guard: Some(guard), example: Some([&self.old, &self.new].map(with_guard)), ..rule })
    }
}

impl Row {
    fn rule(&self) -> Rule {
        let documents = |node: &Value| if self.is_document { node.clone() } else { document(node) };
        Rule {
            id: self.id.clone(),
            direction: self.direction,
            effect: self.effect,
            guard: self.guard,
            what: self.what.clone(),
            example: self.old.as_ref().zip(self.new.as_ref()).map(|(old, new)| [old, new].map(documents)),
        }
    }

    /// A rule about a property, whose id says which messages the object is in.
    fn of_property(&self) -> Rule {
        let direction = if self.id.contains("request") { Direction::Request } else { Direction::Response };
        let outer = match (direction, self.id.contains("parameter-property"), self.id.contains("header-property")) {
            (_, true, _) => "request-parameter",
            (_, _, true) => "response-header",
            (Direction::Request, ..) => "request-body",
            (Direction::Response, ..) => "response-body",
        };
        let rule = self.rule();
        let example = self.old.as_ref().zip(self.new.as_ref());
        let example = example.map(|(old, new)| [old, new].map(|object| document(&operation(outer, object))));
        Rule { direction: Some(direction), example, ..rule }
    }
}

fn direction(place: &str) -> Direction {
    if place.starts_with("request") { Direction::Request } else { Direction::Response }
}

/// An operation that has a schema in a place.
fn operation(place: &str, schema: &Value) -> Value {
    let is_inside = place.ends_with("-property");
    let schema = if is_inside { json!({"type": "object", "properties": {"p": schema}}) } else { schema.clone() };
    let media = json!({"application/json": {"schema": schema}});
    match place {
        "request-body" | "request-property" => json!({"requestBody": {"content": media}}),
        "response-body" | "response-property" => json!({"responses": {"200": {"content": media}}}),
        "request-parameter" | "request-parameter-property" => {
            json!({"parameters": [{"name": "p", "in": "query", "schema": schema}]})
        }
        _ => json!({"responses": {"200": {"headers": {"H": {"schema": schema}}}}}),
    }
}

fn document(operation: &Value) -> Value {
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation}}})
}

/// The rules as a page.
pub fn markdown() -> String {
    let data = data();
    let mut page = String::from(HEAD);
    page.push_str("\n## Schemas\n\n");
    page.push_str(SCHEMAS);
    page.push_str("\n| action | effect | request | response | |\n|---|---|---|---|---|\n");
    for row in &data.schemas {
        let level_of = |prefix: &str| {
            let place = places(row).find(|place| place.starts_with(prefix));
            place.map_or_else(|| "–".to_owned(), |place| row.rule(place).level().to_string())
        };
        let (request, response) = (level_of("request"), level_of("response"));
        let SchemaRow { action, effect, what, .. } = row;
        page.push_str(&format!("| `{action}` | {effect} | {request} | {response} | {what} |\n"));
    }
    for (title, rows) in [
        ("Properties", data.properties.iter().map(Row::of_property).collect::<Vec<_>>()),
        ("Everything else", data.others.iter().map(Row::rule).collect()),
    ] {
        page.push_str(&format!("\n## {title}\n\n| id | effect | level | |\n|---|---|---|---|\n"));
        for rule in rows {
            let guard = rule.guard.map(|guard| format!(", {guard}")).unwrap_or_default();
            let (id, effect, level, what) = (&rule.id, rule.effect, rule.level(), &rule.what);
            page.push_str(&format!("| `{id}` | {effect}{guard} | {level} | {what} |\n"));
        }
    }
    page
}

const HEAD: &str = "# Changes

<!-- Made by `cargo run -p keyapi-spec --example changes > docs/changes.md` from `crates/spec/src/diff/rules.json`. -->

What may change between two documents, and how bad it is for those who keep to the old one. `cargo xtask diff` reports it.

A change has an effect on the set of legal messages, and a direction. Its level follows from the two, and is stored nowhere:

| effect | request | response | |
|---|---|---|---|
| none | info | info | The same messages are legal. |
| narrows | error | info | Some messages are not legal any more: whoever sends them is broken. |
| widens | info | error | Some messages are legal now: whoever reads them is broken. |
| incomparable | error | error | Both. |
| unknown | warn | warn | Neither inclusion is proved. |
| violation | error | error | What was announced about the end of something is not kept. |

Guards qualify the effect. What is *read-only* is in no request, and what is *write-only* in no response, so that a change of it
has no effect there; its id says `read-only-` or `write-only-` before the place. A removal that was *announced*, with `deprecated`
and a sunset that has come or none, is info. What clients *selected*, a status, a media type or a header, counts as a request,
though it is in responses.

Where a schema leaves so few values that each can be asked for, listed ones, both booleans or a short range of whole numbers, what
counts is the effect on these: a bound that all of them keep to has none.

In `oneOf` whose alternatives may overlap, what one of them gains may be lost by the whole: what would be info there is unknown.
Alternatives do not overlap where their types, their listed values, or those of a property that all of them require have nothing
in common.

A project that sees a rule otherwise says so, with the reason, in its reviewed file of decisions. A level below the law needs a
proof that nobody is broken.
";

const SCHEMAS: &str = "The id of a change of a schema is made of its place and the action: `request-property-max-set`. Places are
`request-body`, `request-property`, `request-parameter`, `request-parameter-property`, `response-body`, `response-property`,
`response-header` and `response-header-property`; a property is anything inside, elements and alternatives included. A dash means
that the action has another name in that direction.
";
