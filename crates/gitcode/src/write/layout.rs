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
    /// The REST API's calls that make all of it anew, one a line.
    Requests,
}

/// Which of two shapes what no forge stated in any is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// As the running API answers: numbers of issues are strings, and what is not there is absent.
    #[default]
    Live,
    /// As the documentation shows it: numbers of issues are numbers, and what is not there is null.
    Documented,
}

/// A text that names no known layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no layout is called so")]
pub struct UnknownLayout;

/// A text that names no known shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no shape is called so")]
pub struct UnknownShape;

impl Layout {
    /// Every layout.
    pub const ALL: &'static [Self] = &[Self::Rest, Self::Requests];

    /// The name by which the command line knows the layout.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Requests => "requests",
        }
    }

    /// The passes over a repository's records that a writer of this layout wants, in the order in which
    /// it wants them. What GitCode has no such thing for comes by as well, to be reported.
    pub fn passes(self) -> Vec<Pass> {
        match self {
            Self::Rest => rest(),
            Self::Requests => threads(),
        }
    }
}

impl Shape {
    /// Every shape.
    pub const ALL: &'static [Self] = &[Self::Live, Self::Documented];

    /// The name by which the command line knows the shape.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Documented => "documented",
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

impl FromStr for Shape {
    type Err = UnknownShape;

    fn from_str(text: &str) -> Result<Self, UnknownShape> {
        let named = Self::ALL.iter().find(|shape| shape.name() == text);
        named.copied().ok_or(UnknownShape)
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn pass(kind: RecordKind, forms: &[Form], order: PassOrder, includes_unstated: bool) -> Pass {
    Pass {
        wanted: vec![wanted(kind, forms)],
        order,
        includes_unstated,
    }
}

fn wanted(kind: RecordKind, forms: &[Form]) -> Wanted {
    let views = forms.iter().map(|form| form.view()).collect();
    Wanted { kind, views }
}

/// The repository, and what its issues refer to.
fn around() -> Vec<Pass> {
    use RecordKind::{Label, Milestone, Repository, User};
    vec![
        pass(Repository, &[Form::Repository], PassOrder::Repository, true),
        pass(User, &[Form::User], PassOrder::Name, false),
        pass(Label, &[Form::Label], PassOrder::Name, true),
        pass(Milestone, &[Form::Milestone], PassOrder::Number, true),
    ]
}

/// What GitCode has no form of.
fn boards() -> Vec<Pass> {
    use RecordKind::{Card, Column, Project};
    let board = |kind| pass(kind, &[], PassOrder::Board, true);
    vec![board(Project), board(Column), board(Card)]
}

/// Every form of events, in one pass: those that happened elsewhere come by in whatever form the events of the
/// repository have.
fn events() -> Vec<Form> {
    let is_of_events = |form: &Form| form.kind() == RecordKind::HistoryEvent;
    Form::ALL.into_iter().filter(is_of_events).collect()
}

/// A pass for each form, in the order in which the files are written.
fn rest() -> Vec<Pass> {
    use RecordKind::{Comment, HistoryEvent, Issue, Reaction};
    let events = events();
    let own = vec![
        pass(Issue, &[Form::Issue], PassOrder::Number, true),
        pass(Issue, &[Form::IssueHook], PassOrder::Number, false),
        pass(Comment, &[Form::Comment], PassOrder::Moment, true),
        pass(Comment, &[Form::NoteHook], PassOrder::Moment, false),
        pass(HistoryEvent, &events, PassOrder::Issue, true),
        pass(Reaction, &[Form::Reaction], PassOrder::Moment, true),
    ];
    [around(), own, boards()].concat()
}

/// What issues refer to, then issue by issue, then what is left.
fn threads() -> Vec<Pass> {
    use RecordKind::{Comment, HistoryEvent, Issue, Reaction};
    let inside = vec![
        wanted(Comment, &[Form::Comment, Form::NoteHook]),
        wanted(HistoryEvent, &events()),
        wanted(Reaction, &[Form::Reaction]),
    ];
    let issues = wanted(Issue, &[Form::Issue, Form::IssueHook]);
    let own = vec![
        Pass {
            wanted: [vec![issues], inside.clone()].concat(),
            order: PassOrder::Thread,
            includes_unstated: true,
        },
        Pass {
            wanted: inside,
            order: PassOrder::Loose,
            includes_unstated: true,
        },
    ];
    [around(), boards(), own].concat()
}
