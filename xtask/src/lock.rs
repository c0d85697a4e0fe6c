//! `openapi/NAME.lock`: digests of everything that goes into and comes out of a regeneration.

use std::collections::BTreeMap;
use std::path::Path;

use keyapi_codegen::RustNames;
use keyapi_spec::naming::pins::{self, FormerNames, Names};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::changelog;
use crate::input::{Failure, optional};
use crate::workspace::display;

/// The lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Lock {
    /// What writes the file, for whoever opens it.
    pub(crate) generated_by: String,
    /// The documentation pages that the vendored document came from, by operation. Only an import changes them.
    pub(crate) pages: BTreeMap<String, Page>,
    /// Digest of the vendored document.
    pub(crate) vendored: String,
    /// Digest of the overlay.
    pub(crate) overlay: String,
    /// Digest of the prices.
    pub(crate) credits: String,
    /// Digests of the stored samples by file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) evidence: BTreeMap<String, String>,
    /// Digest of the resolved document.
    pub(crate) resolved: String,
    /// How many operations that has.
    pub(crate) operations: usize,
    /// Names that a release has given, by what they are of: they never move. Nothing is released without them.
    pub(crate) names: Names,
    /// Names that releases gave and a person changed since, by what they are of: callers may use them for one release more.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) former_names: FormerNames,
    /// Digests of the generated sources by file.
    pub(crate) generated: BTreeMap<String, String>,
    /// Digests of the reviewed copies by file.
    pub(crate) snapshots: BTreeMap<String, String>,
    /// Digests of the entries that the changelog takes for what changed since the last release, by operation.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) drafts: BTreeMap<String, String>,
    /// The generator and its version.
    pub(crate) generator: String,
    /// The formatter and its version.
    pub(crate) formatter: String,
}

/// A documentation page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    /// The page's file name.
    pub(crate) name: String,
    /// Digest of the page.
    pub(crate) sha256: String,
}

impl Lock {
    /// Reads the lock file; an empty one where there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no lock file: to write it anew would lose what only imports and releases put there.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let Some(text) = optional(std::fs::read_to_string(path))? else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| {
            let file = display(path);
            // Git gives no file back that both sides of a merge have.
            let error = match changelog::conflict(&text) {
                Some(_) => format!("a merge left both sides in it: by `git checkout --ours {file}`"),
                None => format!("{error}:"),
            };
            Failure::Diagnostics(format!(
                "error: {file}: {error} take the file back from git, then run `cargo xtask regen`"
            ))
        })
    }

    /// Pins the names that a release gives. Those that a person changed are kept for callers.
    pub(crate) fn pin(&mut self, given: &Names) {
        pins::release(&mut self.names, &mut self.former_names, given, &RustNames);
    }

    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// What a lock file has that is not so any more.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    previous: Lock,
    /// What has other values now, by the names that the file has for it.
    keys: Vec<String>,
}

impl Difference {
    /// Compares a lock with what a run makes.
    pub(crate) fn of(previous: Lock, now: &Lock) -> Self {
        let [one, other] = [&previous, now].map(|lock| serde_json::to_value(lock).unwrap_or_default());
        let keys = other.as_object().into_iter().flatten().map(|(key, _)| key);
        let keys = keys.filter(|key| one.get(key) != other.get(key)).cloned().collect();
        Self { previous, keys }
    }

    /// The drafts that were made before.
    pub(crate) fn former_drafts(&self) -> &BTreeMap<String, String> {
        &self.previous.drafts
    }

    /// The same, compared with another lock of today.
    pub(crate) fn with(self, now: &Lock) -> Self {
        Self::of(self.previous, now)
    }

    /// Says of the lock itself what of it does not match.
    pub(crate) fn of_itself(&self) -> Option<String> {
        let is_empty = self.keys.is_empty() || self.previous == Lock::default();
        (!is_empty).then(|| format!("it does not match in {}", self.keys.join(", ")))
    }

    /// Says of the vendored document that it is not as the last import or regeneration found it.
    pub(crate) fn of_document(&self) -> Option<&'static str> {
        let is_edited = self.keys.iter().any(|key| key == "vendored") && !self.previous.vendored.is_empty();
        is_edited.then_some(
            "no import wrote this: what a page has wrong is corrected in the overlay, or the next import undoes it",
        )
    }

    /// Whether only what goes into a run is not as the lock has it.
    pub(crate) fn is_of_input(&self) -> bool {
        self.keys.iter().all(|key| ["vendored", "overlay", "credits", "evidence"].contains(&key.as_str()))
    }

    /// Says of a reviewed copy why it is not as a run makes it, unless it is as the last run made it.
    pub(crate) fn of_copy(&self, path: &Path) -> Option<&'static str> {
        let recorded = self.recorded(path)?;
        match std::fs::read(path) {
            Ok(bytes) if digest(&bytes) == *recorded => None,
            Ok(_) => Some("it was edited by hand, which does not last: correct the document or its overlay"),
            Err(_) => Some("it is missing"),
        }
    }

    /// Says of a file that no run makes why it is there.
    pub(crate) fn of_orphan(&self, path: &Path) -> &'static str {
        match (self.recorded(path), path.extension().is_some_and(|extension| extension == "tmp")) {
            (Some(_), _) => "the lock lists it, and nothing makes it any more",
            (None, true) => "a run that was cut short left it",
            (None, false) => "nothing makes it",
        }
    }

    fn recorded(&self, path: &Path) -> Option<&String> {
        self.previous.snapshots.get(path.file_name()?.to_str()?)
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lock that lists one copy.
    fn listing(name: &str, content: &[u8]) -> Lock {
        Lock { snapshots: BTreeMap::from([(name.to_owned(), digest(content))]), ..Lock::default() }
    }

    #[test]
    fn a_lock_says_what_of_it_does_not_match() {
        let lock = Lock { overlay: "a".to_owned(), operations: 1, ..Lock::default() };
        assert_eq!(Difference::of(lock.clone(), &lock).of_itself(), None);
        let other = Lock { overlay: "b".to_owned(), operations: 2, ..Lock::default() };
        let said = Difference::of(lock.clone(), &other).of_itself();
        assert_eq!(said.as_deref(), Some("it does not match in overlay, operations"));
        assert_eq!(Difference::of(Lock::default(), &lock).of_itself(), None, "there was none");
    }

    #[test]
    fn what_is_no_lock_is_not_written_over() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("a.lock");
        assert_eq!(Lock::read(&path).unwrap(), Lock::default());
        let lock = Lock { names: BTreeMap::from([("GET /a".to_owned(), "a".to_owned())]), ..Lock::default() };
        std::fs::write(&path, lock.to_text()).unwrap();
        assert_eq!(Lock::read(&path).unwrap(), lock);
        std::fs::write(&path, format!("<<<<<<< ours\n{}", lock.to_text())).unwrap();
        let said = Lock::read(&path).unwrap_err().to_string();
        assert!(said.contains("a merge left both sides in it: by `git checkout --ours "), "{said}");
        assert!(
            said.contains("a.lock: ") && said.ends_with("take the file back from git, then run `cargo xtask regen`")
        );
    }

    #[test]
    fn a_copy_that_was_edited_is_told_from_one_that_is_out_of_date() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("a.snap");
        let difference = Difference::of(listing("a.snap", b"old"), &Lock::default());
        assert_eq!(difference.of_copy(&path), Some("it is missing"));
        std::fs::write(&path, "old").unwrap();
        assert_eq!(difference.of_copy(&path), None);
        std::fs::write(&path, "mine").unwrap();
        assert!(difference.of_copy(&path).is_some_and(|why| why.starts_with("it was edited by hand")));
        assert_eq!(Difference::default().of_copy(&path), None);
    }

    #[test]
    fn an_orphan_says_where_it_is_from() {
        let difference = Difference::of(listing("a.snap", b"old"), &Lock::default());
        let said = |name: &str| difference.of_orphan(Path::new(name));
        assert_eq!(said("s/a.snap"), "the lock lists it, and nothing makes it any more");
        assert_eq!(said("s/b.snap"), "nothing makes it");
        assert_eq!(said("s/.xtask-a.tmp"), "a run that was cut short left it");
    }
}
