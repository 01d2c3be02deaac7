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

#[cfg(unix)]
#[test]
fn nothing_is_written_to_a_file_that_is_gone() {
    let served = Served::start(&[]);
    let token = served.token();
    let (here, there) = (served.path("work.backlot"), served.path("away.backlot"));
    std::fs::rename(&here, &there).unwrap();
    let refused = served.label("lost", &token);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.body.contains("deleted or replaced"));
    served.wait_told("was deleted or replaced: writes are refused");
    std::fs::copy(&there, &here).unwrap();
    assert_eq!(served.label("lost", &token).status, 503);
    assert_eq!(served.get("/repos/octo/hello/labels").status, 200);
    std::fs::rename(&there, &here).unwrap();
    assert_eq!(served.label("kept", &token).status, 201);
}
