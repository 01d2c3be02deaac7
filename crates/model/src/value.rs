//! The fields that records have, and a value for each.

use crate::id::RecordId;
use crate::time::Timestamp;
use crate::word::{AuthorAssociation, LockReason, State, StateReason, UserKind};

/// How many of each reaction something has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Reactions {
    /// Counts in the order of [`Reactions::CONTENTS`].
    pub counts: [u64; 8],
}

impl Reactions {
    /// The eight kinds of reaction, as forges spell them.
    pub const CONTENTS: [&'static str; 8] = [
        "+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes",
    ];

    /// The sum of all eight counts.
    pub fn total(&self) -> u64 {
        self.counts
            .iter()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// What a comment, an event or a reaction belongs to, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parent<R = RecordId> {
    /// A record of this store.
    Record(R),
    /// The issue or pull request of this number on the forge that the record came from. The store
    /// turns it into [`Parent::Record`] as soon as it has that issue; until then it is an orphan.
    Number(u64),
}

/// What a value consists of, apart from the field it is for: all that a codec has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape<T, R> {
    /// One reference.
    Id(R),
    /// References in an order that counts.
    Ids(Vec<R>),
    /// A number.
    Number(u64),
    /// A short text.
    Text(String),
    /// A long text, or where it lies.
    Body(T),
    /// True; a false flag is absent.
    Flag,
    /// A moment.
    Moment(Timestamp),
    /// Counts of reactions.
    Reactions(Reactions),
    /// What the record belongs to.
    Parent(Parent<R>),
}

macro_rules! to_shape {
    (id, $v:ident) => {
        Shape::Id(*$v)
    };
    (ids, $v:ident) => {
        Shape::Ids($v.clone())
    };
    (number, $v:ident) => {
        Shape::Number(*$v)
    };
    (text, $v:ident) => {
        Shape::Text($v.clone())
    };
    (body, $v:ident) => {
        Shape::Body($v.clone())
    };
    (flag, $v:ident) => {{
        let _ = $v;
        Shape::Flag
    }};
    (moment, $v:ident) => {
        Shape::Moment(*$v)
    };
    (reactions, $v:ident) => {
        Shape::Reactions(*$v)
    };
    (parent, $v:ident) => {
        Shape::Parent(*$v)
    };
    ($word:ident, $v:ident) => {
        Shape::Text($v.as_word().to_owned())
    };
}

macro_rules! from_shape {
    (id, $shape:ident) => {
        match $shape {
            Shape::Id(v) => Some(v),
            _ => None,
        }
    };
    (ids, $shape:ident) => {
        match $shape {
            Shape::Ids(v) => Some(v),
            _ => None,
        }
    };
    (number, $shape:ident) => {
        match $shape {
            Shape::Number(v) => Some(v),
            _ => None,
        }
    };
    (text, $shape:ident) => {
        match $shape {
            Shape::Text(v) => Some(v),
            _ => None,
        }
    };
    (body, $shape:ident) => {
        match $shape {
            Shape::Body(v) => Some(v),
            _ => None,
        }
    };
    (flag, $shape:ident) => {
        match $shape {
            Shape::Flag => Some(true),
            _ => None,
        }
    };
    (moment, $shape:ident) => {
        match $shape {
            Shape::Moment(v) => Some(v),
            _ => None,
        }
    };
    (reactions, $shape:ident) => {
        match $shape {
            Shape::Reactions(v) => Some(v),
            _ => None,
        }
    };
    (parent, $shape:ident) => {
        match $shape {
            Shape::Parent(v) => Some(v),
            _ => None,
        }
    };
    ($word:ident, $shape:ident) => {
        match $shape {
            Shape::Text(v) => Some($word::from_word(&v)),
            _ => None,
        }
    };
}

macro_rules! map_refs {
    (id, $v:ident, $f:ident) => {
        $f($v)?
    };
    (ids, $v:ident, $f:ident) => {
        $v.into_iter()
            .map(&mut *$f)
            .collect::<Result<Vec<_>, _>>()?
    };
    (parent, $v:ident, $f:ident) => {
        match $v {
            Parent::Record(r) => Parent::Record($f(r)?),
            Parent::Number(n) => Parent::Number(n),
        }
    };
    ($other:ident, $v:ident, $f:ident) => {
        $v
    };
}

macro_rules! map_body {
    (body, $v:ident, $f:ident) => {
        $f($v)?
    };
    ($other:ident, $v:ident, $f:ident) => {
        $v
    };
}

macro_rules! values {
    ($($(#[$doc:meta])* $name:ident = $tag:literal $shape:ident($payload:ty) $label:literal,)+) => {
        /// A field that a record can have. One list serves all kinds of record, so that events, the
        /// codec and comparisons treat every field alike.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Field { $($(#[$doc])* $name = $tag,)+ }

        impl Field {
            /// Every field that this version knows, in the order of [`Field::tag`].
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The number by which files name the field; it never changes.
            pub const fn tag(self) -> u8 { self as u8 }

            /// The field of this number, if this version knows it.
            pub const fn from_tag(tag: u8) -> Option<Self> {
                match tag { $($tag => Some(Self::$name),)+ _ => None }
            }

            /// The name of the field, as reports and messages say it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }

        /// A value of one field. `T` is how long texts are held (in full, or as a place in the log),
        /// `R` how other records are named.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Value<T = String, R = RecordId> { $($(#[$doc])* $name($payload),)+ }

        impl<T, R> Value<T, R> {
            /// The field that the value is for.
            pub const fn field(&self) -> Field {
                match self { $(Self::$name(_) => Field::$name,)+ }
            }

            /// The value with its references translated by `f`, or the first error of `f`.
            pub fn try_map_refs<S, E>(
                self,
                f: &mut dyn FnMut(R) -> Result<S, E>,
            ) -> Result<Value<T, S>, E> {
                Ok(match self { $(Self::$name(v) => Value::$name(map_refs!($shape, v, f)),)+ })
            }

            /// The value with its long text translated by `f`, or the error of `f`.
            pub fn try_map_text<S, E>(
                self,
                f: &mut dyn FnMut(T) -> Result<S, E>,
            ) -> Result<Value<S, R>, E> {
                Ok(match self { $(Self::$name(v) => Value::$name(map_body!($shape, v, f)),)+ })
            }
        }

        impl<T: Clone, R: Copy> Value<T, R> {
            /// What the value consists of.
            pub fn shape(&self) -> Shape<T, R> {
                match self { $(Self::$name(v) => to_shape!($shape, v),)+ }
            }

            /// The value of `field` that consists of `shape`; none when the two do not fit.
            pub fn from_shape(field: Field, shape: Shape<T, R>) -> Option<Self> {
                match field { $(Field::$name => from_shape!($shape, shape).map(Self::$name),)+ }
            }
        }
    };
}

values! {
    /// The repository that the record belongs to.
    Repository = 1 id(R) "repository",
    /// The number of an issue, a milestone or a project.
    Number = 2 number(u64) "number",
    /// The title of an issue or a milestone.
    Title = 3 text(String) "title",
    /// The body of an issue, a comment, a project or a note.
    Body = 4 body(T) "body",
    /// Open or closed.
    State = 5 State(State) "state",
    /// Why the state is what it is.
    StateReason = 6 StateReason(StateReason) "state_reason",
    /// Who wrote, created or did it.
    Author = 7 id(R) "author",
    /// Who is assigned, in the order given.
    Assignees = 8 ids(Vec<R>) "assignees",
    /// The labels, in the order given.
    Labels = 9 ids(Vec<R>) "labels",
    /// The milestone.
    Milestone = 10 id(R) "milestone",
    /// When it was created.
    CreatedAt = 11 moment(Timestamp) "created_at",
    /// When it was last changed.
    UpdatedAt = 12 moment(Timestamp) "updated_at",
    /// When it was closed.
    ClosedAt = 13 moment(Timestamp) "closed_at",
    /// Who closed it.
    ClosedBy = 14 id(R) "closed_by",
    /// Whether the conversation is locked.
    Locked = 15 flag(bool) "locked",
    /// Why the conversation is locked.
    LockReason = 16 LockReason(LockReason) "lock_reason",
    /// What the author is to the repository.
    AuthorAssociation = 17 AuthorAssociation(AuthorAssociation) "author_association",
    /// The type of the issue, by name.
    IssueType = 18 text(String) "type",
    /// How many comments the forge counted; the store counts its own.
    CommentCount = 19 number(u64) "comments",
    /// How many reactions of each kind the forge counted.
    Reactions = 20 reactions(Reactions) "reactions",
    /// Whether a pull request is a draft.
    Draft = 21 flag(bool) "draft",
    /// Whether the issue is a pull request.
    PullRequest = 22 flag(bool) "pull_request",
    /// When a pull request was merged.
    MergedAt = 23 moment(Timestamp) "merged_at",
    /// The name of a label, a repository, a project or a column; the login of a user.
    Name = 24 text(String) "name",
    /// The colour of a label: six hexadecimal digits, case kept.
    Color = 25 text(String) "color",
    /// A description.
    Description = 26 text(String) "description",
    /// Whether the forge made the label by itself.
    Default = 27 flag(bool) "default",
    /// When a milestone is due.
    DueOn = 28 moment(Timestamp) "due_on",
    /// What kind of account a user is.
    UserKind = 29 UserKind(UserKind) "user_kind",
    /// What a comment, an event or a reaction belongs to.
    Parent = 30 parent(Parent<R>) "parent",
    /// What happened, in an event of a forge's past: `labeled`, `closed`, ...
    Event = 31 text(String) "event",
    /// What an event of the past was about, in words: a label's name, a milestone's title, a commit. What a
    /// card shows by the word of its forge: `host/owner/name#number`.
    Subject = 32 text(String) "subject",
    /// Whom an event of the past was about.
    Person = 33 id(R) "person",
    /// What it was before a renaming or a move.
    From = 34 text(String) "from",
    /// What it became by a renaming or a move.
    To = 35 text(String) "to",
    /// Whether a repository is private.
    Private = 36 flag(bool) "private",
    /// Whether a repository or a card is archived.
    Archived = 37 flag(bool) "archived",
    /// The host of the forge that the record came from.
    Host = 38 text(String) "host",
    /// The `owner/name` by which its forge first named a repository.
    ForeignName = 39 text(String) "foreign_name",
    /// The record is gone; only its tombstone is left.
    Deleted = 40 flag(bool) "deleted",
    /// The content of a reaction, such as `heart`.
    Content = 41 text(String) "content",
    /// The project of a column, or the column of a card.
    Container = 42 id(R) "container",
    /// Issues and pull requests are numbered apart from each other in this repository.
    SeparateNumbers = 43 flag(bool) "separate_numbers",
    /// The user or organisation that a project belongs to, where that is no repository.
    Owner = 44 id(R) "owner",
    /// Issues are switched off in this repository.
    IssuesDisabled = 45 flag(bool) "issues_disabled",
    /// Projects are switched off in this repository.
    ProjectsDisabled = 46 flag(bool) "projects_disabled",
    /// What the members of an organisation may do with a project: `read`, `write`, `admin` or `none`.
    Permission = 47 text(String) "organization_permission",
    /// The sub-issues of an issue, in the order that its users gave them.
    SubIssues = 48 ids(Vec<R>) "sub_issues",
    /// The issue that this one is a sub-issue of.
    ParentIssue = 49 id(R) "parent_issue",
    /// The issues that have to be closed before this one can be worked on.
    BlockedBy = 50 ids(Vec<R>) "blocked_by",
    /// The issues that wait for this one.
    Blocking = 51 ids(Vec<R>) "blocking",
    /// The issue that this one says again.
    DuplicateOf = 52 id(R) "duplicate_of",
    /// Whether an issue or a comment is pinned.
    Pinned = 53 flag(bool) "pinned",
    /// Why a comment is minimised, such as `outdated`.
    MinimizedReason = 54 text(String) "minimized_reason",
    /// The issue that a card shows.
    Issue = 55 id(R) "issue",
    /// Where a column or a card stands among its neighbours: ranks sort as bytes do.
    Rank = 56 text(String) "rank",
    /// The issue whose text, or the text of whose comment, refers to another one.
    Source = 57 id(R) "source",
    /// The creation of the record was undone: it is as though it had never been.
    Absent = 58 flag(bool) "absent",
    /// The number at its forge of the project that a column is on, or of the column that a card is in. The
    /// record itself is the container, as soon as the store has it.
    ForeignContainer = 59 number(u64) "foreign_container",
}

impl Field {
    /// Whether the field holds a list of references, which grows and shrinks by one element.
    pub const fn is_list(self) -> bool {
        matches!(
            self,
            Self::Assignees | Self::Labels | Self::SubIssues | Self::BlockedBy | Self::Blocking
        )
    }
}

impl<T, R: PartialEq> Value<T, R> {
    /// Whether the value says no more than its absence does: false, nought, or an empty list.
    pub fn says_nothing(&self) -> bool {
        match self {
            Self::Labels(ids)
            | Self::Assignees(ids)
            | Self::SubIssues(ids)
            | Self::BlockedBy(ids)
            | Self::Blocking(ids) => ids.is_empty(),
            Self::CommentCount(count) => *count == 0,
            Self::Reactions(reactions) => *reactions == Reactions::default(),
            Self::Locked(flag)
            | Self::Draft(flag)
            | Self::PullRequest(flag)
            | Self::Default(flag)
            | Self::Private(flag)
            | Self::Archived(flag)
            | Self::Deleted(flag)
            | Self::SeparateNumbers(flag)
            | Self::IssuesDisabled(flag)
            | Self::ProjectsDisabled(flag)
            | Self::Pinned(flag)
            | Self::Absent(flag) => !flag,
            _ => false,
        }
    }

    /// The references of a list field.
    pub fn ids(&self) -> Option<&[R]> {
        match self {
            Self::Assignees(ids)
            | Self::Labels(ids)
            | Self::SubIssues(ids)
            | Self::BlockedBy(ids)
            | Self::Blocking(ids) => Some(ids),
            _ => None,
        }
    }

    /// The references of a list field, to change them.
    pub(crate) fn ids_mut(&mut self) -> Option<&mut Vec<R>> {
        match self {
            Self::Assignees(ids)
            | Self::Labels(ids)
            | Self::SubIssues(ids)
            | Self::BlockedBy(ids)
            | Self::Blocking(ids) => Some(ids),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_numbers_and_order() {
        assert!(
            Field::ALL
                .windows(2)
                .all(|pair| pair[0].tag() < pair[1].tag())
        );
        for field in Field::ALL {
            assert_eq!(Field::from_tag(field.tag()), Some(*field));
        }
    }

    #[test]
    fn a_shape_of_another_field_does_not_fit() {
        let value: Value = Value::State(State::Closed);
        let shape = value.shape();
        assert_eq!(Value::from_shape(Field::State, shape.clone()), Some(value));
        assert_eq!(
            Value::<String, RecordId>::from_shape(Field::Locked, shape),
            None
        );
    }
}
