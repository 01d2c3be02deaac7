//! What GitCode's objects look like: their keys, what each key can be derived from, and how what cannot be
//! derived is kept in bytes.

mod derive;
mod form;
mod moment;
mod overlay;
mod site;
mod table;
mod tables;

pub(crate) use derive::{EMOJI, Facts, color, derive, put_hex, short_color};
pub use form::FORGE;
pub(crate) use form::Form;
pub(crate) use moment::{Moment, Style, put_moment};
pub(crate) use overlay::{Embedded, ExtraKey, Overlay, label, write as write_overlay, write_own};
pub(crate) use site::{Base, HOST, Site};
pub(crate) use table::{Rule, Table, bit, depends};
