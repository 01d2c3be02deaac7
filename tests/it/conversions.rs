//! Conversions: the report of losses is what comes back differently, item by item, no more and no less.

use std::path::Path;

use backlot_convert::{
    Conversion, Fate, Forge, GitcodeTarget, GithubTarget, Pulls, Report, Target,
};
use backlot_github::{ApiVersion, Layout};
use backlot_model::{LossKind, Mapping, RecordKind};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use serde_json::Value;

use crate::layout_trips::random::{Dice, REPOSITORY, backlog};
use crate::schemas::{Judge, schemas};
use crate::support::conversions::{converted, there_and_back};
use crate::support::gitcode;
use crate::support::{World, objects, read_folder, real_data, root, walk};

const SAMPLE: &str = "tidepool/kelp";

fn to(layout: Layout) -> Conversion {
    let target = GithubTarget {
        layout,
        ..GithubTarget::default()
    };
    Conversion::new(Forge::GitHub, Target::GitHub(target))
}

fn sample(layout: Layout) -> Report {
    converted(&to(layout), None, &root().join("docs/sample"), SAMPLE)
}

fn fate(report: &Report, kind: RecordKind) -> Fate {
    report.fates[&kind]
}

#[test]
fn what_goes_over_whole_has_no_line() {
    let report = sample(Layout::Rest);
    assert!(report.losses.is_empty(), "{:?}", report.losses);
    for (kind, fate) in &report.fates {
        assert_eq!((fate.whole, fate.missing), (fate.records, 0), "{kind:?}");
    }
    assert_eq!(fate(&report, RecordKind::Issue).records, 40);
}

#[test]
fn a_github_backup_loses_what_the_report_says() {
    let report = sample(Layout::GithubBackup);
    assert_eq!(fate(&report, RecordKind::Issue).whole, 40);
    let boards = fate(&report, RecordKind::Card);
    assert_eq!((boards.whole, boards.missing), (0, 9));
}

#[test]
fn a_migration_archive_loses_what_the_report_says() {
    let report = sample(Layout::Migration);
    assert_eq!(fate(&report, RecordKind::Comment).missing, 0);
    assert!(report.losses[&LossKind::Minted] > 0);
}

#[test]
fn requests_to_import_lose_what_the_report_says() {
    let report = sample(Layout::ImportApi);
    let events = fate(&report, RecordKind::HistoryEvent);
    assert_eq!((events.whole, events.missing), (0, events.records));
    assert_eq!(fate(&report, RecordKind::Issue).missing, 0);
}

#[test]
fn names_that_were_mapped_come_back() {
    let mapping = Mapping::default()
        .label("bug", "defect")
        .and_then(|mapping| mapping.milestone("0.1", "first"))
        .unwrap();
    let back = mapping.inverse().mapping;
    let conversion = to(Layout::Rest).mapping(mapping);
    let input = root().join("docs/sample");
    let report = converted(&conversion, Some(&back), &input, SAMPLE);
    assert_eq!(fate(&report, RecordKind::Issue).missing, 0);
}

#[test]
fn a_dry_run_measures_the_same_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let path = root().join("docs/sample");
        backlot_github::Source::open(&path, Default::default()).unwrap()
    };
    let conversion = to(Layout::ImportApi);
    let out = folder.path().join("out");
    let done = conversion.convert(open(), Some(&out), &mut |_| {}).unwrap();
    let dry = conversion.convert(open(), None, &mut |_| {}).unwrap();
    assert_eq!(done.losses_by_field, dry.losses_by_field);
    assert_eq!(done.fates, dry.fates);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(Path::new(&out).join("losses.ndjson").exists());
}

fn random(layout: Layout, bytes: &[u8]) {
    let world = World::new();
    let files = backlog(&mut Dice(bytes));
    let named: Vec<(&str, &[Value])> = files.iter().map(|(file, all)| (&**file, &**all)).collect();
    let input = world.backup("in", &named);
    converted(&to(layout), None, &input, REPOSITORY);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_backlog_loses_in_a_github_backup_what_the_measure_says(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        random(Layout::GithubBackup, &bytes);
    }

    #[test]
    fn any_backlog_loses_in_requests_to_import_it_what_the_measure_says(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        random(Layout::ImportApi, &bytes);
    }
}

fn carrying() -> GitcodeTarget {
    GitcodeTarget {
        carry: true,
        ..GitcodeTarget::default()
    }
}

#[test]
fn what_comes_back_from_gitcode_differs_in_what_the_report_says() {
    let trip = there_and_back(
        GitcodeTarget::default(),
        &root().join("docs/sample"),
        SAMPLE,
    );
    assert_eq!(fate(&trip.there, RecordKind::Issue).missing, 0);
    assert_eq!(trip.there.labels.len(), 3);
    assert_eq!(trip.back.losses.get(&LossKind::Dropped), None);
}

#[test]
fn what_footers_carry_comes_back_equal_from_gitcode() {
    let trip = there_and_back(carrying(), &root().join("docs/sample"), SAMPLE);
    let equal = trip.assert_equal_fields(SAMPLE);
    assert_eq!(equal, 40 + 76 + 4);
    let restored = trip.back.restored.unwrap();
    assert_eq!(restored.not_restored_count, 0);
    assert!(restored.texts() > 40);
}

#[test]
fn pull_requests_can_be_left_out_and_their_numbers_stay_free() {
    let target = GitcodeTarget {
        pulls: Pulls::LeaveOut,
        ..carrying()
    };
    let trip = there_and_back(target, &root().join("docs/sample"), SAMPLE);
    let numbers = |path: &Path| -> Vec<u64> {
        let issues = objects(&path.join("issues.ndjson"));
        let number = |issue: &Value| issue["number"].as_str().unwrap().parse().unwrap();
        issues.iter().map(number).collect()
    };
    let left = fate(&trip.there, RecordKind::Issue).missing;
    assert!(left > 0);
    assert_eq!(numbers(&trip.middle).len() as u64, 40 - left);
    let whole = World::new().path("whole");
    std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
    let source = backlot_github::Source::open(&root().join("docs/sample"), Default::default());
    let conversion = Conversion::new(Forge::GitHub, Target::GitCode(carrying()));
    let report = conversion
        .convert(source.unwrap(), Some(&whole), &mut |_| {})
        .unwrap();
    assert_eq!(fate(&report, RecordKind::Issue).missing, 0);
    // One space of numbers for all, and no number goes to another issue.
    let (whole, without) = (numbers(&whole), numbers(&trip.middle));
    assert_eq!(whole.len(), 40);
    assert!(without.iter().all(|number| whole.contains(number)));
}

#[test]
fn a_milestone_without_a_day_gets_the_one_that_is_named() {
    let target = GitcodeTarget {
        due_on: Some("2030-12-31".to_owned()),
        ..GitcodeTarget::default()
    };
    let trip = there_and_back(target, &root().join("docs/sample"), SAMPLE);
    let milestones = objects(&trip.middle.join("milestones.ndjson"));
    assert!(milestones.iter().all(|one| one["due_on"].is_string()));
    assert!(milestones.iter().any(|one| one["due_on"] == "2030-12-31"));
}

#[test]
fn what_comes_from_gitcode_is_valid_by_the_schemas_of_github() {
    let Some(schemas) = schemas() else { return };
    for version in [ApiVersion::V2022, ApiVersion::V2026] {
        let target = GithubTarget {
            api_version: Some(version),
            ..GithubTarget::default()
        };
        let conversion = Conversion::new(Forge::GitCode, Target::GitHub(target)).confidential(true);
        let source = backlot_github::Source::open(&gitcode::sample(), Default::default()).unwrap();
        let world = World::new();
        let out = world.path("out");
        conversion.convert(source, Some(&out), &mut |_| {}).unwrap();
        std::fs::remove_file(out.join("losses.ndjson")).unwrap();
        let mut judge = Judge::new(&schemas, version);
        judge.check_all(&read_folder(&out));
        assert_eq!(
            (judge.checked["issue"], judge.checked["issue-comment"]),
            (10, 12)
        );
    }
}

#[test]
fn confidential_issues_stay_behind_if_nobody_asks_for_them() {
    let world = World::new();
    let run = |out: &str, included: bool| {
        let source = backlot_github::Source::open(&gitcode::sample(), Default::default()).unwrap();
        let target = Target::GitHub(GithubTarget::default());
        let conversion = Conversion::new(Forge::GitCode, target).confidential(included);
        let out = world.path(out);
        let report = conversion.convert(source, Some(&out), &mut |_| {}).unwrap();
        let issues = objects(&out.join("issues.ndjson"));
        let numbers: Vec<u64> = issues
            .iter()
            .filter_map(|one| one["number"].as_u64())
            .collect();
        (report, numbers, objects(&out.join("losses.ndjson")))
    };
    let (with, all, _) = run("with", true);
    let (without, open, lines) = run("without", false);
    assert_eq!(with.confidential.len(), 1);
    assert_eq!(with.confidential, without.confidential);
    let hidden = with.confidential[0];
    assert!(all.contains(&hidden) && !open.contains(&hidden));
    assert_eq!(open.len() + 1, all.len());
    assert_eq!(fate(&without, RecordKind::Issue).missing, 1);
    let is_told = |line: &&Value| {
        let reason = line["reason"].as_str().unwrap();
        line["record_kind"] == "issue"
            && line["kind"] == "dropped"
            && reason.contains("confidential")
    };
    assert_eq!(lines.iter().filter(is_told).count(), 1);
}

#[test]
fn the_same_conversion_gives_the_same_files() {
    let world = World::new();
    let target = || Target::GitCode(carrying());
    let run = |out: &str| {
        let middle = world.path(&format!("{out}-there"));
        let out = world.path(out);
        let there = Conversion::new(Forge::GitHub, target());
        let back = Target::GitHub(GithubTarget::default());
        let back = Conversion::new(Forge::GitCode, back);
        // What footers bring back has to have the same ids and times as well.
        for (conversion, from, to) in [
            (there, &root().join("docs/sample"), &middle),
            (back, &middle, &out),
        ] {
            let source = backlot_github::Source::open(from, Default::default());
            conversion
                .convert(source.unwrap(), Some(to), &mut |_| {})
                .unwrap();
        }
        let read = |path: &std::path::PathBuf| std::fs::read(path).unwrap();
        let paths = walk(&out);
        let inside = paths
            .iter()
            .map(|path| path.strip_prefix(&out).unwrap().to_owned());
        inside.zip(paths.iter().map(read)).collect::<Vec<_>>()
    };
    assert_eq!(run("one"), run("other"));
}

#[test]
fn real_backlogs_lose_what_the_report_says() {
    let Some(data) =
        real_data("conversions of whatsapi and of the first 2,000 issues of rust-early")
    else {
        return;
    };
    let whatsapi = data.join("github/whatsapi.tar.zst");
    for layout in [Layout::ImportApi, Layout::Migration] {
        let report = converted(&to(layout), None, &whatsapi, "venomous0x/WhatsAPI");
        assert_eq!(fate(&report, RecordKind::Issue).records, 1_139);
        assert_eq!(fate(&report, RecordKind::Comment).missing, 0);
    }
    let world = World::new();
    let rust = data.join("github/rust-early");
    let number = |url: &Value| -> u64 {
        let url = url.as_str().unwrap();
        url.rsplit('/').next().unwrap().parse().unwrap()
    };
    let mut issues = objects(&rust.join("issues.ndjson.zst"));
    issues.retain(|issue| number(&issue["url"]) <= 2_000);
    let mut comments = objects(&rust.join("comments.ndjson.zst"));
    comments.retain(|comment| number(&comment["issue_url"]) <= 2_000);
    let files: [(&str, &[Value]); 2] = [("issues.ndjson", &issues), ("comments.ndjson", &comments)];
    let input = world.backup("rust", &files);
    for (input, repository) in [
        (&whatsapi, "venomous0x/WhatsAPI"),
        (&input, "rust-lang/rust"),
    ] {
        for target in [GitcodeTarget::default(), carrying()] {
            let is_carrying = target.carry;
            let trip = there_and_back(target, input, repository);
            assert_eq!(fate(&trip.there, RecordKind::Issue).missing, 0);
            if is_carrying {
                let equal = trip.assert_equal_fields(repository);
                eprintln!("{repository}: {equal} issues, comments and milestones came back equal");
            }
        }
    }
    let report = converted(&to(Layout::ImportApi), None, &input, "rust-lang/rust");
    let comments = fate(&report, RecordKind::Comment);
    assert_eq!(comments.missing, 0);
    eprintln!(
        "{} comments of rust-early, none of them missing",
        comments.records
    );
}

fn random_trip(target: GitcodeTarget, bytes: &[u8]) {
    let world = World::new();
    let files = backlog(&mut Dice(bytes));
    let named: Vec<(&str, &[Value])> = files.iter().map(|(file, all)| (&**file, &**all)).collect();
    let input = world.backup("in", &named);
    there_and_back(target, &input, REPOSITORY);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_backlog_differs_after_gitcode_in_what_the_report_says(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        random_trip(GitcodeTarget::default(), &bytes);
    }

    #[test]
    fn any_backlog_that_was_carried_differs_in_what_the_report_says(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        random_trip(carrying(), &bytes);
    }
}
