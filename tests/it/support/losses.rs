//! Trips through a poorer layout: what comes back differs in exactly what the report of losses says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use backlot_github::{Layout, WriteOptions};
use backlot_model::Digest;
use serde_json::Value;

use super::{World, export_to, name, objects, read_folder};

/// One loss: the record, the field (empty for all of it) and the digest of what was lost, if there was
/// something.
pub(super) type Line = (String, String, Option<String>);

/// An object of an export in the layout `rest`.
pub(super) struct Object {
    /// The file, without its number and its end.
    pub(super) form: String,
    /// The number of the issue that its file, or it itself, names.
    pub(super) issue: Option<u64>,
    pub(super) name: String,
    pub(super) value: Value,
}

/// Imports a backlog, exports it in a layout, imports that into a new store, and asserts that the two stores
/// differ in exactly what the report of losses says, item by item. Gives how many losses there were.
///
/// Both stores are compared as exports in the layout `rest` for version 2022-11-28. Objects belong together
/// that have the same URL; comments without a partner, the first of an issue to its first one and so on; reactions
/// without one, those of the same issue, moment, content and login; labels without one, those of the same name;
/// issues and milestones, and pull requests, those of the same number; items of a timeline that have no URL, those
/// that are equal.
pub(crate) fn trip(layout: Layout, input: &Path, repository: &str) -> usize {
    let (before, after) = (World::new(), World::new());
    let with_name = |world: &World, path: &Path| {
        world.import_with(path, |options| options.repository(name(repository)))
    };
    with_name(&before, input);
    let (out, report) = (before.path("out"), before.path("report.ndjson"));
    let options = WriteOptions {
        layout,
        losses: Some(report.clone()),
        ..WriteOptions::default()
    };
    let summary = export_to(&before.store, repository, &out, options);
    let report = objects(&report);
    assert_eq!(
        summary.losses.values().sum::<u64>(),
        report.len() as u64,
        "the summary and the report count otherwise"
    );
    let back = with_name(&after, &out);
    assert_eq!(back.counts.skipped, 0, "{:?}", back.skipped);
    let expected = difference(rest(&before, repository), rest(&after, repository));
    assert_same_lines(&expected, &reported(&report));
    report.len()
}

pub(super) fn assert_same_lines(expected: &[Line], reported: &[Line]) {
    let count = |lines: &[Line]| {
        let mut counts: BTreeMap<Line, i64> = BTreeMap::new();
        for line in lines {
            *counts.entry(line.clone()).or_default() += 1;
        }
        counts
    };
    let (expected, reported) = (count(expected), count(reported));
    let more = |a: &BTreeMap<Line, i64>, b: &BTreeMap<Line, i64>| -> Vec<Line> {
        let is_more = |(line, n): &(&Line, &i64)| **n > b.get(*line).copied().unwrap_or(0);
        a.iter()
            .filter(is_more)
            .map(|(line, _)| line.clone())
            .collect()
    };
    let unreported = more(&expected, &reported);
    let untrue = more(&reported, &expected);
    let some = |lines: &[Line]| {
        lines
            .iter()
            .take(20)
            .map(|line| format!("\n  {line:?}"))
            .collect::<String>()
    };
    assert!(
        unreported.is_empty() && untrue.is_empty(),
        "{} differences are not in the report:{}\n{} lines of the report are not true:{}",
        unreported.len(),
        some(&unreported),
        untrue.len(),
        some(&untrue),
    );
}

/// The lines of a report. What was made up takes nothing with it.
fn reported(report: &[Value]) -> Vec<Line> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    // What a forge will refuse is in the files all the same, so it comes back.
    let kept = report.iter().filter(|line| line["kind"] != "refused");
    let lines = kept.map(|line| {
        assert!(!text(line, "reason").is_empty() && !text(line, "record_kind").is_empty());
        assert_eq!(
            text(line, "kind") == "minted",
            line.get("value").is_none(),
            "{line}"
        );
        let value = line
            .get("value")
            .map(|value| value.as_str().unwrap().to_owned());
        (text(line, "record"), text(line, "field"), value)
    });
    lines.collect()
}

pub(super) fn rest(world: &World, repository: &str) -> Vec<Object> {
    let folder = tempfile::tempdir_in(world.folder.path()).unwrap();
    let out = folder.path().join("rest");
    let options = WriteOptions {
        api_version: Some("2022-11-28".parse().unwrap()),
        losses: Some(folder.path().join("unused.ndjson")),
        ..WriteOptions::default()
    };
    export_to(&world.store, repository, &out, options);
    let mut found = Vec::new();
    for (file, values) in read_folder(&out) {
        let stem = file.split('.').next().unwrap();
        let (form, number) = stem.split_once('/').unwrap_or((stem, ""));
        let numbered = !number.is_empty();
        for value in values {
            let issue = number.parse().ok().or_else(|| issue_of(&value));
            let form = match (form, numbered) {
                ("events", true) => "issue events".to_owned(),
                _ => form.to_owned(),
            };
            let name = named(&form, issue, &value, repository);
            found.push(Object {
                form,
                issue,
                name,
                value,
            });
        }
    }
    found
}

fn issue_of(value: &Value) -> Option<u64> {
    let url = value["issue_url"].as_str()?;
    url.rsplit_once('/')?.1.parse().ok()
}

/// How reports name an object: by its URL, or by where it stands in the API.
fn named(form: &str, issue: Option<u64>, value: &Value, repository: &str) -> String {
    if let Some(url) = value["url"].as_str().filter(|url| !url.is_empty()) {
        return url.to_owned();
    }
    let repository = format!("https://api.github.com/repos/{repository}");
    let issue = match issue {
        Some(number) => format!("{repository}/issues/{number}"),
        None => repository,
    };
    match form {
        "reactions" => format!("{issue}/reactions/{}", value["id"]),
        "timeline" => format!("{issue}/timeline"),
        "repository" => issue,
        _ => format!("{} {}", form.trim_end_matches('s'), value["id"]),
    }
}

/// Every key of every object that came back otherwise, or not at all.
fn difference(before: Vec<Object>, after: Vec<Object>) -> Vec<Line> {
    let mut left: BTreeMap<String, Vec<Object>> = BTreeMap::new();
    for object in after {
        left.entry(object.name.clone()).or_default().push(object);
    }
    let mut taken: BTreeMap<String, ()> = BTreeMap::new();
    let mut inside = BTreeSet::new();
    before
        .iter()
        .for_each(|object| urls(&object.value, &mut inside));
    let mut lines = Vec::new();
    let mut alone = Vec::new();
    for object in before {
        let equal_only = object.form == "timeline" && object.value["url"].as_str().is_none();
        let partner = left.get(&object.name).and_then(|partners| {
            if equal_only {
                return partners
                    .iter()
                    .find(|partner| partner.value == object.value);
            }
            let same_form = partners.iter().find(|partner| partner.form == object.form);
            same_form.or(partners.first())
        });
        match partner {
            Some(partner) => {
                compare(&object, partner, &mut lines);
                taken.insert(object.name.clone(), ());
            }
            None => alone.push(object),
        }
    }
    left.retain(|name, _| !taken.contains_key(name));
    let mut strangers: Vec<Object> = left.into_values().flatten().collect();
    let renamed = renamed_comments(&alone, &strangers);
    let mut met: BTreeMap<String, ()> = BTreeMap::new();
    // A form of its own comes before the same record inside a timeline.
    alone.sort_by_key(|object| object.form == "timeline");
    for object in alone {
        let fits = |stranger: &Object| {
            let same = |key: &str| stranger.value[key] == object.value[key];
            let login = |object: &Object| object.value["user"]["login"].clone();
            match (&*object.form, &*stranger.form) {
                ("pulls" | "issues", "issues") | ("milestones", "milestones") => same("number"),
                ("labels", "labels") => same("name"),
                ("comments" | "timeline", "comments") => {
                    renamed.get(&object.name) == Some(&stranger.name)
                }
                ("reactions", "reactions") => {
                    same("content")
                        && login(stranger) == login(&object)
                        && stranger.issue == object.issue
                        && same("created_at")
                }
                _ => false,
            }
        };
        let is_first = met.insert(object.name.clone(), ()).is_none();
        match strangers
            .iter()
            .position(|stranger| is_first && fits(stranger))
        {
            Some(at) => compare(&object, &strangers.remove(at), &mut lines),
            None => lines.push((object.name, String::new(), Some(digest(&object.value)))),
        }
    }
    // Who only stood inside other objects may be an object of its own in another layout, and so may a
    // repository that was only named, and its owner.
    let is_owner = |object: &Object| {
        let login = object.value["login"].as_str().unwrap_or_default();
        let owned = format!("/repos/{login}/");
        inside.iter().any(|url| url.contains(&owned))
    };
    strangers.retain(|object| match object.form.as_str() {
        "users" => !inside.contains(&object.name) && !is_owner(object),
        form => form != "repository",
    });
    let names: Vec<&str> = strangers.iter().map(|object| &*object.name).collect();
    assert!(names.is_empty(), "these came out of nothing: {names:?}");
    lines
}

/// The new names of comments that have no partner: the first of an issue is its first one again, and so on.
fn renamed_comments(before: &[Object], after: &[Object]) -> BTreeMap<String, String> {
    type Threads<'o> = BTreeMap<Option<u64>, BTreeMap<(String, u64), &'o str>>;
    let threads =
        |objects: &mut dyn Iterator<Item = &'_ Object>| -> BTreeMap<Option<u64>, Vec<String>> {
            let mut threads: Threads<'_> = BTreeMap::new();
            for object in objects {
                let moment = object.value["created_at"].as_str().unwrap_or_default();
                let key = (moment.to_owned(), object.value["id"].as_u64().unwrap_or(0));
                threads
                    .entry(object.issue)
                    .or_default()
                    .insert(key, &object.name);
            }
            let names = |thread: BTreeMap<(String, u64), &str>| {
                thread.into_values().map(str::to_owned).collect()
            };
            threads
                .into_iter()
                .map(|(issue, thread)| (issue, names(thread)))
                .collect()
        };
    let is_comment =
        |object: &&Object| object.form == "comments" || object.value["event"] == "commented";
    let old = threads(&mut before.iter().filter(is_comment));
    let new = threads(&mut after.iter().filter(is_comment));
    let pairs = old.into_iter().flat_map(|(issue, names)| {
        let others = new.get(&issue).cloned().unwrap_or_default();
        names.into_iter().zip(others).collect::<Vec<_>>()
    });
    pairs.collect()
}

/// The URLs of an object and of all that stands inside it.
fn urls(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("url").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| urls(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| urls(value, found)),
        _ => {}
    }
}

fn compare(before: &Object, after: &Object, lines: &mut Vec<Line>) {
    let (old, new) = (
        before.value.as_object().unwrap(),
        after.value.as_object().unwrap(),
    );
    for (key, value) in old {
        if new.get(key) != Some(value) {
            lines.push((before.name.clone(), key.clone(), Some(digest(value))));
        }
    }
    for key in new.keys().filter(|key| !old.contains_key(*key)) {
        lines.push((before.name.clone(), key.clone(), None));
    }
}

/// The digest of a value: that of its text with sorted keys and without white space.
pub(super) fn digest(value: &Value) -> String {
    Digest::of(value.to_string().as_bytes()).to_string()
}
