//! Objects that are written key by key.

/// Writes keys with the commas between them.
pub struct Keys<'o> {
    /// What is written so far.
    pub out: &'o mut Vec<u8>,
    first: bool,
}

impl<'o> Keys<'o> {
    /// No key yet.
    pub const fn begin(out: &'o mut Vec<u8>) -> Self {
        Self { out, first: true }
    }

    /// Ends the object.
    pub fn end(self) {
        if self.first {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }

    /// Appends a key, whose value comes next.
    pub fn key(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.push(if self.first { b'{' } else { b',' });
        self.first = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }
}
