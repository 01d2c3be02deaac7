//! Addresses of the issues of the converted repository inside texts: a page of one forge becomes the page of the
//! other, and the way back turns every such address into what it was.

use std::borrow::Cow;

use backlot_model::{Found, RepositoryName, find_references};

/// The hosts of the forges' pages.
const GITHUB: &str = "github.com";
const GITCODE: &str = "gitcode.com";

/// What follows the number where a pull request was meant, which goes over as an issue.
const PULL: &str = "pull";

/// The way that addresses go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From GitHub's pages to GitCode's; those of pull requests only where these go over.
    ToGitcode { with_pulls: bool },
    /// From GitCode's pages to GitHub's.
    ToGithub,
}

impl Way {
    /// The way back.
    pub(crate) const fn back(self) -> Self {
        match self {
            Self::ToGitcode { .. } => Self::ToGithub,
            Self::ToGithub => Self::ToGitcode { with_pulls: true },
        }
    }

    /// A Markdown text with the addresses of a repository's issues as they are at the other forge. What stands in
    /// code stays, and so does the address of anything else.
    pub(crate) fn text<'t>(self, text: &'t str, repository: &RepositoryName) -> Cow<'t, str> {
        let host = match self {
            Self::ToGitcode { .. } => GITHUB,
            Self::ToGithub => GITCODE,
        };
        if !text.contains(host) {
            return Cow::Borrowed(text);
        }
        let mut out = String::new();
        let mut at = 0;
        for found in find_references(text) {
            let Found::Issue {
                reference,
                host: Some(found_host),
                span,
            } = found
            else {
                continue;
            };
            let is_own = reference.repository.as_ref() == Some(repository);
            let rest = text.get(span.end..).unwrap_or_default();
            if found_host != host || !is_own || span.start < at || goes_on(rest) {
                continue;
            }
            let written = text.get(span.clone()).unwrap_or_default();
            if let Some(new) = self.address(written) {
                out.push_str(text.get(at..span.start).unwrap_or_default());
                out.push_str(&new);
                at = span.end;
            }
        }
        if at == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// The address at the other forge; none where there is no such page, or where the way back could not tell.
    fn address(self, written: &str) -> Option<String> {
        let scheme = ["https://", "http://"]
            .into_iter()
            .find(|scheme| written.starts_with(scheme))?;
        let mut parts = written.get(scheme.len()..)?.splitn(5, '/');
        let (host, owner, name) = (parts.next()?, parts.next()?, parts.next()?);
        let (page, rest) = (parts.next()?, parts.next()?);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, anchor) = rest.split_at_checked(digits)?;
        let anchor = match anchor {
            "" => None,
            anchor => Some(anchor.strip_prefix('#').filter(|anchor| is_plain(anchor))?),
        };
        let meant = anchor.map(|anchor| (anchor, anchor.strip_prefix(PULL)));
        let (host, page, anchor) = match (self, page, host) {
            (Self::ToGitcode { .. }, "issues", GITHUB) => match meant {
                // The way back would take it for a pull request.
                Some((_, Some(rest))) if rest.is_empty() || rest.starts_with('-') => return None,
                _ => (GITCODE, page, anchor.map(str::to_owned)),
            },
            (Self::ToGitcode { with_pulls: true }, PULL, GITHUB) => {
                let anchor = anchor.map_or(PULL.to_owned(), |anchor| format!("{PULL}-{anchor}"));
                (GITCODE, "issues", Some(anchor))
            }
            (Self::ToGithub, "issues", GITCODE) => match meant {
                Some((_, Some(""))) => (GITHUB, PULL, None),
                Some((anchor, Some(rest))) => match rest.strip_prefix('-') {
                    Some("") => return None,
                    Some(rest) => (GITHUB, PULL, Some(rest.to_owned())),
                    None => (GITHUB, page, Some(anchor.to_owned())),
                },
                _ => (GITHUB, page, anchor.map(str::to_owned)),
            },
            _ => return None,
        };
        let anchor = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
        Some(format!(
            "{scheme}{host}/{owner}/{name}/{page}/{number}{anchor}"
        ))
    }
}

/// Whether an address goes on after the number of its issue, as those of patches and files do. What ends a sentence
/// is no part of it.
fn goes_on(rest: &str) -> bool {
    let mut rest = rest.chars();
    match rest.next() {
        Some('/' | '?' | '-' | '_') => true,
        Some('.') => rest.next().is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

/// Whether an anchor is a plain word.
fn is_plain(anchor: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    !anchor.is_empty() && anchor.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THERE: Way = Way::ToGitcode { with_pulls: true };

    fn to(way: Way, text: &str) -> String {
        let repository = "octo/hello".parse().unwrap();
        way.text(text, &repository).into_owned()
    }

    #[test]
    fn addresses_of_the_repository_go_over_and_come_back() {
        for (github, gitcode) in [
            (
                "see https://github.com/octo/hello/issues/5.",
                "see https://gitcode.com/octo/hello/issues/5.",
            ),
            (
                "[a](https://github.com/octo/hello/pull/5) and #5",
                "[a](https://gitcode.com/octo/hello/issues/5#pull) and #5",
            ),
            (
                "<http://github.com/Octo/Hello/issues/5#issuecomment-77>",
                "<http://gitcode.com/Octo/Hello/issues/5#issuecomment-77>",
            ),
            (
                "https://github.com/octo/hello/pull/5#issuecomment-77",
                "https://gitcode.com/octo/hello/issues/5#pull-issuecomment-77",
            ),
            (
                "https://github.com/octo/hello/pull/5#pull",
                "https://gitcode.com/octo/hello/issues/5#pull-pull",
            ),
        ] {
            assert_eq!(to(THERE, github), gitcode);
            assert_eq!(to(Way::ToGithub, gitcode), github);
        }
    }

    #[test]
    fn all_other_addresses_stay() {
        for text in [
            "https://github.com/octo/other/issues/5",
            "https://example.org/octo/hello/issues/5",
            "https://github.com/octo/hello/pull/5/files",
            "https://github.com/octo/hello/pull/5.patch",
            "see https://github.com/octo/hello/pull/5.diff.",
            "https://github.com/octo/hello/pull/5/commits/0a1b",
            "https://github.com/octo/hello/issues/5.json",
            "https://github.com/octo/hello/issues/5?q=1",
            "https://github.com/octo/hello/issues/5#pull-x",
            "`https://github.com/octo/hello/issues/5`",
            "octo/hello#5, #5 and GH-5",
        ] {
            assert_eq!(to(THERE, text), text);
        }
        let without = Way::ToGitcode { with_pulls: false };
        let pull = "https://github.com/octo/hello/pull/5";
        assert_eq!(to(without, pull), pull);
    }
}
