//! Puts together the life of a record from the events of the log and what its forge tells.

use backlot_model::{Change, Field, Record, RecordId, RecordKind, Timestamp, Value};
use rustc_hash::FxHashMap;

use super::evidence::{Entry, Told};
use super::life::{BEGINNING, Life};
use super::walk::{Segment, WALKED, walk};
use crate::codec::TextPointer;

/// All that one import said of the record.
struct Statement {
    sequence: u64,
    recorded_at: Timestamp,
    changes: Vec<Change<TextPointer>>,
    stated: u64,
    /// What the source has said by then.
    said: Record<TextPointer>,
}

enum Item {
    Done(Entry),
    Said(usize),
}

/// The life that these events make.
pub(super) fn build(id: RecordId, kind: RecordKind, entries: Vec<Entry>, told: &Told) -> Life {
    let (items, statements) = statements(id, kind, entries);
    let mut builder = Builder {
        told,
        life: Life::new(Record::new(id, kind), BEGINNING),
        current: Record::new(id, kind),
        said: Record::new(id, kind),
        stated: 0,
        done: FxHashMap::default(),
        last: None,
        is_said: false,
    };
    for (at, item) in items.into_iter().enumerate() {
        match item {
            Item::Done(entry) => builder.done(at == 0, entry),
            Item::Said(index) => {
                let Some(statement) = statements.get(index) else {
                    continue;
                };
                let next = statements.get(index + 1);
                if at == 0 {
                    builder.begin(statement, next);
                } else {
                    builder.go_on(statement, next);
                }
                builder.said = statement.said.clone();
                builder.stated |= statement.stated;
                for change in &statement.changes {
                    builder.current.apply(change);
                }
                builder.last = Some(true_until(statement, next));
                builder.is_said = true;
            }
        }
    }
    builder.life.names.clone_from(&told.names);
    builder.life.finish();
    builder.life
}

/// Tells what was done here from what sources said, and puts together what one import said.
fn statements(id: RecordId, kind: RecordKind, entries: Vec<Entry>) -> (Vec<Item>, Vec<Statement>) {
    let (mut items, mut statements) = (Vec::new(), Vec::<Statement>::new());
    let mut said = Record::new(id, kind);
    for entry in entries {
        if !entry.is_said {
            if entry
                .changes
                .iter()
                .any(|change| change.field() == Field::Absent)
            {
                said = Record::new(id, kind);
            }
            items.push(Item::Done(entry));
            continue;
        }
        for change in entry.changes.iter().chain(&entry.held) {
            said.apply(change);
        }
        match (items.last(), statements.last_mut()) {
            (Some(Item::Said(_)), Some(last)) if last.sequence == entry.sequence => {
                last.changes.extend(entry.changes);
                last.stated |= entry.stated;
                last.said = said.clone();
            }
            _ => {
                items.push(Item::Said(statements.len()));
                statements.push(Statement {
                    sequence: entry.sequence,
                    recorded_at: entry.at,
                    changes: entry.changes,
                    stated: entry.stated,
                    said: said.clone(),
                });
            }
        }
    }
    (items, statements)
}

/// From when on what the statement says is true: since the record was last changed, where the source says
/// when that was, else since the import.
fn true_from(statement: &Statement) -> Timestamp {
    match statement.said.updated_at() {
        Some(updated_at) => updated_at.min(statement.recorded_at),
        None => statement.recorded_at,
    }
}

/// Until when it is known to be true: the import; the moment of its own last change, where the next
/// statement says that the record was changed before this one was even imported.
fn true_until(statement: &Statement, next: Option<&Statement>) -> Timestamp {
    let changed = next.and_then(|next| next.said.updated_at());
    match (statement.said.updated_at(), changed) {
        (Some(known), Some(changed)) if known < changed && changed < statement.recorded_at => known,
        _ => statement.recorded_at,
    }
}

/// Fields that do not change at a forge, or whose change is dated by themselves.
const fn is_constant(field: Field) -> bool {
    matches!(
        field,
        Field::Repository
            | Field::Number
            | Field::Author
            | Field::CreatedAt
            | Field::PullRequest
            | Field::MergedAt
            | Field::Host
            | Field::ForeignName
            | Field::Parent
            | Field::Event
            | Field::Subject
            | Field::Person
            | Field::From
            | Field::To
            | Field::Content
            | Field::Source
            | Field::Absent
    )
}

/// Fields that change without the record counting as changed.
const fn drifts(field: Field) -> bool {
    matches!(field, Field::Reactions | Field::AuthorAssociation)
}

struct Builder<'a> {
    told: &'a Told,
    life: Life,
    current: Record<TextPointer>,
    said: Record<TextPointer>,
    stated: u64,
    // When each field was last changed here.
    done: FxHashMap<Field, Timestamp>,
    // Until when what was said last is known to be true, or what was done here before anything was said.
    last: Option<Timestamp>,
    is_said: bool,
}

impl Builder<'_> {
    /// Something was done here, at a known moment.
    fn done(&mut self, is_first: bool, entry: Entry) {
        if is_first {
            self.life.born = entry.at;
        }
        for change in entry.changes {
            self.current.apply(&change);
            self.done.insert(change.field(), entry.at);
            self.life.step(entry.at, change);
        }
        if !self.is_said {
            self.last = Some(entry.at);
        }
    }

    /// A source said for the first time what the record is.
    fn begin(&mut self, statement: &Statement, next: Option<&Statement>) {
        let mut record = self.current.clone();
        for change in &statement.changes {
            record.apply(change);
        }
        let recorded_at = statement.recorded_at;
        let from = true_from(statement);
        match record.created_at() {
            Some(created_at) => self.life.born = created_at.min(recorded_at),
            None => self.life.not_known(Field::Absent, BEGINNING, recorded_at),
        }
        let born = self.life.born;
        let from = from.max(born);
        self.life.initial = record.clone();
        let is_issue = record.kind() == RecordKind::Issue;
        for field in Field::ALL.iter().copied() {
            let is_told = record.get(field).is_some() || statement.stated & 1 << field.tag() != 0;
            if !is_told || is_constant(field) || (is_issue && WALKED.contains(&field)) {
                continue;
            }
            let to = if drifts(field) { recorded_at } else { from };
            self.life.not_known(field, born, to);
        }
        if let Some(merged_at) = record.merged_at() {
            self.life.initial.apply(&Change::Clear(Field::MergedAt));
            self.life
                .step(merged_at, Change::Set(Value::MergedAt(merged_at)));
        }
        let segment = Segment {
            lower: None,
            upper: next.map(|_| true_until(statement, next)),
            from,
            stated: statement.stated,
            said: &record,
            before: None,
        };
        if is_issue {
            walk(&mut self.life, self.told, &segment, &WALKED);
        } else if record.state().is_some() {
            super::walk::close(&mut self.life, &record, from);
        }
    }

    /// A source said once more what the record is.
    fn go_on(&mut self, statement: &Statement, next: Option<&Statement>) {
        let (before, after) = (&self.said, &statement.said);
        let recorded_at = statement.recorded_at;
        let moved = before.updated_at() < after.updated_at();
        let from = if moved {
            true_from(statement)
        } else {
            recorded_at
        };
        let lower = self.last.unwrap_or(BEGINNING);
        let walked: Vec<Field> = WALKED
            .iter()
            .copied()
            .filter(|field| {
                after.kind() == RecordKind::Issue
                    && self.stated & 1 << field.tag() != 0
                    && self.current.get(*field) == before.get(*field)
                    && self.done.get(field).is_none_or(|done| *done <= lower)
            })
            .collect();
        let segment = Segment {
            lower: Some(lower),
            upper: next.map(|_| true_until(statement, next)),
            from,
            stated: statement.stated,
            said: after,
            before: Some(before),
        };
        walk(&mut self.life, self.told, &segment, &walked);
        let whole = [Field::Absent, Field::Deleted];
        let settled = whole.iter().filter_map(|field| self.done.get(field)).max();
        for change in &statement.changes {
            let field = change.field();
            let done = self.done.get(&field).max(settled).copied();
            let at = done.map_or(from, |done| done.max(from));
            if !is_constant(field)
                && !walked.contains(&field)
                && before.get(field) != after.get(field)
            {
                let is_first_said = field != Field::Deleted && self.stated & 1 << field.tag() == 0;
                let since = if is_first_said && before.get(field).is_none() {
                    self.life.born
                } else {
                    lower
                };
                self.life.not_known(field, since, at);
            }
            self.life.step(at, change.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_model::State;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(seconds * 1000)
    }

    fn entry(sequence: u64, is_said: bool, changes: Vec<Change<TextPointer>>) -> Entry {
        let stated = changes
            .iter()
            .fold(0, |stated, change| stated | 1 << change.field().tag());
        Entry {
            sequence,
            at: at(i64::try_from(sequence).unwrap() * 100),
            is_said,
            changes,
            held: Vec::new(),
            stated: if is_said { stated } else { 0 },
        }
    }

    fn imported(title: &str, updated_at: i64) -> Vec<Change<TextPointer>> {
        vec![
            Change::Set(Value::Title(title.to_owned())),
            Change::Set(Value::State(State::Open)),
            Change::Set(Value::CreatedAt(at(10))),
            Change::Set(Value::UpdatedAt(at(updated_at))),
        ]
    }

    fn lived(entries: Vec<Entry>) -> Life {
        let told = Told {
            has_history: true,
            ..Told::default()
        };
        build(RecordId::NIL, RecordKind::Issue, entries, &told)
    }

    #[test]
    fn what_an_undone_import_brought_was_there_until_then_and_is_again_after_the_next_one() {
        let life = lived(vec![
            entry(1, true, imported("One", 20)),
            entry(2, false, vec![Change::Set(Value::Absent(true))]),
            entry(3, true, imported("One", 20)),
        ]);
        let is_there = |moment| {
            let record = life.at(at(moment)).map(|(record, _)| record);
            record.is_some_and(|record| !record.is_absent() && record.title() == Some("One"))
        };
        let found: Vec<_> = [9, 10, 150, 200, 250, 300].map(is_there).into();
        assert_eq!(found, [false, true, true, false, false, true]);
    }

    #[test]
    fn an_old_statement_is_true_until_the_next_one_says_that_it_changed() {
        // Both backups are older than the import of the first one.
        let changed = vec![
            Change::Set(Value::Title("Two".to_owned())),
            Change::Set(Value::UpdatedAt(at(60))),
        ];
        let life = lived(vec![
            entry(1, true, imported("One", 20)),
            entry(2, true, changed),
        ]);
        let title = |moment| {
            let (record, unknown) = life.at(at(moment)).unwrap();
            let title = record.title().unwrap_or_default().to_owned();
            (title, unknown.contains(Field::Title))
        };
        assert_eq!(title(19), ("One".to_owned(), false));
        assert_eq!(title(20), ("One".to_owned(), true));
        assert_eq!(title(59), ("One".to_owned(), true));
        assert_eq!(title(60), ("Two".to_owned(), false));
    }

    #[test]
    fn what_was_done_here_comes_in_the_order_of_its_moments() {
        let title = |text: &str| vec![Change::Set(Value::Title(text.to_owned()))];
        let mut late = entry(2, false, title("Late"));
        late.at = at(500);
        let life = lived(vec![
            entry(1, false, title("First")),
            late,
            entry(3, false, title("Third")),
        ]);
        let titles = [150, 350, 600].map(|moment| {
            let (record, unknown) = life.at(at(moment)).unwrap();
            assert!(unknown.is_empty());
            record.title().unwrap_or_default().to_owned()
        });
        assert_eq!(titles, ["First", "Third", "Late"]);
        assert!(life.at(at(99)).is_none());
    }
}
