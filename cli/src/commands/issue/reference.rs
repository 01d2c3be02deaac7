//! Which issue is meant: a number, with or without the repository, or an address.

use std::str::FromStr;

use backlot_core::{ErrorKind, IssueDetail, Snapshot};
use backlot_model::{IssueReference, RecordId, RepositoryName};

use crate::context::Context;
use crate::error::Result;
use crate::output::text;
use crate::repository::{RepositoryArgs, known_by};

const HOW: &str = "write a number as in 3, #3 or octo/hello#3, or an address as https://github.com/octo/hello/issues/3";

/// An issue or a pull request as a user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssueRef {
    repository: Option<Place>,
    pub(crate) number: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Here(RepositoryName),
    Forge { host: String, name: RepositoryName },
}

impl FromStr for IssueRef {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        parse(text).ok_or(HOW)
    }
}

fn parse(text: &str) -> Option<IssueRef> {
    let address = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    if let Some(address) = address {
        let mut parts = address.split(['?', '#']).next()?.split('/');
        let host = parts.next()?.to_lowercase();
        let name = format!("{}/{}", parts.next()?, parts.next()?);
        let is_issue = matches!(parts.next()?, "issues" | "pull" | "pulls");
        let number = number(parts.next()?)?;
        return is_issue.then_some(IssueRef {
            repository: Some(Place::Forge {
                host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
                name: name.parse().ok()?,
            }),
            number,
        });
    }
    let (repository, shown) = match text.split_once('#') {
        Some(("", shown)) => (None, shown),
        Some((name, shown)) => (Some(Place::Here(name.parse().ok()?)), shown),
        None => (None, text),
    };
    let number = number(shown)?;
    Some(IssueRef { repository, number })
}

fn number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl IssueRef {
    /// The repository that the reference names, or else the one that the command is about.
    pub(crate) fn repository(
        &self,
        args: &RepositoryArgs,
        snapshot: &Snapshot,
    ) -> Result<RepositoryName> {
        match &self.repository {
            None => args.resolve(snapshot),
            Some(Place::Here(name)) => known_by(name, snapshot),
            Some(Place::Forge { host, name }) => {
                let all = snapshot.repositories()?;
                let from_there = all.into_iter().find(|repository| {
                    let foreign = repository.foreign.as_ref();
                    foreign.is_some_and(|(known, foreign)| {
                        known.eq_ignore_ascii_case(host)
                            && foreign.eq_ignore_ascii_case(name.as_str())
                    })
                });
                let local = from_there.and_then(|found| found.name.parse().ok());
                known_by(local.as_ref().unwrap_or(name), snapshot)
            }
        }
    }

    /// The issue, with its repository named.
    pub(crate) fn in_full(
        &self,
        args: &RepositoryArgs,
        snapshot: &Snapshot,
    ) -> Result<IssueReference> {
        let repository = self.repository(args, snapshot)?;
        Ok(IssueReference::elsewhere(repository, self.number))
    }

    /// The issue to read: one that went to another repository is followed there, which is said.
    pub(crate) fn find(
        &self,
        args: &RepositoryArgs,
        snapshot: &Snapshot,
        context: &mut Context<'_>,
    ) -> Result<(RepositoryName, IssueDetail)> {
        let mut repository = self.repository(args, snapshot)?;
        let mut number = self.number;
        loop {
            match snapshot.issue(&repository, number) {
                Ok(issue) => return Ok((repository, issue)),
                Err(error) if error.kind() == ErrorKind::Moved => {
                    // What is known to have moved knows its one present place, so this ends.
                    let Some((there, place)) = error.moved_to() else {
                        return Err(error.into());
                    };
                    let Ok(new) = there.parse() else {
                        return Err(error.into());
                    };
                    if (&repository, number) == (&new, place) {
                        return Err(error.into());
                    }
                    let moved = format!("{repository}#{number} is {there}#{place} now");
                    context.warn(&text::line(&moved))?;
                    (repository, number) = (new, place);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// An issue, or a comment by its id.
#[derive(Clone, Debug)]
pub(crate) enum TargetRef {
    Issue(IssueRef),
    Comment(RecordId),
}

impl FromStr for TargetRef {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match (text.parse(), parse(text)) {
            (Ok(comment), _) => Ok(Self::Comment(comment)),
            (_, Some(issue)) => Ok(Self::Issue(issue)),
            _ => Err("name an issue as in 3, #3 or octo/hello#3, or a comment by its id"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_addresses_are_understood() {
        let reference = |repository, number| Some(IssueRef { repository, number });
        let name = || "Octo/hello".parse().unwrap();
        let there = || {
            let host = "github.com".to_owned();
            Some(Place::Forge { host, name: name() })
        };
        assert_eq!(parse("3"), reference(None, 3));
        assert_eq!(parse("#3"), reference(None, 3));
        assert_eq!(
            parse("Octo/hello#3"),
            reference(Some(Place::Here(name())), 3)
        );
        for address in [
            "https://github.com/Octo/hello/issues/3",
            "http://www.GitHub.com/Octo/hello/pull/3",
            "https://github.com/Octo/hello/pull/3/files?w=1",
            "https://github.com/Octo/hello/issues/3#issuecomment-5",
        ] {
            assert_eq!(parse(address), reference(there(), 3), "{address}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "#",
            "three",
            "-3",
            "+3",
            "hello#3",
            "a/b#",
            "a/b#x",
            "#3#4",
            "https://github.com/octo/hello",
            "https://github.com/octo/hello/wiki/3",
            "https://github.com/octo/hello/issues/",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
