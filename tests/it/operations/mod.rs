//! Every operation on issues, comments and reactions: what it does, which events it appends, what it
//! refuses and how it says so, and what the timeline tells of it. Each test ends with a rebuild.

mod comments;
mod issues;
mod links;
mod places;

use backlot_core::{
    Error, ErrorKind, IssueDetail, IssueEdit, NewIssue, RepositoryWriter, Result, Snapshot, Store,
    StoreOptions, TimelineItem,
};
use backlot_model::{Actor, EventKind, IssueReference, Rule};

use crate::support::{assert_sound, environment, name};

const HERE: &str = "octo/hello";
const THERE: &str = "octo/other";

/// A store in memory with two repositories, which is checked from top to bottom when it is done with.
struct Bench {
    store: Store,
    actor: &'static str,
}

impl Bench {
    fn new() -> Self {
        let options = StoreOptions::new().environment(environment());
        let store = options.in_memory().unwrap();
        let mut tx = store.write(Actor::login("mona"), "set up").unwrap();
        tx.create_repository(&name(HERE)).unwrap();
        tx.create_repository(&name(THERE)).unwrap();
        // The acting users are made beforehand, so that events are those of the operations alone.
        for login in ["mona", "octo"] {
            let edit = NewIssue::titled("Set up").assignee(login);
            tx.repository(THERE).unwrap().create_issue(edit).unwrap();
        }
        tx.commit().unwrap();
        Self {
            store,
            actor: "mona",
        }
    }

    /// So many issues in the first repository, from number 1.
    fn with_issues(count: u64) -> Self {
        let bench = Self::new();
        for number in 1..=count {
            let title = format!("Issue {number}");
            bench.done(|repository| repository.create_issue(NewIssue::titled(title)));
        }
        bench
    }

    fn in_repository<T>(
        &self,
        repository: &str,
        act: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>,
    ) -> (Result<T>, Vec<EventKind>) {
        let mut tx = self.store.write(Actor::login(self.actor), "test").unwrap();
        let result = act(&mut tx.repository(repository).unwrap());
        let Some(commit) = tx.commit().unwrap() else {
            return (result, Vec::new());
        };
        let events = self.read().events(commit.sequence, usize::MAX).unwrap();
        let kinds = events.iter().map(|event| event.kind).collect();
        (result, kinds)
    }

    /// Does it in one commit, and gives what came of it and the events.
    fn act<T>(
        &self,
        act: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>,
    ) -> (T, Vec<EventKind>) {
        let (result, events) = self.in_repository(HERE, act);
        (result.unwrap(), events)
    }

    fn done<T>(&self, act: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>) -> T {
        self.act(act).0
    }

    /// Does it twice: the first time it appends these events, the second time it does nothing.
    fn once(&self, events: &[EventKind], act: impl Fn(&mut RepositoryWriter<'_>) -> Result<bool>) {
        assert_eq!(self.act(&act), (true, events.to_vec()));
        assert_eq!(self.act(&act), (false, Vec::new()), "the second time");
    }

    fn nothing(&self, act: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<bool>) {
        assert_eq!(self.act(act), (false, Vec::new()));
    }

    /// What is refused, which leaves the transaction usable and appends nothing.
    fn refused<T: std::fmt::Debug>(
        &self,
        act: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>,
    ) -> Error {
        let mut tx = self.store.write(Actor::login(self.actor), "test").unwrap();
        let mut repository = tx.repository(HERE).unwrap();
        let error = act(&mut repository).unwrap_err();
        let edit = IssueEdit::default();
        repository.edit_issue(1, &edit).map_or_else(
            |error| assert_ne!(error.kind(), ErrorKind::Poisoned),
            |is_changed| assert!(!is_changed),
        );
        assert_eq!(tx.commit().unwrap(), None);
        error
    }

    /// The object, the field and the rule of what is refused as invalid.
    fn invalid<T: std::fmt::Debug>(
        &self,
        act: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>,
    ) -> (&'static str, &'static str, Rule) {
        let error = self.refused(act);
        let field = error.invalid_field().unwrap();
        (field.object, field.field, field.rule)
    }

    fn read(&self) -> Snapshot {
        self.store.read().unwrap()
    }

    fn issue(&self, number: u64) -> IssueDetail {
        self.read().issue(&name(HERE), number).unwrap()
    }

    fn timeline(&self, number: u64) -> Vec<TimelineItem> {
        let snapshot = self.read();
        let issue = snapshot.issue(&name(HERE), number).unwrap();
        snapshot.timeline(&issue).unwrap()
    }

    /// The last of the timeline: what happened, to what, from what and to what.
    fn last(&self, number: u64) -> (String, String, String, String) {
        let item = self.timeline(number).pop().unwrap();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let record = &item.record;
        (
            text(record.event()),
            text(record.subject()),
            text(record.from()),
            text(record.to()),
        )
    }

    fn sound(mut self) {
        assert_sound(&mut self.store);
    }
}

fn the(number: u64) -> IssueReference {
    number.into()
}

fn told(event: &str, subject: &str, from: &str, to: &str) -> (String, String, String, String) {
    (event.into(), subject.into(), from.into(), to.into())
}

fn links(links: &[backlot_core::IssueLink]) -> Vec<u64> {
    links.iter().map(|link| link.number).collect()
}
