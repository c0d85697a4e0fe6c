//! Writes files so that nobody ever sees half of one.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes all files, or none where one of them cannot be written.
///
/// Every file is written beside its place first; they move into place only when all of them are complete.
pub(crate) fn write_all(files: &[(PathBuf, String)]) -> io::Result<()> {
    let mut staged = Vec::new();
    for (path, content) in files {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()));
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(named)?;
        let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder).map_err(named)?;
        file.write_all(content.as_bytes()).map_err(named)?;
        set_permissions(file.path()).map_err(named)?;
        staged.push((file, path));
    }
    for (file, path) in staged {
        file.persist(path).map_err(|error| {
            io::Error::new(error.error.kind(), format!("cannot write {}: {}", path.display(), error.error))
        })?;
    }
    Ok(())
}

/// Temporary files are private to their owner, and files of a checkout are not.
#[cfg(unix)]
fn set_permissions(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_permissions(_: &Path) -> io::Result<()> {
    Ok(())
}
