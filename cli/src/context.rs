//! What a command works with.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use backlot_core::{ErrorKind, Store, StoreOptions};

use crate::app::GlobalArgs;
use crate::error::{Error, Kind, Result};
use crate::output::json::{Fields, Selection};
use crate::output::screen::Screen;
use crate::store_path;

/// How long to wait before a store that is in use is tried again.
const STEP: Duration = Duration::from_millis(20);

/// How long a command that only reads waits for the store before it reads beside the writer: another
/// command is done by then, an application is not.
const READING: Duration = Duration::from_millis(200);

/// What a command works with: the options that all share, and where its output goes.
pub(crate) struct Context<'a> {
    pub(crate) global: &'a GlobalArgs,
    pub(crate) screen: Screen,
    pub(crate) out: &'a mut dyn Write,
}

impl Context<'_> {
    /// Opens the store for reading only. While it is open nobody can write to it, so it is to be dropped
    /// before anything is printed, which can take as long as a pager likes. While another process, such as
    /// an application, keeps it open for writing, what that one last committed is read.
    pub(crate) fn open_to_read(&self) -> Result<Store> {
        let patience = self.global.wait.min(READING);
        match self.open(patience, |path| Store::open_read_only(path)) {
            Err(error) if error.kind() == Kind::InUse => {
                let options = StoreOptions::new();
                self.open(self.global.wait, |path| options.open_beside_writer(path))
            }
            opened => opened,
        }
    }

    /// Opens the store for reading only, as it is now and not as another process last left it.
    pub(crate) fn open_to_read_as_it_changes(&self) -> Result<Store> {
        self.open(self.global.wait, |path| Store::open_read_only(path))
    }

    /// Opens the store for reading and writing.
    pub(crate) fn open_to_write(&self) -> Result<Store> {
        self.open(self.global.wait, |path| Store::open(path))
    }

    /// Opens the store, as soon as no other process uses it, or fails after so much patience.
    fn open(
        &self,
        patience: Duration,
        open: impl Fn(&Path) -> backlot_core::Result<Store>,
    ) -> Result<Store> {
        let path = self.store_path()?;
        let begun = Instant::now();
        loop {
            match open(&path) {
                Err(error) if error.kind() == ErrorKind::InUse => {
                    let left = patience.saturating_sub(begun.elapsed());
                    if left.is_zero() {
                        return Err(error.into());
                    }
                    thread::sleep(left.min(STEP));
                }
                opened => return Ok(opened?),
            }
        }
    }

    /// The folder beside the store for the attachments of what is imported.
    pub(crate) fn attachments(&self) -> Result<PathBuf> {
        self.beside_store(".attachments")
    }

    /// What has the store's name with an end behind it.
    pub(crate) fn beside_store(&self, end: &str) -> Result<PathBuf> {
        let mut name = self.store_path()?.into_os_string();
        name.push(end);
        Ok(name.into())
    }

    fn store_path(&self) -> Result<PathBuf> {
        let folder = std::env::current_dir().map_err(|error| {
            Error::new(Kind::Unexpected, "there is no current folder").caused_by(&error)
        })?;
        store_path::locate(self.global.store.as_deref(), &folder)
    }

    /// The fields of an object that are to be shown as JSON; none when JSON was not asked for. To be
    /// called before anything is written, for it fails when a field is not known.
    pub(crate) fn json<T>(&self, known: Fields<T>) -> Result<Option<Selection<T>>> {
        let names = self.global.json.as_ref();
        names
            .map(|names| Selection::new(names, known, self.screen.is_terminal()))
            .transpose()
    }

    /// Says what was done, unless the user wants it quiet.
    pub(crate) fn tell(&mut self, done: &str) -> Result<()> {
        if !self.global.quiet {
            writeln!(self.out, "{done}")?;
        }
        Ok(())
    }

    /// Says on standard error what must not be missed, even where the user wants it quiet.
    pub(crate) fn warn(&mut self, what: &str) -> Result<()> {
        // What was printed before comes first, where both go to one terminal.
        self.out.flush()?;
        // Where nobody reads standard error there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{what}");
        Ok(())
    }

    /// Says that there is nothing to show, where a person looks on.
    pub(crate) fn note(&mut self, nothing: &str) -> Result<()> {
        if self.screen.is_terminal() {
            self.tell(nothing)?;
        }
        Ok(())
    }
}
