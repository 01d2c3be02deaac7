//! When a carried value counts, and which value it is.

use backlot_model::carry::Carried;
use backlot_model::{Change, Field, RecordId, RecordKind, Shape, Value, check_name};

use super::{RestoreOptions, WhyNotRestored, Work};
use crate::codec::Head;
use crate::error::Result;
use crate::write::editor::Editor;

/// The fields that are restored of each kind of record.
const fn is_restored(kind: RecordKind, field: Field) -> bool {
    use Field as F;
    match kind {
        RecordKind::Issue => matches!(
            field,
            F::Title
                | F::StateReason
                | F::Author
                | F::Assignees
                | F::Labels
                | F::Milestone
                | F::CreatedAt
                | F::UpdatedAt
                | F::ClosedAt
                | F::ClosedBy
                | F::Locked
                | F::LockReason
                | F::AuthorAssociation
                | F::IssueType
                | F::Reactions
                | F::Draft
                | F::PullRequest
                | F::MergedAt
                | F::Pinned
        ),
        RecordKind::Comment => matches!(
            field,
            F::Author
                | F::CreatedAt
                | F::UpdatedAt
                | F::AuthorAssociation
                | F::Reactions
                | F::Pinned
                | F::MinimizedReason
        ),
        _ => matches!(
            field,
            F::Title | F::Author | F::CreatedAt | F::UpdatedAt | F::ClosedAt | F::DueOn
        ),
    }
}

/// How far a date lies from the moment of which it was made, at most: a day, in whatever time zone.
const DAY: u64 = 24 * 60 * 60 * 1000;

/// One record and what its footer carries.
struct Carrying<'a> {
    head: &'a Head,
    base: Option<&'a Head>,
    carried: &'a Carried,
    /// Whether it is open or closed as it was when it was sent, as far as that is known.
    is_of_state: bool,
    /// What the record says now, in the words of a footer.
    present: Carried,
}

/// What becomes of a carried value.
enum Outcome {
    /// The record has it already.
    Same,
    Change(Change),
    Not(WhyNotRestored),
    /// Who wrote it or when, which nobody asked for.
    NotAsked(Field),
}

impl Editor<'_, '_> {
    /// The changes by which a record gets the values that its footer carries. What is not restored is told.
    pub(super) fn carried_changes(
        &mut self,
        work: &mut Work<'_>,
        head: &Head,
        base: Option<&Head>,
        carried: &Carried,
    ) -> Result<Vec<Change>> {
        let carrying = Carrying {
            head,
            base,
            carried,
            is_of_state: is_of_state(head, carried),
            present: self.in_words(head, carried)?,
        };
        let mut changes: Vec<Change> = Vec::new();
        let mut is_untouched = carrying.is_of_state;
        // In the order of the fields: whether a conversation is locked comes before why.
        let mut fields: Vec<Field> = carried.fields().collect();
        fields.sort_unstable();
        fields.retain(|field| !matches!(field, Field::State | Field::UpdatedAt));
        for field in fields {
            match self.carried_change(work, &carrying, field, &changes)? {
                Outcome::Same => {}
                Outcome::Change(change) => changes.push(change),
                Outcome::NotAsked(field) => work.leave(field),
                Outcome::Not(why) => {
                    is_untouched &= !matches!(
                        why,
                        WhyNotRestored::ChangedThere(_) | WhyNotRestored::EditedHere(_)
                    );
                    self.tell(work, head, why)?;
                }
            }
        }
        if carried.names(Field::UpdatedAt).is_some() {
            let outcome = match is_untouched {
                true => self.carried_change(work, &carrying, Field::UpdatedAt, &changes)?,
                false => Outcome::Not(WhyNotRestored::ChangedThere(Field::UpdatedAt)),
            };
            match outcome {
                Outcome::Same => {}
                Outcome::Change(change) => changes.push(change),
                Outcome::NotAsked(field) => work.leave(field),
                Outcome::Not(why) => self.tell(work, head, why)?,
            }
        }
        for key in carried.unknown() {
            self.tell(work, head, WhyNotRestored::UnknownKey(key.to_owned()))?;
        }
        Ok(changes)
    }

    fn carried_change(
        &mut self,
        work: &mut Work<'_>,
        carrying: &Carrying<'_>,
        field: Field,
        before: &[Change],
    ) -> Result<Outcome> {
        let record = &carrying.head.record;
        let carried = carrying.carried;
        let not = |why: fn(Field) -> WhyNotRestored| Ok(Outcome::Not(why(field)));
        if field == Field::Number && record.kind() != RecordKind::Comment {
            let number = carried.number(field);
            return Ok(
                match number.filter(|number| record.number() != Some(*number)) {
                    Some(number) => Outcome::Not(WhyNotRestored::Number(number)),
                    None => Outcome::Same,
                },
            );
        }
        if !is_restored(record.kind(), field) {
            return not(WhyNotRestored::Unusable);
        }
        if carrying.says_so(field) {
            return Ok(Outcome::Same);
        }
        if !self.is_as_stated(carrying.head, carrying.base, field)? {
            return not(WhyNotRestored::EditedHere);
        }
        if field.is_list() {
            return self.carried_list(work, carrying, field);
        }
        if !carrying.counts(field, before) {
            return not(WhyNotRestored::ChangedThere);
        }
        if !work.authorship && RestoreOptions::AUTHORSHIP.contains(&field) {
            return Ok(Outcome::NotAsked(field));
        }
        if carried.names(field).is_none_or(<[String]>::is_empty) {
            return Ok(match record.get(field) {
                Some(_) => Outcome::Change(Change::Clear(field)),
                None => Outcome::Same,
            });
        }
        let Some(value) = self.carried_value(work, carried, field)? else {
            return not(WhyNotRestored::Unusable);
        };
        // A flag that is not set and a count of nought are no values.
        let known = record.get(field).map(Value::shape);
        let is_known = match known {
            Some(Shape::Id(id)) => value.shape() == Shape::Id(id),
            Some(Shape::Moment(moment)) => value.shape() == Shape::Moment(moment),
            Some(Shape::Reactions(counts)) => value.shape() == Shape::Reactions(counts),
            Some(_) => false,
            None => value.says_nothing(),
        };
        Ok(match is_known {
            true => Outcome::Same,
            false => Outcome::Change(Change::Set(value)),
        })
    }

    /// The value that a footer carries for a field; none where it is none of the field.
    fn carried_value(
        &mut self,
        work: &mut Work<'_>,
        carried: &Carried,
        field: Field,
    ) -> Result<Option<Value>> {
        let Some(text) = carried.text(field) else {
            return Ok(None);
        };
        let shape = match field {
            Field::Author | Field::ClosedBy => self.carried_user(work, text)?.map(Shape::Id),
            Field::Milestone => {
                let number = carried.names(field).and_then(|names| names.get(1));
                let number = number.and_then(|number| number.parse().ok());
                self.carried_milestone(work, text, number)?.map(Shape::Id)
            }
            Field::Reactions => carried.reactions().map(Shape::Reactions),
            Field::Locked | Field::Draft | Field::PullRequest | Field::Pinned => {
                (text == "true").then_some(Shape::Flag)
            }
            Field::CreatedAt
            | Field::UpdatedAt
            | Field::ClosedAt
            | Field::MergedAt
            | Field::DueOn => carried.moment(field).map(Shape::Moment),
            _ => {
                let is_word = check_name("record", "field", text).is_ok();
                is_word.then(|| Shape::Text(text.to_owned()))
            }
        };
        Ok(shape.and_then(|shape| Value::from_shape(field, shape)))
    }

    /// A list as it was, with what the target took out of it since and what it put in.
    fn carried_list(
        &mut self,
        work: &mut Work<'_>,
        carrying: &Carrying<'_>,
        field: Field,
    ) -> Result<Outcome> {
        let present = carrying.head.record.ids(field);
        let mut names = Vec::with_capacity(present.len());
        for id in present {
            names.push(self.said_name(*id)?.unwrap_or_default());
        }
        let wanted = carrying.carried.names(field).unwrap_or_default();
        let given = carrying.carried.given_instead(field);
        let holds = |list: &[String], name: &str| {
            let name = name.to_lowercase();
            list.iter().any(|held| held.to_lowercase() == name)
        };
        let mut ids: Vec<RecordId> = Vec::with_capacity(wanted.len());
        for name in wanted {
            let at = names
                .iter()
                .position(|held| held.to_lowercase() == name.to_lowercase());
            if at.is_none() && given.is_some_and(|given| holds(given, name)) {
                continue;
            }
            let id = match (at.and_then(|at| present.get(at)), field) {
                (Some(id), _) => Some(*id),
                (None, Field::Labels) => self.carried_label(work, name)?,
                (None, _) => self.carried_user(work, name)?,
            };
            match id {
                Some(id) if !ids.contains(&id) => ids.push(id),
                Some(_) => {}
                None => return Ok(Outcome::Not(WhyNotRestored::Unusable(field))),
            }
        }
        for (id, name) in present.iter().zip(&names) {
            if !given.is_some_and(|given| holds(given, name)) && !ids.contains(id) {
                ids.push(*id);
            }
        }
        let value = match field {
            Field::Labels => Value::Labels(ids),
            _ => Value::Assignees(ids),
        };
        Ok(match value.ids() == Some(present) {
            true => Outcome::Same,
            false => Outcome::Change(Change::Set(value)),
        })
    }

    /// What a record says now of the fields that a footer carries.
    fn in_words(&self, head: &Head, carried: &Carried) -> Result<Carried> {
        let mut present = Carried::new();
        for field in carried.fields() {
            let Some(value) = head.record.get(field) else {
                continue;
            };
            let mut failed = None;
            present = present.with_value(value, &mut |id| match self.said_name(id) {
                Ok(name) => name,
                Err(error) => {
                    failed = Some(error);
                    None
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(present)
    }

    /// What people call a record.
    fn said_name(&self, id: RecordId) -> Result<Option<String>> {
        let found = self.find(id)?;
        let record = found.as_ref().map(|(_, head)| &head.record);
        let name = record.and_then(|record| record.name().or(record.title()));
        Ok(name.map(str::to_owned))
    }
}

impl Carrying<'_> {
    /// Whether the record says already what is carried.
    fn says_so(&self, field: Field) -> bool {
        let (wanted, present) = (self.carried.names(field), self.present.names(field));
        match field {
            // The number of a milestone is only by the way.
            Field::Milestone => {
                wanted.and_then(<[String]>::first) == present.and_then(<[String]>::first)
            }
            _ => wanted.unwrap_or_default() == present.unwrap_or_default(),
        }
    }

    /// Whether nobody changed a field at the target since: it has what it was given instead, or, where that is not
    /// known, nothing. What no target lets people change counts always, and what goes with a state as long as it
    /// is the same.
    fn counts(&self, field: Field, before: &[Change]) -> bool {
        let record = &self.head.record;
        if let Some(given) = self.carried.given_instead(field) {
            return given == self.present.names(field).unwrap_or_default();
        }
        match field {
            Field::Author | Field::CreatedAt | Field::UpdatedAt => true,
            Field::AuthorAssociation => true,
            Field::StateReason | Field::ClosedAt | Field::ClosedBy => self.is_of_state,
            Field::DueOn => {
                let moments = (record.due_on(), self.carried.moment(field));
                match moments {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(date), Some(moment)) => {
                        let (date, moment) = (date.unix_milliseconds(), moment.unix_milliseconds());
                        date.abs_diff(moment) <= DAY
                    }
                }
            }
            Field::LockReason => {
                let locks = |change: &Change| change.field() == Field::Locked;
                record.lock_reason().is_none() && (record.is_locked() || before.iter().any(locks))
            }
            _ => record.get(field).is_none(),
        }
    }
}

/// Whether a record is open or closed as it was when it was sent. Where the footer does not say how it was, what it
/// carries of a closing does.
fn is_of_state(head: &Head, carried: &Carried) -> bool {
    let state = head.record.state().map(|state| state.as_word());
    if let Some(sent) = carried.text(Field::State) {
        return state == Some(sent);
    }
    let closing = [Field::ClosedAt, Field::ClosedBy];
    let says = |field: &Field| carried.text(*field).is_some();
    match carried.text(Field::StateReason) {
        Some("reopened") => state == Some("open"),
        Some(_) => state == Some("closed"),
        None if closing.iter().any(says) => state == Some("closed"),
        None => true,
    }
}
