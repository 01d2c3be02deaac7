//! Keys whose values are counted here, or told by the log: of what was made here, and of what was edited.

use backlot_model::{Field, Lookup, Outgoing, RecordId, State};

use super::object::Job;
use super::render::{Context, Renderer};
use crate::shape::{Form, Rule, derive, put_time};
use backlot_forge::WriteError;
use backlot_forge::json::{number, write_string};
use backlot_forge::sink::put_decimal;
use backlot_forge::slots::entry;

/// The issues of a list that are there, and those of them that are closed.
#[derive(Clone, Copy, Default)]
struct Count {
    all: u64,
    closed: u64,
}

impl Renderer {
    /// Appends the value of a key that is counted or told by the log; false when the rule is none of these.
    pub(super) fn counted<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        rule: Rule,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<bool, WriteError<L::Error>> {
        match rule {
            Rule::SubIssues => sub_issues(job, context, out)?,
            Rule::Dependencies => dependencies(job, context, out)?,
            Rule::ParentUrl => self.parent_url(job, context, out)?,
            Rule::OpenIssues => put_decimal(job.tallies.open_issues, out),
            Rule::ClosedIssues => put_decimal(job.tallies.closed_issues, out),
            Rule::PinnedComment => match job.tallies.pinned_comment {
                Some(comment) => self.reference(comment, context, out)?,
                None => out.extend_from_slice(b"null"),
            },
            Rule::Pin => self.pin(job, context, out)?,
            Rule::Minimized => minimized(job, out),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The address of the issue that this one is a sub-issue of.
    fn parent_url<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let parent = record(job).and_then(|outgoing| outgoing.record.parent_issue());
        let found = match parent {
            Some(parent) => context.lookup.record(parent).map_err(WriteError::Lookup)?,
            None => None,
        };
        let Some(found) = found.filter(|found| !found.record.is_deleted()) else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        let home = self.home(&found, Form::Issue, context)?;
        let mut facts = crate::shape::Facts::at(home.site());
        facts.number = found.record.number();
        derive(Rule::Url("A/repos/R/issues/N"), &facts, out);
        Ok(())
    }

    fn pin<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let is_pinned = record(job).is_some_and(|outgoing| outgoing.record.is_pinned());
        if !is_pinned {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        let (at, by) = job.tallies.pinned.unwrap_or_default();
        out.extend_from_slice(b"{\"pinned_at\":");
        put_time(Some(at), out);
        out.extend_from_slice(b",\"pinned_by\":");
        match by {
            Some(user) => self.reference(user, context, out)?,
            None => out.extend_from_slice(b"null"),
        }
        out.push(b'}');
        Ok(())
    }
}

fn record<'j, R>(job: &Job<'j, R>) -> Option<&'j Outgoing> {
    job.outgoing
}

fn minimized<R>(job: &Job<'_, R>, out: &mut Vec<u8>) {
    let reason = record(job).and_then(|outgoing| outgoing.record.minimized_reason());
    match reason {
        None => out.extend_from_slice(b"null"),
        // A reason that is empty says that there is none.
        Some("") => out.extend_from_slice(b"{\"reason\":null}"),
        Some(reason) => {
            out.extend_from_slice(b"{\"reason\":");
            write_string(reason, out);
            out.push(b'}');
        }
    }
}

/// How many issues are now in a list, by what its source counted and what changed here.
fn count<R, L: Lookup>(
    job: &Job<'_, R>,
    field: Field,
    said: Count,
    context: &mut Context<'_, L>,
) -> Result<Count, WriteError<L::Error>> {
    let Some(outgoing) = record(job) else {
        return Ok(said);
    };
    let now = outgoing.record.ids(field);
    let before = outgoing
        .base
        .as_ref()
        .map_or(&[][..], |base| base.ids(field));
    let mut counted = said;
    for (ids, others, adds) in [(now, before, true), (before, now, false)] {
        for id in ids.iter().filter(|id| !others.contains(id)) {
            let Some(closed) = is_closed(*id, context)? else {
                continue;
            };
            let change = |number: &mut u64, by: u64| {
                *number = if adds {
                    *number + by
                } else {
                    number.saturating_sub(by)
                };
            };
            change(&mut counted.all, 1);
            change(&mut counted.closed, u64::from(closed));
        }
    }
    counted.closed = counted.closed.min(counted.all);
    Ok(counted)
}

/// Whether an issue is closed; none when it is gone.
fn is_closed<L: Lookup>(
    id: RecordId,
    context: &mut Context<'_, L>,
) -> Result<Option<bool>, WriteError<L::Error>> {
    let found = context.lookup.record(id).map_err(WriteError::Lookup)?;
    let found = found.filter(|found| !found.record.is_deleted());
    Ok(found.map(|found| found.record.state() == Some(&State::Closed)))
}

/// A number inside a summary that the source gave; nought when it gave none.
fn said<R>(job: &Job<'_, R>, key: &str, inner: &str) -> u64 {
    let pieces = job.table.find(key).and_then(|at| job.overlay?.extra(at));
    let Some(pieces) = pieces else {
        return 0;
    };
    let mut text = String::new();
    let _: Result<(), std::convert::Infallible> = pieces.each(&mut |piece, _| {
        text.push_str(piece);
        Ok(())
    });
    entry(&text, inner).and_then(number).unwrap_or(0)
}

fn sub_issues<R, L: Lookup>(
    job: &Job<'_, R>,
    context: &mut Context<'_, L>,
    out: &mut Vec<u8>,
) -> Result<(), WriteError<L::Error>> {
    let before = Count {
        all: said(job, "sub_issues_summary", "total"),
        closed: said(job, "sub_issues_summary", "completed"),
    };
    let Count { all, closed } = count(job, Field::SubIssues, before, context)?;
    out.extend_from_slice(b"{\"total\":");
    put_decimal(all, out);
    out.extend_from_slice(b",\"completed\":");
    put_decimal(closed, out);
    out.extend_from_slice(b",\"percent_completed\":");
    put_decimal(closed.saturating_mul(100) / all.max(1), out);
    out.push(b'}');
    Ok(())
}

fn dependencies<R, L: Lookup>(
    job: &Job<'_, R>,
    context: &mut Context<'_, L>,
    out: &mut Vec<u8>,
) -> Result<(), WriteError<L::Error>> {
    let sides = [
        (
            Field::BlockedBy,
            ",\"total_blocked_by\":",
            "blocked_by",
            "total_blocked_by",
        ),
        (
            Field::Blocking,
            ",\"total_blocking\":",
            "blocking",
            "total_blocking",
        ),
    ];
    let key = "issue_dependencies_summary";
    for (at, (field, between, open, total)) in sides.into_iter().enumerate() {
        let all = said(job, key, total);
        let closed = all.saturating_sub(said(job, key, open));
        let Count { all, closed } = count(job, field, Count { all, closed }, context)?;
        out.push(if at == 0 { b'{' } else { b',' });
        out.push(b'"');
        out.extend_from_slice(open.as_bytes());
        out.extend_from_slice(b"\":");
        put_decimal(all - closed, out);
        out.extend_from_slice(between.as_bytes());
        put_decimal(all, out);
    }
    out.push(b'}');
    Ok(())
}
