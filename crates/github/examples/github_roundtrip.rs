//! Reads GitHub data and writes it back through a stand-in for the store, with times and sizes.
//!
//! `cargo run --release -p backlot-github --example github_roundtrip -- INPUT [OUTPUT] [KIND] [VERSION]`

#![expect(clippy::print_stderr, reason = "it is there to show its numbers")]

#[path = "../tests/stand_in/mod.rs"]
mod stand_in;

use std::path::Path;
use std::time::Instant;

use backlot_github::{Flow, Limits, ReadOptions, Reader, Source, WriteOptions, Writer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let get = |at: usize| {
        arguments
            .get(at)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    let input = Path::new(get(0).ok_or("INPUT is missing")?);
    let options = ReadOptions {
        kind: get(2).map(str::parse).transpose()?,
    };
    let open = || Reader::open(Source::open(input, Limits::default())?, options);

    for _ in 0..3 {
        let begun = Instant::now();
        let reader = open()?;
        let opened = begun.elapsed();
        let mut things = 0;
        reader.read(|batch| {
            things += batch.len();
            Ok(Flow::Continue)
        })?;
        eprintln!(
            "open {opened:?}, with reading {:?}, {things} things",
            begun.elapsed()
        );
    }
    let mut store = stand_in::StandIn::default();
    store.take_all(open()?.batches())?;
    eprintln!(
        "{} repositories, {} records, {} with extras, {} bytes of overlays, {} embedded ({} bytes), {} skipped",
        store.repositories.len(),
        store.records.len(),
        store.extras,
        store.overlay_bytes,
        store.embedded.len(),
        store
            .embedded
            .values()
            .map(|bytes| bytes.len())
            .sum::<usize>(),
        store.skipped.len(),
    );
    for skipped in store.skipped.iter().take(20) {
        eprintln!("  {}: {} ({})", skipped.place, skipped.reason, skipped.kept);
    }
    let begun = Instant::now();
    let mut renderer = backlot_github::Renderer::new(None);
    let (mut out, mut total, mut losses) = (Vec::new(), 0, Vec::new());
    let records = std::mem::take(&mut store.records);
    for record in &records {
        out.clear();
        renderer.render(record, &mut store, &mut out, &mut losses)?;
        total += out.len();
    }
    eprintln!("rendered {total} bytes in {:?}", begun.elapsed());
    if let Some(output) = get(1) {
        let begun = Instant::now();
        let api_version = get(3).map(str::parse).transpose()?;
        let mut writer = Writer::create(
            Path::new(output),
            &WriteOptions {
                api_version,
                ..WriteOptions::default()
            },
        )?;
        for record in &records {
            writer.write(record, &mut store)?;
        }
        let summary = writer.finish()?;
        eprintln!("written in {:?}: {summary:?}", begun.elapsed());
    }
    Ok(())
}
