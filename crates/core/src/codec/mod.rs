//! The bytes on disk: our own encoding, versioned, so that neither the engine nor a serializer decides
//! what a file means. `docs/file-format.md` describes every byte.

mod commit;
mod event;
mod head;
mod value;
mod wire;

pub(crate) use commit::{Extent, decode_commit, encode_commit, hash_commit, hash_stored};
pub(crate) use event::{decode_event, encode_event};
pub(crate) use head::{Head, decode_head, encode_head, head_id};
pub(crate) use wire::{Malformed, Reader, put_bytes, put_signed, put_varint};

/// Where a text lies in the log: in the uncompressed bytes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextPointer {
    /// The block.
    pub(crate) block: u64,
    /// Where in the block the text begins.
    pub(crate) offset: u32,
    /// How many bytes it has.
    pub(crate) length: u32,
}

/// Where an event lies in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventPointer {
    /// The block.
    pub(crate) block: u64,
    /// Where in the block the event begins.
    pub(crate) offset: u32,
}
