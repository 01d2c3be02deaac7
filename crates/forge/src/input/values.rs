use std::io::Read;
use std::ops::Range;

use super::buffer::Buffer;
use super::scan::{Scanner, Step};
use super::value::path;
use super::{Limits, Value};
use crate::{Error, ErrorKind, Place};

/// The JSON values of one file, one after another.
///
/// It takes one value to a line, values over several lines, lists, whose elements come out one
/// by one, and any sequence of these with or without space between, as `gh api --paginate` prints
/// them. A byte order mark at the start is skipped.
///
/// It finds where a value begins and ends, checks its size, its depth and that it is UTF-8, and
/// leaves the rest of its syntax to whoever parses the text. After an error other than
/// [`ErrorKind::NotUtf8`] there is nothing more to read.
pub struct Values<R> {
    buffer: Buffer<R>,
    file: String,
    limits: Limits,
    line: u64,
    list: Option<List>,
    object: Option<Object>,
    /// Whether an object that begins with these bytes is read part by part.
    enter: Option<fn(&[u8]) -> bool>,
    started: bool,
    done: bool,
}

/// How much of a file tells whether its object is read part by part.
const HEAD: usize = 1024;

/// The object at the top level that is being read part by part.
struct Object {
    begin: Place,
    key: String,
    expects: ExpectsIn,
}

#[derive(Clone, Copy, PartialEq)]
enum ExpectsIn {
    KeyOrEnd,
    Key,
    Colon,
    Value,
    CommaOrEnd,
}

/// The list at the top level that is being read.
struct List {
    begin: Place,
    next: u64,
    expects: Expects,
}

#[derive(Clone, Copy, PartialEq)]
enum Expects {
    ElementOrEnd,
    Element,
    CommaOrEnd,
}

/// Where a value lies in the buffer and in the file.
struct Found {
    range: Range<usize>,
    line: u64,
    offset: u64,
    index: Option<u64>,
}

impl<R: Read> Values<R> {
    /// The values of a reader; errors call it `file`.
    #[cfg(test)]
    pub fn new(reader: R, file: impl Into<String>, limits: &Limits) -> Self {
        Self::with_buffer(reader, file, limits, Vec::new())
    }

    /// The same with the memory of an earlier one, from [`Values::into_buffer`].
    pub fn with_buffer(
        reader: R,
        file: impl Into<String>,
        limits: &Limits,
        buffer: Vec<u8>,
    ) -> Self {
        Self {
            buffer: Buffer::new(reader, buffer, limits.max_value),
            file: file.into(),
            limits: *limits,
            line: 1,
            list: None,
            object: None,
            enter: None,
            started: false,
            done: false,
        }
    }

    /// Reads the first object part by part if `begins` says so of the bytes that the file begins
    /// with: the value of each key comes out alone, and where it is a list, each of its elements.
    pub fn enter_if(&mut self, begins: fn(&[u8]) -> bool) {
        self.enter = Some(begins);
    }

    /// The memory, to be used again for another file.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer.into_bytes()
    }

    /// The place of the next byte to be read.
    pub fn place(&self) -> Place {
        let path = self
            .list
            .as_ref()
            .map_or_else(String::new, |list| path(self.key(), Some(list.next)));
        Place {
            file: self.file.clone(),
            line: self.line,
            offset: self.buffer.offset,
            path,
        }
    }

    /// The key below which the next value stands.
    fn key(&self) -> &str {
        self.object.as_ref().map_or("", |object| &object.key)
    }

    /// The next value, or `None` at the end of the file.
    pub fn next_value(&mut self) -> Result<Option<Value<'_>>, Error> {
        if self.done {
            return Ok(None);
        }
        let found = self.find().map_err(|error| error.at(&self.place()));
        let Some(found) = found.inspect_err(|_| self.done = true)? else {
            self.done = true;
            return Ok(None);
        };
        let Found {
            range,
            line,
            offset,
            index,
        } = found;
        let bytes = self.buffer.used(range);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let valid = &bytes[..error.valid_up_to()];
            let offset = offset + valid.len() as u64;
            let line = line + memchr::memchr_iter(b'\n', valid).count() as u64;
            let path = path(self.key(), index);
            let message = format!("the text is not UTF-8 at byte {offset} of the file");
            Error::new(ErrorKind::NotUtf8, message).at(&Place {
                file: self.file.clone(),
                line,
                offset,
                path,
            })
        })?;
        Ok(Some(Value {
            text,
            key: self.key(),
            file: &self.file,
            line,
            offset,
            index,
        }))
    }

    fn find(&mut self) -> Result<Option<Found>, Error> {
        if !self.started {
            self.started = true;
            self.skip_mark()?;
        }
        loop {
            let byte = self.peek()?;
            let Some(list) = &mut self.list else {
                if self.object.is_some() {
                    match self.part(byte)? {
                        Some(found) => return Ok(Some(found)),
                        None => continue,
                    }
                }
                match byte {
                    Some(b'{') if self.enters()? => {
                        self.object = Some(Object {
                            begin: Place {
                                path: path("", None),
                                ..self.place()
                            },
                            key: String::new(),
                            expects: ExpectsIn::KeyOrEnd,
                        });
                        self.buffer.consume(1);
                    }
                    None => return Ok(None),
                    Some(b'[') => self.open_list(),
                    Some(byte) => return self.value(byte, None).map(Some),
                }
                continue;
            };
            match (byte, list.expects) {
                (Some(b']'), Expects::ElementOrEnd | Expects::CommaOrEnd) => {
                    self.list = None;
                    self.buffer.consume(1);
                }
                (Some(b','), Expects::CommaOrEnd) => {
                    list.expects = Expects::Element;
                    self.buffer.consume(1);
                }
                (Some(byte), Expects::ElementOrEnd | Expects::Element) => {
                    let index = list.next;
                    let found = self.value(byte, Some(index))?;
                    if let Some(list) = &mut self.list {
                        list.next += 1;
                        list.expects = Expects::CommaOrEnd;
                    }
                    return Ok(Some(found));
                }
                (Some(byte), Expects::CommaOrEnd) => {
                    return Err(unexpected(byte, "`,` or `]` after an element of a list"));
                }
                (None, _) => {
                    let begin = list.begin.clone();
                    self.list = None;
                    let message = "the file ends inside the list that begins here";
                    return Err(Error::new(ErrorKind::Syntax, message).at(&begin));
                }
            }
        }
    }

    fn open_list(&mut self) {
        let begin = Place {
            path: path(self.key(), None),
            ..self.place()
        };
        self.list = Some(List {
            begin,
            next: 0,
            expects: Expects::ElementOrEnd,
        });
        self.buffer.consume(1);
    }

    /// Whether the object that begins here is to be read part by part.
    fn enters(&mut self) -> Result<bool, Error> {
        let Some(begins) = self.enter.take() else {
            return Ok(false);
        };
        while self.buffer.data().len() < HEAD && !self.buffer.ended {
            self.buffer.fill()?;
        }
        let data = self.buffer.data();
        Ok(begins(&data[..data.len().min(HEAD)]))
    }

    /// Goes a step on in the object that is read part by part; gives a value that is no list.
    fn part(&mut self, byte: Option<u8>) -> Result<Option<Found>, Error> {
        let Some(object) = &mut self.object else {
            return Ok(None);
        };
        match (byte, object.expects) {
            (Some(b'}'), ExpectsIn::KeyOrEnd | ExpectsIn::CommaOrEnd) => {
                self.object = None;
                self.buffer.consume(1);
            }
            (Some(b','), ExpectsIn::CommaOrEnd) => {
                object.expects = ExpectsIn::Key;
                self.buffer.consume(1);
            }
            (Some(b':'), ExpectsIn::Colon) => {
                object.expects = ExpectsIn::Value;
                self.buffer.consume(1);
            }
            (Some(b'"'), ExpectsIn::KeyOrEnd | ExpectsIn::Key) => {
                let length = self.string()?;
                if length > self.limits.max_name {
                    let message = format!("a key is longer than {} bytes", self.limits.max_name);
                    return Err(Error::new(ErrorKind::TooLarge, message));
                }
                let range = self.buffer.consume(length);
                let key = self.buffer.used(range.start + 1..range.end - 1);
                let key = String::from_utf8_lossy(key).into_owned();
                if let Some(object) = &mut self.object {
                    object.key = key;
                    object.expects = ExpectsIn::Colon;
                }
            }
            (Some(byte), ExpectsIn::Value) => {
                object.expects = ExpectsIn::CommaOrEnd;
                match byte {
                    b'[' => self.open_list(),
                    _ => return self.value(byte, None).map(Some),
                }
            }
            (None, _) => {
                let begin = object.begin.clone();
                self.object = None;
                let message = "the file ends inside the object that begins here";
                return Err(Error::new(ErrorKind::Syntax, message).at(&begin));
            }
            (Some(byte), expects) => {
                let wanted = match expects {
                    ExpectsIn::KeyOrEnd | ExpectsIn::Key => "a key",
                    ExpectsIn::Colon => "`:` after a key",
                    _ => "`,` or `}` after an entry of an object",
                };
                return Err(unexpected(byte, wanted));
            }
        }
        Ok(None)
    }

    /// Skips a byte order mark, and tells UTF-16 from garbage, as some shells write it.
    fn skip_mark(&mut self) -> Result<(), Error> {
        while self.buffer.data().len() < 3 && !self.buffer.ended {
            self.buffer.fill()?;
        }
        match self.buffer.data() {
            [0xef, 0xbb, 0xbf, ..] => {
                self.buffer.consume(3);
                Ok(())
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Error::new(
                ErrorKind::NotUtf8,
                "the file is UTF-16; only UTF-8 can be read",
            )),
            _ => Ok(()),
        }
    }

    /// The first byte that is no space, which stays in the buffer.
    fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let data = self.buffer.data();
            let spaces = data
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
                .unwrap_or(data.len());
            self.line += memchr::memchr_iter(b'\n', &data[..spaces]).count() as u64;
            let byte = data.get(spaces).copied();
            self.buffer.consume(spaces);
            if byte.is_some() || self.buffer.ended {
                return Ok(byte);
            }
            self.buffer.fill()?;
        }
    }

    /// Takes one value out of the buffer, of which `first` is the first byte.
    fn value(&mut self, first: u8, index: Option<u64>) -> Result<Found, Error> {
        let (length, lines) = match first {
            b'{' | b'[' => self.nested()?,
            b'"' => (self.string()?, 0),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => (self.word()?, 0),
            _ => return Err(unexpected(first, "a JSON value")),
        };
        if length > self.limits.max_value {
            return Err(self.too_large());
        }
        let (line, offset) = (self.line, self.buffer.offset);
        self.line += lines;
        Ok(Found {
            range: self.buffer.consume(length),
            line,
            offset,
            index,
        })
    }

    /// The length of an object or a list, and its line breaks.
    fn nested(&mut self) -> Result<(usize, u64), Error> {
        let mut scanner = Scanner::new(self.limits.max_depth);
        let mut scanned = 0;
        loop {
            let ended = self.buffer.ended;
            match scanner.scan(&self.buffer.data()[scanned..], ended) {
                Step::End(count) => return Ok((scanned + count, scanner.lines)),
                Step::More(count) => scanned += count,
                // What is wrong beyond the limit must not depend on how much was read at once.
                Step::LineBreak(at) | Step::TooDeep(at)
                    if scanned + at >= self.limits.max_value =>
                {
                    return Err(self.too_large());
                }
                Step::LineBreak(at) => {
                    self.line += scanner.lines;
                    self.buffer.consume(scanned + at);
                    return Err(line_break());
                }
                Step::TooDeep(_) => {
                    let message = format!(
                        "the value that begins here is nested more than {} levels deep",
                        self.limits.max_depth
                    );
                    return Err(Error::new(ErrorKind::TooDeep, message));
                }
            }
            self.more(scanned, ended)?;
        }
    }

    /// The length of a string.
    fn string(&mut self) -> Result<usize, Error> {
        let mut scanned = 1;
        loop {
            let ended = self.buffer.ended;
            let data = self.buffer.data();
            while let Some(at) = data
                .get(scanned..)
                .and_then(|rest| memchr::memchr3(b'"', b'\\', b'\n', rest))
                .map(|at| scanned + at)
            {
                match data[at] {
                    b'"' => return Ok(at + 1),
                    b'\\' => scanned = at + 2,
                    _ if at >= self.limits.max_value => return Err(self.too_large()),
                    _ => {
                        self.buffer.consume(at);
                        return Err(line_break());
                    }
                }
            }
            scanned = scanned.max(data.len());
            self.more(scanned, ended)?;
        }
    }

    /// The length of a number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<usize, Error> {
        let mut scanned = 0;
        loop {
            let ended = self.buffer.ended;
            let data = self.buffer.data();
            let ends = |byte: &u8| !matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z');
            if let Some(at) = data[scanned..].iter().position(ends) {
                return Ok(scanned + at);
            }
            scanned = data.len();
            if ended {
                return Ok(scanned);
            }
            self.more(scanned, ended)?;
        }
    }

    /// Reads more of a value that was scanned without reaching its end.
    fn more(&mut self, scanned: usize, ended: bool) -> Result<(), Error> {
        if scanned > self.limits.max_value {
            return Err(self.too_large());
        }
        if ended {
            let message = "the file ends inside the value that begins here";
            return Err(Error::new(ErrorKind::Syntax, message));
        }
        Ok(self.buffer.fill()?)
    }

    fn too_large(&self) -> Error {
        let most = self.limits.max_value;
        let message = format!("the value that begins here is larger than {most} bytes");
        Error::new(ErrorKind::TooLarge, message)
    }
}

fn unexpected(byte: u8, wanted: &'static str) -> Error {
    let found = match byte {
        b' '..=b'~' => format!("`{}`", char::from(byte)),
        _ => format!("the byte 0x{byte:02x}"),
    };
    Error::new(
        ErrorKind::Syntax,
        format!("expected {wanted}, found {found}"),
    )
}

fn line_break() -> Error {
    Error::new(
        ErrorKind::Syntax,
        "a string is not closed at the end of its line",
    )
}
