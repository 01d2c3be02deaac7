//! A store that another process serves, and a client that sends it bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{backlot, backlot_command, expect};

/// Longer than anything here takes on a machine that does something else as well.
pub(super) const LONG: Duration = Duration::from_secs(120);

/// A store with the repository `octo/hello` that another process serves.
pub(super) struct Served {
    pub(super) folder: tempfile::TempDir,
    pub(super) child: Child,
    /// Host and port.
    pub(super) host: String,
    _out: BufReader<ChildStdout>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The head as it came, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Served {
    /// Makes a store and serves it at a free port.
    pub(super) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let init = ["init", "work.backlot", "--repo", "octo/hello"];
        expect(&backlot(folder.path(), &init), 0);
        Self::again(folder, arguments)
    }

    /// Serves the store in a folder at a free port.
    pub(super) fn again(folder: tempfile::TempDir, arguments: &[&str]) -> Self {
        let told = std::fs::File::create(folder.path().join("told")).unwrap();
        let all = [&["serve", "--port", "0"], arguments].concat();
        let mut child = backlot_command(folder.path(), &all)
            .stdout(Stdio::piped())
            .stderr(told)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let Some(host) = first.trim_end().strip_prefix("http://") else {
            let told = std::fs::read_to_string(folder.path().join("told"));
            panic!("the first line is no address: {first:?}, {told:?}");
        };
        Self {
            folder,
            child,
            host: host.to_owned(),
            _out: out,
        }
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// What was said on standard error.
    pub(super) fn told(&self) -> String {
        std::fs::read_to_string(self.path("told")).unwrap()
    }

    /// Waits until this was said on standard error.
    pub(super) fn wait_told(&self, what: &str) {
        let begun = Instant::now();
        while !self.told().contains(what) {
            assert!(begun.elapsed() < LONG, "{what}: {}", self.told());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The token of who serves.
    pub(super) fn token(&self) -> String {
        token(self.folder.path(), 0)
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        stream
    }

    /// Sends a request with these headers, and a body where there is one.
    pub(super) fn send(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let request = request(line, &self.host, headers, body);
        self.raw(request.as_bytes())
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], "")
    }

    /// Makes a label, as who has this token.
    pub(super) fn label(&self, name: &str, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let body = format!("{{\"name\":\"{name}\"}}");
        self.send(
            "POST /repos/octo/hello/labels",
            &[("authorization", &bearer)],
            &body,
        )
    }

    /// Sends bytes on a connection of its own.
    pub(super) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        read_answer(&mut stream).unwrap()
    }

    /// Asks the server to stop, as a system does that shuts down.
    pub(super) fn ask_to_stop(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.unwrap().success());
    }

    /// How the server ended, which it must do by itself.
    pub(super) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < LONG, "the server does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The token in a line of the file of tokens.
pub(super) fn token(folder: &Path, line: usize) -> String {
    let text = std::fs::read_to_string(folder.join("work.backlot.token")).unwrap();
    let line = text.lines().nth(line).unwrap();
    line.split(' ').next().unwrap().to_owned()
}

/// A request as bytes.
pub(super) fn request(line: &str, host: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut request = format!("{line} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.push_str(&format!("host: {host}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    format!("{request}\r\n{body}")
}

/// Reads one answer; none where the connection ends before it.
pub(super) fn read_answer(stream: &mut TcpStream) -> std::io::Result<Answer> {
    let ended = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let mut bytes = Vec::new();
    let mut piece = [0; 16 * 1024];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut piece)? {
            0 => return Err(ended()),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head + length {
        match stream.read(&mut piece)? {
            0 => return Err(ended()),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    }
    Ok(Answer {
        status,
        head: text,
        body: String::from_utf8_lossy(&bytes[head..]).into_owned(),
    })
}
