//! How far a long command is, on a terminal's standard error.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const BYTES: &str = "{msg} [{bar:30}] {bytes} of {total_bytes}, {elapsed}";
const OBJECTS: &str = "{msg}: {pos} objects, {elapsed}";
const FRAME: Duration = Duration::from_millis(100);

/// A line that shows how far a command is, and goes away when dropped. It is drawn by a thread of
/// its own, which watches a counter, so that the work never waits for the terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Watches how many of `total` bytes are read.
    pub(crate) fn of_bytes(read: Arc<AtomicU64>, total: u64, is_quiet: bool) -> Self {
        Self::new(BYTES, read, Some(total), is_quiet)
    }

    /// Watches how many objects are done, of nobody knows how many.
    pub(crate) fn of_objects(done: Arc<AtomicU64>, is_quiet: bool) -> Self {
        Self::new(OBJECTS, done, None, is_quiet)
    }

    fn new(template: &str, counter: Arc<AtomicU64>, total: Option<u64>, is_quiet: bool) -> Self {
        let target = if is_quiet {
            ProgressDrawTarget::hidden()
        } else {
            // Nothing is drawn where standard error is no terminal.
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        if bar.is_hidden() {
            return Self { bar, watcher: None };
        }
        let style = ProgressStyle::with_template(template);
        bar.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> "),
        );
        let (sender, receiver) = mpsc::channel();
        let watched = bar.clone();
        let watch = move || {
            while receiver.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
                watched.set_position(counter.load(Ordering::Relaxed));
            }
        };
        let watcher = thread::Builder::new()
            .name("progress".to_owned())
            .spawn(watch);
        let watcher = watcher.ok().map(|thread| (sender, thread));
        Self { bar, watcher }
    }

    /// Says what is being done now.
    pub(crate) fn stage(&self, what: &'static str) {
        self.bar.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.watcher.take() {
            drop(sender);
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
