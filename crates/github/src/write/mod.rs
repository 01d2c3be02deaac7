//! Records on their way out as GitHub's objects.

mod comparison;
mod complete;
mod counted;
mod echo;
mod edit;
mod embedded;
mod event;
mod facts;
mod github_backup;
mod happened;
mod home;
mod import_api;
mod kept;
mod layout;
mod links;
mod migration;
mod object;
mod objects;
mod reference;
mod render;
mod repository;
mod requests;
mod resource;
mod rest;
mod served;
mod served_repository;
mod version;
mod writer;

pub use happened::{issue_type_node, issue_type_number};
pub use layout::{Layout, UnknownLayout};
pub use objects::{Object, Objects};
pub use render::{Renderer, render};
pub use resource::Resource;
pub use version::{ApiVersion, UnknownVersion};
pub use writer::{WriteOptions, Writer};
