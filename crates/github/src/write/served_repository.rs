//! Repositories as an API serves them, with every key that clients look for.

use backlot_model::{Field, Lookup};

use super::facts::{text, time};
use super::object::Job;
use super::render::{Context, Renderer};
use super::repository::{PLAIN, address, mend_user};
use super::version::ApiVersion;
use crate::shape::{Form, put_time};
use backlot_forge::WriteError;
use backlot_forge::bytes::find;
use backlot_forge::json::{Keys, string, write_string};
use backlot_forge::sink::put_decimal;
use backlot_forge::slots::{entries, entry};

/// What a repository has beside what old sources said of one, as GitHub gives it. What the one who asks
/// may do there is for who knows them to add.
const MORE: [(&str, &str); 15] = [
    ("is_template", "false"),
    ("topics", "[]"),
    ("has_discussions", "false"),
    ("allow_forking", "true"),
    ("web_commit_signoff_required", "false"),
    ("temp_clone_token", "\"\""),
    ("allow_squash_merge", "true"),
    ("allow_merge_commit", "true"),
    ("allow_rebase_merge", "true"),
    ("allow_auto_merge", "false"),
    ("delete_branch_on_merge", "false"),
    ("allow_update_branch", "false"),
    ("network_count", "0"),
    ("subscribers_count", "0"),
    ("custom_properties", "{}"),
];

impl Renderer {
    /// Appends a repository with all of its keys.
    pub(super) fn serve_repository<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let mut came = Vec::new();
        if job.overlay.is_some() {
            self.object(job, context, &mut came)?;
        }
        let came = String::from_utf8(came).map_err(|_| WriteError::Damaged)?;
        let known = entries(&came).unwrap_or_default();
        let known = |name: &str| known.iter().find(|(key, _)| *key == name).map(|(_, v)| *v);
        let site = job.facts.site;
        let id = job.facts.id.unwrap_or_default();
        let mut keys = Keys::begin(out);
        let mut written = vec!["id", "node_id", "owner", "updated_at"];
        put_decimal(id, keys.key("id"));
        match known("node_id") {
            Some(node) => keys.key("node_id").extend_from_slice(node.as_bytes()),
            None => self.node(job, id, keys.key("node_id")),
        }
        for (name, value) in address(site) {
            write_string(&value, keys.key(name));
            written.push(name);
        }
        let login = site.repo.split_once('/').map_or("", |(owner, _)| owner);
        let says_owner = |owner: &&str| {
            let said = entry(owner, "login").and_then(string);
            said.is_some_and(|said| said == login)
        };
        match known("owner").filter(says_owner) {
            Some(owner) => mend_user(job, owner, site, keys.key("owner"), context),
            None => self.owner(site, context, keys.key("owner"))?,
        }
        for (name, usual) in PLAIN.into_iter().chain(MORE) {
            written.push(name);
            if !self.has_repository_key(name) {
                continue;
            }
            let out = keys.key(name);
            match now(job, name) {
                Some(value) => out.extend_from_slice(&value),
                None => out.extend_from_slice(known(name).unwrap_or(usual).as_bytes()),
            }
        }
        if self.version != Some(ApiVersion::Ghes220) {
            let private = find(job.values, Field::Private).is_some();
            let visibility = if private { "\"private\"" } else { "\"public\"" };
            written.push("visibility");
            let visibility = known("visibility")
                .filter(|said| (*said != "\"public\"") == private)
                .unwrap_or(visibility);
            keys.key("visibility")
                .extend_from_slice(visibility.as_bytes());
        }
        let at = time(job.values, Field::UpdatedAt).or(time(job.values, Field::CreatedAt));
        put_time(Some(at.unwrap_or_default()), keys.key("updated_at"));
        for (name, value) in entries(&came).unwrap_or_default() {
            if !written.contains(&name) && self.has_repository_key(name) {
                keys.key(name).extend_from_slice(value.as_bytes());
            }
        }
        keys.end();
        Ok(())
    }

    /// Appends the keys with which an object that is served ends, where it has not got them.
    pub(super) fn served_end<R>(&self, job: &Job<'_, R>, keys: &mut Keys<'_>) {
        if job.form != Form::Label || self.version == Some(ApiVersion::Ghes220) {
            return;
        }
        for name in ["archived_at", "archived_by"] {
            if !job.overlay.is_some_and(|overlay| overlay.has_other(name)) {
                keys.key(name).extend_from_slice(b"null");
            }
        }
    }
}

/// What a key of a repository says now, where the store knows.
fn now<R>(job: &Job<'_, R>, name: &str) -> Option<Vec<u8>> {
    let flag = |field| find(job.values, field).is_some();
    let mut out = Vec::new();
    let said = match name {
        "private" => flag(Field::Private),
        "archived" => flag(Field::Archived),
        "has_issues" => !flag(Field::IssuesDisabled),
        "has_projects" => !flag(Field::ProjectsDisabled),
        "open_issues_count" | "open_issues" => {
            put_decimal(job.tallies.open_issues, &mut out);
            return Some(out);
        }
        "description" => {
            match text(job.values, Field::Description) {
                Some(text) => write_string(text, &mut out),
                None => out.extend_from_slice(b"null"),
            }
            return Some(out);
        }
        "created_at" => {
            let at = time(job.values, Field::CreatedAt).unwrap_or_default();
            put_time(Some(at), &mut out);
            return Some(out);
        }
        "pushed_at" if job.overlay.is_none() => {
            let at = time(job.values, Field::UpdatedAt).or(time(job.values, Field::CreatedAt));
            put_time(Some(at.unwrap_or_default()), &mut out);
            return Some(out);
        }
        _ => return None,
    };
    out.extend_from_slice(if said { b"true" } else { b"false" });
    Some(out)
}
