//! Steps that cannot be taken back with another edit: they are asked about, or tried out.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::output::text;

/// Whether a person is sure.
#[derive(Args, Debug)]
pub(crate) struct SureArgs {
    /// Do it without asking
    #[arg(short, long)]
    pub(crate) yes: bool,

    /// Check everything and say what would be done, and write nothing
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
}

impl SureArgs {
    /// Asks a person on a terminal, who can say no, which is an error; elsewhere `--yes` is needed.
    pub(crate) fn ask(&self, question: &str, context: &mut Context<'_>) -> Result<()> {
        if self.yes || self.dry_run {
            return Ok(());
        }
        let question = text::line(question);
        let stdin = io::stdin();
        if !(stdin.is_terminal() && context.screen.is_terminal()) {
            return Err(Error::usage(format!("{question} needs a yes"))
                .hint("add `--yes` to do it, or `--dry-run` to see what would be done"));
        }
        write!(context.out, "{question}? [y/N] ")?;
        context.out.flush()?;
        let mut answer = String::new();
        let read = stdin.lock().read_line(&mut answer);
        let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
        match read {
            Ok(_) if is_yes => Ok(()),
            _ => Err(Error::usage("nothing was done")),
        }
    }
}
