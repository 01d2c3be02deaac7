//! Hashing and compressing the blocks of a commit: at once for a small one, in a thread of its own for
//! an import, so that the tables are filled meanwhile.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use backlot_model::Digest;

use super::block::Packer;
use crate::error::{Error, Result};

/// How many blocks wait to be packed at most, which bounds the memory.
const WAITING: usize = 16;

/// The number of a block and its value.
type Packed = (u64, Vec<u8>);

/// Takes raw blocks in order and gives them back packed, in the same order.
pub(crate) enum Packing {
    Here {
        packer: Packer,
        hasher: Box<blake3::Hasher>,
        packed: VecDeque<Packed>,
    },
    Thread(Worker),
}

/// A thread that packs, and the blocks that are on their way through it.
pub(crate) struct Worker {
    raw: SyncSender<Arc<Vec<u8>>>,
    packed: Receiver<Result<Vec<u8>>>,
    on_their_way: VecDeque<(u64, Arc<Vec<u8>>)>,
    thread: JoinHandle<Digest>,
}

impl Packing {
    /// Packs each block when it is pushed.
    pub(crate) fn here() -> Result<Self> {
        let (packer, packed) = (Packer::new()?, VecDeque::new());
        Ok(Self::Here {
            packer,
            hasher: Box::default(),
            packed,
        })
    }

    /// Packs in a thread of its own.
    pub(crate) fn in_thread() -> Result<Self> {
        let mut packer = Packer::new()?;
        let (raw, incoming) = sync_channel::<Arc<Vec<u8>>>(WAITING);
        let (outgoing, packed) = sync_channel(2 * WAITING);
        let thread = std::thread::Builder::new()
            .name("backlot-pack".to_owned())
            .spawn(move || {
                let mut hasher = blake3::Hasher::new();
                for block in incoming {
                    hasher.update(&block);
                    // Nobody takes it any more when the import has failed.
                    if outgoing.send(packer.pack(&block)).is_err() {
                        break;
                    }
                }
                Digest::from_bytes(*hasher.finalize().as_bytes())
            })?;
        Ok(Self::Thread(Worker {
            raw,
            packed,
            on_their_way: VecDeque::new(),
            thread,
        }))
    }

    /// Hands in the next block.
    pub(crate) fn push(&mut self, number: u64, raw: Vec<u8>) -> Result<()> {
        match self {
            Self::Here {
                packer,
                hasher,
                packed,
            } => {
                hasher.update(&raw);
                packed.push_back((number, packer.pack(&raw)?));
                Ok(())
            }
            Self::Thread(worker) => {
                let raw = Arc::new(raw);
                worker.on_their_way.push_back((number, Arc::clone(&raw)));
                worker.raw.send(raw).map_err(|_| gone())
            }
        }
    }

    /// The next packed block, if there is one by now.
    pub(crate) fn next_ready(&mut self) -> Result<Option<Packed>> {
        match self {
            Self::Here { packed, .. } => Ok(packed.pop_front()),
            Self::Thread(worker) if worker.on_their_way.len() >= WAITING => worker
                .take(worker.packed.recv().map_err(|_| gone()))
                .map(Some),
            Self::Thread(worker) => match worker.packed.try_recv() {
                Ok(packed) => worker.take(Ok(packed)).map(Some),
                Err(_) => Ok(None),
            },
        }
    }

    /// A block that was handed in and has not come back yet.
    pub(crate) fn raw(&self, number: u64) -> Option<&[u8]> {
        match self {
            Self::Here { .. } => None,
            Self::Thread(worker) => {
                let found = worker
                    .on_their_way
                    .iter()
                    .find(|(known, _)| *known == number);
                found.map(|(_, raw)| raw.as_slice())
            }
        }
    }

    /// The blocks that are still on their way, and the hash over all.
    pub(crate) fn finish(self) -> Result<(Vec<Packed>, Digest)> {
        match self {
            Self::Here { hasher, packed, .. } => Ok((
                packed.into(),
                Digest::from_bytes(*hasher.finalize().as_bytes()),
            )),
            Self::Thread(mut worker) => {
                let mut rest = Vec::with_capacity(worker.on_their_way.len());
                while !worker.on_their_way.is_empty() {
                    let packed = worker.packed.recv().map_err(|_| gone());
                    rest.push(worker.take(packed)?);
                }
                drop(worker.raw);
                Ok((rest, worker.thread.join().map_err(|_| gone())?))
            }
        }
    }
}

impl Worker {
    fn take(&mut self, packed: Result<Result<Vec<u8>>>) -> Result<Packed> {
        let (number, _) = self.on_their_way.pop_front().ok_or_else(gone)?;
        Ok((number, packed??))
    }
}

fn gone() -> Error {
    Error::new(
        crate::ErrorKind::Io,
        "",
        "the thread that compresses the log ended early",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_give_the_same() {
        let run = |mut packing: Packing| {
            let mut packed = Vec::new();
            for number in 0..50u64 {
                packing
                    .push(number, format!("block {number} ").repeat(200).into_bytes())
                    .unwrap();
                packed.extend(packing.next_ready().unwrap());
            }
            let (rest, digest) = packing.finish().unwrap();
            packed.extend(rest);
            assert!(packed.iter().map(|(number, _)| *number).eq(0..50));
            (packed, digest)
        };
        assert_eq!(
            run(Packing::here().unwrap()),
            run(Packing::in_thread().unwrap())
        );
    }
}
