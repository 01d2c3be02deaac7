use std::path::PathBuf;
use std::sync::Arc;

/// One file of a [`Source`](super::Source).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub(super) index: usize,
    pub(super) prefix: Arc<str>,
    pub(super) name: String,
    pub(super) size: u64,
    /// The path below the folder, where the name cannot say it as it is no UTF-8.
    pub(super) path: Option<PathBuf>,
}

impl Member {
    /// Its place in [`Source::members`](super::Source::members).
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its path below the folder or in the archive, with `/` between the parts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name without `.zst` or `.gz` at the end.
    pub fn stem(&self) -> &str {
        let name = self.name();
        name.strip_suffix(".zst")
            .or_else(|| name.strip_suffix(".gz"))
            .unwrap_or(name)
    }

    /// Its name for the user: the whole path, or `archive.tar!name`.
    pub fn display(&self) -> String {
        format!("{}{}", self.prefix, self.name)
    }

    /// How many bytes it takes before its own decompression.
    pub fn size(&self) -> u64 {
        self.size
    }
}
