//! What GitCode refuses, cuts or loses, as rules for lint.

use backlot_model::lint::{Code, Limit, Rule, Severity, Target};

use Severity::{Error, Note, Warning};

/// The rule about names of labels, as the documentation of issues words it.
const NAMES: &str = "names of labels have 2 to 20 characters, none of them special";
/// Labels with longer names are in use, such as those of organisations, which are made in another way.
const NAMES_SOURCE: &str = "GitCode's documentation of POST issues, parameter `labels`";
const SHAPE: &str = "GitCode's documentation of issues, which has no such field";

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

const RULES: [Rule; 36] = [
    rule(
        Code::TitleEmpty,
        Error,
        Limit::None,
        "title is required",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::TitleTooLong,
        Error,
        Limit::Most(255),
        "a title has at most 255 characters",
        "inferred from GitLab, whose store GitCode's derives from",
    ),
    rule(
        Code::TitleBlanks,
        Note,
        Limit::None,
        "blanks around a title are stripped",
        "inferred from GitLab",
    ),
    rule(
        Code::TitleControlCharacters,
        Warning,
        Limit::None,
        "a title is one line",
        "not documented",
    ),
    rule(
        Code::BodyMissing,
        Warning,
        Limit::None,
        "body is required",
        "GitCode's documentation of POST issues; whether it can be empty is not said",
    ),
    rule(
        Code::CommentEmpty,
        Error,
        Limit::None,
        "body is required",
        "GitCode's documentation of POST comments",
    ),
    rule(
        Code::NullCharacter,
        Error,
        Limit::None,
        "U+0000 cannot be stored",
        "inferred from GitLab, which keeps texts in PostgreSQL",
    ),
    rule(
        Code::ControlCharacters,
        Note,
        Limit::None,
        "control characters are shown as nothing, or as boxes",
        "not documented",
    ),
    rule(
        Code::MentionNotifies,
        Warning,
        Limit::None,
        "an account of that name, whoever has it, is notified",
        "inferred from GitLab",
    ),
    rule(
        Code::ReferenceRebinds,
        Warning,
        Limit::None,
        "a number means the issue that has it there, in an empty repository filled in the order of numbers",
        "inferred from GitLab",
    ),
    rule(
        Code::ReferenceToSource,
        Warning,
        Limit::None,
        "a name means a repository of GitCode; an address still leads to the source",
        "inferred from GitLab",
    ),
    rule(
        Code::ReferenceElsewhere,
        Note,
        Limit::None,
        "a name means a repository of GitCode; an address leads where it did",
        "inferred from GitLab",
    ),
    rule(
        Code::LabelNameEmpty,
        Error,
        Limit::None,
        "name is required",
        "GitCode's documentation of POST labels",
    ),
    rule(
        Code::LabelNameTooLong,
        Error,
        Limit::Most(20),
        NAMES,
        NAMES_SOURCE,
    ),
    rule(
        Code::LabelNameTooShort,
        Error,
        Limit::Least(2),
        NAMES,
        NAMES_SOURCE,
    ),
    // Which characters are special is not said. These are in names that are in use.
    rule(
        Code::LabelNameCharacters,
        Error,
        Limit::LettersAnd(" -_"),
        NAMES,
        NAMES_SOURCE,
    ),
    rule(
        Code::LabelNameTaken,
        Error,
        Limit::None,
        "names of labels differ in more than case",
        "as at GitHub; not documented",
    ),
    rule(
        Code::LabelColorInvalid,
        Error,
        Limit::None,
        "color is six hexadecimal digits after #",
        "GitCode's documentation of POST labels",
    ),
    rule(
        Code::MilestoneTitleEmpty,
        Error,
        Limit::None,
        "title is required",
        "GitCode's documentation of POST milestones",
    ),
    rule(
        Code::MilestoneTitleTaken,
        Error,
        Limit::None,
        "title has already been taken",
        "inferred from GitLab",
    ),
    rule(
        Code::MilestoneDueMissing,
        Error,
        Limit::None,
        "due_on is required",
        "GitCode's documentation of POST milestones",
    ),
    rule(
        Code::MilestoneDueTimeLost,
        Note,
        Limit::None,
        "due_on is a date",
        "GitCode's documentation of POST milestones",
    ),
    rule(
        Code::LabelUnknown,
        Warning,
        Limit::None,
        "labels are named, and have to be there",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::AssigneeInvalid,
        Error,
        Limit::Login {
            most: 100,
            others: "-_.",
        },
        "an assignee is named by login",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::AssigneeUnknown,
        Warning,
        Limit::Words(&["gitcode.com", "atomgit.com"]),
        "an assignee has an account at GitCode",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::MilestoneUnknown,
        Error,
        Limit::None,
        "milestone is the number of one that is there",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::StateUnknown,
        Error,
        Limit::Words(&["open", "closed"]),
        "an issue is closed, or it is not",
        "GitCode's documentation of PATCH issues",
    ),
    rule(
        Code::StateReasonLost,
        Note,
        Limit::None,
        "there is no reason for a state",
        SHAPE,
    ),
    rule(
        Code::LockLost,
        Warning,
        Limit::None,
        "there are no locks",
        SHAPE,
    ),
    rule(
        Code::LinksLost,
        Warning,
        Limit::None,
        "sub-issues and dependencies cannot be sent",
        SHAPE,
    ),
    rule(
        Code::NumberGap,
        Warning,
        Limit::None,
        "numbers are given in the order of creation; later issues move up, unless placeholders fill the gaps",
        "one sequence for the issues of a repository, another for its pull requests",
    ),
    rule(
        Code::PullRequests,
        Warning,
        Limit::None,
        "a pull request needs its branches; without them it comes as an issue",
        "GitCode's documentation of POST pulls",
    ),
    rule(
        Code::AuthorLost,
        Warning,
        Limit::None,
        "everything is by the account that sends it",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::DatesLost,
        Warning,
        Limit::None,
        "everything is created, closed and changed when it is sent",
        "GitCode's documentation of POST issues",
    ),
    rule(
        Code::ReactionsLost,
        Note,
        Limit::None,
        "reactions can be read only",
        "GitCode's documentation of user_reactions",
    ),
    rule(
        Code::HistoryLost,
        Note,
        Limit::None,
        "events cannot be sent",
        "GitCode's documentation of operate_logs",
    ),
];

/// GitCode, as the target `gitcode`: what its API for issues, version 5, takes.
pub fn lint_target() -> Target {
    Target::new("gitcode", &RULES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use backlot_model::State;
    use backlot_model::lint::{LabelView, MilestoneView};

    use super::*;

    #[test]
    fn each_code_has_one_rule_with_its_source() {
        let mut codes = BTreeSet::new();
        for rule in lint_target().rules() {
            assert!(codes.insert(rule.code), "{} twice", rule.code);
            assert!(!rule.says.is_empty() && !rule.source.is_empty());
        }
    }

    #[test]
    fn names_of_labels_are_mapped_and_no_two_meet() {
        let label = |name: &str| LabelView {
            name: name.to_owned(),
            color: "d73a4a".to_owned(),
            description: None,
        };
        let names = [
            "C",
            "kind/bug",
            "kind-bug",
            "regression-pipeline-running",
            "regression-pipeline-waiting",
            "漢字",
            "help wanted",
            "!!",
        ];
        let labels: Vec<_> = names.into_iter().map(label).collect();
        let repairs = lint_target().repair_labels(&labels);
        let renamed: Vec<_> = repairs
            .iter()
            .map(|repair| {
                (
                    repair.label.as_str(),
                    repair.name.as_deref().unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(
            renamed,
            [
                ("C", "label-C"),
                ("kind/bug", "kind-bug-2"),
                ("regression-pipeline-running", "regression-pipeline"),
                ("regression-pipeline-waiting", "regression-pipelin-2"),
                ("!!", "label"),
            ]
        );
    }

    #[test]
    fn a_milestone_has_to_be_due() {
        let target = lint_target();
        let around = backlot_model::lint::Around {
            repository: "octo/hello".parse().unwrap(),
            source: None,
            numbers: Default::default(),
        };
        let milestone = MilestoneView {
            number: 1,
            title: "1.0".to_owned(),
            state: State::Open,
            due_on: None,
        };
        let mut found = Vec::new();
        let checker = backlot_model::lint::Checker::new(&target, &around);
        checker.milestones(&[milestone], &mut |finding| {
            found.push((finding.code, finding.is_fixable()));
        });
        assert_eq!(found, [(Code::MilestoneDueMissing, false)]);
    }
}
