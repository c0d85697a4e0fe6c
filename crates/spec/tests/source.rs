//! JSON and YAML files: what they are read as, where everything is, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_spec::source::{MAX_BYTES, MAX_DEPTH, Source};
use serde_json::{Value, json};

#[track_caller]
fn parse(name: &str, text: &str) -> Source {
    Source::parse(name, text.as_bytes()).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"))
}

#[track_caller]
fn check_value(name: &str, text: &str, expected: Value) {
    assert_eq!(parse(name, text).value(), expected, "{text}");
}

/// The findings as `line:column code pointer`, one a line.
#[track_caller]
fn findings(name: &str, bytes: &[u8]) -> String {
    let errors = Source::parse(name, bytes).expect_err("must be refused");
    for error in &errors {
        assert_eq!(error.file, name);
        assert!(error.is_error() && !error.message.is_empty(), "{error:?}");
        assert_eq!(error.message.trim_end_matches(['.', '\n']), error.message, "a fragment");
    }
    let lines = errors
        .iter()
        .map(|error| format!("{}:{} {} {}", error.line, error.column, error.code, error.pointer).trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check_refused(name: &str, text: &str, expected: &str) {
    assert_eq!(findings(name, text.as_bytes()), expected, "{text:?}");
}

#[test]
fn the_extension_decides_the_format() {
    check_value("a.json", " {\"a\": 1}", json!({"a": 1}));
    check_value("a.yaml", "{a: 1}", json!({"a": 1}));
    check_value("A.YML", "a: 1", json!({"a": 1}));
    check_value("a", "\n {\"a\": 1}", json!({"a": 1}));
    check_value("a.txt", "a: 1", json!({"a": 1}));
    check_refused("a.json", "a: 1", "1:1 json-syntax");
}

/// Values are read without places, and the tree with them is built when it is asked for.
#[test]
fn values_are_the_same_with_and_without_places() {
    let documents = manifest_dir().join("../codegen/tests/specs");
    let entries = std::fs::read_dir(documents).unwrap().map(|entry| entry.unwrap().path());
    let vendored = manifest_dir().join("../../openapi/tiktok.openapi.json");
    let mut compared = 0;
    for path in entries.chain([vendored]) {
        let name = path.display().to_string();
        let Ok(source) = Source::parse(&name, &std::fs::read(&path).unwrap()) else { continue };
        let first = source.value().to_string();
        assert_eq!(first, source.value().to_string(), "{name}: read again");
        assert_eq!(first, source.root().to_value().to_string(), "{name}: from the tree");
        assert_eq!(first, source.value().to_string(), "{name}: once there is a tree");
        compared += 1;
    }
    assert!(compared > 90, "only {compared} documents were compared");
}

#[test]
fn a_byte_order_mark_is_tolerated() {
    let source = parse("a.json", "\u{feff}{\"a\": 1}");
    assert_eq!(source.locate("/a").column, 2);
    check_value("a.yaml", "\u{feff}a: 1", json!({"a": 1}));
}

#[test]
fn what_is_not_utf8_is_refused_where_it_is() {
    assert_eq!(findings("a.json", b"{\n  \"\xc3\xa9\": \"\xff\"}"), "2:9 not-utf8");
    assert_eq!(findings("a.yaml", b"\xff\xfea\0"), "1:1 not-utf8");
}

#[test]
fn what_holds_no_document_is_refused() {
    for text in ["", " \n\t", "\u{feff}"] {
        check_refused("a.json", text, "1:1 empty-file");
        check_refused("a.yaml", text, "1:1 empty-file");
    }
    check_refused("a.yaml", "# only a comment\n", "1:1 empty-file");
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    assert_eq!(findings("a.json", &vec![b' '; MAX_BYTES + 1]), "1:1 too-large");
}

#[test]
fn json_is_read_strictly() {
    check_refused("a.json", "{\"a\": 1,}", "1:9 json-syntax");
    check_refused("a.json", "{\"a\": 1 // no\n}", "1:9 json-syntax");
    check_refused("a.json", "{a: 1}", "1:2 json-syntax");
    check_refused("a.json", "{'a': 1}", "1:2 json-syntax");
    check_refused("a.json", "[1 2]", "1:4 json-syntax");
    check_refused("a.json", "[+1]", "1:2 json-syntax");
    check_refused("a.json", "[.5]", "1:2 json-syntax");
    check_refused("a.json", "[5.]", "1:4 json-syntax");
    check_refused("a.json", "[0x1F]", "1:3 json-syntax");
    check_refused("a.json", "[01]", "1:3 json-syntax");
    check_refused("a.json", "[NaN]", "1:2 json-syntax");
    check_refused("a.json", "[Infinity]", "1:2 json-syntax");
    check_refused("a.json", "[\"\\x41\"]", "1:4 json-syntax");
    check_refused("a.json", "[\"a\tb\"]", "1:3 json-syntax");
    check_refused("a.json", "[1,\u{a0}2]", "1:4 json-syntax");
    check_refused("a.json", "[1,\u{b}2]", "1:4 json-syntax");
    check_refused("a.json", "[1]\n[2]", "2:1 json-syntax");
    check_refused("a.json", "{\"a\": \n", "2:1 json-syntax");
    check_refused("a.json", "[\"é\", x]", "1:7 json-syntax");
}

#[test]
fn surrogate_pairs_are_read_and_lone_ones_refused() {
    check_value("a.json", r#"["\ud83d\ude00 \u00e9 \\ \" \/"]"#, json!(["😀 é \\ \" /"]));
    check_refused("a.json", r#"["ab\ud83d"]"#, "1:5 json-syntax");
    check_refused("a.json", r#"{"\ude00": 1}"#, "1:3 json-syntax");
    check_refused("a.json", r#"["\ud83d\ud83d"]"#, "1:3 json-syntax");
}

#[test]
fn numbers_keep_their_spelling() {
    let text = "[\n  1.0,\n  1e5,\n  -0,\n  1.50,\n  12345678901234567890123\n]\n";
    assert_eq!(parse("a.json", text).to_json(), text);
    let yaml = parse("a.yaml", "[1.0, 1e5, -0, 0x1F, .5, +3, 007, 1_000, 0o17, 12345678901234567890123]");
    let flat: String = yaml.to_json().split_whitespace().collect();
    assert_eq!(flat, "[1.0,1e5,-0,31,0.5,3,7,\"1_000\",15,12345678901234567890123]");
}

#[test]
fn integers_beyond_64_bits_are_told_from_floats() {
    let text =
        r#"{"a/b": [1, 18446744073709551615, 18446744073709551616], "c": -9223372036854775809, "d": 1e30, "e": -0}"#;
    let source = parse("a.json", text);
    let rounded: Vec<&str> = source.rounded().iter().map(String::as_str).collect();
    assert_eq!(rounded, ["/a~1b/2", "/c"]);
    let value = source.value();
    assert_eq!(value["a/b"][1], json!(u64::MAX));
    assert_eq!(value["a/b"][2], json!(18446744073709551616.0));
    assert!(value["e"].is_i64() || value["e"].is_u64());
}

#[test]
fn numbers_that_no_float_holds_are_refused() {
    check_refused("a.json", "{\"a\": [1e999, 1, -1e999]}", "1:8 number-range /a/0\n1:18 number-range /a/2");
    check_refused("a.json", &"9".repeat(400), "1:1 number-range");
    check_refused(
        "a.yaml",
        "a: .inf\nb: [-.INF]\nc: .NaN",
        "1:4 number-range /a\n2:5 number-range /b/0\n3:4 number-range /c",
    );
}

#[test]
fn json_is_written_as_serde_json_writes_it() {
    let value = json!({"a": [], "b": {}, "é\n\u{1}\u{7f}": ["\"", 1, 1.5, null, true, {"x": [[]]}], "": "😀/"});
    let pretty = serde_json::to_string_pretty(&value).unwrap() + "\n";
    let source = parse("a.json", &pretty);
    assert_eq!(source.to_json(), pretty);
    assert_eq!(source.value(), value);
}

#[test]
fn yaml_scalars_resolve_as_the_core_schema_says() {
    let text = "[yes, no, on, y, true, FALSE, null, ~, '7', 7, \"true\", 2024-01-01, 1:30, -, Null, nan, 'null']";
    let text = text.replace(" -,", " '-',");
    let expected = json!([
        "yes",
        "no",
        "on",
        "y",
        true,
        false,
        null,
        null,
        "7",
        7,
        "true",
        "2024-01-01",
        "1:30",
        "-",
        null,
        "nan",
        "null"
    ]);
    check_value("a.yaml", &text, expected);
    check_value("a.yaml", "a:\nb: |\n  7\nc: >-\n  x\n  y\n", json!({"a": null, "b": "7\n", "c": "x y"}));
}

#[test]
fn yaml_keys_that_are_integers_become_strings() {
    check_value(
        "a.yaml",
        "200: a\n'404': b\n-1: c\n2024-01-01: d\nno: e",
        json!({
            "200": "a", "404": "b", "-1": "c", "2024-01-01": "d", "no": "e"
        }),
    );
    let refused = "true: a\n1.5: b\n~: c\n0x1F: d\n007: e\n[a]: f\n? {b: 1}\n: g\n";
    let expected = "1:1 yaml-key\n2:1 yaml-key\n3:1 yaml-key\n4:1 yaml-key\n5:1 yaml-key\n6:1 yaml-key\n7:3 yaml-key";
    check_refused("a.yaml", refused, expected);
}

#[test]
fn all_duplicate_keys_are_reported() {
    let json = "{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2, \"c\": 3},\n \"a\": 2}";
    check_refused("a.json", json, "2:2 duplicate-key /a\n1:24 duplicate-key /b/c\n1:32 duplicate-key /b/c");
    check_refused("a.json", "{\"a\": 1, \"\\u0061\": 2}", "1:10 duplicate-key /a");
    check_refused(
        "a.yaml",
        "200: a\nx: [{k: 1, 'k': 2}]\n'200': b\n",
        "3:1 duplicate-key /200\n2:12 duplicate-key /x/0/k",
    );
    let first = &Source::parse("a.yaml", b"k: 1\nk: 2").unwrap_err()[0];
    assert_eq!(first.message, "the key `k` is given again, first on line 1:1");
}

#[test]
fn what_comes_before_a_syntax_error_is_still_checked() {
    check_refused("a.yaml", "a: 1\na: 2\nb: [1\n", "4:1 yaml-syntax\n2:1 duplicate-key /a");
}

#[test]
fn yaml_that_json_has_no_match_for_is_refused() {
    check_refused("a.yaml", "x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n", "3:3 yaml-merge-key /y");
    check_refused("a.yaml", "a: 1\n---\nb: 2\n", "2:1 yaml-multi-document");
    check_refused(
        "a.yaml",
        "a: !!binary aGk=\nb: !!str 7\nc: !x y\n",
        "1:4 yaml-tag /a\n2:4 yaml-tag /b\n3:4 yaml-tag /c",
    );
    check_value(
        "a.yaml",
        "---\na: !!str x\nb: !!int 7\nc: !!map {}\n'<<': 1\n",
        json!({"a": "x", "b": 7, "c": {}, "<<": 1}),
    );
    check_refused("a.yaml", "a: 1\nb: \"\u{0}\"\nc: 2", "2:5 control-character");
}

#[test]
fn aliases_are_expanded() {
    check_value(
        "a.yaml",
        "a: &x [1, {b: 2}]\nc: *x\n&k d: *k\n",
        json!({"a": [1, {"b": 2}], "c": [1, {"b": 2}], "d": "d"}),
    );
    let source = parse("a.yaml", "a: &x\n  b: 1\nc: *x\n");
    assert_eq!((source.locate("/c").line, source.locate("/c/b").line), (3, 2));
    check_refused("a.yaml", "a: &x [*x]\n", "1:8 yaml-alias /a/0");
    check_refused("a.yaml", "a: *nothing\n", "1:4 yaml-syntax");
}

#[test]
fn aliases_are_expanded_within_bounds() {
    // What is copied counts as long as it is.
    let text = format!("a: &x {}\nb: [{}]\n", "x".repeat(100_000), ["*x"; 20].join(", "));
    assert_eq!(parse("a.yaml", &text).value()["b"].as_array().map(Vec::len), Some(20));
    let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let parts = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{parts}]\n"));
    }
    let found = findings("a.yaml", bomb.as_bytes());
    assert!(found.contains("yaml-alias") && found.lines().count() == 1, "{found}");

    let mut deep = "a0: &a0 [x]\n".to_owned();
    for level in 1..=MAX_DEPTH {
        deep.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let found = findings("a.yaml", deep.as_bytes());
    assert!(found.contains("too-deep"), "{found}");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let json = parse("a.json", &nested(MAX_DEPTH));
    serde_json::from_str::<Value>(&json.to_json()).expect("serde_json reads what we write");
    parse("a.yaml", &nested(MAX_DEPTH));
    let column = MAX_DEPTH + 1;
    check_refused("a.json", &nested(MAX_DEPTH + 1), &format!("1:{column} too-deep"));
    let found = findings("a.yaml", nested(MAX_DEPTH + 1).as_bytes());
    assert!(found.starts_with(&format!("1:{column} too-deep /0/0")), "{found}");
    parse("a.json", &format!("[\"{}\\\"[\"]", "[".repeat(1000)));
}

#[test]
fn a_hundred_thousand_levels_are_refused() {
    const LEVELS: usize = 100_000;
    let block = (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
    let cases = [
        ("a.json", "[".repeat(LEVELS)),
        ("a.json", "{\"a\":".repeat(LEVELS)),
        ("a.json", "[".repeat(LEVELS) + &"]".repeat(LEVELS)),
        ("a.yaml", "[".repeat(LEVELS)),
        ("a.yaml", "{a: ".repeat(LEVELS)),
        ("a.yaml", "- ".repeat(LEVELS)),
        ("a.yaml", "? ".repeat(LEVELS)),
        ("a.yaml", "[{".repeat(LEVELS)),
        ("a.yaml", block),
    ];
    for (name, text) in cases {
        let found = findings(name, text.as_bytes());
        assert!(found.contains("too-deep"), "{name} {}: {found}", &text[..4]);
    }
}

#[test]
fn pointers_lead_to_keys() {
    #[track_caller]
    fn check(source: &Source, pointer: &str, expected: (usize, usize)) {
        let found = source.locate(pointer);
        assert_eq!((found.line, found.column), expected, "{pointer}");
    }
    let json = parse("a.json", "{\n  \"paths\": {\n    \"/é/~x\": [1, {\"a\": 2}]\n  }\n}\n");
    check(&json, "", (1, 1));
    check(&json, "/paths", (2, 3));
    check(&json, "/paths/~1é~1~0x", (3, 5));
    check(&json, "/paths/~1é~1~0x/0", (3, 15));
    check(&json, "/paths/~1é~1~0x/1/a", (3, 19));
    check(&json, "/paths/~1é~1~0x/1/b/c", (3, 18));
    check(&json, "/paths/~1é~1~0x/9", (3, 5));
    check(&json, "/nothing", (1, 1));
    let yaml = parse("a.yaml", "# é\r\n\r\nkéy:\r\n  - 'é': {é: x}\r\n  - 200: y\r\n");
    check(&yaml, "/kéy", (3, 1));
    check(&yaml, "/kéy/0/é", (4, 5));
    check(&yaml, "/kéy/0/é/é", (4, 11));
    check(&yaml, "/kéy/1/200", (5, 5));
}

#[test]
fn offsets_are_right_in_long_texts_of_wide_characters() {
    let lines: String = (0..500).map(|n| format!("k{n}: \"é😀 {n}\" # ü\n")).collect();
    let source = parse("a.yaml", &lines);
    for n in [0, 1, 63, 64, 65, 250, 499] {
        let pointer = format!("/k{n}");
        let span = source.span(&pointer);
        assert_eq!(&source.text()[span.start..span.end], format!("k{n}"));
        let value = source.root().get(&pointer[1..]).unwrap().span;
        assert!(source.text()[value.start..value.end].starts_with(&format!("\"é😀 {n}\"")));
    }
}

#[test]
fn findings_are_placed() {
    let source = parse("a.yaml", "a:\n  b: 1\n");
    let placed = source.place(keyapi_spec::Diagnostic::note("x", "/a/b", "y"));
    assert_eq!((placed.file.as_str(), placed.line, placed.column), ("a.yaml", 2, 3));
}

#[test]
fn the_vendored_document_is_written_back_as_it_is() {
    let text = include_str!("../../../openapi/tiktok.openapi.json");
    let source = parse("tiktok.openapi.json", text);
    assert_eq!(source.to_json(), text);
    assert_eq!(source.value(), serde_json::from_str::<Value>(text).unwrap());
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
