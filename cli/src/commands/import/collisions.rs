//! `--collisions`, and what an import says of numbers that two forges have given.

use backlot_core::{Collision, Collisions, ImportOptions, ImportReport, Outcome, Rebound};
use backlot_model::RecordKind;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::output::text::{self, count};

/// How many collisions are shown one by one.
const SHOWN: usize = 10;

#[derive(Args, Debug)]
pub(super) struct CollisionsArgs {
    /// What becomes of issues and milestones whose numbers another forge has given here [default: as in the
    /// import before, else renumber]
    #[arg(long, value_name = "RULE")]
    collisions: Option<Rule>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rule {
    /// They are others, and get the next free numbers here
    Renumber,
    /// They are the same ones
    Same,
    /// They are an error
    Refuse,
}

impl CollisionsArgs {
    /// The options of an import with the rule that was asked for.
    pub(super) fn apply(&self, options: ImportOptions) -> ImportOptions {
        let Some(rule) = self.collisions else {
            return options;
        };
        options.collisions(match rule {
            Rule::Renumber => Collisions::Renumber,
            Rule::Same => Collisions::Same,
            Rule::Refuse => Collisions::Refuse,
        })
    }
}

/// A collision for programs.
pub(super) fn to_json(collision: &Collision) -> Value {
    let here = match collision.outcome {
        Outcome::Renumbered(to) => json!(to),
        Outcome::Same => Value::Null,
    };
    json!({
        "record": collision.record.to_string(),
        "record_kind": collision.kind.name(),
        "number": collision.number,
        "name": collision.name,
        "outcome": match collision.outcome {
            Outcome::Renumbered(_) => "renumbered",
            Outcome::Same => "same",
        },
        "number_here": here,
    })
}

/// Tells a person of the collisions.
pub(super) fn print(report: &ImportReport, context: &mut Context<'_>) -> Result<()> {
    if report.collision_count == 0 {
        return Ok(());
    }
    let told = count(
        report.collision_count,
        "number or name was given by another forge too",
        "numbers or names were given by another forge too",
    );
    writeln!(context.out, "{told}:")?;
    for collision in report.collisions.iter().take(SHOWN) {
        let kind = collision.kind.name();
        let name = text::line(&collision.name);
        let number = collision.number;
        let number = number.map_or_else(String::new, |number| format!(" #{number}"));
        match collision.outcome {
            Outcome::Renumbered(to) => {
                writeln!(context.out, "  {kind}{number} is #{to} here: {name}")?;
            }
            Outcome::Same => writeln!(context.out, "  {kind}{number} is the same: {name}")?,
        }
    }
    let more = report.collision_count.saturating_sub(SHOWN as u64);
    if more > 0 {
        writeln!(context.out, "  and {more} more")?;
    }
    Ok(())
}

/// A text for programs whose numbers are other issues' here.
pub(super) fn rebound_json(rebound: &Rebound) -> Value {
    json!({
        "record": rebound.record.to_string(),
        "record_kind": rebound.kind.name(),
        "issue": rebound.issue,
        "number": rebound.number,
        "number_here": rebound.here,
    })
}

/// Tells a person of texts whose numbers are other issues' here.
pub(super) fn print_rebound(report: &ImportReport, context: &mut Context<'_>) -> Result<()> {
    if report.rebound_count == 0 {
        return Ok(());
    }
    let told = count(
        report.rebound_count,
        "text refers to a number that is another issue's here",
        "texts refer to numbers that are other issues' here",
    );
    writeln!(context.out, "{told}:")?;
    for rebound in report.rebound.iter().take(SHOWN) {
        let of = match (rebound.kind, rebound.issue) {
            (RecordKind::Comment, Some(issue)) => format!("a comment on #{issue}"),
            (_, Some(issue)) => format!("#{issue}"),
            (kind, None) => format!("a {}", kind.name()),
        };
        let meant = match rebound.here {
            Some(here) => format!("means #{here} here"),
            None => "means an issue that is not here".to_owned(),
        };
        writeln!(
            context.out,
            "  {of} says #{}, which {meant}",
            rebound.number
        )?;
    }
    let more = report.rebound_count.saturating_sub(SHOWN as u64);
    if more > 0 {
        writeln!(context.out, "  and {more} more")?;
    }
    Ok(())
}
