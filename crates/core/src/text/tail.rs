//! What the index does not know yet: issues whose texts may have changed in events after its mark.

use std::sync::{Arc, Mutex, PoisonError};

use backlot_model::{Change, Event, EventKind, Field, Parent, RecordId, RecordKind};
use roaring::RoaringBitmap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::document::Document;
use super::gather::Gather;
use super::posting::{Counts, Posting};
use super::state::{State, log_end};
use crate::codec::{EventPointer, TextPointer, decode_event};
use crate::error::Result;
use crate::read::Snapshot;
use crate::store::log::read_block;
use crate::store::reading::Read as _;
use crate::store::texts::rows_of_tag;

/// Of how many issues the terms are kept in memory while they wait for the index.
const KEPT: u64 = 1024;

/// What one open store keeps about its texts.
#[derive(Default)]
pub(crate) struct TextCache {
    /// Held by whoever brings the index forward, or drops it.
    pub(crate) indexing: Mutex<()>,
    tail: Mutex<Option<Arc<Tail>>>,
    lengths: Mutex<Option<Arc<Lengths>>>,
}

/// How long the texts of every issue are that the index has.
pub(super) struct Lengths {
    mark: u64,
    end: u64,
    /// By row.
    pub(super) postings: Vec<Posting>,
    /// Of all titles, of all bodies, of all comments.
    pub(super) sums: [u64; 3],
}

impl TextCache {
    /// Forgets what waits for the index, because the tables were filled anew.
    pub(crate) fn forget(&self) {
        *self.tail.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.lengths.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The lengths that are good for all issues but those of the tail, from memory or else as `load` gives
    /// their postings. Only issues of a later tail can be indexed anew while the mark stays, so what an
    /// earlier snapshot found is good for a later one.
    pub(super) fn lengths(
        &self,
        tail: &Tail,
        load: impl FnOnce() -> Result<Vec<Posting>>,
    ) -> Result<Arc<Lengths>> {
        let lock = || self.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        let held = lock().clone();
        if let Some(held) = held.filter(|held| held.mark == tail.mark && held.end <= tail.end) {
            return Ok(held);
        }
        let postings = load()?;
        let mut sums = [0; 3];
        for posting in &postings {
            for (sum, count) in sums.iter_mut().zip(posting.counts) {
                *sum += u64::from(count);
            }
        }
        let lengths = Arc::new(Lengths {
            mark: tail.mark,
            end: tail.end,
            postings,
            sums,
        });
        *lock() = Some(Arc::clone(&lengths));
        Ok(lengths)
    }
}

/// The terms of an issue, in order, with their counts.
pub(super) type DocumentTerms = Vec<(Box<[u8]>, Counts)>;

/// What the index does not know.
pub(super) struct Tail {
    /// How many blocks of the log are indexed.
    pub(super) mark: u64,
    end: u64,
    /// Issues whose postings do not count.
    pub(super) rows: RoaringBitmap,
    /// Their terms, unless they are too many to be kept.
    pub(super) terms: Option<FxHashMap<u32, Arc<DocumentTerms>>>,
}

impl Tail {
    /// How many blocks of the log a snapshot shows as indexed.
    pub(super) fn mark_of(snapshot: &Snapshot) -> Result<u64> {
        let state = State::read(&snapshot.tables.texts)?;
        Ok(state.map_or(0, |state| state.mark))
    }

    /// The tail of the index as a snapshot shows it.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Arc<Self>> {
        let mark = Self::mark_of(snapshot)?;
        let end = log_end(&snapshot.tables)?;
        let cache = &snapshot.caches().texts.tail;
        let cached = cache.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let cached = cached.filter(|tail| tail.mark == mark && tail.end <= end);
        let tail = match cached {
            Some(tail) if tail.end == end => return Ok(tail),
            Some(tail) => Self::extended(snapshot, &tail, end)?,
            None => {
                let rows = dirty_rows(snapshot, mark, end)?;
                let fresh = Self {
                    mark,
                    end,
                    rows,
                    terms: Some(FxHashMap::default()),
                };
                let rows = fresh.rows.clone();
                fresh.with_terms(snapshot, &rows)?
            }
        };
        let tail = Arc::new(tail);
        let mut cached = cache.lock().unwrap_or_else(PoisonError::into_inner);
        // An old snapshot does not take the place of what the newest ones share.
        if cached.as_ref().is_none_or(|cached| cached.end <= end) {
            *cached = Some(Arc::clone(&tail));
        }
        Ok(tail)
    }

    /// The tail with the events up to `end` as well.
    fn extended(snapshot: &Snapshot, tail: &Self, end: u64) -> Result<Self> {
        let new = dirty_rows_between(snapshot, tail.end, end, Some(&tail.rows))?;
        let rows = &tail.rows | &new;
        let terms = tail.terms.clone();
        Self {
            mark: tail.mark,
            end,
            rows,
            terms,
        }
        .with_terms(snapshot, &new)
    }

    fn with_terms(mut self, snapshot: &Snapshot, rows: &RoaringBitmap) -> Result<Self> {
        if self.rows.len() > KEPT {
            self.terms = None;
        }
        if let Some(terms) = &mut self.terms {
            let (mut gather, mut word) = (Gather::new(), String::new());
            for row in rows {
                terms.remove(&row);
                if let Some(document) = Document::of(snapshot, row)? {
                    let found = terms_of(snapshot, row, &document, &mut gather, &mut word)?;
                    terms.insert(row, Arc::new(found));
                }
            }
        }
        Ok(self)
    }
}

/// The terms of a document.
pub(super) fn terms_of(
    snapshot: &Snapshot,
    row: u32,
    document: &Document,
    gather: &mut Gather,
    word: &mut String,
) -> Result<DocumentTerms> {
    gather.clear();
    document.gather(snapshot, row, 1, word, gather)?;
    let sorted = gather.sorted();
    let terms = sorted.iter().filter_map(|(term, mut deltas)| {
        let counts = deltas.next()?.counts.map(i32::unsigned_abs);
        Some((Box::from(term), counts))
    });
    Ok(terms.collect())
}

/// The issues whose texts may have changed in the blocks of the log from `mark` to `end`.
pub(super) fn dirty_rows(snapshot: &Snapshot, mark: u64, end: u64) -> Result<RoaringBitmap> {
    if mark == 0 {
        // Nothing is indexed: all of them, without reading the log.
        let mut rows: RoaringBitmap = issue_rows(snapshot)?;
        snapshot.tables.texts.for_each_document(&mut |row, _| {
            rows.insert(row);
            Ok(())
        })?;
        return Ok(rows);
    }
    dirty_rows_between(snapshot, mark, end, None)
}

/// Every issue, also one that was deleted.
pub(super) fn issue_rows(snapshot: &Snapshot) -> Result<RoaringBitmap> {
    let rows = rows_of_tag(&snapshot.tables, RecordKind::Issue.tag())?;
    Ok(rows.into_iter().collect())
}

/// `waiting` are issues whose terms are known apart from the index, where there are such.
fn dirty_rows_between(
    snapshot: &Snapshot,
    from: u64,
    to: u64,
    waiting: Option<&RoaringBitmap>,
) -> Result<RoaringBitmap> {
    let mut dirty = RoaringBitmap::new();
    // Comments whose issue became another one or none: what is indexed says where they were.
    let mut moved: FxHashSet<u32> = FxHashSet::default();
    let mut rows: FxHashMap<RecordId, Option<u32>> = FxHashMap::default();
    for number in from..to {
        let block = read_block(&snapshot.tables, number)?;
        let mut at = EventPointer {
            block: number,
            offset: 0,
        };
        while (at.offset as usize) < block.len() {
            let here = at;
            let (event, next) = decode_event(&block, at)?;
            at.offset = next;
            let Some(event) = event.filter(is_about_texts) else {
                continue;
            };
            let Some(row) = snapshot.tables.row_of(event.record.to_bytes())? else {
                continue;
            };
            if event.record_kind == RecordKind::Issue {
                dirty.insert(row);
                continue;
            }
            let head = snapshot.head(row)?;
            let issue = match head.record.parent() {
                Some(Parent::Record(issue)) => Some(issue),
                _ => None,
            };
            if head.first.0 != here && (issue.is_none() || moves(&event)) {
                moved.insert(row);
            }
            if let Some(issue) = issue {
                let issue = match rows.get(&issue) {
                    Some(known) => *known,
                    None => {
                        let found = snapshot.tables.row_of(issue.to_bytes())?;
                        rows.insert(issue, found);
                        found
                    }
                };
                dirty.extend(issue);
            }
        }
    }
    if !moved.is_empty() {
        // Which of these had the comment, their terms do not say.
        if let Some(waiting) = waiting {
            dirty |= waiting;
        }
        snapshot.tables.texts.for_each_document(&mut |row, bytes| {
            let document = Document::decode(bytes)?;
            if document
                .comments
                .iter()
                .any(|comment| moved.contains(&comment.row))
            {
                dirty.insert(row);
            }
            Ok(())
        })?;
    }
    Ok(dirty)
}

/// Whether an event can change what an issue's texts say, or which texts it has.
fn is_about_texts(event: &Event<TextPointer>) -> bool {
    if !matches!(event.record_kind, RecordKind::Issue | RecordKind::Comment) {
        return false;
    }
    event.statement.is_some()
        || matches!(
            event.kind,
            EventKind::Created | EventKind::Undone | EventKind::Withdrawn
        )
        || event.changes.iter().any(|change| {
            matches!(
                change.field(),
                Field::Title
                    | Field::Body
                    | Field::Author
                    | Field::Parent
                    | Field::Deleted
                    | Field::Absent
                    | Field::Number
                    | Field::Repository
            )
        })
}

/// Whether an event about a comment can have taken it from one issue to another.
fn moves(event: &Event<TextPointer>) -> bool {
    let moves =
        |change: &Change<TextPointer>| matches!(change.field(), Field::Parent | Field::Absent);
    event.changes.iter().any(moves)
}
