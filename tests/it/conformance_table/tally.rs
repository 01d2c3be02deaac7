//! What one set gave.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use backlot_core::{ImportOptions, Store, StoreOptions};
use backlot_github::{ErrorKind, Flow, ReadOptions, Reader, Source, WriteOptions};
use backlot_model::{Change, Incoming, RecordKind, Value};

use super::sets::{Forge, Input, Set};
use crate::support::{environment, export_to, gitcode, import_into, name, walk};

/// What a set gave.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) kinds: BTreeMap<String, u64>,
    pub(super) events: BTreeMap<String, u64>,
    pub(super) with_extras: u64,
    /// What was not understood, by whether the object was kept all the same, and by reason.
    pub(super) reasons: BTreeMap<(bool, String), u64>,
    pub(super) originals: u64,
    pub(super) equal: u64,
    /// Objects that came back and are in no original, not even inside of one.
    pub(super) added: u64,
    /// The beginnings of originals that did not come back.
    pub(super) different: Vec<String>,
    /// Why the set is not read at all.
    pub(super) refused: Option<String>,
}

impl Tally {
    pub(super) fn objects(&self) -> u64 {
        self.kinds.values().sum()
    }

    pub(super) fn skipped(&self, kept: bool) -> u64 {
        let same = self.reasons.iter().filter(|(reason, _)| reason.0 == kept);
        same.map(|(_, count)| count).sum()
    }

    fn count(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Record(record) => {
                *self
                    .kinds
                    .entry(record.kind.plural().to_owned())
                    .or_default() += 1;
                self.with_extras += u64::from(record.has_extras);
                for change in &record.changes {
                    if let Change::Set(Value::Event(event)) = change {
                        *self.events.entry(event.to_string()).or_default() += 1;
                    }
                }
            }
            Incoming::Skipped(skipped) => {
                let reason = (skipped.kept, without_numbers(&skipped.reason));
                *self.reasons.entry(reason).or_default() += 1;
            }
            _ => {}
        }
    }
}

/// A reason with `N` for each number, so that those that differ in it are one, and without the inside of a server.
fn without_numbers(reason: &str) -> String {
    let mut out = String::new();
    let reason = reason.split(" for type [").next().unwrap_or(reason);
    let mut letters = reason.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_digit() {
            while letters.next_if(char::is_ascii_digit).is_some() {}
            out.push('N');
        } else {
            out.push(letter);
        }
    }
    out
}

/// Reads and imports all inputs of a set, each into a store of its own, and compares what goes out.
pub(super) fn of(set: &Set, data: &Path, scratch: &Path) -> Tally {
    let mut tally = Tally::default();
    let scratch = tempfile::tempdir_in(scratch).unwrap();
    for input in (set.inputs)(data, scratch.path()) {
        read(set.forge, &input, &mut tally);
        if tally.refused.is_none() {
            round_trip(set, &input, scratch.path(), &mut tally);
        }
    }
    tally
}

fn read(forge: Forge, input: &Input, tally: &mut Tally) {
    let source = Source::open(&input.path, Default::default()).unwrap();
    let shown = input.path.display();
    let mut take = |batch: &mut Vec<Incoming>| {
        batch.drain(..).for_each(|incoming| tally.count(&incoming));
        Ok(Flow::Continue)
    };
    let read = match forge {
        Forge::GitHub => {
            Reader::open(source, ReadOptions::default()).and_then(|reader| reader.read(&mut take))
        }
        Forge::GitCode => backlot_gitcode::Reader::open(source, Default::default())
            .and_then(|reader| reader.read(&mut take)),
    };
    match read {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnknownLayout => {
            tally.refused = Some("no known layout".to_owned());
        }
        Err(error) => panic!("{shown}: {error}"),
    }
}

fn round_trip(set: &Set, input: &Input, scratch: &Path, tally: &mut Tally) {
    let store = StoreOptions::new()
        .environment(environment())
        .in_memory()
        .unwrap();
    let adjust = |options: ImportOptions| match input.repository {
        Some(repository) => options.repository(name(repository)),
        None => options,
    };
    let import = |store: &Store| {
        let report = match set.forge {
            Forge::GitHub => import_into(store, &input.path, ReadOptions::default(), adjust),
            Forge::GitCode => gitcode::try_import(store, &input.path, adjust),
        };
        report.unwrap_or_else(|error| panic!("{}: {error}", input.path.display()))
    };
    import(&store);
    assert_eq!(
        import(&store).commit,
        None,
        "{}: the same again was news",
        set.name
    );
    let mut left: HashMap<u64, (u64, String)> = HashMap::new();
    if set.is_raw {
        (input.originals)(&mut |object| {
            let text = object.to_string();
            let start = text.chars().take(200).collect();
            left.entry(hash(&text)).or_insert((0, start)).0 += 1;
            tally.originals += 1;
        });
    }
    let repositories = store.read().unwrap().repositories().unwrap();
    for (at, repository) in repositories.iter().enumerate() {
        let folder = tempfile::tempdir_in(scratch).unwrap();
        let out = folder.path().join(at.to_string());
        let summary = match set.forge {
            Forge::GitHub => export_to(&store, &repository.name, &out, WriteOptions::default()),
            Forge::GitCode => {
                gitcode::export_to(&store, &repository.name, &out, &Default::default())
            }
        };
        // Where the objects of a set name no repository, theirs was made here.
        let made_here = [RecordKind::Repository, RecordKind::User];
        let lost: Vec<_> = (summary.losses_by_field.keys())
            .filter(|loss| repository.foreign.is_some() || !made_here.contains(&loss.record_kind))
            .collect();
        assert!(
            lost.is_empty(),
            "{}: lost on the way out: {lost:?}",
            set.name
        );
        for path in walk(&out).into_iter().filter(|_| set.is_raw) {
            // Labels and milestones that only stand inside of issues are listed too.
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let may_add = file.starts_with("labels.") || file.starts_with("milestones.");
            super::sets::each_object(&path, &mut |object| match left
                .get_mut(&hash(&object.to_string()))
            {
                Some((count, _)) if *count > 0 => {
                    *count -= 1;
                    tally.equal += 1;
                }
                _ => tally.added += u64::from(!may_add),
            });
        }
    }
    let missing = left.into_values().filter(|(count, _)| *count > 0);
    tally
        .different
        .extend(missing.map(|(_, start)| start).take(3));
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
