//! Issues to rows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use backlot_model::{
    Digest, Field, ForeignId, Lookup, Loss, LossKind, Outgoing, Reactions, Record, RecordId,
    RecordKind, Shape, Timestamp, Value,
};
use rustc_hash::FxHashSet;

use crate::cell;
use crate::column::Column;
use crate::comments::Comment;
use crate::error::Error;

/// How a table is written.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// Whether a text that a spreadsheet could take for a formula stands behind an apostrophe.
    pub safe: bool,
    /// The `owner/name` by which the report of losses names issues.
    pub repository: String,
    /// The file, as errors name it.
    pub file: String,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            columns: Column::ALL.to_vec(),
            safe: false,
            repository: String::new(),
            file: String::new(),
        }
    }
}

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteSummary {
    /// How many rows there are, without the head.
    pub issues: u64,
    /// How many comments stand in their cells.
    pub comments: u64,
    /// How often each field of each kind of record was lost.
    pub losses: BTreeMap<(RecordKind, String), u64>,
}

/// Why a record could not be written.
#[derive(Debug)]
pub enum WriteError<E> {
    /// The store refused.
    Lookup(E),
    /// The table could not be written.
    Table(Error),
}

impl<E: fmt::Display> fmt::Display for WriteError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(error) => error.fmt(f),
            Self::Table(error) => error.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for WriteError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lookup(error) => Some(error),
            Self::Table(error) => Some(error),
        }
    }
}

/// Writes issues as rows, each with its comments in one cell. It wants the records of [`crate::passes`].
pub struct CsvWriter<W: Write> {
    table: csv::Writer<W>,
    options: WriteOptions,
    /// The row that waits for its comments.
    row: Option<Row>,
    /// The labels and milestones that some row names.
    named: FxHashSet<RecordId>,
    summary: WriteSummary,
}

/// An issue whose comments may still come.
struct Row {
    cells: BTreeMap<Column, String>,
    comments: Vec<Comment>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a table with its head.
    ///
    /// # Errors
    /// Where the head cannot be written.
    pub fn new(out: W, options: WriteOptions) -> Result<Self, Error> {
        let mut table = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        table
            .write_record(options.columns.iter().map(|column| column.name()))
            .map_err(|error| failed(error, &options.file))?;
        Ok(Self {
            table,
            options,
            row: None,
            named: FxHashSet::default(),
            summary: WriteSummary::default(),
        })
    }

    /// Takes the next record: an issue begins a row, what belongs to it follows, and what no column holds is
    /// given to `losses`.
    ///
    /// # Errors
    /// What the store or the file refuses.
    pub fn write<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        losses: &mut Vec<Loss>,
    ) -> Result<(), WriteError<L::Error>> {
        let first = losses.len();
        match outgoing.record.kind() {
            RecordKind::Issue => {
                self.end_row().map_err(WriteError::Table)?;
                self.begin_row(outgoing, lookup)?;
            }
            RecordKind::Comment => self.comment(outgoing, lookup)?,
            _ => {}
        }
        self.lose(outgoing, losses);
        for loss in &losses[first..] {
            let group = (loss.record_kind, loss.field.clone());
            *self.summary.losses.entry(group).or_default() += 1;
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Where the rest cannot be written.
    pub fn finish(mut self) -> Result<WriteSummary, Error> {
        self.end_row()?;
        self.table
            .flush()
            .map_err(|error| Error::io(error, &self.options.file))?;
        Ok(self.summary)
    }

    fn begin_row<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        let record = &*outgoing.record;
        let mut cells = BTreeMap::new();
        for column in self.options.columns.iter().copied() {
            let names = |ids: &[RecordId], lookup: &mut L| names(ids, lookup).map(Cow::Owned);
            let text: Cow<'_, str> = match column {
                Column::Number => number(record.number()),
                Column::Title => record.title().unwrap_or_default().into(),
                Column::State => record
                    .state()
                    .map_or("open".into(), |state| state.as_word().to_owned().into()),
                Column::Reason => record
                    .state_reason()
                    .map_or("".into(), |reason| reason.as_word().to_owned().into()),
                Column::Labels => names(record.labels(), lookup)?,
                Column::Assignees => names(record.assignees(), lookup)?,
                Column::Milestone => name(record.milestone(), lookup)?.unwrap_or_default().into(),
                Column::Author => name(record.author(), lookup)?.unwrap_or_default().into(),
                Column::CreatedAt => moment(record.created_at()).into(),
                Column::UpdatedAt => moment(record.updated_at()).into(),
                Column::ClosedAt => moment(record.closed_at()).into(),
                Column::Body => record
                    .body()
                    .map_or("".into(), |body| Cow::Borrowed(body.as_str())),
                Column::Comments => "".into(),
                Column::Id => id(outgoing).into(),
            };
            cells.insert(column, text.into_owned());
        }
        self.named.extend(record.labels());
        self.named.extend(record.milestone());
        self.row = Some(Row {
            cells,
            comments: Vec::new(),
        });
        Ok(())
    }

    fn comment<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        let Some(row) = &mut self.row else {
            return Ok(());
        };
        let record = &*outgoing.record;
        let at = |at: Option<Timestamp>| at.map(|at| moment(Some(at)));
        row.comments.push(Comment {
            author: name(record.author(), lookup)?,
            created_at: at(record.created_at()),
            updated_at: at(record.updated_at()),
            body: record.body().cloned(),
            id: Some(id(outgoing)),
        });
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Error> {
        let Some(mut row) = self.row.take() else {
            return Ok(());
        };
        if !row.comments.is_empty() && row.cells.contains_key(&Column::Comments) {
            let json = serde_json::to_string(&row.comments)
                .map_err(|error| Error::io(io::Error::other(error), &self.options.file))?;
            self.summary.comments += row.comments.len() as u64;
            row.cells.insert(Column::Comments, json);
        }
        let cells = self.options.columns.iter().map(|column| {
            let text = row.cells.get(column).map_or("", String::as_str);
            match self.options.safe {
                true => cell::guard(text),
                false => Cow::Borrowed(text),
            }
        });
        let cells: Vec<Cow<'_, str>> = cells.collect();
        self.table
            .write_record(cells.iter().map(|cell| cell.as_bytes()))
            .map_err(|error| failed(error, &self.options.file))?;
        self.summary.issues += 1;
        Ok(())
    }

    /// Reports what no column holds of a record.
    fn lose(&self, outgoing: &Outgoing, losses: &mut Vec<Loss>) {
        let record = &*outgoing.record;
        let kind = record.kind();
        let mut lose = |field: &str, reason: &str, value: Option<Digest>| {
            losses.push(Loss {
                kind: LossKind::Dropped,
                record_kind: kind,
                record: self.shown(outgoing),
                field: field.to_owned(),
                reason: reason.to_owned(),
                value,
            });
        };
        let has = |column: Column| self.options.columns.contains(&column);
        match kind {
            RecordKind::Issue => {}
            RecordKind::Comment if has(Column::Comments) => {}
            RecordKind::Label | RecordKind::Milestone if self.named.contains(&record.id()) => {}
            RecordKind::Label | RecordKind::Milestone => {
                return lose("", "no issue in the table names it", None);
            }
            _ => return lose(event(record), "a table has no place for it", None),
        }
        for value in record.values() {
            let is_held = match held(kind, value.field()) {
                Held::By(column) => has(column),
                Held::Always => true,
                Held::Never => false,
            };
            if is_held && matches!(value, Value::Body(body) if body.is_empty()) {
                let reason = "an empty cell says that there is none";
                lose(value.field().name(), reason, Some(digest(value)));
            }
            if !is_held {
                let reason = "no column holds it";
                lose(value.field().name(), reason, Some(digest(value)));
            }
        }
    }

    /// The name of a record in the report.
    fn shown(&self, outgoing: &Outgoing) -> String {
        let record = &*outgoing.record;
        let repository = &self.options.repository;
        let text = record.name().or(record.title()).unwrap_or_default();
        match (record.kind(), outgoing.parent_number) {
            (RecordKind::Issue, _) => {
                format!("{repository}#{}", record.number().unwrap_or_default())
            }
            (kind, Some(parent)) => {
                format!("{repository}#{parent} {} {}", kind.name(), id(outgoing))
            }
            (kind, None) => format!("{repository} {} {text}", kind.name()),
        }
    }
}

/// Which column holds a field.
enum Held {
    By(Column),
    /// It follows from where the row stands, or it is no part of what the record says.
    Always,
    Never,
}

fn held(kind: RecordKind, field: Field) -> Held {
    let column = match (kind, field) {
        (
            _,
            Field::Repository
            | Field::Parent
            | Field::CommentCount
            | Field::Host
            | Field::Name
            | Field::Deleted
            | Field::Absent,
        ) => return Held::Always,
        (RecordKind::Milestone, Field::Title) => return Held::Always,
        (
            RecordKind::Comment,
            Field::Author | Field::Body | Field::CreatedAt | Field::UpdatedAt,
        ) => Column::Comments,
        (RecordKind::Issue, Field::Number) => Column::Number,
        (RecordKind::Issue, Field::Title) => Column::Title,
        (RecordKind::Issue, Field::State) => Column::State,
        (RecordKind::Issue, Field::StateReason) => Column::Reason,
        (RecordKind::Issue, Field::Labels) => Column::Labels,
        (RecordKind::Issue, Field::Assignees) => Column::Assignees,
        (RecordKind::Issue, Field::Milestone) => Column::Milestone,
        (RecordKind::Issue, Field::Author) => Column::Author,
        (RecordKind::Issue, Field::CreatedAt) => Column::CreatedAt,
        (RecordKind::Issue, Field::UpdatedAt) => Column::UpdatedAt,
        (RecordKind::Issue, Field::ClosedAt) => Column::ClosedAt,
        (RecordKind::Issue, Field::Body) => Column::Body,
        _ => return Held::Never,
    };
    Held::By(column)
}

/// What happened, where the record is an event.
fn event(record: &Record) -> &str {
    record.event().unwrap_or_default()
}

/// The name by which a record is known again: the one it came with, or its ULID.
fn id(outgoing: &Outgoing) -> String {
    match &outgoing.stated {
        Some((_, ForeignId::Text(id), _)) if id.parse::<RecordId>().is_ok() => id.clone(),
        _ => outgoing.record.id().to_string(),
    }
}

fn number(number: Option<u64>) -> Cow<'static, str> {
    number.map_or(Cow::Borrowed(""), |number| Cow::Owned(number.to_string()))
}

/// A moment to the second, or to the millisecond where that says more.
fn moment(at: Option<Timestamp>) -> String {
    let Some(at) = at else {
        return String::new();
    };
    let mut text = at.to_string();
    if !at.is_whole_second() {
        let rest = at.unix_milliseconds().rem_euclid(1000);
        text.insert_str(text.len() - 1, &format!(".{rest:03}"));
    }
    text
}

fn name<L: Lookup>(
    id: Option<RecordId>,
    lookup: &mut L,
) -> Result<Option<String>, WriteError<L::Error>> {
    let Some(id) = id else {
        return Ok(None);
    };
    let found = lookup.record(id).map_err(WriteError::Lookup)?;
    let name = found.and_then(|found| {
        let record = &found.record;
        record.name().or(record.title()).map(str::to_owned)
    });
    Ok(name)
}

fn names<L: Lookup>(ids: &[RecordId], lookup: &mut L) -> Result<String, WriteError<L::Error>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(name(Some(*id), lookup)?);
    }
    Ok(cell::join(found.iter().map(String::as_str)))
}

/// The digest of a value, as text or as JSON.
fn digest(value: &Value) -> Digest {
    let text = match value.shape() {
        Shape::Text(text) | Shape::Body(text) => text,
        Shape::Number(number) => number.to_string(),
        Shape::Flag => "true".to_owned(),
        Shape::Moment(at) => moment(Some(at)),
        Shape::Id(id) => id.to_string(),
        Shape::Ids(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            ids.join(" ")
        }
        Shape::Reactions(reactions) => Reactions::CONTENTS
            .iter()
            .zip(reactions.counts)
            .map(|(content, count)| format!("{content} {count} "))
            .collect(),
        Shape::Parent(_) => String::new(),
    };
    Digest::of(text.as_bytes())
}

fn failed(error: csv::Error, file: &str) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io(error, file),
        other => Error::io(io::Error::other(format!("{other:?}")), file),
    }
}
