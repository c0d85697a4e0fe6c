//! A document that calls everything by names that generated code could use for itself.

use serde_json::{Map, Value, json};

/// Those of Rust's prelude, of common methods, of the runtime and of generated code, and one that begins with a digit.
const NAMES: &str = "
    3d_id as_deref as_mut as_ref as_str base_url body bool borrow borrowed box build builder bytes call char client clone
    client_hooks cmp code copy cow credits crate data debug default deref deserialize deserializer display drop
    encode_path envelope eq err error exchange exec expect extend extra f file finish_json fmt form format fn
    fn_once from from_env from_ref future get hash header_map headers inner insert index info into into_future
    into_inner into_iter into_json into_parameter is_none item items iter key known len map method name new
    new_with_client next none ok operation operations option options ord other output owned page pages parameters
    params parse partial_cmp partial_eq pin platform poll pre preview position query_param request response
    response_value result runtime self send send_as serde serde_json serialize serializer server servers set sent
    size sized some start std str stream string sum super support sync t to_owned to_string try_from try_into type
    type_id types u64 union unknown unpin unwrap url value variant vec visitor wait with with_code
";

fn names() -> impl Iterator<Item = &'static str> {
    NAMES.split_whitespace()
}

/// The document: every name stands wherever a document names something.
pub(crate) fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "servers": servers(),
        "paths": paths(),
        "components": {"schemas": schemas()},
    })
}

/// Servers without variables, with one each, and with all of them in one.
fn servers() -> Value {
    let plain =
        |name: &str| json!({"url": format!("https://{}.example.org", name.replace('_', "-")), "description": name});
    let with_variable = |name: &str| {
        json!({
            "url": format!("https://{{{name}}}.example.org"),
            "description": format!("In {name}"),
            "variables": {name: {"description": "d"}},
        })
    };
    let all: Vec<&str> = names().collect();
    let of_all: Map<String, Value> = each(|name| (name.to_owned(), json!({"enum": all, "default": name})));
    let url: String = names().map(|name| format!("{{{name}}}")).collect();
    let last = json!({"url": format!("https://{url}.example.org"), "description": "All", "variables": of_all});
    names().map(plain).chain(names().map(with_variable)).chain([last]).collect()
}

/// Operations, parameters, their values, and headers of responses.
fn paths() -> Map<String, Value> {
    // Values may be listed twice, and have no letter that a name can have.
    let all: Vec<&str> = names().chain(["self", "m²", "", "²"]).collect();
    let parameters = |place: &str, is_required: bool, schema: Value| -> Value {
        let parameter = |name: &str| json!({"name": name, "in": place, "required": is_required, "schema": schema});
        names().map(parameter).collect()
    };
    let mut operations: Map<String, Value> =
        each(|name| (format!("/{name}"), json!({"get": {"operationId": name, "responses": answer(&type_name(name))}})));
    let headers: Map<String, Value> = each(|name| (name.to_owned(), json!({"schema": {"type": "string"}})));
    let mut of_values = answer("Schemas");
    of_values["200"]["headers"] = Value::Object(headers);
    for (operation, parameters, responses) in [
        ("plain_parameters", parameters("query", false, json!({"type": "string"})), answer("Optional")),
        ("header_parameters", parameters("header", false, json!({"type": "integer"})), answer("Optional")),
        ("named_parameters", parameters("query", true, json!({"type": "string", "enum": ["a"]})), answer("Required")),
        ("values", json!([{"name": "values", "in": "query", "schema": {"type": "string", "enum": all}}]), of_values),
    ] {
        let get = json!({"operationId": operation, "parameters": parameters, "responses": responses});
        operations.insert(format!("/in/{operation}"), json!({"get": get}));
    }
    let pagination = json!({"style": "counted", "page": "page", "size": "size", "items": "/listed"});
    operations["/in/plain_parameters"]["get"]["x-pagination"] = pagination;
    let path: String = names().map(|name| format!("/{{{name}}}")).collect();
    let parameters = parameters("path", true, json!({"type": "string"}));
    let get = json!({"operationId": "path_parameters", "parameters": parameters, "responses": answer("Optional")});
    operations.insert(path, json!({"get": get}));
    for body in ["Optional", "Required", "Schemas"] {
        let post = json!({
            "operationId": format!("post_{body}"),
            "requestBody": {"required": true, "content": content(body)},
            "responses": {"204": {"description": "d"}},
        });
        operations.insert(format!("/post/{body}"), json!({"post": post}));
    }
    operations
}

/// Properties, which may be missing and may not, and types, which stand by themselves and in a choice.
fn schemas() -> Map<String, Value> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{}", type_name(name))});
    let of_type = |ty: &str| -> Map<String, Value> { each(|name| (name.to_owned(), json!({"type": ty}))) };
    let mut nested = of_type("string");
    nested.insert("nested".to_owned(), json!({"type": "object", "properties": of_type("integer")}));
    nested.insert("listed".to_owned(), json!({"type": "array", "items": {"type": "string"}}));
    let types: Map<String, Value> = each(|name| (format!("of_{name}"), reference(name)));
    let choice: Vec<Value> = names().map(reference).collect();
    let mut schemas: Map<String, Value> = each(|name| {
        let schema = json!({"type": "object", "required": [name], "properties": {name: {"type": "string"}}});
        (type_name(name), schema)
    });
    for (name, required, properties) in [
        ("Optional", json!([]), nested),
        ("Required", json!(names().collect::<Vec<_>>()), each(|name| (name.to_owned(), reference(name)))),
        ("Schemas", json!([]), types.into_iter().chain([("choice".to_owned(), json!({"oneOf": choice}))]).collect()),
    ] {
        let schema = json!({"type": "object", "required": required, "properties": properties});
        schemas.insert(name.to_owned(), schema);
    }
    schemas
}

fn answer(schema: &str) -> Value {
    json!({"200": {"description": "d", "content": content(schema)}})
}

fn content(schema: &str) -> Value {
    json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}})
}

/// The name as a type has it.
fn type_name(name: &str) -> String {
    name.split('_')
        .flat_map(|word| word[..1].to_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>())
        .collect()
}

fn each(entry: impl Fn(&str) -> (String, Value)) -> Map<String, Value> {
    names().map(entry).collect()
}
