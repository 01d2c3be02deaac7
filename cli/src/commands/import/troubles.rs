//! What did not go smoothly in an import: objects that were skipped, and conflicts.

use backlot_core::{ConflictReport, ImportReport};
use backlot_model::{Field, Prefer, Skipped};

use super::report::{Shown, Told, whose};
use crate::context::Context;
use crate::error::Result;
use crate::output::text::{self, count};

/// How many items of a list people are shown.
pub(super) const LISTED: usize = 20;

/// What did not go smoothly: whether it was kept nevertheless, how often, and in a few words.
fn troubles(report: &ImportReport) -> [(bool, u64, String); 2] {
    let (skipped, kept) = (report.counts.skipped, report.not_understood);
    let of_skipped = count(skipped, "object was", "objects were");
    let of_kept = count(kept, "part was", "parts were");
    // Of an object that is kept, a value can have been dropped.
    let is_part = |one: &Skipped| !one.kept && !one.place.path.is_empty();
    let how = match report.skipped.iter().any(is_part) {
        true => "skipped, in whole or in part",
        false => "skipped",
    };
    [
        (false, skipped, format!("{of_skipped} {how}")),
        (true, kept, format!("{of_kept} not understood, but kept")),
    ]
}

fn conflicts(report: &ImportReport, told: Told) -> (u64, String) {
    let total = report.counts.conflicts.max(report.conflicts.len() as u64);
    let changed = count(total, "field was changed", "fields were changed");
    (total, format!("{changed} both here and {}", told.at))
}

/// Tells even who wants it quiet what must not be missed.
pub(super) fn warn(shown: &Shown, context: &mut Context<'_>) -> Result<()> {
    let report = &shown.report;
    let [(_, skipped, of_skipped), _] = troubles(report);
    if skipped > 0 {
        context.warn(&of_skipped)?;
    }
    let (conflicts, of_conflicts) = conflicts(report, shown.told);
    if conflicts > 0 {
        context.warn(&of_conflicts)?;
    }
    Ok(())
}

pub(super) fn print_skipped(report: &ImportReport, context: &mut Context<'_>) -> Result<()> {
    for (kept, total, told) in troubles(report) {
        if total == 0 {
            continue;
        }
        writeln!(context.out, "{told}:")?;
        let of_this = report.skipped.iter().filter(|skipped| skipped.kept == kept);
        let held = of_this.clone().count();
        for skipped in of_this.take(LISTED) {
            let line = format!("{}: {}", skipped.place, skipped.reason);
            writeln!(context.out, "  {}", text::line(&line))?;
        }
        print_rest(total, held, context)?;
    }
    Ok(())
}

pub(super) fn print_conflicts(shown: &Shown, context: &mut Context<'_>) -> Result<()> {
    let report = &shown.report;
    let (total, told) = conflicts(report, shown.told);
    if total == 0 {
        return Ok(());
    }
    writeln!(context.out, "{told}:")?;
    for conflict in report.conflicts.iter().take(LISTED) {
        let width = context.screen.width.unwrap_or(usize::MAX);
        let line = sentence(conflict, shown.told.name);
        writeln!(
            context.out,
            "  {}",
            text::cut(&line, width.saturating_sub(2))
        )?;
    }
    print_rest(total, report.conflicts.len(), context)?;
    if report.conflicts.iter().any(|c| c.kept == Prefer::Ours) {
        let name = shown.told.name;
        let hint = format!("`--prefer theirs` on a newer backup takes {name}'s values");
        writeln!(context.out, "hint: {hint}")?;
    }
    Ok(())
}

/// Whose value a field has now, and what the other one is.
fn sentence(conflict: &ConflictReport, source: &str) -> String {
    let record = match conflict.number {
        Some(number) => format!("{} #{number}", conflict.kind.name()),
        None => format!("{} {}", conflict.kind.name(), conflict.record),
    };
    let fate = match (
        conflict.field,
        conflict.kept,
        &conflict.ours,
        &conflict.theirs,
    ) {
        (Field::Deleted, Prefer::Ours, ..) => {
            return format!("{record}: kept, though {source} no longer has it");
        }
        // Of lists no values are told.
        (_, kept, None, None) => format!("kept {}", whose(kept)),
        (_, Prefer::Ours, ours, theirs) => {
            format!("kept {}, {source} says {}", quoted(ours), quoted(theirs))
        }
        (_, Prefer::Theirs, ours, theirs) => {
            format!(
                "took {} from {source}, here it was {}",
                quoted(theirs),
                quoted(ours)
            )
        }
    };
    format!("{record} {}: {fate}", conflict.field.name())
}

fn quoted(value: &Option<String>) -> String {
    match value {
        Some(value) => format!("\"{}\"", text::line(value)),
        None => "nothing".to_owned(),
    }
}

/// How many of a list are not shown, and where they are: the report holds at most so many of them.
pub(super) fn print_rest(total: u64, held: usize, context: &mut Context<'_>) -> Result<()> {
    let rest = total.saturating_sub(held.min(LISTED) as u64);
    if rest > 0 {
        let where_else = match held as u64 >= total {
            true => "all with --json".to_owned(),
            false => format!("the first {held} with --json"),
        };
        writeln!(context.out, "  and {rest} more ({where_else})")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use backlot_model::{RecordId, RecordKind};

    use super::*;

    #[test]
    fn conflicts_tell_both_values() {
        let told = |field, kept, ours: Option<&str>, theirs: Option<&str>| {
            sentence(
                &ConflictReport {
                    kind: RecordKind::Issue,
                    record: RecordId::NIL,
                    number: Some(1),
                    field,
                    kept,
                    ours: ours.map(str::to_owned),
                    theirs: theirs.map(str::to_owned),
                },
                "GitHub",
            )
        };
        let (ours, theirs) = (Some("Ours\n"), Some("Theirs"));
        assert_eq!(
            told(Field::Title, Prefer::Ours, ours, theirs),
            "issue #1 title: kept \"Ours\\n\", GitHub says \"Theirs\""
        );
        assert_eq!(
            told(Field::Title, Prefer::Theirs, ours, theirs),
            "issue #1 title: took \"Theirs\" from GitHub, here it was \"Ours\\n\""
        );
        assert_eq!(
            told(Field::Milestone, Prefer::Ours, None, theirs),
            "issue #1 milestone: kept nothing, GitHub says \"Theirs\""
        );
        assert_eq!(
            told(Field::Deleted, Prefer::Ours, None, None),
            "issue #1: kept, though GitHub no longer has it"
        );
    }
}
