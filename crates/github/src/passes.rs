//! In which passes a repository's records are wanted for the `rest` layout.

use backlot_model::{Pass, PassOrder, RecordKind};

use crate::shape::Form;

/// The passes that a writer of the `rest` layout wants, one for each form, in the order in which its
/// files are written.
pub fn passes() -> Vec<Pass> {
    use RecordKind::{
        Card, Column, Comment, HistoryEvent, Issue, Label, Milestone, Project, Reaction,
        Repository, User,
    };
    let pass = |kinds: &[RecordKind], form: Form, order, includes_local| Pass {
        kinds: kinds.to_vec(),
        view: form.view(),
        order,
        includes_local,
    };
    vec![
        pass(
            &[Repository],
            Form::Repository,
            PassOrder::Repository,
            false,
        ),
        pass(&[User], Form::User, PassOrder::Name, false),
        pass(&[Label], Form::Label, PassOrder::Name, true),
        pass(&[Milestone], Form::Milestone, PassOrder::Number, true),
        pass(&[Project], Form::Project, PassOrder::Moment, false),
        pass(&[Column], Form::Column, PassOrder::Moment, false),
        pass(&[Card], Form::Card, PassOrder::Moment, false),
        pass(&[Issue], Form::Issue, PassOrder::Number, true),
        pass(&[Issue], Form::Pull, PassOrder::Number, false),
        pass(&[Comment], Form::Comment, PassOrder::Moment, true),
        pass(&[HistoryEvent], Form::Event, PassOrder::Moment, false),
        pass(&[HistoryEvent], Form::IssueEvent, PassOrder::Issue, false),
        pass(
            &[Comment, HistoryEvent],
            Form::Timeline,
            PassOrder::Issue,
            false,
        ),
        pass(&[Reaction], Form::Reaction, PassOrder::Moment, false),
    ]
}
