//! What is lost of a record on its way, and what a footer of its text carries instead.

use std::sync::Arc;

use backlot_forge::WriteError;
use backlot_forge::json::{digest, ended, put};
use backlot_forge::output::Output;
use backlot_model::carry::{Carried, footer_characters, put_below, take};
use backlot_model::{
    BODY_CHARACTERS, Field, Lookup, Loss, LossKind, Outgoing, RecordKind, Timestamp, Value,
};

use super::fate::{Fate, Way, fate_of, is_carried};
use super::names::{Names, called, json_of};

/// Judges records that go one way.
pub(super) struct Judge {
    pub(super) way: Way,
    /// Whether footers carry what would be lost.
    pub(super) carries: bool,
    /// When milestones are due that say nothing of it.
    pub(super) due_on: Option<Timestamp>,
}

/// A record that was judged.
#[derive(Default)]
pub(super) struct Judged {
    /// The record as it goes out, where that is not as it is.
    pub(super) changed: Option<Outgoing>,
    /// Whether its text has a footer.
    pub(super) is_carrying: bool,
    /// The fields that were noted or carried.
    told: Vec<Field>,
}

impl Judged {
    /// Takes out of losses noted since what was noted or carried before.
    pub(super) fn without_repeats(&self, kind: RecordKind, since: usize, losses: &mut Vec<Loss>) {
        let mut at = 0;
        losses.retain(|loss| {
            at += 1;
            let is_told = self.told.iter().any(|field| field.name() == loss.field);
            at <= since || loss.record_kind != kind || !is_told
        });
    }
}

impl Judge {
    /// Notes what is lost of a record: one loss for each field that has a value which does not stay as it is.
    /// What GitCode said itself is not lost in its objects.
    pub(super) fn judge<L: Lookup>(
        &self,
        outgoing: &Outgoing,
        names: &Names,
        spared: &[Field],
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<Judged, WriteError<L::Error>> {
        let record = &*outgoing.record;
        let kind = record.kind();
        let mut judged = Judged::default();
        let mut carried = Carried::new();
        let mut lost: Vec<(Field, Loss)> = Vec::new();
        let name = names.of(outgoing);
        for value in record
            .values()
            .iter()
            .filter(|value| self.is_news(outgoing, value))
        {
            let field = value.field();
            let fate = fate_of(self.way, kind, value);
            let (Some(loss), Some(reason)) = (fate.loss(), fate.reason()) else {
                continue;
            };
            if spared.contains(&field) {
                continue;
            }
            let json = json_of(value, lookup).map_err(WriteError::Lookup)?;
            let loss = Loss {
                kind: loss,
                record_kind: kind,
                record: name.clone(),
                field: field.name().to_owned(),
                reason: reason.to_owned(),
                value: Some(digest(&json)),
            };
            lost.push((field, loss));
            if self.carries && is_carried(kind, field) {
                carried = with_value(carried, value, lookup)?;
            }
        }
        if let Some((changed, loss)) = self.due(outgoing, &name) {
            carried = match (self.carries, self.due_on) {
                (true, Some(due_on)) => carried
                    .without(Field::DueOn)
                    .given(Field::DueOn, due_on.to_string()),
                _ => carried,
            };
            judged.changed = Some(changed);
            lost.push((Field::DueOn, loss));
        }
        let told: Vec<Field> = lost.iter().map(|(field, _)| *field).collect();
        if self.carries {
            let going = judged.changed.as_ref().unwrap_or(outgoing);
            if let Some(footed) = with_footer(going, &mut carried) {
                judged.changed = Some(footed);
                judged.is_carrying = true;
                for (field, _) in lost
                    .iter()
                    .filter(|(field, _)| carried.names(*field).is_some())
                {
                    let group = (kind, field.name().to_owned());
                    *output.summary.carried.entry(group).or_default() += 1;
                }
                lost.retain(|(field, _)| carried.names(*field).is_none());
            }
        }
        judged.told.extend(told);
        output.noted.extend(lost.into_iter().map(|(_, loss)| loss));
        Ok(judged)
    }

    /// Whether a value is not as GitCode stated it.
    fn is_news(&self, outgoing: &Outgoing, value: &Value) -> bool {
        match (&outgoing.stated, &outgoing.base) {
            _ if self.way == Way::Requests => true,
            (None, _) => true,
            (Some(_), Some(base)) => base.get(value.field()) != Some(value),
            (Some(_), None) => false,
        }
    }

    /// A milestone that says nothing of a day, with the day that was chosen for such.
    fn due(&self, outgoing: &Outgoing, name: &str) -> Option<(Outgoing, Loss)> {
        let record = &outgoing.record;
        let is_due = record.kind() == RecordKind::Milestone && record.due_on().is_none();
        let is_ours = outgoing.stated.is_none() || self.way == Way::Requests;
        let due_on = self.due_on.filter(|_| is_due && is_ours)?;
        let fate =
            Fate::Minted("GitCode wants a day, and this one was chosen for milestones without one");
        let loss = Loss {
            kind: LossKind::Minted,
            record_kind: RecordKind::Milestone,
            record: name.to_owned(),
            field: Field::DueOn.name().to_owned(),
            reason: fate.reason().unwrap_or_default().to_owned(),
            value: None,
        };
        Some((with(outgoing, Value::DueOn(due_on)), loss))
    }

    /// Notes that a whole record has no place. An event is called by its name.
    pub(super) fn lost<L: Lookup>(
        outgoing: &Outgoing,
        names: &Names,
        reason: &str,
        lookup: &mut L,
        output: &mut Output,
    ) -> Result<(), WriteError<L::Error>> {
        let record = &outgoing.record;
        let mut whole = Vec::new();
        for value in record.values() {
            let json = json_of(value, lookup).map_err(WriteError::Lookup)?;
            put(value.field().name(), &json, &mut whole);
        }
        let field = match record.kind() {
            RecordKind::HistoryEvent => record.event().unwrap_or_default(),
            _ => "",
        };
        output.noted.push(Loss {
            kind: LossKind::Dropped,
            record_kind: record.kind(),
            record: names.of(outgoing),
            field: field.to_owned(),
            reason: reason.to_owned(),
            value: Some(digest(&ended(whole))),
        });
        Ok(())
    }
}

/// The record with another value, as an edit would leave it.
fn with(outgoing: &Outgoing, value: Value) -> Outgoing {
    let mut record = (*outgoing.record).clone();
    record.set(value);
    let base = match (&outgoing.stated, &outgoing.base) {
        (Some(_), None) => Some(Arc::clone(&outgoing.record)),
        (_, base) => base.clone(),
    };
    Outgoing {
        record: Arc::new(record),
        base,
        ..outgoing.clone()
    }
}

/// The record with a footer below its text; none where it needs none, or where the text would become too long.
fn with_footer(outgoing: &Outgoing, carried: &mut Carried) -> Option<Outgoing> {
    let record = &outgoing.record;
    let text = match record.kind() {
        RecordKind::Issue | RecordKind::Comment => record.body().map(String::as_str),
        RecordKind::Milestone => record.description(),
        _ => return None,
    };
    // A footer that somebody wrote would else be taken for ours.
    let has_one = text.is_some_and(|text| take(text).is_some());
    if carried.is_empty() && !has_one {
        return None;
    }
    // Why it is closed, and when, counts only as long as it is.
    if let Some(state) = record.state()
        && record.kind() != RecordKind::Comment
    {
        *carried = std::mem::take(carried).with(Field::State, state.as_word());
    }
    *carried = of_record(std::mem::take(carried), outgoing);
    let length = text.map_or(0, |text| text.chars().count());
    if length + footer_characters(text, carried) > BODY_CHARACTERS {
        return None;
    }
    let footed = put_below(text, carried).ok()?;
    let value = match record.kind() {
        RecordKind::Milestone => Value::Description(footed),
        _ => Value::Body(footed),
    };
    Some(with(outgoing, value))
}

/// What is carried, with the record that it is of: somebody may copy the text into another one.
fn of_record(carried: Carried, outgoing: &Outgoing) -> Carried {
    let record = &outgoing.record;
    let number = match record.kind() {
        RecordKind::Comment => outgoing.parent_number,
        _ => record.number(),
    };
    match (record.kind(), number) {
        (_, None) => carried,
        (RecordKind::Comment, Some(issue)) => carried.of_comment(issue, record.created_at()),
        (RecordKind::Milestone, Some(number)) => {
            carried.of_milestone(number, record.title().unwrap_or_default())
        }
        (_, Some(number)) => carried.of_issue(number),
    }
}

fn with_value<L: Lookup>(
    carried: Carried,
    value: &Value,
    lookup: &mut L,
) -> Result<Carried, WriteError<L::Error>> {
    let mut failed = None;
    let carried = carried.with_value(value, &mut |id| match called(id, lookup) {
        Ok(name) => name,
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    match failed {
        Some(error) => Err(WriteError::Lookup(error)),
        None => Ok(carried),
    }
}
