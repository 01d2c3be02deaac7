//! Who may write: one transaction at a time. Another thread waits; the same thread is told that it is
//! busy, because it would wait for itself for ever.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

/// The right to write, held by one thread at a time.
#[derive(Debug, Default)]
pub(crate) struct WriterLock {
    holder: Mutex<Option<ThreadId>>,
    released: Condvar,
}

impl WriterLock {
    /// Takes the right to write, after waiting for at most `patience`.
    pub(crate) fn take(&self, patience: Duration) -> Result<()> {
        let me = std::thread::current().id();
        let deadline = Instant::now() + patience;
        let mut holder = self.holder.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match *holder {
                None => {
                    *holder = Some(me);
                    return Ok(());
                }
                Some(other) if other == me => {
                    let detail = "this thread has a write transaction open already";
                    return Err(Error::new(ErrorKind::Busy, "", detail));
                }
                Some(_) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        let detail = "another thread is writing and did not finish in time";
                        return Err(Error::new(ErrorKind::Busy, "", detail));
                    }
                    let waited = self.released.wait_timeout(holder, left);
                    holder = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// Gives the right to write back.
    pub(crate) fn release(&self) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.released.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_is_busy_and_another_waits() {
        let lock = WriterLock::default();
        lock.take(Duration::ZERO).unwrap();
        assert_eq!(
            lock.take(Duration::from_secs(60)).unwrap_err().kind(),
            ErrorKind::Busy
        );
        std::thread::scope(|scope| {
            let waiting =
                scope.spawn(|| lock.take(Duration::from_secs(60)).map(|()| lock.release()));
            std::thread::sleep(Duration::from_millis(5));
            lock.release();
            waiting.join().unwrap().unwrap();
        });
        lock.take(Duration::ZERO).unwrap();
    }
}
