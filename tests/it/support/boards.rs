//! Project boards in tests: as GitHub gives them, and as a store shows them.

use backlot_core::{ArchivedFilter, ProjectOwner, StateFilter, Store};
use serde_json::{Value, json};

use super::{name, user};

const API: &str = "https://api.github.com";

/// A project of a repository as GitHub gives it.
pub(crate) fn project(repository: &str, id: u64, number: u64) -> Value {
    json!({
        "owner_url": format!("{API}/repos/{repository}"), "url": format!("{API}/projects/{id}"),
        "html_url": format!("https://github.com/{repository}/projects/{number}"),
        "columns_url": format!("{API}/projects/{id}/columns"), "id": id, "node_id": "opaque",
        "name": format!("Board {number}"), "body": "What it is for.", "number": number, "state": "open",
        "creator": user("mona", 1), "created_at": "2023-01-01T00:00:00Z",
        "updated_at": "2023-01-02T00:00:00Z",
    })
}

/// A column of a project.
pub(crate) fn column(project: u64, id: u64, name: &str) -> Value {
    json!({
        "url": format!("{API}/projects/columns/{id}"), "project_url": format!("{API}/projects/{project}"),
        "cards_url": format!("{API}/projects/columns/{id}/cards"), "id": id, "node_id": "opaque",
        "name": name, "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-02T00:00:00Z",
    })
}

/// A note on a card in a column of a project.
pub(crate) fn note(project: u64, column: u64, id: u64, text: &str) -> Value {
    json!({
        "url": format!("{API}/projects/columns/cards/{id}"),
        "project_url": format!("{API}/projects/{project}"), "id": id, "node_id": "opaque", "note": text,
        "archived": false, "creator": user("hubot", 2), "created_at": "2023-01-01T00:00:00Z",
        "updated_at": "2023-01-02T00:00:00Z", "column_url": format!("{API}/projects/columns/{column}"),
    })
}

/// A card that shows an issue.
pub(crate) fn card(project: u64, column: u64, id: u64, repository: &str, number: u64) -> Value {
    let mut card = note(project, column, id, "");
    card["note"] = Value::Null;
    card["content_url"] = json!(format!("{API}/repos/{repository}/issues/{number}"));
    card
}

/// All boards of an owner: each with its columns, each with its cards.
pub(crate) fn shown(store: &Store, owner: &ProjectOwner) -> Vec<Value> {
    let snapshot = store.read().unwrap();
    let mut projects = snapshot.projects(owner, StateFilter::All).unwrap();
    // Those of one moment stand in no order that another store would know.
    projects.sort_by_key(|project| project.number);
    let boards = projects.into_iter().map(|project| {
        let columns = snapshot.columns(project.id).unwrap();
        let columns = columns.into_iter().map(|column| {
            let cards = snapshot.cards(column.id, ArchivedFilter::All).unwrap();
            let cards = cards.into_iter().map(|card| {
                let issue = card.issue.map(|(repository, issue)| json!([repository, issue.number]));
                json!({
                    "note": card.note, "issue": issue, "archived": card.is_archived,
                    "creator": card.creator,
                })
            });
            json!({
                "name": column.name, "cards": cards.collect::<Vec<_>>(),
                "counts": [column.cards, column.archived_cards, column.open_issues, column.closed_issues],
            })
        });
        json!({
            "number": project.number, "owner": project.owner, "name": project.name,
            "body": project.body, "state": project.state.as_word(), "private": project.is_private,
            "permission": project.permission, "creator": project.creator,
            "created_at": project.created_at.map(|at| at.to_string()),
            "columns": columns.collect::<Vec<_>>(),
        })
    });
    boards.collect()
}

/// The columns of the only board of a repository, each as its name and the notes and issues in it.
pub(crate) fn layout(store: &Store, repository: &str) -> Vec<String> {
    let boards = shown(store, &ProjectOwner::Repository(name(repository)));
    let [board] = boards.as_slice() else {
        panic!("{} boards", boards.len());
    };
    let columns = board["columns"].as_array().unwrap().iter();
    columns.map(spelled).collect()
}

/// A column in one line: its name, and what its cards say or show.
pub(crate) fn spelled(column: &Value) -> String {
    let cards = column["cards"].as_array().unwrap().iter();
    let cards = cards.map(|card| match card["note"].as_str() {
        Some(note) => note.to_owned(),
        None => format!("#{}", card["issue"][1]),
    });
    let cards: Vec<_> = cards.collect();
    format!("{}: {}", column["name"].as_str().unwrap(), cards.join(" "))
}
