//! How many connections are open, and which one goes when there are too many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

/// What stands for a connection that does not wait for its client.
const AT_WORK: u64 = u64::MAX;

/// A number of connections that may be open at the same time. When one more comes, the one goes that has waited for its
/// client for longest, so that clients that connect and say nothing never keep others out.
pub(super) struct Places {
    most: usize,
    begun: Instant,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    open: HashMap<u64, Arc<State>>,
}

struct State {
    /// For how long the places stood when the connection began to wait for its client.
    waits_since: AtomicU64,
    leave: Notify,
}

/// The place of one connection.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    state: Arc<State>,
}

impl Places {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            begun: Instant::now(),
            taken: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// A place for one more connection, if need be that of another one.
    pub(super) async fn take(self: &Arc<Self>) -> Place {
        loop {
            if let Some(place) = self.try_take() {
                return place;
            }
            self.freed.notified().await;
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<Place> {
        let mut taken = self.lock();
        if taken.open.len() >= self.most {
            let longest = taken
                .open
                .values()
                .min_by_key(|state| state.waits_since.load(Ordering::Relaxed))?;
            // Where all are at work, the first to be done makes room.
            if longest.waits_since.swap(AT_WORK, Ordering::Relaxed) != AT_WORK {
                longest.leave.notify_one();
            }
            return None;
        }
        let number = taken.next;
        taken.next += 1;
        let state = Arc::new(State {
            waits_since: AtomicU64::new(self.now()),
            leave: Notify::new(),
        });
        taken.open.insert(number, Arc::clone(&state));
        Some(Place {
            places: Arc::clone(self),
            number,
            state,
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(AT_WORK - 1)
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A request is being answered.
    pub(super) fn works(&self) {
        self.state.waits_since.store(AT_WORK, Ordering::Relaxed);
    }

    /// Whatever comes next, the client does it.
    pub(super) fn waits(&self) {
        let now = self.places.now();
        self.state.waits_since.store(now, Ordering::Relaxed);
        // Who found all places at work looks again.
        self.places.freed.notify_one();
    }

    /// Ends when another connection needs the place.
    pub(super) async fn is_needed(&self) {
        self.state.leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().open.remove(&self.number);
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_waited_for_longest_goes() {
        let places = Places::new(2);
        let first = places.try_take().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let second = places.try_take().unwrap();
        first.works();
        assert!(places.try_take().is_none());
        let is_asked = |place: &Place| place.state.waits_since.load(Ordering::Relaxed) == AT_WORK;
        assert!(is_asked(&second));
        drop(second);
        let third = places.try_take().unwrap();
        third.works();
        assert!(places.try_take().is_none());
        first.waits();
        assert!(places.try_take().is_none() && is_asked(&first));
    }

    #[test]
    fn who_comes_while_all_are_at_work_gets_the_place_of_the_first_to_be_done() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let places = Places::new(1);
            let busy = places.take().await;
            busy.works();
            let taken = tokio::spawn({
                let places = Arc::clone(&places);
                async move { places.take().await }
            });
            tokio::task::yield_now().await;
            assert!(!taken.is_finished());
            busy.waits();
            busy.is_needed().await;
            drop(busy);
            taken.await.unwrap();
        });
    }
}
