//! Telling the text in raw HTML from its tags and comments.

use std::ops::Range;

/// Where in raw HTML a reader is. It goes on from one piece to the next of the same block.
#[derive(Default)]
pub(super) struct Html {
    at: At,
    name: String,
    code: usize,
    links: usize,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum At {
    #[default]
    Text,
    Comment,
    // Inside a tag, with the quote that is open.
    Tag(Option<u8>),
}

/// Elements whose text is code, and is searched for nothing.
const CODE: [&str; 7] = ["pre", "code", "tt", "samp", "script", "style", "textarea"];

impl Html {
    /// Whether text here is code.
    pub(super) const fn is_code(&self) -> bool {
        self.code > 0
    }

    /// Whether text here is the text of a link.
    pub(super) const fn is_link(&self) -> bool {
        self.links > 0
    }

    /// Ends the block: what was left open does not reach further.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Reads a piece of HTML, and hands over the stretches of text in it, code left out.
    pub(super) fn read(
        &mut self,
        source: &str,
        piece: Range<usize>,
        text: &mut dyn FnMut(Range<usize>, bool),
    ) {
        let bytes = &source.as_bytes()[..piece.end];
        let mut at = piece.start;
        while at < piece.end {
            match self.at {
                At::Text => {
                    let start = at;
                    while at < piece.end && !begins_markup(&bytes[at..]) {
                        at += 1;
                    }
                    if at > start && !self.is_code() {
                        text(start..at, !self.is_link());
                    }
                    if at == piece.end {
                        break;
                    }
                    if bytes[at..].starts_with(b"<!--") {
                        self.at = At::Comment;
                        at += 4;
                    } else {
                        at += 1;
                        let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'/';
                        let length = bytes[at..].iter().take_while(in_name).count();
                        self.name = source[at..at + length].to_ascii_lowercase();
                        self.at = At::Tag(None);
                        at += length;
                    }
                }
                At::Comment => {
                    let end = bytes[at..].windows(3).position(|three| three == b"-->");
                    match end {
                        Some(length) => {
                            at += length + 3;
                            self.at = At::Text;
                        }
                        None => at = piece.end,
                    }
                }
                At::Tag(quote) => {
                    match (quote, bytes[at]) {
                        (None, b'>') => self.end_tag(),
                        (None, byte @ (b'"' | b'\'')) => self.at = At::Tag(Some(byte)),
                        (Some(quote), byte) if quote == byte => self.at = At::Tag(None),
                        _ => {}
                    }
                    at += 1;
                }
            }
        }
    }

    fn end_tag(&mut self) {
        self.at = At::Text;
        let name = self.name.trim_end_matches('/');
        let (depth, closes) = match name.strip_prefix('/') {
            Some(name) if CODE.contains(&name) => (&mut self.code, true),
            Some("a") => (&mut self.links, true),
            None if CODE.contains(&name) => (&mut self.code, false),
            None if name == "a" => (&mut self.links, false),
            _ => return,
        };
        *depth = match closes {
            true => depth.saturating_sub(1),
            false => *depth + 1,
        };
    }
}

fn begins_markup(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?', ..]
    )
}
