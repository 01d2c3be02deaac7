//! Cutting a long text into pieces that a target takes.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// What stands before a text that goes on.
const CONTINUED: &str = "*(continued)*\n\n";
/// What stands behind one that goes on elsewhere.
const GOES_ON: &str = "\n\n*(continued in the next comment)*";
/// How much of the line that opens a block of code is written again where the block is cut.
const LONGEST_FENCE: usize = 100;

/// A piece of a text, and what is written before and behind it where it stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// That the text goes on here; the opening of a block of code that was cut.
    pub before: String,
    /// The bytes of the text.
    pub range: Range<usize>,
    /// The end of a block of code that was cut; that the text goes on elsewhere.
    pub after: String,
}

impl Piece {
    /// The piece as it stands alone.
    pub fn rendered(&self, text: &str) -> String {
        let own = text.get(self.range.clone()).unwrap_or_default();
        [self.before.as_str(), own, &self.after].concat()
    }
}

/// Cuts a text into pieces of at most `most` characters each, with all that is written around them. The pieces
/// put together are the text again.
///
/// A cut is made between two blocks of Markdown if there is one in the last three quarters of what fits, else
/// between lines, else at white space, else between any two characters. A block of code that is cut is closed,
/// and opened again.
pub fn split_text(text: &str, most: usize) -> Vec<Piece> {
    if super::text::longer_than(text, most).is_none() {
        return vec![Piece {
            before: String::new(),
            range: 0..text.len(),
            after: String::new(),
        }];
    }
    let blocks = Blocks::of(text);
    let reserve = CONTINUED.len() + GOES_ON.len() + blocks.reserve();
    let room = most.saturating_sub(reserve).max(1);
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut start, mut before) = (0, String::new());
    loop {
        let rest = &text[start..];
        let around = before.chars().count();
        if super::text::longer_than(rest, most.saturating_sub(around).max(1)).is_none() {
            let range = start..text.len();
            let after = String::new();
            pieces.push(Piece {
                before,
                range,
                after,
            });
            return pieces;
        }
        let end = rest
            .char_indices()
            .nth(room)
            .map_or(text.len(), |(at, _)| start + at);
        let cut = blocks.cut(text, start, end);
        let mut after = String::new();
        let mut next = CONTINUED.to_owned();
        if let Some(code) = blocks.code_at(cut) {
            if !text[..cut].ends_with('\n') {
                after.push('\n');
            }
            after.push_str(&code.fence);
            next.push_str(&code.opening);
            next.push('\n');
        }
        after.push_str(GOES_ON);
        let range = start..cut;
        pieces.push(Piece {
            before,
            range,
            after,
        });
        (start, before) = (cut, next);
    }
}

/// A block of code between fences.
struct Code {
    // The bytes between the lines of its fences.
    inside: Range<usize>,
    fence: String,
    opening: String,
}

/// The blocks of a Markdown text that are in no other block.
#[derive(Default)]
struct Blocks {
    // Where the lines begin with which they begin.
    starts: Vec<usize>,
    codes: Vec<Code>,
}

impl Blocks {
    fn of(text: &str) -> Self {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut blocks = Self::default();
        let mut depth = 0_usize;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(tag) => {
                    if depth == 0 {
                        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
                        blocks.starts.push(line);
                        if matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_))) {
                            blocks.codes.extend(Code::read(text, range));
                        }
                    }
                    depth += 1;
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        blocks
    }

    /// How many characters closing and opening a block of code can take.
    fn reserve(&self) -> usize {
        let lengths = self
            .codes
            .iter()
            .map(|code| code.fence.chars().count() + code.opening.chars().count() + 2);
        lengths.max().unwrap_or(0)
    }

    /// The best place after `start` and up to `end` for a cut.
    fn cut(&self, text: &str, start: usize, end: usize) -> usize {
        let window = &text[start..end];
        let least = start + window.len() / 4;
        let at = self.starts.partition_point(|begin| *begin <= end);
        let block = at.checked_sub(1).and_then(|at| self.starts.get(at));
        if let Some(block) = block.filter(|block| **block > least) {
            return *block;
        }
        let after = |at: usize, c: char| start + at + c.len_utf8();
        let line = window.rfind('\n').map(|at| after(at, '\n'));
        let blank = || {
            let (at, c) = window
                .char_indices()
                .rev()
                .find(|(_, c)| c.is_whitespace())?;
            Some(after(at, c))
        };
        line.filter(|line| *line > least)
            .or_else(|| blank().filter(|blank| *blank > least))
            .unwrap_or(end)
    }

    /// The block of code in which a place is.
    fn code_at(&self, at: usize) -> Option<&Code> {
        self.codes
            .iter()
            .find(|code| code.inside.start <= at && at < code.inside.end)
    }
}

impl Code {
    /// Reads the fence with which a block of code begins.
    fn read(text: &str, range: Range<usize>) -> Option<Self> {
        let written = text.get(range.clone())?;
        let line = written.lines().next()?;
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let fence: String = line.chars().take_while(|c| *c == mark).collect();
        let opening = match super::text::longer_than(line, LONGEST_FENCE) {
            None => line.trim_end().to_owned(),
            Some(_) => fence.clone(),
        };
        let first = written.find('\n').map_or(written.len(), |at| at + 1);
        // A cut right before the fence that ends it would leave an empty block, which does no harm.
        Some(Self {
            inside: range.start + first..range.end,
            fence,
            opening,
        })
    }
}
