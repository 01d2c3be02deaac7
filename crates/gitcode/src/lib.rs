//! GitCode's JSON to and from the Backlot model, and its rules.
//!
//! A [`Reader`] finds GitCode's objects in files and turns each into values of the model; what a value cannot say is
//! kept beside it as a few bytes that only this crate understands. A [`Renderer`] makes the same object of the two
//! again, and a [`Writer`] writes whole exports. There is no network here, and no store.
//!
//! ```no_run
//! use backlot_gitcode::{Flow, Limits, ReadOptions, Reader, Source};
//!
//! let source = Source::open("export.tar.zst".as_ref(), Limits::default())?;
//! Reader::open(source, ReadOptions::default())?.read(|batch| {
//!     for incoming in batch.drain(..) {
//!         // hand it to a store
//!     }
//!     Ok(Flow::Continue)
//! })?;
//! # Ok::<(), backlot_gitcode::Error>(())
//! ```
//!
//! [`lint_target`] says what GitCode refuses, and what would be put right.
//!
//! ```
//! use backlot_gitcode::lint_target;
//! use backlot_model::lint::LabelView;
//!
//! let labels = [LabelView { name: "kind/bug".into(), color: "d73a4a".into(), description: None }];
//! let repairs = lint_target().repair_labels(&labels);
//! assert_eq!(repairs[0].name.as_deref(), Some("kind-bug"));
//! ```
#![forbid(unsafe_code)]

mod lint;
mod log;
mod read;
mod shape;
mod write;

pub use backlot_forge::input::{Flow, Limits, Member, Source};
pub use backlot_forge::output::{LossGroup, WriteSummary};
pub use backlot_forge::{Batches, Error, ErrorKind, Place, WriteError};
pub use lint::lint_target;
pub use read::{Kind, ReadOptions, Reader, UnknownKind};
pub use shape::FORGE;
pub use write::{
    Fate, Layout, Object, Objects, Renderer, Resource, Shape, UnknownLayout, UnknownShape,
    WriteOptions, Writer, fate, fields, reason, render,
};

#[cfg(test)]
#[path = "../../github/tests/stand_in/mod.rs"]
mod stand_in;

#[cfg(test)]
mod tests;
