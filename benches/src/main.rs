//! Benchmarks: each job beside a named reference in the same run, so that what is compared had the
//! same machine at the same time. Medians of several rounds; `README.md` keeps the figures.
//!
//! ```text
//! BACKLOT_DATA=../shared/data cargo run --release -p backlot-benches
//! ```
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

mod data;
mod jobs;
mod measure;
mod reference;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = match std::env::args().nth(1) {
        Some(rounds) => rounds.parse()?,
        None => 7,
    };
    let data = data::Data::prepare()?;
    println!(
        "{}: {} issues, {} comments, {:.1} MB of JSON",
        data.name,
        data.issues,
        data.comments,
        data.bytes as f64 / 1e6
    );
    println!("{rounds} rounds, medians\n");
    println!(
        "{:<42} {:>12} {:<44} {:>12} {:>7}",
        "job", "median", "reference", "median", "ratio"
    );
    jobs::run(&data, rounds)
}
