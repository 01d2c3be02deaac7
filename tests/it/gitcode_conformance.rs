//! Recorded answers of GitCode, where `BACKLOT_DATA` says where they are: each is read without an error, and what a
//! backlog holds of it goes out as it came.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use backlot_core::ImportOptions;
use backlot_gitcode::WriteOptions;
use serde_json::Value;

use crate::support::gitcode::{export, try_import};
use crate::support::{World, name, objects, real_data, walk};

/// The repository of what names none.
const RECORDED: &str = "octo/recorded";

/// The answers that no record is made of, by the beginning of the reason that is reported for them. No others may be
/// left out, and of these nothing is kept.
const NOT_KEPT: [(&str, &[&str]); 16] = [
    (
        "a branch of GitCode",
        &[
            "gitcode-pull-request/api__create-new-branch-api",
            "gitcode-pull-request/api__list-all-branch-api",
        ],
    ),
    (
        "a comment on a pull request of GitCode",
        &[
            "atomgit-cli/pull_request_comment_create_response",
            "contracts-zh/Pull Requests/get-api-v-5-repos-owner-repo-pulls-number-comments",
            "contracts-zh/Pull Requests/post-api-v-5-repos-owner-repo-pulls-number-comments",
            "gitcode-pull-request/create-comment-in-pr__api",
            "gitcode-pull-request/list-comments__api",
            "gitcode-pull-request/list-comments__get-comment-api",
            "gitcode-pull-request/reply-pull-request-comment__api",
            "go-gitcode/pr/pull_requests_comments",
            "go-gitcode/pr/pull_requests_create_comment",
            "go-gitcode/webhook/pr_note",
        ],
    ),
    (
        "a commit of GitCode",
        &["go-gitcode/pr/pull_requests_commits"],
    ),
    (
        "a comparison of commits of GitCode",
        &["gitcode-pull-request/api__compare-branch-api"],
    ),
    (
        "a diff of GitCode",
        &[
            "contracts-zh/Pull Requests/post-api-v-5-repos-owner-repo-pulls",
            "gitcode-pull-request/create-pull-request__api",
            "gitcode-pull-request/get-file-changes__api",
            "gitcode-pull-request/list-pull-request-files__api",
            "gitcode-pull-request/list-pull-requests__api",
            "go-gitcode/pr/pull_requests_files",
        ],
    ),
    (
        "a file of GitCode",
        &["go-gitcode/repos/repository_file_content"],
    ),
    (
        "a pull request of GitCode",
        &[
            "atomgit-cli/pull_request_create_response",
            "contracts-zh/Pull Requests/get-api-v-5-repos-owner-repo-pulls-number",
            "gitcode-pull-request/get-request__api",
            "gitcode-pull-request/issue-related-pull-request__api",
            "go-gitcode/issues/issues_linking_prs",
            "go-gitcode/pr/pull_requests",
            "go-gitcode/webhook/pr_create",
        ],
    ),
    ("a push of GitCode", &["go-gitcode/webhook/push_code"]),
    (
        "an empty object says nothing",
        &[
            "contracts-zh/Pull Requests/post-api-v-5-repos-owner-repo-pulls-number-review",
            "gitcode-pull-request/revise-pr-comment-status__api",
        ],
    ),
    // Of pull requests: how many there are, who got one, and two whose answers leave out everything that would tell.
    (
        "its keys do not tell what it is",
        &[
            "contracts-zh/Pull Requests/get-api-v-5-repos-owner-repo-pulls",
            "contracts-zh/Pull Requests/patch-api-v-5-repos-owner-repo-pulls-number",
            "gitcode-pull-request/edit-pull-request__api",
            "gitcode-pull-request/pull-request-assignee-operation__assign-assignee-api",
            "go-gitcode/pr/pull_requests_open",
        ],
    ),
    (
        "the forge answered with an error: Error while extracting",
        &["go-gitcode/pr/pull_requests_closed"],
    ),
    (
        "the forge answered with an error: Label Not Found",
        &["go-gitcode/issues/issues_delete_label_failed"],
    ),
    (
        "the merging of a pull request of GitCode",
        &[
            "contracts-zh/Pull Requests/put-api-v-5-repos-owner-repo-pulls-number-merge",
            "gitcode-pull-request/merge-pull-request__api",
            "go-gitcode/pr/pull_requests_merge",
        ],
    ),
    (
        "what a member may do of GitCode",
        &["gitcode-pull-request/permission-control__api"],
    ),
    (
        "what somebody contributed of GitCode",
        &["go-gitcode/repos/repository_contributors"],
    ),
    (
        "what was done to a pull request of GitCode",
        &[
            "gitcode-pull-request/list-pr-operation-logs__api",
            "go-gitcode/pr/pull_requests_operate_log",
        ],
    ),
];

/// The beginning of the reason why nothing of an answer is kept, if there is one.
pub(crate) fn why_not_kept(called: &str) -> Option<&'static str> {
    let mut reasons = NOT_KEPT.iter();
    let found = reasons.find(|(_, answers)| answers.contains(&called));
    found.map(|(reason, _)| *reason)
}

/// The answers, and the examples of the documentation as files of their own in a folder; each with what it is called.
pub(crate) fn answers(data: &Path, scratch: &Path) -> Vec<(String, PathBuf)> {
    let folder = data.join("gitcode");
    let mut found = Vec::new();
    for path in walk(&folder) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let inside = path.strip_prefix(&folder).unwrap().to_string_lossy();
        let called = inside.trim_end_matches(".json").replace('\\', "/");
        if !called.starts_with("contracts-zh") {
            found.push((called, path));
            continue;
        }
        let page = objects(&path).remove(0);
        let file = scratch.join(format!("example {}", found.len()));
        std::fs::write(&file, page["responseExample"].to_string()).unwrap();
        found.push((called, file));
    }
    found
}

#[test]
fn every_recorded_answer_is_read_and_goes_out_as_it_came() {
    let Some(data) = real_data("GitCode's recorded answers") else {
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let (mut whole, mut equal, mut left_out) = (0, 0, BTreeSet::new());
    for (called, path) in answers(&data, scratch.path()) {
        let mut world = World::new();
        let import = |world: &World| {
            let adjust = |options: ImportOptions| options.repository(name(RECORDED));
            try_import(&world.store, &path, adjust)
                .unwrap_or_else(|error| panic!("{called}: {error}"))
        };
        let report = import(&world);
        assert_eq!(
            import(&world).commit,
            None,
            "{called}: the same again was news"
        );
        world.assert_sound();
        let originals = objects(&path);
        let mut out = Vec::new();
        for repository in world.store.read().unwrap().repositories().unwrap() {
            let (files, _) = export(&world, &repository.name, &WriteOptions::default());
            out.extend(files.into_values().flatten());
        }
        let lost = report.skipped.iter().filter(|skipped| !skipped.kept);
        let reasons: Vec<_> = lost.map(|skipped| skipped.reason.as_str()).collect();
        let Some(why) = why_not_kept(&called) else {
            assert_eq!(reasons, [""; 0], "{called}");
            for object in &originals {
                let same = |list: &[Value]| list.iter().filter(|one| *one == object).count();
                assert!(
                    same(&out) >= same(&originals),
                    "{called}: {object} {out:#?}"
                );
            }
            whole += 1;
            equal += originals.len();
            continue;
        };
        // An answer that is no object at all would not be counted otherwise.
        assert_eq!(reasons.len(), originals.len(), "{called}: {reasons:?}");
        for reason in &reasons {
            assert!(reason.starts_with(why), "{called}: {reason}");
        }
        left_out.insert(called);
    }
    let listed = NOT_KEPT.iter().flat_map(|(_, answers)| answers.iter());
    let listed: BTreeSet<String> = listed.map(|called| (*called).to_owned()).collect();
    assert_eq!(left_out, listed);
    eprintln!(
        "{whole} answers with {equal} objects came back equal, {} are about something else",
        left_out.len()
    );
    assert!(equal > 100, "{equal}");
}
