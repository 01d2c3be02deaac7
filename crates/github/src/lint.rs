//! What GitHub refuses, cuts or loses, as rules for lint.

use backlot_model::lint::{Code, Limit, Rule, Severity, Target};
use backlot_model::{
    ASSIGNEES_PER_ISSUE, BODY_CHARACTERS, DEPENDENCIES_PER_ISSUE, LABEL_DESCRIPTION_CHARACTERS,
    LABEL_NAME_CHARACTERS, LABELS_PER_ISSUE, SUB_ISSUES_PER_ISSUE, TITLE_CHARACTERS,
};

use Severity::{Error, Note, Warning};

const fn rule(
    code: Code,
    severity: Severity,
    limit: Limit,
    says: &'static str,
    source: &'static str,
) -> Rule {
    Rule {
        code,
        severity,
        limit,
        says,
        source,
    }
}

/// What holds for the REST API and for the import API.
const BOTH: [Rule; 22] = [
    rule(
        Code::TitleEmpty,
        Error,
        Limit::None,
        "title is missing",
        "422 of POST issues: missing_field",
    ),
    rule(
        Code::TitleTooLong,
        Error,
        Limit::Most(TITLE_CHARACTERS),
        "title is too long (maximum is 256 characters)",
        "422 of POST issues",
    ),
    rule(
        Code::TitleBlanks,
        Note,
        Limit::None,
        "blanks around a title are not shown",
        "old titles have them; not documented",
    ),
    rule(
        Code::TitleControlCharacters,
        Warning,
        Limit::None,
        "a title is one line",
        "not documented",
    ),
    rule(
        Code::BodyTooLong,
        Error,
        Limit::Most(BODY_CHARACTERS),
        "body is too long (maximum is 65536 characters)",
        "422 of POST issues",
    ),
    rule(
        Code::CommentEmpty,
        Error,
        Limit::None,
        "body can't be blank",
        "422 of POST comments",
    ),
    rule(
        Code::CommentTooLong,
        Error,
        Limit::Most(BODY_CHARACTERS),
        "Body is too long (maximum is 65536 characters)",
        "422 of POST comments",
    ),
    rule(
        Code::NullCharacter,
        Warning,
        Limit::None,
        "U+0000 may be refused or cut",
        "stored texts have it; not documented",
    ),
    rule(
        Code::ControlCharacters,
        Note,
        Limit::None,
        "control characters are shown as nothing, or as boxes",
        "not documented",
    ),
    rule(
        Code::ReferenceToSource,
        Warning,
        Limit::None,
        "names and addresses still lead to the source, which shows that it was referred to",
        "GitHub Docs: autolinked references",
    ),
    rule(
        Code::ReferenceElsewhere,
        Note,
        Limit::None,
        "the issue referred to shows that it was referred to",
        "GitHub Docs: autolinked references",
    ),
    rule(
        Code::LabelNameEmpty,
        Error,
        Limit::None,
        "name can't be blank",
        "422 of POST labels: missing_field",
    ),
    rule(
        Code::LabelNameTooLong,
        Error,
        Limit::Most(LABEL_NAME_CHARACTERS),
        "name is too long (maximum is 50 characters)",
        "422 of POST labels",
    ),
    rule(
        Code::LabelNameCharacters,
        Warning,
        Limit::None,
        "a name is one line, without control characters",
        "not documented",
    ),
    rule(
        Code::LabelNameTaken,
        Error,
        Limit::None,
        "names of labels differ in more than case",
        "422 of POST labels: already_exists",
    ),
    rule(
        Code::LabelsTooMany,
        Error,
        Limit::Most(LABELS_PER_ISSUE),
        "Issues cannot have more than 100 labels",
        "422 of POST issue labels",
    ),
    rule(
        Code::LabelUnknown,
        Warning,
        Limit::None,
        "a label that does not exist is made anew, in grey",
        "recorded answers of POST issue labels",
    ),
    rule(
        Code::AssigneeInvalid,
        Error,
        Limit::Login {
            most: 39,
            others: "-",
        },
        "a login has 1 to 39 letters, digits and hyphens; a bot is not assigned by it",
        "GitHub's form for a new account",
    ),
    rule(
        Code::AssigneeUnknown,
        Warning,
        Limit::None,
        "who has no access is not assigned",
        "GitHub Docs: REST API endpoints for issue assignees",
    ),
    rule(
        Code::MilestoneUnknown,
        Error,
        Limit::None,
        "milestone is invalid",
        "422 of POST issues: invalid",
    ),
    rule(
        Code::PullRequests,
        Warning,
        Limit::None,
        "a pull request needs its branches; without them it comes as an issue",
        "GitHub Docs: REST API endpoints for pull requests",
    ),
    rule(
        Code::AuthorLost,
        Warning,
        Limit::None,
        "everything is by the account that sends it",
        "GitHub Docs: REST API endpoints for issues",
    ),
];

/// What holds for the REST API alone.
const REST: [Rule; 16] = [
    rule(
        Code::ReferenceRebinds,
        Warning,
        Limit::None,
        "a number means the issue that has it there, in an empty repository filled in the order of numbers",
        "GitHub Docs: autolinked references",
    ),
    rule(
        Code::NumberGap,
        Warning,
        Limit::None,
        "numbers are given in the order of creation; later issues move up, unless placeholders fill the gaps",
        "one sequence for each repository",
    ),
    rule(
        Code::MentionNotifies,
        Warning,
        Limit::None,
        "who is mentioned is notified and subscribed",
        "GitHub Docs: mentioning people and teams",
    ),
    rule(
        Code::LabelDescriptionTooLong,
        Error,
        Limit::Most(LABEL_DESCRIPTION_CHARACTERS),
        "Must be 100 characters or fewer",
        "API description of POST labels",
    ),
    rule(
        Code::LabelColorInvalid,
        Error,
        Limit::None,
        "color is invalid",
        "422 of POST labels: invalid",
    ),
    rule(
        Code::MilestoneTitleEmpty,
        Error,
        Limit::None,
        "title is missing",
        "422 of POST milestones: missing_field",
    ),
    rule(
        Code::MilestoneTitleTaken,
        Error,
        Limit::None,
        "title exists already; case counts",
        "422 of POST milestones: already_exists",
    ),
    rule(
        Code::MilestoneDueTimeLost,
        Note,
        Limit::None,
        "the time of day is dropped",
        "answers of POST milestones",
    ),
    rule(
        Code::AssigneesTooMany,
        Warning,
        Limit::Most(ASSIGNEES_PER_ISSUE),
        "up to 10 assignees; more are left out",
        "API description of POST assignees",
    ),
    rule(
        Code::StateUnknown,
        Error,
        Limit::Words(&["open", "closed"]),
        "state is open or closed",
        "API description of PATCH issues",
    ),
    rule(
        Code::StateReasonUnknown,
        Error,
        Limit::Words(&["completed", "not_planned", "duplicate", "reopened"]),
        "state_reason is completed, not_planned, duplicate or reopened",
        "API description of PATCH issues",
    ),
    rule(
        Code::LockReasonUnknown,
        Error,
        Limit::Words(&["off-topic", "too heated", "resolved", "spam"]),
        "lock_reason is off-topic, too heated, resolved or spam",
        "API description of PUT lock",
    ),
    rule(
        Code::SubIssuesTooMany,
        Error,
        Limit::Most(SUB_ISSUES_PER_ISSUE),
        "up to 100 sub-issues per parent issue",
        "GitHub Docs: adding sub-issues",
    ),
    rule(
        Code::DependenciesTooMany,
        Error,
        Limit::Most(DEPENDENCIES_PER_ISSUE),
        "up to 50 issues for each relationship type",
        "GitHub's change log of 2025-08-21",
    ),
    rule(
        Code::DatesLost,
        Warning,
        Limit::None,
        "everything is created, closed and changed when it is sent",
        "GitHub Docs: REST API endpoints for issues",
    ),
    rule(
        Code::HistoryLost,
        Note,
        Limit::None,
        "events cannot be sent",
        "GitHub Docs: REST API endpoints for issue events",
    ),
];

/// What holds for the import API alone, which takes `issue` and `comments` and nothing else.
const IMPORT: [Rule; 13] = [
    rule(
        Code::ReferenceRebinds,
        Warning,
        Limit::NumbersKept,
        "a number without an issue means the one that gets it later",
        "GitHub Docs: autolinked references",
    ),
    rule(
        Code::NumberGap,
        Note,
        Limit::None,
        "numbers are given in the order of requests; placeholders fill the gaps",
        "one sequence for each repository",
    ),
    rule(
        Code::LabelDetailsLost,
        Note,
        Limit::None,
        "labels come by name; one that does not exist yet is made in grey, without a description",
        "bodies of POST import/issues",
    ),
    rule(
        Code::AssigneesTooMany,
        Warning,
        Limit::Most(1),
        "there is one assignee; more are left out",
        "bodies of POST import/issues",
    ),
    rule(
        Code::StateUnknown,
        Error,
        Limit::Words(&["open", "closed"]),
        "an issue is closed, or it is not",
        "bodies of POST import/issues",
    ),
    rule(
        Code::StateReasonLost,
        Note,
        Limit::None,
        "there is no reason for a state",
        "bodies of POST import/issues",
    ),
    rule(
        Code::LockLost,
        Warning,
        Limit::None,
        "there are no locks",
        "bodies of POST import/issues",
    ),
    rule(
        Code::TypeLost,
        Note,
        Limit::None,
        "there are no types",
        "bodies of POST import/issues",
    ),
    rule(
        Code::LinksLost,
        Warning,
        Limit::None,
        "there are no sub-issues and no dependencies",
        "bodies of POST import/issues",
    ),
    rule(
        Code::MilestoneTitleTaken,
        Error,
        Limit::None,
        "title exists already; milestones are made before, and named by number",
        "422 of POST milestones: already_exists",
    ),
    rule(
        Code::MilestoneTitleEmpty,
        Error,
        Limit::None,
        "title is missing; milestones are made before, and named by number",
        "422 of POST milestones: missing_field",
    ),
    rule(
        Code::ReactionsLost,
        Note,
        Limit::None,
        "there are no reactions",
        "bodies of POST import/issues",
    ),
    rule(
        Code::HistoryLost,
        Note,
        Limit::None,
        "there are no events",
        "bodies of POST import/issues",
    ),
];

/// Where a backlog can be sent at GitHub: `github`, the REST API by which issues are created one request
/// after another, and `github-import-api`, whose requests hold an issue with its comments and dates, and
/// notify nobody.
///
/// ```
/// use backlot_github::lint_targets;
/// use backlot_model::lint::{Code, Limit};
///
/// let [rest, import] = lint_targets();
/// assert_eq!(rest.rule(Code::TitleTooLong).map(|rule| rule.limit), Some(Limit::Most(256)));
/// assert!(import.rule(Code::MentionNotifies).is_none());
/// ```
pub fn lint_targets() -> [Target; 2] {
    [
        Target::new("github", &[&BOTH[..], &REST].concat()),
        Target::new("github-import-api", &[&BOTH[..], &IMPORT].concat()),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use backlot_model::lint::LabelView;

    use super::*;

    #[test]
    fn a_name_with_a_line_break_gets_another() {
        let label = LabelView {
            name: "help\nwanted".to_owned(),
            color: "d73a4a".to_owned(),
            description: None,
        };
        for target in lint_targets() {
            let repairs = target.repair_labels(std::slice::from_ref(&label));
            let names: Vec<_> = repairs
                .iter()
                .map(|repair| repair.name.as_deref())
                .collect();
            assert_eq!(names, [Some("help-wanted")], "{}", target.name());
        }
    }

    #[test]
    fn each_code_has_one_rule_with_its_source() {
        for target in lint_targets() {
            let mut codes = BTreeSet::new();
            for rule in target.rules() {
                assert!(codes.insert(rule.code), "{} twice", rule.code);
                assert!(!rule.says.is_empty() && !rule.source.is_empty());
            }
        }
    }
}
