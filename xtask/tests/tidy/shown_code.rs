//! Code that documents show is code that is tested.

use crate::files::{files, none, read, shown};
use crate::support::root;

#[test]
fn rust_that_documents_show_is_tested() {
    let tested: Vec<String> = files("rs")
        .into_iter()
        .filter(|file| file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "examples"))
        .map(|file| dedented(&read(&file)))
        .collect();
    none(&in_all_documents("rust", &tested));
}

/// The manifests of the README are handed to cargo by `xtask/tests/readme.rs` as they stand, one by one.
#[test]
fn manifests_that_documents_show_are_tested() {
    let manifests: Vec<String> = files("toml").iter().map(|file| dedented(&read(file))).collect();
    let mut wrong = in_all_documents("toml", &manifests);
    wrong.retain(|untested| !untested.starts_with("README.md: "));
    none(&wrong);
    assert_eq!(blocks("toml", &read(&root().join("README.md"))).len(), 3, "`xtask/tests/readme.rs` takes three");
}

#[test]
fn code_that_no_test_has_is_found() {
    let document = "a\n```rust,ignore\n  let a = 1;\n\n  let b;\n```\nb\n```toml\n[a]\n```\n```rust\nlet c;\n```\n";
    let tested = [dedented("fn a() {\n    let a = 1;\n\n    let b;\n}")];
    assert_eq!(untested("a.md", document, "rust", &tested), ["a.md: no test has these lines:\nlet c;\n"]);
    assert_eq!(untested("a.md", document, "toml", &tested), ["a.md: no test has these lines:\n[a]\n"]);
    assert_eq!(untested("a.md", document, "toml", &["[a]\nb = 1\n".to_owned()]), [""; 0]);
}

/// Blocks of a language in documents that are not among the tested texts.
fn in_all_documents(language: &str, tested: &[String]) -> Vec<String> {
    let documents = files("md").into_iter();
    documents.flat_map(|file| untested(&shown(&file), &read(&file), language, tested)).collect()
}

fn untested(name: &str, document: &str, language: &str, tested: &[String]) -> Vec<String> {
    let blocks = blocks(language, document).into_iter();
    let untested = blocks.filter(|code| !tested.iter().any(|text| text.contains(code.trim())));
    untested.map(|code| format!("{name}: no test has these lines:\n{code}")).collect()
}

/// The blocks of a language, without their indentation.
fn blocks(language: &str, document: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let blocks = document.split(&fence).skip(1).filter_map(|block| block.split_once('\n'));
    blocks.map(|(_, code)| dedented(code.split("```").next().unwrap_or_default())).collect()
}

/// Lines without their indentation, which depends on where they stand.
fn dedented(code: &str) -> String {
    code.lines().map(|line| format!("{}\n", line.trim())).collect()
}
