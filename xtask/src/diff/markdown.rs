//! A report as one pastes it into a pull request.

use std::fmt::Write;

use keyapi_codegen::public_items::Effect;
use keyapi_spec::diagnostic::render::visible;
use keyapi_spec::diff::Level;

use super::report::{Report, Reported};
use super::verdict::verdict;

/// A verdict, one table for each axis, and the differences inside of examples.
pub(crate) fn markdown(report: &Report) -> String {
    let mut out = format!("**{}**\n", escape(&verdict(report)));
    let on_wire: Vec<&Reported> =
        report.changes.iter().filter(|change| !change.change.id.starts_with("public-item-")).collect();
    if !on_wire.is_empty() {
        out.push_str("\n| wire | operation | change | rule | Rust |\n|---|---|---|---|---|\n");
        for level in [Level::Error, Level::Warn, Level::Info] {
            for change in on_wire.iter().filter(|change| change.level == level) {
                let operation = change.change.operation.as_ref().map(|operation| code(&operation.to_string()));
                let accepted = if change.accepted { ", accepted" } else { "" };
                _ = writeln!(
                    out,
                    "| {level}{accepted} | {} | {} | {} | {} |",
                    operation.unwrap_or_default(),
                    escape(&change.change.message),
                    code(&change.change.id),
                    change.rust
                );
            }
        }
    }
    let items = report.items();
    if !items.is_empty() {
        out.push_str("\n| Rust | before | after |\n|---|---|---|\n");
        for effect in [Effect::Breaking, Effect::Additive, Effect::Internal] {
            for item in items.iter().filter(|item| item.effect == effect) {
                let [before, after] =
                    [&item.before, &item.after].map(|line| line.as_deref().map(code).unwrap_or_default());
                _ = writeln!(out, "| {} | {before} | {after} |", effect);
            }
        }
    }
    for change in on_wire.iter().filter(|change| !change.change.details.is_empty()) {
        let operation = change.change.operation.as_ref().map(ToString::to_string).unwrap_or_default();
        let details = change.change.details.iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n");
        let fence = fence(&details);
        let title = format!("{operation}: {}", change.change.message);
        _ = writeln!(
            out,
            "\n<details><summary>{}</summary>\n\n{fence}text\n{details}\n{fence}\n\n</details>",
            html(&title)
        );
    }
    out
}

/// Text that Markdown takes for nothing else, in a cell of a table, but for the code that it has between backticks.
fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        out.push_str(&escape_words(before));
        match after.split_once('`') {
            Some((inside, after)) if !inside.is_empty() => {
                out.push_str(&code(inside));
                rest = after;
            }
            _ => {
                out.push_str("\\`");
                rest = after;
            }
        }
    }
    out + &escape_words(rest)
}

fn escape_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            // Without a name after it, an at sign calls nobody.
            '@' => out.push_str("@\u{200b}"),
            '\\' | '|' | '*' | '_' | '[' | ']' | '#' | '!' | '~' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Text inside of HTML, where Markdown means nothing.
fn html(text: &str) -> String {
    let text = one_line(text).replace('&', "&amp;").replace('<', "&lt;");
    // Without a name after it, an at sign calls nobody.
    text.replace('@', "@\u{200b}")
}

/// Text as code, in a cell of a table.
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let ticks = "`".repeat(longest + 1);
    if longest == 0 { format!("{ticks}{text}{ticks}") } else { format!("{ticks} {text} {ticks}") }
}

/// Text on one line, in which nothing moves a cursor or reorders characters.
fn one_line(text: &str) -> String {
    visible(&text.replace(['\n', '\r'], " "))
}

/// More backticks than the text has in a row.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_document_stays_in_its_cell() {
        assert_eq!(escape("a|b\n<img> @all *x* `c`"), "a\\|b &lt;img> @\u{200b}all \\*x\\* `c`");
        assert_eq!(escape("`a_b<i>|[]` is_new"), "`a_b<i>\\|[]` is\\_new");
        assert_eq!(escape("a`_ ``<b>"), "a`_ `\\`&lt;b>");
        assert_eq!(escape("``a_` b_"), "\\``a_` b\\_");
        assert_eq!(html("<b> `a_b` &"), "&lt;b> `a_b` &amp;");
        assert_eq!(escape("\u{1b}[2J\u{202e}a\u{9b}b"), "\\\\u{1b}\\[2J\\\\u{202e}a\\\\u{9b}b");
        assert_eq!(code("a\u{1b}\u{2066}|b"), "`a\\u{1b}\\u{2066}\\|b`");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a ``b"), "``` a ``b ```");
        assert_eq!(fence("x\n````yaml"), "`````");
    }
}
