//! Records that GitCode never stated, in the shape that it would give them.

use backlot_forge::WriteError;
use backlot_forge::json::{Keys, digest, quoted, write_string};
use backlot_forge::sink::put_decimal;
use backlot_model::{
    Digest, Field, Lookup, Loss, LossKind, Outgoing, Parent, Record, RecordId, RecordKind, State,
    Timestamp, UserKind,
};

use super::facts::{facts, held, id_of};
use super::home::Home;
use super::layout::Shape;
use super::lost::{NO_TEXT, ONLY_A_DATE, has_time_of_day, no_key, shown};
use super::object::put_time;
use super::render::{Context, Renderer};
use crate::read::target;
use crate::shape::{EMOJI, Facts, Form, Rule, Style, bit, derive, put_hex};

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;

/// The colour of a label that has none.
pub(super) const COLOR: &str = "428BCA";
/// Why it is made up.
pub(super) const NO_COLOR: &str = "GitCode wants one, and there is none";

/// The keys that a user of the documentation has beside the usual ones, all of them null.
const NULL_KEYS: [&str; 14] = [
    "avatar_url",
    "events_url",
    "followers_url",
    "following_url",
    "gists_url",
    "member_role",
    "organizations_url",
    "received_events_url",
    "remark",
    "repos_url",
    "starred_url",
    "subscriptions_url",
    "type",
    "url",
];

/// An object that is made.
struct Made<'m, 'o> {
    record: &'m Record,
    home: &'m Home,
    facts: Facts<'m>,
    /// Its number.
    id: u64,
    keys: Keys<'o>,
    documented: bool,
    /// Whether it stands inside another object.
    is_inside: bool,
}

impl Made<'_, '_> {
    fn text(&mut self, key: &str, text: &str) {
        write_string(text, self.keys.key(key));
    }

    fn number(&mut self, key: &str, number: u64) {
        put_decimal(number, self.keys.key(key));
    }

    fn json(&mut self, key: &str, json: &str) {
        self.keys.key(key).extend_from_slice(json.as_bytes());
    }

    fn url(&mut self, key: &str, template: &'static str) {
        let facts = self.facts;
        if !derive(Rule::Url(template), &facts, self.keys.key(key)) {
            self.keys.out.extend_from_slice(b"\"\"");
        }
    }

    /// Appends a moment; null or nothing where there is none.
    fn time(&mut self, key: &str, at: Option<Timestamp>) {
        match at {
            Some(_) => put_time(at, Style::Seconds, self.keys.key(key)),
            None => self.absent(key),
        }
    }

    /// Appends what stands for something that is not there.
    fn absent(&mut self, key: &str) {
        if self.documented {
            self.json(key, "null");
        }
    }

    fn times(&mut self) {
        let created = self.record.created_at();
        self.time("created_at", created);
        self.time("updated_at", self.record.updated_at().or(created));
    }
}

impl Renderer {
    /// Appends a record that GitCode never stated.
    pub(super) fn born_here<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let record = &*outgoing.record;
        let wanted = outgoing.wanted.and_then(Form::from_view);
        let Some(form) = wanted.or_else(|| Form::of_kind(record.kind())) else {
            out.extend_from_slice(b"{}");
            return Ok(());
        };
        self.made(outgoing, form, None, context, out)
    }

    /// Appends a record in a form, under its number at the forge where that is known.
    pub(super) fn made<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        form: Form,
        id: Option<u64>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let record = &*outgoing.record;
        let home = self.home(outgoing, context)?;
        let id = id.unwrap_or_else(|| record.id().minted_number());
        let mut facts = facts(
            home.site(),
            Some(id),
            outgoing.parent_number,
            record.values(),
        );
        if form == Form::User {
            facts.site.repo = "";
        }
        let mut made = Made {
            record,
            home: &home,
            facts,
            id,
            keys: Keys::begin(out),
            documented: self.shape == Shape::Documented,
            is_inside: context.depth > 0,
        };
        if !made.is_inside {
            report(form, &made, context.losses);
        }
        match form {
            Form::Repository => repository(&mut made),
            Form::User => {
                user(&mut made);
                if made.is_inside {
                    report_user(&made, context.losses);
                }
            }
            Form::Label => label(&mut made),
            Form::Milestone => {
                let tallies = context.lookup.tallies(outgoing);
                let tallies = tallies.map_err(WriteError::Lookup)?;
                if !made.is_inside {
                    made.number("closed_issues", tallies.closed_issues);
                    made.number("open_issues", tallies.open_issues);
                }
                milestone(&mut made);
            }
            Form::Issue | Form::IssueHook => self.issue(&mut made, context)?,
            Form::Comment | Form::NoteHook => self.comment(&mut made, context)?,
            Form::OperateLog | Form::ModifyHistory | Form::LogPart => {
                self.operate_log(&mut made, context)?;
            }
            Form::Reaction => self.reaction(&mut made, context)?,
        }
        made.keys.end();
        Ok(())
    }

    fn made_one<L: Lookup>(
        &mut self,
        made: &mut Made<'_, '_>,
        key: &str,
        id: Option<RecordId>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        match id {
            Some(id) => self.reference(id, context, made.keys.key(key)),
            None => {
                made.absent(key);
                Ok(())
            }
        }
    }

    fn many<L: Lookup>(
        &mut self,
        made: &mut Made<'_, '_>,
        key: &str,
        ids: &[RecordId],
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let out = made.keys.key(key);
        out.push(b'[');
        for (at, id) in ids.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            self.reference(*id, context, out)?;
        }
        out.push(b']');
        Ok(())
    }

    fn issue<L: Lookup>(
        &mut self,
        made: &mut Made<'_, '_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let record = made.record;
        let number = record.number().unwrap_or_default();
        made.number("id", made.id);
        made.url("html_url", "https://H/R/issues/N");
        match made.documented {
            true => made.number("number", number),
            false => made.text("number", &number.to_string()),
        }
        let open = if made.documented { "opened" } else { "open" };
        made.text("state", state(record, open));
        made.text("title", record.title().unwrap_or_default());
        made.text("body", record.body().map_or("", String::as_str));
        self.made_one(made, "user", record.author(), context)?;
        let assignees = record.assignees();
        self.made_one(made, "assignee", assignees.first().copied(), context)?;
        if made.documented || !assignees.is_empty() {
            self.many(made, "assignees", assignees, context)?;
        }
        inner_repository(made);
        made.times();
        match (record.closed_at(), made.documented) {
            (None, false) => made.text("finished_at", ""),
            (at, _) => made.time("finished_at", at),
        }
        self.many(made, "labels", record.labels(), context)?;
        made.number("comments", record.comment_count());
        match record.issue_type() {
            Some(name) => made.text("issue_type", name),
            None => made.absent("issue_type"),
        }
        self.made_one(made, "milestone", record.milestone(), context)
    }

    fn comment<L: Lookup>(
        &mut self,
        made: &mut Made<'_, '_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let record = made.record;
        made.number("id", made.id);
        made.text("body", record.body().map_or("", String::as_str));
        self.made_one(made, "user", record.author(), context)?;
        let issue = self.parent_id(record, context)?;
        match (issue, made.facts.number) {
            (Some(issue), Some(number)) => made.json("target", &target(issue, "number", number)),
            // Of an issue that is not known, only the number can be told.
            (None, Some(number)) => made.json(
                "target",
                &format!("{{\"issue\":{{\"title\":\"\",\"number\":{number}}}}}"),
            ),
            (_, None) => {}
        }
        made.times();
        Ok(())
    }

    fn operate_log<L: Lookup>(
        &mut self,
        made: &mut Made<'_, '_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let record = made.record;
        let (action, content) = crate::read::composed(record);
        made.number("id", made.id);
        self.made_one(made, "user", record.author(), context)?;
        made.text("content", &content);
        made.time("created_at", record.created_at());
        made.text("action_type", &action);
        made.time("update_at", record.updated_at().or(record.created_at()));
        if let Some(issue) = self.parent_id(record, context)? {
            made.text("issue_id", &issue.to_string());
        }
        Ok(())
    }

    fn reaction<L: Lookup>(
        &mut self,
        made: &mut Made<'_, '_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let record = made.record;
        made.text("id", &made.id.to_string());
        let content = record.content().unwrap_or_default();
        let known = EMOJI.iter().find(|known| known.0 == content);
        let (_, name, sign) = known.copied().unwrap_or((content, content, ""));
        made.text("emoji", sign);
        made.text("emoji_name", name);
        self.made_one(made, "user", record.author(), context)
    }

    /// The forge's own number of what a record belongs to.
    fn parent_id<L: Lookup>(
        &self,
        record: &Record,
        context: &mut Context<'_, L>,
    ) -> Result<Option<u64>, WriteError<L::Error>> {
        let Some(Parent::Record(parent)) = record.parent() else {
            return Ok(None);
        };
        let found = context.lookup.record(parent).map_err(WriteError::Lookup)?;
        Ok(found.map(|found| id_of(&found)))
    }
}

/// The word for the state of an issue or a milestone.
pub(super) fn state<'r>(record: &'r Record, open: &'r str) -> &'r str {
    match record.state() {
        None | Some(State::Open) => open,
        Some(state) => state.as_word(),
    }
}

fn user(made: &mut Made<'_, '_>) {
    made.url("html_url", "https://H/L");
    let bytes = made.record.id().to_bytes();
    let (_, hex) = bytes.split_at(4);
    put_hex(hex, made.keys.key("id"));
    if !made.documented {
        put_hex(hex, made.keys.key("object_id"));
    }
    let login = made.record.name().unwrap_or_default();
    made.text("login", login);
    made.text("name", login);
    if made.documented {
        NULL_KEYS.iter().for_each(|key| made.json(key, "null"));
    }
}

fn label(made: &mut Made<'_, '_>) {
    let record = made.record;
    made.number("id", made.id);
    made.text("name", record.name().unwrap_or_default());
    let color = record.color().unwrap_or(COLOR);
    made.text("color", &format!("#{color}"));
    if made.is_inside {
        return made.time("created_at", record.created_at());
    }
    repository_id(made);
    made.times();
    made.text("description", record.description().unwrap_or_default());
}

fn milestone(made: &mut Made<'_, '_>) {
    let record = made.record;
    made.text("description", record.description().unwrap_or_default());
    match record.due_on() {
        Some(at) => put_time(Some(at), Style::Date, made.keys.key("due_on")),
        None => made.absent("due_on"),
    }
    made.number("number", made.id);
    repository_id(made);
    made.text("state", state(record, "active"));
    made.text("title", record.title().unwrap_or_default());
    made.times();
    made.url("url", "https://H/R/milestones/N");
}

fn repository_id(made: &mut Made<'_, '_>) {
    if let Some(repository) = &made.home.repository {
        made.number("repository_id", id_of(repository));
    }
}

/// What an issue says of its repository.
fn inner_repository(made: &mut Made<'_, '_>) {
    if made.home.repository.is_some() {
        put_repository(made.home, made.keys.key("repository"));
    }
}

/// Appends a repository as issues have it inside; null where it is not known.
pub(super) fn put_repository(home: &Home, out: &mut Vec<u8>) {
    let Some(repository) = home.repository.as_deref() else {
        return out.extend_from_slice(b"null");
    };
    let record = &*repository.record;
    let full = home.site().repo;
    let mut keys = Keys::begin(out);
    put_decimal(id_of(repository), keys.key("id"));
    write_string(full, keys.key("full_name"));
    write_string(path(full), keys.key("path"));
    write_string(path(full), keys.key("name"));
    let description = record.description().unwrap_or_default();
    write_string(description, keys.key("description"));
    for (key, at) in [
        ("created_at", record.created_at()),
        ("updated_at", record.updated_at()),
    ] {
        if at.is_some() {
            put_time(at, Style::Seconds, keys.key(key));
        }
    }
    keys.end();
}

/// Reports that somebody is given a name to be shown, and that somebody who is no person looks like one.
fn report_user(made: &Made<'_, '_>, losses: &mut Vec<Loss>) {
    losses.push(Loss {
        kind: LossKind::Minted,
        record_kind: RecordKind::User,
        record: shown(RecordKind::User, &made.facts),
        field: Field::Name.name().to_owned(),
        reason: "the name that is shown is not known, and the login stands for it".to_owned(),
        value: None,
    });
    let kind = made.record.user_kind();
    if let Some(kind) = kind.filter(|kind| **kind != UserKind::User) {
        losses.push(Loss {
            kind: LossKind::Dropped,
            record_kind: RecordKind::User,
            record: shown(RecordKind::User, &made.facts),
            field: Field::UserKind.name().to_owned(),
            reason: "GitCode calls everybody inside other objects alike".to_owned(),
            value: Some(digest(&quoted(kind.as_word()))),
        });
    }
}

fn repository(made: &mut Made<'_, '_>) {
    let record = made.record;
    let full = made.facts.site.repo;
    made.number("id", made.id);
    made.text("full_name", full);
    made.text("human_name", &full.replace('/', " / "));
    made.url("url", "https://api.H/api/v5/repos/R");
    made.text("path", path(full));
    made.text("name", path(full));
    made.text("description", record.description().unwrap_or_default());
    made.url("web_url", "https://H/R");
    made.times();
    let is_private = record.is_private();
    made.json("private", if is_private { "true" } else { "false" });
    made.json("public", if is_private { "false" } else { "true" });
}

/// The name of a repository without its owner.
pub(super) fn path(full: &str) -> &str {
    full.split_once('/').map_or(full, |(_, name)| name)
}

/// The fields that an object of a form says, a bit for each.
const fn said(form: Form) -> u64 {
    let times = bit(Field::CreatedAt) | bit(Field::UpdatedAt);
    match form {
        Form::Repository => bit(Field::Description) | bit(Field::Private) | times,
        Form::User | Form::LogPart => 0,
        Form::Label => bit(Field::Color) | bit(Field::Description) | times,
        Form::Milestone => {
            bit(Field::Description)
                | bit(Field::DueOn)
                | bit(Field::State)
                | bit(Field::Title)
                | times
        }
        Form::Issue | Form::IssueHook => {
            bit(Field::State)
                | bit(Field::Title)
                | bit(Field::Body)
                | bit(Field::Author)
                | bit(Field::Assignees)
                | bit(Field::ClosedAt)
                | bit(Field::Labels)
                | bit(Field::CommentCount)
                | bit(Field::IssueType)
                | bit(Field::Milestone)
                | times
        }
        Form::Comment | Form::NoteHook => bit(Field::Body) | bit(Field::Author) | times,
        Form::OperateLog | Form::ModifyHistory => {
            bit(Field::Event)
                | bit(Field::Subject)
                | bit(Field::From)
                | bit(Field::To)
                | bit(Field::Author)
                | times
        }
        Form::Reaction => bit(Field::Content) | bit(Field::Author),
    }
}

/// Reports what is made up of an object, and what it does not say.
fn report(form: Form, made: &Made<'_, '_>, losses: &mut Vec<Loss>) {
    let kind = made.record.kind();
    let mut note = |loss: LossKind, field: &str, reason: &str, value: Option<Digest>| {
        losses.push(Loss {
            kind: loss,
            record_kind: kind,
            record: shown(kind, &made.facts),
            field: field.to_owned(),
            reason: reason.to_owned(),
            value,
        });
    };
    let id = match form {
        Form::Milestone => "number",
        _ => "id",
    };
    note(LossKind::Minted, id, "it was never at the forge", None);
    if kind == RecordKind::Milestone && has_time_of_day(made.record.due_on()) {
        note(LossKind::Altered, "due_on", ONLY_A_DATE, None);
    }
    if kind == RecordKind::Label && made.record.color().is_none() {
        note(LossKind::Minted, "color", NO_COLOR, None);
    }
    let empty = match kind {
        RecordKind::Issue | RecordKind::Comment => Some(Field::Body),
        RecordKind::Label | RecordKind::Milestone | RecordKind::Repository => {
            Some(Field::Description)
        }
        _ => None,
    };
    if let Some(field) = empty.filter(|field| made.record.get(*field).is_none()) {
        note(
            LossKind::Altered,
            field.name(),
            NO_TEXT,
            Some(digest("null")),
        );
    }
    let unsaid = held(made.record) & !said(form);
    for field in Field::ALL {
        if unsaid & (1 << field.tag()) != 0
            && let Some(reason) = no_key(*field)
        {
            note(LossKind::Dropped, field.name(), reason, None);
        }
    }
}
