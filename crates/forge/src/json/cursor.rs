//! Walks over the entries and elements of a JSON text and checks its syntax on the way.

/// How deep a value may nest here; the input's own limit is lower.
const MAX_DEPTH: u32 = 512;

/// Where a text is no JSON, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The offset in the text.
    pub at: usize,
    /// What was wrong there.
    pub message: &'static str,
}

/// A position in a JSON text.
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of `text`.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The offset in the text.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// All that is left.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Steps over bytes that are known to be right.
    pub fn advance(&mut self, count: usize) {
        self.at += count;
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no space.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault {
            at: self.at,
            message,
        })
    }

    fn expect(&mut self, byte: u8, message: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return self.fault(message);
        }
        self.at += 1;
        Ok(())
    }

    /// Enters an object; false when it is empty.
    pub fn open_object(&mut self) -> Result<bool, Fault> {
        self.open(b'{', b'}', "expected an object")
    }

    /// Enters a list; false when it is empty.
    pub fn open_list(&mut self) -> Result<bool, Fault> {
        self.open(b'[', b']', "expected a list")
    }

    fn open(&mut self, open: u8, close: u8, message: &'static str) -> Result<bool, Fault> {
        self.expect(open, message)?;
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// The key of an entry as it is written, without its quotes; the value comes next.
    pub fn key(&mut self) -> Result<&'a str, Fault> {
        if self.peek() != Some(b'"') {
            return self.fault("expected a key");
        }
        let key = self.string()?;
        self.expect(b':', "expected `:` after a key")?;
        self.peek();
        Ok(key)
    }

    /// Whether another entry of the object follows.
    pub fn more_entries(&mut self) -> Result<bool, Fault> {
        self.more(b'}', "expected `,` or `}` after an entry of an object")
    }

    /// Whether another element of the list follows.
    pub fn more_elements(&mut self) -> Result<bool, Fault> {
        self.more(b']', "expected `,` or `]` after an element of a list")
    }

    fn more(&mut self, close: u8, message: &'static str) -> Result<bool, Fault> {
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            return self.fault(message);
        }
        self.at += 1;
        Ok(next == Some(b','))
    }

    /// Nothing but space follows.
    pub fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault("something follows the value"),
        }
    }

    /// Any value, as it is written.
    pub fn value(&mut self) -> Result<&'a str, Fault> {
        self.peek();
        let start = self.at;
        self.skip(0)?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn skip(&mut self, depth: u32) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') if depth < MAX_DEPTH => {
                let mut more = self.open_object()?;
                while more {
                    self.key()?;
                    self.skip(depth + 1)?;
                    more = self.more_entries()?;
                }
                Ok(())
            }
            Some(b'[') if depth < MAX_DEPTH => {
                let mut more = self.open_list()?;
                while more {
                    self.skip(depth + 1)?;
                    more = self.more_elements()?;
                }
                Ok(())
            }
            Some(b'{' | b'[') => self.fault("nested too deep"),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.fault("expected a value"),
            None => self.fault("the text ends where a value should be"),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        let found = self.text.as_bytes().get(self.at..self.at + word.len());
        if found != Some(word.as_bytes()) {
            return self.fault("expected a value");
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if start == self.at {
            return self.fault("expected a digit");
        }
        Ok(())
    }

    /// A string as it is written, without its quotes.
    fn string(&mut self) -> Result<&'a str, Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        loop {
            while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
                let marks = special(u64::from_le_bytes(*chunk));
                if marks != 0 {
                    at += (marks.trailing_zeros() / 8) as usize;
                    break;
                }
                at += 8;
            }
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    at = escape(bytes, at + 1).ok_or(Fault {
                        at,
                        message: "invalid escape in a string",
                    })?;
                }
                Some(0..0x20) => {
                    return Err(Fault {
                        at,
                        message: "a control character in a string",
                    });
                }
                Some(_) => at += 1,
                None => return self.fault("the string that begins here has no end"),
            }
        }
        self.at = at + 1;
        Ok(self.text.get(start..at).unwrap_or_default())
    }
}

/// Marks the first byte of eight that is a quote, a backslash or a control character.
pub(super) const fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quote = word ^ (ONES * b'"' as u64);
    let slash = word ^ (ONES * b'\\' as u64);
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let slashes = slash.wrapping_sub(ONES) & !slash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | slashes | controls) & HIGH
}

/// The offset after an escape, whose letter is at `at`.
fn escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => bytes
            .get(at + 1..at + 5)?
            .iter()
            .all(u8::is_ascii_hexdigit)
            .then_some(at + 5),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    fn accepts(text: &str) -> bool {
        let mut cursor = Cursor::new(text);
        cursor.value().and_then(|_| cursor.end()).is_ok()
    }

    #[test]
    fn takes_json_and_nothing_else() {
        for text in [
            "{}",
            " [1, -0.5e+3, \"a\\u00e9\\n\"] ",
            "null",
            "{\"a\":{\"b\":[]}}",
            "0",
        ] {
            assert!(accepts(text), "{text}");
        }
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "01",
            "1.",
            "+1",
            "nul",
            "\"\u{1}\"",
            "\"\\x\"",
            "[1]2",
            "-",
        ] {
            assert!(!accepts(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in prop::collection::vec(
            prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"", "\\", "a", "u0041", "1", "0", ".", "e", "-", " ", "true", "null", "\u{7}", "é"]), 0..12)) {
            let text = text.concat();
            prop_assert_eq!(accepts(&text), serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok());
        }

        #[test]
        fn finds_the_end_of_any_string(text in any::<String>(), tail in any::<String>()) {
            let json = format!("{}{tail}", serde_json::to_string(&text).unwrap());
            let found = Cursor::new(&json).value().unwrap();
            let read = super::super::string(found).map(std::borrow::Cow::into_owned);
            prop_assert_eq!(read, Some(text));
        }
    }
}
