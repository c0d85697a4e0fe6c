//! Descriptions as documentation comments.

/// The text of a description as documentation that holds no example to be run: what people write into descriptions is
/// Markdown, but its code is not Rust.
pub(crate) fn comment(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut after_blank = true;
    for line in text.trim().lines() {
        let content = line.trim_start();
        let mark = mark(content);
        match (fence, mark) {
            (Some(open), Some(mark)) if mark.starts_with(open) && content.trim_end() == mark => {
                fence = None;
                lines.push(line.to_owned());
            }
            (Some(_), _) => lines.push(line.to_owned()),
            (None, Some(mark)) => {
                fence = Some(mark);
                let indent = &line[..line.len() - content.len()];
                lines.push(format!("{indent}{mark}{}", language(&content[mark.len()..])));
            }
            // Four blanks after a blank line would begin code.
            (None, None) if after_blank && (line.starts_with("    ") || line.starts_with('\t')) => {
                lines.push(format!("   {}", prose(content)));
                continue;
            }
            (None, None) => lines.push(prose(line)),
        }
        after_blank = content.is_empty();
    }
    lines.extend(fence.map(str::to_owned));
    lines.join("\n")
}

/// The text of a description as one line, for a place inside of other documentation.
pub(crate) fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut line = words.join(" ");
    // What begins a block is code between words here.
    while line.contains("``") {
        line = line.replace("``", "`");
    }
    prose(&line.replace("~~~", "~"))
}

/// A text as code between words.
pub(crate) fn code(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = visible(&words.join(" "));
    let fence = "`".repeat(if text.contains('`') { 2 } else { 1 });
    // What begins or ends with the mark would be taken for a longer one.
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace("``", "`"))
}

/// Texts as code, one after the other.
pub(crate) fn codes<T: AsRef<str>>(texts: &[T]) -> String {
    texts.iter().map(|text| code(text.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A text with what cannot be seen spelled out, of which the compiler refuses some in a comment.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_format = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        match c.is_control() || is_format {
            true => out.extend(c.escape_unicode()),
            false => out.push(c),
        }
    }
    out
}

/// A line of prose in which rustdoc finds neither tags nor links of its own: brackets are links to Rust items to it, and
/// what stands in angle brackets disappears. Addresses become links, as they are in other readers of Markdown.
fn prose(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let kept = match first {
            '`' => code_span(rest),
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '<' => web_address(&rest[1..]).filter(|end| rest[1 + end..].starts_with('>')).map_or(0, |end| end + 2),
            '[' => link(rest).unwrap_or(0),
            'h' => match web_address(rest) {
                Some(end) => {
                    out.push_str(&format!("<{}>", &rest[..end]));
                    rest = &rest[end..];
                    continue;
                }
                None => 1,
            },
            other => other.len_utf8(),
        };
        if kept == 0 {
            out.push('\\');
        }
        let (taken, left) = rest.split_at(kept.max(1));
        out.push_str(taken);
        rest = left;
    }
    out
}

/// The length of the code that a text begins with; nothing where it does not end.
fn code_span(text: &str) -> usize {
    let marks = text.len() - text.trim_start_matches('`').len();
    let mut at = marks;
    while let Some(start) = text[at..].find('`').map(|start| at + start) {
        let closing = text[start..].len() - text[start..].trim_start_matches('`').len();
        at = start + closing;
        if closing == marks {
            return at;
        }
    }
    0
}

/// The length of the link that a text begins with, if it leads into the web.
fn link(text: &str) -> Option<usize> {
    let target = text.find("](")? + 2;
    let inside = &text[1..target - 2];
    let end = target + text[target..].find(')')?;
    let leads_out = web_address(&text[target..]).is_some_and(|length| target + length == end);
    (leads_out && !inside.contains(['[', ']', '<', '`'])).then_some(end + 1)
}

/// The length of the web address that a text begins with.
fn web_address(text: &str) -> Option<usize> {
    let address = text.split(|c: char| c.is_whitespace() || "<>\"'`()[]{}|\\^".contains(c)).next()?;
    let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    host.starts_with(|c: char| c.is_ascii_alphanumeric()).then_some(address.len())
}

/// The characters that begin or end a block of code.
fn mark(content: &str) -> Option<&str> {
    let first = content.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let length = content.len() - content.trim_start_matches(first).len();
    (length >= 3).then(|| &content[..length])
}

/// The language of a block, unless it means Rust to rustdoc.
fn language(info: &str) -> &str {
    const RUST: [&str; 9] =
        ["rust", "rs", "ignore", "should_panic", "no_run", "compile_fail", "test_harness", "standalone", "custom"];
    let info = info.trim();
    let is_word = !info.is_empty() && info.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let lower = info.to_ascii_lowercase();
    if is_word && !RUST.contains(&lower.as_str()) && !lower.starts_with("edition") { info } else { "text" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(comment(text), expected);
    }

    #[test]
    fn text_stays() {
        check("One.\n\nTwo:\n- a\n    - b", "One.\n\nTwo:\n- a\n    - b");
    }

    #[test]
    fn code_is_never_rust() {
        check("```\nlet x;\n```\nend", "```text\nlet x;\n```\nend");
        check("```rust\nx\n```", "```text\nx\n```");
        check("```json\n{}\n```", "```json\n{}\n```");
        check("~~~{.a}\n{}\n~~~", "~~~text\n{}\n~~~");
    }

    #[test]
    fn code_ends() {
        check("```json\n{}", "```json\n{}\n```");
    }

    #[test]
    fn a_line_has_no_blocks() {
        assert_eq!(line("One of:\n\n- `a`\n```json\n{}\n```"), "One of: - `a` `json {} `");
    }

    #[test]
    fn prose_is_neither_tags_nor_links_to_items() {
        check("[Other] and [crate::Foo], Vec<u8> <b>", r"\[Other] and \[crate::Foo], Vec\<u8> \<b>");
        check("`[a] <b>` ``x ` [y]`` \\[z] `open [", r"`[a] <b>` ``x ` [y]`` \[z] \`open \[");
        check("[a](javascript:x) [b](https://b.example/c_d)", r"\[a](javascript:x) [b](https://b.example/c_d)");
        check("[a b c`](https://a.example) `d", r"\[a b c`](https://a.example) `d");
        check("at https://a.example/b?c=d. <http://e.example>", "at <https://a.example/b?c=d>. <http://e.example>");
        check("- ähnlich wie http", "- ähnlich wie http");
        check("```\n[a] <b>\n```", "```text\n[a] <b>\n```");
    }

    #[test]
    fn code_stays_code() {
        let hidden = ("a\u{202e}b\u{0}", "`a\\u{202e}b\\u{0}`");
        for (text, expected) in [
            ("a", "`a`"),
            ("a\n\n    b", "`a b`"),
            ("a`b", "``a`b``"),
            ("```", "`` `` ``"),
            hidden,
            ("हिन्दी", "`हिन्दी`"),
        ] {
            assert_eq!(code(text), expected);
        }
    }

    #[test]
    fn indented_code_is_text() {
        check("a\n\n    let x;\n    let y;\n\nb", "a\n\n   let x;\n   let y;\n\nb");
    }
}
