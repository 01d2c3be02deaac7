//! Records on their way out as GitCode's objects.

mod layout;
mod render;
mod writer;

pub use layout::{Layout, Shape, UnknownLayout, UnknownShape};
pub use render::{Renderer, render};
pub use writer::{WriteOptions, Writer};
