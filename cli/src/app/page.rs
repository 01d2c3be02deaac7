//! The page that lists every command, which must be what the program takes.

use std::path::Path;

use clap::{Arg, Command, CommandFactory as _};

use super::App;

const BEGIN: &str = "\
# The command line

Every command, with what it takes. This page is made from the program itself, and a test compares the two; to write it
anew, run `BACKLOT_WRITE_PAGE=1 cargo test -p backlot page`. `backlot help COMMAND` says the same, with examples.

Exit codes, environment and output are told by `backlot --help`. Every command that shows or changes something takes
`--json`, or `--json=FIELD,FIELD`.
";

fn page() -> String {
    let mut page = BEGIN.to_owned();
    let command = App::command();
    page.push_str("\n## Options of every command\n\n");
    arguments(&command, true, &mut page);
    for command in command.get_subcommands() {
        page.push_str(&format!("\n## `backlot {}`\n", command.get_name()));
        describe(
            &format!("backlot {}", command.get_name()),
            command,
            &mut page,
        );
    }
    page
}

fn describe(path: &str, command: &Command, page: &mut String) {
    let about = command.get_about().map(ToString::to_string);
    page.push_str(&format!("\n{}.\n", about.unwrap_or_default()));
    if command.has_subcommands() {
        for command in command.get_subcommands() {
            let path = format!("{path} {}", command.get_name());
            page.push_str(&format!("\n### `{path}`\n"));
            describe(&path, command, page);
        }
        return;
    }
    page.push('\n');
    arguments(command, false, page);
}

fn arguments(command: &Command, is_global: bool, page: &mut String) {
    let arguments = command.get_arguments();
    for argument in arguments.filter(|argument| argument.is_global_set() == is_global) {
        let help = argument.get_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        page.push_str(&format!("- `{}`: {help}\n", shown(argument)));
    }
}

fn shown(argument: &Arg) -> String {
    let takes_value = argument.get_action().takes_values();
    let names = argument.get_value_names().unwrap_or_default();
    let value = match names.first() {
        Some(name) if takes_value => name.to_string(),
        _ => String::new(),
    };
    match argument.get_long() {
        Some(long) if value.is_empty() => format!("--{long}"),
        Some(long) if argument.is_require_equals_set() => format!("--{long}[={value}]"),
        Some(long) => format!("--{long} {value}"),
        None => value,
    }
}

#[test]
fn the_page_of_commands_is_what_the_program_takes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/command-line.md");
    let page = page();
    if std::env::var_os("BACKLOT_WRITE_PAGE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap();
    assert!(
        known == page,
        "docs/command-line.md is not up to date: see its first lines"
    );
}
