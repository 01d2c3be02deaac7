//! The layout `rest`: a file for each form, an object to a line, or pages.

use backlot_forge::Error;
use backlot_forge::files::{File, Files};
use backlot_forge::output::Output;
use backlot_model::Timestamp;

use crate::shape::Form;

/// The name of a file of what belongs to no known issue.
const UNKNOWN: &str = "unknown";

/// What an object belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing that is known.
    Alone,
    /// The issue of this number.
    Issue(u64),
    /// The comment of this id.
    Comment(u64),
}

/// The files of the layout.
pub(super) struct Rest {
    files: Files,
    logs: Option<Logs>,
}

/// The operate logs of an issue, which are gathered to be put in order.
struct Logs {
    issue: u64,
    /// In the order of their source.
    stated: Vec<Log>,
    /// In the order in which they happened.
    others: Vec<Log>,
}

struct Log {
    at: Option<Timestamp>,
    object: Vec<u8>,
}

impl Rest {
    /// No file yet; lists are split into pages where that is wanted.
    pub(super) fn new(pages: bool) -> Self {
        Self {
            files: Files::new(pages),
            logs: None,
        }
    }

    /// Puts an object into the file of its form.
    pub(super) fn put(
        &mut self,
        form: Form,
        place: Place,
        object: &[u8],
        output: &mut Output,
    ) -> Result<(), Error> {
        // The texts that issues had stand among their logs.
        if form != Form::ModifyHistory {
            self.put_logs(output)?;
        }
        let stem = stem(form, place);
        let file = match form {
            Form::Repository => File::Single,
            // Of files of single issues, of which there are many, only the file itself knows.
            _ if stem.contains('/') => File::OneOfMany,
            _ => File::List,
        };
        self.files.put(&stem, file, object, output)
    }

    /// Puts an operate log into the file of its issue: the newest first, as GitCode lists them, and those that it
    /// stated in its own order.
    pub(super) fn put_log(
        &mut self,
        place: Place,
        is_stated: bool,
        at: Option<Timestamp>,
        object: &[u8],
        output: &mut Output,
    ) -> Result<(), Error> {
        let Place::Issue(issue) = place else {
            return self.put(Form::OperateLog, place, object, output);
        };
        if self.logs.as_ref().is_some_and(|logs| logs.issue != issue) {
            self.put_logs(output)?;
        }
        let logs = self.logs.get_or_insert_with(|| Logs {
            issue,
            stated: Vec::new(),
            others: Vec::new(),
        });
        let list = match is_stated {
            true => &mut logs.stated,
            false => &mut logs.others,
        };
        list.push(Log {
            at,
            object: object.to_owned(),
        });
        Ok(())
    }

    fn put_logs(&mut self, output: &mut Output) -> Result<(), Error> {
        let Some(mut logs) = self.logs.take() else {
            return Ok(());
        };
        let stem = stem(Form::OperateLog, Place::Issue(logs.issue));
        logs.others.reverse();
        logs.others.sort_by_key(|log| std::cmp::Reverse(log.at));
        let mut others = logs.others.into_iter().peekable();
        let mut put = |log: &Log| self.files.put(&stem, File::OneOfMany, &log.object, output);
        for stated in &logs.stated {
            while let Some(newer) = others.next_if(|other| other.at >= stated.at) {
                put(&newer)?;
            }
            put(stated)?;
        }
        others.try_for_each(|log| put(&log))
    }

    /// Ends the file that is open.
    pub(super) fn close(&mut self, output: &mut Output) -> Result<(), Error> {
        self.put_logs(output)?;
        self.files.close()
    }
}

/// The name of the file of a form, without its end.
fn stem(form: Form, place: Place) -> String {
    let of_each = |folder: &str| match place {
        Place::Issue(number) => format!("{folder}/{number}"),
        Place::Comment(id) => format!("{folder}/comments/{id}"),
        Place::Alone => format!("{folder}/{UNKNOWN}"),
    };
    let name = match form {
        Form::Repository => "repository",
        Form::User => "users",
        Form::Label => "labels",
        Form::Milestone => "milestones",
        Form::Issue => "issues",
        Form::Comment => "comments",
        Form::OperateLog | Form::LogPart => return of_each("operate_logs"),
        Form::Reaction => return of_each("user_reactions"),
        Form::ModifyHistory => return of_each("modify_history"),
        Form::IssueHook => "issue_hooks",
        Form::NoteHook => "note_hooks",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Some(Timestamp::from_unix_milliseconds(second * 1000))
    }

    #[test]
    fn logs_go_out_newest_first_and_stated_ones_as_they_came() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let mut output = Output::create(&out, None).expect("an output");
        let mut rest = Rest::new(false);
        let logs = [
            (7, false, 1, "a"),
            (7, false, 5, "b"),
            (7, false, 5, "c"),
            (7, true, 4, "d"),
            (7, true, 6, "e"),
            (7, false, 9, "f"),
            (8, false, 1, "g"),
            (8, false, 2, "h"),
        ];
        for (issue, is_stated, second, object) in logs {
            let place = Place::Issue(issue);
            rest.put_log(place, is_stated, at(second), object.as_bytes(), &mut output)
                .expect("a file");
        }
        rest.close(&mut output).expect("a file");
        output.finish().expect("a folder");
        let read = |name: &str| std::fs::read_to_string(out.join(name)).expect("a file");
        assert_eq!(read("operate_logs/7.ndjson"), "f\nc\nb\nd\ne\na\n");
        assert_eq!(read("operate_logs/8.ndjson"), "h\ng\n");
    }
}
