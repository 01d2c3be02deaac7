//! Rows to issues.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;

use backlot_model::{
    Change, Depicted, Field, ForeignId, Incoming, IncomingEmbedded, IncomingRecord, Parent, Place,
    RecordId, RecordKind, Shape, Skipped, SourceRepository, State, StateReason, Timestamp, Value,
    ViewId,
};
use rustc_hash::FxHashSet;

use crate::cell;
use crate::column::Column;
use crate::comments::Comment;
use crate::error::{Error, ErrorKind};
use crate::form::{FORGE, embedded, view};

/// How many things are handed on at once.
const BATCH: usize = 512;
/// The longest row: no issue with all its comments comes near.
const MAX_ROW: usize = 256 << 20;

/// How a table is read.
#[derive(Clone, Debug, Default)]
pub struct CsvOptions {
    /// The host whose users the logins name; empty for users that no forge knows.
    pub host: String,
    /// Heads that mean a column though they are called otherwise.
    pub heads: Vec<(String, Column)>,
    /// Whether the table was written so that no cell begins like a formula.
    pub safe: bool,
}

/// Fails when a row does not end, as behind a quote that is never closed, before memory does.
struct Bounded<R> {
    input: R,
    /// How many bytes were read since the last row ended.
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.since.set(self.since.get() + read);
        if self.since.get() > MAX_ROW {
            let message = "a row is longer than 256 MiB: is a quote not closed?";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

/// Reads a table of issues, row by row, in batches.
pub struct CsvReader<R: Read> {
    table: csv::Reader<Bounded<R>>,
    since: Rc<Cell<usize>>,
    options: CsvOptions,
    file: Arc<str>,
    columns: Vec<Option<Column>>,
    known: FxHashSet<ViewId>,
    row: csv::ByteRecord,
    out: Vec<Incoming>,
    is_done: bool,
}

impl<R: Read> CsvReader<R> {
    /// Reads the head of a table; `file` is its name in reports.
    ///
    /// # Errors
    /// Where there is no head, or none of its columns says what the issues are called or numbered.
    pub fn new(input: R, file: &str, options: CsvOptions) -> Result<Self, Error> {
        let since = Rc::new(Cell::new(0));
        let bounded = Bounded {
            input,
            since: Rc::clone(&since),
        };
        let mut reader = Self {
            table: csv::ReaderBuilder::new()
                .flexible(true)
                .from_reader(bounded),
            since,
            options,
            file: file.into(),
            columns: Vec::new(),
            known: FxHashSet::default(),
            row: csv::ByteRecord::new(),
            out: Vec::new(),
            is_done: false,
        };
        let heads = reader.table.byte_headers();
        let heads = heads.map_err(|error| failed(error, file))?.clone();
        reader.heads(&heads)?;
        let repository = SourceRepository {
            host: reader.options.host.clone(),
            name: String::new(),
            is_main: true,
            forge: FORGE,
            separate_numbers: false,
        };
        reader.out.insert(0, Incoming::Repository(repository));
        Ok(reader)
    }

    fn heads(&mut self, heads: &csv::ByteRecord) -> Result<(), Error> {
        for (at, head) in heads.iter().enumerate() {
            let head = std::str::from_utf8(head).map_err(|_| self.not_utf8(1))?;
            let head = head.trim_start_matches('\u{feff}').trim();
            let named = self.options.heads.iter().find(|(name, _)| name == head);
            let column = named
                .map(|(_, column)| *column)
                .or_else(|| Column::of_head(head));
            if column.is_none() && !head.is_empty() {
                self.skip(
                    1,
                    head,
                    "no column of issues is called so; it was not read",
                    false,
                );
            }
            let twice = column.is_some() && self.columns.contains(&column);
            if twice {
                self.skip(
                    1,
                    head,
                    "another column says the same; it was not read",
                    false,
                );
            }
            self.columns.push(column.filter(|_| !twice));
            debug_assert_eq!(self.columns.len(), at + 1);
        }
        let has = |column| self.columns.contains(&Some(column));
        if !has(Column::Title) && !has(Column::Number) {
            let message = "the first row names no column that says what the issues are: it needs `title`, or \
                           `number` for issues that are known";
            return Err(Error::new(ErrorKind::Head, self.place(1, ""), message));
        }
        Ok(())
    }

    fn place(&self, line: u64, column: &str) -> Place {
        Place {
            file: Arc::clone(&self.file),
            line,
            path: column.to_owned(),
        }
    }

    fn not_utf8(&self, line: u64) -> Error {
        Error::new(
            ErrorKind::NotUtf8,
            self.place(line, ""),
            "the text is not UTF-8; save the table as UTF-8",
        )
    }

    fn skip(&mut self, line: u64, column: &str, reason: impl Into<String>, kept: bool) {
        self.out.push(Incoming::Skipped(Box::new(Skipped {
            place: self.place(line, column),
            reason: reason.into(),
            kept,
        })));
    }

    /// Reads the next row; false when there is none.
    fn next_row(&mut self) -> Result<bool, Error> {
        let mut row = std::mem::take(&mut self.row);
        let more = self.table.read_byte_record(&mut row);
        let more = more.map_err(|error| failed(error, &self.file))?;
        if more {
            // Rows are what a spreadsheet counts; the head is the first.
            let line = row.position().map_or(0, |position| position.record() + 1);
            self.since.set(0);
            self.take(&row, line)?;
        }
        self.row = row;
        Ok(more)
    }

    fn take(&mut self, row: &csv::ByteRecord, line: u64) -> Result<(), Error> {
        if row.iter().all(<[u8]>::is_empty) {
            return Ok(());
        }
        let mut cells: Vec<(Column, &str)> = Vec::with_capacity(row.len());
        for (at, bytes) in row.iter().enumerate() {
            let text = std::str::from_utf8(bytes).map_err(|_| self.not_utf8(line))?;
            match self.columns.get(at) {
                Some(Some(column)) => {
                    let text = match self.options.safe {
                        true => cell::unguard(text),
                        false => text,
                    };
                    cells.push((*column, text));
                }
                Some(None) => {}
                None if text.is_empty() => {}
                None => self.skip(line, "", "a cell stands beyond the last column", false),
            }
        }
        let get = |column| {
            let found = cells.iter().find(|(known, _)| *known == column);
            found.map(|(_, text)| *text)
        };
        let number = self.number(line, Column::Number, get(Column::Number));
        let id = self.identifier(line, Column::Id, get(Column::Id));
        let mut changes = Vec::with_capacity(cells.len());
        changes.extend(number.map(|number| Change::Set(Value::Number(number))));
        for (column, text) in &cells {
            self.change(line, *column, text, &mut changes);
        }
        changes.sort_by_key(Change::field);
        let title = get(Column::Title).unwrap_or_default();
        if title.contains(['\n', '\r']) {
            let reason =
                "a title has no line breaks, so the row was not read: is a quote not closed?";
            self.skip(line, Column::Title.name(), reason, false);
            return Ok(());
        }
        let own = match (id, number) {
            (Some(id), _) => id,
            (None, Some(number)) => ForeignId::Text(format!("issue {number}")),
            // Without a number the same row is known again by what it is called, and when it was created.
            (None, None) if !title.is_empty() => {
                let created = get(Column::CreatedAt).unwrap_or_default();
                ForeignId::Text(format!("issue titled {created} {title}"))
            }
            (None, None) => {
                self.skip(line, "", "the row has neither a number nor a title", false);
                return Ok(());
            }
        };
        self.record(line, RecordKind::Issue, own, changes);
        match (get(Column::Comments).unwrap_or_default(), number) {
            ("", _) => {}
            (_, None) => {
                let reason = "comments need the number of their issue; they were not read";
                self.skip(line, Column::Comments.name(), reason, false);
            }
            (json, Some(number)) => self.comments(line, json, number),
        }
        Ok(())
    }

    fn number(&mut self, line: u64, column: Column, text: Option<&str>) -> Option<u64> {
        let text = text?.trim().trim_start_matches('#');
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            self.skip(line, column.name(), "expected a whole number from 1", true);
        }
        number
    }

    /// The ULID in a cell, as a table that was written from a store has it.
    fn identifier(&mut self, line: u64, column: Column, text: Option<&str>) -> Option<ForeignId> {
        let text = text?.trim();
        if text.is_empty() {
            return None;
        }
        let id = text.parse::<RecordId>().ok();
        if id.is_none() {
            self.skip(
                line,
                column.name(),
                "expected an `id` as `backlot export csv` writes it",
                true,
            );
        }
        id.map(|id| ForeignId::Text(id.to_string()))
    }

    /// What a cell says of an issue.
    fn change(
        &mut self,
        line: u64,
        column: Column,
        text: &str,
        changes: &mut Vec<Change<String, ViewId>>,
    ) {
        let is_blank = text.trim().is_empty();
        let change = match column {
            Column::Number | Column::Id | Column::Comments => return,
            Column::Title if is_blank => return,
            Column::Title => Change::Set(Value::Title(text.to_owned())),
            Column::Body if text.is_empty() => Change::Clear(Field::Body),
            Column::Body => Change::Set(Value::Body(text.to_owned())),
            Column::State => match state(text) {
                Some(state) => Change::Set(Value::State(state)),
                None => {
                    if !is_blank {
                        self.skip(line, column.name(), "expected `open` or `closed`", true);
                    }
                    return;
                }
            },
            Column::Reason => {
                let word = text.trim().to_lowercase().replace(' ', "_");
                let word = StateReason::from_word(&word);
                Change::set_or_clear(
                    Field::StateReason,
                    (!is_blank).then_some(Value::StateReason(word)),
                )
            }
            Column::Labels => {
                let names = cell::split(text);
                let ids = names.iter().map(|name| self.embed(RecordKind::Label, name));
                let ids = unique(ids.collect());
                Change::set_or_clear(
                    Field::Labels,
                    (!ids.is_empty()).then_some(Value::Labels(ids)),
                )
            }
            Column::Assignees => {
                let names = cell::split(text);
                let ids = names
                    .iter()
                    .map(|name| self.embed(RecordKind::User, login(name)));
                let ids = unique(ids.collect());
                Change::set_or_clear(
                    Field::Assignees,
                    (!ids.is_empty()).then_some(Value::Assignees(ids)),
                )
            }
            Column::Milestone => Change::set_or_clear(
                Field::Milestone,
                (!is_blank)
                    .then(|| Value::Milestone(self.embed(RecordKind::Milestone, text.trim()))),
            ),
            Column::Author => Change::set_or_clear(
                Field::Author,
                (!is_blank).then(|| Value::Author(self.embed(RecordKind::User, login(text)))),
            ),
            Column::CreatedAt | Column::UpdatedAt | Column::ClosedAt => {
                let moment = match self.moment(line, column, text) {
                    Ok(moment) => moment,
                    Err(()) => return,
                };
                let field = match column {
                    Column::CreatedAt => Field::CreatedAt,
                    Column::UpdatedAt => Field::UpdatedAt,
                    _ => Field::ClosedAt,
                };
                let value = moment.and_then(|at| Value::from_shape(field, Shape::Moment(at)));
                Change::set_or_clear(field, value)
            }
        };
        changes.push(change);
    }

    /// The moment in a cell, none in an empty one; what is no moment is reported and says nothing.
    fn moment(&mut self, line: u64, column: Column, text: &str) -> Result<Option<Timestamp>, ()> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let moment = cell::moment(text.trim());
        if moment.is_none() {
            let reason = "expected a moment such as 2024-05-01T09:30:00Z";
            self.skip(line, column.name(), reason, true);
        }
        moment.map(Some).ok_or(())
    }

    fn comments(&mut self, line: u64, json: &str, number: u64) {
        let comments: Vec<Comment> = match serde_json::from_str(json) {
            Ok(comments) => comments,
            Err(error) => {
                let reason = format!("expected a JSON array of comments: {error}");
                return self.skip(line, Column::Comments.name(), reason, false);
            }
        };
        for (at, comment) in comments.into_iter().enumerate() {
            let own = match self.identifier(line, Column::Comments, comment.id.as_deref()) {
                Some(id) => id,
                None => ForeignId::Text(format!("comment {number} {at}")),
            };
            let author = comment.author.as_deref().map(login);
            let author = author.filter(|login| !login.is_empty());
            let author = author.map(|login| Value::Author(self.embed(RecordKind::User, login)));
            let mut moments = [None; 2];
            for (moment, text) in moments
                .iter_mut()
                .zip([comment.created_at, comment.updated_at])
            {
                let text = text.unwrap_or_default();
                let read = self.moment(line, Column::Comments, &text);
                *moment = read.unwrap_or_default();
            }
            let [created, updated] = moments;
            let mut changes = vec![
                Change::Set(Value::Parent(Parent::Number(number))),
                Change::set_or_clear(Field::Body, comment.body.map(Value::Body)),
                Change::set_or_clear(Field::Author, author),
                Change::set_or_clear(Field::CreatedAt, created.map(Value::CreatedAt)),
                Change::set_or_clear(Field::UpdatedAt, updated.map(Value::UpdatedAt)),
            ];
            changes.sort_by_key(Change::field);
            self.record(line, RecordKind::Comment, own, changes);
        }
    }

    /// The name of a user, a label or a milestone that a cell names, which is handed on if it is new.
    fn embed(&mut self, kind: RecordKind, name: &str) -> ViewId {
        let (id, bytes) = embedded(kind, name);
        if self.known.insert(id) {
            let name_of = match kind {
                RecordKind::Milestone => Value::Title(name.to_owned()),
                _ => Value::Name(name.to_owned()),
            };
            let depicted = Depicted {
                repository: (kind != RecordKind::User).then_some(0),
                host: self.options.host.as_str().into(),
                kind,
                minted: None,
                view: view(kind),
                id: None,
                name: name.to_owned(),
                changes: vec![Change::Set(name_of)],
            };
            self.out.push(Incoming::Embedded(Box::new(IncomingEmbedded {
                id,
                bytes,
                depicts: Some(depicted),
            })));
        }
        id
    }

    fn record(
        &mut self,
        line: u64,
        kind: RecordKind,
        id: ForeignId,
        changes: Vec<Change<String, ViewId>>,
    ) {
        self.out.push(Incoming::Record(Box::new(IncomingRecord {
            place: self.place(line, ""),
            repository: 0,
            kind,
            view: view(kind),
            id,
            changes,
            overlay: Vec::new(),
            position: None,
            links: Vec::new(),
            has_extras: false,
        })));
    }
}

impl<R: Read> Iterator for CsvReader<R> {
    type Item = Result<Vec<Incoming>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done && self.out.len() < BATCH {
            match self.next_row() {
                Ok(more) => self.is_done = !more,
                Err(error) => {
                    self.is_done = true;
                    self.out.clear();
                    return Some(Err(error));
                }
            }
        }
        let batch = std::mem::take(&mut self.out);
        (!batch.is_empty()).then_some(Ok(batch))
    }
}

/// The login in a cell, without the sign that mentions have.
fn login(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('@').unwrap_or(text)
}

/// The state that a word of a tracker means.
fn state(text: &str) -> Option<State> {
    Some(match text.trim().to_lowercase().as_str() {
        "open" | "opened" | "reopened" | "new" | "to do" | "todo" | "in progress" => State::Open,
        "closed" | "done" | "resolved" => State::Closed,
        _ => return None,
    })
}

/// The list without what it names a second time.
fn unique(mut ids: Vec<ViewId>) -> Vec<ViewId> {
    let mut seen = FxHashSet::default();
    ids.retain(|id| seen.insert(*id));
    ids
}

fn failed(error: csv::Error, file: &str) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            let place = Place {
                file: file.into(),
                ..Place::default()
            };
            Error::new(ErrorKind::TooLarge, place, error.to_string())
        }
        csv::ErrorKind::Io(error) => Error::io(error, file),
        other => Error::io(io::Error::other(format!("{other:?}")), file),
    }
}
