//! Conversions: the report of losses is what comes back differently, item by item, no more and no less.

use std::path::Path;

use backlot_convert::{Conversion, Fate, Forge, GithubTarget, Report, Target};
use backlot_github::Layout;
use backlot_model::{LossKind, Mapping, RecordKind};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use serde_json::Value;

use crate::layout_trips::random::{Dice, REPOSITORY, backlog};
use crate::support::conversions::converted;
use crate::support::{World, objects, real_data, root};

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
    let report = converted(&to(Layout::ImportApi), None, &input, "rust-lang/rust");
    let comments = fate(&report, RecordKind::Comment);
    assert_eq!(comments.missing, 0);
    eprintln!(
        "{} comments of rust-early, none of them missing",
        comments.records
    );
}
