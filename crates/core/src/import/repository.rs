//! Which local repository a source's repository goes into.

use backlot_model::{
    Change, Event, EventKind, ForeignId, RecordId, RecordKind, RepositoryName, SourceRepository,
    Statement, Timestamp, Value, View,
};

use super::session::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::store::keys::{self, Scope};
use crate::store::tables::Read;

/// The form in which a source merely names a repository, before or without stating it.
const NAMED: u8 = 0;

/// A repository of the source and the one of the store that it goes into.
#[derive(Clone, Debug)]
pub(super) struct LocalRepository {
    pub(super) row: u32,
    pub(super) id: RecordId,
    pub(super) name: String,
    pub(super) foreign_name: String,
}

impl Session<'_, '_> {
    pub(super) fn take_repository(&mut self, source: SourceRepository) -> Result<()> {
        let foreign = ForeignId::Text(source.name.to_lowercase());
        // Every forge writes its own number here, and hosts differ between forges: none is needed.
        let key = keys::foreign(
            Scope::Host(&source.host),
            RecordKind::Repository,
            0,
            &foreign,
        );
        if source.name.is_empty() {
            return self.take_nameless();
        }
        let given = self.options.repository.clone().filter(|_| source.is_main);
        let row = match &given {
            Some(name) => {
                self.tables()
                    .name(&keys::name(0, RecordKind::Repository, name.as_str()))?
            }
            None => match self.tables().foreign_row(&key)? {
                Some(row) => Some(row),
                None => self
                    .tables()
                    .name(&keys::name(0, RecordKind::Repository, &source.name))?,
            },
        };
        let known = match row {
            Some(row) => self
                .writer
                .derived
                .head(row)?
                .map(|head| (row, head.record)),
            None => None,
        };
        let local = match known {
            Some((row, record)) if record.foreign_name().is_some() => LocalRepository {
                row,
                id: record.id(),
                name: record.name().unwrap_or_default().to_owned(),
                foreign_name: source.name,
            },
            known => {
                let name = match (&known, given) {
                    (Some((_, record)), _) => record.name().unwrap_or_default().to_owned(),
                    (None, Some(name)) => name.to_string(),
                    (None, None) => source.name.parse::<RepositoryName>().map_or_else(
                        |error| Err(Error::new(ErrorKind::Contradiction, "", error)),
                        |name| Ok(name.to_string()),
                    )?,
                };
                let id = known.map_or_else(
                    || {
                        let parts: [&[u8]; 4] = [
                            b"repository",
                            source.host.as_bytes(),
                            source.name.as_bytes(),
                            name.as_bytes(),
                        ];
                        RecordId::derive(Timestamp::default(), &parts)
                    },
                    |(_, record)| record.id(),
                );
                let mut event = Event::new(EventKind::Imported, id, RecordKind::Repository);
                event.changes = vec![
                    Change::Set(Value::Name(name.clone())),
                    Change::Set(Value::Host(source.host.clone())),
                    Change::Set(Value::ForeignName(source.name.clone())),
                ];
                event.statement = Some(Statement {
                    view: View {
                        forge: 0,
                        form: NAMED,
                    },
                    id: foreign,
                    overlay: Vec::new(),
                    position: None,
                    fingerprint: None,
                });
                let row = self.writer.append(&event)?;
                self.report.counts.kind_mut(RecordKind::Repository).created += 1;
                LocalRepository {
                    row,
                    id,
                    name,
                    foreign_name: source.name,
                }
            }
        };
        self.repositories.push(local);
        Ok(())
    }

    /// An input that names no repository goes into the one that the options name.
    fn take_nameless(&mut self) -> Result<()> {
        let Some(name) = self.options.repository.clone() else {
            let detail = "the input names no repository, and none was named for it";
            return Err(Error::new(ErrorKind::Contradiction, "", detail));
        };
        let known = self
            .tables()
            .name(&keys::name(0, RecordKind::Repository, name.as_str()))?;
        let (row, id) = match known {
            Some(row) => {
                let head = self.writer.derived.head(row)?;
                (row, head.ok_or(crate::codec::Malformed("row"))?.record.id())
            }
            None => {
                let id = RecordId::derive(
                    Timestamp::default(),
                    &[b"repository", name.as_str().as_bytes()],
                );
                let mut event = Event::new(EventKind::Created, id, RecordKind::Repository);
                event
                    .changes
                    .push(Change::Set(Value::Name(name.to_string())));
                self.report.counts.kind_mut(RecordKind::Repository).created += 1;
                (self.writer.append(&event)?, id)
            }
        };
        let (name, foreign_name) = (name.to_string(), String::new());
        self.repositories.push(LocalRepository {
            row,
            id,
            name,
            foreign_name,
        });
        Ok(())
    }

    pub(super) fn repository(&self, index: u32) -> Result<&LocalRepository> {
        self.repositories.get(index as usize).ok_or_else(|| {
            let detail = "the reader refers to a repository that it has not named";
            Error::new(ErrorKind::Contradiction, "", detail)
        })
    }
}
