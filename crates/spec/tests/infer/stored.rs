//! Stored samples: what they fill, what they widen, and what they never change.

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::infer::evidence::Sample;
use keyapi_spec::infer::infer;
use keyapi_spec::{Diagnostic, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::decode::decodes;
use crate::documents::{BODY, int64, with_body};
use crate::laws::{json_value, variants};
use crate::rules::plain;

const NAME: &str = "evidence/get_x/200-0badcafe.json";

fn sample(operation: &str, status: u16, body: &Value) -> Sample {
    let body = Source::parse(NAME, serde_json::to_string_pretty(body).unwrap().as_bytes()).unwrap();
    Sample { operation: operation.to_owned(), status, body }
}

/// A document whose only body has an example, once stored samples were added.
fn widened(media_type: Value, stored: &[Value]) -> (Value, Vec<Diagnostic>) {
    let mut document = with_body(media_type);
    document["paths"]["/x"]["get"]["operationId"] = json!("get_x");
    let samples: Vec<Sample> = stored.iter().map(|body| sample("get_x", 200, body)).collect();
    let found = infer(&mut document, &Default::default(), &samples, &RustNames);
    (document.pointer(BODY).unwrap()["schema"].clone(), found)
}

/// Checks the schema that comes of an example and a stored sample, and the codes beside `inferred`.
#[track_caller]
fn check(example: Value, stored: Value, expected: &Value, codes: &[&str]) {
    let (schema, found) = widened(json!({"schema": {}, "example": example}), &[stored]);
    assert_eq!(plain(schema), *expected);
    assert_eq!(found.iter().map(|found| found.code).filter(|code| *code != "inferred").collect::<Vec<_>>(), codes);
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

#[test]
fn what_proved_nothing_is_filled_and_reported() {
    let resolved = ["null-only-resolved"];
    let nullable = |mut schema: Value| {
        schema["nullable"] = json!(true);
        schema
    };
    check(json!({"a": null}), json!({"a": 1}), &object(json!({"a": nullable(int64())})), &resolved);
    let list = nullable(json!({"type": "array", "items": {"type": "string"}}));
    check(json!({"a": []}), json!({"a": ["x"]}), &object(json!({"a": list})), &resolved);
    let inner = object(json!({"b": {"type": "boolean"}}));
    check(json!({"a": {}}), json!({"a": {"b": true}}), &object(json!({"a": inner})), &resolved);
    // Nothing is resolved by more of nothing.
    check(json!({"a": null}), json!({"a": null, "b": 1}), &object(json!({"a": {}, "b": int64()})), &["null-only"]);
}

#[test]
fn what_was_proved_widens() {
    check(json!({"a": 1}), json!({"a": 0.5}), &object(json!({"a": {"type": "number", "format": "double"}})), &[]);
    check(json!({"a": 1}), json!({"b": 1}), &object(json!({"a": int64(), "b": int64()})), &[]);
    check(json!({"a": 1}), json!({"a": "x"}), &object(json!({"a": {}})), &["heterogeneous"]);
    // An unsigned integer would refuse what a signed one takes.
    check(json!({"a": 1}), json!({"a": u64::MAX}), &object(json!({"a": {}})), &["integer-beyond-i64"]);
    // A map stays one, and what has properties keeps them.
    let map = |values: Value| json!({"type": "object", "additionalProperties": values});
    check(
        json!({"7": 1}),
        json!({"all": 0.5}),
        &map(json!({"type": "number", "format": "double", "nullable": true})),
        &["map:digits"],
    );
    let both = object(json!({"decade80": int64(), "0badcafe": {"type": "string"}}));
    check(json!({"decade80": 1}), json!({"0badcafe": "x"}), &both, &[]);
}

#[test]
fn what_is_one_name_with_what_the_document_shows_takes_nothing_from_it() {
    let collision = ["property-name-collision"];
    let shown = json!({"sound": {"clip_id": "7", "trend": [{"value": 1}]}});
    let (alone, _) = widened(json!({"schema": {}, "example": shown}), &[]);
    let alone = plain(alone);
    assert_eq!(alone["properties"]["sound"]["properties"]["trend"]["type"], "array");
    for other in ["clipId", "clip-id", "Clip_Id"] {
        check(shown.clone(), json!({"sound": {other: 7}}), &alone, &collision);
    }
    // Of two that only stored samples have, the first one has the name.
    let both = object(json!({"a": int64(), "nextPage": int64()}));
    check(json!({"a": 1}), json!({"nextPage": 1, "next_page": 1}), &both, &collision);
    // What the document itself shows under both names is no struct.
    let free = json!({"type": "object"});
    let (schema, found) = widened(json!({"schema": {}, "example": {"a_b": 1, "aB": 1}}), &[json!({"a": 1})]);
    assert_eq!((plain(schema), found.iter().any(|found| found.code == collision[0])), (free, true));
}

#[test]
fn keys_of_the_document_come_first() {
    let (schema, _) =
        widened(json!({"example": {"b": 1, "a": 1}}), &[json!({"a": 1, "z": "long enough to come first", "b": 1})]);
    let keys: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["b", "a", "z"]);
}

#[test]
fn a_stored_sample_that_the_document_shows_changes_nothing() {
    let media_type = json!({"schema": {}, "example": {"a": 1, "b": [{"c": null}]}});
    let (alone, _) = widened(media_type.clone(), &[]);
    assert_eq!(widened(media_type.clone(), &[media_type["example"].clone()]).0, alone);
}

#[test]
fn a_declared_type_stays_and_the_sample_is_told_of_in_its_file() {
    let schema = object(json!({"a": {"type": "integer"}, "b": {}}));
    let (found_schema, found) = widened(json!({"schema": schema}), &[json!({"a": "x", "b": true})]);
    assert_eq!(plain(found_schema), object(json!({"a": {"type": "integer"}, "b": {"type": "boolean"}})));
    let mismatch = found.iter().find(|found| found.code == "example-mismatch").unwrap();
    assert_eq!((mismatch.file.as_str(), mismatch.pointer.as_str(), mismatch.line), (NAME, "/a", 2));
}

#[test]
fn a_cut_sample_is_refused_in_its_file() {
    let (_, found) = widened(json!({"schema": {}}), &[json!({"a": ["x", "..."]})]);
    let error = found.iter().find(|found| found.is_error()).unwrap();
    assert_eq!((error.code, error.file.as_str(), error.pointer.as_str()), ("truncated-sample", NAME, "/a/1"));
}

#[test]
fn samples_find_their_responses() {
    let content = json!({"application/json": {"schema": {}}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "get_x", "responses": {
            "200": {"$ref": "#/components/responses/Ok"},
            "4XX": {"description": "bad", "content": content},
            "500": {"description": "text", "content": {"text/plain": {}}},
        }}}},
        "components": {"responses": {"Ok": {"description": "ok", "content": content}}},
    });
    let stored = |files: &[&str]| {
        let input = Input::new("d.json", Ok(document.to_string().into_bytes()));
        let input = files.iter().fold(input, |input, file| input.with_evidence(file, Ok(b"{\"a\": 1}".to_vec())));
        let resolved = input.resolve(&RustNames).unwrap();
        let unmatched = resolved.diagnostics.iter().filter(|found| found.code == "evidence-unmatched");
        (
            resolved.document.to_string().contains("\"a\""),
            unmatched.map(|found| found.message.clone()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(stored(&["evidence/get_x/200-a.json"]), (true, vec![]));
    assert_eq!(stored(&["evidence/get_x/404-a.json"]), (true, vec![]));
    for (file, message) in [
        ("evidence/get_y/200-a.json", "the document has no operation `get_y`"),
        ("evidence/get_x/302-a.json", "the operation has no response with status 302"),
        ("evidence/get_x/500-a.json", "the response with status 500 has no JSON body"),
        ("evidence/get_x/body.json", "the file is not called OPERATION/STATUS-DIGEST.json"),
    ] {
        assert_eq!(stored(&[file]), (false, vec![message.to_owned()]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_document_proves_is_accepted_whatever_is_stored(
        example in json_value(), stored in proptest::collection::vec(json_value(), 0..4), other in json_value(),
    ) {
        let media_type = json!({"schema": {}, "example": example});
        let (before, _) = widened(media_type.clone(), &[]);
        let (after, _) = widened(media_type, &stored);
        for value in variants(&example).into_iter().chain([example.clone()]).chain(stored.clone()).chain(stored.iter().flat_map(variants)) {
            prop_assert!(decodes(&after, &value), "{} refuses {}", after, value);
        }
        // Where nothing was proved, and under keys that nobody knew, anything was accepted; a stored sample fills that.
        let other = known(&before, other);
        if is_proved(&before) && decodes(&before, &other) {
            prop_assert!(decodes(&after, &other), "{} accepts {} and {} does not", before, other, after);
        }
    }

    #[test]
    fn stored_samples_come_in_any_order((one, other) in proptest::collection::vec(json_value(), 1..5).prop_flat_map(|stored| {
        (Just(stored.clone()), Just(stored).prop_shuffle())
    }), example in json_value()) {
        let media_type = json!({"schema": {}, "example": example});
        prop_assert_eq!(widened(media_type.clone(), &one).0.to_string(), widened(media_type, &other).0.to_string());
    }
}

/// Whether no part of a schema accepts anything because nothing was proved of it.
fn is_proved(schema: &Value) -> bool {
    let rule = schema["x-inferred"]["rule"].as_str().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten().map(|(_, property)| property);
    let values = ["items", "additionalProperties"].into_iter().filter_map(|key| schema.get(key));
    let empty = rule == "R3" || (rule == "R12" && schema.get("type").is_none());
    rule != "R1" && !empty && properties.chain(values).all(is_proved)
}

/// A value without the keys that a schema has no properties for.
fn known(schema: &Value, mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            if let Some(properties) = schema["properties"].as_object() {
                object.retain(|key, _| properties.contains_key(key));
                object.iter_mut().for_each(|(key, property)| *property = known(&properties[key], property.take()));
            } else if schema["x-inferred"]["rule"] == "R15" {
                object.clear();
            } else if let Some(values) = schema.get("additionalProperties") {
                object.values_mut().for_each(|property| *property = known(values, property.take()));
            }
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| *element = known(&schema["items"], element.take()));
        }
        _ => {}
    }
    value
}
