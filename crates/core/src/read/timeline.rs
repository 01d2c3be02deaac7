//! One issue with all that belongs to it.

use backlot_model::{
    Change, Event, EventKind, Field, Parent, Record, RecordId, RecordKind, Timestamp, Value,
};

use super::board_events::is_about_boards;
use super::detail::{IssueDetail, IssueLink};
use super::done_here::for_each_done_here;
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::TextPointer;
use crate::error::Result;

/// A comment or an event in the life of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineItem {
    /// A comment or an event of the forge's past.
    pub record: Record,
    /// Who wrote it or did it, by login.
    pub actor: Option<String>,
    /// Whom an event was about, by login.
    pub person: Option<String>,
    /// The other issue that an event was about, as it is now, where it is still there.
    pub issue: Option<IssueLink>,
    /// When.
    pub at: Option<Timestamp>,
}

impl Snapshot {
    /// The comments and events of an issue, in the order of time: what its forge tells of its past, and
    /// what was done here.
    pub fn timeline(&self, issue: &IssueDetail) -> Result<Vec<TimelineItem>> {
        let mut items = Vec::new();
        rows::children(&self.tables, issue.row, &mut |row| -> Result<()> {
            let head = self.head(row)?;
            if matches!(
                head.record.kind(),
                RecordKind::Comment | RecordKind::HistoryEvent
            ) {
                let record = match head.record.kind() {
                    RecordKind::Comment => self.with_reactions(row, head)?,
                    _ => self.in_full(head)?,
                };
                let login = |id| -> Result<String> { Ok(self.login(id)?.unwrap_or_default()) };
                let issue = match record.source() {
                    None => None,
                    Some(source) => match self.link(source)? {
                        Some(source) => Some(source),
                        // What was deleted refers to nothing.
                        None => return Ok(()),
                    },
                };
                items.push(TimelineItem {
                    actor: record.author().map(login).transpose()?,
                    person: record.person().map(login).transpose()?,
                    issue,
                    at: record.created_at(),
                    record,
                });
            }
            Ok(())
        })?;
        self.add_local_events(issue, &mut items)?;
        Ok(items)
    }

    /// Puts what was done here among what the forge tells, each as an event of the same kind.
    fn add_local_events(&self, issue: &IssueDetail, items: &mut Vec<TimelineItem>) -> Result<()> {
        for_each_done_here(&self.tables, &|at| self.event(at), issue.row, &mut |done| {
            let (mut item, _) = self.particulars(done.before, done.event)?;
            if is_about_boards(done.event.kind) {
                self.tell_board(done.at, &mut item.record)?;
            }
            let moment = done.moment();
            item.record.set(Value::CreatedAt(moment));
            item.actor = Some(done.actor().as_str().to_owned());
            item.at = Some(moment);
            items.push(item);
            Ok(())
        })?;
        // Stable: what has one moment stays in the order in which it was found.
        items.sort_by_key(|item| item.at);
        Ok(())
    }
}

impl Snapshot {
    /// What a forge's timeline would tell of an event that happened here, but who did it and when; and the
    /// other record that it was about: a label, a milestone or an issue.
    pub(super) fn particulars(
        &self,
        before: &Record<TextPointer>,
        event: &Event<TextPointer>,
    ) -> Result<(TimelineItem, Option<RecordId>)> {
        let mut record = Record::new(RecordId::NIL, RecordKind::HistoryEvent);
        record.set(Value::Parent(Parent::Record(before.id())));
        record.set(Value::Event(event.kind.name().to_owned()));
        let (mut person, mut issue, mut about) = (None, None, None);
        for change in &event.changes {
            match change {
                Change::Add(Field::Labels, id) | Change::Remove(Field::Labels, id) => {
                    about = Some(*id);
                    record.set(Value::Subject(self.login(*id)?.unwrap_or_default()));
                }
                Change::Add(Field::Assignees, id) | Change::Remove(Field::Assignees, id) => {
                    record.set(Value::Person(*id));
                    person = self.login(*id)?;
                }
                Change::Add(Field::SubIssues | Field::BlockedBy | Field::Blocking, id)
                | Change::Remove(Field::SubIssues | Field::BlockedBy | Field::Blocking, id)
                | Change::Set(Value::ParentIssue(id) | Value::DuplicateOf(id)) => {
                    issue = Some(*id);
                }
                Change::Clear(Field::ParentIssue) => issue = before.parent_issue(),
                Change::Clear(Field::DuplicateOf) => issue = before.duplicate_of(),
                Change::Set(Value::Milestone(id)) => {
                    about = Some(*id);
                    record.set(Value::Subject(self.login(*id)?.unwrap_or_default()));
                }
                Change::Clear(Field::Milestone) => {
                    about = before.milestone();
                    if let Some(id) = about {
                        record.set(Value::Subject(self.login(id)?.unwrap_or_default()));
                    }
                }
                Change::Set(Value::Title(to)) => {
                    set_from_to(
                        &mut record,
                        before.title().map(str::to_owned),
                        Some(to.clone()),
                    );
                }
                Change::Set(Value::IssueType(to)) => {
                    let from = before.issue_type().map(str::to_owned);
                    set_from_to(&mut record, from, Some(to.clone()));
                }
                Change::Clear(Field::IssueType) => {
                    set_from_to(&mut record, before.issue_type().map(str::to_owned), None);
                }
                Change::Set(Value::Repository(there)) if event.kind == EventKind::Transferred => {
                    let number = event.changes.iter().find_map(|change| match change {
                        Change::Set(Value::Number(number)) => Some(*number),
                        _ => None,
                    });
                    let from = self.place(before.repository(), before.number())?;
                    set_from_to(&mut record, from, self.place(Some(*there), number)?);
                }
                Change::Set(Value::StateReason(reason)) => {
                    record.set(Value::StateReason(reason.clone()));
                }
                Change::Set(Value::LockReason(reason)) => {
                    record.set(Value::LockReason(reason.clone()));
                }
                _ => {}
            }
        }
        let issue = match issue {
            Some(id) => self.link(id)?,
            None => None,
        };
        if let Some(issue) = &issue {
            about = Some(issue.id);
            let subject = format!("{}#{}", issue.repository, issue.number);
            record.set(Value::Subject(subject));
        }
        let item = TimelineItem {
            record,
            actor: None,
            person,
            issue,
            at: None,
        };
        Ok((item, about))
    }

    /// The `owner/name#12` of an issue.
    fn place(&self, repository: Option<RecordId>, number: Option<u64>) -> Result<Option<String>> {
        let name = match repository {
            Some(repository) => self.login(repository)?,
            None => None,
        };
        Ok(name
            .zip(number)
            .map(|(name, number)| format!("{name}#{number}")))
    }
}

fn set_from_to(record: &mut Record, from: Option<String>, to: Option<String>) {
    if let Some(from) = from {
        record.set(Value::From(from));
    }
    if let Some(to) = to {
        record.set(Value::To(to));
    }
}
