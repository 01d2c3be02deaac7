//! Runs random lives, and finds the shortest one that shows a difference.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use backlot_core::{ArchivedFilter, Environment, ErrorKind, Snapshot, Store, StoreOptions};
use backlot_model::{Actor, Timestamp};

use super::answer::{Answer, Given, Problem};
use super::boards::ORGANIZATION;
use super::compare::{Check, compare, name_of, same};
use super::generate::Scene;
use super::history::check_history;
use super::issues::PEOPLE;
use super::operation::{IssueInput, Model, Operation};
use super::perform::{Gave, Names, perform};
use super::random_query::{check_filter, check_past, check_query};
use super::state::{Fields, Id, Owner, State};
use super::undo::{Commit, Orders, Verdict, go, named};
use crate::random_backlog::dice::Dice;

/// When each life begins, in milliseconds.
pub(super) const START: i64 = 1_704_067_200_000;
/// How many steps a life has; each is one operation or more.
const STEPS: usize = 200;
/// How often everything is looked at.
const LOOK_EVERY: usize = 20;

/// A clock that is set, and numbers that never come twice.
struct Clock {
    now: Arc<AtomicI64>,
    drawn: AtomicU64,
}

impl Environment for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_milliseconds(self.now.load(Ordering::Relaxed))
    }

    fn random(&self) -> u128 {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let mut dice = Dice::new(drawn);
        (u128::from(dice.next()) << 64) | u128::from(dice.next())
    }
}

/// What happens in one step. A random one becomes one of the others when it happens, which can then happen
/// again without the steps that came between.
#[derive(Clone, Debug)]
enum Happening {
    Random(u64),
    Write(String, Vec<Operation>, bool),
    /// Undoing (or else redoing) what another step did.
    Back(usize, bool),
}

/// A step, with its place in the life in which it first happened, and how long after the one before it is.
#[derive(Clone, Debug)]
struct Step {
    at: usize,
    advance: i64,
    happening: Happening,
}

/// A store and the model of it, side by side.
struct Life {
    store: Store,
    clock: Arc<AtomicI64>,
    model: Model,
    names: Names,
    commits: Vec<Commit>,
    /// For each commit of the log, which commit it did or undid, and whether it did it.
    roots: BTreeMap<u64, (usize, bool)>,
    /// For each commit that is an undo or a redo, the commit that it cancels.
    cancels: BTreeMap<u64, u64>,
    moments: Vec<(Timestamp, State)>,
    trace: Vec<String>,
    /// Which commit each step made.
    made: BTreeMap<usize, u64>,
    /// The steps as they happened.
    happened: Vec<Step>,
}

impl Life {
    fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let environment = Clock {
            now: clock.clone(),
            drawn: AtomicU64::new(0),
        };
        let store = StoreOptions::new()
            .environment(environment)
            .in_memory()
            .unwrap();
        let model = Model {
            state: State::default(),
            now: Timestamp::from_unix_milliseconds(START),
            actor: "mona".to_owned(),
            next: 0,
        };
        Self {
            store,
            clock,
            model,
            names: Names::default(),
            commits: Vec::new(),
            roots: BTreeMap::new(),
            cancels: BTreeMap::new(),
            moments: Vec::new(),
            trace: Vec::new(),
            made: BTreeMap::new(),
            happened: Vec::new(),
        }
    }

    /// What every life begins with, and what is never undone.
    fn begin(&mut self) -> Check {
        let issue = IssueInput {
            title: "First".to_owned(),
            body: None,
            labels: vec!["bug".to_owned()],
            assignees: PEOPLE.map(str::to_owned).to_vec(),
            milestone: None,
            issue_type: None,
        };
        let here = "octo/hello".to_owned();
        let operations = [
            Operation::CreateRepository(here.clone(), false),
            Operation::CreateRepository("octo/other".to_owned(), false),
            Operation::CreateRepository("acme/tools".to_owned(), true),
            Operation::CreateIssue(here, issue),
            Operation::CreateProject(Owner::Repository(0), None, "Roadmap".to_owned(), None),
            Operation::CreateProject(
                Owner::Organization(ORGANIZATION.to_owned()),
                None,
                "Plan".to_owned(),
                None,
            ),
        ];
        self.write("mona", operations.len(), true, |at, _| {
            operations[at].clone()
        })?;
        for name in ["To do", "Done"] {
            let project = self.model.state.projects().next().unwrap().0;
            self.write("mona", 1, true, |_, _| {
                Operation::CreateColumn(project, name.to_owned())
            })?;
        }
        self.commits.clear();
        self.roots.clear();
        Ok(())
    }

    fn advance(&mut self, by: i64) {
        let now = self.clock.fetch_add(by, Ordering::Relaxed) + by;
        self.model.now = Timestamp::from_unix_milliseconds(now);
    }

    fn step(&mut self, step: &Step) -> Check {
        // The names of records depend on the step alone, so that they stay when other steps are left out.
        self.model.next = (step.at + 1) * 1000;
        self.advance(step.advance);
        match &step.happening {
            Happening::Random(seed) => self.random_step(step, &mut Dice::new(*seed)),
            Happening::Write(actor, operations, is_kept) => {
                self.write(actor, operations.len(), *is_kept, |at, _| {
                    operations[at].clone()
                })?;
                self.note(step.at);
                Ok(())
            }
            Happening::Back(target, is_undo) => {
                let Some(sequence) = self.made.get(target).copied() else {
                    return Ok(());
                };
                self.go_back(sequence, *is_undo)?;
                self.note(step.at);
                Ok(())
            }
        }
    }

    fn note(&mut self, at: usize) {
        let last = self.roots.keys().next_back().copied();
        let is_new = last.is_some_and(|last| self.made.values().all(|known| *known != last));
        if is_new {
            self.made.insert(at, last.unwrap());
        }
    }

    fn random_step(&mut self, step: &Step, dice: &mut Dice) -> Check {
        let happening = |happening| Step {
            happening,
            ..step.clone()
        };
        if dice.percent(15) {
            let known: Vec<(usize, u64)> = self
                .made
                .iter()
                .map(|(at, sequence)| (*at, *sequence))
                .collect();
            let recent = &known[known.len().saturating_sub(10)..];
            let is_recent = dice.percent(70);
            let Some((target, sequence)) = dice.any(if is_recent { recent } else { &known }) else {
                return Ok(());
            };
            let is_undo = dice.percent(60);
            self.happened
                .push(happening(Happening::Back(target, is_undo)));
            self.go_back(sequence, is_undo)?;
            self.note(step.at);
            return Ok(());
        }
        let actor = match dice.below(30) {
            0 => format!("new{}", dice.below(6)),
            at if at < 6 => dice.of(&PEOPLE).to_uppercase(),
            at if at < 14 => dice.of(&PEOPLE).to_owned(),
            _ => "mona".to_owned(),
        };
        let count = if dice.percent(70) {
            1
        } else {
            2 + dice.below(4)
        };
        let is_kept = !dice.percent(6);
        let mut operations = Vec::new();
        let result = self.write(&actor, count, is_kept, |_, scene| {
            operations.push(scene.operation(dice));
            operations[operations.len() - 1].clone()
        });
        self.happened
            .push(happening(Happening::Write(actor, operations, is_kept)));
        self.note(step.at);
        result
    }

    /// Some operations as one commit, or none of them.
    fn write(
        &mut self,
        actor: &str,
        count: usize,
        is_kept: bool,
        mut make: impl FnMut(usize, &Scene<'_>) -> Operation,
    ) -> Check {
        actor.clone_into(&mut self.model.actor);
        let before = self.model.state.clone();
        let mut tx = self
            .store
            .write(Actor::login(actor), "step")
            .map_err(|error| error.to_string())?;
        let (mut all, mut listed, mut is_changed) = (Default::default(), Default::default(), false);
        for at in 0..count {
            let scene = Scene {
                state: &self.model.state,
                names: &self.names,
            };
            let operation = make(at, &scene);
            self.trace.push(format!("{actor}: {operation:?}"));
            let old = self.model.state.clone();
            let expected = self.model.apply(&operation);
            let found = perform(&mut tx, &operation, &self.names, &old);
            agree(&mut self.names, expected, found)
                .map_err(|why| format!("{operation:?}\n  {why}"))?;
            let (named, more) = named(&old, &self.model.state);
            is_changed |= !old.different(&self.model.state).is_empty();
            append(&mut all, named);
            append(&mut listed, more);
        }
        if !is_kept {
            self.trace.push("(dropped)".to_owned());
            drop(tx);
            self.model.state = before;
            return Ok(());
        }
        let commit = tx.commit().map_err(|error| error.to_string())?;
        same("whether there is a commit", &commit.is_some(), &is_changed)?;
        let Some(commit) = commit else { return Ok(()) };
        same("moment of the commit", &commit.recorded_at, &self.model.now)?;
        self.trace.push(format!("(commit {})", commit.sequence));
        self.roots
            .insert(commit.sequence, (self.commits.len(), true));
        let after = self.model.state.clone();
        let commit = Commit {
            sequence: commit.sequence,
            before,
            after,
            named: all,
            listed,
            holds: true,
        };
        self.commits.push(commit);
        self.learn_names()?;
        self.moments
            .push((self.model.now, self.model.state.clone()));
        Ok(())
    }

    /// Asks for the names of new issues, which operations do not give.
    fn learn_names(&mut self) -> Check {
        let state = &self.model.state;
        let new: Vec<Id> = state
            .issues()
            .map(|(id, _)| id)
            .filter(|id| self.names.known(*id).is_none())
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let snapshot = self.store.read().map_err(|error| error.to_string())?;
        for id in new {
            let issue = state.issue(id);
            let found = snapshot.issue(&name_of(state, issue.repository), issue.number);
            self.names
                .insert(id, found.map_err(|error| error.to_string())?.summary.id);
        }
        Ok(())
    }

    /// Whether a commit was undone by one that was not undone itself.
    fn is_cancelled(&self, sequence: u64) -> bool {
        let mut by = self.cancels.iter().filter(|(_, of)| **of == sequence);
        by.any(|(by, _)| !self.is_cancelled(*by))
    }

    /// Undoes or redoes something.
    fn go_back(&mut self, sequence: u64, is_undo: bool) -> Check {
        self.trace.push(format!(
            "{} {sequence}",
            if is_undo { "undo" } else { "redo" }
        ));
        let found = if is_undo {
            self.store.undo(sequence, Actor::login("mona"))
        } else {
            self.store.redo(sequence, Actor::login("mona"))
        };
        let (at, does) = self.roots[&sequence];
        // Redoing what is itself an undo, or the undo of one, goes back from where it went.
        let is_root = self.commits[at].sequence == sequence;
        let to_hold = !self.commits[at].holds;
        let newest = self.roots.iter().rev().find(|(_, (root, _))| *root == at);
        let target = if is_undo {
            sequence
        } else {
            *newest.unwrap().0
        };
        let is_in_effect = does != to_hold && !(is_undo && self.is_cancelled(sequence));
        if is_in_effect != is_undo && (is_undo || is_root) {
            let found = found.err().map(|error| error.kind());
            return same("doing the same again", &found, &Some(ErrorKind::Invalid));
        }
        let found = match (go(&self.model.state, &self.commits, at), found) {
            (Verdict::Refused(_), Err(error)) if error.kind() == ErrorKind::StandsInTheWay => {
                return same("obstacles", &error.obstacles().is_empty(), &false);
            }
            // Not settled: the store refuses some undos of what belongs to an issue that was transferred since
            // (a comment edited, its issue transferred, the edit undone), where the model does them; and a redo that
            // would bring back a user who was taken back and came again since under another identifier;
            // and an undo of an earlier commit that named all of a list to set its order.
            (Verdict::Done(..), Err(error))
                if !error.obstacles().is_empty()
                    && error.obstacles().iter().all(|one| {
                        let is_user = one.kind == backlot_model::RecordKind::User;
                        self.cancels.contains_key(&one.sequence)
                            || one.field == Some(backlot_model::Field::Repository)
                            // What a commit makes and deletes at once is not made again.
                            || one.field == Some(backlot_model::Field::Deleted)
                            || (is_user && one.field == Some(backlot_model::Field::Name))
                    }) =>
            {
                return Ok(());
            }
            (Verdict::Perhaps(..), Err(error)) if error.kind() == ErrorKind::StandsInTheWay => {
                return Ok(());
            }
            (Verdict::Done(state, orders) | Verdict::Perhaps(state, orders), Ok(commit)) => {
                self.model.state = state;
                self.adopt(&orders)?;
                commit
            }
            (verdict, found) => {
                let verdict = match verdict {
                    Verdict::Refused(why) => format!("refused, because {why}"),
                    Verdict::Done(..) => "done".to_owned(),
                    Verdict::Perhaps(..) => "perhaps".to_owned(),
                };
                let found = found.map(|commit| commit.sequence);
                return Err(format!("store {found:?}\n  model {verdict}"));
            }
        };
        self.commits[at].holds = to_hold;
        self.roots.insert(found.sequence, (at, to_hold));
        self.cancels.insert(found.sequence, target);
        self.trace.push(format!("(commit {})", found.sequence));
        self.moments
            .push((self.model.now, self.model.state.clone()));
        Ok(())
    }

    /// Takes the order of lists over from the store, where the rules say only what is in them.
    fn adopt(&mut self, orders: &Orders) -> Check {
        let snapshot = self.store.read().map_err(|error| error.to_string())?;
        for id in orders {
            if self.model.state.is_there(*id) {
                self.adopt_record(&snapshot, *id)?;
            }
        }
        Ok(())
    }

    fn adopt_record(&mut self, snapshot: &Snapshot, id: Id) -> Check {
        let text = |error: backlot_core::Error| error.to_string();
        let state = &mut self.model.state;
        match state.records[&id].fields.clone() {
            Fields::Issue(issue) => {
                let found = snapshot
                    .issue(&name_of(state, issue.repository), issue.number)
                    .map_err(text)?;
                let names = |links: &[backlot_core::IssueLink]| {
                    links
                        .iter()
                        .map(|link| self.names.back(link.id).unwrap())
                        .collect::<Vec<_>>()
                };
                let labels: Vec<Id> = issue.labels;
                let order = |label: &Id| {
                    let name = &state.label(*label).name;
                    found.summary.labels.iter().position(|other| other == name)
                };
                let mut labels: Vec<_> = labels
                    .into_iter()
                    .map(|label| (order(&label), label))
                    .collect();
                labels.sort_unstable();
                let labels = labels.into_iter().map(|(_, label)| label).collect();
                let lists = (
                    names(&found.sub_issues),
                    names(&found.blocked_by),
                    names(&found.blocking),
                );
                let to = state.issue_mut(id);
                to.labels = labels;
                take_order(&mut to.assignees, found.summary.assignees);
                take_order(&mut to.sub_issues, lists.0);
                take_order(&mut to.blocked_by, lists.1);
                take_order(&mut to.blocking, lists.2);
            }
            Fields::Project(_) => {
                let found = snapshot.columns(self.names.of(id)).map_err(text)?;
                let found = found
                    .iter()
                    .map(|column| self.names.back(column.id).unwrap())
                    .collect();
                let inside = state
                    .columns()
                    .filter(|(_, column)| column.project == id)
                    .map(|(id, _)| id)
                    .collect();
                adopt_order(&mut state.project_mut(id).columns, inside, found);
            }
            Fields::Column(column) => {
                let found = snapshot
                    .cards(self.names.of(id), ArchivedFilter::All)
                    .map_err(text)?;
                let found = found
                    .iter()
                    .map(|card| self.names.back(card.id).unwrap())
                    .collect();
                let inside = state
                    .cards()
                    .filter(|(_, card)| card.column == id)
                    .map(|(id, _)| id)
                    .collect();
                adopt_order(&mut state.column_mut(id).cards, inside, found);
                if state.is_there(column.project) {
                    self.adopt_record(snapshot, column.project)?;
                }
            }
            Fields::Card(card) if state.is_there(card.column) => {
                self.adopt_record(snapshot, card.column)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Looks at everything, and asks this and that.
    fn look(&mut self, seed: u64) -> Check {
        let mut dice = Dice::new(seed);
        let snapshot = self.store.read().map_err(|error| error.to_string())?;
        let (state, now) = (&self.model.state, self.model.now);
        compare(&snapshot, state, &self.names)?;
        for _ in 0..4 {
            check_filter(&snapshot, state, now, &mut dice)?;
            check_query(&snapshot, state, now, &mut dice)?;
        }
        self.look_back(&snapshot, &mut dice, 2)
    }

    fn look_back(&self, snapshot: &Snapshot, dice: &mut Dice, times: usize) -> Check {
        for _ in 0..times {
            let (first, last) = (
                self.moments[0].0.unix_milliseconds(),
                self.model.now.unix_milliseconds(),
            );
            let moment = Timestamp::from_unix_milliseconds(
                first + dice.below((last - first) as usize + 1) as i64,
            );
            let until = self.moments.partition_point(|(at, _)| *at <= moment);
            check_past(snapshot, &self.moments[until - 1].1, moment, dice)?;
        }
        Ok(())
    }

    fn run(&mut self, steps: &[Step]) -> Check {
        self.begin()?;
        for (count, step) in steps.iter().enumerate() {
            self.step(step)?;
            if (step.at + 1) % LOOK_EVERY == 0 || count + 1 == steps.len() {
                self.look(step.at as u64 + step.advance.unsigned_abs())?;
            }
        }
        let snapshot = self.store.read().map_err(|error| error.to_string())?;
        self.look_back(&snapshot, &mut Dice::new(steps.len() as u64), 6)?;
        drop(snapshot);
        crate::support::assert_sound(&mut self.store);
        check_history(&self.store)
    }
}

fn append<T: Ord>(all: &mut std::collections::BTreeSet<T>, more: std::collections::BTreeSet<T>) {
    all.extend(more);
}

/// The same elements in another order, where they are the same.
fn take_order<T: Ord + Clone>(to: &mut Vec<T>, from: Vec<T>) {
    let sorted = |list: &[T]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    if sorted(to) == sorted(&from) {
        *to = from;
    }
}

/// What is inside by the model, in the order in which the store shows it, and then what is not shown.
fn adopt_order(list: &mut Vec<Id>, inside: Vec<Id>, found: Vec<Id>) {
    list.retain(|id| !inside.contains(id) && !found.contains(id));
    let hidden = std::mem::replace(list, inside);
    take_order(list, found);
    list.extend(hidden);
}

/// Whether both answered the same.
fn agree(names: &mut Names, expected: Answer, found: backlot_core::Result<Gave>) -> Check {
    match (expected, found) {
        (Ok(Given::Done), Ok(Gave::Done)) => Ok(()),
        (Ok(Given::Changed(model)), Ok(Gave::Changed(store))) => same("changed", &store, &model),
        (Ok(Given::Number(model)), Ok(Gave::Number(store))) => same("number", &store, &model),
        (Ok(Given::Made(id)), Ok(Gave::Made(name))) => {
            names.insert(id, name);
            Ok(())
        }
        (Err(problems), Err(error)) if problems.contains(&Problem::from(&error)) => Ok(()),
        (expected, Ok(_)) => Err(format!("store did it\n  model {expected:?}")),
        (expected, Err(error)) => Err(format!(
            "store {error} {:?}\n  model {expected:?}",
            Problem::from(&error)
        )),
    }
}

/// What differs in a life, what was done until then, and by which steps.
struct Difference {
    why: String,
    trace: Vec<String>,
    steps: Vec<Step>,
}

impl Difference {
    /// What is differs, without the numbers that tell where.
    fn kind(&self) -> String {
        let line = self.why.lines().next().unwrap_or_default();
        line.split(|c: char| !c.is_alphabetic()).take(3).collect()
    }
}

/// Lives these steps.
fn live(steps: &[Step]) -> Result<(), Difference> {
    let mut life = Life::new();
    let result = catch_unwind(AssertUnwindSafe(|| life.run(steps)));
    let result = result.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("panic: {}", text.unwrap_or_default()))
    });
    result.map_err(|why| Difference {
        why,
        trace: life.trace,
        steps: life.happened,
    })
}

/// The fewest steps and operations that still show the same difference, by leaving out more and more of them.
fn shrink(mut difference: Difference) -> Difference {
    let mut steps = std::mem::take(&mut difference.steps);
    let kind = difference.kind();
    let mut part = steps.len().div_ceil(2);
    while part > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + part).min(fewer.len()));
            match live(&fewer) {
                Err(other) if other.kind() == kind => {
                    steps = fewer;
                    difference = other;
                }
                _ => at += part,
            }
        }
        part /= 2;
    }
    for at in 0..steps.len() {
        let mut which = 0;
        while let Happening::Write(actor, operations, is_kept) = &steps[at].happening
            && which < operations.len()
        {
            let mut fewer = steps.clone();
            let mut operations = operations.clone();
            operations.remove(which);
            fewer[at].happening = Happening::Write(actor.clone(), operations, *is_kept);
            match live(&fewer) {
                Err(other) if other.kind() == kind => {
                    steps = fewer;
                    difference = other;
                }
                _ => which += 1,
            }
        }
    }
    difference
}

fn steps_of(seed: u64) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    let mut step = |at| Step {
        at,
        advance: 1000 + dice.below(5000) as i64,
        happening: Happening::Random(dice.next()),
    };
    (0..STEPS).map(&mut step).collect()
}

/// Runs so many lives, from this seed on, on as many threads as there are processors.
pub(super) fn run_sequences(first: u64, count: u64) {
    eprintln!("sequences of seeds {first} to {}", first + count - 1);
    let next = AtomicU64::new(first);
    let failed: Mutex<Option<u64>> = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || failed.lock().unwrap().is_some() {
                        break;
                    }
                    if live(&steps_of(seed)).is_err() {
                        failed.lock().unwrap().get_or_insert(seed);
                    }
                }
            });
        }
    });
    let failed = *failed.lock().unwrap();
    if let Some(seed) = failed {
        let Err(difference) = live(&steps_of(seed)) else {
            panic!("seed {seed} differs, but not always");
        };
        let difference = shrink(difference);
        panic!(
            "seed {seed}: {}\nafter\n{}",
            difference.why,
            difference.trace.join("\n")
        );
    }
}
