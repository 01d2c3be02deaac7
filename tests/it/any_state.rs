//! Any state of random backlogs goes out as GitHub's objects and comes into another store as the same state,
//! but for exactly what the export reports as dropped. `BACKLOT_STATES` says how many backlogs are made,
//! `BACKLOT_SEED` with which seed they begin.

use std::collections::{BTreeMap, BTreeSet};

use backlot_core::{
    ArchivedFilter, ErrorKind, IssueDetail, IssueFilter, IssueLink, MilestoneList, ProjectOwner,
    Snapshot, StateFilter, Store,
};
use backlot_github::{ApiVersion, WriteOptions};
use backlot_model::{AuthorAssociation, RecordId, Timestamp, UserKind};
use serde_json::{Value, json};

use crate::random_backlog::{HERE, THERE, fill, has_undos};
use crate::support::{World, export_to, name, objects, read_folder};

/// How many backlogs are made when nobody says how many.
const STATES: u64 = 6;
/// How many issues each of them has.
const ISSUES: u64 = 14;

/// A record, and one of its fields.
type Place = (String, String);
type Facts = BTreeMap<Place, Value>;

/// What the author of an issue or a comment is to the repository; GitHub's objects always say so, and say `NONE`
/// where nothing is known.
fn association(word: Option<&AuthorAssociation>) -> Value {
    json!(word.map_or("NONE", AuthorAssociation::as_word))
}

fn shown(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| json!(at.to_string()))
}

/// The values in an order that does not depend on the names of records.
fn sorted(mut values: Vec<Value>) -> Value {
    values.sort_by_key(Value::to_string);
    Value::Array(values)
}

fn put(facts: &mut Facts, record: &str, fields: Value) {
    let Value::Object(fields) = fields else {
        panic!("fields are an object");
    };
    for (field, value) in fields {
        let is_new = facts.insert((record.to_owned(), field), value).is_none();
        assert!(is_new, "two of {record}");
    }
}

fn reactions(snapshot: &Snapshot, of: RecordId) -> Value {
    let found = snapshot.reactions(of).unwrap();
    let found = found
        .iter()
        .map(|one| json!([one.content, one.user, shown(one.created_at)]));
    sorted(found.collect())
}

/// What happened to an issue, but for another body, of which forges tell no event. Of what was undone a store
/// tells nothing, and an export what a forge would have told.
fn history(snapshot: &Snapshot, issue: &IssueDetail, has_undos: bool) -> Value {
    if has_undos {
        return Value::Null;
    }
    let items = snapshot.timeline(issue).unwrap();
    let items = items
        .iter()
        .filter(|item| item.record.event().is_some_and(|event| event != "edited"));
    let items = items.map(|item| {
        let at = item.at.unwrap_or_default().unix_milliseconds() / 1000;
        json!([item.record.event(), item.actor, item.person, at])
    });
    sorted(items.collect())
}

fn issue(
    snapshot: &Snapshot,
    repository: &str,
    issue: &IssueDetail,
    has_undos: bool,
    facts: &mut Facts,
) {
    let summary = &issue.summary;
    let links = |links: &[IssueLink]| {
        let links = links.iter();
        json!(
            links
                .map(|link| format!("{}#{}", link.repository, link.number))
                .collect::<Vec<_>>()
        )
    };
    let comments = snapshot
        .comments(&name(repository), summary.number)
        .unwrap();
    let comments = comments.iter().map(|comment| {
        json!({
            "body": comment.body, "author": comment.author, "at": shown(comment.created_at),
            "changed": shown(comment.updated_at), "pinned": comment.is_pinned,
            "minimized": comment.is_minimized, "reason": comment.minimized_reason,
            "association": association(comment.author_association.as_ref()),
            "counts": comment.reactions.counts, "reactions": reactions(snapshot, comment.id),
        })
    });
    let record = format!("{repository}/issues/{}", summary.number);
    let fields = json!({
        "title": summary.title, "body": issue.body, "state": summary.state.as_word(),
        "state_reason": summary.state_reason.as_ref().map(|word| word.as_word()),
        "locked": summary.is_locked,
        "lock_reason": issue.lock_reason.as_ref().map(|word| word.as_word()),
        "labels": summary.labels, "assignees": summary.assignees, "milestone": summary.milestone,
        "type": issue.issue_type, "author": summary.author, "comments": summary.comments,
        "created_at": shown(summary.created_at), "updated_at": shown(summary.updated_at),
        "closed_at": shown(summary.closed_at), "closed_by": issue.closed_by,
        "association": association(issue.author_association.as_ref()),
        "counts": issue.reactions.counts, "reactions": reactions(snapshot, summary.id),
        "thread": sorted(comments.collect()), "history": history(snapshot, issue, has_undos),
        "pinned": issue.is_pinned, "sub_issues": links(&issue.sub_issues),
        "blocked_by": links(&issue.blocked_by), "blocking": links(&issue.blocking),
        "duplicate_of": links(issue.duplicate_of.as_slice()),
        "parent_issue": links(issue.parent.as_slice()),
    });
    put(facts, &record, fields);
}

fn lists(snapshot: &Snapshot, repository: &str, facts: &mut Facts) {
    let known = name(repository);
    for label in snapshot.labels(&known).unwrap() {
        let fields = json!({
            "color": label.color, "description": label.description, "default": label.is_default,
        });
        put(
            facts,
            &format!("{repository}/labels/{}", label.name),
            fields,
        );
    }
    let all = MilestoneList {
        state: StateFilter::All,
        ..MilestoneList::default()
    };
    for milestone in snapshot.milestones(&known, &all).unwrap() {
        let fields = json!({
            "title": milestone.title, "description": milestone.description,
            "state": milestone.state.as_word(), "creator": milestone.creator,
            "open_issues": milestone.open_issues, "closed_issues": milestone.closed_issues,
            "due_on": shown(milestone.due_on), "created_at": shown(milestone.created_at),
            "updated_at": shown(milestone.updated_at), "closed_at": shown(milestone.closed_at),
        });
        put(
            facts,
            &format!("{repository}/milestones/{}", milestone.number),
            fields,
        );
    }
}

fn boards(snapshot: &Snapshot, owner: &ProjectOwner, facts: &mut Facts) {
    let projects = match snapshot.projects(owner, StateFilter::All) {
        Ok(projects) => projects,
        Err(error) if error.kind() == ErrorKind::UnknownRecord => Vec::new(),
        Err(error) => panic!("{error}"),
    };
    for project in projects {
        let columns = snapshot.columns(project.id).unwrap();
        let columns = columns.into_iter().map(|column| {
            let cards = snapshot.cards(column.id, ArchivedFilter::All).unwrap();
            let cards = cards.into_iter().map(|card| {
                json!({
                    "note": card.note, "archived": card.is_archived, "creator": card.creator,
                    "issue": card.issue.map(|(repository, issue)| json!([repository, issue.number])),
                    "created_at": shown(card.created_at), "updated_at": shown(card.updated_at),
                })
            });
            json!({
                "name": column.name, "cards": cards.collect::<Vec<_>>(),
                "counts": [column.cards, column.archived_cards, column.open_issues, column.closed_issues],
                "created_at": shown(column.created_at), "updated_at": shown(column.updated_at),
            })
        });
        let fields = json!({
            "name": project.name, "body": project.body, "state": project.state.as_word(),
            "private": project.is_private, "permission": project.permission,
            "creator": project.creator, "columns": columns.collect::<Vec<_>>(),
            "created_at": shown(project.created_at), "updated_at": shown(project.updated_at),
        });
        // The board of an organisation or a person goes with the repository of an issue that it shows.
        let shows_some = fields.to_string().contains("\"issue\":[");
        if shows_some || matches!(owner, ProjectOwner::Repository(_)) {
            put(
                facts,
                &format!("{}/projects/{}", project.owner, project.number),
                fields,
            );
        }
    }
}

/// All that can be read of a store, without the names of records, which are other ones in another store.
fn facts(store: &Store, has_undos: bool) -> Facts {
    let snapshot = store.read().unwrap();
    let mut facts = Facts::new();
    for repository in [HERE, THERE] {
        let known = snapshot.repository(&name(repository)).unwrap().unwrap();
        let record = snapshot.record(known.id).unwrap().unwrap();
        let fields = json!({
            "description": record.description(), "private": record.is_private(),
            "archived": record.is_archived(), "issues_disabled": record.has_issues_disabled(),
            "projects_disabled": record.has_projects_disabled(),
        });
        put(&mut facts, repository, fields);
        let all = IssueFilter {
            state: StateFilter::All,
            ..IssueFilter::default()
        };
        let list = snapshot.issues(&name(repository), &all).unwrap();
        for summary in list.page(1, 10_000).unwrap() {
            let found = snapshot.issue(&name(repository), summary.number).unwrap();
            issue(&snapshot, repository, &found, has_undos, &mut facts);
        }
        lists(&snapshot, repository, &mut facts);
        boards(
            &snapshot,
            &ProjectOwner::Repository(name(repository)),
            &mut facts,
        );
    }
    boards(
        &snapshot,
        &ProjectOwner::Organization("acme".into()),
        &mut facts,
    );
    boards(&snapshot, &ProjectOwner::User("hubot".into()), &mut facts);
    for user in snapshot.users().unwrap() {
        // An organisation goes out as the owner of a board, or not at all.
        if user.kind == UserKind::Organization {
            continue;
        }
        put(
            &mut facts,
            &user.login,
            json!({"kind": user.kind.as_word()}),
        );
    }
    facts
}

/// What an export reports as dropped of the state, which is not what happened to come there.
fn dropped(folder: &std::path::Path) -> BTreeSet<Place> {
    let losses = objects(&folder.join("losses.ndjson"));
    let losses = losses
        .iter()
        .filter(|loss| loss["kind"] == "dropped" && loss["record_kind"] != "event");
    losses
        .map(|loss| {
            let record = loss["record"].as_str().unwrap();
            let record = record.trim_start_matches("https://api.github.com/repos/");
            (
                record.to_owned(),
                loss["field"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

/// All that is wrong with what became of a backlog.
fn compare(seed: u64, version: Option<ApiVersion>) -> Vec<String> {
    let world = World::new();
    fill(&world.store, seed, ISSUES).unwrap();
    let mut other = World::new();
    let options = || WriteOptions {
        api_version: version,
        ..WriteOptions::default()
    };
    let what = format!("seed {seed}, {version:?}");
    let mut reported = BTreeSet::new();
    for (repository, folder) in [(HERE, "here"), (THERE, "there")] {
        let out = world.path(folder);
        export_to(&world.store, repository, &out, options());
        let report = other.import(&out);
        assert_eq!(report.skipped, [], "{what}");
        reported.extend(dropped(&out));
    }
    let has_undos = has_undos(seed);
    let (before, after) = (
        facts(&world.store, has_undos),
        facts(&other.store, has_undos),
    );
    // A parent is told by its own address, which leads to no record, and the list that is reported is the parent's.
    let of_children = before.iter().filter_map(|((record, field), value)| {
        let parent = value
            .as_array()?
            .first()?
            .as_str()?
            .replace('#', "/issues/");
        let is_told =
            field == "parent_issue" && reported.contains(&(parent, "sub_issues".to_owned()));
        is_told.then(|| (record.clone(), field.clone()))
    });
    let expected: BTreeSet<Place> = reported.iter().cloned().chain(of_children).collect();
    let places = before.keys().chain(after.keys());
    let different: BTreeSet<Place> = places
        .filter(|place| before.get(*place) != after.get(*place))
        .cloned()
        .collect();
    let mut wrong = Vec::new();
    for place in different.difference(&expected) {
        let (before, after) = (before.get(place), after.get(place));
        wrong.push(format!(
            "{what}: {place:?} is not reported\nbefore {before:?}\nafter  {after:?}"
        ));
    }
    for place in expected.difference(&different) {
        let value = before.get(place);
        wrong.push(format!(
            "{what}: {place:?} is reported and is there: {value:?}"
        ));
    }
    // What came from a forge goes out again as it came.
    for (repository, folder) in [(HERE, "here"), (THERE, "there")] {
        let again = other.path(folder);
        export_to(&other.store, repository, &again, options());
        let (mut first, mut again) = (read_folder(&world.path(folder)), read_folder(&again));
        for files in [&mut first, &mut again] {
            files.remove("losses.ndjson");
        }
        for (file, objects) in &first {
            let found = again.get(file).map_or(&[][..], Vec::as_slice);
            // What happened in one second is in the order of ids, which are other ones in another store.
            let in_order = |objects: &[Value]| match sorted(objects.to_vec()) {
                Value::Array(objects) => objects,
                other => vec![other],
            };
            for (object, found) in in_order(objects).iter().zip(in_order(found)) {
                if *object != found {
                    wrong.push(format!(
                        "{what}: {file} again\nfirst  {object}\nsecond {found}"
                    ));
                }
            }
            if objects.len() != found.len() {
                wrong.push(format!(
                    "{what}: {file} has {} objects and then {}",
                    objects.len(),
                    found.len()
                ));
            }
        }
        let new = again.keys().filter(|file| !first.contains_key(*file));
        wrong.extend(new.map(|file| format!("{what}: {file} is there only again")));
    }
    other.assert_sound();
    wrong
}

#[test]
fn any_state_goes_to_github_and_comes_back_as_the_same_but_for_what_is_reported() {
    let number = |name: &str, default: u64| {
        let given = std::env::var_os(name);
        given.map_or(default, |text| text.to_str().unwrap().parse().unwrap())
    };
    let (first, states) = (number("BACKLOT_SEED", 1), number("BACKLOT_STATES", STATES));
    for seed in first..first + states {
        let mut wrong = compare(seed, None);
        wrong.extend(compare(seed, Some(ApiVersion::V2022)));
        assert!(
            wrong.is_empty(),
            "{} differences:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
    eprintln!("{states} states went out and came back as the same");
}
