//! `kill -9` in the middle of writes: what was answered is there.

use super::served::Served;
use super::stopping::{labels, write_until};

/// After how many answered writes the server is killed, unless `BACKLOT_WRITES` says otherwise.
const WRITES: u64 = 200;

#[test]
fn what_was_answered_is_there_after_a_kill() {
    let wanted = std::env::var_os("BACKLOT_WRITES");
    let count = wanted.map_or(WRITES, |count| count.to_str().unwrap().parse().unwrap());
    let mut served = Served::start(&[]);
    let id = served.child.id();
    let answered = write_until(&served, count, |_| {
        let kill = format!("kill -KILL {id}");
        let status = std::process::Command::new("sh")
            .args(["-c", &kill])
            .status();
        assert!(status.unwrap().success());
    });
    assert_eq!(served.ended().code(), None, "it ended by itself");
    let there = labels(&served);
    let lost: Vec<_> = answered.difference(&there).collect();
    assert!(
        lost.is_empty(),
        "{} of {} are lost: {lost:?}",
        lost.len(),
        answered.len()
    );
    // Each connection can have had one more on the way.
    assert!(there.len() <= answered.len() + 8);
    eprintln!(
        "killed after {} answered writes; {} are there",
        answered.len(),
        there.len()
    );
}
