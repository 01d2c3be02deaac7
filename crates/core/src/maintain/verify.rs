//! Checking the chain of hashes, the tables against the log, and the engine's own file.

use backlot_model::{Digest, ReplicaId};
use rustc_hash::FxHashMap;

use super::replay::replay;
use crate::codec::hash_stored;
use crate::derive::Derived;
use crate::error::{Error, ErrorKind, Result};
use crate::store::derived::digest_derived;
use crate::store::log::{read_block, read_commit};
use crate::store::reading::ReadLog;
use crate::store::{Store, guarded, texts};
use crate::text::check_texts;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it was found in: `log`, `file`, or the name of a table.
    pub part: String,
    /// What is wrong.
    pub detail: String,
}

/// A derived table and whether it is what the log makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCheck {
    /// The name of the table.
    pub name: String,
    /// The hash over its keys and values.
    pub digest: Digest,
    /// Whether replaying the log gives the same.
    pub is_sound: bool,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many commits were checked.
    pub commits: u64,
    /// How many events were replayed.
    pub events: u64,
    /// The derived tables.
    pub tables: Vec<TableCheck>,
    /// Everything that is not as it must be; empty for a sound store.
    pub problems: Vec<Problem>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub const fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Store {
    /// Checks the chain of hashes, the derived tables against a replay of the log, the index of texts against
    /// the texts, and the engine's own checksums. The replay fills a temporary file beside the
    /// store; of the store itself nothing is changed, except that the engine repairs what its checksums
    /// find wrong, where it can.
    ///
    /// # Errors
    /// `Busy` when another clone of the store is in use, `Io` when the temporary file cannot be
    /// written. What is wrong with the store is no error but in the report.
    pub fn verify(&mut self) -> Result<VerifyReport> {
        let path = self.path().to_owned();
        guarded(&path, || self.verify_unguarded()).or_else(|error| match error.kind() {
            ErrorKind::Corrupt => {
                let problem = Problem {
                    part: "file".to_owned(),
                    detail: error.to_string(),
                };
                Ok(VerifyReport {
                    commits: 0,
                    events: 0,
                    tables: Vec::new(),
                    problems: vec![problem],
                })
            }
            _ => Err(error),
        })
    }

    fn verify_unguarded(&mut self) -> Result<VerifyReport> {
        let mut problems = Vec::new();
        let mut report = VerifyReport {
            commits: 0,
            events: 0,
            tables: Vec::new(),
            problems: vec![],
        };
        let mut note = |part: &str, detail: String| {
            problems.push(Problem {
                part: part.to_owned(),
                detail,
            });
        };
        match self.check_engine() {
            Ok(true) => {}
            Ok(false) => note(
                "file",
                "the engine's checksums did not match; it repaired what it could".to_owned(),
            ),
            Err(error) if error.kind() == ErrorKind::Corrupt => note("file", error.to_string()),
            Err(error) => return Err(error),
        }
        let log = match self.read_log() {
            Ok(log) => log,
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                note("log", error.to_string());
                report.problems = problems;
                return Ok(report);
            }
            Err(error) => return Err(error.at(self.path())),
        };
        match check_chain(&log) {
            Ok(commits) => report.commits = commits,
            Err(error) if error.kind() == ErrorKind::Corrupt => note("log", error.to_string()),
            Err(error) => return Err(error.at(self.path())),
        }
        match self.replayed_digests(&log) {
            Ok((events, replayed)) => {
                report.events = events;
                let digests = match self
                    .read_tables()
                    .and_then(|tables| digest_derived(&tables))
                {
                    Err(error) if error.kind() == ErrorKind::Corrupt => {
                        note("tables", format!("{error}; run `rebuild`"));
                        Vec::new()
                    }
                    digests => digests.map_err(|error| error.at(self.path()))?,
                };
                for ((name, digest), (_, expected)) in digests.into_iter().zip(replayed) {
                    let is_sound = digest == expected;
                    if !is_sound {
                        note(
                            name,
                            "is not what the log makes of it; run `rebuild`".to_owned(),
                        );
                    }
                    report.tables.push(TableCheck {
                        name: name.to_owned(),
                        digest,
                        is_sound,
                    });
                }
            }
            Err(error) if error.kind() == ErrorKind::Corrupt => note("log", error.to_string()),
            Err(error) => return Err(error.at(self.path())),
        }
        let detail = "is not what the texts say; run `rebuild`";
        match self.read().and_then(|snapshot| check_texts(&snapshot)) {
            Ok(check) => {
                let check = check.map(|check| {
                    [
                        (texts::BLOCKS_NAME, check.blocks),
                        (texts::DOCUMENTS_NAME, check.documents),
                    ]
                });
                for (name, is_sound) in check.into_iter().flatten() {
                    if !is_sound {
                        note(name, detail.to_owned());
                    }
                }
            }
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                note(texts::BLOCKS_NAME, format!("{error}; run `rebuild`"));
            }
            Err(error) => return Err(error.at(self.path())),
        }
        report.problems = problems;
        Ok(report)
    }

    fn replayed_digests(&self, log: &impl ReadLog) -> Result<(u64, Vec<(&'static str, Digest)>)> {
        let mut events = 0;
        let digests = self.in_scratch(&mut |tables| {
            events = replay(log, &mut Derived::new(tables)?)?.1;
            Ok(())
        })?;
        Ok((events, digests))
    }
}

/// Recomputes every commit's hash and follows each replica's chain. How many commits there are.
fn check_chain(tables: &impl ReadLog) -> Result<u64> {
    let last = tables.last_commit()?.map_or(0, |(sequence, _)| sequence);
    let mut heads: FxHashMap<ReplicaId, Digest> = FxHashMap::default();
    let mut next_block = 0;
    for sequence in 1..=last {
        let broken = |detail: &str| Error::corrupt("", format_args!("commit {sequence}: {detail}"));
        let (commit, extent) =
            read_commit(tables, sequence)?.ok_or_else(|| broken("is missing"))?;
        if extent.first_block != next_block {
            return Err(broken(
                "its events do not follow those of the commit before it",
            ));
        }
        next_block += extent.blocks;
        let mut hasher = blake3::Hasher::new();
        for number in extent.first_block..next_block {
            hasher.update(&read_block(tables, number)?);
        }
        let events = Digest::from_bytes(*hasher.finalize().as_bytes());
        let bytes = tables.commit_bytes(sequence)?.unwrap_or_default();
        if hash_stored(&bytes, events)? != commit.hash {
            return Err(broken("its hash does not match its contents"));
        }
        if heads.get(&commit.replica).copied() != commit.predecessor {
            return Err(broken(
                "it does not follow the commit before it in its replica's chain",
            ));
        }
        heads.insert(commit.replica, commit.hash);
    }
    Ok(last)
}
