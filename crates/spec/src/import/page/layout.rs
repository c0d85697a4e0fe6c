//! What a documentation page consists of: fenced blocks, JSX elements, and Markdown between them.

use std::ops::Range;

/// The parts of a page that matter to the import.
#[derive(Debug, Default)]
pub(super) struct Layout<'t> {
    /// The fenced blocks, in their order.
    pub(super) blocks: Vec<Block<'t>>,
    /// The text of the first heading.
    pub(super) title: Option<&'t str>,
    /// The text of the quotation below the first heading.
    pub(super) description: Option<String>,
    /// Everything but the fenced blocks: each element by itself, and the Markdown between two elements.
    pub(super) prose: Vec<String>,
}

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block<'t> {
    /// The offset of the opening fence.
    pub(super) start: usize,
    /// What stands behind the opening fence.
    pub(super) info: &'t str,
    /// Where the content is.
    pub(super) body: Range<usize>,
    /// Whether there is a closing fence.
    pub(super) end: End,
}

/// How a fenced block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a closing fence.
    Closed,
    /// With the page.
    Open,
}

#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
}

/// Takes a page apart.
pub(super) fn scan(text: &str) -> Layout<'_> {
    let lines = lines(text);
    let mut layout = Layout::default();
    let mut rest = lines.as_slice();
    let mut is_markdown = false;
    while let Some(line) = rest.first() {
        if let Some(fence) = Fence::open(line.text) {
            let length = block(&mut layout, fence, rest, text.len());
            rest = &rest[length..];
            continue;
        }
        let element = element_length(rest);
        let (taken, left) = rest.split_at(element.max(1));
        if let (0, None, Some(title)) = (element, layout.title, line.text.strip_prefix("# ")) {
            layout.title = Some(title.trim());
            layout.description = quotation(left);
        }
        let texts: Vec<&str> = taken.iter().map(|line| line.text).collect();
        let prose = texts.join("\n") + "\n";
        match layout.prose.last_mut() {
            Some(last) if element == 0 && is_markdown => last.push_str(&prose),
            _ => layout.prose.push(prose),
        }
        is_markdown = element == 0;
        rest = left;
    }
    layout
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let line = Line { start, text: line };
        start += line.text.len();
        Line { text: line.text.trim_end_matches(['\n', '\r']), ..line }
    });
    lines.collect()
}

/// Adds the block that the first line opens, and returns how many lines it takes.
fn block<'t>(layout: &mut Layout<'t>, fence: Fence<'t>, lines: &[Line<'t>], end_of_text: usize) -> usize {
    let offset = |index: usize| lines.get(index).map_or(end_of_text, |line| line.start);
    let close = lines.iter().skip(1).position(|line| fence.is_closed_by(line.text)).map(|at| at + 1);
    let end = if close.is_some() { End::Closed } else { End::Open };
    let last = close.unwrap_or(lines.len());
    layout.blocks.push(Block { start: offset(0), info: fence.info, body: offset(1)..offset(last), end });
    (last + 1).min(lines.len())
}

/// The quotation that follows a heading.
fn quotation(lines: &[Line<'_>]) -> Option<String> {
    let lines = lines.iter().map(|line| line.text).skip_while(|line| line.trim().is_empty());
    let quoted: Vec<&str> = lines.map_while(|line| line.strip_prefix('>')).map(str::trim).collect();
    (!quoted.is_empty()).then(|| quoted.join(" "))
}

/// An opening fence: three or more backticks or tildes, at most three columns in.
#[derive(Clone, Copy)]
struct Fence<'t> {
    mark: char,
    length: usize,
    info: &'t str,
}

impl<'t> Fence<'t> {
    fn open(line: &'t str) -> Option<Self> {
        let text = unindented(line)?;
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = text.trim_start_matches(mark);
        let length = text.len() - info.len();
        // A backtick behind backticks makes it code within a line.
        let is_fence = length >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then(|| Self { mark, length, info: info.trim() })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let Some(text) = unindented(line) else { return false };
        let behind = text.trim_start_matches(self.mark);
        text.len() - behind.len() >= self.length && behind.trim().is_empty()
    }
}

/// A line without its indentation, unless that is so deep that the line is code.
fn unindented(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len() <= 3).then_some(text)
}

/// How many lines the JSX element or comment takes that starts with the first line; 0 if none does.
///
/// The text in it is no Markdown: what looks like a fence may be part of a JavaScript string. It is not parsed as
/// JavaScript either, for the provider cuts such texts off in the middle; the end is the tag in the same column.
fn element_length(lines: &[Line<'_>]) -> usize {
    let Some(first) = lines.first().and_then(|line| unindented(line.text).map(|text| (line, text))) else { return 0 };
    let (line, text) = first;
    if text.starts_with("<!--") {
        return lines.iter().position(|line| line.text.contains("-->")).map_or(1, |last| last + 1);
    }
    let Some(name) = tag_name(text) else { return 0 };
    let close = format!("</{name}>");
    if text.contains(&close) || text.trim_end().ends_with("/>") {
        return 1;
    }
    let indent = &line.text[..line.text.len() - text.len()];
    let (mut depth, mut first_close) = (1_usize, None);
    for (index, line) in lines.iter().enumerate().skip(1) {
        let Some(text) = line.text.strip_prefix(indent) else { continue };
        if text.trim_end() == "/>" && depth == 1 {
            return index + 1;
        }
        if text.starts_with(&close) {
            first_close = first_close.or(Some(index + 1));
            depth -= 1;
        } else if tag_name(text) == Some(name) && !text.contains(&close) {
            depth += 1;
        }
        if depth == 0 {
            return index + 1;
        }
    }
    first_close.unwrap_or(1)
}

/// The name of the tag that a line starts with.
fn tag_name(text: &str) -> Option<&str> {
    let text = text.strip_prefix('<').filter(|text| text.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let name = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').next()?;
    let ends = text[name.len()..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '>' | '/'));
    ends.then_some(name)
}
