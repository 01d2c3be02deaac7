//! Clients that are slow, or many.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::served::{LONG, Served, read_answer, request};

const LABELS: &str = "/repos/octo/hello/labels";

/// Sends a byte now and then, until the other side ends the connection.
fn dribble(stream: &mut TcpStream, byte: u8) -> Vec<u8> {
    let begun = Instant::now();
    stream
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let mut came = Vec::new();
    let mut piece = [0; 4096];
    loop {
        assert!(begun.elapsed() < LONG, "a slow client is borne with");
        let is_sent = stream.write_all(&[byte]).is_ok();
        match stream.read(&mut piece) {
            Ok(0) => return came,
            Ok(count) => came.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock && is_sent => {}
            Err(_) => return came,
        }
    }
}

#[test]
fn a_head_that_dribbles_is_cut_off() {
    let served = Served::start(&["--timeout", "1"]);
    let mut stream = served.connect();
    stream
        .write_all(b"GET /repos/octo/hello/labels HTTP/1.1\r\nx: ")
        .unwrap();
    assert!(dribble(&mut stream, b'a').is_empty());
    assert_eq!(served.get(LABELS).status, 200);
}

#[test]
fn a_body_that_dribbles_is_cut_off() {
    let served = Served::start(&["--timeout", "1"]);
    let mut stream = served.connect();
    let head = format!(
        "POST {LABELS} HTTP/1.1\r\nhost: {}\r\ncontent-length: 900000\r\n\r\n",
        served.host
    );
    stream.write_all(head.as_bytes()).unwrap();
    let told = dribble(&mut stream, b' ');
    assert!(
        told.starts_with(b"HTTP/1.1 408 "),
        "{}",
        String::from_utf8_lossy(&told)
    );
    assert_eq!(served.get(LABELS).status, 200);
}

#[test]
fn a_connection_that_says_nothing_more_is_closed() {
    let served = Served::start(&["--timeout", "1"]);
    let mut stream = served.connect();
    let get = request(&format!("GET {LABELS}"), &served.host, &[], "");
    for _ in 0..3 {
        stream.write_all(get.as_bytes()).unwrap();
        assert_eq!(read_answer(&mut stream).unwrap().status, 200);
    }
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0);
}

#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let served = Served::start(&["--timeout", "1"]);
    let mut stream = served.connect();
    let get = request(&format!("GET {LABELS}"), &served.host, &[], "").repeat(100);
    let begun = Instant::now();
    // What the system keeps for the two sides is full at some time; then the server waits, but not for ever.
    while stream.write_all(get.as_bytes()).is_ok() {
        assert!(
            begun.elapsed() < LONG,
            "a client that does not read is borne with"
        );
    }
    assert_eq!(served.get(LABELS).status, 200);
}

#[test]
fn a_thousand_connections_that_say_nothing_keep_nobody_out() {
    let served = Served::start(&["--connections", "50"]);
    let mut open = Vec::new();
    for number in 0..1000 {
        // A process may have too few files for this; what counts is that there are many more than places.
        let Ok(mut stream) = TcpStream::connect(&served.host) else {
            break;
        };
        // Some are let go before they have said anything.
        let _ = stream.write_all(b"GET /repos/octo/hello/labels HTTP/1.1\r\nhost: ");
        open.push(stream);
        if number % 100 == 99 {
            open.pop();
            assert_eq!(served.get(LABELS).status, 200, "after {number}");
        }
    }
    assert!(open.len() > 500, "{} connections", open.len());
    for _ in 0..100 {
        assert_eq!(served.get(LABELS).status, 200);
    }
    assert_eq!(served.label("x", &served.token()).status, 201);
    #[cfg(target_os = "linux")]
    {
        let files = std::fs::read_dir(format!("/proc/{}/fd", served.child.id()));
        let count = files.unwrap().count();
        assert!(count < 50 + 30, "{count} files are open");
    }
}
