//! What a command works with.

use std::io::Write;
use std::path::PathBuf;

use backlot_core::Store;

use crate::app::GlobalArgs;
use crate::error::{Error, Kind, Result};
use crate::output::json::{Fields, Selection};
use crate::output::screen::Screen;
use crate::store_path;

/// What a command works with: the options that all share, and where its output goes.
pub(crate) struct Context<'a> {
    pub(crate) global: &'a GlobalArgs,
    pub(crate) screen: Screen,
    pub(crate) out: &'a mut dyn Write,
}

impl Context<'_> {
    /// Opens the store for reading only.
    pub(crate) fn open_to_read(&self) -> Result<Store> {
        Ok(Store::open_read_only(self.store_path()?)?)
    }

    /// Opens the store for reading and writing.
    pub(crate) fn open_to_write(&self) -> Result<Store> {
        Ok(Store::open(self.store_path()?)?)
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

    /// Says that there is nothing to show, where a person looks on.
    pub(crate) fn note(&mut self, nothing: &str) -> Result<()> {
        if self.screen.is_terminal() {
            self.tell(nothing)?;
        }
        Ok(())
    }
}
