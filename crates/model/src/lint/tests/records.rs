//! Issues, labels, milestones and the whole repository.

use super::super::{
    Checker, Code, IssueView, LabelView, LostLabel, MilestoneView, Numbers, Person, Totals,
};
use super::{around, found_in, id, issue, short, strict};
use crate::time::Timestamp;
use crate::value::Value;
use crate::word::{LockReason, State, StateReason};

fn person(login: &str, host: Option<&str>) -> Person {
    Person {
        login: login.to_owned(),
        host: host.map(str::to_owned),
    }
}

#[test]
fn what_a_title_breaks_is_told() {
    for (title, found) in [
        ("", vec![("title-empty", "", false)]),
        ("\n \u{7}", vec![("title-empty", "\\n \\u{7}", false)]),
        (" A title", vec![("title-blanks", " A title", true)]),
        (
            "A\ntitle",
            vec![("title-control-characters", "A\\ntitle", true)],
        ),
        ("12345678901234567890", vec![]),
        (
            "123456789012345678901",
            vec![("title-too-long", "21 characters", true)],
        ),
        ("漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢", vec![]),
    ] {
        let record = issue([Value::Title(title.to_owned())]);
        let found: Vec<_> = found
            .into_iter()
            .map(|(code, there, is_fixable)| (code, there.to_owned(), is_fixable))
            .collect();
        assert_eq!(found_in(&record, &[]), found, "{title:?}");
    }
}

#[test]
fn what_an_issue_breaks_is_told() {
    let three = || vec![id(7), id(8), id(9)];
    let other = |word: &str| word.into();
    for (value, code, there) in [
        (Value::Body(" ".to_owned()), "body-missing", " "),
        (Value::Labels(three()), "labels-too-many", "3"),
        (Value::Assignees(three()), "assignees-too-many", "3"),
        (
            Value::State(State::Other(other("triaged"))),
            "state-unknown",
            "triaged",
        ),
        (
            Value::LockReason(LockReason::Other(other("odd\u{1b}"))),
            "lock-reason-unknown",
            "odd\\u{1b}",
        ),
        (Value::Locked(true), "lock-lost", "locked"),
        (Value::IssueType("Bug".to_owned()), "type-lost", "Bug"),
        (Value::ParentIssue(id(4)), "links-lost", "parent 1"),
        (Value::BlockedBy(vec![id(4)]), "links-lost", "blocked by 1"),
        (
            Value::StateReason(StateReason::Reopened),
            "state-reason-lost",
            "reopened",
        ),
    ] {
        let found = found_in(&issue([value.clone()]), &[]);
        assert_eq!(found, [(code, there.to_owned(), false)], "{value:?}");
    }
    for (value, codes) in [
        (
            Value::SubIssues(three()),
            ["sub-issues-too-many", "links-lost"],
        ),
        (
            Value::Blocking(three()),
            ["dependencies-too-many", "links-lost"],
        ),
        (
            Value::StateReason(StateReason::NotPlanned),
            ["state-reason-unknown", "state-reason-lost"],
        ),
    ] {
        let found = found_in(&issue([value.clone()]), &[]);
        let found: Vec<_> = found.iter().map(|(code, ..)| *code).collect();
        assert_eq!(found, codes, "{value:?}");
    }
    assert_eq!(found_in(&issue([]), &[]), []);
}

#[test]
fn assignees_are_logins_that_the_target_knows() {
    let here = Some("forge.example");
    for (person, code) in [
        (person("mona", here), None),
        (person("mo-na", here), None),
        (person("mona", None), Some("assignee-unknown")),
        (
            person("mona", Some("other.example")),
            Some("assignee-unknown"),
        ),
        (person("", here), Some("assignee-invalid")),
        (person("ci[bot]", here), Some("assignee-invalid")),
        (person("-mona", None), Some("assignee-invalid")),
        (person("123456789", here), Some("assignee-invalid")),
    ] {
        let found = found_in(&issue([]), std::slice::from_ref(&person));
        let found: Vec<_> = found.iter().map(|(code, ..)| *code).collect();
        assert_eq!(found, Vec::from_iter(code), "{person:?}");
    }
}

#[test]
fn what_an_issue_has_and_its_repository_has_not_is_told() {
    let (target, around) = (strict(), around());
    let lost = |name: &str, is_taken| LostLabel {
        name: name.to_owned(),
        is_taken,
    };
    let record = issue([Value::Milestone(id(3))]);
    let view = IssueView {
        record: &record,
        assignees: &[],
        lost_labels: &[lost("gone", false), lost("Bug", true)],
        has_milestone: false,
    };
    let mut found = Vec::new();
    Checker::new(&target, &around).issue(&view, &mut |finding| found.push(short(finding).0));
    assert_eq!(
        found,
        ["label-unknown", "label-name-taken", "milestone-unknown"]
    );
}

#[test]
fn labels_are_put_right_and_no_two_meet() {
    let label = |name: &str, color: &str, description: &str| LabelView {
        name: name.to_owned(),
        color: color.to_owned(),
        description: Some(description.to_owned()),
    };
    let labels = [
        label("bug", "d73a4a", ""),
        label("Bug", "D73A4A", ""),
        label("", "ededed", ""),
        label("C", "#abc", ""),
        label("regression one", "ededed", ""),
        label("regression two", "red", "more than sixteen characters"),
        label("regression", "#d73a4a", ""),
        label("a/b, c", "", ""),
    ];
    let target = strict();
    let repairs = target.repair_labels(&labels);
    let shown: Vec<_> = repairs
        .iter()
        .map(|repair| {
            (
                repair.label.as_str(),
                repair.name.as_deref().unwrap_or("="),
                repair.color.as_deref().unwrap_or("="),
                repair.description.as_deref().unwrap_or("="),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Bug", "Bug-2", "=", "="),
            ("", "label", "=", "="),
            ("C", "label-C", "aabbcc", "="),
            ("regression one", "regressi-2", "=", "="),
            ("regression two", "regressi-3", "ededed", "more than sixte…"),
            ("regression", "=", "d73a4a", "="),
            ("a/b, c", "a-b-c", "ededed", "="),
        ]
    );
    let mut names: Vec<String> = labels
        .iter()
        .map(|label| label.name.clone())
        .filter(|name| {
            !repairs
                .iter()
                .any(|repair| repair.name.is_some() && repair.label == *name)
        })
        .chain(repairs.iter().filter_map(|repair| repair.name.clone()))
        .map(|name| name.to_lowercase())
        .collect();
    names.sort();
    let before = names.len();
    names.dedup();
    assert_eq!((before, names.len()), (8, 8));

    let around = around();
    let mut found = Vec::new();
    let mut tell = |finding| found.push(short(finding));
    Checker::new(&target, &around).labels(&labels[..1], &mut tell);
    Checker::new(&target, &around).labels(&labels[5..6], &mut tell);
    let lost = |there: &str| ("label-details-lost", there.to_owned(), false);
    assert_eq!(
        found,
        [
            lost("d73a4a"),
            ("label-name-too-long", "regression two".to_owned(), true),
            ("label-color-invalid", "red".to_owned(), true),
            (
                "label-description-too-long",
                "28 characters".to_owned(),
                true
            ),
            lost("red more than sixteen characters"),
        ]
    );
}

#[test]
fn milestones_are_told_apart_by_their_titles() {
    let milestone = |number, title: &str, due: Option<&str>| MilestoneView {
        number,
        title: title.to_owned(),
        state: State::Open,
        due_on: due.map(|due| Timestamp::parse(due).unwrap()),
    };
    let milestones = [
        milestone(1, "1.0", Some("2024-05-01T07:00:00Z")),
        milestone(2, "1.0", Some("2024-05-01T09:30:00Z")),
        milestone(3, "1.0 (2)", Some("2024-05-01T00:00:00Z")),
        milestone(4, " ", None),
    ];
    let (target, around) = (strict(), around());
    let mut found = Vec::new();
    Checker::new(&target, &around).milestones(&milestones, &mut |finding| {
        found.push((finding.subject.number(), finding.code, finding.is_fixable()));
    });
    assert_eq!(
        found,
        [
            (Some(2), Code::MilestoneTitleTaken, false),
            (Some(2), Code::MilestoneDueTimeLost, false),
            (Some(4), Code::MilestoneTitleEmpty, false),
            (Some(4), Code::MilestoneDueMissing, false),
        ]
    );
    let renamed = target.free_titles(&milestones);
    assert_eq!(renamed, [(2, "1.0 (2)*".to_owned())]);
}

#[test]
fn the_whole_is_told_where_there_is_anything() {
    let (target, around) = (strict(), around());
    let told = |totals: &Totals| {
        let mut found = Vec::new();
        let checker = Checker::new(&target, &around);
        checker.repository(totals, &mut |finding| {
            found.push((finding.code.name(), finding.there));
        });
        found
    };
    let gap = ("number-gap", "2 missing: 3-4".to_owned());
    assert_eq!(told(&Totals::default()), std::slice::from_ref(&gap));
    let totals = Totals {
        issues: 4,
        pull_requests: 1,
        comments: 1,
        milestones: 0,
        reactions: 3,
        events: 2,
    };
    let written = "4 issues, 1 comment".to_owned();
    assert_eq!(
        told(&totals),
        [
            gap,
            ("pull-requests", "1 pull request".to_owned()),
            ("author-lost", written.clone()),
            ("dates-lost", written),
            ("reactions-lost", "3 reactions".to_owned()),
            ("history-lost", "2 events".to_owned()),
        ]
    );
}

#[test]
fn numbers_have_places_and_gaps() {
    let mut numbers = Numbers::default();
    assert_eq!(numbers.place(1), None);
    for number in [2, 3, 7, 7, 3, 8, 20] {
        numbers.push(number);
    }
    let places: Vec<_> = [0, 1, 2, 3, 4, 7, 8, 9, 20, 21]
        .into_iter()
        .map(|number| numbers.place(number))
        .collect();
    let none = None;
    assert_eq!(
        places,
        [
            none,
            none,
            Some(1),
            Some(2),
            none,
            Some(3),
            Some(4),
            none,
            Some(5),
            none
        ]
    );
    assert_eq!(
        numbers.gaps().collect::<Vec<_>>(),
        [(1, 1), (4, 6), (9, 19)]
    );
}

#[test]
fn codes_have_names_that_lead_back() {
    for code in Code::ALL {
        assert_eq!(Code::from_name(code.name()), Some(*code));
        assert!(code.about().ends_with('.'));
    }
    assert_eq!(Code::from_name("title"), None);
}
