//! What the XML Object of OpenAPI says, and what nobody should rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_xml::{Element, Property, Shape, XmlSchema, read, write};
use serde_json::{Value, json};

fn property(name: &str, element: Element) -> Property {
    Property { name: name.to_owned(), element, is_attribute: false, is_required: false }
}

fn attribute(name: &str, element: Element) -> Property {
    Property { is_attribute: true, ..property(name, element) }
}

fn of(properties: Vec<Property>) -> XmlSchema {
    XmlSchema::new(Element::new("root", Shape::Object { properties, others: None }))
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
    let node = Shape::Object {
        others: None,
        properties: vec![property("next", Element::new("next", Shape::Component("Node".to_owned())))],
    };
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
    assert_eq!(read(xml.as_bytes(), &schema).unwrap()["a"].as_str(), Some(text));
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

#[test]
fn a_list_that_has_to_be_there_may_be_written_as_nothing() {
    let list = property("tags", Element::new("tags", list(Element::new("tag", Shape::String), false)));
    let schema = of(vec![Property { is_required: true, ..list.clone() }]);
    both(&json!({"tags": []}), &schema, "<root></root>");
    assert_eq!(read(b"<root/>", &of(vec![list])), Ok(json!({})));
}

#[test]
fn null_has_a_place_in_lists_alone() {
    let numbers = list(Element::new("n", Shape::Integer), false);
    let schema = of(vec![property("a", Element::new("a", Shape::Integer)), property("n", Element::new("n", numbers))]);
    let nil = "<n xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>";
    both(&json!({"n": [1, null, 2]}), &schema, &format!("<root><n>1</n>{nil}<n>2</n></root>"));
    assert!(write(&json!({"a": null}), &schema).ends_with("<root></root>"));
    assert_eq!(read(b"<r xmlns:i='u'><a i:nil='1'/></r>", &schema), Ok(json!({"a": null})));
}

#[test]
fn other_properties_have_a_type_and_text_is_kept() {
    let others = Some(Box::new(Shape::Integer));
    let map = XmlSchema::new(Element::new("root", Shape::Object { properties: Vec::new(), others }));
    both(&json!({"a": 1, "b": 2}), &map, "<root><a>1</a><b>2</b></root>");
    let price = of(vec![attribute("currency", Element::new("currency", Shape::String))]);
    both(&json!({"currency": "EUR", "#text": "12.5"}), &price, "<root currency=\"EUR\">12.5</root>");
}

#[test]
fn other_namespaces_may_have_the_same_names() {
    let schema = of(vec![
        property("link", Element::new("link", Shape::String)),
        attribute("href", Element::new("href", Shape::String)),
    ]);
    let xml = "<r xmlns:x='x' x:href='1' href='2'><link>a</link><x:link y='z'/></r>";
    assert_eq!(read(xml.as_bytes(), &schema).unwrap()["link"], json!("a"));
    assert_eq!(read(xml.as_bytes(), &schema).unwrap()["href"], json!("2"));
    assert_eq!(read(xml.as_bytes(), &schema).unwrap()["x:link"], json!({"y": "z"}));
    let with_prefix = |name: &str| Element {
        prefix: Some("p".to_owned()),
        namespace: Some("u".to_owned()),
        ..Element::new(name, Shape::String)
    };
    let schema = XmlSchema::new(Element {
        shape: Shape::Object {
            properties: vec![attribute("a", with_prefix("a")), attribute("b", with_prefix("b"))],
            others: None,
        },
        ..with_prefix("r")
    });
    both(&json!({"a": "1", "b": "2\n3"}), &schema, "<p:r xmlns:p=\"u\" p:a=\"1\" p:b=\"2&#10;3\"></p:r>");
    let unbound = of(vec![property("a", Element { prefix: Some("q".to_owned()), ..Element::new("a", Shape::String) })]);
    both(&json!({"a": "1"}), &unbound, "<root><a>1</a></root>");
}

#[test]
fn much_costs_no_more_than_it_is() {
    let schema = of(Vec::new());
    let children: String = (0..200_000).map(|index| format!("<a{index}/>")).collect();
    let attributes: String = (0..200_000).map(|index| format!(" a{index}=''")).collect();
    for xml in [format!("<r>{children}</r>"), format!("<r{attributes}/>")] {
        assert_eq!(read(xml.as_bytes(), &schema).unwrap().as_object().unwrap().len(), 200_000);
    }
    let error = read(format!("<r>{}</r>", "<a/>".repeat(1_000_001)).as_bytes(), &schema).unwrap_err();
    assert_eq!(error.to_string(), "it has more than 1000000 elements and attributes");
    let error = read(b"<r a='1' a='2'/>", &schema).unwrap_err();
    assert_eq!(error.to_string(), "the attribute `a` is there twice");
}
