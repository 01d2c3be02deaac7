//! Records as they were, read one after another.

use backlot_model::{
    Field, Parent, Record, RecordId, RecordKind, RepositoryName, Timestamp, Value,
};
use rustc_hash::FxHashMap;

use super::evidence::Evidence;
use super::fields::FieldSet;
use super::rows::repositories_ever;
use crate::codec::TextPointer;
use crate::error::{Error, Result};
use crate::read::{IssueSummary, Snapshot};
use crate::store::keys;
use crate::store::reading::Read;

/// Which past is meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// What the store knew after this commit.
    Known(u64),
    /// What was so at this moment.
    Of(Timestamp),
}

/// A record as it was, a deleted or an absent one included.
pub(super) struct Then {
    pub(super) row: u32,
    pub(super) record: Record<TextPointer>,
    pub(super) unknown: FieldSet,
    names: Vec<(RecordId, String)>,
}

impl Then {
    /// What the forge's events call a label or a milestone of this issue that has no record.
    pub(super) fn name_of(&self, id: RecordId) -> Option<&str> {
        let mut names = self.names.iter();
        let found = names.find(|(named, _)| *named == id);
        found.map(|(_, name)| name.as_str())
    }

    /// Whether the record was there.
    pub(super) fn is_there(&self) -> bool {
        !self.record.is_deleted() && !self.record.is_absent()
    }
}

/// How many names are remembered before the memory is emptied.
const REMEMBERED: usize = 1 << 14;

/// Reads records as they were; remembers names and moments meanwhile.
pub(super) struct Looking<'a> {
    pub(super) evidence: Evidence<'a>,
    pub(super) snapshot: &'a Snapshot,
    cut: Cut,
    named: FxHashMap<RecordId, Option<String>>,
}

impl<'a> Looking<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, cut: Cut) -> Self {
        let until = match cut {
            Cut::Known(sequence) => Some(sequence),
            Cut::Of(_) => None,
        };
        Self {
            evidence: Evidence::new(snapshot, until),
            snapshot,
            cut,
            named: FxHashMap::default(),
        }
    }

    /// The record in a row as it was; none when it was not there yet.
    pub(super) fn then(&mut self, row: u32) -> Result<Option<Then>> {
        let moment = match self.cut {
            Cut::Of(moment) => moment,
            Cut::Known(_) => return self.known(row),
        };
        let Some(life) = self.evidence.life(row)? else {
            return Ok(None);
        };
        Ok(life.at(moment).map(|(record, unknown)| Then {
            row,
            record,
            unknown,
            names: life.names,
        }))
    }

    fn known(&mut self, row: u32) -> Result<Option<Then>> {
        let entries = self.evidence.entries(row)?;
        if entries.is_empty() {
            return Ok(None);
        }
        let head = self.snapshot.head(row)?.record;
        let mut record = Record::new(head.id(), head.kind());
        for change in entries.iter().flat_map(|entry| &entry.changes) {
            record.apply(change);
        }
        // The store turns the number of a parent into the record, and no event says so.
        if let (Some(Parent::Number(_)), Some(parent)) = (record.parent(), head.parent()) {
            record.set(Value::Parent(parent));
        }
        Ok(Some(Then {
            row,
            record,
            unknown: FieldSet::EMPTY,
            names: Vec::new(),
        }))
    }

    /// The record of this name as it was.
    pub(super) fn then_of(&mut self, id: RecordId) -> Result<Option<Then>> {
        match self.snapshot.row(id)? {
            Some(row) => self.then(row),
            None => Ok(None),
        }
    }

    /// What a user, a label, a milestone or a repository was called; none for one that was not there.
    pub(super) fn name(&mut self, id: RecordId) -> Result<Option<String>> {
        if let Some(known) = self.named.get(&id) {
            return Ok(known.clone());
        }
        let name = match self.snapshot.row(id)? {
            None => None,
            Some(row) => {
                let head = self.snapshot.head(row)?.record;
                if head.kind() == RecordKind::User && matches!(self.cut, Cut::Of(_)) {
                    // A forge knows its users by what they are called now.
                    match head.name() {
                        Some(name) => Some(name.to_owned()),
                        // One that an undo took back has only the name of then.
                        None => {
                            let then = self.then(row)?.filter(Then::is_there);
                            then.and_then(|then| then.record.name().map(str::to_owned))
                        }
                    }
                } else {
                    let then = self.then(row)?.filter(Then::is_there);
                    then.and_then(|then| {
                        let name = then.record.name().or(then.record.title());
                        name.map(str::to_owned)
                    })
                }
            }
        };
        if self.named.len() >= REMEMBERED {
            self.named.clear();
        }
        self.named.insert(id, name.clone());
        Ok(name)
    }

    /// The name of a label or the title of a milestone of this issue.
    pub(super) fn name_for(&mut self, issue: &Then, id: RecordId) -> Result<Option<String>> {
        match issue.name_of(id) {
            Some(name) => Ok(Some(name.to_owned())),
            None => self.name(id),
        }
    }

    /// The names of the labels of this issue that were there.
    pub(super) fn labels(&mut self, issue: &Then) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for id in issue.record.labels() {
            names.extend(self.name_for(issue, *id)?);
        }
        Ok(names)
    }

    /// The logins of the assignees of this issue.
    pub(super) fn assignees(&mut self, issue: &Then) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for id in issue.record.assignees() {
            names.extend(self.name(*id)?);
        }
        Ok(names)
    }

    /// The repository that had this name, which must have been there.
    pub(super) fn repository(&mut self, name: &RepositoryName) -> Result<Then> {
        let found = self.find_repository(name)?;
        found.ok_or_else(|| Error::unknown("repository", name))
    }

    /// The repository that had this name.
    pub(super) fn find_repository(&mut self, name: &RepositoryName) -> Result<Option<Then>> {
        let key = keys::name(0, RecordKind::Repository, name.as_str());
        let now = self.snapshot.tables.name(&key)?;
        let wanted = name.as_str().to_lowercase();
        let others = match now {
            Some(row) => vec![row],
            None => Vec::new(),
        };
        for row in others.into_iter().chain(repositories_ever(self.snapshot)?) {
            let then = self.then(row)?.filter(Then::is_there);
            if let Some(then) = then
                && then
                    .record
                    .name()
                    .is_some_and(|name| name.to_lowercase() == wanted)
            {
                return Ok(Some(then));
            }
        }
        Ok(None)
    }

    /// An issue as a list shows it.
    pub(super) fn summary(&mut self, then: &Then) -> Result<IssueSummary> {
        let record = &then.record;
        let author = match record.author() {
            Some(id) => self.name(id)?,
            None => None,
        };
        let milestone = match record.milestone() {
            Some(id) => self.name_for(then, id)?,
            None => None,
        };
        let repository = match record.repository() {
            Some(id) => self.name(id)?.unwrap_or_default(),
            None => String::new(),
        };
        Ok(IssueSummary {
            id: record.id(),
            repository,
            issue_type: record.issue_type().map(str::to_owned),
            reactions: record.reactions(),
            number: record.number().unwrap_or(0),
            title: record.title().unwrap_or_default().to_owned(),
            state: record
                .state()
                .cloned()
                .unwrap_or(backlot_model::State::Open),
            state_reason: record.state_reason().cloned(),
            is_pull_request: record.is_pull_request(),
            is_draft: record.is_draft(),
            is_locked: record.is_locked(),
            author,
            labels: self.labels(then)?,
            assignees: self.assignees(then)?,
            milestone,
            comments: record.comment_count(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
            closed_at: record.closed_at(),
        })
    }

    /// The record with its text.
    pub(super) fn in_full(&self, record: Record<TextPointer>) -> Result<Record> {
        record.try_map_text(&mut |pointer| self.snapshot.text(pointer))
    }
}

/// Whether the record belonged to the repository.
pub(super) fn is_of(then: &Then, repository: RecordId) -> bool {
    then.record.get(Field::Repository) == Some(&Value::Repository(repository))
}
