//! Annotations of a workflow run, which GitHub shows at the lines that they are about.

use keyapi_spec::Diagnostic;
use keyapi_spec::diagnostic::Severity;
use keyapi_spec::diagnostic::render::visible;

/// One line that GitHub takes for an annotation; `level` is `error`, `warning` or `notice`.
pub(crate) fn annotation(
    level: &str,
    title: &str,
    message: &str,
    (file, line, column): (&str, usize, usize),
) -> String {
    let mut properties = Vec::new();
    if !file.is_empty() {
        properties.push(format!("file={}", property(file)));
    }
    if line > 0 {
        properties.push(format!("line={line},col={}", column.max(1)));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

/// Diagnostics as annotations.
pub(crate) fn diagnostics(found: &[Diagnostic]) -> String {
    let annotations = found.iter().map(|found| {
        let level = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let message = [found.message.as_str(), found.help.as_str()].join("\n");
        annotation(level, found.code, message.trim_end(), (&found.file, found.line, found.column))
    });
    annotations.collect()
}

/// The text of an annotation, as the workflow commands escape it, and without what would do something to a log.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_is_one_line_whatever_is_in_it() {
        assert_eq!(
            annotation("error", "a:b", "50 %\n::warning::x", ("f,g.json", 3, 0)),
            "::error file=f%2Cg.json,line=3,col=1,title=a%3Ab::50 %25%0A::warning::x\n"
        );
        assert_eq!(annotation("notice", "a", "b", ("", 0, 0)), "::notice title=a::b\n");
        assert_eq!(
            annotation("notice", "a", "\u{1b}[2J\r\u{202e}b\u{85}", ("", 0, 0)),
            "::notice title=a::\\u{1b}[2J\\u{202e}b\\u{85}\n"
        );
    }
}
