//! The facts of an object, from its own entries and from where it stands.

use std::borrow::Cow;

use backlot_forge::json::{number, string};
use backlot_forge::slots::{Slots, entry};
use backlot_model::RecordId;

use super::intake::Around;
use crate::shape::{Facts, Form, Site, Table};

/// What the facts of an object are made of.
pub(super) struct Gathered<'t> {
    pub(super) site: Site<'t>,
    /// Whether the object itself says where it is.
    pub(super) says_site: bool,
    pub(super) id: Option<u64>,
    /// The number that stands in a user's id where an export made it.
    pub(super) minted: Option<u64>,
    /// Its number, or that of the issue that it belongs to.
    pub(super) number: Option<u64>,
    /// The forge's own number of the issue that it belongs to, where that is all that it says.
    pub(super) issue: Option<u64>,
    pub(super) name: Cow<'t, str>,
}

impl<'t> Gathered<'t> {
    /// Looks through the entries.
    pub(super) fn new(form: Form, slots: &Slots<'t>, table: &Table, around: &Around<'t>) -> Self {
        let get = |name: &str| match slots.get(table, name) {
            "" => {
                let mut others = slots.others.iter();
                others
                    .find(|(key, _)| *key == name)
                    .map_or("", |(_, raw)| *raw)
            }
            raw => raw,
        };
        let own = own_site(form, &get);
        let text = |name: &str| string(get(name)).filter(|text| !text.is_empty());
        let name = match form {
            Form::User => text("login").or_else(|| text("username")),
            Form::Label => text("name"),
            _ => None,
        };
        let hook = get("object_attributes");
        let id = match form {
            Form::Milestone => any_number(get("number")).or_else(|| any_number(get("id"))),
            Form::IssueHook | Form::NoteHook => entry(hook, "id").and_then(any_number),
            _ => any_number(get("id")),
        };
        let issue = entry(get("target"), "issue").unwrap_or_default();
        let said = |key: &str| entry(issue, key);
        let number = match form {
            Form::Issue => any_number(get("number")),
            Form::Milestone => plain(get("url")).and_then(last_number),
            Form::Comment => said("number")
                .or_else(|| said("nubmer"))
                .and_then(number)
                .or(around.parent),
            Form::IssueHook => entry(hook, "iid").and_then(any_number),
            Form::NoteHook => entry(get("issue"), "iid").and_then(any_number),
            Form::OperateLog | Form::Reaction | Form::ModifyHistory => around.parent,
            _ => None,
        };
        let issue = match form {
            Form::Comment => said("id").and_then(any_number),
            Form::OperateLog => any_number(get("issue_id")),
            _ => None,
        };
        Self {
            site: own.unwrap_or(match form {
                Form::User => Site::new(around.site.host, ""),
                _ => around.site,
            }),
            says_site: own.is_some(),
            id,
            minted: plain(get("id"))
                .filter(|_| form == Form::User)
                .and_then(minted),
            number,
            issue,
            name: name.unwrap_or_default(),
        }
    }

    /// The facts.
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            site: self.site,
            id: self.id,
            number: self.number,
            name: &self.name,
        }
    }
}

/// A number, or one in a string.
pub(super) fn any_number(raw: &str) -> Option<u64> {
    number(plain(raw).unwrap_or(raw))
}

/// The inside of a plain JSON string.
pub(super) fn plain(raw: &str) -> Option<&str> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

/// The number that an export would give to whom it calls by these hexadecimal digits.
fn minted(digits: &str) -> Option<u64> {
    let bytes = u128::from_str_radix(digits, 16).ok()?.to_be_bytes();
    (digits.len() == 24).then(|| RecordId::from_bytes(bytes).minted_number())
}

/// Where the object says that it is.
fn own_site<'t>(form: Form, get: &impl Fn(&str) -> &'t str) -> Option<Site<'t>> {
    let url = |key: &str| plain(get(key));
    match form {
        Form::User => ["html_url", "web_url"]
            .into_iter()
            .find_map(|key| url(key).and_then(Site::of_user_page)),
        Form::Issue => ["html_url", "url", "repository_url"]
            .into_iter()
            .find_map(|key| url(key).and_then(Site::of_url)),
        Form::Milestone => url("url").and_then(Site::of_url),
        Form::Repository => ["web_url", "html_url"]
            .into_iter()
            .find_map(|key| url(key).and_then(Site::of_page))
            .or_else(|| url("url").and_then(Site::of_url))
            .or_else(|| url("full_name").and_then(Site::of_name)),
        Form::IssueHook | Form::NoteHook => {
            let attributes = entry(get("object_attributes"), "url").and_then(plain);
            attributes.and_then(Site::of_url).or_else(|| {
                let page = entry(get("project"), "web_url").and_then(plain);
                page.and_then(Site::of_page)
            })
        }
        _ => None,
    }
}

/// The number that an address ends with.
fn last_number(url: &str) -> Option<u64> {
    number(url.rsplit_once('/')?.1)
}
