use std::fs;
use std::io::ErrorKind as ErrorKindOfIo;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Limits, Member};
use crate::{Error, ErrorKind};

/// The regular files below a folder, each folder's entries in the order of their names.
///
/// A link to a file counts as that file. Links to folders are not followed, as they could lead
/// around in a circle, and are told with those that lead nowhere; names that begin with a dot
/// (`.git`, `.DS_Store`) and what is neither a file nor a folder are passed over.
pub(super) fn walk(root: &Path, limits: &Limits) -> Result<(Vec<Member>, Vec<Passed>), Error> {
    let shown = root.to_string_lossy();
    let prefix = if shown.ends_with('/') {
        shown.into_owned()
    } else {
        format!("{shown}/")
    };
    let mut walker = Walker {
        root,
        prefix: prefix.into(),
        limits,
        found: Vec::new(),
        passed: Vec::new(),
    };
    walker.folder(Path::new(""))?;
    Ok((walker.found, walker.passed))
}

/// What is passed over in a folder, as it can be shown, and why.
pub(super) type Passed = (String, &'static str);

struct Walker<'a> {
    root: &'a Path,
    prefix: Arc<str>,
    limits: &'a Limits,
    found: Vec<Member>,
    passed: Vec<Passed>,
}

impl Walker<'_> {
    /// Goes down no deeper than a name may be long.
    fn folder(&mut self, below: &Path) -> Result<(), Error> {
        let path = self.root.join(below);
        let shown = |error: std::io::Error| Error::from(error).in_file(path.to_string_lossy());
        let mut entries = Vec::new();
        for entry in fs::read_dir(&path).map_err(shown)? {
            let entry = entry.map_err(shown)?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                entries.push((entry.file_name(), entry.file_type().map_err(shown)?));
            }
            self.check(self.found.len() + entries.len(), below)?;
        }
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, file_type) in entries {
            let below = below.join(name);
            if below.as_os_str().len() > self.limits.max_name {
                let message = format!("the path is longer than {} bytes", self.limits.max_name);
                return Err(
                    Error::new(ErrorKind::TooLarge, message).in_file(path.to_string_lossy())
                );
            }
            if file_type.is_dir() {
                self.folder(&below)?;
            } else if file_type.is_file() || file_type.is_symlink() {
                self.file(below, file_type.is_symlink())?;
            }
        }
        Ok(())
    }

    fn file(&mut self, below: PathBuf, is_link: bool) -> Result<(), Error> {
        let path = self.root.join(&below);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            // A link to itself is no more than one to what is not there.
            Err(error) if is_link && error.kind() != ErrorKindOfIo::PermissionDenied => {
                return self.pass(&below, "a link to nothing");
            }
            Err(error) => return Err(Error::from(error).in_file(path.to_string_lossy())),
        };
        if metadata.is_dir() {
            return self.pass(&below, "a link to a folder is not followed");
        }
        if metadata.is_file() {
            self.check(self.found.len() + 1, &below)?;
            let mut name = below.to_string_lossy().into_owned();
            if std::path::MAIN_SEPARATOR != '/' {
                name = name.replace(std::path::MAIN_SEPARATOR, "/");
            }
            let path = below.to_str().is_none().then_some(below);
            let (index, prefix) = (self.found.len(), Arc::clone(&self.prefix));
            self.found.push(Member {
                index,
                prefix,
                name,
                size: metadata.len(),
                path,
            });
        }
        Ok(())
    }

    fn pass(&mut self, below: &Path, reason: &'static str) -> Result<(), Error> {
        self.check(self.passed.len() + 1, below)?;
        let shown = format!("{}{}", self.prefix, below.to_string_lossy());
        self.passed.push((shown, reason));
        Ok(())
    }

    fn check(&self, count: usize, below: &Path) -> Result<(), Error> {
        if count as u64 <= self.limits.max_members {
            return Ok(());
        }
        let message = format!("there are more than {} files", self.limits.max_members);
        let path = self.root.join(below);
        Err(Error::new(ErrorKind::TooLarge, message).in_file(path.to_string_lossy()))
    }
}
