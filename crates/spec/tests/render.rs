//! Diagnostics as text and as JSON.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_spec::diagnostic::render::{self, Files, Style};
use keyapi_spec::{Diagnostic, Source};

#[track_caller]
fn check(name: &str, text: &str, expected: &str) {
    let mut files = Files::default();
    files.insert(name, text.as_bytes());
    let errors = Source::parse(name, text.as_bytes()).expect_err("must be refused");
    let rendered = render::text(&errors, &files, Style::Plain);
    assert_eq!(rendered.trim(), expected.trim(), "\n{rendered}");
}

#[test]
fn the_line_is_shown_with_a_caret_and_a_help() {
    let expected = r#"
error[duplicate-key]: the key `a` is given again, first on line 2:3
 --> a.json:3:11
  |
3 |   "é": 1, "a": 2
  |           ^^^
  |
  = help: keep one of them: readers differ in which one they take

1 error, 0 warnings, 0 notes
"#;
    check("a.json", "{\n  \"a\": 1,\n  \"é\": 1, \"a\": 2\n}", expected);
}

#[test]
fn diagnostics_come_in_the_order_of_their_places() {
    let expected = "
error[yaml-key]: a key must be a string, this one is of the YAML type `bool`
 --> a.yaml:2:1
  |
2 | true: 2
  | ^^^^
  |
  = help: quote the key

error[duplicate-key]: the key `a` is given again, first on line 1:1
 --> a.yaml:3:1
  |
3 | a: 3
  | ^
  |
  = help: keep one of them: readers differ in which one they take

error[yaml-syntax]: while parsing a node, did not find expected node content
 --> a.yaml:4:5
  |
4 | b: [}
  |     ^
  |
  = help: correct the YAML at this place

3 errors, 0 warnings, 0 notes
";
    check("a.yaml", "a: 1\ntrue: 2\na: 3\nb: [}\n", expected);
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("{{\"k\": \"{}\", \"k\": 2, \"z\": \"{}\"}}", "x".repeat(300), "y".repeat(300));
    let expected = format!(
        "
error[duplicate-key]: the key `k` is given again, first on line 1:2
 --> a.json:1:311
  |
1 | ...{}\", \"k\": 2, \"z\": \"{}...
  |    {}^^^
  |
  = help: keep one of them: readers differ in which one they take

1 error, 0 warnings, 0 notes
",
        "x".repeat(37),
        "y".repeat(66),
        " ".repeat(40),
    );
    check("a.json", &text, &expected);
}

#[test]
fn characters_that_would_deceive_are_escaped() {
    let expected = r#"
error[duplicate-key]: the key `\u{202e}a` is given again, first on line 1:2
 --> a.json:1:14
  |
1 | {"\u{202e}a": "\u{9b}\u{7f}", "\u{202e}a": "    "}
  |                               ^^^^^^^^^^^
  |
  = help: keep one of them: readers differ in which one they take

1 error, 0 warnings, 0 notes
"#;
    check("a.json", "{\"\u{202e}a\": \"\u{9b}\u{7f}\", \"\u{202e}a\": \"    \"}", expected);
}

#[test]
fn the_end_of_a_text_can_be_shown() {
    let expected = "
error[json-syntax]: end of text while parsing a value
 --> a.json:2:1
  |
2 |
  | ^
  |
  = help: correct the JSON at this place

1 error, 0 warnings, 0 notes
";
    check("a.json", "[1,\n", expected);
}

#[test]
fn what_has_no_source_is_shown_without_a_line() {
    let note = Diagnostic::note("a-note", "/a/b", "seen");
    let mut warning = Diagnostic::warning("a-warning", "/c", "lost").help("look");
    (warning.file, warning.line, warning.column) = ("gone.json".to_owned(), 3, 7);
    let rendered = render::text(&[warning, note], &Files::default(), Style::Plain);
    let expected = "
note[a-note]: seen
 |
 = note: at /a/b

warning[a-warning]: lost
--> gone.json:3:7
 = help: look

0 errors, 1 warning, 1 note
";
    assert_eq!(rendered.trim(), expected.trim(), "\n{rendered}");
}

#[test]
fn a_place_is_as_exact_as_is_known() {
    for (line, column, place) in [(0, 0, "gone.json"), (3, 0, "gone.json:3"), (3, 7, "gone.json:3:7")] {
        let mut note = Diagnostic::note("a-note", "", "seen");
        (note.file, note.line, note.column) = ("gone.json".to_owned(), line, column);
        let rendered = render::text(&[note], &Files::default(), Style::Plain);
        assert!(rendered.contains(&format!("--> {place}\n")), "{rendered}");
    }
}

#[test]
fn colours_are_an_option() {
    let note = [Diagnostic::note("a-note", "", "seen")];
    assert!(!render::text(&note, &Files::default(), Style::Plain).contains('\u{1b}'));
    assert!(render::text(&note, &Files::default(), Style::Coloured).contains('\u{1b}'));
}

#[test]
fn the_place_is_right_in_colour_too() {
    let text = format!("[\"{}\", x]", "x".repeat(500));
    let mut files = Files::default();
    files.insert("a.json", text.as_bytes());
    let errors = Source::parse("a.json", text.as_bytes()).unwrap_err();
    let rendered = render::text(&errors, &files, Style::Coloured);
    assert!(rendered.contains("a.json:1:506\n"), "{rendered}");
}

#[test]
fn json_has_one_object_for_each_diagnostic() {
    let errors = Source::parse("a.yaml", b"a: 1\na: 2\n").unwrap_err();
    let expected = r#"[
  {
    "severity": "error",
    "code": "duplicate-key",
    "message": "the key `a` is given again, first on line 1:1",
    "pointer": "/a",
    "file": "a.yaml",
    "line": 2,
    "column": 1,
    "help": "keep one of them: readers differ in which one they take"
  }
]
"#;
    assert_eq!(render::json(&errors), expected);
    assert_eq!(render::json(&[]), "[]\n");
}

#[test]
fn few_notes_of_a_kind_are_shown_and_all_are_counted() {
    let note = |code, number: usize| Diagnostic::note(code, format!("/{number}"), "what");
    let mut found: Vec<Diagnostic> = (0..5).map(|number| note("many", number)).collect();
    found.extend((0..3).map(|number| note("few", number)));
    found.push(Diagnostic::warning("many", "/9", "a warning"));
    let brief = render::brief(&found, &Files::default(), Style::Plain);
    let count = |text: &str| brief.matches(text).count();
    assert_eq!((count("note[many]: what"), count("note[few]"), count("a warning")), (3, 3, 1), "{brief}");
    assert!(brief.contains("note[many]: … and 2 more; `--format json` lists all\n"), "{brief}");
    assert!(brief.ends_with("0 errors, 1 warning, 8 notes\n"), "{brief}");
    assert_eq!(render::text(&found, &Files::default(), Style::Plain).matches("note[many]: what").count(), 5);
}
