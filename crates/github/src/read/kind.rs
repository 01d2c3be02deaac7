//! What an input holds, as the user says it.

use std::str::FromStr;

use backlot_model::Field;

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
    /// Issues, pull requests among them.
    Issue Issue "issue" "issues",
    /// Pull requests, as the API for pull requests gives them.
    Pull Pull "pull" "pulls",
    /// Comments.
    Comment Comment "comment" "comments",
    /// Events of a whole repository, each with its issue.
    Event Event "event" "events",
    /// Events of one issue.
    IssueEvent IssueEvent "issue-event" "issue-events",
    /// Items of timelines.
    Timeline Timeline "timeline" "timelines",
    /// Reactions.
    Reaction Reaction "reaction" "reactions",
    /// Classic project boards.
    Project Project "project" "projects",
    /// Columns of project boards.
    Column Column "column" "columns",
    /// Cards of project boards.
    Card Card "card" "cards",
}

/// The key of a list field.
pub(super) const fn list_name(field: Field) -> &'static str {
    match field {
        Field::Labels => "labels",
        _ => "assignees",
    }
}
