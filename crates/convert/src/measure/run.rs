//! The objects of a store, read from their files group by group.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};

use backlot_model::{RecordId, RecordKind};

use super::spool::{Entry, Spot};

/// How much is read at once.
const BUFFER: usize = 128 * 1024;

/// The objects of one form, in the order of their groups.
pub(super) struct Run {
    file: BufReader<File>,
    /// Where they are, if not one after the other; the next one at the end.
    index: Vec<u64>,
    is_indexed: bool,
    next: Option<Entry>,
}

impl Run {
    /// Begins to read, one after the other or as an index has it.
    pub(super) fn open(mut file: File, index: Vec<(Spot, u64)>) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        let mut run = Self {
            file: BufReader::with_capacity(BUFFER, file),
            is_indexed: !index.is_empty(),
            index: index.into_iter().rev().map(|(_, at)| at).collect(),
            next: None,
        };
        run.advance()?;
        Ok(run)
    }

    /// Takes the next object.
    fn advance(&mut self) -> io::Result<Option<Entry>> {
        let next = if self.is_indexed {
            match self.index.pop() {
                Some(at) => {
                    self.file.seek(SeekFrom::Start(at))?;
                    self.read()?
                }
                None => None,
            }
        } else {
            self.read()?
        };
        Ok(std::mem::replace(&mut self.next, next))
    }

    /// Reads one object; none at the end.
    fn read(&mut self) -> io::Result<Option<Entry>> {
        let mut section = [0];
        if self.file.read(&mut section)? == 0 {
            return Ok(None);
        }
        let number = self.length()?;
        let mut head = [0; 34];
        self.file.read_exact(&mut head)?;
        let [tag, form, ids @ ..] = head;
        let (record, parent) = ids.split_at(16);
        let id = |bytes: &[u8]| bytes.try_into().map(RecordId::from_bytes).ok();
        let kind = RecordKind::from_tag(tag);
        let (Some(kind), Some(record)) = (kind, id(record)) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let mut parts = Vec::new();
        loop {
            let length = self.length()?;
            if length == u64::MAX {
                break;
            }
            let mut part = String::new();
            let read = self.file.by_ref().take(length).read_to_string(&mut part)?;
            if read as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            parts.push(part);
        }
        let mut parts = parts.into_iter();
        Ok(Some(Entry {
            spot: Spot {
                section: section[0],
                number,
            },
            kind,
            form,
            record,
            parent: id(parent).filter(|_| parent != [0; 16]),
            name: parts.next().unwrap_or_default(),
            text: parts.next().unwrap_or_default(),
            keys: parts.collect(),
        }))
    }

    fn length(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.file.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

/// All objects of a store, group by group.
pub(super) struct Side {
    runs: Vec<Run>,
}

impl Side {
    /// The objects of all forms.
    pub(super) fn new(runs: Vec<Run>) -> io::Result<Self> {
        Ok(Self { runs })
    }

    /// The next group.
    pub(super) fn spot(&self) -> Option<Spot> {
        let next = self.runs.iter().filter_map(|run| run.next.as_ref());
        next.map(|entry| entry.spot).min()
    }

    /// The objects of a group.
    pub(super) fn take(&mut self, spot: Spot) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        for run in &mut self.runs {
            while run.next.as_ref().is_some_and(|next| next.spot == spot) {
                found.extend(run.advance()?);
            }
        }
        Ok(found)
    }
}
