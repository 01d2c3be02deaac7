//! Whether the boards of a store are those of the model.

use backlot_core::{ArchivedFilter, ProjectOwner, Snapshot, StateFilter};

use super::answer::{GONE, Problem, UNKNOWN};
use super::boards::ORGANIZATION;
use super::compare::{Check, same, word};
use super::perform::Names;
use super::state::{Fields, Id, Owner, State};

fn text<T>(result: backlot_core::Result<T>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn check_projects(snapshot: &Snapshot, state: &State, names: &Names, owner: &Owner) -> Check {
    let expected: Vec<_> = state
        .projects()
        .filter(|(_, project)| project.owner == *owner)
        .map(|(id, project)| (project.number, names.of(id)))
        .collect();
    let asked = state.owner_of(owner);
    let found = match snapshot.projects(&asked, StateFilter::All) {
        Ok(found) => found,
        // Nobody may know the owner, as nothing belongs to them.
        Err(_) if expected.is_empty() && !matches!(asked, ProjectOwner::Repository(_)) => {
            return Ok(());
        }
        Err(error) => return Err(format!("projects of {asked:?}: {error}")),
    };
    let mut found: Vec<_> = found
        .into_iter()
        .map(|project| (project.number, project.id))
        .collect();
    let mut expected = expected;
    found.sort_unstable();
    expected.sort_unstable();
    same(&format!("projects of {asked:?}"), &found, &expected)
}

fn check_project(snapshot: &Snapshot, state: &State, names: &Names, id: Id) -> Check {
    let expected = state.project(id);
    let found = text(snapshot.project(names.of(id)))?;
    let what = |field: &str| format!("{field} of project {id}");
    same(&what("name"), &found.name, &expected.name)?;
    same(&what("number"), &found.number, &expected.number)?;
    same(&what("body"), &found.body, &expected.body)?;
    same(&what("state"), &found.state, &word(expected.closed))?;
    same(&what("private"), &found.is_private, &expected.private)?;
    same(&what("permission"), &found.permission, &expected.permission)?;
    same(
        &what("creator"),
        &found.creator.as_deref(),
        &Some(expected.creator.as_str()),
    )?;
    let moments = (Some(expected.created_at), Some(expected.updated_at));
    same(
        &what("moments"),
        &(found.created_at, found.updated_at),
        &moments,
    )?;
    let columns = text(snapshot.columns(found.id))?;
    let ids: Vec<_> = columns.iter().map(|column| column.id).collect();
    same(
        &what("columns"),
        &ids,
        &expected.columns.iter().map(|id| names.of(*id)).collect(),
    )?;
    for (found, id) in columns.iter().zip(&expected.columns) {
        let column = state.column(*id);
        let what = |field: &str| format!("{field} of column {id}");
        same(&what("name"), &found.name, &column.name)?;
        let moments = (Some(column.created_at), Some(column.updated_at));
        same(
            &what("moments"),
            &(found.created_at, found.updated_at),
            &moments,
        )?;
        let shown: Vec<Id> = column
            .cards
            .iter()
            .copied()
            .filter(|card| state.is_there(*card))
            .collect();
        let cards = text(snapshot.cards(found.id, ArchivedFilter::All))?;
        let ids: Vec<_> = cards.iter().map(|card| card.id).collect();
        same(
            &what("cards"),
            &ids,
            &shown.iter().map(|id| names.of(*id)).collect(),
        )?;
        let mut counts = [0; 4];
        for (found, id) in cards.iter().zip(&shown) {
            let card = state.card(*id);
            let what = |field: &str| format!("{field} of card {id}");
            same(&what("note"), &found.note, &card.note)?;
            same(&what("archived"), &found.is_archived, &card.archived)?;
            same(
                &what("creator"),
                &found.creator.as_deref(),
                &Some(card.creator.as_str()),
            )?;
            let moments = (Some(card.created_at), Some(card.updated_at));
            same(
                &what("moments"),
                &(found.created_at, found.updated_at),
                &moments,
            )?;
            let issue = found
                .issue
                .as_ref()
                .map(|(repository, issue)| (repository.clone(), issue.number));
            let expected = card.issue.map(|issue| {
                let issue = state.issue(issue);
                (
                    state.repository(issue.repository).name.clone(),
                    issue.number,
                )
            });
            same(&what("issue"), &issue, &expected)?;
            counts[usize::from(card.archived)] += 1;
            if let Some(issue) = card.issue.filter(|_| !card.archived) {
                counts[2 + usize::from(state.issue(issue).closed)] += 1;
            }
        }
        let found = [
            found.cards,
            found.archived_cards,
            found.open_issues,
            found.closed_issues,
        ];
        same(&what("counts"), &found, &counts)?;
    }
    Ok(())
}

pub(super) fn compare(snapshot: &Snapshot, state: &State, names: &Names) -> Check {
    let mut owners = vec![
        Owner::Organization(ORGANIZATION.to_owned()),
        Owner::User("mona".to_owned()),
    ];
    owners.extend(state.repositories().map(|(id, _)| Owner::Repository(id)));
    for owner in &owners {
        check_projects(snapshot, state, names, owner)?;
    }
    for (id, _) in state.projects() {
        check_project(snapshot, state, names, id)?;
    }
    for (id, record) in state.records.iter().filter(|(id, _)| !state.is_there(**id)) {
        let Some(name) = names.known(*id) else {
            continue;
        };
        let result = match &record.fields {
            Fields::Project(_) => snapshot.project(name).err(),
            Fields::Column(_) => snapshot.column(name).err(),
            Fields::Card(_) => snapshot.card(name).err(),
            _ => continue,
        };
        let expected = if state.is_absent(*id) { UNKNOWN } else { GONE };
        same(
            &format!("record {id}"),
            &result.as_ref().map(Problem::from),
            &Some(expected),
        )?;
    }
    Ok(())
}
