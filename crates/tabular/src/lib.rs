//! Issues as rows of a table: CSV to and from the Backlot model.
//!
//! A [`CsvWriter`] writes a row for each issue, with its comments as JSON in one cell, and reports what no
//! column holds. A [`CsvReader`] reads such a table, or one that another tracker or a person made, by the
//! names of its columns. Cells are quoted as RFC 4180 has it. There is no store here, and no network.
//!
//! ```
//! use backlot_tabular::{CsvOptions, CsvReader};
//!
//! let table = "number,title,state,labels\r\n1,Crash on start,open,\"bug, needs info\"\r\n";
//! let reader = CsvReader::new(table.as_bytes(), "issues.csv", CsvOptions::default())?;
//! for batch in reader {
//!     for incoming in batch? {
//!         // hand it to a store
//!     }
//! }
//! # Ok::<(), backlot_tabular::Error>(())
//! ```
#![forbid(unsafe_code)]

mod cell;
mod column;
mod comments;
mod error;
mod form;
mod read;
mod write;

pub use column::{Column, UnknownColumn};
pub use error::{Error, ErrorKind};
pub use form::passes;
pub use read::{CsvOptions, CsvReader};
pub use write::{CsvWriter, WriteError, WriteOptions, WriteSummary};
