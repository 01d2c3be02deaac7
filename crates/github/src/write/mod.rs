//! Records on their way out as GitHub's objects.

mod complete;
mod counted;
mod edit;
mod embedded;
mod event;
mod facts;
mod happened;
mod home;
mod kept;
mod layout;
mod links;
mod object;
mod output;
mod reference;
mod render;
mod repository;
mod rest;
mod version;
mod writer;

pub use layout::{Layout, UnknownLayout};
pub use output::{LossGroup, WriteSummary};
pub use render::{Renderer, WriteError, render};
pub use version::{ApiVersion, UnknownVersion};
pub use writer::{WriteOptions, Writer};
