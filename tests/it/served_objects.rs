//! Any record in any form of a forge's API, as a server gives it: valid by the forge's schemas, under its real number,
//! and with every address beginning with the server's own.

use std::collections::{BTreeMap, BTreeSet};

use backlot_core::{Error, IssueEdit, Snapshot, SnapshotLookup};
use backlot_github::{ApiVersion, Objects, Renderer, Resource};
use backlot_model::{Actor, Lookup, Outgoing, RecordId, RecordKind, State, StateReason, View};
use serde_json::{Value, json};

use crate::schemas::{Judge, schemas};
use crate::support::{World, comment, issue, name, real_data, root, user, with};

const BASE: &str = "http://127.0.0.1:8080";

/// Which schema's file the objects of a form are held against.
fn file(resource: Resource) -> &'static str {
    match resource {
        Resource::Repository => "repository.json",
        Resource::User => "users.ndjson",
        Resource::Label => "labels.ndjson",
        Resource::Milestone => "milestones.ndjson",
        Resource::Issue => "issues.ndjson",
        Resource::Comment => "comments.ndjson",
        Resource::IssueEvent => "events.ndjson",
        Resource::Event => "events/1.ndjson",
        Resource::Timeline => "timeline/1.ndjson",
        Resource::Reaction => "reactions/1.ndjson",
        Resource::Project => "projects.ndjson",
        Resource::Column => "columns.ndjson",
        _ => "cards.ndjson",
    }
}

/// A record as a server asks for it.
fn wanted(lookup: &mut SnapshotLookup<'_>, id: RecordId, views: &[View]) -> Option<Outgoing> {
    for view in views {
        if let Some(mut found) = lookup.stated(id, *view).unwrap() {
            found.wanted = views.first().copied();
            return Some(found);
        }
    }
    let mut found = (*lookup.record(id).unwrap()?).clone();
    found.stated = None;
    found.wanted = views.first().copied();
    Some(found)
}

/// Every record of a repository and every user, and what happened here, which is no record.
fn records(snapshot: &Snapshot, repository: &str) -> (BTreeSet<RecordId>, Vec<Outgoing>) {
    let (mut ids, mut happened) = (BTreeSet::new(), Vec::new());
    let mut take = |outgoing: &Outgoing, _: &mut SnapshotLookup<'_>| -> Result<(), Error> {
        let is_record = snapshot.record(outgoing.record.id())?.is_some();
        if outgoing.record.kind() == RecordKind::HistoryEvent && !is_record {
            happened.push(outgoing.clone());
        } else {
            ids.insert(outgoing.record.id());
        }
        Ok(())
    };
    let passes = Objects::passes();
    snapshot
        .export(&name(repository), &passes, &mut take)
        .unwrap();
    ids.extend(snapshot.users().unwrap().iter().map(|user| user.id));
    (ids, happened)
}

/// Every object of a repository in every form, by the file of an export in which it would stand.
fn serve(world: &World, repository: &str, renderer: &mut Renderer) -> BTreeMap<String, Vec<Value>> {
    let snapshot = world.store.read().unwrap();
    let mut lookup = snapshot.lookup();
    let (ids, happened) = records(&snapshot, repository);
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut losses = Vec::new();
    let mut put = |resource: Resource, outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
        let mut out = Vec::new();
        renderer
            .render(outgoing, lookup, &mut out, &mut losses)
            .unwrap();
        assert!(losses.is_empty());
        let object: Value = serde_json::from_slice(&out).unwrap();
        check_addresses(&object, BASE, "");
        if object.get("id").is_some() {
            let stated = outgoing.stated.as_ref();
            let number = stated.and_then(|(_, id, _)| match id {
                backlot_model::ForeignId::Number(number) => Some(*number),
                backlot_model::ForeignId::Text(text) => text.split_once(' ')?.1.parse().ok(),
            });
            let minted = outgoing.record.id().minted_number();
            assert_eq!(object["id"], number.unwrap_or(minted), "{object:#}");
        }
        files
            .entry(file(resource).to_owned())
            .or_default()
            .push(object);
    };
    for id in ids {
        for resource in Resource::ALL {
            let Some(outgoing) = wanted(&mut lookup, id, resource.views()) else {
                continue;
            };
            if resource.has(&outgoing) {
                put(*resource, &outgoing, &mut lookup);
            }
        }
    }
    for event in happened {
        for resource in [Resource::IssueEvent, Resource::Event, Resource::Timeline] {
            let mut event = event.clone();
            event.wanted = resource.views().first().copied();
            if resource.has(&event) {
                put(resource, &event, &mut lookup);
            }
        }
    }
    files
}

/// Every address in an object, but for those of pictures and of what is no page of the forge, begins with the base.
fn check_addresses(value: &Value, base: &str, key: &str) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, value)| check_addresses(value, base, key)),
        Value::Array(elements) => elements
            .iter()
            .for_each(|value| check_addresses(value, base, key)),
        Value::String(text) => {
            let is_address = key.ends_with("url") || key == "href";
            let is_other = matches!(key, "avatar_url" | "git_url" | "ssh_url");
            if is_address && !is_other && !text.is_empty() {
                assert!(text.starts_with(base), "{key}: {text}");
            }
        }
        _ => {}
    }
}

fn renderer(version: ApiVersion) -> Renderer {
    Renderer::new(Some(version)).served(BASE, None)
}

fn check_all(world: &World, repository: &str) -> BTreeMap<String, Vec<Value>> {
    let mut last = BTreeMap::new();
    for version in [ApiVersion::V2022, ApiVersion::V2026] {
        let files = serve(world, repository, &mut renderer(version));
        if let Some(schemas) = schemas() {
            let mut judge = Judge::new(&schemas, version);
            judge.check_all(&files);
            let checked = crate::event_schemas::check(&schemas, version.name(), &files);
            eprintln!("{repository} for {version}: {checked} served objects are valid");
        }
        last = files;
    }
    last
}

#[test]
fn every_record_of_the_sample_is_served_in_every_form() {
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let files = check_all(&world, "tidepool/kelp");
    for file in Resource::ALL.iter().map(|resource| file(*resource)) {
        assert!(
            files.contains_key(file) || file.starts_with("reactions"),
            "{file}"
        );
    }
}

#[test]
fn counts_are_those_of_the_store_after_each_edit() {
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let mut renderer = renderer(ApiVersion::V2022);
    let before = serve(&world, "tidepool/kelp", &mut renderer);
    let issue = before["issues.ndjson"]
        .iter()
        .find(|issue| issue["state"] == "open" && issue["milestone"].is_object())
        .unwrap();
    let number = issue["number"].as_u64().unwrap();
    let milestone = issue["milestone"]["number"].clone();
    let of = |files: &BTreeMap<String, Vec<Value>>, file: &str, number: &Value| {
        let mut objects = files[file].iter();
        objects
            .find(|object| object["number"] == *number)
            .unwrap()
            .clone()
    };
    let close = IssueEdit::default().state(State::Closed, Some(StateReason::Completed));
    let mut tx = world.store.write(Actor::login("mona"), "edits").unwrap();
    let mut repository = tx.repository("tidepool/kelp").unwrap();
    let one = repository.comment(number, "Mine").unwrap();
    repository.react(one, "heart").unwrap();
    repository.edit_issue(number, &close).unwrap();
    tx.commit().unwrap();
    renderer.forget_records();
    let after = serve(&world, "tidepool/kelp", &mut renderer);
    let now = of(&after, "issues.ndjson", &issue["number"]);
    assert_eq!(now["comments"], issue["comments"].as_u64().unwrap() + 1);
    let (old, new) = (
        of(&before, "milestones.ndjson", &milestone),
        of(&after, "milestones.ndjson", &milestone),
    );
    let count = |of: &Value, key: &str| of[key].as_u64().unwrap();
    assert_eq!(count(&new, "open_issues") + 1, count(&old, "open_issues"));
    assert_eq!(
        count(&new, "closed_issues"),
        count(&old, "closed_issues") + 1
    );
    for issue in &after["issues.ndjson"] {
        if issue["milestone"]["number"] == milestone {
            assert_eq!(issue["milestone"], new);
        }
    }
    let open = |files: &BTreeMap<String, Vec<Value>>| {
        let issues = files["issues.ndjson"].iter();
        let open = issues.filter(|issue| issue["state"] == "open").count() as u64;
        assert_eq!(files["repository.json"][0]["open_issues_count"], open);
        open
    };
    assert_eq!(open(&before), open(&after) + 1);
    check_all(&world, "tidepool/kelp");
}

#[test]
fn a_repository_that_has_another_name_here_is_served_under_it() {
    let world = World::new();
    world.import_with(&root().join("docs/sample"), |options| {
        options.repository(name("mine/seaweed"))
    });
    let files = serve(&world, "mine/seaweed", &mut renderer(ApiVersion::V2022));
    let issue = &files["issues.ndjson"][0];
    assert_eq!(
        issue["repository_url"],
        format!("{BASE}/repos/mine/seaweed")
    );
    for object in files.values().flatten() {
        assert_not_named(object, "");
    }
}

/// No address has the name in it under which the sample came.
fn assert_not_named(value: &Value, key: &str) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, value)| assert_not_named(value, key)),
        Value::Array(elements) => elements
            .iter()
            .for_each(|value| assert_not_named(value, key)),
        Value::String(text) if key.ends_with("url") || key == "href" => {
            // Git is not served here.
            let is_git = matches!(key, "git_url" | "ssh_url");
            assert!(is_git || !text.contains("tidepool/kelp"), "{key}: {text}");
        }
        _ => {}
    }
}

#[test]
fn what_was_born_here_is_served_in_every_form() {
    check_all(&crate::born_here::born(), crate::born_here::BORN);
}

/// The keys that every object of a file has, for the files whose objects have the same ones whatever happened; of a
/// timeline, those that its comments have.
fn keys_of_all(files: &BTreeMap<String, Vec<Value>>) -> BTreeMap<&str, BTreeSet<&str>> {
    let is_even = |file: &str| !file.contains("events") && file != "repository.json";
    let mut common: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, objects) in files.iter().filter(|(file, _)| is_even(file)) {
        let is_comment = |object: &&Value| object["event"] == "commented";
        let objects = objects.iter();
        let objects = objects.filter(|object| !file.starts_with("timeline") || is_comment(object));
        for object in objects {
            let keys = object.as_object().unwrap().keys().map(String::as_str);
            let keys: BTreeSet<&str> = keys.collect();
            let known = common.entry(file).or_insert_with(|| keys.clone());
            known.retain(|key| keys.contains(key));
        }
    }
    common
}

/// Every object of a repository has at least the keys that one has that was made here.
fn assert_whole(world: &World, repository: &str) {
    let born = crate::born_here::born();
    for version in ApiVersion::ALL {
        let model = serve(&born, crate::born_here::BORN, &mut renderer(*version));
        let model = keys_of_all(&model);
        for file in ["issues.ndjson", "comments.ndjson", "timeline/1.ndjson"] {
            assert!(model[file].contains("reactions"), "{file}");
        }
        let served = serve(world, repository, &mut renderer(*version));
        for (file, keys) in keys_of_all(&served) {
            let Some(wanted) = model.get(file) else {
                continue;
            };
            let lacking: Vec<_> = wanted.difference(&keys).collect();
            assert!(lacking.is_empty(), "{version} {file}: {lacking:?}");
        }
    }
}

/// A backlog in the shape of years ago: no reactions, no list of assignees, no reasons, no associations.
fn of_old() -> World {
    const REPOSITORY: &str = "mona/attic";
    let aged = |mut object: Value, gone: &[&str]| {
        for key in gone {
            object.as_object_mut().unwrap().remove(*key);
        }
        object
    };
    let gone = [
        "assignees",
        "author_association",
        "active_lock_reason",
        "closed_by",
        "state_reason",
        "node_id",
    ];
    let hubot = aged(user("hubot", 2), &["node_id", "site_admin"]);
    let first = with(
        issue(REPOSITORY, 1),
        json!({"assignee": hubot, "state": "closed", "closed_at": "2023-02-01T00:00:00Z"}),
    );
    let second = with(issue(REPOSITORY, 2), json!({"user": hubot, "comments": 1}));
    let issues = [aged(first, &gone), aged(second, &gone)];
    let comments = [aged(comment(REPOSITORY, 2, 31), &gone)];
    let world = World::new();
    let backup = world.backup(
        "attic",
        &[("issues.ndjson", &issues), ("comments.ndjson", &comments)],
    );
    world.import(&backup);
    world
}

#[test]
fn what_came_in_an_old_shape_is_served_with_the_keys_of_today() {
    const REPOSITORY: &str = "mona/attic";
    let world = of_old();
    assert_whole(&world, REPOSITORY);
    let mut renderer = renderer(ApiVersion::V2022);
    let files = serve(&world, REPOSITORY, &mut renderer);
    let issue = |files: &BTreeMap<String, Vec<Value>>, number: u64| -> Value {
        let mut issues = files["issues.ndjson"].iter();
        issues
            .find(|issue| issue["number"] == number)
            .unwrap()
            .clone()
    };
    let (first, second) = (issue(&files, 1), issue(&files, 2));
    assert_eq!(first["assignees"][0]["login"], "hubot");
    assert_eq!(first["assignees"].as_array().unwrap().len(), 1);
    assert_eq!(second["assignees"], json!([]));
    assert_eq!(first["author_association"], "OWNER");
    assert_eq!(second["author_association"], "NONE");
    let url = format!("{BASE}/repos/{REPOSITORY}/issues/1");
    assert_eq!(first["timeline_url"], format!("{url}/timeline"));
    assert_eq!(first["reactions"]["url"], format!("{url}/reactions"));
    assert_eq!(first["reactions"]["total_count"], 0);
    for key in ["active_lock_reason", "closed_by", "state_reason", "type"] {
        assert_eq!(first[key], Value::Null, "{key}");
    }
    let reacted = world.issue(REPOSITORY, 1).record.id();
    let mut tx = world.store.write(Actor::login("mona"), "edits").unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    repository.react(reacted, "heart").unwrap();
    tx.commit().unwrap();
    renderer.forget_records();
    let files = serve(&world, REPOSITORY, &mut renderer);
    assert_eq!(issue(&files, 1)["reactions"]["heart"], 1);
    assert_eq!(issue(&files, 1)["reactions"]["total_count"], 1);
    assert_eq!(issue(&files, 2)["reactions"]["total_count"], 0);
    assert_whole(&world, REPOSITORY);
    // An export still has what came, and no more.
    let exported = world.export(REPOSITORY);
    let second = &exported["issues.ndjson"][1];
    assert!(second.get("reactions").is_none() && second.get("assignees").is_none());
}

#[test]
fn the_sample_is_served_with_the_keys_of_what_was_made_here() {
    let world = World::new();
    world.import(&root().join("docs/sample"));
    assert_whole(&world, "tidepool/kelp");
}

#[test]
fn real_backlogs_are_served_in_every_form() {
    let Some(data) = real_data("real backlogs as a server gives them") else {
        return;
    };
    for file in ["github/whatsapi.tar.zst", "github/bitcoin-core-gui.tar.zst"] {
        let world = World::new();
        world.import(&data.join(file));
        let repositories = world.store.read().unwrap().repositories().unwrap();
        for repository in repositories {
            check_all(&world, &repository.name);
            assert_whole(&world, &repository.name);
        }
    }
}

#[test]
fn odd_objects_are_served_in_every_form() {
    let Some(data) = real_data("odd objects as a server gives them") else {
        return;
    };
    for path in crate::support::walk(&data.join("github/odd-cases")) {
        let is_object = path
            .extension()
            .is_some_and(|extension| extension == "json");
        let world = World::new();
        if !is_object || world.try_import(&path, |options| options).is_err() {
            continue;
        }
        let repositories = world.store.read().unwrap().repositories().unwrap();
        for repository in repositories {
            for version in [ApiVersion::V2022, ApiVersion::V2026] {
                eprintln!("{}", path.display());
                let mut files = serve(&world, &repository.name, &mut renderer(version));
                // GitHub gives null there for some, which its description does not allow.
                if let Some(items) = files.get_mut("timeline/1.ndjson") {
                    items.retain(|item| item["event"] != "line-commented");
                }
                if let Some(schemas) = schemas() {
                    Judge::new(&schemas, version).check_all(&files);
                    crate::event_schemas::check(&schemas, version.name(), &files);
                }
            }
        }
    }
}

#[test]
fn every_record_of_the_gitcode_sample_is_served_in_every_form() {
    use backlot_gitcode::{Objects, Renderer, Resource, Shape};
    let world = World::new();
    crate::support::gitcode::import(&world.store, &crate::support::gitcode::sample());
    let snapshot = world.store.read().unwrap();
    let users = snapshot.users().unwrap();
    let mut ids: BTreeSet<RecordId> = users.iter().map(|user| user.id).collect();
    let mut take = |outgoing: &Outgoing, _: &mut SnapshotLookup<'_>| -> Result<(), Error> {
        ids.insert(outgoing.record.id());
        Ok(())
    };
    let sampled = name(crate::support::gitcode::SAMPLED);
    snapshot
        .export(&sampled, &Objects::passes(), &mut take)
        .unwrap();
    let mut lookup = snapshot.lookup();
    let mut renderer = Renderer::new(Shape::Live).served(format!("{BASE}/api/v5"), None);
    let mut served: BTreeMap<String, usize> = BTreeMap::new();
    for id in ids {
        for resource in Resource::ALL {
            let Some(outgoing) = wanted(&mut lookup, id, resource.views()) else {
                continue;
            };
            if !resource.has(&outgoing) {
                continue;
            }
            let (mut out, mut losses) = (Vec::new(), Vec::new());
            renderer
                .render(&outgoing, &mut lookup, &mut out, &mut losses)
                .unwrap();
            assert_eq!(losses, []);
            let object: Value = serde_json::from_slice(&out).unwrap();
            check_addresses(&object, BASE, "");
            if *resource == Resource::Issue {
                let number = outgoing.record.number().unwrap();
                assert_eq!(object["number"], number.to_string());
                assert_eq!(object["title"], outgoing.record.title().unwrap());
            }
            *served.entry(format!("{resource:?}")).or_default() += 1;
        }
    }
    eprintln!("served of GitCode's sample: {served:?}");
    assert_eq!(served.len(), Resource::ALL.len(), "{served:?}");
}

#[test]
fn what_one_forge_stated_is_served_as_the_other_would() {
    let world = World::new();
    crate::support::gitcode::import(&world.store, &crate::support::gitcode::sample());
    check_all(&world, crate::support::gitcode::SAMPLED);
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let snapshot = world.store.read().unwrap();
    let (ids, happened) = records(&snapshot, "tidepool/kelp");
    assert!(happened.is_empty());
    let mut lookup = snapshot.lookup();
    let mut renderer =
        backlot_gitcode::Renderer::new(backlot_gitcode::Shape::Live).served(BASE, None);
    let mut served = 0;
    for id in ids {
        for resource in backlot_gitcode::Resource::ALL {
            let Some(outgoing) = wanted(&mut lookup, id, resource.views()) else {
                continue;
            };
            if !resource.has(&outgoing) {
                continue;
            }
            let (mut out, mut losses) = (Vec::new(), Vec::new());
            renderer
                .render(&outgoing, &mut lookup, &mut out, &mut losses)
                .unwrap();
            let object: Value = serde_json::from_slice(&out).unwrap();
            check_addresses(&object, BASE, "");
            let minted = outgoing.record.id().minted_number();
            match outgoing.record.kind() {
                RecordKind::User => assert!(object["id"].is_string()),
                RecordKind::Milestone => assert_eq!(object["number"], minted),
                RecordKind::Reaction => assert_eq!(object["id"], minted.to_string()),
                _ => assert_eq!(object["id"], minted),
            }
            served += 1;
        }
    }
    assert!(served > 120, "{served}");
}
