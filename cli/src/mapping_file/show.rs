//! Writing mapping files.

use std::fmt::Write as _;

use backlot_model::{Authorship, Mapping, Mentions, RecordKind};

/// A mapping as a file of it, which reads back as the same.
pub(crate) fn shown(mapping: &Mapping) -> String {
    let mut out = String::from(
        "# The mapping that was applied. `--map-back` with this file turns it back.\n",
    );
    let inverse = mapping.inverse();
    if !inverse.ambiguous.is_empty() {
        out.push_str("#\n# What cannot be told apart after it, and comes back as the first:\n");
    }
    for told in &inverse.ambiguous {
        let olds: Vec<String> = told.olds.iter().map(|old| quoted(old)).collect();
        let line = format!(
            "#   {}: {} is {}\n",
            told.section,
            quoted(&told.new),
            olds.join(", ")
        );
        out.push_str(&line);
    }
    match mapping.mention_rule() {
        Mentions::Keep => {}
        Mentions::Defuse => out.push_str("\ndefuse-mentions = true\n"),
        Mentions::Restore => out.push_str("\nrestore-mentions = true\n"),
    }
    match mapping.authorship_rule() {
        Authorship::Keep => {}
        Authorship::PutAbove => out.push_str("\nkeep-authorship = true\n"),
        Authorship::TakeOff => out.push_str("\ntake-authorship-off = true\n"),
    }
    let sections = [
        ("users", RecordKind::User),
        ("labels", RecordKind::Label),
        ("milestones", RecordKind::Milestone),
    ];
    for (name, kind) in sections {
        section(
            &mut out,
            name,
            mapping
                .pairs(kind)
                .map(|(old, new)| (quoted(old), quoted(new))),
        );
    }
    let pairs = mapping.issues();
    section(
        &mut out,
        "issues",
        pairs.map(|(old, new)| (quoted(&old.to_string()), quoted(&new.to_string()))),
    );
    out
}

fn section(out: &mut String, name: &str, pairs: impl Iterator<Item = (String, String)>) {
    let mut pairs = pairs.peekable();
    if pairs.peek().is_some() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n[{name}]");
    }
    for (old, new) in pairs {
        let _ = writeln!(out, "{old} = {new}");
    }
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
