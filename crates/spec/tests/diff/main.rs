//! What a change of a document is on the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod finite;
mod hostile;
mod laws;
mod parameters;
mod rules;
mod security;
mod servers;
mod types;
mod webhooks;
mod words;
mod writing;

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::diff::{Change, Effect, diff};
use serde::Deserialize;
use serde_json::Value;

/// 2026-01-01.
const NOW: u64 = 1_767_225_600;

/// A pair of documents, and a rule that has to be found.
#[derive(Deserialize)]
struct Case {
    id: String,
    oasdiff_rule: String,
    level: String,
    before: Value,
    after: Value,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

/// The effect of all changes, which mirrors that of the changes the other way round.
#[track_caller]
fn check_effect([old, new]: [&Value; 2], expected: Effect) {
    let effect = |old: &Value, new: &Value| {
        let changes = diff(old, new, NOW);
        println!("{:#?}", list(&changes));
        changes.iter().fold(Effect::None, |all, change| all.and(change.effect))
    };
    assert_eq!(effect(old, new), expected, "{old} {new}");
    assert_eq!(effect(new, old), expected.reverse(), "{new} {old}");
}

fn list(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| format!("{} {} {}", change.level(), change.id, change.message)).collect()
}

#[test]
fn every_case_has_its_rule_at_its_level_and_nothing_else() {
    for case in cases() {
        let changes = diff(&case.before, &case.after, NOW);
        println!("{}: {:#?}", case.id, list(&changes));
        let [change] = changes.as_slice() else { panic!("{}: {:#?}", case.id, list(&changes)) };
        assert_eq!((&change.id, change.level().to_string()), (&case.oasdiff_rule, case.level), "{}", case.id);
        assert!(diff(&case.before, &case.before, NOW).is_empty());
        assert_eq!(diff(&case.after, &case.before, NOW).len(), 1, "{}", case.id);
    }
}

/// The generator's document says the same of messages as the one that was published.
#[test]
fn resolved_documents_have_the_same_changes() {
    let resolve = |document: &Value| {
        let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
        input.resolve(&RustNames).unwrap().document
    };
    for case in cases() {
        let changes = diff(&resolve(&case.before), &resolve(&case.after), NOW);
        let [change] = changes.as_slice() else { panic!("{}: {:#?}", case.id, list(&changes)) };
        assert_eq!((&change.id, change.level().to_string()), (&case.oasdiff_rule, case.level), "{}", case.id);
    }
}
