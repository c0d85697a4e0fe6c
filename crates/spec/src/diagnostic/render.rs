//! Diagnostics as text for people, with the line they are about, and as JSON for programs.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::{Location, Text};

/// How many characters of a line are shown.
const WIDTH: usize = 120;
/// How many of them come before what the diagnostic is about.
const BEFORE: usize = 40;

/// Whether text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// Text with ANSI escape sequences.
    Coloured,
}

/// The texts that diagnostics point into, by the names they have in the diagnostics.
#[derive(Debug, Default)]
pub struct Files {
    texts: BTreeMap<String, Text>,
}

impl Files {
    /// Adds a file, whether or not it could be parsed.
    pub fn insert(&mut self, name: &str, bytes: &[u8]) {
        self.insert_text(Text::new(name, String::from_utf8_lossy(bytes).into_owned()));
    }

    pub(crate) fn insert_text(&mut self, text: Text) {
        self.texts.insert(text.name().to_owned(), text);
    }
}

/// The diagnostics as rustc shows its own, in the order of their places, and a line that counts them.
pub fn text(diagnostics: &[Diagnostic], files: &Files, style: Style) -> String {
    list(&sorted(diagnostics), files, style) + &summary(diagnostics) + "\n"
}

/// What [`text`] gives, with a line in place of all but the first few notes of one code.
pub fn brief(diagnostics: &[Diagnostic], files: &Files, style: Style) -> String {
    const SHOWN: usize = 3;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shown = sorted(diagnostics);
    shown.retain(|found| {
        if found.severity != Severity::Note {
            return true;
        }
        let count = counts.entry(found.code).or_default();
        *count += 1;
        *count <= SHOWN
    });
    let mut out = list(&shown, files, style);
    for (code, count) in counts.iter().filter(|(_, count)| **count > SHOWN) {
        out.push_str(&format!("note[{code}]: … and {} more; `--format json` lists all\n\n", count - SHOWN));
    }
    out + &summary(diagnostics) + "\n"
}

fn list(diagnostics: &[&Diagnostic], files: &Files, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let blocks = diagnostics.iter().map(|diagnostic| render(diagnostic, files, &renderer) + "\n\n");
    blocks.collect()
}

/// The diagnostics as a JSON array in the order of their places, ending in a line break.
pub fn json(diagnostics: &[Diagnostic]) -> String {
    // Strings and numbers always serialise.
    let array = serde_json::to_string_pretty(&sorted(diagnostics)).unwrap_or_else(|_| "[]".to_owned());
    array + "\n"
}

/// How many diagnostics there are of each severity.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity, one: &str| match diagnostics.iter().filter(|found| found.severity == severity).count() {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let errors = count(Severity::Error, "error");
    let warnings = count(Severity::Warning, "warning");
    format!("{errors}, {warnings}, {}", count(Severity::Note, "note"))
}

fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|Diagnostic { file, line, column, code, pointer, message, .. }| {
        (file, *line, *column, *code, pointer, message)
    });
    sorted
}

fn render(diagnostic: &Diagnostic, files: &Files, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let place = visible(&place(diagnostic));
    let mut group = Group::with_title(level.primary_title(visible(&diagnostic.message)).id(diagnostic.code));
    let mut computed = None;
    if let Some(line) = excerpt(diagnostic, files) {
        computed = Some(format!("{place}:{}:{}", diagnostic.line, line.before.chars().count() + 1));
        let marked = line.before.len()..line.before.len() + line.marked.len();
        let shown = line.before + &line.marked + &line.after;
        let snippet = Snippet::source(shown).path(place.clone()).line_start(diagnostic.line);
        group = group.element(snippet.annotation(AnnotationKind::Primary.span(marked)));
    } else if !place.is_empty() {
        group = group.element(Origin::path(place.clone()));
    }
    if diagnostic.line == 0 && !diagnostic.pointer.is_empty() {
        group = group.element(Level::NOTE.message(format!("at {}", visible(&diagnostic.pointer))));
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(visible(&diagnostic.help)));
    }
    let rendered = renderer.render(&[group]);
    // The renderer appends the line and column of the mark, but the line it sees is cut and escaped.
    match computed {
        Some(computed) => rendered.replacen(&computed, &place, 1),
        None => rendered,
    }
}

fn place(diagnostic: &Diagnostic) -> String {
    let Diagnostic { file, line, column, .. } = diagnostic;
    match (line, column) {
        (0, _) => file.clone(),
        (_, 0) => format!("{file}:{line}"),
        _ => format!("{file}:{line}:{column}"),
    }
}

/// The part of a line that is shown, ready to be printed.
struct Excerpt {
    before: String,
    marked: String,
    after: String,
}

fn excerpt(diagnostic: &Diagnostic, files: &Files) -> Option<Excerpt> {
    let text = files.texts.get(&diagnostic.file)?;
    if diagnostic.line == 0 {
        return None;
    }
    let column = diagnostic.column.max(1);
    let first = column.saturating_sub(BEFORE).max(1);
    let offset = |column| text.offset(Location { line: diagnostic.line, column });
    let part = |from, to| text.as_str().get(from..to).unwrap_or_default();

    let (start, at) = (offset(first), offset(column));
    let end = offset(first + WIDTH);
    let length = token_length(part(at, end));
    let (before, marked, after) = (part(start, at), part(at, at + length), part(at + length, end));
    let cut = |there, shown: &str| if there { format!("...{shown}") } else { shown.to_owned() };
    let is_cut_after = end < offset(first + WIDTH + 1);
    Some(Excerpt {
        before: cut(first > 1, &visible(before)),
        marked: visible(marked),
        after: visible(after) + if is_cut_after { "..." } else { "" },
    })
}

/// How many bytes of a line the thing at its start takes: a quoted string, a word, or one character.
fn token_length(line: &str) -> usize {
    let mut chars = line.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    let is_end: fn(char) -> bool = match first {
        '"' => |c| c == '"',
        '\'' => |c| c == '\'',
        _ => |c| c.is_whitespace() || "\"',:[]{}".contains(c),
    };
    let quoted = matches!(first, '"' | '\'');
    let mut escaped = false;
    for (at, c) in chars {
        if escaped {
            escaped = false;
        } else if first == '"' && c == '\\' {
            escaped = true;
        } else if is_end(c) {
            return if quoted { at + 1 } else { at };
        }
    }
    line.trim_end().len().max(first.len_utf8())
}

/// A text with what would move a terminal's cursor or reorder its characters written as escapes.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            '\r' => {}
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            '\u{feff}' => out.extend(c.escape_unicode()),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}
