//! The file: opening it, its tables, the log in it, and the transactions around it all.

pub(crate) mod block;
mod copy;
pub(crate) mod derived;
mod engine_error;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod meta;
mod open;
mod packing;
pub(crate) mod reading;
pub(crate) mod tables;
pub(crate) mod texts;
mod writer;

pub(crate) use open::guarded;
pub use open::{Store, StoreOptions};
