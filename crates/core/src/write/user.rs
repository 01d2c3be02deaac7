//! Editing users.

use backlot_model::{Change, EventKind, RecordKind, Rule, UserKind, Value, check_login};

use super::editor::{Editor, invalid};
use super::transaction::WriteTransaction;
use crate::error::{Error, Result};
use crate::read::rows_of_login;

impl WriteTransaction {
    /// Gives a user who is known only here another login. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such user, `Invalid` when the user came from a forge, which alone
    /// can rename there, or the new login is taken or no login.
    pub fn rename_user(&mut self, login: &str, to: &str) -> Result<bool> {
        self.edit(|editor| editor.rename_user(login, to))
    }

    /// Says what kind of account a user who is known only here is. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such user, `Invalid` when the user came from a forge.
    pub fn set_user_kind(&mut self, login: &str, kind: UserKind) -> Result<bool> {
        self.edit(|editor| editor.set_user_kind(login, kind))
    }
}

impl Editor<'_, '_> {
    /// The row of the user of this login who is known only here.
    fn local_user(&self, login: &str, field: &'static str) -> Result<u32> {
        let row = self.user_row(login)?;
        let row = row.ok_or_else(|| Error::unknown("user", login))?;
        if self
            .head(row)?
            .record
            .host()
            .is_some_and(|host| !host.is_empty())
        {
            let detail = "can be changed only at the forge that the user came from".to_owned();
            return Err(invalid("user", field, Rule::Unprocessable, detail));
        }
        Ok(row)
    }

    fn rename_user(&mut self, login: &str, to: &str) -> Result<bool> {
        let row = self.local_user(login, "login")?;
        let record = self.head(row)?.record;
        if record.name() == Some(to) {
            return Ok(false);
        }
        check_login(to)?;
        let holders = rows_of_login(self.writer.derived.tables(), to)?;
        if holders.iter().any(|holder| *holder != row) {
            let detail = format!("{to:?} exists already");
            return Err(invalid("user", "login", Rule::AlreadyExists, detail));
        }
        let change = Change::Set(Value::Name(to.to_owned()));
        self.change(
            EventKind::Edited,
            record.id(),
            RecordKind::User,
            vec![change],
        )?;
        Ok(true)
    }

    fn set_user_kind(&mut self, login: &str, kind: UserKind) -> Result<bool> {
        let row = self.local_user(login, "type")?;
        let record = self.head(row)?.record;
        if record.user_kind() == Some(&kind) {
            return Ok(false);
        }
        let change = Change::Set(Value::UserKind(kind));
        self.change(
            EventKind::Edited,
            record.id(),
            RecordKind::User,
            vec![change],
        )?;
        Ok(true)
    }
}
