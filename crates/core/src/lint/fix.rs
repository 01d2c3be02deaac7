//! Putting right what lint finds, as one commit.

use backlot_model::lint::{Code, Repaired, Subject, Target};
use backlot_model::{Actor, Commit, Query, Record, RecordKind, RepositoryName};

use super::walk::Walk;
use crate::error::Error;
use crate::query::QueryOptions;
use crate::store::Store;
use crate::write::{IssueEdit, LabelEdit, RepositoryWriter};

/// A record that was put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The record, as it was named before.
    pub subject: Subject,
    /// What was done to it, and for which finding.
    pub did: Vec<(Code, String)>,
}

/// What a fix did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintFixReport {
    /// How many labels were changed.
    pub labels: usize,
    /// How many issues were changed.
    pub issues: usize,
    /// How many comments were changed.
    pub comments: usize,
    /// How many comments were added, which continue other texts.
    pub added_comments: usize,
    /// The commit; none when there was nothing to do, or for a dry run.
    pub commit: Option<Commit>,
}

impl Store {
    /// Puts right what a target would refuse or change of a repository, as far as that loses nothing, in one
    /// commit that can be undone like any other. `tell` is told of each record. With a query, only of the issues
    /// that match and their comments; with `dry_run`, all is done but committed.
    ///
    /// What a text is too long for goes on in comments by its author and of its moment.
    ///
    /// # Errors
    /// As for [`Store::write`]; `UnknownRecord` when there is no such repository, `Archived` when it can only be
    /// read; and whatever `tell` fails with. Nothing is written then.
    pub fn lint_fix<E: From<Error>>(
        &self,
        repository: &RepositoryName,
        target: &Target,
        only: Option<(&Query, &QueryOptions)>,
        actor: Actor,
        dry_run: bool,
        tell: &mut dyn FnMut(&Fixed) -> Result<(), E>,
    ) -> Result<LintFixReport, E> {
        let reason = format!("lint {repository} for {}", target.name());
        let mut transaction = self.write(actor, reason)?;
        // Nobody can write between the two: this is what the transaction begins with.
        let snapshot = self.read()?;
        let mut walk = Walk::new(&snapshot, repository, only)?;
        let writer = transaction.repository(repository.as_str())?;
        let mut fixing = Fixing {
            writer,
            target,
            report: LintFixReport::default(),
            tell,
        };
        if only.is_none() {
            fixing.labels(&walk)?;
        }
        walk.issues(&mut |walk, row, record| {
            let issue = walk.snapshot.in_text(record)?;
            fixing.issue(&issue)?;
            walk.belongings(row, &mut |record| match record.kind() {
                RecordKind::Comment => {
                    let comment = walk.snapshot.in_text(record)?;
                    fixing.comment(&issue, &comment)
                }
                _ => Ok(()),
            })
        })?;
        let mut report = fixing.report;
        if !dry_run {
            report.commit = transaction.commit()?;
        }
        Ok(report)
    }
}

/// A fix at work.
struct Fixing<'a, 'txn, E> {
    writer: RepositoryWriter<'txn>,
    target: &'a Target,
    report: LintFixReport,
    tell: &'a mut dyn FnMut(&Fixed) -> Result<(), E>,
}

impl<E: From<Error>> Fixing<'_, '_, E> {
    fn tell(&mut self, subject: Subject, did: Vec<(Code, String)>) -> Result<(), E> {
        (self.tell)(&Fixed { subject, did })
    }

    fn labels(&mut self, walk: &Walk<'_>) -> Result<(), E> {
        let (_, labels) = walk.labels()?;
        for repair in self.target.repair_labels(&labels) {
            let mut edit = LabelEdit::default();
            if let Some(name) = repair.name {
                edit = edit.name(name);
            }
            if let Some(color) = repair.color {
                edit = edit.color(color);
            }
            if let Some(description) = repair.description {
                edit = edit.description(Some(description));
            }
            self.writer.edit_label(&repair.label, &edit)?;
            self.report.labels += 1;
            let name = repair.label;
            self.tell(Subject::Label { name }, repair.did)?;
        }
        Ok(())
    }

    fn issue(&mut self, issue: &Record) -> Result<(), E> {
        let body = issue.body().map(String::as_str);
        let title = issue.title().unwrap_or_default();
        let Some(repaired) = self.target.repair_issue(title, body) else {
            return Ok(());
        };
        let number = issue.number().unwrap_or(0);
        let Repaired {
            title,
            body,
            more,
            did,
        } = repaired;
        let mut edit = IssueEdit::default();
        if let Some(title) = title {
            edit = edit.title(title);
        }
        if let Some(body) = body {
            edit = edit.body(Some(body));
        }
        self.writer.edit_issue(number, &edit)?;
        self.report.issues += 1;
        self.go_on(number, issue, &more)?;
        self.tell(Subject::Issue { number }, did)
    }

    fn comment(&mut self, issue: &Record, comment: &Record) -> Result<(), E> {
        let body = comment.body().map(String::as_str).unwrap_or_default();
        let Some(repaired) = self.target.repair_comment(body) else {
            return Ok(());
        };
        let number = issue.number().unwrap_or(0);
        if let Some(body) = repaired.body {
            self.writer.edit_comment(comment.id(), body)?;
            self.report.comments += 1;
        }
        self.go_on(number, comment, &repaired.more)?;
        let (id, issue) = (comment.id(), number);
        self.tell(Subject::Comment { id, issue }, repaired.did)
    }

    fn go_on(&mut self, number: u64, text: &Record, more: &[String]) -> Result<(), E> {
        for body in more {
            self.writer.continue_text(number, text, body)?;
            self.report.added_comments += 1;
        }
        Ok(())
    }
}
