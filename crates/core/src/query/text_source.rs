//! What is asked of issues' texts, and the answers of the index.

use std::cell::RefCell;

use backlot_model::TextTest;
use roaring::RoaringBitmap;

use super::explain::ServedBy;
use crate::error::Result;
use crate::read::Snapshot;
use crate::text::{TextQuestion, TextSearch};

/// What plans ask of texts. Candidates and answers are rows of issues of one repository; an answer is
/// part of its candidates.
pub(crate) trait TextSource {
    /// The issues whose texts pass a test.
    fn matching(
        &self,
        repository: u32,
        test: &TextTest,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap>;

    /// The issues whose body or comments mention any of these logins, which are in lower case.
    fn mentioning(
        &self,
        repository: u32,
        logins: &[String],
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap>;

    /// The issues that any of these users commented on.
    fn commented_by(
        &self,
        repository: u32,
        users: &[u32],
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap>;

    /// How well each of these issues fits the tests, the more the better; what is left out fits worst.
    fn scores(
        &self,
        repository: u32,
        tests: &[&TextTest],
        issues: &RoaringBitmap,
    ) -> Result<Vec<(u32, i64)>>;

    /// What the answers come from.
    fn served_by(&self) -> ServedBy;
}

/// Answers by the index of words, and by the texts that it does not have yet.
pub(crate) struct Indexed<'a> {
    snapshot: &'a Snapshot,
    /// What the last scores came from: the repositories of a store are asked for the same texts, one after
    /// another, and the search for them goes through the whole store.
    scored: RefCell<Option<(Vec<TextTest>, TextSearch<'a>)>>,
}

impl<'a> Indexed<'a> {
    pub(crate) const fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            scored: RefCell::new(None),
        }
    }

    fn one(&self, question: TextQuestion<'_>, candidates: &RoaringBitmap) -> Result<RoaringBitmap> {
        let search = self.snapshot.search_texts(&[question], Some(candidates))?;
        Ok(search.sets(Some(candidates))?.pop().unwrap_or_default())
    }
}

impl TextSource for Indexed<'_> {
    fn matching(
        &self,
        _: u32,
        test: &TextTest,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap> {
        self.one(TextQuestion::Text(test), candidates)
    }

    fn mentioning(
        &self,
        _: u32,
        logins: &[String],
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap> {
        self.one(TextQuestion::Mentions(logins), candidates)
    }

    fn commented_by(
        &self,
        _: u32,
        users: &[u32],
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap> {
        self.one(TextQuestion::CommentedBy(users), candidates)
    }

    fn scores(
        &self,
        _: u32,
        tests: &[&TextTest],
        issues: &RoaringBitmap,
    ) -> Result<Vec<(u32, i64)>> {
        let mut scored = self.scored.borrow_mut();
        let is_known = scored
            .as_ref()
            .is_some_and(|(known, _)| known.iter().eq(tests.iter().copied()));
        if !is_known {
            let questions: Vec<_> = tests.iter().map(|test| TextQuestion::Text(test)).collect();
            let search = self.snapshot.search_texts(&questions, None)?;
            *scored = Some((tests.iter().map(|test| (*test).clone()).collect(), search));
        }
        let ranked = scored.as_ref().map(|(_, search)| rank(search, issues));
        Ok(ranked.unwrap_or_default())
    }

    fn served_by(&self) -> ServedBy {
        match self.snapshot.has_indexed_texts() {
            Ok(false) => ServedBy::Texts,
            _ => ServedBy::Words,
        }
    }
}

/// How well these issues fit what was looked up, as whole numbers.
pub(crate) fn rank(search: &TextSearch<'_>, issues: &RoaringBitmap) -> Vec<(u32, i64)> {
    let scores = search.scores(issues).into_iter();
    scores
        .map(|(row, score)| (row, (score * SCORE_STEPS) as i64))
        .collect()
}

/// Scores are compared as whole numbers, so that cursors can name them.
const SCORE_STEPS: f32 = 1_000_000.0;
