//! What is made up of several schemas fits all that holds for it, and has an end.

use serde_json::{Value, json};

use super::{fits, made, schema};
use crate::document::sample::{Style, TooComplex, sample};

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[test]
fn what_holds_together_is_made_together() {
    fits(json!({ "allOf": [{ "type": "string", "minLength": 20 }, { "maxLength": 20 }] }));
    fits(json!({ "allOf": [{ "type": "number", "minimum": 3.2 }, { "type": "integer", "maximum": 4 }] }));
    fits(json!({ "allOf": [{ "enum": ["a", "b"] }, { "enum": ["b", "c"] }] }));
    fits(json!({ "allOf": [{ "required": ["b"] }], "type": "object", "properties": { "a": { "type": "string" } } }));
    fits(json!({ "allOf": [
        { "properties": { "a": { "type": "string" } } },
        { "properties": { "a": { "minLength": 9 }, "b": {} }, "required": ["b"] },
    ] }));
    fits(json!({
        "properties": { "a": { "type": "string" } }, "additionalProperties": false,
        "allOf": [{ "properties": { "a": {}, "c": { "type": "integer" } } }],
    }));
    fits(json!({ "type": "object", "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "properties": {
        "a": { "type": "string" }, "b": { "type": "string" },
    } }));
    fits(json!({ "anyOf": [{ "type": "array", "items": { "type": "integer" } }, { "enum": ["all"] }] }));
    fits(json!({ "not": { "type": "string" } }));
    fits(json!({ "type": "integer", "not": { "enum": [0, 1, 2] } }));
    fits(json!({ "type": "object", "properties": { "a": {}, "b": {} }, "not": { "required": ["a", "b"] } }));
    fits(json!({ "type": "string", "nullable": true, "enum": ["a", null] }));
}

#[test]
fn properties_that_others_ask_for_or_rule_out_are_learnt() {
    let kind = json!({ "enum": ["a"] });
    let of_kind = |then: Value| {
        fits(json!({
            "type": "object", "required": ["kind"], "properties": { "kind": kind, "x": { "type": "integer" } },
            "if": { "properties": { "kind": kind } }, "then": then,
        }));
    };
    of_kind(json!({ "required": ["b", "c"] }));
    of_kind(json!({ "properties": { "x": false } }));
    of_kind(json!({ "properties": { "kind": {} }, "additionalProperties": false }));
    fits(json!({
        "type": "object", "required": ["kind"], "properties": { "kind": kind, "x": { "type": "integer" } },
        "dependentSchemas": { "kind": { "required": ["b"], "properties": { "b": { "minimum": 4 } } } },
    }));
}

#[test]
fn of_several_branches_one_fits() {
    fits(json!({ "oneOf": [{ "type": "integer" }, { "type": "number" }] }));
    fits(json!({ "oneOf": [{ "type": "string", "maxLength": 6 }, { "type": "string" }] }));
    fits(json!({ "oneOf": [{ "type": "string", "format": "date" }, { "type": "string" }] }));
    fits(
        json!({ "oneOf": [{ "type": "string", "enum": ["a", "b"] }, { "type": "string", "pattern": "^[ab]$" }, { "enum": ["c"] }] }),
    );
    let object = |name: &str, needed: Value| json!({ "type": "object", "properties": { name: { "type": "string" } }, "required": needed });
    fits(json!({ "oneOf": [object("a", json!([])), object("b", json!(["b"]))] }));
    fits(
        json!({ "oneOf": [object("a", json!(["a"])), { "allOf": [object("a", json!(["a"])), object("b", json!(["b"]))] }] }),
    );
    fits(json!({ "type": "object", "properties": { "list": { "type": "array", "items": { "oneOf": [
        { "type": "integer", "maximum": 10 }, { "type": "integer", "minimum": 0 },
    ] } } } }));
}

#[test]
fn a_tag_is_that_of_the_branch() {
    let pet = |own: &str| json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" }, own: {} } });
    let raw = json!({
        "anyOf": [reference("Cat"), reference("Dog")],
        "discriminator": { "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat" } },
    });
    for value in made(&raw, json!({ "Cat": pet("lives"), "Dog": pet("tricks") })) {
        let own = if value["kind"] == "cat" { "lives" } else { "tricks" };
        assert!(value.get(own).is_some() && (own == "lives" || value["kind"] == "Dog"), "{value}");
    }
    // A tag that the branch does not allow is no tag of it.
    made(
        &json!({ "oneOf": [reference("A")], "discriminator": { "propertyName": "kind" } }),
        json!({
            "A": { "type": "object", "properties": { "kind": { "enum": [1] } }, "additionalProperties": false },
        }),
    );
}

#[test]
fn a_base_is_made_up_as_what_is_made_from_it() {
    let of = |base: &str, own: &str| json!({ "allOf": [reference(base), { "type": "object", "required": [own], "properties": { own: { "type": "integer" } } }] });
    let components = json!({
        "Node": {
            "type": "object", "required": ["kind"],
            "properties": { "kind": { "type": "string" }, "inside": reference("Node"), "all": { "type": "array", "items": reference("Node") } },
            "discriminator": { "propertyName": "kind", "mapping": { "#folder": "#/components/schemas/Folder", "#gone": "#/components/schemas/Gone" } },
        },
        "Folder": of("Node", "children"), "Shared": of("Folder", "owners"), "File": of("Node", "size"),
        "Maybe": { "nullable": true, "allOf": [reference("Node")] },
    });
    let own = |kind: &str| match kind {
        "#folder" | "Folder" => Some("children"),
        "Shared" => Some("owners"),
        "File" => Some("size"),
        "Node" => None,
        other => panic!("{other} is no tag"),
    };
    let check = |value: &Value| {
        let kind = value["kind"].as_str().unwrap();
        assert!(own(kind).is_none_or(|own| value[own].is_i64()), "{value}");
        kind.to_owned()
    };
    let mut kinds: Vec<String> = made(&reference("Node"), components.clone()).iter().map(check).collect();
    assert_eq!(kinds[0], "#folder");
    kinds.sort();
    kinds.dedup();
    assert!(kinds.len() > 2, "{kinds:?}");
    check(&made(&reference("Maybe"), components.clone())[0]);
    check(&made(&json!({ "type": "array", "items": reference("Node"), "minItems": 1 }), components.clone())[0][0]);
    // What is asked for itself is nothing else.
    assert!(
        made(&reference("File"), components).iter().all(|file| file["size"].is_i64() && file.get("children").is_none())
    );
}

#[test]
fn the_only_value_of_the_property_is_a_tag() {
    let event = |kind: &str| json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "enum": [kind] } } });
    let raw = json!({ "oneOf": [reference("A"), reference("B"), event("c.inline")], "discriminator": { "propertyName": "kind" } });
    let values = made(&raw, json!({ "A": event("a.made"), "B": event("b.made") }));
    assert_eq!(values[0], json!({ "kind": "a.made" }));
}

#[test]
fn schemas_that_lead_back_end_where_they_may() {
    let tree = json!({ "Tree": {
        "type": "object", "required": ["name", "children"], "additionalProperties": false,
        "properties": { "name": { "type": "string" }, "children": { "type": "array", "items": reference("Tree") }, "parent": reference("Tree") },
    } });
    let made_up = made(&reference("Tree"), tree);
    assert!(
        made_up[0]["children"][0]["name"].is_string() && made_up[0]["parent"]["name"].is_string(),
        "{}",
        made_up[0]
    );
    made(
        &reference("Node"),
        json!({ "Node": {
        "type": "object", "required": ["next"], "properties": { "next": { "oneOf": [reference("Node"), reference("End")] } },
    }, "End": { "type": "object", "required": ["end"], "properties": { "end": { "enum": [true] } } } }),
    );
    made(
        &reference("Node"),
        json!({ "Node": {
        "type": "object", "nullable": true, "required": ["next"], "properties": { "next": reference("Node") },
    } }),
    );
    // The way out is a few steps away, and behind the longer one at first sight.
    made(
        &reference("Expression"),
        json!({
            "Expression": { "oneOf": [reference("Sum"), reference("Not"), reference("Literal")] },
            "Sum": { "type": "object", "required": ["left", "right"], "properties": { "left": reference("Expression"), "right": reference("Expression") } },
            "Not": { "type": "object", "required": ["not"], "properties": { "not": reference("Expression") } },
            "Literal": { "type": "object", "required": ["value"], "properties": { "value": { "type": "integer" } } },
        }),
    );
    // A reference cycle of schemas alone says nothing of the value.
    made(&reference("A"), json!({ "A": { "allOf": [reference("A")] } }));
    made(&reference("A"), json!({ "A": { "anyOf": [reference("A"), { "type": "integer" }] } }));
}

#[test]
fn large_schemas_have_smaller_values() {
    // Each of many properties leads to all the others.
    let names: Vec<String> = (0..30).map(|number| format!("S{number}")).collect();
    let properties: serde_json::Map<String, Value> = names.iter().map(|name| (name.clone(), reference(name))).collect();
    let wide = json!({ "type": "object", "properties": properties, "required": ["id"] });
    let components: serde_json::Map<String, Value> = names.iter().map(|name| (name.clone(), wide.clone())).collect();
    let made_up = made(&reference("S0"), Value::Object(components));
    assert!(made_up[0]["S1"]["id"].is_object(), "some of what need not be there is");
    let many = json!({ "type": "array", "minItems": 3_000, "items": { "type": "integer" } });
    assert_eq!(made(&many, json!({}))[0].as_array().map(Vec::len), Some(3_000));
}

#[test]
fn what_has_no_end_is_given_up() {
    let endless = json!({ "A": { "type": "object", "required": ["a"], "properties": { "a": reference("A") } } });
    assert_eq!(sample(&schema(&reference("A"), endless), Style::Plain).err(), Some(TooComplex));
    let many = json!({ "type": "array", "minItems": 1_000_000_000_000_u64, "items": {} });
    assert_eq!(sample(&schema(&many, json!({})), Style::Plain).err(), Some(TooComplex));
    let powers = json!({
        "A": { "type": "array", "minItems": 50, "items": { "type": "array", "minItems": 50, "items": reference("B") } },
        "B": { "type": "array", "minItems": 50, "items": { "type": "array", "minItems": 50 } },
    });
    assert_eq!(sample(&schema(&reference("A"), powers), Style::Random(1)).err(), Some(TooComplex));
}

#[test]
fn a_listed_value_ends_what_leads_back() {
    let step = json!({ "oneOf": [reference("Node"), reference("End")] });
    let components = json!({
        "Node": { "type": "object", "required": ["next"], "properties": { "next": step } },
        // What is said of objects says nothing of a text.
        "End": { "enum": ["end"], "required": ["next"], "properties": { "next": reference("Node") } },
    });
    made(&reference("Node"), components);
}

#[test]
fn all_that_need_not_be_there_is_left_out_below_some_depth() {
    let names: Vec<String> = (0..30).map(|number| format!("s{number}")).collect();
    let wide: serde_json::Map<String, Value> = names.iter().map(|name| (name.clone(), reference("Outer"))).collect();
    let required = |name: &str| json!({ "type": "object", "required": ["a"], "properties": { "a": reference(name) } });
    let components = json!({
        "Outer": required("Middle"), "Middle": required("Inner"), "Inner": { "type": "object", "properties": wide },
    });
    made(&reference("Outer"), components);
}
