//! What stands under Unreleased of its own accord: an entry for each operation that changed since the last release.
//!
//! What a person made of an entry stays. The lock has digests of the drafts, which tell them from a person's words, and what
//! those words were about from what changed since.

use std::collections::BTreeMap;

use super::items;
use keyapi_spec::render::visible;

use crate::diff::{Need, Report, Reported};
use crate::lock::digest;
use crate::wrap::wrapped;

/// What becomes of Unreleased, and of which operations it does not say what changed.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// What stands under Unreleased then.
    pub(crate) unreleased: String,
    /// Operations that are not named.
    pub(crate) untold: Vec<String>,
    /// Operations that more or something else changed of than what is said.
    pub(crate) outdated: Vec<String>,
    /// Operations of which only the draft tells, and that are again as they were released.
    pub(crate) undone: Vec<String>,
    /// The same, where a person put it in words, which nobody else takes out.
    pub(crate) worded: Vec<String>,
    /// Digests of the entries by operation, by which the next draft is made.
    pub(crate) digests: BTreeMap<String, String>,
}

impl Draft {
    /// Compares what is told with the entries that it takes, where those with the former digests were drafted before.
    pub(super) fn of(
        unreleased: &str,
        told: &str,
        entries: BTreeMap<String, String>,
        former: &BTreeMap<String, String>,
    ) -> Self {
        let mut draft = Self { unreleased: unreleased.to_owned(), ..Self::default() };
        // An item about an operation may have a parameter of that name.
        let is_of_others = |name: &str, item: &str| {
            let mut operations = entries.keys().chain(former.keys()).filter(|other| *other != DOCUMENT);
            name == DOCUMENT && operations.any(|other| item.contains(&format!("`{other}`")))
        };
        let is_named = |name: &str| mentions(told, name, |item| is_of_others(name, item));
        // What looks like a draft, and is not known as one, may tell of less than what changed.
        let is_worded =
            |name: &str| mentions(told, name, |item| is_of_others(name, item) || is_draft_of(name, unreleased, item));
        for (name, digest) in former.iter().filter(|(name, _)| !entries.contains_key(*name)) {
            match draft.drafted(digest) {
                Some(place) => {
                    draft.unreleased.replace_range(place, "");
                    draft.undone.push(name.clone());
                }
                None if is_named(name) => draft.worded.push(name.clone()),
                None => {}
            }
        }
        for (name, entry) in &entries {
            let (now, before) = (digest(entry.as_bytes()), former.get(name));
            let is_known = match before {
                Some(before) => *before == now && is_named(name),
                None => is_worded(name),
            };
            let is_told = is_known || items(told).any(|item| told[item].trim_end() == entry);
            draft.digests.insert(name.clone(), now);
            if is_told {
                continue;
            }
            match before.and_then(|before| draft.drafted(before)) {
                Some(place) => draft.unreleased.replace_range(place, &format!("{entry}\n")),
                None => draft.unreleased = format!("{}\n{entry}\n", draft.unreleased.trim_end()),
            }
            let list = if is_named(name) { &mut draft.outdated } else { &mut draft.untold };
            list.push(name.clone());
        }
        draft.unreleased = draft.unreleased.trim().to_owned();
        draft
    }

    /// Where the draft with this digest stands as it was made.
    fn drafted(&self, former: &str) -> Option<std::ops::Range<usize>> {
        items(&self.unreleased).find(|item| digest(self.unreleased[item.clone()].trim_end().as_bytes()) == former)
    }

    /// Whether Unreleased says what changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.untold.is_empty() && self.outdated.is_empty() && self.undone.is_empty()
    }
}

/// Whether a text names an operation, but for some of its items.
fn mentions(text: &str, name: &str, is_left_out: impl Fn(&str) -> bool) -> bool {
    let mut text = text.to_owned();
    let mut left_out: Vec<_> = items(&text).filter(|item| is_left_out(&text[item.clone()])).collect();
    while let Some(item) = left_out.pop() {
        text.replace_range(item, "");
    }
    text.contains(&format!("`{name}`"))
}

/// Whether an item that is not released begins as drafts do.
fn is_draft_of(name: &str, unreleased: &str, item: &str) -> bool {
    let beginnings = [format!("- `{name}`:"), format!("- **breaking:** `{name}`:")];
    unreleased.contains(item.trim_end()) && beginnings.iter().any(|beginning| item.starts_with(beginning))
}

/// The name of what changed of no operation alone.
const DOCUMENT: &str = "document";

/// What a changelog says of a report: one entry for each operation, by the name under which it is looked for.
pub(super) fn entries(report: &Report) -> BTreeMap<String, String> {
    let mut by_operation: BTreeMap<String, Vec<&Reported>> = BTreeMap::new();
    for change in &report.changes {
        let operation = change.change.operation.as_ref().map(|operation| visible(&operation.to_string()));
        by_operation.entry(operation.unwrap_or_else(|| DOCUMENT.to_owned())).or_default().push(change);
    }
    by_operation.into_iter().map(|(name, changes)| (name.clone(), entry(&name, &changes))).collect()
}

fn entry(name: &str, changes: &[&Reported]) -> String {
    /// How many changes an entry names before it counts the others.
    const NAMED: usize = 3;
    let mut messages: Vec<String> = Vec::new();
    let mut sorted: Vec<&&Reported> = changes.iter().collect();
    sorted.sort_by_key(|change| std::cmp::Reverse((change.level, change.rust)));
    for change in sorted {
        let message = visible(&change.change.message.replace(['\n', '\r'], " "));
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    let rest = match messages.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => format!("; and {count} more"),
    };
    messages.truncate(NAMED);
    let breaks =
        if changes.iter().any(|change| Need::of_change(change) == Need::Breaking) { "**breaking:** " } else { "" };
    item(&format!("{breaks}`{name}`: {}{rest}.", messages.join("; ")))
}

/// An entry in lines as long as those of the others.
pub(crate) fn item(text: &str) -> String {
    /// What is left of a line after the two columns that a list takes.
    const WIDTH: usize = 122;
    format!("- {}", wrapped(text, WIDTH).join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries.iter().map(|(name, entry)| ((*name).to_owned(), (*entry).to_owned())).collect()
    }

    /// Drafts of entries after those of former ones, and what stands there then.
    #[track_caller]
    fn check(unreleased: &str, former: &[(&str, &str)], now: &[(&str, &str)], expected: &str) -> Draft {
        let former = map(former).into_iter().map(|(name, entry)| (name, digest(entry.as_bytes()))).collect();
        let draft = Draft::of(unreleased, unreleased, map(now), &former);
        assert_eq!(draft.unreleased, expected);
        // What was drafted needs no other draft.
        let again = Draft::of(&draft.unreleased, &draft.unreleased, map(now), &draft.digests);
        assert!(again.is_empty() && again.worded.is_empty() && again.unreleased == draft.unreleased, "{again:?}");
        draft
    }

    #[test]
    fn what_is_not_told_comes_last() {
        let draft = check("- Mine.", &[], &[("A", "- `A`: new.")], "- Mine.\n- `A`: new.");
        assert_eq!(draft.untold, ["A"]);
        let draft = check("", &[], &[("A", "- `A`: new."), ("B", "- `B`:\n  new.")], "- `A`: new.\n- `B`:\n  new.");
        assert_eq!(draft.untold, ["A", "B"]);
    }

    #[test]
    fn a_draft_follows_what_changed_since() {
        let (old, new) = ([("A", "- `A`: new.")], [("A", "- **breaking:** `A`: gone.")]);
        let draft = check("- `A`: new.\n- Mine.", &old, &new, "- **breaking:** `A`: gone.\n- Mine.");
        assert_eq!(draft.outdated, ["A"]);
        let draft = check("- Mine.\n- `A`: new.\n- More.", &old, &[], "- Mine.\n- More.");
        assert_eq!(draft.undone, ["A"]);
    }

    #[test]
    fn words_of_a_person_stay() {
        let (old, new) = ([("A", "- `A`: new.")], [("A", "- **breaking:** `A`: gone.")]);
        let words = "- Have `A`.";
        assert!(check(words, &old, &old, words).is_empty());
        assert!(check(words, &[], &old, words).is_empty(), "they were there before any draft");
        let draft = check(words, &old, &new, "- Have `A`.\n- **breaking:** `A`: gone.");
        assert_eq!(draft.outdated, ["A"]);
        assert_eq!(check(words, &old, &[], words).worded, ["A"]);
        assert!(check("- Mine.", &old, &[], "- Mine.").is_empty());
    }

    #[test]
    fn what_looks_like_a_draft_and_is_not_known_is_told_of_again() {
        let broken = [("A", "- **breaking:** `A`: gone.")];
        let draft = check("- `A`: new.", &[], &broken, "- `A`: new.\n- **breaking:** `A`: gone.");
        assert_eq!(draft.outdated, ["A"]);
        assert!(check(broken[0].1, &[], &broken, broken[0].1).is_empty());
        // What a release that was cut short has moved may be in a person's words.
        let draft = Draft::of("", "## 1.0.0 - d\n\n- `A`: words.", map(&broken), &BTreeMap::new());
        assert!(draft.is_empty(), "{draft:?}");
    }

    #[test]
    fn a_parameter_called_document_says_nothing_of_the_document() {
        let parameter = "- `GET /a`: the parameter `document` is new.";
        let now = [("GET /a", parameter), ("document", "- `document`: a server.")];
        let both = format!("{parameter}\n- `document`: a server.");
        assert_eq!(check(parameter, &now[..1], &now, &both).untold, ["document"]);
        let words = format!("{parameter}\n- The `document` has a server.");
        assert!(check(&words, &now[..1], &now, &words).is_empty());
    }

    #[test]
    fn long_entries_take_several_lines() {
        let entry = item(&"word ".repeat(40));
        assert!(entry.lines().count() == 2 && entry.lines().all(|line| line.len() <= 124), "{entry}");
        assert!(entry.lines().nth(1).unwrap().starts_with("  word"), "{entry}");
    }
}
