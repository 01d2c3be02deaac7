//! A forge that is none: what its reader would hand in, and what its writer would be handed.

use std::convert::Infallible;
use std::sync::Arc;

use backlot_core::{Error, ImportError, ImportOptions, ImportReport, SnapshotLookup, Store};
use backlot_model::{
    Change, Depicted, Field, ForeignId, Incoming, IncomingEmbedded, IncomingRecord, Link, Outgoing,
    Parent, Pass, PassOrder, Place, Record, RecordKind, SourceRepository, State, Timestamp, Value,
    View, ViewId, Wanted,
};

use super::name;

/// The number of the forge, beside GitHub's.
pub(crate) const FORGE: u8 = 2;
pub(crate) const HOST: &str = "forge.example";

/// An issue of the other forge.
#[derive(Clone, Debug, Default)]
pub(crate) struct Issue {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) labels: Vec<&'static str>,
    /// The number and the title.
    pub(crate) milestone: Option<(u64, &'static str)>,
    pub(crate) comments: Vec<u64>,
}

impl Issue {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            title: format!("Other {number}"),
            labels: vec!["bug"],
            comments: vec![100 + number],
            ..Self::default()
        }
    }
}

pub(crate) fn view(kind: RecordKind) -> View {
    View {
        forge: FORGE,
        form: kind.tag(),
    }
}

fn moment() -> Timestamp {
    Timestamp::parse("2023-03-01T00:00:00Z").unwrap()
}

/// An object inside others, and the name by which records refer to it.
fn embedded(
    out: &mut Vec<Incoming>,
    kind: RecordKind,
    name: &str,
    id: Option<u64>,
    mut changes: Vec<Change<String, ViewId>>,
) -> ViewId {
    let bytes = format!("{} {name}", kind.name()).into_bytes();
    let view_id = ViewId::of(&bytes);
    changes.push(Change::Set(match kind {
        RecordKind::Milestone => Value::Title(name.to_owned()),
        _ => Value::Name(name.to_owned()),
    }));
    changes.sort_by_key(Change::field);
    out.push(Incoming::Embedded(Box::new(IncomingEmbedded {
        id: view_id,
        bytes,
        depicts: Some(Depicted {
            repository: (kind != RecordKind::User).then_some(0),
            host: Arc::from(HOST),
            kind,
            minted: None,
            view: view(kind),
            id,
            name: name.to_owned(),
            changes,
        }),
    })));
    view_id
}

fn record(
    kind: RecordKind,
    id: u64,
    mut values: Vec<Value<String, ViewId>>,
    overlay: &str,
) -> Incoming {
    if !values.iter().any(|value| value.field() == Field::CreatedAt) {
        values.push(Value::CreatedAt(moment()));
        values.push(Value::UpdatedAt(moment()));
    }
    values.sort_by_key(Value::field);
    Incoming::Record(Box::new(IncomingRecord {
        place: Place::default(),
        repository: 0,
        kind,
        view: view(kind),
        id: ForeignId::Number(id),
        changes: values.into_iter().map(Change::Set).collect(),
        overlay: overlay.as_bytes().to_vec(),
        links: Vec::new(),
        position: None,
        has_extras: !overlay.is_empty(),
    }))
}

/// What the other forge's reader hands in; with the comments before the issues, or behind them.
pub(crate) fn read(issues: &[Issue], comments_first: bool) -> Vec<Incoming> {
    let mut out = vec![Incoming::Repository(SourceRepository {
        host: HOST.to_owned(),
        name: "Other/Hello".to_owned(),
        is_main: true,
        forge: FORGE,
        separate_numbers: true,
    })];
    let author = embedded(&mut out, RecordKind::User, "lihua", None, Vec::new());
    let mut comments = Vec::new();
    let mut records = Vec::new();
    for issue in issues {
        let mut values = vec![
            Value::Number(issue.number),
            Value::Title(issue.title.clone()),
            Value::State(State::Open),
            Value::Author(author),
        ];
        let labels = issue.labels.iter();
        let labels = labels.map(|label| {
            let color = vec![Change::Set(Value::Color("2865e0".to_owned()))];
            // The label `bug` has the number that it has at GitHub.
            let id = Some(68 + label.len() as u64);
            embedded(&mut out, RecordKind::Label, label, id, color)
        });
        values.push(Value::Labels(labels.collect()));
        if let Some((number, title)) = issue.milestone {
            let said = vec![Change::Set(Value::Number(number))];
            let id = Some(9000 + number);
            let milestone = embedded(&mut out, RecordKind::Milestone, title, id, said);
            values.push(Value::Milestone(milestone));
        }
        let id = 1000 + issue.number;
        records.push(record(RecordKind::Issue, id, values, "more"));
        for id in &issue.comments {
            let values = vec![
                Value::Parent(Parent::Number(issue.number)),
                Value::Body(format!("On other {}.", issue.number)),
                Value::Author(author),
            ];
            comments.push(record(RecordKind::Comment, *id, values, ""));
        }
    }
    match comments_first {
        true => out.extend(comments.into_iter().chain(records)),
        false => out.extend(records.into_iter().chain(comments)),
    }
    out
}

/// A card that stands nowhere and shows an issue.
pub(crate) fn card(number: u64) -> Incoming {
    let mut card = record(RecordKind::Card, 7, Vec::new(), "");
    if let Incoming::Record(record) = &mut card {
        record.links.push(Link::Issue {
            host: Arc::from(HOST),
            repository: "Other/Hello".to_owned(),
            number,
        });
    }
    card
}

/// What the reader would make of an export: issues and comments, without what they refer to.
pub(crate) fn again(exported: &[Outgoing]) -> Vec<Incoming> {
    let mut out = read(&[], false);
    for kind in [RecordKind::Issue, RecordKind::Comment] {
        for outgoing in exported.iter().filter(|one| one.record.kind() == kind) {
            let known = &outgoing.record;
            let mut values = vec![
                Value::CreatedAt(known.created_at().unwrap()),
                Value::UpdatedAt(known.updated_at().unwrap()),
            ];
            values.extend(known.title().map(|title| Value::Title(title.to_owned())));
            values.extend(known.body().map(|body| Value::Body(body.clone())));
            values.extend(known.number().map(Value::Number));
            values.extend(
                outgoing
                    .parent_number
                    .map(|n| Value::Parent(Parent::Number(n))),
            );
            let id = match &outgoing.stated {
                Some((_, ForeignId::Number(id), _)) => *id,
                _ => known.id().minted_number(),
            };
            let overlay = outgoing.stated.as_ref().map(|(.., bytes)| bytes.clone());
            let overlay = String::from_utf8(overlay.unwrap_or_default()).unwrap();
            out.push(record(kind, id, values, &overlay));
        }
    }
    out
}

/// The record of a repository.
pub(crate) fn repository(store: &Store, repository: &str) -> Arc<Record> {
    let pass = Pass {
        wanted: vec![Wanted {
            kind: RecordKind::Repository,
            views: vec![view(RecordKind::Repository)],
        }],
        order: PassOrder::Repository,
        includes_unstated: true,
    };
    let mut found = None;
    let snapshot = store.read().unwrap();
    snapshot
        .export::<Error>(&name(repository), &[pass], &mut |outgoing: &Outgoing,
                                                           _: &mut SnapshotLookup<
            '_,
        >| {
            found = Some(Arc::clone(&outgoing.record));
            Ok(())
        })
        .unwrap();
    found.unwrap()
}

pub(crate) fn try_import(
    store: &Store,
    objects: Vec<Incoming>,
    adjust: impl FnOnce(ImportOptions) -> ImportOptions,
) -> Result<ImportReport, ImportError<Infallible>> {
    let options = adjust(ImportOptions::new("other", "the other forge"));
    store.import(&options, [Ok(objects)])
}

/// What the other forge's writer is handed, kind by kind.
pub(crate) fn export(store: &Store, repository: &str) -> Vec<Outgoing> {
    let pass = |kind: RecordKind, order| Pass {
        wanted: vec![Wanted {
            kind,
            views: vec![view(kind)],
        }],
        order,
        includes_unstated: true,
    };
    let passes = [
        pass(RecordKind::Label, PassOrder::Name),
        pass(RecordKind::Milestone, PassOrder::Number),
        pass(RecordKind::Issue, PassOrder::Number),
        pass(RecordKind::Comment, PassOrder::Moment),
        pass(RecordKind::Card, PassOrder::Board),
    ];
    let mut found = Vec::new();
    let snapshot = store.read().unwrap();
    snapshot
        .export::<Error>(&name(repository), &passes, &mut |outgoing: &Outgoing,
                                                           _: &mut SnapshotLookup<
            '_,
        >| {
            found.push(outgoing.clone());
            Ok(())
        })
        .unwrap();
    found
}
