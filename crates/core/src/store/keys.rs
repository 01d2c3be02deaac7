//! Keys, built so that their bytes sort as ranges are read.

use backlot_model::{ForeignId, RecordKind, Timestamp, View, ViewId};

use crate::codec::EventPointer;

/// Distinguishes users, which belong to a host, from what belongs to a repository.
const HOST_SCOPE: u32 = u32::MAX;

/// The forge under which records that were born here are known by the numbers that exports give them.
pub(crate) const BORN_HERE: u8 = 0;

/// The key of a foreign identity: scope, kind, forge, then the number or the first 16 bytes of the text's hash. The scope is a
/// repository's row, or the host for users, so that two hosts may use the same numbers.
pub(crate) fn foreign(scope: Scope<'_>, kind: RecordKind, forge: u8, id: &ForeignId) -> Vec<u8> {
    let mut key = Vec::with_capacity(24);
    match scope {
        Scope::Repository(row) => key.extend_from_slice(&row.to_be_bytes()),
        Scope::Host(host) => {
            key.extend_from_slice(&HOST_SCOPE.to_be_bytes());
            key.extend_from_slice(host.as_bytes());
            key.push(0);
        }
    }
    key.extend_from_slice(&[kind.tag(), forge]);
    match id {
        ForeignId::Number(number) => {
            key.push(0);
            key.extend_from_slice(&number.to_be_bytes());
        }
        ForeignId::Text(text) => {
            key.push(1);
            key.extend_from_slice(&backlot_model::Digest::of(text.as_bytes()).short());
        }
    }
    key
}

/// With what the keys of foreign identities begin that share the scope of this one: a repository's row, or
/// the host of users.
pub(crate) fn foreign_scope(key: &[u8]) -> Option<&[u8]> {
    let (scope, rest) = key.split_at_checked(4)?;
    if scope != HOST_SCOPE.to_be_bytes() {
        return Some(scope);
    }
    let host = rest.iter().position(|byte| *byte == 0)?;
    key.get(..4 + host + 1)
}

/// The key of a number under which a forge knows a record of the scope with which the key begins.
pub(crate) fn foreign_in(scope: &[u8], kind: RecordKind, forge: u8, number: u64) -> Vec<u8> {
    let mut key = scope.to_vec();
    key.extend_from_slice(&[kind.tag(), forge, 0]);
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// The row of the repository, or of the owner of boards, that is such a scope; none of a host.
pub(crate) fn scope_row(scope: &[u8]) -> Option<u32> {
    let row = u32::from_be_bytes(scope.try_into().ok()?);
    (row != HOST_SCOPE).then_some(row)
}

/// What a foreign identity is unique within.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'a> {
    Repository(u32),
    Host(&'a str),
}

/// The key of an embedded form: its name, then the row of the repository whose record it depicts, or 0 for a
/// user and for what is only kept. One source can be imported into several repositories here.
pub(crate) fn embedded(view: ViewId, repository: u32) -> [u8; 20] {
    let mut key = [0; 20];
    key[..16].copy_from_slice(&view.to_bytes());
    key[16..].copy_from_slice(&repository.to_be_bytes());
    key
}

/// The key of a statement.
pub(crate) fn statement(row: u32, view: View) -> [u8; 6] {
    let [a, b, c, d] = row.to_be_bytes();
    [a, b, c, d, view.forge, view.form]
}

/// A number space of a repository: one for issues and pull requests, one for milestones, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Space {
    Issue = 1,
    Milestone = 2,
    Project = 3,
}

impl Space {
    /// The space in which records of this kind are numbered.
    pub(crate) const fn of(kind: RecordKind) -> Option<Self> {
        match kind {
            RecordKind::Issue => Some(Self::Issue),
            RecordKind::Milestone => Some(Self::Milestone),
            RecordKind::Project => Some(Self::Project),
            _ => None,
        }
    }
}

/// The key of a number.
pub(crate) fn number(repository: u32, space: Space, number: u64) -> [u8; 13] {
    let mut key = [0; 13];
    key[..4].copy_from_slice(&repository.to_be_bytes());
    key[4] = space as u8;
    key[5..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The key of the number by which a forge calls a record, where that forge's numbers are not those of the
/// repository: in the same table, in a space of the forge.
pub(crate) fn foreign_number(repository: u32, space: Space, forge: u8, number: u64) -> [u8; 13] {
    let mut key = self::number(repository, space, number);
    key[4] |= forge << 2;
    key
}

/// The highest number that a forge can have whose numbers are not those of the repository.
pub(crate) const LAST_FORGE: u8 = 63;

/// The key of a user's login at a host; the host is empty for one who is known only here.
pub(crate) fn login(login: &str, host: &str) -> Vec<u8> {
    let mut key = logins(login);
    key.extend_from_slice(host.as_bytes());
    key
}

/// With what the keys of a login at all hosts begin.
pub(crate) fn logins(login: &str) -> Vec<u8> {
    let mut key = name(0, RecordKind::User, login);
    key.push(0);
    key
}

/// The key of a name inside `owner`, or of a repository's or a user's name where that is 0.
pub(crate) fn name(owner: u32, kind: RecordKind, name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(5 + name.len());
    key.extend_from_slice(&owner.to_be_bytes());
    key.push(kind.tag());
    key.extend_from_slice(name.to_lowercase().as_bytes());
    key
}

/// The bytes of a moment in the order of time, before and after 1970.
fn moment_bytes(at: Timestamp) -> [u8; 8] {
    (at.unix_milliseconds().cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

/// What decides between two records of one moment: the forge's number, then the order of arrival.
pub(crate) const fn tie(id: Option<u64>, row: u32) -> u64 {
    match id {
        Some(id) => id,
        None => (1 << 63) | row as u64,
    }
}

/// The flag of a number that came from a forge.
pub(crate) const FOREIGN: u8 = 1;
/// The flag of a number of what came from another forge than the one whose numbers the repository has: it
/// gives way like one that was given here.
pub(crate) const APART: u8 = 4;
/// The flag of a number whose issue went to another repository: it only leads there.
pub(crate) const MOVED: u8 = 2;

/// The key of a column in its project or a card in its column: container, rank, row.
pub(crate) fn content(container: u32, rank: &str, row: u32) -> Vec<u8> {
    let mut key = Vec::with_capacity(9 + rank.len());
    key.extend_from_slice(&container.to_be_bytes());
    key.extend_from_slice(rank.as_bytes());
    key.push(0);
    key.extend_from_slice(&row.to_be_bytes());
    key
}

/// The rank under which an issue has the issues that say it again.
pub(crate) const DUPLICATE: &str = "=";

/// The rank under which the projects of organisations and people stand in no container.
pub(crate) const OWNED: &str = "~";

/// The range of the keys of the projects of all organisations and people.
pub(crate) fn owned() -> (Vec<u8>, Vec<u8>) {
    of_rank(0, OWNED)
}

/// What columns and cards wait for, in place of the number of an issue, that name what is not known yet.
pub(crate) const AWAITING: u64 = u64::MAX;

/// The range of the keys of the columns and cards that wait.
pub(crate) fn awaiting() -> ([u8; 16], [u8; 16]) {
    (orphan(0, AWAITING, 0), orphan(0, AWAITING, u32::MAX))
}

/// The range of the keys of a container's contents of one rank: the first, and what follows the last.
fn of_rank(container: u32, rank: &str) -> (Vec<u8>, Vec<u8>) {
    let from = content(container, rank, 0);
    let mut to = content(container, rank, u32::MAX);
    to.push(0);
    (from, to)
}

/// The range of the keys of a repository's pinned issues.
pub(crate) fn pinned(repository: u32) -> (Vec<u8>, Vec<u8>) {
    of_rank(repository, "")
}

/// The range of the keys of the cards that show an issue.
pub(crate) fn cards_of(issue: u32) -> (Vec<u8>, Vec<u8>) {
    of_rank(issue, "")
}

/// The range of the keys of the issues that say an issue again.
pub(crate) fn duplicates(issue: u32) -> (Vec<u8>, Vec<u8>) {
    of_rank(issue, DUPLICATE)
}

/// The rank in such a key.
pub(crate) fn content_rank(key: &[u8]) -> Option<&str> {
    let rank = key.get(4..key.len().checked_sub(5)?)?;
    std::str::from_utf8(rank).ok()
}

/// The row at the end of such a key.
pub(crate) fn content_row(key: &[u8]) -> Option<u32> {
    let row = key.last_chunk::<4>()?;
    Some(u32::from_be_bytes(*row))
}

/// The key of a child of an issue: parent, moment, tie.
pub(crate) fn child(parent: u32, at: Timestamp, tie: u64) -> [u8; 20] {
    let mut key = [0; 20];
    key[..4].copy_from_slice(&parent.to_be_bytes());
    key[4..12].copy_from_slice(&moment_bytes(at));
    key[12..].copy_from_slice(&tie.to_be_bytes());
    key
}

/// The key of a comment or an event in its repository: repository, kind, moment, tie.
pub(crate) fn moment(repository: u32, kind: RecordKind, at: Timestamp, tie: u64) -> [u8; 21] {
    let mut key = [0; 21];
    key[..4].copy_from_slice(&repository.to_be_bytes());
    key[4] = kind.tag();
    key[5..13].copy_from_slice(&moment_bytes(at));
    key[13..].copy_from_slice(&tie.to_be_bytes());
    key
}

/// The key of an event that happened to an issue: the issue's row, then where the event stands.
pub(crate) fn happened(row: u32, at: EventPointer) -> [u8; 16] {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&row.to_be_bytes());
    key[4..12].copy_from_slice(&at.block.to_be_bytes());
    key[12..].copy_from_slice(&at.offset.to_be_bytes());
    key
}

/// Where the event of such a key stands.
pub(crate) const fn happened_at(key: &[u8; 16]) -> EventPointer {
    let [_, _, _, _, a, b, c, d, e, f, g, h, i, j, k, l] = *key;
    EventPointer {
        block: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        offset: u32::from_be_bytes([i, j, k, l]),
    }
}

/// The key of an orphan: repository, the number it waits for (0 when it names none), row. Columns and cards
/// that wait for what they stand in or show have no repository and [`AWAITING`].
pub(crate) fn orphan(repository: u32, number: u64, row: u32) -> [u8; 16] {
    let mut key = [0; 16];
    key[..4].copy_from_slice(&repository.to_be_bytes());
    key[4..12].copy_from_slice(&number.to_be_bytes());
    key[12..].copy_from_slice(&row.to_be_bytes());
    key
}

/// The key by which a record is found again where it once was and no longer is: no container, where it
/// was, row. The repository of an issue, a label, a milestone or a project; the issue of a comment or an
/// event; the container of a column or a card; 0 for a repository.
pub(crate) fn left(home: u32, row: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[4..8].copy_from_slice(&home.to_be_bytes());
    key[8..].copy_from_slice(&row.to_be_bytes());
    key
}

/// The key of a chunk of list columns.
pub(crate) fn column(repository: u32, chunk: u32) -> [u8; 8] {
    let [a, b, c, d] = repository.to_be_bytes();
    let [e, f, g, h] = chunk.to_be_bytes();
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_sort_by_time_and_forge_numbers_before_local_ones() {
        let at = |ms| Timestamp::from_unix_milliseconds(ms);
        assert!(child(1, at(-5), 0) < child(1, at(3), 0));
        assert!(child(1, at(3), tie(Some(9), 1)) < child(1, at(3), tie(None, 0)));
        assert!(
            moment(1, RecordKind::Comment, at(9), 9) < moment(2, RecordKind::Comment, at(1), 0)
        );
    }

    #[test]
    fn names_ignore_case() {
        assert_eq!(
            name(1, RecordKind::Label, "Bug"),
            name(1, RecordKind::Label, "bug")
        );
        assert_ne!(
            name(1, RecordKind::Label, "bug"),
            name(2, RecordKind::Label, "bug")
        );
    }
}
