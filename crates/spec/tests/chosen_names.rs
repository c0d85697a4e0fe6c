//! Names that a person chooses with `x-rust-name`: each names what it stands at, or is refused where it stands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::naming::pins::{self, Names};
use keyapi_spec::pipeline::Resolved;
use keyapi_spec::{Diagnostic, Input};
use serde_json::{Value, json};

const OPERATION: &str = "/paths/~1things~1{id}/post";
const BODY: &str = "/paths/~1things~1{id}/post/responses/200/content/application~1json/schema";

fn object(property: &str) -> Value {
    json!({"type": "object", "properties": {property: {"type": "string"}}})
}

fn json_content(schema: &Value) -> Value {
    json!({"description": "d", "content": {"application/json": {"schema": schema}}})
}

/// A document with something of every kind that a name may be put at.
fn document() -> Value {
    let text = json!({"type": "string"});
    let body = json!({"type": "object", "properties": {
        "a": object("x"),
        "b": object("x"),
        "c": object("y"),
        "deep": {"type": "object", "properties": {"inner": object("x"), "and": object("z")}},
        "list": {"type": "array", "items": object("l")},
        "map": {"type": "object", "additionalProperties": object("m")},
        "either": {"oneOf": [object("o1"), object("o2")]},
        "all": {"allOf": [object("p1"), object("p2")]},
        "not": {"not": object("n")},
        "of": {"$ref": "#/components/schemas/Thing"},
        "wrapped": {"allOf": [{"$ref": "#/components/schemas/Thing"}], "description": "w"},
        "text": text,
        "state": {"type": "string", "enum": ["a", "b"]},
        "free": {"type": "object"},
        // What is called like the extension, or stands in an example, is no name.
        "x-rust-name": text,
    }, "example": {"x-rust-name": "no name"}});
    let mut success = json_content(&body);
    success["headers"] = json!({"h": {"schema": text}});
    success["content"]["application/xml"] = json!({"schema": object("xml")});
    let parameter =
        |name: &str, place: &str| json!({"name": name, "in": place, "schema": text, "required": place == "path"});
    let one = json_content(&json!({"type": "object", "properties": {"s": object("s")}}));
    let two = json!({"200": one, "201": json_content(&object("t")), "202": one});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "tags": [{"name": "T"}],
        "paths": {"/things/{id}": {
            "parameters": [parameter("id", "path")],
            "post": {
                "operationId": "things",
                "parameters": [parameter("q", "query"), {"$ref": "#/components/parameters/Shared"}, parameter("r", "query")],
                "requestBody": json_content(&json!({"type": "object", "properties": {"in": object("i")}})),
                "responses": {
                    "200": success,
                    "404": json_content(&json!({"type": "object", "properties": {"e": text, "info": object("f")}})),
                    "500": {"$ref": "#/components/responses/Bad"},
                },
            },
            "get": {"operationId": "other", "responses": two},
        }},
        "components": {
            "schemas": {"Thing": object("t"), "Word": text, "Choice": {"type": "string", "enum": ["x"]}, "List": {"type": "array", "items": object("z")}},
            "parameters": {"Shared": parameter("shared", "query")},
            "responses": {"Bad": json_content(&json!({"type": "object", "properties": {"bad": object("g")}}))},
        },
    })
}

fn named(names: &[(&str, &str)]) -> Value {
    let mut document = document();
    for (pointer, name) in names {
        document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"))["x-rust-name"] = json!(name);
    }
    document
}

fn resolve(document: &Value, pinned: &Names) -> Result<(Value, Names), Vec<Diagnostic>> {
    let resolved = resolve_all(document, &json!({ "names": pinned }))?;
    Ok((resolved.document, resolved.names))
}

fn resolve_all(document: &Value, lock: &Value) -> Result<Resolved, Vec<Diagnostic>> {
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    input.with_lock("a.lock", Ok(lock.to_string().into_bytes())).resolve(&RustNames)
}

/// The places that are called so.
#[track_caller]
fn names(chosen: &[(&str, &str)], name: &str, expected: &[&str]) -> Value {
    let (document, names) = resolve(&named(chosen), &Names::new()).unwrap_or_else(|found| panic!("{found:#?}"));
    let places = names.iter().filter(|(place, other)| *other == name && pins::status(place).is_none());
    let places: Vec<&str> = places.map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, expected, "{chosen:?}");
    let text = document.to_string();
    assert!(!text.contains("x-rust-name-"), "{text}");
    document
}

/// The errors that are reported, and where the name stands that each is about.
#[track_caller]
fn refused(chosen: &[(&str, &str)], pinned: &Names, expected: &[(&str, &str)]) {
    refused_after(chosen, &json!({ "names": pinned }), expected);
}

/// The same, with all of a lock.
#[track_caller]
fn refused_after(chosen: &[(&str, &str)], lock: &Value, expected: &[(&str, &str)]) {
    let found = resolve_all(&named(chosen), lock).map(|resolved| resolved.names).expect_err("it is refused");
    let errors: Vec<&Diagnostic> = found.iter().filter(|found| found.is_error()).collect();
    let said: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (error.pointer.strip_suffix("/x-rust-name").unwrap_or(&error.pointer), error.message.as_str()))
        .collect();
    assert_eq!(said, expected, "{chosen:?}");
    assert!(errors.iter().all(|error| error.code == "rust-name" && !error.help.is_empty()), "{errors:#?}");
}

#[test]
fn what_has_a_name_is_called_so() {
    let body = |place: &str| format!("{BODY}/properties/{place}");
    names(&[(OPERATION, "make")], "make", &["POST /things/{id}"]);
    for parameter in ["/paths/~1things~1{id}/parameters/0", "/components/parameters/Shared"] {
        let (_, names) = resolve(&named(&[(parameter, "chosen")]), &Names::new()).unwrap();
        assert!(names.iter().any(|(place, name)| place.starts_with("POST") && name == "chosen"), "{names:#?}");
    }
    names(&[(BODY, "Chosen")], "Chosen", &["POST /things/{id}#response"]);
    for (place, expected) in [
        ("c", "/c"),
        ("deep", "/deep"),
        ("deep/properties/and", "/deep/and"),
        ("list/items", "/list"),
        ("map/additionalProperties", "/map"),
        ("either", "/either"),
        ("either/oneOf/1", "/either/~variant1"),
        ("all", "/all"),
    ] {
        names(&[(&body(place), "Chosen")], "Chosen", &[&format!("POST /things/{{id}}#response{expected}")]);
    }
    for component in ["Thing", "Word", "Choice"] {
        let place = format!("schemas/{component}");
        names(&[(&format!("/components/{place}"), "Chosen")], "Chosen", &[&place]);
    }
    // A type is spelled in camel case, whatever the case of the name.
    names(&[(&body("c"), "chosen")], "Chosen", &["POST /things/{id}#response/c"]);
    // No keyword is one in camel case.
    names(&[(&body("c"), "Type")], "Type", &["POST /things/{id}#response/c"]);
    // A list that is a component is called otherwise than its elements.
    let (list, items) = ("/components/schemas/List", "/components/schemas/List/items");
    names(&[(list, "All"), (items, "One")], "All", &["schemas/List"]);
    names(&[(list, "All"), (items, "One")], "One", &["schemas/List/~again"]);
    // A method and a type may share a name, and so may a type and what an operation's request is called.
    names(&[(&body("c"), "Things")], "Things", &["POST /things/{id}#response/c"]);
}

#[test]
fn what_becomes_one_schema_is_called_as_a_person_says_of_any() {
    let responses = "/paths/~1things~1{id}/post/responses";
    let error = |place: &str| format!("{responses}/404/content/application~1json/schema{place}");
    names(&[(&error(""), "Chosen")], "Chosen", &["POST /things/{id}#error"]);
    names(&[(&error("/properties/info"), "Chosen")], "Chosen", &["POST /things/{id}#error/info"]);
    let success =
        |status: &str| format!("/paths/~1things~1{{id}}/get/responses/{status}/content/application~1json/schema");
    for status in ["200", "202"] {
        names(&[(&success(status), "Chosen")], "Chosen", &["GET /things/{id}#response"]);
    }
    // The same name of all of them is one name.
    names(&[(&success("200"), "Chosen"), (&success("202"), "Chosen")], "Chosen", &["GET /things/{id}#response"]);
    refused(
        &[(&success("200"), "One"), (&success("202"), "Two")],
        &Names::new(),
        &[(&success("202"), "the schemas of several responses become one, in which this is called otherwise")],
    );
    // Another schema has a name of its own.
    names(&[(&success("201"), "Chosen")], "Chosen", &["GET /things/{id}#response201"]);
    names(&[(&success("200"), "One"), (&success("201"), "Two")], "Two", &["GET /things/{id}#response201"]);
    let taken = "`x-rust-name: Chosen` is the name of something else already";
    refused(&[(&success("200"), "Chosen"), (&success("201"), "Chosen")], &Names::new(), &[(&success("201"), taken)]);
    // What is in a component is called so there.
    let bad = "/components/responses/Bad/content/application~1json/schema/properties/bad";
    names(&[(bad, "Chosen")], "Chosen", &["schemas/BadResponse/bad"]);
    // A name is refused where it stands, wherever it is moved.
    let taken = "`x-rust-name: ThingsError` is the name of something else already";
    refused(&[(&error("/properties/info"), "ThingsError")], &Names::new(), &[(&error("/properties/info"), taken)]);
}

#[test]
fn one_name_is_of_one_shape() {
    let at = |place: &str| format!("{BODY}/properties/{place}");
    let (a, b, c) = (at("a"), at("b"), at("c"));
    let place = |name: &str| format!("POST /things/{{id}}#response/{name}");
    let both = [place("a"), place("b"), place("deep/inner")];
    let all: Vec<&str> = both.iter().map(String::as_str).collect();
    // Any place of a shape names it, and several may do so.
    names(&[(&b, "Info")], "Info", &all);
    names(&[(&a, "Info"), (&b, "Info")], "Info", &all);
    // Two names keep apart what is of one shape.
    names(&[(&a, "One"), (&b, "Two")], "Two", &[&both[1]]);
    let other = |name: &str| format!("`x-rust-name: {name}` is the name of something of another shape already");
    refused(&[(&a, "Info"), (&c, "Info")], &Names::new(), &[(&c, &other("Info"))]);
    refused(&[(&a, "Info"), (&c, "info")], &Names::new(), &[(&c, &other("Info"))]);
    // What holds the other is of another shape.
    let (deep, and) = (at("deep"), at("deep/properties/and"));
    refused(&[(&deep, "Info"), (&and, "Info")], &Names::new(), &[(&deep, &other("Info"))]);
    // One name of two bodies is refused where it comes again, even if they are of one shape.
    let sent = "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema/properties/in";
    refused(
        &[(sent, "Info"), (&c, "Info")],
        &Names::new(),
        &[(&c, "`x-rust-name: Info` is the name of something else already")],
    );
}

#[test]
fn a_released_name_is_of_one_shape_too() {
    let at = |place: &str| format!("{BODY}/properties/{place}");
    let (a, b, c) = (at("a"), at("b"), at("c"));
    let (resolved, released) = resolve(&document(), &Names::new()).unwrap();
    assert_eq!(resolve(&document(), &released).unwrap(), (resolved, released.clone()));
    let place = |name: &str| format!("POST /things/{{id}}#response/{name}");
    let renamed = |chosen: &[(&str, &str)]| resolve(&named(chosen), &released).unwrap().1;
    assert_eq!(released[&place("a")], "ThingsA");
    // Any of its places renames a type that is released, and so do several of them.
    for chosen in [&[(b.as_str(), "Info")][..], &[(&a, "Info"), (&b, "Info")]] {
        let names = renamed(chosen);
        assert_eq!([&names[&place("a")], &names[&place("b")], &names[&place("deep/inner")]], ["Info"; 3]);
    }
    refused(&[(&a, "One"), (&b, "Two")], &released, &[(&b, "the type `ThingsA` cannot become both `One` and `Two`")]);
    // What is called like something else that is released would be of its type.
    let other = "`x-rust-name: ThingsA` is the name of something of another shape already";
    refused(&[(&c, "ThingsA")], &released, &[(&c, other)]);
    // What is new may be of a type that is released, if it is of its shape.
    let mut former = released.clone();
    former.remove(&place("b"));
    let names = resolve(&named(&[(&b, "ThingsA")]), &former).unwrap().1;
    assert_eq!([&names[&place("a")], &names[&place("b")]], ["ThingsA"; 2]);
}

#[test]
fn a_title_at_one_place_of_a_released_type_settles() {
    let (_, released) = resolve(&document(), &Names::new()).unwrap();
    let mut titled = named(&[(&format!("{BODY}/properties/b"), "Info")]);
    titled.pointer_mut(&format!("{BODY}/properties/a")).unwrap()["title"] = json!("T");
    titled.pointer_mut(&format!("{BODY}/properties/b/properties/x")).unwrap()["title"] = json!("X");
    let (_, names) = resolve(&titled, &released).unwrap();
    assert_eq!(names["POST /things/{id}#response/a"], "Info");
}

#[test]
fn another_spelling_of_a_name_is_no_former_name() {
    let released = |name: &str| Names::from([("POST /things/{id}".to_owned(), name.to_owned())]);
    let former = |chosen: &str, pinned: &str| {
        let (document, _) = resolve(&named(&[(OPERATION, chosen)]), &released(pinned)).unwrap();
        document.pointer(OPERATION).unwrap().get("x-former-names").cloned()
    };
    for (chosen, pinned) in [("MakeThings", "make_things"), ("make_things", "makeThings"), ("make", "make")] {
        assert_eq!(former(chosen, pinned), None, "{chosen} {pinned}");
    }
    assert_eq!(former("make", "makeThings"), Some(json!(["makeThings"])));
}

#[test]
fn a_name_of_something_else_is_refused() {
    let c = format!("{BODY}/properties/c");
    let taken = |name: &str| format!("`x-rust-name: {name}` is the name of something else already");
    for name in ["Thing", "BadResponse", "OtherResponse"] {
        refused(&[(&c, name)], &Names::new(), &[(&c, &taken(name))]);
    }
    // What is called after its place makes way for a name that is chosen, unless it is released.
    names(&[(&c, "ThingsResponse")], "ThingsResponse", &["POST /things/{id}#response/c"]);
    let released = resolve(&document(), &Names::new()).unwrap().1;
    let other = "`x-rust-name: ThingsResponse` is the name of something of another shape already";
    refused(&[(&c, "ThingsResponse")], &released, &[(&c, other)]);
    refused(&[(&c, "ThingsRequest")], &released, &[(&c, &taken("ThingsRequest"))]);
    refused(
        &[(OPERATION, "other"), ("/paths/~1things~1{id}/get", "Other")],
        &Names::new(),
        &[(OPERATION, &taken("other"))],
    );
    let q = format!("{OPERATION}/parameters/0");
    let r = format!("{OPERATION}/parameters/2");
    refused(&[(&q, "same"), (&r, "same")], &Names::new(), &[(&r, &taken("same"))]);
    // A parameter that the path gives to all its operations is refused where it stands.
    let id = "/paths/~1things~1{id}/parameters/0";
    let wrong = "`x-rust-name: send` cannot be a name: generated code needs it for itself";
    refused(&[(id, "send")], &Names::new(), &[(id, wrong), (id, wrong)]);
}

#[test]
fn a_name_by_which_callers_know_something_else_is_refused() {
    let (_, names) = resolve(&document(), &Names::new()).unwrap();
    let taken = |name: &str| format!("`x-rust-name: {name}` is the name of something else already");
    let (q, r) = (format!("{OPERATION}/parameters/0"), format!("{OPERATION}/parameters/2"));
    let (get, c) = ("/paths/~1things~1{id}/get", format!("{BODY}/properties/c"));
    let body = format!("{BODY}/properties/a");
    // A released name is not another's, whichever of the two comes first; nor is one that is given up in the same release.
    for (one, other, name, others) in
        [(&*q, &*r, "q", "r"), (OPERATION, get, "things", "other"), (&*c, &*body, "ThingsC", "ThingsA")]
    {
        let of_another_shape = format!("`x-rust-name: {others}` is the name of something of another shape already");
        let said = if one == c { of_another_shape } else { taken(others) };
        refused(&[(one, others)], &names, &[(one, &said)]);
        if one != c {
            refused(&[(other, name)], &names, &[(other, &taken(name))]);
            let mut swapped = [(one, said.as_str()), (other, &taken(name))];
            swapped.sort();
            refused(&[(one, others), (other, name)], &names, &swapped);
            refused(&[(one, others), (other, "free")], &names, &[(one, &said)]);
        }
    }
    // Nor is one that something had before, as long as callers may use it; but whoever had it may have it again.
    for (place, own, other, former) in [
        ("POST /things/{id}#query/q", &*q, &*r, "q"),
        ("POST /things/{id}", OPERATION, get, "things"),
        ("POST /things/{id}#response/deep", &format!("{BODY}/properties/deep"), &c, "ThingsDeep"),
    ] {
        let mut names = names.clone();
        let renamed = if former == "ThingsDeep" { "Chosen" } else { "chosen" };
        assert_eq!(names.insert(place.to_owned(), renamed.to_owned()).as_deref(), Some(former));
        let lock = json!({"names": names, "former-names": {place: [former]}});
        refused_after(&[(other, former)], &lock, &[(other, &taken(former))]);
        let resolved = resolve_all(&named(&[(own, former)]), &lock).unwrap();
        assert_eq!(resolved.names[place], former);
    }
}

#[test]
fn what_is_new_makes_way_for_a_former_name() {
    let (_, mut names) = resolve(&document(), &Names::new()).unwrap();
    let place = "POST /things/{id}#query/q";
    names.insert(place.to_owned(), "chosen".to_owned());
    let lock = json!({"names": names, "former-names": {place: ["q"]}});
    let mut document = document();
    let new = json!({"name": "Q", "in": "query", "schema": {"type": "string"}});
    document.pointer_mut(&format!("{OPERATION}/parameters")).unwrap().as_array_mut().unwrap().insert(0, new);
    let resolved = resolve_all(&document, &lock).unwrap();
    let given = &resolved.names["POST /things/{id}#query/Q"];
    assert!(given.starts_with("q_") && resolved.names[place] == "chosen", "{:#?}", resolved.names);
    let said: Vec<&Diagnostic> = resolved.diagnostics.iter().filter(|found| found.code == "parameter-name").collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_eq!(said[0].message, format!("the setter `q` is taken: the one of `Q` is called `{given}`"));
}

#[test]
fn a_name_of_nothing_is_refused() {
    let no_type = "`x-rust-name` names a type, and none is made of this schema";
    let body = |place: &str| format!("{BODY}/properties/{place}");
    for place in [
        &body("text"),
        &body("state"),
        &body("free"),
        &body("list"),
        &body("map"),
        &body("of"),
        &body("wrapped"),
        &body("wrapped/allOf/0"),
        &body("all/allOf/1"),
        &body("not"),
        &body("not/not"),
        &body("deep/properties/inner/properties/x"),
        &body("x-rust-name"),
        &format!("{OPERATION}/responses/200/content/application~1xml/schema"),
        &format!("{OPERATION}/responses/404/content/application~1json/schema/properties/e"),
        &format!("{OPERATION}/parameters/0/schema"),
        "/paths/~1things~1{id}/parameters/0/schema",
        "/components/parameters/Shared/schema",
        "/components/schemas/Thing/properties/t",
    ] {
        refused(&[(place, "Chosen")], &Names::new(), &[(place, no_type)]);
    }
    let other = |what: &str| format!("`x-rust-name` names an operation, a parameter or a type, and this is {what}");
    for (place, what) in [
        ("", "an OpenAPI document"),
        ("/tags/0", "a tag"),
        ("/components", "the components object"),
        ("/paths/~1things~1{id}", "a path item"),
        (&format!("{OPERATION}/parameters/1"), "a reference"),
        (&format!("{OPERATION}/requestBody"), "a request body"),
        (&format!("{OPERATION}/requestBody/content/application~1json"), "a media type"),
        (&format!("{OPERATION}/responses/200"), "a response"),
        (&format!("{OPERATION}/responses/200/headers/h"), "a header"),
        (&format!("{OPERATION}/responses/500"), "a response"),
    ] {
        refused(&[(place, "Chosen")], &Names::new(), &[(place, &other(what))]);
    }
}

#[test]
fn what_cannot_be_a_name_is_refused() {
    let refusals = |place: &str, why: &str, names: &[&str]| {
        for name in names {
            let message = format!("`x-rust-name: {name}` cannot be a name: {why}");
            refused(&[(place, name)], &Names::new(), &[(place, &message)]);
        }
    };
    let (operation, parameter, schema) =
        (OPERATION, format!("{OPERATION}/parameters/0"), format!("{BODY}/properties/c"));
    let word = "it is spelled with letters, digits and underscores, and begins with a letter";
    for place in [operation, &parameter] {
        refusals(place, word, &[" ", "$", "two words", "a-b", "a.b", "2x", "_x", "a\u{301}$", "::std"]);
        refusals(place, "it is a keyword", &["fn", "async", "Match"]);
        refusals(place, "it is empty or too long", &[""]);
    }
    refusals(operation, "it is empty or too long", &[&"x".repeat(101)]);
    refusals(operation, "generated code needs it for itself", &["new", "fromEnv", "credits"]);
    refusals(&parameter, "generated code needs it for itself", &["send", "IntoFuture", "preview", "clone"]);
    refusals(&schema, "generated code needs it for itself", &["Vec", "Self", "self", "option"]);
    refusals(&schema, "it is empty or too long", &["", &"X".repeat(101)]);
    let camel = "types are spelled in camel case, of letters and digits";
    refusals(&schema, camel, &[" ", "a_thing", "Two Words", "types::Thing", "2X", "Vec<u8>"]);
    for value in [json!(1), json!(null), json!(["Thing"]), json!({"name": "Thing"})] {
        let mut document = document();
        document.pointer_mut(&schema).unwrap()["x-rust-name"] = value;
        let found = resolve(&document, &Names::new()).map(|(_, names)| names).expect_err("it is refused");
        assert!(found.iter().any(|found| found.message.ends_with(" cannot be a name: it is no text")), "{found:#?}");
    }
}

#[test]
fn names_of_values_are_as_many_as_there_are_values() {
    #[track_caller]
    fn check(schema: Value, overlay: Value, expected: &[&str]) {
        let mut document = document();
        document.pointer_mut(&format!("{OPERATION}/parameters/0")).unwrap()["schema"] = schema;
        let schema = "$.paths['/things/{id}'].post.parameters[0].schema";
        let remove = json!({"target": format!("{schema}['x-enum-varnames']"), "remove": true});
        let update = json!({"target": schema, "update": overlay});
        let actions = if overlay["x-enum-descriptions"].is_null() { json!([update]) } else { json!([remove, update]) };
        let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions});
        let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
        let input = input.with_overlay("overlay.json", Ok(overlay.to_string().into_bytes()));
        let found = input.resolve(&RustNames).unwrap().diagnostics;
        let said: Vec<&Diagnostic> = found.iter().filter(|found| found.code == "value-names").collect();
        assert_eq!(said.iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), expected);
        assert!(said.iter().all(|found| found.pointer == format!("{OPERATION}/parameters/0")), "{said:#?}");
    }
    let two = json!({"type": "string", "enum": ["a", "b"], "x-enum-varnames": ["A", "B"]});
    check(two.clone(), json!({"title": "t"}), &[]);
    let appended = "the number of texts in `x-enum-varnames` of `q` is 4, and that of its values 2";
    check(two.clone(), json!({"x-enum-varnames": ["ONE", "TWO"]}), &[appended]);
    check(two.clone(), json!({"x-enum-varnames": ["ONE", "TWO"], "x-enum-descriptions": ["One.", "Two."]}), &[]);
    let described = "the number of texts in `x-enum-descriptions` of `q` is 1, and that of its values 2";
    check(two, json!({"x-enum-varnames": ["ONE", "TWO"], "x-enum-descriptions": ["One."]}), &[described]);
    let open = json!({"type": "string", "x-extensible-enum": ["a"], "x-enum-varnames": ["A"]});
    check(open, json!({"title": "t"}), &[]);
    let none = "the number of texts in `x-enum-varnames` of `q` is 1, and that of its values 0";
    check(json!({"type": "string", "x-enum-varnames": ["A"]}), json!({"title": "t"}), &[none]);
}
