//! GitHub's objects on their way in.

mod cache;
mod census;
mod embed;
mod gather;
mod history;
mod intake;
mod keep;
mod kind;
mod layout;
mod object;
mod reader;
mod rules;
mod slots;

pub use kind::{Kind, UnknownKind};
pub use reader::{Batches, ReadOptions, Reader};
#[cfg(test)]
pub(crate) use slots::entry;
