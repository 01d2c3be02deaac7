//! Files, folders and archives of JSON as a stream of values.
//!
//! A [`Source`] finds the members of what the user named and decompresses them; [`Values`] splits
//! one member into its JSON values. Neither holds more than one value, so memory does not grow
//! with the input, and each step has a limit that hostile input cannot pass.

mod buffer;
mod decode;
mod limits;
mod member;
mod name;
mod sanitize;
mod scan;
mod source;
mod tar;
#[cfg(test)]
mod tests;
mod value;
mod values;
mod walk;
mod zip;

pub use limits::Limits;
pub use member::Member;
pub use sanitize::lone_surrogates;
pub use source::{Flow, Source};
pub use value::Value;
pub use values::Values;
