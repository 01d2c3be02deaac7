//! Where derived JSON goes: into bytes, or beside what came, to be compared.

/// Where derived JSON goes.
pub trait Sink {
    /// Takes the next bytes.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Compares derived JSON with what came, without writing it anywhere.
pub struct Matcher<'a> {
    rest: &'a [u8],
    same: bool,
}

impl<'a> Matcher<'a> {
    /// Expects this text.
    pub fn new(expected: &'a str) -> Self {
        Self {
            rest: expected.as_bytes(),
            same: true,
        }
    }

    /// Whether all of it came, and nothing else.
    pub fn matched(&self) -> bool {
        self.same && self.rest.is_empty()
    }
}

impl Sink for Matcher<'_> {
    fn put(&mut self, bytes: &[u8]) {
        match self.rest.split_at_checked(bytes.len()) {
            Some((head, tail)) if self.same && head == bytes => self.rest = tail,
            _ => self.same = false,
        }
    }
}

/// Puts a number.
pub fn put_decimal(mut number: u64, sink: &mut impl Sink) {
    let mut room = [0u8; 20];
    let mut at = room.len();
    loop {
        at -= 1;
        room[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return sink.put(&room[at..]);
        }
    }
}
