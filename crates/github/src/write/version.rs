//! Versions of GitHub's API, and what each demands.

use std::fmt;
use std::str::FromStr;

use super::object::Job;
use crate::shape::Form;

/// A version of GitHub's REST API, whose objects are written complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiVersion {
    /// `2022-11-28`.
    V2022,
    /// `2026-03-10`, which has no `assignee` beside `assignees`.
    V2026,
}

/// A text that names no known version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("known versions are 2022-11-28 and 2026-03-10")]
pub struct UnknownVersion;

impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        match text {
            "2022-11-28" => Ok(Self::V2022),
            "2026-03-10" => Ok(Self::V2026),
            _ => Err(UnknownVersion),
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V2022 => "2022-11-28",
            Self::V2026 => "2026-03-10",
        })
    }
}

impl ApiVersion {
    /// Whether objects of a form have a key at all.
    pub(super) fn has(self, form: Form, key: &str) -> bool {
        !(self == Self::V2026 && form == Form::Issue && key == "assignee")
    }
}

/// Whether an object of a form has to have a key, in any version that has the key at all.
pub(super) fn demands<R>(job: &Job<'_, R>, key: &str) -> bool {
    let keys: &[&str] = match job.form {
        Form::Event | Form::IssueEvent | Form::Timeline => return super::event::demands(job, key),
        Form::User => &[
            "login",
            "id",
            "node_id",
            "avatar_url",
            "gravatar_id",
            "url",
            "html_url",
            "followers_url",
            "following_url",
            "gists_url",
            "starred_url",
            "subscriptions_url",
            "organizations_url",
            "repos_url",
            "events_url",
            "received_events_url",
            "type",
            "site_admin",
        ],
        Form::Label => &[
            "id",
            "node_id",
            "url",
            "name",
            "color",
            "default",
            "description",
        ],
        Form::Milestone => &[
            "url",
            "html_url",
            "labels_url",
            "id",
            "node_id",
            "number",
            "title",
            "description",
            "creator",
            "open_issues",
            "closed_issues",
            "state",
            "created_at",
            "updated_at",
            "due_on",
            "closed_at",
        ],
        Form::Issue => &[
            "url",
            "repository_url",
            "labels_url",
            "comments_url",
            "events_url",
            "html_url",
            "id",
            "node_id",
            "number",
            "title",
            "user",
            "labels",
            "state",
            "locked",
            "assignee",
            "milestone",
            "comments",
            "created_at",
            "updated_at",
            "closed_at",
        ],
        Form::Comment => &[
            "url",
            "html_url",
            "issue_url",
            "id",
            "node_id",
            "user",
            "created_at",
            "updated_at",
        ],
        Form::Project | Form::Column | Form::Card => return super::links::demands(job, key),
        Form::Reaction => &["id", "node_id", "user", "content", "created_at"],
        _ => &[],
    };
    keys.contains(&key)
}
