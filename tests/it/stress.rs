//! Every reader against input that is made of good input by random damage, from a seed: what fuzzing does, on any
//! toolchain. `BACKLOT_STRESS` says how many inputs each target is given.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::random_backlog::dice::Dice;
use crate::support::root;

#[path = "../fuzz/corpus.rs"]
mod corpus;
#[path = "../fuzz/readers.rs"]
mod readers;
#[path = "../../crates/github/tests/stand_in/mod.rs"]
mod stand_in;

/// What is done with any bytes.
type Target = fn(&[u8]);

/// Pieces that formats are made of, which damage puts in.
const PIECES: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e400",
    "18446744073709551616",
    "\\ud800",
    "\\u0000",
    "\u{feff}",
    "\r\n",
    "\n",
    "=== ",
    "../",
    "issues/3.json",
    "%7B/name%7D",
    "https://api.github.com/repos/",
    "2024-13-41T25:61:61Z",
    "\"id\":",
    "2025-02-29T24:00:00+25:61",
    "\"nubmer\":",
    "https://gitcode.com/",
    "changed title from **",
];

fn damaged(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + dice.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let piece = dice.of(&PIECES);
                bytes.splice(at..at, piece.bytes());
            }
            3 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.below(256) as u8;
                }
            }
            4 => {
                let end = (at + dice.below(200)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            5 if !other.is_empty() => {
                let from = dice.below(other.len());
                let end = (from + dice.below(200)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
        }
    }
    bytes
}

#[test]
fn no_reader_panics_on_damaged_input() {
    let rounds = std::env::var_os("BACKLOT_STRESS")
        .and_then(|rounds| rounds.to_str()?.parse().ok())
        .unwrap_or(150_u64);
    let seed = std::env::var_os("BACKLOT_SEED")
        .and_then(|seed| seed.to_str()?.parse().ok())
        .unwrap_or(1_u64);
    let targets: [(&str, Target); 11] = [
        ("objects", readers::objects),
        ("github_backup", readers::github_backup),
        ("metadata_backup", readers::metadata_backup),
        ("archive_json", readers::archive_json),
        ("containers", readers::containers),
        ("table", readers::table),
        ("queries", readers::queries),
        ("migration", readers::migration),
        ("import_api", readers::import_api),
        ("gitcode_objects", readers::gitcode_objects),
        ("gitcode_containers", readers::gitcode_containers),
    ];
    let seeds = corpus::seeds(&root());
    let mut dice = Dice::new(seed);
    for (target, read) in targets {
        let own: Vec<_> = seeds.iter().filter(|seed| seed.target == target).collect();
        assert!(!own.is_empty(), "nothing to begin with for {target}");
        for round in 0..rounds {
            let pick = |dice: &mut Dice| dice.of(&own);
            let (one, other) = (pick(&mut dice), pick(&mut dice));
            let bytes = match round < own.len() as u64 {
                true => own[round as usize].bytes.clone(),
                false => damaged(&one.bytes, &other.bytes, &mut dice),
            };
            let done = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
            assert!(
                done.is_ok(),
                "{target}, seed {seed}, round {round}, made of {}: {}",
                one.name,
                String::from_utf8_lossy(&bytes)
            );
        }
    }
}
