//! `backlot`: a whole backlog in one file, from the command line.

mod app;
mod command_line;
mod commands;
mod context;
mod edit;
mod error;
mod exit;
mod mapping_file;
mod moment;
mod output;
mod past;
mod progress;
mod query;
mod repository;
mod store_path;
mod sure;

use std::io;
use std::panic;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use error::{Error, Kind};

/// What the last panic said, to be told as an error.
static GAVE_UP: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    // The engine of the store answers some damage to its file with a panic. A caught one must not have
    // been printed, so what it says is kept until nobody has caught it.
    panic::set_hook(Box::new(|information| {
        *GAVE_UP.lock().unwrap_or_else(PoisonError::into_inner) = information.to_string();
    }));
    panic::catch_unwind(commands::run).map_or_else(|_| gave_up(), ExitCode::from)
}

fn gave_up() -> ExitCode {
    let said = GAVE_UP
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let error = Error::new(Kind::Unexpected, format!("backlot gave up: {said}"))
        .hint("`backlot verify` says whether the store's file is damaged; if it is sound, this is a fault of backlot");
    // There is nobody left to tell when this fails.
    let _ = error.print(&mut io::stderr(), false);
    error.exit().into()
}
