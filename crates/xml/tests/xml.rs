//! What the XML Object of OpenAPI says, and what nobody should rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_xml::{Element, Property, Shape, XmlSchema, read, write};
use serde_json::{Value, json};

fn property(name: &str, element: Element) -> Property {
    Property { name: name.to_owned(), element, is_attribute: false }
}

fn attribute(name: &str, element: Element) -> Property {
    Property { is_attribute: true, ..property(name, element) }
}

fn of(properties: Vec<Property>) -> XmlSchema {
    XmlSchema::new(Element::new("root", Shape::Object { properties }))
}

fn list(item: Element, is_wrapped: bool) -> Shape {
    Shape::List { item: Box::new(item), is_wrapped }
}

/// The value is written so, and is read again from that.
#[track_caller]
fn both(value: &Value, schema: &XmlSchema, expected: &str) {
    let xml = write(value, schema);
    assert_eq!(xml, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{expected}"));
    assert_eq!(read(xml.as_bytes(), schema).as_ref(), Ok(value), "{xml}");
}

/// The examples of the OpenAPI Specification 3.0.4, section "XML Object Examples".
#[test]
fn the_examples_of_the_specification() {
    let animals = |element: Element| of(vec![property("animals", element)]);
    let string = |name: &str| Element::new(name, Shape::String);
    let value = json!({"animals": ["a", "b"]});
    both(
        &value,
        &animals(Element::new("animals", list(string("animals"), false))),
        "<root><animals>a</animals><animals>b</animals></root>",
    );
    both(
        &value,
        &animals(Element::new("animals", list(string("animal"), false))),
        "<root><animal>a</animal><animal>b</animal></root>",
    );
    both(
        &value,
        &animals(Element::new("aliens", list(string("animal"), true))),
        "<root><aliens><animal>a</animal><animal>b</animal></aliens></root>",
    );
    let person = of(vec![
        attribute("id", Element::new("id", Shape::Integer)),
        property(
            "name",
            Element {
                prefix: Some("sample".to_owned()),
                namespace: Some("https://example.com/schema/sample".to_owned()),
                ..string("name")
            },
        ),
    ]);
    both(
        &json!({"id": 123, "name": "example"}),
        &person,
        r#"<root id="123"><sample:name xmlns:sample="https://example.com/schema/sample">example</sample:name></root>"#,
    );
}

#[test]
fn texts_are_of_the_types_of_the_schema() {
    let schema = of(vec![
        property("i", Element::new("i", Shape::Integer)),
        property("n", Element::new("n", Shape::Number)),
        property("b", Element::new("b", Shape::Boolean)),
        property("s", Element::new("s", Shape::String)),
    ]);
    both(
        &json!({"i": -7, "n": 0.5, "b": true, "s": "007"}),
        &schema,
        "<root><i>-7</i><n>0.5</n><b>true</b><s>007</s></root>",
    );
    both(
        &json!({"i": 18446744073709551615_u64, "s": " a\n"}),
        &schema,
        "<root><i>18446744073709551615</i><s> a\n</s></root>",
    );
    let read = |xml: &str| read(xml.as_bytes(), &schema).unwrap();
    assert_eq!(read("<x><i> 7 </i><b>0</b><n>1e3</n><s/></x>"), json!({"i": 7, "b": false, "n": 1000.0, "s": ""}));
    assert_eq!(read("<x><i>seven</i><b>yes</b><n>NaN</n></x>"), json!({"i": "seven", "b": "yes", "n": "NaN"}));
    assert_eq!(read("<x xmlns:xsi='u'><i xsi:nil='true'/></x>"), json!({"i": null}));
    assert_eq!(read("<x><i>1</i><i>2</i></x>"), json!({"i": 2}), "the last one counts");
}

#[test]
fn what_the_schema_does_not_know_is_kept() {
    let schema = of(vec![property("a", Element::new("a", Shape::Integer))]);
    let xml = r#"<?xml version="1.0"?><!-- c --><x:root xmlns:x="u" new="1"><x:a>1</x:a><b>2</b><b><c>3</c></b><d e="f">g</d></x:root>"#;
    let value = json!({"a": 1, "new": "1", "b": ["2", {"c": "3"}], "d": {"e": "f", "#text": "g"}});
    assert_eq!(read(xml.as_bytes(), &schema), Ok(value));
    assert!(
        write(&json!({"a": 1, "b": [1, {"c": null, "d d": 1}], "e": {}}), &schema)
            .ends_with("<root><a>1</a><b>1</b><b></b><e></e></root>")
    );
}

#[test]
fn lists_may_be_whole_bodies_and_components_refer_to_themselves() {
    let node =
        Shape::Object { properties: vec![property("next", Element::new("next", Shape::Component("Node".to_owned())))] };
    let mut schema =
        XmlSchema::new(Element::new("nodes", list(Element::new("node", Shape::Component("Node".to_owned())), false)));
    schema.components.insert("Node".to_owned(), node);
    schema.components.insert("Loop".to_owned(), Shape::Component("Loop".to_owned()));
    both(
        &json!([{"next": {"next": {}}}, {}]),
        &schema,
        "<nodes><node><next><next></next></next></node><node></node></nodes>",
    );
    schema.root = Element::new("loop", Shape::Component("Loop".to_owned()));
    both(&json!("a"), &schema, "<loop>a</loop>");
}

#[test]
fn texts_are_escaped() {
    let schema =
        of(vec![attribute("a", Element::new("a", Shape::String)), property("b", Element::new("b", Shape::String))]);
    let text = "<&>\"'\r\n]]>é🦀";
    both(&json!({"b": text}), &schema, "<root><b>&lt;&amp;&gt;&quot;&apos;&#13;\n]]&gt;é🦀</b></root>");
    let xml = write(&json!({"a": text}), &schema);
    assert_eq!(read(xml.as_bytes(), &schema).unwrap()["a"].as_str().unwrap().replace(' ', "\n"), text);
    let xml = write(&json!({"b": "a\u{0}b\u{ffff}"}), &schema);
    assert_eq!(read(xml.as_bytes(), &schema), Ok(json!({"b": "a\u{fffd}b\u{fffd}"})));
    assert_eq!(read(b"<x><b><![CDATA[<&]]>&#x41;&lt;</b></x>", &schema), Ok(json!({"b": "<&A<"})));
}

#[test]
fn hostile_documents_are_refused() {
    let schema = of(Vec::new());
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
    let deep = "<a>".repeat(100_000);
    let cases: &[(&[u8], &str)] = &[
        (bomb.as_bytes(), "the entity `b` is unknown"),
        (b"<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><x>&f;</x>", "the entity `f` is unknown"),
        (deep.as_bytes(), "elements are more than 128 deep in each other"),
        (b"", "it is not one element"),
        (b"a", "it is not one element"),
        (b"<a/><b/>", "it is not one element"),
        (b"<a>", "the element `a` has no end"),
        (b"<a>\xff</a>", "it is not UTF-8"),
    ];
    for (xml, expected) in cases {
        let error = read(xml, &schema).unwrap_err().to_string();
        assert_eq!(error, *expected);
    }
    for xml in ["</a>", "<a></b>", "<a b></a>", "<a b='1' b='2'/>", "<a>&#0;</a>", "{}"] {
        read(xml.as_bytes(), &schema).expect_err(xml);
    }
    let mut value = json!("deep");
    (0..1_000).for_each(|_| value = json!({ "a": value }));
    assert!(read(write(&value, &schema).as_bytes(), &schema).is_ok());
}

#[test]
fn schemas_survive_as_json() {
    let schema = of(vec![attribute(
        "a",
        Element { prefix: Some("p".to_owned()), ..Element::new("a", list(Element::new("b", Shape::Any), true)) },
    )]);
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<XmlSchema>(&json).unwrap(), schema, "{json}");
}
