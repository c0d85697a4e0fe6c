//! What a project decided about changes, in a file that is reviewed: accepted ones, and rules that it takes for more or
//! less than the law does.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::change::{Change, Level};
use super::rules::rules;

/// Decisions about changes, each with its reason.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Levels in place of the law's, by the ids of rules.
    #[serde(default)]
    pub levels: BTreeMap<String, Decision>,
    /// Changes that stay accepted as long as they are the same.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
}

/// A level that was decided on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// How bad changes of this rule are to the project.
    pub level: Level,
    /// Why; below the law, what proves that nobody is broken.
    pub reason: String,
}

/// A change that was accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// [`Change::fingerprint`].
    pub fingerprint: String,
    /// Why.
    pub reason: String,
}

impl Policy {
    /// What is wrong with it: lowercase sentence fragments.
    pub fn check(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let rules = if self.levels.is_empty() { Vec::new() } else { rules() };
        let known: BTreeSet<String> = rules.into_iter().map(|rule| rule.id).collect();
        for (id, decision) in &self.levels {
            if !known.contains(id) {
                wrong.push(format!("`{id}` is no rule: `docs/changes.md` lists all of them"));
            }
            if decision.reason.trim().is_empty() {
                wrong.push(format!("the level of `{id}` has no reason: say why it departs from the law"));
            }
        }
        let mut accepted = BTreeSet::new();
        for Accepted { fingerprint, reason } in &self.accepted {
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if fingerprint.len() != 16 || !fingerprint.bytes().all(is_hex) {
                wrong.push(format!("`{fingerprint}` is no fingerprint: copy the 16 hex digits of the change"));
            }
            if !accepted.insert(fingerprint) {
                wrong.push(format!("the change {fingerprint} is accepted twice: remove one of the entries"));
            }
            if reason.trim().is_empty() {
                wrong.push(format!("the accepted change {fingerprint} has no reason: say why nobody minds it"));
            }
        }
        wrong
    }

    /// How bad a change is to the project.
    pub fn level(&self, change: &Change) -> Level {
        self.levels.get(&change.id).map_or_else(|| change.level(), |decision| decision.level)
    }

    /// Whether a change is accepted.
    pub fn accepts(&self, change: &Change) -> bool {
        // To work out a fingerprint costs more than to see that there is none to compare with.
        !self.accepted.is_empty() && {
            let fingerprint = change.fingerprint();
            self.accepted.iter().any(|accepted| accepted.fingerprint == fingerprint)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diff::diff;

    fn policy(value: serde_json::Value) -> Policy {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn decisions_count_for_their_rules_and_changes_alone() {
        let (old, new) = (json!({"paths": {"/a": {"get": {}}, "/b": {"get": {}}}}), json!({"paths": {}}));
        let changes = diff(&old, &new, 0);
        let [one, other] = changes.as_slice() else { panic!("{changes:?}") };
        let accepting = policy(json!({"accepted": [{"fingerprint": one.fingerprint(), "reason": "nobody used it"}]}));
        assert!(accepting.check().is_empty() && accepting.accepts(one) && !accepting.accepts(other));
        assert_eq!(accepting.level(one), Level::Error);
        let guarded = json!({"level": "info", "reason": "nobody sends it"});
        let guarded = policy(json!({"levels": {"request-read-only-property-max-set": guarded}}));
        assert!(guarded.check().is_empty());
        let lower = policy(json!({"levels": {(one.id.clone()): {"level": "warn", "reason": "all callers are ours"}}}));
        assert_eq!((lower.level(other), lower.accepts(other)), (Level::Warn, false));
    }

    #[test]
    fn decisions_without_a_reason_are_refused() {
        let reason = "why";
        for (value, expected) in [
            (json!({"levels": {"endpoint-added": {"level": "error", "reason": " "}}}), "has no reason"),
            (json!({"levels": {"endpoint-aded": {"level": "error", "reason": reason}}}), "is no rule"),
            (json!({"accepted": [{"fingerprint": "0123456789abcdef", "reason": ""}]}), "has no reason"),
            (json!({"accepted": [{"fingerprint": "0123456789ABCDEF", "reason": reason}]}), "is no fingerprint"),
            (json!({"accepted": [{"fingerprint": "01", "reason": reason}]}), "is no fingerprint"),
            (
                json!({"accepted": [
                    {"fingerprint": "0123456789abcdef", "reason": reason},
                    {"fingerprint": "0123456789abcdef", "reason": reason},
                ]}),
                "accepted twice",
            ),
        ] {
            let wrong = policy(value.clone()).check();
            assert!(wrong.len() == 1 && wrong[0].contains(expected), "{value} {wrong:?}");
        }
        assert!(serde_json::from_value::<Policy>(json!({"acepted": []})).is_err());
        assert!(serde_json::from_value::<Policy>(json!({"levels": {"a": {"level": "none", "reason": "b"}}})).is_err());
    }
}
