//! Recorded requests and answers, of which those about issues are taken out.

use std::path::Path;

use serde_json::Value;

use super::sets::{Input, single};
use crate::support::walk;

/// Each answer about issues, and each refusal, as a file of its own.
pub(super) fn inputs(data: &Path, scratch: &Path) -> Vec<Input> {
    let mut inputs = Vec::new();
    for file in walk(&data.join("github/octokit-fixtures")) {
        if !file.to_string_lossy().ends_with("-fixture.json") {
            continue;
        }
        let recorded: Vec<Value> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for exchange in recorded {
            let answer = &exchange["response"];
            let path = exchange["path"].as_str().unwrap();
            let refused = exchange["status"].as_u64().unwrap() >= 300;
            let is_json =
                answer.is_object() || answer.as_array().is_some_and(|list| !list.is_empty());
            if !is_json || !(refused || is_about_issues(path)) {
                continue;
            }
            // A name that says nothing: what the answer is, only its keys tell.
            let copy = scratch.join(format!("answer {}", inputs.len()));
            std::fs::write(&copy, answer.to_string()).unwrap();
            inputs.push(single(copy, "octo/recorded"));
        }
    }
    inputs
}

/// Whether the object at a path is one that a backlog holds.
fn is_about_issues(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (repository, rest) = match &parts[..] {
        ["repos", _, _, rest @ ..] | ["repositories", _, rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    match (repository, rest) {
        (true, []) => true,
        (true, [kind, ..]) => {
            matches!(
                *kind,
                "issues" | "labels" | "milestones" | "assignees" | "projects"
            )
        }
        (false, ["orgs", _] | ["orgs", _, "repos"] | ["users", _] | ["search", "issues"]) => true,
        (false, ["projects", ..]) => true,
        _ => false,
    }
}
