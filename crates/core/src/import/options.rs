//! What an import is told, and what it reports.

use std::fmt;

use backlot_model::{
    Actor, Commit, Counts, Field, Prefer, RecordId, RecordKind, RepositoryName, Skipped,
};

use crate::error::Error;

/// How an import is done.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub(crate) forge: String,
    pub(crate) source: String,
    pub(crate) name: String,
    pub(crate) actor: Actor,
    pub(crate) repository: Option<RepositoryName>,
    pub(crate) prefer: Prefer,
    pub(crate) complete: Vec<RecordKind>,
    pub(crate) dry_run: bool,
    pub(crate) collisions: Option<Collisions>,
}

/// What becomes of issues and milestones whose numbers those of another forge have in the same repository.
/// The first import of a forge into a repository decides it for all later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Collisions {
    /// They are different ones. Those of the forge that the repository came from first keep their numbers, and
    /// the others get the next free ones here; their forge's numbers are known still.
    #[default]
    Renumber,
    /// They are the same, stated by another forge: what the first one does not say is added.
    Same,
    /// They are an error.
    Refuse,
}

impl Collisions {
    /// The rule as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Renumber => "renumber",
            Self::Same => "same",
            Self::Refuse => "refuse",
        }
    }
}

impl ImportOptions {
    /// Options for an import in the format of `forge` from `source`, both as they are to be shown later.
    pub fn new(forge: impl Into<String>, source: impl Into<String>) -> Self {
        let source = source.into();
        let name = source
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        Self {
            forge: forge.into(),
            name: name.to_owned(),
            source,
            actor: Actor::login("import"),
            repository: None,
            prefer: Prefer::Ours,
            complete: Vec::new(),
            dry_run: false,
            collisions: None,
        }
    }

    /// Names the import; by default it takes the last part of its source.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Says who imports.
    #[must_use]
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// Puts the source's main repository into this one. Without it, a repository of the source goes
    /// into the one that it went into before, or else into one of its own name.
    #[must_use]
    pub fn repository(mut self, name: RepositoryName) -> Self {
        self.repository = Some(name);
        self
    }

    /// Says whose value a field keeps that was changed here and at the source.
    #[must_use]
    pub const fn prefer(mut self, prefer: Prefer) -> Self {
        self.prefer = prefer;
        self
    }

    /// Declares the source complete for a kind: what it does not have is gone.
    #[must_use]
    pub fn complete(mut self, kind: RecordKind) -> Self {
        self.complete.push(kind);
        self
    }

    /// Says what becomes of numbers that another forge has given in the same repository. Without it, the rule
    /// of the import before counts, and else [`Collisions::Renumber`].
    #[must_use]
    pub const fn collisions(mut self, rule: Collisions) -> Self {
        self.collisions = Some(rule);
        self
    }

    /// Does all but the commit, and reports what it would have done.
    #[must_use]
    pub const fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// A field that was changed here and at the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictReport {
    /// What the record is.
    pub kind: RecordKind,
    /// The record.
    pub record: RecordId,
    /// Its number, where it has one.
    pub number: Option<u64>,
    /// The field; [`Field::Deleted`] where the source no longer has a record that was edited here.
    pub field: Field,
    /// Whose value it has now.
    pub kept: Prefer,
    /// The value here before the import, in words and at most 200 characters; none for no value, and for
    /// lists.
    pub ours: Option<String>,
    /// The value at the source, likewise.
    pub theirs: Option<String>,
}

/// A local issue that gave its number to one that came from the forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumbered {
    /// The issue.
    pub record: RecordId,
    /// The number that it had.
    pub from: u64,
    /// The number that it has now.
    pub to: u64,
}

/// An issue, a milestone or a label whose number or name another forge has given in the same repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// What it is.
    pub kind: RecordKind,
    /// The record that the report is about.
    pub record: RecordId,
    /// The number by which its forge calls it; none for a label.
    pub number: Option<u64>,
    /// Its title or name, at most 200 characters of it.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// A text that refers to a number which is another issue's here, because another forge has given it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebound {
    /// Whether it is an issue's or a comment's.
    pub kind: RecordKind,
    /// The record with the text.
    pub record: RecordId,
    /// The number here of the issue, or of the one that the comment is on.
    pub issue: Option<u64>,
    /// The first such number in the text.
    pub number: u64,
    /// The number here of the issue that is meant; none where that never came.
    pub here: Option<u64>,
}

/// What became of a collision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has this number here.
    Renumbered(u64),
    /// Both forges mean the same record.
    Same,
}

/// What an import did, or would have done.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// The commit; none when nothing was new, and for a dry run.
    pub commit: Option<Commit>,
    /// How many records it created, updated, and so on.
    pub counts: Counts,
    /// The repositories of the source, by foreign and by local name.
    pub repositories: Vec<(String, String)>,
    /// Fields that were changed on both sides, the first [`ImportReport::LISTED`] of them.
    pub conflicts: Vec<ConflictReport>,
    /// Local issues that were given another number.
    pub renumbered: Vec<Renumbered>,
    /// Numbers and names that two forges have given, the first [`ImportReport::LISTED`] of them.
    pub collisions: Vec<Collision>,
    /// How many of these there were.
    pub collision_count: u64,
    /// Texts that refer to numbers which are other issues' here, the first [`ImportReport::LISTED`] of them.
    pub rebound: Vec<Rebound>,
    /// How many of these there were.
    pub rebound_count: u64,
    /// What could not be kept or not be understood, the first [`ImportReport::LISTED`] of it.
    pub skipped: Vec<Skipped>,
    /// How many parts of objects were not understood, though the objects were kept whole.
    pub not_understood: u64,
}

impl ImportReport {
    /// How many items a list of the report holds at most; the counts are always complete.
    pub const LISTED: usize = 1000;
}

/// Why an import ended without a commit: the store failed, or its input did.
#[derive(Debug)]
pub enum ImportError<E> {
    /// The store.
    Store(Error),
    /// The input.
    Input(E),
}

impl<E> From<Error> for ImportError<E> {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl<E: fmt::Display> fmt::Display for ImportError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Input(error) => error.fmt(f),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for ImportError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            Self::Input(error) => error.source(),
        }
    }
}
