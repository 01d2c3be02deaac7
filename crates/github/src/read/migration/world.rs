//! What the URLs of an archive mean: repositories, users, labels, milestones.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::object::{Entries, Text};
use super::template::{Template, Templates, decoded};
use crate::shape::{Facts, Rule, Site};
use backlot_forge::json::{Fault, string};

/// A repository at a forge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The address that the forge's API would have.
    pub(crate) api: String,
    /// The `owner/name`; empty for what belongs to none.
    pub(crate) repo: String,
}

impl Spot {
    /// The site of it.
    pub(crate) fn site(&self) -> Site<'_> {
        Site::new(&self.api, &self.repo)
    }
}

/// What the URLs of an archive mean.
pub(crate) struct World {
    pub(super) templates: Templates,
    /// The labels of all repositories as the API gives them, by URL.
    labels: FxHashMap<String, String>,
    /// The milestones likewise, each with its number.
    milestones: FxHashMap<String, (u64, String)>,
    /// The login and the type of those whose URL does not say it.
    people: FxHashMap<String, (String, String)>,
    /// What the repositories are called, in the order of the archive, by URL.
    pub(super) repositories: Vec<String>,
    /// The milestones whose URL says no number, until all others are known.
    unnumbered: Vec<(Spot, String)>,
}

impl World {
    /// The meaning of URLs by the templates of `urls.json`; what it says that is not understood goes
    /// to `odd`.
    pub(crate) fn new(urls: Option<&Value>, odd: &mut Vec<String>) -> Self {
        Self {
            templates: Templates::new(urls, odd),
            labels: FxHashMap::default(),
            milestones: FxHashMap::default(),
            people: FxHashMap::default(),
            repositories: Vec::new(),
            unnumbered: Vec::new(),
        }
    }

    /// Learns what a record of a repository says about its labels.
    pub(crate) fn learn_repository(&mut self, text: &str) -> Result<(), Fault> {
        let entries = Entries::read(text)?;
        if let Some(url) = entries.text("url") {
            self.repositories.push(url);
        }
        for label in backlot_forge::slots::elements(entries.get("labels")).unwrap_or_default() {
            if label.starts_with('{') {
                let label = Entries::read(label)?;
                if let (Some(url), Some(json)) = (label.text("url"), rest_label(&label)) {
                    self.labels.insert(url, json);
                }
            }
        }
        Ok(())
    }

    /// Learns the number and the title of a milestone.
    pub(crate) fn learn_milestone(&mut self, text: &str) -> Result<(), Fault> {
        let entries = Entries::read(text)?;
        let Some(url) = entries.text("url") else {
            return Ok(());
        };
        let said = find(&self.templates.milestone, &url, &["milestone"]);
        let Some((spot, name)) = said else {
            return Ok(());
        };
        let own = backlot_forge::json::number(entries.get("number"));
        let Some(number) = own.or(backlot_forge::json::number(name)) else {
            self.unnumbered.push((spot, text.to_owned()));
            return Ok(());
        };
        let json = super::translate::milestone(self, &entries, &spot, number);
        self.milestones.insert(url, (number, json));
        Ok(())
    }

    /// Gives the milestones that are named by their titles the numbers that no other one has, in their
    /// order.
    pub(crate) fn settle_milestones(&mut self) -> Result<(), Fault> {
        let mut taken: FxHashSet<(String, u64)> = FxHashSet::default();
        for (url, (number, _)) in &self.milestones {
            if let Some((spot, _)) = find(&self.templates.milestone, url, &["milestone"]) {
                taken.insert((spot.repo.to_lowercase(), *number));
            }
        }
        let mut next: FxHashMap<String, u64> = FxHashMap::default();
        for (spot, text) in std::mem::take(&mut self.unnumbered) {
            let entries = Entries::read(&text)?;
            let repo = spot.repo.to_lowercase();
            let number = next.entry(repo.clone()).or_insert(1);
            while taken.contains(&(repo.clone(), *number)) {
                *number += 1;
            }
            let url = entries.text("url").unwrap_or_default();
            let chosen = *number;
            *number += 1;
            let json = super::translate::milestone(self, &entries, &spot, chosen);
            self.milestones.insert(url, (chosen, json));
        }
        Ok(())
    }

    /// Learns the login of a user, a bot or an organization.
    pub(crate) fn learn_user(&mut self, text: &str, is_bot: bool) -> Result<(), Fault> {
        let entries = Entries::read(text)?;
        let (Some(url), Some(login)) = (entries.text("url"), entries.text("login")) else {
            return Ok(());
        };
        let kind = user_type(&entries, &login, is_bot);
        if kind != "User" || self.plain_user(&url).is_none_or(|plain| plain.1 != login) {
            self.people.insert(url, (login, kind.to_owned()));
        }
        Ok(())
    }

    /// The host and the login that a user's URL says.
    fn plain_user(&self, url: &str) -> Option<(String, String)> {
        self.templates.user.iter().find_map(|template| {
            let found = template.find(url)?;
            let get = |name: &str| found.iter().find(|(known, _)| *known == name);
            let (_, login) = get("user").or(get("organization"))?;
            let login = decoded(login.rsplit('/').next()?)?;
            let (_, host) = get("host")?;
            (!login.is_empty()).then(|| ((*host).to_owned(), login))
        })
    }

    /// A user as the API gives it inside other objects; none for a URL that is no user's.
    pub(crate) fn user(&self, url: &str) -> Option<String> {
        let plain = self.plain_user(url);
        let known = self.people.get(url);
        let login = known
            .map(|(login, _)| login)
            .or(plain.as_ref().map(|plain| &plain.1))?;
        let kind = match known {
            Some((_, kind)) => kind,
            None if login.ends_with("[bot]") => "Bot",
            None => "User",
        };
        let host = plain.as_ref().map_or("", |plain| &plain.0);
        let api = Site::api_of_host(host);
        let mut facts = Facts::at(Site::new(&api, ""));
        facts.name = login;
        let mut out = Text::new();
        out.text("login", login);
        out.derived("url", Rule::Url("A/users/L"), &facts);
        out.text("html_url", url);
        out.text("type", kind);
        Some(out.finish())
    }

    /// Whether a URL is that of the user of a login.
    pub(crate) fn is_user(&self, url: &str, login: &str) -> bool {
        self.plain_user(url).is_some_and(|plain| plain.1 == login)
    }

    /// The address of the API of the host that a user's URL names.
    pub(super) fn user_api(&self, url: &str) -> Option<String> {
        self.plain_user(url)
            .map(|(host, _)| Site::api_of_host(&host))
    }

    /// A label as the API gives it inside an issue.
    pub(crate) fn label(&self, url: &str) -> Option<String> {
        if let Some(known) = self.labels.get(url) {
            return Some(known.clone());
        }
        let (_, name) = find(&self.templates.label, url, &["label"])?;
        let mut out = Text::new();
        out.text("name", &decoded(name)?);
        Some(out.finish())
    }

    /// The name of a label.
    pub(crate) fn label_name(&self, url: &str) -> Option<String> {
        let label = self.label(url)?;
        backlot_forge::slots::entry(&label, "name")
            .and_then(string)
            .map(|name| name.into_owned())
    }

    /// The number of a milestone, and the milestone as the API gives it.
    pub(crate) fn milestone(&self, url: &str) -> Option<&(u64, String)> {
        self.milestones.get(url)
    }

    /// The title of a milestone that a URL names.
    pub(crate) fn milestone_title(&self, url: &str) -> Option<String> {
        if let Some((_, json)) = self.milestones.get(url) {
            return backlot_forge::slots::entry(json, "title")
                .and_then(string)
                .map(|title| title.into_owned());
        }
        let (_, name) = find(&self.templates.milestone, url, &["milestone"])?;
        decoded(name)
    }

    /// Where a repository is.
    pub(crate) fn repository(&self, url: &str) -> Option<Spot> {
        Some(find(&self.templates.repository, url, &["repository"])?.0)
    }

    /// Where an issue is, its number, and whether its URL is that of a pull request.
    pub(crate) fn issue(&self, url: &str) -> Option<(Spot, u64, bool)> {
        let numbers = ["issue", "pull_request", "number"];
        for (templates, is_pull) in [(&self.templates.issue, false), (&self.templates.pull, true)] {
            if let Some((spot, number)) = find(templates, url, &numbers)
                && let Some(number) = backlot_forge::json::number(number)
            {
                return Some((spot, number, is_pull));
            }
        }
        None
    }

    /// Where a comment is, and its id.
    pub(crate) fn comment(&self, url: &str) -> Option<(Spot, u64)> {
        let (spot, id) = find(&self.templates.comment, url, &["issue_comment"])?;
        Some((spot, backlot_forge::json::number(id)?))
    }

    /// Where an event is, and its id.
    pub(crate) fn event(&self, url: &str) -> Option<(Spot, u64)> {
        let (spot, id) = find(&self.templates.event, url, &["issue_event", "event"])?;
        Some((spot, backlot_forge::json::number(id)?))
    }
}

/// What a user's record says that it is.
pub(super) fn user_type(entries: &Entries<'_>, login: &str, is_bot: bool) -> &'static str {
    match entries.text("type").as_deref() {
        Some("organization") => "Organization",
        Some("bot") => "Bot",
        _ if is_bot || login.ends_with("[bot]") => "Bot",
        _ => "User",
    }
}

/// A label as the API gives it.
pub(super) fn rest_label(label: &Entries<'_>) -> Option<String> {
    label.text("name")?;
    let mut out = Text::new();
    label.copy(&["name", "color", "description"], &mut out);
    Some(out.finish())
}

/// The repository that a URL names, and the first of these variables that has a value in it.
fn find<'u>(templates: &[Template], url: &'u str, names: &[&str]) -> Option<(Spot, &'u str)> {
    templates.iter().find_map(|template| {
        let found = template.find(url)?;
        let get = |name: &str| {
            found
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value)
        };
        let value = names.iter().find_map(|name| get(name))?;
        let api = Site::api_of_host(get("host")?);
        let repo = format!("{}/{}", get("owner")?, get("repository")?);
        // Just names that can stand in the forge's addresses.
        let address = format!("{api}/repos/{repo}");
        Site::of_url(&address)
            .is_some_and(|site| site.repo == repo)
            .then_some(())?;
        Some((Spot { api, repo }, value))
    })
}
