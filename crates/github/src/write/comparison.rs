//! What a layout cannot hold: each object as the REST API gives it, beside what comes back of it.

use backlot_model::{Lookup, Loss, LossKind, Outgoing, RecordKind};

use super::echo::Echo;
use super::objects::{Objects, VERSION};
use super::requests::Fate;
use crate::shape::{Form, Site};
use backlot_forge::WriteError;
use backlot_forge::json::{canonical, digest, entries};
use backlot_forge::slots::entry;

pub(super) use super::objects::{Object as Original, form_of};

/// The ways in which a layout fails to hold something, as its reports say them.
pub(super) struct Reasons {
    /// A whole object has no place.
    pub(super) whole: &'static str,
    /// A key of an object has no place.
    pub(super) dropped: &'static str,
    /// The value of a key comes back as another one.
    pub(super) altered: &'static str,
    /// A key comes back that was not there.
    pub(super) minted: &'static str,
}

/// Finds out what is lost of each object.
pub(super) struct Comparison {
    reasons: Reasons,
    objects: Objects,
    echo: Echo,
}

impl Comparison {
    /// One for a layout with these reasons.
    pub(super) fn new(reasons: Reasons) -> Self {
        Self {
            reasons,
            objects: Objects::default(),
            echo: Echo::new(VERSION),
        }
    }

    /// Has what was made here stand at a host and under a name, as [`Renderer::at`] has it.
    pub(super) fn at(&mut self, host: Option<String>, name: Option<String>) {
        self.objects = Objects::at(host, name);
    }

    /// Where the repository is that is written.
    pub(super) fn site(&self) -> Site<'_> {
        self.objects.site()
    }

    /// The URL of the repository that is written.
    pub(super) fn repository_url(&self) -> String {
        self.objects.repository_url()
    }

    /// Learns from the record of the repository where everything is.
    pub(super) fn enter<L: Lookup>(
        &mut self,
        repository: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        self.objects.enter(repository, lookup)
    }

    /// A record in the form that it is handed out in, as the layout `rest` gives it.
    pub(super) fn original<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Original, WriteError<L::Error>> {
        self.objects.original(outgoing, lookup)
    }

    /// The same, noting what is true of the record and that no object says, but for fields that the layout
    /// has another way to say.
    pub(super) fn noted<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        said: &[&str],
        losses: &mut Vec<Loss>,
    ) -> Result<Original, WriteError<L::Error>> {
        let original = self.original(outgoing, lookup)?;
        let own = self.objects.unused.drain(..).filter(|loss| {
            let is_own = loss.kind == LossKind::Dropped && loss.record_kind == original.kind;
            is_own && !said.contains(&loss.field.as_str())
        });
        losses.extend(own);
        Ok(original)
    }

    /// The other forms of a record, each of which is an object of its own in the layout `rest`.
    pub(super) fn other_forms<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Vec<Original>, WriteError<L::Error>> {
        let mut found = Vec::new();
        if outgoing.stated.is_none() {
            return Ok(found);
        }
        let chosen = form_of(outgoing);
        let id = outgoing.record.id();
        for form in forms(outgoing.record.kind()).iter().copied() {
            if Some(form) == chosen {
                continue;
            }
            let stated = lookup.stated(id, form.view()).map_err(WriteError::Lookup)?;
            if let Some(stated) = stated {
                found.push(self.original(&stated, lookup)?);
            }
        }
        Ok(found)
    }

    /// The object that comes back of a text that was written.
    pub(super) fn back(
        &mut self,
        form: Form,
        kind: RecordKind,
        text: &str,
        parent: Option<u64>,
    ) -> Option<String> {
        let site = self.objects.site();
        self.echo.of(form, kind, text, site, parent)
    }

    /// Notes that a whole record has no place, in any of its forms.
    pub(super) fn lost<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        losses: &mut Vec<Loss>,
    ) -> Result<(), WriteError<L::Error>> {
        let first = self.original(outgoing, lookup)?;
        losses.push(self.whole(&first));
        for other in self.other_forms(outgoing, lookup)? {
            losses.push(self.whole(&other));
        }
        Ok(())
    }

    /// The loss of a whole object.
    pub(super) fn whole(&self, original: &Original) -> Loss {
        loss(
            LossKind::Dropped,
            original,
            "",
            self.reasons.whole,
            Some(&original.text),
        )
    }

    /// Notes every key whose value comes back otherwise; nothing at all may come back.
    pub(super) fn compare(&self, original: &Original, back: Option<&str>, losses: &mut Vec<Loss>) {
        let Some(back) = back else {
            return losses.push(self.whole(original));
        };
        let (before, after) = (sorted(&original.text), sorted(back));
        let find = |list: &[(String, Vec<u8>)], key: &str| {
            let at = list.binary_search_by(|(known, _)| known.as_str().cmp(key));
            at.ok().map(|at| list[at].1.clone())
        };
        for (key, value) in &before {
            let (kind, reason) = match find(&after, key) {
                None => (LossKind::Dropped, self.reasons.dropped),
                Some(other) if other != *value => (LossKind::Altered, self.reasons.altered),
                Some(_) => continue,
            };
            let value = std::str::from_utf8(value).unwrap_or_default();
            losses.push(loss(kind, original, key, reason, Some(value)));
        }
        for (key, _) in after.iter().filter(|(key, _)| find(&before, key).is_none()) {
            losses.push(loss(
                LossKind::Minted,
                original,
                key,
                self.reasons.minted,
                None,
            ));
        }
    }

    /// Notes those of these keys that an object has.
    pub(super) fn without(&self, original: &Original, keys: &[&str], losses: &mut Vec<Loss>) {
        for key in keys {
            if let Some(value) = entry(&original.text, key) {
                let reason = self.reasons.dropped;
                losses.push(loss(LossKind::Dropped, original, key, reason, Some(value)));
            }
        }
    }

    /// Notes every key that has a value which is not kept.
    pub(super) fn judge(
        &self,
        original: &Original,
        fate: impl Fn(&str, &str) -> Fate,
        losses: &mut Vec<Loss>,
    ) {
        for (key, value) in entries(&original.text).unwrap_or_default().iter().rev() {
            let (kind, reason) = match fate(key, value) {
                _ if *value == "null" => continue,
                Fate::Kept => continue,
                Fate::Anew => (LossKind::Altered, self.reasons.altered),
                Fate::Dropped => (LossKind::Dropped, self.reasons.dropped),
            };
            losses.push(loss(kind, original, key, reason, Some(value)));
        }
    }
}

/// The forms that records of a kind can have.
const fn forms(kind: RecordKind) -> &'static [Form] {
    match kind {
        RecordKind::Issue => &[Form::Issue, Form::Pull],
        RecordKind::Comment => &[Form::Comment, Form::Timeline],
        RecordKind::HistoryEvent => &[Form::Event, Form::IssueEvent, Form::Timeline],
        _ => &[],
    }
}

/// The entries by key, each value in the one way in which equal values are equal.
fn sorted(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = entries(text).unwrap_or_default();
    found.reverse();
    let canonical = |(key, value): (String, &str)| {
        let mut out = Vec::with_capacity(value.len());
        canonical(value, &mut out);
        (key, out)
    };
    found.into_iter().map(canonical).collect()
}

fn loss(kind: LossKind, of: &Original, field: &str, reason: &str, value: Option<&str>) -> Loss {
    Loss {
        kind,
        record_kind: of.kind,
        record: of.name.clone(),
        field: field.to_owned(),
        reason: reason.to_owned(),
        value: value.map(digest),
    }
}
