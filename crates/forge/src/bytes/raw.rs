//! JSON that is kept as it came, with embedded objects in it named instead of repeated.

use backlot_model::ViewId;

use super::wire::{Bytes, put_bytes, put_number, put_view};

/// Collects kept JSON.
#[derive(Default)]
pub struct RawWriter {
    holes: u64,
    done: Vec<u8>,
    text: Vec<u8>,
}

impl RawWriter {
    /// The JSON text after the last embedded object.
    pub fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    /// Puts an embedded object.
    pub fn hole(&mut self, id: ViewId) {
        put_bytes(&self.text, &mut self.done);
        put_view(id, &mut self.done);
        self.text.clear();
        self.holes += 1;
    }

    /// Appends what was collected.
    pub fn finish(self, out: &mut Vec<u8>) {
        put_number(self.holes, out);
        out.extend_from_slice(&self.done);
        put_bytes(&self.text, out);
    }
}

/// Kept JSON: texts with embedded objects between them.
#[derive(Clone, Copy)]
pub struct Pieces<'a> {
    holes: u64,
    bytes: Bytes<'a>,
}

impl<'a> Pieces<'a> {
    /// Reads kept JSON, and checks that all of it is there.
    pub fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        let holes = bytes.number()?;
        let pieces = Self {
            holes,
            bytes: *bytes,
        };
        for _ in 0..holes {
            bytes.text()?;
            bytes.view()?;
        }
        bytes.text()?;
        Some(pieces)
    }

    /// Each text, with the embedded object that follows it.
    pub fn each<E>(
        mut self,
        f: &mut dyn FnMut(&'a str, Option<ViewId>) -> Result<(), E>,
    ) -> Result<(), E> {
        for _ in 0..self.holes {
            let text = self.bytes.text().unwrap_or_default();
            f(text, self.bytes.view())?;
        }
        f(self.bytes.text().unwrap_or_default(), None)
    }
}
