//! What a mapping altered, as reports tell it.

use super::Mapper;
use crate::event::ForeignId;
use crate::exchange::{Loss, LossKind, Outgoing};
use crate::id::Digest;
use crate::kind::RecordKind;

/// How many old names are remembered as reported: more than a mapping has.
const MAX_REPORTED: usize = 1 << 17;

impl Mapper<'_> {
    /// What a record is called in reports.
    pub(super) fn shown(&self, outgoing: &Outgoing) -> String {
        let record = &*outgoing.record;
        let kind = record.kind();
        let repository = self.repository.as_ref().map_or("", |name| name.as_str());
        match (kind, super::own_name(record), record.number()) {
            (RecordKind::User, Some(login), _) => format!("user {login}"),
            (RecordKind::Issue, _, Some(number)) => format!("{repository}#{number}"),
            (_, Some(name), _) => format!("{repository} {} {name}", kind.name()),
            _ => match &outgoing.stated {
                Some((_, ForeignId::Number(id), _)) => {
                    format!("{repository} {} {id}", kind.name())
                }
                Some((_, ForeignId::Text(id), _)) => format!("{repository} {} {id}", kind.name()),
                None => format!("{repository} {} {}", kind.name(), record.id()),
            },
        }
    }

    /// The new name of a user, a label or a milestone, which is reported once.
    pub(super) fn renamed(&mut self, kind: RecordKind, name: &str) -> Option<String> {
        let new = self.mapping.name(kind, name)?;
        if new == name {
            return None;
        }
        let new = new.to_owned();
        let known = (kind, name.to_owned());
        if self.reported.len() < MAX_REPORTED && self.reported.insert(known) {
            let olds = self.mapping.pairs(kind);
            let alike = olds.filter(|(_, other)| super::key(kind, other) == super::key(kind, &new));
            let end = match alike.count() {
                0 | 1 => "",
                _ => "; so are others, which cannot be told apart after",
            };
            let stays = match kind {
                RecordKind::User => "; the number of the account stays",
                _ => "",
            };
            self.losses.push(Loss {
                kind: LossKind::Altered,
                record_kind: kind,
                record: self.named(kind, name),
                field: field_of_name(kind).to_owned(),
                reason: format!("mapped to {new}{stays}{end}"),
                value: Some(Digest::of(name.as_bytes())),
            });
        }
        Some(new)
    }

    /// Reports, once, a name that stays and that the inverse would take for mapped.
    pub(super) fn had_the_name(&mut self, kind: RecordKind, name: &str) {
        let is_mapped = self.mapping.name(kind, name).is_some();
        let back = self.inverse.name(kind, name);
        if is_mapped || back.is_none_or(|old| old == name) {
            return;
        }
        let known = (kind, name.to_owned());
        if self.reported.len() < MAX_REPORTED && self.reported.insert(known) {
            self.losses.push(Loss {
                kind: LossKind::Altered,
                record_kind: kind,
                record: self.named(kind, name),
                field: field_of_name(kind).to_owned(),
                reason: "had a name that the map gives others; the inverse map would take it for one of them".to_owned(),
                value: None,
            });
        }
    }

    /// A user, a label or a milestone as reports call it.
    fn named(&self, kind: RecordKind, name: &str) -> String {
        match (kind, &self.repository) {
            (RecordKind::User, _) | (_, None) => format!("{} {name}", kind.name()),
            (_, Some(repository)) => format!("{repository} {} {name}", kind.name()),
        }
    }

    /// A text inside of what is kept in the forge's own words.
    pub(super) fn kept_text(&mut self, text: &str) -> Option<String> {
        let mapped = self
            .mapping
            .checked_text(&self.inverse, text, &self.context());
        let new = mapped.text.into_owned();
        if new == text {
            return None;
        }
        self.altered("body inside", text, mapped.is_reversible);
        Some(new)
    }

    /// Reports a text that says something else now.
    pub(super) fn altered(&mut self, field: &str, old: &str, is_reversible: bool) {
        let reason = match is_reversible {
            true => "mapped; the inverse map gives the text back",
            false => "mapped; the inverse map does not give exactly this text back",
        };
        self.lose(LossKind::Altered, field, reason, Some(old));
    }

    /// Reports a text that says what the mapping would have made of another one.
    pub(super) fn looks_mapped(&mut self, field: &str) {
        let reason = "stays as it is, and the inverse map would take it for mapped";
        self.lose(LossKind::Altered, field, reason, None);
    }

    /// Reports a list or a milestone of which one stands for several now.
    pub(super) fn went_together(&mut self, field: &str) {
        let reason = "two of them have the same name by the map";
        self.lose(LossKind::Altered, field, reason, None);
    }

    /// Reports a label or a milestone that another one stands for.
    pub(super) fn merged(&mut self, old: &str, new: &str) {
        let reason = format!("goes together with another one as {new}");
        let field = field_of_name(self.current.0);
        self.lose(LossKind::Dropped, field, &reason, Some(old));
    }

    fn lose(&mut self, kind: LossKind, field: &str, reason: &str, value: Option<&str>) {
        let (record_kind, record) = self.current.clone();
        self.losses.push(Loss {
            kind,
            record_kind,
            record,
            field: field.to_owned(),
            reason: reason.to_owned(),
            value: value.map(|value| Digest::of(value.as_bytes())),
        });
    }
}

const fn field_of_name(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::User => "login",
        RecordKind::Milestone => "title",
        _ => "name",
    }
}
