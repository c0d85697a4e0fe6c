//! Files and folders that comments and documents name are there.

use std::path::{Path, PathBuf};

use crate::files::{everything, none, read, shown};
use crate::support::root;

/// Files that commands make and the repository does not have.
const MADE: [&str; 8] = [
    "client.rs",
    "dispatch.rs",
    "httpmock.rs",
    "operations.rs",
    "report.json",
    "resolved.openapi.json",
    "tiktok.released.json",
    "types.rs",
];

/// Words that stand for a name that the reader chooses.
const PLACEHOLDERS: [&str; 3] = ["NAME", "OPERATION", "STATUS"];

/// What the names of files end with.
const EXTENSIONS: [&str; 11] = ["css", "html", "js", "json", "lock", "md", "png", "rs", "toml", "yaml", "yml"];

/// Folders at the root, of which documents name others by their path.
const FOLDERS: [&str; 7] = [".ci/", ".github/", "crates/", "docs/", "openapi/", "tests/", "xtask/"];

/// The files of a repository.
struct Repository {
    root: PathBuf,
    files: Vec<PathBuf>,
}

impl Repository {
    fn here() -> Self {
        Self { root: root(), files: everything() }
    }

    /// Whether a file or a folder is there, at the root or in any folder.
    fn has(&self, name: &str) -> bool {
        let is_of = |file: &PathBuf| file.ancestors().any(|path| path != self.root && path.ends_with(name));
        self.root.join(name).exists() || self.files.iter().any(is_of)
    }

    /// The names between backticks that are those of files or folders, and of none that there is.
    fn missing<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let names = text.split('`').skip(1).step_by(2).filter(|name| names_a_file(name));
        let is_made = |name: &str| name.rsplit('/').next().is_some_and(|name| MADE.contains(&name));
        names.filter(move |name| !is_made(name) && !self.has(name.trim_end_matches('/')))
    }

    /// The targets of links in a document that are not there.
    fn broken<'t>(&self, folder: &Path, text: &'t str) -> impl Iterator<Item = &'t str> {
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let local = targets.filter(|target| !target.is_empty() && !target.contains(':'));
        local.filter(move |target| !self.root.join(folder).join(target).exists())
    }
}

/// Whether text between backticks is meant as a file or a folder of this repository.
fn names_a_file(text: &str) -> bool {
    let file = Path::new(text);
    let has_extension = file.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known));
    let is_path = has_extension && file.file_stem().is_some() || FOLDERS.iter().any(|folder| text.starts_with(folder));
    // What begins with a slash is a path of a URL.
    let is_other = text.starts_with('/') || PLACEHOLDERS.iter().any(|word| text.contains(word));
    is_path && !is_other && !text.contains(|c: char| c.is_whitespace() || "<>{}*:$|,\"()[]".contains(c))
}

/// What begins a comment in a file, by its extension.
fn comment(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()? {
        "rs" | "js" => Some("//"),
        "toml" | "yaml" | "yml" => Some("#"),
        _ => None,
    }
}

/// A document without its blocks of code, whose names are of other places.
fn prose(document: &str) -> String {
    document.split("```").step_by(2).collect()
}

#[test]
fn comments_name_files_that_exist() {
    let repository = Repository::here();
    let mut wrong = Vec::new();
    for file in &repository.files {
        let Some(sign) = comment(file) else { continue };
        for (number, line) in read(file).lines().enumerate() {
            let Some((_, comment)) = line.split_once(sign) else { continue };
            let missing = repository.missing(comment);
            wrong.extend(missing.map(|name| format!("{}:{}: there is no `{name}`", shown(file), number + 1)));
        }
    }
    none(&wrong);
}

#[test]
fn documents_name_files_that_exist_and_link_to_them() {
    let repository = Repository::here();
    let mut wrong = Vec::new();
    let documents = repository.files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md"));
    // The changelog tells of what has gone, too.
    for file in documents.filter(|file| !file.ends_with("CHANGELOG.md")) {
        let text = prose(&read(file));
        let missing = repository.missing(&text);
        wrong.extend(missing.map(|name| format!("{}: there is no `{name}`", shown(file))));
        let broken = repository.broken(file.parent().unwrap_or(file), &text);
        wrong.extend(broken.map(|target| format!("{}: a link leads to {target}, which is not there", shown(file))));
    }
    none(&wrong);
}

#[test]
fn the_architecture_names_paths_from_the_root() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let paths = text.split('`').skip(1).step_by(2);
    let paths = paths.filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder)));
    let wrong: Vec<String> = paths
        .filter(|path| !path.contains('<') && !root().join(path).exists())
        .map(|path| format!("ARCHITECTURE.md: there is no `{path}`"))
        .collect();
    none(&wrong);
}

#[test]
fn a_name_of_nothing_is_found() {
    let files =
        ["crates/a/src/one.rs", "tests/two.yaml", "docs/three.md"].map(|file| Path::new("/checkout").join(file));
    let repository = Repository { root: PathBuf::from("/checkout"), files: files.to_vec() };
    for there in ["one.rs", "src/one.rs", "crates/a", "crates/a/src/", "tests/two.yaml", "two.yaml", "a/src/one.rs"] {
        assert_eq!(repository.missing(&format!("See `{there}`.")).next(), None, "{there}");
    }
    for gone in ["two.rs", "src/two.rs", "crates/b", "tests/one.yaml", "three.yml", "b/src/one.rs", "docs/a/", "x.json"]
    {
        assert_eq!(repository.missing(&format!("See `{gone}`.")).next(), Some(gone));
    }
    for other in ["a.b()", "rs", ".rs", "/__mock/openapi.json", "NAME.lock", "crates/<platform>", "a b.rs", "types.rs"]
    {
        assert_eq!(repository.missing(&format!("See `{other}`.")).next(), None, "{other}");
    }
    let document = "[a](three.md) [b](mailto:a@x.io) [c](#d) [e](four.md#f)\n```\n`five.rs`\n```\n`six.rs`";
    let broken: Vec<&str> = repository.broken(Path::new("docs"), document).collect();
    // Nothing of this repository is on the machine.
    assert_eq!(broken, ["three.md", "four.md"]);
    assert_eq!(repository.missing(&prose(document)).collect::<Vec<_>>(), ["six.rs"]);
}
