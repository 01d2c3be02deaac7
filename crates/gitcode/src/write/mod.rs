//! Records on their way out as GitCode's objects.

mod born;
mod embedded;
mod facts;
mod home;
mod layout;
mod lost;
mod object;
mod render;
mod writer;

pub use layout::{Layout, Shape, UnknownLayout, UnknownShape};
pub use render::{Renderer, render};
pub use writer::{WriteOptions, Writer};
