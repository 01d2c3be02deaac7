//! What follows from what texts refer to: cross-references between issues, and mentions of people.

use std::collections::{BTreeMap, BTreeSet};

use backlot_model::{Found, Parent, RecordId, RecordKind, RepositoryName, Value, find_references};

use super::editor::Editor;
use crate::codec::Head;
use crate::error::Result;
use crate::read::{children, rows};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

const CROSS_REFERENCED: &str = "cross-referenced";
const MENTIONED: &str = "mentioned";
const SUBSCRIBED: &str = "subscribed";
const UNSUBSCRIBED: &str = "unsubscribed";

/// What a text refers to in this store.
#[derive(Default)]
struct Referred {
    issues: Rows,
    users: Rows,
}

/// Rows, each once, in the order in which they came.
#[derive(Default)]
struct Rows {
    order: Vec<u32>,
    known: BTreeSet<u32>,
}

impl Rows {
    fn insert(&mut self, row: u32) {
        if self.known.insert(row) {
            self.order.push(row);
        }
    }

    /// Those that the other text does not refer to.
    fn without(&self, other: &Self) -> Vec<u32> {
        let rows = self.order.iter().copied();
        rows.filter(|row| !other.known.contains(row)).collect()
    }
}

/// The repositories of the store by the host and name that their forges give them, once they are asked for.
type ForeignNames = Option<BTreeMap<(String, String), u32>>;

impl Editor<'_, '_> {
    /// Brings the history of issues in line with a text that was begun (`before` is none), changed, or ended
    /// (`after` is none): the body of the issue, or one of its comments. To be called after the event that did
    /// that; `repository` is the one that the issue is in, in which `#12` is meant.
    ///
    /// An issue that is referred to gets a `cross-referenced` event with the referring issue as its source, one
    /// for each source. A user who is mentioned gets a `mentioned` event on the referring issue, and a
    /// `subscribed` one unless subscribed already; a subscription outlives its mention. When no text of the
    /// issue refers to it any more, an event that was made here is deleted; what a forge tells of the past
    /// stays.
    ///
    /// What does not exist here when the text is written is not remembered: neither issues nor users, as
    /// what looks like a login may be anything. The issue that is referred to does not count as
    /// changed by that.
    pub(super) fn follow_references(
        &mut self,
        repository: u32,
        issue: RecordId,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        let Some(row) = self.row_of(issue)? else {
            return Ok(());
        };
        let mut names = None;
        let mut old = Referred::default();
        self.refer(repository, row, before, &mut old, &mut names)?;
        let mut new = Referred::default();
        self.refer(repository, row, after, &mut new, &mut names)?;
        for target in new.issues.without(&old.issues) {
            self.add_cross_reference(target, issue)?;
        }
        let users = new.users.without(&old.users);
        if !users.is_empty() {
            self.add_mentions(repository, row, issue, &users)?;
        }
        let lost_issues = old.issues.without(&new.issues);
        let lost_users = old.users.without(&new.users);
        if lost_issues.is_empty() && lost_users.is_empty() {
            return Ok(());
        }
        let kept = self.referred_by_issue(repository, row, &mut names)?;
        for target in lost_issues {
            if !kept.issues.known.contains(&target) {
                self.remove_local(target, CROSS_REFERENCED, |head| {
                    head.record.source() == Some(issue)
                })?;
            }
        }
        for user in lost_users {
            if !kept.users.known.contains(&user) {
                let user = self.id(user)?;
                self.remove_local(row, MENTIONED, |head| head.record.author() == Some(user))?;
            }
        }
        Ok(())
    }

    fn row_of(&self, id: RecordId) -> Result<Option<u32>> {
        self.writer.derived.tables().row_of(id.to_bytes())
    }

    /// Adds what a text of the issue in the row `own` refers to.
    fn refer(
        &self,
        repository: u32,
        own: u32,
        text: Option<&str>,
        referred: &mut Referred,
        names: &mut ForeignNames,
    ) -> Result<()> {
        for found in find_references(text.unwrap_or_default()) {
            match found {
                Found::Issue {
                    reference, host, ..
                } => {
                    let repository = match &reference.repository {
                        None => Some(repository),
                        Some(name) => {
                            self.repository_meant(repository, name, host.as_deref(), names)?
                        }
                    };
                    let Some(repository) = repository else {
                        continue;
                    };
                    let target = self.issue_row(repository, reference.number)?;
                    if let Some(target) = target.filter(|target| *target != own) {
                        referred.issues.insert(target);
                    }
                }
                Found::Mention { login, .. } => {
                    if let Some(user) = self.user_row(&login)? {
                        referred.users.insert(user);
                    }
                }
            }
        }
        Ok(())
    }

    /// What the body and the comments of an issue refer to now.
    fn referred_by_issue(
        &self,
        repository: u32,
        row: u32,
        names: &mut ForeignNames,
    ) -> Result<Referred> {
        let mut referred = Referred::default();
        let issue = self.head(row)?;
        if issue.record.is_deleted() || issue.record.is_absent() {
            return Ok(referred);
        }
        let mut texts: Vec<_> = issue.record.body().copied().into_iter().collect();
        self.for_each_child(row, &mut |head| {
            if head.record.kind() == RecordKind::Comment {
                texts.extend(head.record.body().copied());
            }
        })?;
        for pointer in texts {
            let text = self.writer.text(pointer)?;
            self.refer(repository, row, Some(&text), &mut referred, names)?;
        }
        Ok(referred)
    }

    /// The issue of this number, also where it went to another repository.
    fn issue_row(&self, repository: u32, number: u64) -> Result<Option<u32>> {
        let key = keys::number(repository, Space::Issue, number);
        let Some([row @ .., _]) = self.writer.derived.tables().number(key)? else {
            return Ok(None);
        };
        let row = u32::from_be_bytes(row);
        let record = self.head(row)?.record;
        Ok((!record.is_deleted() && !record.is_absent()).then_some(row))
    }

    /// The repository that a text in the repository `at` means by this name: with a host, the one that came
    /// from there under this name, else the one that is called so here and not known to come from elsewhere.
    /// Without a host, the one that is called so here, else the one that the same forge calls so.
    fn repository_meant(
        &self,
        at: u32,
        name: &RepositoryName,
        host: Option<&str>,
        names: &mut ForeignNames,
    ) -> Result<Option<u32>> {
        let local = self.name(0, RecordKind::Repository, name.as_str())?;
        let Some(host) = host else {
            if local.is_some() {
                return Ok(local);
            }
            return match self.head(at)?.record.host() {
                Some(host) => self.foreign_repository(host, name, names),
                None => Ok(None),
            };
        };
        if let Some(row) = self.foreign_repository(host, name, names)? {
            return Ok(Some(row));
        }
        let Some(row) = local else { return Ok(None) };
        let record = self.head(row)?.record;
        let is_from_elsewhere = record
            .host()
            .is_some_and(|known| !known.eq_ignore_ascii_case(host));
        Ok((!is_from_elsewhere).then_some(row))
    }

    fn foreign_repository(
        &self,
        host: &str,
        name: &RepositoryName,
        names: &mut ForeignNames,
    ) -> Result<Option<u32>> {
        let names = match names {
            Some(names) => names,
            None => names.insert(self.foreign_names()?),
        };
        let key = (host.to_lowercase(), name.key());
        Ok(names.get(&key).copied())
    }

    fn foreign_names(&self) -> Result<BTreeMap<(String, String), u32>> {
        let tables = self.writer.derived.tables();
        let mut names = BTreeMap::new();
        rows::by_name(
            tables,
            0,
            RecordKind::Repository,
            &mut |row| -> Result<()> {
                let record = rows::head(tables, row)?.record;
                if let (Some(host), Some(name)) = (record.host(), record.foreign_name()) {
                    let key = (host.to_lowercase(), name.to_lowercase());
                    names.entry(key).or_insert(row);
                }
                Ok(())
            },
        )?;
        Ok(names)
    }

    /// Visits what belongs to an issue, in the order of time.
    fn for_each_child(&self, row: u32, visit: &mut dyn FnMut(&Head)) -> Result<()> {
        let tables = self.writer.derived.tables();
        children(tables, row, &mut |child| -> Result<()> {
            visit(&rows::head(tables, child)?);
            Ok(())
        })
    }

    fn add_cross_reference(&mut self, target: u32, source: RecordId) -> Result<()> {
        let mut is_known = false;
        self.for_each_child(target, &mut |head| {
            is_known |= is_event(head, CROSS_REFERENCED) && head.record.source() == Some(source);
        })?;
        let record = self.head(target)?.record;
        let Some(repository) = record.repository().filter(|_| !is_known) else {
            return Ok(());
        };
        let author = self.acting_user()?;
        let event = [Value::Source(source), Value::Author(author)];
        self.add_event(repository, record.id(), CROSS_REFERENCED, event.into())
    }

    fn add_mentions(
        &mut self,
        repository: u32,
        row: u32,
        issue: RecordId,
        users: &[u32],
    ) -> Result<()> {
        let (mut mentioned, mut subscribed) = (BTreeSet::new(), BTreeSet::new());
        self.for_each_child(row, &mut |head| {
            let Some(user) = head.record.author() else {
                return;
            };
            if is_event(head, MENTIONED) {
                mentioned.insert(user);
            } else if is_event(head, SUBSCRIBED) {
                subscribed.insert(user);
            } else if is_event(head, UNSUBSCRIBED) {
                subscribed.remove(&user);
            }
        })?;
        let repository = self.id(repository)?;
        for user in users {
            let user = self.id(*user)?;
            for (known, event) in [(&mentioned, MENTIONED), (&subscribed, SUBSCRIBED)] {
                if !known.contains(&user) {
                    self.add_event(repository, issue, event, vec![Value::Author(user)])?;
                }
            }
        }
        Ok(())
    }

    /// Puts an event into the history of an issue.
    fn add_event(
        &mut self,
        repository: RecordId,
        issue: RecordId,
        event: &str,
        mut values: Vec<Value>,
    ) -> Result<()> {
        values.extend([
            Value::Repository(repository),
            Value::Parent(Parent::Record(issue)),
            Value::Event(event.to_owned()),
            Value::CreatedAt(self.now),
        ]);
        self.create(RecordKind::HistoryEvent, values)?;
        Ok(())
    }

    /// Deletes those events of an issue's history that were made here and fit.
    fn remove_local(
        &mut self,
        issue: u32,
        event: &str,
        fits: impl Fn(&Head) -> bool,
    ) -> Result<()> {
        let mut gone = Vec::new();
        self.for_each_child(issue, &mut |head| {
            if is_event(head, event) && !head.is_foreign && fits(head) {
                gone.push(head.record.id());
            }
        })?;
        for id in gone {
            self.tombstone(id, RecordKind::HistoryEvent)?;
        }
        Ok(())
    }
}

fn is_event(head: &Head, event: &str) -> bool {
    head.record.kind() == RecordKind::HistoryEvent && head.record.event() == Some(event)
}
