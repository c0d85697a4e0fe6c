//! What the tests of the client cannot have the server send, or would take long to send.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::union;
use super::variant;
use super::whole as decode;
use crate::test_platform;

/// Decodes as the generated unions do.
#[derive(Debug)]
struct Mixed(Value);

impl<'de> Deserialize<'de> for Mixed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        union::read(deserializer, "one of the variants `Text`, `Number` of `Mixed`").map(Self)
    }
}

#[derive(Debug, Deserialize)]
struct Body {
    list: Vec<Mixed>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is only decoded")]
struct One {
    one: Mixed,
}

#[test]
fn null_in_the_place_of_a_union_names_the_variants() {
    let error = decode::<Vec<One>>(&Bytes::from(r#"[{"one":1},{"one":null}]"#), &test_platform::key()).unwrap_err();
    assert_eq!((error.path(), error.found()), ("$[1].one", "null"));
    assert_eq!(error.expected(), "one of the variants `Text`, `Number` of `Mixed`");
}

#[test]
fn each_value_of_a_map_may_have_elements_null() {
    #[derive(Debug, Deserialize)]
    struct Day {
        list: Vec<i64>,
    }
    // However large the body is.
    for pad in [0, 4_000] {
        let pad = "x".repeat(pad);
        let days = (0..300).map(|index| format!(r#""2026-{index}":{{"pad":"{pad}","list":[1,null,2]}}"#));
        let body = Bytes::from(format!("{{{}}}", days.collect::<Vec<_>>().join(",")));
        let decoded = decode::<BTreeMap<String, Day>>(&body, &test_platform::key()).unwrap();
        assert!(decoded.value.len() == 300 && decoded.value.values().all(|day| day.list == [1, 2]));
    }
    let few = Bytes::from(r#"{"a":{"list":[null,1]},"b":{"list":[]},"c":{"list":[2,null]}}"#);
    let decoded = decode::<BTreeMap<String, Day>>(&few, &test_platform::key()).unwrap();
    let places: Vec<&str> = decoded.deviations.iter().map(|deviation| deviation.path()).collect();
    assert_eq!(places, ["$.a.list[0]", "$.c.list[1]"]);
}

#[test]
fn lists_in_lists_are_read_once_however_many_elements_are_left_out() {
    #[derive(Debug, Deserialize)]
    struct Lists {
        list: Vec<Inner>,
    }
    #[derive(Debug, Deserialize)]
    struct Inner {
        list: Vec<i64>,
    }
    const COUNT: usize = 50_000;
    let body =
        format!(r#"{{"list":[{}{}{{"list":[7]}}]}}"#, "null,".repeat(COUNT), r#"{"list":[null]},"#.repeat(COUNT));
    let decoded = decode::<Lists>(&Bytes::from(body), &test_platform::key()).unwrap();
    assert_eq!(decoded.value.list.len(), COUNT + 1);
    assert_eq!(decoded.value.list[COUNT].list, [7]);
    assert_eq!(decoded.deviations.len(), 100, "no more are kept");
}

#[test]
fn an_element_null_that_fits_no_variant_is_left_out() {
    let decoded = decode::<Body>(&Bytes::from(r#"{"list":["a",1,null]}"#), &test_platform::key()).unwrap();
    assert_eq!(decoded.value.list.iter().map(|Mixed(value)| value).collect::<Vec<_>>(), [&json!("a"), &json!(1)]);
    let deviations: Vec<_> = decoded.deviations.iter().map(ToString::to_string).collect();
    assert_eq!(deviations, ["an element null at $.list[2]"]);
}

#[test]
fn what_is_no_json_is_named_whatever_is_repaired_before() {
    let fail = |body: &str| {
        decode::<BTreeMap<String, Value>>(&Bytes::from(body.to_owned()), &test_platform::key()).unwrap_err()
    };
    for before in ["", "\u{feff}"] {
        for first in [r#""a":"x""#, r#""a":"\ud83d""#, r#""a":1,"a":2"#] {
            let error = fail(&format!(r#"{before}{{{first},"b":[{{"k":tru}}]}}"#));
            assert_eq!(error.path(), "$.b[0].k", "{error}");
        }
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only decoded")]
    struct Number {
        n: f64,
    }
    let error = decode::<Number>(&Bytes::from(r#"{"n":1,"n":1e999}"#), &test_platform::key()).unwrap_err();
    assert!(error.path() == "$.n" && !error.to_string().contains("duplicate"), "{error}");
}

/// Each variant is decoded by itself, as those of generated unions are.
#[derive(Debug)]
enum Point {
    Known(Known),
    Unknown,
}

#[derive(Debug, Deserialize)]
struct Known {
    list: Vec<i64>,
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = union::read(deserializer, "a point")?;
        Ok(variant::variant(&value).map_or(Self::Unknown, Self::Known))
    }
}

/// Whatever a value was before, its nulls are those that nobody has refused.
#[track_caller]
fn check<T: Serialize + DeserializeOwned>(body: &Value, expected: &Value, deviations: &[&str]) {
    let decoded = decode::<T>(&body.to_string().into(), &test_platform::key()).unwrap();
    assert_eq!(serde_json::to_value(&decoded.value).unwrap(), *expected);
    // Properties come in one of two orders, as the program is built.
    let (mut found, mut expected) =
        (decoded.deviations.iter().map(ToString::to_string).collect::<Vec<_>>(), deviations.to_vec());
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[derive(Deserialize, Serialize)]
struct Legal {
    refused: Vec<i64>,
    nullable: Option<String>,
    items: Vec<Option<i64>>,
    lists: Vec<Vec<Value>>,
    map: BTreeMap<String, Option<Vec<Value>>>,
    free: Value,
    pair: (Vec<i64>, Vec<Option<f64>>),
}

#[test]
fn what_is_legal_stays_whatever_is_repaired_beside_it() {
    let body = |refused: Value| {
        json!({
            "refused": refused, "nullable": null, "items": [null, 1, null], "lists": [[null], [], [1.0, null]],
            "map": {"a": null, "b": [null]}, "free": [null, {"n": null, "l": [null, 5.0]}], "pair": [[1], [null, 5.0]],
        })
    };
    check::<Legal>(&body(json!([1])), &body(json!([1])), &[]);
    check::<Legal>(
        &body(json!([null, 2.0, null])),
        &body(json!([2])),
        &[
            "an element null at $.refused[0]",
            "an integer with a fraction or an exponent at $.refused[1]",
            "an element null at $.refused[2]",
        ],
    );
    let mut both = body(json!([null, 1]));
    both["pair"][0] = json!([null, 1]);
    let faults = ["an element null at $.pair[0][0]", "an element null at $.refused[0]"];
    check::<Legal>(&both, &body(json!([1])), &faults);
    check::<BTreeMap<String, Vec<Legal>>>(
        &json!({"a": [body(json!([1])), null, body(json!([null]))], "b": [body(json!([2.0]))]}),
        &json!({"a": [body(json!([1])), body(json!([]))], "b": [body(json!([2]))]}),
        &[
            "an element null at $.a[1]",
            "an element null at $.a[2].refused[0]",
            "an integer with a fraction or an exponent at $.b[0].refused[0]",
        ],
    );
}

#[test]
fn many_lists_that_refuse_null_make_no_other_refuse_it() {
    #[derive(Deserialize, Serialize)]
    struct Lists {
        a: Vec<i64>,
        b: Vec<i64>,
        c: Vec<i64>,
        d: Vec<i64>,
        e: Vec<i64>,
        f: Vec<i64>,
        g: Vec<i64>,
        h: Vec<i64>,
        i: Vec<i64>,
        legal: Vec<Option<i64>>,
    }
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let object = |list: Value, legal: Value| {
        let lists = names.iter().map(|name| ((*name).to_owned(), list.clone()));
        Value::from_iter(lists.chain([("legal".to_owned(), legal)]))
    };
    let faults = names.map(|name| format!("an element null at $.{name}[0]"));
    check::<Lists>(
        &object(json!([null, 1]), json!([null, 1])),
        &object(json!([1]), json!([null, 1])),
        &faults.each_ref().map(String::as_str),
    );
}

#[test]
fn a_place_of_a_list_is_never_left_out_where_each_has_a_meaning() {
    let text = Bytes::from(r#"{"a":[1,null,2],"b":[null]}"#);
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only decoded")]
    struct Tuples {
        b: Vec<i64>,
        a: (i64, i64),
    }
    let error = decode::<Tuples>(&text, &test_platform::key()).unwrap_err();
    assert_eq!((error.path(), error.found()), ("$.a[1]", "null"));
}

#[test]
fn names_of_maps_may_be_numbers_where_something_is_repaired() {
    check::<BTreeMap<i64, Vec<bool>>>(
        &json!({"-3": [true], "7": [null]}),
        &json!({"-3": [true], "7": []}),
        &["an element null at $['7'][0]"],
    );
}

/// Each of many values of a union is repaired by itself, in time that grows as the body does.
#[test]
fn all_of_a_large_body_is_repaired() {
    const COUNT: usize = 20_000;
    let pad = "x".repeat(100);
    let points = (0..COUNT).map(|index| format!(r#"{{"pad":"{pad}","list":[{index},null,1.0]}}"#));
    let body = Bytes::from(format!("[{}]", points.collect::<Vec<_>>().join(",")));
    let decoded = decode::<Vec<Point>>(&body, &test_platform::key()).unwrap();
    assert!(decoded.value.iter().all(|point| matches!(point, Point::Known(known) if known.list.len() == 2)));
    assert_eq!((decoded.value.len(), decoded.deviations.len()), (COUNT, 100));
}

#[test]
fn an_excerpt_cuts_no_character() {
    for pad in 0..4 {
        let text = format!("{}{}", "x".repeat(pad), "🎵".repeat(50));
        let body = Bytes::from(format!(r#"{{"a":"{text}","b":1,"c":"{text}"}}"#));
        let error = decode::<BTreeMap<String, String>>(&body, &test_platform::key()).unwrap_err();
        assert!(error.excerpt().contains(r#"","b":1,"c":"#) && !error.excerpt().contains('\u{fffd}'), "{error}");
    }
}
