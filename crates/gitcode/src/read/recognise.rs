//! What an object is, by its keys, and what GitCode has that is not kept.

use backlot_forge::slots::entry;

use super::object::Object;
use crate::shape::Form;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An object of a form.
    Of(Form),
    /// Something else of GitCode's, which is not kept.
    Other(&'static str),
    /// Nothing that is known.
    Unknown,
}

/// What an object is, by its keys; `get` gives the value of a key, empty where there is none.
pub(super) fn by_keys<'t>(get: impl Fn(&str) -> &'t str) -> Found {
    let has = |key: &str| !get(key).is_empty();
    if let Some(other) = other(&get) {
        return Found::Other(other);
    }
    let form = if has("object_attributes") {
        match get("object_kind") {
            "\"issue\"" => Form::IssueHook,
            "\"note\"" => Form::NoteHook,
            _ => return Found::Unknown,
        }
    } else if has("content") && has("action_type") {
        Form::OperateLog
    } else if has("content") && has("created") && has("deleted") {
        Form::ModifyHistory
    } else if has("emoji_name") || has("emoji") {
        Form::Reaction
    } else if has("title")
        && (has("due_on") || has("open_issues") || get("url").contains("/milestones/"))
    {
        Form::Milestone
    } else if has("number") && has("title") {
        Form::Issue
    } else if has("target") || has("id") && has("body") && !has("title") {
        Form::Comment
    } else if has("color") && has("name") {
        Form::Label
    } else if has("full_name") {
        Form::Repository
    } else if has("login") || has("username") {
        Form::User
    } else {
        return Found::Unknown;
    };
    Found::Of(form)
}

/// Something of GitCode's that is not kept.
fn other<'t>(get: &impl Fn(&str) -> &'t str) -> Option<&'static str> {
    let has = |key: &str| !get(key).is_empty();
    let all = |keys: &[&str]| keys.iter().all(|key| has(key));
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let hook = get("object_kind");
    let is_request = ["html_url", "web_url", "url"]
        .iter()
        .any(|key| get(key).contains("/merge_requests/"))
        || any(&["source_branch", "merge_request_type"])
        || all(&["head", "base"]);
    Some(match hook {
        "\"merge_request\"" => "a pull request",
        "\"push\"" | "\"tag_push\"" => "a push",
        "\"note\"" => match entry(get("object_attributes"), "noteable_type") {
            Some("\"Issue\"") => return None,
            _ => "a comment on a pull request",
        },
        "\"issue\"" => return None,
        _ if any(&["diffs", "diff_refs", "new_path"]) || all(&["sha", "filename"]) => "a diff",
        _ if all(&["merged", "sha"]) => "the merging of a pull request",
        _ if has("merge_request_id") => "what was done to a pull request",
        _ if is_request && !has("content") => "a pull request",
        _ if is_comment_on_request(get) => "a comment on a pull request",
        _ if any(&["commits", "merge_base_commit"]) => "a comparison of commits",
        _ if all(&["sha", "commit"]) => "a commit",
        _ if all(&["commit", "protected"]) => "a branch",
        _ if any(&["role_info", "resource_trees"]) => "what a member may do",
        _ if has("contributions") => "what somebody contributed",
        _ if all(&["encoding", "content"]) => "a file",
        _ => return None,
    })
}

/// Whether a comment is one on a pull request. Answers that say little give those of issues a number and
/// those of pull requests a string.
fn is_comment_on_request<'t>(get: &impl Fn(&str) -> &'t str) -> bool {
    let has = |key: &str| !get(key).is_empty();
    let of_request = ["\"pr_comment\"", "\"diff_comment\"", "\"DiffNote\""];
    has("body")
        && (of_request.contains(&get("comment_type"))
            || has("note_id")
            || get("id").starts_with('"') && !has("target") && !has("comment_type"))
}

/// Why an object cannot be of the form that it is taken for, if it plainly is something else.
pub(super) fn not_of_form(form: Form, object: &Object<'_>) -> Option<String> {
    let has = |key: &str| !object.get(key).is_empty();
    let found = match by_keys(|key| object.get(key)) {
        Found::Other(other) => return Some(not_kept(other)),
        Found::Of(found) if found != form => found,
        _ => return None,
    };
    // One that merely lacks much is no mismatch.
    let lacks = match form {
        Form::Issue if found == Form::Milestone => !has("user") && !has("html_url"),
        Form::Issue => !has("number"),
        Form::Comment => !has("body") && !has("target") || has("number"),
        Form::Label => !has("name") || has("login"),
        Form::Milestone => has("user") || has("color"),
        Form::User => !(has("login") || has("username")),
        Form::OperateLog => !has("action_type") && !has("content"),
        Form::Reaction => !(has("emoji_name") || has("emoji")),
        Form::ModifyHistory => !has("content") && !has("created"),
        _ => true,
    };
    lacks.then(|| format!("this is {}, not {}", called(found), called(form)))
}

/// What is said of something that is not kept.
pub(super) fn not_kept(other: &str) -> String {
    format!("{other} of GitCode is not kept")
}

/// What an object of a form is called.
const fn called(form: Form) -> &'static str {
    match form {
        Form::Repository => "a repository",
        Form::User => "a user",
        Form::Label => "a label",
        Form::Milestone => "a milestone",
        Form::Issue => "an issue",
        Form::Comment => "a comment",
        Form::OperateLog | Form::LogPart => "an operate log",
        Form::Reaction => "a reaction",
        Form::ModifyHistory => "an earlier text",
        Form::IssueHook | Form::NoteHook => "what a webhook tells",
    }
}
