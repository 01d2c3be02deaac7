//! What snapshots share: blocks of the log that were unpacked lately, and list columns.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::derive::RepositoryColumns;
use crate::error::Result;
use crate::text::TextCache;

/// How many bytes of unpacked blocks are kept.
const BLOCK_BYTES: usize = 24 * 1024 * 1024;
/// How many repositories' columns are kept.
const REPOSITORIES: usize = 16;

/// Caches of one open store. Blocks never change once they are written, so they are good for any
/// snapshot; columns are good for the commit that they were loaded at.
#[derive(Default)]
pub(crate) struct Caches {
    blocks: Mutex<Blocks>,
    columns: Mutex<FxHashMap<u32, (u64, Arc<RepositoryColumns>)>>,
    pub(crate) texts: TextCache,
}

#[derive(Default)]
struct Blocks {
    held: FxHashMap<u64, Arc<Vec<u8>>>,
    order: VecDeque<u64>,
    bytes: usize,
}

impl Caches {
    /// The block, from memory or else as `load` gives it.
    pub(crate) fn block(
        &self,
        number: u64,
        load: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<Arc<Vec<u8>>> {
        if let Some(block) = self
            .blocks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .held
            .get(&number)
        {
            return Ok(Arc::clone(block));
        }
        let block = Arc::new(load()?);
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if blocks.held.insert(number, Arc::clone(&block)).is_none() {
            blocks.order.push_back(number);
            blocks.bytes += block.len();
        }
        while blocks.bytes > BLOCK_BYTES && blocks.order.len() > 1 {
            let Some(oldest) = blocks.order.pop_front() else {
                break;
            };
            if let Some(dropped) = blocks.held.remove(&oldest) {
                blocks.bytes -= dropped.len();
            }
        }
        Ok(block)
    }

    /// Forgets the columns, because the table they came from was filled anew.
    pub(crate) fn forget_columns(&self) {
        self.columns
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The columns of a repository as of a commit, from memory or else as `load` gives them.
    pub(crate) fn columns(
        &self,
        repository: u32,
        sequence: u64,
        load: impl FnOnce() -> Result<RepositoryColumns>,
    ) -> Result<Arc<RepositoryColumns>> {
        {
            let held = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, columns)) = held.get(&repository)
                && *at == sequence
            {
                return Ok(Arc::clone(columns));
            }
        }
        let columns = Arc::new(load()?);
        let mut held = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= REPOSITORIES {
            held.clear();
        }
        held.insert(repository, (sequence, Arc::clone(&columns)));
        Ok(columns)
    }
}
