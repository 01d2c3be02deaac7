//! One issue with all that belongs to it.

use backlot_model::{
    Change, Event, EventKind, Field, Parent, Record, RecordId, RecordKind, RepositoryName,
    Timestamp, Value,
};

use super::board_events::is_about_boards;
use super::detail::{IssueDetail, IssueLink};
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::{EventPointer, TextPointer};
use crate::error::{Error, Result};
use crate::store::log::read_commit;

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
                let record = self.in_full(head)?;
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

    /// Visits every event that happened to an issue of a repository here, and what followed from texts that
    /// refer to it: the issue's number, what happened, and when. Formats that have no place for such events
    /// report them by this.
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
            for (at, sequence) in self.since_it_is_there(row)? {
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
                    && self.link(source)?.is_none()
                {
                    return Ok(());
                }
                let event = head.record.event().unwrap_or_default();
                visit(number, event, head.record.created_at().unwrap_or_default())
            })
        })
    }

    /// The events of a record since it is there: those before its creation was undone are of a former life.
    fn since_it_is_there(&self, row: u32) -> Result<Vec<(EventPointer, u64)>> {
        let mut events = self.history(row)?;
        let mut life = 0;
        for (place, (at, _)) in events.iter().enumerate().skip(1) {
            let event = self.event(*at)?;
            if event.is_some_and(|event| is_end(&event)) {
                life = place + 1;
            }
        }
        events.drain(..life);
        Ok(events)
    }

    /// Puts what was done here among what the forge tells, each as an event of the same kind.
    fn add_local_events(&self, issue: &IssueDetail, items: &mut Vec<TimelineItem>) -> Result<()> {
        // The issue as each event finds it.
        let mut before: Record<TextPointer> = Record::new(issue.record.id(), RecordKind::Issue);
        for (at, sequence) in self.since_it_is_there(issue.row)? {
            let Some(event) = self.event(at)? else {
                continue;
            };
            if is_worth_telling(&event)
                && let Some((commit, _)) = read_commit(&self.tables, sequence)?
            {
                let moment = event.at.unwrap_or(commit.recorded_at);
                let mut item = self.particulars(&before, &event)?;
                if is_about_boards(event.kind) {
                    self.tell_board(at, &mut item.record)?;
                }
                item.record.set(Value::CreatedAt(moment));
                item.actor = Some(event.actor.unwrap_or(commit.actor).as_str().to_owned());
                item.at = Some(moment);
                items.push(item);
            }
            event.changes.iter().for_each(|change| before.apply(change));
        }
        // Stable: what has one moment stays in the order in which it was found.
        items.sort_by_key(|item| item.at);
        Ok(())
    }
}

/// Whether an event is something that somebody did to an issue here, and more than the count of comments, the
/// order of sub-issues or the moment of the last change.
fn is_worth_telling(event: &Event<TextPointer>) -> bool {
    let told = |change: &Change<TextPointer>| {
        !matches!(
            change.field(),
            Field::UpdatedAt | Field::CommentCount | Field::Reactions
        ) && !matches!(change, Change::Set(Value::SubIssues(_)))
    };
    let of_source = event.kind == EventKind::Undone && event.statement.is_some();
    match event.kind {
        EventKind::Created => false,
        _ if of_source => false,
        EventKind::Edited | EventKind::Undone => event.changes.iter().any(told),
        kind => kind.is_local(),
    }
}

/// Whether an event made its record absent.
fn is_end(event: &Event<TextPointer>) -> bool {
    let ends = |change: &Change<TextPointer>| matches!(change, Change::Set(Value::Absent(true)));
    event.kind == EventKind::Undone && event.changes.iter().any(ends)
}

impl Snapshot {
    /// What a forge's timeline would tell of an event that happened here, but who did it and when.
    fn particulars(
        &self,
        before: &Record<TextPointer>,
        event: &Event<TextPointer>,
    ) -> Result<TimelineItem> {
        let mut record = Record::new(RecordId::NIL, RecordKind::HistoryEvent);
        record.set(Value::Parent(Parent::Record(before.id())));
        record.set(Value::Event(event.kind.name().to_owned()));
        let (mut person, mut issue) = (None, None);
        for change in &event.changes {
            match change {
                Change::Add(Field::Labels, id) | Change::Remove(Field::Labels, id) => {
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
                    record.set(Value::Subject(self.login(*id)?.unwrap_or_default()));
                }
                Change::Clear(Field::Milestone) => {
                    if let Some(id) = before.milestone() {
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
            let subject = format!("{}#{}", issue.repository, issue.number);
            record.set(Value::Subject(subject));
        }
        Ok(TimelineItem {
            record,
            actor: None,
            person,
            issue,
            at: None,
        })
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
