//! What a tracker does with a store, on stores of several sizes.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use backlot_core::{
    CardPlace, InboxFilter, IssueEdit, IssueFilter, MilestoneList, NewIssue, NewProject,
    ProjectOwner, QueryOptions, Snapshot, StateFilter, Store,
};
use backlot_model::{
    Actor, Direction, ParseOptions, Query, RepositoryName, SortKey, State, StateReason, Timestamp,
};

use crate::measure::{median, timed};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A store, and what is asked of it.
pub(crate) struct Subject<'a> {
    pub(crate) path: &'a Path,
    pub(crate) repository: RepositoryName,
    /// A label that many issues bear, and one that few do.
    pub(crate) labels: [&'static str; 2],
    /// The number of an issue with many comments.
    pub(crate) number: u64,
    pub(crate) rounds: usize,
}

/// What a job took, in the order in which jobs were done; edits are told as times of a bare write.
#[derive(Default)]
pub(crate) struct Figures(pub(crate) Vec<Figure>);

pub(crate) struct Figure {
    pub(crate) job: String,
    pub(crate) goal: &'static str,
    pub(crate) time: Duration,
    pub(crate) ratio: Option<f64>,
}

impl Figures {
    pub(crate) fn add(
        &mut self,
        job: &str,
        goal: &'static str,
        time: Duration,
        ratio: Option<f64>,
    ) {
        crate::measure::progress(job, time, ratio);
        self.0.push(Figure {
            job: job.to_owned(),
            goal,
            time,
            ratio,
        });
    }

    /// Measures a job, which gives the time of that part of it that counts.
    fn each(
        &mut self,
        job: &str,
        goal: &'static str,
        rounds: usize,
        mut run: impl FnMut() -> Outcome<Duration>,
    ) -> Outcome<()> {
        let times = (0..rounds.max(1))
            .map(|_| run())
            .collect::<Outcome<Vec<_>>>()?;
        self.add(job, goal, median(times), None);
        Ok(())
    }

    fn job<T>(
        &mut self,
        job: &str,
        goal: &'static str,
        rounds: usize,
        mut run: impl FnMut() -> Outcome<T>,
    ) -> Outcome<()> {
        run()?;
        self.each(job, goal, rounds, || {
            let (time, done) = timed(&mut run);
            black_box(done?);
            Ok(time)
        })
    }

    /// Measures what takes so long that once has to do.
    fn once<T>(&mut self, job: &str, run: impl FnOnce() -> Outcome<T>) -> Outcome<()> {
        let (time, done) = timed(run);
        black_box(done?);
        self.add(job, "", time, None);
        Ok(())
    }

    /// Measures a job beside a bare write of the same disk.
    fn durable(
        &mut self,
        job: &str,
        rounds: usize,
        bare: &mut Bare,
        mut run: impl FnMut(usize) -> Outcome<()>,
    ) -> Outcome<()> {
        let (mut times, mut bare_times) = (Vec::new(), Vec::new());
        for turn in 0..rounds {
            bare_times.push(bare.sync()?);
            let (time, done) = timed(|| run(turn));
            done?;
            times.push(time);
        }
        let (time, bare) = (median(times), median(bare_times));
        let ratio = time.as_secs_f64() / bare.as_secs_f64();
        self.add(job, "5 times bare", time, Some(ratio));
        Ok(())
    }
}

/// A 4 KiB write with fdatasync, the least that a durable edit could be.
struct Bare(File);

impl Bare {
    fn create(path: &Path) -> Outcome<Self> {
        let mut file = File::options()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(path)?;
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        Ok(Self(file))
    }

    fn sync(&mut self) -> Outcome<Duration> {
        let (time, done) = timed(|| -> std::io::Result<()> {
            self.0.seek(SeekFrom::Start(0))?;
            self.0.write_all(&[7; 4096])?;
            self.0.sync_data()
        });
        done?;
        Ok(time)
    }
}

fn query(text: &str) -> Outcome<Query> {
    Ok(Query::parse(text, &ParseOptions::default()).map_err(|error| error.to_string())?)
}

/// Runs all jobs; those that read come first, and those that change much last.
pub(crate) fn run(subject: &Subject<'_>, figures: &mut Figures) -> Outcome<()> {
    let rounds = subject.rounds;
    cold(subject, figures)?;
    let store = Store::open(subject.path)?;
    let snapshot = store.read()?;
    issues(subject, &snapshot, figures, rounds * 20)?;
    lists(subject, &snapshot, figures, rounds * 10)?;
    searches(subject, &snapshot, figures, rounds * 4)?;
    others(subject, &snapshot, figures, rounds * 4)?;
    drop(snapshot);
    edits(subject, &store, figures)?;
    after_commits(subject, &store, figures)?;
    undo(subject, &store, figures)
}

/// What the first question after opening takes, file and all.
fn cold(subject: &Subject<'_>, figures: &mut Figures) -> Outcome<()> {
    let Subject {
        path,
        repository,
        rounds,
        ..
    } = subject;
    let [many, _] = subject.labels;
    let filter = closed(&[many], SortKey::Updated);
    let options = QueryOptions::new().repository(repository.clone());
    let search = query("memory leak vector sort:updated")?;
    let first = |figures: &mut Figures, job: &str, ask: &dyn Fn(&Snapshot) -> Outcome<usize>| {
        figures.each(job, "", *rounds, || {
            let (time, done) = timed(|| -> Outcome<usize> {
                let store = Store::open_read_only(path)?;
                ask(&store.read()?)
            });
            black_box(done?);
            Ok(time)
        })
    };
    first(figures, "open, first issue by number", &|snapshot| {
        Ok(snapshot
            .issue(repository, subject.number)?
            .summary
            .title
            .len())
    })?;
    first(figures, "open, first list", &|snapshot| {
        Ok(snapshot.issues(repository, &filter)?.page(1, 30)?.len())
    })?;
    first(figures, "open, first search", &|snapshot| {
        Ok(snapshot.query(&search, &options)?.page(1, 30)?.len())
    })
}

fn closed(labels: &[&str], sort: SortKey) -> IssueFilter {
    IssueFilter {
        state: StateFilter::Closed,
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        sort,
        ..IssueFilter::default()
    }
}

fn issues(
    subject: &Subject<'_>,
    snapshot: &Snapshot,
    figures: &mut Figures,
    rounds: usize,
) -> Outcome<()> {
    let repository = &subject.repository;
    let list = snapshot.issues(repository, &closed(&[], SortKey::Comments))?;
    let mut numbers = Vec::new();
    for page in 1..=20 {
        numbers.extend(list.page(page * 7, 50)?.iter().map(|issue| issue.number));
    }
    let mut next = 0;
    figures.job(
        "issue by number, with its body",
        "20 us",
        rounds * 5,
        || {
            next = (next + 37) % numbers.len().max(1);
            let number = numbers.get(next).copied().unwrap_or(1);
            Ok(snapshot.issue(repository, number)?)
        },
    )?;
    let number = subject.number;
    let issue = snapshot.issue(repository, number)?;
    figures.job("its timeline, many comments", "", rounds, || {
        Ok(snapshot.timeline(&issue)?.len())
    })?;
    figures.job("its comments", "", rounds, || {
        Ok(snapshot.comments(repository, number)?.len())
    })?;
    let moment = Timestamp::parse("2014-01-01T00:00:00Z")?;
    figures.job("an issue as of a moment", "", rounds.min(20), || {
        Ok(snapshot.as_of(moment).issue(repository, number)?)
    })?;
    let before = Timestamp::parse("2012-01-01T00:00:00Z")?;
    figures.once("an issue as of a moment before it came", || {
        Ok(snapshot.as_of(before).issue(repository, number).is_ok())
    })
}

fn lists(
    subject: &Subject<'_>,
    snapshot: &Snapshot,
    figures: &mut Figures,
    rounds: usize,
) -> Outcome<()> {
    let repository = &subject.repository;
    let [many, few] = subject.labels;
    let sorts = [
        ("updated", SortKey::Updated),
        ("created", SortKey::Created),
        ("comments", SortKey::Comments),
    ];
    for (label, what) in [(many, "frequent"), (few, "rare")] {
        for (name, sort) in sorts {
            let filter = closed(&[label], sort);
            let job = format!("page 1: closed, {what} label, by {name}");
            figures.job(&job, "300 us", rounds, || {
                Ok(snapshot.issues(repository, &filter)?.page(1, 30)?)
            })?;
        }
    }
    let ascending = IssueFilter {
        direction: Direction::Ascending,
        ..closed(&[many], SortKey::Updated)
    };
    figures.job("page 1: the same, oldest first", "300 us", rounds, || {
        Ok(snapshot.issues(repository, &ascending)?.page(1, 30)?)
    })?;
    let all = closed(&[], SortKey::Updated);
    figures.job("page 1: closed, by updated", "300 us", rounds, || {
        Ok(snapshot.issues(repository, &all)?.page(1, 30)?)
    })?;
    let filter = closed(&[many], SortKey::Updated);
    figures.job(
        "page 100 of 10: closed, frequent label",
        "1 ms",
        rounds,
        || Ok(snapshot.issues(repository, &filter)?.page(100, 10)?),
    )?;
    let options = QueryOptions::new().repository(repository.clone());
    let without = query(&format!("is:closed -label:{many} sort:updated"))?;
    figures.job(
        "page 100 of 30: closed, without a label",
        "1 ms",
        rounds,
        || Ok(snapshot.query(&without, &options)?.page(100, 30)?),
    )?;
    let list = snapshot.query(&without, &options)?;
    let (_, cursor) = list.after(None, 3000)?;
    figures.job("page behind a cursor, 3000 deep", "1 ms", rounds, || {
        let list = snapshot.query(&without, &options)?;
        Ok(list.after(cursor.as_ref(), 30)?.0)
    })?;
    let text = format!("is:closed label:{many} sort:comments");
    figures.job("page 1 from the search language", "300 us", rounds, || {
        Ok(snapshot.query(&query(&text)?, &options)?.page(1, 30)?)
    })?;
    let everywhere = QueryOptions::new();
    let filter = query(&format!("is:closed label:{many} sort:updated"))?;
    figures.job("page 1 of the whole store", "", rounds, || {
        Ok(snapshot.query(&filter, &everywhere)?.page(1, 30)?)
    })?;
    let title = query("is:closed milestone:0.5 sort:updated")?;
    figures.job("page 1: milestone by title", "300 us", rounds, || {
        Ok(snapshot.query(&title, &options)?.page(1, 30)?)
    })?;
    for (job, text, goal) in [
        ("facets of open issues", "is:open", "2 ms"),
        ("facets of a frequent label", "label:E-easy", ""),
        ("facets of closed issues", "is:closed", ""),
    ] {
        let asked = query(text)?;
        figures.job(job, goal, rounds, || {
            Ok(snapshot.facets(&asked, &options, 20)?)
        })?;
    }
    figures.job("milestones with counts", "", rounds, || {
        let all = MilestoneList {
            state: StateFilter::All,
            ..MilestoneList::default()
        };
        Ok(snapshot.milestones(repository, &all)?)
    })
}

const SEARCHES: [(&str, &str); 7] = [
    ("three words, by update", "memory leak vector sort:updated"),
    ("three words, ranked", "memory leak vector sort:relevance"),
    (
        "three frequent words, by update",
        "the type function sort:updated",
    ),
    (
        "three frequent words, ranked",
        "the type function sort:relevance",
    ),
    ("a phrase", "\"borrow checker\" sort:updated"),
    ("the beginning of a word", "alloc* sort:updated"),
    (
        "a word in titles, open or not, with a label",
        "crash in:title label:I-ICE sort:updated",
    ),
];

fn searches(
    subject: &Subject<'_>,
    snapshot: &Snapshot,
    figures: &mut Figures,
    rounds: usize,
) -> Outcome<()> {
    let options = QueryOptions::new().repository(subject.repository.clone());
    for (job, text) in SEARCHES {
        let asked = query(text)?;
        let goal = if job.starts_with("three") { "5 ms" } else { "" };
        figures.job(&format!("search: {job}"), goal, rounds, || {
            Ok(snapshot.query(&asked, &options)?.page(1, 30)?)
        })?;
    }
    Ok(())
}

fn others(
    subject: &Subject<'_>,
    snapshot: &Snapshot,
    figures: &mut Figures,
    rounds: usize,
) -> Outcome<()> {
    let moment = Timestamp::parse("2012-01-01T00:00:00Z")?;
    let repository = &subject.repository;
    let filter = closed(&[], SortKey::Updated);
    let inbox = InboxFilter::of("graydon");
    figures.job("the inbox of a user, whole store", "", rounds, || {
        Ok(snapshot.inbox(&inbox)?.page(1, 30)?)
    })?;
    figures.once("a list as of a moment", || {
        let past = snapshot.as_of(moment);
        Ok(past.issues(repository, &filter)?.page(1, 30)?)
    })
}

/// The bare write is in the folder of the store, so on its disk.
fn edits(subject: &Subject<'_>, store: &Store, figures: &mut Figures) -> Outcome<()> {
    let folder = subject.path.parent().ok_or("no folder")?;
    let mut bare = Bare::create(&folder.join("bare"))?;
    let name = &subject.repository;
    let rounds = subject.rounds * 20;
    let label = subject.labels[0];
    let begin = || store.write(Actor::login("mona"), "bench");
    let mut tx = begin()?;
    let number = tx
        .repository(name.as_str())?
        .create_issue(NewIssue::titled("Bench"))?;
    let comment = tx.repository(name.as_str())?.comment(number, "Seen.")?;
    let owner = ProjectOwner::Repository(name.clone());
    let project = tx.create_project(&owner, NewProject::named("Board"))?;
    let columns = [
        tx.create_column(project, "To do")?,
        tx.create_column(project, "Done")?,
    ];
    let mut cards = Vec::new();
    for note in 0..20 {
        cards.push(tx.create_note(columns[note % 2], format!("Note {note}"))?);
    }
    tx.commit()?;
    figures.durable("edit: a comment", rounds, &mut bare, |_| {
        let mut tx = begin()?;
        tx.repository(name.as_str())?
            .comment(number, "Seen on 1.2 too.")?;
        tx.commit()?;
        Ok(())
    })?;
    figures.durable(
        "edit: a comment with a reference and a mention",
        rounds,
        &mut bare,
        |turn| {
            let mut tx = begin()?;
            let text = format!("As in #{}, says @graydon.", subject.number);
            tx.repository(name.as_str())?
                .comment(number, format!("{text} {turn}"))?;
            tx.commit()?;
            Ok(())
        },
    )?;
    let mut edit = |job: &str, change: &dyn Fn(usize) -> IssueEdit| {
        figures.durable(job, rounds, &mut bare, |turn| {
            let mut tx = begin()?;
            tx.repository(name.as_str())?
                .edit_issue(number, &change(turn))?;
            tx.commit()?;
            Ok(())
        })
    };
    edit("edit: a title", &|turn| {
        IssueEdit::default().title(format!("Bench {turn}"))
    })?;
    edit("edit: a label", &|turn| match turn % 2 {
        0 => IssueEdit::default().add_label(label),
        _ => IssueEdit::default().remove_label(label),
    })?;
    edit("edit: close and reopen", &|turn| match turn % 2 {
        0 => IssueEdit::default().state(State::Closed, Some(StateReason::Completed)),
        _ => IssueEdit::default().state(State::Open, None),
    })?;
    figures.durable("edit: a reaction", rounds, &mut bare, |turn| {
        let mut tx = begin()?;
        let mut repository = tx.repository(name.as_str())?;
        match turn % 2 {
            0 => repository.react(comment, "heart")?,
            _ => repository.unreact(comment, "heart")?,
        };
        tx.commit()?;
        Ok(())
    })?;
    figures.durable("edit: a new issue", rounds, &mut bare, |turn| {
        let mut tx = begin()?;
        let new = NewIssue::titled(format!("New {turn}")).label(label);
        tx.repository(name.as_str())?.create_issue(new)?;
        tx.commit()?;
        Ok(())
    })?;
    figures.durable("edit: a card moved", rounds, &mut bare, |turn| {
        let mut tx = begin()?;
        let card = cards.get(turn % cards.len()).copied().ok_or("no card")?;
        let place = if turn % 2 == 0 {
            CardPlace::Top
        } else {
            CardPlace::Bottom
        };
        tx.move_card(card, place, Some(columns[(turn / 3) % 2]))?;
        tx.commit()?;
        Ok(())
    })
}

/// What is asked first after somebody wrote something.
fn after_commits(subject: &Subject<'_>, store: &Store, figures: &mut Figures) -> Outcome<()> {
    let name = &subject.repository;
    let options = QueryOptions::new().repository(name.clone());
    let list = query(&format!(
        "is:closed label:{} sort:updated",
        subject.labels[0]
    ))?;
    let search = query("memory leak vector sort:updated")?;
    let facets = query("is:open")?;
    let number = subject.number;
    let mut turn = 0;
    let mut commit = || -> Outcome<()> {
        turn += 1;
        let mut tx = store.write(Actor::login("mona"), "bench")?;
        let edit = IssueEdit::default().title(format!("Turn {turn}"));
        tx.repository(name.as_str())?.edit_issue(number, &edit)?;
        tx.commit()?;
        Ok(())
    };
    let rounds = subject.rounds * 10;
    let mut after = |job: &str, ask: &dyn Fn(&Snapshot) -> Outcome<usize>| {
        figures.each(job, "", rounds, || {
            commit()?;
            let (time, done) = timed(|| ask(&store.read()?));
            black_box(done?);
            Ok(time)
        })
    };
    after("after a commit: first list", &|snapshot| {
        Ok(snapshot.query(&list, &options)?.page(1, 30)?.len())
    })?;
    after("after a commit: first search", &|snapshot| {
        Ok(snapshot.query(&search, &options)?.page(1, 30)?.len())
    })?;
    after("after a commit: first facets of open issues", &|snapshot| {
        Ok(snapshot.facets(&facets, &options, 20)?.labels.len())
    })?;
    let mut fold = 0;
    figures.each("after 600 changed issues: first list", "", 3, || {
        let mut tx = store.write(Actor::login("mona"), "bench")?;
        let mut repository = tx.repository(name.as_str())?;
        fold += 1;
        for at in 0..300 {
            let new = NewIssue::titled(format!("Many {fold} {at}"));
            repository.create_issue(new)?;
        }
        tx.commit()?;
        let mut tx = store.write(Actor::login("mona"), "bench")?;
        let mut repository = tx.repository(name.as_str())?;
        for at in 0..300 {
            let new = NewIssue::titled(format!("More {fold} {at}"));
            repository.create_issue(new)?;
        }
        tx.commit()?;
        let (time, done) = timed(|| -> Outcome<usize> {
            Ok(store.read()?.query(&list, &options)?.page(1, 30)?.len())
        });
        black_box(done?);
        Ok(time)
    })?;
    let on = |_| ControlFlow::Continue(());
    store.index_texts(&mut { on })?;
    figures.each("texts indexed after one edit", "", rounds.min(20), || {
        commit()?;
        let (time, done) = timed(|| store.index_texts(&mut { on }));
        black_box(done?);
        Ok(time)
    })
}

fn undo(subject: &Subject<'_>, store: &Store, figures: &mut Figures) -> Outcome<()> {
    let name = &subject.repository;
    let mut turn = 0;
    figures.each("undo of a commit", "", subject.rounds, || {
        turn += 1;
        let mut tx = store.write(Actor::login("mona"), "bench")?;
        let edit = IssueEdit::default().title(format!("To be undone {turn}"));
        tx.repository(name.as_str())?
            .edit_issue(subject.number, &edit)?;
        let commit = tx.commit()?.ok_or("nothing was written")?;
        let (time, done) = timed(|| store.undo(commit.sequence, Actor::login("mona")));
        done?;
        Ok(time)
    })
}

/// How long it takes to take a fresh import back.
pub(crate) fn undo_import(path: &Path, figures: &mut Figures) -> Outcome<()> {
    let copy = path.with_extension("undo");
    fs::copy(path, &copy)?;
    let store = Store::open(&copy)?;
    let (time, done) = timed(|| store.undo(1, Actor::login("mona")));
    done?;
    figures.add("undo of the import", "", time, None);
    drop(store);
    fs::remove_file(copy)?;
    Ok(())
}

/// How long it takes to index all texts.
pub(crate) fn index_texts(store: &Store, figures: &mut Figures) -> Outcome<()> {
    let (time, done) = timed(|| store.index_texts(&mut |_| ControlFlow::Continue(())));
    done?;
    figures.add("all texts indexed", "", time, None);
    Ok(())
}
