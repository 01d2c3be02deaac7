//! Whether the file of the store still is the one that was opened.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;

use super::refusal::Refusal;

const GONE: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "The file of the store was deleted or replaced, so nothing can be written. Start `backlot serve` again.",
);

/// The file of the store. Where it is deleted or replaced, the system keeps the one that was opened without a name,
/// and what is written to it is lost with the process.
#[derive(Debug)]
pub(super) struct StoreFile {
    path: PathBuf,
    opened: Identity,
    is_told: AtomicBool,
}

impl StoreFile {
    /// The file at a path, which was opened just now.
    pub(super) fn opened(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            opened: identity(&fs::metadata(path)?),
            is_told: AtomicBool::new(false),
        })
    }

    /// Refuses a write that nobody would find again, and tells that once on standard error.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let now = fs::metadata(&self.path);
        if now.is_ok_and(|now| identity(&now) == self.opened) {
            return Ok(());
        }
        if !self.is_told.swap(true, Ordering::Relaxed) {
            let path = self.path.display().to_string();
            super::tell(&format!(
                "error: {path} was deleted or replaced: writes are refused until `backlot serve` is started again"
            ));
        }
        Err(GONE)
    }
}

/// What tells a file from another one that has its name later.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(file: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

/// Here the system does not let an open file be replaced.
#[cfg(not(unix))]
type Identity = bool;

#[cfg(not(unix))]
fn identity(file: &Metadata) -> Identity {
    file.is_file()
}
