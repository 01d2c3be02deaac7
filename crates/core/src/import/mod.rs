//! Import: comparing what a source states with what it stated last, and writing the differences as one
//! commit.

mod board;
mod collision;
mod embedded;
mod options;
mod own_history;
mod rebound;
mod record;
mod repository;
mod session;
mod withdraw;

pub use options::{
    Collision, Collisions, ConflictReport, ImportError, ImportOptions, ImportReport, Outcome,
    Rebound, Renumbered,
};
pub(crate) use repository::{NO_FORGE, named_apart};
pub(crate) use session::{next_number, shift};
