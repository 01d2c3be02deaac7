//! Every record that a repository, an issue or a board has or ever had.

use std::collections::BTreeSet;

use backlot_model::RecordKind;

use crate::error::Result;
use crate::read::{Snapshot, children, for_each_row};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// How many keys are read at a time.
const PAGE: usize = 1024;

/// The rows of all records of a kind that a repository has or ever had, each once, in the order of rows.
pub(super) fn rows_ever(
    snapshot: &Snapshot,
    repository: u32,
    kind: RecordKind,
) -> Result<Vec<u32>> {
    let mut rows = BTreeSet::new();
    if let Some(space) = Space::of(kind).filter(|space| *space != Space::Project) {
        // The number of what was deleted or went elsewhere stays.
        let mut from = 0;
        loop {
            let first = keys::number(repository, space, from);
            let last = keys::number(repository, space, u64::MAX);
            let page = snapshot.tables.number_page(first, last, PAGE)?;
            for (_, [row @ .., _]) in &page {
                rows.insert(u32::from_be_bytes(*row));
            }
            match page.last() {
                Some(([.., a, b, c, d, e, f, g, h], _)) if page.len() == PAGE => {
                    let number = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
                    let Some(next) = number.checked_add(1) else {
                        break;
                    };
                    from = next;
                }
                _ => break,
            }
        }
    } else {
        for_each_row(
            &snapshot.tables,
            repository,
            kind,
            &mut |row| -> Result<()> {
                rows.insert(row);
                Ok(())
            },
        )?;
    }
    add_left(snapshot, repository, kind, &mut rows)?;
    Ok(rows.into_iter().collect())
}

/// The rows of all records of a kind that an issue has or ever had, each once, in the order of rows.
pub(super) fn children_ever(snapshot: &Snapshot, issue: u32, kind: RecordKind) -> Result<Vec<u32>> {
    let mut rows = BTreeSet::new();
    children(&snapshot.tables, issue, &mut |row| -> Result<()> {
        if snapshot.head(row)?.record.kind() == kind {
            rows.insert(row);
        }
        Ok(())
    })?;
    add_left(snapshot, issue, kind, &mut rows)?;
    Ok(rows.into_iter().collect())
}

/// The columns that a project, or the cards that a column, has or ever had, in the order of rows.
pub(super) fn contents_ever(
    snapshot: &Snapshot,
    container: u32,
    kind: RecordKind,
) -> Result<Vec<u32>> {
    let mut rows = BTreeSet::new();
    let mut from = container.to_be_bytes().to_vec();
    let mut to = from.clone();
    to.extend_from_slice(&[0xff; 8]);
    // Ranks are text, and no text has this byte.
    loop {
        let page = snapshot.tables.content_page(&from, &to, PAGE)?;
        for key in &page {
            if let Some(row) = keys::content_row(key)
                && snapshot.head(row)?.record.kind() == kind
            {
                rows.insert(row);
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                from.clone_from(last);
                from.push(0);
            }
            _ => break,
        }
    }
    add_left(snapshot, container, kind, &mut rows)?;
    Ok(rows.into_iter().collect())
}

/// What was here once.
fn add_left(
    snapshot: &Snapshot,
    home: u32,
    kind: RecordKind,
    rows: &mut BTreeSet<u32>,
) -> Result<()> {
    let mut from = keys::left(home, 0).to_vec();
    let mut to = keys::left(home, u32::MAX).to_vec();
    to.push(0);
    loop {
        let page = snapshot.tables.content_page(&from, &to, PAGE)?;
        for key in &page {
            if let Some(row) = keys::content_row(key)
                && snapshot.head(row)?.record.kind() == kind
            {
                rows.insert(row);
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                from.clone_from(last);
                from.push(0);
            }
            _ => return Ok(()),
        }
    }
}

/// The rows of all repositories that the store has or ever had, in the order of rows.
pub(super) fn repositories_ever(snapshot: &Snapshot) -> Result<Vec<u32>> {
    let mut rows = BTreeSet::new();
    for repository in snapshot.repositories()? {
        rows.insert(repository.row);
    }
    add_left(snapshot, 0, RecordKind::Repository, &mut rows)?;
    Ok(rows.into_iter().collect())
}
