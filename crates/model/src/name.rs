//! The `owner/name` of a repository.

use std::fmt;
use std::str::FromStr;

/// The name of a repository inside a store: an owner and a name, compared without regard to case.
#[derive(Clone, Debug)]
pub struct RepositoryName {
    text: Box<str>,
    slash: usize,
}

/// A text that is no `owner/name`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a repository name: write owner/name")]
pub struct NameError(String);

impl RepositoryName {
    /// The user or organisation before the slash.
    pub fn owner(&self) -> &str {
        &self.text[..self.slash]
    }

    /// The name after the slash.
    pub fn name(&self) -> &str {
        &self.text[self.slash + 1..]
    }

    /// The whole `owner/name`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The whole name in lower case, by which repositories are told apart.
    pub fn key(&self) -> String {
        self.text.to_lowercase()
    }
}

impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for RepositoryName {}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RepositoryName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let fits = |part: &str| {
            !part.is_empty()
                && part.len() <= 255
                && part != "."
                && part != ".."
                && part
                    .chars()
                    .all(|c| !c.is_control() && !c.is_whitespace() && !"/\\?#%".contains(c))
        };
        match text.split_once('/') {
            Some((owner, name)) if fits(owner) && fits(name) => Ok(Self {
                text: text.into(),
                slash: owner.len(),
            }),
            _ => Err(NameError(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_and_name_are_told_apart() {
        let name: RepositoryName = "Octo/hello.rs".parse().unwrap();
        assert_eq!((name.owner(), name.name()), ("Octo", "hello.rs"));
        assert_eq!(name, "octo/Hello.rs".parse().unwrap());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "octo",
            "octo/",
            "/hello",
            "a/b/c",
            "a /b",
            "../b",
            "a/..",
            "a/b\u{1b}",
        ] {
            assert!(text.parse::<RepositoryName>().is_err(), "{text:?}");
        }
    }
}
