//! One issue with all that belongs to it.

use backlot_model::{
    Change, Event, EventKind, Field, Parent, Record, RecordId, RecordKind, RepositoryName,
    Timestamp, Value,
};

use super::issues::IssueSummary;
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::TextPointer;
use crate::error::{Error, Result};
use crate::store::log::read_commit;
use crate::store::reading::Read;

/// An issue with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueDetail {
    /// What a list shows of it.
    pub summary: IssueSummary,
    /// The body, if it has one.
    pub body: Option<String>,
    /// The record.
    pub record: Record,
    row: u32,
}

/// A comment or an event in the life of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineItem {
    /// A comment or an event of the forge's past.
    pub record: Record,
    /// Who wrote it or did it, by login.
    pub actor: Option<String>,
    /// Whom an event was about, by login.
    pub person: Option<String>,
    /// The issue whose text refers to this one, as `owner/name#12`.
    pub source: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

impl Snapshot {
    /// The issue or pull request of this number.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository or no such issue in it, `Gone` when it was deleted,
    /// `Moved` when it went to another repository.
    pub fn issue(&self, repository: &RepositoryName, number: u64) -> Result<IssueDetail> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        let (row, head) = rows::issue(&self.tables, known.row, number)?;
        let record = self.in_full(head)?;
        let body = record.body().cloned();
        Ok(IssueDetail {
            summary: self.summary(row)?,
            body,
            record,
            row,
        })
    }

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
                let record = self.in_full(head)?;
                let login = |id| -> Result<String> { Ok(self.login(id)?.unwrap_or_default()) };
                let source = match record.source() {
                    None => None,
                    Some(source) => match self.source(source)? {
                        Some(source) => Some(source),
                        // What was deleted refers to nothing.
                        None => return Ok(()),
                    },
                };
                items.push(TimelineItem {
                    actor: record.author().map(login).transpose()?,
                    person: record.person().map(login).transpose()?,
                    source,
                    at: record.created_at(),
                    record,
                });
            }
            Ok(())
        })?;
        self.add_local_events(issue, &mut items)?;
        Ok(items)
    }

    /// The issue of this name as `owner/name#12`; none when it was deleted.
    fn source(&self, issue: RecordId) -> Result<Option<String>> {
        let Some(row) = self.tables.row_of(issue.to_bytes())? else {
            return Ok(None);
        };
        let record = self.head(row)?.record;
        if record.is_deleted() || record.is_absent() {
            return Ok(None);
        }
        let repository = match record.repository() {
            Some(repository) => self.login(repository)?.unwrap_or_default(),
            None => String::new(),
        };
        let number = record.number().unwrap_or(0);
        Ok(Some(format!("{repository}#{number}")))
    }

    /// Visits every event that happened to an issue of a repository here, and what followed from texts that
    /// refer to it: the issue's number, what happened, and when. Formats that have no place for such events report them by this.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, and whatever `visit` fails with.
    pub fn local_events<E: From<Error>>(
        &self,
        repository: &RepositoryName,
        visit: &mut dyn FnMut(u64, &str, Timestamp) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        rows::for_each_row(&self.tables, known.row, RecordKind::Issue, &mut |row| {
            for (at, sequence) in self.tables.happened_to(row)? {
                let Some(event) = self.event(at)?.filter(is_worth_telling) else {
                    continue;
                };
                let commit = read_commit(&self.tables, sequence)?;
                let recorded_at = commit.map(|(commit, _)| commit.recorded_at);
                let moment = event.at.or(recorded_at).unwrap_or_default();
                visit(
                    self.head(row)?.record.number().unwrap_or(0),
                    event.kind.name(),
                    moment,
                )?;
            }
            let number = self.head(row)?.record.number().unwrap_or(0);
            rows::children(&self.tables, row, &mut |child| {
                let head = self.head(child)?;
                if head.record.kind() != RecordKind::HistoryEvent || head.is_foreign {
                    return Ok(());
                }
                if let Some(source) = head.record.source()
                    && self.source(source)?.is_none()
                {
                    return Ok(());
                }
                let event = head.record.event().unwrap_or_default();
                visit(number, event, head.record.created_at().unwrap_or_default())
            })
        })
    }

    /// Puts what was done here among what the forge tells, each as an event of the same kind.
    fn add_local_events(&self, issue: &IssueDetail, items: &mut Vec<TimelineItem>) -> Result<()> {
        // What each renaming finds.
        let mut title = None;
        for (at, sequence) in self.history(issue.row)? {
            let Some(event) = self.event(at)? else {
                continue;
            };
            if !is_worth_telling(&event) {
                title = title_of(&event).or(title);
                continue;
            }
            let Some((commit, _)) = read_commit(&self.tables, sequence)? else {
                continue;
            };
            let mut record = Record::new(RecordId::NIL, RecordKind::HistoryEvent);
            record.set(Value::Parent(Parent::Record(issue.record.id())));
            record.set(Value::Event(event.kind.name().to_owned()));
            let moment = event.at.unwrap_or(commit.recorded_at);
            record.set(Value::CreatedAt(moment));
            let mut person = None;
            for change in &event.changes {
                match change {
                    Change::Add(Field::Labels, id) | Change::Remove(Field::Labels, id) => {
                        record.set(Value::Subject(self.login(*id)?.unwrap_or_default()));
                    }
                    Change::Add(Field::Assignees, id) | Change::Remove(Field::Assignees, id) => {
                        record.set(Value::Person(*id));
                        person = self.login(*id)?;
                    }
                    Change::Set(Value::Milestone(id)) => {
                        record.set(Value::Subject(self.login(*id)?.unwrap_or_default()));
                    }
                    Change::Set(Value::Title(to)) => {
                        if let Some(from) = title.replace(to.clone()) {
                            record.set(Value::From(from));
                        }
                        record.set(Value::To(to.clone()));
                    }
                    Change::Set(Value::StateReason(reason)) => {
                        record.set(Value::StateReason(reason.clone()));
                    }
                    _ => {}
                }
            }
            let actor = event.actor.unwrap_or(commit.actor).as_str().to_owned();
            items.push(TimelineItem {
                record,
                actor: Some(actor),
                person,
                source: None,
                at: Some(moment),
            });
        }
        // Stable: what has one moment stays in the order in which it was found.
        items.sort_by_key(|item| item.at);
        Ok(())
    }
}

/// Whether an event is something that somebody did to an issue here, and more than the count of comments or
/// the moment of the last change.
fn is_worth_telling(event: &Event<TextPointer>) -> bool {
    let told = |change: &Change<TextPointer>| {
        !matches!(
            change.field(),
            Field::UpdatedAt | Field::CommentCount | Field::Reactions
        )
    };
    event.kind.is_local() && event.kind != EventKind::Created && event.changes.iter().any(told)
}

fn title_of(event: &Event<TextPointer>) -> Option<String> {
    event.changes.iter().find_map(|change| match change {
        Change::Set(Value::Title(title)) => Some(title.clone()),
        _ => None,
    })
}
