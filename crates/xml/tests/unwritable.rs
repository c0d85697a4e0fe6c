//! What no XML can hold is not written, and told of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;

use keyapi_xml::{Alternative, Choice, Element, Property, Shape, XmlSchema, read_strictly, write};
use serde_json::{Value, json};
use support::{attribute, of, property};

fn text(name: &str) -> Element {
    Element::new(name, Shape::String)
}

fn list(item: Element, is_wrapped: bool) -> Shape {
    Shape::List { first: Vec::new(), item: Box::new(item), is_wrapped }
}

fn qualified(prefix: &str, namespace: &str, name: &str) -> Element {
    Element { prefix: Some(prefix.to_owned()), namespace: Some(namespace.to_owned()), ..text(name) }
}

/// The value is refused for a property, for this reason; and what can be written of it is well-formed.
#[track_caller]
fn refused(value: &Value, schema: &XmlSchema, path: &str, why: &str) {
    let error = write(value, schema).unwrap_err();
    assert_eq!((error.path.join("."), error.why.as_str()), (path.to_owned(), why));
    assert!(error.to_string().contains("cannot be written as XML"), "{error}");
}

#[track_caller]
fn written(value: &Value, schema: &XmlSchema, expected: &str) {
    let xml = write(value, schema).unwrap();
    assert!(xml.ends_with(expected), "{xml}");
    read_strictly(xml.as_bytes(), None, schema, &|_, _| true).unwrap();
}

#[test]
fn names_that_are_none_are_refused_where_they_are_needed() {
    let any = of(Vec::new());
    for name in ["first name", "1st", "a<b", "", "-a", "a:b", "a&b", "a/b", "\u{300}a"] {
        refused(
            &json!({"in": {name: 1}}),
            &any,
            &format!("in.{name}"),
            &format!("`{name}` cannot be the name of an element"),
        );
        written(&json!({"in": {name: null}}), &any, "<in></in></root>");
        let attribute = of(vec![attribute("a", text(name)), property("b", text(name))]);
        refused(&json!({"a": "x"}), &attribute, "a", &format!("`{name}` cannot be the name of an attribute"));
        refused(&json!({"b": "x"}), &attribute, "b", &format!("`{name}` cannot be the name of an element"));
        written(&json!({}), &attribute, "<root></root>");
        assert_eq!(attribute.unwritable().len(), 2);
    }
    written(&json!({"\u{e9}t\u{e9}-1.0_\u{b7}": 1}), &any, "</\u{e9}t\u{e9}-1.0_\u{b7}></root>");
    let declaration = of(vec![attribute("a", text("xmlns"))]);
    refused(&json!({"a": "u"}), &declaration, "a", "`xmlns` cannot be the name of an attribute");
    // A list is not called as its property is.
    let items = of(vec![property("a", Element::new("no name", list(text("a"), false)))]);
    written(&json!({"a": [1, 2]}), &items, "<root><a>1</a><a>2</a></root>");
    assert_eq!(items.unwritable(), []);
}

#[test]
fn attributes_have_names_and_texts_of_their_own() {
    let twice = of(vec![attribute("a", text("id")), attribute("b", text("id"))]);
    refused(&json!({"a": "1", "b": "2"}), &twice, "b", "it is the attribute `id`, and so is `a`");
    written(&json!({"a": null, "b": "2"}), &twice, "<root id=\"2\"></root>");
    assert_eq!(
        twice.unwritable()[0].to_string(),
        "the property `b` cannot be written as XML: it is the attribute `id`, and so is `a`"
    );
    let one = of(vec![attribute("a", qualified("p", "u", "id")), attribute("b", qualified("q", "u", "id"))]);
    refused(&json!({"a": "1", "b": "2"}), &one, "b", "it is the attribute `id`, and so is `a`");
    let apart = of(vec![
        attribute("a", qualified("p", "u", "id")),
        attribute("b", qualified("q", "v", "id")),
        attribute("c", text("id")),
        attribute("d", Element { prefix: Some("xml".to_owned()), ..text("id") }),
    ]);
    let all = "<root xmlns:p=\"u\" p:id=\"1\" xmlns:q=\"v\" q:id=\"2\" id=\"3\" xml:id=\"4\"></root>";
    written(&json!({"a": 1, "b": 2, "c": 3, "d": 4}), &apart, all);
    assert_eq!(apart.unwritable(), []);
    let several = of(vec![attribute("a", Element::new("a", list(text("a"), false)))]);
    for value in [json!([1]), json!({})] {
        refused(&json!({ "a": value }), &several, "a", "an attribute is a text, and no list or object");
    }
    assert_eq!(several.unwritable().len(), 1);
    let choice = |kinds: Vec<Shape>| Shape::OneOf(Choice { kinds, alternatives: Vec::new(), schema: Value::Null });
    let kinds = vec![Shape::Integer, list(text("a"), false)];
    let either = of(vec![attribute("a", Element::new("a", choice(kinds)))]);
    assert_eq!(either.unwritable()[0].why, "an attribute is a text, and no list or object");
    let scalars = of(vec![attribute("a", Element::new("a", choice(vec![Shape::Integer, Shape::Boolean])))]);
    assert_eq!(scalars.unwritable(), []);
}

/// What is said of what a schema describes.
fn described(schema: &XmlSchema) -> Vec<String> {
    schema.unwritable().iter().map(|found| format!("{}: {}", found.path.join("."), found.why)).collect()
}

#[test]
fn elements_have_names_of_their_own() {
    let schema = of(vec![property("a", text("x")), property("b", text("x")), attribute("c", text("x"))]);
    assert_eq!(described(&schema), ["b: nothing tells its element `x` from that of `a`"]);
    let items = property("b", Element::new("b", list(text("x"), false)));
    let wrapped = property("c", Element::new("c", list(text("x"), true)));
    let schema = of(vec![property("a", text("x")), items, wrapped]);
    assert_eq!(described(&schema), ["b: nothing tells its element `x` from that of `a`"]);
    let schema = of(vec![property("a", qualified("p", "u", "x")), property("b", qualified("q", "v", "x"))]);
    assert_eq!(described(&schema), [""; 0]);
}

#[test]
fn prefixes_and_namespaces_that_are_not_written_are_told_of() {
    let prefixed = |prefix: &str, name: &str| Element { prefix: Some(prefix.to_owned()), ..text(name) };
    let why = "the prefix `a` has no namespace, and is left out";
    let schema = of(vec![
        property("a", prefixed("a", "r")),
        attribute("b", prefixed("a", "s")),
        attribute("c", prefixed("xml", "lang")),
    ]);
    assert_eq!(described(&schema), [format!("b: {why}"), format!("a: {why}")]);
    assert_eq!(described(&XmlSchema::new(prefixed("a", "r"))), [format!(": {why}")]);
    let root = |properties: Vec<Property>| {
        XmlSchema::new(Element { shape: Shape::Object { properties, others: None }, ..qualified("a", "u", "root") })
    };
    assert_eq!(described(&root(vec![property("a", prefixed("a", "r")), attribute("b", prefixed("a", "s"))])), [""; 0]);
    let one = |name: &str| Alternative {
        called: Some(prefixed("a", name)),
        shape: Shape::Object { properties: Vec::new(), others: None },
        tags: BTreeMap::new(),
        schema: Value::Null,
    };
    let choice = Choice { kinds: Vec::new(), alternatives: vec![one("cat"), one("no name")], schema: Value::Null };
    let several = of(vec![property("b", Element::new("never written", Shape::OneOf(choice)))]);
    let no_name = "b: `no name` cannot be the name of an element".to_owned();
    assert_eq!(described(&several), [format!("b: {why}"), no_name, format!("b: {why}")]);
    let in_namespace = attribute("b", Element { namespace: Some("u".to_owned()), ..text("b") });
    let expected = "b: an attribute without a prefix is in no namespace, whichever it is said to be in";
    assert_eq!(described(&of(vec![in_namespace])), [expected]);
}

#[test]
fn a_list_in_a_list_has_an_element_around_it() {
    const WHY: &str = "a list in a list has no element around it unless `xml.wrapped` says so";
    let of_lists = |is_wrapped| {
        of(vec![property("a", Element::new("a", list(Element::new("a", list(text("b"), is_wrapped)), false)))])
    };
    let value = json!({"a": [["1"], ["2", "3"], []]});
    refused(&value, &of_lists(false), "a.0", WHY);
    assert_eq!(of_lists(false).unwritable()[0].path, ["a", "*"]);
    written(&value, &of_lists(true), "<root><a><b>1</b></a><a><b>2</b><b>3</b></a><a></a></root>");
    assert_eq!(of_lists(true).unwritable(), []);
    refused(&json!({"x": [1, [2]]}), &of(Vec::new()), "x.1", WHY);
    // A document has one element.
    let any = XmlSchema::new(Element::new("all", Shape::Any));
    written(&json!([1, 2]), &any, "<all><all>1</all><all>2</all></all>");
    written(&json!([]), &any, "<all></all>");
}

#[test]
fn prefixes_stand_for_one_namespace_where_they_are_used() {
    let nested = |child: Element| {
        XmlSchema::new(Element {
            shape: Shape::Object { properties: vec![property("a", child)], others: None },
            ..qualified("p", "u", "root")
        })
    };
    // One that is declared around it is used, and one that is not would make it no XML.
    let used = |prefix: &str| Element { prefix: Some(prefix.to_owned()), ..text("a") };
    written(&json!({"a": 1}), &nested(used("p")), "<p:root xmlns:p=\"u\"><p:a>1</p:a></p:root>");
    written(&json!({"a": 1}), &nested(used("q")), "<p:root xmlns:p=\"u\"><a>1</a></p:root>");
    written(
        &json!({"a": 1}),
        &nested(qualified("xmlsec", "v", "a")),
        "<xmlsec:a xmlns:xmlsec=\"v\">1</xmlsec:a></p:root>",
    );
    for (prefix, namespace) in [("p", ""), ("xml", "u"), ("xmlns", "u"), ("p", "http://www.w3.org/XML/1998/namespace")]
    {
        let why = format!("the prefix `{prefix}` cannot stand for the namespace `{namespace}`");
        refused(&json!({"a": 1}), &of(vec![property("a", qualified(prefix, namespace, "a"))]), "a", &why);
    }
    refused(&json!({"a": 1}), &of(vec![property("a", qualified("1", "u", "a"))]), "a", "`1` cannot be a prefix");
    let two = of(vec![attribute("a", qualified("p", "u", "a")), attribute("b", qualified("p", "v", "b"))]);
    refused(&json!({"a": 1, "b": 2}), &two, "b", "the prefix `p` stands for another namespace in the same tag");
    assert_eq!(two.unwritable().len(), 1);
}

#[test]
fn characters_that_xml_does_not_have_are_refused() {
    let schema = of(vec![attribute("a", text("a"))]);
    for (c, name) in [('\u{0}', "U+0000"), ('\u{1}', "U+0001"), ('\u{b}', "U+000B"), ('\u{ffff}', "U+FFFF")] {
        for key in ["a", "b", "#text"] {
            refused(&json!({ key: format!("x{c}") }), &schema, key, &format!("XML has no character {name}"));
        }
    }
    refused(&json!({"#text": []}), &schema, "#text", "the text of an element is no list or object");
    written(&json!({"#text": 12.5}), &schema, "<root>12.5</root>");
    let namespace = qualified("p", "u\u{1}", "a");
    let why = "the namespace cannot be written: XML has no character U+0001";
    let described = of(vec![property("b", namespace)]);
    refused(&json!({"b": "x"}), &described, "b", why);
    assert_eq!(described.unwritable()[0].why, why);
    let mut deep = json!("deep");
    (0..1_000).for_each(|_| deep = json!({ "b": deep }));
    assert!(write(&deep, &schema).unwrap_err().why.contains("128"));
}

#[test]
fn of_several_shapes_the_one_of_the_value_is_written() {
    let object = Shape::Object { properties: vec![attribute("id", text("id"))], others: None };
    let kinds = vec![object, list(text("item"), true), Shape::Integer];
    let choice = Shape::OneOf(Choice { kinds, alternatives: Vec::new(), schema: Value::Null });
    let schema = of(vec![property("a", Element::new("a", choice))]);
    written(&json!({"a": {"id": 7}}), &schema, "<root><a id=\"7\"></a></root>");
    written(&json!({"a": [1]}), &schema, "<root><a><item>1</item></a></root>");
    written(&json!({"a": 7}), &schema, "<root><a>7</a></root>");
    for value in [json!({"a": {"id": "x"}}), json!({"a": ["1", "2"]}), json!({"a": 7})] {
        let xml = write(&value, &schema).unwrap();
        assert_eq!(keyapi_xml::read(xml.as_bytes(), None, &schema), Ok(value));
    }
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<XmlSchema>(&json).unwrap(), schema, "{json}");
}
