//! What a reader reads, in a thread of its own.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use backlot_model::Incoming;

use crate::Error;
use crate::input::Flow;

/// How many batches wait for a slower taker.
const WAITING: usize = 4;

/// What a reader reads, some hundred things at a time.
pub struct Batches {
    receiver: Receiver<Result<Vec<Incoming>, Error>>,
    failed: Option<Error>,
}

impl Batches {
    /// What `read` hands on, which runs in a thread of this name.
    pub fn of(
        name: &str,
        read: impl FnOnce(
            &mut dyn FnMut(&mut Vec<Incoming>) -> Result<Flow, Error>,
        ) -> Result<(), Error>
        + Send
        + 'static,
    ) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let spawned = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let failed = read(&mut |batch| Ok(send(&sender, Ok(std::mem::take(batch)))));
            if let Err(error) = failed {
                send(&sender, Err(error));
            }
        });
        Self {
            receiver,
            failed: spawned.err().map(Error::from),
        }
    }
}

fn send(
    sender: &SyncSender<Result<Vec<Incoming>, Error>>,
    batch: Result<Vec<Incoming>, Error>,
) -> Flow {
    match sender.send(batch) {
        Ok(()) => Flow::Continue,
        Err(_) => Flow::Stop,
    }
}

impl Iterator for Batches {
    type Item = Result<Vec<Incoming>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.failed.take() {
            Some(error) => Some(Err(error)),
            None => self.receiver.recv().ok(),
        }
    }
}
