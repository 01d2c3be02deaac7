//! Whose data an input is: the files of both forges are called alike, and what is in them is told by its keys.

use std::io::Read as _;
use std::path::Path;

use backlot_github::{Flow, Source};
use serde_json::{Map, Value};

use super::report::Told;
use crate::error::{Error, Kind, Result};

/// How many files are looked at until one says whose they are.
const LOOKED_AT: usize = 12;
/// How much of a file is looked at.
const HEAD: u64 = 256 << 10;

/// A forge whose data can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forge {
    Github,
    Gitcode,
}

impl Forge {
    /// Its name on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitcode => "gitcode",
        }
    }

    /// What a report of an import calls it.
    pub(super) const fn told(self) -> Told {
        match self {
            Self::Github => Told::GITHUB,
            Self::Gitcode => Told::GITCODE,
        }
    }
}

/// Refuses an input whose first telling object is plainly another forge's: what its keys mean there is not what they
/// mean here, and what would come of it is worse than nothing. The hint is made of the other forge's word.
pub(crate) fn check(
    forge: Forge,
    source: &mut Source,
    path: &Path,
    hint: fn(&str) -> String,
) -> Result<()> {
    let mut found = None;
    let mut looked_at = 0;
    // What is wrong with the input is told when it is read.
    let _ = source.visit(&mut |member, reader| {
        let stem = member.stem();
        let is_other = stem.contains('.')
            && ![".json", ".ndjson", ".jsonl"]
                .iter()
                .any(|ending| stem.ends_with(ending));
        if is_other {
            return Ok(Flow::Continue);
        }
        let mut head = Vec::new();
        reader.take(HEAD).read_to_end(&mut head)?;
        found = first_object(&head).and_then(|object| whose(&object));
        looked_at += 1;
        Ok(match found.is_some() || looked_at == LOOKED_AT {
            true => Flow::Stop,
            false => Flow::Continue,
        })
    });
    match found {
        Some(found) if found != forge => {
            let (name, word) = (found.told().name, found.word());
            let looks = format!("{}: this looks like {name}'s data", path.display());
            let error = Error::new(Kind::BadInput, looks);
            Err(error.hint(hint(word)))
        }
        _ => Ok(()),
    }
}

/// The first object in the beginning of a file, in as many lists as there are around it.
fn first_object(head: &[u8]) -> Option<Map<String, Value>> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let begins = |byte: &u8| !(byte.is_ascii_whitespace() || *byte == b'[');
    let at = head.iter().position(begins)?;
    let mut values = serde_json::Deserializer::from_slice(&head[at..]).into_iter::<Value>();
    match values.next()?.ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Whose object it is, by what every object of the one forge has and none of the other.
fn whose(object: &Map<String, Value>) -> Option<Forge> {
    let inside = |key: &str, inner: &str| object.get(key).and_then(|value| value.get(inner));
    let says = |key: &str| object.contains_key(key);
    let leads_to = |hosts: &[&str]| {
        let addresses = ["html_url", "url", "repository_url", "issue_url"].iter();
        let addresses = addresses.filter_map(|key| object.get(*key)?.as_str());
        let hosts_of = addresses.filter_map(|address| {
            let rest = address.strip_prefix("https://")?;
            Some(rest.split('/').next().unwrap_or(rest))
        });
        hosts_of.into_iter().any(|host| hosts.contains(&host))
    };
    let is_githubs = says("node_id")
        || says("performed_via_github_app")
        || leads_to(&["api.github.com", "github.com"]);
    let is_gitcodes = leads_to(&[
        "gitcode.com",
        "api.gitcode.com",
        "atomgit.com",
        "api.atomgit.com",
    ]) || says("issue_state")
        || says("error_code_name")
        || inside("user", "object_id").is_some()
        || inside("target", "issue").is_some();
    match (is_githubs, is_gitcodes) {
        (true, false) => Some(Forge::Github),
        (false, true) => Some(Forge::Gitcode),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_says_whose_it_is() {
        let of = |text: &str| first_object(text.as_bytes()).and_then(|object| whose(&object));
        for (text, forge) in [
            (
                r#"{"id":1,"node_id":"x","name":"bug"}"#,
                Some(Forge::Github),
            ),
            (
                r#"[ {"url":"https://api.github.com/repos/octo/hello/issues/1"}"#,
                Some(Forge::Github),
            ),
            (
                "\u{feff}[[{\"html_url\":\"https://gitcode.com/octo/hello/issues/1\"}]]",
                Some(Forge::Gitcode),
            ),
            (
                r#"{"id":1,"body":"x","target":{"issue":{"nubmer":1}}}"#,
                Some(Forge::Gitcode),
            ),
            (r#"{"id":1,"name":"bug"}"#, None),
            (r#"{"body":"https://gitcode.com/octo/hello"}"#, None),
            (r#"{"node_id":"x","issue_state":"open"}"#, None),
            ("[]", None),
            ("", None),
            ("{\"node_id\":", None),
        ] {
            assert_eq!(of(text), forge, "{text}");
        }
    }
}
