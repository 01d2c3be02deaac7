//! Which commits of the log hold, and which cancel each other out.

use backlot_model::{Commit, CommitId, Origin};
use rustc_hash::FxHashSet;

use crate::codec::Extent;
use crate::error::{Error, ErrorKind, Result};
use crate::store::log::read_commit;
use crate::store::reading::ReadLog;

/// What an undo finds in the log.
pub(super) struct Standing {
    /// The commit to be undone.
    pub(super) named: Commit,
    /// The commit at the root of the chain of undos, whose events are taken back or done again.
    pub(super) root: Commit,
    pub(super) extent: Extent,
    /// Whether the root is to be done again.
    pub(super) again: bool,
    /// The last commit of the log.
    pub(super) last: u64,
    /// Commits after the root that do not count: undone ones and the undos that undid them.
    skipped: FxHashSet<u64>,
}

struct Walked {
    sequence: u64,
    id: CommitId,
    undoes: Option<CommitId>,
}

fn commit(tables: &impl ReadLog, sequence: u64) -> Result<(Commit, Extent)> {
    read_commit(tables, sequence)?.ok_or_else(|| Error::unknown("commit", sequence))
}

const fn undoes(commit: &Commit) -> Option<CommitId> {
    match commit.origin {
        Origin::Undo(id) => Some(id),
        _ => None,
    }
}

impl Standing {
    /// Walks the log from its end to the root of what is to be undone.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such commit, `Invalid` when it is undone already.
    pub(super) fn of(tables: &impl ReadLog, sequence: u64) -> Result<Self> {
        let named = commit(tables, sequence)?.0;
        let last = tables.last_commit()?.map_or(0, |(sequence, _)| sequence);
        let mut walked = Vec::new();
        let mut chain = vec![sequence];
        let mut wanted = named.id;
        let (mut root, mut extent) = commit(tables, last)?;
        for sequence in (1..=last).rev() {
            (root, extent) = commit(tables, sequence)?;
            let undoes = undoes(&root);
            let id = root.id;
            walked.push(Walked {
                sequence,
                id,
                undoes,
            });
            if id != wanted {
                continue;
            }
            if chain.last() != Some(&sequence) {
                chain.push(sequence);
            }
            match undoes {
                Some(next) => wanted = next,
                None => break,
            }
        }
        if root.id != wanted {
            return Err(Error::corrupt(
                "",
                "the log undoes a commit that it does not have",
            ));
        }
        let mut skipped: FxHashSet<u64> = chain.iter().copied().collect();
        let mut cancelled = FxHashSet::default();
        for commit in &walked {
            if cancelled.contains(&commit.id) {
                if commit.sequence == sequence {
                    return Err(already_undone(sequence));
                }
                skipped.insert(commit.sequence);
            } else if let Some(target) = commit.undoes {
                cancelled.insert(target);
                // An undo of what came before the root is a change like any other.
                if walked.iter().any(|known| known.id == target) {
                    skipped.insert(commit.sequence);
                }
            }
        }
        let again = chain.len() % 2 == 0;
        // What the named commit undid or did again may have been undone or done again by another one since.
        if again != cancelled.contains(&root.id) {
            return Err(already_undone(sequence));
        }
        Ok(Self {
            named,
            root,
            extent,
            again,
            last,
            skipped,
        })
    }

    /// Whether a commit came after the root and counts.
    pub(super) fn is_later(&self, sequence: u64) -> bool {
        sequence > self.root.sequence && !self.skipped.contains(&sequence)
    }

    /// The commits that came after the root and count.
    pub(super) fn later(&self) -> impl Iterator<Item = u64> {
        (self.root.sequence + 1..=self.last).filter(|sequence| self.is_later(*sequence))
    }
}

fn already_undone(sequence: u64) -> Error {
    let detail = "it is undone already";
    Error::new(ErrorKind::Invalid, format!("commit {sequence}"), detail)
}

/// The commit to undo so that a commit holds again: the newest of all that undid it, undid that, and so on. An
/// undo that is in force can be named too, for what it undid.
///
/// # Errors
/// `UnknownRecord` when there is no such commit, `Invalid` when it is not undone.
pub(super) fn undo_of(tables: &impl ReadLog, sequence: u64) -> Result<u64> {
    let named = commit(tables, sequence)?.0;
    let mut root = named.clone();
    let mut before = sequence;
    while let Some(wanted) = undoes(&root) {
        before = before.saturating_sub(1);
        let candidate = commit(tables, before)?.0;
        if candidate.id == wanted {
            root = candidate;
        }
    }
    let mut chain: FxHashSet<CommitId> = FxHashSet::default();
    chain.insert(root.id);
    let mut newest = root.sequence;
    let last = tables.last_commit()?.map_or(0, |(sequence, _)| sequence);
    for sequence in root.sequence + 1..=last {
        let commit = commit(tables, sequence)?.0;
        if undoes(&commit).is_some_and(|target| chain.contains(&target)) {
            chain.insert(commit.id);
            newest = sequence;
        }
    }
    if named.id == root.id && chain.len() % 2 == 1 {
        let subject = format!("commit {sequence}");
        return Err(Error::new(ErrorKind::Invalid, subject, "it is not undone"));
    }
    Ok(newest)
}
