//! The history of a life as it goes out: every event once in a file, in the order of time, under a number of
//! its own that every form agrees on; and nothing new when it comes back.

use std::collections::{BTreeMap, BTreeSet};

use backlot_core::Store;
use backlot_model::RecordKind;
use serde_json::Value;

use super::compare::Check;
use crate::support::{export_to, import_into, read_folder};

/// Exports every repository, and imports it again.
pub(super) fn check_history(store: &Store) -> Check {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let snapshot = store.read().map_err(|error| error.to_string())?;
    let repositories = snapshot.repositories().map_err(|error| error.to_string())?;
    drop(snapshot);
    let mut ids = BTreeSet::new();
    let names: Vec<_> = repositories
        .iter()
        .map(|repository| repository.name.to_string())
        .collect();
    for (at, name) in names.iter().enumerate() {
        let out = folder.path().join(at.to_string());
        let summary = export_to(store, name, &out, Default::default());
        let files = read_folder(&out);
        check_files(&files, &mut ids).map_err(|why| format!("{name}: {why}"))?;
        if files.keys().all(|file| file == "losses.ndjson") {
            continue;
        }
        let report = import_into(store, &out, Default::default(), |options| {
            options.repository(name.parse().unwrap_or_else(|_| unreachable!()))
        });
        let report = report.map_err(|error| format!("{name}: {error}"))?;
        let counts = report.counts.kind(RecordKind::HistoryEvent);
        let written = summary.objects.get(&RecordKind::HistoryEvent);
        if counts.unchanged != written.copied().unwrap_or(0) {
            return Err(format!(
                "{name}: of {written:?} events {} came back: {:?} {:?}",
                counts.unchanged, counts, report.skipped
            ));
        }
    }
    Ok(())
}

fn check_files(files: &BTreeMap<String, Vec<Value>>, ids: &mut BTreeSet<u64>) -> Check {
    for (file, items) in files {
        let is_events = file.starts_with("events/");
        if !is_events && !file.starts_with("timeline/") {
            continue;
        }
        let moments: Vec<_> = items
            .iter()
            .map(|item| item["created_at"].as_str())
            .collect();
        if !moments.is_sorted() {
            return Err(format!("{file} is not in the order of time: {moments:?}"));
        }
        let mut inside = BTreeSet::new();
        for id in items.iter().filter_map(|item| item["id"].as_u64()) {
            if id >= 1 << 53 || !inside.insert(id) || (is_events && !ids.insert(id)) {
                return Err(format!("{file}: {id} is too large, or another event's"));
            }
        }
        let issue = file.split_once('/').map_or("", |(_, issue)| issue);
        if is_events {
            let timeline = files.get(&format!("timeline/{issue}"));
            let told: BTreeSet<_> = timeline
                .into_iter()
                .flatten()
                .filter_map(|item| item["id"].as_u64())
                .collect();
            if !inside.is_subset(&told) {
                return Err(format!("{file}: its timeline lacks some of it"));
            }
        }
    }
    Ok(())
}
