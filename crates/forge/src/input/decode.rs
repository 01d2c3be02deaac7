use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Limits;
use crate::{Error, ErrorKind};

/// What a zstd frame may ask for as its window: 128 MiB, the most that `zstd -d` takes unasked.
const WINDOW_LOG: u32 = 27;
const INPUT_BUFFER: usize = 64 * 1024;

/// Counts what one visit reads and what becomes of it, over all layers of compression.
#[derive(Clone)]
pub(super) struct Budget {
    consumed: Arc<AtomicU64>,
    expanded: Arc<AtomicU64>,
    max_ratio: u64,
    max_expanded: u64,
    /// The size of the input, where it may be read more than once over.
    total: u64,
}

impl Budget {
    /// The same for an input of this size, whose parts may overlap.
    pub(super) fn of_total(mut self, total: u64) -> Self {
        self.total = total;
        self
    }

    /// A budget of which nothing is used, that counts the input in `consumed`.
    pub(super) fn new(consumed: Arc<AtomicU64>, limits: &Limits) -> Self {
        consumed.store(0, Ordering::Relaxed);
        let Limits {
            max_ratio,
            max_expanded,
            ..
        } = *limits;
        Self {
            consumed,
            expanded: Arc::default(),
            max_ratio,
            max_expanded,
            total: u64::MAX,
        }
    }

    fn spend(&self, bytes: usize) -> Result<(), Error> {
        let expanded = self.expanded.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        let consumed = self.consumed.load(Ordering::Relaxed);
        if expanded
            > consumed
                .saturating_mul(self.max_ratio)
                .saturating_add(self.max_expanded)
        {
            let message =
                format!("decompressing {consumed} bytes gave {expanded} bytes, which is too many");
            return Err(Error::new(ErrorKind::Bomb, message));
        }
        Ok(())
    }
}

/// The bytes of a file as they lie on the disk.
pub(super) struct Raw<R> {
    pub(super) reader: R,
    pub(super) budget: Budget,
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(into) {
                Ok(count) => {
                    let Budget {
                        consumed, total, ..
                    } = &self.budget;
                    consumed.fetch_add(count as u64, Ordering::Relaxed);
                    consumed.fetch_min(*total, Ordering::Relaxed);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What a decompressor reports as it comes up is no fault of the compressed data.
                Err(error) => return Err(Error::from(error).into()),
            }
        }
    }
}

impl<R: Seek> Seek for Raw<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

pub(super) type Peeked<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// A reader and the bytes that it begins with, which are still to be read.
pub(super) fn peek<R: Read>(mut reader: R, count: usize) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut head = Vec::with_capacity(count);
    reader.by_ref().take(count as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// Decompresses a stream once if its first bytes say that it is compressed.
pub(super) fn decode<'a>(
    reader: impl Read + 'a,
    budget: &Budget,
) -> Result<Box<dyn Read + 'a>, Error> {
    let (head, reader) = peek(reader, 6)?;
    let budget = budget.clone();
    Ok(match head[..] {
        // The second form is a skippable frame, which may come before the first real one.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            let input = io::BufReader::with_capacity(INPUT_BUFFER, reader);
            let mut decoder = zstd::Decoder::with_buffer(input)?;
            decoder.window_log_max(WINDOW_LOG)?;
            Box::new(Expanded { decoder, budget })
        }
        [0x1f, 0x8b, ..] => {
            let input = io::BufReader::with_capacity(INPUT_BUFFER, reader);
            Box::new(Expanded {
                decoder: flate2::bufread::MultiGzDecoder::new(input),
                budget,
            })
        }
        _ => match unsupported(&head) {
            Some(name) => Box::new(Unsupported(name)),
            None => Box::new(reader),
        },
    })
}

fn unsupported(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Some("xz"),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41] => Some("bzip2"),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some("zip"),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c] => Some("7z"),
        _ => None,
    }
}

/// A file of a format that is only refused by whoever reads it, as it may be an attachment.
struct Unsupported(&'static str);

impl Read for Unsupported {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        let message = match self.0 {
            "zip" => {
                "a zip inside of a folder or an archive is not supported; unpack it".to_owned()
            }
            name => format!("{name} is not supported; use zstd or gzip, or unpack it"),
        };
        Err(Error::new(ErrorKind::Compression, message).into())
    }
}

/// What a decompressor gives, as long as the budget lasts.
pub(super) struct Expanded<D> {
    pub(super) decoder: D,
    pub(super) budget: Budget,
}

impl<D: Read> Read for Expanded<D> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.decoder.read(into) {
            Ok(count) => {
                self.budget.spend(count)?;
                Ok(count)
            }
            Err(error) if error.get_ref().is_some_and(|inner| inner.is::<Error>()) => Err(error),
            Err(error) => {
                let message = match error.kind() {
                    io::ErrorKind::UnexpectedEof => "the compressed data is cut off",
                    _ => "the compressed data cannot be read",
                };
                Err(Error::new(ErrorKind::Compression, message)
                    .caused_by(error)
                    .into())
            }
        }
    }
}
