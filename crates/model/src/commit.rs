//! The events that one actor made in one go, and where they came from.

use std::fmt;

use crate::id::{CommitId, Digest, ReplicaId};
use crate::kind::RecordKind;
use crate::time::Timestamp;

/// Who makes a commit, by login.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor(String);

impl Actor {
    /// The actor with this login.
    pub fn login(login: impl Into<String>) -> Self {
        Self(login.into())
    }

    /// The login.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A hybrid logical time: the wall clock where it moves forward, a counter where it does not, so that
/// commits of one store always increase and commits of several can be put in one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HybridTime(u64);

impl HybridTime {
    /// The time after `self` at a moment when the wall clock shows `now`.
    pub fn next(self, now: Timestamp) -> Self {
        let wall = now.unix_milliseconds().max(0).unsigned_abs() << 16;
        Self(if wall > self.0 {
            wall
        } else {
            self.0.saturating_add(1)
        })
    }

    /// The number by which files hold the time: milliseconds shifted left by 16, plus the counter.
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The time that this number stands for.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// How many records of one kind an import created, updated, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct KindCounts {
    /// Not known before.
    pub created: u64,
    /// Known, and stated differently than before.
    pub updated: u64,
    /// Known, and stated just as before.
    pub unchanged: u64,
    /// Known in a newer form than the one that came.
    pub stale: u64,
    /// Came more than once in the same input; the latest counts.
    pub duplicates: u64,
    /// Wait for the issue that they belong to.
    pub orphans: u64,
    /// Gone from an input that was declared complete.
    pub withdrawn: u64,
    /// Hold fields that the model does not know, or values that it cannot derive.
    pub with_extras: u64,
}

impl KindCounts {
    /// How many objects of the kind the input had, each counted once for each time that it came.
    pub const fn total(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.stale + self.duplicates
    }
}

/// What an import did, by kind, with the rest in all.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    by_kind: [KindCounts; RecordKind::ALL.len()],
    /// Objects that could not be kept, each reported with its place and reason.
    pub skipped: u64,
    /// Bytes of extras kept beside the model.
    pub extras_bytes: u64,
    /// Fields that were changed here and at the source, whosever value they kept.
    pub conflicts: u64,
}

impl Counts {
    /// The counts of one kind.
    pub const fn kind(&self, kind: RecordKind) -> &KindCounts {
        &self.by_kind[kind as usize]
    }

    /// The counts of one kind, to add to.
    pub const fn kind_mut(&mut self, kind: RecordKind) -> &mut KindCounts {
        &mut self.by_kind[kind as usize]
    }

    /// Sums one count over all kinds.
    pub fn total(&self, count: impl Fn(&KindCounts) -> u64) -> u64 {
        self.by_kind.iter().map(count).sum()
    }
}

/// Where an import came from and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOrigin {
    /// The forge whose format was read.
    pub forge: String,
    /// The name of the import, given or made from its source.
    pub name: String,
    /// Where it was read from, as the user wrote it.
    pub source: String,
    /// What it did.
    pub counts: Counts,
}

/// Where the events of a commit came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made here.
    Local,
    /// Read from a forge's data.
    Import(Box<ImportOrigin>),
    /// Takes back what the commit of this name did; where that one took something back itself, it does
    /// that again.
    Undo(CommitId),
}

/// The head of a commit: all about it but its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The commit's name.
    pub id: CommitId,
    /// The commit's place in this store's log, from 1.
    pub sequence: u64,
    /// The copy of the store that wrote it.
    pub replica: ReplicaId,
    /// The hybrid logical time.
    pub time: HybridTime,
    /// Who made it.
    pub actor: Actor,
    /// Why.
    pub reason: String,
    /// When it was recorded, by the wall clock.
    pub recorded_at: Timestamp,
    /// Where its events came from.
    pub origin: Origin,
    /// The hash of the commit before it in its own replica's chain.
    pub predecessor: Option<Digest>,
    /// The hashes of the newest commits of other replicas that it has seen.
    pub seen: Vec<Digest>,
    /// How many events it has.
    pub events: u64,
    /// The hash over all of the above (but `sequence`) and over its events.
    pub hash: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hybrid_time_always_increases() {
        let late = HybridTime::default().next(Timestamp::from_unix_milliseconds(5_000));
        let clock_went_back = late.next(Timestamp::from_unix_milliseconds(1_000));
        assert!(clock_went_back > late);
        assert!(clock_went_back.next(Timestamp::from_unix_milliseconds(6_000)) > clock_went_back);
    }
}
