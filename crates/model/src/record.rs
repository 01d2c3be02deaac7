//! The present state of one thing, and how changes act on it.

use crate::change::Change;
use crate::id::RecordId;
use crate::kind::RecordKind;
use crate::time::Timestamp;
use crate::value::{Field, Parent, Reactions, Value};
use crate::word::{AuthorAssociation, LockReason, State, StateReason, UserKind};

/// The present state of one thing: its identifier, its kind, and a value for each field that has
/// one, in the order of the fields. Null, false, zero counts and empty lists are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<T = String> {
    id: RecordId,
    kind: RecordKind,
    values: Vec<Value<T>>,
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident: $variant:ident => $out:ty, $value:ident, $expr:expr;)+) => {
        $($(#[$doc])*
        pub fn $name(&self) -> Option<$out> {
            match self.get(Field::$variant) {
                Some(Value::$variant($value)) => Some($expr),
                _ => None,
            }
        })+
    };
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident: $variant:ident;)+) => {
        $($(#[$doc])*
        pub fn $name(&self) -> bool {
            self.get(Field::$variant).is_some()
        })+
    };
}

impl<T> Record<T> {
    /// A record without any value yet.
    pub const fn new(id: RecordId, kind: RecordKind) -> Self {
        Self {
            id,
            kind,
            values: Vec::new(),
        }
    }

    /// The record's name.
    pub const fn id(&self) -> RecordId {
        self.id
    }

    /// What the record is.
    pub const fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The values, in the order of their fields.
    pub fn values(&self) -> &[Value<T>] {
        &self.values
    }

    /// The value of a field, if it has one.
    pub fn get(&self, field: Field) -> Option<&Value<T>> {
        self.position(field).ok().and_then(|at| self.values.get(at))
    }

    fn position(&self, field: Field) -> Result<usize, usize> {
        self.values.binary_search_by_key(&field, Value::field)
    }

    /// Makes one change. Changes are total: one that does not fit the record does nothing.
    pub fn apply(&mut self, change: &Change<T>)
    where
        T: Clone,
    {
        match change {
            Change::Set(value) => self.set(value.clone()),
            Change::Clear(field) => self.clear(*field),
            Change::Add(field, id) => self.add(*field, *id),
            Change::Remove(field, id) => self.remove(*field, *id),
        }
    }

    /// Gives a field its value. A record whose creation was undone has no other value, and one that is
    /// given a value again is there again.
    pub fn set(&mut self, value: Value<T>) {
        if value.says_nothing() {
            return self.clear(value.field());
        }
        if matches!(value, Value::Absent(_)) {
            self.values.clear();
        } else if matches!(self.values.as_slice(), [Value::Absent(_)]) {
            self.values.pop();
        }
        match self.position(value.field()) {
            Ok(at) => self.values[at] = value,
            Err(at) => self.values.insert(at, value),
        }
    }

    fn clear(&mut self, field: Field) {
        if let Ok(at) = self.position(field) {
            self.values.remove(at);
        }
    }

    fn add(&mut self, field: Field, id: RecordId) {
        match self.position(field) {
            Ok(at) => {
                if let Some(ids) = self.values[at].ids_mut()
                    && !ids.contains(&id)
                {
                    ids.push(id);
                }
            }
            Err(at) => match field {
                Field::Labels => self.values.insert(at, Value::Labels(vec![id])),
                Field::Assignees => self.values.insert(at, Value::Assignees(vec![id])),
                Field::SubIssues => self.values.insert(at, Value::SubIssues(vec![id])),
                Field::BlockedBy => self.values.insert(at, Value::BlockedBy(vec![id])),
                Field::Blocking => self.values.insert(at, Value::Blocking(vec![id])),
                _ => {}
            },
        }
    }

    fn remove(&mut self, field: Field, id: RecordId) {
        if let Ok(at) = self.position(field)
            && let Some(ids) = self.values[at].ids_mut()
        {
            ids.retain(|held| *held != id);
            if ids.is_empty() {
                self.values.remove(at);
            }
        }
    }

    /// The record with its long text translated by `f`, or the error of `f`.
    pub fn try_map_text<S, E>(self, f: &mut dyn FnMut(T) -> Result<S, E>) -> Result<Record<S>, E> {
        let values = self.values.into_iter().map(|value| value.try_map_text(f));
        Ok(Record {
            id: self.id,
            kind: self.kind,
            values: values.collect::<Result<_, _>>()?,
        })
    }

    getters! {
        /// The repository that the record belongs to.
        repository: Repository => RecordId, v, *v;
        /// The number of an issue, a milestone or a project.
        number: Number => u64, v, *v;
        /// The title of an issue or a milestone.
        title: Title => &str, v, v;
        /// The long text.
        body: Body => &T, v, v;
        /// Open or closed.
        state: State => &State, v, v;
        /// Why the state is what it is.
        state_reason: StateReason => &StateReason, v, v;
        /// Who wrote, created or did it.
        author: Author => RecordId, v, *v;
        /// The milestone.
        milestone: Milestone => RecordId, v, *v;
        /// When it was created.
        created_at: CreatedAt => Timestamp, v, *v;
        /// When it was last changed.
        updated_at: UpdatedAt => Timestamp, v, *v;
        /// When it was closed.
        closed_at: ClosedAt => Timestamp, v, *v;
        /// Who closed it.
        closed_by: ClosedBy => RecordId, v, *v;
        /// Why the conversation is locked.
        lock_reason: LockReason => &LockReason, v, v;
        /// What the author is to the repository.
        author_association: AuthorAssociation => &AuthorAssociation, v, v;
        /// The type of the issue, by name.
        issue_type: IssueType => &str, v, v;
        /// When a pull request was merged.
        merged_at: MergedAt => Timestamp, v, *v;
        /// A name or a login.
        name: Name => &str, v, v;
        /// The colour of a label.
        color: Color => &str, v, v;
        /// A description.
        description: Description => &str, v, v;
        /// When a milestone is due.
        due_on: DueOn => Timestamp, v, *v;
        /// What kind of account a user is.
        user_kind: UserKind => &UserKind, v, v;
        /// What a comment, an event or a reaction belongs to.
        parent: Parent => Parent, v, *v;
        /// What happened, in an event of a forge's past.
        event: Event => &str, v, v;
        /// What an event of the past was about.
        subject: Subject => &str, v, v;
        /// Whom an event of the past was about.
        person: Person => RecordId, v, *v;
        /// What it was before a renaming or a move.
        from: From => &str, v, v;
        /// What it became by a renaming or a move.
        to: To => &str, v, v;
        /// The host of the forge that the record came from.
        host: Host => &str, v, v;
        /// The name by which its forge first named a repository.
        foreign_name: ForeignName => &str, v, v;
        /// The content of a reaction.
        content: Content => &str, v, v;
        /// The project of a column, or the column of a card.
        container: Container => RecordId, v, *v;
        /// The user or organisation that a project belongs to.
        owner: Owner => RecordId, v, *v;
        /// What the members of an organisation may do with a project.
        permission: Permission => &str, v, v;
        /// The issue that this one is a sub-issue of.
        parent_issue: ParentIssue => RecordId, v, *v;
        /// The issue that this one says again.
        duplicate_of: DuplicateOf => RecordId, v, *v;
        /// Why a comment is minimised.
        minimized_reason: MinimizedReason => &str, v, v;
        /// The issue that a card shows.
        issue: Issue => RecordId, v, *v;
        /// Where a column or a card stands among its neighbours.
        rank: Rank => &str, v, v;
        /// The issue whose text refers to another one.
        source: Source => RecordId, v, *v;
    }

    flags! {
        /// Whether the conversation is locked.
        is_locked: Locked;
        /// Whether a pull request is a draft.
        is_draft: Draft;
        /// Whether the issue is a pull request.
        is_pull_request: PullRequest;
        /// Whether the forge made the label by itself.
        is_default: Default;
        /// Whether a repository is private.
        is_private: Private;
        /// Whether it is archived.
        is_archived: Archived;
        /// Whether only a tombstone is left.
        is_deleted: Deleted;
        /// Whether an issue or a comment is pinned.
        is_pinned: Pinned;
        /// Whether its creation was undone.
        is_absent: Absent;
        /// Whether issues are switched off in a repository.
        has_issues_disabled: IssuesDisabled;
        /// Whether projects are switched off in a repository.
        has_projects_disabled: ProjectsDisabled;
    }

    /// The labels, in the order given.
    pub fn labels(&self) -> &[RecordId] {
        self.ids(Field::Labels)
    }

    /// Who is assigned, in the order given.
    pub fn assignees(&self) -> &[RecordId] {
        self.ids(Field::Assignees)
    }

    /// The sub-issues, in their order.
    pub fn sub_issues(&self) -> &[RecordId] {
        self.ids(Field::SubIssues)
    }

    /// The issues that this one waits for.
    pub fn blocked_by(&self) -> &[RecordId] {
        self.ids(Field::BlockedBy)
    }

    /// The issues that wait for this one.
    pub fn blocking(&self) -> &[RecordId] {
        self.ids(Field::Blocking)
    }

    /// The references of a list field; none for any other field.
    pub fn ids(&self, field: Field) -> &[RecordId] {
        self.get(field).and_then(Value::ids).unwrap_or_default()
    }

    /// The number at its forge of the project that a column is on, or of the column that a card is in.
    pub fn foreign_container(&self) -> Option<u64> {
        match self.get(Field::ForeignContainer) {
            Some(Value::ForeignContainer(number)) => Some(*number),
            _ => None,
        }
    }

    /// To whom or what it belongs: the organisation or the person that a board is of, else the repository.
    pub fn belongs_to(&self) -> Option<RecordId> {
        self.owner().or(self.repository())
    }

    /// How many comments the forge counted.
    pub fn comment_count(&self) -> u64 {
        match self.get(Field::CommentCount) {
            Some(Value::CommentCount(count)) => *count,
            _ => 0,
        }
    }

    /// How many reactions of each kind the forge counted.
    pub fn reactions(&self) -> Reactions {
        match self.get(Field::Reactions) {
            Some(Value::Reactions(reactions)) => *reactions,
            _ => Reactions::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> RecordId {
        RecordId::from_parts(Timestamp::default(), n)
    }

    #[test]
    fn what_says_nothing_is_absent() {
        let mut record: Record = Record::new(id(1), RecordKind::Issue);
        record.set(Value::Locked(false));
        record.set(Value::Labels(vec![]));
        record.set(Value::CommentCount(0));
        assert_eq!(record.values(), &[]);
    }

    #[test]
    fn lists_grow_and_shrink_by_element() {
        let mut record: Record = Record::new(id(1), RecordKind::Issue);
        record.apply(&Change::Add(Field::Labels, id(7)));
        record.apply(&Change::Add(Field::Labels, id(8)));
        record.apply(&Change::Add(Field::Labels, id(7)));
        assert_eq!(record.labels(), &[id(7), id(8)]);
        record.apply(&Change::Remove(Field::Labels, id(7)));
        record.apply(&Change::Remove(Field::Labels, id(8)));
        assert_eq!(record.values(), &[]);
    }

    #[test]
    fn values_stay_in_the_order_of_their_fields() {
        let mut record: Record = Record::new(id(1), RecordKind::Issue);
        record.set(Value::UpdatedAt(Timestamp::default()));
        record.set(Value::Title("one".into()));
        record.set(Value::Title("two".into()));
        record.set(Value::Number(4));
        let fields: Vec<_> = record.values().iter().map(Value::field).collect();
        assert_eq!(fields, [Field::Number, Field::Title, Field::UpdatedAt]);
        assert_eq!(record.title(), Some("two"));
    }
}
