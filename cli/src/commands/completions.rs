//! `backlot completions`

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use crate::app::App;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Print a script that completes backlot's commands in a shell
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot completions bash > ~/.local/share/bash-completion/completions/backlot
  backlot completions zsh > \"${fpath[1]}/_backlot\"
  backlot completions fish > ~/.config/fish/completions/backlot.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn completions(args: &CompletionsArgs, context: &mut Context<'_>) -> Result<Exit> {
    // The generator panics when it cannot write, so it writes to memory.
    let mut script = Vec::new();
    generate(args.shell, &mut App::command(), "backlot", &mut script);
    context.out.write_all(&script)?;
    Ok(Exit::DONE)
}
