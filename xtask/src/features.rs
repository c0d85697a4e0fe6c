//! The features of an SDK that follow from the tags of its document: a part of its manifest, between two lines that stay.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use keyapi_codegen::features::{ALL, of_document};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

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
/// It cannot be read, does not have the two lines, or has a name of its own that a feature of the document would take.
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
    let features = of_document(document);
    check_against(&features, &path, lines)?;
    Ok((path, format!("{before}{}{after}", block(&features))))
}

/// Features of the document by their names, with the tags that each is for.
type Features<'a> = BTreeMap<String, BTreeSet<&'a str>>;

/// Refuses a name that a person has given to a feature, or to an optional dependency, which is a feature: cargo cannot load a
/// manifest that has it twice.
fn check_against(features: &Features<'_>, path: &Path, lines: [&str; 3]) -> Result<(), Failure> {
    let [before, inside, after] = lines;
    // Places in what is left are places in the file.
    let others = format!("{before}{}{after}", inside.replace(|char| char != '\n', " "));
    let manifest: Manifest = toml::from_str(&others)
        .map_err(|error| refused(format!("{}: {}", display(path), error.to_string().trim_end())))?;
    for (name, what) in manifest.names() {
        let whose = match features.get(name.get_ref()) {
            Some(tags) => {
                let tags: Vec<String> = tags.iter().map(|tag| format!("{tag:?}")).collect();
                format!("the feature of the tag {}", tags.join(" and of the tag "))
            }
            None if name.get_ref() == ALL => "the feature of all operations".to_owned(),
            None => continue,
        };
        let line = 1 + others.get(..name.span().start).unwrap_or_default().matches('\n').count();
        return Err(refused(format!(
            "{}:{line}: the {what} `{name}` is called as {whose} is: call it otherwise, or call the tag otherwise in the overlay",
            display(path),
            name = name.get_ref()
        )));
    }
    Ok(())
}

type Dependencies = BTreeMap<Spanned<String>, toml::Value>;

/// What a manifest has that is, or makes, a feature.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    #[serde(default)]
    features: BTreeMap<Spanned<String>, Vec<String>>,
    #[serde(default)]
    dependencies: Dependencies,
    #[serde(default)]
    build_dependencies: Dependencies,
    #[serde(default)]
    target: BTreeMap<String, Target>,
}

/// What one platform alone depends on.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Target {
    #[serde(default)]
    dependencies: Dependencies,
    #[serde(default)]
    build_dependencies: Dependencies,
}

impl Manifest {
    /// Names that are taken, with what has each.
    fn names(&self) -> impl Iterator<Item = (&Spanned<String>, &'static str)> {
        let of_targets = self.target.values().flat_map(|of| [&of.dependencies, &of.build_dependencies]);
        let all = [&self.dependencies, &self.build_dependencies].into_iter().chain(of_targets).flatten();
        let is_optional = |value: &toml::Value| value.get("optional").and_then(toml::Value::as_bool) == Some(true);
        // One that a feature asks for by `dep:` makes none of its own.
        let is_asked_for = |name: &str| {
            self.features.values().flatten().any(|value| value.strip_prefix("dep:").is_some_and(|asked| asked == name))
        };
        let optional = all.filter(move |(name, value)| is_optional(value) && !is_asked_for(name.get_ref()));
        let features = self.features.keys().map(|name| (name, "feature"));
        features.chain(optional.map(|(name, _)| (name, "optional dependency")))
    }
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

fn block(features: &Features<'_>) -> String {
    let names: String = features.keys().map(|name| format!("    {name:?},\n")).collect();
    let all = if names.is_empty() { "[]".to_owned() } else { format!("[\n{names}]") };
    let each: String = features.keys().map(|name| format!("{name} = []\n")).collect();
    format!("{ALL} = {all}\n{each}")
}

#[cfg(test)]
mod tests {
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
    fn a_name_that_a_person_gave_is_not_written_twice() {
        let folder = tempfile::TempDir::new().unwrap();
        let (path, sources) = (folder.path().join("Cargo.toml"), folder.path().join("src"));
        let made = |first: &str, last: &str, tags: &[&str]| {
            let text = format!("[features]\n{first}\n{BEGIN}\nfast = []\n{END}\n{last}\n");
            std::fs::write(&path, text).unwrap();
            manifest(&sources, &document(&[tags])).map(|_| ()).map_err(|error| error.to_string())
        };
        let refused = |first: &str, last: &str, line: usize, what: &str| {
            let said = made(first, last, &["Fast", "fast"]).unwrap_err();
            let expected =
                format!("Cargo.toml:{line}: the {what} `fast` is called as the feature of the tag \"Fast\" and");
            assert!(said.contains(&expected) && said.contains("call it otherwise"), "{said}");
        };
        refused("fast = [\"gzip\"]", "", 2, "feature");
        refused("", "fast = []", 6, "feature");
        refused("", "\"fast\" = []", 6, "feature");
        for table in ["dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
            refused("", &format!("[{table}]\nfast = {{ version = \"1\", optional = true }}"), 7, "optional dependency");
        }
        refused("", "[dependencies.fast]\nversion = \"1\"\noptional = true", 6, "optional dependency");
        // What makes no feature takes no name.
        let dependency = |rest: &str| format!("[dependencies]\nfast = {{ version = \"1\"{rest} }}");
        assert_eq!(made("", &dependency(""), &["Fast"]), Ok(()));
        assert_eq!(made("quick = [\"dep:fast\"]", &dependency(", optional = true"), &["Fast"]), Ok(()));
        assert_eq!(made("fast = []", "", &["Slow"]), Ok(()));
        let said = made("operations = []", "", &[]).unwrap_err();
        assert!(said.contains(":2: the feature `operations` is called as the feature of all operations is"), "{said}");
        let said = made("fast", "", &[]).unwrap_err();
        assert!(said.contains("Cargo.toml: TOML parse error at line 2"), "{said}");
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
