//! Everything that a store says, as text: what a frozen store must say for ever.

use std::fmt::Write as _;

use backlot_core::{IssueFilter, SnapshotLookup, Store};
use backlot_github::{Layout, Renderer};
use backlot_model::{Outgoing, RecordKind, RepositoryName};

/// The export of every repository, the commits, and the timelines, one thing a line.
pub(crate) fn of(store: &Store) -> String {
    let mut text = String::new();
    let snapshot = store.read().unwrap();
    for commit in snapshot.commits() {
        let commit = commit.unwrap();
        let line = format!(
            "{} {} {} {}",
            commit.sequence, commit.actor, commit.reason, commit.hash
        );
        writeln!(text, "{line}").unwrap();
    }
    for repository in snapshot.repositories().unwrap() {
        let name: RepositoryName = repository.name.parse().unwrap();
        let mut renderer = Renderer::new(None);
        // What was done here is told by events since the first of these stores was written.
        let mut passes = Layout::Rest.passes();
        for pass in &mut passes {
            pass.includes_unstated &= pass.views(RecordKind::HistoryEvent).is_none();
        }
        let exported = snapshot.export::<backlot_core::Error>(
            &name,
            &passes,
            &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
                let mut json = Vec::new();
                renderer
                    .render(outgoing, lookup, &mut json, &mut Vec::new())
                    .unwrap();
                writeln!(text, "{}", String::from_utf8(json).unwrap()).unwrap();
                Ok(())
            },
        );
        exported.unwrap();
        for issue in snapshot
            .issues(&name, &IssueFilter::default())
            .unwrap()
            .page(1, 1000)
            .unwrap()
        {
            let detail = snapshot.issue(&name, issue.number).unwrap();
            let items = snapshot.timeline(&detail).unwrap();
            writeln!(text, "#{} {} {}", issue.number, issue.title, items.len()).unwrap();
        }
    }
    text
}
