//! The files of a new platform's crates.

use std::path::PathBuf;

use toml::Value;

use crate::input::{Failure, refused};
use crate::workspace::{Platform, platform, root, tests_of};

const SDK: &str = include_str!("sdk.toml");
const MOCK: &str = include_str!("mock.toml");
const CLI: &str = include_str!("cli.toml");
const CONTRACT: &str = include_str!("contract.toml");
const CONTRACT_SOURCE: &str = include_str!("contract.rs.txt");

/// Titles are no longer than this in descriptions of packages.
const TITLE: usize = 80;

/// The crates of a platform.
pub(super) struct Crates<'a> {
    platform: &'a Platform,
    title: String,
}

impl<'a> Crates<'a> {
    /// The crates around a document with that title.
    pub(super) fn of(platform: &'a Platform, title: &str) -> Self {
        let words: Vec<&str> = title.split(|c: char| c.is_whitespace() || c.is_control()).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let title: String = words.join(" ").chars().take(TITLE).collect();
        Self { platform, title: if title.is_empty() { platform.name.clone() } else { title } }
    }

    /// Every file with its text.
    pub(super) fn files(&self) -> Vec<(PathBuf, String)> {
        let name = &self.platform.name;
        let of_crate = |suffix: &str, file: &str| root().join(format!("crates/{name}{suffix}/{file}"));
        let shared = ["contract.rs", "generated.rs", "src/bin/coverage.rs"].map(|source| {
            let file = source.rsplit('/').next().unwrap_or(source);
            (tests_of(name).join(file), self.fill(&CONTRACT_SOURCE.replace("{source}", source)))
        });
        let files = [
            (of_crate("", "Cargo.toml"), SDK),
            (of_crate("", "build.rs"), include_str!("sdk_build.rs.txt")),
            (of_crate("", "src/lib.rs"), include_str!("sdk_lib.rs.txt")),
            (of_crate("-mock", "Cargo.toml"), MOCK),
            (of_crate("-mock", "src/lib.rs"), include_str!("mock_lib.rs.txt")),
            (of_crate("-mock", "src/main.rs"), include_str!("mock_main.rs.txt")),
            (of_crate("-cli", "Cargo.toml"), CLI),
            (of_crate("-cli", "src/main.rs"), include_str!("cli_main.rs.txt")),
            (tests_of(name).join("Cargo.toml"), CONTRACT),
        ]
        .map(|(path, template)| (path, self.fill(template)));
        files.into_iter().chain(shared).collect()
    }

    /// A template with the names of the platform.
    fn fill(&self, template: &str) -> String {
        let description = |what: &str| Value::String(format!("{what} {}", self.title)).to_string();
        template
            .replace("{client_description}", &description("Typed client for"))
            .replace("{mock_description}", &description("Mock server that answers from the OpenAPI document of"))
            .replace("{cli_description}", &description("Command line of"))
            .replace("{rust_name}", &self.platform.name.replace('-', "_"))
            .replace("{name}", &self.platform.name)
    }
}

/// The manifest of the workspace, with the crates of another platform.
///
/// # Errors
///
/// It is not as this workspace has it.
pub(super) fn manifest_of_workspace(new: &Platform) -> Result<String, Failure> {
    let (text, name) = (std::fs::read_to_string(root().join("Cargo.toml"))?, &new.name);
    let members = "members = [\"crates/*\", \"tests\"";
    let first = format!("keyapi-{} = ", platform().name);
    let client = format!("keyapi-{name} = {{ path = \"crates/{name}\", default-features = false }}\n");
    let at = text.lines().find(|line| line.starts_with(&first));
    match (at, text.contains(members)) {
        (Some(line), true) => Ok(text.replacen(members, &format!("{members}, \"tests/{name}\""), 1).replacen(
            &format!("{line}\n"),
            &format!("{client}{line}\n"),
            1,
        )),
        _ => Err(refused(format!("Cargo.toml has no line `{first}…` or none with `{members}…`"))),
    }
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::*;

    /// A part of a manifest, without what `regen` writes.
    fn part(manifest: &str, key: &str) -> Option<Value> {
        let mut table: Table = manifest.parse().unwrap();
        let part = table.remove(key)?;
        let Value::Table(mut part) = part else { return Some(part) };
        part.retain(|key, value| key != "description" && key != "operations" && value.as_array() != Some(&Vec::new()));
        Some(Value::Table(part))
    }

    #[test]
    fn the_manifests_are_those_of_the_platform_that_is_there() {
        let there = platform();
        let made = Crates::of(&there, "A title").files();
        for (path, text) in
            made.iter().filter(|(path, _)| path.ends_with("Cargo.toml") && path.starts_with(root().join("crates")))
        {
            let found = std::fs::read_to_string(path).unwrap();
            for key in ["package", "features", "lints", "bin", "dependencies", "build-dependencies"] {
                assert_eq!(part(text, key), part(&found, key), "{key} of {}", path.display());
            }
        }
        for (path, text) in made.iter().filter(|(path, _)| path.ends_with("main.rs") || path.ends_with("build.rs")) {
            assert_eq!(*text, std::fs::read_to_string(path).unwrap(), "{}", path.display());
        }
    }

    #[test]
    fn titles_are_text_of_a_manifest_whatever_they_hold() {
        let there = platform();
        assert_eq!(Crates::of(&there, " a \t b\u{7}c ").title, "a b c");
        for title in ["", "a\"b\\c", "line\nbreak\u{7}", "{name}", &"long ".repeat(100)] {
            for (path, text) in Crates::of(&there, title).files() {
                if path.ends_with("Cargo.toml") {
                    let parsed: Table = text.parse().unwrap();
                    assert!(
                        parsed["package"]["description"].as_str().is_some_and(|text| text.len() < 200),
                        "{title:?}"
                    );
                }
            }
        }
    }
}
