//! Blocks: runs of events, packed and compressed together.
//!
//! Value: version (1), compression (0 none, 1 zstd), varint of the uncompressed length, payload.
//! A block is cut at the first event that reaches [`TARGET`] bytes, so a long text has one to itself.

use std::cell::RefCell;

use zstd::bulk::Decompressor;

use crate::codec::{Malformed, Reader, put_varint};
use crate::error::{Error, Result};

/// How many uncompressed bytes a block gathers: small enough that one text is read fast, large enough
/// to compress well.
pub(crate) const TARGET: usize = 24 * 1024;

const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// The level of compression: above it, imports grow slower than files grow smaller.
const LEVEL: i32 = 3;
/// Blocks below this many bytes do not compress enough to be worth it.
const WORTH_COMPRESSING: usize = 256;
/// A block that says it is larger is damaged: its key has room for 85 MB of packed bytes.
const MOST: usize = 512 * 1024 * 1024;

/// Compresses blocks one after another, with the same memory.
pub(crate) struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(zstd::bulk::Compressor::new(LEVEL)?))
    }

    /// The value of a block whose uncompressed bytes are `raw`.
    pub(crate) fn pack(&mut self, raw: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(raw.len() / 2 + 64);
        out.push(VERSION);
        if raw.len() >= WORTH_COMPRESSING {
            let packed = self.0.compress(raw)?;
            if packed.len() < raw.len() {
                out.push(ZSTD);
                put_varint(&mut out, raw.len() as u64);
                out.extend_from_slice(&packed);
                return Ok(out);
            }
        }
        out.push(PLAIN);
        put_varint(&mut out, raw.len() as u64);
        out.extend_from_slice(raw);
        Ok(out)
    }
}

/// The uncompressed bytes of a block.
pub(crate) fn unpack(value: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader::new(value);
    if reader.byte()? != VERSION {
        return Err(Malformed("block version").into());
    }
    let compression = reader.byte()?;
    let length = usize::try_from(reader.varint()?).map_err(|_| Malformed("block length"))?;
    if length > MOST {
        return Err(Malformed("block length").into());
    }
    match compression {
        PLAIN => Ok(reader.rest().to_vec()),
        ZSTD => {
            let raw = decompress(reader.rest(), length)
                .map_err(|error| Error::from(Malformed("compressed block")).caused_by(error))?;
            if raw.len() == length {
                Ok(raw)
            } else {
                Err(Malformed("block length").into())
            }
        }
        _ => Err(Malformed("compression").into()),
    }
}

thread_local! {
    // To make one costs as much as to unpack a block with it.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn decompress(packed: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|held| match held {
        Some(held) => held.decompress(packed, length),
        None => held.insert(Decompressor::new()?).decompress(packed, length),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_whether_or_not_they_compress() {
        let mut packer = Packer::new().unwrap();
        for raw in [vec![], b"short".to_vec(), vec![b'x'; 100_000]] {
            assert_eq!(unpack(&packer.pack(&raw).unwrap()).unwrap(), raw);
        }
        assert!(packer.pack(&vec![b'x'; 100_000]).unwrap().len() < 1_000);
    }

    #[test]
    fn damaged_blocks_are_errors() {
        let mut value = Packer::new().unwrap().pack(&vec![b'x'; 1_000]).unwrap();
        value.truncate(value.len() - 3);
        assert!(unpack(&value).is_err());
        for value in [
            &[][..],
            &[9, 0, 0],
            &[1, 7, 0],
            &[1, 1, 255, 255, 255, 255, 255, 255, 255, 127],
        ] {
            assert!(unpack(value).is_err());
        }
    }
}
