//! Whole exports: records in, files of a layout out.

use std::path::{Path, PathBuf};

use backlot_forge::json::digest;
use backlot_forge::output::{Output, WriteSummary};
use backlot_forge::{Error, ErrorKind, WriteError};
use backlot_model::{Field, Lookup, Loss, LossKind, Outgoing, Parent, Pass, RecordKind, Timestamp};

use super::facts::id_of;
use super::fate::{BOARDS, NO_WORDS, Way};
use super::judge::Judge;
use super::layout::{Layout, Shape};
use super::names::Names;
use super::refused::Refusals;
use super::render::Renderer;
use super::requests::Requests;
use super::rest::{Place, Rest};
use crate::log;
use crate::shape::Form;

/// How an export is written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// How the objects are laid out in files.
    pub layout: Layout,
    /// Pages of a hundred objects, such as `issues.1.json`, in place of one object to a line; in the layout
    /// `rest` alone.
    pub pages: bool,
    /// The shape of what GitCode never stated.
    pub shape: Shape,
    /// The host where what GitCode never stated is to stand, in place of `gitcode.com`.
    pub host: Option<String>,
    /// The `owner/name` that the repository is to have there, in place of its own.
    pub name: Option<String>,
    /// The file for the report of losses, in place of `losses.ndjson` in the folder.
    pub losses: Option<PathBuf>,
    /// Whether what GitCode cannot hold of an issue, a comment or a milestone goes into a footer of its text.
    pub carry: bool,
    /// The day, such as `2030-12-31`, when milestones are due that say nothing of it.
    pub due_on: Option<String>,
}

/// Writes an export into a folder, which is there only when all of it is.
pub struct Writer {
    renderer: Renderer,
    output: Output,
    layout: Layout,
    names: Names,
    judge: Judge,
    refusals: Refusals,
    files: Files,
    object: Vec<u8>,
}

/// The files of each layout.
enum Files {
    Rest(Rest),
    Requests(Box<Requests>),
}

impl Writer {
    /// Begins an export into a folder that does not exist, or that is empty.
    ///
    /// # Errors
    /// When the folder is not empty or cannot be written, or the day is none.
    pub fn create(folder: &Path, options: &WriteOptions) -> Result<Self, Error> {
        let due_on = options.due_on.as_deref().map(day).transpose()?;
        let (host, name) = (options.host.clone(), options.name.clone());
        Ok(Self {
            renderer: Renderer::new(options.shape).at(host.clone(), name.clone()),
            output: Output::create(folder, options.losses.as_deref())?,
            layout: options.layout,
            names: Names::at(host, name),
            judge: Judge {
                way: Way::Objects,
                carries: options.carry,
                due_on,
            },
            refusals: Refusals::new(),
            files: match options.layout {
                Layout::Rest => Files::Rest(Rest::new(options.pages)),
                Layout::Requests => Files::Requests(Box::new(Requests::new(options.carry, due_on))),
            },
            object: Vec::new(),
        })
    }

    /// The passes over a repository's records that this export wants.
    pub fn passes(&self) -> Vec<Pass> {
        self.layout.passes()
    }

    /// Writes one record in one form.
    ///
    /// # Errors
    /// When the operating system refuses to write, a look-up fails, or what is kept of an object is damaged.
    pub fn write<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        let kind = outgoing.record.kind();
        if kind == RecordKind::Repository {
            self.names.enter(outgoing);
            self.refusals.enter(&outgoing.record);
        }
        // The log that tells it comes by itself.
        if outgoing.stated.is_some() && form_of(outgoing) == Some(Form::LogPart) {
            return Ok(());
        }
        let is_written = match &mut self.files {
            Files::Rest(_) => self.object(outgoing, lookup)?,
            Files::Requests(requests) => requests.put(
                outgoing,
                &self.names,
                &mut self.renderer,
                lookup,
                &mut self.output,
            )?,
        };
        if is_written {
            self.note_elsewhere(outgoing);
            self.note_number(outgoing);
            *self.output.summary.objects.entry(kind).or_default() += 1;
        }
        self.output.note().map_err(WriteError::File)
    }

    /// Notes that another forge has said more of a record than the values that go out.
    fn note_elsewhere(&mut self, outgoing: &Outgoing) {
        if outgoing.elsewhere.iter().any(|form| form.has_extras) {
            self.output.noted.push(Loss {
                kind: LossKind::Dropped,
                record_kind: outgoing.record.kind(),
                record: self.names.of(outgoing),
                field: String::new(),
                reason: "another forge said more of it than GitCode's object has keys for"
                    .to_owned(),
                value: None,
            });
        }
    }

    /// Notes that a record goes out under another number than it has in the store.
    fn note_number(&mut self, outgoing: &Outgoing) {
        if let Some(own) = outgoing.own_number {
            let kind = outgoing.record.kind();
            self.output.noted.push(Loss {
                kind: LossKind::Altered,
                record_kind: kind,
                record: self.names.of(outgoing),
                field: Field::Number.name().to_owned(),
                reason: format!(
                    "it has the number {own} in the store, which is another {}'s at GitCode",
                    kind.name()
                ),
                value: Some(digest(&own.to_string())),
            });
        }
    }

    /// Writes a record as an object into the file of its form; false where it has no place in any.
    fn object<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<bool, WriteError<L::Error>> {
        let Files::Rest(rest) = &mut self.files else {
            return Ok(false);
        };
        let record = &*outgoing.record;
        let is_stated = outgoing.stated.is_some();
        // Of a repository that was only named by an import nothing is known but its name.
        if record.kind() == RecordKind::Repository && !is_stated && record.created_at().is_none() {
            return Ok(false);
        }
        let Some(form) = form_of(outgoing).filter(|_| is_stated || has_words(outgoing)) else {
            let reason = match record.kind() {
                RecordKind::HistoryEvent => NO_WORDS,
                _ => BOARDS,
            };
            Judge::lost(outgoing, &self.names, reason, lookup, &mut self.output)?;
            return Ok(false);
        };
        let (names, output) = (&self.names, &mut self.output);
        let judged = self.judge.judge(outgoing, names, &[], lookup, output)?;
        let going = judged.changed.as_ref().unwrap_or(outgoing);
        if !is_stated {
            self.refusals.note(going, None, names, lookup, output)?;
        }
        let place = place(form, going, lookup).map_err(WriteError::Lookup)?;
        self.object.clear();
        let since = output.noted.len();
        self.renderer
            .render(going, lookup, &mut self.object, &mut output.noted)?;
        judged.without_repeats(record.kind(), since, &mut output.noted);
        let done = match form {
            Form::OperateLog => {
                rest.put_log(place, is_stated, record.created_at(), &self.object, output)
            }
            _ => rest.put(form, place, &self.object, output),
        };
        done.map_err(WriteError::File)?;
        Ok(true)
    }

    /// Notes a loss that the caller found.
    ///
    /// # Errors
    /// When the operating system refuses to write.
    pub fn loss(&mut self, loss: Loss) -> Result<(), Error> {
        self.output.noted.push(loss);
        self.output.note()
    }

    /// Ends the export; only now is all of it in its files.
    ///
    /// # Errors
    /// When the operating system refuses to write.
    pub fn finish(mut self) -> Result<WriteSummary, Error> {
        match &mut self.files {
            Files::Rest(rest) => rest.close(&mut self.output)?,
            Files::Requests(requests) => requests.close(&mut self.output)?,
        }
        self.output.note()?;
        self.output.finish()
    }
}

/// The form that a record is handed out in; none where GitCode has no such thing.
pub(super) fn form_of(outgoing: &Outgoing) -> Option<Form> {
    let stated = outgoing.stated.as_ref();
    stated
        .and_then(|(view, ..)| Form::from_view(*view))
        .or_else(|| outgoing.wanted.and_then(Form::from_view))
        .or_else(|| Form::of_kind(outgoing.record.kind()))
}

/// Whether GitCode has established words for an event; whatever is no event needs none.
pub(super) fn has_words(outgoing: &Outgoing) -> bool {
    let record = &outgoing.record;
    let event = record.event().unwrap_or_default();
    record.kind() != RecordKind::HistoryEvent
        || log::compose_event(event, record.subject(), record.from(), record.to()).is_some()
}

/// What an object belongs to: its issue, or the comment that a reaction or an earlier text is of.
fn place<L: Lookup>(form: Form, outgoing: &Outgoing, lookup: &mut L) -> Result<Place, L::Error> {
    if let Some(number) = outgoing.parent_number {
        return Ok(Place::Issue(number));
    }
    let parent = match outgoing.record.parent() {
        Some(Parent::Record(parent)) if matches!(form, Form::Reaction | Form::ModifyHistory) => {
            lookup.record(parent)?
        }
        _ => None,
    };
    let comment = parent.filter(|parent| parent.record.kind() == RecordKind::Comment);
    Ok(comment.map_or(Place::Alone, |comment| Place::Comment(id_of(&comment))))
}

/// The moment at which a day begins.
fn day(text: &str) -> Result<Timestamp, Error> {
    let moment = Timestamp::parse(&format!("{text}T00:00:00Z"));
    moment.map_err(|_| {
        let message = format!("{text:?} is no day; one is written such as 2030-12-31");
        Error::new(ErrorKind::Invalid, message)
    })
}
