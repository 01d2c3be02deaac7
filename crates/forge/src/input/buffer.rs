use std::io::{self, Read};
use std::ops::Range;

/// What is read at once when there is much to read.
const LARGE: usize = 256 * 1024;
/// What is read at first, as many files are small.
const SMALL: usize = 32 * 1024;

/// Bytes of a reader that are not used yet, in one piece that grows only as it must.
pub(super) struct Buffer<R> {
    reader: R,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    filled: bool,
    most: usize,
    /// Whether the reader has nothing more to give.
    pub(super) ended: bool,
    /// How many bytes of the reader were used up.
    pub(super) offset: u64,
}

impl<R: Read> Buffer<R> {
    /// A buffer in the memory of `bytes`, of which at most `most` are unused at any fill.
    pub(super) fn new(reader: R, mut bytes: Vec<u8>, most: usize) -> Self {
        if bytes.is_empty() {
            bytes.resize(SMALL, 0);
        }
        let most = most.saturating_add(LARGE);
        Self {
            most,
            reader,
            bytes,
            start: 0,
            end: 0,
            filled: false,
            ended: false,
            offset: 0,
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn data(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Uses up the first bytes and returns where [`Buffer::used`] finds them until the next fill.
    pub(super) fn consume(&mut self, count: usize) -> Range<usize> {
        let used = self.start..self.start + count;
        self.start = used.end;
        self.offset += count as u64;
        used
    }

    pub(super) fn used(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    /// Reads once behind the present bytes, which may move; notes when there is nothing more.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.make_room();
        let until = self.bytes.len().min(self.end + LARGE);
        let read = loop {
            match self.reader.read(&mut self.bytes[self.end..until]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += read;
        self.ended = read == 0;
        self.filled = self.end == self.bytes.len();
        Ok(())
    }

    fn make_room(&mut self) {
        let size = self.bytes.len();
        let held = self.end - self.start;
        // Moving no more than was used up keeps all moves together linear in the input.
        if self.start > 0 && (held <= self.start || size - self.end <= size / 4) {
            self.bytes.copy_within(self.start..self.end, 0);
            self.start = 0;
            self.end = held;
        }
        if self.filled && size < LARGE {
            self.grow(LARGE);
        } else if size - self.end <= size / 4 {
            self.grow(size.saturating_mul(2).min(self.most));
        } else if size > 16 * LARGE && self.end < LARGE / 2 {
            // One giant value is no reason to keep its room for all that follow.
            self.bytes.truncate(LARGE);
            self.bytes.shrink_to_fit();
        }
    }

    fn grow(&mut self, size: usize) {
        let more = size.saturating_sub(self.bytes.len());
        self.bytes.reserve_exact(more);
        self.bytes.resize(self.bytes.len() + more, 0);
    }
}
