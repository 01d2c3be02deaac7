//! Edits. Where REST has the same edit, it is that of REST, with its rules for who may do what.

use backlot_core::{IssueEdit, RepositoryWriter, Snapshot};
use backlot_github::FORGE;
use backlot_model::{RecordId, RecordKind, RepositoryName};
use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::node::{self, Target};
use super::object::{Object, Resolved, Shown};
use crate::access::Permission;
use crate::exchange::Exchange;
use crate::media::Media;
use crate::problem::Problem;
use crate::query::Query;
use backlot_github::Resource;

const ISSUES: &str = "/repos/{owner}/{repo}/issues";
const ISSUE: &str = "/repos/{owner}/{repo}/issues/{number}";
const COMMENTS: &str = "/repos/{owner}/{repo}/issues/{number}/comments";
const COMMENT: &str = "/repos/{owner}/{repo}/issues/comments/{id}";
const LABELS: &str = "/repos/{owner}/{repo}/issues/{number}/labels";
const LOCK: &str = "/repos/{owner}/{repo}/issues/{number}/lock";
const ASSIGNEES: &str = "/repos/{owner}/{repo}/issues/{number}/assignees";

type Fields = Vec<(&'static str, Resolved)>;

/// One edit with all that it needs.
pub(super) struct Mutation<'m> {
    pub(super) exchange: &'m Exchange<'m>,
    pub(super) name: &'m str,
    pub(super) input: &'m Map<String, Value>,
}

impl Mutation<'_> {
    /// Makes the edit; what its payload has.
    pub(super) fn perform(&self, payload: &'static str) -> Result<Object, Fault> {
        let mut fields = self.edit().map_err(|fault| match fault {
            Refusal::Problem(problem) => self.refused(problem),
            Refusal::Fault(fault) => fault,
        })?;
        let id = self.input.get("clientMutationId").cloned();
        fields.push(("clientMutationId", Resolved::maybe(id)));
        Ok(Object::plain(payload, fields))
    }

    fn refused(&self, problem: Problem) -> Fault {
        let caller = self.exchange.caller.as_ref();
        match (problem.status, caller) {
            (StatusCode::FORBIDDEN, Some(caller)) if problem.message.starts_with("Must have") => {
                let mut name = self.name.to_owned();
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                let told = format!(
                    "{} does not have the correct permissions to execute `{name}`",
                    caller.login
                );
                Fault::of_kind("FORBIDDEN", told)
            }
            _ => problem.into(),
        }
    }

    fn edit(&self) -> Result<Fields, Refusal> {
        self.exchange.caller()?;
        match self.name {
            "createIssue" => self.create(),
            "updateIssue" => self.update(),
            "closeIssue" => {
                let mut body = json!({"state": "closed"});
                if let Some(reason) = self.text("stateReason") {
                    body["state_reason"] = reason.to_ascii_lowercase().into();
                }
                self.patch(&body)
            }
            "reopenIssue" => self.patch(&json!({"state": "open"})),
            "deleteIssue" => self.delete(),
            "transferIssue" => self.transfer(),
            "pinIssue" => self.pin(true),
            "unpinIssue" => self.pin(false),
            "lockLockable" => {
                let target = self.issue("lockableId")?;
                let mut body = json!({});
                if let Some(reason) = self.text("lockReason") {
                    body["lock_reason"] = match reason {
                        "OFF_TOPIC" => "off-topic".into(),
                        "TOO_HEATED" => "too heated".into(),
                        other => other.to_ascii_lowercase().into(),
                    };
                }
                self.rest(&Method::PUT, LOCK, &target.parameters(), &body)?;
                Ok(vec![("lockedRecord", target.shown())])
            }
            "unlockLockable" => {
                let target = self.issue("lockableId")?;
                self.rest(&Method::DELETE, LOCK, &target.parameters(), &json!({}))?;
                Ok(vec![("unlockedRecord", target.shown())])
            }
            "addComment" => self.comment(),
            "updateIssueComment" => {
                let (comment, parameters) = self.comment_called("id")?;
                let body = json!({"body": self.text("body")});
                self.rest(&Method::PATCH, COMMENT, &parameters, &body)?;
                Ok(vec![("issueComment", shown_comment(comment))])
            }
            "deleteIssueComment" => {
                let (_, parameters) = self.comment_called("id")?;
                self.rest(&Method::DELETE, COMMENT, &parameters, &json!({}))?;
                Ok(Vec::new())
            }
            "addLabelsToLabelable" => {
                let target = self.issue("labelableId")?;
                let names = self.labels(&target.repository)?.unwrap_or_default();
                let body = json!({"labels": names});
                self.rest(&Method::POST, LABELS, &target.parameters(), &body)?;
                Ok(vec![("labelable", target.shown())])
            }
            "removeLabelsFromLabelable" => {
                let target = self.issue("labelableId")?;
                self.exchange.triager()?;
                let names = self.labels(&target.repository)?.unwrap_or_default();
                let edit = names.into_iter();
                let edit = edit.fold(IssueEdit::default(), IssueEdit::remove_label);
                self.write(&target, "take labels from", |repository| {
                    Ok(repository.edit_issue(target.number, &edit)?)
                })?;
                Ok(vec![("labelable", target.shown())])
            }
            "clearLabelsFromLabelable" => {
                let target = self.issue("labelableId")?;
                self.rest(&Method::DELETE, LABELS, &target.parameters(), &json!({}))?;
                Ok(vec![("labelable", target.shown())])
            }
            "addAssigneesToAssignable" => self.assign(&Method::POST),
            "removeAssigneesFromAssignable" => self.assign(&Method::DELETE),
            other => Err(Fault::new(format!("Nothing is done for {other}")).into()),
        }
    }

    fn create(&self) -> Result<Fields, Refusal> {
        let repository = {
            let snapshot = self.exchange.read()?;
            let id = self.text("repositoryId").unwrap_or_default();
            let record = node::record(self.exchange, &snapshot, id, RecordKind::Repository)?;
            let name = record.name().and_then(|name| name.parse().ok());
            name.ok_or_else(|| Fault::no_node(id))?
        };
        let body = self.said(&repository)?;
        let made = self.rest(&Method::POST, ISSUES, &parameters_of(&repository), &body)?;
        let number = made["number"].as_u64().unwrap_or(0);
        let id = self.exchange.read()?.issue_id(&repository, number)?;
        Ok(vec![("issue", Shown::issue(id, false).into())])
    }

    fn update(&self) -> Result<Fields, Refusal> {
        let target = self.issue("id")?;
        let mut body = self.said(&target.repository)?;
        if let Some(state) = self.text("state") {
            body["state"] = state.to_ascii_lowercase().into();
        }
        self.rest(&Method::PATCH, ISSUE, &target.parameters(), &body)?;
        Ok(vec![("issue", target.shown())])
    }

    /// What is said of an issue, as REST has it.
    fn said(&self, repository: &RepositoryName) -> Result<Value, Refusal> {
        let mut body = json!({});
        for key in ["title", "body"] {
            if let Some(text) = self.text(key) {
                body[key] = text.into();
            }
        }
        if let Some(labels) = self.labels(repository)? {
            body["labels"] = labels.into();
        }
        if let Some(logins) = self.logins()? {
            body["assignees"] = logins.into();
        }
        match self.input.get("milestoneId") {
            Some(Value::String(id)) => {
                let snapshot = self.exchange.read()?;
                let record = node::record(self.exchange, &snapshot, id, RecordKind::Milestone)?;
                check_home(&snapshot, &record, repository, id)?;
                body["milestone"] = record.number().into();
            }
            Some(_) => body["milestone"] = Value::Null,
            None => {}
        }
        Ok(body)
    }

    /// Edits the issue, which is no pull request, through REST.
    fn patch(&self, body: &Value) -> Result<Fields, Refusal> {
        let target = self.issue("issueId")?;
        if target.is_pull_request {
            let id = self.text("issueId").unwrap_or_default();
            return Err(Fault::no_node(id).into());
        }
        self.rest(&Method::PATCH, ISSUE, &target.parameters(), body)?;
        Ok(vec![("issue", target.shown())])
    }

    fn delete(&self) -> Result<Fields, Refusal> {
        let target = self.issue("issueId")?;
        if self.exchange.caller()?.permission < Permission::Admin {
            let told = "Must have admin rights to Repository.";
            return Err(Problem::forbidden(told).into());
        }
        self.write(&target, "delete", |repository| {
            Ok(repository.delete_issue(target.number)?)
        })?;
        let snapshot = self.exchange.read()?;
        let home = snapshot.repository(&target.repository)?;
        let home = home.ok_or_else(Problem::not_found)?;
        let shown = Shown::repository(home.id, target.repository);
        Ok(vec![("repository", shown.into())])
    }

    fn transfer(&self) -> Result<Fields, Refusal> {
        let target = self.issue("issueId")?;
        self.exchange.pusher()?;
        let id = self.text("repositoryId").unwrap_or_default();
        let home = {
            let snapshot = self.exchange.read()?;
            node::record(self.exchange, &snapshot, id, RecordKind::Repository)?
        };
        let home = home.name().ok_or_else(|| Fault::no_node(id))?;
        let number = self.write(&target, "transfer", |repository| {
            Ok(repository.transfer_issue(target.number, home)?)
        })?;
        let home = home.parse().map_err(|_| Fault::no_node(id))?;
        let moved = self.exchange.read()?.issue_id(&home, number)?;
        Ok(vec![("issue", Shown::issue(moved, false).into())])
    }

    fn pin(&self, is_pinned: bool) -> Result<Fields, Refusal> {
        let target = self.issue("issueId")?;
        self.exchange.pusher()?;
        let what = if is_pinned { "pin" } else { "unpin" };
        self.write(&target, what, |repository| {
            Ok(match is_pinned {
                true => repository.pin_issue(target.number)?,
                false => repository.unpin_issue(target.number)?,
            })
        })?;
        Ok(vec![("issue", target.shown())])
    }

    fn comment(&self) -> Result<Fields, Refusal> {
        let target = self.issue("subjectId")?;
        let body = json!({"body": self.text("body")});
        let made = self.rest(&Method::POST, COMMENTS, &target.parameters(), &body)?;
        let number = made["id"].as_u64().unwrap_or(0);
        let snapshot = self.exchange.read()?;
        let home = Some(&target.repository);
        let id = snapshot.find(RecordKind::Comment, FORGE, number, home)?;
        let id = id.ok_or_else(Problem::not_found)?;
        let place = snapshot.thread(target.id)?;
        let place = place
            .iter()
            .filter(|item| item.kind() == RecordKind::Comment);
        let edge = vec![
            (
                "cursor",
                Resolved::text(super::connection::cursor(place.count())),
            ),
            ("node", shown_comment(id)),
        ];
        Ok(vec![
            (
                "commentEdge",
                Object::plain("IssueCommentEdge", edge).into(),
            ),
            ("subject", target.shown()),
        ])
    }

    fn assign(&self, method: &Method) -> Result<Fields, Refusal> {
        let target = self.issue("assignableId")?;
        self.exchange.triager()?;
        let body = json!({"assignees": self.logins()?.unwrap_or_default()});
        self.rest(method, ASSIGNEES, &target.parameters(), &body)?;
        Ok(vec![("assignable", target.shown())])
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.input.get(key).and_then(Value::as_str)
    }

    fn texts(&self, key: &str) -> Option<impl Iterator<Item = &str>> {
        let list = self.input.get(key)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str))
    }

    /// The issue or pull request that the input names.
    fn issue(&self, key: &str) -> Result<Target, Refusal> {
        let snapshot = self.exchange.read()?;
        let id = self.text(key).unwrap_or_default();
        Ok(node::issue(self.exchange, &snapshot, id)?)
    }

    /// The comment that the input names, and the path to it.
    fn comment_called(&self, key: &str) -> Result<(RecordId, Parameters), Refusal> {
        let snapshot = self.exchange.read()?;
        let id = self.text(key).unwrap_or_default();
        let record = node::record(self.exchange, &snapshot, id, RecordKind::Comment)?;
        let mut view = self.exchange.view(&snapshot);
        let text = view.object(record.id(), Resource::Comment)?;
        let json: Value = serde_json::from_slice(&text).unwrap_or_default();
        let home = match record.repository() {
            Some(home) => snapshot.login(home)?,
            None => None,
        };
        let home: Option<RepositoryName> = home.and_then(|name| name.parse().ok());
        let mut parameters = parameters_of(&home.ok_or_else(|| Fault::no_node(id))?);
        parameters.push(("id".to_owned(), json["id"].to_string()));
        Ok((record.id(), parameters))
    }

    /// The names of the labels that the input has.
    fn labels(&self, repository: &RepositoryName) -> Result<Option<Vec<String>>, Refusal> {
        let Some(ids) = self.texts("labelIds") else {
            return Ok(None);
        };
        let snapshot = self.exchange.read()?;
        let mut names = Vec::new();
        for id in ids {
            let record = node::record(self.exchange, &snapshot, id, RecordKind::Label)?;
            check_home(&snapshot, &record, repository, id)?;
            names.push(record.name().unwrap_or_default().to_owned());
        }
        Ok(Some(names))
    }

    /// The logins of the assignees that the input has.
    fn logins(&self) -> Result<Option<Vec<String>>, Refusal> {
        let Some(ids) = self.texts("assigneeIds") else {
            return Ok(None);
        };
        let snapshot = self.exchange.read()?;
        let logins = ids.map(|id| node::login(self.exchange, &snapshot, id));
        Ok(Some(logins.collect::<Result<_, _>>()?))
    }

    /// Makes edits in the repository of an issue one commit.
    fn write<T>(
        &self,
        target: &Target,
        what: &str,
        edit: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T, Problem>,
    ) -> Result<T, Refusal> {
        let reason = format!("{what} issue {}", target.number);
        let done = self.exchange.write(&reason, |transaction| {
            edit(&mut transaction.repository(target.repository.as_str())?)
        });
        Ok(done?)
    }

    /// Has an endpoint of REST do it, and gives what that answers.
    fn rest(
        &self,
        method: &Method,
        path: &'static str,
        parameters: &Parameters,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let mut routes = self.exchange.api.github().all();
        let route = routes.find(|route| route.path == path && route.method == *method);
        let route = route.ok_or_else(Problem::not_found)?;
        let body = Bytes::from(body.to_string());
        let mut exchange = Exchange {
            api: self.exchange.api,
            parameters: parameters.clone(),
            query: Query::default(),
            headers: self.exchange.headers,
            body: &body,
            caller: self.exchange.caller.clone(),
            address: self.exchange.address.clone(),
            path: path.to_owned(),
            version: self.exchange.version,
            media: Media::Raw,
            is_of_now: std::cell::Cell::new(false),
            seen: std::cell::Cell::default(),
        };
        let answer = (route.run)(&mut exchange)?;
        // What has no body tells nothing.
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }
}

type Parameters = Vec<(String, String)>;

fn parameters_of(repository: &RepositoryName) -> Parameters {
    let (owner, name) = repository.as_str().split_once('/').unwrap_or_default();
    vec![
        ("owner".to_owned(), owner.to_owned()),
        ("repo".to_owned(), name.to_owned()),
    ]
}

impl Target {
    fn parameters(&self) -> Parameters {
        let mut parameters = parameters_of(&self.repository);
        parameters.push(("number".to_owned(), self.number.to_string()));
        parameters
    }

    fn shown(&self) -> Resolved {
        Shown::issue(self.id, self.is_pull_request).into()
    }
}

fn shown_comment(id: RecordId) -> Resolved {
    Shown::of("IssueComment", Resource::Comment, id).into()
}

/// Makes sure that a label or a milestone is of the repository where it shall be used.
fn check_home(
    snapshot: &Snapshot,
    record: &backlot_model::Record,
    repository: &RepositoryName,
    id: &str,
) -> Result<(), Fault> {
    let home = match record.repository() {
        Some(home) => snapshot.login(home)?,
        None => None,
    };
    let is_here = home.is_some_and(|home| home.eq_ignore_ascii_case(repository.as_str()));
    is_here.then_some(()).ok_or_else(|| Fault::no_node(id))
}

/// Why an edit is not made.
enum Refusal {
    Problem(Problem),
    Fault(Fault),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<backlot_core::Error> for Refusal {
    fn from(error: backlot_core::Error) -> Self {
        Self::Problem(error.into())
    }
}
