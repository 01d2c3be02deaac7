//! JSON as text: found, compared, unescaped and written without building a tree.

mod cursor;
mod equal;
mod sorted;
mod text;

pub(crate) use cursor::{Cursor, Fault};
pub(crate) use equal::{entries, equal, minify};
pub(crate) use sorted::{canonical, indented};
pub(crate) use text::{number, string, write_string};
