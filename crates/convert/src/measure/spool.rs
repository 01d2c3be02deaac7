//! All objects of a store in files, group by group: the repository, its users, and so on, then each issue with
//! all that belongs to it. The objects of one form are one file, so that nothing has to be sorted in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use backlot_core::{Error as StoreError, Snapshot};
use backlot_model::{
    Lookup, Outgoing, Parent, Pass, PassOrder, RecordId, RecordKind, RepositoryName,
};

use super::keys::keys;
use super::run::{Run, Side};
use crate::error::Error;
use crate::forge::Depiction;
use crate::outward::{Changes, Outward, Take};

/// How much is written at once.
const BUFFER: usize = 256 * 1024;

/// Which group an object belongs to, in the order in which groups are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) section: u8,
    pub(super) number: u64,
}

/// The sections: small ones, each one group, then a group for each issue.
const BOARDS: u8 = 5;
const ISSUES: u8 = 6;
const ORPHANS: u8 = 7;
const ALONE: u8 = 8;

/// An object, and what tells its record apart.
pub(super) struct Entry {
    pub(super) spot: Spot,
    pub(super) kind: RecordKind,
    pub(super) form: u8,
    pub(super) record: RecordId,
    /// What it stands in, inside its group.
    pub(super) parent: Option<RecordId>,
    /// What tells it apart where its record is another one, the best first.
    pub(super) keys: Vec<String>,
    pub(super) name: String,
    pub(super) text: String,
}

/// Where the objects come from.
pub(super) struct Origin<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) repository: &'a RepositoryName,
    /// What is done to what goes out.
    pub(super) changes: Changes<'a>,
}

/// Puts all objects of a repository into files.
pub(super) fn spool(
    origin: &Origin<'_>,
    depiction: Depiction,
    done: &mut dyn FnMut(),
) -> Result<Side, Error> {
    let mut runs = Runs {
        depiction,
        files: BTreeMap::new(),
    };
    if origin.snapshot.repository(origin.repository)?.is_none() {
        return runs.finish();
    }
    let passes = passes(&runs.depiction);
    let mut outward = Outward::new(origin.changes, origin.repository);
    origin
        .snapshot
        .export(origin.repository, &passes, &mut |outgoing, lookup| {
            done();
            outward.put(outgoing, lookup, &mut runs)
        })?;
    let mut lookup = origin.snapshot.lookup_for(&passes);
    let mut users = origin.snapshot.users()?;
    // One who is known by an id here and by a login alone there is one person.
    users.dedup_by(|later, kept| later.login.eq_ignore_ascii_case(&kept.login));
    users.retain(|user| !runs.depiction.is_nobody(&user.login));
    for user in users {
        if let Some(user) = lookup.record(user.id)? {
            outward.put(&user, &mut lookup, &mut runs)?;
        }
    }
    runs.finish()
}

/// The forge's passes in an order in which groups follow each other. All users come, not just those that were
/// listed.
fn passes(depiction: &Depiction) -> Vec<Pass> {
    let mut passes = depiction.passes();
    passes.retain(|pass| pass.views(RecordKind::User).is_none());
    for pass in &mut passes {
        let of_issues = |kind| matches!(kind, RecordKind::Comment | RecordKind::HistoryEvent);
        let all = pass.wanted.iter().all(|wanted| of_issues(wanted.kind));
        if pass.order == PassOrder::Moment && all {
            pass.order = PassOrder::Issue;
            // A list of the whole repository has no events but those that were stated in it.
            pass.includes_unstated &= pass.views(RecordKind::HistoryEvent).is_none();
        }
    }
    passes
}

/// The files, by the form of the objects.
struct Runs {
    depiction: Depiction,
    files: BTreeMap<u8, RunWriter>,
}

impl Take for Runs {
    fn take<L: Lookup<Error = StoreError>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), Error> {
        let Some(object) = self.depiction.object(outgoing, lookup)? else {
            return Ok(());
        };
        let record = &*outgoing.record;
        let entry = Entry {
            spot: spot(outgoing, lookup)?,
            kind: object.kind,
            form: object.form,
            record: record.id(),
            parent: match (record.kind(), record.parent()) {
                (RecordKind::Reaction, Some(Parent::Record(parent))) => Some(parent),
                _ => record.container(),
            },
            keys: keys(outgoing, &self.depiction, lookup)?,
            name: object.name,
            text: object.text,
        };
        let run = match self.files.entry(entry.form) {
            std::collections::btree_map::Entry::Occupied(run) => run.into_mut(),
            std::collections::btree_map::Entry::Vacant(vacant) => vacant.insert(RunWriter::new()?),
        };
        Ok(run.put(&entry)?)
    }
}

impl Runs {
    fn finish(self) -> Result<Side, Error> {
        let runs = self.files.into_values().map(RunWriter::finish);
        Ok(Side::new(runs.collect::<io::Result<_>>()?)?)
    }
}

/// The group of a record.
fn spot<L: Lookup>(outgoing: &Outgoing, lookup: &mut L) -> Result<Spot, L::Error> {
    let record = &*outgoing.record;
    let section = match record.kind() {
        RecordKind::Issue => ISSUES,
        RecordKind::Comment | RecordKind::HistoryEvent | RecordKind::Reaction => {
            return of_issue(outgoing, lookup);
        }
        RecordKind::Project | RecordKind::Column | RecordKind::Card => BOARDS,
        kind => kind.tag(),
    };
    let number = match section {
        ISSUES => record.number().unwrap_or_default(),
        _ => 0,
    };
    Ok(Spot { section, number })
}

/// The group of what belongs to an issue, or to a comment on one.
fn of_issue<L: Lookup>(outgoing: &Outgoing, lookup: &mut L) -> Result<Spot, L::Error> {
    let alone = Spot {
        section: ALONE,
        number: 0,
    };
    Ok(match (outgoing.record.parent(), outgoing.parent_number) {
        (Some(Parent::Number(number)), _) => Spot {
            section: ORPHANS,
            number,
        },
        (Some(Parent::Record(_)), Some(number)) => Spot {
            section: ISSUES,
            number,
        },
        (Some(Parent::Record(parent)), None) => match lookup.record(parent)? {
            Some(parent) if parent.record.kind() == RecordKind::Comment => {
                of_issue(&parent, lookup)?
            }
            _ => alone,
        },
        (None, _) => alone,
    })
}

/// A file that is being written. Where its entries do not come in the order of their groups, it remembers where
/// each of them is.
pub(super) struct RunWriter {
    file: BufWriter<File>,
    length: u64,
    last: Option<Spot>,
    index: Vec<(Spot, u64)>,
    is_sorted: bool,
}

impl RunWriter {
    fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(BUFFER, tempfile::tempfile()?),
            length: 0,
            last: None,
            index: Vec::new(),
            is_sorted: true,
        })
    }

    fn put(&mut self, entry: &Entry) -> io::Result<()> {
        // Only reactions come in an order of their own, and there are few of them.
        if entry.kind == RecordKind::Reaction {
            self.is_sorted &= self.last.is_none_or(|last| last <= entry.spot);
            self.index.push((entry.spot, self.length));
        }
        self.last = Some(entry.spot);
        let mut line = Vec::with_capacity(entry.text.len() + 200);
        line.push(entry.spot.section);
        line.extend_from_slice(&entry.spot.number.to_le_bytes());
        line.extend_from_slice(&[entry.kind.tag(), entry.form]);
        line.extend_from_slice(&entry.record.to_bytes());
        line.extend_from_slice(&entry.parent.map_or([0; 16], RecordId::to_bytes));
        let parts = [&entry.name, &entry.text].into_iter().chain(&entry.keys);
        for part in parts {
            line.extend_from_slice(&(part.len() as u64).to_le_bytes());
            line.extend_from_slice(part.as_bytes());
        }
        line.extend_from_slice(&u64::MAX.to_le_bytes());
        self.length += line.len() as u64;
        self.file.write_all(&line)
    }

    fn finish(self) -> io::Result<Run> {
        let mut index = match self.is_sorted {
            true => Vec::new(),
            false => self.index,
        };
        index.sort_by_key(|(spot, _)| *spot);
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Run::open(file, index)
    }
}
