//! Going back from what a forge said of an issue over the events of its past.

use backlot_model::{Change, Field, Record, RecordId, State, StateReason, Timestamp, Value};
use rustc_hash::FxHashMap;

use super::contradictions::{ContradictionClass, Finding};
use super::evidence::{Fact, ForgeEvent, Said, Told};
use super::life::{Life, Step};
use crate::codec::TextPointer;

/// The fields of an issue that the forge's events, its comments or its dates tell of.
pub(super) const WALKED: [Field; 12] = [
    Field::Title,
    Field::State,
    Field::StateReason,
    Field::ClosedAt,
    Field::ClosedBy,
    Field::Labels,
    Field::Milestone,
    Field::Assignees,
    Field::Locked,
    Field::LockReason,
    Field::CommentCount,
    Field::UpdatedAt,
];

/// The time between what a forge said of an issue and what it said before.
pub(super) struct Segment<'a> {
    /// Until when what it said before is known to be true; none for what it said first.
    pub(super) lower: Option<Timestamp>,
    /// Until when what it said is known to be true; none for what it said last.
    pub(super) upper: Option<Timestamp>,
    /// From when on what it said is true.
    pub(super) from: Timestamp,
    /// The fields that it stated, by the bits of their numbers.
    pub(super) stated: u64,
    /// What it said.
    pub(super) said: &'a Record<TextPointer>,
    /// What it said before; none for what it said first.
    pub(super) before: Option<&'a Record<TextPointer>>,
}

/// Adds to a life what the events between two statements tell about some of the fields.
pub(super) fn walk(life: &mut Life, told: &Told, segment: &Segment<'_>, fields: &[Field]) {
    let mut walk = Walk {
        life,
        told,
        segment,
        steps: Vec::new(),
    };
    if fields.contains(&Field::UpdatedAt) {
        walk.updates();
    }
    if fields.contains(&Field::CommentCount) {
        walk.comments();
    }
    if fields.contains(&Field::Title) {
        walk.titles();
    }
    let facts = walk.facts();
    for field in [
        Field::State,
        Field::Locked,
        Field::Labels,
        Field::Assignees,
        Field::Milestone,
    ] {
        if fields.contains(&field) {
            walk.field(field, &facts);
        }
    }
    // The life goes forward.
    let steps = walk.steps;
    life.steps.extend(steps.into_iter().rev());
    for field in fields {
        if segment.before.is_none()
            || segment.said.get(*field) != segment.before.and_then(|before| before.get(*field))
        {
            let value = segment.said.get(*field).cloned();
            life.step(segment.from, Change::set_or_clear(*field, value));
        }
    }
}

/// What only a closing date tells of: closed since then, and unknown before.
pub(super) fn close(life: &mut Life, said: &Record<TextPointer>, from: Timestamp) {
    let born = life.born;
    let closed = (said.state() == Some(&State::Closed))
        .then(|| said.closed_at())
        .flatten();
    let until = closed.map_or(from, |closed| closed.min(from).max(born));
    let fields = [
        Field::State,
        Field::StateReason,
        Field::ClosedAt,
        Field::ClosedBy,
    ];
    for field in fields {
        // It was said to be unknown until `from`.
        life.unknown
            .retain(|unknown| unknown.field != field || unknown.from != born);
        if field == Field::State || said.get(field).is_some() {
            life.not_known(field, born, until);
        }
        let value = said.get(field).cloned();
        life.step(until, Change::set_or_clear(field, value));
        let first = (field == Field::State).then_some(Value::State(State::Open));
        if closed.is_some() {
            life.initial.apply(&Change::set_or_clear(field, first));
        }
    }
}

struct Walk<'a> {
    life: &'a mut Life,
    told: &'a Told,
    segment: &'a Segment<'a>,
    // From the last to the first.
    steps: Vec<Step>,
}

/// The events about each fact, in the order of time.
type Facts<'a> = Vec<(Fact, Vec<(&'a ForgeEvent, bool)>)>;

impl<'a> Walk<'a> {
    fn step(&mut self, at: Timestamp, change: Change<TextPointer>) {
        let at = at.max(self.life.born);
        self.steps.push(Step { at, change });
    }

    fn first(&mut self, field: Field, value: Option<Value<TextPointer>>) {
        if self.segment.before.is_none() {
            self.life.initial.apply(&Change::set_or_clear(field, value));
        }
    }

    /// A moment inside the segment: what a record is was so since it was changed last, whatever its events
    /// say that are dated later.
    fn within(&self, at: Timestamp) -> Timestamp {
        at.min(self.segment.from).max(self.life.born)
    }

    fn is_inside(&self, at: Timestamp) -> bool {
        self.segment.lower.is_none_or(|lower| at > lower)
            && self.segment.upper.is_none_or(|upper| at <= upper)
    }

    fn states(&self, field: Field) -> bool {
        self.segment.stated & 1 << field.tag() != 0 || self.segment.said.get(field).is_some()
    }

    /// From when on a field is not known that has no event at all.
    fn start(&self) -> Timestamp {
        self.segment.lower.unwrap_or(self.life.born)
    }

    fn find(
        &mut self,
        (field, subject): (Field, Option<RecordId>),
        class: ContradictionClass,
        at: Timestamp,
        event: String,
        against: String,
    ) {
        self.life.findings.push(Finding {
            field,
            class,
            at,
            event,
            subject,
            against,
        });
    }

    /// An issue is changed whenever one of its events or comments says so, and maybe at other times.
    fn updates(&mut self) {
        let (from, start) = (self.segment.from, self.start());
        let said = self.segment.said.updated_at();
        if self
            .segment
            .before
            .is_some_and(|before| before.updated_at() == said)
        {
            return;
        }
        self.life.not_known(Field::UpdatedAt, start, from);
        let created_at = self.segment.said.created_at();
        self.first(Field::UpdatedAt, created_at.map(Value::UpdatedAt));
        let events = self.told.events.iter().map(|event| event.at);
        let mut moments: Vec<_> = events.chain(self.told.comments.iter().copied()).collect();
        moments.sort_unstable();
        for at in moments.into_iter().rev() {
            if self.is_inside(at) && at < from {
                self.step(at, Change::Set(Value::UpdatedAt(at)));
            }
        }
    }

    /// Each comment counts from when it was written; that is all of it where the forge counted as many.
    fn comments(&mut self) {
        let said = self.segment.said.comment_count();
        let before = self.segment.before.map_or(0, Record::comment_count);
        let written: Vec<_> = self
            .told
            .comments
            .iter()
            .copied()
            .filter(|at| self.is_inside(*at) && *at <= self.segment.from)
            .collect();
        let is_whole = before + written.len() as u64 == said && !self.told.lost_comments;
        if !is_whole {
            let (start, from) = (self.start(), self.segment.from);
            self.life.not_known(Field::CommentCount, start, from);
        }
        self.first(Field::CommentCount, None);
        for (nth, at) in written.iter().enumerate().rev() {
            let count = before + nth as u64 + 1;
            self.step(*at, Change::Set(Value::CommentCount(count)));
        }
    }

    fn titles(&mut self) {
        let from = self.segment.from;
        let mut wanted = self.segment.said.title().unwrap_or_default().to_owned();
        let mut until = from;
        let mut is_last = true;
        let start = self.start();
        if self.segment.before.is_none() && !self.told.has_history {
            self.life.not_known(Field::Title, start, from);
            return;
        }
        let told = self.told;
        for event in told.events.iter().rev() {
            let Said::Renamed(before, after) = &event.said else {
                continue;
            };
            if !self.is_inside(event.at) {
                continue;
            }
            let (event_at, at) = (event.at, self.within(event.at));
            if *after != wanted {
                self.life.not_known(Field::Title, at, until);
                let (class, what) = if is_last {
                    (ContradictionClass::State, "it is")
                } else {
                    (ContradictionClass::Order, "the next renaming is from")
                };
                let event = format!("renamed to {after:?}");
                let against = format!("but {what} {wanted:?}");
                self.find((Field::Title, None), class, event_at, event, against);
            }
            self.step(at, Change::Set(Value::Title(after.clone())));
            wanted.clone_from(before);
            (until, is_last) = (at, false);
        }
        match self.segment.before {
            Some(before) if before.title() != Some(wanted.as_str()) => {
                self.life.not_known(Field::Title, start, until);
                if !is_last {
                    self.step(start, Change::Set(Value::Title(wanted)));
                }
            }
            Some(_) => {}
            None => self.first(Field::Title, Some(Value::Title(wanted))),
        }
    }

    /// The facts that events tell of or that the statements state, and the events about each.
    fn facts(&self) -> Facts<'a> {
        let mut facts: Facts<'a> = Vec::new();
        let mut places: FxHashMap<Fact, usize> = FxHashMap::default();
        let mut of = |facts: &mut Facts<'a>, fact: Fact| {
            *places.entry(fact).or_insert_with(|| {
                facts.push((fact, Vec::new()));
                facts.len() - 1
            })
        };
        for field in [Field::State, Field::Locked] {
            let id = RecordId::NIL;
            of(&mut facts, Fact { field, id });
        }
        for record in [Some(self.segment.said), self.segment.before]
            .into_iter()
            .flatten()
        {
            for fact in listed(record) {
                of(&mut facts, fact);
            }
        }
        let told: &'a Told = self.told;
        for event in &told.events {
            if let Said::Fact(fact, holds) = &event.said
                && self.is_inside(event.at)
            {
                let place = of(&mut facts, *fact);
                if let Some((_, events)) = facts.get_mut(place) {
                    events.push((event, *holds));
                }
            }
        }
        facts
    }

    fn field(&mut self, field: Field, facts: &Facts<'a>) {
        let (from, start) = (self.segment.from, self.start());
        let is_first = self.segment.before.is_none();
        if field == Field::State
            && !matches!(self.segment.said.state(), Some(State::Open | State::Closed))
        {
            self.life.not_known(field, start, from);
            return;
        }
        if is_first {
            match field {
                Field::State => {
                    self.first(field, Some(Value::State(State::Open)));
                    for field in [Field::StateReason, Field::ClosedAt, Field::ClosedBy] {
                        self.first(field, None);
                    }
                }
                Field::Locked => {
                    self.first(Field::Locked, None);
                    self.first(Field::LockReason, None);
                }
                _ => {}
            }
            if !self.told.has_history {
                match field {
                    Field::State => self.closed_without_events(),
                    Field::Locked if self.states(Field::LockReason) => {
                        let value = self.segment.said.get(Field::LockReason).cloned();
                        self.first(Field::LockReason, value);
                        self.life.not_known(Field::LockReason, start, from);
                    }
                    _ => {}
                }
                if field != Field::State {
                    let value = self.segment.said.get(field).cloned();
                    self.first(field, value);
                    self.life.not_known(field, start, from);
                }
                return;
            }
        }
        let mut first = Vec::new();
        let begun = self.steps.len();
        for (fact, events) in facts.iter().filter(|(fact, _)| fact.field == field) {
            if self.fact(*fact, events) {
                first.push(fact.id);
            }
        }
        if is_first {
            match field {
                Field::Labels => self.first(field, Some(Value::Labels(first))),
                Field::Assignees => self.first(field, Some(Value::Assignees(first))),
                Field::Milestone => {
                    self.first(field, first.first().copied().map(Value::Milestone));
                }
                _ => {}
            }
        }
        let mut own = self.steps.split_off(begun);
        // Backwards: of one moment, what ends something comes before what begins something.
        own.sort_by_key(|step| {
            let begins = !matches!(step.change, Change::Clear(_));
            (
                std::cmp::Reverse(step.at),
                field == Field::Milestone && !begins,
            )
        });
        self.steps.extend(own);
    }

    /// Without any event, only the date of the closing tells of the state.
    fn closed_without_events(&mut self) {
        let said = self.segment.said;
        let (from, born) = (self.segment.from, self.life.born);
        let closed = (said.state() == Some(&State::Closed))
            .then(|| said.closed_at())
            .flatten();
        let until = closed.map_or(from, |closed| self.within(closed));
        for field in [
            Field::State,
            Field::StateReason,
            Field::ClosedAt,
            Field::ClosedBy,
        ] {
            if self.states(field) {
                self.life.not_known(field, born, until);
            }
            if closed.is_some() {
                let value = said.get(field).cloned();
                self.step(until, Change::set_or_clear(field, value));
            }
        }
    }

    /// Goes back over the events about one fact. Whether it was so at the beginning.
    fn fact(&mut self, fact: Fact, events: &[(&'a ForgeEvent, bool)]) -> bool {
        let (from, start) = (self.segment.from, self.start());
        let is_first = self.segment.before.is_none();
        let mut wanted = holds(self.segment.said, fact);
        let mut until = from;
        let mut order: Vec<_> = events.to_vec();
        for last in (0..order.len()).rev() {
            // Events of one moment come in whichever order makes sense.
            if let Some((event, holds)) = order.get(last).copied()
                && holds != wanted
                && let Some(other) = (0..last)
                    .rev()
                    .take_while(|other| order[*other].0.at == event.at)
                    .find(|other| order[*other].1 == wanted)
            {
                order.swap(last, other);
            }
            let Some((event, holds)) = order.get(last).copied() else {
                continue;
            };
            let at = self.within(event.at);
            let is_last = last + 1 == order.len();
            if holds != wanted {
                self.not_known(fact.field, at, until);
                let class = if self.told.gone.contains(&fact.id) {
                    ContradictionClass::UnknownName
                } else if is_last {
                    ContradictionClass::State
                } else {
                    ContradictionClass::Order
                };
                let (said, against) = describe(fact, holds, is_last);
                let about = (fact.field, fact.subject());
                self.find(about, class, event.at, said.to_owned(), against.to_owned());
            }
            let is_stated = is_last && holds == wanted;
            self.fact_step(at, until, fact, (event, holds), is_stated);
            wanted = !holds;
            until = at;
        }
        let begins = self
            .segment
            .before
            .is_some_and(|before| self::holds(before, fact));
        if wanted == begins {
            return wanted;
        }
        if fact.field == Field::State && wanted && order.is_empty() {
            // Nothing but the date of the closing tells of it.
            if let Some(closed) = self
                .segment
                .said
                .closed_at()
                .filter(|at| self.is_inside(*at))
            {
                until = self.within(closed);
                self.closed_step(until, None, true);
            }
        }
        self.not_known(fact.field, start, until);
        if is_first {
            let at = self.life.born;
            let (said, against) = match fact.field {
                Field::State => ("closed", "and no event closed it"),
                Field::Locked => ("locked", "and no event locked it"),
                Field::Labels => ("label", "and no event gave it"),
                Field::Milestone => ("milestone", "and no event gave it"),
                _ => ("assignee", "and no event assigned it"),
            };
            let (about, class) = ((fact.field, fact.subject()), ContradictionClass::NoEvent);
            self.find(about, class, at, said.to_owned(), against.to_owned());
        }
        wanted
    }

    fn not_known(&mut self, field: Field, from: Timestamp, to: Timestamp) {
        let with: &[Field] = match field {
            Field::State => &[Field::StateReason, Field::ClosedAt, Field::ClosedBy],
            Field::Locked => &[Field::LockReason],
            _ => &[],
        };
        self.life.not_known(field, from, to);
        for field in with {
            if self.states(*field) {
                self.life.not_known(*field, from, to);
            }
        }
    }

    fn fact_step(
        &mut self,
        at: Timestamp,
        until: Timestamp,
        fact: Fact,
        (event, holds): (&ForgeEvent, bool),
        is_stated: bool,
    ) {
        match fact.field {
            Field::State if holds => {
                if !is_stated && event.reason.is_none() && self.states(Field::StateReason) {
                    self.life.not_known(Field::StateReason, at, until);
                }
                self.closed_step(at, Some(event), is_stated);
            }
            Field::State => {
                self.step(at, Change::Set(Value::State(State::Open)));
                let has_reasons =
                    self.states(Field::StateReason) && !self.segment.said.is_pull_request();
                let reason = has_reasons.then_some(Value::StateReason(StateReason::Reopened));
                self.step(at, Change::set_or_clear(Field::StateReason, reason));
                self.step(at, Change::Clear(Field::ClosedAt));
                self.step(at, Change::Clear(Field::ClosedBy));
            }
            Field::Locked => {
                self.step(
                    at,
                    Change::set_or_clear(Field::Locked, holds.then_some(Value::Locked(true))),
                );
                let stated = self.segment.said.get(Field::LockReason).cloned();
                if holds && !is_stated && self.states(Field::LockReason) {
                    self.life.not_known(Field::LockReason, at, until);
                }
                let reason = stated.filter(|_| holds && is_stated);
                self.step(at, Change::set_or_clear(Field::LockReason, reason));
            }
            Field::Milestone => {
                let value = holds.then_some(Value::Milestone(fact.id));
                self.step(at, Change::set_or_clear(Field::Milestone, value));
            }
            field if holds => self.step(at, Change::Add(field, fact.id)),
            field => self.step(at, Change::Remove(field, fact.id)),
        }
    }

    /// The closing by an event; the statement tells more of the last one than its event does.
    fn closed_step(&mut self, at: Timestamp, event: Option<&ForgeEvent>, is_stated: bool) {
        let said = self.segment.said;
        let stated = |field| said.get(field).cloned().filter(|_| is_stated);
        let closed_at = stated(Field::ClosedAt).unwrap_or(Value::ClosedAt(at));
        let author = event.and_then(|event| event.author);
        let closed_by = stated(Field::ClosedBy).or(author.map(Value::ClosedBy));
        let reason = event.and_then(|event| event.reason.clone());
        let reason = reason
            .map(Value::StateReason)
            .or(stated(Field::StateReason));
        self.step(at, Change::Set(Value::State(State::Closed)));
        self.step(at, Change::set_or_clear(Field::StateReason, reason));
        self.step(at, Change::Set(closed_at));
        self.step(at, Change::set_or_clear(Field::ClosedBy, closed_by));
    }
}

/// What an event says, and what stands against it.
fn describe(fact: Fact, holds: bool, is_last: bool) -> (&'static str, &'static str) {
    let event = match (fact.field, holds) {
        (Field::State, true) => "closed",
        (Field::State, false) => "reopened",
        (Field::Locked, true) => "locked",
        (Field::Locked, false) => "unlocked",
        (Field::Labels, true) => "labeled",
        (Field::Labels, false) => "unlabeled",
        (Field::Milestone, true) => "milestoned",
        (Field::Milestone, false) => "demilestoned",
        (_, true) => "assigned",
        (_, false) => "unassigned",
    };
    let against = match (is_last, holds) {
        (true, true) => "but it is not so",
        (true, false) => "but it is still so",
        (false, true) => "but the next event begins it again",
        (false, false) => "but the next event ends it again",
    };
    (event, against)
}

/// The labels, assignees and milestone of an issue.
fn listed(record: &Record<TextPointer>) -> impl Iterator<Item = Fact> + '_ {
    let of = |field| move |id: &RecordId| Fact { field, id: *id };
    let labels = record.labels().iter().map(of(Field::Labels));
    let assignees = record.assignees().iter().map(of(Field::Assignees));
    let milestone = record.milestone().map(|id| Fact {
        field: Field::Milestone,
        id,
    });
    labels.chain(assignees).chain(milestone)
}

fn holds(record: &Record<TextPointer>, fact: Fact) -> bool {
    match fact.field {
        Field::State => record.state() == Some(&State::Closed),
        Field::Locked => record.is_locked(),
        Field::Milestone => record.milestone() == Some(fact.id),
        field => record.ids(field).contains(&fact.id),
    }
}
