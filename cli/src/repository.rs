//! Which repository is meant, and who makes an edit.

use backlot_core::Snapshot;
use backlot_model::{Actor, RepositoryName};
use clap::Args;

use crate::error::{Error, Kind, Result};

/// The repository that a command is about.
#[derive(Args, Debug)]
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
        let known = || -> Result<Vec<String>> {
            let all = snapshot.repositories()?;
            Ok(all.into_iter().map(|repository| repository.name).collect())
        };
        if let Some(name) = &self.repo {
            if snapshot.repository(name)?.is_some() {
                return Ok(name.clone());
            }
            let unknown = format!("the store has no repository {name}");
            let error = Error::new(Kind::UnknownRecord, unknown);
            return Err(match known()?.as_slice() {
                [] => error.hint("it has none at all: `backlot import github` brings one in"),
                known => error.hint(format!("it has {}", known.join(", "))),
            });
        }
        match known()?.as_slice() {
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

/// Who makes an edit.
#[derive(Args, Debug)]
pub(crate) struct ActorArgs {
    /// Who does it, by login; without it the system's user
    #[arg(
        long = "as",
        value_name = "LOGIN",
        env = "BACKLOT_USER",
        hide_env_values = true
    )]
    login: Option<String>,
}

impl ActorArgs {
    pub(crate) fn actor(&self) -> Actor {
        let named = self.login.clone().filter(|login| !login.trim().is_empty());
        let user = || {
            let user = std::env::var_os("USER")?
                .to_string_lossy()
                .trim()
                .to_owned();
            (!user.is_empty()).then_some(user)
        };
        Actor::login(named.or_else(user).unwrap_or_else(|| "local".to_owned()))
    }
}
