//! The same jobs on stores of several sizes, and how their times grow.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use backlot_core::Store;

use crate::data::Data;
use crate::jobs::import;
use crate::measure::{show, timed};
use crate::repeat::{Into, repeat};
use crate::tracker::{Figure, Figures, Subject, index_texts, run as run_jobs, undo_import};

type Outcome<T> = Result<T, Box<dyn Error>>;

pub(crate) fn run(data: &Data, rounds: usize, parts: &[String]) -> Outcome<()> {
    let has = |wanted: &str| parts.iter().any(|part| part == wanted);
    let mut all: Vec<(&str, Vec<Figure>)> = Vec::new();
    let work = tempfile::tempdir_in(target()?)?;
    for (part, into) in [
        ("small", None),
        ("one", Some(Into::One)),
        ("many", Some(Into::Many)),
    ] {
        if !has(part) {
            continue;
        }
        println!("\n{part}");
        let mut figures = Figures::default();
        let path = work.path().join(format!("{part}.backlot"));
        match into {
            None => {
                make(data.folder.path(), &path, &mut figures)?;
                undo_import(&path, &mut figures)?;
            }
            Some(into) => {
                let kept = target()?.join(format!("{part}.backlot"));
                if has("fresh") {
                    let _ = fs::remove_file(&kept);
                }
                if !kept.exists() {
                    let folder = tempfile::tempdir_in(target()?)?;
                    repeat(data.folder.path(), &data.repository, folder.path(), into)?;
                    let begun = kept.with_extension("begun");
                    let _ = fs::remove_file(&begun);
                    make(folder.path(), &begun, &mut figures)?;
                    fs::rename(&begun, &kept)?;
                }
                fs::copy(&kept, &path)?;
                if has("undo") {
                    undo_import(&path, &mut figures)?;
                }
            }
        }
        println!(
            "store file: {:.1} MB",
            fs::metadata(&path)?.len() as f64 / 1e6
        );
        let repository = match into {
            Some(Into::Many) => "copy-3/rust".parse()?,
            _ => data.repository.parse()?,
        };
        let subject = Subject {
            path: &path,
            repository,
            labels: data.labels,
            number: data.number,
            rounds,
        };
        run_jobs(&subject, &mut figures)?;
        fs::remove_file(&path)?;
        all.push((part, figures.0));
    }
    table(&all);
    Ok(())
}

/// A folder beside the program, where stores are kept from run to run.
fn target() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().ok_or("no folder")?.join("bench-stores");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Imports a folder into a new store, with its index of texts.
fn make(folder: &Path, path: &Path, figures: &mut Figures) -> Outcome<()> {
    let mut store = Store::create(path)?;
    let (time, done) = timed(|| import(&store, folder));
    done?;
    figures.add("import", "", time, None);
    let (time, done) = timed(|| store.compact());
    done?;
    figures.add("compact", "", time, None);
    index_texts(&store, figures)
}

/// All figures side by side.
fn table(all: &[(&str, Vec<Figure>)]) {
    print!("\n| job | goal |");
    all.iter().for_each(|(part, _)| print!(" {part} |"));
    print!("\n|---|---|");
    all.iter().for_each(|_| print!("---|"));
    println!();
    let mut jobs: Vec<(&str, &str)> = Vec::new();
    for figure in all.iter().flat_map(|(_, figures)| figures) {
        if !jobs.iter().any(|(job, _)| *job == figure.job) {
            jobs.push((&figure.job, figure.goal));
        }
    }
    for (job, goal) in jobs {
        print!("| {job} | {goal} |");
        for (_, figures) in all {
            match figures.iter().find(|figure| figure.job == job) {
                Some(Figure {
                    time,
                    ratio: Some(ratio),
                    ..
                }) => {
                    print!(" {} ({ratio:.1} bare) |", show(*time));
                }
                Some(figure) => print!(" {} |", show(figure.time)),
                None => print!(" |"),
            }
        }
        println!();
    }
}
