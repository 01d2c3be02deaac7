//! What the API never sees.

use super::served::Served;

const LABELS: &str = "/repos/octo/hello/labels";

#[test]
fn hosts_that_are_not_this_machine_are_refused() {
    let served = Served::start(&["--host-name", "backlog.example"]);
    let port = served.host.rsplit(':').next().unwrap();
    let with = |host: &str| {
        served
            .send(&format!("GET {LABELS}"), &[("host", host)], "")
            .status
    };
    for ours in ["localhost", "127.0.0.1", "[::1]", "api.localhost"] {
        assert_eq!(with(&format!("{ours}:{port}")), 200, "{ours}");
    }
    assert_eq!(with("backlog.example"), 200);
    assert_eq!(with(&format!("evil.example:{port}")), 421);
    let absolute = served.send(&format!("GET http://evil.example{LABELS}"), &[], "");
    assert_eq!(absolute.status, 421);
    let none = served.raw(format!("GET {LABELS} HTTP/1.1\r\n\r\n").as_bytes());
    assert_eq!(none.status, 400);
    // Whoever names another host is told nothing of what is served.
    assert!(!absolute.body.contains("bug"), "{}", absolute.body);
}

#[test]
fn pages_of_other_sites_are_let_in_only_when_asked_for() {
    let line = format!("POST {LABELS}");
    let evil = [("origin", "http://evil.example")];
    let closed = Served::start(&["--open"]);
    assert_eq!(closed.send(&line, &evil, "{\"name\":\"x\"}").status, 403);
    let page = closed.send(&format!("GET {LABELS}"), &evil, "");
    assert!(!page.head.contains("access-control"), "{}", page.head);
    let cross = [("sec-fetch-site", "cross-site")];
    assert_eq!(closed.send(&line, &cross, "{\"name\":\"x\"}").status, 403);
    assert_eq!(closed.get(&format!("{LABELS}/x")).status, 404);

    let friendly = Served::start(&["--open", "--cors", "http://friend.example:3000"]);
    let friend = [("origin", "http://friend.example:3000")];
    let written = friendly.send(&line, &friend, "{\"name\":\"x\"}");
    assert_eq!(written.status, 201);
    let allowed = "access-control-allow-origin: http://friend.example:3000\r\n";
    assert!(written.head.contains(allowed), "{}", written.head);
    let ask = |origin| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "PATCH"),
        ];
        friendly.send(&format!("OPTIONS {LABELS}/x"), &headers, "")
    };
    let asked = ask("http://friend.example:3000");
    assert_eq!(asked.status, 204);
    assert!(
        asked
            .head
            .contains("access-control-allow-methods: get, head, post, patch")
    );
    assert!(!ask("http://evil.example").head.contains("access-control"));
    assert_eq!(friendly.send(&line, &evil, "{\"name\":\"y\"}").status, 403);
}

#[test]
fn paths_that_could_be_meant_for_files_are_refused() {
    let served = Served::start(&[]);
    let before = std::fs::read(served.path("work.backlot.token")).unwrap();
    for wrong in [
        "/../work.backlot.token",
        "/repos/octo/hello/../../../work.backlot.token",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/repos/octo/..%2f..%2f..%2fetc%2fpasswd/labels",
        "/repos/octo/..%5c..%5cx",
        "/repos/octo/hello/labels/a%00b",
        "/repos/octo/hello/labels/a%0d%0ab",
        "/repos/octo/hello/labels/%",
        "/repos/octo/hello/labels/%f",
        "/repos/octo/hello/labels/%gg",
    ] {
        let answer = served.get(wrong);
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.json()["message"].is_string(), "{}", answer.body);
    }
    for unknown in [
        "/work.backlot",
        "//etc/passwd",
        "/repos/octo%2Fhello/labels/bug/x",
    ] {
        assert_eq!(served.get(unknown).status, 404, "{unknown}");
    }
    assert_eq!(served.get(&format!("/{}", "a".repeat(20_000))).status, 414);
    assert_eq!(
        served
            .get("/repos/octo/hello/labels/good%20first%20issue")
            .status,
        200
    );
    assert_eq!(
        std::fs::read(served.path("work.backlot.token")).unwrap(),
        before
    );
}

#[test]
fn long_bodies_and_heads_are_refused_and_the_next_request_is_answered() {
    let served = Served::start(&["--max-body", "1000"]);
    let bearer = format!("Bearer {}", served.token());
    let headers = [("authorization", bearer.as_str())];
    let line = format!("POST {LABELS}");
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(2000));
    assert_eq!(served.send(&line, &headers, &long).status, 413);
    // Without a length that says so in advance.
    let chunk = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
    let head = format!(
        "{line} HTTP/1.1\r\nhost: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        served.host
    );
    assert_eq!(served.raw(format!("{head}{chunk}").as_bytes()).status, 413);
    // Who asks first is told before the body is sent.
    let expecting = format!(
        "{line} HTTP/1.1\r\nhost: {}\r\nexpect: 100-continue\r\ncontent-length: 5000\r\n\r\n",
        served.host
    );
    assert_eq!(served.raw(expecting.as_bytes()).status, 413);

    let big = "x".repeat(70_000);
    assert_eq!(
        served
            .send(&format!("GET {LABELS}"), &[("accept", &big)], "")
            .status,
        431
    );
    let many: Vec<(&str, &str)> = (0..200).map(|_| ("x-one", "1")).collect();
    assert_eq!(served.send(&format!("GET {LABELS}"), &many, "").status, 431);
    assert_eq!(served.raw(b"\x16\x03\x01\x02 no HTTP\r\n\r\n").status, 400);

    assert_eq!(served.label("short", &served.token()).status, 201);
    assert_eq!(served.get(LABELS).status, 200);
}
