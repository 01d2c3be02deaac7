//! Where an object lives: the forge's host and the repository.

use backlot_forge::bytes::{Bytes, put_bytes};

/// The host of the forge where none is said. `atomgit.com` is another name of the same one.
pub(crate) const HOST: &str = "gitcode.com";

const OTHER_HOST: &str = "atomgit.com";

/// Where an object lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site<'a> {
    /// The host of the pages; that of the API has `api.` before it.
    pub(crate) host: &'a str,
    /// The `owner/name` at the forge; empty for what belongs to no repository.
    pub(crate) repo: &'a str,
    /// The addresses that stand for those of the host, where everything is served at others.
    pub(crate) base: Option<Base<'a>>,
}

/// The addresses with which all others begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Base<'a> {
    /// That of the API.
    pub(crate) api: &'a str,
    /// That of the pages.
    pub(crate) html: &'a str,
}

impl<'a> Site<'a> {
    /// The site of a host, GitCode's when empty, and an `owner/name`.
    pub(crate) fn new(host: &'a str, repo: &'a str) -> Self {
        let host = if host.is_empty() { HOST } else { host };
        Self {
            host,
            repo,
            base: None,
        }
    }

    /// The host by which what is at the forge is told apart, however an address spells it.
    pub(crate) fn forge(&self) -> &'a str {
        if self.host == OTHER_HOST {
            HOST
        } else {
            self.host
        }
    }

    /// The site of an address inside a repository, of a page or of the API.
    pub(crate) fn of_url(url: &'a str) -> Option<Self> {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        let (host, path) = rest.split_once('/')?;
        let inside = path.strip_prefix("api/v5/repos/");
        let host = host
            .strip_prefix("api.")
            .filter(|_| inside.is_some())
            .unwrap_or(host);
        let path = inside.unwrap_or(path);
        let mut parts = path.splitn(3, '/');
        let (owner, name) = (parts.next()?, parts.next()?);
        let rest = parts.next();
        // The address of a page outside of any repository looks the same.
        let is_known = inside.is_some()
            || rest.is_some_and(|rest| {
                ["issues", "milestones", "merge_requests", "pulls"]
                    .iter()
                    .any(|part| rest.split('/').next() == Some(part))
            });
        let repo = path.get(..owner.len() + 1 + name.len())?;
        (is_known && is_host(host) && fits(owner) && fits(name)).then(|| Self::new(host, repo))
    }

    /// The site of the address of a repository's own page.
    pub(crate) fn of_page(url: &'a str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let (host, repo) = rest.split_once('/')?;
        (is_host(host) && is_name(repo)).then(|| Self::new(host, repo))
    }

    /// The site of an `owner/name` at an unknown host.
    pub(crate) fn of_name(name: &'a str) -> Option<Self> {
        is_name(name).then(|| Self::new("", name))
    }

    /// The site of the address of a user's page, which is in no repository.
    pub(crate) fn of_user_page(url: &'a str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let (host, login) = rest.split_once('/')?;
        (is_host(host) && fits(login)).then(|| Self::new(host, ""))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let host = if self.host == HOST { "" } else { self.host };
        put_bytes(host.as_bytes(), out);
        put_bytes(self.repo.as_bytes(), out);
    }

    pub(crate) fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        let host = bytes.text()?;
        let repo = bytes.text()?;
        Some(Self::new(host, repo))
    }
}

/// Whether a text is an `owner/name`.
fn is_name(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(owner, name)| fits(owner) && fits(name))
}

fn fits(part: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !matches!(part, "" | "." | "..") && part.len() < 200 && part.bytes().all(letter)
}

/// Whether a text can be a host. It is shorter than what marks embedded objects.
fn is_host(host: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':');
    (1..100).contains(&host.len()) && host.contains('.') && host.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_the_site() {
        let of = |url| Site::of_url(url).map(|site| (site.host, site.repo));
        for (url, expected) in [
            ("https://gitcode.com/o/n/issues/1", Some((HOST, "o/n"))),
            ("https://gitcode.com/o/n/milestones/1", Some((HOST, "o/n"))),
            (
                "https://atomgit.com/o/n/issues/1",
                Some(("atomgit.com", "o/n")),
            ),
            (
                "https://api.gitcode.com/api/v5/repos/o/n/issues/1",
                Some((HOST, "o/n")),
            ),
            ("https://gitcode.com/api/v5/repos/o/n", Some((HOST, "o/n"))),
            ("https://gitcode.com/o", None),
            ("https://gitcode.com/o/n", None),
            ("https://gitcode.com/o/n/docs/x", None),
            ("https:///o/n/issues/1", None),
            ("", None),
        ] {
            assert_eq!(of(url), expected, "{url}");
        }
        assert_eq!(
            Site::of_page("https://gitcode.com/o/n"),
            Some(Site::new("", "o/n"))
        );
        assert_eq!(
            Site::of_user_page("https://gitcode.com/o"),
            Some(Site::new("", ""))
        );
    }
}
