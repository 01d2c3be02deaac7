//! An issue as another issue's event refers to it, with its repository in short.

use backlot_model::{Lookup, LossKind, Outgoing, RecordId};

use super::happened::{Event, look_up, number_of_type, string_or_null};
use super::home::Home;
use super::render::{Context, Renderer};
use super::repository::addresses_below;
use crate::shape::{Form, new_style};
use backlot_forge::WriteError;
use backlot_forge::json::write_string;
use backlot_forge::sink::put_decimal;
use backlot_forge::slots::entry;

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;

impl Renderer {
    /// Appends an issue as an event refers to it; null where it is no longer there.
    pub(super) fn issue_reference<L: Lookup>(
        &mut self,
        event: &Event<'_>,
        issue: Option<RecordId>,
        key: &str,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let Some(found) = look_up(issue, context)? else {
            out.extend_from_slice(b"null");
            let reason = "the other issue is no longer there";
            let loss = event.lose(LossKind::Dropped, key, reason);
            context.losses.push(loss);
            return Ok(());
        };
        let record = &*found.record;
        out.extend_from_slice(b"{\"number\":");
        put_decimal(record.number().unwrap_or(0), out);
        out.extend_from_slice(b",\"title\":");
        write_string(record.title().unwrap_or_default(), out);
        out.extend_from_slice(b",\"state\":");
        let state = record.state().map(|state| state.as_word());
        write_string(state.unwrap_or("open"), out);
        out.extend_from_slice(b",\"state_reason\":");
        let reason = record.state_reason().map(|reason| reason.as_word());
        string_or_null(reason, out);
        out.extend_from_slice(b",\"repository\":");
        let home = self.home(&found, Form::Issue, context)?;
        let repository = look_up(record.repository(), context)?;
        self.simple_repository(&home, repository.as_deref(), context, out)?;
        out.extend_from_slice(b",\"issue_type\":");
        match record.issue_type() {
            None => out.extend_from_slice(b"null"),
            Some(name) => {
                let id = number_of_type(home.site(), name);
                out.extend_from_slice(b"{\"id\":");
                put_decimal(id, out);
                out.extend_from_slice(b",\"node_id\":\"");
                new_style("IT", &[], id, out);
                out.extend_from_slice(b"\",\"name\":");
                write_string(name, out);
                out.extend_from_slice(b",\"color\":null}");
                let reason = "only the name of the type is known";
                let field = format!("{key}.issue_type.id");
                context
                    .losses
                    .push(event.lose(LossKind::Minted, &field, reason));
            }
        }
        out.push(b'}');
        Ok(())
    }

    /// Appends a repository in short: what its source says, and what follows from its name.
    pub(super) fn simple_repository<L: Lookup>(
        &mut self,
        home: &Home,
        repository: Option<&Outgoing>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let site = home.site();
        let mut stated = Vec::new();
        let said = repository.and_then(|repository| repository.stated.as_ref());
        if let (Some(repository), Some((view, ..))) = (repository, said)
            && Form::from_view(*view).is_some()
        {
            self.outgoing(repository, context, &mut stated)?;
        }
        let stated = String::from_utf8(stated).map_err(|_| WriteError::Damaged)?;
        let stated = |key: &str| {
            let found = entry(&stated, key).filter(|value| *value != "null");
            found.map(str::as_bytes)
        };
        let record = repository.map(|repository| &*repository.record);
        let id = self.number_of(record.map(|record| record.id()), context)?;
        let (owner, name) = site.repo.split_once('/').unwrap_or(("", site.repo));
        out.extend_from_slice(b"{\"id\":");
        put_decimal(id, out);
        out.extend_from_slice(b",\"node_id\":");
        match stated("node_id") {
            Some(node) => out.extend_from_slice(node),
            None => {
                out.push(b'"');
                new_style("R", &[], id, out);
                out.push(b'"');
            }
        }
        out.extend_from_slice(b",\"name\":");
        write_string(name, out);
        out.extend_from_slice(b",\"full_name\":");
        write_string(site.repo, out);
        out.extend_from_slice(b",\"owner\":");
        match stated("owner") {
            Some(owner) => out.extend_from_slice(owner),
            None => self.login(site, owner, context, out)?,
        }
        let is_private = record.is_some_and(|record| record.is_private());
        out.extend_from_slice(format!(",\"private\":{is_private},\"html_url\":").as_bytes());
        write_string(&format!("{}/{}", site.html, site.repo), out);
        out.extend_from_slice(b",\"description\":");
        string_or_null(record.and_then(|record| record.description()), out);
        out.extend_from_slice(b",\"fork\":");
        out.extend_from_slice(stated("fork").unwrap_or(b"false"));
        let url = format!("{}/repos/{}", site.api, site.repo);
        out.extend_from_slice(b",\"url\":");
        write_string(&url, out);
        for (key, end) in addresses_below() {
            out.extend_from_slice(format!(",\"{key}\":").as_bytes());
            write_string(&format!("{url}{end}"), out);
        }
        out.push(b'}');
        Ok(())
    }
}
