//! GitCode's objects on their way in.

mod census;
mod embed;
mod gather;
mod hooks;
mod intake;
mod keep;
mod kind;
mod layout;
mod object;
mod reader;
mod recognise;
mod rules;
mod told;

pub use kind::{Kind, UnknownKind};
pub use reader::{ReadOptions, Reader};
pub(crate) use rules::target;
pub(crate) use told::composed;
