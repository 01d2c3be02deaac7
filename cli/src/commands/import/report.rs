//! What an import did, for people and for programs.

use std::path::{Path, PathBuf};

use backlot_core::{ConflictReport, ImportReport, MappingReport};
use backlot_github::AttachmentReport;
use backlot_model::{Commit, Counts, KindCounts, Prefer, RecordKind, Skipped};
use serde_json::{Map, Value, json};

use super::carried::Restored;
use super::collisions;
use super::troubles::{print_conflicts, print_skipped, warn};
use crate::context::Context;
use crate::error::Result;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::output::text::{self, count};

/// What a report calls the source of an import.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Its name.
    pub(super) name: &'static str,
    /// Where its values stand.
    pub(super) at: &'static str,
}

impl Told {
    pub(super) const GITHUB: Self = Self {
        name: "GitHub",
        at: "at GitHub",
    };
    pub(super) const GITCODE: Self = Self {
        name: "GitCode",
        at: "at GitCode",
    };
    pub(super) const TABLE: Self = Self {
        name: "the table",
        at: "in the table",
    };
}

/// What an import did, or would have done.
pub(super) struct Shown {
    /// What the source is called.
    pub(super) told: Told,
    pub(super) report: ImportReport,
    pub(super) restored: Option<Restored>,
    pub(super) mapped: Option<Mapped>,
    /// The folder of attachments and what was put into it, of an input that has some.
    pub(super) attachments: Option<(PathBuf, AttachmentReport)>,
    pub(super) dry_run: bool,
}

/// What a mapping did to what was imported, by repository.
pub(super) struct Mapped {
    pub(super) reports: Vec<MappingReport>,
    pub(super) commit: Option<Commit>,
}

type MappedCount = (&'static str, &'static str, fn(&MappingReport) -> u64);

/// What is counted of a mapping, for programs and for people.
const MAPPED: [MappedCount; 5] = [
    ("renamed", "renamed", |report| report.renamed),
    ("merged", "went together with another", |report| {
        report.merged
    }),
    ("reassigned", "are somebody else's now", |report| {
        report.reassigned
    }),
    ("texts", "with another text", |report| report.texts),
    (
        "irreversible",
        "whose text `--map-back` does not give back exactly",
        |report| report.irreversible,
    ),
];

impl Mapped {
    fn total(&self, count: fn(&MappingReport) -> u64) -> u64 {
        self.reports.iter().map(count).sum()
    }

    fn json(&self) -> Value {
        let mut told = Map::new();
        for (name, _, count) in MAPPED {
            told.insert(name.to_owned(), json!(self.total(count)));
        }
        let commit = self.commit.as_ref();
        let commit = commit.map(|commit| json!({"sequence": commit.sequence, "id": commit.id.to_string(), "events": commit.events}));
        told.insert("commit".to_owned(), json!(commit));
        told.into()
    }

    fn print(&self, context: &mut Context<'_>) -> Result<()> {
        let told: Vec<String> = MAPPED
            .iter()
            .map(|(_, words, count)| (self.total(*count), words))
            .filter(|(number, _)| *number > 0)
            .map(|(number, words)| format!("{number} {words}"))
            .collect();
        match &self.commit {
            Some(commit) => writeln!(
                context.out,
                "mapped in commit {}: {}",
                commit.sequence,
                told.join(", ")
            )?,
            None => writeln!(context.out, "nothing to map")?,
        }
        Ok(())
    }
}

pub(super) type Count = (&'static str, fn(&KindCounts) -> u64);

pub(super) const COUNTS: [Count; 8] = [
    ("created", |counts| counts.created),
    ("updated", |counts| counts.updated),
    ("unchanged", |counts| counts.unchanged),
    ("stale", |counts| counts.stale),
    ("duplicates", |counts| counts.duplicates),
    ("orphans", |counts| counts.orphans),
    ("withdrawn", |counts| counts.withdrawn),
    ("extras", |counts| counts.with_extras),
];

pub(super) const FIELDS: Fields<Shown> = &[
    ("dry_run", |shown| json!(shown.dry_run)),
    ("commit", |shown| match &shown.report.commit {
        Some(commit) => {
            json!({"sequence": commit.sequence, "id": commit.id.to_string(), "events": commit.events})
        }
        None => Value::Null,
    }),
    ("mapping", |shown| {
        shown.mapped.as_ref().map_or(Value::Null, Mapped::json)
    }),
    ("carried", |shown| {
        shown.restored.as_ref().map_or(Value::Null, Restored::json)
    }),
    ("repositories", |shown| {
        let pair =
            |(foreign, local): &(String, String)| json!({"foreign": foreign, "local": local});
        shown.report.repositories.iter().map(pair).collect()
    }),
    ("counts", |shown| counts_json(&shown.report.counts)),
    ("extras_bytes", |shown| {
        json!(shown.report.counts.extras_bytes)
    }),
    ("skipped_count", |shown| json!(shown.report.counts.skipped)),
    ("not_understood_count", |shown| {
        json!(shown.report.not_understood)
    }),
    ("skipped", |shown| {
        shown.report.skipped.iter().map(skipped_json).collect()
    }),
    ("conflict_count", |shown| {
        json!(shown.report.counts.conflicts)
    }),
    ("conflicts", |shown| {
        let conflict = |conflict: &ConflictReport| {
            json!({
                "record": conflict.record.to_string(),
                "record_kind": conflict.kind.name(),
                "number": conflict.number,
                "field": conflict.field.name(),
                "kept": whose(conflict.kept),
                "ours": conflict.ours,
                "theirs": conflict.theirs,
            })
        };
        shown.report.conflicts.iter().map(conflict).collect()
    }),
    ("attachments", |shown| match &shown.attachments {
        None => Value::Null,
        Some((folder, report)) => json!({
            "folder": folder.to_string_lossy(),
            "records": report.records,
            "files": report.files,
            "bytes": report.bytes,
            "known": report.known,
            "refused_count": report.refused,
            "refused": report.reasons.iter()
                .map(|(file, reason)| json!({"file": file, "reason": reason}))
                .collect::<Vec<_>>(),
        }),
    }),
    ("renumbered", |shown| {
        let renumbered = |renumbered: &backlot_core::Renumbered| {
            json!({
                "record": renumbered.record.to_string(),
                "from": renumbered.from,
                "to": renumbered.to,
            })
        };
        shown.report.renumbered.iter().map(renumbered).collect()
    }),
    ("collision_count", |shown| {
        json!(shown.report.collision_count)
    }),
    ("collisions", |shown| {
        let collisions = shown.report.collisions.iter();
        collisions.map(collisions::to_json).collect()
    }),
    ("rebound_count", |shown| json!(shown.report.rebound_count)),
    ("rebound", |shown| {
        let rebound = shown.report.rebound.iter();
        rebound.map(collisions::rebound_json).collect()
    }),
];

/// The counts of an import by kind, of the kinds that it had.
pub(crate) fn counts_json(counts: &Counts) -> Value {
    let mut kinds = Map::new();
    for kind in present(counts) {
        let of_kind = COUNTS
            .iter()
            .map(|(name, count)| ((*name).to_owned(), json!(count(counts.kind(kind)))));
        kinds.insert(kind.plural().to_owned(), of_kind.collect());
    }
    kinds.into()
}

fn skipped_json(skipped: &Skipped) -> Value {
    json!({
        "file": &*skipped.place.file,
        "line": skipped.place.line,
        "path": skipped.place.path,
        "reason": skipped.reason,
        "kept": skipped.kept,
    })
}

fn present(counts: &Counts) -> impl Iterator<Item = RecordKind> {
    let had = |kind: &RecordKind| *counts.kind(*kind) != KindCounts::default();
    RecordKind::ALL.into_iter().filter(had)
}

pub(super) const fn whose(prefer: Prefer) -> &'static str {
    match prefer {
        Prefer::Ours => "ours",
        Prefer::Theirs => "theirs",
    }
}

/// Tells a person what the import did.
pub(super) fn print(shown: &Shown, context: &mut Context<'_>) -> Result<()> {
    let report = &shown.report;
    if context.global.quiet {
        if let Some(restored) = &shown.restored {
            restored.warn(context)?;
        }
        return warn(shown, context);
    }
    for (foreign, local) in &report.repositories {
        let local = context.screen.paint(Style::Bold, &text::line(local));
        match foreign.is_empty() {
            true => writeln!(context.out, "{local}")?,
            false => writeln!(context.out, "{} -> {local}", text::line(foreign))?,
        }
    }
    if present(&report.counts).next().is_some() {
        writeln!(context.out)?;
        counts_table(&report.counts).print(&context.screen, context.out)?;
        writeln!(context.out)?;
    }
    print_skipped(report, context)?;
    print_conflicts(shown, context)?;
    if let Some((folder, attachments)) = &shown.attachments {
        print_attachments(folder, attachments, context)?;
    }
    for renumbered in &report.renumbered {
        let (from, to) = (renumbered.from, renumbered.to);
        writeln!(
            context.out,
            "the local issue #{from} is now #{to}: its number came from {}",
            shown.told.name
        )?;
    }
    collisions::print(report, context)?;
    collisions::print_rebound(report, context)?;
    let ending = match (&report.commit, shown.dry_run) {
        (_, true) => "dry run: nothing was written".to_owned(),
        (Some(commit), _) => {
            let events = count(commit.events, "event", "events");
            format!("commit {} with {events}", commit.sequence)
        }
        (None, _) => "nothing new: nothing was written".to_owned(),
    };
    writeln!(context.out, "{ending}")?;
    if let Some(restored) = &shown.restored {
        restored.print(context)?;
    }
    match &shown.mapped {
        Some(mapped) => mapped.print(context),
        None => Ok(()),
    }
}

fn print_attachments(
    folder: &Path,
    report: &AttachmentReport,
    context: &mut Context<'_>,
) -> Result<()> {
    let files = count(report.files, "file", "files");
    let records = count(report.records, "attachment", "attachments");
    let shown = folder.display().to_string();
    writeln!(
        context.out,
        "{records}: {files} with {} in {}",
        count(report.bytes, "byte", "bytes"),
        text::line(&shown)
    )?;
    if report.known > 0 {
        let known = count(report.known, "file was", "files were");
        writeln!(context.out, "  {known} there before")?;
    }
    if report.refused > 0 {
        let refused = count(report.refused, "file was", "files were");
        writeln!(context.out, "  {refused} not kept:")?;
    }
    for (file, reason) in &report.reasons {
        writeln!(context.out, "    {}: {reason}", text::line(file))?;
    }
    Ok(())
}

/// Kinds by counts, without the rare counts that are all nought.
fn counts_table(counts: &Counts) -> Table {
    let always = ["created", "updated", "unchanged"];
    let columns: Vec<&Count> = COUNTS
        .iter()
        .filter(|(name, count)| always.contains(name) || counts.total(count) > 0)
        .collect();
    let heads = columns.iter().map(|(name, _)| Column::right(name));
    let mut table = Table::new(std::iter::once(Column::left("")).chain(heads).collect());
    for kind in present(counts) {
        let numbers = columns
            .iter()
            .map(|(_, count)| Cell::number(count(counts.kind(kind))));
        table.row(
            std::iter::once(Cell::plain(kind.plural()))
                .chain(numbers)
                .collect(),
        );
    }
    table
}
