//! Where columns and cards stand: ranks, found through the neighbours in the table of contents.

use backlot_model::{Change, EventKind, Rank, RecordKind, Rule, Value};

use super::editor::{Editor, invalid};
use crate::codec::Malformed;
use crate::error::{Error, Result};
use crate::read::content_rows;
use crate::store::keys;
use crate::store::reading::Read;

/// A place in a container.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    First,
    Last,
    /// Right after what is in this row.
    After(u32),
}

/// An entry of the table of contents: the rank of something, and its row.
type Entry = (String, u32);

impl Editor<'_, '_> {
    /// The rank that puts something into this place; none when it stands there already. The whole
    /// container is ranked anew when there is no room, so that all checks have to come before.
    pub(super) fn rank(
        &mut self,
        container: u32,
        kind: RecordKind,
        place: Place,
        moved: Option<u32>,
    ) -> Result<Option<String>> {
        if let (Place::After(row), Some(moved)) = (place, moved)
            && row == moved
        {
            return Ok(None);
        }
        if let Place::After(row) = place
            && self.head(row)?.record.rank().is_none()
        {
            let detail = "is after what has no place itself".to_owned();
            return Err(invalid(
                kind.name(),
                "position",
                Rule::Unprocessable,
                detail,
            ));
        }
        let Some(neighbours) = self.neighbours(container, place, moved)? else {
            return Ok(None);
        };
        if let Some(rank) = between(&neighbours) {
            return Ok(Some(rank));
        }
        self.rank_anew(container, kind)?;
        match self.neighbours(container, place, moved)? {
            Some(neighbours) => between(&neighbours)
                .map(Some)
                .ok_or_else(|| Error::corrupt("", "a container that was ranked anew has no room")),
            None => Ok(None),
        }
    }

    /// What stands before and after a place; none when what is moved is one of the two.
    fn neighbours(
        &self,
        container: u32,
        place: Place,
        moved: Option<u32>,
    ) -> Result<Option<[Option<Entry>; 2]>> {
        let tables = self.writer.derived.tables();
        let from = container.to_be_bytes();
        let to = container.wrapping_add(1).to_be_bytes();
        let found = match place {
            Place::First => [None, first_entry(tables, &from, &to)?],
            Place::Last => {
                let last = tables.last_content(&from, &to)?;
                [last.as_deref().map(entry).transpose()?, None]
            }
            Place::After(row) => {
                let rank = self.head(row)?.record.rank().unwrap_or_default().to_owned();
                let mut from = keys::content(container, &rank, row);
                from.push(0);
                let next = first_entry(tables, &from, &to)?;
                [Some((rank, row)), next]
            }
        };
        let is_there = found.iter().flatten().any(|(_, row)| Some(*row) == moved);
        Ok((!is_there).then_some(found))
    }

    fn rank_anew(&mut self, container: u32, kind: RecordKind) -> Result<()> {
        let rows = content_rows(self.writer.derived.tables(), container)?;
        for (row, rank) in rows.iter().zip(Rank::spread(rows.len())) {
            let record = self.head(*row)?.record;
            if record.rank() != Some(&rank) {
                let change = Change::Set(Value::Rank(rank));
                self.change(EventKind::Edited, record.id(), kind, vec![change])?;
            }
        }
        Ok(())
    }
}

fn between([before, after]: &[Option<Entry>; 2]) -> Option<String> {
    let rank = |entry: &Option<Entry>| entry.as_ref().map(|(rank, _)| rank.clone());
    let (before, after) = (rank(before), rank(after));
    Rank::between(before.as_deref(), after.as_deref()).filter(|rank| rank.len() <= Rank::LONGEST)
}

fn first_entry(tables: &impl Read, from: &[u8], to: &[u8]) -> Result<Option<Entry>> {
    let first = tables.content_page(from, to, 1)?;
    first.first().map(|key| entry(key)).transpose()
}

fn entry(key: &[u8]) -> Result<Entry> {
    let rank = keys::content_rank(key).ok_or(Malformed("rank"))?;
    let row = keys::content_row(key).ok_or(Malformed("contents"))?;
    Ok((rank.to_owned(), row))
}
