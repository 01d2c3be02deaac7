//! The tokens by which callers are known, in a file that only its owner can read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use backlot_core::{Environment as _, SystemEnvironment};
use backlot_rest::Permission;
use tempfile::NamedTempFile;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::repository::login;

/// How short a token is that could be guessed.
const SHORTEST: usize = 16;

/// The tokens of a file. A line has a token, and if it is not for the one who serves, a login and a permission.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) path: PathBuf,
    pub(super) entries: Vec<Entry>,
    /// Whether the file was made just now.
    pub(super) is_new: bool,
    /// Who was to have a token.
    grants: Vec<Grant>,
}

/// A token and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) token: String,
    /// None for the one who serves.
    pub(super) login: Option<String>,
    pub(super) permission: Permission,
}

/// Somebody who is to have a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    login: String,
    permission: Permission,
}

impl FromStr for Grant {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let (name, level) = text.split_once(':').unwrap_or((text, "read"));
        Ok(Self {
            login: login(name)?,
            permission: permission(level).ok_or("a permission is read, triage, write or admin")?,
        })
    }
}

impl Tokens {
    /// Reads the tokens of a file, or makes the file with one. Who is granted one and has none gets one.
    pub(super) fn prepare(path: PathBuf, grants: &[Grant]) -> Result<Self> {
        let mut tokens = match fs::read_to_string(&path) {
            Ok(text) => Self {
                entries: parse(&text, &path)?,
                path,
                is_new: false,
                grants: grants.to_vec(),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self {
                entries: vec![Entry {
                    token: fresh(),
                    login: None,
                    permission: Permission::Admin,
                }],
                path,
                is_new: true,
                grants: grants.to_vec(),
            },
            Err(error) => return Err(unusable(&path).caused_by(&error)),
        };
        let before = tokens.entries.len();
        for grant in grants {
            let is_of = |entry: &Entry| {
                let known = entry.login.as_deref();
                known.is_some_and(|known| known.eq_ignore_ascii_case(&grant.login))
            };
            match tokens.entries.iter_mut().find(|entry| is_of(entry)) {
                Some(entry) if entry.permission != grant.permission => {
                    let has = name(entry.permission);
                    let told = format!("{} has a token that may {has} already", grant.login);
                    let hint = format!("change or delete the line in {}", tokens.path.display());
                    return Err(Error::usage(told).hint(hint));
                }
                Some(_) => {}
                None => tokens.entries.push(Entry {
                    token: fresh(),
                    login: Some(grant.login.clone()),
                    permission: grant.permission,
                }),
            }
        }
        if tokens.is_new {
            tokens.write(None)?;
        } else if tokens.entries.len() > before {
            let known = fs::read_to_string(&tokens.path);
            let known = known.map_err(|error| unusable(&tokens.path).caused_by(&error))?;
            tokens.write(Some((known, before)))?;
        }
        Ok(tokens)
    }

    /// Writes the file at once: all of it or nothing. What it had before, and how many tokens, stays as it is.
    fn write(&self, known: Option<(String, usize)>) -> Result<()> {
        let failed = |error: io::Error| unusable(&self.path).caused_by(&error);
        let is_there = known.is_some();
        let (mut text, had) = known.unwrap_or_default();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        for entry in &self.entries[had..] {
            text.push_str(&entry.token);
            if let Some(login) = &entry.login {
                text.push_str(&format!(" {login} {}", name(entry.permission)));
            }
            text.push('\n');
        }
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Nobody but its owner can read a file that is made like this.
        let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let kept = match is_there {
            true => file.persist(&self.path),
            false => file.persist_noclobber(&self.path),
        };
        kept.map(drop).map_err(|error| failed(error.error))
    }

    /// Where the tokens of those are who were to have one.
    pub(super) fn granted(&self) -> Vec<String> {
        let path = self.path.display().to_string();
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let is_of = |line: &str, login: &str| {
            let whose = line.split_whitespace().nth(1);
            let is_token = !line.trim_start().starts_with('#');
            is_token && whose.is_some_and(|whose| whose.eq_ignore_ascii_case(login))
        };
        let told = self.grants.iter().map(|grant| {
            let Grant { login, permission } = grant;
            let line = text.lines().position(|line| is_of(line, login));
            let line = line.map_or(0, |line| line + 1);
            let level = name(*permission);
            format!("{login} ({level}) has the token in line {line} of {path}")
        });
        told.collect()
    }

    /// Warns when others than its owner can read the file.
    pub(super) fn warn_if_others_can_read(&self, context: &mut Context<'_>) -> Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&self.path).map(|metadata| metadata.permissions().mode());
            if mode.is_ok_and(|mode| mode & 0o077 != 0) {
                let path = self.path.display();
                context.warn(&format!(
                    "warning: others can read the tokens in {path}; `chmod 600` it"
                ))?;
            }
        }
        let _ = context;
        Ok(())
    }
}

/// Random bits that nobody can guess, as a token.
fn fresh() -> String {
    let bits = || SystemEnvironment.random();
    format!("backlot_{:032x}{:032x}", bits(), bits())
}

fn parse(text: &str, path: &Path) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |why: &str| {
            let told = format!("{}: line {}: {why}", path.display(), number + 1);
            Error::new(Kind::BadInput, told)
                .hint("a line has a token, or a token, a login and read, triage, write or admin")
        };
        let mut words = line.split_whitespace();
        let token = words.next().unwrap_or_default();
        let (who, level) = (words.next(), words.next());
        if words.next().is_some() {
            return Err(wrong("more than three words"));
        }
        if token.len() < SHORTEST || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong("a token has at least 16 letters, digits and signs"));
        }
        if entries.iter().any(|entry| entry.token == token) {
            return Err(wrong("the token of an earlier line"));
        }
        let level = match (level, who) {
            (Some(level), _) => permission(level).ok_or_else(|| wrong("no such permission"))?,
            (None, Some(_)) => Permission::Read,
            (None, None) => Permission::Admin,
        };
        entries.push(Entry {
            token: token.to_owned(),
            login: who.map(login).transpose().map_err(wrong)?,
            permission: level,
        });
    }
    match entries.is_empty() {
        true => Err(
            Error::new(Kind::BadInput, format!("{} has no token", path.display()))
                .hint("delete it, and a new one is made with a token"),
        ),
        false => Ok(entries),
    }
}

fn permission(text: &str) -> Option<Permission> {
    Some(match text {
        "none" => Permission::None,
        "read" => Permission::Read,
        "triage" => Permission::Triage,
        "write" => Permission::Write,
        "admin" => Permission::Admin,
        _ => return None,
    })
}

const fn name(permission: Permission) -> &'static str {
    match permission {
        Permission::None => "none",
        Permission::Read => "read",
        Permission::Triage => "triage",
        Permission::Write => "write",
        Permission::Admin => "admin",
    }
}

fn unusable(path: &Path) -> Error {
    let told = format!("cannot use {} for the tokens", path.display());
    Error::new(Kind::Unexpected, told)
        .hint("`--token-file FILE` keeps them elsewhere; `--open` needs none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_and_grants_are_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.token");
        let first = Tokens::prepare(path.clone(), &[]).unwrap();
        assert!(first.is_new && first.entries.len() == 1);
        assert!(first.entries[0].token.len() > 64);
        fs::write(&path, format!("# mine\n{}", first.entries[0].token)).unwrap();
        let grants = ["hubot".parse().unwrap(), "mona:write".parse().unwrap()];
        let second = Tokens::prepare(path.clone(), &grants).unwrap();
        assert!(!second.is_new && second.entries.len() == 3);
        assert_eq!(second.entries[0], first.entries[0]);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mine\n") && text.contains(" hubot read\n"));
        let third = Tokens::prepare(path.clone(), &grants).unwrap();
        assert_eq!(third.entries, second.entries);
        assert!(Tokens::prepare(path, &["hubot:admin".parse().unwrap()]).is_err());
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named_and_its_token_is_not_told() {
        let long = "t".repeat(SHORTEST);
        for wrong in [
            "short".to_owned(),
            format!("{long} mona owner"),
            format!("{long} -_-"),
            format!("{long} mona read more"),
            format!("{long}\n{long} mona"),
            "# nothing".to_owned(),
        ] {
            let error = parse(&wrong, Path::new("t")).unwrap_err();
            assert!(!error.to_string().contains(&long), "{error}");
        }
        let entries = parse(&format!("{long} mona"), Path::new("t")).unwrap();
        assert_eq!(entries[0].permission, Permission::Read);
    }
}
