//! Events that come back: what an export told of what happened here is no news here.

use backlot_model::{
    Change, EventKind, Field, ForeignId, IncomingRecord, Parent, RecordId, RecordKind, Timestamp,
    Value,
};
use rustc_hash::FxHashSet;

use super::collision::Home;
use super::session::Session;
use crate::codec::{EventPointer, Head, decode_event};
use crate::error::Result;
use crate::read::{boards_undone, event_id, for_each_done_here};
use crate::store::keys::{self, Scope, Space};
use crate::store::reading::Read;

/// How many children of one second are looked at.
const ONE_SECOND: usize = 1024;

/// What is known of the issue whose events came last.
#[derive(Default)]
pub(super) struct OwnHistory {
    /// The issue: its repository's row and its number.
    issue: Option<(u32, u64)>,
    /// The numbers under which exports tell what was done to it here.
    numbers: FxHashSet<u64>,
    /// The list that is being read (the repository's row, the issue's number, the form), and how many of its
    /// items came back so far.
    list: Option<(u32, u64, u8)>,
    came_back: u64,
}

impl Session<'_, '_> {
    /// Whether an event that comes in is one that happened here. The places of what follows it in its list are
    /// counted as though it were not there, since its forge's list does not have it.
    pub(super) fn comes_back(
        &mut self,
        home: Home,
        incoming: &mut IncomingRecord,
        said: &[Change],
    ) -> Result<bool> {
        let repository = home.row;
        let Some(number) = parent_number(said) else {
            return Ok(false);
        };
        let is_own = incoming.kind == RecordKind::HistoryEvent
            && self.happened_here(home, number, incoming, said)?;
        if let Some(position) = &mut incoming.position {
            let list = Some((repository, number, incoming.view.form));
            let own = &mut self.own_history;
            if own.list != list {
                own.list = list;
                own.came_back = 0;
            }
            *position = position.saturating_sub(own.came_back);
            own.came_back += u64::from(is_own);
        }
        Ok(is_own)
    }

    fn happened_here(
        &mut self,
        home: Home,
        number: u64,
        incoming: &IncomingRecord,
        said: &[Change],
    ) -> Result<bool> {
        let scope = Scope::Repository(home.row);
        let key = |forge| keys::foreign(scope, incoming.kind, forge, &incoming.id);
        match &incoming.id {
            ForeignId::Number(id) if !RecordId::is_minted(*id) => return Ok(false),
            _ if self
                .tables()
                .foreign_row(&key(incoming.view.forge))?
                .is_some() =>
            {
                return Ok(false);
            }
            ForeignId::Number(id) => {
                if let Some(row) = self.tables().foreign_row(&key(keys::BORN_HERE))? {
                    let head = self.writer.derived.head(row)?;
                    return Ok(head.is_some_and(|head| !head.is_foreign));
                }
                self.know(home, number)?;
                return Ok(self.own_history.numbers.contains(id)
                    || self.born_in_history(home, *id, said)?.is_some());
            }
            ForeignId::Text(_) => {}
        }
        // What has no number is known by what it says.
        let Some(issue) = self.issue_row(home, number)? else {
            return Ok(false);
        };
        self.has_such_event(issue, said)
    }

    fn issue_row(&self, home: Home, number: u64) -> Result<Option<u32>> {
        let mut found = match home.apart {
            Some(forge) => {
                let key = keys::foreign_number(home.row, Space::Issue, forge, number);
                self.tables().number(key)?
            }
            None => None,
        };
        if found.is_none() {
            let key = keys::number(home.row, Space::Issue, number);
            let here = self.tables().number(key)?;
            // What that forge has not stated can only be what was made here.
            found = here.filter(|[.., flags]| home.apart.is_none() || *flags == 0);
        }
        Ok(found.map(|[row @ .., _]| u32::from_be_bytes(row)))
    }

    /// The comment or the event that was born here as part of an issue, has this number in exports, and is
    /// known by it in another repository alone, from which the issue was transferred.
    pub(super) fn born_in_history(
        &self,
        home: Home,
        id: u64,
        said: &[Change],
    ) -> Result<Option<(u32, RecordId)>> {
        let Some(number) = parent_number(said) else {
            return Ok(None);
        };
        let Some(issue) = self.issue_row(home, number)? else {
            return Ok(None);
        };
        let mut found = None;
        // What came from another forge has such a number in exports too.
        self.made_then(issue, said, home.is_shared, &mut |row, head| {
            if head.record.id().minted_number() == id {
                found = Some((row, head.record.id()));
            }
        })?;
        Ok(found)
    }

    /// Whether the history of an issue has an event that was made here and says the same: what happened, who
    /// did it, and the second in which it was.
    fn has_such_event(&self, issue: u32, said: &[Change]) -> Result<bool> {
        let mut found = false;
        self.made_then(issue, said, false, &mut |_, head| {
            let says_same = [Field::Event, Field::Author].into_iter().all(|field| {
                match (head.record.get(field), value(said, field)) {
                    (Some(Value::Event(one)), Some(Value::Event(other))) => one == other,
                    (Some(Value::Author(one)), Some(Value::Author(other))) => one == other,
                    // What nobody is known to have done could be anybody's.
                    _ => false,
                }
            });
            found |= head.record.kind() == RecordKind::HistoryEvent && says_same;
        })?;
        Ok(found)
    }

    /// Visits what was made here as part of an issue in the second that an object says, or anywhere.
    fn made_then(
        &self,
        issue: u32,
        said: &[Change],
        anywhere: bool,
        visit: &mut dyn FnMut(u32, &Head),
    ) -> Result<()> {
        let Some(Value::CreatedAt(at)) = value(said, Field::CreatedAt) else {
            return Ok(());
        };
        let begin = at.unix_milliseconds();
        let tie = if anywhere { 0 } else { keys::tie(None, 0) };
        let from = keys::child(issue, *at, tie);
        let end = Timestamp::from_unix_milliseconds(begin.saturating_add(999));
        let to = keys::child(issue, end, u64::MAX);
        for (_, row) in self.tables().child_page(from, to, ONE_SECOND)? {
            if let Some(head) = self
                .writer
                .derived
                .head(row)?
                .filter(|head| anywhere || !head.is_foreign)
            {
                visit(row, &head);
            }
        }
        Ok(())
    }

    /// Finds the numbers under which exports tell what was done to an issue here.
    fn know(&mut self, home: Home, number: u64) -> Result<()> {
        let repository = home.row;
        if self.own_history.issue == Some((repository, number)) {
            return Ok(());
        }
        let mut numbers = FxHashSet::default();
        if let Some(row) = self.issue_row(home, number)? {
            let event_at = |at: EventPointer| {
                self.writer
                    .in_block(at.block, |block| Ok(decode_event(block, at)?.0))
            };
            for_each_done_here(self.tables(), &event_at, row, &mut |done| {
                if done.event.kind != EventKind::Edited {
                    for part in (0..).take(done.told().len()) {
                        numbers.insert(event_id(done, part).minted_number());
                    }
                }
                Ok(())
            })?;
            let undone = boards_undone(self.tables(), &event_at, row)?;
            numbers.extend(undone.iter().map(|undone| undone.id.minted_number()));
        }
        self.own_history.issue = Some((repository, number));
        self.own_history.numbers = numbers;
        Ok(())
    }
}

/// The number of the issue that an object belongs to.
fn parent_number(said: &[Change]) -> Option<u64> {
    match value(said, Field::Parent) {
        Some(Value::Parent(Parent::Number(number))) => Some(*number),
        _ => None,
    }
}

/// The value that an object states of a field.
fn value(said: &[Change], field: Field) -> Option<&Value> {
    let mut values = said.iter().filter_map(|change| match change {
        Change::Set(value) => Some(value),
        _ => None,
    });
    values.find(|value| value.field() == field)
}
