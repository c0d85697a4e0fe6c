//! Changes of a document that must not change the client, or only where they are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use keyapi_codegen::RustNames;
use keyapi_codegen::{Generated, public_items};
use keyapi_spec::Input;

fn generate(paths: &str) -> Generated {
    let text = format!("openapi: 3.0.3\ninfo: {{title: Shop, version: '1'}}\npaths:\n{paths}");
    let input = Input::new("spec.yaml", Ok(text.into_bytes()));
    let resolved = input.resolve(&RustNames).unwrap_or_else(|found| panic!("{found:#?}"));
    keyapi_codegen::generate(&resolved.document).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// What a client makes public, a line for each item.
fn items(client: &str) -> BTreeSet<String> {
    let modules = BTreeMap::from([(String::new(), client.to_owned())]);
    public_items::list("shop", &[], &modules).unwrap().lines().map(str::to_owned).collect()
}

/// A source without its documentation.
fn code(source: &str) -> String {
    let mut blocks = source.split("/**");
    let first = blocks.next().unwrap();
    let code: String = blocks.map(|block| block.split_once("*/").unwrap().1).collect();
    let lines = [first, &code].concat();
    lines.lines().filter(|line| !line.trim_start().starts_with("//")).collect()
}

#[test]
fn a_parameter_that_moves_to_its_path_changes_nothing() {
    let response = "responses: {'200': {description: d, content: {application/json: {example: {id: 1}}}}}";
    let before = generate(&format!(
        "
  /orders:
    get:
      operationId: orders
      parameters:
        - {{name: shop, in: query, required: true, schema: {{type: string}}}}
        - {{name: limit, in: query, schema: {{type: integer, maximum: 10}}}}
      {response}
    post:
      operationId: addOrder
      parameters:
        - {{name: shop, in: query, required: true, schema: {{type: string}}}}
        - {{name: limit, in: query, schema: {{type: integer, maximum: 50}}}}
      {response}
"
    ));
    let after = generate(&format!(
        "
  /orders:
    parameters:
      - {{name: shop, in: query, required: true, schema: {{type: string}}}}
      - {{name: limit, in: query, schema: {{type: integer, maximum: 10}}}}
    get:
      operationId: orders
      {response}
    post:
      operationId: addOrder
      parameters: [{{name: limit, in: query, schema: {{type: integer, maximum: 50}}}}]
      {response}
"
    ));
    assert_eq!(after.client, before.client);
    assert_eq!(after.httpmock, before.httpmock);
}

/// An operation whose response has unions without a name; `other` is a property of one of their types.
fn unions(id: &str, other: &str) -> String {
    let choice = |name: &str| format!("{{type: object, required: [{name}], properties: {{{name}: {{type: string}}}}}}");
    format!(
        "
  /{id}:
    get:
      operationId: {id}
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  model: {{anyOf: [{{type: string}}, {{type: string, enum: [fast, slow]}}]}}
                  result: {{oneOf: [{}, {}]}}
",
        choice("url"),
        choice(other)
    )
}

#[test]
fn names_of_inline_unions_depend_on_their_place_alone() {
    let (jobs, agents) = (unions("jobs", "text"), unions("agents", "name"));
    let alone = generate(&jobs);
    let first = generate(&format!("{agents}{jobs}"));
    let last = generate(&format!("{jobs}{agents}"));
    let sorted = |source: &str| {
        let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&first.client), sorted(&last.client));
    let (all, some) = (items(&first.client), items(&alone.client));
    assert!(some.len() > 10 && all.len() > some.len());
    assert!(some.is_subset(&all), "{:#?}", some.difference(&all));
}

#[test]
fn texts_and_values_of_examples_change_no_code() {
    let document = |summary: &str, region: &str, example: &str| {
        generate(&format!(
            "
  /songs:
    get:
      operationId: songs
      summary: {summary}
      description: {summary} of a region.
      parameters:
        - {{name: region, in: query, description: {region}, schema: {{type: string, example: {region}, default: US}}}}
      responses:
        '200':
          description: {summary}
          content: {{application/json: {{example: {example}}}}}
"
        ))
    };
    let before = document("Songs", "US", "{songs: [{id: '1', score: 1, title: a, gone: null}], total: 1}");
    let example =
        "{songs: [{id: '9', score: 7, title: b, gone: null}, {id: '10', score: 8, title: c, gone: null}], total: 2}";
    let after = document("All songs", "GB", example);
    assert_ne!(after.client, before.client, "the documentation is another");
    assert!(code(&after.client) == code(&before.client), "only documentation differs");
    assert_eq!(items(&after.client), items(&before.client));
}
