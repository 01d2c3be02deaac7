//! The fields of a repository.

use std::ops::Range;
use std::rc::Rc;

use backlot_core::{
    IssueFilter, IssueList, IssueSummary, KindFilter, MilestoneFilter, MilestoneList,
    MilestoneSort, Named, QueryOptions, StateFilter,
};
use backlot_github::Resource;
use backlot_model::{Condition, Direction, RepositoryName, SortKey, Test, Timestamp};
use serde_json::Value;

use super::connection::{self, connection};
use super::fault::Fault;
use super::object::{Object, Resolved, Shown};
use super::records::{label, milestone_of};
use super::run::{Ask, Run};
use crate::access::Permission;
use crate::github;
use crate::problem::Problem;

impl<'r> Run<'r> {
    pub(super) fn of_repository(
        &mut self,
        shown: &Rc<Shown>,
        ask: &Ask<'r>,
    ) -> Result<Resolved, Fault> {
        let name = shown
            .name
            .as_ref()
            .ok_or_else(|| Fault::not_found("Not Found"))?;
        match ask.name {
            "issue" => self.issue_numbered(name, ask, false),
            "issueOrPullRequest" => self.issue_numbered(name, ask, true),
            "issues" => self.issues(name, ask),
            "label" => match self
                .snapshot
                .label(name, ask.text("name").unwrap_or_default())
            {
                Ok(found) => Ok(label(found.id)),
                Err(error) => absent(error),
            },
            "labels" => self.labels(name, ask),
            "milestone" => {
                let number = u64::try_from(ask.number("number").unwrap_or(0)).unwrap_or(0);
                match self.snapshot.milestone(name, number) {
                    Ok(found) => Ok(milestone_of(found.id)),
                    Err(error) => absent(error),
                }
            }
            "milestones" => self.milestones(name, ask),
            "assignableUsers" => {
                let window = self.window(ask, connection::USERS)?;
                let mut users = github::assignable(self.exchange, self.snapshot, name)?;
                if let Some(part) = ask.text("query").map(str::to_lowercase) {
                    users.retain(|user| user.login.to_lowercase().contains(&part));
                }
                let range = window.range(users.len());
                let nodes = users[range.clone()].iter();
                let nodes = nodes.map(|user| Shown::of("User", Resource::User, user.id).into());
                let nodes = nodes.collect();
                Ok(connection(connection::USERS, users.len(), &range, nodes))
            }
            "viewerPermission" => Ok(self.permission().map_or(Resolved::Null, Resolved::text)),
            "viewerCanAdminister" => {
                let is_admin = self.permission() == Some("ADMIN");
                Ok(Resolved::Scalar(is_admin.into()))
            }
            // No store knows what a repository was forked from.
            "parent" => Ok(Resolved::Null),
            _ => {
                let json = self.json(shown)?;
                Ok(self.plainly_of_repository(&json, ask.name))
            }
        }
    }

    fn plainly_of_repository(&self, json: &Value, name: &str) -> Resolved {
        let key = match name {
            "nameWithOwner" => "full_name",
            "homepageUrl" => "homepage",
            "pushedAt" => "pushed_at",
            "forkCount" => "forks_count",
            "stargazerCount" => "stargazers_count",
            "isPrivate" => "private",
            "isFork" => "fork",
            "isArchived" => "archived",
            "isDisabled" => "disabled",
            "isTemplate" => "is_template",
            "hasIssuesEnabled" => "has_issues",
            "hasProjectsEnabled" => "has_projects",
            "hasWikiEnabled" => "has_wiki",
            "mergeCommitAllowed" => "allow_merge_commit",
            "rebaseMergeAllowed" => "allow_rebase_merge",
            "squashMergeAllowed" => "allow_squash_merge",
            "owner" => return Resolved::maybe(Shown::user(&json["owner"])),
            "isInOrganization" => {
                let is_one = json["owner"]["type"] == "Organization";
                return Resolved::Scalar(is_one.into());
            }
            "visibility" => {
                let word = json["visibility"].as_str().unwrap_or("public");
                return Resolved::text(word.to_ascii_uppercase());
            }
            "defaultBranchRef" => {
                let branch = json["default_branch"].as_str();
                return Resolved::maybe(branch.map(|branch| {
                    let fields = vec![
                        ("name", Resolved::text(branch)),
                        ("prefix", Resolved::text("refs/heads/")),
                    ];
                    Object::plain("Ref", fields)
                }));
            }
            other => return self.plainly(json, other),
        };
        match (&json[key], name) {
            (Value::Null, "forkCount" | "stargazerCount") => Resolved::Scalar(0.into()),
            (Value::Null, "homepageUrl" | "pushedAt") => Resolved::Null,
            (Value::Null, _) => Resolved::Scalar(false.into()),
            (known, _) => known.clone().into(),
        }
    }

    /// What who calls may do, in GitHub's words.
    fn permission(&self) -> Option<&'static str> {
        let caller = self.exchange.caller.as_ref()?;
        match caller.permission {
            Permission::None => None,
            Permission::Read => Some("READ"),
            Permission::Triage => Some("TRIAGE"),
            Permission::Write => Some("WRITE"),
            Permission::Admin => Some("ADMIN"),
        }
    }

    fn issue_numbered(
        &self,
        repository: &RepositoryName,
        ask: &Ask<'r>,
        or_pull_request: bool,
    ) -> Result<Resolved, Fault> {
        let number = ask.number("number").unwrap_or(0);
        let none = || {
            let what = match or_pull_request {
                true => "issue or pull request",
                false => "Issue",
            };
            let told = format!("Could not resolve to an {what} with the number of {number}.");
            Fault::not_found(told)
        };
        let asked = u64::try_from(number).map_err(|_| none())?;
        let found = match self.snapshot.issue_id(repository, asked) {
            Ok(id) => github::living(self.snapshot, id)?,
            Err(error) => {
                absent(error)?;
                return Err(none());
            }
        };
        let is_pull_request = found.is_pull_request();
        let home = match found.repository() {
            Some(home) => self.snapshot.record(home)?,
            None => None,
        };
        let is_off = home.is_some_and(|home| home.has_issues_disabled()) && !is_pull_request;
        match is_off || (is_pull_request && !or_pull_request) {
            true => Err(none()),
            false => Ok(Shown::issue(found.id(), is_pull_request).into()),
        }
    }

    fn issues(&mut self, name: &RepositoryName, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let window = self.window(ask, connection::ISSUES)?;
        let none = serde_json::Map::new();
        let filters = ask.arguments.get("filterBy").and_then(Value::as_object);
        let filters = filters.unwrap_or(&none);
        let states = [ask.arguments.get("states"), filters.get("states")];
        let mut state = StateFilter::All;
        for states in states.into_iter().flatten().filter_map(Value::as_array) {
            let has = |word: &str| states.iter().any(|state| state == word);
            state = match (has("OPEN"), has("CLOSED"), state) {
                (true, true, before) | (false, false, before) => before,
                (true, false, _) => StateFilter::Open,
                (false, true, _) => StateFilter::Closed,
            };
        }
        // Null is a name too: that of nobody.
        let named = |key: &str| match filters.get(key) {
            None => None,
            Some(Value::String(text)) if text == "*" => Some(Named::Any),
            Some(Value::String(text)) => Some(Named::Is(text.clone())),
            Some(_) => Some(Named::None),
        };
        let text = |key: &str| filters.get(key).and_then(Value::as_str).map(str::to_owned);
        let milestone = named("milestoneNumber").or_else(|| named("milestone"));
        let since =
            match text("since") {
                Some(since) => Some(Timestamp::parse(&since).map_err(|_| {
                    Fault::of_kind("UNPROCESSABLE", "`since` is not a moment in time")
                })?),
                None => None,
            };
        let (key, direction) = order(ask);
        let labels = filters.get("labels").and_then(Value::as_array);
        let filter = IssueFilter {
            state,
            kind: KindFilter::Issues,
            labels: labels
                .into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            milestone: milestone.map(|named| match named {
                Named::Any => Named::Any,
                Named::None => Named::None,
                Named::Is(text) => Named::Is(match text.parse() {
                    Ok(number) => MilestoneFilter::Number(number),
                    Err(_) => MilestoneFilter::Title(text),
                }),
            }),
            assignee: named("assignee"),
            author: text("createdBy"),
            mentioned: text("mentioned"),
            since,
            sort: match key {
                Some("UPDATED_AT") => SortKey::Updated,
                Some("COMMENTS") => SortKey::Comments,
                _ => SortKey::Created,
            },
            direction,
            ..IssueFilter::default()
        };
        let mut query = filter.to_query();
        if let Some(labels) = ask.texts("labels").filter(|labels| !labels.is_empty()) {
            let any = labels.into_iter().map(str::to_owned).collect();
            let any = Condition::Is(Test::Label(any));
            query.condition = Condition::All(vec![query.condition, any]);
        }
        let options = QueryOptions::new().repository(name.clone());
        let list = self.snapshot.query(&query, &options)?;
        let range = window.range(list.total());
        let kind = connection::ISSUES;
        let nodes = match self.wants(ask, kind.connection, &["nodes", "edges"]) {
            true => nodes(&list, &range)?,
            false => Vec::new(),
        };
        Ok(connection(kind, list.total(), &range, nodes))
    }

    fn labels(&mut self, name: &RepositoryName, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let window = self.window(ask, connection::LABELS)?;
        let mut labels = self.snapshot.labels(name)?;
        if let Some(part) = ask.text("query").map(str::to_lowercase) {
            labels.retain(|label| {
                let description = label.description.as_deref().unwrap_or_default();
                label.name.to_lowercase().contains(&part)
                    || description.to_lowercase().contains(&part)
            });
        }
        let (key, direction) = order(ask);
        if key == Some("CREATED_AT") {
            let mut dated = Vec::with_capacity(labels.len());
            for label in labels {
                let record = self.snapshot.record(label.id)?;
                dated.push((record.and_then(|record| record.created_at()), label));
            }
            dated.sort_by_key(|(at, label)| (*at, label.id));
            labels = dated.into_iter().map(|(_, label)| label).collect();
        }
        if direction == Direction::Descending {
            labels.reverse();
        }
        let range = window.range(labels.len());
        let nodes = labels[range.clone()].iter().map(|each| label(each.id));
        let nodes = nodes.collect();
        Ok(connection(connection::LABELS, labels.len(), &range, nodes))
    }

    fn milestones(&mut self, name: &RepositoryName, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let window = self.window(ask, connection::MILESTONES)?;
        let states = ask.texts("states").unwrap_or_default();
        let (key, direction) = order(ask);
        let list = MilestoneList {
            state: match (states.contains(&"OPEN"), states.contains(&"CLOSED")) {
                (true, false) => StateFilter::Open,
                (false, true) => StateFilter::Closed,
                _ => StateFilter::All,
            },
            sort: MilestoneSort::DueOn,
            direction,
        };
        let mut found = self.snapshot.milestones(name, &list)?;
        match key {
            Some("DUE_DATE") => {}
            Some("CREATED_AT") => found.sort_by_key(|each| (each.created_at, each.number)),
            Some("UPDATED_AT") => found.sort_by_key(|each| (each.updated_at, each.number)),
            _ => found.sort_by_key(|each| each.number),
        }
        if key != Some("DUE_DATE") && direction == Direction::Descending {
            found.reverse();
        }
        if let Some(part) = ask.text("query").map(str::to_lowercase) {
            found.retain(|each| each.title.to_lowercase().contains(&part));
        }
        let range = window.range(found.len());
        let nodes = found[range.clone()]
            .iter()
            .map(|each| milestone_of(each.id));
        let nodes = nodes.collect();
        Ok(connection(
            connection::MILESTONES,
            found.len(),
            &range,
            nodes,
        ))
    }
}

/// By what a list is asked to be sorted; without a word, what was first comes first.
pub(super) fn order<'a>(ask: &'a Ask<'_>) -> (Option<&'a str>, Direction) {
    let order = ask.arguments.get("orderBy");
    let of = |key: &str| {
        order
            .and_then(|order| order.get(key))
            .and_then(Value::as_str)
    };
    let direction = match of("direction") {
        Some("DESC") => Direction::Descending,
        _ => Direction::Ascending,
    };
    (of("field"), direction)
}

/// Nothing, where something is not there; what else went wrong stays.
fn absent(error: backlot_core::Error) -> Result<Resolved, Fault> {
    let problem = Problem::from(error);
    match problem.status.as_u16() {
        301 | 404 | 410 => Ok(Resolved::Null),
        _ => Err(problem.into()),
    }
}

/// A part of a list of issues.
pub(super) fn nodes(list: &IssueList<'_>, range: &Range<usize>) -> Result<Vec<Resolved>, Fault> {
    let count = range.len();
    if count == 0 {
        return Ok(Vec::new());
    }
    let (page, skip) = (range.start / count + 1, range.start % count);
    let mut issues: Vec<IssueSummary> = list.page(page, count)?;
    if skip > 0 {
        issues.extend(list.page(page + 1, count)?);
    }
    let part = issues.iter().skip(skip).take(count);
    Ok(part
        .map(|issue| Shown::issue(issue.id, issue.is_pull_request).into())
        .collect())
}
