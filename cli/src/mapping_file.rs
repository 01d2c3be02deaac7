//! Mapping files: other names for users, labels, milestones and issues.

mod read;
mod show;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use backlot_model::Mapping;
use clap::Args;

use crate::error::{Error, Kind, Result};

pub(crate) use show::shown;

/// Which mapping is applied, and where it is written.
#[derive(Args, Debug)]
pub(crate) struct MappingArgs {
    /// Give users, labels, milestones and references other names by this mapping file
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,

    /// Turn back what this mapping file did
    #[arg(long, value_name = "FILE", conflicts_with = "map")]
    map_back: Option<PathBuf>,

    /// Write the mapping that was applied to a file, with what cannot be turned back
    #[arg(long, value_name = "FILE")]
    write_map: Option<PathBuf>,
}

impl MappingArgs {
    /// Whether a mapping is turned back.
    pub(crate) const fn turns_back(&self) -> bool {
        self.map_back.is_some()
    }

    /// The mapping that is to be applied, if one is.
    pub(crate) fn read(&self) -> Result<Option<Mapping>> {
        let mapping = match (&self.map, &self.map_back) {
            (Some(path), _) => Some(read(path)?),
            (None, Some(path)) => Some(read(path)?.inverse().mapping),
            (None, None) => None,
        };
        if mapping.is_none() && self.write_map.is_some() {
            let error = Error::usage("`--write-map` has no mapping to write");
            return Err(error.hint("`--map FILE` or `--map-back FILE` gives one"));
        }
        Ok(mapping)
    }

    /// The same where what is done may give names itself, so that there can be one to write without a file.
    pub(crate) fn read_or_none(&self) -> Result<Option<Mapping>> {
        match self.map.is_none() && self.map_back.is_none() {
            true => Ok(None),
            false => self.read(),
        }
    }

    /// Writes the mapping that was applied where that is asked for.
    pub(crate) fn write(&self, mapping: Option<&Mapping>) -> Result<()> {
        let (Some(path), Some(mapping)) = (&self.write_map, mapping) else {
            return Ok(());
        };
        std::fs::write(path, show::shown(mapping)).map_err(|error| {
            let unwritable = format!("cannot write {}", path.display());
            Error::new(Kind::Unexpected, unwritable).caused_by(&error)
        })
    }
}

fn read(path: &Path) -> Result<Mapping> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::new(Kind::BadInput, format!("cannot read {name}")).caused_by(&error)
    })?;
    read::parsed(&text).map_err(|trouble| {
        let error = Error::new(
            Kind::BadInput,
            format!("{name}:{}: {}", trouble.line, trouble.message),
        );
        match trouble.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}
