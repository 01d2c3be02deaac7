//! GitHub's objects on their way in.

mod census;
mod embed;
mod gather;
mod history;
pub(crate) mod import_api;
mod intake;
mod keep;
mod kind;
mod layout;
mod links;
pub(crate) mod migration;
mod mismatch;
mod object;
mod reader;
mod rules;
mod translate;

pub(crate) use intake::{Around, Intake};
pub use kind::{Kind, UnknownKind};
pub(crate) use layout::UNKNOWN;
pub(crate) use reader::INNER_LISTS;
pub use reader::{ReadOptions, Reader};
