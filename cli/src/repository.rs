//! Which repository is meant, and who makes an edit.

use backlot_core::Snapshot;
use backlot_model::{Actor, RepositoryName};
use clap::Args;

use crate::error::{Error, Kind, Result};

/// How long a login can be, without the end that apps have.
const LONGEST_LOGIN: usize = 39;

/// The repository that a command is about.
#[derive(Args, Debug, Default)]
pub(crate) struct RepositoryArgs {
    /// The repository; not needed where the store has just one
    #[arg(
        short = 'R',
        long,
        value_name = "OWNER/NAME",
        env = "BACKLOT_REPO",
        hide_env_values = true
    )]
    repo: Option<RepositoryName>,
}

impl RepositoryArgs {
    /// The repository that is named, or else the only one.
    pub(crate) fn resolve(&self, snapshot: &Snapshot) -> Result<RepositoryName> {
        if let Some(name) = &self.repo {
            return known_by(name, snapshot);
        }
        match known(snapshot)?.as_slice() {
            [only] => only.parse().map_err(|error| {
                Error::new(Kind::Store, "the store's repository has an unusable name")
                    .caused_by(&error)
            }),
            [] => Err(
                Error::new(Kind::UnknownRecord, "the store has no repository yet")
                    .hint("`backlot import github` brings one in; `backlot init --repo` makes one"),
            ),
            several => Err(Error::usage(
                "the store has several repositories; say which with --repo",
            )
            .hint(format!("it has {}", several.join(", ")))),
        }
    }
}

/// This name, if the store has a repository of it.
pub(crate) fn known_by(name: &RepositoryName, snapshot: &Snapshot) -> Result<RepositoryName> {
    if snapshot.repository(name)?.is_some() {
        return Ok(name.clone());
    }
    let unknown = format!("the store has no repository {name}");
    let error = Error::new(Kind::UnknownRecord, unknown);
    Err(match known(snapshot)?.as_slice() {
        [] => error.hint("it has none at all: `backlot import github` brings one in"),
        known => error.hint(format!("it has {}", known.join(", "))),
    })
}

fn known(snapshot: &Snapshot) -> Result<Vec<String>> {
    let all = snapshot.repositories()?;
    Ok(all.into_iter().map(|repository| repository.name).collect())
}

/// Who makes an edit.
#[derive(Args, Debug)]
pub(crate) struct ActorArgs {
    /// Who does it, by login; without it the system's user
    #[arg(
        long = "as",
        value_name = "LOGIN",
        env = "BACKLOT_USER",
        hide_env_values = true,
        value_parser = login
    )]
    login: Option<String>,
}

impl ActorArgs {
    pub(crate) fn actor(&self) -> Actor {
        Actor::login(self.login())
    }

    /// The login of who does it.
    pub(crate) fn login(&self) -> String {
        let named = self.login.clone().or_else(|| from_environment("USER"));
        named.unwrap_or_else(|| "local".to_owned())
    }
}

/// Who asks, for commands that make no edit: as an edit would be made.
pub(crate) fn me() -> Option<String> {
    from_environment("BACKLOT_USER").or_else(|| from_environment("USER"))
}

fn from_environment(name: &str) -> Option<String> {
    login(std::env::var_os(name)?.to_str()?).ok()
}

/// The text, if it can be a login.
pub(crate) fn login(text: &str) -> std::result::Result<String, &'static str> {
    let name = text.strip_suffix("[bot]").unwrap_or(text);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match (1..=LONGEST_LOGIN).contains(&name.len()) && name.chars().all(fits) {
        true => Ok(text.to_owned()),
        false => Err("a login is 1 to 39 letters, digits and `-`; that of an app ends in `[bot]`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_short_and_plain() {
        for good in ["mona", "Mona-2", "x", "ci[bot]", &"x".repeat(39)] {
            assert_eq!(login(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            " ",
            "mona lisa",
            "m\u{1b}",
            "[bot]",
            "mona\n",
            "møna",
            &"x".repeat(40),
        ] {
            assert!(login(bad).is_err(), "{bad:?}");
        }
    }
}
