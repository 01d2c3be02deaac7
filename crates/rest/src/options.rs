//! What an API is told about who calls and what it allows.

use crate::access::{Caller, Permission, is_same};

/// How many bytes of answers are kept by default.
const KEPT: usize = 64 * 1024 * 1024;

/// What an API is told about who calls and what it allows.
#[derive(Clone, Debug)]
pub struct ApiOptions {
    pub(crate) anonymous: Option<Caller>,
    pub(crate) tokens: Vec<(String, Caller)>,
    pub(crate) is_read_only: bool,
    pub(crate) is_private: bool,
    pub(crate) drops_silently: bool,
    pub(crate) kept_bytes: usize,
}

impl ApiOptions {
    /// Everybody who calls is this user and may do everything: for one's own store, in process.
    pub fn new(login: impl Into<String>) -> Self {
        Self {
            anonymous: Some(Caller::admin(login)),
            tokens: Vec::new(),
            is_read_only: false,
            is_private: false,
            drops_silently: true,
            kept_bytes: KEPT,
        }
    }

    /// Nobody may write without one of the tokens that are given with [`ApiOptions::token`]; all may read.
    pub fn with_tokens() -> Self {
        Self {
            anonymous: None,
            tokens: Vec::new(),
            is_read_only: false,
            is_private: false,
            drops_silently: true,
            kept_bytes: KEPT,
        }
    }

    /// Who calls with this token.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>, caller: Caller) -> Self {
        self.tokens.push((token.into(), caller));
        self
    }

    /// Refuses all that would change the store.
    #[must_use]
    pub const fn read_only(mut self, is_read_only: bool) -> Self {
        self.is_read_only = is_read_only;
        self
    }

    /// Refuses all who have no token, also those who only read.
    #[must_use]
    pub const fn private(mut self, is_private: bool) -> Self {
        self.is_private = is_private;
        self
    }

    /// Whether labels, assignees, milestones and types that somebody without push access sends are ignored, as
    /// GitHub documents it, rather than refused with 403. They are by default.
    #[must_use]
    pub const fn silent_drops(mut self, drops_silently: bool) -> Self {
        self.drops_silently = drops_silently;
        self
    }

    /// How many bytes of answers to readers are kept, to be given again as long as the store stays as it is: 64 MiB
    /// by default. 0 keeps none.
    #[must_use]
    pub const fn keep_answers(mut self, bytes: usize) -> Self {
        self.kept_bytes = bytes;
        self
    }

    /// All who are known by name.
    pub(crate) fn callers(&self) -> impl Iterator<Item = &Caller> + '_ {
        let tokens = self.tokens.iter().map(|(_, caller)| caller);
        self.anonymous.iter().chain(tokens)
    }

    /// Who calls with a token, or without one; the error is a token that nobody has.
    pub(crate) fn caller(&self, token: Option<&str>) -> Result<Option<&Caller>, ()> {
        match token {
            // Without tokens there is nothing that one could be wrong against.
            Some(token) if !self.tokens.is_empty() => {
                let mut known = self.tokens.iter();
                let found = known.find(|(known, _)| is_same(known, token));
                found.map(|(_, caller)| Some(caller)).ok_or(())
            }
            _ => Ok(self.anonymous.as_ref()),
        }
    }

    /// The logins of those who may do so much or more, each once, in order.
    pub(crate) fn logins(&self, least: Permission) -> Vec<String> {
        let callers = self.callers().filter(|caller| caller.permission >= least);
        let mut logins: Vec<String> = callers.map(|caller| caller.login.clone()).collect();
        logins.sort_unstable();
        logins.dedup();
        logins
    }

    /// What somebody may do; none for who cannot call.
    pub(crate) fn permission_of(&self, login: &str) -> Option<Permission> {
        let callers = self
            .callers()
            .filter(|caller| caller.login.eq_ignore_ascii_case(login));
        callers.map(|caller| caller.permission).max()
    }
}
