//! What a document says of the XML of its bodies (OpenAPI 3.0, "XML Object").

use std::collections::BTreeMap;

use keyapi_xml::{Element, Property, Shape, XmlSchema};
use serde_json::{Map, Value};

use crate::all_of::flatten;
use crate::document::{Lookup, resolve, schema_component, unwrap_reference};
use crate::parameter::kind;

/// How deep inline schemas may be in each other; what is deeper is anything.
const MAX_DEPTH: usize = 100;

/// What an element is called of which the document does not say how.
const UNNAMED: &str = "value";

/// The XML of bodies of a schema. An element is called as its schema says, or else as the component or the property that it
/// is of.
pub fn schema(document: &dyn Lookup, schema: &Value) -> XmlSchema {
    let mut reader = Reader { document, components: BTreeMap::new() };
    let root = reader.element(schema, &root_name(schema), 0);
    XmlSchema { root, components: reader.components }
}

fn root_name(schema: &Value) -> String {
    schema_component(unwrap_reference(schema)).unwrap_or_else(|| UNNAMED.to_owned())
}

struct Reader<'a> {
    document: &'a dyn Lookup,
    components: BTreeMap<String, Shape>,
}

impl Reader<'_> {
    fn element(&mut self, schema: &Value, name: &str, depth: usize) -> Element {
        let resolved = resolve(self.document, unwrap_reference(schema)).unwrap_or(schema);
        let flat = flatten(self.document, resolved).schema;
        let xml = |key: &str| flat.get("xml").and_then(|xml| xml.get(key)).and_then(Value::as_str).map(str::to_owned);
        let name = xml("name").unwrap_or_else(|| name.to_owned());
        let (prefix, namespace) = (xml("prefix"), xml("namespace"));
        // The elements of a list are called after what the list is of, and so is one that refers to itself.
        let shape = match schema_component(unwrap_reference(schema)).filter(|_| kind(&flat) != "array") {
            _ if depth > MAX_DEPTH => Shape::Any,
            Some(component) => {
                if !self.components.contains_key(&component) {
                    self.components.insert(component.clone(), Shape::Any);
                    let shape = self.shape(&flat, &name, depth);
                    self.components.insert(component.clone(), shape);
                }
                Shape::Component(component)
            }
            None => self.shape(&flat, &name, depth),
        };
        Element { name, prefix, namespace, shape }
    }

    fn shape(&mut self, flat: &Value, name: &str, depth: usize) -> Shape {
        match kind(flat) {
            "object" => {
                let properties = flat.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
                let properties = properties.map(|(key, schema)| Property {
                    name: key.clone(),
                    element: self.element(schema, key, depth + 1),
                    is_attribute: self.says(schema, "attribute"),
                });
                Shape::Object { properties: properties.collect() }
            }
            "array" => {
                let item = flat.get("items").map(|items| self.element(items, name, depth + 1));
                let item = Box::new(item.unwrap_or_else(|| Element::new(name, Shape::Any)));
                Shape::List { item, is_wrapped: flat.pointer("/xml/wrapped") == Some(&Value::Bool(true)) }
            }
            "string" => Shape::String,
            "integer" => Shape::Integer,
            "number" => Shape::Number,
            "boolean" => Shape::Boolean,
            _ => Shape::Any,
        }
    }

    fn says(&self, schema: &Value, key: &str) -> bool {
        let resolved = resolve(self.document, unwrap_reference(schema)).unwrap_or(schema);
        flatten(self.document, resolved).schema.get("xml").and_then(|xml| xml.get(key)) == Some(&Value::Bool(true))
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
        }}});
        let schema = super::schema(&document, &schema);
        let xml = keyapi_xml::write(value, &schema);
        assert_eq!(xml.split_once('\n').map(|(_, xml)| xml), Some(expected));
        assert_eq!(keyapi_xml::read(xml.as_bytes(), &schema).as_ref(), Ok(value));
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
        written(component("Pets"), &json!([{"id": 7}]), "<Pets><pet id=\"7\"></pet></Pets>");
        written(component("Names"), &json!(["a", "b"]), "<Names><Names>a</Names><Names>b</Names></Names>");
        written(
            json!({"type": "object", "properties": {"a": {"type": "boolean"}}}),
            &json!({"a": true}),
            "<value><a>true</a></value>",
        );
    }
}
