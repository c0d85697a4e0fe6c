//! What the types of a document are called, which places share one, and that a released name never moves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::infer::evidence;
use keyapi_spec::naming::pins;
use keyapi_spec::naming::pins::{FormerNames, Names};
use keyapi_spec::{Diagnostic, Input};
use serde_json::{Value, json};

const GET: &str = "GET /things";

/// A document with one operation `things` whose response is inferred from an example.
fn document(example: Value) -> Value {
    let content = json!({"application/json": {"schema": {}, "example": example}});
    let operation = json!({"operationId": "things", "responses": {"200": {"description": "d", "content": content}}});
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"get": operation}}})
}

/// A lock with these names and former names.
fn lock(names: &Names, former: Value) -> Value {
    json!({ "names": names, "former-names": former })
}

fn resolve_with(document: &Value, lock: &str) -> Result<(Value, Names), Vec<Diagnostic>> {
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let resolved = input.with_lock("a.lock", Ok(lock.as_bytes().to_vec())).resolve(&RustNames)?;
    Ok((resolved.document, resolved.names))
}

#[track_caller]
fn resolve(document: &Value, pinned: &Names) -> (Value, Names) {
    resolve_with(document, &lock(pinned, json!({})).to_string()).unwrap()
}

/// The names without the statuses that bodies are of.
fn of_types(names: &Names) -> impl Iterator<Item = (&String, &String)> {
    names.iter().filter(|(place, _)| pins::status(place).is_none())
}

/// The types of places in the response, without the operation.
fn types(names: &Names) -> BTreeMap<&str, &str> {
    let places = of_types(names).filter_map(|(place, name)| Some((place.strip_prefix("GET /things#response")?, name)));
    places.map(|(place, name)| (place, name.strip_prefix("Things").unwrap_or(name))).collect()
}

/// The types of the places that an example has.
#[track_caller]
fn check(example: Value, expected: &[(&str, &str)]) {
    let (document, names) = resolve(&document(example), &Names::new());
    assert_eq!(types(&names), expected.iter().copied().collect(), "{document:#}");
}

#[test]
fn a_type_is_called_after_the_last_property_in_the_singular() {
    check(
        json!({"data": {"sound": {"audience_countries": [{"country_info": {"id": "1"}, "score": 1}]}}}),
        &[
            ("", "Response"),
            ("/data", "Data"),
            ("/data/sound", "Sound"),
            ("/data/sound/audience_countries", "AudienceCountry"),
            ("/data/sound/audience_countries/country_info", "CountryInfo"),
        ],
    );
    // What is no list is called as it is.
    check(
        json!({"settings": {"a": 1}, "boxes": [[{"b": 1}]]}),
        &[("", "Response"), ("/settings", "Settings"), ("/boxes", "Box")],
    );
    check(json!({"scores": {"1": {"a": 1}, "2": {"a": 2}}}), &[("", "Response"), ("/scores", "Score")]);
    check(json!([{"a": 1}]), &[("", "Item")]);
}

#[test]
fn two_of_one_name_have_the_properties_before_it_that_tell_them_apart() {
    let (one, other) = (json!({"a": 1}), json!({"b": 1}));
    check(
        json!({"x": {"page": {"user": one}}, "y": {"page": {"user": other}}}),
        &[
            ("", "Response"),
            ("/x", "X"),
            ("/x/page", "XPage"),
            ("/x/page/user", "XPageUser"),
            ("/y", "Y"),
            ("/y/page", "YPage"),
            ("/y/page/user", "YPageUser"),
        ],
    );
    // The one that no property leads to keeps the plain name, whichever comes first.
    for example in [json!({"user": one, "x": {"user": other}}), json!({"x": {"user": other}, "user": one})] {
        check(example, &[("", "Response"), ("/user", "User"), ("/x", "X"), ("/x/user", "XUser")]);
    }
    // A property may be called like the body.
    check(json!({"x": {"response": one}}), &[("", "Response"), ("/x", "X"), ("/x/response", "XResponse")]);
}

#[test]
fn the_order_of_properties_does_not_matter() {
    let parts = [("b", json!({"user": {"a": 1}, "c": {"user": {"b": 1}}})), ("a", json!({"users": [{"c": 1}]}))];
    let example = |order: [usize; 2]| order.map(|index| parts[index].clone()).into_iter().collect::<Value>();
    let names = [[0, 1], [1, 0]].map(|order| resolve(&document(example(order)), &Names::new()).1);
    assert_eq!(names[0], names[1]);
}

#[test]
fn one_shape_is_one_type() {
    let user = json!({"id": "1", "avatar": {"url": "a"}});
    let example = json!({"author": user, "comments": [{"author": user}, {"author": user}], "other": {"id": "1"}});
    let (resolved, names) = resolve(&document(example), &Names::new());
    let expected = [
        ("", "Response"),
        ("/author", "Author"),
        ("/author/avatar", "Avatar"),
        ("/comments", "Comment"),
        ("/comments/author", "Author"),
        ("/comments/author/avatar", "Avatar"),
        ("/other", "Other"),
    ];
    assert_eq!(types(&names), expected.into_iter().collect());
    let schemas = &resolved["components"]["schemas"];
    assert_eq!(schemas.as_object().unwrap().len(), 5);
    let reference = "#/components/schemas/ThingsAuthor";
    assert_eq!(schemas["ThingsResponse"]["properties"]["author"]["$ref"], reference);
    assert_eq!(schemas["ThingsComment"]["properties"]["author"]["$ref"], reference);
    // What was seen of it was seen in all its places: an object and two elements of a list.
    assert_eq!(schemas["ThingsAuthor"]["x-inferred"]["samples"], 3);
}

#[test]
fn what_documents_a_shape_is_united() {
    let object = |description: &str, of_property: Value| {
        let mut property = json!({"type": "string"});
        if !of_property.is_null() {
            property["description"] = of_property;
        }
        json!({"type": "object", "description": description, "properties": {"id": property, "description": {"type": "string"}}})
    };
    let schema = json!({"type": "object", "properties": {"a": object("One.", json!(null)), "b": object("Two.", json!("Its id."))}});
    let mut document = document(json!({}));
    document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"] =
        json!({ "schema": schema });
    let (resolved, names) = resolve(&document, &Names::new());
    assert_eq!(types(&names), [("", "Response"), ("/a", "A"), ("/b", "A")].into_iter().collect());
    let shared = &resolved["components"]["schemas"]["ThingsA"];
    assert_eq!(shared["properties"]["id"]["description"], "Its id.");
    // What is said of the whole is said where it is used.
    assert_eq!(shared.get("description"), None);
    let used = &resolved["components"]["schemas"]["ThingsResponse"]["properties"];
    let reference = json!([{"$ref": "#/components/schemas/ThingsA"}]);
    assert_eq!(used["a"], json!({"description": "One.", "allOf": reference}));
    assert_eq!(used["b"], json!({"description": "Two.", "allOf": reference}));
    // A property that is called `description` is none.
    let other = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["b"] =
        other;
    assert_eq!(types(&resolve(&document, &Names::new()).1)["/b"], "B");
}

/// Names that were released with one example, and what they are with another.
#[track_caller]
fn pinned(before: Value, after: Value, expected: &[(&str, &str)]) -> Value {
    let released = resolve(&document(before), &Names::new()).1;
    let (resolved, names) = resolve(&document(after), &released);
    for (place, name) in &names {
        assert!(released.get(place).is_none_or(|pinned| pinned == name), "{place} was {:?}", released.get(place));
    }
    assert_eq!(types(&names), expected.iter().copied().collect());
    resolved
}

#[test]
fn a_released_name_never_moves() {
    // A property that comes later and would have taken it, or part of it.
    pinned(
        json!({"x": {"user": {"a": 1}}}),
        json!({"x": {"user": {"a": 1}}, "user": {"b": 1}, "y": {"user": {"c": 1}}}),
        &[("", "Response"), ("/x", "X"), ("/x/user", "User"), ("/user", "User2134"), ("/y", "Y"), ("/y/user", "YUser")],
    );
    // An object that becomes a list of them, and a list that becomes a map.
    pinned(json!({"sounds": {"a": 1}}), json!({"sounds": [{"a": 1}]}), &[("", "Response"), ("/sounds", "Sounds")]);
    pinned(
        json!({"sounds": [{"a": 1}]}),
        json!({"sounds": {"1": {"a": 1}}}),
        &[("", "Response"), ("/sounds", "Sound")],
    );
    // What was told apart stays apart, though it is the same now.
    pinned(
        json!({"a": {"x": 1}, "b": {"x": "1"}}),
        json!({"a": {"x": 1}, "b": {"x": 1}}),
        &[("", "Response"), ("/a", "A"), ("/b", "B")],
    );
    // Something new of a shape that is released shares its type.
    pinned(
        json!({"author": {"id": 1, "avatar": {"url": "u"}}}),
        json!({"author": {"id": 1, "avatar": {"url": "u"}}, "artist": {"id": 1, "avatar": {"url": "u"}}}),
        &[
            ("", "Response"),
            ("/author", "Author"),
            ("/author/avatar", "Avatar"),
            ("/artist", "Author"),
            ("/artist/avatar", "Avatar"),
        ],
    );
}

#[test]
fn what_is_released_as_one_type_stays_one() {
    let info = json!({"id": 1, "seen": null, "tags": [], "of": {"a": 1}});
    let more = json!({"id": 1.5, "seen": "x", "tags": ["t"], "of": {"a": 1, "b": true}, "at": {"time": 1}});
    let resolved = pinned(
        json!({"country": info, "interest": info}),
        json!({"country": info, "interest": more}),
        &[
            ("", "Response"),
            ("/country", "Country"),
            ("/country/of", "Of"),
            ("/interest", "Country"),
            ("/interest/of", "Of"),
            ("/country/at", "At"),
            ("/interest/at", "At"),
        ],
    );
    let schemas = &resolved["components"]["schemas"];
    let properties = &schemas["ThingsCountry"]["properties"];
    assert_eq!(properties["id"]["type"], "number");
    assert_eq!((&properties["seen"]["type"], &properties["seen"]["nullable"]), (&json!("string"), &json!(true)));
    assert_eq!(properties["tags"]["items"]["type"], "string");
    assert_eq!(properties["at"]["$ref"], "#/components/schemas/ThingsAt");
    assert_eq!(schemas["ThingsOf"]["properties"]["b"]["type"], "boolean");
    // Every node that was inferred says so.
    assert!(["id", "seen", "tags"].iter().all(|name| properties[name]["x-inferred"].is_object()), "{properties:#}");
}

/// Several parts of one object may have a property: each has a type of its own, which a release does not unite.
#[test]
fn what_parts_of_an_object_say_of_a_property_stays_apart() {
    let part = |name: &str| {
        let inner = json!({"type": "object", "properties": {name: {"type": "string"}}});
        json!({"type": "object", "properties": {"user": inner}})
    };
    let schema = json!({"type": "object", "properties": {"id": {"type": "string"}}, "oneOf": [part("a"), part("b")]});
    let mut document = document(json!({}));
    document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"] =
        json!({ "schema": schema });
    let (before, released) = resolve(&document, &Names::new());
    assert_eq!(before["components"]["schemas"].as_object().unwrap().len(), 3);
    let (after, names) = resolve(&document, &released);
    assert_eq!((after, names), (before, released));
}

#[test]
fn an_operation_keeps_its_released_name_and_those_of_its_types() {
    let mut document = document(json!({"user": {"a": 1}}));
    let released = resolve(&document, &Names::new()).1;
    document["paths"]["/things"]["get"]["operationId"] = json!("fetchThings");
    let (resolved, names) = resolve(&document, &released);
    assert_eq!(names, released);
    let operation = &resolved["paths"]["/things"]["get"];
    assert_eq!((&operation["operationId"], &operation["x-operation-id"]), (&json!("things"), &json!("fetchThings")));
    // Another operation that would be called so is called otherwise.
    document["paths"]["/a"] = json!({"get": {"operationId": "things", "responses": {"200": {"description": "d"}}}});
    let names = resolve(&document, &released).1;
    assert_eq!(names[GET], "things");
    assert_ne!(names["GET /a"], "things");
    // Where the first is gone, nothing keeps another from its names.
    document["paths"].as_object_mut().unwrap().remove("/things");
    assert_eq!(resolve(&document, &released).1["GET /a"], "things");
}

#[test]
fn samples_of_an_operation_are_found_by_the_name_that_it_had() {
    let mut document = document(json!({"a": 1}));
    let released = resolve(&document, &Names::new()).1;
    document["paths"]["/things"]["get"]["x-rust-name"] = json!("stuff");
    for lock in [lock(&released, json!({})), lock(&Names::new(), json!({"GET /things": ["things"]}))] {
        let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
        let input = input.with_lock("a.lock", Ok(lock.to_string().into_bytes()));
        let input = input.with_sample("things", 200, "sample.json", Ok(b"{\"a\": 1, \"b\": 2}".to_vec()));
        let resolved = input.resolve(&RustNames).unwrap();
        assert!(resolved.diagnostics.iter().all(|found| found.code != evidence::UNMATCHED));
        assert_eq!(resolved.names[GET], "stuff");
        let schema = &resolved.document["components"]["schemas"][&resolved.names["GET /things#response"]];
        assert_eq!(schema["properties"]["b"]["type"], "integer", "{schema:#}");
    }
}

#[test]
fn parameters_and_components_keep_their_released_names() {
    let parameter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    let mut document = document(json!({}));
    document["paths"]["/things"]["get"]["parameters"] = json!([parameter("pageSize")]);
    document["components"] = json!({"schemas": {"user": {"type": "object", "properties": {"a": {"type": "string"}}}}});
    let released = resolve(&document, &Names::new()).1;
    assert_eq!(
        (released["GET /things#query/pageSize"].as_str(), released["schemas/user"].as_str()),
        ("page_size", "User")
    );
    document["paths"]["/things"]["get"]["parameters"] = json!([parameter("page_size"), parameter("pageSize")]);
    document["components"]["schemas"]["User"] = json!({"type": "object", "properties": {"b": {"type": "string"}}});
    let names = resolve(&document, &released).1;
    assert_eq!((names["GET /things#query/pageSize"].as_str(), names["schemas/user"].as_str()), ("page_size", "User"));
    assert!(
        names["GET /things#query/page_size"].starts_with("page_size_") && names["schemas/User"].starts_with("User")
    );
}

/// What is pinned once a release gives these names.
fn pinned_after(pinned: &Names, given: &Names) -> Names {
    let (mut names, mut former) = (pinned.clone(), FormerNames::new());
    pins::release(&mut names, &mut former, given, &RustNames);
    names
}

#[test]
fn a_release_pins_what_is_there_and_keeps_what_is_gone() {
    let names = |pairs: &[(&str, &str)]| -> Names {
        pairs.iter().map(|(place, name)| ((*place).to_owned(), (*name).to_owned())).collect()
    };
    let before =
        names(&[("GET /a", "a"), ("GET /a#response/x", "AX"), ("GET /a#response/y", "AY"), ("GET /a#query/x", "x")]);
    let now = names(&[("GET /b", "a"), ("GET /b#response/x", "AX"), ("GET /b#query/x", "x")]);
    let released = pinned_after(&before, &now);
    let expected = names(&[
        ("GET /a#query/x", "x"),
        ("GET /a#response/y", "AY"),
        ("GET /b", "a"),
        ("GET /b#query/x", "x"),
        ("GET /b#response/x", "AX"),
    ]);
    assert_eq!(released, expected);
}

#[test]
fn a_release_gives_away_the_names_of_what_is_gone() {
    let lock = |names: &[(&str, &str)], former: &[(&str, &[&str])]| -> (Names, FormerNames) {
        let names = names.iter().map(|(place, name)| ((*place).to_owned(), (*name).to_owned()));
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let former = former.iter().map(|(place, names)| ((*place).to_owned(), owned(names)));
        (names.collect(), former.collect())
    };
    let (mut names, mut former) = lock(
        &[("GET /a", "getThing"), ("GET /b#query/x", "x"), ("GET /c", "c"), ("GET /c#query/q", "song_id")],
        &[("GET /a", &["thing", "things"]), ("GET /b#query/x", &["y"]), ("GET /c#query/q", &["clip_id", "Clip"])],
    );
    // Names are the same however they are spelled, and a parameter has one within its operation.
    let (given, _) = lock(
        &[
            ("GET /b", "get_thing"),
            ("GET /b#header/X", "X"),
            ("GET /c", "Things"),
            ("GET /c#query/clipId", "clipId"),
            ("GET /c#query/x", "x"),
        ],
        &[],
    );
    pins::release(&mut names, &mut former, &given, &RustNames);
    let expected =
        [("GET /a", &["thing"][..]), ("GET /b#query/x", &["y"]), ("GET /c", &["c"]), ("GET /c#query/q", &["Clip"])];
    let mut all = given.clone();
    all.insert("GET /c#query/q".to_owned(), "song_id".to_owned());
    assert_eq!((names.clone(), former.clone()), (all, lock(&[], &expected).1));
    resolve_with(&document(json!({"a": 1})), &self::lock(&names, json!(former)).to_string()).unwrap();
}

#[test]
fn a_name_that_the_lock_lost_is_told_from_one_that_moved() {
    let names = |pairs: &[(&str, &str)]| -> Names {
        pairs.iter().map(|(place, name)| ((*place).to_owned(), (*name).to_owned())).collect()
    };
    let released =
        names(&[("GET /a/{id}", "getA"), ("GET /a/{id}#query/q", "q"), ("GET /b", "getB"), ("schemas/A", "A")]);
    #[track_caller]
    fn check(released: &Names, lock: (&Names, &FormerNames), given: &Names, expected: &[(&str, &str)]) {
        assert_eq!(pins::lost(released, lock.0, lock.1, given, &RustNames), expected);
    }
    let former = |place: &str, name: &str| FormerNames::from([(place.to_owned(), vec![name.to_owned()])]);
    let none = FormerNames::new();
    let all: Vec<(&str, &str)> = released.iter().map(|(place, name)| (place.as_str(), name.as_str())).collect();
    check(&released, (&released, &none), &released, &[]);
    check(&released, (&Names::new(), &none), &released, &all);
    check(&released, (&Names::new(), &none), &Names::new(), &all);
    // Parameters of a path are called otherwise.
    let moved: Names = released.iter().map(|(place, name)| (place.replace("{id}", "{a}"), name.clone())).collect();
    check(&released, (&moved, &none), &moved, &[]);
    // A release that was cut short has renamed something.
    let renamed = |name: &str| {
        let mut renamed = released.clone();
        renamed.insert("GET /b".to_owned(), name.to_owned());
        renamed
    };
    check(&released, (&renamed("b"), &former("GET /b", "getB")), &renamed("b"), &[]);
    check(&released, (&renamed("b"), &none), &renamed("b"), &[("GET /b", "getB")]);
    check(&released, (&renamed("get_b"), &none), &released, &[]);
    // What is gone may have given its name to something else.
    let (mut given_away, mut given) = (released.clone(), released.clone());
    for names in [&mut given_away, &mut given] {
        names.remove("GET /b");
        names.insert("GET /c".to_owned(), "get_b".to_owned());
    }
    check(&released, (&given_away, &none), &given, &[]);
    check(&released, (&given_away, &none), &released, &[("GET /b", "getB")]);
}

#[test]
fn former_names_are_in_one_order_before_and_after_a_release() {
    let (mut names, mut former) = (Names::new(), FormerNames::new());
    let overlay = |name: &str| {
        let mut named = document(json!({"a": 1}));
        let operation = &mut named["paths"]["/things"]["get"];
        operation["x-rust-name"] = json!(name.to_lowercase());
        operation["responses"]["200"]["content"]["application/json"]["schema"]["x-rust-name"] = json!(name);
        operation["parameters"] = json!([{"name": "p", "in": "query", "x-rust-name": name.to_lowercase()}]);
        named
    };
    let mut resolved = |name: &str| {
        let now = || resolve_with(&overlay(name), &self::lock(&names, json!(former)).to_string()).unwrap();
        let (before, given) = now();
        pins::release(&mut names, &mut former, &given, &RustNames);
        let lock = self::lock(&names, json!(former)).to_string();
        assert_eq!(resolve_with(&overlay(name), &lock).unwrap(), (before.clone(), given));
        before
    };
    for name in ["One", "Two", "Three"] {
        resolved(name);
    }
    let last = resolved("Two");
    let operation = &last["paths"]["/things"]["get"];
    for node in [operation, &operation["parameters"][0]] {
        assert_eq!(node["x-former-names"], json!(["three", "one"]), "{last:#}");
    }
    assert_eq!(last["components"]["schemas"]["Two"]["x-former-names"], json!(["Three", "One"]), "{last:#}");
}

/// What is said of a lock, with its lines.
#[track_caller]
fn refused(lock: &str, expected: &[(usize, &str)]) {
    let found = resolve_with(&document(json!({"a": {"b": 1}})), lock).unwrap_err();
    let said: Vec<(usize, &str)> = found.iter().map(|found| (found.line, found.message.as_str())).collect();
    assert_eq!(said, expected);
    assert!(found.iter().all(|found| found.file == "a.lock" && found.is_error() && !found.help.is_empty()));
}

#[test]
fn a_lock_that_cannot_be_is_refused_where_it_is_wrong() {
    refused(
        "{\"names\": {\n\"GET /a#response/x\": \"X\",\n\"GET /a#response/y\": \"X\",\n\"GET /b#response/x\": \"X\"}}",
        &[(4, "the name `X` is that of `GET /a#response/y` already")],
    );
    refused(
        "{\"names\": {\n\"GET /a\": \"list_things\",\n\"GET /b\": \"listThings\"}}",
        &[(3, "the name `listThings` is that of `GET /a` already")],
    );
    refused(
        "{\"names\": {\n\"GET /a#query/x\": \"x\",\n\"GET /a#header/x\": \"x\",\n\"GET /b#query/x\": \"x\"}}",
        &[(3, "the name `x` is that of `GET /a#query/x` already")],
    );
    refused(
        "{\"names\": {\n\"GET /a#response\": \"no type\",\n\"GET /b\": \"new\", \"GET /c\": 1, \"schemas/A\": \"Vec\"},\n\"former-names\": []}",
        &[
            (4, "`former-names` is no object of names"),
            (2, "`no type` cannot be the name of a type: types are spelled in camel case, of letters and digits"),
            (3, "`new` cannot be the name of an operation: generated code needs it for itself"),
            (3, "a name is a text"),
            (3, "`Vec` cannot be the name of a type: generated code needs it for itself"),
        ],
    );
    refused(
        "{\"names\": {\n\"GET /a\": \"a\",\n\"GET /a\": \"b\"}}",
        &[(3, "the key `GET /a` is given again, first on line 2:1")],
    );
    refused("{\n<<<<<<< ours\n", &[(2, "key must be a string")]);
}

/// A document with one operation `things` that answers statuses with objects of one property, or of two.
fn by_status(responses: &[(&str, &[&str])]) -> Value {
    let response = |(status, properties): &(&str, &[&str])| {
        let data: Value = properties.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        let data = json!({"type": "object", "properties": data});
        let schema = json!({"type": "object", "properties": {"data": data}});
        let response = json!({"description": "d", "content": {"application/json": {"schema": schema}}});
        ((*status).to_owned(), response)
    };
    let responses: Value = responses.iter().map(response).collect();
    let operation = json!({"operationId": "things", "responses": responses});
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"get": operation}}})
}

fn of_things(names: &Names) -> BTreeMap<&str, &str> {
    let places = of_types(names);
    places.filter_map(|(place, name)| Some((place.strip_prefix("GET /things#")?, name.as_str()))).collect()
}

#[test]
fn every_schema_of_a_status_has_a_type_and_an_enum_has_them_all() {
    let orders = [["200", "201", "202"], ["202", "201", "200"]];
    let documents = orders.map(|order| {
        let properties = |status: &str| if status == "202" { &["job"][..] } else { &["rows"] };
        let responses: Vec<(&str, &[&str])> = order.iter().map(|status| (*status, properties(status))).collect();
        resolve(&by_status(&responses), &Names::new())
    });
    for (document, names) in documents {
        let expected = [
            ("response", "ThingsResponse"),
            ("response/data", "ThingsData"),
            ("response202", "ThingsResponse202"),
            ("response202/data", "Things202Data"),
            ("successes", "ThingsSuccess"),
        ];
        assert_eq!(of_things(&names), expected.into_iter().collect());
        let operation = &document["paths"]["/things"]["get"];
        assert_eq!(operation["x-success-type"], "ThingsSuccess");
        let reference = |status: &str| {
            operation["responses"][status]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap()
        };
        let expected = ["Response", "Response", "Response202"].map(|name| format!("#/components/schemas/Things{name}"));
        assert_eq!(["200", "201", "202"].map(reference), expected);
    }
    let errors = [("404", &["missing"][..]), ("400", &["field"]), ("default", &["code"])];
    let (document, names) = resolve(&by_status(&errors), &Names::new());
    let named = of_things(&names);
    let expected = [("error", "ThingsError"), ("error404", "ThingsError404"), ("errorDefault", "ThingsErrorDefault")];
    for (place, name) in expected.into_iter().chain([("errors", "ThingsFailure")]) {
        assert_eq!(named[place], name, "{named:?}");
    }
    assert_eq!(document["paths"]["/things"]["get"]["x-error-type"], "ThingsFailure");
}

/// What is released stays what it is called when there is another status, whichever that is.
#[test]
fn a_body_keeps_its_released_name_beside_another() {
    let (rows, job) = (&["rows"][..], &["job"][..]);
    for (released, added) in [("200", "202"), ("201", "200"), ("202", "200")] {
        let (_, before) = resolve(&by_status(&[(released, rows)]), &Names::new());
        let both = [(released, rows), (added, job)];
        let (_, after) = resolve(&by_status(&both), &before);
        for (place, name) in &before {
            assert_eq!(after.get(place), Some(name), "{released} and {added}");
        }
        let suffix = if added == "200" { "" } else { added };
        assert_eq!(after[&format!("{GET}#response{added}")], format!("ThingsResponse{suffix}"));
        // And again when that is gone.
        let (_, alone) = resolve(&by_status(&[(released, rows)]), &pinned_after(&before, &after));
        assert_eq!(alone, before);
    }
    // So does what another status has as well.
    let (_, before) = resolve(&by_status(&[("201", rows)]), &Names::new());
    let (document, after) = resolve(&by_status(&[("200", job), ("201", rows), ("202", rows)]), &before);
    assert_eq!(before, after.clone().into_iter().filter(|(place, _)| before.contains_key(place)).collect());
    let schema = |status: &str| &document["paths"]["/things"]["get"]["responses"][status]["content"];
    assert!(schema("201") == schema("202") && schema("200") != schema("201"), "{document:#}");
}

/// The types of the body of a status, and of the object in it.
fn types_of(document: &Value, status: &str) -> [String; 2] {
    let schemas = &document["components"]["schemas"];
    let reference = |schema: &Value| {
        let name = schema["$ref"].as_str().and_then(|target| target.strip_prefix("#/components/schemas/"));
        name.unwrap_or_else(|| panic!("{status}: {document:#}")).to_owned()
    };
    let response = &document["paths"]["/things"]["get"]["responses"][status];
    let body = reference(&response["content"]["application/json"]["schema"]);
    let data = reference(&schemas[&body]["properties"]["data"]);
    [body, data]
}

/// Releases some responses, and checks that those of them which others have as well are called as they were.
#[track_caller]
fn stays(released: &[(&str, &[&str])], others: &[(&str, &[&str])]) -> Names {
    let (before, names) = resolve(&by_status(released), &Names::new());
    let (after, given) = resolve(&by_status(others), &names);
    let known = |(status, _): &(&str, &[&str])| types_of(&before, status);
    let all: Vec<[String; 2]> = released.iter().map(known).collect();
    for response in others {
        let now = types_of(&after, response.0);
        match released.contains(response) {
            true => assert_eq!(now, known(response), "{} of {released:?} in {others:?}", response.0),
            // What is new shares a name with its own schema alone.
            false => {
                let same = released.iter().any(|(_, properties)| *properties == response.1);
                assert!(same || !all.contains(&now), "{} of {others:?} after {released:?}: {now:?}", response.0);
            }
        }
    }
    pinned_after(&names, &given)
}

#[test]
fn another_status_moves_no_name() {
    let (one, other, third) = (&["one"][..], &["other"][..], &["third"][..]);
    for (fewer, more) in [
        (vec![("500", one)], vec![("404", other), ("500", one)]),
        (vec![("404", one), ("500", other)], vec![("400", third), ("404", one), ("500", other)]),
        (vec![("404", one), ("500", other)], vec![("404", one), ("410", third), ("500", other)]),
        (vec![("default", one)], vec![("404", other), ("default", one)]),
        (vec![("4XX", one)], vec![("404", other), ("4XX", one)]),
        (vec![("5XX", one), ("default", other)], vec![("500", third), ("5XX", one), ("default", other)]),
        (vec![("500", one), ("503", one)], vec![("404", other), ("500", one), ("503", one)]),
        (vec![("404", one), ("503", other)], vec![("404", one), ("500", other), ("503", other)]),
        (vec![("200", one)], vec![("200", one), ("202", other)]),
        (vec![("202", one)], vec![("200", other), ("202", one)]),
        (vec![("202", one), ("203", other)], vec![("200", third), ("202", one), ("203", other)]),
        (vec![("201", one), ("202", one)], vec![("200", other), ("201", one), ("202", one)]),
        (vec![("2XX", one)], vec![("200", other), ("2XX", one)]),
    ] {
        stays(&fewer, &more);
        stays(&more, &fewer);
    }
    // Most of the statuses that had a name keep it where one of them has another schema now.
    stays(&[("400", one), ("404", one), ("500", one)], &[("400", other), ("404", one), ("500", one)]);
    // What was told apart stays apart though it is the same now.
    let (apart, names) = resolve(&by_status(&[("404", one), ("500", other)]), &Names::new());
    let (same, _) = resolve(&by_status(&[("404", one), ("500", one)]), &names);
    assert_eq!(
        ["404", "500"].map(|status| types_of(&same, status)),
        ["404", "500"].map(|status| types_of(&apart, status))
    );
}

#[test]
fn a_status_that_comes_back_has_the_name_that_it_had() {
    let (one, other, third) = (&["one"][..], &["other"][..], &["third"][..]);
    let names = stays(&[("404", one), ("500", other)], &[("500", other)]);
    let (document, _) = resolve(&by_status(&[("400", third), ("404", one), ("500", other)]), &names);
    assert_eq!(types_of(&document, "404")[0], "ThingsError");
    assert_eq!(types_of(&document, "400")[0], "ThingsError400");
    // The one success of an operation is what a call gives, whatever its status is.
    let names = stays(&[("201", one)], &[("200", one)]);
    let (document, _) = resolve(&by_status(&[("200", one)]), &names);
    assert_eq!(types_of(&document, "200")[0], "ThingsResponse201");
}

/// A release from before there were several bodies says of no body which statuses it is of.
#[test]
fn a_lock_without_statuses_is_read() {
    let (one, other) = (&["one"][..], &["other"][..]);
    let old = |responses: &[(&str, &[&str])]| -> Names {
        let (_, names) = resolve(&by_status(responses), &Names::new());
        of_types(&names).map(|(place, name)| (place.clone(), name.clone())).collect()
    };
    let (document, _) = resolve(&by_status(&[("200", other), ("201", one)]), &old(&[("201", one)]));
    assert_eq!(types_of(&document, "201"), ["ThingsResponse201", "ThingsData"]);
    let (document, _) = resolve(&by_status(&[("404", one), ("500", other)]), &old(&[("404", one)]));
    assert_eq!(types_of(&document, "404"), ["ThingsError", "ThingsErrorData"]);
    let both = old(&[("404", one), ("500", other)]);
    let (document, _) = resolve(&by_status(&[("404", one), ("500", other)]), &both);
    assert_eq!(types_of(&document, "500"), ["ThingsError500", "ThingsError500Data"]);
}

/// A body that is no object has a type where it had one, and none where it had none.
#[test]
fn another_status_names_no_body_and_takes_no_name() {
    let (text, rows) = (
        json!({"type": "string"}),
        json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}),
    );
    let document = |responses: &[(&str, &Value)]| {
        let mut document = by_status(&responses.iter().map(|(status, _)| (*status, &["job"][..])).collect::<Vec<_>>());
        for (status, schema) in responses.iter().filter(|(_, schema)| !schema.is_null()) {
            document["paths"]["/things"]["get"]["responses"][status]["content"]["application/json"]["schema"] =
                (*schema).clone();
        }
        document
    };
    let schema = |document: &Value, status: &str| {
        document["paths"]["/things"]["get"]["responses"][status]["content"]["application/json"]["schema"].clone()
    };
    let job = &Value::Null;
    for (fewer, more) in [
        (vec![("500", &text)], vec![("404", job), ("500", &text)]),
        (vec![("500", &rows)], vec![("404", job), ("500", &rows)]),
        (vec![("404", &rows)], vec![("404", &rows), ("500", job)]),
        (vec![("200", &rows)], vec![("200", &rows), ("202", job)]),
        (vec![("200", &rows)], vec![("200", &rows), ("201", &rows)]),
        (vec![("202", &rows)], vec![("200", job), ("202", &rows)]),
    ] {
        for (released, now) in [(&fewer, &more), (&more, &fewer)] {
            let (before, names) = resolve(&document(released), &Names::new());
            let (after, given) = resolve(&document(now), &names);
            for (status, _) in &fewer {
                assert_eq!(schema(&after, status), schema(&before, status), "{status}: {released:?} {now:?}");
            }
            for (place, name) in &given {
                assert!(names.get(place).is_none_or(|known| known == name), "{place}: {released:?} {now:?}");
            }
        }
    }
}

#[test]
fn no_type_is_called_like_an_enum_of_statuses() {
    let mut document = by_status(&[("200", &["a"]), ("202", &["b"])]);
    let properties = "/paths/~1things/get/responses/200/content/application~1json/schema/properties";
    document.pointer_mut(properties).unwrap()["success"] = json!({"type": "object", "properties": {"ok": {}}});
    let (_, names) = resolve(&document, &Names::new());
    let named = of_things(&names);
    assert_eq!(named["successes"], "ThingsSuccess");
    assert!(named["response/success"].starts_with("ThingsSuccess") && named["response/success"] != "ThingsSuccess");
    // Whoever had the name keeps it.
    let mut alone = document.clone();
    alone["paths"]["/things"]["get"]["responses"].as_object_mut().unwrap().remove("202");
    let (_, released) = resolve(&alone, &Names::new());
    let (_, names) = resolve(&document, &released);
    let named = of_things(&names);
    assert_eq!(named["response/success"], "ThingsSuccess");
    assert!(named["successes"].starts_with("ThingsSuccess") && named["successes"] != "ThingsSuccess");
}

#[test]
fn what_no_response_can_carry_has_no_type() {
    let (document, names) = resolve(
        &by_status(&[("1XX", &["early"]), ("200", &["rows"]), ("205", &["none"]), ("304", &["old"])]),
        &Names::new(),
    );
    assert_eq!(
        of_things(&names),
        [("response", "ThingsResponse"), ("response/data", "ThingsData")].into_iter().collect()
    );
    assert_eq!(document["components"]["schemas"].as_object().unwrap().len(), 2, "{document:#}");
}

#[test]
fn a_document_names_no_enum_of_statuses_itself() {
    let mut document = by_status(&[("200", &["a"]), ("201", &["a"])]);
    document["paths"]["/things"]["get"]["x-success-type"] = json!("no name");
    let (document, _) = resolve(&document, &Names::new());
    assert_eq!(document["paths"]["/things"]["get"].get("x-success-type"), None);
}

#[test]
fn errors_that_all_operations_share_are_one_type() {
    let mut document = by_status(&[("200", &["a"]), ("400", &["field"]), ("404", &["missing"])]);
    document["x-envelope"] = json!({"code": "code"});
    let (document, names) = resolve(&document, &Names::new());
    assert_eq!(names["#errors"], "ApiError");
    let properties = &document["components"]["schemas"]["ApiErrorData"]["properties"];
    assert!(properties.get("field").is_some() && properties.get("missing").is_some(), "{document:#}");
    assert!(document["paths"]["/things"]["get"].get("x-error-type").is_none());
}
