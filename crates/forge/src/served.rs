//! What is the same of every forge whose objects are served at an address of one's own: the addresses with which all
//! others begin, and the names that repositories have there.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use backlot_model::{Record, RecordId, RecordKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// The addresses with which all others begin.
pub struct Base {
    /// That of the API.
    pub api: String,
    /// That of the pages.
    pub html: String,
}

/// The names that repositories have where they are served, and those under which they came.
#[derive(Default)]
pub struct Names {
    here: FxHashMap<RecordId, Arc<str>>,
    /// The repositories that have another name here than where they came from, by their names there in lower
    /// case: each with its host.
    moved: FxHashMap<String, (String, Arc<str>)>,
    /// The repositories whose names are those of the state of the store.
    noted: FxHashSet<RecordId>,
}

impl Names {
    /// Forgets that the names were those of the state of the store.
    pub fn forget(&mut self) {
        self.noted.clear();
    }

    /// The repository of a record, if its name has not been noted since the store changed.
    pub fn unnoted(&self, record: &Record) -> Option<RecordId> {
        repository_of(record).filter(|id| !self.noted.contains(id))
    }

    /// The name that the repository of a record has here, as far as it was noted.
    pub fn here(&self, record: &Record) -> Option<&Arc<str>> {
        self.here.get(&repository_of(record)?)
    }

    /// The name here of a repository that a host calls by another one.
    pub fn moved(&self, host: &str, repo: &str) -> Option<&Arc<str>> {
        if self.moved.is_empty() {
            return None;
        }
        let (known, name) = self.moved.get(&repo.to_lowercase())?;
        (known == host).then_some(name)
    }

    /// Notes what a repository is called here; true when what was written before may say another name. Of one that is
    /// not there, nothing is known but that.
    pub fn note(&mut self, id: RecordId, repository: Option<&Record>) -> bool {
        self.noted.insert(id);
        let Some(repository) = repository else {
            return false;
        };
        let name: Arc<str> = name_here(repository).into();
        let old = self.here.insert(id, Arc::clone(&name));
        let host = repository.host().unwrap_or_default();
        let Some(foreign) = repository.foreign_name() else {
            return old.is_some_and(|old| old != name);
        };
        let is_same = foreign == &*name;
        match self.moved.entry(foreign.to_lowercase()) {
            Entry::Occupied(known) if is_same => {
                known.remove();
                true
            }
            Entry::Vacant(_) if is_same => false,
            Entry::Occupied(mut known) => {
                let (known_host, known_name) = known.get();
                if known_host == host && *known_name == name {
                    return false;
                }
                known.insert((host.to_owned(), name));
                true
            }
            Entry::Vacant(room) => {
                room.insert((host.to_owned(), name));
                true
            }
        }
    }
}

fn repository_of(record: &Record) -> Option<RecordId> {
    let is_one = record.kind() == RecordKind::Repository;
    record.repository().or(is_one.then_some(record.id()))
}

/// The `owner/name` that a repository has here.
pub fn name_here(repository: &Record) -> String {
    let name = repository.name().or(repository.foreign_name());
    let name = name.unwrap_or_default();
    match name.contains('/') || name.is_empty() {
        true => name.to_owned(),
        false => format!("local/{name}"),
    }
}

/// The `owner/name` with which the path of an address begins, which ends with the text or the JSON string.
pub fn repository_in(path: &str) -> Option<&str> {
    let slash = path.find('/')?;
    let name = path.get(slash + 1..)?;
    let end = name.find(['/', '"', '{', '?', '#']).unwrap_or(name.len());
    let repo = path.get(..slash + 1 + end)?;
    // So Git is told where to clone from.
    Some(repo.strip_suffix(".git").unwrap_or(repo))
}

/// Appends kept JSON, which stands where `out` ends. `put` is given each address that stands under a key that ends in
/// `url`, or in `href`, but for those of pictures: whether the key ends in `page`, and the JSON from its first letter on. It
/// appends what takes the place of its beginning, and says how long that was.
pub fn put_kept(
    text: &str,
    page: &str,
    out: &mut Vec<u8>,
    put: impl Fn(bool, &str, &mut Vec<u8>) -> Option<usize>,
) {
    let mut from = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b"\"http") {
        if at < from {
            continue;
        }
        let begin = at + 1;
        out.extend_from_slice(&text.as_bytes()[from..begin]);
        from = begin;
        // No text can have these bytes in it, as its quotes would be escaped.
        let said = &out[..out.len() - 1];
        let is_address = (said.ends_with(b"url\":") || said.ends_with(b"\"href\":"))
            && !said.ends_with(b"avatar_url\":");
        let key = said.strip_suffix(b"\":").unwrap_or_default();
        let is_page = key.ends_with(page.as_bytes());
        if let Some(address) = text.get(begin..).filter(|_| is_address)
            && let Some(skipped) = put(is_page, address, out)
        {
            from = begin + skipped;
        }
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_under_their_keys_are_given() {
        let moved = |text: &str| {
            let mut out = b"{\"html_url\":".to_vec();
            put_kept(text, "html_url", &mut out, |is_page, address, out| {
                let base = "https://a.example";
                address.strip_prefix(base)?;
                out.extend_from_slice(if is_page { b"page:" } else { b"api:" });
                Some(base.len())
            });
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            moved(
                r#""https://a.example/x","body":"\"url\":\"https://a.example","url":"https://a.example/y","avatar_url":"https://a.example/z","note":"https://a.example","_links":{"html":{"href":"https://a.example"}},"more_url":"https://b.example"}"#
            ),
            r#"{"html_url":"page:/x","body":"\"url\":\"https://a.example","url":"api:/y","avatar_url":"https://a.example/z","note":"https://a.example","_links":{"html":{"href":"api:"}},"more_url":"https://b.example"}"#
        );
    }

    #[test]
    fn the_repository_of_a_path_is_its_first_two_parts() {
        for (path, found) in [
            ("o/n/issues/1", Some("o/n")),
            ("o/n\",\"more\"", Some("o/n")),
            ("o/n.git", Some("o/n")),
            ("o", None),
        ] {
            assert_eq!(repository_in(path), found, "{path}");
        }
    }
}
