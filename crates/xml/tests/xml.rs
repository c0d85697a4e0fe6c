//! What the XML Object of OpenAPI says, and what nobody should rely on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;

use keyapi_xml::{Alternative, Choice, Element, Property, Shape, XmlSchema, read, write};
use serde_json::{Value, json};
use support::{attribute, of, property};

fn list(item: Element, is_wrapped: bool) -> Shape {
    Shape::List { first: Vec::new(), item: Box::new(item), is_wrapped }
}

/// The value is written so, and is read again from that.
#[track_caller]
fn both(value: &Value, schema: &XmlSchema, expected: &str) {
    let xml = write(value, schema).unwrap();
    assert_eq!(xml, format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{expected}"));
    assert_eq!(read(xml.as_bytes(), None, schema).as_ref(), Ok(value), "{xml}");
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
    let read = |xml: &str| read(xml.as_bytes(), None, &schema).unwrap();
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
    assert_eq!(read(xml.as_bytes(), None, &schema), Ok(value));
    let xml = write(&json!({"a": 1, "b": [1, {"c": null}], "e": {}}), &schema).unwrap();
    assert!(xml.ends_with("<root><a>1</a><b>1</b><b></b><e></e></root>"), "{xml}");
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
    let xml = write(&json!({"a": text}), &schema).unwrap();
    assert_eq!(read(xml.as_bytes(), None, &schema).unwrap()["a"].as_str(), Some(text));
    assert_eq!(read(b"<x><b><![CDATA[<&]]>&#x41;&lt;</b></x>", None, &schema), Ok(json!({"b": "<&A<"})));
}

#[test]
fn hostile_documents_are_refused() {
    let schema = of(Vec::new());
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
    let deep = "<a>".repeat(100_000);
    let cases: &[(&[u8], &str)] = &[
        (bomb.as_bytes(), "the entity `b` is not expanded, whatever the document type declares"),
        (
            b"<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><x>&f;</x>",
            "the entity `f` is not expanded, whatever the document type declares",
        ),
        (b"<x>&f;</x>", "the entity `f` is unknown"),
        (deep.as_bytes(), "elements are more than 128 deep in each other"),
        (b"", "it is not one element"),
        (b"a", "it is not one element"),
        (b"<a/><b/>", "it is not one element"),
        (b"<a>", "the element `a` has no end"),
        (b"<a>\xff</a>", "it is not UTF-8"),
    ];
    for (xml, expected) in cases {
        let error = read(xml, None, &schema).unwrap_err().to_string();
        assert_eq!(error, *expected);
    }
    for xml in ["</a>", "<a></b>", "<a b></a>", "<a b='1' b='2'/>", "<a>&#0;</a>", "{}"] {
        read(xml.as_bytes(), None, &schema).expect_err(xml);
    }
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
    assert_eq!(read(b"<root/>", None, &of(vec![list])), Ok(json!({})));
}

#[test]
fn null_is_written_where_it_has_to_be_there() {
    let numbers = list(Element::new("n", Shape::Integer), false);
    let schema = of(vec![property("a", Element::new("a", Shape::Integer)), property("n", Element::new("n", numbers))]);
    let nil = "<n xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>";
    both(&json!({"n": [1, null, 2]}), &schema, &format!("<root><n>1</n>{nil}<n>2</n></root>"));
    assert!(write(&json!({"a": null}), &schema).unwrap().ends_with("<root></root>"));
    assert_eq!(read(b"<r xmlns:i='u'><a i:nil='1'/></r>", None, &schema), Ok(json!({"a": null})));
    let required =
        |name: &str, shape: Shape| Property { is_required: true, ..property(name, Element::new("n", shape)) };
    for shape in [Shape::Integer, list(Element::new("i", Shape::Integer), true), Shape::Any] {
        both(&json!({"a": null}), &of(vec![required("a", shape)]), &format!("<root>{nil}</root>"));
    }
    let of_list = of(vec![required("a", list(Element::new("i", Shape::Integer), false))]);
    assert!(
        write(&json!({"a": null}), &of_list).unwrap().ends_with("<root></root>"),
        "a list of one null is another one"
    );
    let id = Property { is_required: true, ..attribute("id", Element::new("id", Shape::Integer)) };
    assert!(write(&json!({"id": null}), &of(vec![id])).unwrap().ends_with("<root></root>"), "an attribute is a text");
}

#[test]
fn other_properties_have_a_type_and_text_is_kept() {
    let others = Some(Box::new(Shape::Integer));
    let map = XmlSchema::new(Element::new("root", Shape::Object { properties: Vec::new(), others }));
    both(&json!({"a": 1, "b": 2}), &map, "<root><a>1</a><b>2</b></root>");
    // The items of lists are called after what the list is of, whatever they are called elsewhere.
    let map = |others: Shape| {
        let others = Some(Box::new(others));
        XmlSchema::new(Element::new("root", Shape::Object { properties: Vec::new(), others }))
    };
    let of_lists = map(list(Element::new("i", Shape::Integer), false));
    both(&json!({"a": [1, 2], "b": [3]}), &of_lists, "<root><a>1</a><a>2</a><b>3</b></root>");
    let price = Shape::Object { properties: vec![attribute("v", Element::new("v", Shape::Integer))], others: None };
    let mut of_objects = map(Shape::Component("Prices".to_owned()));
    of_objects.components.insert("Prices".to_owned(), list(Element::new("price", price), false));
    both(
        &json!({"a": [{"v": 1}, {"v": 2}], "b": [{"v": 3}]}),
        &of_objects,
        "<root><a v=\"1\"></a><a v=\"2\"></a><b v=\"3\"></b></root>",
    );
    let wrapped = map(list(Element::new("i", Shape::Integer), true));
    both(&json!({"a": [1, 2], "b": []}), &wrapped, "<root><a><i>1</i><i>2</i></a><b></b></root>");
    let nested = of(vec![property("q", of_lists.root)]);
    both(&json!({"q": {"a": [1], "b": [2, 3]}}), &nested, "<root><root><a>1</a><b>2</b><b>3</b></root></root>");
    let price = of(vec![attribute("currency", Element::new("currency", Shape::String))]);
    both(&json!({"currency": "EUR", "#text": "12.5"}), &price, "<root currency=\"EUR\">12.5</root>");
}

#[test]
fn what_has_a_name_of_its_own_is_called_so_without_a_judge() {
    let animal = |name: &str, only: &str| Alternative {
        called: Some(Element::new(name, Shape::Any)),
        shape: Shape::Object {
            properties: vec![
                attribute(only, Element::new(only, Shape::Integer)),
                attribute("kind", Element::new("kind", Shape::String)),
            ],
            others: None,
        },
        tags: BTreeMap::from([("kind".to_owned(), json!(name))]),
        schema: Value::Null,
    };
    let kinds = vec![Shape::Object { properties: Vec::new(), others: None }];
    let alternatives = vec![animal("cat", "claws"), animal("dog", "bark")];
    let choice = Shape::OneOf(Choice { kinds, alternatives, schema: Value::Null });
    let mut schema = of(vec![
        property("one", Element::new("one", Shape::Component("Animal".to_owned()))),
        property("all", Element::new("all", list(Element::new("all", Shape::Component("Animal".to_owned())), true))),
    ]);
    schema.components.insert("Animal".to_owned(), choice);
    let schema: XmlSchema = serde_json::from_value(serde_json::to_value(&schema).unwrap()).unwrap();
    both(
        &json!({"one": {"bark": 1}, "all": [{"claws": 2}, {"bark": 3}]}),
        &schema,
        "<root><dog bark=\"1\"></dog><all><cat claws=\"2\"></cat><dog bark=\"3\"></dog></all></root>",
    );
    both(&json!({"one": {"kind": "dog"}}), &schema, "<root><dog kind=\"dog\"></dog></root>");
    let renamed = |from: &str, to: &str| -> XmlSchema {
        serde_json::from_str(&serde_json::to_string(&schema).unwrap().replace(from, to)).unwrap()
    };
    assert!(schema.is_written_as(&schema));
    assert!(!schema.is_written_as(&renamed("\"name\":\"dog\"", "\"name\":\"hound\"")));
    // Whoever sends it may go by the name of the property.
    let xml = b"<root><one bark='1'/><all><all claws='2'/></all></root>";
    assert_eq!(read(xml, None, &schema), Ok(json!({"one": {"bark": "1"}, "all": [{"claws": "2"}]})));
}

#[test]
fn other_namespaces_may_have_the_same_names() {
    let schema = of(vec![
        property("link", Element::new("link", Shape::String)),
        attribute("href", Element::new("href", Shape::String)),
    ]);
    let xml = "<r xmlns:x='x' x:href='1' href='2'><link>a</link><x:link y='z'/></r>";
    assert_eq!(read(xml.as_bytes(), None, &schema).unwrap()["link"], json!("a"));
    assert_eq!(read(xml.as_bytes(), None, &schema).unwrap()["href"], json!("2"));
    assert_eq!(read(xml.as_bytes(), None, &schema).unwrap()["x:link"], json!({"y": "z"}));
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
        assert_eq!(read(xml.as_bytes(), None, &schema).unwrap().as_object().unwrap().len(), 200_000);
    }
    let error = read(format!("<r>{}</r>", "<a/>".repeat(1_000_001)).as_bytes(), None, &schema).unwrap_err();
    assert_eq!(error.to_string(), "it has more than 1000000 elements and attributes");
    let error = read(b"<r a='1' a='2'/>", None, &schema).unwrap_err();
    assert_eq!(error.to_string(), "the attribute `a` is there twice");
}

/// The bytes of a text in 16 bits each.
fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn bodies_have_the_encoding_that_they_are_said_to_have() {
    let schema = of(vec![property("a", Element::new("a", Shape::String))]);
    let (big, little) = (u16::to_be_bytes as fn(u16) -> [u8; 2], u16::to_le_bytes as fn(u16) -> [u8; 2]);
    let xml = "<r><a>é🦀</a></r>";
    let declared = |name: &str, body: &str| format!("<?xml version='1.0' encoding = '{name}' standalone='yes'?>{body}");
    let marked = |xml: &str| format!("\u{feff}{xml}");
    let cases: &[(Option<&str>, Vec<u8>)] = &[
        (None, xml.into()),
        (Some("UTF-8"), declared("iso-8859-1", xml).into()),
        (Some("iso-8859-1"), marked(xml).into()),
        (None, utf16(&marked(xml), big)),
        (None, utf16(&marked(xml), little)),
        (Some("utf-8"), utf16(&marked(xml), little)),
        (None, utf16(xml, big)),
        (None, utf16(&declared("UTF-16", xml), little)),
        (Some("UTF-16"), utf16(xml, little)),
        (Some("utf-16be"), utf16(xml, big)),
        (Some("utf-16le"), utf16(xml, little)),
        // What was encoded anew keeps its declaration.
        (None, declared("utf-16", xml).into()),
    ];
    for (charset, body) in cases {
        assert_eq!(read(body, *charset, &schema), Ok(json!({"a": "é🦀"})), "{charset:?} {body:?}");
    }
    let latin1 = |xml: &str| -> Vec<u8> { xml.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
    let xml = "<r><a>é</a></r>";
    for (charset, body) in [(Some("ISO-8859-1"), xml.to_owned()), (None, declared("latin1", xml))] {
        assert_eq!(read(&latin1(&body), charset, &schema), Ok(json!({"a": "é"})), "{charset:?} {body:?}");
    }
    let half = utf16("\u{feff}<r/>", big)[..9].to_vec();
    for (charset, body, why) in [
        (Some("koi8-r"), xml.into(), "the encoding `koi8-r` is unknown"),
        (None, declared("windows-1251", xml).into(), "the encoding `windows-1251` is unknown"),
        (None, latin1(xml), "it is not UTF-8"),
        (None, half, "it is not UTF-16"),
        (Some("utf-16"), Vec::new(), "it is not one element"),
    ] {
        assert_eq!(read(&body, charset, &schema).unwrap_err().to_string(), why);
    }
}

/// What is around the data of a document, in none of which there is any.
#[test]
fn what_is_no_data_is_left_out() {
    let others = Some(Box::new(Shape::Integer));
    let map = XmlSchema::new(Element::new("root", Shape::Object { properties: Vec::new(), others }));
    let xml = "<?xml version='1.0'?><?style a='b'?><!DOCTYPE root SYSTEM 'r.dtd' [<!ELEMENT a (#PCDATA)>]>\
        <!-- <a>0</a> --><root xmlns='u' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='map' \
        xmlns:s='http://www.w3.org/2001/XMLSchema-instance' s:schemaLocation='u u.xsd' xsi:noNamespaceSchemaLocation='v'>\
        <?pi <a>?><a>1<!-- 0 -->2</a><b><![CDATA[3]]></b>\n</root>\n<!-- end -->";
    assert_eq!(read(xml.as_bytes(), None, &map), Ok(json!({"a": 12, "b": 3})));
    // Attributes say something of an element whose type is text.
    let text = of(vec![property("name", Element::new("name", Shape::String))]);
    assert_eq!(read(b"<r><name xml:lang='en'>Rex</name></r>", None, &text), Ok(json!({"name": "Rex"})));
}

#[test]
fn elements_of_nothing_are_what_nothing_is_of_their_type() {
    let schema = of(vec![
        property("i", Element::new("i", Shape::Integer)),
        property("n", Element::new("n", Shape::Number)),
        property("b", Element::new("b", Shape::Boolean)),
        property("s", Element::new("s", Shape::String)),
        property("o", Element::new("o", Shape::Object { properties: Vec::new(), others: None })),
        property("w", Element::new("w", list(Element::new("x", Shape::Integer), true))),
        property("l", Element::new("l", list(Element::new("l", Shape::Integer), false))),
        property("any", Element::new("any", Shape::Any)),
    ]);
    let nothing = json!({"i": null, "n": null, "b": null, "s": "", "o": {}, "w": [], "l": [null], "any": ""});
    for xml in [
        "<r><i/><n/><b/><s/><o/><w/><l/><any/></r>",
        "<r><i></i><n> </n><b>\n</b><s></s><o> </o><w>\n</w><l></l><any></any></r>",
    ] {
        assert_eq!(read(xml.as_bytes(), None, &schema), Ok(nothing.clone()), "{xml}");
    }
}

#[test]
fn a_list_is_of_its_elements_and_not_of_what_is_beside_them() {
    let days = property("days", Element::new("days", list(Element::new("day", Shape::Integer), true)));
    let read = |xml: &str| read(xml.as_bytes(), None, &of(vec![days.clone()])).unwrap();
    assert_eq!(read("<r><days><count>2</count><day>1</day><x:day>2</x:day></days></r>"), json!({"days": [1]}));
    assert_eq!(read("<r><days><x:day>1</x:day><x:day>2</x:day></days></r>"), json!({"days": [1, 2]}));
    assert_eq!(read("<r><days><d>1</d><d>2</d></days></r>"), json!({"days": [1, 2]}), "they are called otherwise");
}

#[test]
fn what_may_have_attributes_may_lack_them() {
    let price = of(vec![attribute("currency", Element::new("currency", Shape::String))]);
    let list = of(vec![property("price", Element::new("price", price.root.shape))]);
    let xml = "<r><price>12.5</price></r>";
    assert_eq!(read(xml.as_bytes(), None, &list), Ok(json!({"price": {"#text": "12.5"}})));
}
