//! What the tests of the client cannot have the server send, or would take long to send.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::decode;
use super::union;
use super::variant;
use crate::{DeviationKind, test_platform};

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
        Ok(variant::variant(&value)?.map_or(Self::Unknown, Self::Known))
    }
}

#[test]
fn what_is_left_of_unions_is_told() {
    let decoded = |pad: usize| {
        let pad = "x".repeat(pad);
        let points = (0..40).map(|index| format!(r#"{{"pad":"{pad}","list":[{index},null]}}"#));
        let body = Bytes::from(format!("[{}]", points.collect::<Vec<_>>().join(",")));
        decode::<Vec<Point>>(&body, &test_platform::key()).unwrap()
    };
    let known = |points: &[Point]| {
        points.iter().filter(|point| matches!(point, Point::Known(known) if known.list.len() == 1)).count()
    };
    let small = decoded(10);
    assert_eq!((known(&small.value), small.deviations.len()), (40, 40));
    let large = decoded(100_000);
    let left = large.deviations.last().unwrap();
    assert_eq!((left.kind(), left.path()), (DeviationKind::UnknownVariants, "$"));
    let repaired = large.deviations.len() - 1;
    assert!(known(&large.value) == repaired && (1..40).contains(&repaired), "{repaired}");
}
