use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use rustc_hash::FxHashSet;

use super::decode::{Budget, Raw, decode, peek};
use super::tar::{self, Archive};
use super::walk::{Passed, walk};
use super::{Limits, Member, zip};
use crate::{Error, ErrorKind};

/// Whether a visit goes on to the next member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Continue,
    /// It ends here, without an error.
    Stop,
}

/// What the user named as input: a folder, a file, an archive, or a stream.
///
/// Compression (zstd, gzip) and archives (tar, zip) are recognised by their content, in an archive's
/// or folder's members too. It can be visited any number of times. Members whose names have a
/// part that begins with a dot, such as `.git` or `.DS_Store`, are passed over.
pub struct Source {
    origin: Origin,
    shown: String,
    limits: Limits,
    consumed: Arc<AtomicU64>,
    total: u64,
    members: Option<Vec<Member>>,
    passed: Vec<Passed>,
    /// Whether members are handed out without decompressing them.
    as_they_are: bool,
}

enum Origin {
    Folder(PathBuf),
    File(File),
    Archive(File),
    /// A zip, with the place of each member in its directory.
    Zip(File, Vec<usize>),
}

pub(super) type Visitor<'a> = dyn FnMut(&Member, &mut dyn Read) -> Result<Flow, Error> + 'a;

impl Source {
    /// The folder, file or archive at a path; what cannot be read twice is taken as a stream.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, Error> {
        let shown = path.to_string_lossy();
        let named = |error: io::Error| Error::from(error).in_file(&*shown);
        let metadata = fs::metadata(path).map_err(named)?;
        if metadata.is_dir() {
            let (members, passed) = walk(path, &limits)?;
            let total = members.iter().map(Member::size).sum();
            let origin = Origin::Folder(path.to_owned());
            let mut source = Self::new(origin, shown.into_owned(), limits, total);
            source.members = Some(members);
            source.passed = passed;
            return Ok(source);
        }
        let file = File::open(path).map_err(named)?;
        if metadata.is_file() {
            return Self::from_file(file, shown.into_owned(), limits);
        }
        Self::from_reader(file, shown, limits)
    }

    /// A stream such as standard input, which errors call `name`.
    ///
    /// It is read to its end first, into a temporary file without a name, unless that takes more room
    /// than [`Limits::max_spooled`].
    pub fn from_reader(
        mut reader: impl Read,
        name: impl Into<String>,
        limits: Limits,
    ) -> Result<Self, Error> {
        let name = name.into();
        let mut spool = || {
            let mut file = tempfile::tempfile()?;
            let most = limits.max_spooled;
            let room = most.saturating_add(1);
            if io::copy(&mut reader.by_ref().take(room), &mut file)? > most {
                let message = format!("the stream is longer than {most} bytes; put it into a file");
                return Err(Error::new(ErrorKind::TooLarge, message).into());
            }
            Ok(file)
        };
        let file = spool().map_err(|error: io::Error| Error::from(error).in_file(&name))?;
        Self::from_file(file, name, limits)
    }

    fn from_file(file: File, shown: String, limits: Limits) -> Result<Self, Error> {
        let named = |error: Error| error.in_file(&shown);
        let total = file.metadata().map_err(|error| named(error.into()))?.len();
        let budget = Budget::new(Arc::default(), &limits);
        let head = (&file)
            .rewind()
            .and_then(|()| Ok(peek(&file, 4)?.0))
            .map_err(|error| named(error.into()))?;
        if zip::is_archive(&head) {
            let listing = zip::list(&file, &shown, &limits, &budget).map_err(named)?;
            let mut source = Self::new(Origin::Zip(file, listing.places), shown, limits, total);
            source.members = Some(listing.members);
            source.passed = listing.passed;
            return Ok(source);
        }
        let archive = begin(&file, &budget)
            .and_then(|reader| Ok(peek(reader, tar::BLOCK)?.0))
            .map(|head| tar::is_archive(&head))
            .map_err(named)?;
        let origin = if archive {
            Origin::Archive(file)
        } else {
            Origin::File(file)
        };
        Ok(Self::new(origin, shown, limits, total))
    }

    fn new(origin: Origin, shown: String, limits: Limits, total: u64) -> Self {
        Self {
            origin,
            shown,
            limits,
            consumed: Arc::default(),
            total,
            members: None,
            passed: Vec::new(),
            as_they_are: false,
        }
    }

    /// What the user named, for messages.
    pub fn display(&self) -> &str {
        &self.shown
    }

    /// The limits that it was opened with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many bytes of the input the present visit has read, which another thread may watch.
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// How many bytes a visit to all members reads.
    pub fn total_input_bytes(&self) -> u64 {
        self.total
    }

    /// What is passed over in a folder or an archive, each with the reason.
    pub fn passed(&self) -> &[(String, &'static str)] {
        &self.passed
    }

    /// Whether it is an archive whose members can only be visited in the order they are in.
    pub fn is_archive(&self) -> bool {
        matches!(self.origin, Origin::Archive(_))
    }

    /// All members, in the order of a visit; those of an archive are found by reading it once.
    pub fn members(&mut self) -> Result<&[Member], Error> {
        if self.members.is_none() {
            let mut members = Vec::new();
            self.visit(&mut |member, _| {
                members.push(member.clone());
                Ok(Flow::Continue)
            })?;
            self.members = Some(members);
        }
        Ok(self.members.as_deref().unwrap_or_default())
    }

    /// Hands each member to `visitor` with a reader of its decompressed bytes.
    ///
    /// A member that is not read costs little, but for its place in a compressed archive. An
    /// error of the visitor ends the visit and gets the member's name, if it has none.
    pub fn visit(
        &mut self,
        visitor: &mut dyn FnMut(&Member, &mut dyn Read) -> Result<Flow, Error>,
    ) -> Result<(), Error> {
        let budget = Budget::new(self.consumed(), &self.limits);
        match &self.origin {
            Origin::Folder(root) => {
                let members = self.members.as_deref().unwrap_or_default();
                visit_files(root, members.iter(), self.as_they_are, &budget, visitor)
            }
            Origin::File(file) => self.visit_file(file, &budget, visitor),
            Origin::Archive(file) => self.visit_archive(file, &budget, None, visitor),
            Origin::Zip(file, places) => {
                let members = self.members.as_deref().unwrap_or_default();
                let places = members.iter().zip(places.iter().copied());
                zip::visit(
                    file,
                    places,
                    self.as_they_are,
                    &budget.of_total(self.total),
                    visitor,
                )
            }
        }
    }

    /// Hands the members with these places in [`Source::members`] to `visitor`.
    ///
    /// They come in the order given, but for those of a tar archive, which come in the order they are
    /// in.
    pub fn visit_selected(
        &mut self,
        order: &[usize],
        visitor: &mut dyn FnMut(&Member, &mut dyn Read) -> Result<Flow, Error>,
    ) -> Result<(), Error> {
        let count = self.members()?.len();
        if order.iter().any(|&index| index >= count) {
            let error = Error::new(ErrorKind::Invalid, "there is no such member to select");
            return Err(error.in_file(&self.shown));
        }
        let budget = Budget::new(self.consumed(), &self.limits);
        match &self.origin {
            Origin::Folder(root) => {
                let members = self.members.as_deref().unwrap_or_default();
                let chosen = order.iter().map(|&at| &members[at]);
                visit_files(root, chosen, self.as_they_are, &budget, visitor)
            }
            Origin::Zip(file, places) => {
                let members = self.members.as_deref().unwrap_or_default();
                let places = order.iter().map(|&at| (&members[at], places[at]));
                zip::visit(
                    file,
                    places,
                    self.as_they_are,
                    &budget.of_total(self.total),
                    visitor,
                )
            }
            Origin::File(_) if order.is_empty() => Ok(()),
            Origin::File(file) => self.visit_file(file, &budget, visitor),
            Origin::Archive(file) => {
                let wanted = order.iter().copied().collect();
                self.visit_archive(file, &budget, Some(&wanted), visitor)
            }
        }
    }

    /// The same with the bytes of each member as they are, compressed or not.
    pub fn visit_as_they_are(
        &mut self,
        order: &[usize],
        visitor: &mut dyn FnMut(&Member, &mut dyn Read) -> Result<Flow, Error>,
    ) -> Result<(), Error> {
        self.as_they_are = true;
        let done = self.visit_selected(order, visitor);
        self.as_they_are = false;
        done
    }

    /// Whether a member is a link, which only one of a folder can be.
    pub fn is_link(&self, index: usize) -> bool {
        let Origin::Folder(root) = &self.origin else {
            return false;
        };
        let member = self
            .members
            .as_deref()
            .and_then(|members| members.get(index));
        member.is_none_or(|member| {
            let below = member.path.as_deref().unwrap_or(Path::new(&member.name));
            fs::symlink_metadata(root.join(below)).map_or(true, |metadata| metadata.is_symlink())
        })
    }

    fn visit_file(
        &self,
        file: &File,
        budget: &Budget,
        visitor: &mut Visitor<'_>,
    ) -> Result<(), Error> {
        let name = self
            .shown
            .rsplit(std::path::is_separator)
            .next()
            .unwrap_or_default();
        let prefix = self.shown[..self.shown.len() - name.len()].into();
        let size = self.total;
        let member = Member {
            index: 0,
            prefix,
            name: name.to_owned(),
            size,
            path: None,
        };
        let mut reader = begin(file, budget).map_err(|error| error.in_file(&self.shown))?;
        visitor(&member, &mut reader).map_err(|error| error.in_file(&self.shown))?;
        Ok(())
    }

    fn visit_archive(
        &self,
        file: &File,
        budget: &Budget,
        wanted: Option<&FxHashSet<usize>>,
        visitor: &mut Visitor<'_>,
    ) -> Result<(), Error> {
        let prefix: Arc<str> = format!("{}!", self.shown).into();
        let named = |error: Error| error.in_file(&self.shown);
        let reader = begin(file, budget).map_err(named)?;
        let mut archive = Archive::new(reader, &prefix, &self.limits);
        let mut remaining = wanted.map_or(usize::MAX, FxHashSet::len);
        let mut index = 0;
        while remaining > 0
            && let Some(entry) = archive.next().map_err(named)?
        {
            if entry.name.split('/').any(|part| part.starts_with('.')) {
                continue;
            }
            let (name, size) = (entry.name, entry.size);
            let member = Member {
                index,
                prefix: Arc::clone(&prefix),
                name,
                size,
                path: None,
            };
            index += 1;
            if wanted.is_some_and(|wanted| !wanted.contains(&member.index)) {
                continue;
            }
            remaining -= 1;
            let done = match self.as_they_are {
                true => visitor(&member, &mut archive),
                false => decode(&mut archive, budget)
                    .and_then(|mut reader| visitor(&member, &mut reader)),
            };
            let flow = done.map_err(|error| error.in_file(member.display()))?;
            if flow == Flow::Stop {
                break;
            }
        }
        Ok(())
    }
}

fn begin<'a>(mut file: &'a File, budget: &Budget) -> Result<Box<dyn Read + 'a>, Error> {
    file.rewind()?;
    decode(
        Raw {
            reader: file,
            budget: budget.clone(),
        },
        budget,
    )
}

fn visit_files<'a>(
    root: &Path,
    members: impl Iterator<Item = &'a Member>,
    as_they_are: bool,
    budget: &Budget,
    visitor: &mut Visitor<'_>,
) -> Result<(), Error> {
    for member in members {
        let below = member.path.as_deref().unwrap_or(Path::new(&member.name));
        let path = root.join(below);
        let mut reader = match as_they_are {
            true => Unopened::Open(Box::new(Raw {
                reader: File::open(&path)
                    .map_err(|error| Error::from(error).in_file(member.display()))?,
                budget: budget.clone(),
            })),
            false => Unopened::Path(path, budget),
        };
        let flow = visitor(member, &mut reader).map_err(|error| error.in_file(member.display()))?;
        if flow == Flow::Stop {
            break;
        }
    }
    Ok(())
}

/// A file that is opened when it is first read, as a visitor passes many by.
enum Unopened<'a> {
    Path(PathBuf, &'a Budget),
    Open(Box<dyn Read>),
}

impl Read for Unopened<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                Self::Open(reader) => return reader.read(into),
                Self::Path(path, budget) => {
                    let reader = File::open(path)?;
                    let raw = Raw {
                        reader,
                        budget: budget.clone(),
                    };
                    *self = Self::Open(decode(raw, budget)?);
                }
            }
        }
    }
}
