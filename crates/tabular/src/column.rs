//! The columns that a table of issues can have.

use std::fmt;
use std::str::FromStr;

/// A column of a table of issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Column {
    /// The number of the issue.
    Number,
    /// The title.
    Title,
    /// `open` or `closed`.
    State,
    /// Why it is in that state, such as `completed`.
    Reason,
    /// The names of the labels, as a list.
    Labels,
    /// The logins of the assignees, as a list.
    Assignees,
    /// The title of the milestone.
    Milestone,
    /// The login of the author.
    Author,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// When it was closed.
    ClosedAt,
    /// The body, in Markdown.
    Body,
    /// The comments, as a JSON array.
    Comments,
    /// The ULID by which the issue is known again when the table comes back.
    Id,
}

/// A text that names no known column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no column is called so")]
pub struct UnknownColumn;

impl Column {
    /// Every column, in the order in which tables are written.
    pub const ALL: &'static [Self] = &[
        Self::Number,
        Self::Title,
        Self::State,
        Self::Reason,
        Self::Labels,
        Self::Assignees,
        Self::Milestone,
        Self::Author,
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::ClosedAt,
        Self::Body,
        Self::Comments,
        Self::Id,
    ];

    /// The name in the head of tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Title => "title",
            Self::State => "state",
            Self::Reason => "reason",
            Self::Labels => "labels",
            Self::Assignees => "assignees",
            Self::Milestone => "milestone",
            Self::Author => "author",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::ClosedAt => "closed_at",
            Self::Body => "body",
            Self::Comments => "comments",
            Self::Id => "id",
        }
    }

    /// The names by which other trackers and spreadsheets call the column, in small letters without spaces,
    /// dots and underscores. GitLab: `Issue ID` (its number), `Description`, `Author Username`,
    /// `Created At (UTC)`. Jira: `Summary`, `Status`, `Reporter`, `Created`, `Resolved`.
    const fn others(self) -> &'static [&'static str] {
        match self {
            Self::Number => &["no", "#", "issue", "issueid", "iid", "issuenumber"],
            Self::Title => &["summary", "subject", "name"],
            Self::State => &["status"],
            Self::Reason => &["statereason", "resolution", "closereason"],
            Self::Labels => &["label", "tags"],
            Self::Assignees => &["assignee", "assigneeusername", "assignedto"],
            Self::Milestone => &["milestonetitle", "fixversion/s", "fixversions"],
            Self::Author => &["authorusername", "reporter", "creator", "createdby"],
            Self::CreatedAt => &["created", "createdat(utc)"],
            Self::UpdatedAt => &["updated", "updatedat(utc)"],
            Self::ClosedAt => &["closed", "closedat(utc)", "resolved"],
            Self::Body => &["description", "text"],
            Self::Comments | Self::Id => &[],
        }
    }

    /// The column that a head means, however it is spelled.
    pub(crate) fn of_head(head: &str) -> Option<Self> {
        let plain = |text: &str| {
            let kept = text
                .chars()
                .filter(|sign| !sign.is_whitespace() && !matches!(sign, '_' | '-' | '.'));
            kept.collect::<String>().to_lowercase()
        };
        let head = plain(head);
        let known = |column: &&Self| {
            plain(column.name()) == head || column.others().contains(&head.as_str())
        };
        Self::ALL.iter().find(known).copied()
    }
}

impl FromStr for Column {
    type Err = UnknownColumn;

    fn from_str(text: &str) -> Result<Self, UnknownColumn> {
        let named = Self::ALL.iter().find(|column| column.name() == text);
        named.copied().ok_or(UnknownColumn)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_other_trackers_are_understood() {
        for (head, column) in [
            ("number", Some(Column::Number)),
            ("Issue ID", Some(Column::Number)),
            ("Created At (UTC)", Some(Column::CreatedAt)),
            ("Author Username", Some(Column::Author)),
            ("Summary", Some(Column::Title)),
            ("created_at", Some(Column::CreatedAt)),
            ("Fix Version/s", Some(Column::Milestone)),
            ("Story Points", None),
        ] {
            assert_eq!(Column::of_head(head), column, "{head}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for column in Column::ALL {
            assert_eq!(column.name().parse(), Ok(*column));
            assert_eq!(Column::of_head(column.name()), Some(*column));
        }
    }
}
