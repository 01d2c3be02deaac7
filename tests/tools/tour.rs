//! `cargo tour`: builds Backlot and shows its main job on the bundled samples, command by command.
#![expect(clippy::print_stdout, reason = "showing is what this is for")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is shown; each line is the arguments of one call, and the code that it ends with.
const STEPS: [(&str, i32); 12] = [
    ("init tour.backlot", 0),
    ("import github docs/sample", 0),
    ("issue list --label bug --state all", 0),
    ("issue view 3 --no-events", 0),
    ("issue comment 5 --body Confirmed.", 0),
    ("log", 0),
    ("export github --out exported", 0),
    ("verify", 0),
    ("init nongli.backlot", 0),
    // Two answers in it are no part of a backlog, and are told.
    (
        "--store nongli.backlot import gitcode docs/sample-gitcode",
        8,
    ),
    ("--store nongli.backlot issue list --state all", 0),
    ("--store nongli.backlot export gitcode --out nongli", 0),
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
    for (step, code) in STEPS {
        println!("\n$ backlot {step}");
        let arguments = step
            .split(' ')
            .map(|word| match word.strip_prefix("docs/") {
                Some(sample) => root.join("docs").join(sample).into_os_string(),
                None => word.into(),
            });
        let status = Command::new(&program)
            .args(arguments)
            // Commands without `--store` take the nearest one, if it is the only one.
            .env("BACKLOT_STORE", "tour.backlot")
            .current_dir(&folder)
            .status()?;
        if status.code() != Some(code) {
            return Err(format!("`backlot {step}` ended with {status}").into());
        }
    }
    println!("\nThe stores, the exports and the program are left for you to look at:");
    println!("{}\n{}", folder.display(), program.display());
    Ok(())
}
