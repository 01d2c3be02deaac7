//! Conversions there and back: what comes back differs in exactly what the report of losses says. Nothing of this
//! looks at how the report was made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use backlot_convert::{Conversion, Forge, GitcodeTarget, GithubTarget, Report, Target};
use backlot_github::{Source, WriteOptions, Writer};
use backlot_model::{Mapper, Mapping};
use serde_json::{Value, json};

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

/// What a backlog was, what became of it at another forge and back, and what was said of both ways.
pub(crate) struct Trip {
    pub(crate) before: World,
    pub(crate) last: World,
    pub(crate) there: Report,
    pub(crate) back: Report,
    /// What was written on the way there.
    pub(crate) middle: PathBuf,
}

/// Converts a backlog of GitHub's to GitCode and, with the names turned back, to GitHub again, and asserts that the
/// first report names every difference between what there was and what there is in the end, and nothing else. The
/// second one is measured likewise, from GitCode to GitHub and back.
pub(crate) fn there_and_back(target: GitcodeTarget, input: &Path, repository: &str) -> Trip {
    let (before, last) = (World::new(), World::new());
    let with_name = |world: &World, path: &Path| {
        world.import_with(path, |options| options.repository(name(repository)))
    };
    with_name(&before, input);
    let (middle, out) = (before.path("gitcode"), before.path("github"));
    let convert = |conversion: &Conversion, from: &Path, to: &Path| {
        let source = Source::open(from, Default::default()).unwrap();
        conversion.convert(source, Some(to), &mut |_| {}).unwrap()
    };
    let first = Conversion::new(Forge::GitHub, Target::GitCode(target));
    let there = convert(&first, input, &middle);
    let mut second = Conversion::new(Forge::GitCode, Target::GitHub(GithubTarget::default()));
    if let Some(mapping) = &there.mapping {
        let inverse = mapping.inverse();
        assert!(inverse.ambiguous.is_empty(), "{:?}", inverse.ambiguous);
        second = second.mapping(inverse.mapping);
    }
    let back = convert(&second, &middle, &out);
    let skipped = with_name(&last, &out).skipped;
    assert!(skipped.is_empty(), "{skipped:?}");
    let expected = Difference::default().of(rest(&before, repository), rest(&last, repository));
    let lines = objects(&middle.join("losses.ndjson"));
    assert_same_lines(&expected, &reported(&lines));
    assert_eq!(there.losses.values().sum::<u64>(), lines.len() as u64);
    Trip {
        before,
        last,
        there,
        back,
        middle,
    }
}

impl Trip {
    /// Asserts that what people wrote, and said of it, is equal in the end, field by field.
    pub(crate) fn assert_equal_fields(&self, repository: &str) -> usize {
        const FIELDS: [(&str, &[&str]); 3] = [
            (
                "issues",
                &[
                    "number",
                    "title",
                    "body",
                    "state",
                    "state_reason",
                    "labels",
                    "milestone",
                    "assignees",
                    "user",
                    "created_at",
                    "updated_at",
                    "closed_at",
                    "closed_by",
                    "locked",
                    "active_lock_reason",
                    "comments",
                ],
            ),
            ("comments", &["body", "user", "created_at", "updated_at"]),
            (
                "milestones",
                &[
                    "number",
                    "title",
                    "description",
                    "state",
                    "due_on",
                    "created_at",
                    "closed_at",
                ],
            ),
        ];
        let plain = |key: &str, value: &Value| {
            let name = |value: &Value| match value {
                Value::Object(_) => name_of(key, value).map(Value::from),
                other => Some(other.clone()),
            };
            match value {
                Value::Array(values) => values.iter().map(name).collect::<Option<Value>>(),
                value => name(value),
            }
        };
        let said = |world: &World| {
            let mut said: Vec<(String, String)> = Vec::new();
            for object in rest(world, repository) {
                let known = FIELDS.iter().find(|(form, _)| *form == object.form);
                if let Some((form, fields)) = known {
                    let value = |key: &str| match (&object.value[key], &object.value["assignee"]) {
                        // Before there were lists, an issue had one assignee.
                        (Value::Null, Value::Null) if key == "assignees" => json!([]),
                        (Value::Null, one) if key == "assignees" => json!([one]),
                        (value, _) => value.clone(),
                    };
                    let values = fields.iter().map(|key| plain(key, &value(key)).unwrap());
                    let values: Vec<Value> = values.collect();
                    said.push((
                        format!("{form} {:?} {}", object.issue, object.value["number"]),
                        Value::from(values).to_string(),
                    ));
                }
            }
            said.sort();
            said
        };
        let (old, new) = (said(&self.before), said(&self.last));
        for (old, new) in old.iter().zip(&new) {
            assert_eq!(old, new);
        }
        assert_eq!(old.len(), new.len());
        old.len()
    }
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

    /// The number of the issue that it belongs to.
    fn issue(&self) -> Option<u64> {
        let of = |object: &Object| object.issue.or(object.value["issue"]["number"].as_u64());
        self.objects.iter().find_map(of)
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
        for group in &after {
            let is_listed = group
                .objects
                .iter()
                .any(|other| other.form == "issue events");
            for object in &group.objects {
                if !(is_listed && object.form == "events") {
                    self.lines.push((object.name.clone(), String::new(), None));
                }
            }
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
            let name = &depicted_name(&format!("@{login}"), listed);
            match new.get(login).or(known_after.get(login)) {
                None => self
                    .lines
                    .push((name.to_owned(), String::new(), Some(digest(listed)))),
                Some(other) => self.depicted(name, listed, other),
            }
        }
        for (login, value) in known_after {
            if !known.contains_key(login) {
                let name = depicted_name(&format!("@{login}"), value);
                self.lines.push((name, String::new(), None));
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
        let new_forms: Vec<&str> = new.objects.iter().map(|object| &*object.form).collect();
        for (at, object) in new.objects.iter().enumerate() {
            // What stands in the list of its issue is in that of the repository as well.
            let is_twice = object.form == "events" && new_forms.contains(&"issue events");
            if !used.contains(&at) && !forms.contains(&&*object.form) && !is_twice {
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
            self.depicted(&depicted_name(&a, old), old, new);
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
    if text("url").is_none() && value.get("id").is_none() {
        return None;
    }
    match key {
        "label" | "labels" => Some(format!("~{}", text("name")?)),
        "milestone" => Some(format!("%{}", text("title")?)),
        _ => None,
    }
}

/// How reports call a user, a label or a milestone: by its address where it has one.
fn depicted_name(known_by: &str, value: &Value) -> String {
    let address = |key: &str| value[key].as_str().filter(|url| !url.is_empty());
    if let Some(address) = address("url").or(address("html_url")) {
        return address.to_owned();
    }
    let (kind, name) = known_by.split_at(1);
    let kind = match kind {
        "@" => "user",
        "~" => "label",
        _ => "milestone",
    };
    format!("{kind} {name}")
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
    let by_url = |group: &Group| {
        let (name, value) = (&group.first().name, &group.first().value);
        value["url"].as_str() == Some(name) || value["html_url"].as_str() == Some(name)
    };
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
        near.entry(group.issue()).or_default().push(at);
    }
    let body = |group: &Group| group.first().value["body"].clone();
    let author = |group: &Group| match &group.first().value["user"]["login"] {
        Value::Null => Value::from("ghost"),
        login => login.clone(),
    };
    let moment = |group: &Group| group.first().value["updated_at"].clone();
    for (level, with_moment) in [(0, true), (0, false), (1, false), (2, false)] {
        let (with_author, with_body) = (level < 2, level < 1);
        for (at, group) in before.iter().enumerate() {
            if found[at].is_some() {
                continue;
            }
            let near = near.get(&group.issue()).into_iter().flatten();
            let partner = near.copied().find(|other| {
                let (is_free, other) = (!taken.contains(other), &after[*other]);
                is_free
                    && fits(group.first(), other.first(), level)
                    && (!with_author || author(group) == author(other))
                    && (!with_body || body(group) == body(other))
                    && (!with_moment || moment(group) == moment(other))
            });
            found[at] = partner;
            taken.extend(found[at]);
        }
    }
    found
}

/// Whether two objects are of the same record, though their URLs are not the same. Comments and reactions fit in
/// the order in which they stand.
fn fits(old: &Object, new: &Object, level: u8) -> bool {
    let same = |key: &str| old.value[key] == new.value[key];
    let login = |object: &Object| match &object.value["user"]["login"] {
        Value::Null => Value::from("ghost"),
        login => login.clone(),
    };
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
                && (same("created_at") || level > 0)
                && login(old) == login(new)
        }
        ("repository", "repository") => true,
        ("operate_logs", "operate_logs") => {
            same("action_type")
                && same("created_at")
                && (level > 0 || same("content"))
                && (level > 1 || login(old) == login(new))
        }
        ("user_reactions", "user_reactions") => {
            same("emoji_name") && login(old) == login(new) && old.issue == new.issue
        }
        ("timeline", "timeline") if old.issue == new.issue && old.value == new.value => true,
        (one, other) if EVENTS.contains(&one) && EVENTS.contains(&other) => {
            let about = |object: &Object| {
                let value = &object.value;
                let label = value["label"]["name"].as_str().map(str::to_lowercase);
                (label, value["milestone"]["title"].clone())
            };
            let is_comment = |object: &Object| object.value["event"] == "commented";
            let actor = |object: &Object| object.value["actor"]["login"].clone();
            [old, new]
                .iter()
                .all(|object| object.value["url"].is_string())
                && !is_comment(old)
                && !is_comment(new)
                && same("event")
                && same("created_at")
                && (level > 1 || actor(old) == actor(new))
                && (level > 0 || about(old) == about(new))
        }
        _ => false,
    }
}

/// The forms in which what happened is told.
const EVENTS: [&str; 3] = ["events", "issue events", "timeline"];
