//! What a forge's crate keeps beside the values of a record, as bytes: numbers, texts, values, and JSON.

mod raw;
mod values;
mod wire;

pub use raw::{Pieces, RawWriter};
pub use values::{ValueList, find, read, write};
pub use wire::{Bytes, VERSION, put_bytes, put_number, put_view};
