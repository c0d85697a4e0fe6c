//! Every rule is found where its example shows it.

use keyapi_spec::diff::{diff, markdown, rules};

use crate::{NOW, list};

const PAGE: &str = include_str!("../../../../docs/changes.md");

#[test]
fn every_rule_is_found_in_its_example() {
    let rules = rules();
    assert!(rules.len() > 800, "{}", rules.len());
    let mut missing = Vec::new();
    for rule in &rules {
        let Some([old, new]) = &rule.example else { continue };
        let changes = diff(old, new, NOW);
        let is_found = changes.iter().any(|change| {
            let found = (&change.id, change.direction, change.effect, change.guard);
            found == (&rule.id, rule.direction, rule.effect, rule.guard)
        });
        let others: Vec<_> = changes.iter().filter(|change| change.id != rule.id).map(|change| &change.id).collect();
        if !is_found || !others.is_empty() {
            let found: Vec<_> =
                changes.iter().map(|c| format!("{:?} {} {:?}", c.direction, c.effect, c.guard)).collect();
            missing.push(format!(
                "{} {} {:?}: {:#?} {found:?}\n{new}",
                rule.id,
                rule.effect,
                rule.guard,
                list(&changes)
            ));
        }
        assert_eq!(list(&diff(old, old, NOW)), Vec::<String>::new(), "{}", rule.id);
    }
    assert!(missing.is_empty(), "{} of {}: {}", missing.len(), rules.len(), missing.join("\n"));
}

#[test]
fn the_page_of_changes_is_fresh() {
    let command = "cargo run -p keyapi-spec --example changes > docs/changes.md";
    assert!(PAGE == markdown(), "docs/changes.md is stale: run `{command}`");
}
