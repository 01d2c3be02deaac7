//! Where the store takes the time and its random bits from.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use backlot_model::{Digest, Timestamp};

/// The clock and the source of random bits, passed in so that the same inputs give the same log.
pub trait Environment: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Random bits that nobody has drawn before.
    fn random(&self) -> u128;
}

/// The clock of the machine and random bits of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_unix_milliseconds(
            i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX),
        )
    }

    fn random(&self) -> u128 {
        uuid::Uuid::new_v4().as_u128()
    }
}

/// A clock that advances by a second at each look, and random bits from a seed: for tests and for
/// stores that must come out byte for byte the same.
#[derive(Debug)]
pub struct SeededEnvironment {
    now: AtomicI64,
    seed: u64,
    drawn: AtomicU64,
}

impl SeededEnvironment {
    /// An environment that begins at `start`.
    pub const fn new(start: Timestamp, seed: u64) -> Self {
        Self {
            now: AtomicI64::new(start.unix_milliseconds()),
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Environment for SeededEnvironment {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_milliseconds(self.now.fetch_add(1_000, Ordering::Relaxed))
    }

    fn random(&self) -> u128 {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let digest = Digest::of_parts(&[&self.seed.to_le_bytes(), &drawn.to_le_bytes()]);
        u128::from_be_bytes(digest.short())
    }
}
