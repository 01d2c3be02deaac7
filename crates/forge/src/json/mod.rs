//! JSON as text: found, compared, unescaped and written without building a tree.

mod build;
mod cursor;
mod equal;
mod keys;
mod sorted;
mod text;

pub use build::{digest, ended, put, quoted};
pub use cursor::{Cursor, Fault};
pub use equal::{entries, equal, minify};
pub use keys::Keys;
pub use sorted::{canonical, indented};
pub use text::{number, string, write_string};
