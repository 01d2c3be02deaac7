//! Which requests the API is allowed to see.

use std::net::IpAddr;

use http::header::{HOST, HeaderValue, ORIGIN};
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, Method, StatusCode, Uri, request};
use percent_encoding::percent_decode_str;

use super::cors::Origin;
use super::refusal::Refusal;

/// How long the path and the query of a request may be.
const LONGEST_URI: usize = 16 * 1024;

/// Which requests the API is allowed to see.
#[derive(Debug)]
pub(super) struct Guard {
    names: Vec<String>,
    origins: Vec<Origin>,
}

impl Guard {
    /// Lets in requests to this machine and to these names, and writes by web pages of these origins.
    pub(super) fn new(names: &[String], origins: &[Origin]) -> Self {
        Self {
            names: names.to_vec(),
            origins: origins.to_vec(),
        }
    }

    /// Refuses a request that the API must not see; `local` is the address at which it came in. What is let in is
    /// made to name its host in one place only.
    pub(super) fn check(&self, head: &mut request::Parts, local: IpAddr) -> Result<(), Refusal> {
        self.check_host(&head.headers, local)?;
        if let Some(authority) = head.uri.authority() {
            if !self.is_ours(authority.as_str(), local) {
                return Err(FOREIGN);
            }
            let rest = head.uri.path_and_query().cloned();
            head.uri = rest.map_or_else(Uri::default, |rest: PathAndQuery| rest.into());
        }
        check_path(&head.uri)?;
        match is_write(&head.method) && self.is_of_other_site(&head.headers) {
            true => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "Web pages of other sites may not write here. `backlot serve --cors ORIGIN` lets one.",
            )),
            false => Ok(()),
        }
    }

    /// The origin that a request names, if pages of it are let in.
    pub(super) fn origin(&self, headers: &HeaderMap) -> Option<&Origin> {
        let origin = headers.get(ORIGIN)?;
        self.origins.iter().find(|known| known.is(origin))
    }

    /// A page of a site whose name is made to mean this machine calls it by that name.
    fn check_host(&self, headers: &HeaderMap, local: IpAddr) -> Result<(), Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            let told = "A request names its host once.";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, told));
        };
        let host = host.to_str().unwrap_or_default();
        match self.is_ours(host, local) {
            true => Ok(()),
            false => Err(FOREIGN),
        }
    }

    fn is_ours(&self, host: &str, local: IpAddr) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        if host.contains('@') {
            return false;
        }
        let name = authority.host().to_ascii_lowercase();
        let name = name.trim_end_matches('.');
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            // An address is no name that somebody else could have made to mean this machine.
            return address.is_loopback() || address == local;
        }
        name == "localhost"
            || name.ends_with(".localhost")
            || self.names.iter().any(|known| known == name)
    }

    /// Whether a web page sends this that is of another site and was not let in.
    fn is_of_other_site(&self, headers: &HeaderMap) -> bool {
        let text = |value: Option<&HeaderValue>| {
            let text = value.and_then(|value| value.to_str().ok());
            text.unwrap_or_default().to_ascii_lowercase()
        };
        if !headers.contains_key(ORIGIN) {
            let site = text(headers.get("sec-fetch-site"));
            return site == "cross-site" || site == "same-site";
        }
        if self.origin(headers).is_some() {
            return false;
        }
        let origin = text(headers.get(ORIGIN));
        let own = text(headers.get(HOST));
        let host = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        host != Some(own.as_str())
    }
}

const FOREIGN: Refusal = Refusal::new(
    StatusCode::MISDIRECTED_REQUEST,
    "This is not the host that the request names. `backlot serve --host-name NAME` answers to another name.",
);

/// Whether a request can change something.
pub(super) fn is_write(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Paths name records, never files; those that could only be meant for files are refused all the same.
fn check_path(uri: &Uri) -> Result<(), Refusal> {
    let wrong = |told| Err(Refusal::new(StatusCode::BAD_REQUEST, told));
    let path = uri.path();
    if path.len() + uri.query().map_or(0, str::len) > LONGEST_URI {
        let told = "The address of a request has at most 16,384 bytes.";
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, told).last());
    }
    if !path.starts_with('/') {
        return wrong("The path of a request begins with a slash.");
    }
    if !is_well_encoded(path) || uri.query().is_some_and(|query| query.contains('\0')) {
        return wrong("The address of a request has a percent sign with no number behind it.");
    }
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    if decoded.iter().any(|b| b.is_ascii_control()) {
        return wrong("The path of a request has control characters.");
    }
    let mut parts = decoded.split(|b| matches!(b, b'/' | b'\\'));
    if parts.any(|part| matches!(part, b"." | b"..")) {
        return wrong("The path of a request has `.` or `..` for a part.");
    }
    Ok(())
}

/// Whether each percent sign has a number behind it.
fn is_well_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let after = after.as_bytes();
        after.len() >= 2 && after[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use http::Request;

    use super::*;

    fn check(guard: &Guard, request: request::Builder) -> u16 {
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let checked = guard.check(&mut head, Ipv4Addr::new(10, 0, 0, 7).into());
        assert!(head.uri.authority().is_none() || checked.is_err());
        checked.map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let guard = Guard::new(&["backlog.example".to_owned()], &[]);
        let with = |host: &str| check(&guard, Request::get("/meta").header(HOST, host));
        for ours in [
            "127.0.0.1:8417",
            "127.0.0.2",
            "[::1]:8417",
            "localhost",
            "LocalHost:1",
            "api.localhost:80",
            "backlog.example",
            "Backlog.Example.:443",
            "10.0.0.7:8417",
        ] {
            assert_eq!(with(ours), 200, "{ours}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "10.0.0.8",
            "localhost@evil.example",
            "evil.example@localhost",
            "",
            "a b",
        ] {
            assert_eq!(with(foreign), 421, "{foreign}");
        }
        let twice = Request::get("/")
            .header(HOST, "localhost")
            .header(HOST, "localhost");
        assert_eq!(check(&guard, twice), 400);
        assert_eq!(check(&guard, Request::get("/")), 400);
        let absolute = |uri: &str| check(&guard, Request::get(uri).header(HOST, "localhost"));
        assert_eq!(absolute("http://evil.example/meta"), 421);
        assert_eq!(absolute("http://127.0.0.1/meta"), 200);
    }

    #[test]
    fn pages_of_other_sites_do_not_write() {
        let guard = Guard::new(&[], &["http://friend.example".parse().unwrap()]);
        let with = |method: Method, name: &str, value: &str| {
            let request = Request::builder().method(method).uri("/repos/o/r/issues");
            let request = request.header(HOST, "localhost:8417").header(name, value);
            check(&guard, request)
        };
        for (name, value, status) in [
            ("origin", "http://evil.example", 403),
            ("origin", "null", 403),
            ("origin", "http://localhost:9", 403),
            ("origin", "http://localhost:8417", 200),
            ("origin", "http://friend.example", 200),
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "same-origin", 200),
            ("sec-fetch-site", "none", 200),
            ("accept", "*/*", 200),
        ] {
            assert_eq!(with(Method::POST, name, value), status, "{name}: {value}");
            assert_eq!(with(Method::GET, name, value), 200, "{name}: {value}");
        }
    }

    #[test]
    fn paths_that_could_be_meant_for_files_are_refused() {
        let guard = Guard::new(&[], &[]);
        let with = |path: &str| check(&guard, Request::get(path).header(HOST, "localhost"));
        for good in [
            "/repos/o/r/labels/kind%2Fbug",
            "/repos/o/.github",
            "/x?q=..%00",
            "/a/....",
        ] {
            assert_eq!(with(good), 200, "{good}");
        }
        for wrong in [
            "/../etc/passwd",
            "/a/./b",
            "/repos/%2e%2e/x",
            "/repos/..%2f..%2fetc%2fpasswd",
            "/repos/a%5C..%5Cb",
            "/a%00b",
            "/a%0d%0ab",
            "/a%",
            "/a%2",
            "/a%zz",
        ] {
            assert_eq!(with(wrong), 400, "{wrong}");
        }
        assert_eq!(with(&format!("/{}", "a".repeat(LONGEST_URI))), 414);
    }
}
