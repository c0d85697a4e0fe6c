//! What a person could say in an overlay to settle what was found in a document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::overlay::Stage;
use serde_json::{Value, json};

/// The schema of the body of [`operation`], as an overlay calls it.
const BODY: &str = "$.paths['/things'].get.responses['200'].content['application/json'].schema";

/// An operation whose response is inferred from an example.
fn operation(id: &str, example: &Value, parameters: &Value) -> Value {
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": example}});
    json!({"operationId": id, "parameters": parameters, "responses": {"200": {"description": "d", "content": content}}})
}

fn document(paths: &Value, components: &Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": paths, "components": components})
}

/// The proposals for a document: for each its code, its target, whether it corrects what was inferred, what it says, and what
/// it merges into the target.
fn proposals(document: &Value) -> Vec<(&'static str, String, bool, String, Value)> {
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let found = input.resolve(&RustNames).map_or_else(|found| found, |resolved| resolved.diagnostics);
    let proposals = input.proposals(&found, &RustNames).into_iter().map(|proposal| {
        let update = proposal.update.map_or(Value::Null, Value::Object);
        (proposal.code, proposal.target, proposal.stage == Stage::Inferred, proposal.description, update)
    });
    proposals.collect()
}

/// The only proposal for what an example shows, below the properties of the body.
#[track_caller]
fn of_example(example: Value, code: &str, property: &str, says: &[&str], update: Value) {
    let found =
        proposals(&document(&json!({"/things": {"get": operation("things", &example, &json!([]))}}), &json!({})));
    let [(is, target, is_inferred, description, merged)] = found.as_slice() else { panic!("{example}: {found:#?}") };
    let expected = property.split('.').fold(BODY.to_owned(), |target, name| format!("{target}.properties.{name}"));
    assert_eq!((*is, target, *is_inferred, merged), (code, &expected, true, &update), "{example}");
    assert!(description.starts_with(|c: char| c == '`' || c.is_uppercase()), "{description}");
    assert!(says.iter().all(|said| description.contains(said)), "{says:?}: {description}");
}

#[test]
fn values_of_which_no_sample_says_what_they_are_get_a_type() {
    let anything = json!({"nullable": true});
    let unsaid = "Add its type; as it stands, this action says that any value is legal.";
    of_example(json!({"a": null}), "null-only", "a", &[unsaid, "/example/a"], anything.clone());
    of_example(json!({"a": {"b": null}}), "null-only", "a.b", &[unsaid], anything.clone());
    let same = "A property of the same name is so at /paths/~1things/get/responses/200";
    for (other, update) in [
        (json!(true), json!({"type": "boolean", "nullable": true})),
        (json!(0.5), json!({"type": "number", "format": "double", "nullable": true})),
        (json!(7), json!({"type": "integer", "format": "int64", "nullable": true})),
        (json!("x"), json!({"type": "string", "nullable": true})),
        // What is no single value, or of several types, is no evidence.
        (json!({"c": "x"}), anything.clone()),
        (json!(["x"]), anything.clone()),
    ] {
        let says = if update == anything { unsaid } else { same };
        let example = json!({"a": null, "b": {"a": other}});
        of_example(example, "null-only", "a", &[says], update);
    }
    let example = json!({"a": null, "b": {"a": "x"}, "c": {"a": true}});
    of_example(example, "null-only", "a", &[unsaid], anything);
}

#[test]
fn numbers_that_may_be_others_are_declared() {
    let number = json!({"type": "number", "format": "double"});
    let says = "If it can only be whole, make it an integer.";
    for measure in ["view_rate", "viewRate", "average", "Price"] {
        of_example(json!({measure: 3}), "ambiguous-number", measure, &[says, "its name says"], number.clone());
    }
    let example = json!({"a": {"value": 3}, "b": {"value": 0.5}});
    let at = "a property of that name has a fraction at `/paths/~1things/get/responses/200";
    of_example(example, "ambiguous-number", "a.value", &[says, at], number);
    let positive = json!({"minimum": 0});
    let large = json!({"a": 9_300_000_000_000_000_000_u64});
    of_example(large, "integer-beyond-i64", "a", &["says that none is negative"], positive);
    // No sample of these is in doubt.
    for example in [json!({"generated": 3}), json!({"a": {"value": 3}, "b": {"value": 5}}), json!({"rate": "3"})] {
        let found =
            proposals(&document(&json!({"/things": {"get": operation("things", &example, &json!([]))}}), &json!({})));
        assert_eq!(found, [], "{example}");
    }
}

#[test]
fn lists_of_values_in_prose_are_written_out() {
    let list = |schema: Value, description: &str| {
        let parameters = json!([{"name": "id", "in": "query", "description": description, "schema": schema}]);
        proposals(&document(
            &json!({"/things": {"get": operation("things", &json!({"a": 1}), &parameters)}}),
            &json!({}),
        ))
    };
    for (kind, description, update) in [
        ("integer", "Options are: 7, 30", json!({"enum": [7, 30]})),
        ("string", "Options are: 7, 30", json!({"enum": ["7", "30"]})),
        ("string", "One of: a (one), b (two)", json!({"enum": ["a", "b"], "x-enum-descriptions": ["one", "two"]})),
        ("string", "One of: a (one), b", json!({"enum": ["a", "b"]})),
    ] {
        let found = list(json!({"type": kind}), description);
        let [(code, target, is_inferred, said, merged)] = found.as_slice() else { panic!("{description}: {found:#?}") };
        let expected = "$.paths['/things'].get.parameters[?@.name == 'id' && @.in == 'query'].schema";
        assert_eq!((*code, &**target, *is_inferred, merged), ("values-in-prose", expected, false, &update));
        assert!(said.contains(&format!("\"{description}\"")) && said.contains("x-extensible-enum"), "{said}");
    }
    assert_eq!(list(json!({"type": "string", "enum": ["a", "b"]}), "One of: a, b"), []);
    assert_eq!(list(json!({"type": "string"}), "The id"), []);
}

#[test]
fn placeholders_make_way_for_values() {
    let example =
        json!({"id": "17", "count": 5, "share": 0.5, "is_new": false, "name": "<name>", "inner": [{"deep": "x"}]});
    let (first, shown, unknown) =
        ("the first of its values", "has this value under the same name", "put one in the place");
    for (parameter, says, update) in [
        (json!({"name": "id", "example": "<id>"}), shown, json!({"example": "17"})),
        (
            json!({"name": "id", "schema": {"type": "string", "default": "{id}", "example": "x"}}),
            shown,
            json!({"schema": {"default": "17"}}),
        ),
        (
            json!({"name": "id", "example": "YOUR_ID", "schema": {"type": "string", "default": "xxx", "example": "string"}}),
            shown,
            json!({"example": "17", "schema": {"default": "17", "example": "17"}}),
        ),
        (json!({"name": "deep", "example": "..."}), shown, json!({"example": "x"})),
        (json!({"name": "count", "example": "<n>", "schema": {"type": "integer"}}), shown, json!({"example": 5})),
        (json!({"name": "share", "example": "<n>", "schema": {"type": "number"}}), shown, json!({"example": 0.5})),
        (json!({"name": "is_new", "example": "<b>", "schema": {"type": "boolean"}}), shown, json!({"example": false})),
        // What an example shows is of another type, or stands for a value itself.
        (json!({"name": "id", "example": "<id>", "schema": {"type": "integer"}}), unknown, json!({"example": 1})),
        (json!({"name": "id", "example": "<id>", "schema": {"type": "number"}}), unknown, json!({"example": 1})),
        (json!({"name": "id", "example": "<id>", "schema": {"type": "boolean"}}), unknown, json!({"example": true})),
        (json!({"name": "share", "example": "<n>", "schema": {"type": "integer"}}), unknown, json!({"example": 1})),
        (json!({"name": "count", "example": "<n>", "schema": {"type": "string"}}), unknown, json!({"example": "1"})),
        (json!({"name": "name", "example": "<name>"}), unknown, json!({"example": "1"})),
        (json!({"name": "operationId", "example": "<id>"}), unknown, json!({"example": "1"})),
        (
            json!({"name": "id", "example": "<id>", "schema": {"type": "string", "enum": ["a", "b"]}}),
            first,
            json!({"example": "a"}),
        ),
        (
            json!({"name": "id", "example": "<id>", "schema": {"type": "string", "x-extensible-enum": ["c"]}}),
            first,
            json!({"example": "c"}),
        ),
    ] {
        let mut parameter = parameter;
        parameter["in"] = json!("query");
        if parameter.get("schema").is_none() {
            parameter["schema"] = json!({"type": "string"});
        }
        let name = parameter["name"].as_str().unwrap().to_owned();
        let parameters = json!([parameter]);
        let found =
            proposals(&document(&json!({"/things": {"get": operation("things", &example, &parameters)}}), &json!({})));
        let found: Vec<_> = found.into_iter().filter(|(code, ..)| *code == "placeholder").collect();
        let [(_, target, is_inferred, said, merged)] = found.as_slice() else { panic!("{parameters}: {found:#?}") };
        let expected = format!("$.paths['/things'].get.parameters[?@.name == '{name}' && @.in == 'query']");
        assert_eq!((target, *is_inferred, merged), (&expected, false, &update), "{parameters}");
        assert!(said.contains("stands for a value and is none. ") && said.contains(says), "{parameters}: {said}");
    }
}

#[test]
fn what_cannot_be_generated_is_left_out() {
    let good = operation("things", &json!({"a": 1}), &json!([]));
    let of = |schema: &str| {
        let schema = json!({"schema": {"$ref": format!("#/components/schemas/{schema}")}});
        json!({"responses": {"200": {"description": "d", "content": {"application/json": schema}}}})
    };
    let in_path = |name: &str| json!([{"name": name, "in": "path", "required": true, "schema": {"type": "string"}}]);
    let strange =
        json!({"schemas": {"Bad": {"type": "strange"}, "Of bad": {"items": {"$ref": "#/components/schemas/Bad"}}}});
    let cut = operation("things", &json!({"a": ["1", "..."]}), &json!([]));
    let sample = "$.paths['/things'].get.responses['200'].content['application/json'].example";
    for (paths, components, expected) in [
        (json!({"/things": {"get": good}}), json!({}), vec![]),
        (
            json!({"/things": {"get": good}, "/a b": {"get": good, "post": good}}),
            json!({}),
            vec![("operation", "$.paths['/a b'].get", true), ("operation", "$.paths['/a b'].post", true)],
        ),
        // Operations that are made of it are left out, and nothing else is.
        (
            json!({"/things": {"get": good}, "/bad": {"get": of("Bad")}, "/worse": {"post": of("Of bad")}}),
            strange.clone(),
            vec![("operation", "$.paths['/bad'].get", true), ("operation", "$.paths['/worse'].post", true)],
        ),
        // What no operation is made of is taken out, with what is made of it.
        (
            json!({"/things": {"get": good}}),
            strange,
            vec![
                ("schema-type", "$.components.schemas.Bad", false),
                ("schema-type", "$.components.schemas['Of bad']", false),
            ],
        ),
        (
            json!({"/things": {"get": good}, "/elsewhere": {"$ref": "other.yaml#/paths/~1elsewhere"}}),
            json!({}),
            vec![("path-reference", "$.paths['/elsewhere']", false)],
        ),
        // Of paths that are the same, the first one stays.
        (
            json!({
                "/things/{a}": {"get": operation("a", &json!({"a": 1}), &in_path("a"))},
                "/things/{b}": {"get": operation("b", &json!({"a": 1}), &in_path("b"))},
            }),
            json!({}),
            vec![("operation", "$.paths['/things/{b}'].get", true)],
        ),
        (json!({"/things": {"get": cut}}), json!({}), vec![("truncated-sample", sample, false)]),
    ] {
        let found = proposals(&document(&paths, &components));
        let is: Vec<_> =
            found.iter().map(|(code, target, _, _, update)| (*code, &**target, *update != Value::Null)).collect();
        assert_eq!(is, expected, "{paths} {found:#?}");
        for (code, _, is_inferred, description, update) in &found {
            assert!(!is_inferred, "{description}");
            let reason = update["x-skip"].as_str().unwrap_or_default();
            let is_said = match *code {
                "operation" => !reason.is_empty() && description.contains(reason),
                "truncated-sample" => description.contains("this action leaves the example out"),
                "path-reference" => description.contains("The path has no operation that can be read"),
                _ => description.contains("The component has no operation that is made of it"),
            };
            assert!(is_said, "{code} {reason}: {description}");
        }
    }
}
