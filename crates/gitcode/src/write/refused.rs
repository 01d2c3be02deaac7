//! What goes out though GitCode's rules say that it will not take it.

use backlot_forge::WriteError;
use backlot_forge::json::{digest, quoted};
use backlot_forge::output::Output;
use backlot_model::lint::{
    Around, Checker, Finding, IssueView, LabelView, MilestoneView, Person, Severity, Target,
};
use backlot_model::{Lookup, Loss, LossKind, Outgoing, Record, RecordKind, State};

use super::names::{Names, all_called};
use crate::lint::lint_target;

/// Tells what GitCode refuses.
pub(super) struct Refusals {
    target: Target,
    around: Option<Around>,
}

impl Refusals {
    /// Knows no repository yet, and tells nothing before it does.
    pub(super) fn new() -> Self {
        Self {
            target: lint_target(),
            around: None,
        }
    }

    /// Learns from the record of the repository where everything is.
    pub(super) fn enter(&mut self, repository: &Record) {
        self.around = around(repository);
    }

    /// Notes what GitCode refuses of a record; a text may be another one than the record has.
    pub(super) fn note<L: Lookup>(
        &self,
        outgoing: &Outgoing,
        text: Option<&str>,
        names: &Names,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let Some(around) = &self.around else {
            return Ok(());
        };
        let record = &*outgoing.record;
        let checker = Checker::new(&self.target, around);
        let mut tell = |finding: Finding| {
            if finding.severity == Severity::Error {
                output.noted.push(Loss {
                    kind: LossKind::Refused,
                    record_kind: record.kind(),
                    record: names.of(outgoing),
                    field: finding.field.to_owned(),
                    reason: finding.says.to_owned(),
                    value: Some(digest(&quoted(&finding.there))),
                });
            }
        };
        match record.kind() {
            RecordKind::Label => checker.labels(&[label(record)], &mut tell),
            RecordKind::Milestone => checker.milestones(&[milestone(record)], &mut tell),
            RecordKind::Issue => {
                let (logins, _) =
                    all_called(record.assignees(), lookup).map_err(WriteError::Lookup)?;
                let person = |login| Person { login, host: None };
                let assignees: Vec<Person> = logins.into_iter().map(person).collect();
                let view = IssueView {
                    record,
                    assignees: &assignees,
                    lost_labels: &[],
                    has_milestone: true,
                };
                checker.issue(&view, &mut tell);
            }
            RecordKind::Comment => {
                let own = record.body().map(String::as_str);
                let text = text.or(own).unwrap_or_default();
                let number = outgoing.parent_number.unwrap_or_default();
                checker.comment(record.id(), number, text, &mut tell);
            }
            _ => {}
        }
        Ok(())
    }
}

fn label(record: &Record) -> LabelView {
    LabelView {
        name: record.name().unwrap_or_default().to_owned(),
        color: record.color().unwrap_or(super::born::COLOR).to_owned(),
        description: record.description().map(str::to_owned),
    }
}

fn milestone(record: &Record) -> MilestoneView {
    MilestoneView {
        number: record.number().unwrap_or_default(),
        title: record.title().unwrap_or_default().to_owned(),
        state: record.state().cloned().unwrap_or(State::Open),
        due_on: record.due_on(),
    }
}

/// What checks have to know of the repository.
fn around(record: &Record) -> Option<Around> {
    let name = record.foreign_name().or(record.name())?;
    let local = || format!("local/{name}").parse().ok();
    Some(Around {
        repository: name.parse().ok().or_else(local)?,
        source: None,
        numbers: Default::default(),
    })
}
