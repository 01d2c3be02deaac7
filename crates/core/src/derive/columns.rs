//! List columns: for each issue the few values by which lists are filtered and sorted, in chunks that
//! load fast. Lists never touch heads or the log until they know which issues they show.

use std::collections::BTreeSet;

use backlot_model::{Record, RecordId, State, StateReason, Timestamp};

use super::apply::Derived;
use crate::codec::{Malformed, Reader, put_bytes, put_varint};
use crate::error::Result;
use crate::store::keys;
use crate::store::reading::Read;

/// How many rows share a chunk, as a power of two. An edit rewrites one chunk.
const CHUNK_BITS: u32 = 7;
/// How many changed issues are held back before their chunks are written.
const HELD_BACK: usize = 4096;
/// How many bytes the fixed part of an entry takes in a chunk.
const ENTRY_BYTES: usize = 48;

/// The issues whose columns have to be brought up to date.
#[derive(Default)]
pub(crate) struct Columns {
    dirty: Vec<(u32, u32)>,
    has_flushed: bool,
}

impl Columns {
    pub(super) fn touch(&mut self, repository: u32, row: u32) {
        if self.dirty.last() != Some(&(repository, row)) {
            self.dirty.push((repository, row));
        }
    }

    /// What was touched, to be given to the next piece of the same commit.
    pub(crate) fn into_touched(self) -> Touched {
        Touched {
            rows: self.dirty,
            has_more: self.has_flushed,
        }
    }

    pub(crate) fn from_touched(touched: Touched) -> Self {
        Self {
            dirty: touched.rows,
            has_flushed: touched.has_more,
        }
    }

    /// The repositories' rows and issues' rows that the commit touched so far; none when there were so
    /// many that they are not all known any more.
    pub(crate) fn all_touched(&self) -> Option<Vec<(u32, u32)>> {
        let known: BTreeSet<_> = self.dirty.iter().copied().collect();
        (!self.has_flushed).then(|| known.into_iter().collect())
    }

    pub(super) fn is_full(&self) -> bool {
        self.dirty.len() >= HELD_BACK
    }
}

/// The issues that a commit touched and whose columns are not written yet.
#[derive(Default)]
pub(crate) struct Touched {
    rows: Vec<(u32, u32)>,
    // Whether the columns of others are written already.
    has_more: bool,
}

/// What a list knows of one issue. What few issues have stands in the words of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnEntry {
    pub(crate) row: u32,
    pub(crate) number: u64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) comments: u32,
    pub(crate) author: u32,
    pub(crate) milestone: u32,
    pub(crate) flags: u32,
    words: u32,
}

/// What an issue can have beside the fixed part of its entry, in the order of the words.
struct Part {
    flag: u32,
    // Of a list, the first word is its length.
    words: Option<usize>,
}

const fn part(flag: u32, words: usize) -> Part {
    Part {
        flag,
        words: Some(words),
    }
}

const fn list(flag: u32) -> Part {
    Part { flag, words: None }
}

const PARTS: [Part; 13] = [
    list(ColumnEntry::LABELS),
    list(ColumnEntry::ASSIGNEES),
    part(ColumnEntry::CLOSED_AT, 2),
    part(ColumnEntry::REACTIONS, 8),
    list(ColumnEntry::BLOCKED_BY),
    list(ColumnEntry::BLOCKING),
    part(ColumnEntry::SUB_ISSUES, 1),
    part(ColumnEntry::PARENT, 1),
    part(ColumnEntry::DUPLICATE_OF, 1),
    part(ColumnEntry::MERGED_AT, 2),
    part(ColumnEntry::TYPE, 1),
    part(ColumnEntry::OTHER_REASON, 1),
    part(ColumnEntry::OTHER_STATE, 1),
];

/// The parts whose word is the place of a text.
const TEXTS: [u32; 3] = [
    ColumnEntry::TYPE,
    ColumnEntry::OTHER_REASON,
    ColumnEntry::OTHER_STATE,
];

impl ColumnEntry {
    pub(crate) const CLOSED: u32 = 1;
    pub(crate) const OTHER_STATE: u32 = 1 << 1;
    pub(crate) const PULL_REQUEST: u32 = 1 << 2;
    pub(crate) const DRAFT: u32 = 1 << 3;
    pub(crate) const LOCKED: u32 = 1 << 4;
    pub(crate) const PINNED: u32 = 1 << 5;
    /// A card on a board shows it.
    pub(crate) const CARD: u32 = 1 << 6;
    pub(crate) const LABELS: u32 = 1 << 8;
    pub(crate) const ASSIGNEES: u32 = 1 << 9;
    pub(crate) const BLOCKED_BY: u32 = 1 << 10;
    pub(crate) const BLOCKING: u32 = 1 << 11;
    pub(crate) const SUB_ISSUES: u32 = 1 << 12;
    pub(crate) const PARENT: u32 = 1 << 13;
    pub(crate) const DUPLICATE_OF: u32 = 1 << 14;
    pub(crate) const CLOSED_AT: u32 = 1 << 15;
    pub(crate) const MERGED_AT: u32 = 1 << 16;
    pub(crate) const REACTIONS: u32 = 1 << 17;
    pub(crate) const TYPE: u32 = 1 << 18;
    pub(crate) const MILESTONE: u32 = 1 << 19;
    pub(crate) const AUTHOR: u32 = 1 << 20;
    /// Reasons: one flag for each, so that each has a set of its own.
    pub(crate) const COMPLETED: u32 = 1 << 24;
    pub(crate) const NOT_PLANNED: u32 = 1 << 25;
    pub(crate) const DUPLICATE: u32 = 1 << 26;
    pub(crate) const REOPENED: u32 = 1 << 27;
    pub(crate) const OTHER_REASON: u32 = 1 << 28;

    pub(crate) const fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    pub(crate) const fn is_open(&self) -> bool {
        !self.has(Self::CLOSED | Self::OTHER_STATE)
    }
}

/// The list columns of one repository, or of a piece of one: entries in the order of their rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RepositoryColumns {
    pub(crate) entries: Vec<ColumnEntry>,
    words: Vec<u32>,
    texts: Vec<Box<str>>,
}

impl RepositoryColumns {
    /// The words of a part, or of the elements of a list; none where the issue lacks it.
    pub(crate) fn part(&self, entry: &ColumnEntry, wanted: u32) -> &[u32] {
        if !entry.has(wanted) {
            return &[];
        }
        let mut at = entry.words as usize;
        for part in PARTS.iter().filter(|part| entry.has(part.flag)) {
            let (start, length) = match part.words {
                Some(length) => (at, length),
                None => (at + 1, self.words.get(at).map_or(0, |word| *word as usize)),
            };
            if part.flag == wanted {
                let end = start.saturating_add(length);
                return self.words.get(start..end).unwrap_or_default();
            }
            at = start.saturating_add(length);
        }
        &[]
    }

    /// The one word of a part; 0 where the issue lacks it.
    pub(crate) fn word(&self, entry: &ColumnEntry, wanted: u32) -> u32 {
        self.part(entry, wanted).first().copied().unwrap_or(0)
    }

    /// The moment of a part.
    pub(crate) fn moment(&self, entry: &ColumnEntry, wanted: u32) -> Option<Timestamp> {
        match *self.part(entry, wanted) {
            [low, high] => {
                let bits = u64::from(high) << 32 | u64::from(low);
                Some(Timestamp::from_unix_milliseconds(bits.cast_signed()))
            }
            _ => None,
        }
    }

    /// The text of a part.
    pub(crate) fn text(&self, entry: &ColumnEntry, wanted: u32) -> Option<&str> {
        let at = *self.part(entry, wanted).first()?;
        self.texts.get(at as usize).map(|text| &**text)
    }

    /// The text at a place.
    pub(crate) fn text_at(&self, place: u32) -> Option<&str> {
        self.texts.get(place as usize).map(|text| &**text)
    }

    /// The places of the texts that are any of these words, which are in lower case.
    pub(crate) fn texts_among<'a>(&'a self, words: &'a [String]) -> impl Iterator<Item = u32> + 'a {
        let texts = (0..).zip(&self.texts);
        texts
            .filter(|(_, text)| words.contains(&text.to_lowercase()))
            .map(|(place, _)| place)
    }

    /// How many reactions there are in all.
    pub(crate) fn reactions(&self, entry: &ColumnEntry) -> u64 {
        let counts = self.part(entry, ColumnEntry::REACTIONS);
        counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// The entry of an issue.
    pub(crate) fn entry(&self, row: u32) -> Option<&ColumnEntry> {
        let at = self.place(row).ok()?;
        self.entries.get(at)
    }

    /// Where the entry of an issue stands, or would.
    pub(crate) fn place(&self, row: u32) -> std::result::Result<usize, usize> {
        self.entries.binary_search_by_key(&row, |entry| entry.row)
    }

    /// All words of an entry.
    fn all_words(&self, entry: &ColumnEntry) -> &[u32] {
        let start = entry.words as usize;
        let mut at = start;
        for part in PARTS.iter().filter(|part| entry.has(part.flag)) {
            at = match part.words {
                Some(length) => at.saturating_add(length),
                None => {
                    (at + 1).saturating_add(self.words.get(at).map_or(0, |word| *word as usize))
                }
            };
        }
        self.words.get(start..at).unwrap_or_default()
    }

    /// The place of a text among those of these columns.
    fn intern(&mut self, text: &str) -> u32 {
        let place = self.texts.iter().position(|known| &**known == text);
        place.unwrap_or_else(|| {
            self.texts.push(text.into());
            self.texts.len() - 1
        }) as u32
    }

    /// Makes room for as much as other columns have.
    pub(crate) fn reserve(&mut self, other: &Self) {
        self.entries.reserve(other.entries.len());
        self.words.reserve(other.words.len());
    }

    /// Adds an entry of other columns behind the last one.
    pub(crate) fn push_from(&mut self, other: &Self, entry: &ColumnEntry) {
        let copied = self.copy_from(other, entry);
        self.entries.push(copied);
    }

    fn copy_from(&mut self, other: &Self, entry: &ColumnEntry) -> ColumnEntry {
        let mut copied = *entry;
        copied.words = self.words.len() as u32;
        self.words.extend_from_slice(other.all_words(entry));
        for flag in TEXTS.into_iter().filter(|flag| entry.has(*flag)) {
            let place = self.intern(other.text(entry, flag).unwrap_or_default());
            self.set_word(&copied, flag, place);
        }
        copied
    }

    fn set_word(&mut self, entry: &ColumnEntry, wanted: u32, value: u32) {
        let length = self.part(entry, wanted).len();
        let before = PARTS.iter().take_while(|part| part.flag != wanted);
        let mut at = entry.words as usize;
        for part in before.filter(|part| entry.has(part.flag)) {
            at += match part.words {
                Some(length) => length,
                None => 1 + self.words.get(at).map_or(0, |word| *word as usize),
            };
        }
        if let Some(word) = self.words.get_mut(at).filter(|_| length == 1) {
            *word = value;
        }
    }

    /// Adds the entries of one chunk.
    pub(crate) fn load(&mut self, chunk: &[u8]) -> std::result::Result<(), Malformed> {
        let mut reader = Reader::new(chunk);
        let (entries, words) = (reader.length()?, reader.length()?);
        let mut places = Vec::new();
        for _ in 0..reader.length()? {
            places.push(self.intern(reader.text()?));
        }
        let length =
            |count: usize, bytes: usize| count.checked_mul(bytes).ok_or(Malformed("columns"));
        let fixed = reader.take(length(entries, ENTRY_BYTES)?)?;
        let words = reader.take(length(words, 4)?)?;
        let base = u32::try_from(self.words.len()).map_err(|_| Malformed("columns"))?;
        self.entries.reserve(entries);
        let (words, _) = words.as_chunks::<4>();
        self.words
            .extend(words.iter().map(|word| u32::from_le_bytes(*word)));
        let (fixed, _) = fixed.as_chunks::<ENTRY_BYTES>();
        for bytes in fixed {
            let mut entry = decode_entry(bytes).ok_or(Malformed("columns"))?;
            entry.words = entry.words.saturating_add(base);
            if entry.has(TEXTS[0] | TEXTS[1] | TEXTS[2]) {
                for flag in TEXTS.into_iter().filter(|flag| entry.has(*flag)) {
                    let place = self.word(&entry, flag) as usize;
                    let place = *places.get(place).ok_or(Malformed("columns"))?;
                    self.set_word(&entry, flag, place);
                }
            }
            self.entries.push(entry);
        }
        Ok(())
    }

    /// The bytes of a chunk with these entries.
    fn encode(&self) -> Vec<u8> {
        // Written anew, so that nothing of what was replaced is left.
        let mut fresh = Self::default();
        for entry in &self.entries {
            fresh.push_from(self, entry);
        }
        let mut out = Vec::with_capacity(fresh.entries.len() * ENTRY_BYTES + fresh.words.len() * 4);
        put_varint(&mut out, fresh.entries.len() as u64);
        put_varint(&mut out, fresh.words.len() as u64);
        put_varint(&mut out, fresh.texts.len() as u64);
        for text in &fresh.texts {
            put_bytes(&mut out, text.as_bytes());
        }
        for entry in &fresh.entries {
            encode_entry(&mut out, entry);
        }
        for word in &fresh.words {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out
    }

    /// Makes the entry of a record. `row_of` gives the rows of the records it refers to; an issue that
    /// it gives none for is left out.
    pub(crate) fn make_entry<T>(
        &mut self,
        row: u32,
        record: &Record<T>,
        has_card: bool,
        row_of: &mut dyn FnMut(RecordId) -> Result<Option<u32>>,
    ) -> Result<ColumnEntry> {
        let mut one = |id: Option<RecordId>| -> Result<u32> {
            Ok(id.map(&mut *row_of).transpose()?.flatten().unwrap_or(0))
        };
        let (author, milestone) = (one(record.author())?, one(record.milestone())?);
        let (parent, duplicate) = (one(record.parent_issue())?, one(record.duplicate_of())?);
        let mut entry = ColumnEntry {
            row,
            number: record.number().unwrap_or(0),
            created_at: moment(record.created_at()),
            updated_at: moment(record.updated_at().or(record.created_at())),
            comments: u32::try_from(record.comment_count()).unwrap_or(u32::MAX),
            author,
            milestone,
            flags: flags(record, has_card),
            words: u32::try_from(self.words.len()).map_err(|_| Malformed("columns"))?,
        };
        let lists = [
            (ColumnEntry::LABELS, record.labels()),
            (ColumnEntry::ASSIGNEES, record.assignees()),
            (ColumnEntry::BLOCKED_BY, record.blocked_by()),
            (ColumnEntry::BLOCKING, record.blocking()),
        ];
        for part in &PARTS {
            let start = self.words.len();
            match lists.iter().find(|(flag, _)| *flag == part.flag) {
                Some((_, ids)) if !ids.is_empty() => {
                    self.words.push(0);
                    for id in *ids {
                        self.words.extend(row_of(*id)?);
                    }
                    let length = (self.words.len() - start - 1) as u32;
                    match self.words.get_mut(start) {
                        Some(word) if length > 0 => *word = length,
                        _ => self.words.truncate(start),
                    }
                }
                Some(_) => {}
                None => self.push_part(part.flag, record, parent, duplicate),
            }
            if self.words.len() > start {
                entry.flags |= part.flag;
            }
        }
        if author != 0 {
            entry.flags |= ColumnEntry::AUTHOR;
        }
        if milestone != 0 {
            entry.flags |= ColumnEntry::MILESTONE;
        }
        Ok(entry)
    }

    /// Adds the words of a part that is no list, if the record has it.
    fn push_part<T>(&mut self, flag: u32, record: &Record<T>, parent: u32, duplicate: u32) {
        let mut two = |at: Option<Timestamp>| {
            if let Some(at) = at {
                let bits = at.unix_milliseconds().cast_unsigned();
                self.words.extend([bits as u32, (bits >> 32) as u32]);
            }
        };
        let one = match flag {
            ColumnEntry::CLOSED_AT => return two(record.closed_at()),
            ColumnEntry::MERGED_AT => return two(record.merged_at()),
            ColumnEntry::REACTIONS => {
                let counts = record.reactions().counts;
                if counts != [0; 8] {
                    let narrow = |count| u32::try_from(count).unwrap_or(u32::MAX);
                    self.words.extend(counts.map(narrow));
                }
                return;
            }
            ColumnEntry::SUB_ISSUES => Some(record.sub_issues().len() as u32),
            ColumnEntry::PARENT => Some(parent),
            ColumnEntry::DUPLICATE_OF => Some(duplicate),
            ColumnEntry::TYPE => {
                let place = record.issue_type().map(|name| self.intern(name));
                self.words.extend(place);
                return;
            }
            ColumnEntry::OTHER_REASON => {
                if let Some(StateReason::Other(word)) = record.state_reason() {
                    let place = self.intern(word);
                    self.words.push(place);
                }
                return;
            }
            ColumnEntry::OTHER_STATE => {
                if let Some(State::Other(word)) = record.state() {
                    let place = self.intern(word);
                    self.words.push(place);
                }
                return;
            }
            _ => None,
        };
        self.words.extend(one.filter(|word| *word != 0));
    }
}

fn moment(at: Option<Timestamp>) -> i64 {
    at.unwrap_or_default().unix_milliseconds()
}

/// The flags that are no parts.
fn flags<T>(record: &Record<T>, has_card: bool) -> u32 {
    let state = match record.state() {
        Some(State::Closed) => ColumnEntry::CLOSED,
        _ => 0,
    };
    let reason = match record.state_reason() {
        Some(StateReason::Completed) => ColumnEntry::COMPLETED,
        Some(StateReason::NotPlanned) => ColumnEntry::NOT_PLANNED,
        Some(StateReason::Duplicate) => ColumnEntry::DUPLICATE,
        Some(StateReason::Reopened) => ColumnEntry::REOPENED,
        _ => 0,
    };
    let flag = |is_set: bool, flag: u32| if is_set { flag } else { 0 };
    state
        | reason
        | flag(record.is_pull_request(), ColumnEntry::PULL_REQUEST)
        | flag(record.is_draft(), ColumnEntry::DRAFT)
        | flag(record.is_locked(), ColumnEntry::LOCKED)
        | flag(record.is_pinned(), ColumnEntry::PINNED)
        | flag(has_card, ColumnEntry::CARD)
}

fn encode_entry(out: &mut Vec<u8>, entry: &ColumnEntry) {
    out.extend_from_slice(&entry.number.to_le_bytes());
    out.extend_from_slice(&entry.created_at.to_le_bytes());
    out.extend_from_slice(&entry.updated_at.to_le_bytes());
    for word in [
        entry.row,
        entry.comments,
        entry.author,
        entry.milestone,
        entry.flags,
        entry.words,
    ] {
        out.extend_from_slice(&word.to_le_bytes());
    }
}

fn decode_entry(bytes: &[u8; ENTRY_BYTES]) -> Option<ColumnEntry> {
    let long = |at: usize| -> Option<u64> {
        let bytes = bytes.get(at..at + 8)?.try_into().ok()?;
        Some(u64::from_le_bytes(bytes))
    };
    let word = |at: usize| -> Option<u32> {
        let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    Some(ColumnEntry {
        number: long(0)?,
        created_at: long(8)?.cast_signed(),
        updated_at: long(16)?.cast_signed(),
        row: word(24)?,
        comments: word(28)?,
        author: word(32)?,
        milestone: word(36)?,
        flags: word(40)?,
        words: word(44)?,
    })
}

/// The key of the chunk in which an issue stands.
pub(crate) fn chunk_key(repository: u32, row: u32) -> [u8; 8] {
    keys::column(repository, row >> CHUNK_BITS)
}

impl Derived<'_, '_> {
    /// Writes the chunks of the issues that were touched.
    pub(super) fn flush_columns(&mut self) -> Result<()> {
        let mut dirty = std::mem::take(&mut self.columns.dirty);
        self.columns.has_flushed |= !dirty.is_empty();
        dirty.sort_unstable();
        dirty.dedup();
        for chunk in dirty.chunk_by(|a, b| a.0 == b.0 && a.1 >> CHUNK_BITS == b.1 >> CHUNK_BITS) {
            let Some(&(repository, row)) = chunk.first() else {
                continue;
            };
            let key = chunk_key(repository, row);
            let mut columns = RepositoryColumns::default();
            if let Some(bytes) = self.tables.column_chunk(key)? {
                columns.load(&bytes)?;
            }
            for &(_, row) in chunk {
                self.update_entry(&mut columns, repository, row)?;
            }
            if columns.entries.is_empty() {
                self.tables.columns.remove(&key)?;
            } else {
                let bytes = columns.encode();
                self.tables.columns.insert(&key, bytes.as_slice())?;
            }
        }
        Ok(())
    }

    /// Puts the present state of an issue into its chunk, or takes it out when it is gone.
    fn update_entry(
        &mut self,
        columns: &mut RepositoryColumns,
        repository: u32,
        row: u32,
    ) -> Result<()> {
        let place = columns.place(row);
        let mut head = self.head(row)?.filter(|head| !head.record.is_deleted());
        // One that went to another repository, or was never here, is none of this one's.
        let belongs = match head.as_ref().and_then(|head| head.record.repository()) {
            Some(id) => self.known_row(id)? == repository,
            None => false,
        };
        head = head.filter(|_| belongs);
        match (head, place) {
            (Some(head), place) => {
                let cards = keys::content(row, "", 0);
                let end = keys::content(row, "", u32::MAX);
                let has_card = !self.tables.content_page(&cards, &end, 1)?.is_empty();
                let mut row_of = |id| self.row(id);
                let entry = columns.make_entry(row, &head.record, has_card, &mut row_of)?;
                match place {
                    Ok(at) => columns.entries[at] = entry,
                    Err(at) => columns.entries.insert(at, entry),
                }
            }
            (None, Ok(at)) => {
                columns.entries.remove(at);
            }
            (None, Err(_)) => {}
        }
        Ok(())
    }
}
