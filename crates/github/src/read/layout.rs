//! Which file of an input holds what, by its name.

use crate::shape::Form;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Objects of one form.
    Of(Form),
    /// Objects of one form that belong to the issue of this number, or to the project or the column that the
    /// forge knows by it.
    OfIssue(Form, u64),
    /// Reactions to the comment of this id.
    OfComment(u64),
    /// One issue or pull request, perhaps with its comments and events inside.
    Whole(Form),
    /// The labels, issues and pull requests of a repository in one object.
    Archive,
    /// What a backup says of itself.
    State,
    /// The body of the request that makes one object, which gets this number.
    Request(Form, u64),
    /// Objects that tell by their keys what they are.
    ByKeys,
    /// Nothing for a reader, and no surprise either.
    Ignored,
    /// Nothing that is known.
    Unknown,
}

impl Role {
    /// The place in the order of reading: what others refer to comes first.
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::Of(form) | Self::Whole(form) | Self::Request(form, _) => match form {
                Form::Repository => 0,
                Form::User => 1,
                Form::Label => 2,
                Form::Milestone => 3,
                Form::Project => 4,
                Form::Column => 5,
                Form::Issue => 6,
                Form::Pull => 7,
                Form::Card => 8,
                Form::Comment => 9,
                Form::Event => 11,
                Form::IssueEvent => 12,
                Form::Timeline => 13,
                Form::Reaction => 14,
            },
            Self::OfIssue(form, _) => match form {
                Form::Column => 5,
                Form::Card => 8,
                Form::Comment => 10,
                Form::Timeline => 13,
                Form::Reaction => 14,
                _ => 12,
            },
            Self::Archive | Self::State | Self::ByKeys => 15,
            Self::OfComment(_) => 14,
            Self::Ignored | Self::Unknown => 16,
        }
    }
}

/// What stands in place of the number of an issue that is not known.
pub(crate) const UNKNOWN: &str = "unknown";

/// The folder of reactions to comments, a file for each comment.
const OF_COMMENTS: &str = "reactions/comments";

/// The role of a file that was named itself: its folder counts where it says to which issue a file
/// of this name belongs.
pub(super) fn role_alone(path: &str) -> Role {
    let file = path.rsplit_once('/').map_or(path, |(_, file)| file);
    let below = role(path);
    match (role(file), below) {
        (Role::Unknown, Role::OfIssue(..) | Role::OfComment(_)) => below,
        (Role::Unknown, Role::Of(Form::Timeline | Form::IssueEvent))
            if file.starts_with(UNKNOWN) =>
        {
            below
        }
        (found, _) => found,
    }
}

/// The role of a file by its path, without what its compression adds.
pub(super) fn role(path: &str) -> Role {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let upper = file.to_ascii_uppercase();
    if file.starts_with('.')
        || upper.starts_with("README")
        || upper.starts_with("LICENSE")
        || matches!(file, "losses.ndjson" | "mapping.toml")
    {
        return Role::Ignored;
    }
    let Some(stem) = [".ndjson", ".jsonl", ".json"]
        .iter()
        .find_map(|end| file.strip_suffix(end))
    else {
        return Role::Unknown;
    };
    if let Some(form) = form(unpaged(stem)) {
        return Role::Of(form);
    }
    match file {
        "archive.json" => return Role::Archive,
        "state.json" => return Role::State,
        _ => {}
    }
    if (folder == OF_COMMENTS || folder.ends_with(&format!("/{OF_COMMENTS}")))
        && let Ok(id) = unpaged(stem).parse::<u64>()
    {
        return Role::OfComment(id);
    }
    let parent = folder.rsplit_once('/').map_or(folder, |(_, last)| last);
    match (form(parent), unpaged(stem).parse::<u64>()) {
        (Some(form @ (Form::Issue | Form::Pull)), Ok(_)) => Role::Whole(form),
        (Some(Form::Event), Ok(number)) => Role::OfIssue(Form::IssueEvent, number),
        (
            Some(
                form
                @ (Form::Timeline | Form::Comment | Form::Reaction | Form::Column | Form::Card),
            ),
            Ok(number),
        ) => Role::OfIssue(form, number),
        (Some(Form::Event), Err(_)) if unpaged(stem) == UNKNOWN => Role::Of(Form::IssueEvent),
        (Some(form), _) => Role::Of(form),
        (None, _) => Role::Unknown,
    }
}

/// The name without the number of a page: `issues.1`, `issues-0001`.
fn unpaged(stem: &str) -> &str {
    match stem.rsplit_once(['.', '-']) {
        Some((name, page)) if !page.is_empty() && page.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => stem,
    }
}

fn form(stem: &str) -> Option<Form> {
    Some(match stem {
        "repository" | "repo" | "repositories" => Form::Repository,
        "users" | "assignees" => Form::User,
        "labels" => Form::Label,
        "milestones" => Form::Milestone,
        "issues" => Form::Issue,
        "pulls" => Form::Pull,
        "comments" => Form::Comment,
        "events" => Form::Event,
        "timeline" | "timelines" => Form::Timeline,
        "reactions" => Form::Reaction,
        "projects" => Form::Project,
        "columns" => Form::Column,
        "cards" => Form::Card,
        _ => return None,
    })
}

/// What an object is, by its keys.
pub(super) fn by_keys(has: impl Fn(&str) -> bool, event: &str) -> Option<Form> {
    Some(
        if has("event")
            && (has("actor") || has("created_at") || has("sha") || has("user") || has("comments"))
        {
            match event {
                _ if has("issue") => Form::Event,
                "commented" | "cross-referenced" | "committed" | "reviewed" | "line-commented"
                | "commit-commented" => Form::Timeline,
                _ if !has("id") => Form::Timeline,
                _ => Form::IssueEvent,
            }
        } else if has("number") && (has("head") || has("merge_commit_sha") || has("commits_url")) {
            Form::Pull
        } else if has("columns_url") {
            Form::Project
        } else if has("cards_url") {
            Form::Column
        } else if has("column_url") || has("note") {
            Form::Card
        } else if has("labels_url") && has("title") && has("creator") || has("due_on") {
            Form::Milestone
        } else if has("number") && has("title") {
            Form::Issue
        } else if has("diff_hunk") || has("pull_request_review_id") || has("submitted_at") {
            // Reviews and their comments are no comments of issues.
            return None;
        } else if has("issue_url") || has("body") && has("user") {
            Form::Comment
        } else if has("content") && has("user") {
            Form::Reaction
        } else if has("is_enabled") {
            // The type of an issue, which has a name and a color too.
            return None;
        } else if has("color") && has("name") {
            Form::Label
        } else if has("full_name") {
            Form::Repository
        } else if has("login") {
            Form::User
        } else {
            return None;
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_holds() {
        for (path, expected) in [
            ("issues.ndjson", Role::Of(Form::Issue)),
            ("export/issues.12.json", Role::Of(Form::Issue)),
            ("issues-0001.json", Role::Of(Form::Issue)),
            ("whatsapi/issues/1.json", Role::Whole(Form::Issue)),
            ("repositories/hello/pulls/7.json", Role::Whole(Form::Pull)),
            ("events/7.ndjson", Role::OfIssue(Form::IssueEvent, 7)),
            ("timeline/7.json", Role::OfIssue(Form::Timeline, 7)),
            ("columns/9.ndjson", Role::OfIssue(Form::Column, 9)),
            ("cards/8.json", Role::OfIssue(Form::Card, 8)),
            ("projects.ndjson", Role::Of(Form::Project)),
            ("reactions/7.ndjson", Role::OfIssue(Form::Reaction, 7)),
            ("out/reactions/comments/7.ndjson", Role::OfComment(7)),
            ("timeline/unknown.ndjson", Role::Of(Form::Timeline)),
            ("events/unknown.json", Role::Of(Form::IssueEvent)),
            ("labels/labels.json", Role::Of(Form::Label)),
            ("milestones/3.json", Role::Of(Form::Milestone)),
            ("repository.json", Role::Of(Form::Repository)),
            ("assignees.json", Role::Of(Form::User)),
            ("gh-pages/archive.json", Role::Archive),
            ("gui/state.json", Role::State),
            ("README.md", Role::Ignored),
            ("losses.ndjson", Role::Ignored),
            ("mapping.toml", Role::Ignored),
            ("notes.txt", Role::Unknown),
            ("schema.json", Role::Unknown),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }

    #[test]
    fn a_file_alone_is_known_by_its_folder_where_that_names_an_issue() {
        for (path, expected) in [
            ("/a/timeline/3.ndjson", Role::OfIssue(Form::Timeline, 3)),
            ("a/events/3.json", Role::OfIssue(Form::IssueEvent, 3)),
            ("comments/3.json", Role::OfIssue(Form::Comment, 3)),
            ("reactions/3.jsonl", Role::OfIssue(Form::Reaction, 3)),
            ("timeline/unknown.ndjson", Role::Of(Form::Timeline)),
            ("events/unknown.ndjson", Role::Of(Form::IssueEvent)),
            ("comments/issues.ndjson", Role::Of(Form::Issue)),
            ("comments/anything.json", Role::Unknown),
            ("issues/3.json", Role::Unknown),
            ("3.json", Role::Unknown),
        ] {
            assert_eq!(role_alone(path), expected, "{path}");
        }
    }
}
