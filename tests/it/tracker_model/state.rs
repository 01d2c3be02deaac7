//! The whole state of the plain model: records of plain fields, in one list.

use std::collections::BTreeMap;
use std::rc::Rc;

use backlot_core::ProjectOwner;
use backlot_model::{LockReason, StateReason, Timestamp};

/// A record of the model, by the order in which records were made.
pub(super) type Id = usize;

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident $get:ident $change:ident $all:ident { $($field:ident: $type:ty,)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            pub(super) struct $name { $(pub(super) $field: $type,)+ }
        )+

        /// What a record is, with its fields.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(clippy::large_enum_variant, reason = "a plain model keeps plain values")]
        pub(super) enum Fields { $($name($name),)+ }

        impl Fields {
            /// The names of the fields that differ between two records of one kind.
            pub(super) fn different(&self, other: &Self) -> Vec<&'static str> {
                let mut names = Vec::new();
                match (self, other) {
                    $((Self::$name(one), Self::$name(two)) => {
                        $(if one.$field != two.$field { names.push(stringify!($field)); })+
                    })+
                    _ => panic!("a record keeps its kind"),
                }
                names
            }

            /// Whether a field is the same in both.
            pub(super) fn same(&self, other: &Self, field: &str) -> bool {
                !self.different(other).contains(&field)
            }

            /// Takes a field over from another record.
            pub(super) fn take(&mut self, other: &Self, field: &str) {
                match (self, other) {
                    $((Self::$name(to), Self::$name(from)) => match field {
                        $(stringify!($field) => to.$field = from.$field.clone(),)+
                        _ => panic!("no field {field}"),
                    })+
                    _ => panic!("a record keeps its kind"),
                }
            }
        }

        #[expect(dead_code, reason = "each kind has the same ways, and not all are gone")]
        impl State {
            $(
                pub(super) fn $get(&self, id: Id) -> &$name {
                    match &self.records[&id].fields {
                        Fields::$name(found) => found,
                        other => panic!("{id} is {other:?}"),
                    }
                }

                pub(super) fn $change(&mut self, id: Id) -> &mut $name {
                    match &mut Rc::make_mut(self.records.get_mut(&id).unwrap()).fields {
                        Fields::$name(found) => found,
                        other => panic!("{id} is {other:?}"),
                    }
                }

                /// All that are there, neither deleted nor absent.
                pub(super) fn $all(&self) -> impl Iterator<Item = (Id, &$name)> {
                    self.records.iter().filter(|(id, _)| self.is_there(**id)).filter_map(|(id, record)| {
                        match &record.fields {
                            Fields::$name(found) => Some((*id, found)),
                            _ => None,
                        }
                    })
                }
            )+
        }
    };
}

records! {
    Repository repository repository_mut repositories {
        name: String,
        description: Option<String>,
        private: bool,
        archived: bool,
        no_issues: bool,
        no_projects: bool,
    }
    Label label label_mut labels {
        repository: Id,
        name: String,
        color: String,
        description: Option<String>,
        default: bool,
    }
    Milestone milestone milestone_mut milestones {
        repository: Id,
        number: u64,
        title: String,
        description: Option<String>,
        closed: bool,
        due_on: Option<Timestamp>,
        creator: String,
        created_at: Timestamp,
        updated_at: Timestamp,
        closed_at: Option<Timestamp>,
    }
    Issue issue issue_mut issues {
        repository: Id,
        number: u64,
        places: Vec<(Id, u64)>,
        title: String,
        body: Option<String>,
        closed: bool,
        reason: Option<StateReason>,
        author: String,
        owned: bool,
        assignees: Vec<String>,
        labels: Vec<Id>,
        milestone: Option<Id>,
        created_at: Timestamp,
        updated_at: Timestamp,
        closed_at: Option<Timestamp>,
        closed_by: Option<String>,
        locked: bool,
        lock_reason: Option<LockReason>,
        issue_type: Option<String>,
        pinned: bool,
        parent: Option<Id>,
        sub_issues: Vec<Id>,
        blocked_by: Vec<Id>,
        blocking: Vec<Id>,
        duplicate_of: Option<Id>,
        comments: i64,
        reactions: [i64; 8],
    }
    Comment comment comment_mut comments {
        repository: Id,
        issue: Id,
        author: String,
        owned: bool,
        body: String,
        created_at: Timestamp,
        updated_at: Timestamp,
        // With the reason, if one was given.
        minimized: Option<Option<String>>,
        pinned: bool,
        reactions: [i64; 8],
    }
    Reaction reaction reaction_mut reactions {
        repository: Id,
        to: Id,
        content: usize,
        user: String,
        created_at: Timestamp,
    }
    Project project project_mut projects {
        owner: Owner,
        number: u64,
        name: String,
        body: Option<String>,
        closed: bool,
        private: bool,
        permission: Option<String>,
        creator: String,
        created_at: Timestamp,
        updated_at: Timestamp,
        columns: Vec<Id>,
    }
    Column column column_mut columns {
        project: Id,
        name: String,
        created_at: Timestamp,
        updated_at: Timestamp,
        rank: Id,
        cards: Vec<Id>,
    }
    Card card card_mut cards {
        column: Id,
        note: Option<String>,
        issue: Option<Id>,
        archived: bool,
        creator: String,
        created_at: Timestamp,
        updated_at: Timestamp,
        rank: Id,
    }
}

/// Whose a project is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Repository(Id),
    Organization(String),
    User(String),
}

/// A record, and whether it is still there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) fields: Fields,
    /// It was deleted; its tombstone is left.
    pub(super) deleted: bool,
    /// Its creation was undone.
    pub(super) absent: bool,
}

impl Record {
    pub(super) const fn is_there(&self) -> bool {
        !self.deleted && !self.absent
    }
}

/// Everything at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) records: BTreeMap<Id, Rc<Record>>,
}

impl State {
    pub(super) fn record_mut(&mut self, id: Id) -> &mut Record {
        Rc::make_mut(self.records.get_mut(&id).unwrap())
    }

    /// Whether a record is there, and all that it belongs to.
    pub(super) fn is_there(&self, id: Id) -> bool {
        self.records.get(&id).is_some_and(|record| {
            record.is_there() && self.belongs_to(id).iter().all(|to| self.is_there(*to))
        })
    }

    /// What a record is seen with alone.
    fn belongs_to(&self, id: Id) -> Vec<Id> {
        match &self.records[&id].fields {
            Fields::Comment(comment) => vec![comment.issue],
            Fields::Reaction(reaction) => vec![reaction.to],
            Fields::Column(column) => vec![column.project],
            Fields::Card(card) => card.issue.into_iter().chain([card.column]).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a record, or what it belongs to, was undone: then it was never there.
    pub(super) fn is_absent(&self, id: Id) -> bool {
        self.records[&id].absent || self.belongs_to(id).iter().any(|to| self.is_absent(*to))
    }

    pub(super) fn is_deleted(&self, id: Id) -> bool {
        self.records.contains_key(&id) && !self.is_there(id) && !self.is_absent(id)
    }

    pub(super) fn delete(&mut self, id: Id) {
        self.record_mut(id).deleted = true;
    }

    /// The records that differ between two states, in order; those that only one has differ too.
    pub(super) fn different(&self, other: &Self) -> Vec<Id> {
        let ids = self.records.keys().chain(
            other
                .records
                .keys()
                .filter(|id| !self.records.contains_key(id)),
        );
        let mut ids: Vec<Id> = ids
            .copied()
            .filter(|id| match (self.records.get(id), other.records.get(id)) {
                (Some(one), Some(two)) => !Rc::ptr_eq(one, two) && one != two,
                _ => true,
            })
            .collect();
        ids.sort_unstable();
        ids
    }

    /// All issues of a repository that are there, by number.
    pub(super) fn issues_of(&self, repository: Id) -> Vec<(Id, &Issue)> {
        let mut found: Vec<_> = self
            .issues()
            .filter(|(_, issue)| issue.repository == repository)
            .collect();
        found.sort_by_key(|(_, issue)| issue.number);
        found
    }

    pub(super) fn owner_of(&self, owner: &Owner) -> ProjectOwner {
        match owner {
            Owner::Repository(id) => {
                ProjectOwner::Repository(self.repository(*id).name.parse().unwrap())
            }
            Owner::Organization(login) => ProjectOwner::Organization(login.clone()),
            Owner::User(login) => ProjectOwner::User(login.clone()),
        }
    }
}
