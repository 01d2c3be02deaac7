//! Which local repository a source's repository goes into.

use backlot_model::{
    Change, Event, EventKind, Field, ForeignId, Record, RecordId, RecordKind, RepositoryName,
    SourceRepository, Statement, Timestamp, Value, View,
};

use super::options::Collisions;
use super::session::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::read::for_each_row;
use crate::store::keys::{self, Scope};
use crate::store::reading::Read;

/// No forge in particular.
pub(crate) const NO_FORGE: u8 = 0;

/// The form in which a source merely names a repository, before or without stating it.
const NAMED: u8 = 0;

/// With the number of a forge, the form in which a source of that forge names a repository whose numbers are
/// those of another one, where equal numbers mean the same. Without this bit, they do not.
const JOINED: u8 = 0x40;

/// A repository of the source and the one of the store that it goes into.
#[derive(Clone, Debug)]
pub(super) struct LocalRepository {
    pub(super) row: u32,
    pub(super) id: RecordId,
    pub(super) name: String,
    pub(super) host: String,
    pub(super) foreign_name: String,
    pub(super) is_main: bool,
    /// The forge of the source.
    pub(super) forge: u8,
    /// What the source's numbers are to those of the repository.
    pub(super) numbers: Numbers,
    /// Whether forges of more than one kind have something in the repository.
    pub(super) is_shared: bool,
    /// What tells the identifiers of this source's records from those of others.
    pub(super) seed: RecordId,
}

/// What the numbers of a source are to those of the repository that it goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// They are its numbers.
    Own,
    /// They mean the same, though another forge gave the repository its numbers.
    Joined,
    /// They are those of another forge, and mean something else.
    Apart,
}

impl LocalRepository {
    /// The forge, where its numbers are apart from the repository's.
    pub(super) fn apart(&self) -> Option<u8> {
        (self.numbers == Numbers::Apart).then_some(self.forge)
    }

    /// Whether another forge came first, whose word counts where both say something.
    pub(super) fn is_second(&self) -> bool {
        self.numbers != Numbers::Own
    }
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
            Some(row) => self.named(row, false, NO_FORGE)?.map(|(row, _)| row),
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
        let mut numbers = Numbers::Own;
        let mut is_noted = true;
        let (id, is_known) = match &known {
            Some((row, record)) => {
                let stated = record.host().zip(record.foreign_name());
                if given.is_some() || by_identity.is_some() {
                    (numbers, is_noted) = self.numbers_of(*row, record.host(), &source)?;
                }
                let has_separate = record.get(Field::SeparateNumbers).is_some();
                if numbers == Numbers::Own && source.separate_numbers && !has_separate {
                    changes.push(Change::Set(Value::SeparateNumbers(true)));
                }
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
                (record.id(), is_own || by_identity == Some(*row))
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
                if source.separate_numbers {
                    changes.push(Change::Set(Value::SeparateNumbers(true)));
                }
                self.report.counts.kind_mut(RecordKind::Repository).created += 1;
                (self.new_identifier(&parts)?, false)
            }
        };
        let form = match numbers {
            Numbers::Own => NAMED,
            Numbers::Joined => source.forge | JOINED,
            Numbers::Apart => source.forge,
        };
        let host = known.as_ref().and_then(|(_, record)| record.host());
        let foreign = match host.filter(|host| *host != source.host) {
            Some(_) => ForeignId::Text(format!("{}//{}", source.host, source.name.to_lowercase())),
            None => foreign,
        };
        let row = match known {
            // Under another name its forge has called it before, as after a renaming there.
            Some((row, _)) if is_known && is_noted && changes.is_empty() => row,
            _ => {
                let said = (numbers != Numbers::Own).then_some(&source);
                self.name_repository(id, changes, (source.forge, form), foreign, said)?
            }
        };
        let seed = match numbers {
            Numbers::Own => id,
            _ => RecordId::derive(
                Timestamp::default(),
                &[&id.to_bytes(), b"forge", source.host.as_bytes()],
            ),
        };
        let is_shared = numbers != Numbers::Own || self.is_shared(row)?;
        for other in self
            .repositories
            .iter_mut()
            .filter(|other| other.row == row)
        {
            other.is_shared |= is_shared;
        }
        let (foreign_name, is_main) = (source.name, source.is_main);
        self.repositories.push(LocalRepository {
            row,
            id,
            name,
            host: source.host,
            foreign_name,
            is_main,
            forge: source.forge,
            numbers,
            is_shared,
            seed,
        });
        Ok(())
    }

    /// What the numbers of a source are to those of the repository in a row, which is of `host`, and whether
    /// that has been noted there.
    fn numbers_of(
        &self,
        row: u32,
        host: Option<&str>,
        source: &SourceRepository,
    ) -> Result<(Numbers, bool)> {
        let forge = source.forge;
        let noted = self.noted(row, forge)?;
        let rule = self.options.collisions;
        if let Some(noted) = noted {
            let fits = match rule {
                Some(Collisions::Same) => noted == Numbers::Joined,
                Some(Collisions::Renumber | Collisions::Refuse) => noted == Numbers::Apart,
                None => true,
            };
            if !fits {
                let detail = match noted {
                    Numbers::Joined => "equal numbers were taken for the same before",
                    _ => "equal numbers were kept apart before",
                };
                let subject = format!("{} of {}", source.name, source.host);
                return Err(Error::new(ErrorKind::Contradiction, subject, detail));
            }
            return Ok((noted, true));
        }
        let is_of_another = host.is_some_and(|host| host != source.host)
            && !source.host.is_empty()
            && (1..=keys::LAST_FORGE).contains(&forge)
            && !self.has_of_forge(row, forge)?;
        Ok(match rule {
            _ if !is_of_another => (Numbers::Own, true),
            Some(Collisions::Same) => (Numbers::Joined, false),
            _ => (Numbers::Apart, false),
        })
    }

    /// What was noted of the numbers of a forge in a repository.
    pub(super) fn noted(&self, row: u32, forge: u8) -> Result<Option<Numbers>> {
        if forge == 0 || forge > keys::LAST_FORGE {
            return Ok(None);
        }
        for (form, numbers) in [(forge, Numbers::Apart), (forge | JOINED, Numbers::Joined)] {
            let view = View {
                forge: NO_FORGE,
                form,
            };
            if self
                .tables()
                .statement(keys::statement(row, view))?
                .is_some()
            {
                return Ok(Some(numbers));
            }
        }
        Ok(None)
    }

    /// Whether another forge than the one that a repository came from first has something in it.
    fn is_shared(&self, row: u32) -> Result<bool> {
        let statements = self.tables().statements_of(row)?;
        let mut keys = statements.iter().map(|(key, _)| key);
        Ok(keys.any(|[.., forge, form]| *forge == NO_FORGE && *form != NAMED))
    }

    /// Whether a repository has something that a forge stated. Only the first import from another host asks.
    fn has_of_forge(&self, row: u32, forge: u8) -> Result<bool> {
        let view = View {
            forge: NO_FORGE,
            form: NAMED,
        };
        if let Some(named) = self.entry(row, view)?
            && let Some(named) = self.statement(&named)?
            && let Some(first) = named.overlay.first()
        {
            return Ok(*first == forge);
        }
        // An earlier version did not note the forge.
        let mut found = self.is_stated_by(row, forge)?;
        for kind in [RecordKind::Issue, RecordKind::Milestone, RecordKind::Label] {
            for_each_row(self.tables(), row, kind, &mut |row| -> Result<()> {
                found = found || self.is_stated_by(row, forge)?;
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// Whether a forge has stated the record in a row.
    pub(super) fn is_stated_by(&self, row: u32, forge: u8) -> Result<bool> {
        let statements = self.tables().statements_of(row)?;
        Ok(statements.iter().any(|([.., by, _], _)| *by == forge))
    }

    /// Notes by which name a forge knows a repository, and what that makes of it.
    fn name_repository(
        &mut self,
        id: RecordId,
        changes: Vec<Change>,
        (forge, form): (u8, u8),
        foreign: ForeignId,
        said: Option<&SourceRepository>,
    ) -> Result<u32> {
        let mut event = Event::new(EventKind::Imported, id, RecordKind::Repository);
        event.changes = changes;
        event.statement = Some(Statement {
            view: View {
                forge: NO_FORGE,
                form,
            },
            id: foreign,
            overlay: match forge {
                NO_FORGE => Vec::new(),
                forge => {
                    let said = said.map(|said| format!("{}//{}", said.host, said.name));
                    let said = said.unwrap_or_default().into_bytes();
                    [vec![forge], said].concat()
                }
            },
            position: None,
            stated: 0,
            fingerprint: None,
            number: None,
            has_extras: false,
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
            forge: NO_FORGE,
            numbers: Numbers::Own,
            is_shared: self.is_shared(row)?,
            seed: id,
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

/// The host and the `owner/name` of a repository at a forge that did not give it its numbers. An earlier version
/// noted them without regard to case, and where the host is that of the other forge, not at all.
pub(crate) fn named_apart(statement: &Statement) -> Option<(String, String)> {
    let noted = match statement.overlay.get(1..) {
        Some(said) if !said.is_empty() => std::str::from_utf8(said).ok()?,
        _ => match &statement.id {
            ForeignId::Text(text) => text,
            ForeignId::Number(_) => return None,
        },
    };
    let (host, name) = noted.split_once("//")?;
    Some((host.to_owned(), name.to_owned()))
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
