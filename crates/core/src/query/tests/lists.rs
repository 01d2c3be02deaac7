//! Lists, pages, cursors, facets and old snapshots of random stores.

use std::collections::{BTreeMap, BTreeSet};

use backlot_model::{Query, RecordId, RecordKind, State, Timestamp};
use proptest::prelude::{ProptestConfig, any, proptest};

use super::plain::query;
use super::world::{LABELS, Plain, World};
use crate::read::Snapshot;
use crate::{Cursor, Past, QueryOptions};

/// How many changes a store gets.
const STEPS: usize = 30;

fn ids(issues: &[crate::IssueSummary]) -> Vec<RecordId> {
    issues.iter().map(|issue| issue.id).collect()
}

/// Compares everything that a query is answered with.
fn compare(snapshot: &Snapshot, plain: &Plain, query: &Query, per_page: usize) {
    let options = QueryOptions::new();
    let expected = plain.answer(query);
    let list = snapshot.query(query, &options).unwrap();
    assert_eq!(list.total(), expected.len(), "{query:?}");
    let mut pages = Vec::new();
    for page in 1..=expected.len() / per_page + 2 {
        pages.extend(ids(&list.page(page, per_page).unwrap()));
    }
    assert_eq!(pages, expected, "pages of {query:?}");
    let (mut walked, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let (issues, next) = list.after(cursor.as_ref(), per_page).unwrap();
        walked.extend(ids(&issues));
        match next {
            Some(next) => cursor = Some(next.to_string().parse().unwrap()),
            None => break,
        }
    }
    assert_eq!(walked, expected, "cursors of {query:?}");
    let explained = snapshot.explain(query, &options).unwrap();
    assert_eq!(explained.total, expected.len() as u64);
    facets(snapshot, plain, query, &expected);
}

/// Compares what the past of a later snapshot says with what was answered then.
fn compare_past(past: &Past<'_>, then: &Snapshot, plain: &Plain, query: &Query) {
    let options = QueryOptions::new();
    let mut list = past.query(query, &options).unwrap();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let (issues, next) = list.after(cursor.as_ref(), 4).unwrap();
        found.extend(issues.into_iter().map(|issue| issue.summary.id));
        cursor = match next {
            Some(next) => Some(next),
            None => break,
        };
    }
    assert_eq!(found, plain.answer(query), "{past:?} {query:?}");
    assert_eq!(list.total(), found.len());
    let page = list.page(1, 100).unwrap().into_iter();
    let page: Vec<_> = page.map(|issue| issue.summary).collect();
    let expected = then.query(query, &options).unwrap().page(1, 100).unwrap();
    assert_eq!(page, expected, "{past:?} {query:?}");
    let facets = then.facets(query, &options, 100).unwrap();
    assert_eq!(past.facets(query, &options, 100).unwrap(), facets);
}

fn facets(snapshot: &Snapshot, plain: &Plain, query: &Query, expected: &[RecordId]) {
    let facets = snapshot.facets(query, &QueryOptions::new(), 100).unwrap();
    let found: Vec<_> = expected.iter().map(|id| &plain.issues[id].1).collect();
    let count = |test: &dyn Fn(&backlot_model::Record) -> bool| {
        found.iter().filter(|record| test(record)).count() as u64
    };
    assert_eq!(facets.total, found.len() as u64);
    let open = count(&|record| record.state() == Some(&State::Open));
    let closed = count(&|record| record.state() == Some(&State::Closed));
    assert_eq!((facets.open, facets.closed), (open, closed));
    assert_eq!(
        facets.without_label,
        count(&|record| record.labels().is_empty())
    );
    assert_eq!(
        facets.without_milestone,
        count(&|record| record.milestone().is_none())
    );
    assert_eq!(
        facets.without_assignee,
        count(&|record| record.assignees().is_empty())
    );
    assert_eq!(
        facets.without_author,
        count(&|record| record.author().is_none())
    );
    let mut labels = BTreeMap::new();
    for label in LABELS {
        let named = plain.named.iter();
        let of: Vec<RecordId> = named
            .filter(|(kind, _, name, _)| {
                *kind == RecordKind::Label && *name == label.to_lowercase()
            })
            .map(|(.., id)| *id)
            .collect();
        let times = count(&|record| record.labels().iter().any(|id| of.contains(id)));
        if times > 0 {
            labels.insert(label.to_owned(), times);
        }
    }
    let found_labels = facets.labels.into_iter();
    let found_labels: BTreeMap<String, u64> = found_labels
        .map(|facet| (facet.name, facet.count))
        .collect();
    assert_eq!(found_labels, labels);
    let mut authors: BTreeMap<RecordId, u64> = BTreeMap::new();
    for author in found.iter().filter_map(|record| record.author()) {
        *authors.entry(author).or_default() += 1;
    }
    let found_authors = facets.authors.into_iter();
    let found_authors: BTreeMap<RecordId, u64> =
        found_authors.map(|facet| (facet.id, facet.count)).collect();
    assert_eq!(found_authors, authors);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_agrees_with_a_plain_reading(seed in any::<u64>()) {
        let mut world = World::new(seed);
        // Old snapshots, of which some have not been asked anything yet.
        let mut kept: Vec<(Snapshot, Plain)> = Vec::new();
        for step in 0..STEPS {
            world.step();
            let snapshot = world.store.read().unwrap();
            for _ in 0..3 {
                let query = query(&mut world.random);
                let per_page = 1 + world.random.below(5);
                compare(&snapshot, &world.plain, &query, per_page);
            }
            if step % 5 == 0 {
                kept.push((snapshot, world.plain.clone()));
                kept.push((world.store.read().unwrap(), world.plain.clone()));
            }
            if world.random.chance(10) {
                world.store.caches().forget_indexes();
            }
        }
        for (snapshot, plain) in &kept {
            for _ in 0..3 {
                let query = query(&mut world.random);
                compare(snapshot, plain, &query, 7);
            }
        }
        // What followed the commits is what is loaded anew.
        world.store.caches().forget_indexes();
        let snapshot = world.store.read().unwrap();
        for _ in 0..5 {
            let query = query(&mut world.random);
            compare(&snapshot, &world.plain, &query, 4);
        }
        // The past up to now is now, and what was known after each commit is known again.
        let late = Timestamp::from_unix_milliseconds(i64::MAX);
        let known = snapshot.as_known(snapshot.sequence());
        for past in [known, snapshot.as_of(late)] {
            for _ in 0..20 {
                let query = query(&mut world.random);
                compare_past(&past, &snapshot, &world.plain, &query);
            }
        }
        for (then, plain) in &kept {
            let past = snapshot.as_known(then.sequence());
            for _ in 0..5 {
                let query = query(&mut world.random);
                compare_past(&past, then, plain, &query);
            }
        }
    }

    #[test]
    fn a_cursor_stays_right_while_the_backlog_changes(seed in any::<u64>()) {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step();
        }
        let query = query(&mut world.random);
        let mut always: BTreeSet<RecordId> = world.plain.answer(&query).into_iter().collect();
        let (mut touched, mut shown) = (BTreeSet::new(), Vec::new());
        let mut cursor: Option<Cursor> = None;
        loop {
            let snapshot = world.store.read().unwrap();
            let list = snapshot.query(&query, &QueryOptions::new()).unwrap();
            let (issues, next) = list.after(cursor.as_ref(), 1 + world.random.below(4)).unwrap();
            shown.extend(ids(&issues));
            let Some(next) = next else { break };
            cursor = Some(next);
            drop(list);
            touched.extend(world.step());
            let now: BTreeSet<RecordId> = world.plain.answer(&query).into_iter().collect();
            always.retain(|id| now.contains(id));
        }
        let times = |id: &RecordId| shown.iter().filter(|shown| *shown == id).count();
        for id in shown.iter().filter(|id| !touched.contains(*id)) {
            assert_eq!(times(id), 1, "shown twice");
        }
        for id in always.iter().filter(|id| !touched.contains(*id)) {
            assert_eq!(times(id), 1, "left out");
        }
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let mut world = World::new(7);
    for _ in 0..STEPS {
        world.step();
    }
    let snapshot = world.store.read().unwrap();
    let (by_number, by_update) = (
        Query {
            sort: Some(backlot_model::Sort {
                key: backlot_model::SortKey::Number,
                direction: backlot_model::Direction::Ascending,
            }),
            ..Query::default()
        },
        Query {
            sort: Some(backlot_model::Sort {
                key: backlot_model::SortKey::Updated,
                direction: backlot_model::Direction::Ascending,
            }),
            ..Query::default()
        },
    );
    let options = QueryOptions::new();
    let list = snapshot.query(&by_number, &options).unwrap();
    let (_, cursor) = list.after(None, 2).unwrap();
    let other = snapshot.query(&by_update, &options).unwrap();
    let error = other.after(cursor.as_ref(), 2).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Invalid);
}
