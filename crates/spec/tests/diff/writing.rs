//! How values are written counts where it makes a difference to them, and what is said of it that is so anyway does not.

use keyapi_spec::diff::Effect;
use serde_json::{Value, json};

use crate::check_effect;

/// The effect of a change of one operation, which mirrors that of the change the other way round.
#[track_caller]
fn check(old: Value, new: Value, expected: Effect) {
    let document = |operation: &Value| json!({"paths": {"/a": {"post": operation}}});
    check_effect([&document(&old), &document(&new)], expected);
}

#[track_caller]
fn check_parameter(place: &str, old: Value, new: Value, expected: Effect) {
    let operation = |mut parameter: Value| {
        parameter["name"] = json!("p");
        parameter["in"] = json!(place);
        json!({"parameters": [parameter]})
    };
    check(operation(old), operation(new), expected);
}

#[track_caller]
fn check_header(old: Value, new: Value, expected: Effect) {
    let operation = |header: Value| json!({"responses": {"200": {"headers": {"H": header}}}});
    check(operation(old), operation(new), expected);
}

#[track_caller]
fn check_encoding(media: &str, schema: Value, old: Value, new: Value, expected: Effect) {
    let operation = |encoding: Value| {
        let properties = json!({"p": schema});
        let body = json!({"schema": {"type": "object", "properties": properties}, "encoding": {"p": encoding, "unheard-of": {"style": "x"}}});
        json!({"requestBody": {"content": {media: body}}})
    };
    check(operation(old), operation(new), expected);
}

fn of(kind: &str) -> Value {
    json!({"schema": {"type": kind}})
}

fn with(kind: &str, property: &str, value: Value) -> Value {
    json!({"schema": {"type": kind}, (property): value})
}

fn content(media: &str) -> Value {
    json!({"content": {media: {"schema": {"type": "string"}}}})
}

#[test]
fn defaults_that_are_spelled_out_say_nothing() {
    for kind in ["string", "array", "object"] {
        for (place, style, explode) in
            [("query", "form", true), ("cookie", "form", true), ("path", "simple", false), ("header", "simple", false)]
        {
            let spelled = json!({"schema": {"type": kind}, "style": style, "explode": explode, "allowReserved": false});
            check_parameter(place, of(kind), spelled, Effect::None);
        }
        let spelled = json!({"schema": {"type": kind}, "style": "simple", "explode": false});
        check_header(of(kind), spelled, Effect::None);
        let spelled = json!({"style": "form", "explode": true, "allowReserved": false});
        check_encoding("application/x-www-form-urlencoded", json!({"type": kind}), json!({}), spelled, Effect::None);
    }
    for (schema, media) in [
        (json!({"type": "string"}), "text/plain"),
        (json!({"type": "integer"}), "Text/Plain"),
        (json!({"type": "string", "format": "binary"}), "application/octet-stream"),
        (json!({"type": "object"}), "application/json"),
        (json!({"type": "array", "items": {"type": "object"}}), "application/json"),
        (json!({"type": "array", "items": {"type": "string"}}), "text/plain"),
    ] {
        let spelled = json!({"contentType": media, "headers": {"Content-Type": {}}});
        check_encoding("multipart/form-data", schema, json!({}), spelled, Effect::None);
    }
}

#[test]
fn what_is_ignored_says_nothing() {
    let odd = json!({"contentType": "a/b", "style": "form", "explode": false, "headers": {"X": {}}});
    check_encoding("application/json", json!({"type": "array"}), json!({}), odd.clone(), Effect::None);
    check_encoding("text/plain", json!({"type": "array"}), json!({}), odd, Effect::None);
    check_encoding("multipart/form-data", json!({"type": "array"}), json!({}), json!({"explode": false}), Effect::None);
    // Lists in the simple style are the same, exploded or not, and single values in most styles are.
    check_parameter("path", of("array"), with("array", "explode", json!(true)), Effect::None);
    check_header(of("array"), with("array", "explode", json!(true)), Effect::None);
    check_parameter("query", of("string"), with("string", "explode", json!(false)), Effect::None);
    let deep = |explode: bool| json!({"schema": {"type": "object"}, "style": "deepObject", "explode": explode});
    check_parameter("query", deep(false), deep(true), Effect::None);
    for style in ["label", "matrix"] {
        let marked = |explode: bool| json!({"schema": {"type": "string"}, "style": style, "explode": explode});
        check_parameter("path", marked(false), marked(true), Effect::None);
    }
    check_parameter("header", of("string"), with("string", "allowReserved", json!(true)), Effect::None);
    check_parameter("query", of("integer"), with("integer", "allowReserved", json!(true)), Effect::None);
    check_parameter("query", content("application/json"), content("application/json; charset=utf-8"), Effect::None);
    check_header(content("application/json"), content("application/vnd.a+json"), Effect::None);
}

#[test]
fn what_makes_a_difference_is_told() {
    check_parameter("query", of("array"), with("array", "explode", json!(false)), Effect::Incomparable);
    check_parameter("query", of("array"), with("array", "style", json!("pipeDelimited")), Effect::Incomparable);
    check_parameter("path", of("object"), with("object", "explode", json!(true)), Effect::Incomparable);
    for style in ["label", "matrix"] {
        check_parameter("path", of("string"), with("string", "style", json!(style)), Effect::Incomparable);
    }
    for (place, style) in
        [("path", "label"), ("path", "matrix"), ("query", "spaceDelimited"), ("query", "pipeDelimited")]
    {
        for kind in ["array", "object"] {
            let exploded = |explode: bool| json!({"schema": {"type": kind}, "style": style, "explode": explode});
            check_parameter(place, exploded(false), exploded(true), Effect::Incomparable);
        }
    }
    check_parameter("query", of("string"), with("string", "allowReserved", json!(true)), Effect::Widens);
    check_parameter("query", of("string"), content("application/json"), Effect::Incomparable);
    check_parameter("query", content("application/json"), content("text/plain"), Effect::Incomparable);
    check_header(of("object"), with("object", "explode", json!(true)), Effect::Incomparable);
    check_header(of("string"), content("application/json"), Effect::Incomparable);
    check_header(content("application/json"), content("text/plain"), Effect::Incomparable);
    check_parameter("query", content("text/plain"), content("text/csv"), Effect::Incomparable);
    check_parameter("query", content("text/csv; header=absent"), content("text/csv; header=present"), Effect::Unknown);
    let form = "application/x-www-form-urlencoded";
    check_encoding(form, json!({"type": "array"}), json!({}), json!({"explode": false}), Effect::Unknown);
    check_encoding(form, json!({"type": "string"}), json!({}), json!({"allowReserved": true}), Effect::Unknown);
    check_encoding(form, json!({"type": "string"}), json!({}), json!({"contentType": "a/b"}), Effect::Unknown);
    let multipart = "multipart/form-data";
    check_encoding(multipart, json!({"type": "string"}), json!({}), json!({"contentType": "a/b"}), Effect::Unknown);
    check_encoding(multipart, json!({"type": "string"}), json!({}), json!({"headers": {"X": {}}}), Effect::Unknown);
}
