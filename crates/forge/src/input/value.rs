use crate::Place;

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
    /// The key that it stands under, as it is written; empty unless the object at the top level is
    /// read part by part.
    pub key: &'a str,
    /// Its place, from 0, in the list that the file's top level holds, if it is in one.
    pub index: Option<u64>,
}

/// The JSON path of a value at the top level, or of one below a key of it.
pub(super) fn path(key: &str, index: Option<u64>) -> String {
    let mut path = "$".to_owned();
    if !key.is_empty() {
        path.push('.');
        path.push_str(key);
    }
    if let Some(index) = index {
        path.push_str(&format!("[{index}]"));
    }
    path
}

impl Value<'_> {
    /// The place where the value begins.
    pub fn place(&self) -> Place {
        let path = path(self.key, self.index);
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
}
