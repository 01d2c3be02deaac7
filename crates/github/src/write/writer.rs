//! Whole exports: records in, files of a layout out.

use std::path::{Path, PathBuf};

use backlot_model::{Field, Lookup, Loss, LossKind, Outgoing, Parent, Pass, RecordKind};

use super::comparison::form_of;
use super::github_backup::GithubBackup;
use super::happened::{CROSS_REFERENCED, node_prefix};
use super::home::id_of;
use super::import_api::ImportApi;
use super::layout::Layout;
use super::migration::Migration;
use super::render::{Renderer, shown};
use super::requests::Requests;
use super::rest::{Place, Rest};
use super::version::ApiVersion;
use crate::shape::Form;
use backlot_forge::Error;
use backlot_forge::WriteError;
use backlot_forge::json::digest;
use backlot_forge::output::{Output, WriteSummary};

/// How an export is written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// How the objects are laid out in files.
    pub layout: Layout,
    /// Pages of a hundred objects, such as `issues.1.json`, in place of one object to a line; in the layout
    /// `rest` alone.
    pub pages: bool,
    /// The version of the API for which every object is made complete; as it came without one.
    pub api_version: Option<ApiVersion>,
    /// The host where what was made here stands, as all addresses of it say, such as `git.example.org` of a
    /// GitHub Enterprise Server; `github.com` without one. What came from a forge keeps its own.
    pub host: Option<String>,
    /// The `owner/name` of a repository that was made here, in place of its own.
    pub name: Option<String>,
    /// The file for the report of losses, in place of `losses.ndjson` in the folder.
    pub losses: Option<PathBuf>,
    /// The folder of attachments, as [`Attachments`](crate::Attachments) keeps them, for layouts that have
    /// some.
    pub attachments: Option<PathBuf>,
}

/// Writes an export into a folder, which is there only when all of it is.
///
/// Until then the files lie in a folder beside it, which goes when the writer is dropped.
pub struct Writer {
    renderer: Renderer,
    output: Output,
    layout: Layout,
    files: Files,
    object: Vec<u8>,
    /// Whether the layout has timelines.
    has_timelines: bool,
}

/// The files of each layout.
enum Files {
    Rest(Rest),
    GithubBackup(GithubBackup),
    ImportApi(ImportApi),
    Requests(Requests),
    Migration(Box<Migration>),
}

impl Writer {
    /// Begins an export into a folder that does not exist, or that is empty.
    pub fn create(folder: &Path, options: &WriteOptions) -> Result<Self, Error> {
        let (host, name) = (options.host.clone(), options.name.clone());
        let mut files = match options.layout {
            Layout::Rest => Files::Rest(Rest::new(options.pages)),
            Layout::GithubBackup => Files::GithubBackup(GithubBackup::new()),
            Layout::Migration => {
                Files::Migration(Box::new(Migration::new(options.attachments.clone())))
            }
            Layout::ImportApi => Files::ImportApi(ImportApi::new()),
            Layout::Requests => Files::Requests(Requests::new()),
        };
        match &mut files {
            Files::Rest(_) => {}
            Files::GithubBackup(backup) => backup.comparison.at(host.clone(), name.clone()),
            Files::Migration(archive) => archive.comparison.at(host.clone(), name.clone()),
            Files::ImportApi(bodies) => bodies.comparison.at(host.clone(), name.clone()),
            Files::Requests(requests) => requests.comparison.at(host.clone(), name.clone()),
        }
        Ok(Self {
            renderer: Renderer::new(options.api_version).at(host, name),
            output: Output::create(folder, options.losses.as_deref())?,
            layout: options.layout,
            files,
            object: Vec::new(),
            has_timelines: options.layout.passes().iter().any(|pass| {
                let views = pass.views(RecordKind::HistoryEvent).unwrap_or_default();
                views.contains(&Form::Timeline.view())
            }),
        })
    }

    /// The passes over a repository's records that this export wants.
    pub fn passes(&self) -> Vec<Pass> {
        self.layout.passes()
    }

    /// Writes one record in one form.
    pub fn write<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        let Some(form) = form_of(outgoing) else {
            return Ok(());
        };
        if outgoing.stated.is_none() && !self.takes(outgoing, form) {
            return self.output.note().map_err(WriteError::File);
        }
        let is_written = match &mut self.files {
            // Of a repository that was only named by an import nothing is known but its name.
            Files::Rest(_)
                if form == Form::Repository
                    && outgoing.stated.is_none()
                    && outgoing.record.created_at().is_none() =>
            {
                false
            }
            Files::Rest(rest) => {
                let place = place(form, outgoing, lookup).map_err(WriteError::Lookup)?;
                self.object.clear();
                self.renderer
                    .render(outgoing, lookup, &mut self.object, &mut self.output.noted)?;
                // Where an object does not name what it stands in, its file does, and what follows it there
                // comes into the same file, which is read after the one for all.
                let container = super::links::container_number(outgoing, lookup);
                let container = container.map_err(WriteError::Lookup)?.filter(|number| {
                    !super::links::names_container(form, &self.object)
                        || rest.has_file(form, *number)
                });
                let place = container.map_or(place, Place::Container);
                rest.put(form, place, &self.object, &mut self.output)
                    .map_err(WriteError::File)?;
                true
            }
            Files::GithubBackup(backup) => {
                backup.put(outgoing, lookup, &mut self.renderer, &mut self.output)?
            }
            Files::Migration(archive) => {
                archive.put(outgoing, lookup, &mut self.renderer, &mut self.output)?
            }
            Files::ImportApi(bodies) => bodies.put(outgoing, lookup, &mut self.output)?,
            Files::Requests(requests) => requests.put(outgoing, lookup, &mut self.output)?,
        };
        self.note_elsewhere(outgoing, form);
        if is_written {
            let kind = outgoing.record.kind();
            *self.output.summary.objects.entry(kind).or_default() += 1;
        }
        self.output.note().map_err(WriteError::File)
    }

    /// Notes once of each record that it goes out under another number than it has in the store, and that another
    /// forge has said more of it than the values that go out.
    fn note_elsewhere(&mut self, outgoing: &Outgoing, form: Form) {
        let kind = outgoing.record.kind();
        if let Some(own) = outgoing.own_number
            && Form::of_kind(kind) == Some(form)
        {
            self.output.noted.push(Loss {
                kind: LossKind::Altered,
                record_kind: kind,
                record: shown(kind, None, None, outgoing.record.number()),
                field: Field::Number.name().to_owned(),
                reason: format!(
                    "it has the number {own} in the store, which is another {}'s at GitHub",
                    kind.name()
                ),
                value: Some(digest(&own.to_string())),
            });
        }
        let is_first = match kind {
            // Every layout with events has this form.
            RecordKind::HistoryEvent => form == Form::IssueEvent,
            _ => Form::of_kind(kind) == Some(form),
        };
        if !is_first || !outgoing.elsewhere.iter().any(|form| form.has_extras) {
            return;
        }
        let record = &*outgoing.record;
        let name = record.name().or(record.title()).map(str::to_owned);
        let name = name.filter(|_| record.number().is_none());
        let number = record.number().or(outgoing.parent_number);
        self.output.noted.push(Loss {
            kind: LossKind::Dropped,
            record_kind: kind,
            record: match (kind, name) {
                (RecordKind::Issue | RecordKind::Milestone, _) => shown(kind, None, None, number),
                (_, Some(name)) => format!("{} {name}", kind.name()),
                (_, None) => shown(kind, None, Some(id_of(outgoing)), None),
            },
            field: String::new(),
            reason: "another forge said more of it than GitHub's object has keys for".to_owned(),
            value: None,
        });
    }

    /// Whether GitHub has an event that happened here, or came from elsewhere, in this form. Notes what has no
    /// place in any file.
    fn takes(&mut self, outgoing: &Outgoing, form: Form) -> bool {
        let record = &*outgoing.record;
        if record.kind() != RecordKind::HistoryEvent {
            return true;
        }
        let event = record.event().unwrap_or_default();
        let reason = match (event, form) {
            (CROSS_REFERENCED, Form::Timeline) => return true,
            (CROSS_REFERENCED, _) if self.has_timelines => return false,
            (CROSS_REFERENCED, _) => "only timelines tell it, and this layout has none",
            _ if node_prefix(event).is_some() => return true,
            // It is reported once, in the form that every layout with events has.
            _ if form != Form::IssueEvent => return false,
            _ => "GitHub has no such event",
        };
        self.output.noted.push(Loss {
            kind: LossKind::Dropped,
            record_kind: RecordKind::HistoryEvent,
            record: shown(
                RecordKind::HistoryEvent,
                None,
                Some(record.id().minted_number()),
                outgoing.parent_number,
            ),
            field: event.to_owned(),
            reason: reason.to_owned(),
            value: None,
        });
        false
    }

    /// Notes a loss that the caller found.
    pub fn loss(&mut self, loss: Loss) -> Result<(), Error> {
        self.output.noted.push(loss);
        self.output.note()
    }

    /// Ends the export; only now is all of it in its files.
    pub fn finish(mut self) -> Result<WriteSummary, Error> {
        match &mut self.files {
            Files::Rest(rest) => rest.close()?,
            Files::GithubBackup(backup) => backup.close(&mut self.output)?,
            Files::ImportApi(bodies) => bodies.close(&mut self.output)?,
            Files::Requests(requests) => requests.close(&mut self.output)?,
            Files::Migration(archive) => archive.close(&mut self.output)?,
        }
        self.output.note()?;
        self.output.finish()
    }
}

/// What an object belongs to: its issue, or the comment that a reaction is to.
fn place<L: Lookup>(form: Form, outgoing: &Outgoing, lookup: &mut L) -> Result<Place, L::Error> {
    if let Some(number) = outgoing.parent_number {
        return Ok(Place::Issue(number));
    }
    let parent = match outgoing.record.parent() {
        Some(Parent::Record(parent)) if form == Form::Reaction => lookup.record(parent)?,
        _ => None,
    };
    let comment = parent.filter(|parent| parent.record.kind() == RecordKind::Comment);
    Ok(comment.map_or(Place::Alone, |comment| Place::Comment(id_of(&comment))))
}
