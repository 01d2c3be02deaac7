//! Records on their way out as GitCode's objects.

mod born;
mod embedded;
mod facts;
mod fate;
mod home;
mod judge;
mod kept;
mod layout;
mod lost;
mod names;
mod object;
mod objects;
mod refused;
mod render;
mod requests;
mod resource;
mod rest;
mod served;
mod writer;

#[cfg(test)]
pub(crate) use fate::table;
pub use fate::{Fate, fate, fields, reason};
pub use layout::{Layout, Shape, UnknownLayout, UnknownShape};
pub use objects::{Object, Objects};
pub use render::{Renderer, render};
pub use resource::Resource;
pub use writer::{WriteOptions, Writer};
