//! Which file of an input holds what, by its name.

use crate::shape::Form;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Objects of one form.
    Of(Form),
    /// Objects of one form that belong to the issue of this number.
    OfIssue(Form, u64),
    /// Objects of one form that belong to the comment of this id.
    OfComment(Form, u64),
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
            Self::Of(form) | Self::OfIssue(form, _) | Self::OfComment(form, _) => match form {
                Form::Repository => 0,
                Form::User => 1,
                Form::Label => 2,
                Form::Milestone => 3,
                Form::Issue => 4,
                Form::Comment => 5,
                Form::OperateLog | Form::LogPart => 6,
                Form::ModifyHistory => 7,
                Form::Reaction => 8,
                Form::IssueHook => 9,
                Form::NoteHook => 10,
            },
            Self::ByKeys | Self::Ignored | Self::Unknown => 11,
        }
    }

    /// The issue or the comment of a file that belongs to one, so that such files are read in their order.
    pub(super) const fn numbered(self) -> u64 {
        match self {
            Self::OfIssue(_, number) | Self::OfComment(_, number) => number,
            _ => 0,
        }
    }
}

/// What stands in place of the number of an issue that is not known.
const UNKNOWN: &str = "unknown";

/// The role of a file that was named itself: its folder counts where it says to which issue a file of this
/// name belongs.
pub(super) fn role_alone(path: &str) -> Role {
    let file = path.rsplit_once('/').map_or(path, |(_, file)| file);
    let below = role(path);
    match (role(file), below) {
        (Role::Unknown, Role::OfIssue(..) | Role::OfComment(..)) => below,
        (Role::Unknown, Role::Of(_)) if file.starts_with(UNKNOWN) => below,
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
    let ends = [".ndjson", ".jsonl", ".json"];
    let Some(stem) = ends.iter().find_map(|end| file.strip_suffix(end)) else {
        return Role::Unknown;
    };
    let stem = unpaged(stem);
    if let Some(form) = form(stem) {
        return Role::Of(form);
    }
    let mut folders = folder.rsplit('/');
    let (parent, above) = (folders.next().unwrap_or(""), folders.next().unwrap_or(""));
    // What was sent to one address may tell of issues and of comments.
    if [stem, parent]
        .iter()
        .any(|name| matches!(*name, "webhooks" | "hooks"))
    {
        return Role::ByKeys;
    }
    match (form(parent), form(above), stem.parse::<u64>()) {
        (Some(Form::Comment), Some(form @ (Form::Reaction | Form::ModifyHistory)), Ok(comment)) => {
            Role::OfComment(form, comment)
        }
        (
            Some(form @ (Form::Comment | Form::OperateLog | Form::Reaction | Form::ModifyHistory)),
            _,
            Ok(number),
        ) => Role::OfIssue(form, number),
        (Some(form), ..) => Role::Of(form),
        (None, ..) => Role::Unknown,
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
        "users" | "members" | "assignees" | "collaborators" => Form::User,
        "labels" => Form::Label,
        "milestones" => Form::Milestone,
        "issues" => Form::Issue,
        "comments" => Form::Comment,
        "operate_logs" => Form::OperateLog,
        "reactions" | "user_reactions" => Form::Reaction,
        "modify_history" => Form::ModifyHistory,
        "issue_hooks" => Form::IssueHook,
        "note_hooks" => Form::NoteHook,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_holds() {
        for (path, expected) in [
            ("issues.ndjson", Role::Of(Form::Issue)),
            ("export/issues.12.json", Role::Of(Form::Issue)),
            ("members.json", Role::Of(Form::User)),
            ("operate_logs/7.ndjson", Role::OfIssue(Form::OperateLog, 7)),
            ("operate_logs/7.2.json", Role::OfIssue(Form::OperateLog, 7)),
            ("comments/7.json", Role::OfIssue(Form::Comment, 7)),
            ("user_reactions/7.ndjson", Role::OfIssue(Form::Reaction, 7)),
            (
                "a/reactions/comments/7.ndjson",
                Role::OfComment(Form::Reaction, 7),
            ),
            (
                "modify_history/7.json",
                Role::OfIssue(Form::ModifyHistory, 7),
            ),
            (
                "modify_history/comments/7.json",
                Role::OfComment(Form::ModifyHistory, 7),
            ),
            ("operate_logs/unknown.ndjson", Role::Of(Form::OperateLog)),
            ("labels/labels.json", Role::Of(Form::Label)),
            ("webhooks.ndjson", Role::ByKeys),
            ("webhooks/2026-01-02.json", Role::ByKeys),
            ("README.md", Role::Ignored),
            ("losses.ndjson", Role::Ignored),
            ("mapping.toml", Role::Ignored),
            ("pulls.json", Role::Unknown),
            ("notes.txt", Role::Unknown),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }

    #[test]
    fn a_file_alone_is_known_by_its_folder_where_that_names_an_issue() {
        for (path, expected) in [
            ("/a/comments/3.ndjson", Role::OfIssue(Form::Comment, 3)),
            ("operate_logs/unknown.json", Role::Of(Form::OperateLog)),
            ("comments/issues.ndjson", Role::Of(Form::Issue)),
            ("comments/anything.json", Role::Unknown),
            ("issues/3.json", Role::Unknown),
        ] {
            assert_eq!(role_alone(path), expected, "{path}");
        }
    }
}
