//! GitHub's JSON to and from the Backlot model.
//!
//! A [`Reader`] finds GitHub's objects in files of any known layout and turns each into values of the
//! model; what a value cannot say is kept beside it as a few bytes that only this crate understands. A
//! [`Renderer`] makes the same object of the two again, and a [`Writer`] writes whole exports. There
//! is no network here, and no store.
//!
//! ```no_run
//! use backlot_github::{Flow, Limits, ReadOptions, Reader, Source};
//!
//! let source = Source::open("export.tar.zst".as_ref(), Limits::default())?;
//! Reader::open(source, ReadOptions::default())?.read(|batch| {
//!     for incoming in batch.drain(..) {
//!         // hand it to a store
//!     }
//!     Ok(Flow::Continue)
//! })?;
//! # Ok::<(), backlot_github::Error>(())
//! ```
#![forbid(unsafe_code)]

mod attachments;
mod lint;
mod read;
mod shape;
mod write;

pub use attachments::{AttachmentReport, Attachments};
pub use backlot_forge::input::{Flow, Limits, Member, Source};
pub use backlot_forge::output::{LossGroup, WriteSummary};
pub use backlot_forge::{Batches, Error, ErrorKind, Place, WriteError};
pub use lint::lint_targets;
pub use read::{Kind, ReadOptions, Reader, UnknownKind};
pub use shape::{FORGE, record_of_node_id};
pub use write::{
    ApiVersion, Layout, Object, Objects, Renderer, Resource, UnknownLayout, UnknownVersion,
    WriteOptions, Writer, issue_type_node, issue_type_number, render,
};

#[cfg(test)]
#[cfg(test)]
#[path = "../tests/stand_in/mod.rs"]
mod stand_in;

#[cfg(test)]
mod tests;
