//! Layouts whose objects are not GitHub's own: each becomes text in the shape of the REST API, and
//! goes on from there like any other.

pub(super) mod archive_json;
mod build;
pub(super) mod metadata_backup;
mod repair;
