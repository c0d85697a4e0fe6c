//! The features of an SDK that follow from the tags of its document: a part of its manifest, between two lines that stay.

use std::path::{Path, PathBuf};

use keyapi_codegen::features::{ALL, of_document};
use serde_json::Value;

use crate::input::{Failure, refused};
use crate::workspace::display;

/// The line before what is written.
const BEGIN: &str = "# What `cargo xtask regen` writes: the operations of each tag of the document, and those of all.";

/// The line after it.
const END: &str = "# The end of what `cargo xtask regen` writes.";

/// The manifest with the features of the document in it.
///
/// # Errors
///
/// It cannot be read, or does not have the two lines.
pub(crate) fn manifest(sdk_sources: &Path, document: &Value) -> Result<(PathBuf, String), Failure> {
    let path = sdk_sources.with_file_name("Cargo.toml");
    let text = std::fs::read_to_string(&path)?;
    let lines = between(&text).ok_or_else(|| {
        let name = display(&path);
        refused(format!(
            "{name} does not have these two lines once, in this order, among its features:\n{BEGIN}\n{END}"
        ))
    })?;
    let [before, _, after] = lines;
    Ok((path, format!("{before}{}{after}", block(document))))
}

/// The text up to the first line, what is between the two, and the rest from the second.
fn between(text: &str) -> Option<[&str; 3]> {
    let (begin, end) = (format!("{BEGIN}\n"), format!("{END}\n"));
    if [&begin, &end].iter().any(|line| text.matches(line.as_str()).count() != 1) {
        return None;
    }
    let (start, stop) = (text.find(&begin)? + begin.len(), text.find(&end)?);
    Some([text.get(..start)?, text.get(start..stop)?, text.get(stop..)?])
}

fn block(document: &Value) -> String {
    let features = of_document(document);
    let names: String = features.keys().map(|name| format!("    {name:?},\n")).collect();
    let all = if names.is_empty() { "[]".to_owned() } else { format!("[\n{names}]") };
    let each: String = features.keys().map(|name| format!("{name} = []\n")).collect();
    format!("{ALL} = {all}\n{each}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use keyapi_codegen::features::RESERVED;
    use serde_json::json;

    use super::*;
    use crate::workspace::platform;

    fn document(tags: &[&[&str]]) -> Value {
        let paths = tags.iter().enumerate();
        let paths = paths.map(|(number, tags)| (format!("/{number}"), json!({"get": {"tags": tags, "responses": {}}})));
        json!({ "paths": paths.collect::<serde_json::Map<_, _>>() })
    }

    #[test]
    fn features_come_between_the_lines_and_nothing_else_changes() {
        let folder = tempfile::TempDir::new().unwrap();
        let (path, sources) = (folder.path().join("Cargo.toml"), folder.path().join("src"));
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        let with = |inside: &str| format!("[features]\na = []\n{BEGIN}\n{inside}{END}\nb = [] # kept\n");
        write(&with("former = []\n"));
        let (written, text) = manifest(&sources, &document(&[&["Music"], &["Shop", "gzip"], &[], &["music"]])).unwrap();
        assert_eq!(written, path);
        let inside = "operations = [\n    \"music\",\n    \"shop\",\n    \"tag-gzip\",\n]\nmusic = []\nshop = []\ntag-gzip = []\n";
        assert_eq!(text, with(inside));
        write(&text);
        assert_eq!(manifest(&sources, &document(&[&[]])).unwrap().1, with("operations = []\n"));
        for broken in [with("").replace(END, ""), with(&format!("{END}\n")), format!("{END}\n{BEGIN}\n")] {
            write(&broken);
            let said = manifest(&sources, &document(&[])).unwrap_err().to_string();
            assert!(said.contains("does not have these two lines once"), "{said}");
        }
    }

    #[test]
    fn no_tag_takes_the_name_of_a_feature_that_a_person_wrote() {
        let text = std::fs::read_to_string(platform().sdk_sources.with_file_name("Cargo.toml")).unwrap();
        let [before, _, after] = between(&text).unwrap();
        let manifest: toml::Table = format!("{before}{after}").parse().unwrap();
        let names = manifest["features"].as_table().unwrap().keys().map(String::as_str).chain([ALL]);
        assert_eq!(names.collect::<BTreeSet<_>>(), BTreeSet::from(RESERVED));
    }
}
