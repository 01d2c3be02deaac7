//! The README is run: every command in it, with the output that it shows.

use crate::support::{backlot, root};

/// The console blocks of a Markdown text.
fn console_blocks(text: &str) -> Vec<String> {
    let blocks = text.split("```console\n").skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap().to_owned())
        .collect()
}

/// Whether the output is what is shown, where a line of `...` stands for any lines.
fn shows(shown: &[&str], output: &[&str]) -> bool {
    match shown.split_first() {
        None => output.is_empty(),
        Some((&"...", rest)) => (0..=output.len()).any(|skip| shows(rest, &output[skip..])),
        Some((line, rest)) => output.first() == Some(line) && shows(rest, &output[1..]),
    }
}

#[test]
fn every_command_of_the_readme_does_what_it_shows() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sample = root().join("docs/sample");
    for path in crate::support::walk(&sample) {
        let to = folder
            .path()
            .join("docs/sample")
            .join(path.strip_prefix(&sample).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&path, to).unwrap();
    }
    let mut commands = 0;
    for block in console_blocks(&readme) {
        for step in block.split("$ ").skip(1) {
            let mut lines = step.lines();
            let command = lines.next().unwrap();
            let arguments: Vec<_> = command.split(' ').skip(1).collect();
            assert!(command.starts_with("backlot "), "{command}");
            let output = backlot(folder.path(), &arguments);
            let said = String::from_utf8(output.stdout.clone()).unwrap();
            let failed = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{command}\n{said}{failed}");
            let (shown, said): (Vec<_>, Vec<_>) = (lines.collect(), said.lines().collect());
            assert!(
                shows(&shown, &said),
                "$ {command}\nprinted:\n{}",
                said.join("\n")
            );
            commands += 1;
        }
    }
    assert!(commands >= 6, "only {commands} commands in the README");
}
