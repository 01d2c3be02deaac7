//! URLs by which projects, columns and cards name other objects, as they are now.

use backlot_model::{Lookup, Outgoing, Record, RecordId, RecordKind, UserKind};

use super::home::id_of;
use super::object::Job;
use super::render::{Context, Renderer};
use crate::shape::{Form, Rule};
use backlot_forge::WriteError;
use backlot_forge::json::Keys;
use backlot_forge::json::write_string;

impl Renderer {
    /// Appends a key of a project, a column or a card that follows from another object, where there is one.
    /// Whether the key is one of these.
    pub(super) fn link_key<R, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        rule: Rule,
        name: &str,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Result<bool, WriteError<L::Error>> {
        let Some(outgoing) = job.outgoing else {
            return Ok(false);
        };
        let record = &*outgoing.record;
        let site = job.facts.site;
        let url = match rule {
            Rule::Container => {
                let container = match record.container() {
                    Some(container) => found(container, context)?.map(|found| id_of(&found)),
                    None => None,
                };
                let path = match job.form {
                    Form::Column => "projects",
                    _ => "projects/columns",
                };
                let container = container.or(record.foreign_container());
                container.map(|number| format!("{}/{path}/{number}", site.api))
            }
            Rule::Board => {
                let column = match record.container() {
                    Some(column) => found(column, context)?,
                    None => None,
                };
                let project = match column.and_then(|column| column.record.container()) {
                    Some(project) => found(project, context)?,
                    None => None,
                };
                project.map(|project| format!("{}/projects/{}", site.api, id_of(&project)))
            }
            Rule::Content => match record.issue() {
                Some(issue) => match found(issue, context)? {
                    Some(issue) => {
                        let home = self.home(&issue, Form::Issue, context)?;
                        let number = issue.record.number().unwrap_or_default();
                        let site = home.site();
                        Some(format!("{}/repos/{}/issues/{number}", site.api, site.repo))
                    }
                    None => None,
                },
                None => None,
            },
            Rule::Url(_) | Rule::Flag(_) if job.form == Form::Project => {
                let Some(owner) = record.owner().filter(|_| job.overlay.is_none()) else {
                    return Ok(false);
                };
                let owner = found(owner, context)?;
                let owner = owner.as_ref().map(|owner| &*owner.record);
                let login = owner.and_then(Record::name).unwrap_or_default();
                let is_organization =
                    owner.and_then(Record::user_kind) == Some(&UserKind::Organization);
                let place = if is_organization { "orgs" } else { "users" };
                match name {
                    "owner_url" => Some(format!("{}/{place}/{login}", site.api)),
                    "html_url" => {
                        let number = record.number().unwrap_or_default();
                        Some(format!("{}/{place}/{login}/projects/{number}", site.html))
                    }
                    // Who may see it is said of the boards of organisations alone.
                    "private" if is_organization => {
                        let private = if record.is_private() { "true" } else { "false" };
                        keys.key(name).extend_from_slice(private.as_bytes());
                        None
                    }
                    _ => return Ok(false),
                }
            }
            _ => return Ok(false),
        };
        if let Some(url) = url {
            write_string(&url, keys.key(name));
        }
        Ok(true)
    }
}

fn found<L: Lookup>(
    id: RecordId,
    context: &mut Context<'_, L>,
) -> Result<Option<std::sync::Arc<Outgoing>>, WriteError<L::Error>> {
    context.lookup.record(id).map_err(WriteError::Lookup)
}

/// Whether a column or a card that was written says itself what it stands in.
pub(super) fn names_container(form: Form, object: &[u8]) -> bool {
    let key: &[u8] = match form {
        Form::Column => b"\"project_url\":",
        Form::Card => b"\"column_url\":",
        _ => return true,
    };
    // In a text the quotes would be escaped.
    memchr::memmem::find(object, key).is_some()
}

/// The number of the project or the column that a column or a card stands in, by which its file is called.
pub(super) fn container_number<L: Lookup>(
    outgoing: &Outgoing,
    lookup: &mut L,
) -> Result<Option<u64>, L::Error> {
    let record = &outgoing.record;
    if !matches!(record.kind(), RecordKind::Column | RecordKind::Card) {
        return Ok(None);
    }
    let container = match record.container() {
        Some(container) => lookup.record(container)?,
        None => None,
    };
    let number = container.map(|container| id_of(&container));
    Ok(number.or(record.foreign_container()))
}

/// Whether a rule names another object by its URL.
pub(super) const fn is_link(rule: Rule) -> bool {
    matches!(rule, Rule::Container | Rule::Board | Rule::Content)
}

/// Whether a project, a column or a card has to have a key.
pub(super) fn demands<R>(job: &Job<'_, R>, key: &str) -> bool {
    let keys: &[&str] = match job.form {
        Form::Project => &[
            "owner_url",
            "url",
            "html_url",
            "columns_url",
            "id",
            "node_id",
            "name",
            "body",
            "number",
            "state",
            "creator",
            "created_at",
            "updated_at",
        ],
        Form::Column => &[
            "url",
            "project_url",
            "cards_url",
            "id",
            "node_id",
            "name",
            "created_at",
            "updated_at",
        ],
        Form::Card => &[
            "url",
            "id",
            "node_id",
            "note",
            "creator",
            "created_at",
            "updated_at",
            "column_url",
            "project_url",
        ],
        _ => &[],
    };
    keys.contains(&key)
}
