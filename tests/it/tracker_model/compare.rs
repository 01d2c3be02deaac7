//! Whether all that can be read of a store is what the model says.

use std::collections::BTreeSet;

use backlot_core::{IssueDetail, IssueFilter, IssueLink, Snapshot, StateFilter};
use backlot_model::{
    AuthorAssociation, Direction, Reactions, RepositoryName, SortKey, State as Word,
};

use super::answer::{GONE, Problem, UNKNOWN};
use super::operation::Model;
use super::perform::Names;
use super::state::{Comment, Fields, Id, Issue, Label, Milestone, State};

/// Nothing, or what differs.
pub(super) type Check = Result<(), String>;

pub(super) fn same<T: std::fmt::Debug + PartialEq>(what: &str, store: &T, model: &T) -> Check {
    if store == model {
        return Ok(());
    }
    Err(format!("{what}:\n  store {store:?}\n  model {model:?}"))
}

pub(super) fn name_of(state: &State, repository: Id) -> RepositoryName {
    state.repository(repository).name.parse().unwrap()
}

pub(super) const fn word(closed: bool) -> Word {
    if closed { Word::Closed } else { Word::Open }
}

fn association(owned: bool) -> Option<AuthorAssociation> {
    owned.then_some(AuthorAssociation::Owner)
}

fn counts(model: &[i64; 8]) -> Reactions {
    Reactions {
        counts: model.map(|count| u64::try_from(count).unwrap()),
    }
}

fn problem<T>(result: backlot_core::Result<T>) -> Option<Problem> {
    result.err().map(|error| Problem::from(&error))
}

/// An issue as another one shows it, in words.
fn link(state: &State, id: Id) -> String {
    let issue = state.issue(id);
    let repository = &state.repository(issue.repository).name;
    format!(
        "{repository}#{} {} {} {:?}",
        issue.number,
        issue.title,
        word(issue.closed),
        issue.reason
    )
}

fn link_text(link: &IssueLink) -> String {
    format!(
        "{}#{} {} {} {:?}",
        link.repository, link.number, link.title, link.state, link.state_reason
    )
}

pub(super) fn label_names(state: &State, issue: &Issue) -> Vec<String> {
    issue
        .labels
        .iter()
        .map(|label| state.label(*label).name.clone())
        .collect()
}

fn check_issue(state: &State, names: &Names, id: Id, issue: &Issue, found: &IssueDetail) -> Check {
    let what = |field: &str| {
        format!(
            "{} of {}#{}",
            field,
            state.repository(issue.repository).name,
            issue.number
        )
    };
    let summary = &found.summary;
    if let Some(known) = names.known(id) {
        same(&what("id"), &summary.id, &known)?;
    }
    same(&what("title"), &summary.title, &issue.title)?;
    same(&what("body"), &found.body, &issue.body)?;
    same(&what("state"), &summary.state, &word(issue.closed))?;
    same(&what("reason"), &summary.state_reason, &issue.reason)?;
    same(
        &what("author"),
        &summary.author.as_deref(),
        &Some(issue.author.as_str()),
    )?;
    same(
        &what("association"),
        &found.author_association,
        &association(issue.owned),
    )?;
    same(&what("assignees"), &summary.assignees, &issue.assignees)?;
    same(&what("labels"), &summary.labels, &label_names(state, issue))?;
    let milestone = issue.milestone.map(|id| state.milestone(id).title.clone());
    same(&what("milestone"), &summary.milestone, &milestone)?;
    same(
        &what("created_at"),
        &summary.created_at,
        &Some(issue.created_at),
    )?;
    same(
        &what("updated_at"),
        &summary.updated_at,
        &Some(issue.updated_at),
    )?;
    same(&what("closed_at"), &summary.closed_at, &issue.closed_at)?;
    same(&what("closed_by"), &found.closed_by, &issue.closed_by)?;
    same(
        &what("locked"),
        &(summary.is_locked, found.lock_reason.clone()),
        &(issue.locked, issue.lock_reason.clone()),
    )?;
    same(&what("type"), &found.issue_type, &issue.issue_type)?;
    same(&what("pinned"), &found.is_pinned, &issue.pinned)?;
    same(
        &what("comments"),
        &summary.comments,
        &u64::try_from(issue.comments).unwrap(),
    )?;
    same(
        &what("reactions"),
        &found.reactions,
        &counts(&issue.reactions),
    )?;
    let text = |id: &Id| link(state, *id);
    // A link to what was deleted once more by a redo is not shown.
    let texts = |ids: &[Id]| {
        ids.iter()
            .filter(|id| state.is_there(**id))
            .map(text)
            .collect::<Vec<_>>()
    };
    let found_texts = |links: &[IssueLink]| links.iter().map(link_text).collect::<Vec<_>>();
    same(
        &what("parent"),
        &found.parent.as_ref().map(link_text),
        &texts(issue.parent.as_slice()).pop(),
    )?;
    same(
        &what("sub_issues"),
        &found_texts(&found.sub_issues),
        &texts(&issue.sub_issues),
    )?;
    same(
        &what("blocked_by"),
        &found_texts(&found.blocked_by),
        &texts(&issue.blocked_by),
    )?;
    same(
        &what("blocking"),
        &found_texts(&found.blocking),
        &texts(&issue.blocking),
    )?;
    same(
        &what("duplicate_of"),
        &found.duplicate_of.as_ref().map(link_text),
        &texts(issue.duplicate_of.as_slice()).pop(),
    )
}

fn check_comments(snapshot: &Snapshot, state: &State, names: &Names, id: Id) -> Check {
    let issue = state.issue(id);
    let name = name_of(state, issue.repository);
    let found = snapshot
        .comments(&name, issue.number)
        .map_err(|error| format!("comments of {name}: {error}"))?;
    let what = |field: &str| format!("{field} of a comment of {name}#{}", issue.number);
    let all: Vec<(Id, &Comment)> = state
        .comments()
        .filter(|(_, comment)| comment.issue == id)
        .collect();
    same(
        &what("id"),
        &found.iter().map(|found| found.id).collect(),
        &all.iter().map(|(id, _)| names.of(*id)).collect::<Vec<_>>(),
    )?;
    for (found, (id, comment)) in found.iter().zip(&all) {
        same(&what("body"), &found.body, &comment.body)?;
        same(
            &what("author"),
            &found.author.as_deref(),
            &Some(comment.author.as_str()),
        )?;
        same(
            &what("association"),
            &found.author_association,
            &association(comment.owned),
        )?;
        same(
            &what("created_at"),
            &found.created_at,
            &Some(comment.created_at),
        )?;
        same(
            &what("updated_at"),
            &found.updated_at,
            &Some(comment.updated_at),
        )?;
        let minimized = &comment.minimized;
        let minimized = (minimized.is_some(), minimized.clone().flatten());
        same(
            &what("minimized"),
            &(found.is_minimized, found.minimized_reason.clone()),
            &minimized,
        )?;
        same(&what("pinned"), &found.is_pinned, &comment.pinned)?;
        same(
            &what("reactions"),
            &found.reactions,
            &counts(&comment.reactions),
        )?;
        check_reactions(snapshot, state, *id, found.id)?;
    }
    Ok(())
}

fn check_reactions(
    snapshot: &Snapshot,
    state: &State,
    id: Id,
    name: backlot_model::RecordId,
) -> Check {
    let found = snapshot
        .reactions(name)
        .map_err(|error| format!("reactions: {error}"))?;
    let mut found: Vec<_> = found
        .into_iter()
        .map(|found| {
            (
                found.created_at.unwrap(),
                found.content,
                found.user.unwrap(),
            )
        })
        .collect();
    let mut all: Vec<_> = state
        .reactions()
        .filter(|(_, reaction)| reaction.to == id)
        .map(|(_, reaction)| {
            (
                reaction.created_at,
                Reactions::CONTENTS[reaction.content].to_owned(),
                reaction.user.clone(),
            )
        })
        .collect();
    found.sort();
    all.sort();
    same("reactions", &found, &all)
}

fn check_labels(snapshot: &Snapshot, state: &State, repository: Id) -> Check {
    let name = name_of(state, repository);
    let found = snapshot
        .labels(&name)
        .map_err(|error| format!("labels of {name}: {error}"))?;
    let found: Vec<_> = found
        .into_iter()
        .map(|found| (found.name, found.color, found.description, found.is_default))
        .collect();
    let of = |label: &Label| {
        (
            label.name.clone(),
            label.color.clone(),
            label.description.clone(),
            label.default,
        )
    };
    let mut all: Vec<_> = state
        .labels()
        .filter(|(_, label)| label.repository == repository)
        .map(|(_, label)| of(label))
        .collect();
    all.sort_by_key(|label| label.0.to_lowercase());
    same(&format!("labels of {name}"), &found, &all)
}

/// How many open and closed issues a milestone has.
pub(super) fn milestone_counts(state: &State, id: Id) -> (u64, u64) {
    let count = |closed| {
        state
            .issues()
            .filter(|(_, issue)| issue.milestone == Some(id) && issue.closed == closed)
            .count() as u64
    };
    (count(false), count(true))
}

fn check_milestones(snapshot: &Snapshot, state: &State, repository: Id) -> Check {
    let name = name_of(state, repository);
    let mut there = BTreeSet::new();
    for record in state.records.values().filter(|record| !record.absent) {
        let Fields::Milestone(milestone) = &record.fields else {
            continue;
        };
        if milestone.repository == repository {
            there.insert(milestone.number);
        }
    }
    let model = Model {
        state: state.clone(),
        now: Default::default(),
        actor: String::new(),
        next: 0,
    };
    for number in there.iter().copied().chain([there.len() as u64 + 40]) {
        let found = snapshot.milestone(&name, number);
        let what = format!("milestone {number} of {name}");
        let id = match model.find_milestone(repository, number) {
            Ok(id) => id,
            Err(expected) => {
                same(&what, &problem(found), &Some(expected))?;
                continue;
            }
        };
        let found = found.map_err(|error| format!("{what}: {error}"))?;
        let expected: &Milestone = state.milestone(id);
        let rest = |at, title: &str, description, state, creator: &str, counts| {
            (
                at,
                title.to_owned(),
                description,
                state,
                creator.to_owned(),
                counts,
            )
        };
        let one = rest(
            (
                found.due_on,
                found.created_at,
                found.updated_at,
                found.closed_at,
            ),
            &found.title,
            found.description.clone(),
            found.state.clone(),
            found.creator.as_deref().unwrap_or_default(),
            (found.open_issues, found.closed_issues),
        );
        let two = rest(
            (
                expected.due_on,
                Some(expected.created_at),
                Some(expected.updated_at),
                expected.closed_at,
            ),
            &expected.title,
            expected.description.clone(),
            word(expected.closed),
            &expected.creator,
            milestone_counts(state, id),
        );
        same(&what, &one, &two)?;
    }
    Ok(())
}

/// Compares everything.
pub(super) fn compare(snapshot: &Snapshot, state: &State, names: &Names) -> Check {
    let found = snapshot.repositories().map_err(|error| error.to_string())?;
    let found: BTreeSet<String> = found
        .into_iter()
        .map(|repository| repository.name)
        .collect();
    let all: BTreeSet<String> = state
        .repositories()
        .map(|(_, repository)| repository.name.clone())
        .collect();
    same("repositories", &found, &all)?;
    for (repository, expected) in state.repositories() {
        let name = name_of(state, repository);
        let found = snapshot
            .repository(&name)
            .map_err(|error| error.to_string())?
            .unwrap();
        let record = snapshot
            .record(found.id)
            .map_err(|error| error.to_string())?
            .unwrap();
        let one = (
            record.is_private(),
            record.is_archived(),
            record.description().map(str::to_owned),
        );
        let two = (
            expected.private,
            expected.archived,
            expected.description.clone(),
        );
        same(&format!("repository {name}"), &one, &two)?;
        let issues = state.issues_of(repository);
        let filter = IssueFilter {
            state: StateFilter::All,
            sort: SortKey::Number,
            direction: Direction::Ascending,
            ..IssueFilter::default()
        };
        let list = snapshot
            .issues(&name, &filter)
            .map_err(|error| error.to_string())?;
        let page = list.page(1, 10_000).map_err(|error| error.to_string())?;
        let numbers = |numbers: Vec<u64>| numbers;
        same(
            &format!("issues of {name}"),
            &numbers(page.iter().map(|issue| issue.number).collect()),
            &numbers(issues.iter().map(|(_, issue)| issue.number).collect()),
        )?;
        for (id, issue) in issues {
            let found = snapshot
                .issue(&name, issue.number)
                .map_err(|error| format!("{name}#{}: {error}", issue.number))?;
            check_issue(state, names, id, issue, &found)?;
            let listed = page
                .iter()
                .find(|summary| summary.number == issue.number)
                .unwrap();
            same("an issue in a list", listed, &found.summary)?;
            check_comments(snapshot, state, names, id)?;
            check_reactions(snapshot, state, id, found.summary.id)?;
        }
        check_labels(snapshot, state, repository)?;
        check_milestones(snapshot, state, repository)?;
    }
    check_gone(snapshot, state, names)?;
    super::compare_boards::compare(snapshot, state, names)
}

/// What is deleted, elsewhere, or was never there says so.
fn check_gone(snapshot: &Snapshot, state: &State, names: &Names) -> Check {
    let model = Model {
        state: state.clone(),
        now: Default::default(),
        actor: String::new(),
        next: 0,
    };
    for (id, record) in &state.records {
        match &record.fields {
            Fields::Issue(issue) => {
                let places = issue
                    .places
                    .iter()
                    .copied()
                    .chain([(issue.repository, issue.number)]);
                for (repository, number) in places {
                    if !state.is_there(repository) {
                        continue;
                    }
                    let expected = model.find(repository, number).err();
                    let found = problem(snapshot.issue(&name_of(state, repository), number));
                    let what = format!("{}#{number}", name_of(state, repository));
                    same(&what, &found, &expected.map(|all| all[0].clone()))?;
                }
            }
            Fields::Comment(_) if !state.is_there(*id) => {
                if let Some(name) = names.known(*id) {
                    let expected = if state.is_absent(*id) { UNKNOWN } else { GONE };
                    same(
                        &format!("comment {id}"),
                        &problem(snapshot.comment(name)),
                        &Some(expected),
                    )?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}
