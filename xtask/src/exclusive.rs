//! Lets runs that change the same files take turns.
//!
//! Each reads files, and writes what follows from them: of two runs at once the second would write over what it has not
//! read.

use std::fs::{File, TryLockError};
use std::path::{Path, absolute};

/// Waits until no other run is at work in `folder`, and keeps others away until the result is dropped.
///
/// The system ends a lock with the process that holds it, so that a run that was killed keeps nobody away. Where it cannot
/// lock a folder (Windows, some network drives), every run goes ahead.
pub(crate) fn turn(folder: &Path) -> Option<File> {
    // A folder that is still to be made is stood for by the one that it will be in.
    let folder = absolute(folder).ok()?.ancestors().find(|folder| folder.is_dir())?.to_path_buf();
    let file = File::open(&folder).ok()?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        eprintln!("waiting for another run in {}", folder.display());
        file.lock().ok()?;
    }
    Some(file)
}
