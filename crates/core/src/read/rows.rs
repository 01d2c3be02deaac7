//! Walking through a repository's records of one kind.

use backlot_model::{RecordKind, Timestamp};

use crate::codec::{Head, decode_head};
use crate::derive::{RepositoryColumns, chunk_key};
use crate::error::{Error, Result};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// How many keys are read at a time.
pub(crate) const PAGE: usize = 1024;

/// The rows of all records of a kind that a repository has, in the order of their index.
pub(crate) fn rows_of_kind(
    tables: &impl Read,
    repository: u32,
    kind: RecordKind,
) -> Result<Vec<u32>> {
    let mut rows = Vec::new();
    for_each_row(tables, repository, kind, &mut |row| -> Result<()> {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Visits the records of a kind that a repository has, in the order of their index: by number, by name,
/// or by moment. Keys are read a page at a time, so memory does not grow with their number.
pub(crate) fn for_each_row<E: From<Error>>(
    tables: &impl Read,
    repository: u32,
    kind: RecordKind,
    visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    match (kind, Space::of(kind)) {
        (RecordKind::Repository, _) => visit(repository),
        (RecordKind::Project, _) => by_moment(tables, repository, kind, visit),
        (_, Some(space)) => by_number(tables, repository, space, visit),
        (RecordKind::Label, _) => by_name(tables, repository, kind, visit),
        (RecordKind::User, _) => by_name(tables, 0, kind, visit),
        _ => by_moment(tables, repository, kind, visit),
    }
}

fn by_number<E: From<Error>>(
    tables: &impl Read,
    repository: u32,
    space: Space,
    visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut from = keys::number(repository, space, 0);
    let to = keys::number(repository, space, u64::MAX);
    loop {
        let page = tables.number_page(from, to, PAGE)?;
        for (_, [row @ .., flags]) in &page {
            if flags & keys::MOVED == 0 {
                visit(u32::from_be_bytes(*row))?;
            }
        }
        match page.last() {
            Some((last, _)) if page.len() == PAGE => from = after(*last),
            _ => return Ok(()),
        }
    }
}

fn by_moment<E: From<Error>>(
    tables: &impl Read,
    repository: u32,
    kind: RecordKind,
    visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut from = keys::moment(
        repository,
        kind,
        Timestamp::from_unix_milliseconds(i64::MIN),
        0,
    );
    let to = keys::moment(
        repository,
        kind,
        Timestamp::from_unix_milliseconds(i64::MAX),
        u64::MAX,
    );
    loop {
        let page = tables.moment_page(from, to, PAGE)?;
        page.iter().try_for_each(|(_, row)| visit(*row))?;
        match page.last() {
            Some((last, _)) if page.len() == PAGE => from = after(*last),
            _ => return Ok(()),
        }
    }
}

/// Visits the named records of a kind, in the order of their names.
pub(crate) fn by_name<E: From<Error>>(
    tables: &impl Read,
    owner: u32,
    kind: RecordKind,
    visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut from = keys::name(owner, kind, "");
    let mut to = from.clone();
    if let Some(last) = to.last_mut() {
        *last += 1;
    }
    loop {
        let page = tables.name_page(&from, &to, PAGE)?;
        page.iter().try_for_each(|(_, row)| visit(*row))?;
        match page.last() {
            Some((last, _)) if page.len() == PAGE => {
                from.clone_from(last);
                from.push(0);
            }
            _ => return Ok(()),
        }
    }
}

/// The issue or pull request of this number, with its row.
///
/// # Errors
/// `UnknownRecord`, `Gone` when it was deleted, `Moved` when it went to another repository.
pub(crate) fn issue(tables: &impl Read, repository: u32, number: u64) -> Result<(u32, Head)> {
    let name = || -> Result<String> {
        let repository = head(tables, repository)?.record;
        Ok(format!(
            "{}#{number}",
            repository.name().unwrap_or_default()
        ))
    };
    let key = keys::number(repository, Space::Issue, number);
    let Some([row @ .., flags]) = tables.number(key)? else {
        return Err(Error::unknown("issue", name()?));
    };
    let row = u32::from_be_bytes(row);
    let head = head(tables, row)?;
    if head.record.is_deleted() {
        return Err(Error::gone("issue", name()?));
    }
    // An issue that was transferred and then taken back with its creation is nowhere.
    if head.record.is_absent() {
        return Err(Error::unknown("issue", name()?));
    }
    if flags & keys::MOVED != 0 {
        let id = head.record.repository().unwrap_or(head.record.id());
        let there = match tables.row_of(id.to_bytes())? {
            Some(row) => self::head(tables, row)?.record.name().map(str::to_owned),
            None => None,
        };
        let number = head.record.number().unwrap_or(0);
        return Err(Error::moved(name()?, there.unwrap_or_default(), number));
    }
    Ok((row, head))
}

/// The milestone of this number, with its row.
///
/// # Errors
/// `UnknownRecord`, and `Gone` when it was deleted.
pub(crate) fn milestone(tables: &impl Read, repository: u32, number: u64) -> Result<(u32, Head)> {
    let key = keys::number(repository, Space::Milestone, number);
    let Some([row @ .., _]) = tables.number(key)? else {
        return Err(Error::unknown("milestone", number));
    };
    let row = u32::from_be_bytes(row);
    let head = head(tables, row)?;
    if head.record.is_deleted() {
        return Err(Error::gone("milestone", number));
    }
    if head.record.is_absent() {
        return Err(Error::unknown("milestone", number));
    }
    Ok((row, head))
}

/// The head in a row that must be there.
pub(crate) fn head(tables: &impl Read, row: u32) -> Result<Head> {
    let bytes = tables.record(row)?;
    let bytes =
        bytes.ok_or_else(|| Error::corrupt("", "a table refers to a record that is not there"))?;
    Ok(decode_head(&bytes)?)
}

/// The users of this login, at whatever host, those who are known only here first.
pub(crate) fn rows_of_login(tables: &impl Read, login: &str) -> Result<Vec<u32>> {
    let from = keys::logins(login);
    let mut to = from.clone();
    if let Some(last) = to.last_mut() {
        *last += 1;
    }
    let found = tables.name_page(&from, &to, PAGE)?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// The comments and events of an issue, in the order of time.
pub(crate) fn children<E: From<Error>>(
    tables: &impl Read,
    parent: u32,
    visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut from = keys::child(parent, Timestamp::from_unix_milliseconds(i64::MIN), 0);
    let to = keys::child(
        parent,
        Timestamp::from_unix_milliseconds(i64::MAX),
        u64::MAX,
    );
    loop {
        let page = tables.child_page(from, to, PAGE)?;
        page.iter().try_for_each(|(_, row)| visit(*row))?;
        match page.last() {
            Some((last, _)) if page.len() == PAGE => from = after(*last),
            _ => return Ok(()),
        }
    }
}

/// The rows of what belongs to an issue or a comment, in the order of time.
pub(crate) fn child_rows(tables: &impl Read, parent: u32) -> Result<Vec<u32>> {
    let mut rows = Vec::new();
    children(tables, parent, &mut |row| -> Result<()> {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// The rows of the cards that show an issue.
pub(crate) fn cards_of(tables: &impl Read, issue: u32) -> Result<Vec<u32>> {
    let (from, to) = keys::cards_of(issue);
    let found = tables.content_page(&from, &to, usize::MAX)?;
    Ok(found
        .iter()
        .filter_map(|key| keys::content_row(key))
        .collect())
}

/// The rows of what a container holds, in order: the columns of a project, the cards of a column.
pub(crate) fn content_rows(tables: &impl Read, container: u32) -> Result<Vec<u32>> {
    let mut from = container.to_be_bytes().to_vec();
    let to = container.wrapping_add(1).to_be_bytes();
    let mut rows = Vec::new();
    loop {
        let page = tables.content_page(&from, &to, PAGE)?;
        rows.extend(page.iter().filter_map(|key| keys::content_row(key)));
        match page.last() {
            Some(last) if page.len() == PAGE => {
                from.clone_from(last);
                from.push(0);
            }
            _ => return Ok(rows),
        }
    }
}

/// The list columns of a repository.
pub(crate) fn load_columns(tables: &impl Read, repository: u32) -> Result<RepositoryColumns> {
    let mut columns = RepositoryColumns::default();
    let (from, to) = (
        keys::column(repository, 0),
        keys::column(repository, u32::MAX),
    );
    tables.column_chunks(from, to, &mut |chunk| Ok(columns.load(chunk)?))?;
    Ok(columns)
}

/// The list columns of some of a repository's issues, whose rows are given in their order. Those that are not
/// there are left out.
pub(crate) fn load_entries(
    tables: &impl Read,
    repository: u32,
    rows: &[u32],
) -> Result<RepositoryColumns> {
    let mut found = RepositoryColumns::default();
    let mut chunk = RepositoryColumns::default();
    let mut loaded = None;
    for row in rows {
        let key = chunk_key(repository, *row);
        if loaded != Some(key) {
            chunk = RepositoryColumns::default();
            if let Some(bytes) = tables.column_chunk(key)? {
                chunk.load(&bytes)?;
            }
            loaded = Some(key);
        }
        if let Some(entry) = chunk.entry(*row) {
            found.push_from(&chunk, entry);
        }
    }
    Ok(found)
}

/// The smallest key after this one.
fn after<const N: usize>(mut key: [u8; N]) -> [u8; N] {
    for byte in key.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
    key
}
