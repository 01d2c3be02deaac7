//! What `backlot serve` takes.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::cors::Origin;
use super::token::Grant;
use crate::error::{Error, Result};
use crate::repository::ActorArgs;

/// Serve the store to programs that speak GitHub's API or GitCode's
///
/// GitHub's API is at the address that is printed first, and below it under /api/v3; GitCode's is under /api/v5. It answers
/// this machine alone. Reading needs no token. Writing needs one: the first start makes it and keeps it in a file beside the
/// store that only you can read. Texts are indexed for searches while it runs. Ctrl-C stops it; what was answered is on disk.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot serve
  backlot serve --port 0 --verbose
  backlot serve --read-only --log access.log
  backlot serve --grant hubot:read
  curl http://127.0.0.1:8417/repos/octo/hello/issues")]
pub(crate) struct ServeArgs {
    /// The port; 0 takes a free one
    #[arg(short, long, value_name = "PORT", default_value = "8417")]
    pub(super) port: u16,

    /// The address to listen at, one of this machine alone
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    pub(super) host: IpAddr,

    /// Let --host be an address that other machines reach; reading needs a token then, too
    #[arg(long, conflicts_with = "open")]
    allow_network: bool,

    /// Refuse whatever would change the store
    #[arg(long)]
    pub(super) read_only: bool,

    /// Ask nobody for a token: all who reach it may read and write
    #[arg(long)]
    pub(super) open: bool,

    /// Ask for a token for reading, too
    #[arg(long, conflicts_with = "open")]
    private: bool,

    /// The file of the tokens; without it, the store's name with .token behind it
    #[arg(long, value_name = "FILE", conflicts_with = "open")]
    pub(super) token_file: Option<PathBuf>,

    /// Make a token for somebody, if they have none: PERMISSION is read (as without it), triage, write or admin
    #[arg(long, value_name = "LOGIN[:PERMISSION]", conflicts_with = "open")]
    pub(super) grant: Vec<Grant>,

    /// Answer to this name in the Host header too, such as that of a proxy before it
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(super) host_name: Vec<String>,

    /// Let web pages of this origin call it, such as http://localhost:3000
    #[arg(long, value_name = "ORIGIN")]
    pub(super) cors: Vec<Origin>,

    /// Write a line for every request to this file
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,

    /// Write a line for every request to standard error
    #[arg(short, long, conflicts_with = "log")]
    pub(super) verbose: bool,

    /// How many bytes the body of a request may have
    #[arg(long, value_name = "BYTES", default_value = "1048576")]
    pub(super) max_body: usize,

    /// How many connections may be open; of more, the one that said nothing for longest is closed
    #[arg(long, value_name = "COUNT", default_value = "256", value_parser = connections)]
    pub(super) connections: usize,

    /// How long a client may take to send a request, to take its answer, or to stay silent
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = timeout)]
    pub(super) timeout: Duration,

    #[command(flatten)]
    pub(super) actor: ActorArgs,
}

/// Who may do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// All may do everything.
    Open,
    /// All may read; writing needs a token.
    TokenForWrites,
    /// Everything needs a token.
    TokenForAll,
}

impl ServeArgs {
    /// Refuses what would be dangerous.
    pub(super) fn check(&self) -> Result<()> {
        if self.host.is_loopback() || self.allow_network {
            return Ok(());
        }
        let refused = format!("other machines may reach {}", self.host);
        Err(Error::usage(refused).hint(
            "`--allow-network` allows that; what is sent is not encrypted unless a proxy does it",
        ))
    }

    pub(super) const fn access(&self) -> Access {
        match (self.open, self.private || self.allow_network) {
            (true, _) => Access::Open,
            (false, true) => Access::TokenForAll,
            (false, false) => Access::TokenForWrites,
        }
    }
}

fn host(text: &str) -> std::result::Result<IpAddr, &'static str> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .map_err(|_| "give an address such as 127.0.0.1 or ::1")
}

fn host_name(text: &str) -> std::result::Result<String, &'static str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    match (1..=253).contains(&text.len()) && text.bytes().all(fits) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("give a name without a port, such as backlog.example.org"),
    }
}

fn connections(text: &str) -> std::result::Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if (1..=100_000).contains(&count) => Ok(count),
        _ => Err("give a number from 1 to 100000"),
    }
}

fn timeout(text: &str) -> std::result::Result<Duration, &'static str> {
    let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
    match seconds {
        Some(Ok(time)) if !time.is_zero() && time <= Duration::from_secs(86_400) => Ok(time),
        _ => Err("give a number of seconds, up to a day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_checked() {
        assert_eq!(host("LOCALHOST"), host("127.0.0.1"));
        assert!(host("[::1]").unwrap().is_loopback());
        assert!(host("example.org").is_err());
        assert_eq!(
            host_name("Backlog.Example").as_deref(),
            Ok("backlog.example")
        );
        for wrong in ["", "a b", "a:80", "a/b", "*"] {
            assert!(host_name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_time_and_no_connections_make_no_sense() {
        for wrong in ["0", "-1", "NaN", "x", "1e9"] {
            assert!(timeout(wrong).is_err(), "{wrong}");
        }
        assert_eq!(timeout("0.5"), Ok(Duration::from_millis(500)));
        assert!(connections("0").is_err() && connections("1").is_ok());
    }
}
