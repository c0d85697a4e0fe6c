//! What a document says of the XML of its bodies (OpenAPI 3.0, "XML Object").

use std::borrow::Cow;
use std::collections::BTreeMap;

use keyapi_xml::{Choice, Element, Property, Shape, Unwritable, XmlSchema};
use serde_json::{Map, Value, json};

use crate::all_of::flatten;
use crate::alternatives::{alternatives, kind_of};
use crate::document::{Lookup, schema_component, schema_of, unwrap_reference};

/// How deep inline schemas may be in each other; what is deeper is anything.
const MAX_DEPTH: usize = 100;

/// How many elements may be described; what is beyond is anything.
const MAX_ELEMENTS: usize = 100_000;

/// What an element is called of which the document does not say how.
const UNNAMED: &str = "value";

/// The XML of bodies of a schema. An element is called as its schema says, or else as the component or the property that it
/// is of; what stands beside a reference comes first.
pub fn schema(document: &dyn Lookup, schema: &Value) -> XmlSchema {
    Reader::new(document, Telling::Kinds).whole(schema)
}

/// The same with all of the schemas of which a value is one, for whoever can tell them apart.
pub fn judged(document: &dyn Lookup, schema: &Value) -> XmlSchema {
    Reader::new(document, Telling::Alternatives).whole(schema)
}

/// The same without the properties that have a flag, by which they do not go the way of the body.
#[cfg(feature = "pipeline")]
pub(crate) fn sent(document: &dyn Lookup, schema: &Value, hidden: &str) -> XmlSchema {
    Reader { hidden: Some(hidden), ..Reader::new(document, Telling::Alternatives) }.whole(schema)
}

/// A body as a document that has this schema for it has it.
///
/// # Errors
///
/// The value cannot be written so.
pub fn write(document: &dyn Lookup, schema: &Value, value: &Value) -> Result<String, Unwritable> {
    keyapi_xml::write(value, &self::schema(document, schema))
}

/// What of the schemas of which a value is one can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// Of which kind they are.
    Kinds,
    /// All that they say.
    Alternatives,
}

struct Reader<'a> {
    document: &'a dyn Lookup,
    telling: Telling,
    /// The flag of properties that are left out.
    hidden: Option<&'a str>,
    components: BTreeMap<String, Shape>,
    /// Whether values of a component may be lists.
    lists: BTreeMap<String, bool>,
    elements: usize,
}

/// A schema where it is used, with all that it says of itself.
struct Used<'a> {
    schema: &'a Value,
    target: &'a Value,
    flat: Cow<'a, Value>,
}

impl<'a> Used<'a> {
    fn of(document: &'a dyn Lookup, schema: &'a Value) -> Self {
        let target = schema_of(document, schema).unwrap_or(schema);
        Self { schema, target, flat: flatten(document, target).schema }
    }

    /// What is said of the XML: where the schema is used, or else by itself or one of its parts.
    fn xml(&self, key: &str) -> Option<&Value> {
        let mut all = [self.schema, self.target, &*self.flat].into_iter();
        all.find_map(|schema| schema.get("xml")?.get(key))
    }

    fn text(&self, key: &str) -> Option<String> {
        self.xml(key)?.as_str().map(str::to_owned)
    }

    fn is(&self, key: &str) -> bool {
        self.xml(key) == Some(&Value::Bool(true))
    }

    /// Whether the schema has a flag, where it is used or by itself.
    fn has_flag(&self, name: &str) -> bool {
        [self.schema, self.target].iter().any(|schema| schema.get(name) == Some(&Value::Bool(true)))
    }
}

impl<'a> Reader<'a> {
    fn new(document: &'a dyn Lookup, telling: Telling) -> Self {
        Self { document, telling, hidden: None, components: BTreeMap::new(), lists: BTreeMap::new(), elements: 0 }
    }

    fn whole(mut self, schema: &Value) -> XmlSchema {
        let name = schema_component(unwrap_reference(schema)).unwrap_or_else(|| UNNAMED.to_owned());
        let root = self.element(&Used::of(self.document, schema), &name, 0);
        XmlSchema { root, components: self.components }
    }

    fn element(&mut self, used: &Used<'_>, name: &str, depth: usize) -> Element {
        self.elements += 1;
        let said = used.text("name");
        let is_named = said.is_some();
        let name = said.unwrap_or_else(|| name.to_owned());
        let (name, prefix) = match name.split_once(':') {
            Some((prefix, local)) => (local.to_owned(), Some(prefix.to_owned())),
            None => (name, used.text("prefix")),
        };
        let namespace = used.text("namespace");
        let shape = match schema_component(unwrap_reference(used.schema)) {
            _ if depth > MAX_DEPTH || self.elements > MAX_ELEMENTS => Shape::Any,
            Some(component) => self.component(component, used, &name, depth),
            None => self.shape(used, &name, depth),
        };
        Element { name, prefix, namespace, shape, is_named }
    }

    fn component(&mut self, component: String, used: &Used<'_>, name: &str, depth: usize) -> Shape {
        // The elements of a list are called after what the list is of, and may be wrapped where it is used.
        let key = if self.may_be_list(&component, &used.flat) {
            format!("{component} {name}{}", if used.is("wrapped") { " wrapped" } else { "" })
        } else {
            component
        };
        if !self.components.contains_key(&key) {
            self.components.insert(key.clone(), Shape::Any);
            let shape = self.shape(used, name, depth);
            self.components.insert(key.clone(), shape);
        }
        Shape::Component(key)
    }

    fn may_be_list(&mut self, component: &str, flat: &Value) -> bool {
        if let Some(known) = self.lists.get(component) {
            return *known;
        }
        let of_alternatives = || alternatives(self.document, flat).iter().any(|one| kind_of(one) == "array");
        let found = kind_of(flat) == "array" || of_alternatives();
        self.lists.insert(component.to_owned(), found);
        found
    }

    fn shape(&mut self, used: &Used<'_>, name: &str, depth: usize) -> Shape {
        let all = alternatives(self.document, &used.flat);
        let said = used.xml("wrapped");
        if all.is_empty() {
            return self.of_kind(&used.flat, said, name, depth);
        }
        self.elements += all.len();
        let (document, telling) = (self.document, self.telling);
        let mut of_kinds =
            |all: &[Value]| -> Vec<Shape> { all.iter().map(|one| self.of_kind(one, said, name, depth)).collect() };
        let mut kinds = of_kinds(&kinds(document, &used.flat, &all));
        match telling {
            Telling::Kinds if kinds.is_empty() => Shape::Any,
            Telling::Kinds if kinds.len() == 1 => kinds.remove(0),
            Telling::Kinds => Shape::OneOf(Choice { kinds, alternatives: Vec::new(), schema: Value::Null }),
            Telling::Alternatives => {
                let alternatives = of_kinds(&all);
                Shape::OneOf(Choice { kinds, alternatives, schema: used.schema.clone() })
            }
        }
    }

    /// The shape of what is of one kind.
    fn of_kind(&mut self, flat: &Value, wrapped: Option<&Value>, name: &str, depth: usize) -> Shape {
        match kind_of(flat) {
            "object" => {
                let required = flat.get("required").and_then(Value::as_array);
                let properties = flat.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
                let properties = properties.filter_map(|(key, schema)| {
                    let used = Used::of(self.document, schema);
                    if self.hidden.is_some_and(|hidden| used.has_flag(hidden)) {
                        return None;
                    }
                    Some(Property {
                        name: key.clone(),
                        element: self.element(&used, key, depth + 1),
                        is_attribute: used.is("attribute"),
                        is_required: required.is_some_and(|required| required.iter().any(|other| other == key)),
                    })
                });
                let properties = properties.collect();
                let others = flat.get("additionalProperties").filter(|others| others.is_object());
                let others = others.map(|others| {
                    let used = Used::of(self.document, others);
                    Box::new(self.element(&used, UNNAMED, depth + 1).shape)
                });
                Shape::Object { properties, others }
            }
            "array" => {
                let item =
                    flat.get("items").map(|items| self.element(&Used::of(self.document, items), name, depth + 1));
                let item = Box::new(item.unwrap_or_else(|| Element::new(name, Shape::Any)));
                let own = || flat.get("xml").and_then(|xml| xml.get("wrapped"));
                Shape::List { item, is_wrapped: wrapped.or_else(own) == Some(&Value::Bool(true)) }
            }
            "string" => Shape::String,
            "integer" => Shape::Integer,
            "number" => Shape::Number,
            "boolean" => Shape::Boolean,
            _ => Shape::Any,
        }
    }
}

/// One schema for each kind of values among alternatives: of the objects one that has the properties of all, of the lists one
/// that has the items of all.
fn kinds(document: &dyn Lookup, whole: &Value, all: &[Value]) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    let has_numbers = all.iter().any(|one| kind_of(one) == "number");
    for name in all.iter().map(kind_of) {
        let is_number = name == "integer" && has_numbers;
        if name != "null" && !is_number && !names.contains(&name) {
            names.push(name);
        }
    }
    let of_kind = |name: &str| -> Vec<&Value> { all.iter().filter(|one| kind_of(one) == name).collect() };
    let schema = |name: &str| match name {
        "object" => with_all_properties(whole, &of_kind(name)),
        "array" => with_all_items(document, &of_kind(name)),
        "" => json!({}),
        name => json!({ "type": name }),
    };
    names.into_iter().map(schema).collect()
}

fn with_all_properties(whole: &Value, all: &[&Value]) -> Value {
    let own = whole.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut properties = Map::new();
    for (name, property) in all.iter().filter_map(|one| one.get("properties")?.as_object()).flatten() {
        if !own.contains_key(name) {
            properties.entry(name.clone()).or_insert_with(|| property.clone());
        }
    }
    properties.extend(own);
    let others = all.iter().find_map(|one| one.get("additionalProperties").filter(|others| others.is_object()));
    let mut merged = json!({ "type": "object", "properties": properties });
    for (key, value) in [("required", whole.get("required")), ("additionalProperties", others)] {
        if let Some(value) = value {
            merged[key] = value.clone();
        }
    }
    merged
}

fn with_all_items(document: &dyn Lookup, all: &[&Value]) -> Value {
    let mut merged = all.first().map(|first| (*first).clone()).unwrap_or_default();
    let mut items: Vec<&Value> = Vec::new();
    for item in all.iter().filter_map(|list| list.get("items")) {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    if let [first, _, ..] = items.as_slice() {
        let used = Used::of(document, first);
        let xml = [used.schema, used.target, &*used.flat].into_iter().find_map(|schema| schema.get("xml"));
        merged["items"] = json!({ "anyOf": items, "xml": xml });
    }
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[track_caller]
    fn written(schema: Value, value: &Value, expected: &str) {
        let document = json!({"components": {"schemas": {
            "Pet": {"type": "object", "xml": {"name": "pet"}, "properties": {
                "id": {"type": "integer", "xml": {"attribute": true}},
                "photoUrls": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "string", "xml": {"name": "photoUrl"}}},
                "tags": {"type": "array", "xml": {"wrapped": true}, "items": {"$ref": "#/components/schemas/Tag"}},
                "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
            }},
            "Tag": {"allOf": [{"type": "object", "properties": {"name": {"type": "string"}}}], "xml": {"name": "tag", "prefix": "t", "namespace": "u"}},
            "Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
            "Names": {"type": "array", "items": {"type": "string"}},
            "Alias": {"allOf": [{"$ref": "#/components/schemas/Pet"}], "description": "an alias"},
            "Owner": {"type": "object", "properties": {
                "pet": {"allOf": [{"$ref": "#/components/schemas/Alias"}], "xml": {"name": "Pet"}},
                "lang": {"type": "string", "xml": {"name": "xml:lang", "attribute": true}},
                "ages": {"type": "object", "additionalProperties": {"type": "integer"}},
                "year": {"type": ["integer", "null"]},
            }},
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Tag"}], "properties": {"lives": {"type": "integer", "xml": {"attribute": true}}}},
            "Dog": {"type": "object", "properties": {"good": {"type": "boolean"}, "inner": {"$ref": "#/components/schemas/Animal"}}},
            "Animal": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"anyOf": [{"$ref": "#/components/schemas/Dog"}]}]},
            "Odd": {
                "type": "object",
                "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
                "properties": {
                    "a": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
                    "b": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
                    "c": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
                },
            },
            "Nodes": {"type": "array", "items": {"type": "object", "properties": {
                "left": {"$ref": "#/components/schemas/Nodes"}, "right": {"$ref": "#/components/schemas/Nodes"},
            }}},
        }}});
        let schema = super::schema(&document, &schema);
        let xml = keyapi_xml::write(value, &schema).unwrap();
        assert_eq!(xml.split_once('\n').map(|(_, xml)| xml), Some(expected));
        assert_eq!(keyapi_xml::read(xml.as_bytes(), None, &schema).as_ref(), Ok(value));
    }

    #[test]
    fn names_are_those_of_the_document() {
        let component = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        written(
            component("Pet"),
            &json!({"id": 7, "photoUrls": ["a"], "tags": [{"name": "b"}], "friends": [{"id": 8}]}),
            "<pet id=\"7\"><photoUrls><photoUrl>a</photoUrl></photoUrls>\
             <tags><t:tag xmlns:t=\"u\"><name>b</name></t:tag></tags><pet id=\"8\"></pet></pet>",
        );
        written(
            component("Owner"),
            &json!({"pet": {"id": 7}, "lang": "de", "ages": {"a": 1}, "year": 2}),
            "<Owner xml:lang=\"de\"><Pet id=\"7\"></Pet><ages><a>1</a></ages><year>2</year></Owner>",
        );
        // What is one of several has the names and types of all of them.
        written(
            component("Animal"),
            &json!({"lives": 7, "good": true, "inner": {"lives": 6, "name": "b"}}),
            "<Animal lives=\"7\"><good>true</good><inner lives=\"6\"><name>b</name></inner></Animal>",
        );
        written(component("Odd"), &json!({"a": 1.5, "b": "1", "c": true}), "<Odd><a>1.5</a><b>1</b><c>true</c></Odd>");
        // What refers to itself in more than one way is looked at once.
        written(
            component("Nodes"),
            &json!([{"left": [{}], "right": [{}, {}]}]),
            "<Nodes><Nodes><left></left><right></right><right></right></Nodes></Nodes>",
        );
        written(component("Pets"), &json!([{"id": 7}]), "<Pets><pet id=\"7\"></pet></Pets>");
        written(component("Names"), &json!(["a", "b"]), "<Names><Names>a</Names><Names>b</Names></Names>");
        written(
            json!({"type": "object", "properties": {"a": {"type": "boolean"}}}),
            &json!({"a": true}),
            "<value><a>true</a></value>",
        );
    }
}
