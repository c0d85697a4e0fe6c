//! What a document says of the XML of its bodies (OpenAPI 3.0, "XML Object").

mod conditions;
mod kinds;
mod parts;
mod used;

use std::collections::BTreeMap;

use keyapi_xml::{Alternative, ByName, Choice, Element, Property, Shape, Unwritable, XmlSchema};
use serde_json::{Map, Value, json};

use self::conditions::alternatives;
use self::kinds::{kind, kinds};
use self::used::Used;
use crate::document::{Lookup, schema_component, unwrap_reference};

/// How deep inline schemas may be in each other; what is deeper is anything.
const MAX_DEPTH: usize = 100;

/// How many elements may be described; what is beyond is anything.
const MAX_ELEMENTS: usize = 100_000;

/// What an element is called of which the document does not say how.
const UNNAMED: &str = "value";

/// The XML of bodies of a schema. An element is called as its schema says, or else as the component or the property that it
/// is of; what stands beside a reference comes first.
pub fn schema(document: &dyn Lookup, schema: &Value) -> XmlSchema {
    Reader::new(document, Granularity::Kinds).whole(schema)
}

/// The same with all of the schemas of which a value is one, for whoever can tell them apart.
pub fn judged(document: &dyn Lookup, schema: &Value) -> XmlSchema {
    Reader::new(document, Granularity::Alternatives).whole(schema)
}

/// The same without the properties that have a flag, by which they do not go the way of the body.
#[cfg(feature = "pipeline")]
pub(crate) fn sent(document: &dyn Lookup, schema: &Value, hidden: &str) -> XmlSchema {
    Reader { hidden: Some(hidden), ..Reader::new(document, Granularity::Alternatives) }.whole(schema)
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
enum Granularity {
    /// Of which kind they are.
    Kinds,
    /// All that they say.
    Alternatives,
}

struct Reader<'a> {
    document: &'a dyn Lookup,
    granularity: Granularity,
    /// The flag of properties that are left out.
    hidden: Option<&'a str>,
    components: BTreeMap<String, Shape>,
    /// What is known of components without their shapes.
    traits: BTreeMap<String, Traits>,
    elements: usize,
}

/// What makes the shape of a component depend on where it is used.
#[derive(Clone, Copy)]
struct Traits {
    /// Whether its values may be lists, whose items are called after what the list is of.
    may_be_list: bool,
    /// Whether its values may be of several schemas that have names.
    has_names: bool,
}

/// What an element is called, unless its schema says otherwise.
#[derive(Clone, Copy)]
struct Called<'n> {
    name: &'n str,
    /// Whether no schema says otherwise, since it is the name of a property that says what the property is, or an attribute's.
    is_settled: bool,
}

impl<'n> Called<'n> {
    fn unless_said(name: &'n str) -> Self {
        Self { name, is_settled: false }
    }

    /// What is called after the name of a property that the schema does not know.
    const AFTER_PROPERTY: Self = Self { name: UNNAMED, is_settled: true };
}

impl<'a> Reader<'a> {
    fn new(document: &'a dyn Lookup, granularity: Granularity) -> Self {
        Self { document, granularity, hidden: None, components: BTreeMap::new(), traits: BTreeMap::new(), elements: 0 }
    }

    fn whole(mut self, schema: &Value) -> XmlSchema {
        let name = schema_component(unwrap_reference(schema)).unwrap_or_else(|| UNNAMED.to_owned());
        let root = self.element(&Used::of(self.document, schema), Called::unless_said(&name), 0);
        XmlSchema { root, components: self.components }
    }

    fn element(&mut self, used: &Used<'_>, called: Called<'_>, depth: usize) -> Element {
        self.elements += 1;
        let named = Element { is_named: used.text("name").is_some(), ..named(|key| used.text(key), called.name) };
        let called = Called { name: &named.name, ..called };
        let shape = match schema_component(unwrap_reference(used.schema)) {
            _ if depth > MAX_DEPTH || self.elements > MAX_ELEMENTS => Shape::Any,
            Some(component) => self.component(component, used, called, depth),
            None => self.shape(used, called, depth),
        };
        Element { shape, ..named }
    }

    fn component(&mut self, component: String, used: &Used<'_>, called: Called<'_>, depth: usize) -> Shape {
        let Traits { may_be_list, has_names } = self.traits(&component, used);
        let mut key = component;
        // The elements of a list are called after what the list is of, and may be wrapped where it is used.
        if may_be_list {
            key = format!("{key} {}{}", called.name, if used.is("wrapped") { " wrapped" } else { "" });
        }
        if may_be_list && called.is_settled || has_names && is_settled(used, called) {
            key = format!("{key} called");
        }
        if !self.components.contains_key(&key) {
            self.components.insert(key.clone(), Shape::Any);
            let shape = self.shape(used, called, depth);
            self.components.insert(key.clone(), shape);
        }
        Shape::Component(key)
    }

    fn traits(&mut self, component: &str, used: &Used<'_>) -> Traits {
        if let Some(known) = self.traits.get(component) {
            return *known;
        }
        let all = alternatives(self.document, used);
        let found = Traits {
            may_be_list: kind(&used.flat) == "array" || all.iter().any(|one| kind(one) == "array"),
            has_names: all.iter().any(|one| own_name(one).is_some()),
        };
        self.traits.insert(component.to_owned(), found);
        found
    }

    fn shape(&mut self, used: &Used<'_>, called: Called<'_>, depth: usize) -> Shape {
        let all = alternatives(self.document, used);
        let said = used.xml("wrapped");
        if all.is_empty() {
            return self.of_kind(&used.flat, said, called, depth);
        }
        self.elements += all.len();
        let mut kinds: Vec<Shape> =
            kinds(self.document, &used.flat, &all).iter().map(|one| self.of_kind(one, said, called, depth)).collect();
        let is_open = !is_settled(used, called);
        let has_names = is_open && all.iter().any(|one| own_name(one).is_some());
        match self.granularity {
            Granularity::Kinds if !has_names && kinds.is_empty() => Shape::Any,
            Granularity::Kinds if !has_names && kinds.len() == 1 => kinds.remove(0),
            Granularity::Kinds if !has_names => {
                Shape::OneOf(Choice { kinds, alternatives: Vec::new(), schema: Value::Null })
            }
            granularity => {
                let of = |schema: &Value| if granularity == Granularity::Kinds { Value::Null } else { schema.clone() };
                let alternatives = all.iter().map(|one| Alternative {
                    called: own_name(one).filter(|_| is_open).map(|name| Element {
                        is_named: true,
                        ..named(|key| one.get("xml")?.get(key)?.as_str().map(str::to_owned), name)
                    }),
                    shape: self.of_kind(one, said, called, depth),
                    tags: parts::tags(self.document, one),
                    schema: of(one),
                });
                Shape::OneOf(Choice { kinds, alternatives: alternatives.collect(), schema: of(used.schema) })
            }
        }
    }

    /// The shape of what is of one kind.
    fn of_kind(&mut self, flat: &Value, wrapped: Option<&Value>, called: Called<'_>, depth: usize) -> Shape {
        match kind(flat) {
            "object" => self.object(flat, depth),
            "array" => {
                let own = || flat.get("xml").and_then(|xml| xml.get("wrapped"));
                let is_wrapped = wrapped.or_else(own) == Some(&Value::Bool(true));
                let called = Called { is_settled: called.is_settled && !is_wrapped, ..called };
                let first = flat.get("prefixItems").and_then(Value::as_array).into_iter().flatten();
                let first = first.map(|item| self.element(&Used::of(self.document, item), called, depth + 1)).collect();
                let item = parts::item(self.document, flat);
                let item = item.map(|item| self.element(&Used::of(self.document, &item), called, depth + 1));
                let item = Box::new(item.unwrap_or_else(|| Element::new(called.name, Shape::Any)));
                Shape::List { first, item, is_wrapped }
            }
            "string" => Shape::String,
            "integer" => Shape::Integer,
            "number" => Shape::Number,
            "boolean" => Shape::Boolean,
            _ => Shape::Any,
        }
    }

    fn object(&mut self, flat: &Value, depth: usize) -> Shape {
        let required = flat.get("required").and_then(Value::as_array);
        let properties = flat.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter);
        let properties = properties.filter_map(|(key, schema)| {
            let schema = parts::property(flat, key, schema);
            let used = Used::of(self.document, &schema);
            if self.hidden.is_some_and(|hidden| used.has_flag(hidden)) {
                return None;
            }
            let is_attribute = used.is("attribute");
            let called = Called { name: key, is_settled: is_attribute };
            Some(Property {
                name: key.clone(),
                element: self.element(&used, called, depth + 1),
                is_attribute,
                is_required: required.is_some_and(|required| required.iter().any(|other| other == key)),
            })
        });
        let properties = properties.collect();
        let others = parts::others(flat).map(|others| self.other(others, depth));
        let patterns = flat.get("patternProperties").and_then(Value::as_object).filter(|all| !all.is_empty());
        let others = match patterns.filter(|_| self.granularity == Granularity::Alternatives) {
            None => others,
            Some(patterns) => {
                let patterns =
                    patterns.iter().map(|(names, schema)| (json!({ "pattern": names }), self.other(schema, depth)));
                let patterns = patterns.collect();
                Some(Shape::ByName(ByName { patterns, others: Box::new(others.unwrap_or(Shape::Any)) }))
            }
        };
        Shape::Object { properties, others: others.map(Box::new) }
    }

    /// The shape of properties of no name that is known.
    fn other(&mut self, schema: &Value, depth: usize) -> Shape {
        self.element(&Used::of(self.document, schema), Called::AFTER_PROPERTY, depth + 1).shape
    }
}

/// Whether an element has its name whichever of several schemas its value is of.
fn is_settled(used: &Used<'_>, called: Called<'_>) -> bool {
    called.is_settled || used.text("name").is_some()
}

/// What a schema says that its elements are called.
fn own_name(flat: &Value) -> Option<&str> {
    flat.get("xml")?.get("name")?.as_str()
}

/// The element that is called as the words under `xml` say, or else so; nothing is known of what is in it.
fn named(word: impl Fn(&str) -> Option<String>, otherwise: &str) -> Element {
    let name = word("name").unwrap_or_else(|| otherwise.to_owned());
    let (name, prefix) = match name.split_once(':') {
        Some((prefix, local)) => (local.to_owned(), Some(prefix.to_owned())),
        None => (name, word("prefix")),
    };
    Element { prefix, namespace: word("namespace"), ..Element::new(name, Shape::Any) }
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
        // What is one of several is called as this one, or else has the names and types of all of them.
        written(
            component("Animal"),
            &json!({"lives": 7, "good": true, "inner": {"lives": 6, "name": "b"}}),
            "<Animal lives=\"7\"><good>true</good><t:tag xmlns:t=\"u\" lives=\"6\"><name>b</name></t:tag></Animal>",
        );
        written(component("Odd"), &json!({"a": 1.5, "b": "1", "c": true}), "<Odd><a>1.5</a><b>1</b><c>true</c></Odd>");
        // What refers to itself in more than one way is looked at once.
        written(
            component("Nodes"),
            &json!([{"left": [{}], "right": [{}, {}]}]),
            "<Nodes><Nodes><left></left><right></right><right></right></Nodes></Nodes>",
        );
        // Nobody judges, so that a property with one value alone tells.
        let tagged = |name: &str, tag: Value| json!({"type": "object", "xml": {"name": name}, "properties": {"kind": tag, "age": {"type": "integer"}}});
        written(
            json!({"oneOf": [tagged("cat", json!({"const": "cat"})), tagged("dog", json!({"enum": ["dog"]}))]}),
            &json!({"kind": "dog", "age": 3}),
            "<dog><kind>dog</kind><age>3</age></dog>",
        );
        written(component("Pets"), &json!([{"id": 7}]), "<Pets><pet id=\"7\"></pet></Pets>");
        written(component("Names"), &json!(["a", "b"]), "<Names><Names>a</Names><Names>b</Names></Names>");
        // So do items, unless they are called after a property that the schema does not know.
        let cat = json!({"a": [{"lives": 7, "name": "b"}]});
        let list = |is_wrapped: bool| json!({"type": "array", "xml": {"wrapped": is_wrapped}, "items": {"$ref": "#/components/schemas/Animal"}});
        let own = "<t:tag xmlns:t=\"u\" lives=\"7\"><name>b</name></t:tag>";
        for (schema, expected) in [
            (json!({"properties": {"a": list(false)}}), own.to_owned()),
            (json!({"properties": {"a": list(true)}}), format!("<a>{own}</a>")),
            (json!({"additionalProperties": list(false)}), "<a lives=\"7\"><name>b</name></a>".to_owned()),
            (json!({"additionalProperties": list(true)}), format!("<a>{own}</a>")),
        ] {
            written(schema, &cat, &format!("<value>{expected}</value>"));
        }
        written(
            json!({"type": "object", "properties": {"a": {"type": "boolean"}}}),
            &json!({"a": true}),
            "<value><a>true</a></value>",
        );
    }
}
