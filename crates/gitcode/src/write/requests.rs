//! The layout `requests`: the calls of the API that make a repository's issues anew, a line for each, in an order
//! in which nothing is named before it is made.

mod body;
mod extras;

use backlot_forge::json::{ended, put, quoted};
use backlot_forge::output::Output;
use backlot_forge::requests::{Request, RequestFile, check_gap};
use backlot_forge::{Error, WriteError};
use backlot_model::{Field, Lookup, Loss, LossKind, Outgoing, Parent, RecordKind, Timestamp};

use self::body::{Create, MILESTONE, attributed, milestone_of};
use super::born::{COLOR, NO_COLOR};
use super::fate::{BOARDS, Way};
use super::judge::Judge;
use super::names::{Names, all_called, is_closed};
use super::refused::Refusals;
use super::render::Renderer;
use crate::shape::{Embedded, Form, Overlay, Rule, Style, put_moment};

const LABELS: &str = "/repos/{owner}/{repo}/labels";
const MILESTONES: &str = "/repos/{owner}/{repo}/milestones";
const ISSUES: &str = "/repos/{owner}/issues";
/// Where what belongs to an issue is made.
const OF_ISSUES: &str = "/repos/{owner}/{repo}/issues";
/// The rates that the documentation gives.
const PER_MINUTE: u64 = 50;
const PER_HOUR: u64 = 4_000;
/// The file that tells how long it takes.
const PLAN: &str = "requests.json";
const PLAN_BUFFER: usize = 1024;
/// What the body of an issue says that only takes a number.
const PLACEHOLDER: &str =
    "No issue of the backlog has this number. It is taken so that the issues after it keep theirs.";

/// The files of the layout.
pub(super) struct Requests {
    file: RequestFile,
    judge: Judge,
    refusals: Refusals,
    labels: u64,
    milestones: u64,
    /// What closes milestones, which is done when all issues are on them.
    closing: Vec<String>,
    last_issue: u64,
    open: Option<Open>,
}

/// The issue whose comments are still coming.
struct Open {
    number: u64,
    comments: u64,
    /// What closes it, when all has come.
    close: Option<String>,
}

impl Requests {
    /// No request yet.
    pub(super) fn new(carries: bool, due_on: Option<Timestamp>) -> Self {
        Self {
            file: RequestFile::default(),
            judge: Judge {
                way: Way::Requests,
                carries,
                due_on,
            },
            refusals: Refusals::new(),
            labels: 0,
            milestones: 0,
            closing: Vec::new(),
            last_issue: 0,
            open: None,
        }
    }

    /// Appends the requests that make a record; false when there is none that does.
    pub(super) fn put<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        names: &Names,
        renderer: &mut Renderer,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<bool, WriteError<L::Error>> {
        let record = &*outgoing.record;
        let number = record.number().unwrap_or(0);
        let reason = match record.kind() {
            RecordKind::Repository => {
                self.refusals.enter(record);
                self.judge.judge(outgoing, names, &[], lookup, output)?;
                return Ok(false);
            }
            RecordKind::Label => {
                self.label(outgoing, names, lookup, output)?;
                extras::note(outgoing, names, renderer, lookup, output)?;
                return Ok(true);
            }
            RecordKind::Milestone if number > 0 => {
                self.milestone(number, outgoing, names, lookup, output)?;
                extras::note(outgoing, names, renderer, lookup, output)?;
                return Ok(true);
            }
            RecordKind::Issue => {
                self.end_issue(output).map_err(WriteError::File)?;
                if number > self.last_issue {
                    self.issue(number, outgoing, names, renderer, lookup, output)?;
                    return Ok(true);
                }
                "no request gives an issue a number that another one has"
            }
            RecordKind::Comment if self.is_inside(outgoing) => {
                self.comment(outgoing, names, lookup, output)?;
                extras::note(outgoing, names, renderer, lookup, output)?;
                return Ok(true);
            }
            RecordKind::Comment => "the issue of the comment is not known",
            RecordKind::User => "no request makes a user",
            RecordKind::HistoryEvent => "no request makes an operate log",
            RecordKind::Reaction => "reactions can be read only",
            RecordKind::Project | RecordKind::Column | RecordKind::Card => BOARDS,
            _ => "no request makes it",
        };
        Judge::lost(outgoing, names, reason, lookup, output)?;
        Ok(false)
    }

    fn is_inside(&self, outgoing: &Outgoing) -> bool {
        let is_known = matches!(outgoing.record.parent(), Some(Parent::Record(_)));
        let open = self.open.as_ref().map(|open| open.number);
        is_known && open.is_some() && outgoing.parent_number == open
    }

    fn label<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        names: &Names,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        self.judge.judge(outgoing, names, &[], lookup, output)?;
        let record = &*outgoing.record;
        self.refusals.note(outgoing, None, names, lookup, output)?;
        let name = record.name().unwrap_or_default();
        let color = record.color().unwrap_or(COLOR);
        if record.color().is_none() {
            output.noted.push(Loss {
                kind: LossKind::Minted,
                record_kind: RecordKind::Label,
                record: names.of(outgoing),
                field: Field::Color.name().to_owned(),
                reason: NO_COLOR.to_owned(),
                value: None,
            });
        }
        let (mut form, mut query) = (Vec::new(), Vec::new());
        put("name", &quoted(name), &mut form);
        put("color", &quoted(&format!("#{color}")), &mut form);
        // The form has no place for it, and the answer shows it all the same.
        if let Some(description) = record.description().filter(|text| !text.is_empty()) {
            put("description", &quoted(description), &mut query);
        }
        let query = if query.is_empty() {
            String::new()
        } else {
            ended(query)
        };
        self.labels += 1;
        let request = Request {
            id: &format!("label-{}", self.labels),
            method: "POST",
            path: LABELS,
            query: &query,
            form: &ended(form),
            ..Request::default()
        };
        self.send(&request, output).map_err(WriteError::File)
    }

    fn milestone<L: Lookup>(
        &mut self,
        number: u64,
        outgoing: &Outgoing,
        names: &Names,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        self.milestones += 1;
        let is_counted_so = self.milestones == number;
        let spared: &[Field] = if is_counted_so { &[Field::Number] } else { &[] };
        let judged = self.judge.judge(outgoing, names, spared, lookup, output)?;
        let going = judged.changed.as_ref().unwrap_or(outgoing);
        let record = &going.record;
        self.refusals.note(going, None, names, lookup, output)?;
        let mut body = Vec::new();
        let title = record.title().unwrap_or_default();
        put("title", &quoted(title), &mut body);
        if let Some(due_on) = record.due_on() {
            let is_ahead = says_china(outgoing, due_on);
            put("due_on", &quoted(&day(due_on, is_ahead)), &mut body);
        }
        let mut close = body.clone();
        if let Some(description) = record.description() {
            put("description", &quoted(description), &mut body);
        }
        let id = format!("milestone-{number}");
        let request = Request {
            id: &id,
            method: "POST",
            path: MILESTONES,
            body: &ended(body),
            ..Request::default()
        };
        if is_closed(record) {
            put("state", "\"closed\"", &mut close);
            let request = Request {
                id: &format!("close-{id}"),
                method: "PATCH",
                path: &format!("{MILESTONES}/{{{{{id}.number}}}}"),
                body: &ended(close),
                needs: &[&id],
                ..Request::default()
            };
            self.closing.push(request.line());
        }
        self.send(&request, output).map_err(WriteError::File)
    }

    fn issue<L: Lookup>(
        &mut self,
        number: u64,
        outgoing: &Outgoing,
        names: &Names,
        renderer: &mut Renderer,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        check_gap("issues", self.last_issue, number).map_err(WriteError::File)?;
        for free in self.last_issue + 1..number {
            self.placeholder(free, output).map_err(WriteError::File)?;
        }
        self.last_issue = number;
        let judged = self.judge.judge(outgoing, names, &[], lookup, output)?;
        let extras = extras::note(outgoing, names, renderer, lookup, output)?;
        let going = judged.changed.as_ref().unwrap_or(outgoing);
        let record = &*going.record;
        let (labels, no_label) = all_called(record.labels(), lookup).map_err(WriteError::Lookup)?;
        let (assignees, nobody) =
            all_called(record.assignees(), lookup).map_err(WriteError::Lookup)?;
        let missing = [(Field::Labels, no_label), (Field::Assignees, nobody)];
        for (field, _) in missing.into_iter().filter(|(_, missing)| *missing > 0) {
            output.noted.push(Loss {
                kind: LossKind::Dropped,
                record_kind: RecordKind::Issue,
                record: names.of(outgoing),
                field: field.name().to_owned(),
                reason: "the backlog does not know the name of one that the issue has".to_owned(),
                value: None,
            });
        }
        self.refusals.note(outgoing, None, names, lookup, output)?;
        let milestone = milestone_of(record, lookup).map_err(WriteError::Lookup)?;
        let create = Create {
            title: record.title().unwrap_or_default(),
            body: &self.text(going, judged.is_carrying, lookup)?,
            labels: &labels,
            assignees: &assignees,
            milestone,
            issue_type: record.issue_type(),
            extras: Some(&extras),
        };
        let needs = milestone.map(|milestone| format!("milestone-{milestone}"));
        let needs: Vec<&str> = needs.as_deref().into_iter().collect();
        let id = format!("issue-{number}");
        let request = Request {
            id: &id,
            method: "POST",
            path: ISSUES,
            body: &create.json(),
            needs: &needs,
            places: if needs.is_empty() { &[] } else { &[MILESTONE] },
            number: Some(number),
            ..Request::default()
        };
        self.send(&request, output).map_err(WriteError::File)?;
        if let Some(list) = create.labels_apart() {
            let request = Request {
                id: &format!("labels-{number}"),
                method: "POST",
                path: &format!("{OF_ISSUES}/{number}/labels"),
                body: &list,
                ..Request::default()
            };
            self.send(&request, output).map_err(WriteError::File)?;
        }
        self.open = Some(Open {
            number,
            comments: 0,
            close: is_closed(record).then(|| close(number)),
        });
        Ok(())
    }

    /// Takes a number that no issue has.
    fn placeholder(&mut self, number: u64, output: &mut Output) -> Result<(), Error> {
        let create = Create {
            title: &format!("Placeholder for #{number}"),
            body: PLACEHOLDER,
            ..Create::default()
        };
        let request = Request {
            id: &format!("issue-{number}"),
            method: "POST",
            path: ISSUES,
            body: &create.json(),
            number: Some(number),
            ..Request::default()
        };
        self.send(&request, output)?;
        self.file.append(&close(number), output)
    }

    fn comment<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        names: &Names,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let judged = self.judge.judge(outgoing, names, &[], lookup, output)?;
        let going = judged.changed.as_ref().unwrap_or(outgoing);
        let text = self.text(going, judged.is_carrying, lookup)?;
        let refusals = &self.refusals;
        refusals.note(outgoing, Some(&text), names, lookup, output)?;
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.comments += 1;
        let (number, count) = (open.number, open.comments);
        let mut body = Vec::new();
        put("body", &quoted(&text), &mut body);
        let request = Request {
            id: &format!("comment-{number}-{count}"),
            method: "POST",
            path: &format!("{OF_ISSUES}/{number}/comments"),
            body: &ended(body),
            ..Request::default()
        };
        self.send(&request, output).map_err(WriteError::File)
    }

    /// The text of an issue or a comment with who wrote it: in its footer, or else in a line above.
    fn text<L: Lookup>(
        &self,
        going: &Outgoing,
        is_carrying: bool,
        lookup: &mut L,
    ) -> Result<String, WriteError<L::Error>> {
        let record = &going.record;
        match is_carrying {
            true => Ok(record.body().cloned().unwrap_or_default()),
            false => attributed(record, lookup).map_err(WriteError::Lookup),
        }
    }

    /// Appends what is done to an issue when all that belongs to it is made.
    fn end_issue(&mut self, output: &mut Output) -> Result<(), Error> {
        match self.open.take().and_then(|open| open.close) {
            Some(close) => self.file.append(&close, output),
            None => Ok(()),
        }
    }

    fn send(&mut self, request: &Request<'_>, output: &mut Output) -> Result<(), Error> {
        self.file.append(&request.line(), output)
    }

    /// Ends what is open, and says how long all of it takes.
    pub(super) fn close(&mut self, output: &mut Output) -> Result<(), Error> {
        self.end_issue(output)?;
        for line in std::mem::take(&mut self.closing) {
            self.file.append(&line, output)?;
        }
        let seconds = seconds(self.file.count());
        output.summary.sending_seconds = Some(seconds);
        let mut plan = Vec::new();
        put("requests", &self.file.count().to_string(), &mut plan);
        put("per_minute", &PER_MINUTE.to_string(), &mut plan);
        put("per_hour", &PER_HOUR.to_string(), &mut plan);
        put("estimated_seconds", &seconds.to_string(), &mut plan);
        self.file.close()?;
        let mut file = output.append(PLAN, PLAN_BUFFER)?;
        file.put(ended(plan).as_bytes())?;
        file.put(b"\n")?;
        output.summary.files += 1;
        file.close()
    }
}

/// How long so many requests take at least. At 50 a minute they are 3,000 an hour, so that the rate of an hour never
/// holds them up.
const fn seconds(requests: u64) -> u64 {
    requests.saturating_mul(60).div_ceil(PER_MINUTE)
}

/// The request that closes an issue.
fn close(number: u64) -> String {
    let request = Request {
        id: &format!("close-{number}"),
        method: "PATCH",
        path: &format!("{ISSUES}/{number}"),
        body: r#"{"repo":"{repo}","state":"close"}"#,
        ..Request::default()
    };
    request.line()
}

/// The day of a moment: the one in UTC, or in China.
fn day(moment: Timestamp, is_ahead: bool) -> String {
    let style = if is_ahead {
        Style::Seconds
    } else {
        Style::Date
    };
    let mut text = Vec::with_capacity(32);
    put_moment(moment, style, &mut text);
    text.truncate(10);
    String::from_utf8_lossy(&text).into_owned()
}

/// Whether GitCode stated when a milestone is due in the time of China, whose day it meant.
fn says_china(outgoing: &Outgoing, due_on: Timestamp) -> bool {
    let Some((view, _, bytes)) = &outgoing.stated else {
        return false;
    };
    let stated = outgoing.base.as_ref().unwrap_or(&outgoing.record);
    let Some(form) = Form::from_view(*view).filter(|form| *form == Form::Milestone) else {
        return false;
    };
    let is_as_stated = stated.due_on() == Some(due_on);
    let overlay = match Embedded::is(bytes) {
        true => match Embedded::parse(bytes) {
            Some(Embedded::Object(_, _, overlay, _)) => Some(overlay),
            _ => None,
        },
        false => Overlay::parse(bytes, form.table()),
    };
    let Some(overlay) = overlay.filter(|_| is_as_stated) else {
        return false;
    };
    let keys = form.table().keys.iter().enumerate();
    let mut rules = keys.filter(|(at, _)| overlay.mask & 1 << at != 0);
    rules.any(|(at, key)| match key.rule {
        Rule::Time(Field::DueOn) => true,
        Rule::OtherTime(Field::DueOn) => {
            let style = overlay.aux(at).and_then(|aux| Style::of(*aux.first()?));
            matches!(style, Some(Style::Seconds | Style::Milliseconds))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_tells_how_long_it_takes() {
        for (requests, expected) in [(0, 0), (1, 2), (50, 60), (51, 62), (4_000, 4_800)] {
            assert_eq!(seconds(requests), expected, "{requests}");
        }
    }

    #[test]
    fn a_day_is_the_one_that_the_moment_says() {
        let moment = Timestamp::parse("2024-05-01T23:59:59Z").expect("a moment");
        assert_eq!(day(moment, false), "2024-05-01");
        assert_eq!(day(moment, true), "2024-05-02");
    }
}
