//! Single cases.

use backlot_model::Actor;

use super::*;
use crate::write::NewIssue;

fn with_issues(texts: &[(&str, &str)]) -> Store {
    let store = store();
    let mut tx = store.write(Actor::login("mona"), "issues").unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    for (title, body) in texts {
        repository
            .create_issue(NewIssue::titled(*title).body(*body))
            .unwrap();
    }
    tx.commit().unwrap();
    store
}

fn finds(store: &Store, test: &TextTest) -> Vec<u64> {
    found(&store.read().unwrap(), TextQuestion::Text(test))
}

#[test]
fn a_search_right_after_a_commit_finds_it_with_an_old_index() {
    let store = with_issues(&[("Crash on start", ""), ("Slow", "It crashes.")]);
    index(&store);
    assert_eq!(finds(&store, &text("crash*")), [1, 2]);
    let mut tx = store.write(Actor::login("mona"), "comment").unwrap();
    tx.repository(REPOSITORY)
        .unwrap()
        .comment(2, "A crash, @octocat")
        .unwrap();
    tx.commit().unwrap();
    assert_eq!(finds(&store, &text("crash")), [1, 2]);
    let snapshot = store.read().unwrap();
    assert_eq!(
        found(&snapshot, TextQuestion::Mentions(&mentions("Octocat"))),
        [2]
    );
    assert_eq!(
        found(
            &snapshot,
            TextQuestion::CommentedBy(&users(&snapshot, "mona"))
        ),
        [2]
    );
}

#[test]
fn an_old_snapshot_finds_what_it_shows() {
    let store = with_issues(&[("First", "needle")]);
    index(&store);
    let old = store.read().unwrap();
    let mut tx = store.write(Actor::login("mona"), "more").unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    repository
        .create_issue(NewIssue::titled("Second").body("needle"))
        .unwrap();
    tx.commit().unwrap();
    assert_eq!(finds(&store, &text("needle")), [1, 2]);
    assert_eq!(found(&old, TextQuestion::Text(&text("needle"))), [1]);
    index(&store);
    assert_eq!(found(&old, TextQuestion::Text(&text("needle"))), [1]);
}

#[test]
fn titles_count_more_and_rare_words_too() {
    let store = with_issues(&[
        (
            "Something else",
            "the parser is slow, and the parser is old",
        ),
        ("Parser is slow", "the"),
        ("The the", "the the the"),
    ]);
    let snapshot = store.read().unwrap();
    let questions = [text("the"), text("parser")];
    let questions = questions.each_ref().map(TextQuestion::Text);
    let search = snapshot.search_texts(&questions, None).unwrap();
    let sets = search.sets(None).unwrap();
    let mut scores = search.scores(&(&sets[0] | &sets[1]));
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let order: Vec<u64> = scores
        .iter()
        .map(|(row, _)| snapshot.head(*row).unwrap().record.number().unwrap())
        .collect();
    assert_eq!(order, [2, 1, 3]);
}

#[test]
fn an_index_that_is_missing_or_of_another_version_is_made_again() {
    let store = with_issues(&[("Crash", "数据库 and \0 zero")]);
    assert!(check_texts(&store.read().unwrap()).unwrap().is_none());
    assert_eq!(finds(&store, &text("据库")), [1]);
    index(&store);
    let transaction = store.begin_write().unwrap();
    let mut writer = crate::store::texts::TextWriter::open(&transaction).unwrap();
    writer.put_state(&[99]).unwrap();
    drop(writer);
    transaction.commit().unwrap();
    assert_eq!(finds(&store, &text("据库")), [1]);
    assert_canonical(&store);
    assert_eq!(finds(&store, &text("zero")), [1]);
}

#[test]
fn verifying_finds_a_wrong_index_and_a_rebuild_mends_it() {
    let mut store = with_issues(&[("Crash", "one two"), ("Slow", "two three")]);
    index(&store);
    assert!(store.verify().unwrap().is_clean());
    let (key, _) = store
        .read()
        .unwrap()
        .tables
        .texts
        .first_block()
        .unwrap()
        .unwrap();
    let transaction = store.begin_write().unwrap();
    let mut writer = crate::store::texts::TextWriter::open(&transaction).unwrap();
    writer.remove_block(&key).unwrap();
    drop(writer);
    transaction.commit().unwrap();
    let problems = store.verify().unwrap().problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].part, "text_blocks_v1");
    store.rebuild().unwrap();
    assert!(store.verify().unwrap().is_clean());
    assert_eq!(finds(&store, &text("two")), [1, 2]);
}

#[test]
fn an_indexing_that_is_asked_to_stop_goes_on_later() {
    let store = with_issues(&[("One", "word"), ("Two", "word"), ("Three", "word")]);
    let limits = Limits {
        counts: 1,
        ..Limits::default()
    };
    let report = store
        .index_texts_within(&limits, &mut |_| ControlFlow::Break(()))
        .unwrap();
    assert_eq!((report.issues, report.is_complete), (1, false));
    assert_eq!(finds(&store, &text("word")), [1, 2, 3]);
    let report = store
        .index_texts(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!((report.issues, report.is_complete), (2, true));
    let report = store
        .index_texts(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!((report.issues, report.is_complete), (0, true));
    assert_canonical(&store);
}

#[test]
fn an_indexing_is_stopped_between_issues() {
    let issues = vec![("One", "word"); 100];
    let store = with_issues(&issues);
    let mut asked = 0;
    let stopped = store.index_texts(&mut |progress| {
        asked += 1;
        assert_eq!(progress.total, 100);
        ControlFlow::Break(())
    });
    let report = stopped.unwrap();
    assert_eq!((asked, report.issues, report.is_complete), (1, 0, false));
    let whole = store.index_texts(&mut |_| ControlFlow::Continue(()));
    assert_eq!(whole.unwrap().issues, 100);
    assert_canonical(&store);
}

/// So many words, different ones for each seed.
fn many_words(seed: u64) -> String {
    let words = (0..400u64).map(|at| {
        let mixed = (seed * 1_000 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        format!("w{mixed} c{}", at % 40)
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn an_indexing_that_is_killed_is_continued() {
    let texts: Vec<(String, String)> = (0..30)
        .map(|at| (format!("Issue {at}"), many_words(at)))
        .collect();
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let store = with_issues(&texts);
    index(&store);
    let mut merging = 0;
    for round in 0..12 {
        let mut tx = store.write(Actor::login("mona"), "edit").unwrap();
        let mut repository = tx.repository(REPOSITORY).unwrap();
        for number in 1..=10 {
            let body = Some(format!(
                "round{round} {}",
                many_words(100 + round * 30 + number)
            ));
            let edit = crate::write::IssueEdit::default().body(body);
            repository.edit_issue(number, &edit).unwrap();
        }
        tx.commit().unwrap();
        let transactions = 1 + round as usize % 3;
        let limits = Limits {
            slice: 1000,
            transactions,
            ..Limits::default()
        };
        assert!(!index_within(&store, limits), "round {round}");
        let snapshot = store.read().unwrap();
        let state = super::super::state::State::read(&snapshot.tables.texts)
            .unwrap()
            .unwrap();
        merging += usize::from(state.merging.is_some());
        let check = check_texts(&snapshot).unwrap().unwrap();
        assert!(check.blocks && check.documents, "{check:?}");
        assert_eq!(
            finds(&store, &text(&format!("round{round}"))),
            (1..=10).collect::<Vec<_>>()
        );
        assert_eq!(finds(&store, &text("c7")).len(), 30);
        // Texts that change before it goes on.
        let mut tx = store.write(Actor::login("mona"), "edit").unwrap();
        tx.repository(REPOSITORY)
            .unwrap()
            .comment(round % 30 + 1, "late")
            .unwrap();
        tx.commit().unwrap();
        if round % 3 == 2 {
            index(&store);
            let snapshot = store.read().unwrap();
            let check = check_texts(&snapshot).unwrap().unwrap();
            assert!(check.blocks && check.documents, "{check:?}");
        }
    }
    assert_eq!(merging, 12);
    assert_canonical(&store);
    assert_eq!(finds(&store, &text("late")).len(), 12);
}
