//! Creating, editing, moving and deleting the cards of project boards.

use backlot_model::{
    Change, EventKind, Field, RecordId, RecordKind, RepositoryName, Rule, TITLE_CHARACTERS, Value,
    check_body, check_note,
};

use super::column::{belonging, container};
use super::editor::{Editor, invalid};
use super::input::NewIssue;
use super::input_board::{CardEdit, CardPlace};
use super::place::Place;
use super::transaction::WriteTransaction;
use crate::codec::Head;
use crate::error::{Error, Result};
use crate::read::rows;
use crate::store::reading::Read;

impl WriteTransaction {
    /// Puts a note on top of a column.
    ///
    /// # Errors
    /// `UnknownRecord` and `Gone` for the column, `Archived` and `Disabled` by the project's repository,
    /// `Invalid` when the note breaks a rule.
    pub fn create_note(&mut self, column: RecordId, note: impl Into<String>) -> Result<RecordId> {
        let note = note.into();
        self.edit(|editor| editor.create_note(column, note))
    }

    /// Puts an issue or a pull request of any repository of the store on top of a column.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone` and `Moved` for the column or the issue, `Archived`, `Disabled`, and `Invalid`
    /// when the project has the issue already.
    pub fn add_card(
        &mut self,
        column: RecordId,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<RecordId> {
        self.edit(|editor| editor.add_card(column, repository, number))
    }

    /// Edits a card. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone`, `Archived`, `Disabled`, and `Invalid` when the note breaks a rule or the
    /// card shows an issue.
    pub fn edit_card(&mut self, id: RecordId, edit: &CardEdit) -> Result<bool> {
        self.edit(|editor| editor.edit_card(id, edit))
    }

    /// Moves a card in its column, or into another column of its project. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone`, `Archived`, `Disabled`, and `Invalid` when the column is of another project
    /// or the place is in another column.
    pub fn move_card(
        &mut self,
        id: RecordId,
        place: CardPlace,
        column: Option<RecordId>,
    ) -> Result<bool> {
        self.edit(|editor| editor.move_card(id, place, column))
    }

    /// Deletes a card. An issue that it shows stays.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone`, `Archived`, `Disabled`.
    pub fn delete_card(&mut self, id: RecordId) -> Result<()> {
        self.edit(|editor| {
            let (row, _) = editor.card(id)?;
            editor.delete_card_at(row)
        })
    }

    /// Makes an issue of a note, which the card shows from now on, and gives its number. The title is the
    /// note's first line, cut where it is too long; without a body, the issue gets what the title leaves
    /// out.
    ///
    /// # Errors
    /// `UnknownRecord` and `Gone` for the card or the repository, `Archived`, `Disabled`, and `Invalid` when
    /// the card shows an issue already or the body breaks a rule.
    pub fn convert_note(
        &mut self,
        card: RecordId,
        repository: &RepositoryName,
        body: Option<String>,
    ) -> Result<u64> {
        self.edit(|editor| editor.convert_note(card, repository, body))
    }
}

impl Editor<'_, '_> {
    /// The card of this name, to be written to.
    fn card(&self, id: RecordId) -> Result<(u32, Head)> {
        let (row, head) = self.known(RecordKind::Card, id)?;
        self.column(container(&head)?)?;
        // The card of an issue that was deleted goes with it, also when it was brought back later.
        if let Some(issue) = head.record.issue()
            && self.living(&[issue])?.is_empty()
        {
            return Err(Error::gone("card", id));
        }
        Ok((row, head))
    }

    fn repository_row(&self, name: &RepositoryName) -> Result<u32> {
        let row = self.name(0, RecordKind::Repository, name.as_str())?;
        row.ok_or_else(|| Error::unknown("repository", name))
    }

    fn create_note(&mut self, column: RecordId, note: String) -> Result<RecordId> {
        check_note(&note)?;
        let (row, head) = self.column(column)?;
        self.create_card(row, &head, Value::Body(note), None)
    }

    fn add_card(
        &mut self,
        column: RecordId,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<RecordId> {
        let (row, head) = self.column(column)?;
        let repository = self.repository_row(repository)?;
        let tables = self.writer.derived.tables();
        let (issue_row, issue) = rows::issue(tables, repository, number)?;
        let project = container(&head)?;
        for card in rows::cards_of(tables, issue_row)? {
            let column = self.head(card)?.record.container();
            let column = column.map(|column| tables.row_of(column.to_bytes()));
            if let Some(column) = column.transpose()?.flatten()
                && self.head(column)?.record.container() == Some(project)
            {
                let detail = format!("#{number} is in the project already");
                return Err(invalid("card", "content", Rule::Unprocessable, detail));
            }
        }
        let issue = issue.record.id();
        self.create_card(row, &head, Value::Issue(issue), Some(issue))
    }

    fn create_card(
        &mut self,
        column_row: u32,
        column: &Head,
        content: Value,
        issue: Option<RecordId>,
    ) -> Result<RecordId> {
        let author = self.acting_user()?;
        let rank = self.rank(column_row, RecordKind::Card, Place::First, None)?;
        let mut values = vec![
            content,
            Value::Author(author),
            Value::CreatedAt(self.now),
            Value::UpdatedAt(self.now),
            Value::Container(column.record.id()),
        ];
        values.extend(belonging(column));
        values.extend(rank.map(Value::Rank));
        // The event of a card follows the one of its issue, which is told by it: see `read/board_events.rs`.
        if let Some(issue) = issue {
            self.project_event(EventKind::AddedToProject, issue)?;
        }
        let row = self.create(RecordKind::Card, values)?;
        self.id(row)
    }

    /// Appends an event about an issue on a board.
    fn project_event(&mut self, kind: EventKind, issue: RecordId) -> Result<()> {
        let change = Change::Set(Value::UpdatedAt(self.now));
        self.change(kind, issue, RecordKind::Issue, vec![change])
    }

    fn edit_card(&mut self, id: RecordId, edit: &CardEdit) -> Result<bool> {
        let (_, head) = self.card(id)?;
        let record = head.record;
        let mut changes = Vec::new();
        if let Some(note) = &edit.note {
            if record.issue().is_some() {
                let detail = "can't be written on a card that shows an issue".to_owned();
                return Err(invalid("card", "note", Rule::Invalid, detail));
            }
            check_note(note)?;
            let known = record
                .body()
                .map(|text| self.writer.text(*text))
                .transpose()?;
            if known.as_ref() != Some(note) {
                changes.push(Change::Set(Value::Body(note.clone())));
            }
        }
        if let Some(archived) = edit
            .archived
            .filter(|wanted| *wanted != record.is_archived())
        {
            let value = archived.then_some(Value::Archived(true));
            changes.push(Change::set_or_clear(Field::Archived, value));
        }
        if changes.is_empty() {
            return Ok(false);
        }
        changes.push(Change::Set(Value::UpdatedAt(self.now)));
        self.change(EventKind::Edited, id, RecordKind::Card, changes)?;
        Ok(true)
    }

    fn move_card(
        &mut self,
        id: RecordId,
        place: CardPlace,
        column: Option<RecordId>,
    ) -> Result<bool> {
        let (row, head) = self.card(id)?;
        let from = container(&head)?;
        let to = column.unwrap_or(from);
        let (to_row, to_head) = self.column(to)?;
        let (_, from_head) = self.known(RecordKind::Column, from)?;
        if container(&to_head)? != container(&from_head)? {
            let detail = "is of another project".to_owned();
            return Err(invalid("card", "column_id", Rule::Invalid, detail));
        }
        let place = match place {
            CardPlace::Top => Place::First,
            CardPlace::Bottom => Place::Last,
            CardPlace::After(other) => {
                let (other, head) = self.known(RecordKind::Card, other)?;
                if container(&head)? != to {
                    let detail = "is after a card of another column".to_owned();
                    return Err(invalid("card", "position", Rule::Invalid, detail));
                }
                Place::After(other)
            }
        };
        let Some(rank) = self.rank(to_row, RecordKind::Card, place, Some(row))? else {
            return Ok(false);
        };
        let mut changes = vec![
            Change::Set(Value::UpdatedAt(self.now)),
            Change::Set(Value::Rank(rank)),
        ];
        if to != from {
            changes.push(Change::Set(Value::Container(to)));
            if let Some(issue) = head.record.issue() {
                self.project_event(EventKind::MovedColumnsInProject, issue)?;
            }
        }
        self.change(EventKind::Edited, id, RecordKind::Card, changes)?;
        Ok(true)
    }

    /// Deletes a card, all checks having been made.
    pub(super) fn delete_card_at(&mut self, card: u32) -> Result<()> {
        let record = self.head(card)?.record;
        // Nothing happens to an issue that is gone itself.
        if let Some(issue) = record.issue()
            && self.known(RecordKind::Issue, issue).is_ok()
        {
            self.project_event(EventKind::RemovedFromProject, issue)?;
        }
        self.tombstone(record.id(), RecordKind::Card)
    }

    fn convert_note(
        &mut self,
        card: RecordId,
        repository: &RepositoryName,
        body: Option<String>,
    ) -> Result<u64> {
        let (_, head) = self.card(card)?;
        let Some(note) = head.record.body().filter(|_| head.record.issue().is_none()) else {
            let detail = "is an issue already".to_owned();
            return Err(invalid("card", "note", Rule::Invalid, detail));
        };
        let note = self.writer.text(*note)?;
        let repository = self.repository_row(repository)?;
        self.check_writable(repository)?;
        self.check_issues_enabled(repository)?;
        check_body("issue", body.as_deref().unwrap_or_default())?;
        let (title, rest) = title_and_rest(&note);
        let mut issue = NewIssue::titled(title);
        if let Some(body) = body.or(rest) {
            issue = issue.body(body);
        }
        let number = self.create_issue(repository, issue)?;
        let (_, issue) = rows::issue(self.writer.derived.tables(), repository, number)?;
        let issue = issue.record.id();
        self.project_event(EventKind::ConvertedNoteToIssue, issue)?;
        let changes = vec![
            Change::Clear(Field::Body),
            Change::Set(Value::UpdatedAt(self.now)),
            Change::Set(Value::Issue(issue)),
        ];
        self.change(EventKind::Edited, card, RecordKind::Card, changes)?;
        Ok(number)
    }
}

/// The title that a note gives an issue, and what of the note the title leaves out.
fn title_and_rest(note: &str) -> (String, Option<String>) {
    let note = note.trim();
    let (line, rest) = note.split_once(['\n', '\r']).unwrap_or((note, ""));
    let line = line.trim_end();
    if line.chars().count() > TITLE_CHARACTERS {
        return (
            line.chars().take(TITLE_CHARACTERS).collect(),
            Some(note.to_owned()),
        );
    }
    let rest = rest.trim();
    (line.to_owned(), (!rest.is_empty()).then(|| rest.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_a_note_is_the_title() {
        assert_eq!(title_and_rest(" One \n"), ("One".into(), None));
        assert_eq!(
            title_and_rest("One\r\n\r\ntwo\nthree"),
            ("One".into(), Some("two\nthree".into()))
        );
        let long = "x".repeat(TITLE_CHARACTERS + 1);
        let (title, rest) = title_and_rest(&long);
        assert_eq!(title.len(), TITLE_CHARACTERS);
        assert_eq!(rest, Some(long));
    }
}
