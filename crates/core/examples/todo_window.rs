//! The model behind a to-do window of a desktop program, without the window: it plays a small script and
//! prints what would be painted.
//!
//! What to learn from it:
//! - a list is found once and read from a cursor, as far as somebody scrolls;
//! - `watch` tells of every commit, whoever made it in this process, and the window paints only the lines that
//!   came out different;
//! - each edit is a commit, so undo and redo are two lists of commits, and an undo that later edits stand in
//!   the way of says which.
//!
//! Run it with `cargo run -p backlot-core --example todo_window`.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use backlot_core::{
    CommitSummary, Cursor, ErrorKind, IssueEdit, IssueSummary, NewIssue, Notice, RepositoryWriter,
    SeededEnvironment, Store, StoreOptions,
};
use backlot_model::{Actor, State, StateReason, Timestamp};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const LIST: &str = "home/todo";
/// What the window shows.
const SEARCH: &str = "repo:home/todo is:open sort:created-asc";
/// How many lines are read at a time.
const LINES: usize = 3;

fn main() -> Outcome {
    run(&mut io::stdout().lock())
}

pub(crate) fn run(out: &mut impl Write) -> Outcome {
    let folder = tempfile::tempdir()?;
    let store = open(&folder.path().join("todo.backlot"))?;
    let mut window = Window::new(store.clone())?;

    for title in [
        "Buy paint",
        "Call the plumber",
        "Fix the gate",
        "Read a book",
    ] {
        window.edit("add", |list| list.create_issue(NewIssue::titled(title)))?;
        window.paint_next(out)?;
    }
    writeln!(out, "-- scroll down")?;
    window.scroll(out)?;

    writeln!(out, "-- tick off the plumber")?;
    let done = IssueEdit::default().state(State::Closed, Some(StateReason::Completed));
    window.edit("tick off", |list| list.edit_issue(2, &done))?;
    window.paint_next(out)?;
    writeln!(out, "-- undo, redo, undo")?;
    window.undo(out)?;
    window.redo(out)?;
    window.undo(out)?;

    writeln!(out, "-- rename the gate; somebody else renames it too")?;
    let title = |title: &str| IssueEdit::default().title(title);
    window.edit("rename", |list| {
        list.edit_issue(3, &title("Paint the gate"))
    })?;
    window.paint_next(out)?;
    let mut tx = store.write(Actor::login("hubot"), "sync")?;
    tx.repository(LIST)?
        .edit_issue(3, &title("Paint the gate green"))?;
    tx.commit()?;
    window.paint_next(out)?;
    window.undo(out)?;

    writeln!(out, "-- a commit elsewhere paints nothing")?;
    let mut tx = store.write(Actor::login("hubot"), "another list")?;
    tx.create_repository(&"home/garden".parse()?)?;
    tx.commit()?;
    window.paint_next(out)
}

/// Opens the store, or makes one where there is none yet.
fn open(path: &Path) -> Outcome<Store> {
    // A program for people leaves this to the system's clock: `StoreOptions::new()`.
    let start = Timestamp::parse("2025-03-03T09:00:00Z")?;
    let options = StoreOptions::new().environment(SeededEnvironment::new(start, 1));
    let store = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => options.create(path)?,
        opened => return Ok(opened?),
    };
    let mut tx = store.write(Actor::login("mona"), "begin")?;
    tx.create_repository(&LIST.parse()?)?;
    tx.commit()?;
    Ok(store)
}

/// What the window knows.
struct Window {
    store: Store,
    /// The lines that are painted, and the place behind the last of them, if there are more.
    lines: Vec<IssueSummary>,
    more: Option<Cursor>,
    /// How many lines the window has asked for by scrolling.
    wanted: usize,
    /// The commits that the buttons undo and redo, the last one first in turn.
    done: Vec<u64>,
    undone: Vec<u64>,
    notices: Receiver<Notice>,
}

impl Window {
    fn new(store: Store) -> Outcome<Self> {
        let watch = store.watch();
        let (sender, notices) = channel();
        // In a desktop program the thread wakes the event loop instead of filling a channel. It ends with
        // the store, or with the window.
        thread::spawn(move || watch.notices().try_for_each(|notice| sender.send(notice)));
        let (lines, more) = store.read()?.search(SEARCH)?.after(None, LINES)?;
        Ok(Self {
            store,
            lines,
            more,
            wanted: LINES,
            done: Vec::new(),
            undone: Vec::new(),
            notices,
        })
    }

    /// Shows the lines behind the last one.
    fn scroll(&mut self, out: &mut impl Write) -> Outcome {
        let Some(cursor) = &self.more else {
            return Ok(());
        };
        let snapshot = self.store.read()?;
        let (lines, more) = snapshot.search(SEARCH)?.after(Some(cursor), LINES)?;
        for line in &lines {
            writeln!(out, "   + {}", text(line))?;
        }
        self.lines.extend(lines);
        self.more = more;
        self.wanted += LINES;
        Ok(())
    }

    /// One edit of the user, which is one commit.
    fn edit<T>(
        &mut self,
        reason: &str,
        edit: impl FnOnce(&mut RepositoryWriter<'_>) -> backlot_core::Result<T>,
    ) -> Outcome {
        let mut tx = self.store.write(Actor::login("mona"), reason)?;
        edit(&mut tx.repository(LIST)?)?;
        if let Some(commit) = tx.commit()? {
            self.done.push(commit.sequence);
            self.undone.clear();
        }
        Ok(())
    }

    /// The button that takes the last edit back.
    fn undo(&mut self, out: &mut impl Write) -> Outcome {
        let Some(last) = self.done.last().copied() else {
            return Ok(());
        };
        match self.store.undo(last, Actor::login("mona")) {
            Ok(commit) => {
                self.done.pop();
                self.undone.push(commit.sequence);
                self.paint_next(out)
            }
            Err(error) if error.kind() == ErrorKind::StandsInTheWay => {
                for obstacle in error.obstacles() {
                    writeln!(out, "   cannot undo: {obstacle}")?;
                }
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The button that does again what was taken back last.
    fn redo(&mut self, out: &mut impl Write) -> Outcome {
        let Some(last) = self.undone.pop() else {
            return Ok(());
        };
        let commit = self.store.redo(last, Actor::login("mona"))?;
        self.done.push(commit.sequence);
        self.paint_next(out)
    }

    /// Waits for the next notice, as the event loop does, and paints what it changed.
    fn paint_next(&mut self, out: &mut impl Write) -> Outcome {
        match self.notices.recv()? {
            Notice::Commit(summary) if is_ours(&summary) => {
                writeln!(out, "{}", summary.commit.reason)?;
                self.repaint(out)
            }
            Notice::Commit(_) => Ok(()),
            // The window lagged behind: everything may be different.
            Notice::Missed { .. } => self.repaint(out),
        }
    }

    /// Reads the lines again, and paints those that came, went, or say something else.
    fn repaint(&mut self, out: &mut impl Write) -> Outcome {
        let snapshot = self.store.read()?;
        let list = snapshot.search(SEARCH)?;
        let (lines, more) = list.after(None, self.wanted)?;
        for old in &self.lines {
            if !lines.iter().any(|line| line.id == old.id) {
                writeln!(out, "   - {}", text(old))?;
            }
        }
        for line in &lines {
            match self.lines.iter().find(|old| old.id == line.id) {
                None => writeln!(out, "   + {}", text(line))?,
                Some(old) if text(old) != text(line) => writeln!(out, "   ~ {}", text(line))?,
                Some(_) => {}
            }
        }
        let hidden = list.total() - lines.len();
        writeln!(out, "   {} shown, {hidden} more", lines.len())?;
        (self.lines, self.more) = (lines, more);
        Ok(())
    }
}

/// Whether a commit touched what the window shows.
fn is_ours(summary: &CommitSummary) -> bool {
    summary.repositories.iter().any(|(_, name)| name == LIST)
}

/// What a line says.
fn text(issue: &IssueSummary) -> String {
    format!("#{} {}", issue.number, issue.title)
}
