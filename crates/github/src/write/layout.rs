//! The layouts in which a repository can be written.

use std::fmt;
use std::str::FromStr;

use backlot_model::{Pass, PassOrder, RecordKind, Wanted};

use crate::shape::Form;

/// How the objects of a repository are laid out in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// The REST API's objects, a file for each kind.
    #[default]
    Rest,
}

/// A text that names no known layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no layout is called so")]
pub struct UnknownLayout;

impl Layout {
    /// Every layout.
    pub const ALL: &'static [Self] = &[Self::Rest];

    /// The name by which the command line knows the layout.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rest => "rest",
        }
    }

    /// The passes over a repository's records that a writer of this layout wants, in the order in which
    /// it wants them.
    pub fn passes(self) -> Vec<Pass> {
        match self {
            Self::Rest => rest(),
        }
    }
}

impl FromStr for Layout {
    type Err = UnknownLayout;

    fn from_str(text: &str) -> Result<Self, UnknownLayout> {
        let named = Self::ALL.iter().find(|layout| layout.name() == text);
        named.copied().ok_or(UnknownLayout)
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn pass(kinds: &[RecordKind], form: Form, order: PassOrder, includes_unstated: bool) -> Pass {
    let wanted = |kind: &RecordKind| Wanted {
        kind: *kind,
        views: vec![form.view()],
    };
    Pass {
        wanted: kinds.iter().map(wanted).collect(),
        order,
        includes_unstated,
    }
}

/// One pass for each form, in the order in which the files are written.
fn rest() -> Vec<Pass> {
    use RecordKind::{
        Card, Column, Comment, HistoryEvent, Issue, Label, Milestone, Project, Reaction,
        Repository, User,
    };
    vec![
        pass(&[Repository], Form::Repository, PassOrder::Repository, true),
        pass(&[User], Form::User, PassOrder::Name, false),
        pass(&[Label], Form::Label, PassOrder::Name, true),
        pass(&[Milestone], Form::Milestone, PassOrder::Number, true),
        pass(&[Project], Form::Project, PassOrder::Board, true),
        pass(&[Column], Form::Column, PassOrder::Board, true),
        pass(&[Card], Form::Card, PassOrder::Board, true),
        pass(&[Issue], Form::Issue, PassOrder::Number, true),
        pass(&[Issue], Form::Pull, PassOrder::Number, false),
        pass(&[Comment], Form::Comment, PassOrder::Moment, true),
        pass(&[HistoryEvent], Form::Event, PassOrder::Moment, true),
        pass(&[HistoryEvent], Form::IssueEvent, PassOrder::Issue, true),
        pass(
            &[Comment, HistoryEvent],
            Form::Timeline,
            PassOrder::Issue,
            true,
        ),
        pass(&[Reaction], Form::Reaction, PassOrder::Moment, true),
    ]
}
