use crate::error::{Error, ErrorKind, Place};

/// One JSON value of a file, as text that is not parsed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// The value's own text, without what stands around it.
    pub text: &'a str,
    /// The file it comes from, as it can be shown.
    pub file: &'a str,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The offset of its first byte in the decompressed file.
    pub offset: u64,
    /// Its place, from 0, in the list that the file's top level holds, if it is in one.
    pub index: Option<u64>,
}

/// The JSON path of a value at the top level.
pub(super) fn path(index: Option<u64>) -> String {
    index.map_or_else(|| "$".to_owned(), |index| format!("$[{index}]"))
}

impl Value<'_> {
    /// The place where the value begins.
    pub fn place(&self) -> Place {
        let path = self
            .index
            .map_or_else(|| "$".to_owned(), |index| format!("$[{index}]"));
        Place {
            file: self.file.to_owned(),
            line: self.line,
            offset: self.offset,
            path,
        }
    }

    /// The place of a byte of the text.
    pub fn place_of(&self, byte: usize) -> Place {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        let mut place = self.place();
        place.line += memchr::memchr_iter(b'\n', before).count() as u64;
        place.offset += before.len() as u64;
        place
    }

    /// The error of a parser that was given the text, at its place in the file.
    pub fn parse_error(&self, error: &serde_json::Error) -> Error {
        let kind = match error.classify() {
            serde_json::error::Category::Data => ErrorKind::WrongType,
            _ => ErrorKind::Syntax,
        };
        let mut message = error.to_string();
        // The parser counts from the start of the value, which the place replaces.
        let position = format!(" at line {} column {}", error.line(), error.column());
        if let Some(short) = message.strip_suffix(&position) {
            message.truncate(short.len());
        }
        let line = error.line().saturating_sub(1);
        let start = match line {
            0 => 0,
            _ => memchr::memchr_iter(b'\n', self.text.as_bytes())
                .nth(line - 1)
                .map_or(0, |at| at + 1),
        };
        Error::new(kind, message).at(&self.place_of(start + error.column().saturating_sub(1)))
    }
}
