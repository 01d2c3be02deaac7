//! Putting right what lint finds.

use std::io::Write;

use backlot_core::{Fixed, LintFixReport};
use backlot_model::lint::{Code, Severity, Target};
use serde_json::json;

use super::show::{Tally, record};
use super::{LintArgs, Wanted};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::screen::Screen;
use crate::output::text::{self, count};

/// What a fix did, or would do.
struct Done {
    repository: String,
    target: &'static str,
    is_dry_run: bool,
    report: LintFixReport,
    left: Tally,
}

const FIELDS: Fields<Done> = &[
    ("repository", |done| json!(done.repository)),
    ("target", |done| json!(done.target)),
    ("dry_run", |done| json!(done.is_dry_run)),
    ("commit", |done| {
        json!(done.report.commit.as_ref().map(|commit| commit.sequence))
    }),
    ("labels", |done| json!(done.report.labels)),
    ("issues", |done| json!(done.report.issues)),
    ("comments", |done| json!(done.report.comments)),
    ("added_comments", |done| json!(done.report.added_comments)),
    ("errors_left", |done| json!(errors_left(done))),
];

pub(super) fn fix(
    args: &LintArgs,
    target: &Target,
    wanted: &Wanted,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let store = context.open_to_write()?;
    let snapshot = store.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    drop(snapshot);
    let only = wanted.as_ref().map(|(query, options)| (query, options));
    let (actor, is_dry_run) = (args.actor.actor(), args.dry_run);
    let (screen, is_shown) = (context.screen, json.is_none() && !context.global.quiet);
    let mut tell = |fixed: &Fixed| -> Result<()> {
        if is_shown {
            print(fixed, &screen, context.out)?;
        }
        Ok(())
    };
    let report = store.lint_fix(&repository, target, only, actor, is_dry_run, &mut tell)?;
    // A dry run leaves everything as it is, and what it would have left is what cannot be put right.
    let mut left = Tally::default();
    let snapshot = store.read()?;
    snapshot.lint(&repository, target, only, &mut |found| -> Result<()> {
        if !(is_dry_run && found.is_fixable()) {
            left.add(&found);
        }
        Ok(())
    })?;
    drop((snapshot, store));
    let done = Done {
        repository: repository.to_string(),
        target: target.name(),
        is_dry_run,
        report,
        left,
    };
    match json {
        Some(json) => json.object(&done, context.out)?,
        None => context.tell(&sentence(&done))?,
    }
    Ok(done.left.exit())
}

fn errors_left(done: &Done) -> u64 {
    done.left.of(Severity::Error).0
}

fn print(fixed: &Fixed, screen: &Screen, out: &mut dyn Write) -> Result<()> {
    let mut did: Vec<&str> = fixed.did.iter().map(|(_, did)| did.as_str()).collect();
    did.dedup();
    let codes: Vec<&str> = fixed
        .did
        .iter()
        .map(|(code, _)| Code::name(*code))
        .collect();
    let record = record(&fixed.subject, screen);
    let (record, did) = (text::line(&record), did.join("; "));
    match screen.is_terminal() {
        true => {
            let line = format!("{record}: {}", text::line(&did));
            let width = screen.width.unwrap_or(usize::MAX);
            writeln!(out, "{}", text::cut(&line, width))?;
        }
        false => writeln!(out, "{record}\t{}\t{}", codes.join(","), text::line(&did))?,
    }
    Ok(())
}

fn sentence(done: &Done) -> String {
    let report = &done.report;
    let counts = [
        (report.labels, "label", "labels"),
        (report.issues, "issue", "issues"),
        (report.comments, "comment", "comments"),
    ];
    let mut changed: Vec<String> = counts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number as u64, one, many))
        .collect();
    if report.added_comments > 0 {
        let added = count(report.added_comments as u64, "new comment", "new comments");
        changed.push(added);
    }
    let changed = changed.join(", ");
    let did = match (&report.commit, done.is_dry_run) {
        _ if changed.is_empty() => format!("nothing to put right in {}", done.repository),
        (Some(commit), _) => format!(
            "put right {changed} for {}; this is commit {}, and `backlot undo` takes it back",
            done.target, commit.sequence
        ),
        (None, _) => format!(
            "would have put right {changed} for {}: a dry run, nothing was written",
            done.target
        ),
    };
    match errors_left(done) {
        0 => did,
        left => format!("{did}\n{} left", count(left, "error is", "errors are")),
    }
}
