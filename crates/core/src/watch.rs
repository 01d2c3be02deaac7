//! Watching: what each commit did, told to any number of listeners in the process.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use backlot_model::{Commit, Event, EventKind, Field, RecordId, RecordKind};
use rustc_hash::FxHashMap;

use crate::codec::TextPointer;
use crate::error::Result;
use crate::read::rows;
use crate::store::Store;
use crate::store::reading::Read;

/// How many notices wait for a listener by default.
const WAITING: usize = 1024;

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSummary {
    /// The commit.
    pub commit: Commit,
    /// The repositories that it touched, by identifier and by name; the name is empty where the commit made
    /// the repository absent.
    pub repositories: Vec<(RecordId, String)>,
    /// The records that it touched, in the order in which it touched them first, the first
    /// [`CommitSummary::LISTED`] of them.
    pub records: Vec<RecordSummary>,
    /// Whether it touched more records than are listed.
    pub is_cut: bool,
    /// Whether it may change which comments are pinned.
    pub(crate) changes_pins: bool,
}

impl CommitSummary {
    /// How many records a summary lists at most.
    pub const LISTED: usize = 1000;
}

/// What a commit did to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSummary {
    /// The record.
    pub id: RecordId,
    /// What it is.
    pub kind: RecordKind,
    /// The repository that it belongs to.
    pub repository: Option<RecordId>,
    /// Its number now, where it has one.
    pub number: Option<u64>,
    /// What happened to it, each kind once.
    pub events: Vec<EventKind>,
}

/// What a listener is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A commit is on disk.
    Commit(Arc<CommitSummary>),
    /// The listener lagged: it was not told of this commit and of some after it. It must read again.
    Missed {
        /// The first commit that it was not told of.
        since: u64,
    },
}

/// A listener. What happened since it was made waits for it, up to a limit; dropping it ends it.
///
/// ```
/// use std::time::Duration;
///
/// use backlot_core::{Notice, StoreOptions};
/// use backlot_model::Actor;
///
/// let store = StoreOptions::new().in_memory()?;
/// let watch = store.watch();
/// let mut tx = store.write(Actor::login("mona"), "begin")?;
/// tx.create_repository(&"octo/hello".parse()?)?;
/// tx.commit()?;
/// let Some(Notice::Commit(summary)) = watch.next(Duration::from_secs(1)) else {
///     panic!("nothing was told");
/// };
/// assert_eq!((summary.commit.sequence, summary.commit.reason.as_str()), (1, "begin"));
/// assert_eq!(watch.try_next(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Watch {
    queue: Arc<Queue>,
}

#[derive(Debug)]
struct Queue {
    most: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    notices: VecDeque<Notice>,
    /// The store or the listener is gone.
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, summary: &Arc<CommitSummary>) {
        let mut state = self.lock();
        if state.notices.len() >= self.most {
            // Nothing that waits is worth more than what is missing: the listener reads again anyway.
            let since = match state.notices.front() {
                Some(Notice::Missed { since }) => *since,
                Some(Notice::Commit(first)) => first.commit.sequence,
                None => summary.commit.sequence,
            };
            state.notices.clear();
            state.notices.push_back(Notice::Missed { since });
        } else {
            state.notices.push_back(Notice::Commit(Arc::clone(summary)));
        }
        drop(state);
        self.changed.notify_all();
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }
}

impl Store {
    /// A listener that is told of every commit that this process makes to the store from now on, once it is
    /// on disk, in the order of the log. Up to 1,024 notices wait for it.
    pub fn watch(&self) -> Watch {
        self.watch_with(WAITING)
    }

    /// A listener for which up to `most` notices wait, and at least one.
    pub fn watch_with(&self, most: usize) -> Watch {
        let queue = Arc::new(Queue {
            most: most.max(1),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        self.watchers().lock().push(Arc::clone(&queue));
        Watch { queue }
    }
}

impl Watch {
    /// The next notice, after waiting for it for at most this long. None when there was none, and as soon
    /// as the store is closed.
    pub fn next(&self, timeout: Duration) -> Option<Notice> {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = self.queue.lock();
        loop {
            if let Some(notice) = state.notices.pop_front() {
                return Some(notice);
            }
            if state.is_closed {
                return None;
            }
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => timeout,
            };
            if left.is_zero() {
                return None;
            }
            let waited = self.queue.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The next notice, if there is one already.
    pub fn try_next(&self) -> Option<Notice> {
        self.queue.lock().notices.pop_front()
    }

    /// The notices as they come, until the store is closed: each step waits as long as it takes.
    pub fn notices(&self) -> impl Iterator<Item = Notice> {
        std::iter::from_fn(|| {
            loop {
                if let Some(notice) = self.next(Duration::from_secs(3600)) {
                    return Some(notice);
                }
                if self.queue.lock().is_closed {
                    return self.try_next();
                }
            }
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// The listeners of an open store.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Mutex<Vec<Arc<Queue>>>);

impl Watchers {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Queue>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells every listener of a commit that is on disk. To be called while the right to write is held, so
    /// that the order is that of the log.
    pub(crate) fn tell(&self, summary: CommitSummary) {
        let mut queues = self.lock();
        queues.retain(|queue| !queue.lock().is_closed);
        if queues.is_empty() {
            return;
        }
        let summary = Arc::new(summary);
        queues.iter().for_each(|queue| queue.push(&summary));
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.lock().iter().for_each(|queue| queue.close());
    }
}

/// What a summary is made of, gathered while a commit is written.
#[derive(Default)]
pub(crate) struct Gathered {
    records: Vec<RecordSummary>,
    places: FxHashMap<u32, usize>,
    repositories: Vec<RecordId>,
    is_cut: bool,
    changes_pins: bool,
}

impl Gathered {
    /// Adds an event about the record in a row (0 for none) of a repository.
    pub(crate) fn add(
        &mut self,
        row: u32,
        event: &Event<TextPointer>,
        repository: Option<RecordId>,
    ) {
        if row == 0 {
            return;
        }
        if event.record_kind == RecordKind::Comment {
            let is_plain = matches!(event.kind, EventKind::Created | EventKind::Edited);
            let mut changes = event.changes.iter();
            self.changes_pins |= !is_plain || changes.any(|change| change.field() == Field::Pinned);
        }
        if let Some(repository) = repository
            && !self.repositories.contains(&repository)
        {
            self.repositories.push(repository);
        }
        if let Some(at) = self.places.get(&row) {
            if let Some(record) = self.records.get_mut(*at) {
                record.repository = repository.or(record.repository);
                if !record.events.contains(&event.kind) {
                    record.events.push(event.kind);
                }
            }
            return;
        }
        if self.records.len() >= CommitSummary::LISTED {
            self.is_cut = true;
            return;
        }
        self.places.insert(row, self.records.len());
        self.records.push(RecordSummary {
            id: event.record,
            kind: event.record_kind,
            repository,
            number: None,
            events: vec![event.kind],
        });
    }

    /// What listeners are told of the commit.
    pub(crate) fn summary(mut self, commit: Commit, tables: &impl Read) -> Result<CommitSummary> {
        for (row, at) in &self.places {
            if let Some(record) = self.records.get_mut(*at) {
                record.number = rows::head(tables, *row)?.record.number();
            }
        }
        let mut repositories = Vec::with_capacity(self.repositories.len());
        for id in self.repositories {
            let name = match tables.row_of(id.to_bytes())? {
                Some(row) => rows::head(tables, row)?.record.name().map(str::to_owned),
                None => None,
            };
            repositories.push((id, name.unwrap_or_default()));
        }
        Ok(CommitSummary {
            commit,
            repositories,
            records: self.records,
            is_cut: self.is_cut,
            changes_pins: self.changes_pins,
        })
    }
}
