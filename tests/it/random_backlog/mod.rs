//! Backlogs with all that can be in one, made by random operations of the library from a seed: two repositories
//! of one owner, their boards, and boards of an organisation and of a person.

pub(crate) mod dice;
mod edits;
mod texts;

use backlot_core::{ErrorKind, NewProject, ProjectOwner, Result, Store, WriteTransaction};
use backlot_model::{Actor, RecordId, RepositoryName, UserKind};

use self::dice::Dice;

/// The repository in which most of it happens.
pub(crate) const HERE: &str = "octo/hello";
/// Where issues are taken to, and what others in `HERE` are linked with.
pub(crate) const THERE: &str = "octo/other";
/// How many operations an issue gets, on the average.
const OPERATIONS: u64 = 9;
const PEOPLE: [&str; 6] = ["mona", "hubot", "octo", "a-b", "Zoe", "build[bot]"];

/// Fills an empty store with a random backlog of so many issues, the same for the same seed.
pub(crate) fn fill(store: &Store, seed: u64, issues: u64) -> Result<()> {
    let mut life = Life {
        dice: Dice::new(seed),
        undoes: has_undos(seed),
        issues: issues.max(1),
        made: 0,
        places: Vec::new(),
        comments: Vec::new(),
        records: Vec::new(),
        learned: 0,
        pinned: None,
        projects: Vec::new(),
        columns: Vec::new(),
        cards: Vec::new(),
        done: 0,
        refused: 0,
    };
    life.begin(store)?;
    for _ in 0..issues.max(1) * OPERATIONS {
        life.commit(store)?;
        if life.done >= issues * OPERATIONS && life.made >= issues {
            break;
        }
    }
    life.end(store)
}

/// Whether the backlog of a seed has commits that were undone.
pub(crate) const fn has_undos(seed: u64) -> bool {
    seed % 2 == 1
}

/// What the dice know of the backlog: names, some of which may lead to nothing by now.
struct Life {
    dice: Dice,
    undoes: bool,
    /// How many issues there are to be, and how many there are.
    issues: u64,
    made: u64,
    places: Vec<(&'static str, u64)>,
    comments: Vec<(&'static str, RecordId)>,
    /// Issues by the names of their records, and how many of the places they stand for.
    records: Vec<(&'static str, RecordId)>,
    learned: usize,
    /// The last one that was pinned.
    pinned: Option<(&'static str, u64)>,
    projects: Vec<RecordId>,
    columns: Vec<RecordId>,
    cards: Vec<RecordId>,
    done: u64,
    refused: u64,
}

fn name(name: &str) -> RepositoryName {
    match name.parse() {
        Ok(name) => name,
        Err(_) => panic!("{name} is no name of a repository"),
    }
}

impl Life {
    fn begin(&mut self, store: &Store) -> Result<()> {
        let mut tx = store.write(Actor::login("mona"), "begin")?;
        for repository in [HERE, THERE] {
            let mut writer = tx.create_repository(&name(repository))?;
            let mut issue = backlot_core::NewIssue::titled("First").label("bug");
            for login in PEOPLE {
                issue = issue.assignee(login);
            }
            let number = writer.create_issue(issue)?;
            self.places.push((repository, number));
            let owner = ProjectOwner::Repository(name(repository));
            self.board(&mut tx, &owner, "Roadmap")?;
        }
        self.board(&mut tx, &ProjectOwner::Organization("acme".into()), "Plan")?;
        self.board(&mut tx, &ProjectOwner::User("hubot".into()), "Mine")?;
        tx.set_user_kind("build[bot]", UserKind::Bot)?;
        tx.commit()?;
        Ok(())
    }

    fn board(&mut self, tx: &mut WriteTransaction, owner: &ProjectOwner, name: &str) -> Result<()> {
        let mut project = NewProject::named(name);
        if self.dice.percent(60) {
            project = project.body(texts::text(&mut self.dice));
        }
        if matches!(owner, ProjectOwner::Organization(_)) {
            let private = self.dice.percent(50);
            project = project.private(private).permission("write");
        }
        let project = tx.create_project(owner, project)?;
        self.projects.push(project);
        for column in ["To do", "Doing", "Done \u{2713}"] {
            self.columns.push(tx.create_column(project, column)?);
        }
        Ok(())
    }

    /// Some operations by one of the people, and at times an undo of them.
    fn commit(&mut self, store: &Store) -> Result<()> {
        let actor = self.dice.of(&PEOPLE);
        let mut tx = store.write(Actor::login(actor), "edits")?;
        let made = self.made;
        let count = 1 + self.dice.below(if self.issues < 100 { 3 } else { 24 });
        for _ in 0..count {
            match self.operation(&mut tx) {
                Ok(()) => self.done += 1,
                Err(error) if is_refusal(error.kind()) => self.refused += 1,
                Err(error) => return Err(error),
            }
        }
        let Some(commit) = tx.commit()? else {
            return Ok(());
        };
        self.learn(store)?;
        if self.undoes && self.dice.percent(4) {
            match store.undo(commit.sequence, Actor::login(actor)) {
                Ok(_) => self.made = made,
                Err(error) if is_refusal(error.kind()) => self.refused += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Asks for the names of the records of new issues, which operations do not give.
    fn learn(&mut self, store: &Store) -> Result<()> {
        let new = &self.places[self.learned..];
        if new.is_empty() {
            return Ok(());
        }
        let snapshot = store.read()?;
        for (repository, number) in new {
            match snapshot.issue(&name(repository), *number) {
                Ok(issue) => self.records.push((repository, issue.summary.id)),
                Err(error) if is_refusal(error.kind()) => {}
                Err(error) => return Err(error),
            }
        }
        self.learned = self.places.len();
        Ok(())
    }

    /// What can only come last.
    fn end(&mut self, store: &Store) -> Result<()> {
        assert!(self.done > self.issues, "{} were refused", self.refused);
        let mut tx = store.write(Actor::login("octo"), "end")?;
        for repository in [HERE, THERE] {
            let edit = edits::repository(&mut self.dice);
            tx.repository(repository)?.edit(&edit)?;
        }
        tx.commit()?;
        Ok(())
    }
}

/// Whether an operation that was thrown by dice may fail in this way.
fn is_refusal(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Invalid
            | ErrorKind::Gone
            | ErrorKind::Moved
            | ErrorKind::UnknownRecord
            | ErrorKind::Exists
            | ErrorKind::StandsInTheWay
    )
}
