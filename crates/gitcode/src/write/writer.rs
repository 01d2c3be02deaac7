//! Whole exports: records in, files of a layout out.

use std::path::{Path, PathBuf};

use backlot_forge::files::Files;
use backlot_forge::output::{Output, WriteSummary};
use backlot_forge::{Error, WriteError};
use backlot_model::{Lookup, Loss, Outgoing, Pass};

use super::layout::{Layout, Shape};
use super::render::Renderer;

/// How an export is written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// How the objects are laid out in files.
    pub layout: Layout,
    /// Pages of a hundred objects, such as `issues.1.json`, in place of one object to a line; in the layout
    /// `rest` alone.
    pub pages: bool,
    /// The shape of what GitCode never stated.
    pub shape: Shape,
    /// The host where what GitCode never stated is to stand, in place of `gitcode.com`.
    pub host: Option<String>,
    /// The `owner/name` that the repository is to have there, in place of its own.
    pub name: Option<String>,
    /// The file for the report of losses, in place of `losses.ndjson` in the folder.
    pub losses: Option<PathBuf>,
    /// Whether what GitCode cannot hold of an issue, a comment or a milestone goes into a footer of its text.
    pub carry: bool,
}

/// Writes an export into a folder, which is there only when all of it is.
pub struct Writer {
    renderer: Renderer,
    output: Output,
    layout: Layout,
    files: Files,
    object: Vec<u8>,
}

impl Writer {
    /// Begins an export into a folder that does not exist, or that is empty.
    pub fn create(folder: &Path, options: &WriteOptions) -> Result<Self, Error> {
        Ok(Self {
            renderer: Renderer::new(options.shape).at(options.host.clone(), options.name.clone()),
            output: Output::create(folder, options.losses.as_deref())?,
            layout: options.layout,
            files: Files::new(options.pages),
            object: Vec::new(),
        })
    }

    /// The passes over a repository's records that this export wants.
    pub fn passes(&self) -> Vec<Pass> {
        self.layout.passes()
    }

    /// Writes one record in one form.
    pub fn write<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        self.object.clear();
        self.renderer
            .render(outgoing, lookup, &mut self.object, &mut self.output.noted)?;
        self.output.note().map_err(WriteError::File)
    }

    /// Notes a loss that the caller found.
    pub fn loss(&mut self, loss: Loss) -> Result<(), Error> {
        self.output.noted.push(loss);
        self.output.note()
    }

    /// Ends the export; only now is all of it in its files.
    pub fn finish(mut self) -> Result<WriteSummary, Error> {
        self.files.close()?;
        self.output.note()?;
        self.output.finish()
    }
}
