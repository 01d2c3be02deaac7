//! How things are shown: as tables and text for people, as JSON for programs.

pub(crate) mod json;
pub(crate) mod screen;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod time;
