//! `backlot undo` and `backlot redo`

use std::collections::HashSet;

use backlot_core::{Snapshot, Store, UndoReport};
use backlot_model::{Commit, CommitId, Origin};
use clap::Args;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::text::{self, count};
use crate::repository::ActorArgs;

/// Take back what a commit did, by another commit
///
/// Later commits that stand on it are in the way, and are listed; nothing is done then. An import can be undone,
/// too: the records that it created are absent afterwards, and the same import brings them back.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot undo                  the last commit
  backlot undo 7 --dry-run      what undoing commit 7 would change
  backlot undo 7")]
pub(crate) struct UndoArgs {
    /// The number of the commit, as `backlot log` shows it; without it, the last one that is not undone
    commit: Option<u64>,

    /// The last commit that is not undone, which is the default
    #[arg(long, conflicts_with = "commit")]
    last: bool,

    /// Check everything and say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Do again what was undone
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot redo                  what was undone last
  backlot redo 7 --dry-run
  backlot redo 7")]
pub(crate) struct RedoArgs {
    /// The number of the undone commit, or of the one that undid it; without it, what was undone last
    commit: Option<u64>,

    /// Check everything and say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    actor: ActorArgs,
}

struct Done {
    target: Commit,
    commit: Option<Commit>,
    /// What would be done; known for a dry run alone.
    report: Option<UndoReport>,
}

const FIELDS: Fields<Done> = &[
    ("target", |done| json!(done.target.sequence)),
    ("reason", |done| json!(done.target.reason)),
    ("dry_run", |done| json!(done.report.is_some())),
    ("commit", |done| {
        json!(done.commit.as_ref().map(|commit| commit.sequence))
    }),
    ("events", |done| {
        json!(done.commit.as_ref().map(|commit| commit.events))
    }),
    ("records", |done| {
        json!(done.report.as_ref().map(|report| report.records))
    }),
    ("by_kind", |done| match &done.report {
        None => Value::Null,
        Some(report) => {
            let kinds = report.by_kind.iter();
            Value::Object(
                kinds
                    .map(|(kind, number)| (kind.plural().replace(' ', "_"), json!(number)))
                    .collect::<Map<_, _>>(),
            )
        }
    }),
    ("kept_users", |done| {
        json!(done.report.as_ref().map(|report| report.kept_users))
    }),
];

/// Which commits are undone, as the log is read from its end.
#[derive(Default)]
pub(crate) struct Undone(HashSet<CommitId>);

impl Undone {
    /// Whether this commit is undone; all later ones must have been asked about before.
    pub(crate) fn is_undone(&mut self, commit: &Commit) -> bool {
        if self.0.contains(&commit.id) {
            return true;
        }
        if let Origin::Undo(target) = commit.origin {
            self.0.insert(target);
        }
        false
    }
}

/// The last commit that can be undone: it is not undone, and is no undo itself.
fn last(snapshot: &Snapshot) -> Result<u64> {
    let mut undone = Undone::default();
    for commit in snapshot.commits() {
        let commit = commit?;
        if !undone.is_undone(&commit) && !matches!(commit.origin, Origin::Undo(_)) {
            return Ok(commit.sequence);
        }
    }
    Err(Error::new(Kind::UnknownRecord, "there is nothing to undo"))
}

/// The last undo that still stands.
fn last_undo(snapshot: &Snapshot) -> Result<u64> {
    let mut undone = Undone::default();
    let mut undos: Vec<(u64, CommitId)> = Vec::new();
    let mut redone: HashSet<CommitId> = HashSet::new();
    for commit in snapshot.commits() {
        let commit = commit?;
        let is_undone = undone.is_undone(&commit);
        if let (false, Origin::Undo(target)) = (is_undone, &commit.origin) {
            undos.push((commit.sequence, *target));
        }
        if let Origin::Undo(_) = &commit.origin {
            redone.insert(commit.id);
        }
    }
    // What undoes an undo is a redo.
    let undo = undos
        .into_iter()
        .find(|(_, target)| !redone.contains(target));
    undo.map(|(sequence, _)| sequence)
        .ok_or_else(|| Error::new(Kind::UnknownRecord, "there is nothing to redo"))
}

pub(crate) fn undo(args: &UndoArgs, context: &mut Context<'_>) -> Result<Exit> {
    let run = |store: &Store, sequence| -> Result<(Option<Commit>, Option<UndoReport>)> {
        Ok(match args.dry_run {
            true => (None, Some(store.undo_dry_run(sequence)?)),
            false => (Some(store.undo(sequence, args.actor.actor())?), None),
        })
    };
    change(args.commit, &last, &run, ("undid", "undo", false), context)
}

pub(crate) fn redo(args: &RedoArgs, context: &mut Context<'_>) -> Result<Exit> {
    let run = |store: &Store, sequence| -> Result<(Option<Commit>, Option<UndoReport>)> {
        Ok(match args.dry_run {
            true => (None, Some(store.redo_dry_run(sequence)?)),
            false => (Some(store.redo(sequence, args.actor.actor())?), None),
        })
    };
    change(
        args.commit,
        &last_undo,
        &run,
        ("did again", "do again", true),
        context,
    )
}

type Run<'a> = &'a dyn Fn(&Store, u64) -> Result<(Option<Commit>, Option<UndoReport>)>;

fn change(
    sequence: Option<u64>,
    otherwise: &dyn Fn(&Snapshot) -> Result<u64>,
    run: Run<'_>,
    (done, would, is_redo): (&str, &str, bool),
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let store = context.open_to_write()?;
    let snapshot = store.read()?;
    let sequence = match sequence {
        Some(sequence) => sequence,
        None => otherwise(&snapshot)?,
    };
    let mut commits = snapshot.commits();
    let mut wanted = None;
    let target = loop {
        match commits.next().transpose()? {
            Some(commit) if commit.sequence == sequence || wanted == Some(commit.id) => {
                // What was done is told by the commit that did it first.
                match commit.origin {
                    Origin::Undo(first) if is_redo => wanted = Some(first),
                    _ => break commit,
                }
            }
            Some(_) => {}
            None => {
                let unknown = format!("there is no commit {sequence}");
                return Err(Error::new(Kind::UnknownRecord, unknown)
                    .hint("`backlot log` lists the commits"));
            }
        }
    };
    drop(snapshot);
    let (commit, report) = run(&store, sequence)?;
    drop(store);
    let done_now = Done {
        target,
        commit,
        report,
    };
    if let Some(json) = json {
        json.object(&done_now, context.out)?;
        return Ok(Exit::DONE);
    }
    let Done {
        target,
        commit,
        report,
    } = &done_now;
    let what = format!("commit {}, {}", target.sequence, text::line(&target.reason));
    if let Some(commit) = commit {
        context.tell(&format!(
            "{done} {what}; this is commit {}",
            commit.sequence
        ))?;
    }
    if let Some(report) = report {
        let kinds: Vec<String> = (report.by_kind.iter())
            .map(|(kind, number)| count(*number, kind.name(), kind.plural()))
            .collect();
        let changed = match kinds.as_slice() {
            [] => "change nothing".to_owned(),
            kinds => format!("change {}", kinds.join(", ")),
        };
        writeln!(
            context.out,
            "to {would} {what}, would {changed}: a dry run, nothing was written"
        )?;
        if report.kept_users > 0 {
            let users = count(report.kept_users, "user stays", "users stay");
            writeln!(context.out, "{users}, because later commits speak of them")?;
        }
    }
    Ok(Exit::DONE)
}
