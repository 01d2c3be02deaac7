//! `cargo all`: everything that must hold, in the order in which it fails fastest.
#![expect(clippy::print_stdout, reason = "saying what runs is what this is for")]

use std::error::Error;
use std::path::Path;
use std::process::Command;

/// What is run, each as arguments to cargo. The first word of a line that is optional is `?`: a toolchain
/// may come without that component.
const STEPS: [&[&str]; 5] = [
    &["?", "fmt", "--all", "--check"],
    &[
        "?",
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ],
    &["test", "--workspace", "--lib", "--bins", "--tests"],
    &["test", "--workspace", "--doc"],
    &["doc", "--workspace", "--no-deps", "--quiet"],
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("no project folder")?;
    for step in STEPS {
        let (optional, arguments) = match step {
            ["?", arguments @ ..] => (true, arguments),
            arguments => (false, arguments),
        };
        let cargo = || {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .current_dir(root)
                .env("RUSTDOCFLAGS", "--deny warnings");
            cargo
        };
        println!("\n== cargo {}", arguments.join(" "));
        let component = arguments.first().copied().unwrap_or_default();
        if optional
            && !cargo()
                .args([component, "--version"])
                .output()?
                .status
                .success()
        {
            println!("skipped: this toolchain has no `cargo {component}`");
            continue;
        }
        let status = cargo().args(arguments).status()?;
        if !status.success() {
            return Err(format!("`cargo {}` ended with {status}", arguments.join(" ")).into());
        }
    }
    println!("\nall holds");
    Ok(())
}
