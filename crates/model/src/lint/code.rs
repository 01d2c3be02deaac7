//! The codes of findings.

use std::fmt;

macro_rules! codes {
    ($($variant:ident = $name:literal, $about:literal;)+) => {
        /// What is wrong, by a name that stays the same for ever.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $about] $variant,)+
        }

        impl Code {
            /// Every code, in the order in which lists show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What the code tells, as a sentence.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)+
                }
            }
        }
    };
}

codes! {
    TitleEmpty = "title-empty", "An issue has no title, or a blank one.";
    TitleTooLong = "title-too-long", "The title of an issue has too many characters.";
    TitleBlanks = "title-blanks", "The title of an issue begins or ends with white space.";
    TitleControlCharacters = "title-control-characters", "The title of an issue has a line break or another control character in it.";
    BodyMissing = "body-missing", "An issue has no body, or a blank one.";
    BodyTooLong = "body-too-long", "The body of an issue has too many characters.";
    CommentEmpty = "comment-empty", "A comment has no text, or only white space.";
    CommentTooLong = "comment-too-long", "The text of a comment has too many characters.";
    NullCharacter = "null-character", "A body or a comment has U+0000 in it.";
    ControlCharacters = "control-characters", "A body or a comment has control characters in it, such as the colours of a terminal.";
    MentionNotifies = "mention-notifies", "A body or a comment mentions people, who would be notified.";
    ReferenceRebinds = "reference-rebinds", "A body or a comment refers to an issue by a number that another issue has at the target, or none.";
    ReferenceToSource = "reference-to-source", "A body or a comment refers to this repository by its name or address, and so still to the source.";
    ReferenceElsewhere = "reference-elsewhere", "A body or a comment refers to issues of other repositories.";
    LabelNameEmpty = "label-name-empty", "A label has no name, or a blank one.";
    LabelNameTooLong = "label-name-too-long", "The name of a label has too many characters.";
    LabelNameTooShort = "label-name-too-short", "The name of a label has too few characters.";
    LabelNameCharacters = "label-name-characters", "The name of a label has characters that names cannot have.";
    LabelNameTaken = "label-name-taken", "Two labels have names that differ in nothing but case.";
    LabelDescriptionTooLong = "label-description-too-long", "The description of a label has too many characters.";
    LabelColorInvalid = "label-color-invalid", "A label has no colour of six hexadecimal digits.";
    LabelDetailsLost = "label-details-lost", "A label has a colour or a description, which do not come along.";
    MilestoneTitleEmpty = "milestone-title-empty", "A milestone has no title, or a blank one.";
    MilestoneTitleTaken = "milestone-title-taken", "Two milestones have the same title.";
    MilestoneDueMissing = "milestone-due-missing", "A milestone is not due at any time.";
    MilestoneDueTimeLost = "milestone-due-time-lost", "A milestone is due at a time of day that does not come along.";
    LabelsTooMany = "labels-too-many", "An issue has too many labels.";
    LabelUnknown = "label-unknown", "An issue has a label that the repository no longer has.";
    AssigneesTooMany = "assignees-too-many", "An issue has too many assignees.";
    AssigneeInvalid = "assignee-invalid", "An issue is assigned to a login that cannot be one, or to which nothing can be assigned.";
    AssigneeUnknown = "assignee-unknown", "An issue is assigned to a user who is known only here, or from another forge.";
    MilestoneUnknown = "milestone-unknown", "An issue is in a milestone that the repository no longer has.";
    StateUnknown = "state-unknown", "An issue or a milestone is neither open nor closed.";
    StateReasonUnknown = "state-reason-unknown", "An issue has a reason of its state that is not on the list.";
    StateReasonLost = "state-reason-lost", "An issue was closed for a reason, which does not come along.";
    LockReasonUnknown = "lock-reason-unknown", "A conversation is locked for a reason that is not on the list.";
    LockLost = "lock-lost", "A conversation is locked, and would not be.";
    TypeLost = "type-lost", "An issue has a type, which does not come along.";
    SubIssuesTooMany = "sub-issues-too-many", "An issue has too many sub-issues.";
    DependenciesTooMany = "dependencies-too-many", "An issue waits for too many issues, or too many wait for it.";
    LinksLost = "links-lost", "An issue has a parent, sub-issues or dependencies, which do not come along.";
    NumberGap = "number-gap", "Numbers are missing, so that later issues get other ones.";
    PullRequests = "pull-requests", "There are pull requests, which can only come as issues.";
    AuthorLost = "author-lost", "Texts are by several people, and would all be by whoever sends them.";
    DatesLost = "dates-lost", "Dates do not come along.";
    ReactionsLost = "reactions-lost", "There are reactions, which do not come along.";
    HistoryLost = "history-lost", "There are events of the past, which do not come along.";
}

impl Code {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
