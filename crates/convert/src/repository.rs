//! Which of the repositories of an input is converted.

use backlot_core::Snapshot;
use backlot_model::{Incoming, RepositoryName};

use crate::error::Error;

/// What batches of an input say of its repositories, in passing.
#[derive(Default)]
pub(crate) struct Named {
    main: Option<String>,
}

impl Named {
    /// Notes the main repository where a batch names it.
    pub(crate) fn note(&mut self, batch: &[Incoming]) {
        for incoming in batch {
            if let Incoming::Repository(repository) = incoming
                && repository.is_main
            {
                self.main = Some(repository.name.clone());
            }
        }
    }
}

/// The repository that is converted, by its name in the store: the one that is asked for, else the one that most
/// of the input is about. Beside it the other ones that have something in them.
pub(crate) fn choose(
    asked: Option<&RepositoryName>,
    named: &Named,
    locals: &[(String, String)],
    snapshot: &Snapshot,
) -> Result<(RepositoryName, Vec<String>), Error> {
    let main = named.main.as_ref();
    let wanted = match asked {
        Some(asked) => asked.as_str(),
        None => {
            let named = locals.iter().find(|(foreign, _)| Some(foreign) == main);
            named.or(locals.first()).map_or("", |(_, local)| local)
        }
    };
    let stats = snapshot.stats()?;
    let names = || {
        stats
            .repositories
            .iter()
            .map(|stats| &stats.repository.name)
    };
    let Some(chosen) = names().find(|name| name.eq_ignore_ascii_case(wanted)) else {
        return Err(match asked {
            Some(asked) => Error::UnknownRepository(asked.to_string(), names().cloned().collect()),
            None => Error::NoRepository,
        });
    };
    let left = stats.repositories.iter().filter(|stats| {
        let issues = stats.open_issues
            + stats.closed_issues
            + stats.open_pull_requests
            + stats.closed_pull_requests;
        let has_something = issues > 0 || stats.orphans > 0 || !stats.others.is_empty();
        has_something && stats.repository.name != *chosen
    });
    let left = left.map(|stats| stats.repository.name.clone()).collect();
    let chosen = chosen.parse().map_err(|_| Error::NoRepository)?;
    Ok((chosen, left))
}
