//! What undos did to the cards that show an issue, which the issue's own history does not tell.

use backlot_model::{
    Change, Commit, Event, EventKind, Field, Origin, Record, RecordId, RecordKind,
};

use super::done_here::{identifier, life_of};
use super::rows;
use crate::codec::{EventPointer, TextPointer};
use crate::error::Result;
use crate::store::keys;
use crate::store::log::read_commit;
use crate::store::reading::Read;

/// A step on a board that an undo took for an issue.
pub(crate) struct BoardUndone {
    /// The event's identifier, as forges are told of it.
    pub(crate) id: RecordId,
    /// What it is told as.
    pub(crate) kind: EventKind,
    /// The commit that did it.
    pub(crate) commit: Commit,
    /// The card.
    pub(crate) card: RecordId,
    /// The column in which the card was, where it moved from there to another.
    pub(crate) from: Option<RecordId>,
    /// The column in which the card is since, or was last.
    pub(crate) to: RecordId,
}

/// Finds the steps on boards that undos took for the issue in a row, since the issue is there.
pub(crate) fn boards_undone(
    tables: &impl Read,
    event_at: &dyn Fn(EventPointer) -> Result<Option<Event<TextPointer>>>,
    row: u32,
) -> Result<Vec<BoardUndone>> {
    let mut found = Vec::new();
    let cards = cards_ever(tables, row)?;
    if cards.is_empty() {
        return Ok(found);
    }
    let issue = rows::head(tables, row)?;
    let mut history = vec![issue.first];
    history.extend(tables.happened_to(row)?);
    let life = life_of(&history, event_at)?;
    let Some((_, born)) = history.get(life).copied() else {
        return Ok(found);
    };
    // A card that comes back with its issue was never away for the issue.
    let mut came_back = Vec::new();
    for (at, sequence) in &history {
        let event = event_at(*at)?.filter(|event| event.kind == EventKind::Undone);
        let changes = event.map(|event| event.changes).unwrap_or_default();
        if changes
            .iter()
            .any(|change| change.field() == Field::Deleted)
        {
            came_back.push(*sequence);
        }
    }
    for card in cards {
        let head = rows::head(tables, card)?;
        let mut state: Record<TextPointer> = Record::new(head.record.id(), RecordKind::Card);
        let mut history = vec![head.first];
        history.extend(tables.happened_to(card)?);
        let (mut of, mut place) = (0, 0);
        for (at, sequence) in history {
            place = if of == sequence { place + 1 } else { 0 };
            of = sequence;
            let Some(event) = event_at(at)? else {
                continue;
            };
            let is_note = state.body().is_some();
            let before = column_of(&state, issue.record.id());
            let changes = event.changes.iter();
            changes.for_each(|change: &Change<TextPointer>| state.apply(change));
            let after = column_of(&state, issue.record.id());
            // What an import brought is not done here, nor is it when the import is done again.
            if before == after
                || sequence < born
                || came_back.contains(&sequence)
                || event.statement.is_some()
            {
                continue;
            }
            let (kind, from, to) = match (before, after) {
                (None, Some(to)) if is_note => (EventKind::ConvertedNoteToIssue, None, to),
                (None, Some(to)) => (EventKind::AddedToProject, None, to),
                (Some(from), None) => (EventKind::RemovedFromProject, None, from),
                (from, Some(to)) => (EventKind::MovedColumnsInProject, from, to),
                (None, None) => continue,
            };
            // What is done otherwise, and what a commit does that is being written, the issue's history tells.
            let Some((commit, _)) = read_commit(tables, sequence)? else {
                continue;
            };
            if !matches!(commit.origin, Origin::Undo(_)) {
                continue;
            }
            let card = head.record.id();
            found.push(BoardUndone {
                id: identifier(commit.id, card, commit.recorded_at, [place, 0]),
                kind,
                commit,
                card,
                from,
                to,
            });
        }
    }
    Ok(found)
}

/// The rows of the cards that show an issue or once did.
fn cards_ever(tables: &impl Read, issue: u32) -> Result<Vec<u32>> {
    let mut cards = rows::cards_of(tables, issue)?;
    let (from, to) = (keys::left(issue, 0), keys::left(issue, u32::MAX));
    for key in tables.content_page(&from, &to, usize::MAX)? {
        if let Some(row) = keys::content_row(&key)
            && !cards.contains(&row)
            && rows::head(tables, row)?.record.kind() == RecordKind::Card
        {
            cards.push(row);
        }
    }
    cards.sort_unstable();
    Ok(cards)
}

/// The column of a card, if it shows the issue.
fn column_of(card: &Record<TextPointer>, issue: RecordId) -> Option<RecordId> {
    let is_there = !card.is_deleted() && !card.is_absent() && card.issue() == Some(issue);
    card.container().filter(|_| is_there)
}
