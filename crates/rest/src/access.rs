//! Who calls, and what they may do.

use base64::Engine as _;
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// What somebody may do with the repositories of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Nothing, as a user whose account is suspended.
    None,
    /// Read, open issues, comment, and edit what is their own.
    Read,
    /// Label, assign, close and edit issues of others too.
    Triage,
    /// Everything but what an owner alone may do.
    Write,
    /// Everything.
    Admin,
}

impl Permission {
    /// Whether they have the push access that GitHub's documents speak of.
    pub const fn can_push(self) -> bool {
        matches!(self, Self::Write | Self::Admin)
    }

    /// Whether they may label, assign, close and edit issues of others.
    pub const fn can_triage(self) -> bool {
        matches!(self, Self::Triage | Self::Write | Self::Admin)
    }
}

/// Somebody whom the API knows by a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    /// The login: who edits are by.
    pub login: String,
    /// What they may do.
    pub permission: Permission,
}

impl Caller {
    /// Somebody who may do everything.
    pub fn admin(login: impl Into<String>) -> Self {
        Self {
            login: login.into(),
            permission: Permission::Admin,
        }
    }
}

/// The token that a request has with it, wherever clients put it.
pub(crate) fn token(headers: &HeaderMap, query: &crate::query::Query) -> Option<String> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let value = value.to_str().ok()?.trim();
        let (scheme, rest) = value.split_once(' ').unwrap_or(("token", value));
        let rest = rest.trim();
        return match scheme.to_ascii_lowercase().as_str() {
            "basic" => of_basic(rest),
            _ => Some(rest.to_owned()),
        };
    }
    let private = headers.get("private-token");
    let private = private.and_then(|value| value.to_str().ok());
    private
        .or_else(|| query.get("access_token"))
        .map(str::to_owned)
}

/// The token in basic authentication: the password, or the name where there is none.
fn of_basic(encoded: &str) -> Option<String> {
    let decoded = base64::engine::general_purpose::STANDARD
        .decode(encoded)
        .ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (name, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
    let token = match password {
        "" | "x-oauth-basic" => name,
        _ => password,
    };
    Some(token.to_owned())
}

/// Whether two tokens are the same, in a time that does not tell how far they agree.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    // Hashes of equal length; what their comparison takes tells nothing of the tokens.
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    #[test]
    fn tokens_are_found_wherever_clients_put_them() {
        let with = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static(value));
            token(&headers, &Query::default())
        };
        for value in [
            "Bearer t",
            "token t",
            "bearer  t",
            "t",
            "Basic bW9uYTp0",
            "Basic dDo=",
        ] {
            assert_eq!(
                with("authorization", value).as_deref(),
                Some("t"),
                "{value}"
            );
        }
        assert_eq!(with("private-token", "t").as_deref(), Some("t"));
        let query = Query::parse("access_token=t%2B");
        assert_eq!(token(&HeaderMap::new(), &query).as_deref(), Some("t+"));
        assert_eq!(token(&HeaderMap::new(), &Query::default()), None);
    }
}
