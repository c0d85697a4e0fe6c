//! What is written as XML is read as the same value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::outcome::Response;
use keyapi_mock::{Engine, Options};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::response;

/// An operation that takes what it answers with: bodies of this schema, of which one is shown.
fn both_ways(schema: &Value, example: &Value) -> Engine {
    let component = |name: &str, properties: Value| json!({"type": "object", "xml": {"name": name}, "required": ["kind"], "additionalProperties": false, "properties": properties});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {
            "requestBody": {"content": {"application/xml": {"schema": schema}}},
            "responses": {"200": {"description": "d", "content": {"application/xml": {"schema": schema, "example": example}}}},
        }}},
        "components": {"schemas": {
            "Cat": component("cat", json!({"kind": {"const": "cat"}, "claws": {"type": "integer", "xml": {"attribute": true}}})),
            "Dog": component("dog", json!({"kind": {"const": "dog"}, "bark": {"type": "integer"}})),
            "Animal": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
            "Numbers": {"type": "array", "items": {"type": "integer"}},
            "Maps": {"anyOf": [
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": "object", "properties": {"v": {"type": "integer", "xml": {"attribute": true}}}}},
            ]},
        }},
    });
    Engine::new(support::document(&document.to_string()), Options::default())
}

#[track_caller]
fn posted(engine: &Engine, body: &str) -> Response {
    response(engine, &format!("POST /x\ncontent-type: application/xml\n\n{body}"))
}

/// An example is written so, and what is written is taken.
#[track_caller]
fn there_and_back(schema: Value, example: Value, expected: &str) {
    let engine = both_ways(&schema, &example);
    let sent = posted(&engine, expected);
    assert_eq!(sent.status, 200, "{expected}: {}", String::from_utf8_lossy(&sent.body));
    assert!(!sent.headers.contains_key("sl-violations"), "{:?}", sent.headers);
    let body = String::from_utf8(sent.body.to_vec()).unwrap();
    assert_eq!(body.split_once('\n').unwrap().1, expected);
}

fn named(name: &str, mut schema: Value) -> Value {
    schema["xml"] = json!({ "name": name });
    schema
}

fn component(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn a_text_is_of_the_type_that_any_keyword_wants_there() {
    let integer = || json!({"type": "integer"});
    let object = |mut said: Value| {
        said["type"] = json!("object");
        named("m", said)
    };
    let list = |said: Value| object(json!({"properties": {"t": said}, "required": ["t"]}));
    there_and_back(
        object(
            json!({"patternProperties": {"^i_": integer(), "^b_": {"type": "boolean"}, "^l_": component("Numbers")}, "additionalProperties": false}),
        ),
        json!({"i_a": 1, "b_b": true, "l_c": [1], "l_d": [2, 3]}),
        "<m><i_a>1</i_a><b_b>true</b_b><l_c>1</l_c><l_d>2</l_d><l_d>3</l_d></m>",
    );
    there_and_back(
        object(
            json!({"patternProperties": {"^i_": integer()}, "additionalProperties": {"type": "boolean"}, "properties": {"i_a": {}}}),
        ),
        json!({"i_a": 1, "x": true}),
        "<m><i_a>1</i_a><x>true</x></m>",
    );
    let wants = |name: &str, schema: Value| json!({"properties": {name: schema}, "required": [name]});
    let condition = json!({
        "properties": {"k": {"type": "string"}}, "required": ["k"], "if": wants("k", json!({"const": "n"})),
        "then": wants("v", integer()), "else": wants("v", json!({"type": "boolean"})),
    });
    there_and_back(object(condition.clone()), json!({"k": "n", "v": 1}), "<m><k>n</k><v>1</v></m>");
    there_and_back(object(condition), json!({"k": "b", "v": true}), "<m><k>b</k><v>true</v></m>");
    let of_kind =
        |kind: &str, name: &str| json!({"if": wants("k", json!({"const": kind})), "then": wants(name, integer())});
    let switch = json!({"properties": {"k": {"type": "string"}}, "allOf": [of_kind("a", "x"), of_kind("b", "y"), of_kind("c", "z")]});
    for (kind, name) in [("a", "x"), ("b", "y"), ("c", "z")] {
        let expected = format!("<m><k>{kind}</k><{name}>1</{name}></m>");
        there_and_back(object(switch.clone()), json!({"k": kind, name: 1}), &expected);
    }
    there_and_back(
        object(json!({"dependentSchemas": {"k": wants("v", integer())}, "properties": {"k": {"type": "string"}}})),
        json!({"k": "a", "v": 1}),
        "<m><k>a</k><v>1</v></m>",
    );
    there_and_back(
        object(json!({"allOf": [{"properties": {"a": integer()}}], "unevaluatedProperties": integer()})),
        json!({"a": 1, "b": 2}),
        "<m><a>1</a><b>2</b></m>",
    );
    there_and_back(
        list(
            json!({"type": "array", "xml": {"wrapped": true}, "prefixItems": [named("i", integer()), named("b", json!({"type": "boolean"}))], "items": {"type": "number"}}),
        ),
        json!({"t": [1, true, 1.5]}),
        "<m><t><i>1</i><b>true</b><t>1.5</t></t></m>",
    );
    there_and_back(
        list(
            json!({"type": "array", "prefixItems": [integer(), named("s", json!({"type": "string"}))], "items": false}),
        ),
        json!({"t": [1, "2"]}),
        "<m><t>1</t><s>2</s></m>",
    );
    for list_of in
        [json!({"contains": integer()}), json!({"contains": integer(), "items": {"type": ["string", "integer"]}})]
    {
        let mut said = list_of;
        said["type"] = json!("array");
        there_and_back(list(said), json!({"t": [1, 2, "a"]}), "<m><t>1</t><t>2</t><t>a</t></m>");
    }
    there_and_back(
        list(json!({"type": "array", "unevaluatedItems": integer()})),
        json!({"t": [1, 2]}),
        "<m><t>1</t><t>2</t></m>",
    );
}

#[test]
fn what_is_one_of_several_is_called_as_this_one() {
    let (cat, dog) = (json!({"kind": "cat", "claws": 2}), json!({"kind": "dog", "bark": 3}));
    let (of_cat, of_dog) = ("<cat claws=\"2\"><kind>cat</kind></cat>", "<dog><kind>dog</kind><bark>3</bark></dog>");
    there_and_back(component("Animal"), cat.clone(), of_cat);
    there_and_back(component("Animal"), dog.clone(), of_dog);
    there_and_back(json!({"anyOf": [component("Cat"), {"type": "null"}]}), cat.clone(), of_cat);
    let list = json!({"type": "array", "items": component("Animal")});
    let zoo = named("zoo", json!({"type": "object", "properties": {"list": list, "only": component("Numbers")}}));
    there_and_back(
        zoo,
        json!({"list": [dog, cat], "only": [1]}),
        &format!("<zoo>{of_dog}{of_cat}<only>1</only></zoo>"),
    );
    let wrapped = json!({"type": "array", "xml": {"wrapped": true, "name": "zoo"}, "items": component("Animal")});
    there_and_back(wrapped.clone(), json!([cat, dog]), &format!("<zoo>{of_cat}{of_dog}</zoo>"));
    // The name of a property, and what is said where an alternative is used, count more.
    let called = |name: &str| of_cat.replace("cat ", &format!("{name} ")).replace("/cat", &format!("/{name}"));
    let map = named("m", json!({"type": "object", "additionalProperties": component("Animal")}));
    there_and_back(map.clone(), json!({"dog": cat}), &format!("<m>{}</m>", called("dog")));
    let maps = json!({"type": "object", "additionalProperties": {"type": "array", "items": component("Animal")}});
    there_and_back(named("m", maps), json!({"dog": [cat]}), &format!("<m>{}</m>", called("dog")));
    there_and_back(named("pet", json!({"allOf": [component("Animal")]})), cat.clone(), &called("pet"));
    let refused = |schema: &Value, body: &str, message: &str| {
        let refused = posted(&both_ways(schema, &json!(null)), body);
        assert_eq!(refused.status, 422, "{body}");
        assert!(String::from_utf8_lossy(&refused.body).contains(message), "{}", String::from_utf8_lossy(&refused.body));
    };
    let named_so = "must be called `cat` or `dog`, and is called `zap`";
    refused(&component("Animal"), "<zap><kind>cat</kind></zap>", named_so);
    refused(&wrapped, "<zoo><zap><kind>cat</kind></zap></zoo>", named_so);
    let another = "must be called `cat`, as what it is, and is called `dog`";
    refused(&component("Animal"), "<dog><kind>cat</kind></dog>", another);
    refused(&wrapped, "<zoo><dog><kind>dog</kind></dog><dog><kind>cat</kind></dog></zoo>", another);
}

#[test]
fn maps_are_of_the_alternative_that_they_were_written_by() {
    let numbers = json!({"type": "object", "additionalProperties": component("Numbers")});
    there_and_back(named("m", numbers.clone()), json!({"a": [1, 2], "b": [3]}), "<m><a>1</a><a>2</a><b>3</b></m>");
    let nested = named("m", json!({"type": "object", "properties": {"q": numbers}}));
    there_and_back(nested, json!({"q": {"a": [1], "b": [2, 3]}}), "<m><q><a>1</a><b>2</b><b>3</b></q></m>");
    there_and_back(named("m", json!({"allOf": [component("Maps")]})), json!({"a": {"v": 3}}), "<m><a v=\"3\"></a></m>");
    there_and_back(named("m", json!({"allOf": [component("Maps")]})), json!({"a": "3"}), "<m><a>3</a></m>");
}

#[test]
fn null_that_is_required_is_sent_and_taken() {
    let may_be_null = |kind: &str| json!({"type": [kind, "null"]});
    let schema = json!({"type": "object", "xml": {"name": "r"}, "required": ["n", "l", "w"], "properties": {
        "n": named("enn", may_be_null("string")), "o": may_be_null("integer"), "l": component("Numbers"),
        "w": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "integer"}},
    }});
    let nil = "<enn xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>";
    there_and_back(schema, json!({"n": null, "o": null, "l": [], "w": []}), &format!("<r>{nil}<w></w></r>"));
}

/// A schema, and a value of it.
#[derive(Clone, Debug)]
struct Case {
    schema: Value,
    value: Value,
}

impl Case {
    fn is_text(&self) -> bool {
        !self.value.is_object() && !self.value.is_array()
    }

    fn is_unwrapped(&self) -> bool {
        self.value.is_array() && self.schema["xml"]["wrapped"] != true
    }
}

fn scalars() -> impl Strategy<Value = Case> {
    let of = |kind: &str, value: Value| Case { schema: json!({ "type": kind }), value };
    prop_oneof![
        any::<i32>().prop_map(move |value| of("integer", json!(value))),
        any::<bool>().prop_map(move |value| of("boolean", json!(value))),
        "[ -~\n]{0,4}".prop_map(move |value| of("string", json!(value))),
        // What looks like another type is a text all the same.
        Just(of("string", json!("1"))),
    ]
}

fn lists(item: Case, is_wrapped: bool, is_named: bool, count: usize) -> Case {
    let mut item = item;
    if is_named {
        item.schema["xml"]["name"] = json!("item");
    }
    let schema = json!({"type": "array", "items": item.schema, "xml": {"wrapped": is_wrapped}});
    Case { schema, value: vec![item.value; count].into() }
}

/// Items that are each something of its own.
fn tuple(items: Vec<Case>, is_wrapped: bool) -> Case {
    let schemas: Vec<Value> = items.iter().map(|item| item.schema.clone()).collect();
    let schema = json!({"type": "array", "prefixItems": schemas, "items": false, "xml": {"wrapped": is_wrapped}});
    Case { schema, value: items.into_iter().map(|item| item.value).collect() }
}

/// An object, of which an odd number says what is required, in which of its names, and what is an attribute.
fn object(properties: Vec<(Case, u8)>) -> Case {
    let (mut schemas, mut value, mut required) = (Map::new(), Map::new(), Vec::new());
    for (index, (case, odd)) in properties.into_iter().enumerate() {
        let name = format!("p{index}");
        let mut schema = case.schema.clone();
        if odd & 1 > 0 && !case.is_unwrapped() {
            schema["xml"]["name"] = json!(format!("n{index}"));
        }
        if odd & 2 > 0 && case.is_text() {
            schema["xml"]["attribute"] = json!(true);
        }
        if case.is_unwrapped() {
            // Their items stand beside other properties.
            if let Some(name) = schema.pointer_mut("/items/xml/name") {
                *name = json!(format!("i{index}"));
            }
        }
        let is_null = odd & 12 == 12 && case.schema["type"].is_string() && !case.is_unwrapped() && odd & 2 == 0;
        if is_null {
            schema["type"] = json!([schema["type"], "null"]);
        }
        if odd & 4 > 0 {
            required.push(name.clone());
        }
        schemas.insert(name.clone(), schema);
        value.insert(name, if is_null { Value::Null } else { case.value });
    }
    let schema = json!({"type": "object", "properties": schemas, "required": required, "additionalProperties": false});
    Case { schema, value: value.into() }
}

/// Properties by their names: what the keyword has for them, and one that is of another type under a condition.
fn map(case: Case, keyword: u8, count: usize) -> Case {
    let value: Map<String, Value> = (0..count).map(|index| (format!("k{index}"), case.value.clone())).collect();
    let mut schema = match keyword % 3 {
        0 => json!({ "additionalProperties": case.schema }),
        1 => json!({ "unevaluatedProperties": case.schema }),
        _ => json!({"patternProperties": {"^k": case.schema}, "additionalProperties": {"type": "boolean"}}),
    };
    schema["type"] = json!("object");
    Case { schema, value: value.into() }
}

/// One of several objects, each under a name of its own or none, told apart by a property.
fn choice(of: Vec<Case>, chosen: usize, are_named: bool) -> Case {
    let chosen = chosen % of.len();
    let alternative = |(index, case): (usize, &Case)| {
        let tag = format!("t{index}");
        let mut schema = json!({
            "type": "object", "required": ["tag", "is"], "additionalProperties": false,
            "properties": {"tag": {"const": tag}, "is": case.schema},
        });
        if are_named {
            schema["xml"] = json!({ "name": tag });
        }
        (schema, json!({"tag": tag, "is": case.value}))
    };
    let (schemas, mut values): (Vec<Value>, Vec<Value>) = of.iter().enumerate().map(alternative).unzip();
    Case { schema: json!({ "oneOf": schemas }), value: values.swap_remove(chosen) }
}

/// An object in which one property tells of what type another one is.
fn condition(met: Case, unmet: Case, is_met: bool) -> Case {
    let of = |case: &Case| json!({"properties": {"v": case.schema}, "required": ["v"]});
    let schema = json!({
        "type": "object", "properties": {"c": {"type": "boolean"}}, "required": ["c"],
        "if": {"properties": {"c": {"const": true}}}, "then": of(&met), "else": of(&unmet),
    });
    Case { schema, value: json!({"c": is_met, "v": if is_met { met.value } else { unmet.value }}) }
}

fn cases() -> impl Strategy<Value = Case> {
    scalars().prop_recursive(4, 24, 3, |inner| {
        // A list in a list, or in what is one of several, has an element around it.
        let item = inner.clone().prop_filter("a list without an element", |case| !case.is_unwrapped()).boxed();
        let some = || prop::collection::vec(item.clone(), 1..4);
        prop_oneof![
            (item.clone(), any::<bool>(), any::<bool>(), 1..4_usize)
                .prop_map(|(case, is_wrapped, is_named, count)| lists(case, is_wrapped, is_named, count)),
            (some(), any::<bool>()).prop_map(|(items, is_wrapped)| tuple(items, is_wrapped)),
            prop::collection::vec((inner.clone(), any::<u8>()), 0..4).prop_map(object),
            (inner, any::<u8>(), 1..4_usize).prop_map(|(case, keyword, count)| map(case, keyword, count)),
            (some(), any::<usize>(), any::<bool>()).prop_map(|(of, chosen, are_named)| choice(of, chosen, are_named)),
            (scalars(), scalars(), any::<bool>()).prop_map(|(met, unmet, is_met)| condition(met, unmet, is_met)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_read_as_the_same_value(case in cases().prop_filter("a text", |case| !case.is_text())) {
        let Case { schema, value } = case;
        let accepts = |schema: &Value, value: &Value| jsonschema::is_valid(schema, value);
        prop_assert!(accepts(&schema, &value), "{schema} {value}");
        let known = keyapi_spec::schema::xml::judged(&json!({}), &schema);
        // Two of several may have one name.
        prop_assume!(known.unwritable().is_empty());
        let xml = keyapi_xml::write_judged(&value, &known, &accepts).unwrap();
        let read = keyapi_xml::read_strictly(xml.as_bytes(), None, &known, &accepts).unwrap();
        prop_assert_eq!((&read.value, &read.unexpected), (&value, &Vec::new()), "{}\n{}", schema, xml);
    }
}
