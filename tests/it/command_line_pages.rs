//! Every command of the page of commands is run by some test.

use crate::command_line::sampled;
use crate::command_line_transcript::transcript;
use crate::support::root;

#[test]
fn every_command_is_run_by_a_test() {
    let page = std::fs::read_to_string(root().join("docs/command-line.md")).unwrap();
    let commands: Vec<&str> = (page.lines())
        .filter_map(|line| {
            line.trim_start_matches('#')
                .trim()
                .strip_prefix("`backlot ")
        })
        .filter_map(|command| command.strip_suffix('`'))
        .collect();
    let is_group = |command: &str| {
        let begun = format!("{command} ");
        commands.iter().any(|other| other.starts_with(&begun))
    };
    let mut tests = std::fs::read_to_string(root().join("README.md")).unwrap();
    for path in crate::support::walk(&root().join("tests/it")) {
        if path.extension().is_some_and(|end| end == "rs") {
            tests.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    // Arguments stand as words or as quoted strings.
    let tests = tests.replace(['"', ','], " ");
    let tests = tests.split_whitespace().collect::<Vec<_>>().join(" ");
    let missing: Vec<&&str> = (commands.iter())
        .filter(|command| !is_group(command) && !tests.contains(**command))
        .collect();
    assert!(commands.len() > 60, "only {} commands", commands.len());
    assert!(missing.is_empty(), "no test runs {missing:?}");
}

#[test]
fn a_store_is_compacted_and_shells_complete() {
    let folder = sampled();
    let told = transcript(folder.path(), "compact --json\ncompletions bash\nverify");
    assert!(told.contains("_backlot()"), "{told}");
    assert!(told.ends_with("tables checked\n"), "{told}");
}
