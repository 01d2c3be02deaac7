//! Reading the command line.

use std::env;
use std::ffi::OsString;

use clap::builder::{OsStr, Resettable};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _};

use crate::app::App;

/// A command line that makes no sense, or that asks for help, with what may be meant.
pub(crate) struct Refused {
    pub(crate) error: clap::Error,
    pub(crate) hint: Option<String>,
}

/// The command line of this process.
pub(crate) fn read() -> Result<App, Refused> {
    let words: Vec<OsString> = env::args_os().collect();
    let mut command = without_empty_variables(App::command());
    let matches = command.try_get_matches_from_mut(&words);
    let app = matches.and_then(|matches| {
        App::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    });
    app.map_err(|error| Refused {
        hint: hint(&error, &words),
        error,
    })
}

/// A variable that is set to nothing counts as not set.
fn without_empty_variables(command: Command) -> Command {
    let is_empty = |arg: &Arg| {
        let value = arg.get_env().and_then(env::var_os);
        value.is_some_and(|value| value.is_empty())
    };
    command
        .mut_args(|arg| match is_empty(&arg) {
            true => arg.env(Resettable::<OsStr>::Reset),
            false => arg,
        })
        .mut_subcommands(without_empty_variables)
}

/// `--json` takes fields only after `=`, since they could as well be the command's own arguments.
fn hint(error: &clap::Error, words: &[OsString]) -> Option<String> {
    let kinds = [
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidValue,
    ];
    let is_refused = |word: &str| {
        kinds.iter().any(
            |kind| matches!(error.get(*kind), Some(ContextValue::String(refused)) if refused == word),
        )
    };
    words.windows(2).find_map(|pair| {
        let [option, fields] = pair else { return None };
        let (option, fields) = (option.to_str()?, fields.to_str()?);
        let begun = match option.strip_prefix("--json")? {
            "" => "=",
            begun if begun.starts_with('=') && begun.ends_with(',') => begun,
            _ => return None,
        };
        let is_meant = is_refused(fields) && !fields.starts_with('-');
        is_meant.then(|| format!("fields are written with `=`: --json{begun}{fields}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hinted(words: &[&str]) -> Option<String> {
        let words: Vec<OsString> = words.iter().map(Into::into).collect();
        let error = App::command().try_get_matches_from(&words).unwrap_err();
        hint(&error, &words)
    }

    #[test]
    fn fields_after_a_space_are_hinted_at() {
        for words in [
            &["backlot", "label", "list", "--json", "number,title"][..],
            &["backlot", "issue", "close", "3", "--json", "number,title"],
            &["backlot", "--json", "number,title", "stats"],
            &["backlot", "label", "list", "--json=number,", "title"],
        ] {
            let expected = "fields are written with `=`: --json=number,title";
            assert_eq!(hinted(words).as_deref(), Some(expected), "{words:?}");
        }
        assert_eq!(hinted(&["backlot", "issue", "list", "--json", "--x"]), None);
        assert_eq!(hinted(&["backlot", "stats", "x", "--json"]), None);
    }
}
