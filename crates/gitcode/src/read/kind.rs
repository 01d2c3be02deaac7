//! What an input holds, as the user says it.

use std::str::FromStr;

use crate::shape::Form;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $form:ident $one:literal $many:literal,)+) => {
        /// What the objects of an input are, where the input does not say it itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $name,)+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name by which the command line knows the kind.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $one,)+ }
            }

            pub(crate) const fn form(self) -> Form {
                match self { $(Self::$name => Form::$form,)+ }
            }
        }

        impl FromStr for Kind {
            type Err = UnknownKind;

            fn from_str(text: &str) -> Result<Self, UnknownKind> {
                match text { $($one | $many => Ok(Self::$name),)+ _ => Err(UnknownKind) }
            }
        }
    };
}

/// A word that names no kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no kind of object is called so")]
pub struct UnknownKind;

kinds! {
    /// Repositories.
    Repository Repository "repository" "repositories",
    /// Users.
    User User "user" "users",
    /// Labels.
    Label Label "label" "labels",
    /// Milestones.
    Milestone Milestone "milestone" "milestones",
    /// Issues.
    Issue Issue "issue" "issues",
    /// Comments on issues.
    Comment Comment "comment" "comments",
    /// What was done to issues, told in words.
    OperateLog OperateLog "operate-log" "operate-logs",
    /// Reactions.
    Reaction Reaction "reaction" "reactions",
    /// Earlier texts of issues and comments.
    ModifyHistory ModifyHistory "modify-history" "modify-histories",
    /// What a webhook tells of issues.
    IssueHook IssueHook "issue-hook" "issue-hooks",
    /// What a webhook tells of comments.
    NoteHook NoteHook "note-hook" "note-hooks",
}
