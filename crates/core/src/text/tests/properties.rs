//! Random histories: a search finds what plain looking finds, and the index grows into what a full build makes.

use backlot_model::{Actor, Change, Event, EventKind, Parent, RecordId, RecordKind, Value};
use proptest::prelude::*;

use super::oracle::{self, Seen};
use super::*;
use crate::write::{IssueEdit, NewIssue};

#[derive(Clone, Debug)]
enum Step {
    Create(String, String),
    Edit(usize, Option<String>, Option<String>),
    Comment(usize, String),
    Import {
        first: u64,
        texts: Vec<(String, Vec<String>)>,
        comments_first: bool,
        complete: bool,
        at: i64,
    },
    Delete(usize),
    DeleteComment(usize),
    MoveComment(usize, usize),
    Index,
    IndexInParts(usize),
    Search,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "alpha", "Alphabet", "beta", "foo-bar", "foo", "bar", "数据库", "据库", "数", "rust语言", "x\0y",
            "@Mona", "@mona-lisa", "!!", "",
        ]).prop_map(str::to_owned),
        4 => (0u32..4000).prop_map(|n| format!("w{n}")),
        1 => Just("z".repeat(45)),
    ]
}

fn words() -> impl Strategy<Value = String> {
    let words = prop_oneof![4 => prop::collection::vec(word(), 0..8), 1 => prop::collection::vec(word(), 0..200)];
    words.prop_map(|words| words.join(" "))
}

fn step() -> impl Strategy<Value = Step> {
    let import = (
        1u64..8,
        prop::collection::vec((words(), prop::collection::vec(words(), 0..3)), 1..6),
        any::<(bool, bool)>(),
        2i64..9,
    );
    prop_oneof![
        3 => (words(), words()).prop_map(|(title, body)| Step::Create(title, body)),
        2 => (any::<usize>(), prop::option::of(words()), prop::option::of(words()))
            .prop_map(|(at, title, body)| Step::Edit(at, title, body)),
        3 => (any::<usize>(), words()).prop_map(|(at, body)| Step::Comment(at, body)),
        2 => import.prop_map(|(first, texts, (comments_first, complete), at)| {
            Step::Import { first, texts, comments_first, complete, at }
        }),
        1 => any::<usize>().prop_map(Step::Delete),
        1 => any::<usize>().prop_map(Step::DeleteComment),
        1 => any::<(usize, usize)>().prop_map(|(comment, issue)| Step::MoveComment(comment, issue)),
        2 => Just(Step::Index),
        2 => (0usize..4).prop_map(Step::IndexInParts),
        3 => Just(Step::Search),
    ]
}

/// The records of a kind that are there.
fn records(store: &Store, kind: RecordKind) -> Vec<(RecordId, u64)> {
    let snapshot = store.read().unwrap();
    let rows = crate::store::texts::rows_of_tag(&snapshot.tables, kind.tag()).unwrap();
    let heads = rows
        .into_iter()
        .map(|row| snapshot.head(row).unwrap().record);
    let alive = heads.filter(|record| !record.is_deleted() && !record.is_absent());
    alive
        .map(|record| (record.id(), record.number().unwrap_or(0)))
        .collect()
}

fn pick<T: Copy>(all: &[T], at: usize) -> Option<T> {
    (!all.is_empty()).then(|| all[at % all.len()])
}

fn change(id: RecordId, kind: RecordKind, value: Value) -> Event {
    let mut event = Event::new(EventKind::Edited, id, kind);
    event.changes.push(Change::Set(value));
    event
}

fn edit(store: &Store, edit: impl FnOnce(&mut crate::write::RepositoryWriter<'_>)) {
    let mut tx = store.write(Actor::login("mona"), "edit").unwrap();
    edit(&mut tx.repository(REPOSITORY).unwrap());
    tx.commit().unwrap();
}

fn run(store: &Store, step: &Step) {
    match step {
        Step::Create(title, body) => edit(store, |repository| {
            let title = format!("{title} t").replace('\0', "\u{1}");
            let title: String = title.chars().rev().take(200).collect();
            let title: String = title.chars().rev().collect();
            repository
                .create_issue(NewIssue::titled(title.trim()).body(body.clone()))
                .unwrap();
        }),
        Step::Edit(at, title, body) => {
            if let Some((_, number)) = pick(&records(store, RecordKind::Issue), *at) {
                let mut change = IssueEdit::default();
                if let Some(title) = title {
                    let title: String = format!("t {title}").chars().take(200).collect();
                    change = change.title(title.trim());
                }
                if let Some(body) = body {
                    change = change.body(Some(body.clone()));
                }
                edit(store, |repository| {
                    repository.edit_issue(number, &change).unwrap();
                });
            }
        }
        Step::Comment(at, body) => {
            if let Some((_, number)) = pick(&records(store, RecordKind::Issue), *at) {
                edit(store, |repository| {
                    repository.comment(number, format!("c {body}")).unwrap();
                });
            }
        }
        Step::Import {
            first,
            texts,
            comments_first,
            complete,
            at,
        } => {
            let (mut issues, mut comments) = (Vec::new(), Vec::new());
            for (number, (body, more)) in (100 * first..).zip(texts) {
                let number = number % 100 + first * 3;
                issues.push(incoming_issue(
                    number,
                    &format!("imported {number}"),
                    body,
                    *at,
                ));
                for (id, body) in more.iter().enumerate() {
                    comments.push(incoming_comment(number * 10 + id as u64, number, body, *at));
                }
            }
            let complete = *complete && !comments.is_empty();
            if *comments_first {
                import(store, complete, comments);
                import(store, false, issues);
            } else {
                issues.extend(comments);
                import(store, complete, issues);
            }
        }
        Step::Delete(at) => {
            if let Some((id, _)) = pick(&records(store, RecordKind::Issue), *at) {
                append(
                    store,
                    &[change(id, RecordKind::Issue, Value::Deleted(true))],
                );
            }
        }
        Step::DeleteComment(at) => {
            if let Some((id, _)) = pick(&records(store, RecordKind::Comment), *at) {
                append(
                    store,
                    &[change(id, RecordKind::Comment, Value::Absent(true))],
                );
            }
        }
        Step::MoveComment(comment, issue) => {
            let comment = pick(&records(store, RecordKind::Comment), *comment);
            if let (Some((id, _)), Some((issue, _))) =
                (comment, pick(&records(store, RecordKind::Issue), *issue))
            {
                let parent = Value::Parent(Parent::Record(issue));
                append(store, &[change(id, RecordKind::Comment, parent)]);
            }
        }
        Step::Index => index(store),
        Step::IndexInParts(transactions) => {
            // As if the process were killed after so many transactions.
            let limits = Limits {
                counts: 300,
                slice: 1000,
                transactions: 2 * *transactions,
            };
            index_within(store, limits);
        }
        Step::Search => search(store),
    }
}

fn tests() -> Vec<TextTest> {
    let title = TextFields {
        title: true,
        body: false,
        comments: false,
    };
    let comments = TextFields {
        title: false,
        body: false,
        comments: true,
    };
    vec![
        text("alpha"),
        text("alph*"),
        text("Foo bar"),
        text("foo-bar*"),
        text("数据库"),
        text("据库"),
        text("数"),
        text("rust语言"),
        text("x"),
        text("!?"),
        text("w1*"),
        text("w12"),
        text(&"z".repeat(60)),
        text("nothing"),
        phrase("foo bar"),
        phrase("alpha beta"),
        phrase("数据库 alph*"),
        phrase("据库"),
        phrase("x y"),
        phrase("foo b*"),
        TextTest {
            fields: title,
            ..text("alpha")
        },
        TextTest {
            fields: comments,
            ..text("alpha beta")
        },
        TextTest {
            fields: comments,
            ..phrase("据库 foo")
        },
    ]
}

fn search(store: &Store) {
    let snapshot = store.read().unwrap();
    let all = oracle::all(&snapshot, REPOSITORY);
    let by = |passes: &dyn Fn(&Seen) -> bool| -> Vec<u64> {
        all.iter()
            .filter(|seen| passes(seen))
            .map(|seen| seen.number)
            .collect()
    };
    let rows = |numbers: &[u64]| -> RoaringBitmap {
        let name = REPOSITORY.parse().unwrap();
        let row = snapshot.repository(&name).unwrap().unwrap().row;
        let row_of = |number: &u64| {
            crate::read::rows::issue(&snapshot.tables, row, *number)
                .unwrap()
                .0
        };
        numbers.iter().map(row_of).collect()
    };
    let tests = tests();
    let questions: Vec<TextQuestion<'_>> = tests.iter().map(TextQuestion::Text).collect();
    let search = snapshot.search_texts(&questions, None).unwrap();
    let everything = rows(&by(&|_| true));
    for (test, set) in tests.iter().zip(search.sets(Some(&everything)).unwrap()) {
        let expected = by(&|seen| seen.passes(test));
        assert_eq!(numbers(&snapshot, &set), expected, "{test:?}");
        let half: RoaringBitmap = everything.iter().filter(|row| row % 2 == 0).collect();
        let within = snapshot
            .search_texts(&[TextQuestion::Text(test)], Some(&half))
            .unwrap();
        assert_eq!(
            within.sets(Some(&half)).unwrap()[0],
            set & &half,
            "{test:?} in half"
        );
    }
    for login in ["mona", "mona-lisa", "nobody"] {
        let logins = mentions(login);
        let commented = by(&|seen| seen.commenters.iter().any(|by| by == login));
        assert_eq!(
            found(
                &snapshot,
                TextQuestion::CommentedBy(&users(&snapshot, login))
            ),
            commented,
            "{login}"
        );
        let mentioned = by(&|seen| seen.mentions(login));
        assert_eq!(
            found(&snapshot, TextQuestion::Mentions(&logins)),
            mentioned,
            "{login}"
        );
    }
    let scores = search.scores(&everything);
    // The index makes no difference.
    index(store);
    let snapshot = store.read().unwrap();
    let again = snapshot
        .search_texts(&questions, None)
        .unwrap()
        .scores(&everything);
    assert_eq!(scores, again);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_search_finds_what_plain_looking_finds(steps in prop::collection::vec(step(), 1..14)) {
        let store = store();
        for step in &steps {
            run(&store, step);
        }
        search(&store);
        assert_canonical(&store);
    }
}
