//! The tables of fates, kind by kind.

use backlot_model::{Field, RecordKind};

use super::Fate::{Altered, Dropped, Held};
use super::{BOARDS, Fate, NO_WORDS, Row};

const SENDER: Fate = Altered("everything is by the account that sends it");
const NOW: Fate = Altered("everything is created, closed and changed when it is sent");
const COUNTED: Fate = Altered("GitCode numbers milestones in the order in which they are made");
const DAY: Fate = Altered("GitCode keeps the day and no time of it");
const NO_LOCK: Fate = Dropped("GitCode has no locks");
const NO_ASSOCIATION: Fate = Dropped("GitCode does not say what the author is to the repository");
const NO_PULL: Fate =
    Dropped("a pull request needs its branches; without them it comes as an issue");
const NO_LINK: Fate = Dropped("GitCode has no such link between issues");
const NO_COUNTS: Fate = Dropped("GitCode lists reactions one by one and gives no counts");
const NO_PIN: Fate = Dropped("GitCode's objects do not say what is pinned");
const NO_SWITCH: Fate = Dropped("GitCode's objects do not say what is switched off");
const NO_OWNER: Fate =
    Dropped("GitCode's object says whom the repository belongs to by its path alone");
const NO_REACTION: Fate = Dropped("reactions can be read only");
const NO_LOG: Fate = Dropped("no request makes an operate log");
const NO_USER: Fate = Dropped("no request makes a user");
const NO_REPOSITORY: Fate = Dropped("no request makes the repository");
const BOARD: Fate = Dropped(BOARDS);
const WORDLESS: Fate = Dropped(NO_WORDS);

const fn row(
    field: Field,
    gitcode: &'static str,
    elsewhere: &'static str,
    object: Fate,
    sent: Fate,
) -> Row {
    Row {
        field,
        gitcode,
        elsewhere,
        object,
        sent,
    }
}

/// The fields that records of a kind can have.
pub(super) const fn rows(kind: RecordKind) -> &'static [Row] {
    match kind {
        RecordKind::Repository => REPOSITORY,
        RecordKind::User => USER,
        RecordKind::Label => LABEL,
        RecordKind::Milestone => MILESTONE,
        RecordKind::Issue => ISSUE,
        RecordKind::Comment => COMMENT,
        RecordKind::HistoryEvent => EVENT,
        RecordKind::Reaction => REACTION,
        RecordKind::Project => PROJECT,
        RecordKind::Column => COLUMN,
        RecordKind::Card => CARD,
        _ => &[],
    }
}

/// Whose repository a record is in stands in addresses.
const HOME: Row = row(Field::Repository, "address", "address", Held, Held);
/// What is gone does not go out at all.
const GONE: Row = row(Field::Deleted, "not there", "not there", Held, Held);
const UNDONE: Row = row(Field::Absent, "not there", "not there", Held, Held);

const REPOSITORY: &[Row] = &[
    row(Field::Name, "full_name", "full_name", Held, Held),
    row(Field::Host, "address", "address", Held, Held),
    row(Field::ForeignName, "full_name", "full_name", Held, Held),
    row(Field::SeparateNumbers, "always", "never", Held, Held),
    row(
        Field::Description,
        "description",
        "description",
        Held,
        NO_REPOSITORY,
    ),
    row(Field::CreatedAt, "created_at", "created_at", Held, NOW),
    row(Field::UpdatedAt, "updated_at", "updated_at", Held, NOW),
    row(Field::Private, "private", "private", Held, NO_REPOSITORY),
    row(
        Field::Archived,
        "",
        "archived",
        Dropped("GitCode's object does not say that a repository is archived"),
        NO_REPOSITORY,
    ),
    row(Field::Owner, "", "owner", NO_OWNER, NO_REPOSITORY),
    row(
        Field::IssuesDisabled,
        "",
        "has_issues",
        NO_SWITCH,
        NO_REPOSITORY,
    ),
    row(
        Field::ProjectsDisabled,
        "",
        "has_projects",
        NO_SWITCH,
        NO_REPOSITORY,
    ),
    GONE,
    UNDONE,
];

const USER: &[Row] = &[
    row(Field::Name, "login", "login", Held, NO_USER),
    row(Field::Host, "address", "address", Held, NO_USER),
    row(
        Field::UserKind,
        "",
        "type",
        Dropped("GitCode calls everybody inside other objects alike"),
        NO_USER,
    ),
    row(
        Field::CreatedAt,
        "",
        "created_at",
        Dropped("GitCode does not say when somebody came"),
        NO_USER,
    ),
    row(
        Field::UpdatedAt,
        "",
        "updated_at",
        Dropped("GitCode does not say when somebody changed"),
        NO_USER,
    ),
    GONE,
    UNDONE,
];

const LABEL: &[Row] = &[
    HOME,
    row(Field::Name, "name", "name", Held, Held),
    row(Field::Color, "color", "color", Held, Held),
    row(Field::Description, "description", "description", Held, Held),
    row(
        Field::Default,
        "",
        "default",
        Dropped("GitCode does not say which labels it made itself"),
        Dropped("GitCode does not say which labels it made itself"),
    ),
    row(Field::CreatedAt, "created_at", "", Held, NOW),
    row(Field::UpdatedAt, "updated_at", "", Held, NOW),
    GONE,
    UNDONE,
];

const MILESTONE: &[Row] = &[
    HOME,
    row(Field::Number, "end of url", "number", Held, COUNTED),
    row(Field::Title, "title", "title", Held, Held),
    row(Field::Description, "description", "description", Held, Held),
    row(
        Field::State,
        "state",
        "state",
        Held,
        Altered("GitCode's milestones are active or closed"),
    ),
    row(
        Field::Author,
        "",
        "creator",
        Dropped("GitCode does not say who made a milestone"),
        Dropped("GitCode does not say who made a milestone"),
    ),
    row(Field::CreatedAt, "created_at", "created_at", Held, NOW),
    row(Field::UpdatedAt, "updated_at", "updated_at", Held, NOW),
    row(
        Field::ClosedAt,
        "",
        "closed_at",
        Dropped("GitCode does not say when a milestone was closed"),
        Dropped("GitCode does not say when a milestone was closed"),
    ),
    row(Field::DueOn, "due_on", "due_on", DAY, DAY),
    GONE,
    UNDONE,
];

const ISSUE: &[Row] = &[
    HOME,
    row(Field::Number, "number", "number", Held, Held),
    row(Field::Title, "title", "title", Held, Held),
    row(Field::Body, "body", "body", Held, Held),
    row(
        Field::State,
        "state",
        "state",
        Held,
        Altered("an issue is open or closed"),
    ),
    row(
        Field::StateReason,
        "",
        "state_reason",
        Dropped("GitCode has no reason for a state"),
        Dropped("GitCode has no reason for a state"),
    ),
    row(Field::Author, "user", "user", Held, SENDER),
    row(
        Field::Assignees,
        "assignee, assignees",
        "assignee, assignees",
        Held,
        Held,
    ),
    row(Field::Labels, "labels", "labels", Held, Held),
    row(Field::Milestone, "milestone", "milestone", Held, Held),
    row(Field::CreatedAt, "created_at", "created_at", Held, NOW),
    row(Field::UpdatedAt, "updated_at", "updated_at", Held, NOW),
    row(Field::ClosedAt, "finished_at", "closed_at", Held, NOW),
    row(
        Field::ClosedBy,
        "",
        "closed_by",
        Dropped("GitCode does not say who closed an issue"),
        Dropped("GitCode does not say who closed an issue"),
    ),
    row(Field::Locked, "", "locked", NO_LOCK, NO_LOCK),
    row(
        Field::LockReason,
        "",
        "active_lock_reason",
        NO_LOCK,
        NO_LOCK,
    ),
    row(
        Field::AuthorAssociation,
        "",
        "author_association",
        NO_ASSOCIATION,
        NO_ASSOCIATION,
    ),
    row(Field::IssueType, "issue_type", "type", Held, Held),
    row(Field::CommentCount, "comments", "comments", Held, Held),
    row(Field::Reactions, "", "reactions", NO_COUNTS, NO_REACTION),
    row(Field::Draft, "", "draft", NO_PULL, NO_PULL),
    row(Field::PullRequest, "", "pull_request", NO_PULL, NO_PULL),
    row(Field::MergedAt, "", "merged_at", NO_PULL, NO_PULL),
    row(Field::SubIssues, "", "sub_issues", NO_LINK, NO_LINK),
    row(Field::ParentIssue, "", "parent_issue_url", NO_LINK, NO_LINK),
    row(
        Field::BlockedBy,
        "",
        "issue_dependencies_summary",
        NO_LINK,
        NO_LINK,
    ),
    row(
        Field::Blocking,
        "",
        "issue_dependencies_summary",
        NO_LINK,
        NO_LINK,
    ),
    row(Field::DuplicateOf, "", "duplicate_of", NO_LINK, NO_LINK),
    row(Field::Pinned, "", "pinned", NO_PIN, NO_PIN),
    GONE,
    UNDONE,
];

const COMMENT: &[Row] = &[
    HOME,
    row(
        Field::Parent,
        "target.issue.number",
        "issue_url",
        Held,
        Held,
    ),
    row(Field::Body, "body", "body", Held, Held),
    row(Field::Author, "user", "user", Held, SENDER),
    row(Field::CreatedAt, "created_at", "created_at", Held, NOW),
    row(Field::UpdatedAt, "updated_at", "updated_at", Held, NOW),
    row(
        Field::AuthorAssociation,
        "",
        "author_association",
        NO_ASSOCIATION,
        NO_ASSOCIATION,
    ),
    row(Field::Reactions, "", "reactions", NO_COUNTS, NO_REACTION),
    row(Field::Pinned, "", "pin", NO_PIN, NO_PIN),
    row(
        Field::MinimizedReason,
        "",
        "minimized",
        Dropped("GitCode hides no comments"),
        Dropped("GitCode hides no comments"),
    ),
    // Of a comment that a timeline tells of.
    row(Field::Event, "", "event", WORDLESS, NO_LOG),
    row(Field::Name, "", "actor.login", WORDLESS, NO_LOG),
    GONE,
    UNDONE,
];

const EVENT: &[Row] = &[
    HOME,
    row(Field::Parent, "issue_id", "issue_url", Held, NO_LOG),
    row(Field::Event, "action_type, content", "event", Held, NO_LOG),
    row(Field::Author, "user", "actor", Held, NO_LOG),
    row(Field::Name, "user.login", "actor.login", Held, NO_LOG),
    row(Field::CreatedAt, "created_at", "created_at", Held, NO_LOG),
    row(Field::UpdatedAt, "update_at", "updated_at", Held, NO_LOG),
    row(
        Field::Subject,
        "content",
        "label.name, milestone.title",
        Held,
        NO_LOG,
    ),
    row(Field::From, "content", "rename.from", Held, NO_LOG),
    row(Field::To, "content", "rename.to", Held, NO_LOG),
    row(Field::Body, "", "body", WORDLESS, NO_LOG),
    row(Field::State, "", "state", WORDLESS, NO_LOG),
    row(Field::StateReason, "", "state_reason", WORDLESS, NO_LOG),
    row(Field::LockReason, "", "lock_reason", WORDLESS, NO_LOG),
    row(
        Field::AuthorAssociation,
        "",
        "author_association",
        WORDLESS,
        NO_LOG,
    ),
    row(Field::Person, "", "assignee", WORDLESS, NO_LOG),
    row(Field::Container, "", "project_card", WORDLESS, NO_LOG),
    row(Field::Source, "", "source.issue", WORDLESS, NO_LOG),
    row(Field::Issue, "", "sub_issue", WORDLESS, NO_LOG),
    row(Field::ClosedAt, "", "closed_at", WORDLESS, NO_LOG),
    row(Field::Reactions, "", "reactions", WORDLESS, NO_LOG),
    GONE,
    UNDONE,
];

const REACTION: &[Row] = &[
    HOME,
    row(Field::Parent, "file", "file", Held, NO_REACTION),
    row(
        Field::Content,
        "emoji, emoji_name",
        "content",
        Held,
        NO_REACTION,
    ),
    row(Field::Author, "user", "user", Held, NO_REACTION),
    row(
        Field::CreatedAt,
        "",
        "created_at",
        Dropped("GitCode does not say when somebody reacted"),
        NO_REACTION,
    ),
    GONE,
    UNDONE,
];

const PROJECT: &[Row] = &[
    HOME,
    row(Field::Number, "", "number", BOARD, BOARD),
    row(Field::Name, "", "name", BOARD, BOARD),
    row(Field::Body, "", "body", BOARD, BOARD),
    row(Field::State, "", "state", BOARD, BOARD),
    row(Field::Author, "", "creator", BOARD, BOARD),
    row(Field::Owner, "", "owner_url", BOARD, BOARD),
    row(
        Field::Permission,
        "",
        "organization_permission",
        BOARD,
        BOARD,
    ),
    row(Field::Private, "", "private", BOARD, BOARD),
    row(Field::CreatedAt, "", "created_at", BOARD, BOARD),
    row(Field::UpdatedAt, "", "updated_at", BOARD, BOARD),
    GONE,
    UNDONE,
];

const COLUMN: &[Row] = &[
    HOME,
    row(Field::Name, "", "name", BOARD, BOARD),
    row(Field::Container, "", "project_url", BOARD, BOARD),
    row(Field::ForeignContainer, "", "project_url", BOARD, BOARD),
    row(Field::Rank, "", "order of the list", BOARD, BOARD),
    row(Field::CreatedAt, "", "created_at", BOARD, BOARD),
    row(Field::UpdatedAt, "", "updated_at", BOARD, BOARD),
    GONE,
    UNDONE,
];

const CARD: &[Row] = &[
    HOME,
    row(Field::Body, "", "note", BOARD, BOARD),
    row(Field::Issue, "", "content_url", BOARD, BOARD),
    row(Field::Subject, "", "content_url", BOARD, BOARD),
    row(Field::Archived, "", "archived", BOARD, BOARD),
    row(Field::Container, "", "column_url", BOARD, BOARD),
    row(Field::ForeignContainer, "", "column_url", BOARD, BOARD),
    row(Field::Rank, "", "order of the list", BOARD, BOARD),
    row(Field::Author, "", "creator", BOARD, BOARD),
    row(Field::CreatedAt, "", "created_at", BOARD, BOARD),
    row(Field::UpdatedAt, "", "updated_at", BOARD, BOARD),
    GONE,
    UNDONE,
];
