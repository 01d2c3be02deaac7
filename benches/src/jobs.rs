//! The jobs and their references.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use backlot_core::{
    ImportOptions, IssueEdit, IssueFilter, NewIssue, SnapshotLookup, StateFilter, Store,
};
use backlot_github::{Flow, Layout, Reader, Renderer, Source, WriteOptions, Writer};
use backlot_model::{Actor, Outgoing, RepositoryName, SortKey};

use crate::data::Data;
use crate::measure::{compare, timed};
use crate::reference::{Comment, Issue, parse, parse_list};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Imports the data with the reader in a thread of its own, as the command line does.
pub(crate) fn import(store: &Store, folder: &Path) -> Outcome<()> {
    let source = Source::open(folder, Default::default())?;
    let reader = Reader::open(source, Default::default())?;
    store.import(&ImportOptions::new("github", "bench"), reader.batches())?;
    Ok(())
}

fn export(store: &Store, repository: &RepositoryName, out: &Path) -> Outcome<()> {
    let mut writer = Writer::create(out, &WriteOptions::default())?;
    let passes = writer.passes();
    store
        .read()?
        .export(repository, &passes, &mut |outgoing: &Outgoing,
                                           lookup: &mut SnapshotLookup<
            '_,
        >|
         -> Outcome<()> {
            writer
                .write(outgoing, lookup)
                .map_err(|error| error.to_string())?;
            Ok(())
        })?;
    writer.finish()?;
    Ok(())
}

/// How long it takes to write every object out of its record, without what the store needs to hand it out.
fn render_all(store: &Store, repository: &RepositoryName) -> Outcome<Duration> {
    let mut renderer = Renderer::new(None);
    let (mut out, mut losses) = (Vec::new(), Vec::new());
    let mut total = Duration::ZERO;
    let passes = Layout::Rest.passes();
    store
        .read()?
        .export(repository, &passes, &mut |outgoing: &Outgoing,
                                           lookup: &mut SnapshotLookup<
            '_,
        >|
         -> Outcome<()> {
            out.clear();
            let (time, done) = timed(|| renderer.render(outgoing, lookup, &mut out, &mut losses));
            done.map_err(|error| error.to_string())?;
            total += time;
            Ok(())
        })?;
    Ok(total)
}

pub(crate) fn run(data: &Data, rounds: usize) -> Outcome<()> {
    let issues = fs::read(data.file("issues.ndjson"))?;
    let comments = fs::read(data.file("comments.ndjson"))?;
    let mut parse_all = || -> Outcome<Duration> {
        let (time, parsed) = timed(|| -> Outcome<usize> {
            Ok(parse::<Issue>(&issues)? + parse::<Comment>(&comments)?)
        });
        parsed?;
        Ok(time)
    };
    let work = tempfile::tempdir()?;
    let path = work.path().join("bench.backlot");
    compare(
        rounds,
        ("import, JSON files to a durable store", || {
            let _ = fs::remove_file(&path);
            let store = Store::create(&path)?;
            let (time, done) = timed(|| import(&store, data.folder.path()));
            done?;
            Ok(time)
        }),
        ("serde_json, every field, owned, one thread", &mut parse_all),
    )?;
    let store = Store::open(&path)?;
    compare(
        rounds,
        ("import of the same again", || {
            let (time, done) = timed(|| import(&store, data.folder.path()));
            done?;
            Ok(time)
        }),
        ("serde_json, every field, owned, one thread", &mut parse_all),
    )?;
    let repository: RepositoryName = data.repository.parse()?;
    compare(
        rounds,
        ("read into records, one thread", || {
            let (time, done) = timed(|| -> Outcome<()> {
                let source = Source::open(data.folder.path(), Default::default())?;
                Reader::open(source, Default::default())?.read(|batch| {
                    batch.clear();
                    Ok(Flow::Continue)
                })?;
                Ok(())
            });
            done?;
            Ok(time)
        }),
        ("serde_json, every field, owned, one thread", &mut parse_all),
    )?;
    let typed = (
        parse_list::<Issue>(&issues)?,
        parse_list::<Comment>(&comments)?,
    );
    compare(
        rounds,
        ("write objects from records, one thread", || {
            render_all(&store, &repository)
        }),
        (
            "serde_json of typed structs, one thread",
            || -> Outcome<Duration> {
                let mut out = Vec::new();
                let (time, done) = timed(|| -> Outcome<usize> {
                    let mut bytes = 0;
                    for issue in &typed.0 {
                        out.clear();
                        serde_json::to_writer(&mut out, issue)?;
                        bytes += out.len();
                    }
                    for comment in &typed.1 {
                        out.clear();
                        serde_json::to_writer(&mut out, comment)?;
                        bytes += out.len();
                    }
                    Ok(bytes)
                });
                done?;
                Ok(time)
            },
        ),
    )?;
    compare(
        rounds,
        ("export to JSON files", || {
            let out = tempfile::tempdir_in(work.path())?;
            let (time, done) = timed(|| export(&store, &repository, &out.path().join("out")));
            done?;
            Ok(time)
        }),
        ("serde_json, every field, owned, one thread", &mut parse_all),
    )?;
    reads(data, &store, &repository, rounds)?;
    edits(&store, &repository, work.path(), rounds)?;
    drop(store);
    compare(
        rounds,
        ("open", || {
            let (time, store) = timed(|| Store::open_read_only(&path));
            drop(store?);
            Ok(time)
        }),
        ("read 4 KiB of the file", || -> Outcome<Duration> {
            let (time, read) = timed(|| -> std::io::Result<()> {
                let mut page = [0; 4096];
                std::io::Read::read_exact(&mut File::open(&path)?, &mut page)
            });
            read?;
            Ok(time)
        }),
    )?;
    let length = fs::metadata(&path)?.len();
    println!(
        "\nstore file: {:.1} MB, {:.3} of the JSON",
        length as f64 / 1e6,
        length as f64 / data.bytes as f64
    );
    Ok(())
}

fn reads(data: &Data, store: &Store, repository: &RepositoryName, rounds: usize) -> Outcome<()> {
    let snapshot = store.read()?;
    let filter = IssueFilter {
        state: StateFilter::All,
        labels: vec![data.label.to_owned()],
        sort: SortKey::Updated,
        ..IssueFilter::default()
    };
    let numbers: Vec<u64> = snapshot
        .issues(
            repository,
            &IssueFilter {
                state: StateFilter::All,
                ..IssueFilter::default()
            },
        )?
        .page(1, 1000)?
        .iter()
        .map(|issue| issue.number)
        .collect();
    let line = fs::read(data.file("issues.ndjson"))?;
    let line: Vec<u8> = line
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default()
        .to_vec();
    let parse_one = |count: usize| -> Outcome<Duration> {
        let (time, parsed) =
            timed(|| (0..count).try_for_each(|_| parse::<Issue>(&line).map(|_| ())));
        parsed?;
        Ok(time)
    };
    compare(
        rounds * 20,
        ("first page of 30, label, by update", || {
            let (time, page) = timed(|| snapshot.issues(repository, &filter)?.page(1, 30));
            std::hint::black_box(page?);
            Ok(time)
        }),
        ("serde_json, 30 issues, every field", || parse_one(30)),
    )?;
    let mut next = 0;
    compare(
        rounds * 100,
        ("one issue by number, with its body", || {
            next = (next + 37) % numbers.len();
            let number = numbers.get(next).copied().unwrap_or(1);
            let (time, issue) = timed(|| snapshot.issue(repository, number));
            std::hint::black_box(issue?);
            Ok(time)
        }),
        ("serde_json, 1 issue, every field", || parse_one(1)),
    )
}

fn edits(store: &Store, repository: &RepositoryName, folder: &Path, rounds: usize) -> Outcome<()> {
    let mut bare = File::options()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .open(folder.join("bare"))?;
    bare.write_all(&[0; 4096])?;
    bare.sync_data()?;
    let mut sync = || -> Outcome<Duration> {
        let (time, done) = timed(|| -> std::io::Result<()> {
            bare.seek(SeekFrom::Start(0))?;
            bare.write_all(&[7; 4096])?;
            bare.sync_data()
        });
        done?;
        Ok(time)
    };
    let mut tx = store.write(Actor::login("mona"), "bench")?;
    let number = tx
        .repository(repository.as_str())?
        .create_issue(NewIssue::titled("Bench"))?;
    tx.commit()?;
    compare(
        rounds * 30,
        ("durable edit: a comment", || {
            let (time, done) = timed(|| -> Outcome<()> {
                let mut tx = store.write(Actor::login("mona"), "bench")?;
                tx.repository(repository.as_str())?
                    .comment(number, "Seen on 1.2 too.")?;
                tx.commit()?;
                Ok(())
            });
            done?;
            Ok(time)
        }),
        ("4 KiB write + fdatasync", &mut sync),
    )?;
    let mut turn = 0;
    compare(
        rounds * 30,
        ("durable edit: a title", || {
            turn += 1;
            let edit = IssueEdit::default().title(format!("Bench {turn}"));
            let (time, done) = timed(|| -> Outcome<()> {
                let mut tx = store.write(Actor::login("mona"), "bench")?;
                tx.repository(repository.as_str())?
                    .edit_issue(number, &edit)?;
                tx.commit()?;
                Ok(())
            });
            done?;
            Ok(time)
        }),
        ("4 KiB write + fdatasync", &mut sync),
    )
}
