//! The facts of an object, from its own entries and from where it stands.

use std::borrow::Cow;

use backlot_model::{Reactions, RecordKind, Timestamp};

use super::intake::Around;
use crate::shape::{Facts, Form, Site, Table};
use backlot_forge::json::{Cursor, number, string};
use backlot_forge::slots::{Slots, entry};

/// What the facts of an object are made of.
pub(super) struct Gathered<'t> {
    pub(super) site: Site<'t>,
    /// Whether the object itself says where it is.
    pub(super) says_site: bool,
    pub(super) id: Option<u64>,
    pub(super) number: Option<u64>,
    pub(super) name: Cow<'t, str>,
    pub(super) subject: Cow<'t, str>,
    pub(super) event: Cow<'t, str>,
    pub(super) reactions: Option<Reactions>,
    pub(super) merged_at: Option<Timestamp>,
    /// Whether it says when it was merged, or that it was not.
    pub(super) says_merged: bool,
    is_comment: bool,
}

impl<'t> Gathered<'t> {
    /// Looks through the entries.
    pub(super) fn new(
        form: Form,
        kind: RecordKind,
        slots: &Slots<'t>,
        table: &Table,
        around: &Around<'t>,
    ) -> Self {
        let get = |name: &str| slots.get(table, name);
        let own = own_site(form, &get);
        let text = |name: &str| string(get(name)).unwrap_or_default();
        let reactions = get("reactions");
        let pull = get("pull_request");
        let name = match form {
            Form::User => text("login"),
            Form::Label | Form::Repository | Form::Project | Form::Column => text("name"),
            _ => Cow::Borrowed(""),
        };
        let history = kind == RecordKind::HistoryEvent;
        Self {
            site: own.unwrap_or(match form {
                // A board may come along with several repositories; that says nothing about it.
                Form::User | Form::Project | Form::Column | Form::Card => {
                    Site::new(around.site.api, "")
                }
                _ => around.site,
            }),
            says_site: own.is_some(),
            id: number(get("id")),
            number: number_of(kind, &get, around),
            name,
            subject: if history {
                text("commit_id")
            } else {
                Cow::Borrowed("")
            },
            event: if history {
                text("event")
            } else {
                Cow::Borrowed("")
            },
            reactions: reactions
                .starts_with('{')
                .then(|| counts(reactions))
                .flatten(),
            says_merged: entry(pull, "merged_at").is_some(),
            merged_at: entry(pull, "merged_at")
                .and_then(string)
                .and_then(|at| Timestamp::parse(&at).ok()),
            is_comment: kind == RecordKind::Comment,
        }
    }

    /// The facts.
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            site: self.site,
            id: self.id,
            number: self.number,
            name: &self.name,
            subject: &self.subject,
            event: &self.event,
            reactions: self.reactions.unwrap_or_default(),
            merged_at: self.merged_at,
            is_comment: self.is_comment,
        }
    }
}

/// The inside of a plain JSON string.
pub(super) fn plain(raw: &str) -> Option<&str> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

/// Where the object says that it is.
fn own_site<'t>(form: Form, get: &impl Fn(&str) -> &'t str) -> Option<Site<'t>> {
    if form == Form::User {
        return plain(get("url")).and_then(Site::of_user_url);
    }
    ["url", "repository_url", "issue_url", "owner_url"]
        .into_iter()
        .find_map(|key| plain(get(key)).and_then(Site::of_url))
        .or_else(|| {
            let issue = get("issue");
            plain(entry(issue, "url")?).and_then(Site::of_url)
        })
}

fn number_of<'t>(
    kind: RecordKind,
    get: &impl Fn(&str) -> &'t str,
    around: &Around<'_>,
) -> Option<u64> {
    match kind {
        RecordKind::Comment => plain(get("issue_url"))
            .and_then(last_number)
            .or_else(|| plain(get("html_url")).and_then(|url| last_number(url.split_once('#')?.0)))
            .or(around.parent),
        RecordKind::HistoryEvent => plain(get("issue_url"))
            .or_else(|| plain(get("pull_request_url")))
            .and_then(last_number)
            .or_else(|| entry(get("issue"), "number").and_then(number))
            .or(around.parent),
        RecordKind::Reaction => around.parent,
        _ => number(get("number")),
    }
}

/// The number that a URL ends with.
pub(super) fn last_number(url: &str) -> Option<u64> {
    number(url.rsplit_once('/')?.1)
}

/// The counts of a `reactions` object.
fn counts(raw: &str) -> Option<Reactions> {
    let mut reactions = Reactions::default();
    let mut cursor = Cursor::new(raw);
    let mut more = cursor.open_object().ok()?;
    while more {
        let key = cursor.key().ok()?;
        let value = cursor.value().ok()?;
        let at = Reactions::CONTENTS
            .iter()
            .position(|content| *content == key);
        if let Some(count) = at.and_then(|at| reactions.counts.get_mut(at)) {
            *count = number(value)?;
        }
        more = cursor.more_entries().ok()?;
    }
    Some(reactions)
}
