//! Bodies under a discriminator: the schemas decide, and the tag says what the reasons are about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::options::Validation;
use keyapi_mock::{Engine, Options};
use serde_json::Value;
use support::{document, response, violations};

const FARES: &str = "
openapi: 3.0.3
paths:
  /fares:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Fare'}}}}
      responses: {'204': {description: taken}}
  /trips:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Trip'}}}}
      responses: {'204': {description: taken}}
  /numbers:
    post:
      requestBody:
        content:
          application/json:
            schema:
              anyOf: [{$ref: '#/components/schemas/One'}, {$ref: '#/components/schemas/Two'}]
              discriminator: {propertyName: kind, mapping: {1: One, 2: '#/components/schemas/Two'}}
      responses: {'204': {description: taken}}
  /events:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Event'}}}}
      responses: {'204': {description: taken}}
  /shapes:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Shape'}}}}
      responses: {'204': {description: taken}}
  /parcels:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}
      responses: {'204': {description: taken}}
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
              example: [{'@type': '#carton', label: large, depth: 3}, {'@type': '#letter', label: small, stamps: 2}]
components:
  schemas:
    Fare:
      oneOf: [{$ref: '#/components/schemas/Single'}, {$ref: '#/components/schemas/Season'}]
      discriminator:
        propertyName: ticket
        mapping: {ONCE: '#/components/schemas/Single', MONTHLY: Season}
    Single: {type: object, required: [ticket, zones], properties: {ticket: {type: string}, zones: {type: integer}}}
    Season:
      type: object
      required: [ticket, months]
      properties: {ticket: {type: string}, months: {type: integer, minimum: 1}, photo: {type: string}}
    Trip:
      type: object
      properties:
        fare: {nullable: true, allOf: [{$ref: '#/components/schemas/Fare'}]}
        others: {type: array, items: {$ref: '#/components/schemas/Fare'}}
        last: {$ref: '#/components/schemas/LastFare'}
    LastFare:
      nullable: true
      oneOf: [{$ref: '#/components/schemas/Single'}, {$ref: '#/components/schemas/Season'}]
      discriminator: {propertyName: ticket}
    One: {type: object, required: [a], properties: {kind: {type: integer}, a: {type: string}}}
    Two: {type: object, required: [b], properties: {kind: {type: integer}, b: {type: string}}}
    Event:
      oneOf:
        - {$ref: '#/components/schemas/Made'}
        - {type: object, required: [type], properties: {type: {type: string, enum: [gone, lost]}}}
      discriminator: {propertyName: type}
    Made: {type: object, required: [type, id], properties: {type: {type: string, enum: [made]}, id: {type: integer}}}
    Shape:
      type: object
      properties: {shape: {type: string}}
      oneOf: [{$ref: '#/components/schemas/Circle'}, {$ref: '#/components/schemas/Square'}]
      discriminator: {propertyName: shape}
    Circle: {allOf: [{$ref: '#/components/schemas/Shape'}, {required: [radius], properties: {radius: {type: number}}}]}
    Square: {allOf: [{$ref: '#/components/schemas/Shape'}, {required: [side], properties: {side: {type: number}}}]}
    Parcel:
      allOf: [{type: object, required: ['@type'], properties: {'@type': {type: string}, label: {type: string}}}]
      discriminator:
        propertyName: '@type'
        mapping: {'#carton': '#/components/schemas/Carton', '#letter': '#/components/schemas/Letter'}
    Carton: {allOf: [{$ref: '#/components/schemas/Parcel'}, {type: object, properties: {depth: {type: integer}}}]}
    Crate: {allOf: [{$ref: '#/components/schemas/Carton'}, {type: object, required: [nails]}]}
    Letter: {allOf: [{$ref: '#/components/schemas/Parcel'}, {type: object, properties: {stamps: {type: integer}}}]}
";

/// What comes of a body: the status, and each violation as its place, its rule and its severity.
#[track_caller]
fn outcome(validation: Validation, path: &str, body: &str) -> (u16, Vec<String>) {
    let engine = Engine::new(document(FARES), Options { validation, ..Options::default() });
    let response = response(&engine, &format!("POST {path}\nContent-Type: application/json\n\n{body}"));
    let found = response.headers.get("sl-violations").map(|found| serde_json::from_slice(found.as_bytes()).unwrap());
    let found: Vec<Value> = found.unwrap_or_default();
    let shown = found.iter().map(|violation| {
        let place: Vec<&str> =
            violation["location"].as_array().unwrap().iter().skip(2).filter_map(Value::as_str).collect();
        let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", place.join("/"), text("code"), text("severity"))
    });
    (response.status.as_u16(), shown.collect())
}

#[track_caller]
fn check(path: &str, body: &str, status: u16, expected: &[&str]) {
    let expected = expected.iter().map(|&text| text.to_owned()).collect();
    assert_eq!(outcome(Validation::Enforce, path, body), (status, expected), "{body}");
}

#[test]
fn reasons_are_about_the_schema_that_the_tag_selects() {
    check("/fares", r#"{"ticket":"ONCE","zones":2}"#, 204, &[]);
    check("/fares", r#"{"ticket":"MONTHLY","months":1}"#, 204, &[]);
    check("/fares", r#"{"ticket":"Season","months":1}"#, 204, &[]);
    check("/fares", r#"{"ticket":"MONTHLY","months":"many"}"#, 422, &["months type Error"]);
    check("/fares", r#"{"ticket":"MONTHLY","months":0,"photo":1}"#, 422, &["months minimum Error", "photo type Error"]);
    check("/fares", r#"{"ticket":"ONCE"}"#, 422, &[" required Error"]);
    check("/fares", r#"{"months":1}"#, 422, &[" required Error"]);
    check("/fares", r#"{"ticket":"DAILY"}"#, 422, &["ticket discriminator Error"]);
    check("/fares", r#"{"ticket":7,"months":1}"#, 422, &["ticket discriminator Error"]);
    check("/fares", "7", 422, &[" oneOf Error"]);
    // Both fit, which is for the schemas to refuse.
    check("/fares", r#"{"ticket":"ONCE","zones":1,"months":1}"#, 422, &[" oneOf Error"]);
}

#[test]
fn an_unknown_tag_is_named() {
    let engine = Engine::new(document(FARES), Options::default());
    let message = |body: &str| {
        let response = response(&engine, &format!("POST /fares\nContent-Type: application/json\n\n{body}"));
        support::violations(&response)[0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        message(r#"{"ticket":"DAILY"}"#),
        "Request body property ticket has the tag \"DAILY\" that selects no schema; the known tags are ONCE, MONTHLY, \
         Single, Season"
    );
    let long = message(&format!("{{\"ticket\":\"{}\"}}", "x".repeat(1000)));
    assert!(long.len() < 200 && long.contains("MONTHLY"), "{long}");
}

#[test]
fn a_body_that_fits_in_spite_of_its_tag_is_reported_and_refused_only_strictly() {
    for (body, place) in [
        (r#"{"ticket":"DAILY","zones":1}"#, "ticket discriminator"),
        (r#"{"ticket":"ONCE","months":1}"#, " required"),
        (r#"{"ticket":"Single","months":1}"#, " required"),
    ] {
        check("/fares", body, 204, &[&format!("{place} Warning")]);
        assert_eq!(outcome(Validation::Strict, "/fares", body), (422, vec![format!("{place} Error")]));
        assert_eq!(outcome(Validation::ReportOnly, "/fares", body), (204, vec![format!("{place} Warning")]));
    }
    let good = r#"{"ticket":"ONCE","zones":2}"#;
    assert_eq!(outcome(Validation::Strict, "/fares", good), (204, Vec::new()));
}

#[test]
fn a_discriminator_is_found_wherever_it_stands() {
    check("/trips", r#"{"fare":null,"last":null,"others":[]}"#, 204, &[]);
    check("/trips", r#"{"fare":{"ticket":"ONCE","zones":"a"}}"#, 422, &["fare/zones type Error"]);
    check("/trips", r#"{"last":{"ticket":"Single","zones":"a"}}"#, 422, &["last/zones type Error"]);
    let others = r#"{"others":[{"ticket":"ONCE","zones":1},{"ticket":"X","months":2},{"ticket":"MONTHLY"}]}"#;
    check("/trips", others, 422, &["others/2 required Error", "others/1/ticket discriminator Error"]);
    check("/trips", r#"{"others":[{"ticket":"X","months":2}]}"#, 204, &["others/0/ticket discriminator Warning"]);
}

#[test]
fn tags_may_be_numbers() {
    check("/numbers", r#"{"kind":1,"a":"x"}"#, 204, &[]);
    check("/numbers", r#"{"kind":2,"a":"x"}"#, 204, &[" required Warning"]);
    check("/numbers", r#"{"kind":1,"a":1}"#, 422, &["a type Error"]);
    check("/numbers", r#"{"kind":3,"b":1}"#, 422, &["kind discriminator Error"]);
}

#[test]
fn the_only_values_of_the_property_are_tags() {
    check("/events", r#"{"type":"made","id":1}"#, 204, &[]);
    check("/events", r#"{"type":"lost"}"#, 204, &[]);
    check("/events", r#"{"type":"made","id":"x"}"#, 422, &["id type Error"]);
    check("/events", r#"{"type":"Made","id":1}"#, 422, &["type discriminator Error"]);
}

#[test]
fn a_base_that_lists_what_is_made_from_it_ends() {
    // Such schemas are a reference cycle on the value itself, so what they say of it is undefined; that they end is not.
    for body in [r#"{"shape":"Circle","radius":1}"#, r#"{"shape":"Circle","radius":"a"}"#, r#"{"shape":"X"}"#, "{}"] {
        let (status, _) = outcome(Validation::Enforce, "/shapes", body);
        assert!(status == 204 || status == 422, "{status} for {body}");
    }
}

#[test]
fn a_base_speaks_of_what_is_made_from_it() {
    check("/parcels", r##"{"@type":"#carton","depth":3}"##, 204, &[]);
    check("/parcels", r##"{"@type":"Parcel"}"##, 204, &[]);
    check("/parcels", r##"{"@type":"Crate","nails":8}"##, 204, &[]);
    check("/parcels", r##"{"@type":"Crate"}"##, 204, &[" required Warning"]);
    check("/parcels", r##"{"@type":"#carton","depth":"deep"}"##, 204, &["depth type Warning"]);
    check("/parcels", r##"{"@type":"#sack"}"##, 204, &["@type discriminator Warning"]);
    let engine = Engine::new(document(FARES), Options::default());
    let sack = "POST /parcels\nContent-Type: application/json\n\n{\"@type\":\"#sack\"}";
    let found = violations(&response(&engine, sack));
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.ends_with("; it fits another schema than its discriminator selects"), "{message}");
    check(
        "/parcels",
        r##"{"@type":"#carton","depth":"deep","label":1}"##,
        422,
        &["label type Error", "depth type Error"],
    );
    check("/parcels", "{}", 422, &[" required Error"]);
    let strict = outcome(Validation::Strict, "/parcels", r##"{"@type":"#sack"}"##);
    assert_eq!(strict, (422, vec!["@type discriminator Error".to_owned()]));
}

#[test]
fn what_only_a_derived_schema_has_fits_the_base() {
    let engine = Engine::new(document(FARES), Options::default());
    let response = response(&engine, "GET /parcels");
    assert_eq!(response.status, 200);
    assert!(!response.headers.contains_key("sl-violations"), "{:?}", response.headers);
}
