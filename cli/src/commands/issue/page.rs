//! An issue as a page to read.

use backlot_core::{IssueLink, TimelineItem};
use backlot_model::{Reactions, RecordKind};

use super::events::sentence;
use super::links;
use super::rows::style;
use super::view::View;
use crate::context::Context;
use crate::error::Result;
use crate::output::style::Style;
use crate::output::text;

/// Writes the page: what there is to say about the issue, its body, and its comments and events.
pub(super) fn print(view: &View, context: &mut Context<'_>) -> Result<()> {
    let screen = context.screen;
    let summary = &view.issue.summary;
    if screen.is_terminal() {
        let title = screen.paint(Style::Bold, &text::line(summary.title.trim()));
        let number = screen.paint(style(summary), &format!("#{}", summary.number));
        writeln!(context.out, "{number} {title}")?;
    }
    screen.pairs(&pairs(view, context), context.out)?;
    let body = view.issue.body.as_deref().unwrap_or_default();
    writeln!(
        context.out,
        "{}",
        if screen.is_terminal() { "" } else { "--" }
    )?;
    print_body(body, context)?;
    let mut was_comment = true;
    for item in &view.timeline {
        let is_comment = item.record.kind() == RecordKind::Comment;
        if is_comment || was_comment {
            writeln!(context.out)?;
        }
        was_comment = is_comment;
        print_item(item, context)?;
    }
    Ok(())
}

pub(crate) fn print_item(item: &TimelineItem, context: &mut Context<'_>) -> Result<()> {
    let screen = context.screen;
    let is_comment = item.record.kind() == RecordKind::Comment;
    let mut line = String::from("-- ");
    if let Some(who) = &item.actor {
        Style::Cyan.paint(&text::line(who), screen.colour, &mut line);
        line.push(' ');
    }
    match is_comment {
        true => line.push_str("commented"),
        false => line.push_str(&sentence(item)),
    }
    line.push(' ');
    Style::Dim.paint(&screen.time(item.at), screen.colour, &mut line);
    let reactions = reactions(item.record.reactions());
    if !reactions.is_empty() {
        line.push_str(&format!(" ({reactions})"));
    }
    if is_comment {
        // By it the comment can be edited.
        let id = format!(" [{}]", item.record.id());
        Style::Dim.paint(&id, screen.colour, &mut line);
    }
    writeln!(context.out, "{}", line.trim_end())?;
    // The message of a commit is told in its sentence.
    if is_comment || item.record.event() == Some("reviewed") {
        print_body(
            item.record.body().map(String::as_str).unwrap_or_default(),
            context,
        )?;
    }
    Ok(())
}

fn print_body(body: &str, context: &mut Context<'_>) -> Result<()> {
    let shown = text::body(body);
    let shown = shown.trim_end();
    if !shown.is_empty() {
        writeln!(context.out, "{shown}")?;
    }
    Ok(())
}

/// What there is to say about an issue before its body; programs get every key, people those with a value.
fn pairs(view: &View, context: &Context<'_>) -> Vec<(&'static str, String)> {
    let (summary, record) = (&view.issue.summary, &view.issue.record);
    let time = |at| context.screen.time(at);
    let pairs = [
        ("title", summary.title.clone()),
        ("repository", view.repository.to_string()),
        ("number", summary.number.to_string()),
        (
            "kind",
            kind(summary.is_pull_request, summary.is_draft).to_owned(),
        ),
        ("state", state(view)),
        ("author", summary.author.clone().unwrap_or_default()),
        ("labels", summary.labels.join(", ")),
        ("assignees", summary.assignees.join(", ")),
        ("milestone", summary.milestone.clone().unwrap_or_default()),
        ("type", record.issue_type().unwrap_or_default().to_owned()),
        (
            "pinned",
            if view.issue.is_pinned { "yes" } else { "" }.to_owned(),
        ),
        ("created", time(summary.created_at)),
        ("updated", time(summary.updated_at)),
        ("closed", time(summary.closed_at)),
        ("merged", time(record.merged_at())),
        ("comments", summary.comments.to_string()),
        ("reactions", reactions(record.reactions())),
    ];
    let mut pairs = Vec::from(pairs);
    pairs.extend(linked(view));
    let is_terminal = context.screen.is_terminal();
    let wanted = |(key, value): &(&str, String)| {
        !is_terminal || !(value.is_empty() || matches!(*key, "title" | "number"))
    };
    pairs.into_iter().filter(wanted).collect()
}

/// What the issue is linked with, a line for each.
fn linked(view: &View) -> Vec<(&'static str, String)> {
    let issue = &view.issue;
    let repository = view.repository.as_str();
    let mut pairs = Vec::new();
    let mut put = |key, links: &mut dyn Iterator<Item = &IssueLink>| {
        pairs.extend(links.map(|link| (key, links::shown(link, repository))));
    };
    put("parent", &mut issue.parent.iter());
    put("sub-issue", &mut issue.sub_issues.iter());
    put("blocked by", &mut issue.blocked_by.iter());
    put("blocking", &mut issue.blocking.iter());
    put("duplicate of", &mut issue.duplicate_of.iter());
    for place in &view.places {
        let archived = if place.is_archived { " (archived)" } else { "" };
        let shown = format!("{}: {}{archived}", place.project, place.column);
        pairs.push(("project", shown));
    }
    pairs
}

const fn kind(is_pull_request: bool, is_draft: bool) -> &'static str {
    match (is_pull_request, is_draft) {
        (false, _) => "issue",
        (true, false) => "pull request",
        (true, true) => "draft pull request",
    }
}

fn state(view: &View) -> String {
    let (summary, record) = (&view.issue.summary, &view.issue.record);
    let mut state = match record.merged_at() {
        Some(_) => "merged".to_owned(),
        None => summary.state.as_word().to_owned(),
    };
    if let Some(reason) = &summary.state_reason {
        state.push_str(&format!(" ({})", reason.as_word().replace('_', " ")));
    }
    match record.lock_reason() {
        Some(reason) => state.push_str(&format!(", locked as {}", reason.as_word())),
        None if summary.is_locked => state.push_str(", locked"),
        None => {}
    }
    state
}

/// The reactions as `heart 2, rocket 1`.
pub(crate) fn reactions(reactions: Reactions) -> String {
    let counts = reactions.counts;
    let given = Reactions::CONTENTS
        .iter()
        .zip(counts)
        .filter(|(_, number)| *number > 0);
    let shown: Vec<String> = given
        .map(|(content, number)| format!("{content} {number}"))
        .collect();
    shown.join(", ")
}
