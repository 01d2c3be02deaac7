//! Labels and assignees: from names to records, and from what is wanted to events.

use backlot_model::{
    ASSIGNEES_PER_ISSUE, Change, EventKind, Field, LABELS_PER_ISSUE, RecordId, RecordKind, Rule,
    check_label_name, check_login,
};

use rustc_hash::FxHashSet;

use super::editor::{Editor, invalid};
use super::input::IssueEdit;
use crate::codec::Head;
use crate::error::{Error, Result};

/// How many names an edit can give at once: what is far too much is not even looked up.
const NAMES: usize = 1000;

/// Labels or assignees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Labels,
    Assignees,
}

impl List {
    const fn field(self) -> Field {
        match self {
            Self::Labels => Field::Labels,
            Self::Assignees => Field::Assignees,
        }
    }

    const fn most(self) -> usize {
        match self {
            Self::Labels => LABELS_PER_ISSUE,
            Self::Assignees => ASSIGNEES_PER_ISSUE,
        }
    }

    const fn added(self) -> EventKind {
        match self {
            Self::Labels => EventKind::Labeled,
            Self::Assignees => EventKind::Assigned,
        }
    }

    const fn removed(self) -> EventKind {
        match self {
            Self::Labels => EventKind::Unlabeled,
            Self::Assignees => EventKind::Unassigned,
        }
    }
}

/// An element of such a list: one that is there, or the name of one to be made.
#[derive(Clone)]
enum Member {
    Known(RecordId),
    New(String),
}

/// What tells elements apart.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Known(RecordId),
    New(String),
}

impl Member {
    fn key(&self) -> Key {
        match self {
            Self::Known(id) => Key::Known(*id),
            Self::New(name) => Key::New(name.to_lowercase()),
        }
    }
}

/// What an edit does to a list, with all of it checked.
pub(super) struct ListPlan {
    list: List,
    add: Vec<Member>,
    remove: Vec<RecordId>,
}

impl Editor<'_, '_> {
    /// What an edit does to the labels of an issue.
    pub(super) fn plan_labels(
        &self,
        repository: u32,
        head: &Head,
        edit: &IssueEdit,
    ) -> Result<ListPlan> {
        let (set, add, remove) = (&edit.labels, &edit.add_labels, &edit.remove_labels);
        let now = head.record.labels();
        self.plan(List::Labels, repository, now, set.as_deref(), add, remove)
    }

    /// What an edit does to the assignees of an issue.
    pub(super) fn plan_assignees(
        &self,
        repository: u32,
        head: &Head,
        edit: &IssueEdit,
    ) -> Result<ListPlan> {
        let (set, add, remove) = (&edit.assignees, &edit.add_assignees, &edit.remove_assignees);
        let now = head.record.assignees();
        self.plan(
            List::Assignees,
            repository,
            now,
            set.as_deref(),
            add,
            remove,
        )
    }

    /// The labels or assignees that a new issue gets.
    pub(super) fn plan_new(
        &self,
        list: List,
        repository: u32,
        names: &[String],
    ) -> Result<ListPlan> {
        self.plan(list, repository, &[], None, names, &[])
    }

    fn plan(
        &self,
        list: List,
        repository: u32,
        now: &[RecordId],
        set: Option<&[String]>,
        add: &[String],
        remove: &[String],
    ) -> Result<ListPlan> {
        let mut plan = ListPlan {
            list,
            add: Vec::new(),
            remove: Vec::new(),
        };
        if set.is_none() && add.is_empty() && remove.is_empty() {
            return Ok(plan);
        }
        let given = set.map_or(0, <[String]>::len) + add.len();
        if given.max(remove.len()) > NAMES {
            return Err(too_many(list, NAMES));
        }
        let mut names = Vec::with_capacity(now.len());
        for id in now {
            let name = self.find(*id)?.and_then(|(_, head)| {
                let name = head.record.name();
                name.map(str::to_lowercase)
            });
            names.push((name.unwrap_or_default(), *id));
        }
        let find = |name: &String| self.member(list, repository, &names, name);
        let mut wanted: Vec<Member> = match set {
            Some(set) => set.iter().map(find).collect::<Result<_>>()?,
            None => now.iter().copied().map(Member::Known).collect(),
        };
        wanted.extend(add.iter().map(find).collect::<Result<Vec<_>>>()?);
        let unwanted = remove.iter().map(|name| Ok(find(name)?.key()));
        let unwanted: FxHashSet<Key> = unwanted.collect::<Result<_>>()?;
        let mut kept = FxHashSet::default();
        wanted.retain(|member| {
            let key = member.key();
            !unwanted.contains(&key) && kept.insert(key)
        });
        let gone = |id: &RecordId| !kept.contains(&Key::Known(*id));
        plan.remove.extend(now.iter().copied().filter(gone));
        let count = kept.len();
        plan.add = wanted;
        plan.add
            .retain(|member| !matches!(member, Member::Known(id) if now.contains(id)));
        for member in &plan.add {
            if let Member::New(name) = member {
                match list {
                    List::Labels => check_label_name(name)?,
                    List::Assignees => check_login(name)?,
                }
            }
        }
        if count > list.most() && !plan.add.is_empty() {
            return Err(too_many(list, list.most()));
        }
        Ok(plan)
    }

    /// What a name means: one of those that the issue has, else one of the repository or the store.
    fn member(
        &self,
        list: List,
        repository: u32,
        now: &[(String, RecordId)],
        name: &str,
    ) -> Result<Member> {
        let lower = name.to_lowercase();
        if let Some((_, id)) = now.iter().find(|(known, _)| *known == lower) {
            return Ok(Member::Known(*id));
        }
        let row = match list {
            List::Labels => self.name(repository, RecordKind::Label, name)?,
            List::Assignees => self.user_row(name)?,
        };
        Ok(match row {
            Some(row) => Member::Known(self.id(row)?),
            None => Member::New(name.to_owned()),
        })
    }

    /// Makes the labels or users that a plan adds and that are not there yet, and gives all that it adds.
    pub(super) fn members(&mut self, repository: u32, plan: &ListPlan) -> Result<Vec<RecordId>> {
        let mut ids = Vec::with_capacity(plan.add.len());
        for member in &plan.add {
            ids.push(match (member, plan.list) {
                (Member::Known(id), _) => *id,
                (Member::New(name), List::Labels) => self.label(repository, name)?,
                (Member::New(login), List::Assignees) => self.user(login)?,
            });
        }
        Ok(ids)
    }

    /// Does what was planned: one event for each element.
    pub(super) fn apply_list(
        &mut self,
        repository: u32,
        issue: RecordId,
        plan: &ListPlan,
    ) -> Result<()> {
        let field = plan.list.field();
        for id in self.members(repository, plan)? {
            self.issue_event(plan.list.added(), issue, vec![Change::Add(field, id)])?;
        }
        for id in &plan.remove {
            self.issue_event(plan.list.removed(), issue, vec![Change::Remove(field, *id)])?;
        }
        Ok(())
    }
}

fn too_many(list: List, most: usize) -> Error {
    let detail = format!("are too many (maximum is {most})");
    invalid("issue", list.field().name(), Rule::Unprocessable, detail)
}
