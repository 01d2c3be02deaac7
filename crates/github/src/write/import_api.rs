//! The layout `import-api`: for each issue the body of the request that imports it, in the order of their
//! numbers, and before them the bodies that make the labels and milestones that they name.

use backlot_model::{Attribution, Lookup, Loss, LossKind, Outgoing, RecordKind, Timestamp};

use super::comparison::{Comparison, Original, Reasons};
use crate::read::import_api::{
    Known, MARKER, copy, issue, issue_placeholder, milestone, milestone_placeholder,
};
use crate::shape::Form;
use backlot_forge::Error;
use backlot_forge::WriteError;
use backlot_forge::json::{digest, ended, put, quoted, string};
use backlot_forge::output::Output;
use backlot_forge::requests::check_gap;
use backlot_forge::slots::{elements, entry};

const REASONS: Reasons = Reasons {
    whole: "the layout has no request that makes it",
    dropped: "the body of the request has no place for it",
    altered: "the request makes it otherwise",
    minted: "the body of the request does not say it",
};
/// How many characters the body of an issue or a comment has at most.
const MAX_BODY: usize = 65_536;
const BUFFER: usize = 16 * 1024;

/// The files of the layout.
pub(super) struct ImportApi {
    pub(super) comparison: Comparison,
    known: Known,
    labels: u64,
    last_milestone: u64,
    last_issue: u64,
    thread: Option<Thread>,
}

/// An issue whose comments are still coming.
struct Thread {
    number: u64,
    original: Original,
    about: String,
    comments: Vec<(Original, String)>,
}

impl ImportApi {
    /// No file yet.
    pub(super) fn new() -> Self {
        Self {
            comparison: Comparison::new(REASONS),
            known: Known::default(),
            labels: 0,
            last_milestone: 0,
            last_issue: 0,
            thread: None,
        }
    }

    /// Puts a record into its file; false when the layout has no place for it.
    pub(super) fn put<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<bool, WriteError<L::Error>> {
        let kind = outgoing.record.kind();
        let number = outgoing.record.number().unwrap_or(0);
        match kind {
            RecordKind::Repository => {
                self.comparison.enter(outgoing, lookup)?;
                self.marker(output).map_err(WriteError::File)?;
                if outgoing.stated.is_none() {
                    return Ok(false);
                }
            }
            RecordKind::Label => {
                let original = self
                    .comparison
                    .noted(outgoing, lookup, &[], &mut output.noted)?;
                self.label(&original, output).map_err(WriteError::File)?;
                return Ok(true);
            }
            RecordKind::Milestone if number > self.last_milestone => {
                let original = self
                    .comparison
                    .noted(outgoing, lookup, &[], &mut output.noted)?;
                self.milestone(number, &original, output)
                    .map_err(WriteError::File)?;
                return Ok(true);
            }
            RecordKind::Issue if number > self.last_issue => {
                self.end_thread(output).map_err(WriteError::File)?;
                self.fill(number, output).map_err(WriteError::File)?;
                let original = self
                    .comparison
                    .noted(outgoing, lookup, &[], &mut output.noted)?;
                for other in self.comparison.other_forms(outgoing, lookup)? {
                    output.noted.push(self.comparison.whole(&other));
                }
                let about = about(&original.text);
                refuse_long(&original, &about, output);
                self.last_issue = number;
                self.thread = Some(Thread {
                    number,
                    original,
                    about,
                    comments: Vec::new(),
                });
                return Ok(true);
            }
            // The first of two that have one number is the one that keeps it.
            RecordKind::Issue => self.end_thread(output).map_err(WriteError::File)?,
            RecordKind::Comment => {
                let open = self.thread.as_ref().map(|thread| thread.number);
                if open.is_some() && outgoing.parent_number == open {
                    self.comment(outgoing, lookup, output)?;
                    return Ok(true);
                }
            }
            _ => {}
        }
        self.comparison.lost(outgoing, lookup, &mut output.noted)?;
        Ok(false)
    }

    /// Says which layout this is, and which repository it was.
    fn marker(&self, output: &mut Output) -> Result<(), Error> {
        let mut out = Vec::new();
        put("layout", "\"import-api\"", &mut out);
        let url = self.comparison.repository_url();
        put("repository_url", &quoted(&url), &mut out);
        let mut file = output.append(MARKER, BUFFER)?;
        file.put(ended(out).as_bytes())?;
        file.put(b"\n")?;
        output.summary.files += 1;
        file.close()
    }

    fn label(&mut self, original: &Original, output: &mut Output) -> Result<(), Error> {
        let mut out = Vec::new();
        for key in ["name", "color", "description"] {
            copy_text(&original.text, key, &mut out);
        }
        let body = ended(out);
        self.known.label(&body);
        self.labels += 1;
        let back = self
            .comparison
            .back(Form::Label, RecordKind::Label, &body, None);
        self.comparison
            .compare(original, back.as_deref(), &mut output.noted);
        write_body("labels", self.labels, &body, true, output)
    }

    fn milestone(
        &mut self,
        number: u64,
        original: &Original,
        output: &mut Output,
    ) -> Result<(), Error> {
        check_gap("milestones", self.last_milestone, number)?;
        for free in self.last_milestone + 1..number {
            write_body(
                "milestones",
                free,
                &milestone_placeholder(free),
                false,
                output,
            )?;
        }
        self.last_milestone = number;
        let mut out = Vec::new();
        for key in ["title", "state", "description", "due_on"] {
            copy_text(&original.text, key, &mut out);
        }
        let mut body = ended(out);
        if milestone(&body, number).is_none() {
            // One that only looks like a placeholder is told apart from it.
            let mut out = body.trim_end_matches('}').as_bytes().to_vec();
            put("description", "\"\"", &mut out);
            body = ended(out);
        }
        let object = milestone(&body, number);
        if let Some(object) = &object {
            self.known.milestone(number, object);
        }
        let kind = RecordKind::Milestone;
        let back =
            object.and_then(|object| self.comparison.back(Form::Milestone, kind, &object, None));
        self.comparison
            .compare(original, back.as_deref(), &mut output.noted);
        write_body("milestones", number, &body, true, output)
    }

    /// Takes the numbers that no issue has, up to this one.
    fn fill(&mut self, number: u64, output: &mut Output) -> Result<(), Error> {
        check_gap("issues", self.last_issue, number)?;
        for free in self.last_issue + 1..number {
            write_body("issues", free, &issue_placeholder(free), false, output)?;
        }
        Ok(())
    }

    fn comment<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let original = self
            .comparison
            .noted(outgoing, lookup, &[], &mut output.noted)?;
        for other in self.comparison.other_forms(outgoing, lookup)? {
            output.noted.push(self.comparison.whole(&other));
        }
        let mut out = Vec::new();
        copy_text(&original.text, "created_at", &mut out);
        put("body", &quoted(&attributed(&original.text)), &mut out);
        let body = ended(out);
        refuse_long(&original, &body, output);
        if let Some(thread) = &mut self.thread {
            thread.comments.push((original, body));
        }
        Ok(())
    }

    /// Writes the body of the issue whose comments have all come.
    fn end_thread(&mut self, output: &mut Output) -> Result<(), Error> {
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let comments: Vec<&str> = thread.comments.iter().map(|(_, body)| &**body).collect();
        let mut out = Vec::new();
        put("issue", &thread.about, &mut out);
        put("comments", &format!("[{}]", comments.join(",")), &mut out);
        let body = ended(out);
        let number = thread.number;
        let restored = issue(&body, number, self.comparison.site(), &self.known);
        let mut comments = Vec::new();
        let back = restored.and_then(|restored| {
            comments = restored.comments;
            let kind = RecordKind::Issue;
            self.comparison
                .back(Form::Issue, kind, &restored.issue, None)
        });
        self.comparison
            .compare(&thread.original, back.as_deref(), &mut output.noted);
        for (at, (original, _)) in thread.comments.iter().enumerate() {
            let back = comments.get(at).and_then(|comment| {
                let kind = RecordKind::Comment;
                self.comparison
                    .back(Form::Comment, kind, comment, Some(number))
            });
            self.comparison
                .compare(original, back.as_deref(), &mut output.noted);
        }
        write_body("issues", number, &body, true, output)
    }

    /// Ends what is open.
    pub(super) fn close(&mut self, output: &mut Output) -> Result<(), Error> {
        self.end_thread(output)
    }
}

/// What the body of the request says of an issue itself.
fn about(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let title = entry(text, "title").filter(|title| title.starts_with('"'));
    put("title", title.unwrap_or("\"\""), &mut out);
    put("body", &quoted(&attributed(text)), &mut out);
    for key in ["created_at", "closed_at", "updated_at"] {
        copy_text(text, key, &mut out);
    }
    let list = entry(text, "assignees").and_then(elements);
    let first = list.and_then(|list| list.first().copied());
    let assignee = first
        .or(entry(text, "assignee"))
        .and_then(|user| entry(user, "login"));
    if let Some(login) = assignee {
        put("assignee", login, &mut out);
    }
    let milestone = entry(text, "milestone").and_then(|milestone| entry(milestone, "number"));
    if let Some(number) = milestone {
        put("milestone", number, &mut out);
    }
    let closed = entry(text, "state") == Some("\"closed\"");
    put("closed", if closed { "true" } else { "false" }, &mut out);
    put("labels", &label_names(text), &mut out);
    ended(out)
}

/// The names of the labels of an issue, as a list.
pub(super) fn label_names(text: &str) -> String {
    let labels = entry(text, "labels").and_then(elements).unwrap_or_default();
    let name = |label: &&str| match label.starts_with('"') {
        true => Some((*label).to_owned()),
        false => entry(label, "name").map(str::to_owned),
    };
    let names: Vec<String> = labels.iter().filter_map(name).collect();
    format!("[{}]", names.join(","))
}

/// The body of an issue or a comment, below who wrote it.
pub(super) fn attributed(text: &str) -> String {
    let of = |key: &str| entry(text, key).and_then(string);
    let body = of("body").unwrap_or_default();
    let login = entry(text, "user").and_then(|user| entry(user, "login"));
    let Some(author) = login.and_then(string) else {
        return body.into_owned();
    };
    let created_at = of("created_at").and_then(|at| Timestamp::parse(&at).ok());
    let author = author.into_owned();
    Attribution { author, created_at }.put_above(&body)
}

/// Appends a key of another object, if it is a text.
pub(super) fn copy_text(from: &str, key: &str, out: &mut Vec<u8>) {
    if entry(from, key).is_some_and(|value| value.starts_with('"')) {
        copy(from, key, out);
    }
}

/// Notes a body that is written, and that GitHub will not take.
pub(super) fn refuse_long(original: &Original, request: &str, output: &mut Output) {
    let body = entry(request, "body").unwrap_or_default();
    if body.len() <= MAX_BODY {
        return;
    }
    let text = string(body).unwrap_or_default();
    if text.chars().count() > MAX_BODY {
        output.noted.push(Loss {
            kind: LossKind::Refused,
            record_kind: original.kind,
            record: original.name.clone(),
            field: "body".to_owned(),
            reason: "GitHub takes no body of more than 65,536 characters".to_owned(),
            value: Some(digest(body)),
        });
    }
}

/// Writes one body into a file of its own, whose name sorts as its number does.
fn write_body(
    folder: &str,
    number: u64,
    body: &str,
    is_object: bool,
    output: &mut Output,
) -> Result<(), Error> {
    let mut file = output.append(&format!("{folder}/{number:08}.json"), BUFFER)?;
    file.put(body.as_bytes())?;
    file.put(b"\n")?;
    file.close()?;
    output.summary.files += 1;
    let counted = match is_object {
        true => format!("{folder}/"),
        false => format!("{folder}/ (placeholders)"),
    };
    *output.summary.objects_by_file.entry(counted).or_default() += 1;
    Ok(())
}
