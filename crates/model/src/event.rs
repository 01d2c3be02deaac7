//! One thing that happened to one record: an entry of the log.

use crate::change::Change;
use crate::commit::Actor;
use crate::id::{RecordId, ViewId};
use crate::kind::RecordKind;
use crate::time::Timestamp;

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $tag:literal $label:literal,)+) => {
        /// What an event says happened. The changes inside it say what became different.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $($(#[$doc])* $name,)+
            /// A kind of a later version: its changes are applied, its meaning is unknown here.
            Other(u64),
        }

        impl EventKind {
            /// The number by which files name the kind; it never changes.
            pub const fn tag(self) -> u64 {
                match self { $(Self::$name => $tag,)+ Self::Other(tag) => tag }
            }

            /// The kind of this number.
            pub const fn from_tag(tag: u64) -> Self {
                match tag { $($tag => Self::$name,)+ other => Self::Other(other) }
            }

            /// The name of the kind, as the log shows it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $label,)+ Self::Other(_) => "other" }
            }
        }
    };
}

event_kinds! {
    /// A source stated a record that was not known before.
    Imported = 1 "imported",
    /// A source states something else about a record than it did before.
    Restated = 2 "restated",
    /// A source showed a record inside another object, in a form not seen before.
    Embedded = 3 "embedded",
    /// A complete source no longer has the record.
    Withdrawn = 4 "withdrawn",
    /// An issue or a milestone was given the next free number, because another one has the number that it had
    /// here or has at its forge.
    Renumbered = 5 "renumbered",
    /// A record was created here.
    Created = 16 "created",
    /// Fields without an event of their own were changed here.
    Edited = 17 "edited",
    /// An issue or a milestone was closed here.
    Closed = 18 "closed",
    /// An issue or a milestone was opened again here.
    Reopened = 19 "reopened",
    /// An issue was given another title here.
    Renamed = 20 "renamed",
    /// An issue was given a label here.
    Labeled = 21 "labeled",
    /// A label was taken from an issue here.
    Unlabeled = 22 "unlabeled",
    /// A user was assigned to an issue here.
    Assigned = 23 "assigned",
    /// A user was unassigned from an issue here.
    Unassigned = 24 "unassigned",
    /// An issue was put into a milestone here.
    Milestoned = 25 "milestoned",
    /// An issue was taken out of its milestone here.
    Demilestoned = 26 "demilestoned",
    /// A record was deleted here; its tombstone stays.
    Deleted = 27 "deleted",
    /// The conversation of an issue was locked here.
    Locked = 28 "locked",
    /// The conversation of an issue was unlocked here.
    Unlocked = 29 "unlocked",
    /// An issue or a comment was pinned here.
    Pinned = 30 "pinned",
    /// An issue or a comment was unpinned here.
    Unpinned = 31 "unpinned",
    /// An issue went to another repository, with all that belongs to it.
    Transferred = 32 "transferred",
    /// An issue was marked as a duplicate of another one here.
    MarkedAsDuplicate = 33 "marked_as_duplicate",
    /// An issue is no longer marked as a duplicate.
    UnmarkedAsDuplicate = 34 "unmarked_as_duplicate",
    /// An issue was given a sub-issue here.
    SubIssueAdded = 35 "sub_issue_added",
    /// A sub-issue was taken from an issue here.
    SubIssueRemoved = 36 "sub_issue_removed",
    /// An issue became a sub-issue here.
    ParentIssueAdded = 37 "parent_issue_added",
    /// An issue is no sub-issue any more.
    ParentIssueRemoved = 38 "parent_issue_removed",
    /// An issue was made to wait for another one here.
    BlockedByAdded = 39 "blocked_by_added",
    /// An issue no longer waits for another one.
    BlockedByRemoved = 40 "blocked_by_removed",
    /// Another issue was made to wait for this one here.
    BlockingAdded = 41 "blocking_added",
    /// Another issue no longer waits for this one.
    BlockingRemoved = 42 "blocking_removed",
    /// An issue was given a type here.
    IssueTypeAdded = 43 "issue_type_added",
    /// An issue was given another type here.
    IssueTypeChanged = 44 "issue_type_changed",
    /// The type of an issue was taken away here.
    IssueTypeRemoved = 45 "issue_type_removed",
    /// An issue was put on a project board here.
    AddedToProject = 46 "added_to_project",
    /// The card of an issue was moved to another column here.
    MovedColumnsInProject = 47 "moved_columns_in_project",
    /// The card of an issue was taken from a project board here.
    RemovedFromProject = 48 "removed_from_project",
    /// A note on a project board became this issue.
    ConvertedNoteToIssue = 49 "converted_note_to_issue",
    /// A comment of an issue was deleted here.
    CommentDeleted = 50 "comment_deleted",
    /// A commit was undone, and with it this.
    Undone = 51 "undone",
}

impl EventKind {
    /// Whether somebody did this here, as opposed to what a source said and what followed from it.
    pub const fn is_local(self) -> bool {
        self.tag() >= Self::Created.tag()
    }
}

/// Which form of a foreign object a statement gives: a record can be known by several, such as an
/// issue and the same thing as a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    /// The forge, by the number that `docs/file-format.md` gives it.
    pub forge: u8,
    /// The form, by the number that the forge's crate gives it. Of two forms of one record, the one
    /// with the lower number states the record's values and the other only adds what that one lacks.
    pub form: u8,
}

/// How a forge itself names an object in one form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForeignId {
    /// A number that the forge gave.
    Number(u64),
    /// A text that tells the object apart, where the forge gave no number.
    Text(String),
}

/// What a source said about a record in one form, beside the values that became changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The form.
    pub view: View,
    /// The forge's name for the object.
    pub id: ForeignId,
    /// What the object says beyond what the record's values give, in the forge crate's own encoding.
    pub overlay: Vec<u8>,
    /// Its place in a list whose order counts, such as a timeline, from 0.
    pub position: Option<u64>,
    /// Which fields the source stated, null or not, by the bits of their numbers.
    pub stated: u64,
    /// The fingerprint of all that the source said, where it cannot be taken from the event itself.
    pub fingerprint: Option<[u8; 16]>,
    /// The number by which its forge calls the record, or the issue that the record belongs to, where the
    /// forge's numbers are not those of the repository here.
    pub number: Option<u64>,
    /// Whether the overlay holds anything but which keys were there.
    pub has_extras: bool,
}

/// An object that a source showed inside others, in one exact form, kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// The name of the form: the hash of `bytes`.
    pub id: ViewId,
    /// The whole object, in the forge crate's own encoding.
    pub bytes: Vec<u8>,
}

/// One thing that happened to one record. `T` is how long texts are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<T = String> {
    /// What happened.
    pub kind: EventKind,
    /// The record it happened to.
    pub record: RecordId,
    /// What the record is.
    pub record_kind: RecordKind,
    /// Who did it, where that is not the commit's actor.
    pub actor: Option<Actor>,
    /// When it happened, where that is not when the commit was recorded.
    pub at: Option<Timestamp>,
    /// What became different.
    pub changes: Vec<Change<T>>,
    /// What the source says now and the local state does not follow, because it was edited here too.
    pub held: Vec<Change<T>>,
    /// What a source said, in an event that came from one.
    pub statement: Option<Statement>,
    /// The form in which the record was seen inside another object.
    pub embedded: Option<Embedded>,
}

impl<T> Event<T> {
    /// An event that changes nothing yet, done by the commit's actor when the commit was recorded.
    pub const fn new(kind: EventKind, record: RecordId, record_kind: RecordKind) -> Self {
        Self {
            kind,
            record,
            record_kind,
            actor: None,
            at: None,
            changes: Vec::new(),
            held: Vec::new(),
            statement: None,
            embedded: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_their_numbers() {
        for tag in [1, 2, 3, 4, 5, 16, 26, 27, 51, 300] {
            assert_eq!(EventKind::from_tag(tag).tag(), tag);
        }
        assert_eq!(EventKind::from_tag(300), EventKind::Other(300));
    }
}
