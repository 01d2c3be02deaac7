//! Records that footers name: users, labels, milestones.

use backlot_model::{RecordId, RecordKind, State, Value, check_login, check_name};
use rustc_hash::FxHashMap;

use super::Work;
use crate::error::Result;
use crate::import::next_number;
use crate::read::for_each_row;
use crate::store::keys::{self, Space};
use crate::store::reading::Read;
use crate::write::editor::{DEFAULT_COLOR, Editor};

impl Editor<'_, '_> {
    /// The user of this login at the host of the repository, or one who is known only here, made if need be, and then
    /// under the new name that a mapping gives; none where it can be no login.
    pub(super) fn carried_user(
        &mut self,
        work: &Work<'_>,
        login: &str,
    ) -> Result<Option<RecordId>> {
        let host = work.host.as_deref();
        if let Some(row) = self.user_at(host, login)? {
            return self.id(row).map(Some);
        }
        let login = work.mapped(RecordKind::User, login);
        if let Some(row) = self.user_at(host, login)? {
            return self.id(row).map(Some);
        }
        match check_login(login) {
            Ok(()) => self.user(login).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The label of this name, made if need be; none where it can be no name. The limits of forges are for new
    /// input, and this was a label's name somewhere.
    pub(super) fn carried_label(
        &mut self,
        work: &Work<'_>,
        name: &str,
    ) -> Result<Option<RecordId>> {
        let kind = RecordKind::Label;
        let mut row = self.name(work.repository, kind, name)?;
        let name = work.mapped(kind, name);
        if row.is_none() {
            row = self.name(work.repository, kind, name)?;
        }
        let row = match row {
            Some(row) => row,
            None if check_name("label", "name", name).is_err() => return Ok(None),
            None => {
                let values = vec![
                    Value::Repository(self.id(work.repository)?),
                    Value::CreatedAt(self.now),
                    Value::Name(name.to_owned()),
                    Value::Color(DEFAULT_COLOR.to_owned()),
                ];
                self.create(kind, values)?
            }
        };
        self.id(row).map(Some)
    }

    /// The milestone of this title, made if need be, under its own number where that is free; none where it can be no
    /// title.
    pub(super) fn carried_milestone(
        &mut self,
        work: &mut Work<'_>,
        title: &str,
        number: Option<u64>,
    ) -> Result<Option<RecordId>> {
        if work.milestones.is_none() {
            work.milestones = Some(self.milestones_by_title(work.repository)?);
        }
        let new = work.mapped(RecordKind::Milestone, title);
        let known = work.milestones.get_or_insert_default();
        let found = known.get(title).or_else(|| known.get(new)).copied();
        let id = match found {
            Some(id) => id,
            None if check_name("milestone", "title", new).is_err() => return Ok(None),
            None => self.create_carried_milestone(work.repository, new, number)?,
        };
        if found.is_none() {
            let known = work.milestones.get_or_insert_default();
            known.insert(new.to_owned(), id);
        }
        Ok(Some(id))
    }

    /// The milestones of a repository; of those that share a title, the first.
    fn milestones_by_title(&self, repository: u32) -> Result<FxHashMap<String, RecordId>> {
        let mut found: FxHashMap<String, RecordId> = FxHashMap::default();
        for_each_row(
            self.writer.derived.tables(),
            repository,
            RecordKind::Milestone,
            &mut |row| -> Result<()> {
                let record = self.head(row)?.record;
                if let (Some(title), false) =
                    (record.title(), record.is_deleted() || record.is_absent())
                {
                    found.entry(title.to_owned()).or_insert_with(|| record.id());
                }
                Ok(())
            },
        )?;
        Ok(found)
    }

    fn create_carried_milestone(
        &mut self,
        repository: u32,
        title: &str,
        number: Option<u64>,
    ) -> Result<RecordId> {
        let tables = self.writer.derived.tables();
        let mut free = None;
        if let Some(number) = number.filter(|number| (1..=u64::from(u32::MAX)).contains(number)) {
            let key = keys::number(repository, Space::Milestone, number);
            free = tables.number(key)?.is_none().then_some(number);
        }
        let number = match free {
            Some(number) => number,
            None => next_number(tables, repository, Space::Milestone)?,
        };
        let author = self.acting_user()?;
        let values = vec![
            Value::Repository(self.id(repository)?),
            Value::Number(number),
            Value::Title(title.to_owned()),
            Value::State(State::Open),
            Value::Author(author),
            Value::CreatedAt(self.now),
            Value::UpdatedAt(self.now),
        ];
        let row = self.create(RecordKind::Milestone, values)?;
        self.id(row)
    }
}
