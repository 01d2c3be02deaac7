//! The reference for reading and writing: `serde_json` into and from owned structs, every field, as a program would that
//! speaks this JSON and nothing else.

use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
pub(crate) struct User {
    login: String,
    id: u64,
    node_id: Option<String>,
    avatar_url: String,
    gravatar_id: Option<String>,
    url: String,
    html_url: String,
    followers_url: String,
    following_url: String,
    gists_url: String,
    starred_url: String,
    subscriptions_url: String,
    organizations_url: String,
    repos_url: String,
    events_url: String,
    received_events_url: String,
    #[serde(rename = "type")]
    kind: String,
    user_view_type: Option<String>,
    site_admin: bool,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Label {
    id: Option<u64>,
    node_id: Option<String>,
    url: String,
    name: String,
    color: String,
    default: Option<bool>,
    description: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Milestone {
    url: String,
    html_url: String,
    labels_url: String,
    id: u64,
    node_id: Option<String>,
    number: u64,
    title: String,
    description: Option<String>,
    creator: Option<User>,
    open_issues: u64,
    closed_issues: u64,
    state: String,
    created_at: String,
    updated_at: String,
    due_on: Option<String>,
    closed_at: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Reactions {
    url: String,
    total_count: u64,
    #[serde(rename = "+1")]
    plus_one: u64,
    #[serde(rename = "-1")]
    minus_one: u64,
    laugh: u64,
    hooray: u64,
    confused: u64,
    heart: u64,
    rocket: u64,
    eyes: u64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct PullRequest {
    url: String,
    html_url: String,
    diff_url: String,
    patch_url: String,
    merged_at: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct SubIssuesSummary {
    total: u64,
    completed: u64,
    percent_completed: f64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct DependenciesSummary {
    blocked_by: u64,
    total_blocked_by: u64,
    blocking: u64,
    total_blocking: u64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Issue {
    url: String,
    repository_url: String,
    labels_url: String,
    comments_url: String,
    events_url: String,
    html_url: String,
    id: u64,
    node_id: Option<String>,
    number: u64,
    title: String,
    user: Option<User>,
    labels: Vec<Label>,
    state: String,
    locked: bool,
    assignee: Option<User>,
    assignees: Vec<User>,
    milestone: Option<Milestone>,
    comments: u64,
    created_at: String,
    updated_at: String,
    closed_at: Option<String>,
    author_association: Option<String>,
    #[serde(rename = "type")]
    kind: Option<serde_json::Value>,
    active_lock_reason: Option<String>,
    draft: Option<bool>,
    pull_request: Option<PullRequest>,
    sub_issues_summary: Option<SubIssuesSummary>,
    issue_dependencies_summary: Option<DependenciesSummary>,
    body: Option<String>,
    closed_by: Option<User>,
    reactions: Option<Reactions>,
    timeline_url: Option<String>,
    performed_via_github_app: Option<serde_json::Value>,
    state_reason: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Comment {
    url: String,
    html_url: String,
    issue_url: String,
    id: u64,
    node_id: Option<String>,
    user: Option<User>,
    created_at: String,
    updated_at: String,
    body: Option<String>,
    author_association: Option<String>,
    reactions: Option<Reactions>,
    performed_via_github_app: Option<serde_json::Value>,
}

/// Parses every line of a file's bytes, one thread, each object dropped when the next one comes.
pub(crate) fn parse<T: for<'de> Deserialize<'de>>(
    bytes: &[u8],
) -> Result<usize, serde_json::Error> {
    let mut count = 0;
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let object: T = serde_json::from_slice(line)?;
        std::hint::black_box(&object);
        count += 1;
    }
    Ok(count)
}

/// The same objects, all of them, to be written again.
pub(crate) fn parse_list<T: for<'de> Deserialize<'de>>(
    bytes: &[u8],
) -> Result<Vec<T>, serde_json::Error> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice)
        .collect()
}
