//! Lists that are brought forward commit by commit are those that are made anew.

use backlot_model::{Actor, RecordId, RecordKind, RepositoryName, State};
use proptest::prelude::*;

use super::rows;
use crate::{
    CardPlace, HistoryItem, IssueEdit, NewIssue, NewProject, ProjectOwner, Result, Snapshot, Store,
    StoreOptions, WriteTransaction,
};

const REPOSITORIES: [&str; 2] = ["octo/one", "octo/two"];

fn name(which: usize) -> RepositoryName {
    REPOSITORIES[which].parse().unwrap()
}

/// What there is to do something to.
#[derive(Default)]
struct Made {
    comments: Vec<(usize, RecordId)>,
    columns: Vec<RecordId>,
    cards: Vec<RecordId>,
}

/// Does one thing, by its number, to the issue of another one; whatever is refused is refused.
fn act(
    tx: &mut WriteTransaction,
    made: &mut Made,
    what: u8,
    issue: u64,
    which: usize,
) -> Result<()> {
    let edit = IssueEdit::default();
    let comment = made.comments.get(issue as usize).copied();
    let card = made.cards.get(issue as usize).copied();
    let mut here = tx.repository(REPOSITORIES[which])?;
    match what {
        0 => _ = here.create_issue(NewIssue::titled("New").label("bug"))?,
        1 => _ = here.edit_issue(issue, &edit.state(State::Closed, None))?,
        2 => _ = here.edit_issue(issue, &edit.state(State::Open, None))?,
        3 => _ = here.edit_issue(issue, &edit.title(format!("Title {issue}")))?,
        4 => made
            .comments
            .push((which, here.comment(issue, "As in #1.")?)),
        5 => {
            if let Some((which, id)) = comment {
                tx.repository(REPOSITORIES[which])?
                    .edit_comment(id, "Again")?;
            }
        }
        6 => {
            if let Some((which, id)) = comment {
                tx.repository(REPOSITORIES[which])?.delete_comment(id)?;
            }
        }
        7 => here.delete_issue(issue)?,
        8 => _ = here.transfer_issue(issue, REPOSITORIES[1 - which])?,
        9 => made
            .cards
            .push(tx.add_card(made.columns[0], &name(which), issue)?),
        10 => {
            if let Some(card) = card {
                tx.move_card(card, CardPlace::Top, made.columns.get(1).copied())?;
            }
        }
        11 => {
            if let Some(card) = card {
                tx.delete_card(card)?;
            }
        }
        12 => _ = here.add_sub_issue(issue, &(issue + 1).into(), true)?,
        _ => _ = here.edit_issue(issue, &edit.body(Some("After octo/one#2".to_owned())))?,
    }
    Ok(())
}

fn begun(store: &Store) -> Made {
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    for which in 0..2 {
        let mut repository = tx.create_repository(&name(which)).unwrap();
        for _ in 0..3 {
            repository.create_issue(NewIssue::titled("One")).unwrap();
        }
    }
    let owner = ProjectOwner::User("mona".to_owned());
    let project = tx
        .create_project(&owner, NewProject::named("Board"))
        .unwrap();
    let columns = ["To do", "Done"].map(|name| tx.create_column(project, name).unwrap());
    tx.commit().unwrap();
    Made {
        columns: columns.to_vec(),
        ..Made::default()
    }
}

/// Whether every list is what it would be without any other; how many were brought forward.
fn check(store: &Store) -> usize {
    let snapshot = store.read().unwrap();
    let mut brought = 0;
    check_issues(&snapshot);
    for which in 0..2 {
        let home = snapshot.known_repository(&name(which)).unwrap().row;
        for kind in [RecordKind::Comment, RecordKind::HistoryEvent] {
            let before = snapshot.sequence() - 1;
            brought += usize::from(snapshot.since(before, &[kind]).unwrap().is_some());
            let listed = snapshot.history_of(&name(which), kind).unwrap();
            let anew = snapshot.all_history(home, kind).unwrap();
            let only = |these: &[HistoryItem], those: &[HistoryItem]| -> Vec<HistoryItem> {
                let only = these.iter().filter(|item| !those.contains(item));
                only.cloned().collect()
            };
            assert_eq!(only(&listed, &anew), only(&anew, &listed));
            assert_eq!(*listed, anew);
        }
    }
    brought
}

/// Whether the list of each issue is the one that is made anew.
fn check_issues(snapshot: &Snapshot) {
    for which in 0..2 {
        let home = snapshot.known_repository(&name(which)).unwrap().row;
        let issues = rows::rows_of_kind(&snapshot.tables, home, RecordKind::Issue).unwrap();
        for issue in issues {
            let known = snapshot.head(issue).unwrap().record;
            if let Ok(thread) = snapshot.thread(known.id()) {
                assert_eq!(*thread, snapshot.whole_thread(issue).unwrap());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_list_that_is_brought_forward_is_the_one_that_is_made_anew(
        steps in prop::collection::vec((0_u8..16, 1_u64..5, 0_usize..2), 1..40)
    ) {
        let store = StoreOptions::new().in_memory().unwrap();
        let mut made = begun(&store);
        check(&store);
        for (what, issue, which) in steps {
            if what >= 14 {
                let last = store.read().unwrap().sequence();
                let back = last.saturating_sub(issue - 1).max(2);
                // What later commits stand on stays.
                let _ = store.undo(back, Actor::login("mona"));
            } else {
                let mut tx = store.write(Actor::login("mona"), "step").unwrap();
                let _ = act(&mut tx, &mut made, what, issue, which);
                let _ = tx.commit();
            }
            check(&store);
        }
    }
}

#[test]
fn a_comment_or_an_edit_brings_lists_forward() {
    let store = StoreOptions::new().in_memory().unwrap();
    let mut made = begun(&store);
    check(&store);
    for (what, brought) in [(4, 4), (1, 4), (9, 4), (6, 4), (7, 0)] {
        let mut tx = store.write(Actor::login("mona"), "step").unwrap();
        act(&mut tx, &mut made, what, 1, 0).unwrap();
        tx.commit().unwrap();
        assert_eq!(check(&store), brought, "step {what}");
    }
}
