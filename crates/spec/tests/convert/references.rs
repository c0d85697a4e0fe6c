//! References into schemas, and definitions inside of them.

use serde_json::{Value, json};

use super::documents::resolved;
use super::with_components;

/// References lead to the same schemas as in what was published, wherever those go.
#[test]
fn references_into_schemas_lead_to_what_was_meant() {
    let named = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    let holders = json!({
        "Alternatives": {"anyOf": [{"type": "null"}, named("a"), named("b")]},
        "Base": named("base"),
        "Beside": {"$ref": "#/components/schemas/Base", "allOf": [named("c"), named("d")]},
        "Tuple": {"prefixItems": [named("e"), named("f")], "items": false},
        "Patterns": {"patternProperties": {"^x-": named("g")}},
        "Condition": {"type": "object", "if": {"properties": {"i": named("h")}}, "then": {"required": ["i"]}},
        "Types": {"type": ["object", "string"], "properties": {"p": named("j")}},
        "Plain": {"type": "object", "properties": {"p": named("k"), "list": {"type": "array", "items": named("l")}}},
        "Recursive": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Recursive/oneOf/1"}}]},
    });
    let targets = [
        ("Alternatives/anyOf/1", "a"),
        ("Alternatives/anyOf/2", "b"),
        ("Beside/allOf/0", "c"),
        ("Beside/allOf/1", "d"),
        ("Tuple/prefixItems/0", "e"),
        ("Tuple/prefixItems/1", "f"),
        ("Patterns/patternProperties/%5Ex-", "g"),
        ("Condition/if/properties/i", "h"),
        ("Types/properties/p", "j"),
        ("Plain/properties/p", "k"),
        ("Plain/properties/list/items", "l"),
    ];
    let mut schemas = holders;
    for (index, (target, _)) in targets.iter().enumerate() {
        schemas[format!("To{index}")] =
            json!({"properties": {"x": {"$ref": format!("#/components/schemas/{target}")}}});
    }
    schemas["ToList"] = json!({"properties": {"x": {"$ref": "#/components/schemas/Recursive/oneOf/1"}}});
    let (document, _) = resolved(&with_components("3.1.0", &schemas));
    let meant = |name: String| {
        let reference = document["components"]["schemas"][name.as_str()]["properties"]["x"]["$ref"].as_str().unwrap();
        (reference.to_owned(), keyapi_spec::document::reference::target(&document, reference).unwrap().clone())
    };
    for (index, (target, name)) in targets.iter().enumerate() {
        let (reference, schema) = meant(format!("To{index}"));
        assert_eq!(schema["required"], json!([name]), "{target} is {reference}");
    }
    let (reference, list) = meant("ToList".to_owned());
    assert_eq!(list["items"]["$ref"], json!(reference));
    assert_eq!(document["components"]["schemas"]["Recursive"]["oneOf"][1]["$ref"], json!(reference));
}

#[test]
fn definitions_of_one_name_are_numbered() {
    let all = (0..1_000).map(|number| {
        let target = format!("#/components/schemas/A/properties/p{number}/$defs/D");
        (format!("p{number}"), json!({"$defs": {"D": {"type": "string"}}, "$ref": target}))
    });
    let properties: serde_json::Map<String, Value> = all.collect();
    let schemas = json!({"A": {"type": "object", "properties": properties}, "A_D_7": {"type": "integer"}});
    let (document, _) = resolved(&with_components("3.1.0", &schemas));
    let names = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(names.len(), 1_002);
    assert!(names.contains_key("A_D") && names.contains_key("A_D_1001"), "one number is taken");
    assert_eq!(names["A_D_7"]["type"], "integer");
}

#[test]
fn a_part_without_a_name_is_called_after_the_way_to_it() {
    let tuple = json!({"prefixItems": [{"type": "object", "properties": {"a": {"type": "string"}}}], "items": false});
    let holder = json!({"type": "object", "properties": {"pair": tuple}});
    let user = json!({"properties": {"x": {"$ref": "#/components/schemas/Holder/properties/pair/prefixItems/0"}}});
    let (document, _) = resolved(&with_components("3.1.0", &json!({"Holder": holder, "User": user})));
    let target = &document["components"]["schemas"]["User"]["properties"]["x"]["$ref"];
    assert_eq!(target, "#/components/schemas/Holder_properties_pair_prefixItems_0");
}
