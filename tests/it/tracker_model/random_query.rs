//! Random questions, and whether the store answers them as the model does.

use std::collections::BTreeMap;

use backlot_core::{
    Facet, IssueFilter, IssueList, IssueSummary, MilestoneFilter, Named, QueryOptions, Snapshot,
    StateFilter,
};
use backlot_model::{
    Aspect, Condition, Direction, Query, Sort, SortKey, Test, TextFields, TextTest,
};
use backlot_model::{Bounds, State as Word, StateReason, Timestamp};

use super::compare::{Check, name_of, same};
use super::issues::PEOPLE;
use super::queries::Question;
use super::state::{Id, State};
use crate::random_backlog::dice::Dice;

const LABELS: [&str; 6] = ["bug", "DOCS", "later", "help wanted", "ui", "nothing"];
const ASPECTS: [Aspect; 7] = [
    Aspect::Project,
    Aspect::Label,
    Aspect::Milestone,
    Aspect::Assignee,
    Aspect::Type,
    Aspect::ParentIssue,
    Aspect::SubIssue,
];
const SORTS: [SortKey; 6] = [
    SortKey::Created,
    SortKey::Updated,
    SortKey::Comments,
    SortKey::Reactions,
    SortKey::Interactions,
    SortKey::Number,
];

fn moments(dice: &mut Dice, until: Timestamp) -> Bounds<Timestamp> {
    let from = super::run::START;
    let span = (until.unix_milliseconds() - from).max(1) as usize;
    let moment =
        |dice: &mut Dice| Timestamp::from_unix_milliseconds(from + dice.below(span) as i64);
    Bounds {
        from: dice.percent(60).then(|| moment(dice)),
        to: dice.percent(60).then(|| moment(dice)),
    }
}

fn numbers(dice: &mut Dice) -> Bounds<u64> {
    Bounds {
        from: dice.percent(60).then(|| dice.below(4) as u64),
        to: dice.percent(50).then(|| 1 + dice.below(8) as u64),
    }
}

fn people(dice: &mut Dice) -> Vec<String> {
    (0..1 + dice.below(2))
        .map(|_| dice.of(&PEOPLE).to_uppercase())
        .collect()
}

fn test(dice: &mut Dice, now: Timestamp) -> Test {
    let is = dice.percent(50);
    match dice.below(27) {
        0 => Test::State(if is { Word::Open } else { Word::Closed }),
        1 => Test::Locked(is),
        2 => Test::Pinned(is),
        3 => Test::Blocked(is),
        4 => Test::Blocking(is),
        5 => Test::Reason(dice.of(&[
            StateReason::Completed,
            StateReason::NotPlanned,
            StateReason::Duplicate,
        ])),
        6 | 7 => Test::Label(
            (0..1 + dice.below(2))
                .map(|_| dice.of(&LABELS).to_owned())
                .collect(),
        ),
        8 => Test::Milestone(vec![dice.of(&["v1", "BETA", "next"]).to_owned()]),
        9 => Test::MilestoneNumber(1 + dice.below(4) as u64),
        10 => Test::Assignee(people(dice)),
        11 => Test::Author(people(dice)),
        13 => Test::Involves(people(dice)),
        12 => Test::Commenter(people(dice)),
        14 => Test::Mentions(people(dice)),
        15 => Test::Type(vec![dice.of(&["bug", "Task"]).to_owned()]),
        16 => Test::ParentIssue(None, 1 + dice.below(6) as u64),
        17 => Test::Has(dice.of(&ASPECTS)),
        18 => Test::No(dice.of(&ASPECTS)),
        19 => Test::Created(moments(dice, now)),
        20 => Test::Updated(moments(dice, now)),
        21 => Test::Closed(moments(dice, now)),
        22 => Test::Comments(numbers(dice)),
        23 => Test::Reactions(numbers(dice)),
        24 => Test::Number(numbers(dice)),
        25 => Test::Owner(vec![dice.of(&["octo", "ACME"]).to_owned()]),
        _ => {
            let prefix = dice.percent(30);
            let text = if prefix {
                dice.of(&["cra", "s", "ind"])
            } else {
                dice.of(&["crash", "Start", "index", "board"])
            };
            Test::Text(TextTest {
                text: text.to_owned(),
                is_phrase: false,
                is_prefix: prefix,
                fields: dice.of(&[
                    TextFields::default(),
                    TextFields {
                        title: true,
                        body: false,
                        comments: false,
                    },
                    TextFields {
                        title: false,
                        body: true,
                        comments: true,
                    },
                ]),
            })
        }
    }
}

fn condition(dice: &mut Dice, now: Timestamp, depth: usize) -> Condition {
    let parts = |dice: &mut Dice| {
        (0..1 + dice.below(3))
            .map(|_| condition(dice, now, depth + 1))
            .collect()
    };
    match dice.below(6 + depth * 6) {
        0 | 1 => Condition::All(parts(dice)),
        2 => Condition::Any(parts(dice)),
        3 => Condition::Not(Box::new(condition(dice, now, depth + 1))),
        _ => Condition::Is(test(dice, now)),
    }
}

fn sort(dice: &mut Dice) -> Sort {
    Sort {
        key: dice.of(&SORTS),
        direction: dice.of(&[Direction::Ascending, Direction::Descending]),
    }
}

fn places(page: &[IssueSummary]) -> Vec<String> {
    page.iter()
        .map(|issue| format!("{}#{}", issue.repository, issue.number))
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn failed(error: backlot_core::Error) -> String {
    error.to_string()
}

/// A list gives what is expected: its total, its pages, and what lies behind its cursors.
fn check_list(what: &str, list: &IssueList<'_>, expected: &[String], dice: &mut Dice) -> Check {
    same(&format!("total of {what}"), &list.total(), &expected.len())?;
    let all = places(&list.page(1, expected.len().max(1)).map_err(failed)?);
    same(what, &all, &expected.to_vec())?;
    let per_page = 1 + dice.below(7);
    let page = 1 + dice.below(4);
    let some = places(&list.page(page, per_page).map_err(failed)?);
    let from = ((page - 1) * per_page).min(expected.len());
    let to = (from + per_page).min(expected.len());
    same(
        &format!("page {page} by {per_page} of {what}"),
        &some,
        &expected[from..to].to_vec(),
    )?;
    let (mut cursor, mut read) = (None, Vec::new());
    loop {
        let (page, next) = list.after(cursor.as_ref(), per_page).map_err(failed)?;
        read.extend(places(&page));
        match next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    same(&format!("cursors of {what}"), &read, &expected.to_vec())
}

fn texts(state: &State, ids: &[Id]) -> Vec<String> {
    ids.iter().map(|id| state.place_text(*id)).collect()
}

fn counts(facets: &[Facet]) -> BTreeMap<String, u64> {
    facets
        .iter()
        .map(|facet| (facet.name.to_lowercase(), facet.count))
        .collect()
}

/// Asks something, as a query.
pub(super) fn check_query(
    snapshot: &Snapshot,
    state: &State,
    now: Timestamp,
    dice: &mut Dice,
) -> Check {
    let all: Vec<Id> = state.repositories().map(|(id, _)| id).collect();
    let condition = condition(dice, now, 0);
    // Which repositories a query asks that names owners itself is the query's matter.
    let is_scoped = !format!("{condition:?}").contains("Owner(") && dice.percent(70);
    let repository = is_scoped.then(|| dice.of(&all));
    let question = Question {
        condition,
        sort: sort(dice),
        repository,
    };
    let query = Query {
        condition: question.condition.clone(),
        sort: Some(question.sort),
    };
    let mut options = QueryOptions::new();
    if let Some(repository) = repository {
        options = options.repository(name_of(state, repository));
    }
    let what = format!("{question:?}");
    let list = snapshot.query(&query, &options).map_err(failed)?;
    let ids = state.ask(&question);
    let expected = texts(state, &ids);
    if repository.is_some() {
        check_list(&what, &list, &expected, dice)?;
    } else {
        // Across repositories, equal moments and numbers have no order by the rules.
        let mut found = places(&list.page(1, expected.len().max(1)).map_err(failed)?);
        let mut expected = expected;
        found.sort();
        expected.sort();
        same(&what, &found, &expected)?;
    }
    let facets = snapshot.facets(&query, &options, 1000).map_err(failed)?;
    let count = |of: &dyn Fn(Id) -> bool| ids.iter().filter(|id| of(**id)).count() as u64;
    let one = (
        facets.total,
        facets.open,
        facets.closed,
        facets.without_label,
        facets.without_milestone,
        facets.without_assignee,
    );
    let two = (
        ids.len() as u64,
        count(&|id| !state.issue(id).closed),
        count(&|id| state.issue(id).closed),
        count(&|id| state.issue(id).labels.is_empty()),
        count(&|id| state.issue(id).milestone.is_none()),
        count(&|id| state.issue(id).assignees.is_empty()),
    );
    same(&format!("facets of {what}"), &one, &two)?;
    same(
        "labels",
        &counts(&facets.labels),
        &state.counted(&ids, |issue| state.names_of_labels(issue)),
    )?;
    same(
        "assignees",
        &counts(&facets.assignees),
        &state.counted(&ids, |issue| issue.assignees.clone()),
    )?;
    same(
        "authors",
        &counts(&facets.authors),
        &state.counted(&ids, |issue| vec![issue.author.clone()]),
    )
}

/// A filter, and the same as a condition.
pub(super) fn filter(
    dice: &mut Dice,
    now: Timestamp,
    state: &State,
    repository: Id,
) -> (IssueFilter, Question) {
    let mut filter = IssueFilter::default();
    let mut parts = Vec::new();
    let mut must = |test: Test| parts.push(Condition::Is(test));
    filter.state = dice.of(&[StateFilter::Open, StateFilter::Closed, StateFilter::All]);
    match filter.state {
        StateFilter::Open => must(Test::State(Word::Open)),
        StateFilter::Closed => must(Test::State(Word::Closed)),
        _ => {}
    }
    if dice.percent(30) {
        filter.labels = (0..1 + dice.below(2))
            .map(|_| dice.of(&LABELS).to_owned())
            .collect();
        filter
            .labels
            .iter()
            .for_each(|name| must(Test::Label(vec![name.clone()])));
    }
    if dice.percent(20) {
        let all = state
            .milestones()
            .filter(|(_, milestone)| milestone.repository == repository);
        let all: Vec<u64> = all.map(|(_, milestone)| milestone.number).collect();
        filter.milestone = Some(match (dice.below(4), dice.any(&all)) {
            (0, _) => {
                must(Test::Has(Aspect::Milestone));
                Named::Any
            }
            (1, _) => {
                must(Test::No(Aspect::Milestone));
                Named::None
            }
            (2, Some(number)) => {
                must(Test::MilestoneNumber(number));
                Named::Is(MilestoneFilter::Number(number))
            }
            _ => {
                must(Test::Milestone(vec!["BETA".to_owned()]));
                Named::Is(MilestoneFilter::Title("beta".to_owned()))
            }
        });
    }
    if dice.percent(25) {
        filter.assignee = Some(match dice.below(3) {
            0 => {
                must(Test::Has(Aspect::Assignee));
                Named::Any
            }
            1 => {
                must(Test::No(Aspect::Assignee));
                Named::None
            }
            _ => {
                let login = dice.of(&PEOPLE).to_uppercase();
                must(Test::Assignee(vec![login.clone()]));
                Named::Is(login)
            }
        });
    }
    if dice.percent(15) {
        let login = dice.of(&PEOPLE).to_lowercase();
        must(Test::Author(vec![login.clone()]));
        filter.author = Some(login);
    }
    if dice.percent(15) {
        let bounds = moments(dice, now);
        filter.since = bounds.from;
        must(Test::Updated(Bounds {
            from: bounds.from,
            to: None,
        }));
    }
    let sort = sort(dice);
    filter.sort = sort.key;
    filter.direction = sort.direction;
    let question = Question {
        condition: Condition::All(parts),
        sort,
        repository: Some(repository),
    };
    (filter, question)
}

/// Asks something, as a list's parameters.
pub(super) fn check_filter(
    snapshot: &Snapshot,
    state: &State,
    now: Timestamp,
    dice: &mut Dice,
) -> Check {
    let all: Vec<Id> = state.repositories().map(|(id, _)| id).collect();
    let repository = dice.of(&all);
    let (filter, question) = filter(dice, now, state, repository);
    let list = snapshot
        .issues(&name_of(state, repository), &filter)
        .map_err(failed)?;
    let expected = texts(state, &state.ask(&question));
    check_list(&format!("{filter:?}"), &list, &expected, dice)
}

/// Asks the past the same.
pub(super) fn check_past(
    snapshot: &Snapshot,
    state: &State,
    moment: Timestamp,
    dice: &mut Dice,
) -> Check {
    let all: Vec<Id> = state.repositories().map(|(id, _)| id).collect();
    let past = snapshot.as_of(moment);
    let repository = dice.of(&all);
    let name = name_of(state, repository);
    for (_, issue) in state.issues_of(repository) {
        let found = past
            .issue(&name, issue.number)
            .map_err(|error| format!("{name}#{} at {moment}: {error}", issue.number))?;
        let what = |field: &str| format!("{field} of {name}#{} at {moment}", issue.number);
        let summary = &found.summary;
        same(&what("unknown"), &found.unknown.is_empty(), &true)?;
        same(&what("title"), &summary.title, &issue.title)?;
        same(&what("body"), &found.body, &issue.body)?;
        same(
            &what("state"),
            &summary.state,
            &super::compare::word(issue.closed),
        )?;
        same(&what("reason"), &summary.state_reason, &issue.reason)?;
        same(
            &what("labels"),
            &summary.labels,
            &super::compare::label_names(state, issue),
        )?;
        same(&what("assignees"), &summary.assignees, &issue.assignees)?;
        let milestone = issue.milestone.map(|id| state.milestone(id).title.clone());
        same(&what("milestone"), &summary.milestone, &milestone)?;
        same(
            &what("comments"),
            &summary.comments,
            &u64::try_from(issue.comments).unwrap(),
        )?;
        same(
            &what("updated_at"),
            &summary.updated_at,
            &Some(issue.updated_at),
        )?;
        same(&what("closed_at"), &summary.closed_at, &issue.closed_at)?;
        same(&what("locked"), &summary.is_locked, &issue.locked)?;
    }
    let (mut filter, mut question) = filter(dice, moment, state, repository);
    if filter.sort == SortKey::Reactions || filter.sort == SortKey::Interactions {
        filter.sort = SortKey::Updated;
        question.sort.key = SortKey::Updated;
    }
    let list = past
        .issues(&name, &filter)
        .map_err(|error| format!("{filter:?} at {moment}: {error}"))?;
    let expected = texts(state, &state.ask(&question));
    let mut list = list;
    same(
        &format!("total of {filter:?} at {moment}"),
        &list.total(),
        &expected.len(),
    )?;
    let page = list.page(1, expected.len().max(1)).map_err(failed)?;
    let found: Vec<_> = page
        .iter()
        .map(|found| format!("{name}#{}", found.summary.number))
        .collect();
    same(&format!("{filter:?} at {moment}"), &found, &expected)
}
