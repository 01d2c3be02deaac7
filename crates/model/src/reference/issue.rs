//! How an issue is referred to.

use std::fmt;
use std::str::FromStr;

use crate::name::RepositoryName;

/// A reference to an issue or a pull request by its number, in the repository at hand or in a named one.
///
/// ```
/// use backlot_model::IssueReference;
///
/// let reference: IssueReference = "https://example.org/octo/hello/pull/12#discussion".parse().unwrap();
/// assert_eq!(reference.to_string(), "octo/hello#12");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueReference {
    /// The repository, where one is named.
    pub repository: Option<RepositoryName>,
    /// The number, never 0.
    pub number: u64,
}

/// A text that refers to no issue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no reference to an issue: write 12, #12, GH-12, owner/name#12 or the address of its page"
)]
pub struct ReferenceError(String);

impl IssueReference {
    /// The issue of this number in the repository at hand.
    pub const fn here(number: u64) -> Self {
        Self {
            repository: None,
            number,
        }
    }

    /// The issue of this number in another repository.
    pub const fn elsewhere(repository: RepositoryName, number: u64) -> Self {
        Self {
            repository: Some(repository),
            number,
        }
    }
}

impl fmt::Display for IssueReference {
    /// `#12` or `owner/name#12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repository {
            Some(repository) => write!(f, "{repository}#{}", self.number),
            None => write!(f, "#{}", self.number),
        }
    }
}

impl From<u64> for IssueReference {
    fn from(number: u64) -> Self {
        Self::here(number)
    }
}

impl FromStr for IssueReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        read(text.trim()).ok_or_else(|| ReferenceError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<IssueReference> {
    if let Some(url) = IssueUrl::at_start(text) {
        return (url.page_end(text) == text.len()).then_some(url.reference);
    }
    let whole = |digits: &str| match number(digits.as_bytes()) {
        Some((number, length)) if length == digits.len() => Some(number),
        _ => None,
    };
    if let Some((repository, digits)) = text.split_once('#') {
        let repository = match repository {
            "" => None,
            name => Some(name.parse().ok()?),
        };
        return whole(digits).map(|number| IssueReference { repository, number });
    }
    let digits = match text.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("gh-") => &text[3..],
        _ => text,
    };
    whole(digits).map(IssueReference::here)
}

/// The number at the start of these bytes, and how many digits it has. None for 0, for one with a
/// leading 0, and for one that does not fit.
pub(super) fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let length = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let digits = std::str::from_utf8(&bytes[..length]).ok()?;
    if digits.starts_with('0') || length > 20 {
        return None;
    }
    Some((digits.parse().ok()?, length))
}

/// Whether a byte can be part of a word, so that a reference neither begins after it nor ends before it.
/// Letters beyond ASCII are not: in texts without spaces between words, references follow them at once.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The address of an issue's page.
pub(super) struct IssueUrl<'a> {
    pub(super) host: &'a str,
    pub(super) reference: IssueReference,
    // Where the number ends, and whether the page has pages below it.
    end: usize,
    has_pages: bool,
}

impl<'a> IssueUrl<'a> {
    /// The address at the start of a text: `https://HOST/OWNER/NAME/issues/12` or `.../pull/12`.
    pub(super) fn at_start(text: &'a str) -> Option<Self> {
        let scheme = ["https://", "http://"].into_iter().find(|scheme| {
            let start = text.as_bytes().get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
        })?;
        let mut at = scheme.len();
        let mut part = || {
            let rest = text.get(at..)?;
            // Longer than any host, owner or name: other addresses are not searched to their end.
            let slash = rest.bytes().take(256).position(|byte| byte == b'/')?;
            at += slash + 1;
            Some(&rest[..slash])
        };
        let (host, owner, name, page) = (part()?, part()?, part()?, part()?);
        if page != "issues" && page != "pull" {
            return None;
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(fits) {
            return None;
        }
        let repository = format!("{owner}/{name}").parse().ok()?;
        let (number, length) = number(&text.as_bytes()[at..])?;
        let end = at + length;
        if text.as_bytes().get(end).is_some_and(|byte| is_word(*byte)) {
            return None;
        }
        Some(Self {
            host,
            reference: IssueReference::elsewhere(repository, number),
            end,
            has_pages: page == "pull",
        })
    }

    /// Where the address ends that begins the text, with the fragment, the query, and the path below a
    /// pull request that belong to it, and without the punctuation of the sentence around it.
    pub(super) fn page_end(&self, text: &str) -> usize {
        let rest = &text.as_bytes()[self.end..];
        let goes_on = match rest {
            [b'#' | b'?', ..] => true,
            [b'/', after @ ..] => {
                self.has_pages
                    || matches!(after, [b'#' | b'?', ..])
                    || !after.first().is_some_and(|byte| is_word(*byte))
            }
            _ => false,
        };
        if !goes_on {
            return self.end;
        }
        let belongs = |byte: &u8| is_word(*byte) || b"-./#?=&%+~:;,@!*'$".contains(byte);
        let length = rest.iter().take_while(|byte| belongs(byte)).count();
        let closes = |byte: &u8| b".,:;!?*'~_".contains(byte);
        let trailing = rest[..length].iter().rev().take_while(|byte| closes(byte));
        self.end + length - trailing.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_reference_is_understood() {
        for (text, read) in [
            ("12", "#12"),
            ("#12", "#12"),
            (" #12 ", "#12"),
            ("GH-12", "#12"),
            ("gh-12", "#12"),
            ("octo/hello.rs#7", "octo/hello.rs#7"),
            ("https://github.com/octo/hello/issues/12", "octo/hello#12"),
            ("http://localhost:3000/octo/hello/pull/12", "octo/hello#12"),
            (
                "HTTPS://forge.example/o/r/issues/12#issuecomment-5",
                "o/r#12",
            ),
            ("https://forge.example/o/r/issues/12/", "o/r#12"),
            ("https://forge.example/o/r/issues/12?x=y#z", "o/r#12"),
            ("https://forge.example/o/r/pull/12/files", "o/r#12"),
            ("18446744073709551615", "#18446744073709551615"),
        ] {
            let reference: IssueReference = text.parse().unwrap();
            assert_eq!(reference.to_string(), read, "{text}");
            assert_eq!(reference.to_string().parse(), Ok(reference), "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "",
            "#",
            "0",
            "#0",
            "#012",
            "-1",
            "+1",
            "#12a",
            "hello#12",
            "a/b/c#12",
            "/b#12",
            "GH-",
            "GH-x",
            "GL-12",
            "18446744073709551616",
            "99999999999999999999999999",
            "https://github.com/octo/hello",
            "https://github.com/octo/hello/issues/",
            "https://github.com/octo/hello/issues/0",
            "https://github.com/octo/hello/issues/12a",
            "https://github.com/octo/hello/issues/12/edit",
            "https://github.com/octo/hello/wiki/12",
            "https:///octo/hello/issues/12",
            "ftp://github.com/octo/hello/issues/12",
            "https://u:p@github.com/octo/hello/issues/12",
            "#12 and more",
            "é12",
            "ééé12",
        ] {
            assert!(text.parse::<IssueReference>().is_err(), "{text:?}");
        }
    }
}
