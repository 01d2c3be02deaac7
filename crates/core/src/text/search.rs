//! Answering what is asked of texts: from the index, and for what it does not know yet from the texts.

use std::sync::Arc;

use backlot_model::{TextFields, TextTest};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::catch_up::document;
use super::document::Document;
use super::posting::{
    Counts, Entries, LENGTH, Posting, author_term, chunk_of, get_postings, mention_term, put_key,
    rows_of_chunk,
};
use super::tail::{Lengths, Tail, issue_rows};
use super::words::{Asked, Sequence, Word};
use crate::error::Result;
use crate::read::Snapshot;
use crate::store::block::unpack;

/// How much a word in the title counts, against one in the body and one in a comment.
const WEIGHTS: [f32; 3] = [5.0, 1.0, 0.6];
/// How soon further places of a word stop to count (BM25's k1).
const SATURATION: f32 = 1.2;
/// How much a long text takes from its words (BM25's b).
const LENGTH_WEIGHT: f32 = 0.5;

/// Something that is asked of the texts of an issue and of its comments.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TextQuestion<'a> {
    /// Whether they say this.
    Text(&'a TextTest),
    /// Whether any of the users in these rows wrote a comment.
    CommentedBy(&'a [u32]),
    /// Whether they mention any of these users, by login.
    Mentions(&'a [String]),
}

/// Answers to several questions at once: texts that are not in the index yet are read once for all of them.
pub(crate) struct TextSearch<'s> {
    snapshot: &'s Snapshot,
    texts: Texts<'s>,
    parts: Vec<Part>,
    words: FxHashMap<Word, Vec<Posting>>,
    /// Where it is to be scored.
    lengths: Option<Arc<Lengths>>,
}

/// Gives the texts of an issue.
pub(crate) type ReadDocument<'s> = &'s dyn Fn(u32) -> Result<Option<Document>>;

/// Where texts are looked up.
enum Texts<'s> {
    /// In the index, and for the tail of it in the texts as they are.
    Indexed(Arc<Tail>),
    /// In these texts alone.
    Given(ReadDocument<'s>),
}

/// A question, taken apart.
struct Part {
    fields: TextFields,
    /// Whether one word is enough.
    is_any: bool,
    words: Vec<Word>,
    sequences: Vec<Sequence>,
}

impl Part {
    fn of(question: TextQuestion<'_>) -> Self {
        match question {
            TextQuestion::Text(test) => {
                let asked = Asked::of(test);
                let (words, sequences) = (asked.words, asked.sequences);
                Self {
                    fields: test.fields,
                    is_any: false,
                    words,
                    sequences,
                }
            }
            TextQuestion::CommentedBy(users) => {
                let terms = users.iter().map(|row| author_term(*row).to_vec());
                Self::any(terms.map(Word::Exact).collect())
            }
            TextQuestion::Mentions(logins) => Self::any(
                logins
                    .iter()
                    .map(|login| Word::Exact(mention_term(login)))
                    .collect(),
            ),
        }
    }

    fn any(words: Vec<Word>) -> Self {
        Self {
            fields: TextFields::default(),
            is_any: true,
            words,
            sequences: Vec::new(),
        }
    }
}

fn counts_in(fields: TextFields, [title, body, comments]: Counts) -> bool {
    fields.title && title > 0 || fields.body && body > 0 || fields.comments && comments > 0
}

impl Snapshot {
    /// Whether the index has any texts at all.
    pub(crate) fn has_indexed_texts(&self) -> Result<bool> {
        Ok(Tail::mark_of(self)? > 0)
    }

    /// Looks up what is asked of texts. With `candidates`, no others are looked at; a search that is to be
    /// scored needs all.
    ///
    /// # Errors
    /// `Corrupt`; a search has no errors of its own.
    pub(crate) fn search_texts(
        &self,
        questions: &[TextQuestion<'_>],
        candidates: Option<&RoaringBitmap>,
    ) -> Result<TextSearch<'_>> {
        let tail = Tail::of(self)?;
        let lengths = match candidates {
            None if tail.mark > 0 => {
                let load = || indexed(self, &Word::Exact(LENGTH.to_vec()), None);
                Some(self.caches().texts.lengths(&tail, load)?)
            }
            _ => None,
        };
        let texts = Texts::Indexed(tail);
        let mut search = TextSearch::new(self, texts, questions, candidates.is_none());
        search.lengths = lengths;
        search.look_up(candidates)?;
        Ok(search)
    }

    /// Looks up what is asked in other texts than those of now, which are read: of these issues no others are
    /// looked at. A search that is to be scored needs all that there are.
    pub(crate) fn search_documents<'s>(
        &'s self,
        questions: &[TextQuestion<'_>],
        issues: &RoaringBitmap,
        is_scored: bool,
        document: ReadDocument<'s>,
    ) -> Result<TextSearch<'s>> {
        let texts = Texts::Given(document);
        let mut search = TextSearch::new(self, texts, questions, is_scored);
        search.look_up(Some(issues))?;
        Ok(search)
    }
}

impl<'s> TextSearch<'s> {
    fn new(
        snapshot: &'s Snapshot,
        texts: Texts<'s>,
        questions: &[TextQuestion<'_>],
        is_scored: bool,
    ) -> Self {
        let parts: Vec<Part> = questions
            .iter()
            .map(|question| Part::of(*question))
            .collect();
        let mut words: FxHashMap<Word, Vec<Posting>> = FxHashMap::default();
        for word in parts.iter().flat_map(|part| &part.words) {
            words.entry(word.clone()).or_default();
        }
        if is_scored {
            words.insert(Word::Exact(LENGTH.to_vec()), Vec::new());
        }
        Self {
            snapshot,
            texts,
            parts,
            words,
            lengths: None,
        }
    }
}

impl TextSearch<'_> {
    /// For each question the issues that pass, among the candidates.
    pub(crate) fn sets(&self, candidates: Option<&RoaringBitmap>) -> Result<Vec<RoaringBitmap>> {
        self.parts
            .iter()
            .map(|part| self.set(part, candidates))
            .collect()
    }

    fn set(&self, part: &Part, candidates: Option<&RoaringBitmap>) -> Result<RoaringBitmap> {
        let mut lists: Vec<&[Posting]> =
            part.words.iter().map(|word| self.postings(word)).collect();
        lists.sort_by_key(|list| list.len());
        let rows_of = |list: &[Posting]| -> RoaringBitmap {
            let mut rows = RoaringBitmap::new();
            let passing = list
                .iter()
                .filter(|posting| counts_in(part.fields, posting.counts));
            // They are in order.
            let _ = rows.append(passing.map(|posting| posting.row));
            if let Some(candidates) = candidates {
                rows &= candidates;
            }
            rows
        };
        let mut found = match lists.split_first() {
            None if part.is_any => RoaringBitmap::new(),
            None => match candidates {
                Some(candidates) => candidates.clone(),
                None => issue_rows(self.snapshot)?,
            },
            Some((first, rest)) => {
                let mut found = rows_of(first);
                for list in rest {
                    if part.is_any {
                        found |= rows_of(list);
                    } else if found.is_empty() {
                        break;
                    } else {
                        found &= rows_of(list);
                    }
                }
                found
            }
        };
        if !part.sequences.is_empty() {
            let mut passing = RoaringBitmap::new();
            let mut word = String::new();
            for row in found {
                if self.has_sequences(row, part, &mut word)? {
                    passing.insert(row);
                }
            }
            found = passing;
        }
        Ok(found)
    }

    /// How well each of these issues fits all texts that were asked for, in the order of the rows: words in
    /// titles count more than in bodies and comments, rare words more than frequent ones, and short texts more
    /// than long ones (BM25). The same whether or not the index is up to date.
    pub(crate) fn scores(&self, rows: &RoaringBitmap) -> Vec<(u32, f32)> {
        let mut scores: Vec<(u32, f32)> = rows.iter().map(|row| (row, 0.0)).collect();
        let fresh = self.postings(&Word::Exact(LENGTH.to_vec()));
        let indexed = self.lengths.as_ref();
        let indexed = indexed.map_or(&[][..], |lengths| lengths.postings.as_slice());
        let (total, average) = self.lengths_of_all(fresh);
        let mut factors = Vec::with_capacity(scores.len());
        let (mut at_indexed, mut at_fresh) = (0, 0);
        for (row, _) in &scores {
            let is_fresh = match &self.texts {
                Texts::Indexed(tail) => tail.rows.contains(*row),
                Texts::Given(_) => true,
            };
            let posting = match is_fresh {
                true => seek(fresh, &mut at_fresh, *row),
                false => seek(indexed, &mut at_indexed, *row),
            };
            let length = posting.map_or(0.0, |posting| weighted(posting.counts));
            factors.push(SATURATION * (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / average));
        }
        let mut words: Vec<(&Word, TextFields)> = Vec::new();
        for part in self.parts.iter().filter(|part| !part.is_any) {
            words.extend(part.words.iter().map(|word| (word, part.fields)));
        }
        for (word, fields) in words {
            let postings = self.postings(word);
            let having = postings
                .iter()
                .filter(|posting| counts_in(fields, posting.counts))
                .count();
            let having = having as f32;
            let rarity = (1.0 + (total - having + 0.5).max(0.0) / (having + 0.5)).ln();
            let mut at = 0;
            for ((row, score), factor) in scores.iter_mut().zip(&factors) {
                let Some(posting) = seek(postings, &mut at, *row) else {
                    continue;
                };
                let [title, body, comments] = posting.counts;
                let counted = weighted([
                    if fields.title { title } else { 0 },
                    if fields.body { body } else { 0 },
                    if fields.comments { comments } else { 0 },
                ]);
                *score += rarity * counted * (SATURATION + 1.0) / (counted + factor);
            }
        }
        scores
    }

    /// How many issues have texts, and how long these are on average: those that the index has, without
    /// those that changed since, and these. Sums are of whole numbers, so they do not depend on what is
    /// indexed.
    fn lengths_of_all(&self, fresh: &[Posting]) -> (f32, f32) {
        let (mut total, mut sums) = (0, [0; 3]);
        if let (Some(lengths), Texts::Indexed(tail)) = (&self.lengths, &self.texts) {
            (total, sums) = (lengths.postings.len(), lengths.sums);
            let mut at = 0;
            for row in &tail.rows {
                if let Some(posting) = seek(&lengths.postings, &mut at, row) {
                    total -= 1;
                    for (sum, count) in sums.iter_mut().zip(posting.counts) {
                        *sum -= u64::from(count);
                    }
                }
            }
        }
        for posting in fresh {
            total += 1;
            for (sum, count) in sums.iter_mut().zip(posting.counts) {
                *sum += u64::from(count);
            }
        }
        let total = total.max(1) as f32;
        let sums = sums.iter().zip(WEIGHTS);
        let sum: f64 = sums
            .map(|(sum, weight)| *sum as f64 * f64::from(weight))
            .sum();
        (total, (sum as f32 / total).max(1.0))
    }

    fn postings(&self, word: &Word) -> &[Posting] {
        self.words.get(word).map_or(&[], Vec::as_slice)
    }

    fn look_up(&mut self, candidates: Option<&RoaringBitmap>) -> Result<()> {
        match &self.texts {
            Texts::Indexed(tail) => {
                let tail = Arc::clone(tail);
                self.look_up_indexed(&tail, candidates)?;
            }
            Texts::Given(_) => match candidates {
                Some(candidates) => self.scan(candidates)?,
                None => self.scan(&issue_rows(self.snapshot)?)?,
            },
        }
        for postings in self.words.values_mut() {
            postings.sort_unstable_by_key(|posting| posting.row);
        }
        Ok(())
    }

    fn look_up_indexed(&mut self, tail: &Tail, candidates: Option<&RoaringBitmap>) -> Result<()> {
        for (word, postings) in &mut self.words {
            // Before anything is indexed every issue is in the tail, and blocks of another version are none
            // of this one's. Lengths are kept in memory.
            if tail.mark > 0 && word.bytes() != LENGTH {
                *postings = indexed(self.snapshot, word, candidates)?;
            }
            if !tail.rows.is_empty() {
                postings.retain(|posting| !tail.rows.contains(posting.row));
            }
        }
        let waiting = match candidates {
            Some(candidates) => &tail.rows & candidates,
            None => tail.rows.clone(),
        };
        if waiting.is_empty() {
            return Ok(());
        }
        let Some(terms) = &tail.terms else {
            return self.scan(&waiting);
        };
        for row in &waiting {
            let Some(terms) = terms.get(&row) else {
                continue;
            };
            for (word, postings) in &mut self.words {
                let from = terms.partition_point(|(term, _)| **term < *word.bytes());
                let rest = terms.iter().skip(from);
                let fitting = rest.take_while(|(term, _)| word.fits(term));
                let counts = fitting.fold([0; 3], |sum, (_, counts)| add(sum, *counts));
                if counts != [0; 3] {
                    postings.push(Posting { row, counts });
                }
            }
        }
        Ok(())
    }

    /// Reads the texts of issues for all words, and keeps nothing else of them.
    fn scan(&mut self, rows: &RoaringBitmap) -> Result<()> {
        let mut exact: FxHashMap<&[u8], usize> = FxHashMap::default();
        let mut prefixes: Vec<(&[u8], usize)> = Vec::new();
        let mut found: Vec<(&Word, Vec<Posting>)> = Vec::new();
        let mut wanted_length = None;
        for (at, word) in self.words.keys().enumerate() {
            found.push((word, Vec::new()));
            match word {
                Word::Exact(bytes) if bytes == LENGTH => wanted_length = Some(at),
                Word::Exact(bytes) => {
                    exact.insert(bytes, at);
                }
                Word::Prefix(bytes) => prefixes.push((bytes, at)),
            }
        }
        let mut counts = vec![[0u32; 3]; found.len()];
        let mut word = String::new();
        for row in rows {
            let document = match &self.texts {
                Texts::Indexed(_) => Document::of(self.snapshot, row)?,
                Texts::Given(read) => read(row)?,
            };
            let Some(document) = document else {
                continue;
            };
            document.terms(self.snapshot, &mut word, &mut |term, field, by| {
                let mut count = |at: usize| {
                    let count = counts.get_mut(at).and_then(|counts| counts.get_mut(field));
                    if let Some(count) = count {
                        *count = count.saturating_add(by);
                    }
                };
                if term == LENGTH {
                    wanted_length.into_iter().for_each(&mut count);
                } else if let Some(at) = exact.get(term) {
                    count(*at);
                }
                let fitting = prefixes
                    .iter()
                    .filter(|(prefix, _)| term.starts_with(prefix));
                fitting.for_each(|(_, at)| count(*at));
            })?;
            for ((_, postings), counts) in found.iter_mut().zip(&mut counts) {
                if *counts != [0; 3] {
                    postings.push(Posting {
                        row,
                        counts: std::mem::take(counts),
                    });
                }
            }
        }
        let found: Vec<(Word, Vec<Posting>)> = found
            .into_iter()
            .map(|(word, postings)| (word.clone(), postings))
            .collect();
        for (word, postings) in found {
            if let Some(known) = self.words.get_mut(&word) {
                known.extend(postings);
            }
        }
        Ok(())
    }

    fn has_sequences(&self, row: u32, part: &Part, word: &mut String) -> Result<bool> {
        let known = match &self.texts {
            Texts::Indexed(tail) if tail.rows.contains(row) => Document::of(self.snapshot, row)?,
            Texts::Indexed(_) => document(self.snapshot, row)?,
            Texts::Given(read) => read(row)?,
        };
        let Some(known) = known else {
            return Ok(false);
        };
        let searched = [part.fields.title, part.fields.body, part.fields.comments];
        let mut missing: Vec<&Sequence> = part.sequences.iter().collect();
        known.texts(self.snapshot, &mut |field, text| {
            if searched.get(field) == Some(&true) {
                missing.retain(|sequence| !sequence.is_in(text, word));
            }
            !missing.is_empty()
        })?;
        Ok(missing.is_empty())
    }
}

/// The posting of a row in what follows a place, which moves there: rows are asked for in their order.
fn seek<'p>(postings: &'p [Posting], at: &mut usize, row: u32) -> Option<&'p Posting> {
    let rest = postings.get(*at..).unwrap_or_default();
    let mut end = 1;
    while rest.get(end - 1).is_some_and(|posting| posting.row < row) {
        end *= 2;
    }
    // Where the last step came from, and where it went.
    let (from, to) = (end / 2, end.min(rest.len()));
    let between = rest.get(from..to).unwrap_or_default();
    let found = from + between.partition_point(|posting| posting.row < row);
    *at += found;
    rest.get(found).filter(|posting| posting.row == row)
}

fn weighted(counts: Counts) -> f32 {
    counts
        .iter()
        .zip(WEIGHTS)
        .map(|(count, weight)| *count as f32 * weight)
        .sum()
}

fn add(a: Counts, b: Counts) -> Counts {
    let mut sum = a;
    for (sum, b) in sum.iter_mut().zip(b) {
        *sum = sum.saturating_add(b);
    }
    sum
}

/// The postings that the index has of a word, by row.
fn indexed(
    snapshot: &Snapshot,
    word: &Word,
    candidates: Option<&RoaringBitmap>,
) -> Result<Vec<Posting>> {
    let tables = &snapshot.tables.texts;
    let is_wanted = |chunk: u32| {
        candidates.is_none_or(|candidates| {
            let (first, last) = rows_of_chunk(chunk);
            candidates.range_cardinality(first..=last) > 0
        })
    };
    let first = candidates.map_or(Some(0), RoaringBitmap::min);
    let Some(first) = first else {
        return Ok(Vec::new());
    };
    let mut key = Vec::new();
    match word {
        Word::Exact(term) => put_key(&mut key, term, chunk_of(first)),
        Word::Prefix(term) => put_key(&mut key, term, 0),
    }
    let mut found = Vec::new();
    let mut is_sorted = true;
    let mut block = match tables.block_until(&key)? {
        Some(block) => Some(block),
        None => tables.block_after(&key)?,
    };
    'blocks: while let Some((begin, value)) = block {
        let raw = unpack(&value)?;
        let mut entries = Entries::new(&raw);
        while entries.advance()? {
            if word.fits(entries.term()) {
                if is_wanted(entries.chunk) {
                    let before = found.last().map(|posting: &Posting| posting.row);
                    let at = found.len();
                    get_postings(entries.postings, entries.chunk, &mut found)?;
                    let after = found.get(at).map(|posting| posting.row);
                    is_sorted &=
                        before.is_none_or(|before| after.is_none_or(|after| before < after));
                }
            } else if entries.term() > word.bytes() {
                break 'blocks;
            }
        }
        block = tables.block_after(&begin)?;
    }
    if !is_sorted {
        // Of several terms with one beginning.
        found.sort_by_key(|posting| posting.row);
        found.dedup_by(|next, kept| {
            let same = next.row == kept.row;
            if same {
                kept.counts = add(kept.counts, next.counts);
            }
            same
        });
    }
    Ok(found)
}
