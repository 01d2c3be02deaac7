//! Repositories: one that was made here, and those that stand inside issues, complete for a version.

use std::sync::Arc;

use backlot_model::{
    Field, Lookup, LossKind, Outgoing, Record, RecordId, RecordKind, Timestamp, UserKind, Value,
};

use super::complete::{loss, number_of_name};
use super::facts::{text, time};
use super::object::Job;
use super::render::{Context, Renderer};
use super::version::ApiVersion;
use crate::shape::{Facts, Form, Rule, Site, derive, old_style, put_time};
use backlot_forge::WriteError;
use backlot_forge::bytes::find;
use backlot_forge::json::Keys;
use backlot_forge::json::{number, string, write_string};
use backlot_forge::sink::put_decimal;
use backlot_forge::slots::{entries, entry};

/// The addresses of a repository below its own, by their keys.
const BELOW: [(&str, &str); 36] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    (
        "notifications_url",
        "/notifications{?since,all,participating}",
    ),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// The addresses below that of a repository, each as what follows it, by their keys.
pub(super) fn addresses_below() -> impl Iterator<Item = (&'static str, &'static str)> {
    BELOW.into_iter()
}

/// What a repository of which nothing else is known is said to have, by the keys of it.
pub(super) const PLAIN: [(&str, &str); 25] = [
    ("description", "null"),
    ("private", "false"),
    ("fork", "false"),
    ("homepage", "null"),
    ("language", "null"),
    ("license", "null"),
    ("mirror_url", "null"),
    ("forks_count", "0"),
    ("forks", "0"),
    ("stargazers_count", "0"),
    ("watchers_count", "0"),
    ("watchers", "0"),
    ("size", "0"),
    ("default_branch", "\"main\""),
    ("open_issues_count", "0"),
    ("open_issues", "0"),
    ("has_issues", "true"),
    ("has_projects", "true"),
    ("has_wiki", "false"),
    ("has_pages", "false"),
    ("has_downloads", "false"),
    ("archived", "false"),
    ("disabled", "false"),
    ("created_at", "null"),
    ("pushed_at", "null"),
];

/// Keys that say the same under another name.
const SAME: [(&str, &str); 3] = [
    ("forks", "forks_count"),
    ("watchers", "watchers_count"),
    ("open_issues", "open_issues_count"),
];

/// Keys of a repository that the version of 2026 took out.
pub(super) const GONE_IN_2026: [&str; 3] = [
    "has_downloads",
    "use_squash_pr_title_as_default",
    "master_branch",
];

impl Renderer {
    /// Appends a repository that was made here.
    pub(super) fn repository<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let site = job.facts.site;
        let id = job.facts.id.unwrap_or_default();
        let mut keys = Keys::begin(out);
        put_decimal(id, keys.key("id"));
        self.node(job, id, keys.key("node_id"));
        for name in ["id", "node_id"] {
            let loss = loss(job, LossKind::Minted, name, "it was never at the forge");
            context.losses.push(loss);
        }
        for (name, value) in address(site) {
            write_string(&value, keys.key(name));
        }
        self.owner(site, context, keys.key("owner"))?;
        let flag = |field| find(job.values, field).is_some();
        for (name, value) in PLAIN {
            if !self.has_repository_key(name) {
                continue;
            }
            let out = keys.key(name);
            let said = match name {
                "private" => flag(Field::Private),
                "archived" => flag(Field::Archived),
                "has_issues" => !flag(Field::IssuesDisabled),
                "has_projects" => !flag(Field::ProjectsDisabled),
                "description" => {
                    match text(job.values, Field::Description) {
                        Some(text) => write_string(text, out),
                        None => out.extend_from_slice(b"null"),
                    }
                    continue;
                }
                "created_at" => {
                    put_time(time(job.values, Field::CreatedAt), out);
                    continue;
                }
                _ => {
                    out.extend_from_slice(value.as_bytes());
                    continue;
                }
            };
            out.extend_from_slice(if said { b"true" } else { b"false" });
        }
        put_time(time(job.values, Field::UpdatedAt), keys.key("updated_at"));
        keys.end();
        Ok(())
    }

    /// Whether repositories have a key in the version that is written.
    pub(super) fn has_repository_key(&self, name: &str) -> bool {
        self.version != Some(ApiVersion::V2026) || !GONE_IN_2026.contains(&name)
    }

    /// The user that a repository's name begins with.
    pub(super) fn owner<L: Lookup>(
        &mut self,
        site: Site<'_>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let login = site.repo.split_once('/').map_or("", |(owner, _)| owner);
        let known = context.lookup.user(login).map_err(WriteError::Lookup)?;
        let known = known.unwrap_or_else(|| {
            let parts: &[&[u8]] = &[b"owner", login.as_bytes()];
            let id = RecordId::derive(Timestamp::default(), parts);
            let mut user = Record::new(id, RecordKind::User);
            user.set(Value::Name(login.to_owned()));
            user.set(Value::UserKind(UserKind::User));
            user.set(Value::Host(site.host().to_owned()));
            Arc::new(Outgoing {
                record: Arc::new(user),
                base: None,
                stated: None,
                parent_number: None,
                wanted: None,
                about: None,
                elsewhere: Vec::new(),
                own_number: None,
                is_named: false,
            })
        });
        context.depth += 1;
        let done = self.outgoing(&known, context, out);
        context.depth -= 1;
        done
    }

    /// Makes the repository inside an object, written from `start` on, what the version wants: keys that it
    /// lacks are made up, and those that the version does not have are left out.
    pub(super) fn mend_repository<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        start: usize,
        out: &mut Vec<u8>,
        context: &mut Context<'_, L>,
    ) -> Result<(), WriteError<L::Error>> {
        let Ok(written) = String::from_utf8(out.split_off(start)) else {
            return Err(WriteError::Damaged);
        };
        let Ok(known) = entries(&written).map_err(|_| ()) else {
            out.extend_from_slice(written.as_bytes());
            return Ok(());
        };
        let url = entry(&written, "url").map_or("", |url| url.trim_matches('"'));
        let site = Site::of_url(url).unwrap_or(job.facts.site);
        let mut keys = Keys::begin(out);
        for (name, value) in &known {
            if *name == "owner" && value.starts_with('{') {
                mend_user(job, value, site, keys.key(name), context);
            } else if self.has_repository_key(name) {
                keys.key(name).extend_from_slice(value.as_bytes());
            } else if !matches!(*value, "null" | "false") {
                let name = format!("repository.{name}");
                let reason = "the version has no such key";
                context
                    .losses
                    .push(loss(job, LossKind::Dropped, &name, reason));
            }
        }
        let lacks = |name: &str| !known.iter().any(|(known, _)| *known == name);
        let mut made_up = Vec::new();
        for (name, value) in address(site).into_iter().filter(|(name, _)| lacks(name)) {
            write_string(&value, keys.key(name));
        }
        let id = number_of_name(site.repo, "Repository");
        if lacks("id") {
            put_decimal(id, keys.key("id"));
            made_up.push("id");
        }
        if lacks("node_id") {
            let id = entry(&written, "id").and_then(number).unwrap_or(id);
            let out = keys.key("node_id");
            out.push(b'"');
            old_style("Repository", id, out);
            out.push(b'"');
            made_up.push("node_id");
        }
        if lacks("owner") {
            self.owner(site, context, keys.key("owner"))?;
            made_up.push("owner");
        }
        let more = [("updated_at", "null")];
        for (name, value) in PLAIN.into_iter().chain(more) {
            if !lacks(name) || !self.has_repository_key(name) {
                continue;
            }
            let twin = SAME.iter().find(|(other, _)| *other == name);
            let said = twin.and_then(|(_, twin)| entry(&written, twin));
            keys.key(name)
                .extend_from_slice(said.unwrap_or(value).as_bytes());
            if said.is_none() {
                made_up.push(name);
            }
        }
        keys.end();
        for name in made_up {
            let name = format!("repository.{name}");
            let reason = "the source does not say it";
            context
                .losses
                .push(loss(job, LossKind::Minted, &name, reason));
        }
        Ok(())
    }
}

/// Appends a user of whom an old source may have said little, with the keys that it lacks.
pub(super) fn mend_user<R: Copy, L: Lookup>(
    job: &Job<'_, R>,
    user: &str,
    site: Site<'_>,
    out: &mut Vec<u8>,
    context: &mut Context<'_, L>,
) {
    let body = user.strip_suffix('}').unwrap_or(user).trim_end();
    out.extend_from_slice(body.as_bytes());
    let login = entry(user, "login").and_then(string).unwrap_or_default();
    let mut facts = Facts::at(Site::new(site.api, ""));
    facts.name = &login;
    facts.id = entry(user, "id")
        .and_then(number)
        .or_else(|| Some(number_of_name("", &login)));
    let table = Form::User.table(RecordKind::User);
    for (at, key) in table.keys.iter().enumerate() {
        let is_usual = table.usual & 1 << at != 0 && key.name != "user_view_type";
        if !is_usual || entry(user, key.name).is_some() {
            continue;
        }
        out.extend_from_slice(if out.ends_with(b"{") { b"\"" } else { b",\"" });
        out.extend_from_slice(key.name.as_bytes());
        out.extend_from_slice(b"\":");
        if key.rule == Rule::Text(Field::UserKind) {
            out.extend_from_slice(b"\"User\"");
        } else if key.name == "login" || !derive(key.rule, &facts, out) {
            out.extend_from_slice(b"\"\"");
        }
        if matches!(key.rule, Rule::Url(_) | Rule::Const(_)) {
            continue;
        }
        let name = format!("repository.owner.{}", key.name);
        let reason = "the source does not say it";
        context
            .losses
            .push(loss(job, LossKind::Minted, &name, reason));
    }
    out.push(b'}');
}

/// The names and addresses that follow from where a repository is.
pub(super) fn address(site: Site<'_>) -> Vec<(&'static str, String)> {
    let Site { api, html, repo } = site;
    let host = site.host();
    let name = repo.split_once('/').map_or(repo, |(_, name)| name);
    let mut found = vec![
        ("name", name.to_owned()),
        ("full_name", repo.to_owned()),
        ("html_url", format!("{html}/{repo}")),
        ("git_url", format!("git://{host}/{repo}.git")),
        ("ssh_url", format!("git@{host}:{repo}.git")),
        ("clone_url", format!("{html}/{repo}.git")),
    ];
    found.extend(addresses_below().map(|(key, below)| (key, format!("{api}/repos/{repo}{below}"))));
    found.push(("url", format!("{api}/repos/{repo}")));
    found.push(("svn_url", format!("{html}/{repo}")));
    found
}

/// Whether an object of a form, complete for a version, has a whole repository under a key.
pub(super) fn is_embedded(form: Form, key: &str) -> bool {
    form == Form::Issue && key == "repository"
}
