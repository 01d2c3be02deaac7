//! The address by which a client called, from which every address in an answer is built.

use http::{HeaderMap, Uri, header::HOST};

/// Where a client finds the API.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    /// What addresses of the API begin with, such as `http://127.0.0.1:8080/api/v3`.
    pub(crate) api: String,
    /// What addresses of pages begin with.
    pub(crate) html: String,
}

impl Address {
    /// The address of a request; `prefix` is the part of the path before the API's own, such as `/api/v3`.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap, prefix: &str) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = match text("x-forwarded-proto") {
            Some("https") => "https",
            Some("http") => "http",
            _ => uri.scheme_str().unwrap_or("http"),
        };
        let host = uri
            .authority()
            .map(http::uri::Authority::as_str)
            .or_else(|| text(HOST.as_str()))
            .filter(|host| is_host(host))
            .unwrap_or("localhost");
        let origin = format!("{scheme}://{host}");
        let html = match origin.as_str() {
            "https://api.github.com" => "https://github.com".to_owned(),
            _ => origin.clone(),
        };
        Self {
            api: format!("{origin}{prefix}"),
            html,
        }
    }
}

/// Whether a text can stand for a host in an address.
fn is_host(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    (1..=255).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_what_the_client_called() {
        let of = |uri: &str, host: &str, prefix| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            Address::of(&uri.parse().unwrap(), &headers, prefix)
        };
        let plain = of("/repos/o/r", "127.0.0.1:80", "");
        assert_eq!(
            (plain.api.as_str(), plain.html.as_str()),
            ("http://127.0.0.1:80", "http://127.0.0.1:80")
        );
        let enterprise = of("/api/v3/repos/o/r", "localhost", "/api/v3");
        assert_eq!(enterprise.api, "http://localhost/api/v3");
        assert_eq!(enterprise.html, "http://localhost");
        let public = of("https://api.github.com/meta", "x", "");
        assert_eq!(public.html, "https://github.com");
        assert_eq!(of("/", "a\"b", "").api, "http://localhost");
    }
}
