//! What differs between a record and its partner, key by key.

use backlot_forge::json::{canonical, entries, equal, string};
use backlot_forge::slots::entry;
use backlot_model::{Digest, Loss, LossKind, RecordKind};
use rustc_hash::FxHashSet;

use super::embedded::{Own, elements, identity, is_identity, reduced};
use super::pair::{Face, Thing};
use crate::reasons::Reasons;

/// The most losses of what stands in others that are remembered.
const MAX_TOLD: usize = 1 << 17;

/// Whether records of a kind stand inside others, where they can lose something too.
pub(super) const fn stands_in_others(kind: RecordKind) -> bool {
    matches!(
        kind,
        RecordKind::User | RecordKind::Label | RecordKind::Milestone
    )
}

/// The issue of a group at both sides.
#[derive(Clone, Copy, Default)]
pub(super) struct Around<'n> {
    pub(super) before: Own<'n>,
    pub(super) after: Own<'n>,
}

/// Finds what differs, and says why.
pub(super) struct Comparison<'r> {
    reasons: &'r Reasons,
    pub(super) losses: Vec<Loss>,
    /// Why the issue at hand was left out, with all that belongs to it.
    pub(super) left_out: Option<&'static str>,
    /// What was told of users, labels and milestones, which stand in many objects.
    told: FxHashSet<(RecordKind, String, String)>,
}

impl<'r> Comparison<'r> {
    /// One that gives these reasons.
    pub(super) fn new(reasons: &'r Reasons) -> Self {
        Self {
            reasons,
            losses: Vec::new(),
            left_out: None,
            told: FxHashSet::default(),
        }
    }

    /// Notes all that a record loses; its partner may be missing.
    pub(super) fn thing(&mut self, before: &Thing, after: Option<&Thing>, around: Around<'_>) {
        let kind = before.kind;
        let Some(after) = after else {
            for face in &before.objects {
                self.lost(LossKind::Dropped, kind, &face.name, "", Some(&face.text));
            }
            return;
        };
        let form = |thing: &'_ Thing, form: u8| thing.objects.iter().position(|f| f.form == form);
        // For each object that comes back, the name of the one that it is compared with.
        let mut claims: Vec<Option<&str>> = after
            .objects
            .iter()
            .map(|face| Some(before.objects[form(before, face.form)?].name.as_str()))
            .collect();
        for face in &before.objects {
            let partner = form(after, face.form).or_else(|| {
                let fits = |claim: &Option<&str>| claim.is_none_or(|name| name == face.name);
                claims.iter().position(fits)
            });
            match partner {
                Some(at) => {
                    claims[at].get_or_insert(&face.name);
                    self.face(kind, face, &after.objects[at], around);
                }
                // Another form of it comes back, but not this one.
                None => self.lost(LossKind::Dropped, kind, &face.name, "", Some(&face.text)),
            }
        }
        let unclaimed = after.objects.iter().zip(&claims);
        for (face, _) in unclaimed.filter(|(_, claim)| claim.is_none()) {
            self.lost(LossKind::Minted, kind, &face.name, "", None);
        }
    }

    /// Notes a record that comes back and was not there.
    pub(super) fn surplus(&mut self, after: &Thing) {
        for face in &after.objects {
            self.lost(LossKind::Minted, after.kind, &face.name, "", None);
        }
    }

    fn face(&mut self, kind: RecordKind, before: &Face, after: &Face, around: Around<'_>) {
        if before.text == after.text {
            return;
        }
        let (old, new) = (sorted(&before.text), sorted(&after.text));
        self.keys(kind, &before.name, &old, &new, around);
        for (key, value) in &old {
            if let Some(other) = find(&new, key) {
                self.inside(key, value, other, around);
            }
        }
    }

    /// Notes every key of an object that differs.
    fn keys(
        &mut self,
        kind: RecordKind,
        name: &str,
        old: &[(String, &str)],
        new: &[(String, &str)],
        around: Around<'_>,
    ) {
        for (key, value) in old {
            if let Some(mut lost) = judge(key, value, find(new, key), around) {
                if only_keeps(kind, key) {
                    lost = LossKind::Minted;
                }
                self.lost(lost, kind, name, key, Some(value));
            }
        }
        for (key, _) in new.iter().filter(|(key, _)| find(old, key).is_none()) {
            self.lost(LossKind::Minted, kind, name, key, None);
        }
    }

    /// Notes what differs of users, labels and milestones inside two values, once each, at what they depict.
    fn inside(&mut self, key: &str, old: &str, new: &str, around: Around<'_>) {
        if equal(old, new) {
            return;
        }
        if let (Ok(mut a), Ok(mut b)) = (entries(old), entries(new)) {
            a.reverse();
            b.reverse();
            if let Some(depicted) = identity(key, &a, around.before) {
                let is_same = identity(key, &b, around.after).as_ref() == Some(&depicted);
                if !is_same || depicted.kind == RecordKind::Issue {
                    return;
                }
                let address = |key| find(&a, key).and_then(string).filter(|url| !url.is_empty());
                let name = match address("url").or_else(|| address("html_url")) {
                    Some(url) => url.into_owned(),
                    None => format!("{} {}", depicted.kind.name(), depicted.name),
                };
                self.keys(depicted.kind, &name, &a, &b, around);
            }
            for (key, value) in &a {
                if let Some(other) = find(&b, key) {
                    self.inside(key, value, other, around);
                }
            }
        } else if let (Some(a), Some(b)) = (elements(old), elements(new)) {
            for (at, value) in a.iter().enumerate() {
                let depicted = |text: &str, own| {
                    let mut found = entries(text).ok()?;
                    found.reverse();
                    identity(key, &found, own)
                };
                let partner = match depicted(value, around.before) {
                    Some(name) => b
                        .iter()
                        .find(|other| depicted(other, around.after).as_ref() == Some(&name)),
                    None => b.get(at),
                };
                if let Some(other) = partner {
                    self.inside(key, value, other, around);
                }
            }
        }
    }

    fn lost(
        &mut self,
        lost: LossKind,
        kind: RecordKind,
        name: &str,
        field: &str,
        value: Option<&str>,
    ) {
        if stands_in_others(kind) && !field.is_empty() {
            let place = (kind, name.to_owned(), field.to_owned());
            // What is too much to remember is told again.
            if self.told.contains(&place) || self.told.len() < MAX_TOLD && !self.told.insert(place)
            {
                return;
            }
        }
        self.losses.push(Loss {
            kind: lost,
            record_kind: kind,
            record: name.to_owned(),
            field: field.to_owned(),
            reason: match self.left_out {
                Some(reason) if field.is_empty() && lost == LossKind::Dropped => reason.to_owned(),
                _ => {
                    let is_event = kind == RecordKind::HistoryEvent && field.is_empty();
                    let event = value.filter(|_| is_event);
                    let event = event.and_then(|text| string(entry(text, "event")?));
                    let field = event.as_deref().unwrap_or(field);
                    self.reasons.reason(lost, kind, field, event.is_some())
                }
            },
            value: value.map(digest),
        });
    }
}

/// Whether a key of what stands in other objects only says where the forge keeps it, whatever became of it.
fn only_keeps(kind: RecordKind, key: &str) -> bool {
    match kind {
        RecordKind::User => key == "object_id",
        RecordKind::Milestone => matches!(key, "url" | "repository_id"),
        _ => false,
    }
}

/// What becomes of the value of a key; none where it comes back.
fn judge(key: &str, old: &str, new: Option<&str>, around: Around<'_>) -> Option<LossKind> {
    let Some(new) = new else {
        return Some(LossKind::Dropped);
    };
    if equal(old, new) {
        return None;
    }
    let same = |without_identity| {
        reduced(key, old, around.before, without_identity)
            == reduced(key, new, around.after, without_identity)
    };
    if same(false) {
        return None;
    }
    let is_null = |text: &str| text.trim() == "null";
    let both = !is_null(old) && !is_null(new);
    Some(match both && is_identity(key) || same(true) {
        true => LossKind::Minted,
        false if is_null(new) => LossKind::Dropped,
        false => LossKind::Altered,
    })
}

/// The entries of an object by key.
fn sorted(text: &str) -> Vec<(String, &str)> {
    let mut found = entries(text).unwrap_or_default();
    found.reverse();
    found
}

fn find<'t>(entries: &[(String, &'t str)], key: &str) -> Option<&'t str> {
    let at = entries.binary_search_by(|(known, _)| known.as_str().cmp(key));
    at.ok().and_then(|at| Some(entries.get(at)?.1))
}

/// The digest of a JSON value.
fn digest(text: &str) -> Digest {
    let mut out = Vec::with_capacity(text.len());
    canonical(text, &mut out);
    Digest::of(&out)
}
