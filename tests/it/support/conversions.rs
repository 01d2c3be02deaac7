//! Conversions there and back: what comes back differs in exactly what the report of losses says. Nothing of this
//! looks at how the report was made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use backlot_convert::{Conversion, Report};
use backlot_github::{Source, WriteOptions, Writer};
use backlot_model::{Mapper, Mapping};
use serde_json::Value;

use super::losses::{Line, Object, assert_same_lines, digest, rest};
use super::{World, name, objects};

/// The forms of objects, in the order in which one stands for another.
const FORMS: [&str; 4] = ["comments", "events", "issue events", "timeline"];

/// Converts, and asserts that the report names every difference between what there was and what comes back, and
/// nothing else. What comes back goes back under the old names first, where there were other ones.
pub(crate) fn converted(
    conversion: &Conversion,
    back: Option<&Mapping>,
    input: &Path,
    repository: &str,
) -> Report {
    let (before, after) = (World::new(), World::new());
    let with_name = |world: &World, path: &Path| {
        world.import_with(path, |options| options.repository(name(repository)))
    };
    with_name(&before, input);
    let out = before.path("converted");
    let source = Source::open(input, Default::default()).unwrap();
    let report = conversion.convert(source, Some(&out), &mut |_| {}).unwrap();
    assert_eq!(report.repository, name(repository));
    let lines = objects(&out.join("losses.ndjson"));
    let skipped = with_name(&after, &out).skipped;
    assert!(skipped.is_empty(), "{skipped:?}");
    let came_back = match back {
        None => rest(&after, repository),
        Some(mapping) => {
            let last = World::new();
            let folder = after.path("back");
            mapped(&after, repository, &folder, mapping);
            with_name(&last, &folder);
            rest(&last, repository)
        }
    };
    let expected = Difference::default().of(rest(&before, repository), came_back);
    assert_same_lines(&expected, &reported(&lines));
    assert_eq!(
        report.losses.values().sum::<u64>(),
        lines.len() as u64,
        "the summary and the report count otherwise"
    );
    report
}

/// Writes a repository under the names that a mapping gives.
fn mapped(world: &World, repository: &str, folder: &Path, mapping: &Mapping) {
    let losses = world.path("unused.ndjson");
    let options = WriteOptions {
        losses: Some(losses),
        ..WriteOptions::default()
    };
    let mut writer = Writer::create(folder, &options).unwrap();
    let snapshot = world.store.read().unwrap();
    let mut mapper = Mapper::new(mapping, Some(name(repository)));
    let passes = writer.passes();
    let done = snapshot.export::<backlot_core::Error>(
        &name(repository),
        &passes,
        &mut |outgoing, lookup| {
            if let Some(mapped) = mapper.outgoing(outgoing, lookup)? {
                writer.write(&mapped, &mut mapper.lookup(lookup)).unwrap();
            }
            Ok(())
        },
    );
    done.unwrap();
    writer.finish().unwrap();
}

fn reported(lines: &[Value]) -> Vec<Line> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    let kept = lines.iter().filter(|line| line["kind"] != "refused");
    let line = |line: &Value| {
        assert!(!text(line, "reason").is_empty(), "{line}");
        let value = line
            .get("value")
            .map(|value| value.as_str().unwrap().to_owned());
        (text(line, "record"), text(line, "field"), value)
    };
    kept.map(line).collect()
}

/// What differs between the objects of two exports.
#[derive(Default)]
struct Difference {
    lines: Vec<Line>,
    /// What was told of users, labels and milestones.
    told: BTreeSet<(String, String)>,
    /// The issues that are at both sides, by the URLs of their objects.
    issues: BTreeSet<String>,
}

/// The objects of one record.
struct Group {
    objects: Vec<Object>,
}

impl Group {
    fn first(&self) -> &Object {
        &self.objects[0]
    }
}

impl Difference {
    fn of(mut self, before: Vec<Object>, after: Vec<Object>) -> Vec<Line> {
        let (known, known_after) = (people(&before), people(&after));
        let is_user = |object: &Object| object.form == "users";
        let (old_users, before) = before.into_iter().partition(is_user);
        let (new_users, after) = after.into_iter().partition(is_user);
        self.users(old_users, new_users, &known, &known_after);
        let (before, mut after) = (groups(before), groups(after));
        let pairs = pairs(&before, &after);
        for (group, partner) in before.iter().zip(&pairs) {
            let is_issue = ["issues", "pulls"].contains(&group.first().form.as_str());
            if is_issue && partner.is_some() {
                self.issues.insert(group.first().name.clone());
            }
        }
        for (group, partner) in before.iter().zip(&pairs) {
            match partner {
                Some(at) => self.group(group, &after[*at]),
                None => group.objects.iter().for_each(|object| self.whole(object)),
            }
        }
        let taken: BTreeSet<usize> = pairs.into_iter().flatten().collect();
        let mut at = 0;
        after.retain(|_| {
            at += 1;
            !taken.contains(&(at - 1))
        });
        for object in after.iter().flat_map(|group| &group.objects) {
            self.lines.push((object.name.clone(), String::new(), None));
        }
        self.lines
    }

    fn whole(&mut self, object: &Object) {
        let value = Some(digest(&object.value));
        self.lines.push((object.name.clone(), String::new(), value));
    }

    /// People who were listed, and people who nowhere come back.
    fn users(
        &mut self,
        old: Vec<Object>,
        new: Vec<Object>,
        known: &BTreeMap<String, Value>,
        known_after: &BTreeMap<String, Value>,
    ) {
        let by_login = |objects: Vec<Object>| -> BTreeMap<String, Value> {
            let login = |value: &Value| value["login"].as_str().unwrap().to_lowercase();
            objects
                .into_iter()
                .map(|object| (login(&object.value), object.value))
                .collect()
        };
        let (old, new) = (by_login(old), by_login(new));
        for (login, value) in known {
            let listed = old.get(login).unwrap_or(value);
            let name = listed["url"].as_str().unwrap_or_default();
            match new.get(login).or(known_after.get(login)) {
                None => self
                    .lines
                    .push((name.to_owned(), String::new(), Some(digest(listed)))),
                Some(other) => self.depicted(name, listed, other),
            }
        }
        for (login, value) in known_after {
            if !known.contains_key(login) {
                let name = value["url"].as_str().unwrap_or_default();
                self.lines.push((name.to_owned(), String::new(), None));
            }
        }
    }

    /// Two objects of one user, label or milestone: each difference is told once.
    fn depicted(&mut self, name: &str, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        let mut lines = Vec::new();
        self.keys(name, old, new, &mut lines);
        lines.retain(|line| self.told.insert((line.0.clone(), line.1.clone())));
        self.lines.extend(lines);
    }

    fn keys(&self, name: &str, old: &Value, new: &Value, lines: &mut Vec<Line>) {
        let (old, new) = (old.as_object().unwrap(), new.as_object().unwrap());
        for (key, value) in old {
            let other = new.get(key).map(|other| self.plain(key, other));
            if other != Some(self.plain(key, value)) {
                lines.push((name.to_owned(), key.clone(), Some(digest(value))));
            }
        }
        for key in new.keys().filter(|key| !old.contains_key(*key)) {
            lines.push((name.to_owned(), key.clone(), None));
        }
    }

    /// A value with people, labels and milestones by their names alone.
    fn plain(&self, key: &str, value: &Value) -> Value {
        match (name_of(key, value), value) {
            (Some(name), _) => Value::String(name),
            (None, Value::Object(map)) => {
                let url = map.get("url").and_then(Value::as_str).unwrap_or_default();
                if key == "issue" && self.issues.contains(url) {
                    return Value::String("the issue".to_owned());
                }
                map.iter()
                    .map(|(key, value)| (key.clone(), self.plain(key, value)))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }
            (None, Value::Array(values)) => values.iter().map(|v| self.plain(key, v)).collect(),
            _ => value.clone(),
        }
    }

    fn group(&mut self, old: &Group, new: &Group) {
        let forms: Vec<&str> = old.objects.iter().map(|object| &*object.form).collect();
        let is_pull = |form: &str| form == "pulls";
        let mut used = BTreeSet::new();
        for object in &old.objects {
            let same = new
                .objects
                .iter()
                .position(|other| other.form == object.form);
            let Some(at) = same.or(Some(0)) else { continue };
            let other = &new.objects[at];
            used.insert(at);
            // An issue that came back as itself is not its own pull request.
            assert!(!is_pull(&object.form) || forms.len() == 1);
            let mut lines = Vec::new();
            self.keys(&object.name, &object.value, &other.value, &mut lines);
            if ["labels", "milestones"].contains(&&*object.form) {
                lines.retain(|line| self.told.insert((line.0.clone(), line.1.clone())));
            }
            self.lines.extend(lines);
            self.inside("", &object.value, &other.value, true);
        }
        for (at, object) in new.objects.iter().enumerate() {
            if !used.contains(&at) && !forms.contains(&&*object.form) {
                self.lines.push((object.name.clone(), String::new(), None));
            }
        }
    }

    /// What differs of people, labels and milestones inside two values.
    fn inside(&mut self, key: &str, old: &Value, new: &Value, is_whole: bool) {
        if old == new {
            return;
        }
        if let (Some(a), Some(b)) = (name_of(key, old), name_of(key, new))
            && !is_whole
        {
            if a != b {
                return;
            }
            let name = old["url"].as_str().unwrap_or_default().to_owned();
            self.depicted(&name, old, new);
        }
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                let url = old.get("url").and_then(Value::as_str).unwrap_or_default();
                if key == "issue" && self.issues.contains(url) {
                    return;
                }
                for (key, value) in old {
                    if let Some(other) = new.get(key) {
                        self.inside(key, value, other, false);
                    }
                }
            }
            (Value::Array(old), Value::Array(new)) => {
                for (at, value) in old.iter().enumerate() {
                    let partner = match name_of(key, value) {
                        Some(name) => new.iter().find(|n| name_of(key, n).as_ref() == Some(&name)),
                        None => new.get(at),
                    };
                    if let Some(other) = partner {
                        self.inside(key, value, other, false);
                    }
                }
            }
            _ => {}
        }
    }
}

/// By what a user, a label or a milestone is known.
fn name_of(key: &str, value: &Value) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(login) = text("login") {
        return Some(format!("@{}", login.to_lowercase()));
    }
    text("url")?;
    match key {
        "label" | "labels" => Some(format!("~{}", text("name")?)),
        "milestone" => Some(format!("%{}", text("title")?)),
        _ => None,
    }
}

/// Everybody but those who are gone, by login: how they look where they stand last.
fn people(objects: &[Object]) -> BTreeMap<String, Value> {
    fn walk(value: &Value, found: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(map) => {
                let login = map.get("login").and_then(Value::as_str);
                if let Some(login) = login.filter(|login| *login != "ghost") {
                    found.insert(login.to_lowercase(), value.clone());
                }
                map.values().for_each(|value| walk(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    objects
        .iter()
        .for_each(|object| walk(&object.value, &mut found));
    found
}

/// The objects by record: those of the same URL. An item of a timeline that has none is one by itself.
fn groups(objects: Vec<Object>) -> Vec<Group> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for object in objects {
        let is_alone = object.value["url"].as_str().is_none();
        let key = match is_alone {
            true => format!("{} {}", object.form, groups.len()),
            false => object.name.clone(),
        };
        match places.get(&key) {
            Some(at) => groups[*at].objects.push(object),
            None => {
                places.insert(key, groups.len());
                groups.push(Group {
                    objects: vec![object],
                });
            }
        }
    }
    let place = |object: &Object| FORMS.iter().position(|form| *form == object.form);
    for group in &mut groups {
        group.objects.sort_by_key(place);
    }
    groups
}

/// For each record its partner.
fn pairs(before: &[Group], after: &[Group]) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; before.len()];
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let by_url = |group: &Group| group.first().value["url"].as_str().is_some();
    let mut named = BTreeMap::new();
    for (at, group) in after.iter().enumerate().filter(|(_, group)| by_url(group)) {
        named.insert(&group.first().name, at);
    }
    for (at, group) in before.iter().enumerate().filter(|(_, group)| by_url(group)) {
        found[at] = named.get(&group.first().name).copied();
        taken.extend(found[at]);
    }
    // What belongs to an issue fits only what belongs to it there.
    let mut near: BTreeMap<Option<u64>, Vec<usize>> = BTreeMap::new();
    for (at, group) in after.iter().enumerate() {
        near.entry(group.first().issue).or_default().push(at);
    }
    let body = |group: &Group| group.first().value["body"].clone();
    let author = |group: &Group| match &group.first().value["user"]["login"] {
        Value::Null => Value::from("ghost"),
        login => login.clone(),
    };
    for (with_author, with_body) in [(true, true), (true, false), (false, false)] {
        for (at, group) in before.iter().enumerate() {
            if found[at].is_some() {
                continue;
            }
            let near = near.get(&group.first().issue).into_iter().flatten();
            let partner = near.copied().find(|other| {
                let (is_free, other) = (!taken.contains(other), &after[*other]);
                is_free
                    && fits(group.first(), other.first())
                    && (!with_author || author(group) == author(other))
                    && (!with_body || body(group) == body(other))
            });
            found[at] = partner;
            taken.extend(found[at]);
        }
    }
    found
}

/// Whether two objects are of the same record, though their URLs are not the same. Comments and reactions fit in
/// the order in which they stand.
fn fits(old: &Object, new: &Object) -> bool {
    let same = |key: &str| old.value[key] == new.value[key];
    let login = |object: &Object| object.value["user"]["login"].clone();
    match (&*old.form, &*new.form) {
        ("pulls" | "issues", "issues") | ("milestones", "milestones") => same("number"),
        ("labels", "labels") => same("name"),
        ("comments" | "timeline", "comments") => {
            let is_comment = old.form == "comments" || old.value["event"] == "commented";
            is_comment && old.issue == new.issue && same("created_at")
        }
        ("reactions", "reactions") => {
            old.issue == new.issue
                && same("content")
                && same("created_at")
                && login(old) == login(new)
        }
        ("repository", "repository") => true,
        ("timeline", "timeline") => old.issue == new.issue && old.value == new.value,
        _ => false,
    }
}
