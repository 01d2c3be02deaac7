//! Two forges in one repository: numbers, titles and names that both have given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use backlot_core::{Collisions, ErrorKind, ImportError, ImportReport, NewIssue, Outcome};
use backlot_model::{Actor, Field, Outgoing, Pass, PassOrder, RecordKind, Wanted};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::other_forge::{self, Issue, try_import};
use crate::support::{
    World, assert_same, comment, export_to, gitcode, issue, name, read_folder, root, with,
};

/// What both go into.
const BOTH: &str = "octo/both";
/// GitHub's.
const REPOSITORY: &str = "octo/hello";

fn github(world: &World, numbers: &[u64]) -> PathBuf {
    let issues: Vec<Value> = numbers.iter().map(|n| issue(REPOSITORY, *n)).collect();
    let comments: Vec<Value> = numbers
        .iter()
        .map(|n| comment(REPOSITORY, *n, 500 + n))
        .collect();
    let folder = world.path(&format!("github-{}", numbers.len()));
    let name = folder.to_string_lossy().into_owned();
    world.backup(
        &name,
        &[("issues.ndjson", &issues), ("comments.ndjson", &comments)],
    )
}

fn import_github(world: &World, numbers: &[u64]) -> ImportReport {
    let backup = github(world, numbers);
    world.import_with(&backup, |options| options.repository(name(BOTH)))
}

fn import_other(world: &World, issues: &[Issue]) -> ImportReport {
    import_as(world, issues, None).unwrap()
}

fn import_as(
    world: &World,
    issues: &[Issue],
    rule: Option<Collisions>,
) -> Result<ImportReport, ImportError<std::convert::Infallible>> {
    try_import(&world.store, other_forge::read(issues, false), |options| {
        let options = options.repository(name(BOTH));
        match rule {
            Some(rule) => options.collisions(rule),
            None => options,
        }
    })
}

fn others(numbers: &[u64]) -> Vec<Issue> {
    numbers.iter().map(|number| Issue::new(*number)).collect()
}

/// The numbers of issues here, by title.
fn numbers(world: &World) -> BTreeMap<String, u64> {
    let snapshot = world.store.read().unwrap();
    let found = snapshot.issues(&name(BOTH), &Default::default()).unwrap();
    let page = found.page(1, 1000).unwrap();
    page.into_iter()
        .map(|issue| (issue.title, issue.number))
        .collect()
}

fn of(kind: RecordKind, exported: &[Outgoing]) -> Vec<&Outgoing> {
    let found = exported.iter();
    found
        .filter(|outgoing| outgoing.record.kind() == kind)
        .collect()
}

/// Everything that must hold once both are there.
fn check(world: &World, ours: &[u64], theirs: &[u64]) {
    let here = numbers(world);
    assert_eq!(here.len(), ours.len() + theirs.len());
    let distinct: BTreeSet<u64> = here.values().copied().collect();
    assert_eq!(distinct.len(), here.len());

    // GitHub's objects come out as they came.
    let out = world.export(BOTH);
    let from = read_folder(&github(world, ours));
    for file in ["issues.ndjson", "comments.ndjson"] {
        let own = |object: &&Value| object["node_id"] == "opaque";
        let found: Vec<Value> = out[file].iter().filter(own).cloned().collect();
        assert_same(&from[file], &found, "id");
    }
    let given: Vec<u64> = out["issues.ndjson"]
        .iter()
        .map(|issue| issue["number"].as_u64().unwrap())
        .collect();
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), here.len());
    for comment in &out["comments.ndjson"] {
        let body = comment["body"].as_str().unwrap();
        let Some(number) = body.strip_prefix("On other ") else {
            continue;
        };
        let title = format!("Other {}", number.trim_end_matches('.'));
        let issue = out["issues.ndjson"]
            .iter()
            .find(|issue| issue["title"] == *title);
        assert_eq!(comment["issue_url"], issue.unwrap()["url"]);
    }

    // The other forge's writer gets its own numbers, and everything else besides.
    let exported = other_forge::export(&world.store, BOTH);
    let issues = of(RecordKind::Issue, &exported);
    assert_eq!(issues.len(), here.len());
    let mut given = BTreeMap::new();
    for issue in issues {
        let title = issue.record.title().unwrap();
        let number = issue.record.number().unwrap();
        assert_eq!(
            given.insert(number, title.to_owned()),
            None,
            "{number} twice"
        );
        match title.strip_prefix("Other ") {
            Some(own) => {
                assert_eq!(own.parse(), Ok(number));
                let (view, id, overlay) = issue.stated.as_ref().unwrap();
                assert_eq!(*view, other_forge::view(RecordKind::Issue));
                assert_eq!(*id, backlot_model::ForeignId::Number(1000 + number));
                assert_eq!(overlay, b"more");
                assert_eq!(issue.elsewhere, []);
                assert_eq!(issue.base, None);
            }
            None => {
                assert_eq!(issue.stated, None);
                assert_eq!(issue.wanted, Some(other_forge::view(RecordKind::Issue)));
                assert_eq!(issue.elsewhere[0].view.forge, 1);
            }
        }
    }
    let comments = of(RecordKind::Comment, &exported);
    assert_eq!(comments.len(), here.len());
    for comment in comments {
        let title = &given[&comment.parent_number.unwrap()];
        match comment.record.body().unwrap().strip_prefix("On other ") {
            Some(own) => assert_eq!(*title, format!("Other {}", own.trim_end_matches('.'))),
            None => assert!(title.starts_with("Issue "), "{title}"),
        }
    }
    let labels = of(RecordKind::Label, &exported);
    assert_eq!(labels.len(), usize::from(!here.is_empty()));
}

fn meet(ours: &[u64], theirs: &[u64], other_first: bool, comments_first: bool) {
    let mut world = World::new();
    let other = |world: &World| {
        let objects = other_forge::read(&others(theirs), comments_first);
        try_import(&world.store, objects, |options| {
            options.repository(name(BOTH))
        })
        .unwrap()
    };
    let second = if other_first {
        other(&world);
        import_github(&world, ours)
    } else {
        import_github(&world, ours);
        other(&world)
    };
    check(&world, ours, theirs);
    let overlap = ours.iter().filter(|number| theirs.contains(number)).count();
    let renumbered = second.collisions.iter();
    let renumbered = renumbered.filter(|c| matches!(c.outcome, Outcome::Renumbered(_)));
    assert_eq!(renumbered.count(), overlap);
    let before = numbers(&world);
    let exported = other_forge::export(&world.store, BOTH);
    for _ in 0..2 {
        assert_eq!(import_github(&world, ours).commit, None);
        assert_eq!(other(&world).commit, None);
    }
    world.assert_sound();

    // What is undone is free again, and comes again as it was.
    let sequence = second.commit.unwrap().sequence;
    world.store.undo(sequence, Actor::login("mona")).unwrap();
    let left = numbers(&world);
    let first = if other_first { theirs } else { ours };
    assert_eq!(
        left.values().copied().collect::<Vec<_>>().len(),
        first.len()
    );
    assert!(left.iter().all(|(title, number)| before[title] == *number));
    world.assert_sound();
    match other_first {
        true => _ = import_github(&world, ours),
        false => _ = other(&world),
    }
    assert_eq!(numbers(&world), before);
    assert_eq!(other_forge::export(&world.store, BOTH), exported);
    world.assert_sound();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_forges_with_the_same_numbers_live_in_one_repository(
        ours in proptest::collection::btree_set(1u64..9, 1..6),
        theirs in proptest::collection::btree_set(1u64..9, 1..6),
        other_first in any::<bool>(), comments_first in any::<bool>(),
    ) {
        let ours: Vec<u64> = ours.into_iter().collect();
        let theirs: Vec<u64> = theirs.into_iter().collect();
        meet(&ours, &theirs, other_first, comments_first);
    }
}

#[test]
fn a_number_of_the_first_forge_that_comes_later_is_still_its_own() {
    let mut world = World::new();
    import_github(&world, &[1, 2]);
    let report = import_other(&world, &others(&[1, 4]));
    let told: Vec<_> = report
        .collisions
        .iter()
        .map(|c| (c.kind, c.number, c.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (RecordKind::Label, None, Outcome::Same),
            (RecordKind::Issue, Some(1), Outcome::Renumbered(5)),
        ]
    );
    let report = import_github(&world, &[1, 2, 3, 4, 5]);
    let told: Vec<_> = report
        .collisions
        .iter()
        .map(|c| (c.number, c.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (Some(4), Outcome::Renumbered(6)),
            (Some(1), Outcome::Renumbered(7)),
        ]
    );
    let here = numbers(&world);
    assert_eq!(
        (here["Issue 5"], here["Other 4"], here["Other 1"]),
        (5, 6, 7)
    );
    check(&world, &[1, 2, 3, 4, 5], &[1, 4]);
    assert_eq!(import_other(&world, &others(&[1, 4])).commit, None);
    world.assert_sound();
}

#[test]
fn a_local_issue_gives_way_to_either_forge() {
    let mut world = World::new();
    import_github(&world, &[1]);
    let mut tx = world.store.write(Actor::login("mona"), "one").unwrap();
    let mut repository = tx.repository(BOTH).unwrap();
    assert_eq!(
        repository.create_issue(NewIssue::titled("Mine")).unwrap(),
        2
    );
    tx.commit().unwrap();
    let report = import_other(&world, &others(&[1, 2]));
    assert_eq!(report.renumbered.len(), 1);
    let here = numbers(&world);
    assert_eq!(here["Other 2"], 2);
    assert_ne!(here["Mine"], here["Other 1"]);
    let exported = other_forge::export(&world.store, BOTH);
    let given: BTreeSet<_> = of(RecordKind::Issue, &exported)
        .iter()
        .map(|issue| issue.record.number())
        .collect();
    assert_eq!(given.len(), 4);
    world.assert_sound();
}

#[test]
fn what_is_said_to_be_the_same_is_one_record_with_two_forms() {
    let mut world = World::new();
    import_github(&world, &[1, 2]);
    let report = import_as(&world, &others(&[1, 3]), Some(Collisions::Same)).unwrap();
    let same: Vec<_> = report.collisions.iter().filter_map(|c| c.number).collect();
    assert_eq!(same, [1]);
    let here = numbers(&world);
    let titles: Vec<_> = here.keys().map(String::as_str).collect();
    assert_eq!(titles, ["Issue 1", "Issue 2", "Other 3"]);
    for _ in 0..2 {
        assert_eq!(import_github(&world, &[1, 2]).commit, None);
        assert_eq!(import_other(&world, &others(&[1, 3])).commit, None);
    }
    let out = world.export(BOTH);
    let from = read_folder(&github(&world, &[1, 2]));
    assert_same(&from["issues.ndjson"], &out["issues.ndjson"][..2], "number");
    let exported = other_forge::export(&world.store, BOTH);
    let issue = of(RecordKind::Issue, &exported)[0];
    assert_eq!(issue.stated.as_ref().unwrap().2, b"more");
    assert_eq!(issue.elsewhere.len(), 1);
    // The rule holds for all later imports.
    let error = import_as(&world, &others(&[1]), Some(Collisions::Renumber)).unwrap_err();
    assert!(matches!(error, ImportError::Store(error) if error.kind() == ErrorKind::Contradiction));
    world.assert_sound();
}

#[test]
fn a_collision_can_be_refused() {
    let mut world = World::new();
    import_github(&world, &[1, 2]);
    let error = import_as(&world, &others(&[3, 2]), Some(Collisions::Refuse)).unwrap_err();
    assert!(
        matches!(&error, ImportError::Store(error) if error.kind() == ErrorKind::Contradiction)
    );
    assert_eq!(numbers(&world).len(), 2);
    import_as(&world, &others(&[3]), Some(Collisions::Refuse)).unwrap();
    check(&world, &[1, 2], &[3]);
    world.assert_sound();
}

#[test]
fn labels_of_one_name_and_milestones_of_one_title_are_the_same_in_either_order() {
    for other_first in [false, true] {
        let mut world = World::new();
        let milestone = |number: u64, title: &str| {
            json!({
                "url": format!("https://api.github.com/repos/{REPOSITORY}/milestones/{number}"),
                "id": 40 + number, "number": number, "title": title, "description": "ours",
                "state": "open", "node_id": "opaque", "created_at": "2023-01-01T00:00:00Z",
                "updated_at": "2023-01-01T00:00:00Z",
            })
        };
        let milestones = [milestone(1, "next"), milestone(2, "later")];
        let ours = [with(
            issue(REPOSITORY, 1),
            json!({"milestone": milestones[1]}),
        )];
        let files: [(&str, &[Value]); 2] =
            [("milestones.ndjson", &milestones), ("issues.ndjson", &ours)];
        let backup = world.backup("in", &files);
        let github = |world: &World| world.import_with(&backup, |o| o.repository(name(BOTH)));
        let theirs = |number: u64, milestone| Issue {
            milestone: Some(milestone),
            labels: vec!["BUG", "only theirs"],
            ..Issue::new(number)
        };
        let theirs = [theirs(1, (1, "later")), theirs(2, (2, "theirs"))];
        if other_first {
            import_other(&world, &theirs);
            github(&world);
        } else {
            github(&world);
            import_other(&world, &theirs);
        }
        assert_eq!(github(&world).commit, None);
        assert_eq!(import_other(&world, &theirs).commit, None);
        let out = world.export(BOTH);
        assert_eq!(out["milestones.ndjson"].len(), 3);
        let own = |file: &str| -> Vec<Value> {
            let found = out[file].iter();
            let found = found.filter(|object| object["node_id"] == "opaque");
            found.cloned().collect()
        };
        assert_same(&ours, &own("issues.ndjson"), "number");
        assert_same(&milestones, &own("milestones.ndjson"), "number");
        assert_eq!(out["labels.ndjson"].len(), 2);
        // The other forge's numbers of the milestones, one of which GitHub numbers otherwise.
        let exported = other_forge::export(&world.store, BOTH);
        let given: BTreeMap<_, _> = of(RecordKind::Milestone, &exported)
            .iter()
            .map(|milestone| {
                (
                    milestone.record.title().unwrap(),
                    milestone.record.number().unwrap(),
                )
            })
            .collect();
        assert_eq!((given["later"], given["theirs"]), (1, 2));
        assert_eq!(given.values().collect::<BTreeSet<_>>().len(), 3);
        world.assert_sound();
    }
}

#[test]
fn a_complete_forge_says_nothing_of_what_another_one_stated() {
    let world = World::new();
    import_github(&world, &[1, 2]);
    import_other(&world, &others(&[1, 2]));
    let complete = |numbers: &[u64]| {
        let objects = other_forge::read(&others(numbers), false);
        try_import(&world.store, objects, |options| {
            options.repository(name(BOTH)).complete(RecordKind::Issue)
        })
        .unwrap()
    };
    assert_eq!(complete(&[2]).counts.kind(RecordKind::Issue).withdrawn, 1);
    let here = numbers(&world);
    let titles: Vec<_> = here.keys().map(String::as_str).collect();
    assert_eq!(titles, ["Issue 1", "Issue 2", "Other 2"]);
}

#[test]
fn what_another_forge_said_beyond_the_model_is_reported_once_of_each_record() {
    let world = World::new();
    import_other(&world, &others(&[1, 2]));
    let out = world.export(BOTH);
    let told: Vec<_> = out["losses.ndjson"]
        .iter()
        .filter(|loss| loss["kind"] == "dropped")
        .map(|loss| loss["record"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["issue #1", "issue #2"]);
    // It does not stand at the other forge's host.
    let url = out["issues.ndjson"][0]["url"].as_str().unwrap();
    assert!(url.starts_with("https://api.github.com/repos/"), "{url}");
    let user = out["issues.ndjson"][0]["user"]["url"].as_str().unwrap();
    assert_eq!(user, "https://api.github.com/users/lihua");
}

#[test]
fn what_went_out_to_the_other_forge_is_known_when_it_comes_back() {
    for (ours, theirs) in [([1, 2], [1, 2]), ([3, 4], [1, 3])] {
        let mut world = World::new();
        import_github(&world, &ours);
        import_other(&world, &others(&theirs));
        let exported = other_forge::export(&world.store, BOTH);
        let back = || {
            let objects = other_forge::again(&exported);
            try_import(&world.store, objects, |options| options).unwrap()
        };
        let report = back();
        assert_eq!(report.counts.total(|kind| kind.created), 0, "{report:?}");
        assert_eq!(back().commit, None);
        assert_eq!(import_github(&world, &ours).commit, None);
        let out = world.export(BOTH);
        let from = read_folder(&github(&world, &ours));
        for file in ["issues.ndjson", "comments.ndjson"] {
            let own = |object: &&Value| object["node_id"] == "opaque";
            let found: Vec<Value> = out[file].iter().filter(own).cloned().collect();
            assert_same(&from[file], &found, "id");
        }
        let given = |exported: &[Outgoing]| -> Vec<_> {
            let issues = of(RecordKind::Issue, exported).into_iter();
            issues.map(|issue| issue.record.number()).collect()
        };
        let now = other_forge::export(&world.store, BOTH);
        assert_eq!(given(&now), given(&exported));
        assert!(
            of(RecordKind::Issue, &now)
                .iter()
                .all(|issue| issue.stated.is_some())
        );
        world.assert_sound();
    }
}

#[test]
fn a_card_shows_the_issue_that_its_forge_means() {
    for card_first in [false, true] {
        let mut world = World::new();
        import_github(&world, &[1, 2]);
        let mut objects = other_forge::read(&others(&[1, 2]), false);
        objects.insert(
            if card_first { 1 } else { objects.len() },
            other_forge::card(2),
        );
        let report = try_import(&world.store, objects, |o| o.repository(name(BOTH))).unwrap();
        assert_eq!(report.counts.kind(RecordKind::Card).orphans, 0);
        let exported = other_forge::export(&world.store, BOTH);
        let issues = of(RecordKind::Issue, &exported);
        let meant = issues
            .iter()
            .find(|issue| issue.record.title() == Some("Other 2"));
        let cards = of(RecordKind::Card, &exported);
        assert_eq!(cards[0].record.issue(), Some(meant.unwrap().record.id()));
        world.assert_sound();
    }
}

#[test]
fn a_repository_says_that_its_forge_numbers_pull_requests_apart() {
    let world = World::new();
    let separate = |world: &World| {
        let exported = other_forge::repository(&world.store, BOTH);
        exported.get(Field::SeparateNumbers).is_some()
    };
    import_other(&world, &others(&[1]));
    assert!(separate(&world));
    assert_eq!(import_other(&world, &others(&[1])).commit, None);
    // It is for the first forge to say.
    let world = World::new();
    import_github(&world, &[1]);
    import_other(&world, &others(&[1]));
    assert!(!separate(&world));
}

#[test]
fn what_another_forge_stated_and_no_pass_takes_is_left_out_by_name() {
    let world = World::new();
    import_github(&world, &[1]);
    import_other(&world, &others(&[1]));
    let snapshot = world.store.read().unwrap();
    let pass = Pass {
        wanted: vec![Wanted {
            kind: RecordKind::Issue,
            views: vec![other_forge::view(RecordKind::Issue)],
        }],
        order: PassOrder::Number,
        includes_unstated: true,
    };
    let mut left = Vec::new();
    snapshot
        .left_out::<backlot_core::Error>(&name(BOTH), &[pass], &mut |kind, _| {
            left.push(kind);
            Ok(())
        })
        .unwrap();
    // The label and the other comment are known to the other forge itself.
    assert_eq!(left, [RecordKind::Comment]);
}

/// The numbers of the issues of an exported folder, by title.
fn numbered(objects: &BTreeMap<String, Vec<Value>>) -> BTreeMap<String, u64> {
    let number = |issue: &Value| match &issue["number"] {
        Value::String(text) => text.parse().unwrap(),
        other => other.as_u64().unwrap(),
    };
    objects["issues.ndjson"]
        .iter()
        .map(|issue| (issue["title"].as_str().unwrap().to_owned(), number(issue)))
        .collect()
}

/// What was noted of numbers: the number in the store by that of the export.
fn renumbered(losses: &[Value], kind: &str) -> BTreeMap<u64, u64> {
    let told = losses
        .iter()
        .filter(|loss| loss["field"] == "number" && loss["kind"] == "altered");
    told.filter(|loss| loss["record_kind"] == kind)
        .map(|loss| {
            let record = loss["record"].as_str().unwrap();
            let given = record.rsplit(['/', '#']).next().unwrap();
            let reason = loss["reason"].as_str().unwrap();
            let own = reason.strip_prefix("it has the number ").unwrap();
            let (own, _) = own.split_once(' ').unwrap();
            (given.parse().unwrap(), own.parse().unwrap())
        })
        .collect()
}

fn assert_one_repository(report: &ImportReport, foreign: &str) {
    let names: Vec<&str> = report
        .repositories
        .iter()
        .map(|(n, _)| n.as_str())
        .collect();
    assert_eq!(names, [foreign]);
    for kind in RecordKind::ALL {
        assert_eq!(report.counts.kind(kind).orphans, 0, "{}", kind.name());
    }
}

#[test]
fn either_export_of_two_forges_backlogs_is_one_repository_and_says_which_numbers_are_others() {
    let both = "tidepool/kelp";
    for other_first in [false, true] {
        let world = World::new();
        let github = |world: &World| {
            let sample = root().join("docs/sample");
            world.import_with(&sample, |options| options.repository(name(both)));
        };
        let other = |world: &World| {
            let put = |options: backlot_core::ImportOptions| options.repository(name(both));
            gitcode::try_import(&world.store, &gitcode::sample(), put).unwrap();
        };
        match other_first {
            true => (other(&world), github(&world)),
            false => (github(&world), other(&world)),
        };
        let snapshot = world.store.read().unwrap();
        let all = backlot_core::IssueFilter {
            state: backlot_core::StateFilter::All,
            ..Default::default()
        };
        let here = snapshot.issues(&name(both), &all).unwrap();
        let here: BTreeMap<String, u64> = here
            .page(1, 1000)
            .unwrap()
            .into_iter()
            .map(|issue| (issue.title, issue.number))
            .collect();

        let out = world.path("gitcode-out");
        gitcode::export_to(&world.store, both, &out, &Default::default());
        let given = read_folder(&out);
        let text = std::fs::read_to_string(out.join("issues.ndjson")).unwrap();
        assert!(!text.contains("\"html_url\":\"https://github.com/tidepool/kelp/issues"));
        let back = World::new();
        assert_one_repository(&gitcode::import(&back.store, &out), "yunlu/nongli");
        let own = numbered(&gitcode::sampled());
        check_numbers(&here, &own, &given);

        let out = world.path("github-out");
        export_to(&world.store, both, &out, Default::default());
        let given = read_folder(&out);
        let back = World::new();
        assert_one_repository(&back.import(&out), both);
        let alone = World::new();
        alone.import(&root().join("docs/sample"));
        let own = numbered(&alone.export(both));
        check_numbers(&here, &own, &given);
    }
}

/// Each issue has the number that its forge gave it, else the one here, else one that is reported.
fn check_numbers(
    here: &BTreeMap<String, u64>,
    own: &BTreeMap<String, u64>,
    exported: &BTreeMap<String, Vec<Value>>,
) {
    let given = numbered(exported);
    assert_eq!(given.len(), here.len());
    let losses = exported.get("losses.ndjson").map_or(&[][..], Vec::as_slice);
    let told = renumbered(losses, "issue");
    let mut reported = 0;
    for (title, number) in &given {
        match own.get(title) {
            Some(own) => assert_eq!(own, number, "{title}"),
            None if here[title] == *number => {}
            None => {
                assert_eq!(told.get(number), Some(&here[title]), "{title}");
                reported += 1;
            }
        }
    }
    assert_eq!(reported, told.len());
}

#[test]
fn texts_whose_numbers_are_other_issues_here_are_reported() {
    let world = World::new();
    let sample = root().join("docs/sample");
    world.import_with(&sample, |options| options.repository(name("tidepool/kelp")));
    let put = |options: backlot_core::ImportOptions| options.repository(name("tidepool/kelp"));
    let report = gitcode::try_import(&world.store, &gitcode::sample(), put).unwrap();
    assert!(report.rebound_count > 0);
    let renumbered: BTreeMap<u64, u64> = report
        .collisions
        .iter()
        .filter(|collision| collision.kind == RecordKind::Issue)
        .filter_map(|collision| match collision.outcome {
            Outcome::Renumbered(to) => Some((collision.number.unwrap(), to)),
            Outcome::Same => None,
        })
        .collect();
    for rebound in &report.rebound {
        assert_eq!(rebound.here, renumbered.get(&rebound.number).copied());
    }
    let again = gitcode::try_import(&world.store, &gitcode::sample(), put).unwrap();
    assert_eq!(again.rebound_count, 0);
    // Alone, the same texts mean what they say.
    let alone = World::new();
    let report = gitcode::import(&alone.store, &gitcode::sample());
    assert_eq!(report.rebound_count, 0);
}
