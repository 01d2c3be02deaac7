//! Mappings of names and texts.

mod properties;
mod texts;
