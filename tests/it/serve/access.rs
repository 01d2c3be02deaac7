//! Who may do what, and what the one who serves is told.

use serde_json::json;

use super::served::{Served, token};
use crate::support::{backlot, expect};

#[test]
fn a_start_makes_a_token_that_nobody_else_can_read() {
    let mut served = Served::start(&[]);
    assert!(served.host.starts_with("127.0.0.1:"));
    assert_eq!(served.get("/repos/octo/hello/labels").status, 200);
    let first = served.token();
    let told = served.told();
    assert!(
        told.contains("work.backlot.token") && !told.contains(&first),
        "{told}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(served.path("work.backlot.token")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(served.label("one", &first).status, 201);
    served.ask_to_stop();
    assert_eq!(served.ended().code(), Some(0));
    let folder = std::mem::replace(&mut served.folder, tempfile::tempdir().unwrap());
    let again = Served::again(folder, &[]);
    assert_eq!(again.token(), first);
    assert_eq!(again.label("two", &first).status, 201);
}

#[test]
fn writing_needs_a_token_and_reading_none() {
    let served = Served::start(&["--grant", "hubot", "--grant", "octocat:write"]);
    let post = |headers: &[(&str, &str)]| {
        served
            .send("POST /repos/octo/hello/labels", headers, "{\"name\":\"x\"}")
            .status
    };
    assert_eq!(post(&[]), 401);
    served.wait_told("hubot (read) has the token in line 2 of ");
    served.wait_told("octocat (write) has the token in line 3 of ");
    assert_eq!(served.label("x", "wrong").status, 401);
    let wrong = served.send(
        "GET /repos/octo/hello/labels",
        &[("authorization", "token wrong")],
        "",
    );
    assert_eq!(
        (wrong.status, wrong.json()["message"].clone()),
        (401, json!("Bad credentials"))
    );
    let folder = served.folder.path();
    assert_eq!(
        served.label("x", &token(folder, 1)).status,
        403,
        "hubot may only read"
    );
    assert_eq!(served.label("x", &token(folder, 2)).status, 201);
    let log = expect(&backlot(folder, &["log", "--json=actor,reason"]), 0);
    assert!(log.contains("octocat"), "{log}");
}

#[test]
fn private_asks_for_a_token_and_open_for_none() {
    let private = Served::start(&["--private"]);
    assert_eq!(private.get("/repos/octo/hello/labels").status, 401);
    let bearer = format!("Bearer {}", private.token());
    let asked = private.send(
        "GET /repos/octo/hello/labels",
        &[("authorization", &bearer)],
        "",
    );
    assert_eq!(asked.status, 200);
    let open = Served::start(&["--open"]);
    assert!(!open.path("work.backlot.token").exists());
    assert_eq!(open.label("x", "whatever").status, 201);
    let post = open.send("POST /repos/octo/hello/labels", &[], "{\"name\":\"y\"}");
    assert_eq!(post.status, 201);
}

#[test]
fn read_only_changes_nothing_and_lets_others_read() {
    let served = Served::start(&["--read-only"]);
    assert_eq!(served.get("/repos/octo/hello/labels/bug").status, 200);
    assert_eq!(served.label("x", "whatever").status, 403);
    assert!(!served.path("work.backlot.token").exists());
    served.wait_told("nothing can be changed, and no token is needed");
    expect(&backlot(served.folder.path(), &["label", "list"]), 0);
}

#[cfg(unix)]
#[test]
fn a_file_of_tokens_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut served = Served::start(&[]);
    served.ask_to_stop();
    assert_eq!(served.ended().code(), Some(0));
    let folder = std::mem::replace(&mut served.folder, tempfile::tempdir().unwrap());
    let path = folder.path().join("work.backlot.token");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let again = Served::again(folder, &[]);
    again.wait_told("warning: others can read the tokens in");
}

#[test]
fn an_empty_store_is_told_how_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    expect(&backlot(folder.path(), &["init", "work.backlot"]), 0);
    let served = Served::again(folder, &[]);
    served.wait_told("the store is empty");
}

#[test]
fn other_commands_read_beside_it_and_are_told_why_they_cannot_write() {
    let served = Served::start(&[]);
    assert_eq!(served.label("fresh", &served.token()).status, 201);
    let folder = served.folder.path();
    let list = expect(&backlot(folder, &["label", "list"]), 0);
    assert!(list.contains("fresh"), "{list}");
    let refused = backlot(folder, &["label", "create", "x", "--wait", "0"]);
    expect(&refused, 5);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("backlot serve"), "{why}");
}

#[test]
fn requests_are_written_down_without_tokens() {
    let served = Served::start(&["--log", "access.log"]);
    let token = served.token();
    let path = format!("/repos/octo/hello/labels?per_page=1&access_token={token}");
    assert_eq!(served.get(&path).status, 200);
    assert_eq!(served.label("x", &token).status, 201);
    assert_eq!(served.get("/repos/octo/none/labels").status, 404);
    assert_eq!(served.get("/search/issues?q=created:>2025").status, 400);
    assert_eq!(
        served.get("/search/issues?q=created:%3E2025-01-01").status,
        200
    );
    let begun = std::time::Instant::now();
    while !std::fs::read_to_string(served.path("access.log"))
        .unwrap()
        .contains(" - - - 0 0.0 ")
    {
        assert!(begun.elapsed() < super::served::LONG);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let log = std::fs::read_to_string(served.path("access.log")).unwrap();
    assert!(!log.contains(&token), "{log}");
    let lines: Vec<Vec<&str>> = log.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(lines.len(), 5, "{log}");
    assert_eq!(
        lines[0][1..4],
        [
            "GET",
            "/repos/octo/hello/labels?per_page=1&access_token=***",
            "200"
        ]
    );
    assert_eq!(lines[1][1..4], ["POST", "/repos/octo/hello/labels", "201"]);
    assert_eq!(lines[2][3], "404");
}

#[test]
fn other_machines_are_let_in_only_on_purpose() {
    let folder = tempfile::tempdir().unwrap();
    expect(&backlot(folder.path(), &["init", "work.backlot"]), 0);
    let refused = backlot(
        folder.path(),
        &["serve", "--host", "0.0.0.0", "--port", "0"],
    );
    expect(&refused, 2);
    let open = ["serve", "--allow-network", "--open", "--port", "0"];
    expect(&backlot(folder.path(), &open), 2);
    assert!(!folder.path().join("work.backlot.token").exists());
}
