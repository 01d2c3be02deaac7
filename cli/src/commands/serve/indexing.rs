//! The index of texts, kept up to date beside the answers.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use backlot_core::{ErrorKind, Result as StoreResult, Store};

use super::tell;
use crate::error::{Error, Result};
use crate::output::text::count;

/// How long nothing may have been committed before what was is indexed.
pub(super) const QUIET: Duration = Duration::from_secs(3);

/// So many issues take a while.
pub(super) const MANY: u64 = 1000;

/// A thread that indexes texts: at once, and again whenever the store has changed and is quiet. It ends where this is
/// dropped.
pub(super) struct Indexing {
    thread: Option<JoinHandle<()>>,
    /// Nothing is sent; where it is gone, the thread ends.
    running: Option<Sender<()>>,
    stops: Arc<AtomicBool>,
}

impl Indexing {
    /// Begins. From so many issues on it is told on standard error.
    pub(super) fn start(store: Store, quiet: Duration, told: u64) -> Result<Self> {
        let (running, stopped) = mpsc::channel();
        let stops = Arc::new(AtomicBool::new(false));
        let work = Work {
            store,
            quiet,
            told,
            stopped,
            stops: Arc::clone(&stops),
        };
        let thread = thread::Builder::new().name("indexing".to_owned());
        Ok(Self {
            thread: Some(thread.spawn(move || work.run()).map_err(Error::from)?),
            running: Some(running),
            stops,
        })
    }
}

impl Drop for Indexing {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::Relaxed);
        drop(self.running.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    store: Store,
    quiet: Duration,
    told: u64,
    stopped: Receiver<()>,
    stops: Arc<AtomicBool>,
}

impl Work {
    fn run(&self) {
        if let Err(error) = self.follow() {
            // Searches find everything without it.
            tell(&format!("the texts are not indexed any more: {error}"));
        }
    }

    /// Indexes at once, and again after each change, until it is stopped.
    fn follow(&self) -> StoreResult<()> {
        let mut indexed = None;
        let mut seen = self.store.last_sequence()?;
        loop {
            let last = self.store.last_sequence()?;
            if indexed != Some(last) && (last == seen || indexed.is_none()) && self.index()? {
                indexed = Some(last);
            }
            seen = last;
            match self.stopped.recv_timeout(self.quiet) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Whether everything is indexed now.
    fn index(&self) -> StoreResult<bool> {
        let mut is_told = false;
        let report = self.store.index_texts(&mut |progress| {
            if progress.total >= self.told.max(MANY) && !is_told {
                is_told = true;
                tell(&format!(
                    "indexing the texts of {}; searches for words are slower until that is done",
                    count(progress.total, "issue", "issues")
                ));
            }
            match self.stops.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        match report {
            Ok(report) => {
                if report.issues >= self.told && report.is_complete {
                    let issues = count(report.issues, "issue", "issues");
                    tell(&format!("indexed the texts of {issues}"));
                }
                Ok(report.is_complete)
            }
            // Somebody writes for long; there is time.
            Err(error) if error.kind() == ErrorKind::Busy => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use backlot_core::StoreOptions;

    use super::*;

    #[test]
    fn it_ends_at_once_while_it_waits() {
        let store = StoreOptions::new().in_memory().unwrap();
        let hour = Duration::from_secs(3600);
        let indexing = Indexing::start(store, hour, u64::MAX).unwrap();
        thread::sleep(Duration::from_millis(20));
        let begun = Instant::now();
        drop(indexing);
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
}
