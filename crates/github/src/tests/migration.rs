//! Migration archives, made up here, of each schema.

use std::fs;
use std::path::Path;

use backlot_model::{ForeignId, Parent, RecordKind, Timestamp, Value};
use proptest::prelude::{any, prop, proptest};

use crate::stand_in::StandIn;
use crate::{Attachments, ErrorKind, Flow, Limits, ReadOptions, Reader, Source};
use backlot_forge::json::string;
use backlot_forge::slots::entry;

const USERS: &str = r#"[{"type":"user","url":"https://github.com/mona","avatar_url":"https://avatars.githubusercontent.com/u/1?v=4",
"login":"mona","name":"Mona","bio":"","company":null,"website":null,"location":null,"emails":[{"address":"mona@example.org","primary":true}],
"social_accounts":[],"billing_plan":null,"created_at":"2011-01-25T18:44:36Z"}]"#;
const REPOSITORIES: &str = r#"[{"type":"repository","url":"https://github.com/octo/hello","owner":"https://github.com/octo","name":"hello",
"description":"Says hello","website":"","private":false,"has_issues":true,"is_archived":true,"collaborators":[],"webhooks":[{"active":true}],
"labels":[{"url":"https://github.com/octo/hello/labels/good%20first%20issue","name":"good first issue","color":"7057ff","description":"Easy","created_at":"2020-01-01T00:00:00Z"},
{"url":"https://github.com/octo/hello/labels/bug","name":"bug","color":"d73a4a"}],"created_at":"2020-01-01T00:00:00Z"}]"#;
const MILESTONES: &str = r#"[{"type":"milestone","url":"https://github.com/octo/hello/milestones/First%20light","repository":"https://github.com/octo/hello",
"user":"https://github.com/mona","title":"First light","description":"All of it","state":"open","due_on":null,"created_at":"2020-01-01T00:00:00Z","updated_at":"2020-01-02T00:00:00Z","closed_at":null},
{"type":"milestone","url":"https://github.com/octo/hello/milestones/1","repository":"https://github.com/octo/hello","user":null,"title":"v1","state":"closed","created_at":"2020-01-01T00:00:00Z"}]"#;
const ISSUES: &str = r#"[{"type":"issue","url":"https://github.com/octo/hello/issues/12","repository":"https://github.com/octo/hello","user":"https://github.com/mona",
"title":"It crashes","body":"Each time.","assignee":"https://github.com/hubot","assignees":["https://github.com/hubot","https://github.com/mona"],
"milestone":"https://github.com/octo/hello/milestones/First%20light","labels":["https://github.com/octo/hello/labels/good%20first%20issue","https://github.com/octo/hello/labels/gone%2Fby"],
"reactions":[{"user":"https://github.com/hubot","content":"+1","subject_type":"Issue","created_at":"2024-02-04T11:33:47.324+01:00"},
{"user":"https://github.com/mona","content":"heart","subject_type":"Issue","created_at":"2024-02-05T11:33:47Z"}],
"closed_at":"2020-03-01T00:00:00Z","created_at":"2020-02-01T00:00:00Z","updated_at":"2020-03-01T00:00:00Z"}]"#;
const PULLS: &str = r#"[{"type":"pull_request","url":"https://github.com/octo/hello/pull/13","user":"https://github.com/apps/helper","repository":"https://github.com/octo/hello",
"title":"Mend it","body":null,"base":{"ref":"main","sha":"ab","user":"https://github.com/octo","repo":"https://github.com/octo/hello"},"head":{"ref":"mend","sha":"cd","user":null,"repo":null},
"assignee":null,"assignees":[],"milestone":null,"labels":[],"reactions":[],"review_requests":[],"close_issue_references":[],"work_in_progress":true,
"merged_at":"2020-04-01T00:00:00Z","closed_at":"2020-04-01T00:00:00Z","created_at":"2020-03-02T00:00:00Z","merge_commit_sha":"ef"}]"#;
const BOTS: &str = r#"[{"type":"user","url":"https://github.com/apps/helper","login":"helper[bot]","name":null,"emails":[]}]"#;
const COMMENTS: &str = r#"[{"type":"issue_comment","url":"https://github.com/octo/hello/issues/12#issuecomment-99","issue":"https://github.com/octo/hello/issues/12",
"user":"https://github.com/mona","body":"Me too","formatter":"markdown","reactions":[{"user":"https://github.com/hubot","content":"eyes","subject_type":"IssueComment","created_at":"2024-04-16T06:27:06.608+02:00"}],"created_at":"2020-02-02T00:00:00Z"},
{"type":"issue_comment","url":"https://github.com/octo/hello/pull/13#issuecomment-100","pull_request":"https://github.com/octo/hello/pull/13","user":null,"body":"","formatter":"org","reactions":[],"created_at":"2020-03-03T00:00:00Z"}]"#;
const EVENTS: &str = r#"[{"type":"issue_event","url":"https://github.com/octo/hello/issues/12#event-1","issue":"https://github.com/octo/hello/issues/12","actor":"https://github.com/mona","event":"labeled","label":"https://github.com/octo/hello/labels/bug","label_name":"bug","label_color":"d73a4a","label_text_color":"000000","created_at":"2020-02-01T00:00:01Z"},
{"type":"issue_event","url":"https://github.com/octo/hello/issues/12#event-2","issue":"https://github.com/octo/hello/issues/12","actor":"https://github.com/mona","event":"renamed","title_was":"Crash","title_is":"It crashes","created_at":"2020-02-01T00:00:02Z"},
{"type":"issue_event","url":"https://github.com/octo/hello/issues/12#event-3","issue":"https://github.com/octo/hello/issues/12","actor":"https://github.com/hubot","subject":"https://github.com/mona","event":"assigned","created_at":"2020-02-01T00:00:03Z"},
{"type":"issue_event","url":"https://github.com/octo/hello/issues/12#event-4","issue":"https://github.com/octo/hello/issues/12","actor":"https://github.com/mona","event":"milestoned","milestone":"https://github.com/octo/hello/milestones/First%20light","created_at":"2020-02-01T00:00:04Z"},
{"type":"issue_event","url":"https://github.com/octo/hello/pull/13#event-5","pull_request":"https://github.com/octo/hello/pull/13","actor":null,"event":"merged","commit_id":"ef12","commit_repository":"https://github.com/octo/hello","created_at":"2020-04-01T00:00:00Z"}]"#;
const ATTACHMENTS: &str = r#"[{"type":"attachment","url":"https://github.com/user-attachments/assets/1-2","issue_comment":"https://github.com/octo/hello/issues/12#issuecomment-99","user":"https://github.com/mona","asset_name":"log.gz","asset_content_type":"application/gzip","asset_url":"tarball://root/attachments/1-2/log.gz","created_at":"2020-02-02T00:00:00Z"}]"#;

/// The files of an archive of a schema.
fn archive(version: &str) -> Vec<(String, String)> {
    let schema = format!(r#"{{"version":"{version}","github_sha":"abc"}}"#);
    let mut files = vec![("schema.json".to_owned(), schema)];
    for (name, text) in [
        ("issue_events_000001.json", EVENTS),
        ("issue_comments_000001.json", COMMENTS),
        ("pull_requests_000001.json", PULLS),
        ("issues_000001.json", ISSUES),
        ("milestones_000001.json", MILESTONES),
        ("repositories_000001.json", REPOSITORIES),
        ("bots_000001.json", BOTS),
        ("users_000001.json", USERS),
    ] {
        files.push((name.to_owned(), text.to_owned()));
    }
    files
}

fn with(mut files: Vec<(String, String)>, name: &str, text: &str) -> Vec<(String, String)> {
    files.retain(|(known, _)| known != name);
    files.push((name.to_owned(), text.to_owned()));
    files
}

fn unpack(files: &[(String, String)], root: &Path) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn tarred(files: &[(String, String)], path: &Path) {
    let mut builder =
        tar::Builder::new(zstd::Encoder::new(fs::File::create(path).unwrap(), 1).unwrap());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, name, text.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap();
}

fn read(path: &Path) -> Result<StandIn, crate::Error> {
    let source = Source::open(path, Limits::default())?;
    let mut store = StandIn::default();
    store.take_all(Reader::open(source, ReadOptions::default())?.batches())?;
    Ok(store)
}

fn read_files(files: &[(String, String)]) -> Result<StandIn, crate::Error> {
    let folder = tempfile::tempdir().unwrap();
    unpack(files, folder.path());
    read(folder.path())
}

fn texts(store: &mut StandIn, kind: RecordKind) -> Vec<String> {
    let texts = super::written(store);
    let kinds = store.records.iter().map(|record| record.record.kind());
    kinds
        .zip(texts)
        .filter(|(known, _)| *known == kind)
        .map(|(_, text)| text)
        .collect()
}

fn said(text: &str, key: &str) -> String {
    entry(text, key).unwrap_or_default().to_owned()
}

#[test]
fn every_schema_is_read_alike_from_folders_and_archives() {
    let folder = tempfile::tempdir().unwrap();
    for version in ["1.0.1", "1.1.0", "1.2.0"] {
        let files = archive(version);
        let packed = folder.path().join("packed.tar.zst");
        let inside: Vec<_> = files
            .iter()
            .map(|(name, text)| (format!("archive/{name}"), text.clone()))
            .collect();
        tarred(&inside, &packed);
        let (mut loose, mut packed) = (read_files(&files).unwrap(), read(&packed).unwrap());
        assert_eq!(loose.skipped, [], "{version}");
        for kind in [
            RecordKind::Issue,
            RecordKind::Comment,
            RecordKind::HistoryEvent,
            RecordKind::Label,
        ] {
            // An archive is read in the order that it has.
            let (mut one, mut other) = (texts(&mut loose, kind), texts(&mut packed, kind));
            one.sort();
            other.sort();
            assert_eq!(one, other, "{version}");
            assert!(!one.is_empty());
        }
        assert_eq!(loose.repositories.len(), 1);
        assert!(loose.repositories[0].is_main);
        assert_eq!(loose.repositories[0].name, "octo/hello");
    }
}

#[test]
fn records_become_the_objects_of_the_api() {
    let mut store = read_files(&archive("1.1.0")).unwrap();
    let issues = texts(&mut store, RecordKind::Issue);
    let issue = &issues[0];
    assert_eq!(said(issue, "number"), "12");
    assert_eq!(said(issue, "state"), "\"closed\"");
    assert_eq!(
        said(issue, "url"),
        "\"https://api.github.com/repos/octo/hello/issues/12\""
    );
    assert!(
        said(issue, "milestone").contains("\"number\":2,\"title\":\"First light\""),
        "{issue}"
    );
    assert!(said(issue, "labels").contains("\"name\":\"gone/by\""));
    assert!(said(issue, "labels").contains("\"color\":\"7057ff\""));
    assert!(said(issue, "reactions").contains("\"total_count\":2,\"+1\":1"));
    assert!(said(issue, "assignee").contains("\"login\":\"hubot\""));
    let pull = &issues[1];
    assert_eq!(said(pull, "draft"), "true");
    assert!(said(pull, "user").contains("\"login\":\"helper[bot]\""));
    assert!(said(pull, "user").contains("\"type\":\"Bot\""));
    assert!(said(pull, "pull_request").contains("\"merged_at\":\"2020-04-01T00:00:00Z\""));
    assert!(said(pull, "base").contains("\"sha\":\"ab\""));
    let comments = texts(&mut store, RecordKind::Comment);
    assert_eq!(said(&comments[0], "id"), "99");
    assert_eq!(said(&comments[0], "formatter"), "");
    assert_eq!(said(&comments[1], "formatter"), "\"org\"");
    let events = texts(&mut store, RecordKind::HistoryEvent);
    assert_eq!(
        said(&events[0], "label"),
        r#"{"name":"bug","color":"d73a4a"}"#
    );
    assert_eq!(said(&events[0], "label_text_color"), "\"000000\"");
    assert_eq!(
        said(&events[1], "rename"),
        r#"{"from":"Crash","to":"It crashes"}"#
    );
    assert!(
        said(&events[2], "assignee").contains("hubot")
            && said(&events[2], "actor").contains("mona")
    );
    assert_eq!(said(&events[3], "milestone"), r#"{"title":"First light"}"#);
    assert_eq!(
        said(&events[4], "commit_url"),
        "\"https://api.github.com/repos/octo/hello/commits/ef12\""
    );
    let users = texts(&mut store, RecordKind::User);
    assert!(said(&users[0], "emails").contains("mona@example.org"));
    assert_eq!(said(&users[0], "bio"), "\"\"");
    let repository = &texts(&mut store, RecordKind::Repository)[0];
    assert_eq!(said(repository, "archived"), "true");
    assert_eq!(said(repository, "webhooks"), r#"[{"active":true}]"#);
    let label = &texts(&mut store, RecordKind::Label)[0];
    assert_eq!(
        string(&said(label, "name")).as_deref(),
        Some("good first issue")
    );
}

#[test]
fn reactions_are_records_with_exact_moments() {
    let store = read_files(&archive("1.1.0")).unwrap();
    let reactions: Vec<_> = store
        .records
        .iter()
        .filter(|record| record.record.kind() == RecordKind::Reaction)
        .collect();
    assert_eq!(reactions.len(), 3);
    let (_, name, _) = reactions[0].stated.as_ref().unwrap();
    assert_eq!(*name, ForeignId::Text("issue 12 hubot +1".to_owned()));
    assert_eq!(reactions[0].parent_number, Some(12));
    let at = Timestamp::parse("2024-02-04T10:33:47.324Z").unwrap();
    let said = reactions[0].record.get(backlot_model::Field::CreatedAt);
    assert_eq!(said, Some(&Value::CreatedAt(at)));
    // The last one is to a comment, which is named by itself.
    let parent = reactions[2].record.get(backlot_model::Field::Parent);
    assert!(matches!(parent, Some(Value::Parent(Parent::Record(_)))));
}

#[test]
fn urls_of_other_forges_are_read_by_their_templates() {
    let urls = r#"{"user":"{scheme}://{+host}{/segments*}/{user}","repository":"{scheme}://{+host}/{owner}/{repository}",
"label":"{scheme}://{+host}/{owner}/{repository}/labels#/{label}","issue":"{scheme}://{+host}/{owner}/{repository}/-/issues/{issue}",
"issue_comment":{"issue":"{scheme}://{+host}/{owner}/{repository}/-/issues/{number}#note_{issue_comment}"},"odd":7,"milestone":"{"}"#;
    let issues = r#"[{"type":"issue","url":"https://git.corp/o/r/-/issues/7","user":"https://git.corp/people/mona","title":"T","body":null,
"assignee":null,"labels":["https://git.corp/o/r/labels#/a/b"],"closed_at":null,"created_at":"2020-01-01T00:00:00Z"}]"#;
    let comments = r#"[{"type":"issue_comment","url":"https://git.corp/o/r/-/issues/7#note_31","issue":"https://git.corp/o/r/-/issues/7","user":"https://git.corp/mona","body":"x","created_at":"2020-01-01T00:00:00Z"}]"#;
    let files = with(Vec::new(), "schema.json", r#"{"version":"1.2.0"}"#);
    let files = with(with(files, "urls.json", urls), "issues_000001.json", issues);
    let mut store = read_files(&with(files, "issue_comments_000001.json", comments)).unwrap();
    assert_eq!(store.repositories[0].host, "git.corp");
    let issue = &texts(&mut store, RecordKind::Issue)[0];
    assert!(said(issue, "labels").contains("\"a/b\""), "{issue}");
    assert!(said(issue, "user").contains("\"login\":\"mona\""));
    assert_eq!(said(issue, "state"), "\"open\"");
    assert_eq!(said(&texts(&mut store, RecordKind::Comment)[0], "id"), "31");
    let reasons: Vec<&str> = store
        .skipped
        .iter()
        .map(|skipped| &*skipped.reason)
        .collect();
    assert_eq!(reasons, ["the template of milestone is not understood"]);
}

#[test]
fn odd_archives_are_reported_and_never_silent() {
    let many: Vec<String> = (1..=150)
        .map(|number| format!(r#"{{"type":"issue","url":"https://github.com/octo/hello/issues/{number}","title":"x","created_at":"2020-01-01T00:00:00Z"}}"#))
        .collect();
    let odd = format!(
        r#"[{},7,{{"type":"issue","title":"no URL"}},{{"type":"team","url":"x"}},{{"type":"issue","url":"https://github.com/octo/hello/pulls"}},
{{"type":"issue","url":"https://github.com/octo/hello/issues/200","title":7,"labels":[1],"assignees":{{}},"reactions":5,"milestone":"https://github.com/octo/hello/milestones/9","user":{{}},"closed_at":false}}]"#,
        many.join(",")
    );
    let files = with(archive("9.9.9"), "issues_000001.json", &odd);
    let files = with(files, "issues_000003.json", "[]");
    let files = with(files, "discussions_000001.json", "[{},{},{}]");
    let files = with(files, "repositories/octo/hello.git/HEAD", "ref: x");
    let files = with(files, "attachments_000001.json", ATTACHMENTS);
    let store = read_files(&files).unwrap();
    let reasons: Vec<&str> = store
        .skipped
        .iter()
        .map(|skipped| &*skipped.reason)
        .collect();
    for wanted in [
        "1 files of Git repositories are not read",
        "the archive has no issues_000002.json, but later files of the type",
        "schema 9.9.9 is not known; it is read like 1.2.0",
        "expected an object",
        "the issue has no URL",
        "a record of the type team among issues",
        "the URL of the issue is none of its kind: https://github.com/octo/hello/pulls",
        "an element is no URL of its kind; the whole list is only kept",
        "expected a list of reactions",
        "the milestone is not in the archive; its URL is kept",
        "the file has 155 records, and archives have at most 100 in one",
        "3 records of discussions, which a backlog has no place for",
        "1 record of attachments, whose files are kept outside of a backlog",
    ] {
        assert!(
            reasons.contains(&wanted),
            "{wanted} is not among {reasons:#?}"
        );
    }
    for broken in ["[{]", "[{\"type\":\"issue\",}]", "[", "[\"\u{1}\"]"] {
        let files = with(archive("1.1.0"), "issues_000001.json", broken);
        assert_eq!(
            read_files(&files).err().map(|error| error.kind()),
            Some(ErrorKind::Syntax),
            "{broken}"
        );
    }
}

#[test]
fn attachments_are_copied_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    unpack(
        &with(archive("1.1.0"), "attachments_000001.json", ATTACHMENTS),
        &input,
    );
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, b"lines").unwrap();
    let gzip = gzip.finish().unwrap();
    fs::create_dir_all(input.join("attachments/1-2")).unwrap();
    fs::write(input.join("attachments/1-2/log.gz"), &gzip).unwrap();
    fs::write(input.join("attachments/1-2/a:b"), "x").unwrap();
    let target = folder.path().join("store.attachments");
    for round in 0..2 {
        let mut source = Source::open(&input, Limits::default()).unwrap();
        let gathered = Attachments::gather(&mut source, &target).unwrap().unwrap();
        let mut store = StandIn::default();
        store
            .take_all(
                Reader::open(source, ReadOptions::default())
                    .unwrap()
                    .without_attachments()
                    .batches(),
            )
            .unwrap();
        assert_eq!(store.skipped, []);
        assert_eq!(
            target.exists(),
            round > 0,
            "nothing is there until it is kept"
        );
        let report = gathered.keep().unwrap();
        assert_eq!(
            (report.records, report.files, report.known),
            (1, 1 - round, round)
        );
        assert_eq!(
            report.reasons,
            [("1-2/a:b".to_owned(), "the name could lead elsewhere")]
        );
    }
    assert_eq!(fs::read(target.join("1-2/log.gz")).unwrap(), gzip);
    assert_eq!(
        fs::read_to_string(target.join("attachments.ndjson"))
            .unwrap()
            .lines()
            .count(),
        1
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing else is left"
    );
    // Another file of the name is not written over.
    fs::write(input.join("attachments/1-2/log.gz"), "other").unwrap();
    let mut source = Source::open(&input, Limits::default()).unwrap();
    let report = Attachments::gather(&mut source, &target)
        .unwrap()
        .unwrap()
        .keep()
        .unwrap();
    assert_eq!((report.files, report.bytes, report.refused), (0, 0, 2));
    assert_eq!(fs::read(target.join("1-2/log.gz")).unwrap(), gzip);
}

#[cfg(unix)]
#[test]
fn a_link_among_the_attachments_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    unpack(
        &with(archive("1.1.0"), "attachments_000001.json", ATTACHMENTS),
        &input,
    );
    fs::write(folder.path().join("secret"), "secret").unwrap();
    fs::create_dir_all(input.join("attachments/1-2")).unwrap();
    std::os::unix::fs::symlink(
        folder.path().join("secret"),
        input.join("attachments/1-2/log.gz"),
    )
    .unwrap();
    let mut source = Source::open(&input, Limits::default()).unwrap();
    let target = folder.path().join("kept");
    let report = Attachments::gather(&mut source, &target)
        .unwrap()
        .unwrap()
        .keep()
        .unwrap();
    assert_eq!((report.files, report.refused), (0, 1));
    assert!(!target.join("1-2").exists());
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_archive_makes_the_reader_panic(
        places in prop::collection::vec((0usize..8, any::<prop::sample::Index>(), prop::sample::select(vec![
            "null", "7", "\"x\"", "[]", "{}", "\"https://github.com/octo/hello/issues/12\"", "\"https://github.com/\\ud83d\"", "true", "",
        ])), 1..6)
    ) {
        let mut files = archive("1.1.0");
        for (file, at, by) in places {
            let (_, text) = &mut files[file];
            let values: Vec<usize> = text.match_indices(':').map(|(at, _)| at + 1).collect();
            if values.is_empty() {
                continue;
            }
            let from = values[at.index(values.len())];
            let end = text[from..].find([',', '}']).map_or(text.len(), |end| from + end);
            text.replace_range(from..end, by);
        }
        let folder = tempfile::tempdir().unwrap();
        unpack(&files, folder.path());
        if let Ok(reader) = Source::open(folder.path(), Limits::default()).and_then(|source| Reader::open(source, ReadOptions::default())) {
            let _ = reader.read(|batch| {
                batch.clear();
                Ok(Flow::Continue)
            });
        }
    }
}
