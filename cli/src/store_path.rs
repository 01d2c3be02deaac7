//! Which store is meant: the one that is named, or the nearest one.

use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// The end of the names of stores.
pub(crate) const EXTENSION: &str = "backlot";

/// The store that the user names, or else the nearest `*.backlot` in `folder` or above it.
pub(crate) fn locate(named: Option<&Path>, folder: &Path) -> Result<PathBuf> {
    if let Some(named) = named {
        if named.exists() {
            return Ok(named.to_owned());
        }
        return Err(Error::new(
            Kind::Store,
            format!("there is no store {}", named.display()),
        )
        .hint(format!("`backlot init {}` makes one", named.display())));
    }
    for folder in folder.ancestors() {
        let mut found = stores_in(folder);
        match found.as_slice() {
            [] => {}
            [_] => return Ok(found.remove(0)),
            several => {
                let names: Vec<_> = several.iter().filter_map(|path| path.file_name()).collect();
                let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
                let several = format!(
                    "there are {} stores in {}: {}",
                    names.len(),
                    folder.display(),
                    names.join(", ")
                );
                return Err(Error::usage(several)
                    .hint("choose one with `--store FILE` or the variable BACKLOT_STORE"));
            }
        }
    }
    let none = "there is no store in this folder or above it";
    Err(Error::new(Kind::Store, none)
        .hint("`backlot init` makes one here; `--store FILE` names one elsewhere"))
}

/// The stores in a folder, by name; none where it cannot be read.
fn stores_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == EXTENSION) && path.is_file())
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::exit::Exit;

    #[test]
    fn the_nearest_store_is_found() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir(deep.join("folder.backlot")).unwrap();
        fs::write(deep.join(".backlot"), "").unwrap();
        let store = root.path().join("work.backlot");
        fs::write(&store, "").unwrap();
        assert_eq!(locate(None, &deep).unwrap(), store);
        let nearer = root.path().join("a/near.backlot");
        fs::write(&nearer, "").unwrap();
        assert_eq!(locate(None, &deep).unwrap(), nearer);
        assert_eq!(locate(Some(&store), &deep).unwrap(), store);
    }

    #[test]
    fn two_in_one_folder_are_an_error_that_names_them() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("b.backlot"), "").unwrap();
        fs::write(root.path().join("a.backlot"), "").unwrap();
        let error = locate(None, root.path()).unwrap_err();
        assert_eq!(error.exit(), Exit::USAGE);
        assert!(error.to_string().ends_with(": a.backlot, b.backlot"));
    }

    #[test]
    fn none_at_all_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let gone = root.path().join("gone.backlot");
        let error = locate(Some(&gone), root.path()).unwrap_err();
        assert_eq!(error.exit(), Exit::NO_STORE);
    }
}
