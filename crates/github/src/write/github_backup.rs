//! The layout `github-backup`, which is that of python-github-backup: a file for each issue with its comments
//! and events inside, in the folders `issues`, `pulls`, `labels` and `milestones`.

use backlot_model::{ForeignId, Lookup, Outgoing, RecordKind};

use super::comparison::{Comparison, Reasons, form_of};
use super::render::Renderer;
use crate::read::INNER_LISTS;
use crate::shape::Form;
use backlot_forge::Error;
use backlot_forge::WriteError;
use backlot_forge::json::{entries, indented, write_string};
use backlot_forge::output::{OpenFile, Output};

const REASONS: Reasons = Reasons {
    whole: "the layout has no file for it",
    dropped: "the layout has no place for the key",
    altered: "the layout gives the object in another form",
    minted: "objects of the form that the layout gives have the key",
};
/// How much of a file is written at once.
const BUFFER: usize = 16 * 1024;
/// The only list that all objects of a kind share a file in.
const LABELS: &str = "labels/labels.json";

/// The files of the layout.
pub(super) struct GithubBackup {
    pub(super) comparison: Comparison,
    labels: Option<OpenFile>,
    issue: Option<Thread>,
}

/// An issue whose comments and events are still coming.
struct Thread {
    number: u64,
    text: String,
    comments: Vec<String>,
    events: Vec<String>,
}

impl GithubBackup {
    /// No file yet.
    pub(super) fn new() -> Self {
        Self {
            comparison: Comparison::new(REASONS),
            labels: None,
            issue: None,
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
        let Some(form) = form_of(outgoing) else {
            return Ok(false);
        };
        let kind = outgoing.record.kind();
        match kind {
            RecordKind::Repository => {
                self.comparison.enter(outgoing, lookup)?;
                if outgoing.stated.is_none() {
                    return Ok(false);
                }
            }
            RecordKind::Label | RecordKind::Milestone | RecordKind::Issue => {
                let mut text = rendered(outgoing, lookup, renderer, output)?;
                let has_list = |list: &&str| text.contains(&format!("\"{list}\":"));
                if form == Form::Issue && INNER_LISTS.iter().any(has_list) {
                    text = self.without_lists(outgoing, &text, lookup, output)?;
                }
                self.alone(form, outgoing, &text, output)
                    .map_err(WriteError::File)?;
                return Ok(true);
            }
            RecordKind::Comment | RecordKind::HistoryEvent
                if self.has_thread_of(outgoing) && fits(form, outgoing) =>
            {
                let text = rendered(outgoing, lookup, renderer, output)?;
                self.inside(form, outgoing, text, lookup, output)?;
                return Ok(true);
            }
            _ => {}
        }
        self.comparison.lost(outgoing, lookup, &mut output.noted)?;
        Ok(false)
    }

    /// An issue without keys of its own that are called as the lists inside an issue are.
    fn without_lists<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        text: &str,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<String, WriteError<L::Error>> {
        let original = self.comparison.original(outgoing, lookup)?;
        self.comparison
            .without(&original, &INNER_LISTS, &mut output.noted);
        Ok(without(text, &INNER_LISTS))
    }

    /// Whether the issue that a record belongs to is the one whose thread is open.
    fn has_thread_of(&self, outgoing: &Outgoing) -> bool {
        let open = self.issue.as_ref().map(|issue| issue.number);
        open.is_some() && outgoing.parent_number == open
    }

    /// Puts an object into a file of its own, or into that of its kind.
    fn alone(
        &mut self,
        form: Form,
        outgoing: &Outgoing,
        text: &str,
        output: &mut Output,
    ) -> Result<(), Error> {
        let number = outgoing.record.number().unwrap_or(0);
        match form {
            Form::Label => return self.label(text, output),
            Form::Issue => {
                self.end_thread(output)?;
                self.issue = Some(Thread {
                    number,
                    text: text.to_owned(),
                    comments: Vec::new(),
                    events: Vec::new(),
                });
                return Ok(());
            }
            _ => {}
        }
        let folder = match form {
            Form::Milestone => "milestones",
            _ => "pulls",
        };
        let mut file = Vec::with_capacity(2 * text.len());
        indented(text, 0, &mut file);
        write_whole(folder, number, &file, output)
    }

    fn label(&mut self, text: &str, output: &mut Output) -> Result<(), Error> {
        let mut lines = Vec::with_capacity(2 * text.len());
        match &self.labels {
            Some(_) => lines.extend_from_slice(b",\n    "),
            None => {
                self.labels = Some(output.append(LABELS, BUFFER)?);
                output.summary.files += 1;
                lines.extend_from_slice(b"[\n    ");
            }
        }
        indented(text, 1, &mut lines);
        count(LABELS, output);
        match &mut self.labels {
            Some(file) => file.put(&lines),
            None => Ok(()),
        }
    }

    /// Puts a comment or an event into the issue whose thread is open.
    fn inside<L: Lookup>(
        &mut self,
        form: Form,
        outgoing: &Outgoing,
        text: String,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let kind = outgoing.record.kind();
        let given = match kind {
            RecordKind::Comment => Form::Comment,
            _ => Form::IssueEvent,
        };
        let text = match form {
            _ if form == given => text,
            Form::Event => without(&text, &["issue"]),
            Form::Timeline if given == Form::Comment => without(&text, &["event", "actor"]),
            _ => text,
        };
        let others = self.comparison.other_forms(outgoing, lookup)?;
        if form != given || !others.is_empty() {
            let parent = outgoing.parent_number;
            let back = self.comparison.back(given, kind, &text, parent);
            // What the other forms stated completed this one as well.
            let own = self.comparison.original(outgoing, lookup)?;
            for original in std::iter::once(&own).chain(&others) {
                self.comparison
                    .compare(original, back.as_deref(), &mut output.noted);
            }
        }
        if let Some(issue) = &mut self.issue {
            let list = match kind {
                RecordKind::Comment => &mut issue.comments,
                _ => &mut issue.events,
            };
            list.push(text);
        }
        Ok(())
    }

    /// Writes the file of the issue whose comments and events have all come.
    fn end_thread(&mut self, output: &mut Output) -> Result<(), Error> {
        let Some(issue) = self.issue.take() else {
            return Ok(());
        };
        let mut whole = Vec::with_capacity(2 * issue.text.len());
        whole.push(b'{');
        for (key, value) in entries(&issue.text).unwrap_or_default() {
            write_string(&key, &mut whole);
            whole.push(b':');
            whole.extend_from_slice(value.as_bytes());
            whole.push(b',');
        }
        for (key, list) in [
            ("comment_data", &issue.comments),
            ("event_data", &issue.events),
        ] {
            write_string(key, &mut whole);
            whole.extend_from_slice(b":[");
            whole.extend_from_slice(list.join(",").as_bytes());
            whole.extend_from_slice(b"],");
        }
        whole.pop();
        whole.push(b'}');
        let mut file = Vec::with_capacity(2 * whole.len());
        indented(&String::from_utf8_lossy(&whole), 0, &mut file);
        write_whole("issues", issue.number, &file, output)
    }

    /// Ends what is open.
    pub(super) fn close(&mut self, output: &mut Output) -> Result<(), Error> {
        self.end_thread(output)?;
        match self.labels.take() {
            Some(mut file) => {
                file.put(b"\n]")?;
                file.close()
            }
            None => Ok(()),
        }
    }
}

fn rendered<L: Lookup>(
    outgoing: &Outgoing,
    lookup: &mut L,
    renderer: &mut Renderer,
    output: &mut Output,
) -> Result<String, WriteError<L::Error>> {
    let mut out = Vec::new();
    renderer.render(outgoing, lookup, &mut out, &mut output.noted)?;
    String::from_utf8(out).map_err(|_| WriteError::Damaged)
}

/// Whether the lists of comments and of events have objects like this one: an item that only timelines give is
/// neither, and one without a number of its own would not be known again.
fn fits(form: Form, outgoing: &Outgoing) -> bool {
    let Some((_, id, _)) = &outgoing.stated else {
        return true;
    };
    form != Form::Timeline || matches!(id, ForeignId::Number(_))
}

/// The object without some of its keys.
fn without(text: &str, keys: &[&str]) -> String {
    let mut out = Vec::with_capacity(text.len());
    for (key, value) in entries(text).unwrap_or_default() {
        if keys.contains(&key.as_str()) {
            continue;
        }
        out.push(if out.is_empty() { b'{' } else { b',' });
        write_string(&key, &mut out);
        out.push(b':');
        out.extend_from_slice(value.as_bytes());
    }
    if out.is_empty() {
        out.push(b'{');
    }
    out.push(b'}');
    String::from_utf8_lossy(&out).into_owned()
}

/// Writes the file of one object.
fn write_whole(folder: &str, number: u64, text: &[u8], output: &mut Output) -> Result<(), Error> {
    let mut file = output.append(&format!("{folder}/{number}.json"), BUFFER)?;
    file.put(text)?;
    file.close()?;
    output.summary.files += 1;
    count(&format!("{folder}/"), output);
    Ok(())
}

fn count(file: &str, output: &mut Output) {
    *output
        .summary
        .objects_by_file
        .entry(file.to_owned())
        .or_default() += 1;
}
