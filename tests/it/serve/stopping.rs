//! How it ends: what was begun is finished, and what was answered is there.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use backlot_core::Store;

use super::served::{LONG, Served, read_answer, request};
use crate::support::{assert_sound, backlot, expect, name};

#[test]
fn what_has_begun_is_finished() {
    let mut served = Served::start(&[]);
    let bearer = format!("Bearer {}", served.token());
    let headers = [("authorization", bearer.as_str())];
    let line = "POST /repos/octo/hello/labels";
    let whole = request(line, &served.host, &headers, "{\"name\":\"last\"}");
    let (first, rest) = whole.split_at(whole.len() - 5);
    let mut idle = served.connect();
    let mut stream = served.connect();
    stream.write_all(first.as_bytes()).unwrap();
    // The server has read what came before an answer on the other connection, or reads it when it stops.
    idle.write_all(request("GET /meta", &served.host, &[], "").as_bytes())
        .unwrap();
    read_answer(&mut idle).unwrap();
    served.ask_to_stop();
    let begun = Instant::now();
    while TcpStream::connect(&served.host).is_ok() {
        assert!(begun.elapsed() < LONG, "it still listens");
        std::thread::sleep(Duration::from_millis(10));
    }
    stream.write_all(rest.as_bytes()).unwrap();
    let answer = read_answer(&mut stream).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(answer.head.contains("connection: close"), "{}", answer.head);
    assert_eq!(served.ended().code(), Some(0));
    assert!(served.path("work.backlot.token").exists());
    assert_eq!(labels(&served), ["last".to_owned()].into());
}

#[test]
fn a_stop_loses_nothing_that_was_answered() {
    let mut served = Served::start(&[]);
    let answered = write_until(&served, 40, Served::ask_to_stop);
    assert_eq!(served.ended().code(), Some(0));
    let there = labels(&served);
    assert!(
        there.is_superset(&answered),
        "{:?}",
        answered.difference(&there)
    );
}

/// Writes on 8 connections until they fail, and does something once so many were answered. Returns what was answered.
pub(super) fn write_until(
    served: &Served,
    count: u64,
    then: impl FnOnce(&Served),
) -> BTreeSet<String> {
    let bearer = format!("Bearer {}", served.token());
    let done = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let (done, bearer) = (&done, &bearer);
                scope.spawn(move || {
                    let mut answered = BTreeSet::new();
                    let mut stream = served.connect();
                    for number in 0.. {
                        let label = format!("made-{writer}-{number}");
                        let body = format!("{{\"name\":\"{label}\"}}");
                        let headers = [("authorization", bearer.as_str())];
                        let line = "POST /repos/octo/hello/labels";
                        let post = request(line, &served.host, &headers, &body);
                        if stream.write_all(post.as_bytes()).is_err() {
                            break;
                        }
                        let Ok(answer) = read_answer(&mut stream) else {
                            break;
                        };
                        if answer.status == 201 {
                            answered.insert(label);
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        if answer.head.contains("connection: close") {
                            break;
                        }
                    }
                    answered
                })
            })
            .collect();
        while done.load(Ordering::Relaxed) < count {
            assert!(
                !writers.iter().all(|writer| writer.is_finished()),
                "nobody writes any more"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        then(served);
        let all = writers.into_iter().map(|writer| writer.join().unwrap());
        all.flatten().collect()
    })
}

/// The labels that were made here, once the server is gone.
pub(super) fn labels(served: &Served) -> BTreeSet<String> {
    let mut store = Store::open(served.path("work.backlot")).unwrap();
    assert_sound(&mut store);
    let labels = store.read().unwrap().labels(&name("octo/hello")).unwrap();
    let names = labels.into_iter().map(|label| label.name);
    names
        .filter(|name| name.starts_with("made-") || name == "last")
        .collect()
}

#[test]
fn texts_are_indexed_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    expect(
        &backlot(here, &["init", "work.backlot", "--repo", "octo/hello"]),
        0,
    );
    expect(&backlot(here, &["issue", "create", "--title", "Crash"]), 0);
    let mut served = Served::again(folder, &["--verbose"]);
    let wait_for = |served: &Served, count: usize| {
        let begun = Instant::now();
        while served
            .told()
            .matches("indexed the texts of 1 issue")
            .count()
            < count
        {
            assert!(begun.elapsed() < LONG, "{}", served.told());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait_for(&served, 1);
    let bearer = format!("Bearer {}", served.token());
    let made = served.send(
        "POST /repos/octo/hello/issues",
        &[("authorization", &bearer)],
        "{\"title\":\"Fall\"}",
    );
    assert_eq!(made.status, 201);
    wait_for(&served, 2);
    served.ask_to_stop();
    assert_eq!(served.ended().code(), Some(0));
    let told = expect(
        &backlot(served.folder.path(), &["index", "--json=issues"]),
        0,
    );
    assert!(told.contains("\"issues\":0"), "{told}");
}
