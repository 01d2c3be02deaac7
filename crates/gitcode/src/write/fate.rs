//! What becomes of each field of each kind of record at GitCode.

mod tables;

use backlot_model::{Field, LossKind, RecordKind, State, Value};

use tables::rows;

/// What becomes of the values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// GitCode has them.
    Held,
    /// GitCode has something else instead, for this reason.
    Altered(&'static str),
    /// GitCode has no place for them, for this reason.
    Dropped(&'static str),
    /// GitCode wants one where there is none, for this reason.
    Minted(&'static str),
}

/// One field of a kind of record, and what it is called on both sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) field: Field,
    /// The key in GitCode's objects; empty where they have none.
    pub(crate) gitcode: &'static str,
    /// The key in the objects of the forge that most backlogs come from; empty where they have none.
    pub(crate) elsewhere: &'static str,
    /// In GitCode's objects.
    pub(crate) object: Fate,
    /// When requests make it anew.
    pub(crate) sent: Fate,
}

/// By which way records reach GitCode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As its objects.
    Objects,
    /// By requests that make them anew.
    Requests,
}

/// Why a whole board, column or card has no place.
pub(crate) const BOARDS: &str =
    "GitCode's boards are those of organisations, and nothing can make one";
/// Why an event has no place.
pub(crate) const NO_WORDS: &str = "GitCode has no established words for it";
/// Why a field that no table knows has no place.
const UNKNOWN: &str = "GitCode has no such field";

impl Fate {
    /// Why the values do not stay as they are; none where they do.
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Held => None,
            Self::Altered(reason) | Self::Dropped(reason) | Self::Minted(reason) => Some(reason),
        }
    }

    /// How a report calls what befalls them; none where nothing does.
    pub const fn loss(self) -> Option<LossKind> {
        match self {
            Self::Held => None,
            Self::Altered(_) => Some(LossKind::Altered),
            Self::Dropped(_) => Some(LossKind::Dropped),
            Self::Minted(_) => Some(LossKind::Minted),
        }
    }
}

/// What becomes of a field of a kind of record in GitCode's objects; none where such records have no such field.
///
/// ```
/// use backlot_gitcode::{Fate, fate};
/// use backlot_model::{Field, RecordKind};
///
/// assert_eq!(fate(RecordKind::Issue, Field::Title), Some(Fate::Held));
/// let fate = fate(RecordKind::Issue, Field::Locked).and_then(Fate::reason);
/// assert_eq!(fate, Some("GitCode has no locks"));
/// ```
pub fn fate(kind: RecordKind, field: Field) -> Option<Fate> {
    row(kind, field).map(|row| row.object)
}

/// Why what a key of an object says does not stay at GitCode as it is: the key as the model, GitCode or the forge
/// that the object came from spells it. None where it stays, or where no such key is known.
///
/// ```
/// use backlot_gitcode::reason;
/// use backlot_model::RecordKind;
///
/// let said = reason(RecordKind::Issue, "active_lock_reason");
/// assert_eq!(said, Some("GitCode has no locks"));
/// assert_eq!(reason(RecordKind::Issue, "title"), None);
/// ```
pub fn reason(kind: RecordKind, key: &str) -> Option<&'static str> {
    let is_named = |row: &&Row| {
        let mut keys = row.elsewhere.split(", ").chain(row.gitcode.split(", "));
        row.field.name() == key || keys.any(|known| known == key)
    };
    rows(kind)
        .iter()
        .filter(is_named)
        .find_map(|row| row.object.reason())
}

/// The fields that records of a kind can have, as [`fate`] knows them.
pub fn fields(kind: RecordKind) -> impl Iterator<Item = Field> {
    rows(kind).iter().map(|row| row.field)
}

fn row(kind: RecordKind, field: Field) -> Option<&'static Row> {
    rows(kind).iter().find(|row| row.field == field)
}

/// What becomes of a value of a record on its way. A field that no table knows is lost, and reported.
pub(crate) fn fate_of(way: Way, kind: RecordKind, value: &Value) -> Fate {
    let Some(row) = row(kind, value.field()) else {
        return Fate::Dropped(UNKNOWN);
    };
    let is_spared = match value {
        // A day is a day, if nothing says when on it.
        Value::DueOn(moment) => moment.unix_milliseconds().rem_euclid(DAY) == 0,
        Value::State(state) if kind == RecordKind::Issue || kind == RecordKind::Milestone => {
            matches!(state, State::Open | State::Closed)
        }
        _ => false,
    };
    match way {
        _ if is_spared => Fate::Held,
        Way::Objects => row.object,
        Way::Requests => row.sent,
    }
}

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Whether a footer below the text of such a record can carry the field, so that it comes back.
pub(crate) fn is_carried(kind: RecordKind, field: Field) -> bool {
    use Field as F;
    match kind {
        RecordKind::Issue => matches!(
            field,
            F::StateReason
                | F::Author
                | F::CreatedAt
                | F::UpdatedAt
                | F::ClosedAt
                | F::ClosedBy
                | F::Locked
                | F::LockReason
                | F::AuthorAssociation
                | F::Reactions
                | F::Draft
                | F::PullRequest
                | F::MergedAt
                | F::Pinned
        ),
        RecordKind::Comment => matches!(
            field,
            F::Author
                | F::CreatedAt
                | F::UpdatedAt
                | F::AuthorAssociation
                | F::Reactions
                | F::Pinned
                | F::MinimizedReason
        ),
        RecordKind::Milestone => matches!(
            field,
            F::Author | F::CreatedAt | F::UpdatedAt | F::ClosedAt | F::DueOn
        ),
        _ => false,
    }
}

/// The kinds of record that have a table.
#[cfg(test)]
pub(crate) fn table(kind: RecordKind) -> &'static [Row] {
    rows(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_fate() {
        for field in Field::ALL {
            let known = RecordKind::ALL
                .iter()
                .any(|kind| fate(*kind, *field).is_some());
            assert!(
                known,
                "no kind of record says what becomes of {}",
                field.name()
            );
        }
    }

    #[test]
    fn no_field_has_two_fates_and_none_is_held_without_a_place() {
        for kind in RecordKind::ALL {
            let rows = rows(kind);
            for (at, row) in rows.iter().enumerate() {
                let mut before = rows[..at].iter();
                assert!(before.all(|other| other.field != row.field), "{row:?}");
                let is_lost = row.object != Fate::Held && !matches!(row.object, Fate::Altered(_));
                assert!(!row.gitcode.is_empty() || is_lost, "{kind:?} {row:?}");
                let is_sent = row.sent == Fate::Held;
                assert!(!is_sent || row.object == Fate::Held, "{kind:?} {row:?}");
            }
        }
    }

    #[test]
    fn what_is_carried_is_what_would_be_lost() {
        for kind in RecordKind::ALL {
            for field in Field::ALL.iter().filter(|field| is_carried(kind, **field)) {
                let row = row(kind, *field).expect("a row");
                assert!(row.sent != Fate::Held, "{kind:?} {row:?}");
            }
        }
    }
}
