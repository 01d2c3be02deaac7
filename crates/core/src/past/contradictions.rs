//! Where a forge's data contradicts itself: its events of the past against what it says is true now.

use std::collections::VecDeque;
use std::fmt;

use backlot_model::{Field, RecordId, RecordKind, RepositoryName, Timestamp};

use super::evidence::Evidence;
use crate::error::{Error, Result};
use crate::read::Snapshot;

/// In which way a forge's data contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContradictionClass {
    /// The last event says something else than the state that was imported.
    State,
    /// Two events do not follow each other: closed twice without a reopening, a label removed that was
    /// not there, a renaming from a title that the issue did not have.
    Order,
    /// No event tells how it became what it is: closed from the beginning, a label that nobody gave.
    NoEvent,
    /// The state does not agree with the last event about a label or a milestone that has no record
    /// (any more): it was deleted or renamed since, which forges tell in no event of an issue.
    UnknownName,
}

impl ContradictionClass {
    /// The name of the class, as reports say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Order => "order",
            Self::NoEvent => "no event",
            Self::UnknownName => "unknown name",
        }
    }
}

/// One place where a forge's data contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The number of the issue.
    pub number: u64,
    /// The field.
    pub field: Field,
    /// In which way.
    pub class: ContradictionClass,
    /// The moment of the event; that of the issue's creation where there is none.
    pub at: Timestamp,
    /// What stands against what, in words.
    pub detail: String,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "#{} {} {} [{}] {}",
            self.number,
            self.field.name(),
            self.at,
            self.class.name(),
            self.detail
        )
    }
}

/// A contradiction of an issue that is being looked at.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) field: Field,
    pub(super) class: ContradictionClass,
    pub(super) at: Timestamp,
    /// What the event says, in words.
    pub(super) event: String,
    /// The label, the assignee or the milestone that it is about.
    pub(super) subject: Option<RecordId>,
    /// What stands against it, in words.
    pub(super) against: String,
}

/// Walks through the contradictions of a repository, by number and by moment.
pub struct Contradictions<'a> {
    evidence: Evidence<'a>,
    rows: std::vec::IntoIter<u32>,
    found: VecDeque<Contradiction>,
}

impl Snapshot {
    /// Every place where the imported data of a repository's issues contradicts itself, found by going
    /// back from the imported state over the forge's events.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn contradictions(&self, repository: &RepositoryName) -> Result<Contradictions<'_>> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        let mut rows = Vec::new();
        crate::read::for_each_row(
            &self.tables,
            known.row,
            RecordKind::Issue,
            &mut |row| -> Result<()> {
                rows.push(row);
                Ok(())
            },
        )?;
        Ok(Contradictions {
            evidence: Evidence::new(self, None),
            rows: rows.into_iter(),
            found: VecDeque::new(),
        })
    }
}

impl Contradictions<'_> {
    fn look_at(&mut self, row: u32) -> Result<()> {
        let number = self.evidence.snapshot.head(row)?.record.number();
        let Some(life) = self.evidence.life(row)? else {
            return Ok(());
        };
        let mut found = Vec::new();
        for finding in life.findings {
            let subject = match finding.subject {
                Some(id) => match life.names.iter().find(|(named, _)| *named == id) {
                    Some((_, name)) => Some(name.clone()),
                    None => self.evidence.snapshot.login(id)?,
                },
                None => None,
            };
            let subject = subject.map(|name| format!(" {name:?}")).unwrap_or_default();
            found.push(Contradiction {
                number: number.unwrap_or(0),
                field: finding.field,
                class: finding.class,
                at: finding.at,
                detail: format!("{}{subject}, {}", finding.event, finding.against),
            });
        }
        found.sort_by(|a, b| {
            (a.at, a.field, a.class, &a.detail).cmp(&(b.at, b.field, b.class, &b.detail))
        });
        self.found.extend(found);
        Ok(())
    }
}

impl Iterator for Contradictions<'_> {
    type Item = Result<Contradiction>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Some(Ok(found));
            }
            let row = self.rows.next()?;
            if let Err(error) = self.look_at(row) {
                return Some(Err(error));
            }
        }
    }
}
