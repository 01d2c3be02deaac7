//! A client of a server on this machine that does no more than it must.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

/// One connection that stays open.
pub(super) struct Client {
    host: String,
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Client {
    pub(super) fn connect(host: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            host: host.to_owned(),
            stream: BufReader::with_capacity(64 * 1024, stream),
            body: Vec::new(),
        })
    }

    /// Sends a request and reads its answer: the status, and the body.
    pub(super) fn send(
        &mut self,
        line: &str,
        token: Option<&str>,
        body: &str,
    ) -> Result<(u16, &[u8]), Box<dyn Error + Send + Sync>> {
        let host = &self.host;
        let authorization = token.map_or_else(String::new, |token| {
            format!("authorization: Bearer {token}\r\n")
        });
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nhost: {host}\r\n{authorization}content-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        self.stream.read_line(&mut head)?;
        let status = head.split(' ').nth(1).ok_or("no answer")?.parse()?;
        let mut length = 0;
        loop {
            head.clear();
            self.stream.read_line(&mut head)?;
            let line = head.trim_end();
            match line.split_once(": ") {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse()?;
                }
                Some(_) => {}
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok((status, &self.body))
    }

    /// Reads a page, which must be there.
    pub(super) fn get(&mut self, path: &str) -> Result<&[u8], Box<dyn Error + Send + Sync>> {
        match self.send(&format!("GET {path}"), None, "")? {
            (200, body) => Ok(body),
            (status, _) => Err(format!("{path} is answered with {status}").into()),
        }
    }
}
