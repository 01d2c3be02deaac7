//! Which passes of an export take what happened here, and in what order an issue's history goes out.

use std::sync::Arc;

use backlot_model::{Origin, Outgoing, Pass, PassOrder, RecordKind, Timestamp, View};

use super::{Export, Going};
use crate::codec::Head;
use crate::derive::StatementEntry;
use crate::error::{Error, Result};
use crate::read::{Happened, for_each_row};
use crate::store::keys;
use crate::store::reading::Read;

impl Export<'_> {
    /// Whether a pass takes a record that was stated in none of its forms.
    pub(super) fn takes_unstated(&self, row: u32, head: &Head, pass: &Pass) -> Result<bool> {
        let kind = head.record.kind();
        if !pass.includes_unstated {
            return Ok(false);
        }
        // What another pass has a form of comes in that pass alone.
        if head.is_foreign && self.snapshot.is_stated(row, self.covered(kind))? {
            return Ok(false);
        }
        if kind != RecordKind::HistoryEvent
            && (kind != RecordKind::Comment || pass.order != PassOrder::Issue)
        {
            return Ok(true);
        }
        let Some(source) = head.record.source() else {
            return self.takes_events(pass);
        };
        // What was deleted refers to nothing.
        Ok(pass.order != PassOrder::Moment && self.snapshot.link(source)?.is_some())
    }

    /// Whether a pass takes the events that happened here.
    pub(super) fn takes_events(&self, pass: &Pass) -> Result<bool> {
        let Some(views) = pass.views(RecordKind::HistoryEvent) else {
            return Ok(pass.includes_unstated);
        };
        if !pass.includes_unstated {
            return Ok(false);
        }
        let forms = self.forms_of_events()?;
        Ok(match forms {
            [] => pass.order != PassOrder::Moment,
            forms => views.iter().any(|view| forms.contains(view)),
        })
    }

    /// Those of the forms that this export has in which a source gave events of the repository.
    fn forms_of_events(&self) -> Result<&[View]> {
        if let Some(known) = self.forms.get() {
            return Ok(known);
        }
        let wanted = self.covered(RecordKind::HistoryEvent);
        let mut found: Vec<View> = Vec::new();
        let tables = &self.snapshot.tables;
        let looked = for_each_row(
            tables,
            self.repository,
            RecordKind::HistoryEvent,
            &mut |row| -> std::result::Result<(), Looked> {
                for view in wanted {
                    if !found.contains(view) && self.snapshot.is_stated(row, &[*view])? {
                        found.push(*view);
                    }
                }
                match found.len() < wanted.len() {
                    true => Ok(()),
                    false => Err(Looked::Enough),
                }
            },
        );
        match looked {
            Ok(()) | Err(Looked::Enough) => {}
            Err(Looked::Failed(error)) => return Err(error),
        }
        Ok(self.forms.get_or_init(|| found))
    }

    /// Whether anything could have happened here: what was only imported has no history but its forge's, and need
    /// not be looked through issue by issue.
    fn is_worked_on(&self) -> Result<bool> {
        if let Some(known) = self.is_worked_on.get() {
            return Ok(*known);
        }
        let mut found = false;
        for commit in self.snapshot.commits() {
            found = !matches!(commit?.origin, Origin::Import(_));
            if found {
                break;
            }
        }
        Ok(*self.is_worked_on.get_or_init(|| found))
    }

    /// What happened to the issue in a row here, as a pass wants it.
    pub(super) fn events_done_here(&self, issue: u32, pass: &Pass) -> Result<Vec<Here>> {
        let Some(views) = pass.views(RecordKind::HistoryEvent) else {
            return Ok(Vec::new());
        };
        if !self.is_worked_on()? {
            return Ok(Vec::new());
        }
        let head = self.snapshot.head(issue)?;
        if head.record.is_deleted() {
            return Ok(Vec::new());
        }
        let happened = self.snapshot.happened(issue)?;
        if happened.is_empty() || !self.takes_events(pass)? {
            return Ok(Vec::new());
        }
        let number = head.record.number();
        let mut going = Vec::with_capacity(happened.len());
        for Happened { record, about } in happened {
            let at = record.created_at();
            let mut outgoing = Outgoing {
                record: Arc::new(record),
                base: None,
                stated: None,
                parent_number: number,
                wanted: views.first().copied(),
                about,
                elsewhere: Vec::new(),
                own_number: None,
                is_named: false,
            };
            self.numbers.parent(head.record.id(), &mut outgoing)?;
            going.push((at, Going::Event(Box::new(outgoing))));
        }
        Ok(going)
    }

    /// The statement of a record in the first of the forms in which a pass wants it.
    pub(super) fn first_statement(&self, row: u32, pass: &Pass) -> Result<Option<StatementEntry>> {
        for view in pass.wanted.iter().flat_map(|wanted| &wanted.views) {
            let key = keys::statement(row, *view);
            if let Some(entry) = self.snapshot.tables.statement(key)? {
                return Ok(Some(StatementEntry::decode(&entry)?));
            }
        }
        Ok(None)
    }
}

/// What was made or done here, and when.
pub(super) type Here = (Option<Timestamp>, Going);

/// How a look through records ended before their end.
enum Looked {
    Enough,
    Failed(Error),
}

impl From<Error> for Looked {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
