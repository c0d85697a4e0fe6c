//! Which variant of a union a value is of.

use keyapi_runtime::codegen::union::Shape::{Any, Array, Boolean, Integer, Map, Number, Object, OneOf, String};
use keyapi_runtime::codegen::union::{Shape, by_shape, by_tag, with_tag};
use serde_json::{Value, json};

const fn object(required: &'static [&'static str], known: &'static [&'static str]) -> Shape {
    Object { required, constants: &[], known }
}

#[track_caller]
fn check(shapes: &[Shape], value: Value, expected: Option<usize>) {
    assert_eq!(by_shape(&value, shapes), expected, "{value}");
}

#[test]
fn the_kind_of_a_value_tells() {
    const LIST: Shape = Array(&String);
    let shapes = [Boolean, Integer, Number, String, LIST, object(&["a"], &["a"])];
    for (index, value) in
        [json!(true), json!(1), json!(1.0), json!("x"), json!(["x"]), json!({"a": 1})].into_iter().enumerate()
    {
        check(&shapes, value, Some(index));
    }
    check(&shapes, json!(null), None);
    check(&shapes, json!([1]), None);
    check(&shapes, json!({"b": 1}), None);
    check(&[Number, String], json!(1), Some(0));
    check(&[Any, String], json!("x"), Some(1));
    check(&[Any, String], json!(1), Some(0));
}

#[test]
fn what_has_more_of_the_value_is_meant_and_a_tie_is_none() {
    let shapes = [object(&["id"], &["id", "name"]), object(&["id", "salary"], &["id", "name", "salary"])];
    check(&shapes, json!({"id": 1, "name": "x"}), Some(0));
    check(&shapes, json!({"id": 1, "salary": 1}), Some(1));
    // It is there, and null.
    check(&shapes, json!({"id": 1, "salary": null}), Some(1));
    check(&shapes, json!({"name": "x"}), None);
    let shapes = [object(&[], &["a", "both"]), object(&[], &["b", "both"])];
    check(&shapes, json!({"a": 1, "both": 1, "new": 1}), Some(0));
    check(&shapes, json!({"both": 1}), None);
    check(&shapes, json!({"new": 1}), None);
    check(&shapes, json!({}), None);
    // A third that fits as well does not part the two that tie.
    let shapes = [object(&[], &["a"]), object(&[], &["a", "b"]), object(&[], &["b", "a"])];
    check(&shapes, json!({"a": 1, "b": 1}), None);
    check(&shapes, json!({"a": 1}), None);
}

#[test]
fn constants_tell_before_anything_else() {
    const A: Shape = Object { required: &[], constants: &[("kind", &["\"a\"", "1"])], known: &["kind"] };
    const B: Shape = Object { required: &[], constants: &[("kind", &["\"b\""])], known: &["kind", "x", "y"] };
    let shapes = [A, B, object(&[], &["kind", "x", "y"])];
    check(&shapes, json!({"kind": "a", "x": 1, "y": 1}), Some(0));
    check(&shapes, json!({"kind": 1}), Some(0));
    check(&shapes, json!({"kind": "b"}), Some(1));
    check(&shapes, json!({"kind": "c"}), Some(2));
    check(&[A, B], json!({"kind": "c", "x": 1}), None);
    check(&[A, B], json!({"kind": null, "x": 1}), Some(1));
}

#[test]
fn elements_and_values_tell_as_well() {
    const A: Shape = object(&["a"], &["a"]);
    const B: Shape = object(&["b"], &["b"]);
    const EITHER: Shape = OneOf(&[A, B]);
    let shapes = [Array(&A), Array(&B), Map(&Integer), Map(&String)];
    check(&shapes, json!([{"a": 1}, null]), Some(0));
    check(&shapes, json!([{"b": 1}]), Some(1));
    check(&shapes, json!([{"a": 1}, {"b": 1}]), None);
    check(&shapes, json!([]), None);
    check(&shapes, json!({"x": 1}), Some(2));
    check(&shapes, json!({"x": "y"}), Some(3));
    check(&[Array(&EITHER), Array(&Integer)], json!([{"a": 1}, {"b": 1}]), Some(0));
}

#[test]
fn a_tag_is_a_text_a_number_or_a_flag() {
    let tags = [("a", 0), ("1", 1), ("true", 2), ("b", 0)];
    let of = |value: Value| by_tag(&value, "kind", &tags, &[String]);
    assert_eq!(of(json!({"kind": "a"})), Some(0));
    assert_eq!(of(json!({"kind": "b"})), Some(0));
    assert_eq!(of(json!({"kind": 1})), Some(1));
    assert_eq!(of(json!({"kind": "1"})), Some(1));
    assert_eq!(of(json!({"kind": true})), Some(2));
    assert_eq!(of(json!({"kind": "A"})), None);
    assert_eq!(of(json!({"kind": null})), None);
    assert_eq!(of(json!({"kind": {"a": 1}})), None);
    assert_eq!(of(json!({})), None);
    // What can have no tag is told by its shape.
    assert_eq!(of(json!("a")), Some(0));
    assert_eq!(of(json!(["a"])), None);
}

#[test]
fn a_tag_is_written_where_there_is_none() {
    let written = |value: Value, tag: &str| with_tag(&value, "kind", tag, serde_json::value::Serializer).unwrap();
    assert_eq!(written(json!({"a": 1}), "\"x\""), json!({"a": 1, "kind": "x"}));
    assert_eq!(written(json!({"kind": "y"}), "\"x\""), json!({"kind": "y"}));
    assert_eq!(written(json!({}), "1"), json!({"kind": 1}));
    assert_eq!(written(json!("text"), "\"x\""), json!("text"));
}
