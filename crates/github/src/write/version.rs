//! Versions of GitHub's API, and what each demands.

use std::fmt;
use std::str::FromStr;

use super::object::Job;
use crate::shape::{ExtraKey, Form, Rule};

/// A version of GitHub's REST API, whose objects are written complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiVersion {
    /// What GitHub Enterprise Server 2.20 wrote, which knew no reasons for a state, types, sub-issues or
    /// dependencies.
    Ghes220,
    /// `2022-11-28`.
    V2022,
    /// `2026-03-10`, which has no `assignee` beside `assignees`.
    V2026,
}

/// A text that names no known version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("known versions are ghes-2.20, 2022-11-28 and 2026-03-10")]
pub struct UnknownVersion;

impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let named = Self::ALL.iter().find(|version| version.name() == text);
        named.copied().ok_or(UnknownVersion)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ApiVersion {
    /// Every version, the oldest first.
    pub const ALL: &'static [Self] = &[Self::Ghes220, Self::V2022, Self::V2026];

    /// The name by which the command line and GitHub's own documents know the version.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ghes220 => "ghes-2.20",
            Self::V2022 => "2022-11-28",
            Self::V2026 => "2026-03-10",
        }
    }

    /// Whether objects of a form have a key at all.
    pub(super) fn has(self, form: Form, key: &str) -> bool {
        let lacks: &[&str] = match (self, form) {
            (Self::Ghes220, Form::User) => &["user_view_type", "name", "email"],
            (Self::Ghes220, Form::Issue) => &[
                "type",
                "draft",
                "sub_issues_summary",
                "issue_dependencies_summary",
                "state_reason",
                "pinned_comment",
                "parent_issue_url",
                "issue_field_values",
            ],
            (Self::Ghes220, Form::Comment) => &["pin", "minimized"],
            (Self::Ghes220, Form::Label) => &["archived_at", "archived_by"],
            (Self::V2026, Form::Issue) => &["assignee"],
            (Self::V2026, Form::Pull) => &["assignee", "merge_commit_sha"],
            (Self::V2026, Form::Repository) => &super::repository::GONE_IN_2026,
            _ => return true,
        };
        !lacks.contains(&key)
    }

    /// Whether null will not do for the text of an issue or a comment.
    pub(super) fn wants_body<R>(self, job: &Job<'_, R>) -> bool {
        let is_issue = job.form == Form::Issue;
        job.facts.is_comment || (is_issue && (self == Self::Ghes220 || is_found(job)))
    }
}

/// Whether a key that the version does not have would have said something that no other key says.
pub(super) fn would_say<R>(job: &Job<'_, R>, places: std::ops::Range<usize>) -> bool {
    let Some(overlay) = job.overlay else {
        let mut places = places;
        return places.any(|at| super::complete::has_value(job, job.table.keys[at].rule));
    };
    if let Some(pieces) = overlay.extra(places.start) {
        return says_something(pieces);
    }
    places
        .filter(|at| overlay.mask & 1 << at != 0)
        .any(|at| match job.table.keys[at].rule {
            // The same user stands among `assignees`.
            Rule::FirstAssignee | Rule::OnlyAssignee => false,
            rule => super::complete::has_value(job, rule),
        })
}

/// The keys of an object that are in no table, which a version does not have.
pub(super) fn lacks_other(version: Option<ApiVersion>, form: Form, key: &ExtraKey<'_>) -> bool {
    match (version, key) {
        (Some(version), ExtraKey::Other(key)) => !version.has(form, key),
        _ => false,
    }
}

/// Whether kept JSON says more than that there is nothing.
pub(super) fn says_something(pieces: backlot_forge::bytes::Pieces<'_>) -> bool {
    let mut text = String::new();
    let mut has_more = false;
    let _: Result<(), std::convert::Infallible> = pieces.each(&mut |piece, inner| {
        text.push_str(piece);
        has_more |= inner.is_some();
        Ok(())
    });
    has_more || !matches!(text.as_str(), "null" | "false" | "[]" | "\"\"")
}

/// Whether an object of a form has to have a key in a version that has the key at all.
pub(super) fn demands<R>(job: &Job<'_, R>, version: ApiVersion, key: &str) -> bool {
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
        Form::Issue => match key {
            "author_association" => return version == ApiVersion::Ghes220 || is_found(job),
            // Who is assigned may stand in the key alone that this version does not have.
            "assignees" => return version == ApiVersion::V2026,
            _ => &[
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
        },
        Form::Comment if key == "author_association" => return version == ApiVersion::Ghes220,
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

/// Whether an issue is an item of an answer to a search.
fn is_found<R>(job: &Job<'_, R>) -> bool {
    let score = job.table.find("score");
    job.overlay
        .zip(score)
        .is_some_and(|(overlay, at)| overlay.extra(at).is_some())
}
