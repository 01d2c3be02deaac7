//! `backlot issue view`

use backlot_core::{IssueDetail, IssueLink, TimelineItem};
use backlot_model::{
    AuthorAssociation, LockReason, Reactions, RecordId, RecordKind, RepositoryName, StateReason,
};
use clap::Args;
use serde_json::{Map, Value, json};

use super::links::link_json;
use super::reference::IssueRef;
use super::{page, past_view};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::past::PastArgs;
use crate::repository::RepositoryArgs;

/// Show an issue or a pull request with its comments and its past
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue view 12
  backlot issue view https://github.com/octo/hello/issues/12
  backlot issue view 12 --no-events | less
  backlot issue view 12 --as-of 2025-01-01
  backlot issue view 12 --json=title,body,timeline")]
pub(crate) struct ViewArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// Only the comments, not what else happened
    #[arg(long, visible_alias = "comments")]
    no_events: bool,

    #[command(flatten)]
    past: PastArgs,

    #[command(flatten)]
    repository: RepositoryArgs,
}

pub(super) struct View {
    pub(super) repository: RepositoryName,
    pub(super) issue: IssueDetail,
    /// The boards and columns that it stands on.
    pub(super) places: Vec<Place>,
    pub(super) timeline: Vec<TimelineItem>,
}

/// A card that shows the issue.
pub(super) struct Place {
    pub(super) project: String,
    pub(super) owner: String,
    pub(super) number: u64,
    pub(super) column: String,
    pub(super) card: RecordId,
    pub(super) is_archived: bool,
}

const FIELDS: Fields<View> = &[
    ("id", |view| json!(view.issue.summary.id.to_string())),
    ("repository", |view| json!(view.repository.as_str())),
    ("number", |view| json!(view.issue.summary.number)),
    ("title", |view| json!(view.issue.summary.title)),
    ("state", |view| json!(view.issue.summary.state.as_word())),
    ("state_reason", |view| {
        json!(
            view.issue
                .summary
                .state_reason
                .as_ref()
                .map(StateReason::as_word)
        )
    }),
    ("type", |view| json!(view.issue.record.issue_type())),
    ("pull_request", |view| {
        json!(view.issue.summary.is_pull_request)
    }),
    ("draft", |view| json!(view.issue.summary.is_draft)),
    ("locked", |view| json!(view.issue.summary.is_locked)),
    ("lock_reason", |view| {
        json!(view.issue.record.lock_reason().map(LockReason::as_word))
    }),
    ("author", |view| json!(view.issue.summary.author)),
    ("author_association", |view| {
        json!(
            view.issue
                .record
                .author_association()
                .map(AuthorAssociation::as_word)
        )
    }),
    ("labels", |view| json!(view.issue.summary.labels)),
    ("assignees", |view| json!(view.issue.summary.assignees)),
    ("milestone", |view| json!(view.issue.summary.milestone)),
    ("comments", |view| json!(view.issue.summary.comments)),
    ("reactions", |view| {
        reactions_json(view.issue.record.reactions())
    }),
    ("created_at", |view| {
        json!(view.issue.summary.created_at.map(|at| at.to_string()))
    }),
    ("updated_at", |view| {
        json!(view.issue.summary.updated_at.map(|at| at.to_string()))
    }),
    ("closed_at", |view| {
        json!(view.issue.summary.closed_at.map(|at| at.to_string()))
    }),
    ("merged_at", |view| {
        json!(view.issue.record.merged_at().map(|at| at.to_string()))
    }),
    ("pinned", |view| json!(view.issue.is_pinned)),
    ("closed_by", |view| json!(view.issue.closed_by)),
    ("parent", |view| link(view.issue.parent.as_ref())),
    ("sub_issues", |view| links(&view.issue.sub_issues)),
    ("blocked_by", |view| links(&view.issue.blocked_by)),
    ("blocking", |view| links(&view.issue.blocking)),
    ("duplicate_of", |view| {
        link(view.issue.duplicate_of.as_ref())
    }),
    ("projects", |view| {
        view.places.iter().map(place_json).collect()
    }),
    ("body", |view| json!(view.issue.body)),
    ("timeline", |view| {
        view.timeline.iter().map(item_json).collect()
    }),
];

fn link(link: Option<&IssueLink>) -> Value {
    link.map_or(Value::Null, link_json)
}

fn links(links: &[IssueLink]) -> Value {
    links.iter().map(link_json).collect()
}

fn place_json(place: &Place) -> Value {
    json!({
        "owner": place.owner,
        "number": place.number,
        "name": place.project,
        "column": place.column,
        "card": place.card.to_string(),
        "archived": place.is_archived,
    })
}

/// The fields of an entry of a timeline.
pub(crate) const TIMELINE: Fields<TimelineItem> = &[
    ("id", |item| json!(item.record.id().to_string())),
    ("kind", |item| field(item, "kind")),
    ("event", |item| field(item, "event")),
    ("actor", |item| field(item, "actor")),
    ("created_at", |item| field(item, "created_at")),
    ("subject", |item| field(item, "subject")),
    ("person", |item| field(item, "person")),
    ("issue", |item| field(item, "issue")),
    ("from", |item| field(item, "from")),
    ("to", |item| field(item, "to")),
    ("reactions", |item| field(item, "reactions")),
    ("body", |item| field(item, "body")),
];

fn field(item: &TimelineItem, name: &str) -> Value {
    item_json(item)
        .get_mut(name)
        .map_or(Value::Null, Value::take)
}

pub(crate) fn reactions_json(reactions: Reactions) -> Value {
    let counts = Reactions::CONTENTS.iter().zip(reactions.counts);
    let given = counts.filter(|(_, number)| *number > 0);
    Value::Object(
        given
            .map(|(content, number)| ((*content).to_owned(), json!(number)))
            .collect(),
    )
}

fn item_json(item: &TimelineItem) -> Value {
    let record = &item.record;
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("id", json!(record.id().to_string()));
    put("actor", json!(item.actor));
    put("created_at", json!(item.at.map(|at| at.to_string())));
    put("body", json!(record.body()));
    if record.kind() == RecordKind::Comment {
        put("kind", json!("comment"));
        put(
            "updated_at",
            json!(record.updated_at().map(|at| at.to_string())),
        );
        put("reactions", reactions_json(record.reactions()));
        return object.into();
    }
    put("kind", json!("event"));
    put("event", json!(record.event()));
    put("subject", json!(record.subject()));
    put("person", json!(item.person));
    let issue = item.issue.as_ref();
    put(
        "issue",
        json!(issue.map(|issue| format!("{}#{}", issue.repository, issue.number))),
    );
    put("from", json!(record.from()));
    put("to", json!(record.to()));
    object.into()
}

pub(super) fn view(args: &ViewArgs, context: &mut Context<'_>) -> Result<Exit> {
    if args.past.is_given() {
        let snapshot = context.open_to_read()?.read()?;
        let repository = args.issue.repository(&args.repository, &snapshot)?;
        return past_view::view(snapshot, &args.past, repository, args.issue.number, context);
    }
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let (repository, issue) = args.issue.find(&args.repository, &snapshot, context)?;
    let cards = snapshot.cards_of(&issue)?.into_iter();
    let places = cards
        .map(|(project, column, card)| Place {
            project: project.name,
            owner: project.owner,
            number: project.number,
            column,
            card: card.id,
            is_archived: card.is_archived,
        })
        .collect();
    let mut timeline = snapshot.timeline(&issue)?;
    drop(snapshot);
    if args.no_events {
        timeline.retain(|item| item.record.kind() == RecordKind::Comment);
    }
    let view = View {
        repository,
        issue,
        places,
        timeline,
    };
    match json {
        Some(json) => json.object(&view, context.out)?,
        None => page::print(&view, context)?,
    }
    Ok(Exit::DONE)
}
