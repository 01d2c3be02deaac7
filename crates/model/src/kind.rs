//! What a record can be.

/// What a record is: each kind has its own name, fields and place in exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordKind {
    /// A repository: `owner/name`, which owns all else.
    Repository,
    /// A person, a bot or an organisation.
    User,
    /// A label of a repository.
    Label,
    /// A milestone of a repository, with a number of its own sequence.
    Milestone,
    /// An issue or a pull request.
    Issue,
    /// A comment on an issue or a pull request.
    Comment,
    /// An event of a forge's own past, as its events and timelines list them.
    HistoryEvent,
    /// One reaction of one user.
    Reaction,
    /// A classic project board.
    Project,
    /// A column of a project board.
    Column,
    /// A card in a column.
    Card,
}

impl RecordKind {
    /// Every kind, in the order of [`RecordKind::tag`].
    pub const ALL: [Self; 11] = [
        Self::Repository,
        Self::User,
        Self::Label,
        Self::Milestone,
        Self::Issue,
        Self::Comment,
        Self::HistoryEvent,
        Self::Reaction,
        Self::Project,
        Self::Column,
        Self::Card,
    ];

    /// The number by which files name the kind; it never changes.
    pub const fn tag(self) -> u8 {
        self as u8 + 1
    }

    /// The kind of this number, if this version knows it.
    pub fn from_tag(tag: u8) -> Option<Self> {
        Self::ALL.get(usize::from(tag).checked_sub(1)?).copied()
    }

    /// The name in the singular, as messages say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::User => "user",
            Self::Label => "label",
            Self::Milestone => "milestone",
            Self::Issue => "issue",
            Self::Comment => "comment",
            Self::HistoryEvent => "event",
            Self::Reaction => "reaction",
            Self::Project => "project",
            Self::Column => "column",
            Self::Card => "card",
        }
    }

    /// The name in the plural, as tables and folders say it.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Repository => "repositories",
            Self::User => "users",
            Self::Label => "labels",
            Self::Milestone => "milestones",
            Self::Issue => "issues",
            Self::Comment => "comments",
            Self::HistoryEvent => "events",
            Self::Reaction => "reactions",
            Self::Project => "projects",
            Self::Column => "columns",
            Self::Card => "cards",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_kinds_both_ways() {
        for kind in RecordKind::ALL {
            assert_eq!(RecordKind::from_tag(kind.tag()), Some(kind));
        }
        assert_eq!(RecordKind::from_tag(0), None);
        assert_eq!(RecordKind::from_tag(200), None);
    }
}
