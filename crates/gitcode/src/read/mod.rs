//! GitCode's objects on their way in.

mod kind;
mod reader;

pub use kind::{Kind, UnknownKind};
pub use reader::{ReadOptions, Reader};
