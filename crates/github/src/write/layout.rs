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
    /// What python-github-backup writes: a file for each issue, with its comments and events inside.
    GithubBackup,
    /// The body of a request to GitHub's API for importing issues for each issue.
    ImportApi,
    /// The REST API's calls that make all of it anew, one a line.
    Requests,
    /// A migration archive, in which records name each other by URL.
    Migration,
}

/// A text that names no known layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no layout is called so")]
pub struct UnknownLayout;

impl Layout {
    /// Every layout.
    pub const ALL: &'static [Self] = &[
        Self::Rest,
        Self::GithubBackup,
        Self::Migration,
        Self::ImportApi,
        Self::Requests,
    ];

    /// The name by which the command line knows the layout.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::GithubBackup => "github-backup",
            Self::ImportApi => "import-api",
            Self::Requests => "requests",
            Self::Migration => "migration",
        }
    }

    /// The passes over a repository's records that a writer of this layout wants, in the order in which
    /// it wants them.
    pub fn passes(self) -> Vec<Pass> {
        match self {
            Self::Rest => rest(),
            Self::GithubBackup => {
                let mut passes = threads(&[Form::Issue]);
                let pulls = pass(&[RecordKind::Issue], Form::Pull, PassOrder::Number, false);
                passes.push(pulls);
                passes
            }
            Self::ImportApi | Self::Requests => threads(&[Form::Issue, Form::Pull]),
            Self::Migration => migration(),
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

/// The repository, what issues refer to, then issue by issue, then what is left.
fn threads(issues: &[Form]) -> Vec<Pass> {
    use RecordKind::{
        Card, Column, Comment, HistoryEvent, Issue, Label, Milestone, Project, Reaction,
        Repository, User,
    };
    let wanted = |kind: RecordKind, forms: &[Form]| Wanted {
        kind,
        views: forms.iter().map(|form| form.view()).collect(),
    };
    let comments = wanted(Comment, &[Form::Comment, Form::Timeline]);
    let events = wanted(
        HistoryEvent,
        &[Form::IssueEvent, Form::Event, Form::Timeline],
    );
    let reactions = wanted(Reaction, &[Form::Reaction]);
    vec![
        pass(&[Repository], Form::Repository, PassOrder::Repository, true),
        pass(&[User], Form::User, PassOrder::Name, false),
        pass(&[Label], Form::Label, PassOrder::Name, true),
        pass(&[Milestone], Form::Milestone, PassOrder::Number, true),
        pass(&[Project], Form::Project, PassOrder::Moment, true),
        pass(&[Column], Form::Column, PassOrder::Moment, true),
        pass(&[Card], Form::Card, PassOrder::Moment, true),
        Pass {
            wanted: vec![
                wanted(Issue, issues),
                comments.clone(),
                events.clone(),
                reactions.clone(),
            ],
            order: PassOrder::Thread,
            includes_unstated: true,
        },
        Pass {
            wanted: vec![comments, events, reactions],
            order: PassOrder::Loose,
            includes_unstated: false,
        },
    ]
}

/// The repository with its labels, what issues refer to, then issue by issue, then what is left.
fn migration() -> Vec<Pass> {
    use RecordKind::{
        Card, Column, Comment, HistoryEvent, Issue, Label, Milestone, Project, Reaction,
        Repository, User,
    };
    let wanted = |kind: RecordKind, forms: &[Form]| Wanted {
        kind,
        views: forms.iter().map(|form| form.view()).collect(),
    };
    let comments = wanted(Comment, &[Form::Comment, Form::Timeline]);
    let events = wanted(
        HistoryEvent,
        &[Form::IssueEvent, Form::Event, Form::Timeline],
    );
    let reactions = wanted(Reaction, &[Form::Reaction]);
    let issues = wanted(Issue, &[Form::Issue, Form::Pull]);
    vec![
        pass(&[Repository], Form::Repository, PassOrder::Repository, true),
        pass(&[User], Form::User, PassOrder::Name, false),
        pass(&[Label], Form::Label, PassOrder::Name, true),
        pass(&[Milestone], Form::Milestone, PassOrder::Number, true),
        Pass {
            wanted: vec![issues, reactions.clone(), comments.clone(), events.clone()],
            order: PassOrder::Thread,
            includes_unstated: true,
        },
        Pass {
            wanted: vec![comments, events, reactions],
            order: PassOrder::Loose,
            includes_unstated: false,
        },
        pass(&[Project], Form::Project, PassOrder::Moment, true),
        pass(&[Column], Form::Column, PassOrder::Moment, true),
        pass(&[Card], Form::Card, PassOrder::Moment, true),
    ]
}
