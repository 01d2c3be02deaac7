//! Texts whose numbers mean other issues here than at the forge that they came from.

use backlot_model::{Found, Parent, Record, RecordKind, find_references};

use super::collision::Home;
use super::options::{ImportReport, Rebound};
use super::session::Session;
use crate::error::Result;
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// A record whose text refers to issues by number, and whose forge has numbers of its own here.
pub(super) struct Referring {
    row: u32,
    repository: u32,
    forge: u8,
}

impl Session<'_, '_> {
    /// Notes a record whose text refers to issues, where its forge has numbers of its own. What these mean here is
    /// known when all issues have come.
    pub(super) fn note_references(&mut self, home: Home, row: u32, body: Option<&str>) {
        if let (Some(forge), Some(body)) = (home.apart, body)
            && numbers_in(body).next().is_some()
        {
            let repository = home.row;
            self.referring.push(Referring {
                row,
                repository,
                forge,
            });
        }
    }

    /// Reports the texts of this import that refer to a number which is another issue's here.
    pub(super) fn report_rebound(&mut self) -> Result<()> {
        for referring in std::mem::take(&mut self.referring) {
            let Some(head) = self.writer.derived.head(referring.row)? else {
                continue;
            };
            let record = self.in_full(head)?;
            let body = record.body().cloned().unwrap_or_default();
            for number in numbers_in(&body) {
                let Some(here) = self.rebound(&referring, number)? else {
                    continue;
                };
                self.report.rebound_count += 1;
                if self.report.rebound.len() < ImportReport::LISTED {
                    let rebound = Rebound {
                        kind: record.kind(),
                        record: record.id(),
                        issue: self.issue_of(&record)?,
                        number,
                        here,
                    };
                    self.report.rebound.push(rebound);
                }
                break;
            }
        }
        Ok(())
    }

    /// The number here of the issue that a forge means by a number, where that is another one; none inside where
    /// it never came.
    fn rebound(&mut self, referring: &Referring, number: u64) -> Result<Option<Option<u64>>> {
        let (repository, space) = (referring.repository, Space::Issue);
        let row = |value: Option<[u8; 5]>| value.map(|[row @ .., _]| u32::from_be_bytes(row));
        let meant = keys::foreign_number(repository, space, referring.forge, number);
        let meant = row(self.tables().number(meant)?);
        let here = row(self
            .tables()
            .number(keys::number(repository, space, number))?);
        if meant == here {
            return Ok(None);
        }
        let head = meant.map(|row| self.writer.derived.head(row)).transpose()?;
        Ok(Some(head.flatten().and_then(|head| head.record.number())))
    }

    /// The number here of an issue, or of the issue that a comment is on.
    fn issue_of(&mut self, record: &Record) -> Result<Option<u64>> {
        let Some(Parent::Record(issue)) = record.parent() else {
            return Ok(record
                .number()
                .filter(|_| record.kind() == RecordKind::Issue));
        };
        let row = self.writer.derived.row(issue)?;
        let head = row.map(|row| self.writer.derived.head(row)).transpose()?;
        Ok(head.flatten().and_then(|head| head.record.number()))
    }
}

/// The numbers by which a text refers to issues of its own repository.
fn numbers_in(body: &str) -> impl Iterator<Item = u64> {
    find_references(body)
        .into_iter()
        .filter_map(|found| match found {
            Found::Issue { reference, .. } if reference.repository.is_none() => {
                Some(reference.number)
            }
            _ => None,
        })
}
