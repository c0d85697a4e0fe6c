//! `CHANGELOG.md`: what stands under Unreleased, what belongs there, and its move under a version.

mod draft;

use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) use self::draft::{Draft, item};
use crate::diff::Report;
use crate::semver::Semver;

const UNRELEASED: &str = "## Unreleased";

/// A changelog: its text, and where Unreleased is in it.
pub(crate) struct Changelog {
    /// The text with line feeds alone.
    text: String,
    /// How its lines end.
    line_end: &'static str,
    /// What stands under Unreleased, as a range of bytes.
    unreleased: Range<usize>,
}

impl Changelog {
    /// Reads a changelog; nothing where it has no heading for what is not released.
    pub(crate) fn parse(text: String) -> Option<Self> {
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let text = text.replace("\r\n", "\n");
        let heading = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some((*at, line.trim_end()))
        });
        let start = heading.into_iter().find(|(_, line)| *line == UNRELEASED).map(|(end, _)| end)?;
        let end = text[start..].find("\n## ").map_or(text.len(), |end| start + end + 1);
        Some(Self { text, line_end, unreleased: start..end })
    }

    /// What stands under Unreleased.
    pub(crate) fn unreleased(&self) -> &str {
        self.text[self.unreleased.clone()].trim()
    }

    /// What is told since a version came out, or at all where none is given: what is unreleased, and what a release that
    /// was cut short has already moved under its own version.
    pub(crate) fn told_since(&self, last: Option<&str>) -> &str {
        let rest = &self.text[self.unreleased.start..];
        let end = match last {
            Some(last) => rest.find(&format!("\n## {last} - ")).unwrap_or(self.unreleased.len()),
            None => rest.len(),
        };
        rest[..end].trim()
    }

    /// The last version that has a heading; nothing where nothing was released.
    pub(crate) fn last_version(&self) -> Option<Semver> {
        let heading = self.text[self.unreleased.end..].strip_prefix("## ")?.lines().next()?;
        heading.split(" - ").next()?.trim().parse().ok()
    }

    /// What becomes of Unreleased by what changed since a version, and since the one before where only that is out, where
    /// drafts with these digests were made before.
    pub(crate) fn draft(
        &self,
        report: &Report,
        since_out: Option<&Report>,
        last: &str,
        former: &BTreeMap<String, String>,
    ) -> Draft {
        Draft::of(self.unreleased(), self.told_since(Some(last)), draft::entries(report, since_out), former)
    }

    /// The text with that under Unreleased.
    pub(crate) fn with(&self, unreleased: &str) -> String {
        let (before, after) = (&self.text[..self.unreleased.start], &self.text[self.unreleased.end..]);
        let there = if unreleased.is_empty() { String::new() } else { format!("\n{unreleased}\n") };
        let after = if after.is_empty() { String::new() } else { format!("\n{after}") };
        format!("{before}{there}{after}").replace('\n', self.line_end)
    }

    /// The text with Unreleased under a version, and nothing under Unreleased. A version that is there gets what it has not
    /// yet.
    pub(crate) fn released(&self, version: &str, day: &str) -> String {
        let (before, after) = (&self.text[..self.unreleased.start], &self.text[self.unreleased.end..]);
        let (there, after) = match after.split_once('\n') {
            Some((heading, rest)) if heading.starts_with(&format!("## {version} - ")) => {
                rest.split_at(rest.find("\n## ").map_or(rest.len(), |end| end + 1))
            }
            _ => ("", after),
        };
        let known: Vec<&str> = items(there).map(|item| &there[item]).map(str::trim_end).collect();
        let mut new = self.unreleased().to_owned();
        for item in items(self.unreleased()).collect::<Vec<_>>().into_iter().rev() {
            if known.contains(&new[item.clone()].trim_end()) {
                new.replace_range(item, "");
            }
        }
        let told: Vec<&str> = [there.trim(), new.trim()].into_iter().filter(|text| !text.is_empty()).collect();
        let after = if after.is_empty() { String::new() } else { format!("\n{after}") };
        format!("{before}\n## {version} - {day}\n\n{}\n{after}", told.join("\n")).replace('\n', self.line_end)
    }
}

/// Where the items of lists are, each with the lines that go on with it.
fn items(text: &str) -> impl Iterator<Item = Range<usize>> {
    let lines = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len()..*at, line))
    });
    lines.filter(|(_, line)| line.starts_with("- ")).map(|(place, _)| {
        let rest = text[place.end..].split_inclusive('\n');
        let more: usize = rest.take_while(|line| line.starts_with("  ")).map(str::len).sum();
        place.start..place.end + more
    })
}

/// The first line, counted from one, with which git marks what a merge left to a person.
pub(crate) fn conflict(text: &str) -> Option<usize> {
    const MARKS: [&str; 3] = ["<<<<<<< ", "||||||| ", ">>>>>>> "];
    text.lines().position(|line| MARKS.iter().any(|mark| line.starts_with(mark))).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changelog\n\n## Unreleased\n\n- One.\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n";

    #[test]
    fn unreleased_ends_where_the_last_version_begins() {
        let changelog = Changelog::parse(TEXT.to_owned()).unwrap();
        assert_eq!(changelog.unreleased(), "- One.");
        assert!(Changelog::parse("# Changelog\n\n## 0.1.0\n".to_owned()).is_none());
        assert_eq!(Changelog::parse("## Unreleased".to_owned()).unwrap().unreleased(), "");
    }

    #[test]
    fn what_a_merge_left_is_found() {
        assert_eq!(conflict("# A\n<<<<<<< HEAD\n- One.\n=======\n- Two.\n>>>>>>> A\n"), Some(2));
        assert_eq!(conflict("# A\r\n- One.\r\n>>>>>>> A\r\n"), Some(3));
        assert_eq!(conflict("A\n=======\n\n- a <<<<<<< b\n<<<<<<<<<\n"), None);
    }

    #[test]
    fn lines_end_as_those_of_the_file() {
        let windows = Changelog::parse(TEXT.replace('\n', "\r\n")).unwrap();
        let unix = Changelog::parse(TEXT.to_owned()).unwrap();
        let entries = "- Two.\n  More.";
        assert_eq!(windows.with(entries), unix.with(entries).replace('\n', "\r\n"));
        assert_eq!(windows.released("0.2.0", "d"), unix.released("0.2.0", "d").replace('\n', "\r\n"));
    }

    #[test]
    fn unreleased_is_written_in_its_place() {
        let changelog = Changelog::parse(TEXT.to_owned()).unwrap();
        assert_eq!(changelog.with("- One.\n- Two."), TEXT.replace("- One.\n", "- One.\n- Two.\n"));
        assert_eq!(changelog.with(""), TEXT.replace("- One.\n\n", ""));
        let empty = Changelog::parse("# Changelog\n\n## Unreleased\n".to_owned()).unwrap();
        assert_eq!(empty.with("- Two."), "# Changelog\n\n## Unreleased\n\n- Two.\n");
    }

    #[test]
    fn a_release_takes_all_that_is_unreleased() {
        let changelog = Changelog::parse(TEXT.to_owned()).unwrap();
        let expected = TEXT.replace("## Unreleased\n", "## Unreleased\n\n## 0.2.0 - 2026-02-02\n");
        assert_eq!(changelog.released("0.2.0", "2026-02-02"), expected);
        let released = Changelog::parse(expected).unwrap();
        assert_eq!(released.unreleased(), "");
    }

    #[test]
    fn a_release_that_is_made_again_takes_in_what_came_since() {
        let once = Changelog::parse(TEXT.to_owned()).unwrap().released("0.2.0", "2026-02-02");
        let more = once.replace("## Unreleased\n", "## Unreleased\n\n- Two.\n");
        let again = Changelog::parse(more).unwrap().released("0.2.0", "2026-02-03");
        let expected = once.replace("2026-02-02", "2026-02-03").replace("- One.\n", "- One.\n- Two.\n");
        assert_eq!(again, expected);
    }

    #[test]
    fn a_release_that_was_cut_short_is_told_and_moved_once() {
        let moved = Changelog::parse(TEXT.to_owned()).unwrap().released("0.2.0", "2026-02-02");
        let changelog = Changelog::parse(moved.clone()).unwrap();
        assert_eq!((changelog.unreleased(), changelog.told_since(Some("0.2.0"))), ("", ""));
        let told = changelog.told_since(Some("0.1.0"));
        assert!(told.ends_with("- One."), "{told}");
        assert_eq!(changelog.last_version(), "0.2.0".parse().ok());
        assert_eq!(changelog.released("0.2.0", "2026-02-02"), moved);
        let drafted = moved.replace("## Unreleased\n", "## Unreleased\n\n- One.\n- Two,\n  and more.\n");
        let again = Changelog::parse(drafted).unwrap().released("0.2.0", "2026-02-02");
        assert_eq!(again, moved.replace("- One.\n", "- One.\n- Two,\n  and more.\n"));
    }

    #[test]
    fn items_end_where_the_next_ones_begin() {
        let text = "### Added\n\n- One,\n  and more.\n- Two.\n\nText.\n- Three.";
        let items: Vec<&str> = items(text).map(|item| &text[item]).collect();
        assert_eq!(items, ["- One,\n  and more.\n", "- Two.\n", "- Three."]);
    }
}
