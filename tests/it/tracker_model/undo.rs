//! What undo and redo do, in plain words: what a commit made different is made as it was, field by field and
//! in lists element by element, unless later commits stand on it:
//!
//! - a field that it changed has another value by now than the commit gave it;
//! - a record that would be gone was changed, or referred to, by a later commit that holds;
//! - a record that it changed was deleted since;
//! - what is brought back refers to something that is not there, or its number or name is taken.
//!
//! The moment of the last change goes back where it is still what the commit made it, and counts go back by as
//! much as the commit moved them. Where something stands in a list of which others were moved meanwhile is left
//! to the store.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Fields, Id, Owner, Record, State};

/// What somebody did in one go.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) sequence: u64,
    pub(super) before: State,
    pub(super) after: State,
    /// The records that it changed or refers to.
    pub(super) named: BTreeSet<Id>,
    /// Those that an order names in which they stand.
    pub(super) listed: BTreeSet<Id>,
    /// Whether it holds, so that it can be undone.
    pub(super) holds: bool,
}

/// Which fields of which records are lists whose order the store has to tell.
pub(super) type Orders = Vec<Id>;

/// What becomes of an undo or a redo.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Something stands in the way.
    Refused(String),
    /// It is done.
    Done(State, Orders),
    /// The rules leave open which of both.
    Perhaps(State, Orders),
}

/// What stands in the order of a board, and not in a field of a record.
const BOARD_LISTS: [&str; 2] = ["columns", "cards"];
const RELATIVE: [&str; 2] = ["comments", "reactions"];

/// The records that a record refers to, by field.
fn references(fields: &Fields) -> Vec<(&'static str, Id)> {
    let mut all = Vec::new();
    let mut add = |field, ids: &[Id]| all.extend(ids.iter().map(|id| (field, *id)));
    match fields {
        Fields::Repository(_) => {}
        Fields::Label(label) => add("repository", &[label.repository]),
        Fields::Milestone(milestone) => add("repository", &[milestone.repository]),
        Fields::Issue(issue) => {
            add("repository", &[issue.repository]);
            add("labels", &issue.labels);
            add("milestone", issue.milestone.as_slice());
            add("parent", issue.parent.as_slice());
            add("sub_issues", &issue.sub_issues);
            add("blocked_by", &issue.blocked_by);
            add("blocking", &issue.blocking);
            add("duplicate_of", issue.duplicate_of.as_slice());
        }
        Fields::Comment(comment) => {
            add("repository", &[comment.repository]);
            add("issue", &[comment.issue]);
        }
        Fields::Reaction(reaction) => add("to", &[reaction.to]),
        Fields::Project(project) => {
            if let Owner::Repository(id) = &project.owner {
                add("owner", &[*id]);
            }
        }
        Fields::Column(column) => add("project", &[column.project]),
        Fields::Card(card) => {
            add("column", &[card.column]);
            add("issue", card.issue.as_slice());
        }
    }
    all
}

/// The records that a step changed, with those that it refers to; and those that an order names.
pub(super) fn named(before: &State, after: &State) -> (BTreeSet<Id>, BTreeSet<Id>) {
    let (mut named, mut listed) = (BTreeSet::new(), BTreeSet::new());
    for id in before.different(after) {
        let (one, two) = (before.records.get(&id), after.records.get(&id));
        let two = two.unwrap();
        let Some(one) = one else {
            named.insert(id);
            named.extend(references(&two.fields).into_iter().map(|(_, to)| to));
            continue;
        };
        let fields = one.fields.different(&two.fields);
        if one.deleted != two.deleted || fields.iter().any(|field| !BOARD_LISTS.contains(field)) {
            named.insert(id);
        }
        let (old, new) = (references(&one.fields), references(&two.fields));
        let is_other =
            |of: &[(&str, Id)], one: &(&str, Id)| fields.contains(&one.0) && !of.contains(one);
        named.extend(
            new.iter()
                .filter(|one| is_other(&old, one))
                .map(|one| one.1),
        );
        named.extend(
            old.iter()
                .filter(|one| is_other(&new, one))
                .map(|one| one.1),
        );
        if fields.contains(&"sub_issues") {
            listed.extend(
                new.iter()
                    .filter(|one| one.0 == "sub_issues")
                    .map(|one| one.1),
            );
        }
    }
    (named, listed)
}

/// What only one record may have, of all that are there.
fn alone(state: &State) -> BTreeMap<String, Vec<Id>> {
    let mut taken: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (id, record) in &state.records {
        if record.absent {
            continue;
        }
        let mut names = Vec::new();
        let is_there = !record.deleted;
        match &record.fields {
            Fields::Repository(repository) if is_there => {
                names.push(format!("repository {}", repository.name.to_lowercase()));
            }
            Fields::Label(label) if is_there => {
                names.push(format!(
                    "label {} {}",
                    label.repository,
                    label.name.to_lowercase()
                ));
            }
            Fields::Milestone(milestone) => {
                names.push(format!(
                    "milestone {} {}",
                    milestone.repository, milestone.number
                ));
                if is_there {
                    names.push(format!(
                        "title {} {}",
                        milestone.repository, milestone.title
                    ));
                }
            }
            Fields::Issue(issue) => {
                names.push(format!("issue {} {}", issue.repository, issue.number));
                names.extend(
                    issue
                        .places
                        .iter()
                        .map(|(repository, number)| format!("issue {repository} {number}")),
                );
            }
            Fields::Project(project) => {
                names.push(format!("project {:?} {}", project.owner, project.number));
            }
            _ => {}
        }
        for name in names {
            taken.entry(name).or_default().push(*id);
        }
    }
    taken.retain(|_, ids| ids.len() > 1);
    taken
}

fn lists_of(fields: &Fields) -> Vec<(&'static str, Vec<String>)> {
    let texts = |ids: &[Id]| ids.iter().map(ToString::to_string).collect();
    match fields {
        Fields::Issue(issue) => vec![
            ("labels", texts(&issue.labels)),
            ("assignees", issue.assignees.clone()),
            ("sub_issues", texts(&issue.sub_issues)),
            ("blocked_by", texts(&issue.blocked_by)),
            ("blocking", texts(&issue.blocking)),
        ],
        Fields::Project(project) => vec![("columns", texts(&project.columns))],
        Fields::Column(column) => vec![("cards", texts(&column.cards))],
        _ => Vec::new(),
    }
}

fn set_list(fields: &mut Fields, field: &str, list: &[String]) {
    let ids = || list.iter().map(|text| text.parse().unwrap()).collect();
    match (fields, field) {
        (Fields::Issue(issue), "labels") => issue.labels = ids(),
        (Fields::Issue(issue), "assignees") => issue.assignees = list.to_vec(),
        (Fields::Issue(issue), "sub_issues") => issue.sub_issues = ids(),
        (Fields::Issue(issue), "blocked_by") => issue.blocked_by = ids(),
        (Fields::Issue(issue), "blocking") => issue.blocking = ids(),
        (Fields::Project(project), "columns") => project.columns = ids(),
        (Fields::Column(column), "cards") => column.cards = ids(),
        _ => panic!("no list {field}"),
    }
}

/// Goes from one state of a commit to the other.
struct Going<'a> {
    now: State,
    from: &'a State,
    to: &'a State,
    orders: Orders,
    is_open: bool,
    /// Boards of which other commits changed an order.
    others: BTreeSet<Id>,
}

/// What becomes of undoing a commit, or of doing it again.
pub(super) fn go(now: &State, commits: &[Commit], at: usize) -> Verdict {
    let commit = &commits[at];
    let (from, to) = if commit.holds {
        (&commit.after, &commit.before)
    } else {
        (&commit.before, &commit.after)
    };
    let mut going = Going {
        now: now.clone(),
        from,
        to,
        orders: Vec::new(),
        is_open: false,
        others: BTreeSet::new(),
    };
    for (_, other) in commits.iter().enumerate().filter(|(place, _)| *place != at) {
        going.others.extend(other.before.different(&other.after));
    }
    for id in from.different(to) {
        let is_created = !commit.before.records.contains_key(&id);
        let result = if is_created && commit.holds {
            let result = going.may_end(id, commits, at);
            going.now.record_mut(id).absent = true;
            result
        } else if is_created {
            going.now.record_mut(id).absent = false;
            going.orders.push(id);
            Ok(())
        } else {
            let ends = !from.records[&id].deleted && to.records[&id].deleted;
            let result = if ends {
                going.may_end(id, commits, at)
            } else {
                Ok(())
            };
            result.and_then(|()| going.change(id))
        };
        if let Err(why) = result {
            return Verdict::Refused(why);
        }
    }
    if let Err(why) = going.check(now) {
        return Verdict::Refused(why);
    }
    if going.is_open {
        Verdict::Perhaps(going.now, going.orders)
    } else {
        Verdict::Done(going.now, going.orders)
    }
}

impl Going<'_> {
    fn may_end(&mut self, id: Id, commits: &[Commit], at: usize) -> Result<(), String> {
        for later in commits.iter().skip(at + 1).filter(|later| later.holds) {
            if later.named.contains(&id) {
                return Err(format!("record {id} is named by commit {}", later.sequence));
            }
            if later.listed.contains(&id) {
                self.is_open = true;
            }
        }
        Ok(())
    }

    fn change(&mut self, id: Id) -> Result<(), String> {
        let (from, to) = (self.from.records[&id].clone(), self.to.records[&id].clone());
        if self.now.records[&id].absent {
            return Err(format!("record {id} is absent"));
        }
        let was_gone = self.now.records[&id].deleted;
        if from.deleted != to.deleted {
            if self.now.records[&id].deleted != from.deleted {
                return Err(format!("record {id} is deleted or not"));
            }
            self.now.record_mut(id).deleted = to.deleted;
            self.orders.push(id);
            let cards = self.now.cards().filter(|(_, card)| card.issue == Some(id));
            self.orders.extend(cards.map(|(id, _)| id));
        }
        for field in from.fields.different(&to.fields) {
            self.change_field(id, field, was_gone, (&from, &to))?;
        }
        Ok(())
    }

    fn change_field(
        &mut self,
        id: Id,
        field: &'static str,
        was_gone: bool,
        (from, to): (&Record, &Record),
    ) -> Result<(), String> {
        let list = |record: &Record| {
            let lists = lists_of(&record.fields).into_iter();
            lists
                .into_iter()
                .find(|list| list.0 == field)
                .map(|list| list.1)
        };
        let now = self.now.records[&id].clone();
        let is_same = now.fields.same(&from.fields, field);
        let is_apart =
            RELATIVE.contains(&field) || BOARD_LISTS.contains(&field) || field == "updated_at";
        if was_gone && !from.deleted && !is_apart {
            return Err(format!("record {id} was deleted since"));
        }
        if RELATIVE.contains(&field) {
            self.count(id, field, from, to);
        } else if is_same {
            if BOARD_LISTS.contains(&field) && self.others.contains(&id) {
                // The same order can have come about by other ranks.
                self.orders.push(id);
            }
            self.now.record_mut(id).fields.take(&to.fields, field);
        } else if field == "updated_at" {
        } else if field == "rank" {
            self.is_open = true;
            self.orders.push(id);
        } else if let (Some(from), Some(to), Some(mut list)) = (list(from), list(to), list(&now)) {
            let is_board = BOARD_LISTS.contains(&field);
            for gone in from.iter().filter(|one| !to.contains(one)) {
                if !list.contains(gone) && !is_board {
                    return Err(format!("{field} of {id} lack {gone}"));
                }
                list.retain(|one| one != gone);
            }
            for new in to.iter().filter(|one| !from.contains(one)) {
                if list.contains(new) && !is_board {
                    return Err(format!("{field} of {id} have {new} already"));
                }
                if !list.contains(new) {
                    list.push(new.clone());
                }
            }
            let is_order_alone = from.len() == to.len() && from.iter().all(|one| to.contains(one));
            self.is_open |= is_order_alone && !is_board;
            self.orders.push(id);
            set_list(&mut self.now.record_mut(id).fields, field, &list);
        } else {
            return Err(format!("{field} of {id} is another by now"));
        }
        Ok(())
    }

    fn count(&mut self, id: Id, field: &str, from: &Record, to: &Record) {
        match (
            &from.fields,
            &to.fields,
            &mut self.now.record_mut(id).fields,
        ) {
            (Fields::Issue(from), Fields::Issue(to), Fields::Issue(now)) if field == "comments" => {
                now.comments += to.comments - from.comments;
            }
            (Fields::Issue(from), Fields::Issue(to), Fields::Issue(now)) => {
                for at in 0..8 {
                    now.reactions[at] += to.reactions[at] - from.reactions[at];
                }
            }
            (Fields::Comment(from), Fields::Comment(to), Fields::Comment(now)) => {
                for at in 0..8 {
                    now.reactions[at] += to.reactions[at] - from.reactions[at];
                }
            }
            _ => panic!("no counts in {field}"),
        }
    }

    /// Whether all that was brought back can be there.
    fn check(&self, before: &State) -> Result<(), String> {
        let known = alone(before);
        for (name, ids) in alone(&self.now) {
            if known.get(&name) != Some(&ids) {
                return Err(format!("{name} is taken: {ids:?}"));
            }
        }
        for (id, record) in &self.now.records {
            let home = match &record.fields {
                Fields::Comment(comment) => Some((comment.repository, comment.issue)),
                Fields::Reaction(reaction) => Some((reaction.repository, reaction.to)),
                _ => None,
            };
            if let Some((repository, to)) = home.filter(|_| record.is_there()) {
                let there = match &self.now.records[&to].fields {
                    Fields::Comment(comment) => comment.repository,
                    _ => self.now.issue(to).repository,
                };
                if there != repository {
                    return Err(format!("{id} would be in another repository"));
                }
            }
            if let Fields::Issue(issue) = &record.fields
                && record.is_there()
            {
                let labels = issue.labels.iter();
                let mut homes = labels.map(|id| self.now.label(*id).repository);
                let milestone = issue.milestone.map(|id| self.now.milestone(id).repository);
                if homes.any(|home| home != issue.repository)
                    || milestone.is_some_and(|home| home != issue.repository)
                {
                    return Err(format!("{id} would bear what is another repository's"));
                }
            }
        }
        for id in before.different(&self.now) {
            let (old, new) = (&before.records[&id], &self.now.records[&id]);
            if !new.is_there() {
                continue;
            }
            let known = if old.is_there() {
                references(&old.fields)
            } else {
                Vec::new()
            };
            for (field, to) in references(&new.fields) {
                if !known.contains(&(field, to)) && !self.now.is_there(to) {
                    return Err(format!("{field} of {id} would be {to}, which is not there"));
                }
            }
        }
        Ok(())
    }
}
