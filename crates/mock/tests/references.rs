//! References that are spelled in unusual ways, examples that are references, and paths that are the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options};
use serde_json::{Value, json};
use support::{document, response};

const TUNES: &str = "
openapi: 3.0.3
info: {title: Tunes, version: '1'}
paths:
  /first:
    get:
      responses:
        '200': {description: d, content: {application/json: {example: {$ref: '#/components/examples/Tune'}}}}
  /declared:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema: {$ref: '#/components/schemas/A%20Tune'}
              example: {id: 1, by: {$ref: '#/components/examples/Tune'}}
  /second:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              examples: {bad: {value: {$ref: nothing}}, one: {$ref: '#/components/examples/Alias%20of%20it'}}
  /data:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema: {type: object, properties: {link: {$ref: '#/components/schemas/a%7E1link'}}}
              example: {link: {$ref: 'x'}}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#%2Fcomponents/schemas/A Tune'}
      responses: {'200': {description: d, content: {text/plain: {example: ok}}}}
components:
  examples:
    Alias of it: {$ref: '#/components/examples/Tune'}
    Tune: {value: {id: 1, title: a}}
  schemas:
    A Tune: {type: object, required: [id], properties: {id: {type: integer}, by: {type: object}}}
    a/link: {type: object, properties: {$ref: {type: string}}}
";

#[track_caller]
fn get(text: &str, request: &str) -> (u16, Value) {
    let response = response(&Engine::new(document(text), Options::default()), request);
    (response.status.as_u16(), serde_json::from_slice(&response.body).unwrap_or_default())
}

#[test]
fn an_example_that_is_a_reference_counts_as_none() {
    let (status, first) = get(TUNES, "GET /first");
    assert!(!first.to_string().contains("ref"), "{status} {first}");
    let (status, declared) = get(TUNES, "GET /declared");
    assert_eq!((status, &declared["id"]), (200, &json!(0)), "made from the schema: {declared}");
    assert!(!declared.to_string().contains("ref"), "{declared}");
}

#[test]
fn a_reference_in_examples_is_followed_through_all_its_hops() {
    for request in ["GET /second", "GET /second\nPrefer: example=one"] {
        assert_eq!(get(TUNES, request), (200, json!({"id": 1, "title": "a"})));
    }
}

#[test]
fn a_declared_property_that_is_called_like_a_reference_is_data() {
    assert_eq!(get(TUNES, "GET /data"), (200, json!({"link": {"$ref": "x"}})));
}

#[test]
fn schemas_are_found_however_their_reference_is_spelled() {
    for (body, status) in [("{\"id\": 1}", 200), ("{\"id\": \"x\"}", 422), ("{}", 422)] {
        let request = format!("POST /data\nContent-Type: application/json\n\n{body}");
        assert_eq!(get(TUNES, &request).0, status, "{body}");
    }
}

/// Such a document is refused everywhere else; a server that is asked to serve it does so by one rule.
#[test]
fn of_two_spellings_of_a_path_the_first_one_with_the_method_is_served() {
    let item = |id: &str| {
        let example = format!("application/json: {{example: {{id: {id}}}}}");
        format!("{{responses: {{'200': {{description: d, content: {{{example}}}}}}}}}")
    };
    let paths = format!(
        "  /items/{{id}}:\n    get: {}\n  /items/{{item_id}}:\n    get: {}\n    put: {}\n",
        item("a"),
        item("b"),
        item("c")
    );
    let text = format!("openapi: 3.0.3\npaths:\n{paths}");
    assert_eq!(get(&text, "GET /items/7"), (200, json!({"id": "a"})));
    assert_eq!(get(&text, "PUT /items/7"), (200, json!({"id": "c"})));
}

#[test]
fn parameters_of_a_path_count_for_its_operations_unless_they_have_their_own() {
    let response = "responses: {'200': {description: d, content: {application/json: {example: {id: 1}}}}}";
    let text = format!(
        "openapi: 3.0.3\npaths:\n  /orders:\n    parameters:\n      - {{name: shop, in: query, required: true, schema: \
         {{type: string}}}}\n      - {{name: limit, in: query, schema: {{type: integer, maximum: 10}}}}\n    get: \
         {{{response}}}\n    post:\n      parameters: [{{name: limit, in: query, schema: {{type: integer, maximum: \
         50}}}}]\n      {response}\n"
    );
    for (request, is_served) in [
        ("GET /orders", false),
        ("POST /orders?limit=5", false),
        ("GET /orders?shop=a&limit=10", true),
        ("GET /orders?shop=a&limit=50", false),
        ("POST /orders?shop=a&limit=50", true),
        ("POST /orders?shop=a&limit=51", false),
    ] {
        assert_eq!(get(&text, request).0 == 200, is_served, "{request}");
    }
}
