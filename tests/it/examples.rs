//! The examples of the core: each runs to its end, and prints the same each time.

use insta::assert_snapshot;

#[path = "../../crates/core/examples/report.rs"]
#[expect(dead_code, reason = "as a program it has a `main`")]
mod report;
#[path = "../../crates/core/examples/todo_window.rs"]
#[expect(dead_code, reason = "as a program it has a `main`")]
mod todo_window;
#[path = "../../crates/core/examples/triage.rs"]
#[expect(dead_code, reason = "as a program it has a `main`")]
mod triage;

#[test]
fn a_triage_script_edits_in_one_commit_and_finds_nothing_the_second_time() {
    let mut out = Vec::new();
    triage::run(&mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn a_report_tells_of_a_week() {
    let mut out = Vec::new();
    report::run(&mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn a_window_paints_only_what_changed() {
    let mut out = Vec::new();
    todo_window::run(&mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap());
}
