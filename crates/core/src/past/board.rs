//! Project boards as they were.

use backlot_model::{RecordId, RecordKind};

use super::looking::Then;
use super::rows::contents_ever;
use super::view::{Past, PastRecord};
use crate::error::{Error, Result};

/// A column of a project board as it was, with its cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastColumn {
    /// The column.
    pub column: PastRecord,
    /// Its cards in their order, archived ones included.
    pub cards: Vec<PastRecord>,
}

impl Past<'_> {
    /// The columns of a project board in their order, each with its cards.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such project, `Gone` when it was deleted by then.
    pub fn board(&self, project: RecordId) -> Result<Vec<PastColumn>> {
        let mut looking = self.looking();
        let known = looking
            .then_of(project)?
            .filter(|then| then.record.kind() == RecordKind::Project && !then.record.is_absent())
            .ok_or_else(|| Error::unknown("project", project))?;
        if !known.is_there() {
            return Err(Error::gone("project", project));
        }
        // A card may have been in another column than it is in now.
        let (mut columns, mut cards) = (Vec::new(), Vec::new());
        for row in contents_ever(self.snapshot, known.row, RecordKind::Column)? {
            for card in contents_ever(self.snapshot, row, RecordKind::Card)? {
                if !cards.iter().any(|(known, _): &(u32, Then)| *known == card)
                    && let Some(then) = looking.then(card)?.filter(Then::is_there)
                {
                    cards.push((card, then));
                }
            }
            let then = looking.then(row)?.filter(Then::is_there);
            if let Some(then) = then.filter(|then| then.record.container() == Some(project)) {
                columns.push((row, then));
            }
        }
        let order =
            |(row, then): &(u32, Then)| (then.record.rank().unwrap_or_default().to_owned(), *row);
        columns.sort_by_cached_key(order);
        cards.sort_by_cached_key(order);
        let mut board = Vec::with_capacity(columns.len());
        for (_, column) in columns {
            let id = column.record.id();
            let mut own = Vec::new();
            let mut rest = Vec::new();
            for card in cards {
                if card.1.record.container() == Some(id) {
                    own.push(PastRecord {
                        record: looking.in_full(card.1.record)?,
                        unknown: card.1.unknown,
                    });
                } else {
                    rest.push(card);
                }
            }
            cards = rest;
            board.push(PastColumn {
                column: PastRecord {
                    record: looking.in_full(column.record)?,
                    unknown: column.unknown,
                },
                cards: own,
            });
        }
        Ok(board)
    }
}
