//! Medians of a job and its reference, taken in turns.

use std::time::{Duration, Instant};

/// Runs a job and its reference in turns and prints their medians and ratio.
pub(crate) fn compare<E>(
    rounds: usize,
    (job, mut run): (&str, impl FnMut() -> Result<Duration, E>),
    (reference, mut run_reference): (&str, impl FnMut() -> Result<Duration, E>),
) -> Result<(), E> {
    let (mut times, mut reference_times) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        reference_times.push(run_reference()?);
        times.push(run()?);
    }
    let (time, reference_time) = (median(times), median(reference_times));
    let ratio = time.as_secs_f64() / reference_time.as_secs_f64();
    println!(
        "{job:<42} {:>12} {reference:<44} {:>12} {ratio:>7.2}",
        show(time),
        show(reference_time)
    );
    Ok(())
}

/// How long a piece of work takes, with its result.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

/// The middle one of some times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A time with its unit.
pub(crate) fn show(time: Duration) -> String {
    match time.as_nanos() {
        0..10_000 => format!("{} ns", time.as_nanos()),
        10_000..10_000_000 => format!("{:.1} us", time.as_secs_f64() * 1e6),
        _ => format!("{:.1} ms", time.as_secs_f64() * 1e3),
    }
}

/// Says what a job took as soon as it is known.
pub(crate) fn progress(job: &str, time: Duration, ratio: Option<f64>) {
    match ratio {
        Some(ratio) => println!("{job:<52} {:>12} {ratio:>7.2} bare", show(time)),
        None => println!("{job:<52} {:>12}", show(time)),
    }
}
