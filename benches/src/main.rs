//! Benchmarks: each job beside a named reference in the same run, so that what is compared had the
//! same machine at the same time. Medians of several rounds; `README.md` keeps the figures.
//!
//! ```text
//! BACKLOT_DATA=../shared/data cargo run --release -p backlot-benches -- [ROUNDS] [PART...]
//! ```
//!
//! Parts: `files` (import, export and their like), `forges` (GitCode's objects beside GitHub's), `small` (a tracker's
//! work on the data as it is), `one` and `many` (the same on the data repeated in one repository and in one each),
//! `fresh` (makes the stores of the last two again), `serve` (the program under load from this one). Without any: `files`, `forges` and `small`.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

mod data;
mod forges;
mod jobs;
mod measure;
mod reference;
mod repeat;
mod serve;
mod sizes;
mod tracker;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    if let (Some("fixed-server"), Some(bytes)) = (arguments.next().as_deref(), arguments.next()) {
        return serve::fixed::run(bytes.parse()?);
    }
    let mut rounds = 7;
    let mut parts = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            Ok(number) => rounds = number,
            Err(_) => parts.push(argument),
        }
    }
    if parts.is_empty() {
        parts.extend(["files", "forges", "small"].map(str::to_owned));
    }
    let data = data::Data::prepare()?;
    println!(
        "{}: {} issues, {} comments, {:.1} MB of JSON",
        data.name,
        data.issues,
        data.comments,
        data.bytes as f64 / 1e6
    );
    println!("{rounds} rounds, medians\n");
    let has = |wanted: &str| parts.iter().any(|part| part == wanted);
    if has("files") || has("forges") {
        println!(
            "{:<42} {:>12} {:<44} {:>12} {:>7}",
            "job", "median", "reference", "median", "ratio"
        );
    }
    if has("files") {
        jobs::run(&data, rounds)?;
    }
    if has("forges") {
        forges::run(&data, rounds)?;
    }
    if has("serve") {
        serve::run(&data, rounds).map_err(|error| error.to_string())?;
    }
    sizes::run(&data, rounds, &parts)
}
