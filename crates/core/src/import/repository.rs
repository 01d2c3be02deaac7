//! Which local repository a source's repository goes into.

use backlot_model::{
    Change, Event, EventKind, ForeignId, Record, RecordId, RecordKind, RepositoryName,
    SourceRepository, Statement, Timestamp, Value, View,
};

use super::session::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::store::keys::{self, Scope};
use crate::store::reading::Read;

/// No forge in particular.
const NO_FORGE: u8 = 0;

/// The form in which a source merely names a repository, before or without stating it.
const NAMED: u8 = 0;

/// A repository of the source and the one of the store that it goes into.
#[derive(Clone, Debug)]
pub(super) struct LocalRepository {
    pub(super) row: u32,
    pub(super) id: RecordId,
    pub(super) name: String,
    pub(super) host: String,
    pub(super) foreign_name: String,
    pub(super) is_main: bool,
}

impl Session<'_, '_> {
    pub(super) fn take_repository(&mut self, source: SourceRepository) -> Result<()> {
        if source.name.is_empty() {
            return self.take_nameless();
        }
        // Every forge writes its own number here, and hosts differ between forges: none is needed.
        let foreign = ForeignId::Text(source.name.to_lowercase());
        let scope = Scope::Host(&source.host);
        let key = keys::foreign(scope, RecordKind::Repository, NO_FORGE, &foreign);
        let by_identity = match self.tables().foreign_row(&key)? {
            Some(row) => self.named(row, false)?.map(|(row, _)| row),
            None => None,
        };
        let given = self.options.repository.clone().filter(|_| source.is_main);
        let by_name = |name: &str| {
            self.tables()
                .name(&keys::name(0, RecordKind::Repository, name))
        };
        let row = match &given {
            Some(name) => by_name(name.as_str())?,
            None => by_identity.map_or_else(|| by_name(&source.name), |row| Ok(Some(row)))?,
        };
        let known = row
            .map(|row| self.writer.derived.head(row))
            .transpose()?
            .flatten();
        let known = row.zip(known.map(|head| head.record));
        if let Some((_, record)) = &known {
            refuse_deleted(record)?;
        }
        let name = match (&known, &given) {
            (Some((_, record)), _) => record.name().unwrap_or_default().to_owned(),
            (None, Some(name)) => name.to_string(),
            (None, None) => parse(&source.name)?.to_string(),
        };
        let mut changes = Vec::new();
        let (id, is_known) = match &known {
            Some((_, record)) => {
                let stated = record.host().zip(record.foreign_name());
                if given.is_none() && by_identity.is_none() && stated.is_some() {
                    return Err(taken(&source, stated));
                }
                if stated.is_none() {
                    changes.extend(identity(&source));
                }
                // The identity leads to the repository that it was imported into last; this may be another.
                let is_own = stated.is_some_and(|(host, name)| {
                    host == source.host && name.eq_ignore_ascii_case(&source.name)
                });
                (record.id(), is_own || by_identity == row)
            }
            None => {
                let (host, foreign) = (source.host.as_bytes(), source.name.to_lowercase());
                let local = name.to_lowercase();
                let parts = [
                    b"repository".as_slice(),
                    host,
                    foreign.as_bytes(),
                    local.as_bytes(),
                ];
                changes.push(Change::Set(Value::Name(name.clone())));
                changes.extend(identity(&source));
                self.report.counts.kind_mut(RecordKind::Repository).created += 1;
                (self.new_identifier(&parts)?, false)
            }
        };
        let row = match known {
            // Under another name its forge has called it before, as after a renaming there.
            Some((row, _)) if is_known => row,
            _ => self.name_repository(id, changes, foreign)?,
        };
        let (foreign_name, is_main) = (source.name, source.is_main);
        self.repositories.push(LocalRepository {
            row,
            id,
            name,
            host: source.host,
            foreign_name,
            is_main,
        });
        Ok(())
    }

    /// Notes by which name a forge knows a repository, and what that makes of it.
    fn name_repository(
        &mut self,
        id: RecordId,
        changes: Vec<Change>,
        foreign: ForeignId,
    ) -> Result<u32> {
        let mut event = Event::new(EventKind::Imported, id, RecordKind::Repository);
        event.changes = changes;
        event.statement = Some(Statement {
            view: View {
                forge: NO_FORGE,
                form: NAMED,
            },
            id: foreign,
            overlay: Vec::new(),
            position: None,
            stated: 0,
            fingerprint: None,
        });
        self.writer.append(&event)
    }

    /// An input that names no repository goes into the one that the options name.
    fn take_nameless(&mut self) -> Result<()> {
        let Some(name) = self.options.repository.clone() else {
            let detail = "it names no repository, and none was named for it";
            return Err(Error::new(ErrorKind::Contradiction, "input", detail));
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
                let id = self.new_identifier(&[b"repository", name.key().as_bytes()])?;
                let mut event = Event::new(EventKind::Created, id, RecordKind::Repository);
                event
                    .changes
                    .push(Change::Set(Value::Name(name.to_string())));
                self.report.counts.kind_mut(RecordKind::Repository).created += 1;
                (self.writer.append(&event)?, id)
            }
        };
        let (name, foreign_name) = (name.to_string(), String::new());
        let is_main = true;
        self.repositories.push(LocalRepository {
            row,
            id,
            name,
            host: String::new(),
            foreign_name,
            is_main,
        });
        Ok(())
    }

    /// The identifier of a new repository, which follows from these parts. A repository that had these names
    /// when it was new, and has been renamed since, keeps its own.
    fn new_identifier(&self, parts: &[&[u8]]) -> Result<RecordId> {
        let mut id = RecordId::derive(Timestamp::default(), parts);
        loop {
            let row = self.tables().row_of(id.to_bytes())?;
            let head = row.map(|row| self.writer.derived.head(row)).transpose()?;
            let Some(head) = head.flatten().filter(|head| !head.record.is_absent()) else {
                return Ok(id);
            };
            refuse_deleted(&head.record)?;
            id = RecordId::derive(Timestamp::default(), &[b"again", &id.to_bytes()]);
        }
    }

    pub(super) fn repository(&self, index: u32) -> Result<&LocalRepository> {
        self.repositories.get(index as usize).ok_or_else(|| {
            let detail = "the reader refers to a repository that it has not named";
            Error::new(ErrorKind::Contradiction, "", detail)
        })
    }
}

/// Nothing goes into a repository that was deleted here, where nobody would see it.
fn refuse_deleted<T>(repository: &Record<T>) -> Result<()> {
    if repository.is_deleted() {
        let subject = format!("repository {}", repository.name().unwrap_or_default());
        let detail = "it was deleted here: undo that, or name another one for the input";
        return Err(Error::new(ErrorKind::Gone, subject, detail));
    }
    Ok(())
}

fn parse(name: &str) -> Result<RepositoryName> {
    name.parse()
        .map_err(|error| Error::new(ErrorKind::Contradiction, "input", error))
}

fn identity(source: &SourceRepository) -> [Change; 2] {
    [
        Change::Set(Value::Host(source.host.clone())),
        Change::Set(Value::ForeignName(source.name.clone())),
    ]
}

/// The error for a repository whose name another one has here.
fn taken(source: &SourceRepository, stated: Option<(&str, &str)>) -> Error {
    let (host, name) = stated.unwrap_or_default();
    let detail = format!(
        "the repository {} of {} would go into the one of that name here, which holds {name} of {host}; \
         name another one for it",
        source.name, source.host,
    );
    Error::new(ErrorKind::Contradiction, "input", detail)
}
