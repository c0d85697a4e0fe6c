//! What a document says of the XML of its bodies (OpenAPI 3.0, "XML Object").

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use keyapi_xml::{Element, Property, Shape, XmlSchema};
use serde_json::{Map, Value, json};

use crate::all_of::flatten;
use crate::document::{Lookup, schema_component, schema_of, unwrap_reference};
use crate::parameter::kind;

/// How deep inline schemas may be in each other; what is deeper is anything.
const MAX_DEPTH: usize = 100;

/// How many elements may be described; what is beyond is anything.
const MAX_ELEMENTS: usize = 100_000;

/// How many alternatives of one value are looked at.
const MAX_ALTERNATIVES: usize = 1_000;

/// What an element is called of which the document does not say how.
const UNNAMED: &str = "value";

/// The XML of bodies of a schema. An element is called as its schema says, or else as the component or the property that it
/// is of; what stands beside a reference comes first.
pub fn schema(document: &dyn Lookup, schema: &Value) -> XmlSchema {
    let mut reader = Reader { document, components: BTreeMap::new(), elements: 0 };
    let name = schema_component(unwrap_reference(schema)).unwrap_or_else(|| UNNAMED.to_owned());
    let root = reader.element(schema, &name, 0);
    XmlSchema { root, components: reader.components }
}

/// A body as a document that has this schema for it has it.
pub fn write(document: &dyn Lookup, schema: &Value, value: &Value) -> String {
    keyapi_xml::write(value, &self::schema(document, schema))
}

struct Reader<'a> {
    document: &'a dyn Lookup,
    components: BTreeMap<String, Shape>,
    elements: usize,
}

impl Reader<'_> {
    fn element(&mut self, schema: &Value, name: &str, depth: usize) -> Element {
        self.elements += 1;
        let target = schema_of(self.document, schema).unwrap_or(schema);
        let xml = |key: &str| said(self.document, schema, target, key)?.as_str().map(str::to_owned);
        let name = xml("name").unwrap_or_else(|| name.to_owned());
        let (name, prefix) = match name.split_once(':') {
            Some((prefix, local)) => (local.to_owned(), Some(prefix.to_owned())),
            None => (name, xml("prefix")),
        };
        let namespace = xml("namespace");
        let shape = match schema_component(unwrap_reference(schema)) {
            _ if depth > MAX_DEPTH || self.elements > MAX_ELEMENTS => Shape::Any,
            Some(component) => {
                // The elements of a list are called after what the list is of, and may be wrapped where it is used.
                let is_wrapped = said(self.document, schema, target, "wrapped") == Some(Value::Bool(true));
                let key = if is_list(self.document, target) {
                    format!("{component} {name}{}", if is_wrapped { " wrapped" } else { "" })
                } else {
                    component
                };
                if !self.components.contains_key(&key) {
                    self.components.insert(key.clone(), Shape::Any);
                    let shape = self.shape(schema, target, &name, depth);
                    self.components.insert(key.clone(), shape);
                }
                Shape::Component(key)
            }
            None => self.shape(schema, target, &name, depth),
        };
        Element { name, prefix, namespace, shape }
    }

    fn shape(&mut self, schema: &Value, target: &Value, name: &str, depth: usize) -> Shape {
        let flat = with_alternatives(self.document, flatten(self.document, target).schema);
        match kind_of(&flat) {
            "object" => {
                let required = flat.get("required").and_then(Value::as_array);
                let properties = flat.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
                let properties = properties.map(|(key, schema)| {
                    let target = schema_of(self.document, schema).unwrap_or(schema);
                    let is_attribute = said(self.document, schema, target, "attribute") == Some(Value::Bool(true));
                    Property {
                        name: key.clone(),
                        element: self.element(schema, key, depth + 1),
                        is_attribute,
                        is_required: required.is_some_and(|required| required.iter().any(|other| other == key)),
                    }
                });
                let properties = properties.collect();
                let others = flat.get("additionalProperties").filter(|others| others.is_object());
                let others = others.map(|others| Box::new(self.element(others, UNNAMED, depth + 1).shape));
                Shape::Object { properties, others }
            }
            "array" => {
                let item = flat.get("items").map(|items| self.element(items, name, depth + 1));
                let item = Box::new(item.unwrap_or_else(|| Element::new(name, Shape::Any)));
                let is_wrapped = said(self.document, schema, target, "wrapped") == Some(Value::Bool(true));
                Shape::List { item, is_wrapped }
            }
            "string" => Shape::String,
            "integer" => Shape::Integer,
            "number" => Shape::Number,
            "boolean" => Shape::Boolean,
            _ => Shape::Any,
        }
    }
}

/// A schema of whatever a value may be of that is one of several: an object with the properties of all of them, or a scalar.
fn with_alternatives<'a>(document: &dyn Lookup, flat: Cow<'a, Value>) -> Cow<'a, Value> {
    let mut all = alternatives(&flat);
    if all.is_empty() {
        return flat;
    }
    let mut merged = flat.into_owned();
    let (mut properties, mut kinds) = (Map::new(), BTreeSet::new());
    for at in 0..MAX_ALTERNATIVES {
        let Some(alternative) = all.get(at).and_then(|one| schema_of(document, one)).cloned() else { break };
        let flat = flatten(document, &alternative).schema;
        let others = alternatives(&flat);
        // What is one of several is of their types.
        if others.is_empty() || !kind_of(&flat).is_empty() {
            kinds.insert(kind_of(&flat).to_owned());
        }
        all.extend(others);
        for (name, property) in flat.get("properties").and_then(Value::as_object).into_iter().flatten() {
            properties.entry(name.clone()).or_insert_with(|| property.clone());
        }
    }
    if kind_of(&merged).is_empty() {
        kinds.remove("null");
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        match kinds.as_slice() {
            ["integer", "number"] => merged["type"] = json!("number"),
            [one] if *one != "array" => merged["type"] = json!(one),
            _ => return Cow::Owned(json!({})),
        }
    }
    if kind_of(&merged) == "object" {
        let own = merged.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        properties.extend(own);
        merged["properties"] = Value::Object(properties);
    }
    Cow::Owned(merged)
}

fn alternatives(schema: &Value) -> Vec<Value> {
    let of = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten().cloned();
    of("oneOf").chain(of("anyOf")).collect()
}

/// What a schema says of its XML: where it is used, or else itself or one of its parts.
fn said(document: &dyn Lookup, schema: &Value, target: &Value, key: &str) -> Option<Value> {
    let own = |schema: &Value| schema.get("xml").and_then(|xml| xml.get(key)).cloned();
    own(schema).or_else(|| own(target)).or_else(|| match target.get("allOf") {
        Some(_) => own(&flatten(document, target).schema),
        None => None,
    })
}

fn is_list(document: &dyn Lookup, target: &Value) -> bool {
    kind_of(&flatten(document, target).schema) == "array"
}

/// The type of a schema, which OpenAPI 3.1 may have in a list beside null.
fn kind_of(schema: &Value) -> &str {
    let Some(Value::Array(types)) = schema.get("type") else { return kind(schema) };
    let mut types = types.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
    match (types.next(), types.next()) {
        (Some(only), None) => only,
        _ => "",
    }
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
        let xml = keyapi_xml::write(value, &schema);
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
