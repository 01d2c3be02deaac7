//! What the query engine asks of the store, answered by the past: names and texts as they were, and the
//! index of the issues that a repository had.

use std::cell::RefCell;
use std::sync::{Arc, MutexGuard, PoisonError};

use backlot_model::{Field, Parent, Record, RecordId, RecordKind, RepositoryName, State, TextTest};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::kept::{Kept, Named};
use super::list::issue_of;
use super::looking::{Cut, Looking, Then, is_of};
use super::rows::{children_ever, contents_ever, repositories_ever, rows_ever};
use super::view::Past;
use crate::codec::TextPointer;
use crate::derive::RepositoryColumns;
use crate::error::Result;
use crate::query::{Asked, Found, Index, Names, ServedBy, Sources, TextSource, find, rank};
use crate::read::{Snapshot, for_each_row, rows_of_login};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;
use crate::store::texts::rows_of_tag;
use crate::text::{Comment, Document, TextQuestion};

/// One question to the past, while it is answered.
pub(super) struct Asking<'q, 'a> {
    past: &'q Past<'a>,
    looking: RefCell<Looking<'a>>,
}

impl<'q, 'a> Asking<'q, 'a> {
    pub(super) fn new(past: &'q Past<'a>) -> Self {
        Self {
            past,
            looking: RefCell::new(past.looking()),
        }
    }

    pub(super) fn into_looking(self) -> Looking<'a> {
        self.looking.into_inner()
    }

    const fn snapshot(&self) -> &'a Snapshot {
        self.past.snapshot
    }

    fn kept(&self) -> MutexGuard<'q, Kept> {
        let kept = self.past.kept.lock();
        kept.unwrap_or_else(PoisonError::into_inner)
    }

    fn then(&self, row: u32) -> Result<Option<Then>> {
        self.looking.borrow_mut().then(row)
    }

    /// The matches in some repositories, which are given with their names.
    pub(super) fn find(
        &self,
        repositories: Vec<(u32, String)>,
        asked: &Asked<'_>,
    ) -> Result<Found> {
        let sources = Sources {
            names: self,
            text: self,
            index: &|repository| self.index(repository),
        };
        find(&sources, repositories, asked)
    }

    /// The repository that had a name, as the engine takes it.
    pub(super) fn repository_named(&self, name: &RepositoryName) -> Result<(u32, String)> {
        let then = self.looking.borrow_mut().repository(name)?;
        let name = then.record.name().unwrap_or_default();
        Ok((then.row, name.to_owned()))
    }

    /// All repositories that were there, with their names.
    pub(super) fn repositories(&self) -> Result<Vec<(u32, String)>> {
        let mut found = Vec::new();
        for row in repositories_ever(self.snapshot())? {
            if let Some(then) = self.then(row)?.filter(Then::is_there) {
                found.push((row, then.record.name().unwrap_or_default().to_owned()));
            }
        }
        Ok(found)
    }

    /// The issues that a repository had.
    fn index(&self, repository: u32) -> Result<Arc<Index>> {
        if let Some(index) = self.kept().indexes.get(&repository) {
            return Ok(Arc::clone(index));
        }
        let mut columns = RepositoryColumns::default();
        let snapshot = self.snapshot();
        if let Some(home) = self.then(repository)? {
            let mut looking = self.looking.borrow_mut();
            for row in rows_ever(snapshot, repository, RecordKind::Issue)? {
                let Some(then) = issue_of(&mut looking, row, home.record.id())? else {
                    continue;
                };
                let has_card = has_card(&mut looking, &then)?;
                let mut row_of = |id| self.row_for(&then, id);
                let entry = columns.make_entry(row, &then.record, has_card, &mut row_of)?;
                columns.entries.push(entry);
            }
        }
        let index = Arc::new(Index::from_entries(columns));
        self.kept().indexes.insert(repository, Arc::clone(&index));
        Ok(index)
    }

    /// The row of a record that an issue refers to. What only the forge's events tell of has no row, and
    /// gets one behind all others.
    fn row_for(&self, issue: &Then, id: RecordId) -> Result<Option<u32>> {
        if let Some(row) = self.snapshot().row(id)? {
            return Ok(Some(row));
        }
        let Some(name) = issue.name_of(id) else {
            return Ok(None);
        };
        let first = self.snapshot().tables.last_row()?.saturating_add(1);
        Ok(Some(self.kept().made.row(first, id, Some(name))))
    }

    /// What the engine shows of a row that something refers to.
    pub(super) fn describe(&self, row: u32) -> Result<(RecordId, String)> {
        let snapshot = self.snapshot();
        let first = snapshot.tables.last_row()?.saturating_add(1);
        if let Some(known) = self.kept().made.get(first, row) {
            return Ok(known);
        }
        let head = snapshot.head(row)?.record;
        let mut looking = self.looking.borrow_mut();
        if let Some(name) = looking.name(head.id())? {
            return Ok((head.id(), name));
        }
        let name = head.name().or(head.title()).unwrap_or_default();
        Ok((head.id(), name.to_owned()))
    }

    /// The labels or milestones that a repository had.
    fn named(&self, repository: u32, kind: RecordKind) -> Result<Arc<Vec<Named>>> {
        if let Some(named) = self.kept().named.get(&(repository, kind.tag())) {
            return Ok(Arc::clone(named));
        }
        let mut found = Vec::new();
        if let Some(home) = self.then(repository)? {
            for row in rows_ever(self.snapshot(), repository, kind)? {
                let then = self.then(row)?.filter(Then::is_there);
                if let Some(then) = then.filter(|then| is_of(then, home.record.id())) {
                    let name = then.record.name().or(then.record.title());
                    found.push(Named {
                        row,
                        number: then.record.number(),
                        name: name.unwrap_or_default().to_lowercase(),
                    });
                }
            }
        }
        let found = Arc::new(found);
        let key = (repository, kind.tag());
        self.kept().named.insert(key, Arc::clone(&found));
        Ok(found)
    }

    fn rows_named(
        &self,
        repository: u32,
        kind: RecordKind,
        field: Field,
        name: &str,
    ) -> Result<Vec<u32>> {
        let wanted = name.to_lowercase();
        let named = self.named(repository, kind)?;
        let mut rows: Vec<u32> = named
            .iter()
            .filter(|named| named.name == wanted)
            .map(|named| named.row)
            .collect();
        if matches!(self.past.cut, Cut::Of(_)) {
            let id = super::names::made(field, &wanted);
            let first = self.snapshot().tables.last_row()?.saturating_add(1);
            // The index may not have been made yet; then it will use this row.
            rows.push(self.kept().made.row(first, id, None));
        }
        Ok(rows)
    }

    /// The users by login at the time of a commit.
    fn known_users(&self) -> Result<Arc<FxHashMap<String, Vec<u32>>>> {
        if let Some(users) = &self.kept().users {
            return Ok(Arc::clone(users));
        }
        let mut users: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        let snapshot = self.snapshot();
        let kind = RecordKind::User;
        for_each_row(&snapshot.tables, 0, kind, &mut |row| -> Result<()> {
            if let Some(then) = self.then(row)? {
                let login = then.record.name().unwrap_or_default().to_lowercase();
                users.entry(login).or_default().push(row);
            }
            Ok(())
        })?;
        let users = Arc::new(users);
        self.kept().users = Some(Arc::clone(&users));
        Ok(users)
    }

    /// The texts that an issue had.
    fn document(&self, row: u32) -> Result<Option<Document>> {
        let mut looking = self.looking.borrow_mut();
        let Some(issue) = looking.then(row)?.filter(Then::is_there) else {
            return Ok(None);
        };
        let snapshot = self.snapshot();
        let mut comments = Vec::new();
        for row in children_ever(snapshot, issue.row, RecordKind::Comment)? {
            let Some(comment) = looking.then(row)?.filter(Then::is_there) else {
                continue;
            };
            if !is_child(&comment.record, issue.record.id()) {
                continue;
            }
            let author = match comment.record.author() {
                Some(author) => snapshot.row(author)?.unwrap_or(0),
                None => 0,
            };
            comments.push(Comment {
                row,
                author,
                body: comment.record.body().copied(),
            });
        }
        Ok(Some(Document {
            title: issue.record.title().unwrap_or_default().to_owned(),
            body: issue.record.body().copied(),
            comments,
        }))
    }

    fn one(&self, question: TextQuestion<'_>, candidates: &RoaringBitmap) -> Result<RoaringBitmap> {
        let document = |row| self.document(row);
        let search = self
            .snapshot()
            .search_documents(&[question], candidates, false, &document)?;
        Ok(search.sets(Some(candidates))?.pop().unwrap_or_default())
    }
}

/// Whether a comment belonged to an issue. One whose parent is told by number stands where it stands now.
fn is_child(comment: &Record<TextPointer>, issue: RecordId) -> bool {
    match comment.parent() {
        Some(Parent::Record(parent)) => parent == issue,
        _ => true,
    }
}

/// Whether a card of any board showed an issue.
fn has_card(looking: &mut Looking<'_>, issue: &Then) -> Result<bool> {
    for row in contents_ever(looking.snapshot, issue.row, RecordKind::Card)? {
        let card = looking.then(row)?.filter(Then::is_there);
        if card.is_some_and(|card| card.record.issue() == Some(issue.record.id())) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Names for Asking<'_, '_> {
    fn labels(&self, repository: u32, name: &str) -> Result<Vec<u32>> {
        self.rows_named(repository, RecordKind::Label, Field::Labels, name)
    }

    fn milestones(&self, repository: u32, title: &str) -> Result<Vec<u32>> {
        self.rows_named(repository, RecordKind::Milestone, Field::Milestone, title)
    }

    fn milestone(&self, repository: u32, number: u64) -> Result<Option<u32>> {
        let named = self.named(repository, RecordKind::Milestone)?;
        let found = named.iter().find(|named| named.number == Some(number));
        Ok(found.map(|named| named.row))
    }

    fn users(&self, login: &str) -> Result<Vec<u32>> {
        match self.past.cut {
            // A forge knows its users by what they are called now.
            Cut::Of(_) => rows_of_login(&self.snapshot().tables, login),
            Cut::Known(_) => {
                let users = self.known_users()?;
                Ok(users
                    .get(&login.to_lowercase())
                    .cloned()
                    .unwrap_or_default())
            }
        }
    }

    fn repository(&self, name: &RepositoryName) -> Result<Option<u32>> {
        let found = self.looking.borrow_mut().find_repository(name)?;
        Ok(found.map(|then| then.row))
    }

    fn issue(&self, repository: u32, number: u64) -> Result<Option<u32>> {
        let snapshot = self.snapshot();
        let Some(home) = self.then(repository)? else {
            return Ok(None);
        };
        let is_it = |row: u32| -> Result<bool> {
            // What was deleted keeps its number, as it does now.
            let then = self.then(row)?.filter(|then| !then.record.is_absent());
            Ok(then.is_some_and(|then| {
                is_of(&then, home.record.id()) && then.record.number() == Some(number)
            }))
        };
        let now = snapshot
            .tables
            .number(keys::number(repository, Space::Issue, number))?;
        if let Some([row @ .., _]) = now
            && is_it(u32::from_be_bytes(row))?
        {
            return Ok(Some(u32::from_be_bytes(row)));
        }
        // The number may have passed to another issue since.
        for row in rows_ever(snapshot, repository, RecordKind::Issue)? {
            if is_it(row)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn is_open(&self, issue: u32) -> Result<bool> {
        let then = self.then(issue)?.filter(Then::is_there);
        Ok(then.is_some_and(|then| matches!(then.record.state(), None | Some(State::Open))))
    }

    fn title(&self, issue: u32) -> Result<String> {
        let then = self.then(issue)?;
        let title = then.as_ref().and_then(|then| then.record.title());
        Ok(title.unwrap_or_default().to_owned())
    }

    fn standing(&self, repository: u32) -> Result<(bool, bool)> {
        let then = self.then(repository)?;
        Ok(then.map_or((false, false), |then| {
            (then.record.is_private(), then.record.is_archived())
        }))
    }
}

impl TextSource for Asking<'_, '_> {
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

    /// What a word weighs depends on all texts that there were, so that all are read.
    fn scores(
        &self,
        _: u32,
        tests: &[&TextTest],
        issues: &RoaringBitmap,
    ) -> Result<Vec<(u32, i64)>> {
        let questions: Vec<_> = tests.iter().map(|test| TextQuestion::Text(test)).collect();
        let snapshot = self.snapshot();
        let all = rows_of_tag(&snapshot.tables, RecordKind::Issue.tag())?;
        let all: RoaringBitmap = all.into_iter().collect();
        let document = |row| self.document(row);
        let search = snapshot.search_documents(&questions, &all, true, &document)?;
        Ok(rank(&search, issues))
    }

    fn served_by(&self) -> ServedBy {
        ServedBy::Texts
    }
}
