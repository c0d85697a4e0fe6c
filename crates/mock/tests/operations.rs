//! The list of operations, as data and in the admin interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::operations::{OperationInfo, Presence};
use keyapi_mock::{Engine, Options};
use serde_json::{Value, json};
use support::{body, document, response};

const LISTED: &str = "
openapi: 3.0.3
paths:
  /things/{id}:
    post:
      operationId: change
      summary: Changes a thing
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 5}}
        - {name: own, in: query, example: 1, examples: {a: {value: 2}}, schema: {type: integer, example: 3}}
        - {name: named, in: query, examples: {none: {summary: s}, a: {$ref: '#/components/examples/A'}}, schema: {type: integer, example: 3}}
        - {name: shown, in: query, schema: {$ref: '#/components/schemas/Shown'}}
        - {name: usual, in: query, schema: {type: integer, default: 4, enum: [3, 4]}}
        - {name: first, in: header, schema: {type: string, enum: [b, a]}}
        - {name: open, in: cookie, schema: {type: string, x-extensible-enum: [d, c]}}
        - {name: inside, in: query, content: {application/json: {schema: {type: object, example: {a: 1}}}}}
        - {name: silent, in: query, schema: {type: integer}}
      requestBody: {content: {text/plain: {schema: {type: string}}, application/json: {example: {a: 1}}}}
      responses:
        '200': {description: d, content: {application/json: {examples: {one: {value: 1}, two: {value: 2}}}, text/plain: {example: x}}}
        4XX: {description: d}
        default: {description: d}
    get:
      operationId: look
      parameters: [{name: id, in: path, required: true, schema: {type: string}, example: x y}]
      responses: {}
components:
  schemas: {Shown: {type: integer, example: 3, default: 4}}
  examples: {A: {value: 2}}
";

fn engine() -> Engine {
    Engine::new(document(LISTED), Options::default())
}

fn operations() -> Vec<OperationInfo> {
    engine().operations()
}

#[test]
fn a_parameter_has_the_value_that_is_documented_nearest_to_it() {
    let change = operations().swap_remove(0);
    let examples: Vec<(&str, Option<Value>)> =
        change.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.example.clone())).collect();
    assert_eq!(
        examples,
        [
            // Nothing is documented, but a request needs it.
            ("id", Some(json!(5))),
            ("own", Some(json!(1))),
            ("named", Some(json!(2))),
            ("shown", Some(json!(3))),
            ("usual", Some(json!(4))),
            ("first", Some(json!("b"))),
            ("open", Some(json!("d"))),
            ("inside", Some(json!({ "a": 1 }))),
            ("silent", None),
        ]
    );
    let written: Vec<Option<String>> = change.parameters.iter().map(|parameter| parameter.written()).collect();
    assert_eq!((written[0].as_deref(), written[5].as_deref(), &written[8]), (Some("5"), Some("b"), &None));
    assert_eq!(written[7].as_deref(), Some("{\"a\":1}"));
    let needed = change.parameters.iter().filter(|parameter| parameter.presence == Presence::Required).count();
    assert_eq!(needed, 1);
}

#[test]
fn an_operation_has_its_body_and_the_statuses_to_ask_for() {
    let [change, look] = <[OperationInfo; 2]>::try_from(operations()).unwrap();
    assert_eq!(
        (change.name.as_str(), change.summary.as_str(), change.method.as_str()),
        ("change", "Changes a thing", "POST")
    );
    // Of the bodies the one that is shown counts.
    assert_eq!(change.body, Some(("application/json".to_owned(), json!({ "a": 1 }))));
    let statuses: Vec<(&str, u16)> =
        change.statuses.iter().map(|status| (status.code.as_str(), status.status)).collect();
    assert_eq!(statuses, [("200", 200), ("4XX", 400), ("default", 500)]);
    let examples = change.statuses[0].examples.iter();
    let examples: Vec<(&str, &str, &Value)> =
        examples.map(|(label, name, value)| (label.as_str(), name.as_str(), value)).collect();
    assert_eq!(
        examples,
        [
            ("application/json", "one", &json!(1)),
            ("application/json", "two", &json!(2)),
            ("text/plain", "default", &json!("x")),
        ]
    );
    assert_eq!((look.body, look.statuses.len(), look.path.as_str()), (None, 0, "/things/{id}"));
}

/// Bodies of which nothing is shown.
const MADE_UP: &str = "
openapi: 3.0.3
paths:
  /json: {post: {requestBody: {content: {application/json: {schema: {type: string, minLength: 2}}}}}}
  /text: {post: {requestBody: {content: {text/plain: {schema: {type: integer, minimum: 7}}}}}}
  /xml: {post: {requestBody: {content: {application/xml: {schema: {type: string, maxLength: 1, xml: {name: note}}}}}}}
  /element: {post: {requestBody: {content: {application/xml: {schema: {type: object, required: [a], properties: {a: {type: integer}}}}}}}}
  /lines: {post: {requestBody: {content: {application/jsonl: {schema: {type: array, minItems: 2, items: {type: integer}}}}}}}
";

#[test]
fn a_body_of_which_nothing_is_shown_is_made_up_as_a_caller_gives_it() {
    let operations = Engine::new(document(MADE_UP), Options::default()).operations();
    let bodies: Vec<(String, Value)> = operations.into_iter().filter_map(|operation| operation.body).collect();
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<note>s</note>";
    let expected = [
        ("application/json", json!("string")),
        ("text/plain", json!(7)),
        ("application/xml", json!(xml)),
        // What has properties is given as these.
        ("application/xml", json!({ "a": 0 })),
        ("application/jsonl", json!("0\n0\n")),
    ];
    assert_eq!(bodies, expected.map(|(media_type, body)| (media_type.to_owned(), body)));
}

#[test]
fn the_admin_interface_lists_the_same() {
    let listed = body(&response(&engine(), "GET /__mock/operations"));
    let change = &listed[0];
    assert_eq!(change["parameters"][0], json!({ "name": "id", "in": "path", "example": 5 }));
    assert_eq!(change["parameters"][8], json!({ "name": "silent", "in": "query", "example": null }));
    let named = |name: &str| json!({ "mediaType": "application/json", "name": name });
    assert_eq!(change["statuses"][0]["examples"][1], named("two"));
    assert_eq!(
        (&listed[1]["name"], &listed[1]["method"], &listed[1]["credits"]),
        (&json!("look"), &json!("GET"), &json!(0))
    );
}
