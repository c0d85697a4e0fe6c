//! Writes files so that nobody ever sees half of one, and all of them or none, unless the machine stops in between.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::input::optional;

/// How files are called that are still to move into place.
const STAGED: (&str, &str) = (".xtask-", ".tmp");

/// Writes all files and removes others, or changes nothing where one of them cannot be written.
///
/// Every file is written beside its place first; they move into place only when all of them are complete. The last one
/// moves last, so that it may vouch for the others: after a crash in between, it is the old one.
pub(crate) fn write_all(files: &[(PathBuf, String)], gone: &[PathBuf]) -> io::Result<()> {
    let mut staged = Vec::new();
    for (path, content) in files {
        let path = followed(path);
        staged.push((stage(&path, content).map_err(|error| named("write", &path, &error))?, path));
    }
    let last = staged.pop();
    let mut changes = Changes::default();
    for (file, path) in staged {
        changes.write(file, &path)?;
    }
    for path in gone {
        changes.remove(path)?;
    }
    if let Some((file, path)) = last {
        changes.write(file, &path)?;
    }
    changes.keep();
    Ok(())
}

/// Whether a file has this text already.
pub(crate) fn is_written(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|written| written == text)
}

/// What a run that was killed left in a folder. Whoever removes it has to have the folder to itself.
pub(crate) fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let (prefix, suffix) = STAGED;
    let is_staged = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(prefix) && name.ends_with(suffix))
    };
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(is_staged)
        .collect();
    found.sort();
    found
}

/// The file itself where a link leads to it: the link stays one.
fn followed(path: &Path) -> PathBuf {
    fs::canonicalize(path).ok().filter(|_| path.is_symlink()).unwrap_or_else(|| path.to_path_buf())
}

/// Changes that are undone when they are dropped, unless they are kept.
#[derive(Default)]
struct Changes {
    /// What was there before, oldest first.
    before: Vec<(PathBuf, Option<Vec<u8>>)>,
}

impl Changes {
    fn write(&mut self, file: NamedTempFile, path: &Path) -> io::Result<()> {
        let before = content(path)?;
        file.persist(path).map_err(|error| named("write", path, &error.error))?;
        self.before.push((path.to_path_buf(), before));
        Ok(())
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let before = content(path)?;
        fs::remove_file(path).map_err(|error| named("remove", path, &error))?;
        self.before.push((path.to_path_buf(), before));
        Ok(())
    }

    fn keep(mut self) {
        self.before.clear();
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        for (path, before) in self.before.drain(..).rev() {
            // The error that led here is the one to tell of.
            _ = match before {
                Some(bytes) => fs::write(path, bytes),
                None => fs::remove_file(path),
            };
        }
    }
}

fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    optional(fs::read(path)).map_err(|error| named("write", path, &error))
}

fn stage(path: &Path, content: &str) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(STAGED.0).suffix(STAGED.1).tempfile_in(folder)?;
    file.write_all(content.as_bytes())?;
    // A crash of the machine must not leave an empty file under the name of a complete one.
    file.as_file().sync_all()?;
    set_permissions(file.path())?;
    Ok(file)
}

fn named(what: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {what} {}: {error}", path.display()))
}

/// Temporary files are private to their owner, and files of a checkout are not.
#[cfg(unix)]
fn set_permissions(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_permissions(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// The files of a folder by name, directories without content.
    fn listing(folder: &Path) -> Vec<(String, Option<String>)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let mut listing: Vec<_> = entries
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).ok()))
            .collect();
        listing.sort();
        listing
    }

    fn files(folder: &Path, names: &[&str]) -> Vec<(PathBuf, String)> {
        names.iter().map(|name| (folder.join(name), "new".to_owned())).collect()
    }

    #[test]
    fn one_file_that_cannot_be_written_keeps_all_as_they_were() {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["a", "b", "old", "lock"] {
            fs::write(at(name), name).unwrap();
        }
        // No file takes the place of a directory.
        fs::create_dir(at("directory")).unwrap();
        let before = listing(folder.path());
        for names in [
            ["a", "new", "directory", "lock"],
            ["directory", "a", "new", "lock"],
            ["a", "new", "b", "directory"],
            // Below a file there is no folder.
            ["a", "new", "b", "old/lock"],
        ] {
            let error = write_all(&files(folder.path(), &names), &[at("old")]).unwrap_err();
            assert!(error.to_string().starts_with("cannot write "), "{error}");
            assert_eq!(listing(folder.path()), before, "{names:?}");
        }
        let error = write_all(&files(folder.path(), &["a", "new", "lock"]), &[at("old"), at("missing")]).unwrap_err();
        assert!(error.to_string().starts_with("cannot remove "), "{error}");
        assert_eq!(listing(folder.path()), before);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_one_and_what_it_leads_to_is_written() {
        let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let (link, file) = (folder.path().join("link"), other.path().join("file"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_all(&files(folder.path(), &["link"]), &[]).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(file).unwrap(), "new");
    }

    #[test]
    fn what_is_staged_and_nothing_else_is_a_leftover() {
        let folder = TempDir::new().unwrap();
        let staged = stage(&folder.path().join("a"), "a").unwrap();
        for name in ["a", ".tmp-a", ".xtask-a", "a.tmp"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        assert_eq!(leftovers(folder.path()), [staged.path()]);
        assert!(leftovers(&folder.path().join("missing")).is_empty());
    }

    #[test]
    fn files_are_written_and_removed() {
        let folder = TempDir::new().unwrap();
        let old = folder.path().join("old");
        fs::write(&old, "old").unwrap();
        write_all(&files(folder.path(), &["a", "lock"]), &[old]).unwrap();
        let expected = ["a", "lock"].map(|name| (name.to_owned(), Some("new".to_owned())));
        assert_eq!(listing(folder.path()), expected);
    }
}
