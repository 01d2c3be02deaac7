//! The table of `docs/conformance.md`: what reading each set of real data gave, and whether all of it
//! came back.

mod scenarios;
mod sets;
mod tally;

use std::fmt::Write as _;
use std::path::Path;

use self::sets::Set;
use self::tally::Tally;
use crate::support::{real_data, root};

const BEGIN: &str = "<!-- sets -->\n";
const END: &str = "<!-- /sets -->";
const UPDATE: &str = "BACKLOT_UPDATE_DOCS";

#[test]
fn every_real_set_is_read_and_the_documented_table_is_what_it_gave() {
    let Some(data) = real_data("the table of docs/conformance.md") else {
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let tallies: Vec<(Set, Tally)> = sets::all()
        .into_iter()
        .map(|set| {
            let tally = tally::of(&set, &data, scratch.path());
            (set, tally)
        })
        .collect();
    for (set, tally) in &tallies {
        let name = set.name;
        assert_eq!(
            tally.different,
            Vec::<String>::new(),
            "{name}: came back different"
        );
        if set.is_raw {
            assert!(tally.originals > 0, "{name}: nothing was compared");
            assert_eq!(tally.equal, tally.originals, "{name}: objects are missing");
            assert_eq!(tally.added, 0, "{name}: objects came that were not there");
        }
    }
    let file = root().join("docs/conformance.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("a line `<!-- sets -->`");
    let (written, after) = rest.split_once(END).expect("a line `<!-- /sets -->`");
    let rendered = rendered(&tallies);
    if written == rendered {
        return;
    }
    if std::env::var_os(UPDATE).is_some_and(|value| value == "1") {
        std::fs::write(&file, format!("{before}{BEGIN}{rendered}{END}{after}")).unwrap();
        return;
    }
    let differs = |(one, other): &(&str, &str)| one != other;
    let line = written.lines().zip(rendered.lines()).find(differs);
    let (has, wanted) = line.unwrap_or(("(another number of lines)", ""));
    panic!(
        "docs/conformance.md does not show what the sets gave; run this test with {UPDATE}=1 to rewrite \
         it\n    it has: {has}\n    they gave: {wanted}"
    );
}

fn rendered(tallies: &[(Set, Tally)]) -> String {
    let mut out = String::from(
        "\n| Set | Layout | Objects | Kinds of event | With extras | Parts not understood | Not kept | Back equal |\n\
         | --- | --- | --: | --: | --: | --: | --: | --- |\n",
    );
    for (set, tally) in tallies {
        let (name, layout) = (set.name, set.layout);
        if let Some(refused) = &tally.refused {
            writeln!(
                out,
                "| {name} | `{layout}` | not read: {refused} | | | | | |"
            )
            .unwrap();
            continue;
        }
        let (kept, lost) = (tally.skipped(true), tally.skipped(false));
        let back = match set.is_raw {
            true => format!("{} of {}", tally.equal, tally.originals),
            false => "no raw objects".to_owned(),
        };
        writeln!(
            out,
            "| {name} | `{layout}` | {} | {} | {} | {kept} | {lost} | {back} |",
            tally.objects(),
            tally.events.len(),
            tally.with_extras
        )
        .unwrap();
    }
    for (set, tally) in tallies.iter().filter(|(_, tally)| tally.refused.is_none()) {
        write!(out, "\n### {}\n\n{}\n\n", set.name, set.what).unwrap();
        let counted = |counts: &std::collections::BTreeMap<String, u64>| {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
            let shown: Vec<_> = counts
                .into_iter()
                .map(|(name, count)| format!("{name} {count}"))
                .collect();
            shown.join(", ")
        };
        writeln!(out, "- objects: {}", counted(&tally.kinds)).unwrap();
        if !tally.events.is_empty() {
            writeln!(out, "- events: {}", counted(&tally.events)).unwrap();
        }
        for ((kept, reason), count) in &tally.reasons {
            let what = match kept {
                true => "kept, not understood",
                false => "not kept",
            };
            writeln!(out, "- {what}: {count} times: {reason}").unwrap();
        }
    }
    out.push('\n');
    out
}

/// The path of a file with `/` between its parts.
fn slashed(path: &Path) -> String {
    path.to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/")
}
