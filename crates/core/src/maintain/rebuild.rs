//! Dropping the derived tables and filling them again from the log.

use std::ops::ControlFlow;
use std::sync::PoisonError;

use super::replay::replay;
use crate::derive::Derived;
use crate::error::Result;
use crate::store::derived::drop_derived;
use crate::store::tables::Tables;
use crate::store::texts::drop_texts;
use crate::store::{Store, meta};

/// What a rebuild did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RebuildReport {
    /// How many commits were replayed.
    pub commits: u64,
    /// How many events were replayed.
    pub events: u64,
}

impl Store {
    /// Drops every derived table and fills it again from the log, in one transaction. Texts that were indexed
    /// are indexed anew after that.
    ///
    /// # Errors
    /// `Corrupt` when the log cannot be read; the tables are then as they were.
    pub fn rebuild(&self) -> Result<RebuildReport> {
        let indexing = self.caches().texts.indexing.lock();
        let indexing = indexing.unwrap_or_else(PoisonError::into_inner);
        let lock = self.lock_writer()?;
        let was_indexed = self.read_texts()?.state()?.is_some();
        let report = self.rebuild_locked();
        drop(lock);
        drop(indexing);
        let report = report.and_then(|report| {
            if was_indexed {
                self.index_texts(&mut |_| ControlFlow::Continue(()))?;
            }
            Ok(report)
        });
        report.map_err(|error| error.at(self.path()))
    }

    fn rebuild_locked(&self) -> Result<RebuildReport> {
        let log = self.read_log()?;
        let mut transaction = self.begin_write()?;
        transaction.set_quick_repair(true);
        drop_derived(&transaction)?;
        drop_texts(&transaction)?;
        let (commits, events) = {
            let mut tables = Tables::open(&transaction)?;
            let replayed = replay(&log, &mut Derived::new(&mut tables)?)?;
            meta::set_derived_version(&mut tables)?;
            replayed
        };
        transaction.commit()?;
        self.caches().forget_indexes();
        self.caches().texts.forget();
        Ok(RebuildReport { commits, events })
    }
}
