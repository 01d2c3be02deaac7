//! What the file says about itself: the version of its format, who writes to it, which file it is.

use std::path::Path;

use backlot_model::ReplicaId;

use super::reading::Meta;
use super::tables::Tables;
use crate::codec::{Malformed, Reader, put_varint};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};

/// The version of the file's format. A store of a later one is refused; the log of an earlier one is
/// kept and everything else derived anew.
pub(crate) const FORMAT: u64 = 1;

/// The version of the derived tables. A store that has others has them filled anew when it is opened.
const DERIVED: u64 = 5;

const DERIVED_KEY: &str = "derived";
const FORMAT_KEY: &str = "format";
const WRITTEN_BY: &str = "written_by";
const REPLICA: &str = "replica";
const IDENTITY: &str = "identity";

/// Fills in what a new store says about itself.
pub(crate) fn initialize(
    tables: &mut Tables<'_>,
    identity: &[u8],
    environment: &dyn Environment,
) -> Result<()> {
    tables.meta.insert(IDENTITY, identity)?;
    set_derived_version(tables)?;
    let mut format = Vec::new();
    put_varint(&mut format, FORMAT);
    tables.meta.insert(FORMAT_KEY, format.as_slice())?;
    tables
        .meta
        .insert(WRITTEN_BY, env!("CARGO_PKG_VERSION").as_bytes())?;
    let replica = ReplicaId::from_random(environment.random());
    tables.meta.insert(REPLICA, replica.to_bytes().as_slice())?;
    Ok(())
}

/// Notes that the derived tables are those of this version.
pub(crate) fn set_derived_version(tables: &mut Tables<'_>) -> Result<()> {
    let mut version = Vec::new();
    put_varint(&mut version, DERIVED);
    tables.meta.insert(DERIVED_KEY, version.as_slice())?;
    Ok(())
}

/// Whether the derived tables are those of this version.
pub(crate) fn has_derived_version(meta: &impl Meta) -> Result<bool> {
    let version = meta.meta_value(DERIVED_KEY)?;
    Ok(version
        .map(|bytes| Reader::new(&bytes).varint())
        .transpose()?
        == Some(DERIVED))
}

/// Refuses a store whose format this version cannot read, and says which version can.
pub(crate) fn check_format(tables: &impl Meta, path: &Path) -> Result<()> {
    let Some(format) = tables.meta_value(FORMAT_KEY)? else {
        return Err(Error::file(
            ErrorKind::NotAStore,
            path,
            "a redb database, but not a Backlot store",
        ));
    };
    let format = Reader::new(&format).varint()?;
    if format > FORMAT {
        let written_by = tables.meta_value(WRITTEN_BY)?.unwrap_or_default();
        let written_by = String::from_utf8_lossy(&written_by);
        let detail = format!(
            "the store has format {format}, and this is Backlot {}, which reads formats up to {FORMAT}; \
             open it with Backlot {written_by} or later",
            env!("CARGO_PKG_VERSION"),
        );
        return Err(Error::file(ErrorKind::NewerFormat, path, detail));
    }
    Ok(())
}

/// The replica that writes to this file now. A file that was copied since it was last written to
/// gets a new replica first, so that two copies do not continue one chain. (A copy written over an older
/// file cannot be told from it: its next commit follows the one that it was copied with.)
pub(crate) fn writing_replica(
    tables: &mut Tables<'_>,
    identity: &[u8],
    environment: &dyn Environment,
) -> Result<ReplicaId> {
    let known = tables.meta_value(REPLICA)?.ok_or(Malformed("replica"))?;
    let known = ReplicaId::from_bytes(
        known
            .as_slice()
            .try_into()
            .map_err(|_| Malformed("replica"))?,
    );
    match tables.meta_value(IDENTITY)? {
        Some(last) if last == identity => Ok(known),
        _ => {
            tables.meta.insert(IDENTITY, identity)?;
            let replica = ReplicaId::from_random(environment.random());
            tables.meta.insert(REPLICA, replica.to_bytes().as_slice())?;
            Ok(replica)
        }
    }
}

/// What tells this file apart from its copies: device and inode where there are such, else its path.
pub(crate) fn file_identity(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let Ok(metadata) = std::fs::metadata(path) {
            let mut identity = metadata.dev().to_le_bytes().to_vec();
            identity.extend_from_slice(&metadata.ino().to_le_bytes());
            return identity;
        }
    }
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    path.to_string_lossy().into_owned().into_bytes()
}
