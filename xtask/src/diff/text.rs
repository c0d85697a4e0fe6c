//! A report for a terminal.

use std::fmt::Write;

use keyapi_codegen::public_items::Effect;
use keyapi_spec::diagnostic::render::visible;
use keyapi_spec::diff::Level;

use super::Located;
use super::report::{Report, Reported};
use super::verdict::verdict;

/// The changes, worst first and those of texts alone in one line, and the verdict.
pub(crate) fn text(report: &Report, places: &[Located]) -> String {
    let mut out = String::new();
    let mut folded = 0;
    for level in [Level::Error, Level::Warn, Level::Info] {
        for (change, place) in report.changes.iter().zip(places).filter(|(change, _)| change.level == level) {
            match is_text(change) {
                true => folded += 1,
                false => out.push_str(&one(report, change, place)),
            }
        }
    }
    if folded > 0 {
        let (s, them) = if folded == 1 { ("", "it") } else { ("s", "them") };
        _ = writeln!(out, "{folded} change{s} of texts and examples alone; `--format json` lists {them}\n");
    }
    out + &verdict(report) + "\n"
}

/// Whether a change makes no difference but to readers of documentation.
pub(crate) fn is_text(change: &Reported) -> bool {
    let ids = ["description", "summary", "title", "example", "tag"];
    change.level == Level::Info
        && change.rust == Effect::None
        && !change.change.is_wire()
        && ids.iter().any(|id| change.change.id.contains(id))
}

/// Where a change stands, on a line of its own; nothing for one that stands in no file.
fn at(place: &Located) -> String {
    match place.file.is_empty() {
        true => String::new(),
        false => format!("  --> {}:{}:{}\n", visible(&place.file), place.line, place.column),
    }
}

fn one(report: &Report, change: &Reported, place: &Located) -> String {
    let mut out = String::new();
    let accepted = if change.accepted { " (accepted)" } else { "" };
    _ = writeln!(out, "{}[{}]{accepted}: {}", change.level, change.change.id, visible(&change.change.message));
    out += &at(place);
    if let Some(operation) = &change.change.operation {
        _ = writeln!(out, "  in {}: {}", visible(&operation.to_string()), visible(&change.change.place));
    }
    for line in &change.change.details {
        _ = writeln!(out, "    {}", visible(line));
    }
    _ = writeln!(out, "  rust: {}", change.rust);
    for item in &change.items {
        for (sign, line) in [("-", &item.before), ("+", &item.after)] {
            if let Some(line) = line {
                _ = writeln!(out, "    {sign} {}", visible(line));
            }
        }
    }
    for fingerprint in report.listing(change) {
        _ = writeln!(out, "    and items of {fingerprint}");
    }
    _ = writeln!(out, "  fingerprint: {}\n", change.change.fingerprint());
    out
}

#[cfg(test)]
mod tests {
    use super::{Located, at};

    #[test]
    fn what_stands_in_no_file_has_no_place() {
        let place = |file: &str| at(&Located { file: file.to_owned(), line: 7, column: 2 });
        assert_eq!(place("a.json"), "  --> a.json:7:2\n");
        assert_eq!(place(""), "");
    }
}
