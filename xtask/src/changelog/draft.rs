//! What stands under Unreleased of its own accord: an entry for each operation that changed since the last release.
//!
//! What a person made of an entry stays. The lock has digests of the drafts, which tell them from a person's words, and what
//! those words were about from what changed since.

use std::collections::BTreeMap;

use super::items;
use keyapi_spec::diagnostic::render::visible;

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
        entries: BTreeMap<String, Entry>,
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
                    let is_worded = mentions(&draft.unreleased, name, |item| is_of_others(name, item));
                    draft.worded.extend(is_worded.then(|| name.clone()));
                }
                None if is_named(name) => draft.worded.push(name.clone()),
                None => {}
            }
        }
        for (name, entry) in &entries {
            let (now, before) = (digest(entry.text.as_bytes()), former.get(name));
            let is_known = match before {
                Some(before) => *before == now && is_named(name),
                None => is_worded(name),
            };
            let is_told = is_known || items(told).any(|item| told[item].trim_end() == entry.text);
            draft.digests.insert(name.clone(), now);
            if !is_told {
                let text = &entry.text;
                match before.and_then(|before| draft.drafted(before)) {
                    Some(place) => draft.unreleased.replace_range(place, &format!("{text}\n")),
                    None => draft.unreleased = format!("{}\n{text}\n", draft.unreleased.trim_end()),
                }
            }
            if !draft.without_parts(name, entry) && is_told {
                continue;
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

    /// Takes out what says nothing but a part of an entry that stands there: a merge keeps the drafts of both branches.
    /// False where there is none.
    fn without_parts(&mut self, name: &str, entry: &Entry) -> bool {
        let (there, parts): (Vec<_>, Vec<_>) = items(&self.unreleased)
            .filter(|item| entry.has(name, &self.unreleased[item.clone()]))
            .partition(|item| self.unreleased[item.clone()].trim_end() == entry.text);
        if there.is_empty() {
            return false;
        }
        for part in parts.iter().rev() {
            self.unreleased.replace_range(part.clone(), "");
        }
        !parts.is_empty()
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
    unreleased.contains(item.trim_end()) && drafted(name, item).is_some()
}

/// What an item that begins as drafts do says of an operation.
fn drafted<'i>(name: &str, item: &'i str) -> Option<&'i str> {
    let item = item.strip_prefix("- ")?;
    item.strip_prefix(BREAKING).unwrap_or(item).strip_prefix(&format!("`{name}`:"))
}

/// What an entry begins with where callers are broken.
const BREAKING: &str = "**breaking:** ";

/// The name of what changed of no operation alone.
const DOCUMENT: &str = "document";

/// What a changelog says of a report: one entry for each operation, by the name under which it is looked for. Callers are
/// broken by what changed since the release that is out.
pub(super) fn entries(report: &Report, since_out: Option<&Report>) -> BTreeMap<String, Entry> {
    let out = since_out.map(by_operation);
    let breaks = |name: &str, changes: &[&Reported]| {
        is_break(changes) && out.as_ref().is_none_or(|out| out.get(name).is_some_and(|changes| is_break(changes)))
    };
    let entry = |(name, changes): (String, Vec<&Reported>)| {
        let entry = Entry::of(&name, &changes, if breaks(&name, &changes) { BREAKING } else { "" });
        (name, entry)
    };
    by_operation(report).into_iter().map(entry).collect()
}

fn by_operation(report: &Report) -> BTreeMap<String, Vec<&Reported>> {
    let mut all: BTreeMap<String, Vec<&Reported>> = BTreeMap::new();
    for change in &report.changes {
        let operation = change.change.operation.as_ref().map(|operation| visible(&operation.to_string()));
        all.entry(operation.unwrap_or_else(|| DOCUMENT.to_owned())).or_default().push(change);
    }
    all
}

fn is_break(changes: &[&Reported]) -> bool {
    changes.iter().any(|change| Need::of_change(change) == Need::Breaking)
}

/// What is drafted of an operation.
pub(super) struct Entry {
    text: String,
    /// All that changed, of which the text may name a part.
    messages: Vec<String>,
}

impl Entry {
    fn of(name: &str, changes: &[&Reported], mark: &str) -> Self {
        let mut sorted: Vec<&&Reported> = changes.iter().collect();
        sorted.sort_by_key(|change| std::cmp::Reverse((change.level, change.rust)));
        let mut messages: Vec<String> = Vec::new();
        for change in sorted {
            let message = one_line(&visible(&change.change.message));
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        Self::saying(name, messages, mark)
    }

    fn saying(name: &str, messages: Vec<String>, mark: &str) -> Self {
        /// How many changes an entry names before it counts the others.
        const NAMED: usize = 3;
        let rest = match messages.len().saturating_sub(NAMED) {
            0 => String::new(),
            count => format!("; and {count} more"),
        };
        let named = messages[..messages.len().min(NAMED)].join("; ");
        Self { text: item(&format!("{mark}`{name}`: {named}{rest}.")), messages }
    }

    /// Whether an item says of the operation what this does, or a part of it, and nothing else.
    fn has(&self, name: &str, item: &str) -> bool {
        let Some(said) = drafted(name, item).map(one_line) else { return false };
        let Some(mut rest) = said.strip_suffix('.') else { return false };
        let is_count = |rest: &str| {
            let count = rest.strip_prefix("and ").and_then(|rest| rest.strip_suffix(" more"));
            count.is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit()))
        };
        while !is_count(rest) {
            // A message may have another one at its beginning.
            let after = self.messages.iter().filter_map(|message| rest.strip_prefix(message.as_str()));
            let after = after.filter(|after| after.is_empty() || after.starts_with("; "));
            match after.min_by_key(|after| after.len()).map(|after| after.strip_prefix("; ")) {
                Some(Some(next)) => rest = next,
                Some(None) => return true,
                None => return false,
            }
        }
        true
    }
}

/// A text without line breaks, and other spaces than single ones.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

    fn map(entries: &[(&str, &str)]) -> BTreeMap<String, Entry> {
        let entry = |name: &str, text: &str| {
            let said = drafted(name, text).unwrap().trim().trim_end_matches('.');
            Entry { text: text.to_owned(), messages: said.split("; ").map(str::to_owned).collect() }
        };
        entries.iter().map(|(name, text)| ((*name).to_owned(), entry(name, text))).collect()
    }

    /// Drafts of entries after those of former ones, and what stands there then.
    #[track_caller]
    fn check(unreleased: &str, former: &[(&str, &str)], now: &[(&str, &str)], expected: &str) -> Draft {
        let former = map(former).into_iter().map(|(name, entry)| (name, digest(entry.text.as_bytes()))).collect();
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
        let draft = check("- Have `A`.\n- `A`: new.", &old, &[], words);
        assert_eq!((&draft.undone[..], &draft.worded[..]), (&["A".to_owned()][..], &["A".to_owned()][..]));
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
    fn drafts_of_two_branches_become_one() {
        let (one, other) = ("- **breaking:** `A`: p is gone.", "- `A`: q is new; and 2 more.");
        let both = "- **breaking:** `A`: p is gone; q is new; r is new; and 1 more.";
        let messages = ["p is gone", "q is new", "r is new", "r is new; or s"].map(str::to_owned).to_vec();
        let entries = || BTreeMap::from([("A".to_owned(), Entry::saying("A", messages.clone(), BREAKING))]);
        let former = BTreeMap::from([("A".to_owned(), digest(one.as_bytes()))]);
        for unreleased in [format!("{one}\n- Mine.\n{other}"), format!("{other}\n{one}\n- Mine.")] {
            let draft = Draft::of(&unreleased, &unreleased, entries(), &former);
            assert_eq!(draft.unreleased.replace("- Mine.", "").trim(), both);
            assert_eq!(draft.outdated, ["A"]);
            let again = Draft::of(&draft.unreleased, &draft.unreleased, entries(), &draft.digests);
            assert!(again.is_empty(), "{again:?}");
        }
        let entry = &entries()["A"];
        for part in ["- `A`: r is new; or s.", "- `A`: r is new; or s; p is gone.", "- `A`:\n  p\n  is gone."] {
            assert!(entry.has("A", part), "{part}");
        }
        for words in ["- `A`: p is gone, use q.", "- `A`: p is gone", "- `B`: p is gone.", "- `A`: t is new."] {
            assert!(!entry.has("A", words), "{words}");
        }
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
