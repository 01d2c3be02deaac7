//! Web pages of other origins: let in only where the user names them.

use std::str::FromStr;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderValue, ORIGIN, VARY,
};
use http::{HeaderMap, Method};

const METHODS: &str = "GET, HEAD, POST, PATCH, PUT, DELETE";

const HEADERS: &str = "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, \
                       If-Unmodified-Since, Private-Token, User-Agent, X-GitHub-Api-Version, X-Requested-With";

const EXPOSED: &str = "ETag, Last-Modified, Link, Location, Retry-After, total_count, total_page, X-GitHub-Media-Type, \
                       X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset";

/// The origin of web pages: scheme, host and perhaps port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin(HeaderValue);

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "give an origin such as http://localhost:3000, with no path";
        let text = text.to_ascii_lowercase();
        let host = text
            .strip_prefix("http://")
            .or_else(|| text.strip_prefix("https://"));
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        match host {
            Some(host) if !host.is_empty() && host.bytes().all(fits) => {
                HeaderValue::from_str(&text).map(Self).map_err(|_| WRONG)
            }
            _ => Err(WRONG),
        }
    }
}

impl Origin {
    pub(super) fn is(&self, value: &HeaderValue) -> bool {
        self.0 == value
    }
}

/// Whether a browser asks whether a page may send a request.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Tells a browser that pages of this origin may send requests.
pub(super) fn allow_requests(headers: &mut HeaderMap) {
    let told = [
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    for (name, value) in told {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Tells a browser that pages of this origin may read the answer.
pub(super) fn allow_reading(headers: &mut HeaderMap, origin: &Origin) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.0.clone());
    let exposed = HeaderValue::from_static(EXPOSED);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    headers.append(VARY, HeaderValue::from_static("Origin"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path_and_is_never_everybody() {
        for good in [
            "http://localhost:3000",
            "https://x.example",
            "http://[::1]:1",
        ] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for wrong in [
            "*",
            "null",
            "localhost:3000",
            "http://",
            "http://x/",
            "http://x y",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
