//! Where an object lives: the forge's addresses and the repository.

use backlot_forge::bytes::{Bytes, put_bytes};

const API: &str = "https://api.github.com";
const HTML: &str = "https://github.com";

/// Where an object lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site<'a> {
    /// The address that API URLs begin with.
    pub(crate) api: &'a str,
    /// The address that pages begin with.
    pub(crate) html: &'a str,
    /// The `owner/name` at the forge; empty for what belongs to no repository.
    pub(crate) repo: &'a str,
}

impl<'a> Site<'a> {
    /// The site of an API address, github.com's when empty, and an `owner/name`.
    pub(crate) fn new(api: &'a str, repo: &'a str) -> Self {
        let api = if api.is_empty() { API } else { api };
        let html = match api.strip_suffix("/api/v3") {
            Some(html) => html,
            None if api == API => HTML,
            None => api,
        };
        Self { api, html, repo }
    }

    /// The API address of a host.
    pub(crate) fn api_of_host(host: &str) -> String {
        if host.is_empty() || host == "github.com" {
            API.to_owned()
        } else {
            format!("https://{host}/api/v3")
        }
    }

    /// The name of the host.
    pub(crate) fn host(&self) -> &'a str {
        self.html
            .split_once("://")
            .map_or(self.html, |(_, host)| host)
    }

    /// The site of a URL of the API inside a repository.
    pub(crate) fn of_url(url: &'a str) -> Option<Self> {
        let (api, rest) = match url.strip_prefix(API) {
            Some(rest) => (API, rest.strip_prefix("/repos/")?),
            None => {
                let at = memchr::memmem::find(url.as_bytes(), b"/repos/")?;
                let api = url.get(..at).filter(|api| is_address(api))?;
                (api, url.get(at + 7..)?)
            }
        };
        let slash = memchr::memchr(b'/', rest.as_bytes())?;
        let name = rest.get(slash + 1..)?;
        let end = memchr::memchr(b'/', name.as_bytes()).unwrap_or(name.len());
        let fits = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        let repo = rest.get(..slash + 1 + end)?;
        (fits(&rest[..slash]) && fits(&name[..end])).then(|| Self::new(api, repo))
    }

    /// The site of a user's URL of the API, which is in no repository.
    pub(crate) fn of_user_url(url: &'a str) -> Option<Self> {
        let at = memchr::memmem::find(url.as_bytes(), b"/users/")?;
        let api = url.get(..at).filter(|api| is_address(api))?;
        Some(Self::new(api, ""))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let api = if self.api == API { "" } else { self.api };
        put_bytes(api.as_bytes(), out);
        put_bytes(self.repo.as_bytes(), out);
    }

    pub(crate) fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        let api = bytes.text()?;
        let repo = bytes.text()?;
        Some(Self::new(api, repo))
    }
}

/// Whether a text can be what URLs of an API begin with, and stand in JSON as it is.
fn is_address(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':' | b'/');
    host.is_some_and(|host| (1..100).contains(&host.len()) && host.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_tell_the_site() {
        let of = |url| Site::of_url(url).map(|site| (site.api, site.repo));
        assert_eq!(
            of("https://api.github.com/repos/octo/hello/issues/1"),
            Some((API, "octo/hello"))
        );
        assert_eq!(
            of("https://api.github.com/repos/octo/hello"),
            Some((API, "octo/hello"))
        );
        let corp = "https://git.corp/api/v3/repos/o/n/labels/x";
        assert_eq!(of(corp), Some(("https://git.corp/api/v3", "o/n")));
        for url in [
            "",
            "https://api.github.com/users/octo",
            "https://api.github.com/repos/o",
            "x/repos/a/b/c",
        ] {
            assert_eq!(of(url), None, "{url}");
        }
        assert_eq!(
            Site::new("https://git.corp/api/v3", "o/n").host(),
            "git.corp"
        );
        assert_eq!(Site::new("", "").host(), "github.com");
    }
}
