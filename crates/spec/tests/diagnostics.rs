//! Every diagnostic code has an entry in the documentation, and every entry a code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ENTRIES: &str = include_str!("../../../docs/diagnostics.md");

/// The modules whose codes are documented, as files or directories.
const MODULES: [&str; 6] = ["source.rs", "source", "page.rs", "page", "import.rs", "import"];

/// All Rust text in a file or directory.
fn text(path: &Path) -> String {
    if path.is_file() {
        return fs::read_to_string(path).unwrap();
    }
    let mut files: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| text(file)).collect()
}

/// The string literals that come first in a call of `error`, `warning` or `note`.
fn codes(text: &str) -> BTreeSet<&str> {
    let calls = ["error(", "warning(", "note("].into_iter().flat_map(|call| text.split(call).skip(1));
    let first = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    first
        .filter(|code| !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c)))
        .collect()
}

#[test]
fn codes_and_entries_match() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text: String = MODULES.iter().map(|module| text(&source.join(module))).collect();
    let used = codes(&text);
    assert!(used.len() > 20, "{used:?}");
    let entries: Vec<&str> = ENTRIES.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let documented: BTreeSet<&str> = entries.iter().copied().collect();
    assert_eq!(documented.len(), entries.len(), "an entry is given twice");
    let missing: Vec<_> = used.difference(&documented).collect();
    assert!(missing.is_empty(), "docs/diagnostics.md has no entry for {missing:?}");
    let all = self::text(&source);
    let stale: Vec<_> = documented.iter().filter(|code| !all.contains(&format!("\"{code}\""))).collect();
    assert!(stale.is_empty(), "docs/diagnostics.md has entries for {stale:?}, which nothing emits");
}
