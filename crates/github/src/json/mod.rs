//! JSON as text: found, compared, unescaped and written without building a tree.

mod cursor;
mod equal;
mod text;

pub(crate) use cursor::{Cursor, Fault};
pub(crate) use equal::{equal, minify};
pub(crate) use text::{number, string, write_string};
