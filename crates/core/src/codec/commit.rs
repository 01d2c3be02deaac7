//! Heads of commits, and the hash that chains them.

use backlot_model::{
    Actor, Commit, CommitId, Counts, Digest, HybridTime, ImportOrigin, KindCounts, Origin,
    RecordKind, ReplicaId, Timestamp,
};

use super::wire::{Malformed, Reader, put_bytes, put_signed, put_varint};

/// The version of a commit's head; a reader refuses others.
const VERSION: u8 = 1;

const LOCAL: u8 = 0;
const IMPORT: u8 = 1;
const UNDO: u8 = 2;

/// Where a commit's events lie: this is about one file, and so no part of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The first block.
    pub(crate) first_block: u64,
    /// How many blocks.
    pub(crate) blocks: u64,
}

/// Appends what the hash covers: all but the place in this file, and the hash itself.
fn put_canonical(out: &mut Vec<u8>, commit: &Commit) {
    out.push(VERSION);
    out.extend_from_slice(&commit.id.to_bytes());
    out.extend_from_slice(&commit.replica.to_bytes());
    put_varint(out, commit.time.to_bits());
    put_bytes(out, commit.actor.as_str().as_bytes());
    put_bytes(out, commit.reason.as_bytes());
    put_signed(out, commit.recorded_at.unix_milliseconds());
    out.push(u8::from(commit.predecessor.is_some()));
    if let Some(predecessor) = commit.predecessor {
        out.extend_from_slice(&predecessor.to_bytes());
    }
    put_varint(out, commit.seen.len() as u64);
    commit
        .seen
        .iter()
        .for_each(|digest| out.extend_from_slice(&digest.to_bytes()));
    put_varint(out, commit.events);
    match &commit.origin {
        Origin::Local => out.push(LOCAL),
        Origin::Import(import) => {
            out.push(IMPORT);
            put_bytes(out, import.forge.as_bytes());
            put_bytes(out, import.name.as_bytes());
            put_bytes(out, import.source.as_bytes());
            put_counts(out, &import.counts);
        }
        Origin::Undo(commit) => {
            out.push(UNDO);
            out.extend_from_slice(&commit.to_bytes());
        }
    }
}

fn counts_of(kind: &KindCounts) -> [u64; 8] {
    [
        kind.created,
        kind.updated,
        kind.unchanged,
        kind.stale,
        kind.duplicates,
        kind.orphans,
        kind.withdrawn,
        kind.with_extras,
    ]
}

fn put_counts(out: &mut Vec<u8>, counts: &Counts) {
    for total in [counts.skipped, counts.extras_bytes, counts.conflicts] {
        put_varint(out, total);
    }
    let used: Vec<_> = RecordKind::ALL
        .into_iter()
        .filter(|kind| *counts.kind(*kind) != KindCounts::default())
        .collect();
    put_varint(out, used.len() as u64);
    for kind in used {
        out.push(kind.tag());
        counts_of(counts.kind(kind))
            .into_iter()
            .for_each(|count| put_varint(out, count));
    }
}

fn get_counts(reader: &mut Reader<'_>) -> Result<Counts, Malformed> {
    let mut counts = Counts::default();
    counts.skipped = reader.varint()?;
    counts.extras_bytes = reader.varint()?;
    counts.conflicts = reader.varint()?;
    for _ in 0..reader.length()? {
        let kind = RecordKind::from_tag(reader.byte()?);
        let mut read = [0; 8];
        for count in &mut read {
            *count = reader.varint()?;
        }
        let [
            created,
            updated,
            unchanged,
            stale,
            duplicates,
            orphans,
            withdrawn,
            with_extras,
        ] = read;
        if let Some(kind) = kind {
            *counts.kind_mut(kind) = KindCounts {
                created,
                updated,
                unchanged,
                stale,
                duplicates,
                orphans,
                withdrawn,
                with_extras,
            };
        }
    }
    Ok(counts)
}

/// The hash of a commit: over its head and the hash of its events' canonical bytes.
pub(crate) fn hash_commit(commit: &Commit, events: Digest) -> Digest {
    let mut head = Vec::with_capacity(256);
    put_canonical(&mut head, commit);
    Digest::of_parts(&[&head, &events.to_bytes()])
}

/// The hash of a commit as its table holds it: over the very bytes there, so that it also holds for what
/// a later version put into them.
pub(crate) fn hash_stored(bytes: &[u8], events: Digest) -> Result<Digest, Malformed> {
    let (_, _, canonical) = decode(0, bytes)?;
    let head = bytes.get(..canonical).ok_or(Malformed("commit"))?;
    Ok(Digest::of_parts(&[head, &events.to_bytes()]))
}

/// The bytes of a commit's head as its table holds it.
pub(crate) fn encode_commit(commit: &Commit, extent: Extent) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    put_canonical(&mut out, commit);
    out.extend_from_slice(&commit.hash.to_bytes());
    put_varint(&mut out, extent.first_block);
    put_varint(&mut out, extent.blocks);
    out
}

/// Reads a commit's head.
pub(crate) fn decode_commit(sequence: u64, bytes: &[u8]) -> Result<(Commit, Extent), Malformed> {
    decode(sequence, bytes).map(|(commit, extent, _)| (commit, extent))
}

/// Reads a commit's head, and says how many of its bytes the hash covers.
fn decode(sequence: u64, bytes: &[u8]) -> Result<(Commit, Extent, usize), Malformed> {
    let mut reader = Reader::new(bytes);
    if reader.byte()? != VERSION {
        return Err(Malformed("commit version"));
    }
    let id = CommitId::from_bytes(reader.array()?);
    let replica = ReplicaId::from_bytes(reader.array()?);
    let time = HybridTime::from_bits(reader.varint()?);
    let actor = Actor::login(reader.text()?);
    let reason = reader.text()?.to_owned();
    let recorded_at = Timestamp::from_unix_milliseconds(reader.signed()?);
    let predecessor = if reader.byte()? == 0 {
        None
    } else {
        Some(Digest::from_bytes(reader.array()?))
    };
    let mut seen = Vec::new();
    for _ in 0..reader.length()? {
        seen.push(Digest::from_bytes(reader.array()?));
    }
    let events = reader.varint()?;
    let origin = match reader.byte()? {
        LOCAL => Origin::Local,
        IMPORT => Origin::Import(Box::new(ImportOrigin {
            forge: reader.text()?.to_owned(),
            name: reader.text()?.to_owned(),
            source: reader.text()?.to_owned(),
            counts: get_counts(&mut reader)?,
        })),
        UNDO => Origin::Undo(CommitId::from_bytes(reader.array()?)),
        _ => return Err(Malformed("origin")),
    };
    let canonical = reader.position();
    let hash = Digest::from_bytes(reader.array()?);
    let extent = Extent {
        first_block: reader.varint()?,
        blocks: reader.varint()?,
    };
    let commit = Commit {
        id,
        sequence,
        replica,
        time,
        actor,
        reason,
        recorded_at,
        origin,
        predecessor,
        seen,
        events,
        hash,
    };
    if extent.first_block.checked_add(extent.blocks).is_none() {
        return Err(Malformed("extent"));
    }
    Ok((commit, extent, canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_come_back_and_every_part_is_hashed() {
        let mut counts = Counts::default();
        counts.skipped = 3;
        counts.kind_mut(RecordKind::Issue).created = 12;
        let mut commit = Commit {
            id: CommitId::from_parts(Timestamp::from_unix_milliseconds(5), 6),
            sequence: 4,
            replica: ReplicaId::from_random(9),
            time: HybridTime::default().next(Timestamp::from_unix_milliseconds(5)),
            actor: Actor::login("mona"),
            reason: "triage".into(),
            recorded_at: Timestamp::from_unix_milliseconds(5),
            origin: Origin::Import(Box::new(ImportOrigin {
                forge: "github".into(),
                name: "first".into(),
                source: "backup".into(),
                counts,
            })),
            predecessor: Some(Digest::of(b"before")),
            seen: vec![Digest::of(b"another")],
            events: 2,
            hash: Digest::default(),
        };
        let hash = hash_commit(&commit, Digest::of(b"events"));
        commit.hash = hash;
        let extent = Extent {
            first_block: 7,
            blocks: 2,
        };
        let decoded = decode_commit(4, &encode_commit(&commit, extent)).unwrap();
        assert_eq!(decoded, (commit.clone(), extent));
        let mut other = commit.clone();
        other.reason.push('!');
        assert_ne!(hash_commit(&other, Digest::of(b"events")), hash);
        assert_ne!(hash_commit(&commit, Digest::of(b"other events")), hash);
    }
}
