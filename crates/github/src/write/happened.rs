//! Events that happened here, as GitHub would have told them.

use backlot_model::{
    Lookup, Loss, LossKind, Outgoing, Record, RecordId, RecordKind, Tallies, Value,
};

use super::complete::number_of_name;
use super::facts::facts;
use super::home::{Home, id_of};
use super::object::Job;
use super::render::{Context, Renderer};
use crate::shape::{Form, Site, new_style, put_time};
use backlot_forge::WriteError;
use backlot_forge::json::Keys;
use backlot_forge::json::write_string;
use backlot_forge::sink::put_decimal;

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;

/// The one event that only timelines tell.
pub(super) const CROSS_REFERENCED: &str = "cross-referenced";

/// With what the new style node ids of an event begin; none for an event that GitHub does not have. Those that
/// no known data has (of pins, transfers, boards, issue types and links) are formed like the others: from the
/// first letters of the name of their type.
pub(super) fn node_prefix(event: &str) -> Option<&'static str> {
    Some(match event {
        "assigned" => "AE",
        "unassigned" => "UNE",
        "labeled" => "LE",
        "unlabeled" => "UNLE",
        "milestoned" => "MIE",
        "demilestoned" => "DEME",
        "renamed" => "RTE",
        "closed" => "CE",
        "reopened" => "REE",
        "locked" => "LOE",
        "unlocked" => "UNLOE",
        "pinned" => "PIE",
        "unpinned" => "UNPIE",
        "transferred" => "TRE",
        "converted_to_discussion" => "CITDE",
        "marked_as_duplicate" => "MADE",
        "unmarked_as_duplicate" => "UADE",
        "connected" => "COE",
        "disconnected" => "DIE",
        "referenced" => "REFE",
        "mentioned" => "MEE",
        "subscribed" => "SE",
        "unsubscribed" => "UE",
        "user_blocked" => "UBE",
        "comment_deleted" => "CDE",
        "added_to_project" => "ATPE",
        "moved_columns_in_project" => "MCIPE",
        "removed_from_project" => "RFPE",
        "converted_note_to_issue" => "CNTIE",
        "issue_type_added" => "ITAE",
        "issue_type_changed" => "ITCE",
        "issue_type_removed" => "ITRE",
        "sub_issue_added" => "SIAE",
        "sub_issue_removed" => "SIRE",
        "parent_issue_added" => "PIAE",
        "parent_issue_removed" => "PIRE",
        "blocked_by_added" => "BBAE",
        "blocked_by_removed" => "BBRE",
        "blocking_added" => "BLAE",
        "blocking_removed" => "BLRE",
        "head_ref_deleted" => "HRDE",
        "head_ref_restored" => "HRRE",
        "merged" => "ME",
        "ready_for_review" => "RFRE",
        "convert_to_draft" => "CTDE",
        CROSS_REFERENCED => "CRE",
        _ => return None,
    })
}

/// What an event was about that GitHub's object of it has no key for.
fn not_told(event: &str) -> &'static [&'static str] {
    match event {
        "marked_as_duplicate" | "unmarked_as_duplicate" => &["subject"],
        "transferred" => &["from", "to"],
        _ => &[],
    }
}

/// An event on its way out.
pub(super) struct Event<'e> {
    record: &'e Record,
    pub(super) home: &'e Home,
    name: &'e str,
    /// Its address, by which reports call it.
    url: String,
}

impl Event<'_> {
    pub(super) fn lose(&self, kind: LossKind, field: &str, reason: &str) -> Loss {
        Loss {
            kind,
            record_kind: RecordKind::HistoryEvent,
            record: self.url.clone(),
            field: field.to_owned(),
            reason: reason.to_owned(),
            value: None,
        }
    }
}

impl Renderer {
    /// Appends an event that happened here, or that came from elsewhere, in one of GitHub's forms.
    pub(super) fn happened<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        form: Form,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let record = &*outgoing.record;
        let home = self.home(outgoing, form, context)?;
        let id = record.id().minted_number();
        let site = home.site();
        let event = Event {
            record,
            name: record.event().unwrap_or_default(),
            url: format!("{}/repos/{}/issues/events/{id}", site.api, site.repo),
            home: &home,
        };
        let parent = match record.parent() {
            Some(backlot_model::Parent::Record(parent)) => Some(parent),
            _ => None,
        };
        let mut keys = Keys::begin(out);
        if (form, event.name) == (Form::Timeline, CROSS_REFERENCED) {
            return self.cross_reference(&event, &mut keys, context);
        }
        put_decimal(id, keys.key("id"));
        let node = keys.key("node_id");
        node.push(b'"');
        let numbers = [
            self.number_of(record.repository(), context)?,
            self.number_of(parent, context)?,
        ];
        let prefix = node_prefix(event.name).unwrap_or("IE");
        new_style(prefix, &numbers, id, node);
        node.push(b'"');
        for field in ["id", "node_id"] {
            let loss = event.lose(LossKind::Minted, field, "it was never at the forge");
            context.losses.push(loss);
        }
        write_string(&event.url, keys.key("url"));
        self.actor(&event, context, keys.key("actor"))?;
        write_string(event.name, keys.key("event"));
        keys.key("commit_id").extend_from_slice(b"null");
        keys.key("commit_url").extend_from_slice(b"null");
        put_time(record.created_at(), keys.key("created_at"));
        self.own_keys(&event, outgoing, form, &mut keys, context)?;
        if form == Form::Event {
            self.whole_issue(parent, context, keys.key("issue"))?;
        }
        keys.key("performed_via_github_app")
            .extend_from_slice(b"null");
        keys.out.push(b'}');
        for field in not_told(event.name) {
            let reason = "GitHub's event does not say it";
            let loss = event.lose(LossKind::Dropped, field, reason);
            context.losses.push(loss);
        }
        Ok(())
    }

    /// Ends a reference from another issue, which has no id.
    fn cross_reference<L: Lookup>(
        &mut self,
        event: &Event<'_>,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        self.actor(event, context, keys.key("actor"))?;
        put_time(event.record.created_at(), keys.key("created_at"));
        put_time(event.record.created_at(), keys.key("updated_at"));
        let source = keys.key("source");
        source.extend_from_slice(b"{\"type\":\"issue\",\"issue\":");
        self.whole_issue(event.record.source(), context, source)?;
        source.push(b'}');
        write_string(event.name, keys.key("event"));
        keys.out.push(b'}');
        Ok(())
    }

    /// Appends the keys that only events of this kind have.
    fn own_keys<L: Lookup>(
        &mut self,
        event: &Event<'_>,
        outgoing: &Outgoing,
        form: Form,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let record = event.record;
        let subject = record.subject().unwrap_or_default();
        match event.name {
            "closed" | "reopened" => {
                let reason = record.state_reason().map(|reason| reason.as_word());
                string_or_null(reason, keys.key("state_reason"));
            }
            "renamed" => {
                let rename = keys.key("rename");
                rename.extend_from_slice(b"{\"from\":");
                write_string(record.from().unwrap_or_default(), rename);
                rename.extend_from_slice(b",\"to\":");
                write_string(record.to().unwrap_or_default(), rename);
                rename.push(b'}');
            }
            "labeled" | "unlabeled" => {
                let found = look_up(outgoing.about, context)?;
                let color = found.as_ref().and_then(|label| label.record.color());
                let label = keys.key("label");
                label.extend_from_slice(b"{\"name\":");
                write_string(subject, label);
                label.extend_from_slice(b",\"color\":");
                write_string(color.unwrap_or("ededed"), label);
                label.push(b'}');
            }
            "milestoned" | "demilestoned" => {
                let milestone = keys.key("milestone");
                milestone.extend_from_slice(b"{\"title\":");
                write_string(subject, milestone);
                milestone.push(b'}');
            }
            "assigned" | "unassigned" => {
                self.user(event, record.person(), context, keys.key("assignee"))?;
                if form != Form::Timeline {
                    self.actor(event, context, keys.key("assigner"))?;
                }
            }
            "locked" => {
                let reason = record.lock_reason().map(|reason| reason.as_word());
                string_or_null(reason, keys.key("lock_reason"));
            }
            "issue_type_added" => {
                let name = record.to().or(record.subject());
                type_of_issue(event, name, "issue_type", keys, context);
            }
            "issue_type_changed" => {
                let name = record.to().or(record.subject());
                type_of_issue(event, name, "issue_type", keys, context);
                type_of_issue(event, record.from(), "prev_issue_type", keys, context);
            }
            "issue_type_removed" => {
                let name = record.from().or(record.subject());
                type_of_issue(event, name, "prev_issue_type", keys, context);
            }
            name => {
                let links = ["sub_issue", "parent_issue", "blocked_by", "blocking"];
                let end = |link: &&&str| {
                    let verb = name
                        .strip_prefix(**link)
                        .and_then(|verb| verb.strip_prefix('_'));
                    matches!(verb, Some("added" | "removed"))
                };
                if let Some(link) = links.iter().find(end) {
                    self.issue_reference(event, outgoing.about, link, context, keys.key(link))?;
                } else if name.ends_with("_project") || name == "converted_note_to_issue" {
                    self.project_card(event, outgoing.about, context, keys)?;
                }
            }
        }
        Ok(())
    }

    /// Appends the card of a board, or nothing where it is not known.
    fn project_card<L: Lookup>(
        &mut self,
        event: &Event<'_>,
        card: Option<RecordId>,
        context: &mut Context<'_, L>,
        keys: &mut Keys<'_>,
    ) -> Done<L> {
        let Some(card) = card else {
            return Ok(());
        };
        let found = look_up(Some(card), context)?;
        let in_column = found.as_ref().and_then(|found| found.record.container());
        let column = event.record.container().or(in_column);
        let project = look_up(column, context)?.and_then(|column| column.record.container());
        let api = event.home.site().api;
        // The number of a card that an undo took back is known still.
        let id = match found {
            Some(_) => self.number_of(Some(card), context)?,
            None => card.minted_number(),
        };
        let project = match (self.number_of(project, context)?, project) {
            (0, Some(project)) => project.minted_number(),
            (number, _) => number,
        };
        let out = keys.key("project_card");
        out.extend_from_slice(b"{\"id\":");
        put_decimal(id, out);
        out.extend_from_slice(b",\"url\":");
        write_string(&format!("{api}/projects/columns/cards/{id}"), out);
        out.extend_from_slice(b",\"project_id\":");
        put_decimal(project, out);
        out.extend_from_slice(b",\"project_url\":");
        write_string(&format!("{api}/projects/{project}"), out);
        out.extend_from_slice(b",\"column_name\":");
        write_string(event.record.to().unwrap_or_default(), out);
        if let Some(from) = event.record.from() {
            out.extend_from_slice(b",\"previous_column_name\":");
            write_string(from, out);
        }
        out.push(b'}');
        Ok(())
    }

    /// Appends who did it.
    fn actor<L: Lookup>(
        &mut self,
        event: &Event<'_>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        match (event.record.author(), event.record.name()) {
            (None, Some(login)) => self.login(event.home.site(), login, context, out),
            (author, _) => self.user(event, author, context, out),
        }
    }

    fn user<L: Lookup>(
        &mut self,
        event: &Event<'_>,
        user: Option<RecordId>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        match look_up(user, context)? {
            Some(user) => self.outgoing(&user, context, out),
            None => {
                super::complete::ghost(event.home.site(), out);
                let reason = "nobody is known to have done it";
                let loss = event.lose(LossKind::Minted, "actor", reason);
                context.losses.push(loss);
                Ok(())
            }
        }
    }

    /// Appends a user of whom only the login is known.
    pub(super) fn login<L: Lookup>(
        &mut self,
        site: Site<'_>,
        login: &str,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let values: [Value; 1] = [Value::Name(login.to_owned())];
        let id = number_of_name("", &format!("user {login}"));
        let site = Site { repo: "", ..site };
        let job = Job {
            form: Form::User,
            table: Form::User.table(RecordKind::User),
            facts: facts(site, RecordKind::User, Some(id), None, &values),
            values: &values,
            overlay: None,
            edited: 0,
            outgoing: None,
            minted_id: true,
            repository_id: None,
            tallies: Tallies::default(),
        };
        self.object(&job, context, out)
    }

    /// Appends an issue with all of its keys; null where it is not there.
    fn whole_issue<L: Lookup>(
        &mut self,
        issue: Option<RecordId>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let Some(issue) = issue else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        if self.is_served() && self.now(issue, context, out)? {
            return Ok(());
        }
        let told = context.losses.len();
        self.reference(issue, context, out)?;
        // What is lost of the issue is reported where it stands by itself.
        context.losses.truncate(told);
        Ok(())
    }

    /// The number of a record at the forge, or the one that it is given; 0 where there is none.
    pub(super) fn number_of<L: Lookup>(
        &self,
        record: Option<RecordId>,
        context: &mut Context<'_, L>,
    ) -> Result<u64, WriteError<L::Error>> {
        let found = look_up(record, context)?;
        Ok(found.map_or(0, |found| id_of(&found)))
    }
}

/// A record, if there is one of this name.
pub(super) fn look_up<L: Lookup>(
    record: Option<RecordId>,
    context: &mut Context<'_, L>,
) -> Result<Option<std::sync::Arc<Outgoing>>, WriteError<L::Error>> {
    match record {
        Some(record) => context.lookup.record(record).map_err(WriteError::Lookup),
        None => Ok(None),
    }
}

pub(super) fn string_or_null(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        Some(text) => write_string(text, out),
        None => out.extend_from_slice(b"null"),
    }
}

/// Appends the type of an issue by its name, which is all that is known of it.
fn type_of_issue<L: Lookup>(
    event: &Event<'_>,
    name: Option<&str>,
    key: &'static str,
    keys: &mut Keys<'_>,
    context: &mut Context<'_, L>,
) {
    let out = keys.key(key);
    let Some(name) = name else {
        return out.extend_from_slice(b"null");
    };
    out.extend_from_slice(b"{\"id\":");
    put_decimal(number_of_type(event.home.site(), name), out);
    out.extend_from_slice(b",\"name\":");
    write_string(name, out);
    out.extend_from_slice(b",\"color\":null}");
    let reason = "only the name of the type is known";
    let loss = event.lose(LossKind::Minted, &format!("{key}.id"), reason);
    context.losses.push(loss);
}

/// The number that a type of issues is given, of which only the name is known.
pub(super) fn number_of_type(site: Site<'_>, name: &str) -> u64 {
    let owner = site.repo.split('/').next().unwrap_or_default();
    issue_type_number(owner, name)
}

/// The number by which the type of an issue goes out where only its name is known: one for each organisation, which its types
/// belong to at GitHub.
pub fn issue_type_number(owner: &str, name: &str) -> u64 {
    number_of_name(owner, &format!("type {name}"))
}

/// The `node_id` of a type of this number.
pub fn issue_type_node(number: u64) -> String {
    let mut node = Vec::with_capacity(32);
    new_style("IT", &[], number, &mut node);
    String::from_utf8(node).unwrap_or_default()
}
