//! The commands, each in a file of its own.

pub(crate) mod burn_down;
pub(crate) mod comment;
pub(crate) mod compact;
pub(crate) mod completions;
pub(crate) mod contradictions;
pub(crate) mod convert;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod imports;
pub(crate) mod index;
pub(crate) mod init;
pub(crate) mod issue;
pub(crate) mod label;
pub(crate) mod lint;
pub(crate) mod log;
pub(crate) mod losses;
pub(crate) mod milestone;
pub(crate) mod project;
pub(crate) mod rebuild;
pub(crate) mod repo;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod stats;
pub(crate) mod timeline;
pub(crate) mod undo;
pub(crate) mod verify;

use std::io::{self, BufWriter, IsTerminal as _, Write as _};

use crate::app::Command;
use crate::command_line::{self, Refused};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::screen::{Screen, wants_colour};
use crate::output::text;

/// Runs the command that the command line names.
pub(crate) fn run() -> Exit {
    let app = match command_line::read() {
        Ok(app) => app,
        Err(Refused { error, hint }) => {
            // Help goes to standard output, and a closed pipe there is no failure.
            let _ = error.print();
            if let Some(hint) = hint {
                let _ = writeln!(io::stderr().lock(), "\nhint: {}", text::line(&hint));
            }
            return if error.use_stderr() {
                Exit::USAGE
            } else {
                Exit::DONE
            };
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut context = Context {
        global: &app.global,
        screen: Screen::detect(app.global.color),
        out: &mut out,
    };
    let done = dispatch(&app.command, &mut context);
    // What a command wrote before it failed is shown too.
    let flushed = out.flush().map_err(Into::into);
    match done.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(error) => {
            let mut stderr = io::stderr().lock();
            let colour = wants_colour(app.global.color, stderr.is_terminal());
            let _ = error.print(&mut stderr, colour);
            error.exit()
        }
    }
}

fn dispatch(command: &Command, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        Command::Init(args) => init::init(args, context),
        Command::Import(command) => import::run(command, context),
        Command::Export(command) => export::run(command, context),
        Command::Convert(args) => convert::convert(args, context),
        Command::Issue(command) => issue::run(command, context),
        Command::Comment(command) => comment::run(command, context),
        Command::Label(command) => label::run(command, context),
        Command::Milestone(command) => milestone::run(command, context),
        Command::Project(command) => project::run(command, context),
        Command::Repo(command) => repo::run(command, context),
        Command::Search(args) => search::search(args, context),
        Command::Serve(args) => serve::serve(args, context),
        Command::Timeline(args) => timeline::timeline(args, context),
        Command::Diff(args) => diff::diff(args, context),
        Command::BurnDown(args) => burn_down::burn_down(args, context),
        Command::Contradictions(args) => contradictions::contradictions(args, context),
        Command::Lint(args) => lint::lint(args, context),
        Command::Undo(args) => undo::undo(args, context),
        Command::Redo(args) => undo::redo(args, context),
        Command::Index(_) => index::index(context),
        Command::Log(args) => log::log(args, context),
        Command::Imports(args) => imports::imports(args, context),
        Command::Stats => stats::stats(context),
        Command::Verify => verify::verify(context),
        Command::Rebuild => rebuild::rebuild(context),
        Command::Compact => compact::compact(context),
        Command::Completions(args) => completions::completions(args, context),
    }
}
