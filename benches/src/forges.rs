//! GitCode's objects beside GitHub's: the same backlog in the words of both, read and written in turns, by the object.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use backlot_core::{ImportOptions, Snapshot, SnapshotLookup, Store};
use backlot_github::{Batches, Source};
use backlot_model::{Loss, Outgoing, Pass, RepositoryName};

use crate::data::Data;
use crate::measure::{compare, timed};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The files whose objects both forges have.
const FILES: [&str; 2] = ["issues.ndjson", "comments.ndjson"];

/// The backlog in the words of one forge.
struct Side<'a> {
    folder: &'a Path,
    store: Store,
    repository: RepositoryName,
    objects: u32,
}

pub(crate) fn run(data: &Data, rounds: usize) -> Outcome<()> {
    let work = tempfile::tempdir()?;
    let github = Side::new(
        data.folder.path(),
        &work.path().join("github.backlot"),
        &data.repository,
        |source| Ok(backlot_github::Reader::open(source, Default::default())?.batches()),
    )?;
    let folder = work.path().join("gitcode");
    write_gitcode(&github, &folder)?;
    let gitcode = Side::new(
        &folder,
        &work.path().join("gitcode.backlot"),
        &data.repository,
        |source| Ok(backlot_gitcode::Reader::open(source, Default::default())?.batches()),
    )?;
    println!(
        "\n{} objects of GitHub's with {:.1} MB, {} of GitCode's with {:.1} MB; times are for one object",
        github.objects,
        bytes(github.folder)? as f64 / 1e6,
        gitcode.objects,
        bytes(gitcode.folder)? as f64 / 1e6
    );
    compare(
        rounds,
        ("read GitCode's into records, one thread", || {
            gitcode.read(|source| {
                let reader = backlot_gitcode::Reader::open(source, Default::default())?;
                reader.read(|batch| {
                    batch.clear();
                    Ok(backlot_gitcode::Flow::Continue)
                })
            })
        }),
        ("read GitHub's into records, one thread", || {
            github.read(|source| {
                let reader = backlot_github::Reader::open(source, Default::default())?;
                reader.read(|batch| {
                    batch.clear();
                    Ok(backlot_github::Flow::Continue)
                })
            })
        }),
    )?;
    compare(
        rounds,
        ("write GitCode's from records, one thread", || {
            let mut renderer = backlot_gitcode::Renderer::new(backlot_gitcode::Shape::Live);
            let passes = backlot_gitcode::Layout::Rest.passes();
            gitcode.write(&passes, |outgoing, lookup, out, losses| {
                let done = renderer.render(outgoing, lookup, out, losses);
                done.map_err(|error| error.to_string())
            })
        }),
        ("write GitHub's from records, one thread", || {
            let mut renderer = backlot_github::Renderer::new(None);
            let passes = backlot_github::Layout::Rest.passes();
            github.write(&passes, |outgoing, lookup, out, losses| {
                let done = renderer.render(outgoing, lookup, out, losses);
                done.map_err(|error| error.to_string())
            })
        }),
    )
}

impl<'a> Side<'a> {
    /// Imports a folder into a store of its own.
    fn new(
        folder: &'a Path,
        path: &Path,
        repository: &str,
        batches: impl FnOnce(Source) -> Outcome<Batches>,
    ) -> Outcome<Self> {
        let store = Store::create(path)?;
        let source = Source::open(folder, Default::default())?;
        let options = ImportOptions::new("bench", "bench");
        let report = store.import(&options, batches(source)?)?;
        if report.counts.skipped > 0 {
            return Err(format!("{} objects were skipped", report.counts.skipped).into());
        }
        let mut objects = 0;
        for file in FILES {
            let text = fs::read(folder.join(file))?;
            objects += text.iter().filter(|byte| **byte == b'\n').count() as u32;
        }
        Ok(Self {
            folder,
            store,
            repository: repository.parse()?,
            objects,
        })
    }

    /// How long it takes to read one object.
    fn read(
        &self,
        read: impl FnOnce(Source) -> Result<(), backlot_github::Error>,
    ) -> Outcome<Duration> {
        let source = Source::open(self.folder, Default::default())?;
        let (time, done) = timed(|| read(source));
        done?;
        Ok(time / self.objects.max(1))
    }

    /// How long it takes to write one object, without what the store needs to hand out its record.
    fn write(
        &self,
        passes: &[Pass],
        mut write: impl FnMut(
            &Outgoing,
            &mut SnapshotLookup<'_>,
            &mut Vec<u8>,
            &mut Vec<Loss>,
        ) -> Result<(), String>,
    ) -> Outcome<Duration> {
        let (mut out, mut losses) = (Vec::new(), Vec::new());
        let (mut total, mut objects) = (Duration::ZERO, 0);
        let snapshot: Snapshot = self.store.read()?;
        snapshot.export(
            &self.repository,
            passes,
            &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| -> Outcome<()> {
                out.clear();
                losses.clear();
                // What only stands inside of others is no object of its own in these files.
                if outgoing.stated.is_some() {
                    let (time, done) = timed(|| write(outgoing, lookup, &mut out, &mut losses));
                    done?;
                    total += time;
                    objects += 1;
                }
                Ok(())
            },
        )?;
        Ok(total / objects.max(1))
    }
}

/// The same backlog as GitCode's objects, of the kinds that the data has.
fn write_gitcode(github: &Side<'_>, folder: &Path) -> Outcome<()> {
    let mut writer = backlot_gitcode::Writer::create(folder, &Default::default())?;
    let passes = writer.passes();
    github.store.read()?.export(
        &github.repository,
        &passes,
        &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| -> Outcome<()> {
            let done = writer.write(outgoing, lookup);
            Ok(done.map_err(|error| error.to_string())?)
        },
    )?;
    writer.finish()?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match path.is_dir() {
            true => fs::remove_dir_all(&path)?,
            false if !FILES.contains(&&*name) => fs::remove_file(&path)?,
            false => {}
        }
    }
    Ok(())
}

fn bytes(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for file in FILES {
        bytes += fs::metadata(folder.join(file))?.len();
    }
    Ok(bytes)
}
