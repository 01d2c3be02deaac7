//! Tables of keys, and by what rule the value of each is derived.

use backlot_forge::table::{self, Inside};
use backlot_model::Field;

use super::form::Form;

/// By what rule the value of a key is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The short text, word or body of a field; null when there is none.
    Text(Field),
    /// The moment of a field, as `YYYY-MM-DDTHH:MM:SSZ`; null when there is none.
    Time(Field),
    /// The number of a field.
    Number(Field),
    /// The flag of a field.
    Flag(Field),
    /// The forge's own number of the object.
    Id,
    /// A text with the capitals A (API address), H (page address), R (owner/name), N (number),
    /// I (id), L (name, encoded for a URL) and S (subject) in it replaced.
    Url(&'static str),
    /// Always this JSON.
    Const(&'static str),
    /// An old style node id of this type; of the event's type when empty.
    OldNode(&'static str),
    /// A new style node id, or an old one of another number: prefix and numbers are kept.
    OtherNode,
    /// A user that a field names.
    User(Field),
    /// A milestone that a field names.
    Milestone(Field),
    /// A user that no field names.
    Person,
    /// The users of `assignees`.
    Users(Field),
    /// The first of the users of `assignees`; null when there is none.
    FirstAssignee,
    /// The one user of an object that is too old to have `assignees`.
    OnlyAssignee,
    /// The labels.
    Labels(Field),
    /// The type of an issue, of which only the name is known: just for one that was set here.
    IssueType,
    /// The counts of reactions.
    Reactions,
    /// How many sub-issues an issue has and how many are completed; derived where there is none.
    SubIssues,
    /// How many issues an issue waits for and how many wait for it; derived where there is none.
    Dependencies,
    /// The address of the issue that an issue is a sub-issue of: kept as it came, until it is edited here.
    ParentUrl,
    /// The comment that is pinned to an issue: kept as it came, until one is pinned or unpinned here.
    PinnedComment,
    /// When a comment was pinned and by whom; null when it is not.
    Pin,
    /// Why a comment is minimised; null when it is not.
    Minimized,
    /// How many issues of a milestone are open: kept as it came, and counted for one that was made here.
    OpenIssues,
    /// The same for those that are closed.
    ClosedIssues,
    /// What an issue says about the pull request that it is.
    PullRequest,
    /// The same for 2015, without `merged_at`.
    OldPullRequest,
    /// The URL of the project that a column is on, or of the column that a card is in: kept as it came,
    /// until the record stands elsewhere.
    Container,
    /// The same, for the project that a card is on.
    Board,
    /// The URL of the issue that a card shows: kept as it came, until it shows another one.
    Content,
    /// Not derived: kept as it came.
    Keep,
    /// Not derived: kept once for all objects that have the same.
    Share,
}

/// A bit for a field.
pub(crate) const fn bit(field: Field) -> u64 {
    1 << (field.tag() & 63)
}

/// The fields whose edit changes what the rule gives, a bit for each.
pub(crate) const fn depends(rule: Rule) -> u64 {
    match rule {
        Rule::Text(field)
        | Rule::Time(field)
        | Rule::Number(field)
        | Rule::Flag(field)
        | Rule::User(field)
        | Rule::Milestone(field)
        | Rule::Users(field)
        | Rule::Labels(field) => bit(field),
        Rule::FirstAssignee | Rule::OnlyAssignee => bit(Field::Assignees),
        Rule::IssueType => bit(Field::IssueType),
        Rule::Container | Rule::Board => bit(Field::Container),
        Rule::Content => bit(Field::Issue),
        Rule::Reactions => bit(Field::Reactions),
        Rule::SubIssues => bit(Field::SubIssues),
        Rule::Dependencies => bit(Field::BlockedBy) | bit(Field::Blocking),
        Rule::ParentUrl => bit(Field::ParentIssue),
        Rule::Pin => bit(Field::Pinned),
        Rule::Minimized => bit(Field::MinimizedReason),
        Rule::PullRequest => bit(Field::MergedAt),
        Rule::Url(template) => {
            let bytes = template.as_bytes();
            let mut at = 0;
            let mut fields = 0;
            while at < bytes.len() {
                if bytes[at] == b'L' {
                    fields |= bit(Field::Name);
                }
                at += 1;
            }
            fields
        }
        _ => 0,
    }
}

/// The keys of one form of GitHub's objects.
pub(crate) type Table = table::Table<Rule>;

impl table::Rule for Rule {
    fn inside(self) -> Inside {
        match self {
            Self::User(_) | Self::FirstAssignee | Self::Person => Inside::One(Form::User as u8),
            Self::Milestone(_) => Inside::One(Form::Milestone as u8),
            Self::Users(_) => Inside::Many(Form::User as u8),
            Self::Labels(_) => Inside::Many(Form::Label as u8),
            _ => Inside::Nothing,
        }
    }
}
