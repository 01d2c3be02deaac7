//! Records on their way out as GitHub's objects.

mod complete;
mod edit;
mod embedded;
mod event;
mod facts;
mod files;
mod object;
mod render;
mod version;

pub use files::{RestWriter, WriteOptions, WriteSummary};
pub use render::{Renderer, WriteError, render};
pub use version::{ApiVersion, UnknownVersion};
