//! `cargo tour`: builds Backlot and shows its main job on the bundled sample, command by command.
#![expect(clippy::print_stdout, reason = "showing is what this is for")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is shown; each line is the arguments of one call.
const STEPS: [&str; 8] = [
    "init tour.backlot",
    "import github SAMPLE",
    "issue list --label bug --state all",
    "issue view 3 --no-events",
    "issue comment 5 --body Confirmed.",
    "log",
    "export github --out exported",
    "verify",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("no project folder")?
        .to_owned();
    let build = ["build", "--release", "--package", "backlot"];
    if !Command::new(env!("CARGO"))
        .args(build)
        .current_dir(&root)
        .status()?
        .success()
    {
        return Err("the program does not build".into());
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let program = target
        .join("release")
        .join(format!("backlot{}", std::env::consts::EXE_SUFFIX));
    let folder = target.join("tour");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let sample = root
        .join("docs")
        .join("sample")
        .to_string_lossy()
        .into_owned();
    for step in STEPS {
        println!("\n$ backlot {}", step.replace("SAMPLE", "docs/sample"));
        let arguments = step.split(' ').map(|word| {
            if word == "SAMPLE" {
                sample.as_str()
            } else {
                word
            }
        });
        let status = Command::new(&program)
            .args(arguments)
            .current_dir(&folder)
            .status()?;
        if !status.success() {
            return Err(format!("`backlot {step}` ended with {status}").into());
        }
    }
    println!("\nThe store, the export and the program are left for you to look at:");
    println!("{}\n{}", folder.display(), program.display());
    Ok(())
}
