//! The layout `requests`: the calls of the REST API that make a repository's issues anew, a line for each, in
//! an order in which nothing is named before it is made.

mod fate;
mod links;

use backlot_model::{Lookup, Outgoing, Parent, Reactions, RecordId, RecordKind};

pub(super) use self::fate::Fate;
use self::links::Links;
use super::comparison::{Comparison, Original, Reasons};
use super::import_api::{attributed, copy_text, label_names, refuse_long};
use crate::read::import_api::milestone_placeholder;
use backlot_forge::Error;
use backlot_forge::WriteError;
use backlot_forge::json::{ended, put, quoted, string};
use backlot_forge::output::Output;
use backlot_forge::requests::{Request, RequestFile, check_gap};
use backlot_forge::slots::{elements, entry};

const REASONS: Reasons = Reasons {
    whole: "no request makes it",
    dropped: "no request sets it",
    altered: "the forge sets it anew",
    minted: "the forge sets it anew",
};
/// The fields that requests say by links between issues.
const LINKS: [&str; 5] = [
    "sub_issues",
    "parent_issue",
    "blocked_by",
    "blocking",
    "duplicate_of",
];
const ISSUES: &str = "/repos/{owner}/{repo}/issues";

/// The file of the layout.
pub(super) struct Requests {
    pub(super) comparison: Comparison,
    file: RequestFile,
    links: Links,
    labels: u64,
    last_milestone: u64,
    last_issue: u64,
    open: Option<Open>,
}

/// The issue whose comments and reactions are still coming.
struct Open {
    number: u64,
    comments: u64,
    /// The comment that came last.
    comment: Option<RecordId>,
    /// The reactions that the issue, and that comment, have got so far.
    reactions: (u8, u8),
    /// What is done to the issue when all has come: its state, and its lock.
    last: Vec<String>,
}

impl Requests {
    /// No request yet.
    pub(super) fn new() -> Self {
        Self {
            comparison: Comparison::new(REASONS),
            file: RequestFile::default(),
            links: Links::default(),
            labels: 0,
            last_milestone: 0,
            last_issue: 0,
            open: None,
        }
    }

    /// Appends the requests that make a record; false when there is none that does.
    pub(super) fn put<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<bool, WriteError<L::Error>> {
        let number = outgoing.record.number().unwrap_or(0);
        match outgoing.record.kind() {
            RecordKind::Repository => {
                self.comparison.enter(outgoing, lookup)?;
                if outgoing.stated.is_none() {
                    return Ok(false);
                }
            }
            RecordKind::Label => {
                let original =
                    self.comparison
                        .noted(outgoing, lookup, &LINKS, &mut output.noted)?;
                self.label(&original, output).map_err(WriteError::File)?;
                return Ok(true);
            }
            RecordKind::Milestone if number > self.last_milestone => {
                let original =
                    self.comparison
                        .noted(outgoing, lookup, &LINKS, &mut output.noted)?;
                self.milestone(number, &original, output)
                    .map_err(WriteError::File)?;
                return Ok(true);
            }
            RecordKind::Issue => {
                self.end_issue(output).map_err(WriteError::File)?;
                if number > self.last_issue {
                    self.issue(number, outgoing, lookup, output)?;
                    return Ok(true);
                }
            }
            RecordKind::Comment if self.is_inside(outgoing) => {
                self.comment(outgoing, lookup, output)?;
                return Ok(true);
            }
            RecordKind::Reaction if self.is_inside(outgoing) => {
                return self.reaction(outgoing, lookup, output);
            }
            _ => {}
        }
        self.comparison.lost(outgoing, lookup, &mut output.noted)?;
        Ok(false)
    }

    fn is_inside(&self, outgoing: &Outgoing) -> bool {
        let known = matches!(outgoing.record.parent(), Some(Parent::Record(_)));
        let open = self.open.as_ref().map(|open| open.number);
        let is_of_comment = self.is_of_comment(outgoing);
        known && open.is_some() && (outgoing.parent_number == open || is_of_comment)
    }

    /// Whether a reaction belongs to the comment that came last.
    fn is_of_comment(&self, outgoing: &Outgoing) -> bool {
        let comment = self.open.as_ref().and_then(|open| open.comment);
        match outgoing.record.parent() {
            Some(Parent::Record(parent)) => comment == Some(parent),
            _ => false,
        }
    }

    fn label(&mut self, original: &Original, output: &mut Output) -> Result<(), Error> {
        let mut body = Vec::new();
        for key in ["name", "color", "description"] {
            copy_text(&original.text, key, &mut body);
        }
        self.labels += 1;
        let id = format!("label-{}", self.labels);
        self.send(
            &id,
            "POST",
            "/repos/{owner}/{repo}/labels",
            &ended(body),
            None,
            output,
        )?;
        self.note(original, fate::of_label, output);
        Ok(())
    }

    fn milestone(
        &mut self,
        number: u64,
        original: &Original,
        output: &mut Output,
    ) -> Result<(), Error> {
        check_gap("milestones", self.last_milestone, number)?;
        let path = "/repos/{owner}/{repo}/milestones";
        for free in self.last_milestone + 1..number {
            let id = format!("milestone-{free}");
            self.send(
                &id,
                "POST",
                path,
                &milestone_placeholder(free),
                Some(free),
                output,
            )?;
        }
        self.last_milestone = number;
        let mut body = Vec::new();
        for key in ["title", "state", "description", "due_on"] {
            copy_text(&original.text, key, &mut body);
        }
        let id = format!("milestone-{number}");
        self.send(&id, "POST", path, &ended(body), Some(number), output)?;
        self.note(original, fate::of_milestone, output);
        Ok(())
    }

    fn issue<L: Lookup>(
        &mut self,
        number: u64,
        outgoing: &Outgoing,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let original = self
            .comparison
            .noted(outgoing, lookup, &LINKS, &mut output.noted)?;
        for other in self.comparison.other_forms(outgoing, lookup)? {
            output.noted.push(self.comparison.whole(&other));
        }
        check_gap("issues", self.last_issue, number).map_err(WriteError::File)?;
        for free in self.last_issue + 1..number {
            self.placeholder(free, output).map_err(WriteError::File)?;
        }
        self.last_issue = number;
        let text = &original.text;
        let body = create(text);
        refuse_long(&original, &body, output);
        let id = format!("issue-{number}");
        self.send(&id, "POST", ISSUES, &body, Some(number), output)
            .map_err(WriteError::File)?;
        let mut open = Open {
            number,
            comments: 0,
            comment: None,
            reactions: (0, 0),
            last: Vec::new(),
        };
        open.reactions.0 = self
            .reactions(&id, &format!("{ISSUES}/{number}"), text, output)
            .map_err(WriteError::File)?;
        let path = format!("{ISSUES}/{number}");
        let home = self.comparison.repository_url();
        let losses = &mut output.noted;
        let is_closed_so = self
            .links
            .of(number, outgoing, &original, &home, lookup, losses)?;
        if let Some(state) = state(text).filter(|_| !is_closed_so) {
            let id = format!("close-{number}");
            let close = line(&id, "PATCH", &path, &state, &[], None);
            open.last.push(close);
        }
        if entry(text, "locked") == Some("true") {
            let reason =
                entry(text, "active_lock_reason").filter(|reason| fate::is_lock_reason(reason));
            let mut body = Vec::new();
            if let Some(reason) = reason {
                put("lock_reason", reason, &mut body);
            }
            let (id, path) = (format!("lock-{number}"), format!("{path}/lock"));
            let lock = line(&id, "PUT", &path, &ended(body), &[], None);
            open.last.push(lock);
        }
        self.open = Some(open);
        self.note(
            &original,
            |key, value| fate::of_issue(key, value, text),
            output,
        );
        Ok(())
    }

    /// Takes a number that no issue has.
    fn placeholder(&mut self, number: u64, output: &mut Output) -> Result<(), Error> {
        let title = format!("Placeholder for #{number}");
        let mut body = Vec::new();
        put("title", &quoted(&title), &mut body);
        let id = format!("issue-{number}");
        self.send(&id, "POST", ISSUES, &ended(body), Some(number), output)?;
        let body = r#"{"state":"closed","state_reason":"not_planned"}"#;
        let path = format!("{ISSUES}/{number}");
        self.send(
            &format!("close-{number}"),
            "PATCH",
            &path,
            body,
            None,
            output,
        )?;
        output.noted.extend(self.links.lost(number));
        self.links(number, output)
    }

    fn comment<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let original = self
            .comparison
            .noted(outgoing, lookup, &LINKS, &mut output.noted)?;
        for other in self.comparison.other_forms(outgoing, lookup)? {
            output.noted.push(self.comparison.whole(&other));
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.comments += 1;
        open.comment = Some(outgoing.record.id());
        let id = format!("comment-{}-{}", open.number, open.comments);
        let path = format!("{ISSUES}/{}/comments", open.number);
        let mut body = Vec::new();
        put("body", &quoted(&attributed(&original.text)), &mut body);
        let body = ended(body);
        refuse_long(&original, &body, output);
        self.send(&id, "POST", &path, &body, None, output)
            .map_err(WriteError::File)?;
        let path = format!("{ISSUES}/comments/{{{{{id}.id}}}}");
        let reacted = self
            .reactions(&id, &path, &original.text, output)
            .map_err(WriteError::File)?;
        if let Some(open) = &mut self.open {
            open.reactions.1 = reacted;
        }
        self.note(&original, fate::of_comment, output);
        Ok(())
    }

    /// Appends one request for each kind of reaction that an object counts; gives which those are.
    fn reactions(
        &mut self,
        id: &str,
        path: &str,
        text: &str,
        output: &mut Output,
    ) -> Result<u8, Error> {
        let mut done = 0;
        let Some(counts) = entry(text, "reactions") else {
            return Ok(done);
        };
        for (at, content) in Reactions::CONTENTS.iter().enumerate() {
            if entry(counts, content).is_some_and(|count| count != "0" && count != "null") {
                self.react(id, path, content, output)?;
                done |= 1 << at;
            }
        }
        Ok(done)
    }

    fn react(
        &mut self,
        of: &str,
        path: &str,
        content: &str,
        output: &mut Output,
    ) -> Result<(), Error> {
        let body = format!("{{\"content\":{}}}", quoted(content));
        let needs = [of];
        let needs = if path.contains("{{") { &needs[..] } else { &[] };
        let id = format!("reaction-{of}-{content}");
        let line = line(
            &id,
            "POST",
            &format!("{path}/reactions"),
            &body,
            needs,
            None,
        );
        self.append(&line, output)
    }

    /// Everybody's reactions become those of who sends the requests, so that one of each kind is left.
    fn reaction<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<bool, WriteError<L::Error>> {
        let content = outgoing.record.content().unwrap_or_default().to_owned();
        let of_comment = self.is_of_comment(outgoing);
        let at = Reactions::CONTENTS
            .iter()
            .position(|known| *known == content);
        let (Some(at), Some(open)) = (at, &mut self.open) else {
            self.comparison.lost(outgoing, lookup, &mut output.noted)?;
            return Ok(false);
        };
        let number = open.number;
        let (of, path, done) = match of_comment {
            true => {
                let id = format!("comment-{number}-{}", open.comments);
                let path = format!("{ISSUES}/comments/{{{{{id}.id}}}}");
                (id, path, &mut open.reactions.1)
            }
            false => {
                let path = format!("{ISSUES}/{number}");
                (format!("issue-{number}"), path, &mut open.reactions.0)
            }
        };
        if *done & 1 << at == 0 {
            *done |= 1 << at;
            self.react(&of, &path, &content, output)
                .map_err(WriteError::File)?;
        }
        let original = self
            .comparison
            .noted(outgoing, lookup, &LINKS, &mut output.noted)?;
        self.note(&original, fate::of_reaction, output);
        Ok(true)
    }

    /// Appends what is done to an issue when all that belongs to it is made.
    fn end_issue(&mut self, output: &mut Output) -> Result<(), Error> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        for line in &open.last {
            self.append(line, output)?;
        }
        self.links(open.number, output)
    }

    /// Appends the links between issues that all exist now.
    fn links(&mut self, number: u64, output: &mut Output) -> Result<(), Error> {
        for link in self.links.ready(number) {
            self.append(&link, output)?;
        }
        Ok(())
    }

    /// Notes every key of an object that the requests do not set.
    fn note(&self, original: &Original, fate: impl Fn(&str, &str) -> Fate, output: &mut Output) {
        self.comparison.judge(original, fate, &mut output.noted);
    }

    fn send(
        &mut self,
        id: &str,
        method: &str,
        path: &str,
        body: &str,
        number: Option<u64>,
        output: &mut Output,
    ) -> Result<(), Error> {
        self.append(&line(id, method, path, body, &[], number), output)
    }

    fn append(&mut self, line: &str, output: &mut Output) -> Result<(), Error> {
        self.file.append(line, output)
    }

    /// Ends what is open. A link to an issue that never came is lost.
    pub(super) fn close(&mut self, output: &mut Output) -> Result<(), Error> {
        self.end_issue(output)?;
        output.noted.extend(self.links.left());
        self.file.close()
    }
}

/// One request as a line.
fn line(
    id: &str,
    method: &str,
    path: &str,
    body: &str,
    needs: &[&str],
    number: Option<u64>,
) -> String {
    let request = Request {
        id,
        method,
        path,
        body,
        needs,
        number,
        ..Request::default()
    };
    request.line()
}

/// The body of the request that makes an issue.
fn create(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let title = entry(text, "title").filter(|title| title.starts_with('"'));
    put("title", title.unwrap_or("\"\""), &mut out);
    put("body", &quoted(&attributed(text)), &mut out);
    let milestone = entry(text, "milestone").and_then(|milestone| entry(milestone, "number"));
    if let Some(number) = milestone {
        put("milestone", number, &mut out);
    }
    put("labels", &label_names(text), &mut out);
    let users = entry(text, "assignees")
        .and_then(elements)
        .unwrap_or_default();
    let logins: Vec<&str> = users
        .iter()
        .filter_map(|user| entry(user, "login"))
        .collect();
    put("assignees", &format!("[{}]", logins.join(",")), &mut out);
    let kind = entry(text, "type").and_then(|kind| entry(kind, "name"));
    if let Some(name) = kind.filter(|name| name.starts_with('"')) {
        put("type", name, &mut out);
    }
    ended(out)
}

/// The body of the request that closes an issue; none for one that is open.
fn state(text: &str) -> Option<String> {
    if entry(text, "state").and_then(string)? != "closed" {
        return None;
    }
    let mut out = Vec::new();
    put("state", "\"closed\"", &mut out);
    let reason = entry(text, "state_reason").filter(|reason| fate::is_state_reason(reason));
    if let Some(reason) = reason {
        put("state_reason", reason, &mut out);
    }
    Some(ended(out))
}
