/// Finds the end of one JSON object or list in bytes that come piece by piece.
///
/// It follows strings and nesting only, 64 bytes at a time and without branches on single bytes:
/// each block becomes one bit mask for quotes, backslashes, brackets and line breaks. Whether the
/// value is valid JSON is for its parser to say.
pub(super) struct Scanner {
    max_depth: u32,
    depth: u32,
    /// All ones while the previous block ended inside a string.
    quoted: u64,
    /// Whether the previous block ended in a backslash that escapes the byte after it.
    escaping: bool,
    /// The line breaks passed so far, all of them outside of strings.
    pub(super) lines: u64,
}

/// How far a scan came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value goes on after this many bytes, all of them scanned.
    More(usize),
    /// The value ends after this many bytes.
    End(usize),
    /// A raw line break lies in a string, at this byte.
    LineBreak(usize),
    /// The bracket at this byte is nested too deeply.
    TooDeep(usize),
}

const BLOCK: usize = 64;

impl Scanner {
    /// A scanner whose first byte is the opening bracket of a value.
    pub(super) fn new(max_depth: u32) -> Self {
        Self {
            max_depth,
            depth: 0,
            quoted: 0,
            escaping: false,
            lines: 0,
        }
    }

    /// Scans whole blocks, and what remains of them too if `last` says that no more will come.
    pub(super) fn scan(&mut self, bytes: &[u8], last: bool) -> Step {
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        for (number, block) in blocks.iter().enumerate() {
            if let Some(step) = self.block(block, number * BLOCK) {
                return step;
            }
        }
        let scanned = bytes.len() - rest.len();
        if !last || rest.is_empty() {
            return Step::More(scanned);
        }
        let mut block = [b' '; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        self.block(&block, scanned)
            .unwrap_or(Step::More(bytes.len()))
    }

    #[inline(always)]
    fn block(&mut self, block: &[u8; BLOCK], base: usize) -> Option<Step> {
        let backslashes = mask(block, b'\\', 0);
        let mut quotes = mask(block, b'"', 0);
        if backslashes != 0 || self.escaping {
            quotes &= !self.escaped(backslashes);
        }
        let quoted = running_parity(quotes) ^ self.quoted;
        // Brackets and braces differ in one bit, and their pairing is the parser's business.
        let opening = mask(block, b'{', 0x20) & !quoted;
        let closing = mask(block, b'}', 0x20) & !quoted;
        let breaks = mask(block, b'\n', 0);

        let (opened, closed) = (opening.count_ones(), closing.count_ones());
        let mut end = None;
        if closed >= self.depth || self.depth + opened > self.max_depth {
            match self.walk(opening, closing) {
                Walk::Open => {}
                Walk::End(at) => end = Some(at),
                Walk::TooDeep(at) => return Some(Step::TooDeep(base + at as usize)),
            }
        }
        let inside = end.map_or(u64::MAX, |at| u64::MAX >> (63 - at));
        let breaks = breaks & inside;
        if breaks & quoted != 0 {
            let at = (breaks & quoted).trailing_zeros();
            self.lines += u64::from((breaks & !(u64::MAX << at)).count_ones());
            return Some(Step::LineBreak(base + at as usize));
        }
        self.lines += u64::from(breaks.count_ones());
        if let Some(at) = end {
            return Some(Step::End(base + at as usize + 1));
        }
        self.depth = self.depth + opened - closed;
        self.quoted = 0u64.wrapping_sub(quoted >> 63);
        None
    }

    /// Follows the depth bracket by bracket, in the few blocks where it could reach a bound.
    fn walk(&self, opening: u64, closing: u64) -> Walk {
        let mut depth = self.depth;
        let mut brackets = opening | closing;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            if opening >> at & 1 == 1 {
                depth += 1;
                if depth > self.max_depth {
                    return Walk::TooDeep(at);
                }
            } else {
                depth -= 1;
                if depth == 0 {
                    return Walk::End(at);
                }
            }
            brackets &= brackets - 1;
        }
        Walk::Open
    }

    /// The bytes of a block that a backslash escapes.
    fn escaped(&mut self, mut backslashes: u64) -> u64 {
        let mut escaped = 0;
        if self.escaping {
            escaped = 1;
            backslashes &= !1;
            self.escaping = false;
        }
        while backslashes != 0 {
            let at = backslashes.trailing_zeros();
            if at == 63 {
                self.escaping = true;
                break;
            }
            escaped |= 2 << at;
            backslashes &= !(3 << at);
        }
        escaped
    }
}

enum Walk {
    Open,
    End(u32),
    TooDeep(u32),
}

/// One bit for each byte that equals `wanted` once the bits of `fold` are set.
///
/// Each byte leaves a different bit of itself, and a multiplication adds eight of them up into
/// one byte. In this form the compiler vectorises it, which the plain loop over bits is not.
#[inline(always)]
fn mask(block: &[u8; BLOCK], wanted: u8, fold: u8) -> u64 {
    let mut bits = [0u8; BLOCK];
    for (at, bit) in bits.iter_mut().enumerate() {
        *bit = if block[at] | fold == wanted {
            1 << (at % 8)
        } else {
            0
        };
    }
    let mut mask = 0;
    for (at, eight) in bits.as_chunks::<8>().0.iter().enumerate() {
        let sum = u64::from_le_bytes(*eight).wrapping_mul(0x0101_0101_0101_0101) >> 56;
        mask |= sum << (at * 8);
    }
    mask
}

/// For each bit, whether the bits up to and including it that are set are odd in number.
#[inline(always)]
fn running_parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
