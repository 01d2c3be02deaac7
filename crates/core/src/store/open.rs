//! Creating and opening a store.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use backlot_model::Digest;
use redb::{Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase, WriteTransaction};

use super::copy::copy_aside;
use super::derived::digest_derived;
use super::meta;
use super::reading::{LogTables, MetaTable, last_sequence};
use super::tables::{ReadTables, Tables};
use super::texts::TextTables;
use super::writer::WriterLock;
use crate::environment::{Environment, SystemEnvironment};
use crate::error::{Error, ErrorKind, Result};
use crate::read::Caches;
use crate::watch::Watchers;

/// The first bytes of every redb file.
const MAGIC: [u8; 9] = *b"redb\x1a\x0a\xa9\x0d\x0a";

/// A store: one file that holds whole backlogs. Clones share it, and it can be used from any thread.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    engine: Engine,
    options: StoreOptions,
    writer: WriterLock,
    caches: Caches,
    watchers: Watchers,
}

enum Engine {
    ReadWrite(Database),
    // What another process last committed, copied aside.
    Copy(Database),
    ReadOnly(ReadOnlyDatabase),
}

/// How a store is opened.
#[derive(Clone)]
pub struct StoreOptions {
    environment: Arc<dyn Environment>,
    cache_bytes: usize,
    patience: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            environment: Arc::new(SystemEnvironment),
            cache_bytes: 16 * 1024 * 1024,
            patience: Duration::from_secs(10),
        }
    }
}

impl StoreOptions {
    /// The options that [`Store::open`] uses: the system's clock, 16 MiB of cache, 10 s of patience.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes time and random bits from here.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment + 'static) -> Self {
        self.environment = Arc::new(environment);
        self
    }

    /// How many bytes of the file's pages are kept in memory.
    #[must_use]
    pub const fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// How long a write transaction waits for one of another thread to end.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn engine(&self) -> redb::Builder {
        let mut builder = redb::Builder::new();
        builder.set_cache_size(self.cache_bytes);
        builder
    }

    /// Creates a store. The file must not exist yet.
    ///
    /// # Errors
    /// `AlreadyExists` when there is a file, `NotFound` when there is no such folder, `DiskFull`, `Io`.
    pub fn create(&self, path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path);
        let file = file.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Error::file(
                ErrorKind::AlreadyExists,
                path,
                "there is a file of this name already",
            ),
            std::io::ErrorKind::NotFound => {
                Error::file(ErrorKind::NotFound, path, "there is no such folder")
            }
            _ => Error::from(error).at(path),
        })?;
        let made = self.engine().create_file(file).map_err(Error::from);
        let made = made.and_then(|database| self.initialize(path, database));
        made.map_err(|error| {
            // What was begun here and could not be finished must not look like a store.
            let _ = std::fs::remove_file(path);
            error.at(path)
        })
    }

    /// Creates a store that lives in memory and ends with its last clone.
    pub fn in_memory(&self) -> Result<Store> {
        let backend = redb::backends::InMemoryBackend::new();
        let database = self.engine().create_with_backend(backend)?;
        self.initialize(Path::new(""), database)
    }

    fn initialize(&self, path: &Path, database: Database) -> Result<Store> {
        let mut transaction = database.begin_write()?;
        transaction.set_quick_repair(true);
        let identity = meta::file_identity(path);
        meta::initialize(
            &mut Tables::open(&transaction)?,
            &identity,
            self.environment.as_ref(),
        )?;
        transaction.commit()?;
        Ok(self.store(path, Engine::ReadWrite(database)))
    }

    /// Opens a store for reading and writing.
    ///
    /// # Errors
    /// `NotFound`, `NotAStore`, `NewerFormat`, `InUse` when another process has it open, `Corrupt`, `Io`.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        check_magic(path)?;
        guarded(path, || {
            let opened = self.engine().open(path);
            let database = opened.map_err(|error| refused(error, path))?;
            let store = self.store(path, Engine::ReadWrite(database));
            if !store.check()? {
                store.rebuild()?;
            }
            Ok(store)
        })
    }

    /// Opens a store for reading. Any number of processes can read at once; while one writes, the others
    /// are told that it is in use. A store that was not closed properly is repaired first, which takes a
    /// moment of writing to it.
    ///
    /// # Errors
    /// As for [`StoreOptions::open`].
    pub fn open_read_only(&self, path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        check_magic(path)?;
        guarded(path, || {
            let database = match self.engine().open_read_only(path) {
                Err(redb::DatabaseError::RepairAborted) => {
                    drop(
                        self.engine()
                            .open(path)
                            .map_err(|error| refused(error, path))?,
                    );
                    self.engine().open_read_only(path)
                }
                other => other,
            };
            let database = database.map_err(|error| refused(error, path))?;
            let store = self.store(path, Engine::ReadOnly(database));
            if store.check()? {
                return Ok(store);
            }
            // Written by another version: filled anew by a writer, then read.
            drop(store);
            drop(self.open(path)?);
            let database = self.engine().open_read_only(path);
            let database = database.map_err(|error| refused(error, path))?;
            Ok(self.store(path, Engine::ReadOnly(database)))
        })
    }

    /// Opens, for reading, what was last committed to a store that another process has open for writing. It
    /// stays what it was at that moment; open it again to see later commits. The file is copied aside
    /// for it, so this takes time and room that grow with the file; where the file system can share
    /// blocks between files it costs next to nothing.
    ///
    /// # Errors
    /// As for [`StoreOptions::open`]; `InUse` when commits came so fast that no copy could be taken.
    pub fn open_beside_writer(&self, path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        check_magic(path)?;
        guarded(path, || {
            let copy = copy_aside(path).map_err(|error| Error::from(error).at(path))?;
            let copy = copy.ok_or_else(|| {
                let detail = "another process writes to the store without a pause";
                Error::file(ErrorKind::InUse, path, detail)
            })?;
            let opened = self.engine().create_file(copy);
            let database = opened.map_err(|error| refused(error, path))?;
            let store = self.store(path, Engine::Copy(database));
            if store.check()? {
                return Ok(store);
            }
            let detail = "another process has the store open, and it was written by another version; \
                          close it there first";
            Err(Error::file(ErrorKind::InUse, path, detail))
        })
    }

    fn store(&self, path: &Path, engine: Engine) -> Store {
        Store {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                engine,
                options: self.clone(),
                writer: WriterLock::default(),
                caches: Caches::default(),
                watchers: Watchers::default(),
            }),
        }
    }
}

/// Runs what reads a file that may be damaged in ways that the engine answers with a panic, and makes
/// an error of that.
pub(crate) fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Error::file(
            ErrorKind::Corrupt,
            path,
            "the store is damaged, and its engine gave up on it",
        ))
    })
}

/// The error of an engine that would not open the file.
fn refused(error: redb::DatabaseError, path: &Path) -> Error {
    match error {
        redb::DatabaseError::Storage(redb::StorageError::Io(error))
            if error.kind() == std::io::ErrorKind::InvalidData =>
        {
            let detail = "the store is damaged: its head is not readable";
            Error::file(ErrorKind::Corrupt, path, detail).caused_by(error)
        }
        other => Error::from(other).at(path),
    }
}

fn check_magic(path: &Path) -> Result<()> {
    let mut file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::file(ErrorKind::NotFound, path, "there is no such store")
        }
        _ => Error::from(error).at(path),
    })?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::file(
            ErrorKind::NotAStore,
            path,
            "a folder, not a store",
        ));
    }
    let mut head = [0; MAGIC.len()];
    match file.read_exact(&mut head) {
        Ok(()) if head == MAGIC => Ok(()),
        Ok(()) => Err(Error::file(
            ErrorKind::NotAStore,
            path,
            "this file is not a Backlot store",
        )),
        Err(_) => Err(Error::file(
            ErrorKind::NotAStore,
            path,
            "this file is too short to be a Backlot store",
        )),
    }
}

impl Store {
    /// Creates a store with the default options; see [`StoreOptions::create`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        StoreOptions::new().create(path)
    }

    /// Opens a store with the default options; see [`StoreOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        StoreOptions::new().open(path)
    }

    /// Opens a store for reading; see [`StoreOptions::open_read_only`].
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        StoreOptions::new().open_read_only(path)
    }

    /// The store's file; empty for a store in memory.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Refuses what this version cannot read. Whether the derived tables are those of this version.
    fn check(&self) -> Result<bool> {
        let Some(meta) = MetaTable::open(&self.begin_read()?)? else {
            let detail = "a redb database, but not a Backlot store";
            return Err(Error::file(ErrorKind::NotAStore, self.path(), detail));
        };
        meta::check_format(&meta, self.path()).map_err(|error| error.at(self.path()))?;
        meta::has_derived_version(&meta)
    }

    pub(crate) fn environment(&self) -> &dyn Environment {
        self.inner.options.environment.as_ref()
    }

    pub(crate) fn caches(&self) -> &Caches {
        &self.inner.caches
    }

    pub(crate) fn watchers(&self) -> &Watchers {
        &self.inner.watchers
    }

    pub(crate) fn writer(&self) -> &WriterLock {
        &self.inner.writer
    }

    pub(crate) fn patience(&self) -> Duration {
        self.inner.options.patience
    }

    fn begin_read(&self) -> Result<ReadTransaction> {
        Ok(match &self.inner.engine {
            Engine::ReadWrite(database) | Engine::Copy(database) => database.begin_read()?,
            Engine::ReadOnly(database) => database.begin_read()?,
        })
    }

    /// The tables as the last commit left them. They keep what they show until they are dropped.
    pub(crate) fn read_tables(&self) -> Result<ReadTables> {
        ReadTables::open(&self.begin_read()?)
    }

    /// The index of texts as it is.
    pub(crate) fn read_texts(&self) -> Result<TextTables> {
        TextTables::open(&self.begin_read()?)
    }

    /// The place of the last commit: what [`crate::Snapshot::sequence`] of a snapshot taken now would be, without
    /// taking one, which costs some microseconds. A store that was opened for reading, or beside a writer, stays
    /// at what it showed first: no other process can commit to a file that this one has open, and a copy is
    /// never brought up to date.
    pub fn last_sequence(&self) -> Result<u64> {
        last_sequence(&self.begin_read()?)
    }

    /// The log as the last commit left it.
    pub(crate) fn read_log(&self) -> Result<LogTables> {
        LogTables::open(&self.begin_read()?)
    }

    pub(crate) fn begin_write(&self) -> Result<WriteTransaction> {
        match &self.inner.engine {
            Engine::ReadWrite(database) => Ok(database.begin_write()?),
            Engine::ReadOnly(_) | Engine::Copy(_) => {
                let detail = "the store was opened for reading only";
                Err(Error::file(ErrorKind::ReadOnly, self.path(), detail))
            }
        }
    }

    /// Gives space that is no longer needed back to the disk. Whether there was any.
    ///
    /// # Errors
    /// `Busy` when another clone of the store, a snapshot or a transaction is in use; `ReadOnly`.
    pub fn compact(&mut self) -> Result<bool> {
        let path = self.path().to_owned();
        match self.engine_mut()? {
            Engine::ReadWrite(database) => database
                .compact()
                .map_err(|error| Error::from(error).at(&path)),
            Engine::ReadOnly(_) | Engine::Copy(_) => Err(Error::file(
                ErrorKind::ReadOnly,
                &path,
                "the store was opened for reading only",
            )),
        }
    }

    /// Whether the engine finds its own file sound.
    pub(crate) fn check_engine(&mut self) -> Result<bool> {
        let path = self.path().to_owned();
        match self.engine_mut()? {
            Engine::ReadWrite(database) => match database.check_integrity() {
                Ok(sound) => Ok(sound),
                Err(redb::DatabaseError::Storage(redb::StorageError::Corrupted(_))) => Ok(false),
                Err(error) => Err(Error::from(error).at(&path)),
            },
            Engine::ReadOnly(_) | Engine::Copy(_) => Err(Error::file(
                ErrorKind::ReadOnly,
                &path,
                "the store was opened for reading only",
            )),
        }
    }

    fn engine_mut(&mut self) -> Result<&mut Engine> {
        match Arc::get_mut(&mut self.inner) {
            Some(inner) => Ok(&mut inner.engine),
            None => Err(Error::new(
                ErrorKind::Busy,
                "",
                "the store is in use elsewhere in this process",
            )),
        }
    }

    /// Fills tables of their own, in a file that nobody sees beside the store or in memory, and gives
    /// the hashes of the derived ones.
    pub(crate) fn in_scratch(
        &self,
        fill: &mut dyn FnMut(&mut Tables<'_>) -> Result<()>,
    ) -> Result<Vec<(&'static str, Digest)>> {
        let builder = self.inner.options.engine();
        let database = match self.path().parent() {
            Some(folder) if self.path() != Path::new("") => {
                let folder = if folder == Path::new("") {
                    Path::new(".")
                } else {
                    folder
                };
                builder.create_file(tempfile::tempfile_in(folder)?)?
            }
            _ => builder.create_with_backend(redb::backends::InMemoryBackend::new())?,
        };
        let mut transaction = database.begin_write()?;
        transaction.set_durability(redb::Durability::None)?;
        fill(&mut Tables::open(&transaction)?)?;
        transaction.commit()?;
        digest_derived(&ReadTables::open(&database.begin_read()?)?)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}
