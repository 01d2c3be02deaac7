//! The errors of the libraries, as the user is told them.

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use backlot_core::{ErrorKind as StoreErrorKind, ImportError};
use backlot_github::{ErrorKind as GithubErrorKind, WriteError};

use super::{Error, Kind};

/// How many things that stand in the way are listed.
const LISTED: usize = 20;

fn from_error(kind: Kind, error: &(dyn StdError + 'static)) -> Error {
    let told = Error::new(kind, error.to_string());
    match error.source() {
        Some(source) => told.caused_by(source),
        None => told,
    }
}

impl From<backlot_core::Error> for Error {
    fn from(error: backlot_core::Error) -> Self {
        use StoreErrorKind as K;
        let kind = match error.kind() {
            K::NotFound | K::NotAStore | K::NewerFormat | K::Corrupt => Kind::Store,
            K::InUse => Kind::InUse,
            K::UnknownRecord | K::Gone | K::Moved => Kind::UnknownRecord,
            K::Invalid
            | K::Exists
            | K::AlreadyExists
            | K::Archived
            | K::Disabled
            | K::StandsInTheWay => Kind::Rule,
            K::Contradiction => Kind::BadInput,
            _ => Kind::Unexpected,
        };
        let mut told = match error.kind() {
            // What the system or the engine says of these is the same in other words.
            K::InUse | K::NotFound => Self::new(kind, error.to_string()),
            _ => from_error(kind, &error),
        };
        told.is_damage = error.kind() == K::Corrupt;
        match error.kind() {
            K::NewerFormat => told.hint("install a newer version of backlot"),
            K::Corrupt => told.hint("`backlot verify` says what is damaged; where the log is sound, `backlot rebuild` restores the rest"),
            K::InUse => told.hint("close the program that has it open, which may be `backlot serve`, or wait longer for it with `--wait SECONDS`"),
            K::NotAStore | K::AlreadyExists if is_empty_file(error.path()) => {
                told.hint("the file is empty: it can be deleted, and `backlot init` makes a store in its place")
            }
            K::Gone => told.hint("it was deleted: `backlot log` shows by which commit, and `backlot undo COMMIT` brings it back"),
            K::Moved => match error.moved_to() {
                Some((repository, number)) => told.hint(format!("name it {repository}#{number}")),
                None => told,
            },
            K::Archived => told.hint("`backlot repo unarchive OWNER/NAME` makes it writable again"),
            K::Disabled => told.hint(
                "`backlot repo edit OWNER/NAME --issues true --projects true` switches them on",
            ),
            K::StandsInTheWay => {
                // The message names the first few; here is room for each.
                if let Some((commit, _)) = told.message.split_once(": later commits") {
                    told.message = format!("{commit}: later commits stand in the way");
                }
                for obstacle in error.obstacles().iter().take(LISTED) {
                    told = told.item(obstacle.to_string());
                }
                let listed = error.obstacles().len().min(LISTED) as u64;
                let more = error.obstacle_count().saturating_sub(listed);
                if more > 0 {
                    told = told.item(format!("and {more} more"));
                }
                told.hint("undo the later commits first, the last one first")
            }
            K::Contradiction => {
                told.message = without_store(&told.message, error.path());
                let hint = match told.message.contains("complete") {
                    true => "without `--complete` it only adds and updates",
                    false => "`--repo OWNER/NAME` puts the input's main repository into one of your choice",
                };
                told.hint(hint)
            }
            _ => told,
        }
    }
}

fn is_empty_file(path: Option<&Path>) -> bool {
    let metadata = path.and_then(|path| path.metadata().ok());
    metadata.is_some_and(|metadata| metadata.is_file() && metadata.len() == 0)
}

/// What is wrong with an input is no fault of the store whose path may stand before it.
fn without_store(message: &str, store: Option<&Path>) -> String {
    let prefix = store.map(|path| format!("{}: ", path.display().to_string().escape_debug()));
    match prefix.and_then(|prefix| message.strip_prefix(&prefix)) {
        Some(rest) => format!("input: {rest}"),
        None => message.to_owned(),
    }
}

impl From<backlot_github::Error> for Error {
    fn from(error: backlot_github::Error) -> Self {
        let kind = match error.kind() {
            GithubErrorKind::Io => Kind::Unexpected,
            _ => Kind::BadInput,
        };
        let told = from_error(kind, &error);
        match error.kind() {
            GithubErrorKind::UnknownLayout => {
                told.hint("`--kind` says what files of other names hold")
            }
            _ => told,
        }
    }
}

impl From<ImportError<backlot_github::Error>> for Error {
    fn from(error: ImportError<backlot_github::Error>) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::Input(error) => error.into(),
        }
    }
}

impl From<backlot_convert::Error> for Error {
    fn from(error: backlot_convert::Error) -> Self {
        use backlot_convert::Error as E;
        match error {
            E::Forge(error) => error.into(),
            E::Store(error) => error.into(),
            E::UnknownRepository(_, ref known) => {
                let hint = format!("it has {}", known.join(", "));
                from_error(Kind::UnknownRecord, &error).hint(hint)
            }
            E::NoRepository => from_error(Kind::BadInput, &error),
            E::NotReadBack(forge, _) => {
                let hint =
                    format!("`backlot export {forge} --layout requests` writes it out of a store");
                from_error(Kind::Usage, &error).hint(hint)
            }
            _ => from_error(Kind::Unexpected, &error),
        }
    }
}

impl From<backlot_tabular::Error> for Error {
    fn from(error: backlot_tabular::Error) -> Self {
        use backlot_tabular::ErrorKind as K;
        let kind = match error.kind() {
            K::Io => Kind::Unexpected,
            _ => Kind::BadInput,
        };
        let told = from_error(kind, &error);
        match error.kind() {
            K::Head => told.hint("`--column HEAD=COLUMN` says which head means which column"),
            _ => told,
        }
    }
}

impl From<ImportError<backlot_tabular::Error>> for Error {
    fn from(error: ImportError<backlot_tabular::Error>) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::Input(error) => error.into(),
        }
    }
}

impl From<backlot_tabular::WriteError<backlot_core::Error>> for Error {
    fn from(error: backlot_tabular::WriteError<backlot_core::Error>) -> Self {
        match error {
            backlot_tabular::WriteError::Lookup(error) => error.into(),
            backlot_tabular::WriteError::Table(error) => error.into(),
        }
    }
}

impl From<WriteError<backlot_core::Error>> for Error {
    fn from(error: WriteError<backlot_core::Error>) -> Self {
        match error {
            WriteError::Lookup(error) => error.into(),
            WriteError::File(error) => error.into(),
            WriteError::Damaged => from_error(Kind::Store, &error),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Kind::BrokenPipe, ""),
            _ => Self::new(Kind::Unexpected, "cannot write the output").caused_by(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_input_is_not_told_about_the_store() {
        let store = Some(Path::new("t.backlot"));
        let told = "input: it names no repository";
        assert_eq!(
            without_store("t.backlot: it names no repository", store),
            told
        );
        assert_eq!(without_store(told, store), told);
        assert_eq!(without_store(told, None), told);
    }

    #[test]
    fn a_missing_file_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none").join("x.backlot");
        let error = Error::from(backlot_core::Store::create(missing).unwrap_err());
        let mut out = Vec::new();
        error.print(&mut out, false).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(!shown.contains("cause:"), "{shown}");
    }

    #[test]
    fn an_empty_file_can_be_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("x.backlot");
        std::fs::write(&empty, "").unwrap();
        for error in [
            backlot_core::Store::create(&empty).unwrap_err(),
            backlot_core::Store::open(&empty).unwrap_err(),
        ] {
            let hints = Error::from(error).hints;
            assert!(
                hints.iter().any(|hint| hint.contains("can be deleted")),
                "{hints:?}"
            );
        }
    }
}
