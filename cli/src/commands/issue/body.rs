//! The text of an issue or a comment, from the command line or a file.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{Error, Kind, Result};

/// Where a body comes from.
#[derive(Args, Debug)]
pub(crate) struct BodyArgs {
    /// The body
    #[arg(short, long, value_name = "TEXT")]
    body: Option<String>,

    /// Read the body from a file; `-` for standard input
    #[arg(short = 'F', long, value_name = "FILE", conflicts_with = "body")]
    body_file: Option<PathBuf>,
}

impl BodyArgs {
    pub(crate) const fn is_given(&self) -> bool {
        self.body.is_some() || self.body_file.is_some()
    }

    /// The body, if one is given.
    pub(crate) fn read(&self) -> Result<Option<String>> {
        let Some(path) = &self.body_file else {
            return Ok(self.body.clone());
        };
        let mut text = String::new();
        let read = match path == Path::new("-") {
            true => io::stdin().lock().read_to_string(&mut text).map(drop),
            false => std::fs::read_to_string(path).map(|read| text = read),
        };
        match read {
            Ok(()) => Ok(Some(text)),
            Err(error) => {
                let unreadable = format!("cannot read the body from {}", path.display());
                Err(Error::new(Kind::BadInput, unreadable).caused_by(&error))
            }
        }
    }
}
