//! The orders in which a pass hands out records.

use backlot_model::{Parent, Pass, PassOrder, RecordKind, Timestamp};

use super::history::Here;
use super::{Export, Going};
use crate::error::{Error, Result};
use crate::read::{children, for_each_row};
use crate::store::keys;
use crate::store::reading::Read;

/// Where what a pass comes to goes.
type Visit<'v, E> = &'v mut dyn FnMut(Going) -> std::result::Result<(), E>;

impl Export<'_> {
    /// Visits what a pass comes to, in its order.
    pub(super) fn pass<E: From<Error>>(
        &self,
        pass: &Pass,
        visit: Visit<'_, E>,
    ) -> std::result::Result<(), E> {
        match pass.order {
            PassOrder::Issue => self.by_issue(pass, visit),
            PassOrder::Thread => self.by_thread(pass, visit),
            PassOrder::Loose => {
                let tables = &self.snapshot.tables;
                for wanted in &pass.wanted {
                    self.rows(
                        wanted.kind,
                        &mut |row| match self.snapshot.head(row)?.record.parent() {
                            Some(Parent::Record(_)) => Ok(()),
                            _ => {
                                visit(Going::Row(row))?;
                                if wanted.kind != RecordKind::Comment {
                                    return Ok(());
                                }
                                children(tables, row, &mut |row| visit(Going::Row(row)))
                            }
                        },
                    )?;
                }
                Ok(())
            }
            PassOrder::Board => {
                let boards = match self.boards.get() {
                    Some(known) => known,
                    None => {
                        let boards = self.snapshot.boards_of(self.repository)?;
                        self.boards.get_or_init(|| boards)
                    }
                };
                let mut put = |row| visit(Going::Row(row));
                let repository = self.repository;
                self.snapshot.board_pass(repository, boards, pass, &mut put)
            }
            _ => {
                for wanted in &pass.wanted {
                    self.rows(wanted.kind, &mut |row| visit(Going::Row(row)))?;
                    if wanted.kind == RecordKind::HistoryEvent && pass.includes_unstated {
                        self.rows(RecordKind::Issue, &mut |issue| {
                            let here = self.events_done_here(issue, pass)?;
                            here.into_iter().try_for_each(|(_, going)| visit(going))
                        })?;
                    }
                }
                Ok(())
            }
        }
    }

    fn rows<E: From<Error>>(
        &self,
        kind: RecordKind,
        visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        for_each_row(&self.snapshot.tables, self.repository, kind, visit)
    }

    /// Issue by issue, then what belongs to no known issue.
    fn by_issue<E: From<Error>>(
        &self,
        pass: &Pass,
        visit: Visit<'_, E>,
    ) -> std::result::Result<(), E> {
        let tables = &self.snapshot.tables;
        let mut items: Vec<(u64, u32)> = Vec::new();
        self.rows(RecordKind::Issue, &mut |issue| {
            items.clear();
            let mut here = Vec::new();
            children(tables, issue, &mut |row| -> Result<()> {
                match self.first_statement(row, pass)? {
                    Some(entry) => items.push((entry.position.unwrap_or(0), row)),
                    None if pass.includes_unstated => {
                        let head = self.snapshot.head(row)?;
                        if pass.views(head.record.kind()).is_some()
                            && self.takes_unstated(row, &head, pass)?
                        {
                            here.push((head.record.created_at(), Going::Row(row)));
                        }
                    }
                    None => {}
                }
                Ok(())
            })?;
            // Without positions the order of time, in which they were found, stays.
            items.sort_by_key(|(position, _)| *position);
            if pass.includes_unstated {
                here.extend(self.events_done_here(issue, pass)?);
                here.sort_by_key(|(at, _)| *at);
            }
            let rows = items.iter().map(|(_, row)| *row);
            self.in_time(rows, here, visit)
        })?;
        self.below_comments(pass, visit)?;
        let from = keys::orphan(self.repository, 0, 0);
        let to = keys::orphan(self.repository, u64::MAX, u32::MAX);
        items.clear();
        let mut last = None;
        let mut put = |row| visit(Going::Row(row));
        for key in tables.orphans_of(from, to)? {
            let [_, _, _, _, number @ .., a, b, c, d] = key;
            let row = u32::from_be_bytes([a, b, c, d]);
            if last != Some(number) {
                items.sort_by_key(|(position, _)| *position);
                items.drain(..).try_for_each(|(_, row)| put(row))?;
                last = Some(number);
            }
            match self.first_statement(row, pass)? {
                Some(entry) => items.push((entry.position.unwrap_or(0), row)),
                None if pass.includes_unstated => {
                    let head = self.snapshot.head(row)?;
                    if pass.views(head.record.kind()).is_some()
                        && self.takes_unstated(row, &head, pass)?
                    {
                        items.push((0, row));
                    }
                }
                None => {}
            }
        }
        items.sort_by_key(|(position, _)| *position);
        items.iter().try_for_each(|(_, row)| put(*row))
    }

    /// Comment by comment, what belongs to each: what happened to it is no part of its issue's list.
    fn below_comments<E: From<Error>>(
        &self,
        pass: &Pass,
        visit: Visit<'_, E>,
    ) -> std::result::Result<(), E> {
        if pass.views(RecordKind::HistoryEvent).is_none() {
            return Ok(());
        }
        let mut items: Vec<(u64, u32)> = Vec::new();
        self.rows(RecordKind::Comment, &mut |comment| {
            items.clear();
            children(&self.snapshot.tables, comment, &mut |row| -> Result<()> {
                let position = match self.first_statement(row, pass)? {
                    Some(entry) => entry.position.unwrap_or(0),
                    None if pass.includes_unstated => {
                        let head = self.snapshot.head(row)?;
                        let is_wanted = pass.views(head.record.kind()).is_some()
                            && self.takes_unstated(row, &head, pass)?;
                        if !is_wanted {
                            return Ok(());
                        }
                        0
                    }
                    None => return Ok(()),
                };
                items.push((position, row));
                Ok(())
            })?;
            items.sort_by_key(|(position, _)| *position);
            items
                .iter()
                .try_for_each(|(_, row)| visit(Going::Row(*row)))
        })
    }

    /// Visits rows in their order, and what was made or done here before the first of them that is of a later
    /// moment.
    fn in_time<E: From<Error>>(
        &self,
        rows: impl Iterator<Item = u32>,
        here: Vec<Here>,
        visit: Visit<'_, E>,
    ) -> std::result::Result<(), E> {
        let mut here = here.into_iter().peekable();
        for row in rows {
            if here.peek().is_some() {
                let at: Option<Timestamp> = self.snapshot.head(row)?.record.created_at();
                while let Some((_, going)) = here.next_if(|(done, _)| at > *done) {
                    visit(going)?;
                }
            }
            visit(Going::Row(row))?;
        }
        here.try_for_each(|(_, going)| visit(going))
    }

    /// Each issue, and after it what belongs to it.
    fn by_thread<E: From<Error>>(
        &self,
        pass: &Pass,
        visit: Visit<'_, E>,
    ) -> std::result::Result<(), E> {
        let tables = &self.snapshot.tables;
        let has_below = [RecordKind::Reaction, RecordKind::HistoryEvent]
            .into_iter()
            .any(|kind| pass.views(kind).is_some());
        let place = |kind: RecordKind| pass.wanted.iter().position(|wanted| wanted.kind == kind);
        let mut items: Vec<(usize, u32)> = Vec::new();
        self.rows(RecordKind::Issue, &mut |issue| {
            visit(Going::Row(issue))?;
            items.clear();
            children(tables, issue, &mut |row| -> Result<()> {
                if let Some(place) = place(self.snapshot.head(row)?.record.kind()) {
                    items.push((place, row));
                }
                Ok(())
            })?;
            // Inside a kind the order of time, in which they were found, stays.
            items.sort_by_key(|(place, _)| *place);
            for (at, wanted) in pass.wanted.iter().enumerate() {
                let rows = items.iter().filter(|(place, _)| *place == at);
                let rows = rows.map(|(_, row)| *row);
                if wanted.kind == RecordKind::HistoryEvent && pass.includes_unstated {
                    self.in_time(rows, self.events_done_here(issue, pass)?, visit)?;
                    continue;
                }
                for row in rows {
                    visit(Going::Row(row))?;
                    if has_below && wanted.kind == RecordKind::Comment {
                        children(tables, row, &mut |row| visit(Going::Row(row)))?;
                    }
                }
            }
            Ok(())
        })
    }
}
