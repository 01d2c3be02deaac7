//! GitCode's JSON to and from the Backlot model, and its rules.
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
pub use write::{
    Fate, Layout, Renderer, Shape, UnknownLayout, UnknownShape, WriteOptions, Writer, fate, fields,
    reason, render,
};

#[cfg(test)]
#[path = "../../github/tests/stand_in/mod.rs"]
mod stand_in;

#[cfg(test)]
mod tests;
