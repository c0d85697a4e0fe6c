//! Names that an import would take away, and those that follow the API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::import::{Move, Renamed, renames};
use serde_json::{Value, json};

/// What is refused, as its place and what it says, and what callers have to follow.
type Found = (Vec<String>, Vec<String>);

fn found(old: &Value, new: &Value, moves: &[Move]) -> Found {
    let found = renames(old, new, moves, &RustNames);
    let refused = found.refused.iter().map(|found| {
        assert_eq!(found.code, "import-rename");
        let is_field = found.message.starts_with("the field");
        assert_eq!(found.help.contains("remove what is new"), is_field, "{}", found.help);
        let (said, why) = found.message.split_once(": ").unwrap();
        assert_eq!(why, "its name goes to something that is new");
        format!("{} {said}", found.pointer)
    });
    let refused = refused.collect();
    let followed = found.followed.iter().map(|renamed| {
        let Renamed { operation, what, before, after } = renamed;
        format!("{operation} {what} {before} {after}")
    });
    (refused, followed.collect())
}

fn refused(said: &[&str]) -> Found {
    (said.iter().map(|said| (*said).to_owned()).collect(), vec![])
}

fn followed(said: &[&str]) -> Found {
    (vec![], said.iter().map(|said| (*said).to_owned()).collect())
}

fn document(path: &str, operation: Value, schemas: Value) -> Value {
    json!({"paths": {path: {"get": operation}}, "components": {"schemas": schemas}})
}

#[test]
fn a_name_that_goes_to_something_new_is_refused() {
    let parameter = |more: Value| {
        let mut parameter = json!({"name": "b", "in": "query", "schema": {"type": "string"}});
        parameter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"operationId": "a", "parameters": [{"name": "first", "in": "query"}, parameter]})
    };
    let values = |ty: &str| parameter(json!({"schema": {"type": "string", "x-enum-type": ty}}));
    let (setter, plain) = (parameter(json!({"x-rust-name": "c"})), parameter(json!({})));
    for (old, new, expected) in [
        (json!({"operationId": "a"}), json!({"operationId": "a"}), vec![]),
        (
            json!({"operationId": "a"}),
            json!({"operationId": "b"}),
            vec!["/paths/~1x/get the method `a` would be called `b`"],
        ),
        (plain.clone(), plain.clone(), vec![]),
        (plain.clone(), setter.clone(), vec!["/paths/~1x/get/parameters/1 the setter `b` would be called `c`"]),
        (setter.clone(), plain.clone(), vec!["/paths/~1x/get/parameters/1 the setter `c` would be called `b`"]),
        // A parameter of another place is another one.
        (parameter(json!({"in": "header"})), setter, vec![]),
        (values("B"), values("B"), vec![]),
        (values("B"), values("C"), vec!["/paths/~1x/get/parameters/1 the type `B` would be called `C`"]),
        (plain.clone(), values("C"), vec![]),
        (values("B"), plain, vec![]),
    ] {
        let (old, new) = (document("/x", old, json!({})), document("/x", new, json!({})));
        assert_eq!(found(&old, &new, &[]), refused(&expected), "{old} {new}");
    }
    let (one, other) =
        (json!({"A": {"type": "object"}}), json!({"A": {"type": "object", "x-rust-name": "B"}, "C": {}}));
    let (one, other) = (document("/x", json!({}), one), document("/x", json!({}), other));
    assert_eq!(found(&one, &other, &[]), refused(&["/components/schemas/A the type `A` would be called `B`"]));
    // What is gone, or new, is no rename.
    let elsewhere = document("/y", json!({"operationId": "b"}), json!({}));
    assert_eq!(found(&document("/x", json!({"operationId": "a"}), json!({})), &elsewhere, &[]), refused(&[]));
}

/// An operation with one schema somewhere in it.
fn with(wrap: &str, schema: &Value) -> Value {
    let media = |schema: &Value| json!({"content": {"application/json": {"schema": schema}}});
    let deep = match wrap {
        "request" => return json!({"operationId": "a", "requestBody": media(schema)}),
        "response" => schema.clone(),
        "properties" => json!({"properties": {"p": schema}}),
        "items" | "additionalProperties" => json!({wrap: schema}),
        _ => json!({wrap: [{"type": "string"}, schema]}),
    };
    json!({"operationId": "a", "responses": {"200": media(&deep)}})
}

#[test]
fn fields_and_types_are_found_wherever_they_are() {
    let response = "/paths/~1x/get/responses/200/content/application~1json/schema";
    for (wrap, at) in [
        ("request", "/paths/~1x/get/requestBody/content/application~1json/schema".to_owned()),
        ("response", response.to_owned()),
        ("properties", format!("{response}/properties/p")),
        ("items", format!("{response}/items")),
        ("additionalProperties", format!("{response}/additionalProperties")),
        ("allOf", format!("{response}/allOf/1")),
        ("oneOf", format!("{response}/oneOf/1")),
        ("anyOf", format!("{response}/anyOf/1")),
    ] {
        // `userId` loses its field to the property before it.
        let before = document("/x", with(wrap, &json!({"properties": {"userId": {}}})), json!({}));
        let after = document("/x", with(wrap, &json!({"properties": {"user_id": {}, "userId": {}}})), json!({}));
        let expected = format!("{at}/properties/userId the field `user_id` would be called `extra[\"userId\"]`");
        assert_eq!(found(&before, &after, &[]), refused(&[&expected]), "{wrap}");
        assert_eq!(found(&after, &after, &[]), refused(&[]), "{wrap}");
        let fresh = document("/x", with(wrap, &json!({"properties": {"user_id": {}}})), json!({}));
        assert_eq!(found(&fresh, &after, &[]), refused(&[]), "{wrap}");

        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let schemas = json!({"A": {"properties": {"a": to("A")}}, "B": {"properties": {"a": to("B")}}});
        let before = document("/x", with(wrap, &to("A")), schemas.clone());
        let after = document("/x", with(wrap, &to("B")), schemas.clone());
        assert_eq!(found(&before, &after, &[]), followed(&["GET /x type A B"]), "{wrap}");
        assert_eq!(found(&before, &before, &[]), followed(&[]), "{wrap}");
        let gone = document("/x", with(wrap, &to("C")), schemas);
        assert_eq!(found(&before, &gone, &[]), followed(&[]), "{wrap}");
    }
    // What is within a component is found once, and where that is.
    let to = json!({"allOf": [{"$ref": "#/components/schemas/A"}], "description": "d"});
    let twice = |schema: Value| {
        document("/x", with("properties", &json!({"properties": {"one": to, "two": to}})), json!({"A": schema}))
    };
    let before = twice(json!({"properties": {"userId": {}}}));
    let after = twice(json!({"properties": {"user_id": {}, "userId": {}}}));
    let expected = "/components/schemas/A/properties/userId the field `user_id` would be called `extra[\"userId\"]`";
    assert_eq!(found(&before, &after, &[]), refused(&[expected]));
}

#[test]
fn names_of_a_path_that_moves_are_followed() {
    let moved = |parameters: &[(&str, &str)]| Move {
        from: "/x/{a}".to_owned(),
        to: "/x/{b}".to_owned(),
        parameters: parameters.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
    };
    let operation = |id: &str, parameters: Value| json!({"operationId": id, "parameters": parameters});
    let in_path = |name: &str| json!({"name": name, "in": "path"});
    let called = |name: &str, place: &str, rust: &str| json!({"name": name, "in": place, "x-rust-name": rust});
    for (old, new, expected) in [
        (operation("o", json!([in_path("a")])), operation("o", json!([in_path("b")])), vec!["GET /x/{b} setter a b"]),
        (operation("oldOne", json!([])), operation("newOne", json!([])), vec!["GET /x/{b} method old_one new_one"]),
        // A parameter that callers know by the same name is none to follow.
        (operation("o", json!([in_path("a")])), operation("o", json!([called("b", "path", "a")])), vec![]),
        (operation("o", json!([in_path("a")])), operation("o", json!([{"name": "b", "in": "query"}])), vec![]),
        (
            operation("o", json!([in_path("a"), {"name": "b", "in": "query"}])),
            operation("o", json!([in_path("b"), called("b", "query", "bOther")])),
            vec!["GET /x/{b} setter a b", "GET /x/{b} setter b b_other"],
        ),
    ] {
        let (old, new) = (document("/x/{a}", old, json!({})), document("/x/{b}", new, json!({})));
        assert_eq!(found(&old, &new, &[moved(&[("a", "b")])]), followed(&expected), "{old} {new}");
    }
    // Names that change places: each is told of once, as the parameter of the path that it is.
    let both = |one: Value, other: Value| document("/x/{a}", operation("o", json!([one, other])), json!({}));
    let old = both(in_path("a"), in_path("b"));
    let mut new = both(called("a", "path", "one"), called("b", "path", "two"));
    new["paths"]["/x/{b}"] = new["paths"]["/x/{a}"].take();
    let swapped = moved(&[("a", "b"), ("b", "a")]);
    assert_eq!(found(&old, &new, &[swapped]), followed(&["GET /x/{b} setter a two", "GET /x/{b} setter b one"]));
}
