//! Random lives of a whole tracker against a plain second implementation: each operation gives the same
//! answer or the same error, the same can be read afterwards, undo and redo go where the model goes, and the
//! past is what the model was. `BACKLOT_SEQUENCES` says how many sequences are run, `BACKLOT_SEED` where they
//! begin.

mod answer;
mod boards;
mod comments;
mod compare;
mod compare_boards;
mod generate;
mod history;
mod issues;
mod labels;
mod links;
mod milestones;
mod operation;
mod perform;
mod queries;
mod random_query;
mod repositories;
mod run;
mod state;
mod undo;

use run::run_sequences;

/// How many sequences are run when nobody says how many.
const SEQUENCES: u64 = 10;

#[test]
fn random_sequences_agree_with_a_plain_model() {
    let number = |name: &str, default: u64| {
        let given = std::env::var_os(name);
        given.map_or(default, |text| text.to_str().unwrap().parse().unwrap())
    };
    run_sequences(
        number("BACKLOT_SEED", 1),
        number("BACKLOT_SEQUENCES", SEQUENCES),
    );
}
