//! The files of a migration archive.

use backlot_forge::input::Member;

/// So many folders are looked at for the root of an archive.
const MAX_ROOTS: usize = 16;

/// What the records of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Type {
    Users,
    Bots,
    Organizations,
    Repositories,
    Milestones,
    Issues,
    PullRequests,
    IssueComments,
    IssueEvents,
    Attachments,
    /// Records that have no place in a backlog.
    Other,
}

impl Type {
    const NAMED: [(&'static str, Self); 10] = [
        ("users", Self::Users),
        ("bots", Self::Bots),
        ("organizations", Self::Organizations),
        ("repositories", Self::Repositories),
        ("milestones", Self::Milestones),
        ("issues", Self::Issues),
        ("pull_requests", Self::PullRequests),
        ("issue_comments", Self::IssueComments),
        ("issue_events", Self::IssueEvents),
        ("attachments", Self::Attachments),
    ];

    /// The types that are looked through before anything is read, as others name them by URL.
    pub(super) const fn is_named(self) -> bool {
        matches!(
            self,
            Self::Users | Self::Bots | Self::Organizations | Self::Repositories | Self::Milestones
        )
    }

    /// The type that a record itself says, where it is one that is read.
    pub(super) fn of_record(word: &str) -> Option<Self> {
        Some(match word {
            "user" => Self::Users,
            "bot" => Self::Bots,
            "organization" => Self::Organizations,
            "repository" => Self::Repositories,
            "milestone" => Self::Milestones,
            "issue" => Self::Issues,
            "pull_request" => Self::PullRequests,
            "issue_comment" => Self::IssueComments,
            "issue_event" => Self::IssueEvents,
            "attachment" => Self::Attachments,
            _ => return None,
        })
    }

    /// What the files of the type begin with; nothing for records that have no place here.
    pub(crate) fn stem(self) -> &'static str {
        let named = Self::NAMED.iter().find(|(_, kind)| *kind == self);
        named.map_or("", |(name, _)| name)
    }
}

/// A file of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) kind: Type,
    /// What the file's name says that its records are.
    pub(super) called: String,
    /// Its place among the files of its type, from 1.
    pub(super) part: u64,
}

/// What a file's name below the root of the archive says: `issue_comments_000001.json`.
pub(super) fn file(name: &str) -> Option<File> {
    let (called, part) = name.strip_suffix(".json")?.rsplit_once('_')?;
    let digits = part.len() == 6 && part.bytes().all(|b| b.is_ascii_digit());
    let word = |b: u8| b.is_ascii_lowercase() || b == b'_';
    if !digits || called.is_empty() || !called.bytes().all(word) {
        return None;
    }
    let named = Type::NAMED.iter().find(|(name, _)| *name == called);
    Some(File {
        kind: named.map_or(Type::Other, |(_, kind)| *kind),
        called: called.to_owned(),
        part: part.parse().ok()?,
    })
}

/// Whether a file of this name says which schema an archive has.
pub(super) fn is_schema(below: &str) -> bool {
    below == "schema.json"
}

/// The folder inside an input, with its slash, that is the root of a migration archive: the highest one
/// that has both a `schema.json` and a first file of records.
pub(crate) fn root(members: &[Member]) -> Option<String> {
    let mut schemas: Vec<&str> = members
        .iter()
        .filter_map(|member| {
            let root = member.stem().strip_suffix("schema.json")?;
            (root.is_empty() || root.ends_with('/')).then_some(root)
        })
        .collect();
    // An archive has one; a folder full of them need not be looked through for each.
    schemas.sort_by_key(|root| root.len());
    schemas.truncate(MAX_ROOTS);
    let first = |root: &&str| {
        members.iter().any(|member| {
            let below = member.stem().strip_prefix(*root);
            below.and_then(file).is_some_and(|file| file.part == 1)
        })
    };
    schemas.into_iter().find(first).map(str::to_owned)
}

/// The files of records of attachments, in their order.
pub(crate) fn attachment_records(members: &[Member]) -> Vec<usize> {
    let Some(root) = root(members) else {
        return Vec::new();
    };
    let mut found: Vec<(u64, usize)> = members
        .iter()
        .filter_map(|member| {
            let file = file(member.stem().strip_prefix(&root)?)?;
            (file.kind == Type::Attachments).then_some((file.part, member.index()))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, index)| index).collect()
}

/// The files that are attached, each with its path below their folder.
pub(crate) fn attached_files(members: &[Member]) -> Vec<(usize, String)> {
    let Some(root) = root(members) else {
        return Vec::new();
    };
    let below = |member: &Member| {
        let below = member
            .name()
            .strip_prefix(&root)?
            .strip_prefix("attachments/")?;
        Some((member.index(), below.to_owned()))
    };
    members.iter().filter_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_type() {
        let kind = |name| file(name).map(|file| (file.kind, file.part));
        assert_eq!(
            kind("issue_comments_000012.json"),
            Some((Type::IssueComments, 12))
        );
        assert_eq!(kind("discussions_000001.json"), Some((Type::Other, 1)));
        for name in [
            "issues.json",
            "issues_1.json",
            "issues-000001.json",
            "_000001.json",
            "schema.json",
        ] {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
