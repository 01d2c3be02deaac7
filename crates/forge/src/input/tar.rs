use std::io::{self, Read};

use ::tar::{EntryType, Header, PaxExtensions};

use super::{Limits, name};
use crate::{Error, ErrorKind};

pub(super) const BLOCK: usize = 512;
const MAX_EXTENSIONS: u64 = 1 << 20;

/// Whether a file that begins with these bytes is a tar archive.
pub(super) fn is_archive(head: &[u8]) -> bool {
    if head.get(257..262) == Some(b"ustar") {
        return true;
    }
    let Ok(block) = <&[u8; BLOCK]>::try_from(head) else {
        return false;
    };
    block.iter().all(|&byte| byte == 0) || is_intact(block)
}

fn is_intact(block: &[u8; BLOCK]) -> bool {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let expected = sum(&block[..148]) + 8 * u32::from(b' ') + sum(&block[156..]);
    Header::from_byte_slice(block)
        .cksum()
        .is_ok_and(|found| found == expected)
}

/// A tar archive read from front to back; `Read` gives the bytes of the present file.
///
/// The `tar` crate understands the headers. Walking from one to the next is done here, because
/// it must not hold a long name or an extension of any size that the archive asks for, and must
/// tell an archive that was cut off from one that ends.
pub(super) struct Archive<'a, R> {
    reader: R,
    prefix: &'a str,
    limits: Limits,
    entries: u64,
    remaining: u64,
    padding: u64,
}

/// A regular file of an archive.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
}

/// What extension headers say about the entry after them.
#[derive(Default)]
struct Extension {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl<'a, R: Read> Archive<'a, R> {
    /// An archive whose members errors name with `prefix` before.
    pub(super) fn new(reader: R, prefix: &'a str, limits: &Limits) -> Self {
        Self {
            reader,
            prefix,
            limits: *limits,
            entries: 0,
            remaining: 0,
            padding: 0,
        }
    }

    /// The next regular file; an entry of another kind is an error, but for folders.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, Error> {
        let mut extension = Extension::default();
        loop {
            self.skip_rest()?;
            let Some(block) = self.block()? else {
                self.finish()?;
                return Ok(None);
            };
            self.entries += 1;
            if self.entries > self.limits.max_members {
                let message = format!("there are more than {} entries", self.limits.max_members);
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
            if !is_intact(&block) {
                return Err(damaged("a header of the archive is damaged"));
            }
            let header = Header::from_byte_slice(&block);
            let entry_type = header.entry_type();
            let size = header
                .entry_size()
                .map_err(|_| damaged("a header of the archive is damaged"))?;
            self.expect(size)?;
            match entry_type {
                EntryType::GNULongName => {
                    let mut name = self.bytes(self.limits.max_name as u64 + 1)?;
                    while name.last() == Some(&0) {
                        name.pop();
                    }
                    extension.name = Some(name);
                    continue;
                }
                EntryType::XHeader => {
                    let bytes = self.bytes(MAX_EXTENSIONS)?;
                    extension.read(&bytes)?;
                    continue;
                }
                EntryType::GNULongLink | EntryType::XGlobalHeader => continue,
                _ => {}
            }
            let Extension { name, size, sparse } = std::mem::take(&mut extension);
            let path = name.unwrap_or_else(|| header.path_bytes().into_owned());
            let is_folder =
                entry_type.is_dir() || header.as_bytes()[156] == 0 && path.last() == Some(&b'/');
            let name = name::inside(&String::from_utf8_lossy(&path), self.prefix, &self.limits)?;
            let what = match entry_type {
                _ if sparse => "a sparse file",
                EntryType::Regular | EntryType::Continuous | EntryType::Directory => "",
                EntryType::Link => "a hard link",
                EntryType::Symlink => "a symbolic link",
                EntryType::Char | EntryType::Block | EntryType::Fifo => "a device",
                EntryType::GNUSparse => "a sparse file",
                _ => "an entry of an unknown type",
            };
            if !what.is_empty() {
                return Err(
                    Error::new(ErrorKind::Archive, format!("the member is {what}"))
                        .in_file(format!("{}{name}", self.prefix)),
                );
            }
            if let Some(size) = size {
                self.expect(size)?;
            }
            if !is_folder {
                if name.is_empty() {
                    return Err(Error::new(ErrorKind::Archive, "a member has no name"));
                }
                return Ok(Some(Entry {
                    name,
                    size: self.remaining,
                }));
            }
        }
    }

    /// Takes a size for that of the entry whose bytes come next.
    fn expect(&mut self, size: u64) -> Result<(), Error> {
        if size > u64::MAX / 2 {
            return Err(damaged("a header of the archive is damaged"));
        }
        self.remaining = size;
        self.padding = size.next_multiple_of(BLOCK as u64) - size;
        Ok(())
    }

    /// The next header, or `None` at the mark that ends an archive.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        let mut block = [0; BLOCK];
        self.reader.read_exact(&mut block).map_err(cut_off)?;
        Ok(block.iter().any(|&byte| byte != 0).then_some(block))
    }

    /// Reads what follows the end, so that a compressed stream can check itself to its end.
    fn finish(&mut self) -> Result<(), Error> {
        let mut buffer = [0; 8 * BLOCK];
        loop {
            let count = self.reader.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            if buffer[..count].iter().any(|&byte| byte != 0) {
                let message = "something follows the end of the archive";
                return Err(Error::new(ErrorKind::Archive, message));
            }
        }
    }

    fn skip_rest(&mut self) -> Result<(), Error> {
        let count = self.remaining + self.padding;
        let skipped = io::copy(&mut self.reader.by_ref().take(count), &mut io::sink())?;
        if skipped < count {
            return Err(damaged("the archive is cut off"));
        }
        (self.remaining, self.padding) = (0, 0);
        Ok(())
    }

    /// The bytes of an extension header.
    fn bytes(&mut self, most: u64) -> Result<Vec<u8>, Error> {
        if self.remaining > most {
            let message = format!("a name or extension in the archive is over {most} bytes long");
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Extension {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for record in PaxExtensions::new(bytes) {
            let record = record.map_err(|_| damaged("an extension of the archive is damaged"))?;
            match record.key_bytes() {
                b"path" => self.name = Some(record.value_bytes().to_vec()),
                b"size" => {
                    let size = record.value().ok().and_then(|size| size.parse().ok());
                    self.size = Some(
                        size.ok_or_else(|| damaged("an extension of the archive is damaged"))?,
                    );
                }
                key if key.starts_with(b"GNU.sparse.") => self.sparse = true,
                _ => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Archive<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.remaining)
            .unwrap_or(usize::MAX)
            .min(into.len());
        let count = self.reader.read(&mut into[..most])?;
        if count == 0 && most > 0 {
            return Err(damaged("the archive is cut off").into());
        }
        self.remaining -= count as u64;
        Ok(count)
    }
}

fn damaged(message: &'static str) -> Error {
    Error::new(ErrorKind::Compression, message)
}

fn cut_off(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("the archive is cut off"),
        _ => error.into(),
    }
}
