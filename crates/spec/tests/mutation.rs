//! Damaged pages and documents end in diagnostics, never in a panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_spec::Source;
use keyapi_spec::diagnostic::render::{self, Files, Style};
use keyapi_spec::import::{Incoming, merge};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

const VENDORED: &str = include_str!("../../../openapi/tiktok.openapi.json");
const MUSIC: &str = include_str!("pages/trending-music.md");
const VIDEO: &str = include_str!("pages/video-search.md");

/// Bytes that mean something in Markdown, YAML or JSON.
const TELLING: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b"`",
    b"```\n",
    b"~~~",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b": ",
    b",",
    b"- ",
    b"? ",
    b"|",
    b">-\n",
    b"&a ",
    b"*a ",
    b"!!str ",
    b"<<: ",
    b"#",
    b"%",
    b"---\n",
    b"...\n",
    b"\\u",
    b"\\",
    b"1e999",
    b".inf",
    b"\xff",
    b"\xc3\xa9",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"<div>\n",
    b"</div>\n",
    b"<!--",
    b"$ref: x",
    b"null",
];

#[derive(Clone, Debug)]
enum Damage {
    Delete(Index, usize),
    Duplicate(Index, usize),
    Insert(Index, Index),
    Truncate(Index),
    DeleteLine(Index),
    DuplicateLine(Index),
    Indent(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<Index>;
    prop_oneof![
        1 => (place(), 1_usize..40).prop_map(|(at, length)| Damage::Delete(at, length)),
        1 => (place(), 1_usize..400).prop_map(|(at, length)| Damage::Duplicate(at, length)),
        4 => (place(), place()).prop_map(|(at, what)| Damage::Insert(at, what)),
        1 => place().prop_map(Damage::Truncate),
        1 => place().prop_map(Damage::DeleteLine),
        1 => place().prop_map(Damage::DuplicateLine),
        1 => (place(), 0_usize..9).prop_map(|(at, width)| Damage::Indent(at, width)),
    ]
}

fn line_at(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end + 1);
    start..end
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let place = |at: &Index| at.index(bytes.len());
    let part = |at: &Index, length: usize| place(at)..(place(at) + length).min(bytes.len());
    match damage {
        Damage::Delete(at, length) => drop(bytes.drain(part(at, *length))),
        Damage::Duplicate(at, length) => {
            let part = part(at, *length);
            let copy = bytes[part.clone()].to_vec();
            bytes.splice(part.end..part.end, copy);
        }
        Damage::Insert(at, what) => {
            let at = place(at);
            bytes.splice(at..at, TELLING[what.index(TELLING.len())].iter().copied());
        }
        Damage::Truncate(at) => bytes.truncate(place(at)),
        Damage::DeleteLine(at) => drop(bytes.drain(line_at(bytes, place(at)))),
        Damage::DuplicateLine(at) => {
            let line = line_at(bytes, place(at));
            let copy = bytes[line.clone()].to_vec();
            bytes.splice(line.end..line.end, copy);
        }
        Damage::Indent(at, width) => {
            let start = line_at(bytes, place(at)).start;
            bytes.splice(start..start, vec![b' '; *width]);
        }
    }
}

/// Reads damaged bytes in every way there is, and shows what is found.
fn read(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut files = Files::default();
    files.insert(name, bytes);
    let vendored = Source::parse("vendored.json", VENDORED.as_bytes()).expect("the vendored document is good");
    let result = Incoming::parse(name, bytes).and_then(|input| {
        let again = Source::parse("again.json", input.source().to_json().as_bytes())?;
        assert_eq!(again.value(), input.source().value());
        merge(Some(&vendored), &[input])
    });
    match result {
        Ok(merged) => {
            let document = Source::parse("merged.json", merged.json.as_bytes());
            prop_assert!(document.is_ok(), "{:?}", document);
        }
        Err(errors) => {
            prop_assert!(!errors.is_empty());
            for error in &errors {
                prop_assert!(error.is_error() && error.line > 0 && error.column > 0, "{:?}", error);
            }
            let shown = render::text(&errors, &files, Style::Plain);
            prop_assert!(shown.contains(&format!("{name}:{}:", errors[0].line)), "{}", shown);
        }
    }
    Ok(())
}

/// Damages a text in as many ways as the count says, the same ones in every run.
fn check(name: &str, text: &str) {
    let config = Config { cases: 256, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = vec(damage(), 1..5);
    let result = runner.run(&strategy, |damages| {
        let mut bytes = text.as_bytes().to_vec();
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        read(name, &bytes)
    });
    result.unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn damaged_pages_never_panic() {
    check("page.md", MUSIC);
    check("page.md", VIDEO);
}

#[test]
fn damaged_json_never_panics() {
    check("document.json", VENDORED);
}

#[test]
fn damaged_yaml_never_panics() {
    let (_, block) = VIDEO.split_once("````yaml").unwrap();
    let (_, block) = block.split_once('\n').unwrap();
    check("document.yaml", block.trim_end_matches("````\n"));
}
