//! What footers below texts carry, restored after an import.

use std::collections::BTreeMap;

use backlot_core::{ImportReport, NotRestored, RestoreOptions, RestoreReport, Store};
use backlot_model::{Actor, Commit, Field, Mapping};
use clap::Args;
use serde_json::{Map, Value, json};

use super::report::Mapped;
use super::troubles::{LISTED, print_rest};
use crate::context::Context;
use crate::error::Result;
use crate::output::text::{self, count};

/// Whether what texts carry is restored.
#[derive(Args, Debug)]
pub(super) struct RestoreArgs {
    /// Put back what footers below texts carry, all but who wrote what and when
    #[arg(long)]
    restore_carried: bool,

    /// Put that back too: whoever can write at the forge can write a footer in another's name
    #[arg(long, requires = "restore_carried")]
    restore_authorship: bool,
}

impl RestoreArgs {
    /// Restores what was imported, if that is asked for, as a commit of its own; a mapping is applied in the same.
    pub(super) fn run(
        &self,
        store: &Store,
        done: &ImportReport,
        actor: Actor,
        mapping: Option<&Mapping>,
    ) -> Result<Option<Restored>> {
        if !self.restore_carried {
            return Ok(None);
        }
        let names = done.repositories.iter();
        let names: Vec<_> = names.filter_map(|(_, local)| local.parse().ok()).collect();
        if names.is_empty() {
            return Ok(Some(Restored::default()));
        }
        let all = RestoreOptions::new(actor).authorship(self.restore_authorship);
        let mut options = names.into_iter().fold(all, RestoreOptions::repository);
        if let Some(mapping) = mapping {
            options = options.mapping(mapping.clone());
        }
        Ok(Some(Restored(store.restore_carried(&options)?)))
    }
}

/// What was restored.
#[derive(Default)]
pub(super) struct Restored(RestoreReport);

impl Restored {
    pub(super) const fn commit(&self) -> Option<&Commit> {
        self.0.commit.as_ref()
    }

    /// What the mapping did that was applied in the same commit.
    pub(super) fn mapped(&self) -> Option<Mapped> {
        let report = self.0.mapping?;
        let did_something = report != backlot_core::MappingReport::default();
        Some(Mapped {
            reports: vec![report],
            commit: self.0.commit.clone().filter(|_| did_something),
        })
    }

    pub(super) fn json(&self) -> Value {
        let report = &self.0;
        let commit = report.commit.as_ref().map(|commit| {
            json!({"sequence": commit.sequence, "id": commit.id.to_string(), "events": commit.events})
        });
        json!({
            "issues": report.issues,
            "comments": report.comments,
            "milestones": report.milestones,
            "inexact": report.inexact,
            "fields": by_field(&report.fields),
            "damaged": report.damaged,
            "kept": by_field(&report.kept),
            "authorship_left": by_field(&report.authorship_left),
            "not_restored_count": report.not_restored_count,
            "not_restored": report.not_restored.iter().map(one_json).collect::<Vec<_>>(),
            "commit": commit,
        })
    }

    /// Tells even who wants it quiet what must not be missed.
    pub(super) fn warn(&self, context: &mut Context<'_>) -> Result<()> {
        match self.0.damaged {
            0 => Ok(()),
            damaged => {
                let told = count(damaged, "text was", "texts were");
                context.warn(&format!("{told} not restored"))
            }
        }
    }

    pub(super) fn print(&self, context: &mut Context<'_>) -> Result<()> {
        let report = &self.0;
        match (&report.commit, report.texts()) {
            (Some(commit), texts @ 1..) => {
                let values = report.fields.values().sum();
                writeln!(
                    context.out,
                    "restored in commit {}: {} with {}",
                    commit.sequence,
                    count(texts, "text", "texts"),
                    count(values, "carried value", "carried values"),
                )?;
            }
            _ => writeln!(context.out, "nothing to restore")?,
        }
        if report.inexact > 0 {
            let told = count(report.inexact, "text has", "texts have");
            writeln!(context.out, "  {told} other line ends than before")?;
        }
        let left = report.authorship_left.values().sum();
        if left > 0 {
            let told = count(left, "value", "values");
            writeln!(
                context.out,
                "  {told} of who wrote what and when not restored; `--restore-authorship` does, after `backlot undo`"
            )?;
        }
        if report.not_restored_count > 0 {
            let told = count(report.not_restored_count, "thing was", "things were");
            writeln!(context.out, "  {told} not restored:")?;
            for one in report.not_restored.iter().take(LISTED) {
                writeln!(context.out, "    {}", text::line(&one.to_string()))?;
            }
            print_rest(
                report.not_restored_count,
                report.not_restored.len(),
                context,
            )?;
        }
        Ok(())
    }
}

fn by_field(counts: &BTreeMap<Field, u64>) -> Map<String, Value> {
    let named = counts.iter();
    named
        .map(|(field, count)| (field.name().to_owned(), json!(count)))
        .collect()
}

fn one_json(one: &NotRestored) -> Value {
    json!({
        "repository": one.repository,
        "record_kind": one.kind.name(),
        "record": one.record.to_string(),
        "number": one.number,
        "foreign_id": one.foreign_id,
        "field": one.why.field().map(Field::name),
        "reason": one.why.to_string(),
    })
}
