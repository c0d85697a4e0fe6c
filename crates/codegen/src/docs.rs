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
                lines.push(format!("   {content}"));
                continue;
            }
            (None, None) => lines.push(line.to_owned()),
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
    line.replace("~~~", "~")
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
    fn indented_code_is_text() {
        check("a\n\n    let x;\n    let y;\n\nb", "a\n\n   let x;\n   let y;\n\nb");
    }
}
