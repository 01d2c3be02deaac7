//! What GitHub's objects look like: their keys, what each key can be derived from, and how what
//! cannot be derived is kept in bytes.

mod derive;
mod form;
mod node;
mod overlay;
mod site;
mod table;
mod tables;

pub(crate) use derive::{Facts, derive, in_address, put_time};
pub use form::FORGE;
pub(crate) use form::{Form, NUMBERED};
pub use node::record_of_node_id;
pub(crate) use node::{Node, new_style, old_style};
pub(crate) use overlay::{Aux, Embedded, ExtraKey, Overlay, write as write_overlay, write_own};
pub(crate) use site::Site;
pub(crate) use table::{Rule, Table, bit, depends};
