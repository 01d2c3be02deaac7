//! `backlot`: a whole backlog in one file, from the command line.

mod app;
mod commands;
mod context;
mod error;
mod exit;
mod output;
mod progress;
mod repository;
mod store_path;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run().into()
}
