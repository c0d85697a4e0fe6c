//! Writes what a person could say about a document into its overlay, as comments.
//!
//! A proposal is an action that is commented out. To take it over is to remove the `#` before each of its lines; nothing
//! else of the overlay is touched, and a target that the overlay speaks of already gets no second proposal.

use std::path::Path;

use keyapi_spec::Source;
use keyapi_spec::overlay::Stage;
use keyapi_spec::overlay::proposal::Proposal;
use serde_json::Value;

use crate::input::Failure;
use crate::workspace::display;
use crate::wrap::wrapped;
use crate::{atomic, exclusive};

/// Lines of a description are no longer than this.
const WIDTH: usize = 100;

/// Adds those proposals to an overlay that it does not have yet, and counts them.
///
/// # Errors
///
/// The overlay cannot be read or written, or has no place for a proposal.
pub(super) fn propose(path: &Path, proposals: &[Proposal]) -> Result<usize, Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let _turn = exclusive::turn(folder);
    let text = std::fs::read_to_string(path)?;
    let new: Vec<&Proposal> = proposals.iter().filter(|proposal| !speaks_of(&text, &proposal.target)).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let written = with_proposals(&display(path), &text, &new).ok_or_else(|| Failure::Diagnostics(no_place(path)))?;
    atomic::write_all(&[(path.to_path_buf(), written)], &atomic::leftovers(folder))?;
    Ok(new.len())
}

fn no_place(path: &Path) -> String {
    format!(
        "error: {}: there is no place for a proposal, so nothing is written: make it a YAML file whose `actions` are a list \
         with a `-` and a line for each",
        display(path)
    )
}

/// Whether an action, or a comment, has this target.
fn speaks_of(overlay: &str, target: &str) -> bool {
    let quoted = quoted(target);
    overlay.lines().any(|line| line.trim_end().ends_with(&quoted))
}

/// The overlay with proposals after its last action. Nothing where they would not be comments there, or no actions once
/// the comments are taken away.
fn with_proposals(name: &str, text: &str, proposals: &[&Proposal]) -> Option<String> {
    let before = Source::parse(name, text.as_bytes()).ok()?;
    let last = before.value().get("actions")?.as_array()?.len().checked_sub(1)?;
    let first_line = line_at(text, before.span("/actions/0").start)?;
    let indent = first_line.strip_suffix(first_line.trim_start_matches(' '))?;
    let end = end_of_actions(text, before.span(&format!("/actions/{last}")).start, indent)?;
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let insert = |prefix: &str| {
        let mut lines = String::new();
        if !text[..end].is_empty() && !text[..end].ends_with('\n') {
            lines.push_str(line_break);
        }
        for proposal in proposals {
            lines.push_str(line_break);
            lines.push_str(&format!(
                "{indent}# lint proposes this for {}; to take it over, uncomment the lines below.{line_break}",
                proposal.code
            ));
            for line in action(proposal) {
                lines.push_str(&format!("{indent}{prefix}{line}{line_break}"));
            }
        }
        [&text[..end], &lines, &text[end..]].concat()
    };
    let written = insert("# ");
    let as_comments = Source::parse(name, written.as_bytes()).ok()?;
    let as_actions = Source::parse(name, insert("").as_bytes()).ok()?;
    let mut expected = before.value();
    let is_same = as_comments.value() == expected;
    expected.get_mut("actions")?.as_array_mut()?.extend(proposals.iter().map(|proposal| value(proposal)));
    (is_same && as_actions.value() == expected).then_some(written)
}

/// The line in which a byte is.
fn line_at(text: &str, offset: usize) -> Option<&str> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().map(|line| line.trim_start_matches('\u{feff}'))
}

/// Where the last action ends: before the first line that is less indented and no comment, and before the comments and
/// empty lines that lead to it.
fn end_of_actions(text: &str, last: usize, indent: &str) -> Option<usize> {
    let mut end = last;
    let mut at = last + text.get(last..)?.find('\n').map_or(text.len() - last, |length| length + 1);
    end = end.max(at);
    for line in text[at..].split_inclusive('\n') {
        at += line.len();
        let content = line.trim_start_matches(' ');
        let depth = line.len() - content.len();
        if content.trim().is_empty() || (content.starts_with('#') && depth < indent.len().max(1)) {
            continue;
        }
        let is_inside = depth > indent.len()
            || (depth == indent.len() && content.starts_with(['#', '-']) && !content.starts_with("---"));
        if !is_inside {
            return Some(end);
        }
        end = at;
    }
    Some(text.len())
}

/// The lines of an action.
pub(crate) fn action(proposal: &Proposal) -> Vec<String> {
    let mut lines = vec![format!("- target: {}", quoted(&proposal.target)), "  description: >-".to_owned()];
    lines.extend(description_lines(&proposal.description).into_iter().map(|line| format!("    {line}")));
    if proposal.stage == Stage::Inferred {
        lines.push("  x-stage: inferred".to_owned());
    }
    match &proposal.update {
        None => lines.push("  remove: true".to_owned()),
        Some(update) => {
            lines.push("  update:".to_owned());
            lines.extend(update.iter().map(|(key, value)| format!("    {}: {}", key, flow(value))));
        }
    }
    lines
}

/// What the lines of an action say.
fn value(proposal: &Proposal) -> Value {
    let description = description_lines(&proposal.description).join(" ");
    let mut action = serde_json::json!({ "target": proposal.target, "description": description });
    if proposal.stage == Stage::Inferred {
        action["x-stage"] = "inferred".into();
    }
    match &proposal.update {
        None => action["remove"] = true.into(),
        Some(update) => action["update"] = Value::Object(update.clone()),
    }
    action
}

/// A description as lines. Characters that YAML does not print are left out.
fn description_lines(description: &str) -> Vec<String> {
    let is_printed = |c: char| c.is_whitespace() || !c.is_control() && c != '\u{feff}';
    wrapped(&description.chars().filter(|c| is_printed(*c)).collect::<String>(), WIDTH)
}

/// A scalar that begins with a letter and is nothing else in YAML, or JSON, which YAML reads.
fn flow(value: &Value) -> String {
    let is_word = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text)
    };
    match value {
        Value::String(text) if is_word(text) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Array(elements) => format!("[{}]", elements.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(properties) => {
            let property = |(key, value): (&String, &Value)| format!("{}: {}", quoted(key), flow(value));
            format!("{{{}}}", properties.iter().map(property).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Text in double quotes, which JSON and YAML read alike but for characters that YAML does not print.
fn quoted(text: &str) -> String {
    let is_printed = |c: char| !('\u{7f}'..'\u{a0}').contains(&c) && !['\u{feff}', '\u{2028}', '\u{2029}'].contains(&c);
    let json = Value::from(text).to_string();
    json.chars().fold(String::new(), |mut out, c| {
        if is_printed(c) {
            out.push(c);
        } else {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        }
        out
    })
}
