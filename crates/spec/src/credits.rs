//! What requests cost. Documentation pages say it, the documents on them do not, so it is kept beside the document.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::diagnostic::join;
use crate::document::{OperationKey, operations};
use crate::overlay::{Setter, Setters};
use crate::pipeline::Sources;
use crate::{Diagnostic, Source};

/// The extension of an operation that holds its price in credits per request.
const EXTENSION: &str = "x-credits";

/// The code of what is said about prices that differ; the same that say so twice are [`REDUNDANT`].
pub const CONFLICT: &str = "credits-conflict";

/// The code of what is said about a price that another input gives already.
pub const REDUNDANT: &str = "credits-redundant";

/// Where the prices for a document are kept: `tiktok.credits.json` beside `tiktok.openapi.json`.
pub fn beside(spec: &Path) -> PathBuf {
    let stem = spec.file_stem().and_then(|stem| stem.to_str()).unwrap_or("openapi");
    spec.with_file_name(format!("{}.credits.json", stem.trim_end_matches(".openapi")))
}

/// Sets the price of every operation that has none: `credits` maps `GET /v1/things` to credits per request.
///
/// The pointers of the diagnostics lead into `credits`.
pub(crate) fn apply(document: &mut Value, credits: &Value) -> Vec<Diagnostic> {
    let Some(prices) = credits.as_object() else {
        return vec![
            Diagnostic::error("credits-invalid", "", "the file is not an object of prices")
                .help("map operations such as `GET /v1/things` to credits per request, or import their pages again"),
        ];
    };
    let keys = keys(document);
    let mut diagnostics = Vec::new();
    for (operation, price) in prices {
        let pointer = join("", operation);
        if !price.is_u64() {
            diagnostics.push(
                Diagnostic::error("credits-invalid", pointer, "a price is a whole number of credits")
                    .help("import the page of the operation again"),
            );
            continue;
        }
        let key = keys.get(operation);
        match key.and_then(|key| document.pointer_mut(&key.pointer)).and_then(Value::as_object_mut) {
            Some(members) => {
                members.entry(EXTENSION).or_insert_with(|| json!(price));
            }
            None => diagnostics.push(
                Diagnostic::warning(
                    "credits-unmatched",
                    pointer,
                    format!("the document has no operation `{operation}`"),
                )
                .help("remove the price, or import the page of the operation"),
            ),
        }
    }
    diagnostics
}

/// Tells of every price that the overlay or the document gives, too: of both, and of which one counts.
///
/// `document` is what has become of it after all corrections, which `setters` knows. The diagnostics have their places, in
/// any of the files.
pub(crate) fn compare(document: &Value, prices: &Source, sources: Sources<'_>, setters: &Setters) -> Vec<Diagnostic> {
    let (listed, keys) = (prices.value(), keys(document));
    let mut found = Vec::new();
    let mut agreed: BTreeMap<String, usize> = BTreeMap::new();
    for (operation, price) in listed.as_object().into_iter().flatten() {
        let Some(member) = keys.get(operation).map(|key| join(&key.pointer, EXTENSION)) else { continue };
        let Some(said) = document.pointer(&member) else { continue };
        let price = Price { operation, price, said, prices };
        let is_published = sources.spec.root().pointer(&member).is_some();
        let set = sources.overlay.and_then(|overlay| Some((setters.find(&member, overlay)?, overlay)));
        match (set, price.agrees()) {
            (None, agrees) if is_published => found.push(price.beside(sources.spec, &member, "the document", agrees)),
            (Some((Setter { pointer, .. }, overlay)), false) => {
                found.push(price.beside(overlay, &pointer, "the overlay", false));
            }
            (Some((Setter { pointer, targets }, overlay)), true) if !is_published => {
                let count = agreed.entry(pointer.clone()).or_default();
                *count += 1;
                // An action for many operations is needed as long as one of them has no such price.
                if *count == targets {
                    found.push(price.beside(overlay, &pointer, "the overlay", true));
                }
            }
            // A correction of what the document says is not redundant: without it the document would count. And what
            // neither of them says comes from the prices.
            _ => {}
        }
    }
    found
}

/// The operations by the names that they have in the file of prices.
fn keys(document: &Value) -> BTreeMap<String, OperationKey> {
    operations(document).into_iter().map(|key| (key.to_string(), key)).collect()
}

/// A price, and what the document has as one.
struct Price<'a> {
    operation: &'a str,
    price: &'a Value,
    said: &'a Value,
    prices: &'a Source,
}

impl Price<'_> {
    fn agrees(&self) -> bool {
        self.price.as_f64() == self.said.as_f64()
    }

    /// What there is to say about the price beside another input, which gives its own at `pointer`.
    fn beside(&self, other: &Source, pointer: &str, name: &str, agrees: bool) -> Diagnostic {
        let Self { operation, price, said, prices } = self;
        let at = prices.locate(&join("", operation));
        let place = format!("{}:{}:{}", prices.name(), at.line, at.column);
        let found = if agrees {
            let message =
                format!("{name} says that `{operation}` costs {said} credits, as {place} does: one is redundant");
            let help = match name {
                "the overlay" => "remove `x-credits` from the overlay: the price of the page counts then",
                _ => "remove the price, or `x-credits` from the document: an operation needs one of them",
            };
            Diagnostic::warning(REDUNDANT, pointer, message).help(help)
        } else {
            let message = format!(
                "{name} says that `{operation}` costs {said} credits, but it is {price} at {place}: {name} counts"
            );
            Diagnostic::warning(CONFLICT, pointer, message).help("correct the one that is wrong, or remove it")
        };
        other.place(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlay::Stage;

    fn source(name: &str, value: &Value) -> Source {
        Source::parse(name, serde_json::to_string_pretty(value).unwrap().as_bytes()).unwrap()
    }

    /// What becomes of two operations, the second with a price of its own, and what is said with its place.
    fn applied(prices: &Value, actions: &Value) -> (Value, Vec<(&'static str, String, String)>) {
        let published = json!({"paths": {"/a": {"get": {}, "post": {"x-credits": 9}}}});
        let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions});
        let (spec, prices) = (source("spec.json", &published), source("prices.json", prices));
        let overlay =
            actions.as_array().filter(|actions| !actions.is_empty()).map(|_| source("overlay.json", &overlay));
        let mut document = published;
        let mut setters = Setters::default();
        let mut correct = |document: &mut Value, stage| {
            overlay.as_ref().map(|overlay| setters.apply(document, &overlay.value(), stage));
        };
        correct(&mut document, Stage::Document);
        let mut found = apply(&mut document, &prices.value());
        correct(&mut document, Stage::Inferred);
        let sources = Sources { spec: &spec, overlay: overlay.as_ref(), credits: Some(&prices), evidence: &[] };
        found.extend(compare(&document, &prices, sources, &setters));
        let found = found.into_iter().map(|found| prices.place(found));
        let place = |found: &Diagnostic| format!("{} {}", found.file, found.pointer);
        let found = found.map(|found| (found.code, place(&found), found.message.clone())).collect();
        (document["paths"]["/a"].clone(), found)
    }

    #[track_caller]
    fn check(prices: Value, actions: Value, expected: [u64; 2], said: &[(&str, &str, &[&str])]) {
        let (path, found) = applied(&prices, &actions);
        assert_eq!(path, json!({"get": {"x-credits": expected[0]}, "post": {"x-credits": expected[1]}}));
        assert_eq!(found.len(), said.len(), "{found:#?}");
        for ((code, place, message), (expected_code, expected_place, words)) in found.iter().zip(said) {
            assert_eq!((code, place.as_str()), (expected_code, *expected_place));
            assert!(words.iter().all(|word| message.contains(word)), "{message}");
        }
    }

    #[test]
    fn a_price_is_set_where_there_is_none() {
        check(json!({"GET /a": 2}), json!([]), [2, 9], &[]);
        let places = [("credits-unmatched", "prices.json /GET ~1b"), ("credits-invalid", "prices.json /PUT ~1a")];
        let (_, found) = applied(&json!({"GET /a": 2, "GET /b": 1, "PUT /a": "1"}), &json!([]));
        assert_eq!(found.iter().map(|(code, place, _)| (*code, place.as_str())).collect::<Vec<_>>(), places);
    }

    #[test]
    fn two_prices_that_differ_are_both_named_with_the_one_that_counts() {
        let document = ("credits-conflict", "spec.json /paths/~1a/post/x-credits");
        let words: &[&str] = &["costs 9 credits", "it is 3 at prices.json:3:3", "the document counts"];
        check(json!({"GET /a": 2, "POST /a": 3}), json!([]), [2, 9], &[(document.0, document.1, words)]);
        let words: &[&str] = &["`GET /a` costs 2 credits", "it is 3 at prices.json:2:3", "the overlay counts"];
        for (action, place) in [
            (json!({"target": "$.paths['/a'].get", "update": {"x-credits": 2}}), "/actions/1/update/x-credits"),
            (
                json!({"target": "$", "update": {"paths": {"/a": {"get": {"x-credits": 2}}}}}),
                "/actions/1/update/paths/~1a/get/x-credits",
            ),
            (json!({"target": "$.paths.*.get", "update": {"x-credits": 2}}), "/actions/1/update/x-credits"),
            (
                json!({"target": "$.paths.*.get", "update": {"x-credits": 2}, "x-stage": "inferred"}),
                "/actions/1/update/x-credits",
            ),
        ] {
            let other = json!({"target": "$.paths['/a'].get", "update": {"x-credits": 1}});
            let place = format!("overlay.json {place}");
            check(json!({"GET /a": 3}), json!([other, action]), [2, 9], &[("credits-conflict", &place, words)]);
        }
    }

    #[test]
    fn an_action_whose_target_is_chosen_by_what_it_changes_is_named_too() {
        let action = json!([{"target": "$.paths.*[?!@.x-credits]", "update": {"x-credits": 2}}]);
        let words: &[&str] = &["`GET /a` costs 2 credits", "it is 3 at prices.json:2:3", "the overlay counts"];
        let place = "overlay.json /actions/0/update/x-credits";
        check(json!({"GET /a": 3}), action, [2, 9], &[("credits-conflict", place, words)]);
        let action = json!([{"target": "$.paths.*[?@.x-credits == 9]", "update": {"x-credits": 1}}]);
        let words: &[&str] = &["`POST /a` costs 1 credits", "it is 2 at prices.json:3:3", "the overlay counts"];
        check(json!({"GET /a": 2, "POST /a": 2}), action, [2, 1], &[("credits-conflict", place, words)]);
    }

    #[test]
    fn the_second_of_two_equal_prices_is_redundant() {
        let both: &[&str] = &["`POST /a`", "9 credits", "prices.json:2:3", "redundant"];
        let said = [("credits-redundant", "spec.json /paths/~1a/post/x-credits", both)];
        let (_, found) = applied(&json!({"POST /a": 9}), &json!([]));
        assert_eq!((found[0].0, found[0].1.as_str()), (said[0].0, said[0].1));
        assert!(both.iter().all(|word| found[0].2.contains(word)), "{found:?}");
        let action = json!([{"target": "$.paths['/a'].get", "update": {"x-credits": 2}}]);
        let words: &[&str] = &["the overlay", "`GET /a`", "prices.json:2:3", "redundant"];
        let place = "overlay.json /actions/0/update/x-credits";
        check(json!({"GET /a": 2}), action, [2, 9], &[("credits-redundant", place, words)]);
    }

    #[test]
    fn an_action_that_is_needed_is_not_redundant() {
        let all = json!([{"target": "$.paths.*.*", "update": {"x-credits": 2}}]);
        check(json!({"GET /a": 2}), all.clone(), [2, 2], &[]);
        // The document says 9 without it.
        check(json!({"POST /a": 2, "GET /a": 2}), all, [2, 2], &[]);
    }

    #[test]
    fn prices_are_beside_their_document() {
        assert_eq!(beside(Path::new("openapi/tiktok.openapi.json")), Path::new("openapi/tiktok.credits.json"));
        assert_eq!(beside(Path::new("/x/spec.yaml")), Path::new("/x/spec.credits.json"));
    }
}
