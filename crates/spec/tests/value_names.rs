//! Names of the values of parameters: those of a release never move.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::naming::pins::{self, FormerNames, Names};
use keyapi_spec::{Diagnostic, Input};
use serde_json::{Value, json};

/// What has been released.
#[derive(Default)]
struct Released {
    names: Names,
    former: FormerNames,
}

/// Operations with the parameters of a name each, and the values of these.
fn document(parameters: &[(&str, Value)]) -> Value {
    let operation = |(name, schema): &(&str, Value)| {
        json!({"get": {
            "parameters": [{"name": name, "in": "query", "schema": schema}],
            "responses": {"204": {"description": "d"}},
        }})
    };
    let paths: serde_json::Map<String, Value> =
        parameters.iter().enumerate().map(|(index, of)| (format!("/{index}"), operation(of))).collect();
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})
}

fn values(values: &[&str]) -> Value {
    json!({"type": "string", "enum": values})
}

fn called(of: &[&str], names: &[&str]) -> Value {
    json!({"type": "string", "enum": of, "x-enum-varnames": names})
}

impl Released {
    fn input(&self, parameters: &[(&str, Value)]) -> Input {
        let lock = json!({"names": self.names, "former-names": self.former});
        let input = Input::new("spec.json", Ok(document(parameters).to_string().into_bytes()));
        input.with_lock("spec.lock", Ok(lock.to_string().into_bytes()))
    }

    /// Resolves the document of these parameters.
    fn resolve(&self, parameters: &[(&str, Value)]) -> (Value, Names, Vec<Diagnostic>) {
        let resolved = self.input(parameters).resolve(&RustNames).unwrap();
        let found = resolved.diagnostics.into_iter().filter(|found| found.code == "value-names").collect();
        (resolved.document, resolved.names, found)
    }

    /// Releases the document of these parameters.
    fn release(mut self, parameters: &[(&str, Value)]) -> Self {
        let given = self.resolve(parameters).1;
        pins::release(&mut self.names, &mut self.former, &given, &RustNames);
        self
    }

    /// The types and the constants of the document of these parameters.
    fn constants(&self, parameters: &[(&str, Value)]) -> BTreeMap<String, String> {
        let document = self.resolve(parameters).0;
        let mut constants = BTreeMap::new();
        for operation in document["paths"].as_object().unwrap().values() {
            let schema = &operation["get"]["parameters"][0]["schema"];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            for (name, value) in
                schema["x-enum-varnames"].as_array().unwrap().iter().zip(schema["enum"].as_array().unwrap())
            {
                constants.insert(format!("{}::{}", text(&schema["x-enum-type"]), text(name)), text(value));
            }
        }
        constants
    }

    #[track_caller]
    fn check(&self, parameters: &[(&str, Value)], expected: &[(&str, &str)]) {
        let expected = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(self.constants(parameters), expected);
    }
}

#[test]
fn values_are_told_apart_in_their_order() {
    let none = Released::default();
    none.check(&[("sort", values(&["price", "-price"]))], &[("Sort::PRICE", "price"), ("Sort::PRICE_2", "-price")]);
    none.check(&[("sort", values(&["-price", "price"]))], &[("Sort::PRICE", "-price"), ("Sort::PRICE_2", "price")]);
    none.check(
        &[("sort", values(&["", "7", "known"]))],
        &[("Sort::EMPTY", ""), ("Sort::KNOWN_2", "known"), ("Sort::VALUE_7", "7")],
    );
}

#[test]
fn released_constants_stand_for_the_same_values_in_any_order_and_company() {
    let released = Released::default().release(&[("sort", values(&["price", "-price"]))]);
    for first in ["-price", "+price", "Price"] {
        let rest: Vec<&str> = ["-price", "price"].into_iter().filter(|value| *value != first).collect();
        let all = [&[first], &rest[..]].concat();
        let constants = released.constants(&[("sort", values(&all))]);
        assert_eq!((&*constants["Sort::PRICE"], &*constants["Sort::PRICE_2"]), ("price", "-price"), "{all:?}");
        assert_eq!(constants.len(), all.len(), "{constants:?}");
        // A new operation in front of it changes nothing.
        assert_eq!(released.constants(&[("sort", values(&[first])), ("sort", values(&all))]), constants);
    }
    // What is gone keeps its name as long as nothing else has it.
    released.check(&[("sort", values(&["-price"]))], &[("Sort::PRICE_2", "-price")]);
}

#[test]
fn released_types_of_values_keep_their_names() {
    let released = Released::default().release(&[("sortBy", values(&["a"]))]);
    released.check(
        &[("sort_by", values(&["b"])), ("sortBy", values(&["a"]))],
        &[("SortBy3747::B", "b"), ("SortBy::A", "a")],
    );
}

#[test]
fn a_value_that_a_person_calls_otherwise_keeps_its_former_name() {
    let released = Released::default().release(&[("period", values(&["7", "30"]))]);
    let renamed = [("period", called(&["7", "30"], &["WEEK", "VALUE_30"]))];
    let (document, _, found) = released.resolve(&renamed);
    assert!(found.is_empty(), "{found:#?}");
    let schema = &document["paths"]["/0"]["get"]["parameters"][0]["schema"];
    assert_eq!(schema["x-enum-former-names"], json!({"7": ["VALUE_7"]}));
    // The next release keeps it, and nothing new is called so.
    let released = released.release(&renamed);
    let more = [("period", called(&["7", "30", "7."], &["WEEK", "VALUE_30"]))];
    let (document, ..) = released.resolve(&more);
    let schema = &document["paths"]["/0"]["get"]["parameters"][0]["schema"];
    assert_eq!(schema["x-enum-former-names"], json!({"7": ["VALUE_7"]}));
    assert_eq!(schema["x-enum-varnames"], json!(["WEEK", "VALUE_30", "VALUE_7_2"]));
}

#[test]
fn a_name_that_another_value_has_is_told_and_gets_a_number() {
    #[track_caller]
    fn check(given: [&str; 2], names: [&str; 2], message: &str) {
        let (document, _, found) = Released::default().resolve(&[("p", called(&["a", "b"], &given))]);
        let schema = &document["paths"]["/0"]["get"]["parameters"][0]["schema"];
        assert_eq!(schema["x-enum-varnames"], json!(names));
        assert_eq!(found.iter().map(|found| &*found.message).collect::<Vec<_>>(), [message]);
        assert_eq!(found[0].pointer, "/paths/~10/get/parameters");
    }
    check(["X", "X"], ["X", "X_2"], "`X` is taken, so `b` of `p` is called `X_2`");
    check(["KNOWN", "B"], ["KNOWN_2", "B"], "`KNOWN` is taken, so `a` of `p` is called `KNOWN_2`");
}

#[test]
fn a_name_by_which_callers_know_another_value_is_refused() {
    let released = Released::default().release(&[("p", called(&["a", "b"], &["A", "B"]))]);
    let refused = |released: &Released, parameters: &[(&str, Value)]| {
        released
            .input(parameters)
            .resolve(&RustNames)
            .unwrap_err()
            .into_iter()
            .map(|found| found.message)
            .collect::<Vec<_>>()
    };
    let swapped = refused(&released, &[("p", called(&["a", "b"], &["B", "A"]))]);
    assert_eq!(
        swapped,
        [
            "`B`, which `a` of `p` is to be called, is what callers know `b` by",
            "`A`, which `b` of `p` is to be called, is what callers know `a` by",
        ]
    );
    // A former name, too, and also for what is new.
    let taken = called(&["a", "b", "c"], &["FIRST", "B", "A"]);
    let message = ["`A`, which `c` of `p` is to be called, is what callers know `a` by"];
    assert_eq!(refused(&released, &[("p", taken.clone())]), message);
    let released = released.release(&[("p", called(&["a", "b"], &["FIRST", "B"]))]);
    assert_eq!(refused(&released, &[("p", taken)]), message);
}

#[test]
fn many_values_that_are_spelled_alike_are_told_apart_soon() {
    let all: Vec<String> = (0..3_000).map(|count| "-".repeat(count)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let constants = Released::default().constants(&[("p", values(&all))]);
    assert_eq!((constants.len(), &*constants["P::EMPTY_3000"]), (3_000, &*"-".repeat(2_999)));
}

#[test]
fn a_value_that_is_listed_twice_is_one() {
    let (document, ..) = Released::default().resolve(&[("p", values(&["low", "mid", "low"]))]);
    let schema = &document["paths"]["/0"]["get"]["parameters"][0]["schema"];
    assert_eq!(schema["x-enum-varnames"], json!(["LOW", "MID", "LOW"]));
}

#[test]
fn constants_are_identifiers() {
    let constants = Released::default().constants(&[("unit", values(&["m²", "CO₂", "½", "①", "ªº"]))]);
    let names: Vec<&String> = constants.keys().collect();
    assert_eq!(names, ["Unit::CO", "Unit::EMPTY", "Unit::EMPTY_2", "Unit::M", "Unit::ªº"]);
}

#[test]
fn what_a_document_says_of_these_names_itself_is_nothing() {
    let hostile = json!({"type": "string", "x-enum-type": "a b", "x-enum-former-names": {"a": ["-"]}});
    let mut with_values = hostile.clone();
    with_values["enum"] = json!(["a"]);
    for (schema, ty) in [(hostile, Value::Null), (with_values, json!("P"))] {
        let (document, ..) = Released::default().resolve(&[("p", schema)]);
        let schema = &document["paths"]["/0"]["get"]["parameters"][0]["schema"];
        assert_eq!((&schema["x-enum-type"], schema.get("x-enum-former-names")), (&ty, None));
    }
}
