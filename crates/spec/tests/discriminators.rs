//! Discriminators, spelled out: every tag leads to a schema, and a base is one of what is made from it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use serde_json::{Map, Value};

/// The schemas of a document, resolved, and what is said about it.
fn resolved(schemas: &str) -> (Value, Vec<String>) {
    let document = format!(
        "
openapi: 3.0.3
info: {{title: t, version: '1'}}
paths:
  /a:
    get:
      operationId: a
      responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}}}
components:
  schemas:
{schemas}"
    );
    let resolved = Input::new("spec.yaml", Ok(document.into_bytes())).resolve(&RustNames);
    let resolved = resolved.unwrap_or_else(|found| panic!("{found:#?}"));
    let warnings = resolved.diagnostics.iter().filter(|found| found.code == "discriminator");
    let warnings = warnings.map(|found| format!("{}:{} {} {}", found.line, found.column, found.pointer, found.message));
    (resolved.document["components"]["schemas"].clone(), warnings.collect())
}

/// The tags of a schema, each with the schema that it leads to.
fn tags(schema: &Value) -> Vec<String> {
    let mapping: &Map<String, Value> = schema["discriminator"]["mapping"].as_object().unwrap();
    let name = |target: &Value| target.as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    mapping.iter().map(|(tag, target)| format!("{tag}: {}", name(target))).collect()
}

/// The names of the schemas in a list.
fn names(list: &Value) -> Vec<&str> {
    let references = list.as_array().unwrap_or_else(|| panic!("{list}")).iter();
    references.map(|one| one["$ref"].as_str().unwrap().rsplit_once('/').unwrap().1).collect()
}

#[test]
fn names_and_only_values_are_tags() {
    let (schemas, found) = resolved(
        "
    A: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/D'}], discriminator: {propertyName: k, mapping: {b: B}}}
    B: {type: object, properties: {k: {type: string}}}
    C: {type: object, properties: {k: {type: string, enum: [c, see]}}}
    D: {allOf: [{$ref: '#/components/schemas/C'}, {properties: {k: {type: string, enum: [d]}}}]}
",
    );
    assert_eq!(tags(&schemas["A"]), ["b: B", "B: B", "c: C", "see: C", "d: D"]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn tags_that_lead_nowhere_are_reported_where_they_stand() {
    let (schemas, found) = resolved(
        "
    A:
      oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]
      discriminator:
        propertyName: k
        mapping:
          b: '#/components/schemas/B'
          x: x.json
          y: '#/components/schemas/D'
          z: Z
    B: {type: object, properties: {k: {type: string}}}
    C: {type: object, properties: {k: {type: string}}}
    D: {type: object, properties: {k: {type: string}}}
    E: {type: object, properties: {k: {type: string}}, discriminator: {propertyName: k}}
",
    );
    assert_eq!(tags(&schemas["A"]), ["b: B", "B: B", "C: C"]);
    let at = "/components/schemas/A/discriminator/mapping";
    let kept = "which is none of the alternatives: values with it stay raw JSON";
    let expected = [
        format!("18:11 {at}/x the tag `x` leads to \"x.json\", {kept}"),
        format!("19:11 {at}/y the tag `y` leads to \"#/components/schemas/D\", {kept}"),
        format!("20:11 {at}/z the tag `z` leads to \"Z\", {kept}"),
        "24:56 /components/schemas/E/discriminator the discriminator selects nothing: no schema is made from this one by \
         `allOf`"
            .to_owned(),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_base_is_one_of_what_is_made_from_it() {
    let (schemas, found) = resolved(
        "
    A: {type: object, properties: {one: {$ref: '#/components/schemas/Base'}, maybe: {$ref: '#/components/schemas/Maybe'}}}
    Base:
      description: Any of them.
      type: object
      required: [k]
      properties: {k: {type: string}, next: {$ref: '#/components/schemas/Base'}}
      discriminator: {propertyName: k, mapping: {sub: Sub, self: '#/components/schemas/Base'}}
    BaseBase: {type: object, properties: {x: {type: string}}}
    Sub: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a: {type: string}}}]}
    SubSub: {allOf: [{$ref: '#/components/schemas/Sub'}, {properties: {b: {type: string}}}]}
    Plain: {allOf: [{$ref: '#/components/schemas/Base'}]}
    Maybe: {nullable: true, allOf: [{$ref: '#/components/schemas/Base'}]}
    Inline: {type: object, properties: {in: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {c: {type: string}}}]}}}
",
    );
    assert_eq!(found, [""; 0]);
    let base = &schemas["Base"];
    assert_eq!(names(&base["anyOf"]), ["Sub", "SubSub", "Plain", "BaseBase2"]);
    assert_eq!(
        tags(base),
        ["sub: Sub", "self: BaseBase2", "Sub: Sub", "SubSub: SubSub", "Plain: Plain", "Base: BaseBase2"]
    );
    assert_eq!(base["description"], "Any of them.");
    assert!(base.get("properties").is_none() && schemas["BaseBase2"].get("discriminator").is_none());
    let part = |schema: &Value| schema["allOf"][0]["$ref"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    assert_eq!(part(&schemas["Sub"]), "BaseBase2");
    assert_eq!(part(&schemas["Plain"]), "BaseBase2");
    assert_eq!(part(&schemas["InlineIn"]), "BaseBase2");
    // What only may be null, or is a property, is any of them.
    assert_eq!(part(&schemas["Maybe"]), "Base");
    assert_eq!(schemas["BaseBase2"]["properties"]["next"]["$ref"], "#/components/schemas/Base");
    assert_eq!(schemas["A"]["properties"]["one"]["$ref"], "#/components/schemas/Base");
}

#[test]
fn a_base_that_nothing_is_of_the_type_of_stays_one_schema() {
    let (schemas, found) = resolved(
        "
    A: {oneOf: [{$ref: '#/components/schemas/Sub'}, {$ref: '#/components/schemas/Other'}], discriminator: {propertyName: k}}
    Base: {type: object, properties: {k: {type: string}}, discriminator: {propertyName: k}}
    Sub: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a: {type: string}}}]}
    Other: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {b: {type: string}}}]}
",
    );
    assert_eq!(found, [""; 0]);
    assert!(schemas.get("BaseBase").is_none());
    assert_eq!(tags(&schemas["A"]), ["Sub: Sub", "Other: Other"]);
}

#[test]
fn a_base_below_another_is_split_as_well() {
    let (schemas, _) = resolved(
        "
    A: {type: array, items: {$ref: '#/components/schemas/Top'}}
    Mid: {allOf: [{$ref: '#/components/schemas/Top'}, {properties: {m: {type: string}}}], discriminator: {propertyName: k}}
    Top: {type: object, properties: {k: {type: string}}, discriminator: {propertyName: k}}
    Low: {allOf: [{$ref: '#/components/schemas/Mid'}, {properties: {l: {type: string}}}]}
",
    );
    assert_eq!(names(&schemas["Top"]["anyOf"]), ["Mid", "Low", "TopBase"]);
    assert_eq!(names(&schemas["Mid"]["anyOf"]), ["Low", "MidBase"]);
    assert_eq!(schemas["MidBase"]["allOf"][0]["$ref"], "#/components/schemas/TopBase");
    assert_eq!(schemas["Low"]["allOf"][0]["$ref"], "#/components/schemas/MidBase");
}

#[test]
fn what_stands_beside_a_choice_is_a_base_a_repetition_or_reported() {
    let (schemas, found) = resolved(
        "
    A: {type: object, properties: {s: {$ref: '#/components/schemas/S'}, r: {$ref: '#/components/schemas/R'}, m: {$ref: '#/components/schemas/M'}}}
    S: {type: object, properties: {k: {type: string}}, oneOf: [{$ref: '#/components/schemas/S1'}, {$ref: '#/components/schemas/S2'}], discriminator: {propertyName: k}}
    S1: {allOf: [{$ref: '#/components/schemas/S'}, {properties: {a: {type: string}}}]}
    S2: {allOf: [{$ref: '#/components/schemas/S'}, {properties: {b: {type: string}}}]}
    R: {type: object, required: [k], properties: {k: {type: string}}, oneOf: [{$ref: '#/components/schemas/R1'}, {$ref: '#/components/schemas/R2'}], discriminator: {propertyName: k}}
    R1: {type: object, properties: {k: {type: string}, a: {type: string}}}
    R2: {type: object, properties: {k: {type: string}, b: {type: string}}}
    M: {type: object, properties: {k: {type: string}, m: {type: string}}, oneOf: [{$ref: '#/components/schemas/R1'}, {$ref: '#/components/schemas/R2'}], discriminator: {propertyName: k}}
",
    );
    assert_eq!(names(&schemas["S"]["oneOf"]), ["S1", "S2"]);
    assert_eq!(schemas["S1"]["allOf"][0]["$ref"], "#/components/schemas/SBase");
    assert!(schemas["SBase"].get("oneOf").is_none() && schemas["S"].get("properties").is_none());
    assert!(schemas["R"].get("properties").is_none());
    assert!(schemas["M"].get("properties").is_some());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("19:") && found[0].contains("the discriminator is not looked at"), "{found:?}");
}

#[test]
fn what_is_said_about_a_base_leads_to_where_it_stood() {
    let document = "
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a: {get: {operationId: a, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Base'}}}}}}}
components:
  schemas:
    Base:
      discriminator: {propertyName: k}
      properties:
        k: {type: String}
    Sub: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a: {type: string}}}]}
";
    let resolved = Input::new("spec.yaml", Ok(document.into())).resolve(&RustNames).unwrap();
    let found = resolved.diagnostics.iter().find(|found| found.code == "schema-type").unwrap();
    assert_eq!((found.pointer.as_str(), found.line), ("/components/schemas/Base/properties/k/type", 11));
}
