//! What the crates of the forges share, and what none of them is about.
//!
//! [`input`] finds files in folders and archives and splits them into JSON values, [`json`] looks at
//! such values without building trees, [`bytes`] and [`keep`] keep what a record's values cannot say, and
//! [`output`] writes a folder that is there only when all of it is, [`requests`] a file of requests; [`renames`]
//! puts other names into what was kept, and [`served`] other addresses. There is no network here, no store, and no word of any forge.
#![forbid(unsafe_code)]

mod batches;
pub mod bytes;
pub mod cache;
mod error;
pub mod files;
pub mod input;
pub mod json;
pub mod keep;
pub mod output;
pub mod renames;
pub mod repositories;
pub mod requests;
pub mod served;
pub mod sink;
pub mod slots;
pub mod table;
mod write_error;

pub use batches::Batches;
pub use error::{Error, ErrorKind, Place};
pub use write_error::WriteError;
