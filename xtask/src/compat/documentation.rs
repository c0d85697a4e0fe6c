//! Finds the documentation tests in a source.

/// The tests of a source as modules, each line where it was, and empty lines for all the rest.
///
/// That way an error of the compiler leads to the line of the source.
pub(super) fn tests(source: &str) -> String {
    let mut lines = vec![String::new(); source.lines().count()];
    let mut in_comment = false;
    let mut open: Option<Test> = None;
    for (index, line) in source.lines().enumerate() {
        let trimmed = line.trim_start();
        let is_line = ["///", "//!"].iter().any(|start| trimmed.starts_with(start));
        let begins = ["/**", "/*!"].iter().any(|start| trimmed.starts_with(start));
        in_comment |= begins;
        if !is_line && !in_comment {
            open = None;
            continue;
        }
        let margin = if is_line || begins { line.len() - trimmed.len() + "///".len() } else { 0 };
        let text = &line[margin..];
        match (text.trim_start().strip_prefix("```"), open.take()) {
            (Some(_), Some(test)) => test.write(&mut lines, index),
            (Some(words), None) => open = Some(Test { line: index, is_rust: is_rust(words), code: Vec::new() }),
            (None, Some(mut test)) => {
                test.code.push(" ".repeat(margin) + &shown(text));
                open = Some(test);
            }
            (None, None) => {}
        }
        if in_comment && text.contains("*/") {
            (in_comment, open) = (false, None);
        }
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A block of code in documentation.
struct Test {
    /// Where its first fence is, from 0.
    line: usize,
    is_rust: bool,
    code: Vec<String>,
}

impl Test {
    /// Writes the test with what `rustdoc` puts around it; its last fence is in the line `end`.
    fn write(self, lines: &mut [String], end: usize) {
        if !self.is_rust {
            return;
        }
        let module = format!("mod line_{} {{", self.line + 1);
        let has_main = self.code.iter().any(|line| line.contains("fn main()"));
        let fails = self.code.iter().rev().find(|line| !line.is_empty()).is_some_and(|line| line.ends_with("(())"));
        let (before, after) = match (has_main, fails) {
            (true, _) => (module, "}"),
            (false, true) => {
                (format!("{module} fn main() -> ::core::result::Result<(), impl ::core::fmt::Debug> {{"), "} }")
            }
            (false, false) => (format!("{module} fn main() {{"), "} }"),
        };
        let written = std::iter::once(before).chain(self.code).chain([after.to_owned()]);
        lines[self.line..=end].iter_mut().zip(written).for_each(|(line, text)| *line = text);
    }
}

/// Whether the words behind a fence leave a test that has to compile.
fn is_rust(words: &str) -> bool {
    let words = words.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
    words.into_iter().all(|word| ["rust", "no_run", "should_panic"].contains(&word) || word.starts_with("edition"))
}

/// A line of a test with what is hidden from readers.
fn shown(line: &str) -> String {
    let code = line.trim_start();
    let margin = &line[..line.len() - code.len()];
    match code.strip_prefix('#') {
        Some("") => String::new(),
        Some(rest) if rest.starts_with(' ') => format!("{margin} {rest}"),
        Some(rest) if rest.starts_with('#') => format!("{margin}{rest}"),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(tests(source), expected);
    }

    #[test]
    fn each_line_of_a_test_stays_where_it_was() {
        check(
            "//! Words.\n//!\n//! ```\n//! # fn main() {\n//! let a = 1;\n//! # }\n//! ```\nfn a() {}\n",
            "\n\nmod line_3 {\n      fn main() {\n    let a = 1;\n      }\n}\n\n",
        );
    }

    #[test]
    fn what_is_hidden_from_readers_is_code() {
        check(
            "/// ```\n/// # a();\n/// #\n/// ##[b]\n/// #[c]\n/// ```\n",
            "mod line_1 { fn main() {\n      a();\n\n    #[b]\n    #[c]\n} }\n",
        );
    }

    #[test]
    fn a_test_gets_what_rustdoc_puts_around_it() {
        check("/// ```no_run\n/// f();\n/// ```\n", "mod line_1 { fn main() {\n    f();\n} }\n");
        check(
            "/// ```\n/// f()?;\n/// # Ok::<(), E>(())\n/// ```\n",
            "mod line_1 { fn main() -> ::core::result::Result<(), impl ::core::fmt::Debug> {\n    f()?;\n      Ok::<(), E>(())\n} }\n",
        );
    }

    #[test]
    fn generated_documentation_is_found_too() {
        check("    /**Words\n\n```\nf();\n```*/\n    pub fn a() {}\n", "\n\nmod line_3 { fn main() {\nf();\n} }\n\n");
    }

    #[test]
    fn what_no_test_is_made_of_is_left_out() {
        for words in ["text", "ignore", "json", "compile_fail", "rust,ignore"] {
            check(&format!("/// ```{words}\n/// f();\n/// ```\n"), "\n\n\n");
        }
        check("let a = \"```\";\n```\nf();\n```\n", "\n\n\n\n");
        check("/// ```\n/// f();\nfn a() {}\n/// Words.\n", "\n\n\n\n");
    }
}
