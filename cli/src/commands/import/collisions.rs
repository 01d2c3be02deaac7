//! `--collisions`, and what an import says of numbers that two forges have given.

use backlot_core::{Collision, Collisions, ImportOptions, ImportReport, Outcome};
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
