//! The forms in which a table states records, and what is kept beside them.

use backlot_model::{Pass, PassOrder, RecordKind, View, ViewId, Wanted};

/// The number of tables in a [`View`], beside those of the forges.
pub(crate) const FORGE: u8 = 3;
/// The version of what is kept of embedded objects.
const VERSION: u8 = 1;

/// The form in which a table states a kind of record.
pub(crate) const fn view(kind: RecordKind) -> View {
    View {
        forge: FORGE,
        form: kind.tag(),
    }
}

/// The bytes of a user, a label or a milestone of which a table says the name, and their name.
pub(crate) fn embedded(kind: RecordKind, name: &str) -> (ViewId, Vec<u8>) {
    let mut bytes = vec![VERSION, kind.tag()];
    bytes.extend_from_slice(name.as_bytes());
    (ViewId::of(&bytes), bytes)
}

/// The passes over a repository's records that a table is written from: each issue with its comments, and
/// all that no column holds, so that it can be reported.
pub fn passes() -> Vec<Pass> {
    use RecordKind::{
        Card, Column, Comment, HistoryEvent, Issue, Label, Milestone, Project, Reaction,
    };
    let pass = |kinds: &[RecordKind], order| Pass {
        wanted: kinds
            .iter()
            .map(|kind| Wanted {
                kind: *kind,
                views: vec![view(*kind)],
            })
            .collect(),
        order,
        includes_unstated: true,
    };
    vec![
        pass(&[Issue, Comment, HistoryEvent, Reaction], PassOrder::Thread),
        pass(&[Label], PassOrder::Name),
        pass(&[Milestone], PassOrder::Number),
        pass(&[Project], PassOrder::Moment),
        pass(&[Column], PassOrder::Moment),
        pass(&[Card], PassOrder::Moment),
    ]
}
