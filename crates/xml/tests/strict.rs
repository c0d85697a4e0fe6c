//! What a server takes that wants XML as its document has it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;

use keyapi_xml::{Alternative, Choice, Element, Property, Shape, Strict, XmlSchema, read, read_strictly};
use serde_json::{Value, json};
use support::{attribute, property};

fn of(properties: Vec<Property>) -> XmlSchema {
    XmlSchema::new(Element::new("r", Shape::Object { properties, others: None }))
}

fn unnamed(shape: Shape) -> Alternative {
    Alternative { called: None, shape, tags: BTreeMap::new(), schema: Value::Null }
}

fn strictly(xml: &str, schema: &XmlSchema) -> Result<Strict, String> {
    read_strictly(xml.as_bytes(), None, schema, &|_, _| true).map_err(|error| error.to_string())
}

const EXPANDED: &str = "the entity `e` is not expanded, whatever the document type declares";

#[test]
fn what_is_not_well_formed_is_refused() {
    let schema = of(Vec::new());
    let cases = [
        ("<r>\u{1}</r>", "XML has no character U+0001"),
        ("<r>\u{fffe}</r>", "XML has no character U+FFFE"),
        ("<r>&#1;</r>", "XML has no character U+0001"),
        ("<r a='&#x1F;'/>", "XML has no character U+001F"),
        ("<r>a]]>b</r>", "`]]>` stands in a text"),
        ("<r><!-- a -- b --></r>", "ill-formed document: forbidden string `--` was found in a comment"),
        ("<r><!-- a ---></r>", "ill-formed document: forbidden string `--` was found in a comment"),
        ("<p:r/>", "the prefix `p` is not declared"),
        ("<r p:a=''/>", "the prefix `p` is not declared"),
        ("<r><a xmlns:p='u'/><p:b/></r>", "the prefix `p` is not declared"),
        ("<r xmlns:p=''/>", "`p` cannot be declared as a prefix of ``"),
        ("<r xmlns:p='u' xmlns:q='u' p:a='' q:a=''/>", "the attribute `q:a` is there twice"),
        ("<1/>", "`1` is no name"),
        ("<a:b:c xmlns:a='u'/>", "`a:b:c` is no name"),
        ("<r 1=''/>", "`1` is no name"),
        ("<r a='<'/>", "`<` stands in the value of an attribute"),
        ("<r a='1'b='2'/>", "there is no blank between attributes"),
        ("<r/>a", "there is text outside of the element"),
        ("<r/>&amp;", "there is text outside of the element"),
        ("<![CDATA[ ]]><r/>", "there is text outside of the element"),
        (" <?xml version='1.0'?><r/>", "the XML declaration is not the first"),
        ("<?XML a?><r/>", "no instruction can be called `XML`"),
        ("<r/><!DOCTYPE r>", "the document type is not before the element"),
        ("<!doctype r><r/>", "the document type is not declared by `<!DOCTYPE`"),
        ("<!DOCTYPEr><r/>", "`r` cannot be the name of a document type"),
        ("<!DOCTYPE 1><r/>", "`1` cannot be the name of a document type"),
        ("<!DOCTYPE r 'r.dtd'><r/>", "the document type has something else behind its name than it may"),
        ("<!DOCTYPE r PUBLIC '-//r'><r/>", "the document type has something else behind its name than it may"),
        ("<!DOCTYPE r SYSTEM'r.dtd'><r/>", "the document type has something else behind its name than it may"),
        ("<r xmlns:='u'/>", "`` cannot be declared as a prefix of `u`"),
        ("<xmlns:r/>", "`xmlns:r` is no name"),
        ("<r:/>", "`r:` is no name"),
        ("<r a:=''/>", "`a:` is no name"),
        ("<r>&e;</r>", "the entity `e` is unknown"),
        ("<r a='&e;'/>", "the entity `e` is unknown"),
        ("<!DOCTYPE r [<!ENTITY e 'e'>]><r>&e;</r>", EXPANDED),
        ("<!DOCTYPE r [<!ENTITY e 'e'>]><r a='&e;'/>", EXPANDED),
        ("<r/><r/>", "it is not one element"),
    ];
    for (xml, expected) in cases {
        assert_eq!(strictly(xml, &schema).unwrap_err(), expected, "{xml}");
    }
    let declarations: String = (0..200).map(|index| format!(" xmlns:p{index}='u'")).collect();
    let too_many = strictly(&format!("<r{declarations}/>"), &schema).unwrap_err();
    assert_eq!(too_many, "more than 128 namespaces are declared in one place");
    for xml in ["<r xmlns:xml='u'/>", "<r xmlns:xmlns='u'/>", "<r", "<r></s>", ""] {
        strictly(xml, &schema).expect_err(xml);
    }
    // Whoever reads what a server sends takes what can be understood.
    for xml in
        ["<r>\u{1}</r>", "<r>&#1;</r>", "<r>a]]>b</r>", "<r><!-- a -- b --></r>", "<p:r p:a=''/>", "<r a='1'b='2'/>"]
    {
        read(xml.as_bytes(), None, &schema).expect(xml);
    }
}

#[test]
fn the_declaration_says_what_it_may_in_its_order() {
    let schema = of(Vec::new());
    let of_place = |name: &str| {
        let order = "`version`, then perhaps `encoding`, then perhaps `standalone`";
        format!("`{name}` is out of place in the XML declaration, which has {order}")
    };
    let must =
        |name: &str, wanted: &str, is: &str| format!("`{name}` in the XML declaration must be {wanted}, and is `{is}`");
    let version = |is: &str| must("version", "`1.` and digits", is);
    let encoding = |is: &str| must("encoding", "the name of an encoding", is);
    let unreadable = || "the XML declaration cannot be read".to_owned();
    for (said, expected) in [
        ("version='1.0' standalone='maybe'", must("standalone", "`yes` or `no`", "maybe")),
        ("version='1.0' standalone='Yes'", must("standalone", "`yes` or `no`", "Yes")),
        ("version='1.0' standalone='yes' encoding='utf-8'", of_place("encoding")),
        ("encoding='utf-8' version='1.0'", of_place("encoding")),
        ("encoding='utf-8'", of_place("encoding")),
        ("standalone='yes'", of_place("standalone")),
        ("version='1.0' version='1.0'", of_place("version")),
        ("version='1.0' VERSION='1.0'", of_place("VERSION")),
        ("version='2.0'", version("2.0")),
        ("version='1.'", version("1.")),
        ("version='1.0' encoding=''", encoding("")),
        ("version='1.0' encoding='8859'", encoding("8859")),
        ("version='1.0' encoding='utf 8'", encoding("utf 8")),
        ("version='1.0'encoding='utf-8'", unreadable()),
        ("version=1.0", unreadable()),
        ("version='1.0\"", unreadable()),
        ("version", unreadable()),
        (" ", "the XML declaration has no version".to_owned()),
    ] {
        let xml = format!("<?xml {said}?><r/>");
        let read = read_strictly(xml.as_bytes(), Some("utf-8"), &schema, &|_, _| true);
        assert_eq!(read.unwrap_err().to_string(), expected, "{xml}");
    }
    for said in
        ["version='1.0'", "version = \"1.1\"\n", "version='1.0'\tstandalone='no' ", "version='1.0' encoding='UTF-8'"]
    {
        strictly(&format!("<?xml {said}?><r/>"), &schema).expect(said);
    }
    // A document type need not be that of the element, which is asked of valid documents alone.
    for said in
        ["html", "p:r ", "r SYSTEM 'a[b]>'", "r PUBLIC \"-//r\"\n'r.dtd' ", "r [<!ELEMENT r ANY>] ", "r SYSTEM 'r' []"]
    {
        strictly(&format!("<!DOCTYPE {said}><r/>"), &schema).expect(said);
    }
}

#[test]
fn what_is_well_formed_is_taken() {
    let xml = "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n<!-- a - b --><?style a='b'?><!DOCTYPE r>\n\
        <r xmlns='u' xmlns:p='v' p:a = '1'\n a=\"]]>'\" xml:lang='de'><p:b xmlns:q='w' q:c='&#9;&lt;'/>]] &gt;\
        <![CDATA[<&--]]><\u{e9}-1.0/>&#x1F980;<q:b xmlns:q='w'></q:b ></r>\n<!-- end --> \n";
    let value =
        json!({"a": ["1", "]]>'"], "lang": "de", "b": [{"c": "\t<"}, ""], "\u{e9}-1.0": "", "#text": "]] ><&--🦀"});
    let read = strictly(xml, &of(Vec::new())).unwrap();
    assert_eq!((read.value, read.unexpected), (value, Vec::new()));
}

/// What is said of a document: where, and what.
#[track_caller]
fn unexpected(xml: &str, schema: &XmlSchema, expected: &[(&str, &str)]) {
    let found = strictly(xml, schema).unwrap().unexpected;
    let found: Vec<(String, String)> = found.iter().map(|one| (one.path.join("."), one.to_string())).collect();
    let expected: Vec<(String, String)> = expected.iter().map(|(path, why)| ((*path).into(), (*why).into())).collect();
    assert_eq!(found, expected, "{xml}");
}

#[test]
fn names_that_the_document_says_are_asked_for() {
    let named = |name: &str, shape: Shape| Element { is_named: true, ..Element::new(name, shape) };
    let list = |item: Element| Shape::List { first: Vec::new(), item: Box::new(item), is_wrapped: true };
    let root = |root: Element| {
        XmlSchema::new(Element {
            shape: Shape::Object {
                properties: vec![
                    property("a", Element::new("a", list(named("item", Shape::Integer)))),
                    property("b", Element::new("b", list(Element::new("b", Shape::Integer)))),
                ],
                others: None,
            },
            ..root
        })
    };
    let (asked, open) = (root(named("pet", Shape::Any)), root(Element::new("Pet", Shape::Any)));
    let xml = "<pet><a><item>1</item></a><b><c>2</c></b></pet>";
    unexpected(xml, &asked, &[]);
    unexpected("<dog/>", &asked, &[("", "must be called `pet`, and is called `dog`")]);
    unexpected("<dog/>", &open, &[]);
    unexpected("<pet><a><x>1</x></a></pet>", &asked, &[("a", "must be called `item`, and is called `x`")]);
    assert_eq!(strictly(xml, &asked).unwrap().value, json!({"a": [1], "b": [2]}));
}

#[test]
fn namespaces_that_the_document_says_are_asked_for() {
    let within = |namespace: &str, prefix: Option<&str>, name: &str, shape: Shape| Element {
        namespace: Some(namespace.to_owned()),
        prefix: prefix.map(str::to_owned),
        ..Element::new(name, shape)
    };
    let properties = vec![
        property("a", within("v", Some("v"), "a", Shape::Integer)),
        property("b", Element::new("b", Shape::Integer)),
        Property { is_attribute: true, ..property("c", within("u&", None, "c", Shape::Integer)) },
        Property { is_attribute: true, ..property("d", within("v", Some("v"), "d", Shape::Integer)) },
    ];
    let schema = XmlSchema::new(within("u&", None, "r", Shape::Object { properties, others: None }));
    // The prefix is whatever the sender likes, and what the document does not speak of is in any namespace.
    for xml in [
        "<r xmlns='u&amp;' xmlns:v='v' c='3' v:d='4'><v:a>1</v:a><b>2</b></r>",
        "<x:r xmlns:x='u&#38;' xmlns:y='v' c='3' y:d='4'><y:a>1</y:a><x:b>2</x:b></x:r>",
        "<x:r xmlns:x='u&#38;' xmlns:y='v' c='3' y:d='4'><a xmlns='v'>1</a><b>2</b></x:r>",
    ] {
        unexpected(xml, &schema, &[]);
        assert_eq!(strictly(xml, &schema).unwrap().value, json!({"a": 1, "b": 2, "c": 3, "d": 4}));
    }
    unexpected("<r/>", &schema, &[("", "must be in the namespace `u&`, and is in no namespace")]);
    unexpected(
        "<r xmlns='u&amp;' d='4'><a>1</a></r>",
        &schema,
        &[
            ("a", "must be in the namespace `v`, and is in the namespace `u&`"),
            ("d", "must be in the namespace `v`, and is in no namespace"),
        ],
    );
    // Of two, the one in the namespace counts.
    let both = "<r xmlns='u&amp;'><a>1</a><a xmlns='v'>2</a></r>";
    unexpected(both, &schema, &[]);
    assert_eq!(strictly(both, &schema).unwrap().value["a"], json!(2));
    let none = XmlSchema::new(within("", None, "r", Shape::Any));
    unexpected("<r/>", &none, &[]);
    unexpected("<r xmlns='u'/>", &none, &[("", "must be in no namespace, and is in the namespace `u`")]);
}

#[test]
fn everything_stands_where_the_document_says() {
    let list = |item: Element, is_wrapped: bool| Shape::List { first: Vec::new(), item: Box::new(item), is_wrapped };
    let object = |name: &str| Shape::Object {
        properties: vec![property(name, Element::new(name, Shape::String))],
        others: None,
    };
    let schema = of(vec![
        attribute("id", Element::new("id", Shape::Integer)),
        property("name", Element::new("name", Shape::String)),
        property("size", Element::new("length", Shape::Integer)),
        property("tags", Element::new("tags", list(Element::new("tag", Shape::String), true))),
        property("kids", Element::new("kids", list(Element::new("kid", object("name")), false))),
        property("pups", Element::new("pups", list(Element::new("pups", object("name")), false))),
        property("any", Element::new("any", Shape::Any)),
        attribute("lang", Element { prefix: Some("xml".to_owned()), ..Element::new("lang", Shape::String) }),
    ]);
    let found = |xml: &str, path: &str, why: &str| unexpected(xml, &schema, &[(path, why)]);
    unexpected(
        "<r id='1' xml:lang='de'><name>a</name><length>1</length><tags><tag>a</tag><tag>b</tag></tags>\
        <kid><name>a</name></kid><kid/><pups><name>a</name></pups><any>a</any><any><b/></any><other/><other/></r>",
        &schema,
        &[],
    );
    found("<r><name>a</name><name>b</name></r>", "name", "must be there once, and is there 2 times");
    found("<r><tags/><tags/><tags/></r>", "tags", "must be there once, and is there 3 times");
    found("<r><name><b>a</b></name></r>", "name", "must be a text, and has the element `b` in it");
    found("<r><length>1<x:b xmlns:x='u'/></length></r>", "size", "must be a text, and has the element `x:b` in it");
    found("<r><kid><name><b/></name></kid></r>", "kids.0.name", "must be a text, and has the element `b` in it");
    found("<r><id>1</id><id>2</id></r>", "id", "must be an attribute, and is an element");
    found("<r name='a'/>", "name", "must be an element, and is an attribute");
    found("<r><size>1</size></r>", "size", "must be called `length`, and is called `size`");
    found("<r length='1'/>", "size", "must be an element, and is an attribute");
    found("<r><kids><kid/></kids></r>", "kids", "must be called `kid`, and is called `kids`");
    found("<r><tag>a</tag><tag>b</tag></r>", "tags", "must be around the elements `tag`, which stand alone");
    let around = "must not have an element around its items, which `xml.wrapped` does not ask for";
    found("<r><pups><pups><name>a</name></pups></pups></r>", "pups", around);
    let xml = "the namespace `http://www.w3.org/XML/1998/namespace`";
    found("<r lang='de'/>", "lang", &format!("must be in {xml}, and is in no namespace"));
    // What has another prefix is another attribute, and what stands twice where anything may is a list.
    let read = |xml: &str| {
        let Strict { value, unexpected } = strictly(xml, &schema).unwrap();
        assert_eq!(unexpected, [], "{xml}");
        value
    };
    assert_eq!(read("<r xmlns:p='u' p:id='1'/>"), json!({"p:id": "1"}));
    assert_eq!(read("<r xmlns:p='u' p:id='1' id='2'/>"), json!({"id": 2, "p:id": "1"}));
    assert_eq!(read("<r><any>a</any><any><b>1</b></any></r>"), json!({"any": ["a", {"b": "1"}]}));
    // A whole body that is a text may be any XML.
    let text = XmlSchema::new(Element::new("r", Shape::String));
    unexpected("<r>a<b>c</b></r>", &text, &[]);
    // Whoever reads what a server sends takes what can be understood.
    let xml = "<r><id>1</id><name>a</name><name><c/>b</name></r>";
    assert_eq!(keyapi_xml::read(xml.as_bytes(), None, &schema).unwrap(), json!({"id": "1", "name": "b"}));
    let children: String = (0..200_000).map(|index| format!("<a{index}/>")).collect();
    strictly(&format!("<r>{children}</r>"), &schema).unwrap();
}

#[test]
fn nothing_stands_beside_texts_and_items() {
    let list = |name: &str, is_wrapped: bool| {
        let item = Box::new(Element::new("i", Shape::Integer));
        property(name, Element::new(name, Shape::List { first: Vec::new(), item, is_wrapped }))
    };
    let closed = || Shape::Object { properties: vec![property("b", Element::new("b", Shape::String))], others: None };
    let schema = of(vec![
        property("a", Element::new("a", Shape::String)),
        list("l", true),
        list("m", false),
        property("o", Element::new("o", closed())),
        property("any", Element::new("any", Shape::Any)),
    ]);
    let found = |xml: &str, path: &str, why: &str| unexpected(xml, &schema, &[(path, why)]);
    found("<r><a foo='1'>x</a></r>", "a", "must be a text, and has the attribute `foo` in it");
    found(
        "<r><i>1</i><i x:foo='1' xmlns:x='u'>2</i></r>",
        "m.1",
        "must be a text, and has the attribute `x:foo` in it",
    );
    found("<r><l><i foo='1'>1</i></l></r>", "l.0", "must be a text, and has the attribute `foo` in it");
    found("<r><l foo='1'><i>1</i></l></r>", "l", "must be a list, and has the attribute `foo` beside its items");
    found("<r><l foo='1'/></r>", "l", "must be a list, and has the attribute `foo` beside its items");
    found("<r><l>text<i>1</i></l></r>", "l", "must be a list, and has text beside its items");
    found("<r><l><i>1</i><![CDATA[x]]></l></r>", "l", "must be a list, and has text beside its items");
    found("<r><l><i>1</i><n>2</n></l></r>", "l", "must be a list, and has the element `n` beside its items");
    const NIL: &str = "must be empty where `nil` says that it is null, and has";
    let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'";
    found(&format!("<r><a {xsi}>x</a></r>"), "a", &format!("{NIL} text in it"));
    found(&format!("<r><i>1</i><i {xsi}><b/></i></r>"), "m.1", &format!("{NIL} the element `b` in it"));
    found(&format!("<r><o {xsi}><b>x</b></o></r>"), "o", &format!("{NIL} the element `b` in it"));
    unexpected(&format!("<r><a xmlns:y='u' {xsi}/></r>"), &schema, &[]);
    found("<r><a><xml:b/></a></r>", "a", "must be a text, and has the element `xml:b` in it");
    unexpected("<r><a xml:lang='de' xml:space='preserve'> x</a><l xml:lang='de'><i>1</i></l></r>", &schema, &[]);
    unexpected(
        "<r xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><a xmlns='' xsi:type='s'>x</a>\n<l xmlns:y='u'> <i/>\n</l>\
        <any foo='1'>x<y/></any></r>",
        &schema,
        &[],
    );
    // Of two maps the one counts in which everything has its place.
    let map = |others: Shape| Shape::Object { properties: Vec::new(), others: Some(Box::new(others)) };
    let id = Shape::Object { properties: vec![attribute("v", Element::new("v", Shape::Integer))], others: None };
    let alternatives = vec![map(Shape::String), map(id)];
    let kinds = alternatives.clone();
    let alternatives = alternatives.into_iter().map(unnamed).collect();
    let maps = Shape::OneOf(Choice { kinds, alternatives, schema: Value::Null });
    let maps = XmlSchema::new(Element::new("m", maps));
    assert_eq!(strictly("<m><a v='3'/></m>", &maps).unwrap().value, json!({"a": {"v": 3}}));
    assert_eq!(strictly("<m><a>3</a></m>", &maps).unwrap().value, json!({"a": "3"}));
}

#[test]
fn maps_are_of_what_the_schema_says() {
    let map = |others: Shape| {
        let others = Some(Box::new(others));
        XmlSchema::new(Element::new("r", Shape::Object { properties: Vec::new(), others }))
    };
    let list = |item: Element| Shape::List { first: Vec::new(), item: Box::new(item), is_wrapped: false };
    let of_lists = map(list(Element::new("i", Shape::Integer)));
    let xml = "<r><a>1</a><b>3</b><a>2</a></r>";
    unexpected(xml, &of_lists, &[]);
    assert_eq!(strictly(xml, &of_lists).unwrap().value, json!({"a": [1, 2], "b": [3]}));
    unexpected("<r><a>1</a><a>2</a></r>", &map(Shape::Integer), &[("a", "must be there once, and is there 2 times")]);
    unexpected("<r><a>1</a><a><b/></a></r>", &of_lists, &[("a.1", "must be a text, and has the element `b` in it")]);
    let object = Shape::Object { properties: vec![property("n", Element::new("n", Shape::String))], others: None };
    let around = "must not have an element around its items, which `xml.wrapped` does not ask for";
    unexpected("<r><a><a><n/></a></a></r>", &map(list(Element::new("i", object))), &[("a", around)]);
}

#[test]
fn of_several_shapes_the_first_that_is_accepted_counts() {
    let list = Shape::List { first: Vec::new(), item: Box::new(Element::new("i", Shape::Integer)), is_wrapped: false };
    let object = |name: &str, shape: Shape| Shape::Object {
        properties: vec![property(name, Element::new(name, shape))],
        others: None,
    };
    let alternatives =
        vec![Shape::Integer, Shape::Boolean, object("n", Shape::Boolean), object("n", Shape::Integer), list];
    let choice = Shape::OneOf(Choice {
        kinds: alternatives.clone(),
        alternatives: alternatives.into_iter().map(unnamed).collect(),
        schema: json!("the choice"),
    });
    let schema = of(vec![property("a", Element::new("a", choice))]);
    let accepts = |schema: &Value, value: &Value| {
        assert_eq!(schema, "the choice");
        let is_list = value.as_array().is_some_and(|list| list.iter().all(Value::is_number) && !list.is_empty());
        let is_object = value.get("n").is_some_and(|n| !n.is_string());
        value.as_i64().is_some_and(|number| number > 1) || value.is_boolean() || is_list || is_object
    };
    let read = |xml: &str| read_strictly(xml.as_bytes(), None, &schema, &accepts).unwrap().value["a"].clone();
    assert_eq!(read("<r><a>7</a></r>"), 7);
    assert_eq!(read("<r><a>true</a></r>"), true);
    assert_eq!(read("<r><a>1</a></r>"), true, "a number that is too small is a boolean");
    assert_eq!(read("<r><a><n>false</n></a></r>"), json!({"n": false}));
    assert_eq!(read("<r><a><n>7</n></a></r>"), json!({"n": 7}));
    assert_eq!(read("<r><i>7</i><i>8</i></r>"), json!([7, 8]));
    assert_eq!(read("<r><a>maybe</a></r>"), "maybe");
    // A text is no list, be it of nothing.
    let wrapped =
        Shape::List { first: Vec::new(), item: Box::new(Element::new("i", Shape::Integer)), is_wrapped: true };
    let list = of(vec![property("a", Element::new("a", wrapped))]);
    assert_eq!(strictly("<r><a>7</a></r>", &list).unwrap().value, json!({"a": "7"}));
    assert_eq!(strictly("<r><a> </a></r>", &list).unwrap().value, json!({"a": []}));
    // Many of them in each other cost no more than they are.
    let mut schema = of(vec![property("n", Element::new("n", Shape::Component("A".to_owned())))]);
    let alternatives = vec![object("n", Shape::Component("A".to_owned())); 4];
    let kinds = alternatives.clone();
    let alternatives = alternatives.into_iter().map(unnamed).collect();
    let choice = Choice { kinds, alternatives, schema: Value::Null };
    schema.components.insert("A".to_owned(), Shape::OneOf(choice));
    let xml = format!("<r>{}{}</r>", "<n>".repeat(120), "</n>".repeat(120));
    read_strictly(xml.as_bytes(), None, &schema, &|_, _| false).unwrap();
}
