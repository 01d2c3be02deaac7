//! A line for every request, without tokens.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backlot_core::{Environment as _, SystemEnvironment};
use backlot_rest::Failure;
use http::{Method, Response, StatusCode, Uri};

use crate::error::{Error, Kind, Result};
use crate::output::text;

/// Parameters of a query that are nobody's business.
const SECRET: &[&str] = &["access_token", "private_token", "client_secret", "token"];

/// Where requests are written down.
pub(super) struct Log {
    to: Option<Mutex<Box<dyn Write + Send>>>,
    /// Whether failures inside are told on standard error where nothing else is.
    tells_failures: bool,
}

/// What is written down of a request before it is answered.
pub(super) struct Line {
    method: Method,
    uri: Uri,
}

impl Log {
    pub(super) fn open(file: Option<&Path>, is_verbose: bool, is_quiet: bool) -> Result<Self> {
        let to: Option<Box<dyn Write + Send>> = match file {
            Some(path) => {
                let file = File::options().append(true).create(true).open(path);
                Some(Box::new(file.map_err(|error| {
                    let told = format!("cannot write the log {}", path.display());
                    Error::new(Kind::Unexpected, told).caused_by(&error)
                })?))
            }
            None if is_verbose => Some(Box::new(io::stderr())),
            None => None,
        };
        Ok(Self {
            to: to.map(Mutex::new),
            tells_failures: !is_quiet,
        })
    }

    /// What is to be known of a request once it is answered.
    pub(super) fn begin(&self, method: &Method, uri: &Uri) -> Line {
        Line {
            method: method.clone(),
            uri: uri.clone(),
        }
    }

    /// Writes down how a request was answered.
    pub(super) fn end<B>(&self, line: &Line, response: &Response<B>, bytes: usize, time: Duration) {
        let has_failed = response.status() == StatusCode::INTERNAL_SERVER_ERROR;
        if self.to.is_none() && !(has_failed && self.tells_failures) {
            return;
        }
        let cause = response.extensions().get::<Failure>();
        let cause = cause.map_or_else(String::new, |cause| {
            format!(" {}", text::line(&cause.to_string()))
        });
        let text = format!(
            "{} {} {} {} {bytes} {:.1}{cause}\n",
            SystemEnvironment.now(),
            line.method,
            shown(&line.uri),
            response.status().as_u16(),
            time.as_secs_f64() * 1000.0
        );
        self.write(&text);
    }

    /// Writes down that a request could not be read, which is answered with a status alone.
    pub(super) fn unreadable(&self, why: &str) {
        if self.to.is_some() {
            let now = SystemEnvironment.now();
            self.write(&format!("{now} - - - 0 0.0 {}\n", text::line(why)));
        }
    }

    fn write(&self, text: &str) {
        // A log that cannot be written must not stop what it is about.
        let _ = match &self.to {
            Some(to) => to
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .write_all(text.as_bytes()),
            None => io::stderr().lock().write_all(text.as_bytes()),
        };
    }
}

/// The path and the query, with no token and no control characters.
fn shown(uri: &Uri) -> String {
    let path = text::line(uri.path()).into_owned();
    let Some(query) = uri.query() else {
        return path;
    };
    let pairs: Vec<String> = query.split('&').map(masked).collect();
    format!("{path}?{}", text::line(&pairs.join("&")))
}

fn masked(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or_default();
    let plain = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    match SECRET.contains(&plain.to_ascii_lowercase().as_str()) {
        true => format!("{name}=***"),
        false => pair.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_written_down() {
        let uri = "/x?page=2&access_token=t0p&%61ccess_token=t0p&Private_Token=t0p&access_token";
        let shown = shown(&uri.parse().unwrap());
        assert!(shown.starts_with("/x?page=2&access_token=***"), "{shown}");
        assert!(!shown.contains("t0p"), "{shown}");
    }
}
