//! The layout `migration`: an archive as the migrations API makes it, in which records name each other by URL.

mod attached;
mod convert;
mod pages;
mod people;
mod record;

use std::path::PathBuf;

use backlot_model::{Lookup, Loss, LossKind, Outgoing, RecordKind};

use super::comparison::{Comparison, Original, Reasons, form_of};
use super::render::Renderer;
use crate::read::migration::{Piece, Type, World, translate, urls_json};
use crate::shape::Form;
use backlot_forge::Error;
use backlot_forge::WriteError;
use backlot_forge::output::Output;
use pages::Pages;
use people::People;
use record::Record;

const REASONS: Reasons = Reasons {
    whole: "a migration archive has no place for it",
    dropped: "records of a migration archive have no such key",
    altered: "a migration archive does not say it in full",
    minted: "it follows from what a migration archive says",
};
/// The schema that is written.
const SCHEMA: &str = "{\"version\":\"1.2.0\"}\n";

/// The files of the layout.
pub(super) struct Migration {
    /// The folder that has the attachments.
    attachments: Option<PathBuf>,
    pub(super) comparison: Comparison,
    world: World,
    people: People,
    pages: Pages,
    repository: Option<Home>,
    issue: Option<Waiting>,
    comment: Option<Waiting>,
    /// The issue whose thread is written, and whether it is a pull request.
    thread: Option<(u64, bool)>,
}

/// The repository, whose labels are still coming.
struct Home {
    record: Record,
    text: String,
    labels: Vec<String>,
    original: Option<Original>,
    waiting: Vec<Original>,
}

/// An issue or a comment but for its reactions.
struct Draft {
    record: Record,
    number: u64,
    is_pull: bool,
}

/// An issue or a comment whose reactions are still coming.
struct Waiting {
    draft: Draft,
    kind: RecordKind,
    reactions: Vec<String>,
    /// What it is to be compared with.
    originals: Vec<Original>,
    of_reactions: Vec<Original>,
}

impl Migration {
    /// No file yet.
    pub(super) fn new(attachments: Option<PathBuf>) -> Self {
        Self {
            attachments,
            comparison: Comparison::new(REASONS),
            world: World::new(None, &mut Vec::new()),
            people: People::default(),
            pages: Pages::default(),
            repository: None,
            issue: None,
            comment: None,
            thread: None,
        }
    }

    /// Puts a record into its file; false when the layout has no place for it.
    pub(super) fn put<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        renderer: &mut Renderer,
        output: &mut Output,
    ) -> Result<bool, WriteError<L::Error>> {
        let kind = outgoing.record.kind();
        if kind == RecordKind::Repository {
            self.comparison.enter(outgoing, lookup)?;
        }
        let mut text = Vec::new();
        let is_written = matches!(
            kind,
            RecordKind::Repository
                | RecordKind::User
                | RecordKind::Label
                | RecordKind::Milestone
                | RecordKind::Issue
                | RecordKind::Comment
                | RecordKind::HistoryEvent
                | RecordKind::Reaction
        );
        if is_written {
            let mut noted = Vec::new();
            renderer.render(outgoing, lookup, &mut text, &mut noted)?;
            // What is made up does not come into an archive, but for the ids of comments, which are in URLs.
            let counts = |loss: &Loss| match loss.kind {
                LossKind::Minted => kind == RecordKind::Comment && loss.field == "id",
                _ => kind != RecordKind::Repository || outgoing.stated.is_some(),
            };
            output.noted.extend(noted.into_iter().filter(counts));
            let text = String::from_utf8(text).map_err(|_| WriteError::Damaged)?;
            if self.record(outgoing, &text, lookup, output)? {
                return Ok(true);
            }
        }
        self.comparison.lost(outgoing, lookup, &mut output.noted)?;
        Ok(false)
    }

    fn record<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        text: &str,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<bool, WriteError<L::Error>> {
        let own = self.comparison.original(outgoing, lookup)?;
        match outgoing.record.kind() {
            RecordKind::Repository => {
                self.repository = Some(Home {
                    record: self.repository(text),
                    text: text.to_owned(),
                    labels: Vec::new(),
                    // One that was only named is no object in the layout `rest`.
                    original: outgoing.stated.is_some().then_some(own),
                    waiting: Vec::new(),
                });
            }
            RecordKind::User => return self.user(own, text, output).map_err(WriteError::File),
            RecordKind::Label => {
                let (Some(label), Some(home)) = (self.label(text), &mut self.repository) else {
                    return Ok(false);
                };
                home.labels.push(label);
                home.waiting.push(own);
            }
            RecordKind::Milestone => {
                self.end_repository(output).map_err(WriteError::File)?;
                let Some(record) = self.milestone(text, output).map_err(WriteError::File)? else {
                    return Ok(false);
                };
                // It was made just now, and is well formed.
                let _ = self.world.learn_milestone(&record);
                self.keep(Type::Milestones, &record, &[own], output)
                    .map_err(WriteError::File)?;
            }
            RecordKind::Issue => {
                self.end_repository(output).map_err(WriteError::File)?;
                self.end_thread(output).map_err(WriteError::File)?;
                let others = self.comparison.other_forms(outgoing, lookup)?;
                let pull = others.first().map(|pull| pull.text.as_str());
                let draft = self.issue(text, pull, output).map_err(WriteError::File)?;
                let Some(draft) = draft else {
                    return Ok(false);
                };
                self.thread = Some((draft.number, draft.is_pull));
                let mut originals = Vec::new();
                // What an archive says of a pull request comes back as an issue.
                for original in [own].into_iter().chain(others) {
                    match original.is_pull() {
                        true => output.noted.push(self.comparison.whole(&original)),
                        false => originals.push(original),
                    }
                }
                self.issue = Some(Waiting::new(draft, RecordKind::Issue, originals));
            }
            RecordKind::Comment => {
                self.end_repository(output).map_err(WriteError::File)?;
                self.end_waiting(output).map_err(WriteError::File)?;
                let Some(thread) = self.thread_of(outgoing) else {
                    return Ok(false);
                };
                let draft = self
                    .comment(text, thread, output)
                    .map_err(WriteError::File)?;
                let Some(draft) = draft else {
                    return Ok(false);
                };
                let others = self.comparison.other_forms(outgoing, lookup)?;
                let originals = [own].into_iter().chain(others).collect();
                self.comment = Some(Waiting::new(draft, RecordKind::Comment, originals));
            }
            RecordKind::Reaction => {
                return self
                    .react(own, outgoing, text, output)
                    .map_err(WriteError::File);
            }
            _ => {
                self.end_waiting(output).map_err(WriteError::File)?;
                let Some(thread) = self.thread_of(outgoing).filter(|_| is_event(outgoing)) else {
                    return Ok(false);
                };
                let record = self.event(text, thread, output).map_err(WriteError::File)?;
                let Some(record) = record else {
                    return Ok(false);
                };
                let others = self.comparison.other_forms(outgoing, lookup)?;
                let originals: Vec<Original> = [own].into_iter().chain(others).collect();
                self.keep(Type::IssueEvents, &record, &originals, output)
                    .map_err(WriteError::File)?;
            }
        }
        Ok(true)
    }

    /// The issue that a comment or an event belongs to, and whether it is a pull request.
    fn thread_of(&self, outgoing: &Outgoing) -> Option<(u64, bool)> {
        let number = outgoing.parent_number?;
        Some(match self.thread {
            Some(thread) if thread.0 == number => thread,
            _ => (number, false),
        })
    }

    /// The URL of a user of the API, who is written where that was not done before.
    fn person(&mut self, user: &str, output: &mut Output) -> Result<Option<String>, Error> {
        let site = self.comparison.site();
        self.people
            .meet(user, site, &mut self.world, &mut self.pages, output)
    }

    fn user(&mut self, own: Original, text: &str, output: &mut Output) -> Result<bool, Error> {
        self.people.last = None;
        if self.person(text, output)?.is_none() {
            return Ok(false);
        }
        if let Some((kind, record)) = self.people.last.take() {
            self.compare(kind, &record, &[own], output);
        }
        Ok(true)
    }

    fn react(
        &mut self,
        own: Original,
        outgoing: &Outgoing,
        text: &str,
        output: &mut Output,
    ) -> Result<bool, Error> {
        let to_comment = self.comment.is_some();
        let is_here = self.comment.is_some()
            || self
                .issue
                .as_ref()
                .is_some_and(|issue| outgoing.parent_number == Some(issue.draft.number));
        if !is_here {
            return Ok(false);
        }
        let record = self.reaction(text, to_comment, output)?;
        if let Some(waiting) = self.comment.as_mut().or(self.issue.as_mut()) {
            waiting.reactions.push(record);
            waiting.of_reactions.push(own);
        }
        Ok(true)
    }

    /// Writes a record, and notes what comes back otherwise of what it says.
    fn keep(
        &mut self,
        kind: Type,
        record: &str,
        originals: &[Original],
        output: &mut Output,
    ) -> Result<(), Error> {
        self.pages.put(kind, record, output)?;
        self.compare(kind, record, originals, output);
        Ok(())
    }

    fn compare(&mut self, kind: Type, record: &str, originals: &[Original], output: &mut Output) {
        let pieces = self.back(kind, record);
        let back = pieces.into_iter().next().flatten();
        for original in originals {
            self.comparison
                .compare(original, back.as_deref(), &mut output.noted);
        }
    }

    /// What comes back of a record: the object itself first, then those inside it.
    fn back(&mut self, kind: Type, record: &str) -> Vec<Option<String>> {
        let api = self.comparison.site().api.to_owned();
        let pieces = translate(&self.world, kind, record, &api).unwrap_or_default();
        let objects = pieces.iter().filter_map(|piece| match piece {
            Piece::Object {
                form, text, parent, ..
            } => Some((*form, text, *parent)),
            Piece::Odd(..) => None,
        });
        objects
            .map(|(form, text, parent)| self.comparison.back(form, form.kind(), text, parent))
            .collect()
    }

    /// Writes the repository, all of whose labels have come.
    fn end_repository(&mut self, output: &mut Output) -> Result<(), Error> {
        let Some(home) = self.repository.take() else {
            return Ok(());
        };
        let owner = self.owner(&home.text, output)?;
        let mut record = home.record;
        record.text("owner", &owner);
        record.raw("labels", &format!("[{}]", home.labels.join(",")));
        let record = record.finish();
        // It was made just now, and is well formed.
        let _ = self.world.learn_repository(&record);
        self.pages.put(Type::Repositories, &record, output)?;
        let mut back = self.back(Type::Repositories, &record).into_iter();
        for original in [home.original]
            .into_iter()
            .chain(home.waiting.into_iter().map(Some))
        {
            let back = back.next().flatten();
            let Some(original) = &original else { continue };
            self.comparison
                .compare(original, back.as_deref(), &mut output.noted);
        }
        Ok(())
    }

    /// Writes the comment or the issue whose reactions have all come.
    fn end_waiting(&mut self, output: &mut Output) -> Result<(), Error> {
        for waiting in [self.issue.take(), self.comment.take()]
            .into_iter()
            .flatten()
        {
            let kind = match (waiting.kind, waiting.draft.is_pull) {
                (RecordKind::Comment, _) => Type::IssueComments,
                (_, true) => Type::PullRequests,
                (_, false) => Type::Issues,
            };
            let mut record = waiting.draft.record;
            record.raw("reactions", &format!("[{}]", waiting.reactions.join(",")));
            let record = record.finish();
            self.pages.put(kind, &record, output)?;
            let mut back = self.back(kind, &record).into_iter();
            let whole = back.next().flatten();
            for original in &waiting.originals {
                self.comparison
                    .compare(original, whole.as_deref(), &mut output.noted);
            }
            for original in &waiting.of_reactions {
                let back = back.next().flatten();
                self.comparison
                    .compare(original, back.as_deref(), &mut output.noted);
            }
        }
        Ok(())
    }

    fn end_thread(&mut self, output: &mut Output) -> Result<(), Error> {
        self.end_waiting(output)?;
        self.thread = None;
        Ok(())
    }

    /// Ends what is open.
    pub(super) fn close(&mut self, output: &mut Output) -> Result<(), Error> {
        self.end_repository(output)?;
        self.end_waiting(output)?;
        if let Some(folder) = self.attachments.take() {
            self.attachments(&folder, output)?;
            output.note()?;
        }
        self.pages.close()?;
        for (name, text) in [
            ("schema.json", SCHEMA.to_owned()),
            ("urls.json", urls_json() + "\n"),
        ] {
            let mut file = output.append(name, 1024)?;
            file.put(text.as_bytes())?;
            file.close()?;
            output.summary.files += 1;
        }
        Ok(())
    }
}

impl Waiting {
    fn new(draft: Draft, kind: RecordKind, originals: Vec<Original>) -> Self {
        Self {
            draft,
            kind,
            reactions: Vec::new(),
            originals,
            of_reactions: Vec::new(),
        }
    }
}

/// Whether it is an event with a number of its own, and not one of the items that only timelines give.
fn is_event(outgoing: &Outgoing) -> bool {
    let Some((_, id, _)) = &outgoing.stated else {
        return true;
    };
    form_of(outgoing) != Some(Form::Timeline) || matches!(id, backlot_model::ForeignId::Number(_))
}
