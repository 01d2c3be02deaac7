//! Objects of the API as records of an archive.

use super::record::Record;
use super::{Draft, Migration};
use crate::shape::{Facts, Rule, Site, derive};
use backlot_forge::Error;
use backlot_forge::json::{number, string};
use backlot_forge::output::Output;
use backlot_forge::slots::entry;

/// What an archive says of a repository beyond what the API says under another name.
const OF_REPOSITORY: [&str; 14] = [
    "slug",
    "website",
    "has_issues",
    "has_wiki",
    "has_downloads",
    "collaborators",
    "webhooks",
    "default_branch",
    "page",
    "public_keys",
    "repository_topics",
    "security_and_analysis",
    "autolinks",
    "general_settings",
];
const LISTS: [&str; 5] = [
    "collaborators",
    "webhooks",
    "public_keys",
    "repository_topics",
    "autolinks",
];
/// What an archive says of some events.
const OF_EVENT: [&str; 6] = [
    "title_was",
    "title_is",
    "ref",
    "before_commit_oid",
    "after_commit_oid",
    "label_text_color",
];

/// The values of an object of the API.
#[derive(Clone, Copy)]
pub(super) struct Object<'t>(pub(super) &'t str);

impl<'t> Object<'t> {
    /// The value of a key as it is written; empty when there is none.
    pub(super) fn get(self, key: &str) -> &'t str {
        entry(self.0, key).unwrap_or_default()
    }

    /// The text of a key.
    pub(super) fn text(self, key: &str) -> Option<String> {
        string(self.get(key)).map(std::borrow::Cow::into_owned)
    }

    fn number(self, key: &str) -> Option<u64> {
        number(self.get(key))
    }

    fn parts(self, key: &str) -> Vec<&'t str> {
        backlot_forge::slots::elements(self.get(key)).unwrap_or_default()
    }
}

/// The URL that a rule derives.
fn derived(template: &'static str, facts: &Facts<'_>) -> Option<String> {
    let mut json = Vec::new();
    derive(Rule::Url(template), facts, &mut json).then_some(())?;
    let json = String::from_utf8(json).ok()?;
    string(&json).map(std::borrow::Cow::into_owned)
}

impl Migration {
    /// The address of the repository's page.
    pub(super) fn repository_page(&self) -> String {
        let site = self.comparison.site();
        format!("{}/{}", site.html, site.repo)
    }

    /// The repository, but for its labels and its owner, who may come after it.
    pub(super) fn repository(&self, text: &str) -> Record {
        let object = Object(text);
        let mut record = Record::new("repository");
        record.text("url", &self.repository_page());
        for key in ["name", "description", "private"] {
            record.raw(key, object.get(key));
        }
        record.raw(
            "is_archived",
            if object.get("archived") == "true" {
                "true"
            } else {
                "false"
            },
        );
        for key in OF_REPOSITORY {
            match (object.get(key), LISTS.contains(&key)) {
                ("", true) => record.raw(key, "[]"),
                ("", false) if key == "page" => record.raw(key, "null"),
                ("", false) => {}
                (raw, _) => record.raw(key, raw),
            }
        }
        if !object.get("actions_general_settings").is_empty() {
            record.raw(
                "actions_general_settings",
                object.get("actions_general_settings"),
            );
        }
        // Only in an archive it names a folder beside the records.
        if let Some(url) = object
            .text("git_url")
            .filter(|url| url.starts_with("tarball:"))
        {
            record.text("git_url", &url);
        }
        record.raw("created_at", object.get("created_at"));
        record
    }

    /// The URL of who owns the repository.
    pub(super) fn owner(&mut self, text: &str, output: &mut Output) -> Result<String, Error> {
        if let Some(url) = self.person(Object(text).get("owner"), output)? {
            return Ok(url);
        }
        let site = self.comparison.site();
        let login = site.repo.split('/').next().unwrap_or_default();
        Ok(format!("{}/{login}", site.html))
    }

    /// A label, which stands inside its repository.
    pub(super) fn label(&self, text: &str) -> Option<String> {
        let object = Object(text);
        let mut record = Record::part();
        record.text("url", &self.label_url(&object.text("name")?)?);
        for key in ["name", "color", "description"] {
            if !object.get(key).is_empty() {
                record.raw(key, object.get(key));
            }
        }
        if !object.get("created_at").is_empty() {
            record.raw("created_at", object.get("created_at"));
        }
        Some(record.finish())
    }

    fn label_url(&self, name: &str) -> Option<String> {
        let mut facts = Facts::at(self.comparison.site());
        facts.name = name;
        derived("H/R/labels/L", &facts)
    }

    fn milestone_url(&self, number: u64) -> String {
        format!("{}/milestones/{number}", self.repository_page())
    }

    /// A milestone; none for one without a number.
    pub(super) fn milestone(
        &mut self,
        text: &str,
        output: &mut Output,
    ) -> Result<Option<String>, Error> {
        let object = Object(text);
        let Some(number) = object.number("number") else {
            return Ok(None);
        };
        let mut record = Record::new("milestone");
        record.text("url", &self.milestone_url(number));
        record.text("repository", &self.repository_page());
        let user = self.person(object.get("creator"), output)?;
        record.maybe("user", user.as_deref());
        for key in [
            "title",
            "description",
            "state",
            "due_on",
            "created_at",
            "updated_at",
            "closed_at",
        ] {
            record.raw(key, object.get(key));
        }
        Ok(Some(record.finish()))
    }

    /// An issue or a pull request, but for its reactions; none for one without a number.
    pub(super) fn issue(
        &mut self,
        text: &str,
        pull: Option<&str>,
        output: &mut Output,
    ) -> Result<Option<Draft>, Error> {
        let object = Object(text);
        let Some(number) = object.number("number") else {
            return Ok(None);
        };
        let merged = object.get("pull_request");
        let is_pull = merged.starts_with('{')
            || !object.get("issue_url").is_empty()
            || !object.get("merged_at").is_empty();
        let url = self.issue_url(object.text("html_url").as_deref(), number, is_pull);
        let mut record = Record::new(if is_pull { "pull_request" } else { "issue" });
        record.text("url", &url);
        record.text("repository", &self.repository_page());
        let user = self.person(object.get("user"), output)?;
        record.maybe("user", user.as_deref());
        record.raw("title", object.get("title"));
        record.raw("body", object.get("body"));
        if is_pull {
            self.pull_request(object, Object(pull.unwrap_or(text)), &mut record, output)?;
        }
        let assignee = self.person(object.get("assignee"), output)?;
        let mut assignees = Vec::new();
        for user in object.parts("assignees") {
            assignees.extend(self.person(user, output)?);
        }
        record.maybe(
            "assignee",
            assignee.or(assignees.first().cloned()).as_deref(),
        );
        record.list("assignees", &assignees);
        let milestone = Object(object.get("milestone")).0;
        let milestone = entry(milestone, "number").and_then(backlot_forge::json::number);
        record.maybe(
            "milestone",
            milestone
                .map(|number| self.milestone_url(number))
                .as_deref(),
        );
        let labels = object.parts("labels").into_iter();
        let labels: Vec<String> = labels
            .filter_map(|label| match string(label) {
                Some(name) => self.label_url(&name),
                None => self.label_url(&Object(label).text("name")?),
            })
            .collect();
        record.list("labels", &labels);
        record.raw("closed_at", object.get("closed_at"));
        record.raw("created_at", object.get("created_at"));
        if !is_pull {
            record.raw("updated_at", object.get("updated_at"));
        }
        Ok(Some(Draft {
            record,
            number,
            is_pull,
        }))
    }

    /// What an archive says of a pull request alone; what the API says of it as such is in `pull`.
    fn pull_request(
        &mut self,
        object: Object<'_>,
        pull: Object<'_>,
        record: &mut Record,
        output: &mut Output,
    ) -> Result<(), Error> {
        for key in ["base", "head"] {
            let from = [object, pull]
                .into_iter()
                .map(|said| said.get(key))
                .find(|raw| raw.starts_with('{'));
            match from.map(Object) {
                Some(side) => {
                    let mut part = Record::part();
                    part.raw("ref", side.get("ref"));
                    part.raw("sha", side.get("sha"));
                    let url = |raw: &str| string(raw).map(std::borrow::Cow::into_owned);
                    let user = match url(side.get("user")) {
                        Some(url) => Some(url),
                        None => self.person(side.get("user"), output)?,
                    };
                    part.maybe("user", user.as_deref());
                    let repo = url(side.get("repo")).or_else(|| {
                        Object(side.get("repo"))
                            .text("html_url")
                            .filter(|_| side.get("repo").starts_with('{'))
                    });
                    part.maybe("repo", repo.as_deref());
                    record.raw(key, &part.finish());
                }
                None => record.raw(key, "null"),
            }
        }
        for key in ["review_requests", "close_issue_references"] {
            let raw = object.get(key);
            record.raw(key, if raw.is_empty() { "[]" } else { raw });
        }
        let either = |key: &str| {
            [object, pull]
                .into_iter()
                .map(|said| said.get(key))
                .find(|raw| !raw.is_empty())
        };
        record.raw(
            "work_in_progress",
            either("draft")
                .filter(|raw| *raw != "null")
                .unwrap_or("false"),
        );
        let merged = entry(object.get("pull_request"), "merged_at").or(either("merged_at"));
        record.raw("merged_at", merged.unwrap_or("null"));
        record.raw(
            "merge_commit_sha",
            either("merge_commit_sha").unwrap_or("null"),
        );
        Ok(())
    }

    /// The URL of an issue: the one that it says, where it says what it is.
    fn issue_url(&self, said: Option<&str>, number: u64, is_pull: bool) -> String {
        let means = |url: &str| {
            self.world.issue(url).is_some_and(|(spot, found, pull)| {
                spot.site() == self.comparison.site() && found == number && pull == is_pull
            })
        };
        match said.filter(|url| means(url)) {
            Some(url) => url.to_owned(),
            None => self.thread_url(number, is_pull),
        }
    }

    /// The page of an issue or a pull request.
    pub(super) fn thread_url(&self, number: u64, is_pull: bool) -> String {
        let folder = if is_pull { "pull" } else { "issues" };
        format!("{}/{folder}/{number}", self.repository_page())
    }

    /// A comment on an issue, but for its reactions; none for one without an id.
    pub(super) fn comment(
        &mut self,
        text: &str,
        (issue, is_pull): (u64, bool),
        output: &mut Output,
    ) -> Result<Option<Draft>, Error> {
        let object = Object(text);
        let Some(id) = object.number("id") else {
            return Ok(None);
        };
        let thread = self.thread_url(issue, is_pull);
        let url = format!("{thread}#issuecomment-{id}");
        let mut record = Record::new("issue_comment");
        record.text("url", &url);
        record.text(if is_pull { "pull_request" } else { "issue" }, &thread);
        let user = self.person(object.get("user"), output)?;
        record.maybe("user", user.as_deref());
        record.raw("body", object.get("body"));
        record.text(
            "formatter",
            object.text("formatter").as_deref().unwrap_or("markdown"),
        );
        record.raw("created_at", object.get("created_at"));
        Ok(Some(Draft {
            record,
            number: issue,
            is_pull,
        }))
    }

    /// A reaction to an issue or a comment.
    pub(super) fn reaction(
        &mut self,
        text: &str,
        to_comment: bool,
        output: &mut Output,
    ) -> Result<String, Error> {
        let object = Object(text);
        let mut record = Record::part();
        let user = self.person(object.get("user"), output)?;
        record.maybe("user", user.as_deref());
        record.raw("content", object.get("content"));
        let subject = if to_comment { "IssueComment" } else { "Issue" };
        record.text(
            "subject_type",
            object.text("subject_type").as_deref().unwrap_or(subject),
        );
        record.raw("created_at", object.get("created_at"));
        Ok(record.finish())
    }

    /// An event; none for an item of a timeline that is none.
    pub(super) fn event(
        &mut self,
        text: &str,
        (issue, is_pull): (u64, bool),
        output: &mut Output,
    ) -> Result<Option<String>, Error> {
        let object = Object(text);
        let (Some(id), Some(happened)) = (object.number("id"), object.text("event")) else {
            return Ok(None);
        };
        let thread = self.thread_url(issue, is_pull);
        let mut record = Record::new("issue_event");
        record.text("url", &format!("{thread}#event-{id}"));
        record.text(if is_pull { "pull_request" } else { "issue" }, &thread);
        let is_assignment = matches!(happened.as_str(), "assigned" | "unassigned");
        let actor = self.person(object.get("actor"), output)?;
        match is_assignment && object.get("assignee").starts_with('{') {
            true => {
                let assigner = self.person(object.get("assigner"), output)?;
                let assignee = self.person(object.get("assignee"), output)?;
                record.maybe("actor", assignee.as_deref());
                record.maybe("subject", assigner.or(actor).as_deref());
            }
            false => record.maybe("actor", actor.as_deref()),
        }
        record.text("event", &happened);
        self.happened(object, &happened, &mut record);
        record.raw("created_at", object.get("created_at"));
        Ok(Some(record.finish()))
    }

    /// What an event was about.
    fn happened(&self, object: Object<'_>, happened: &str, record: &mut Record) {
        let inner = |key: &str, name: &str| {
            entry(object.get(key), name).filter(|_| object.get(key).starts_with('{'))
        };
        if let (true, Some(name)) = (
            matches!(happened, "labeled" | "unlabeled"),
            inner("label", "name").and_then(string),
        ) {
            record.maybe("label", self.label_url(&name).as_deref());
            record.text("label_name", &name);
            if let Some(color) = inner("label", "color") {
                record.raw("label_color", color);
            }
        }
        if let (true, Some(title)) = (
            matches!(happened, "milestoned" | "demilestoned"),
            inner("milestone", "title"),
        ) {
            record.raw("milestone_title", title);
        }
        if let (true, Some(from), Some(to)) = (
            happened == "renamed",
            inner("rename", "from"),
            inner("rename", "to"),
        ) {
            record.raw("title_was", from);
            record.raw("title_is", to);
        }
        if !matches!(object.get("commit_id"), "" | "null") {
            record.raw("commit_id", object.get("commit_id"));
            let url = object.text("commit_url");
            if let Some(site) = url.as_deref().and_then(Site::of_url) {
                record.text("commit_repository", &format!("{}/{}", site.html, site.repo));
            }
        }
        for key in OF_EVENT {
            let is_said = happened == "renamed" && key.starts_with("title");
            if !(is_said || object.get(key).is_empty()) {
                record.raw(key, object.get(key));
            }
        }
    }
}
