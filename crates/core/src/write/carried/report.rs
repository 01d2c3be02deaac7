//! What is to be restored, what was, and what was not.

use std::collections::BTreeMap;
use std::fmt;

use backlot_model::carry::Damage;
use backlot_model::{Actor, Commit, Field, Mapping, RecordId, RecordKind, RepositoryName};

use crate::write::mapping::MappingReport;

/// Where what was carried is restored, and by whom.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    pub(super) actor: Actor,
    pub(super) repositories: Vec<RepositoryName>,
    pub(super) mapping: Option<Mapping>,
    pub(super) authorship: bool,
    pub(super) dry_run: bool,
}

impl RestoreOptions {
    /// What says who wrote something, and when.
    pub const AUTHORSHIP: [Field; 4] = [
        Field::Author,
        Field::AuthorAssociation,
        Field::CreatedAt,
        Field::UpdatedAt,
    ];

    /// Restores in every repository of the store, all but who wrote what and when.
    pub const fn new(actor: Actor) -> Self {
        Self {
            actor,
            repositories: Vec::new(),
            mapping: None,
            authorship: false,
            dry_run: false,
        }
    }

    /// Restores in this repository, and in others only where they are named as well.
    #[must_use]
    pub fn repository(mut self, name: RepositoryName) -> Self {
        self.repositories.push(name);
        self
    }

    /// Applies a mapping in the same commit, to what was restored as to what is as its source said.
    #[must_use]
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.mapping = Some(mapping);
        self
    }

    /// Whether [`RestoreOptions::AUTHORSHIP`] is restored too. Whoever can write at the target can write a footer by
    /// which somebody else has written it, so this is for what comes from where those who write are trusted.
    #[must_use]
    pub const fn authorship(mut self, authorship: bool) -> Self {
        self.authorship = authorship;
        self
    }

    /// Does all but the commit, and reports what it would have done.
    #[must_use]
    pub const fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// What restoring what was carried did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreReport {
    /// Issues and pull requests whose text is what it was before it was sent.
    pub issues: u64,
    /// Comments, likewise.
    pub comments: u64,
    /// Milestones, likewise.
    pub milestones: u64,
    /// Of these texts, those whose line ends or trailing blanks may be other ones than before.
    pub inexact: u64,
    /// How many values were restored of each field.
    pub fields: BTreeMap<Field, u64>,
    /// How many footers were left as they are because they, or the texts above them, were changed, or because they
    /// are of other records.
    pub damaged: u64,
    /// How many carried values were not restored of each field, though their text was.
    pub kept: BTreeMap<Field, u64>,
    /// How many carried values of [`RestoreOptions::AUTHORSHIP`] other than those of the records were not restored, by
    /// field, because nobody asked for it. They are in no other count.
    pub authorship_left: BTreeMap<Field, u64>,
    /// What was not restored, the first [`RestoreReport::LISTED`] of it.
    pub not_restored: Vec<NotRestored>,
    /// How much was not restored in all.
    pub not_restored_count: u64,
    /// What the mapping did, if one was given.
    pub mapping: Option<MappingReport>,
    /// The commit; none when there was nothing to restore, and for a dry run.
    pub commit: Option<Commit>,
}

impl RestoreReport {
    /// How many items the list of the report holds at most; the counts are always complete.
    pub const LISTED: usize = 1000;

    /// How many texts were restored.
    pub const fn texts(&self) -> u64 {
        self.issues + self.comments + self.milestones
    }

    pub(super) fn note(&mut self, one: NotRestored) {
        self.not_restored_count += 1;
        match &one.why {
            WhyNotRestored::Footer(_)
            | WhyNotRestored::TextEditedHere
            | WhyNotRestored::OfAnother(_) => self.damaged += 1,
            why => {
                if let Some(field) = why.field() {
                    *self.kept.entry(field).or_default() += 1;
                }
            }
        }
        if self.not_restored.len() < Self::LISTED {
            self.not_restored.push(one);
        }
    }
}

/// Something that was carried and not restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRestored {
    /// The repository.
    pub repository: String,
    /// What the record is.
    pub kind: RecordKind,
    /// The record.
    pub record: RecordId,
    /// The number of the issue or the milestone; of a comment, that of its issue.
    pub number: Option<u64>,
    /// The number by which the forge names the record itself, where it has one.
    pub foreign_id: Option<u64>,
    /// Why.
    pub why: WhyNotRestored,
}

impl fmt::Display for NotRestored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.number, self.foreign_id) {
            (RecordKind::Issue, Some(number), _) => write!(f, "{}#{number}", self.repository)?,
            (RecordKind::Comment, Some(number), Some(id)) => {
                write!(f, "{}#{number} comment {id}", self.repository)?;
            }
            (kind, Some(number), _) => write!(f, "{} {} {number}", self.repository, kind.name())?,
            (kind, None, _) => write!(f, "{} {} {}", self.repository, kind.name(), self.record)?,
        }
        write!(f, ": {}", self.why)
    }
}

/// Why something was not restored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNotRestored {
    /// The footer is not to be trusted; the record stays as it is.
    Footer(Damage),
    /// The text was edited here before it was restored; the record stays as it is.
    TextEditedHere,
    /// The footer is of another record, of which it says this; the record stays as it is.
    OfAnother(String),
    /// The field was changed at the target since.
    ChangedThere(Field),
    /// The field was edited here.
    EditedHere(Field),
    /// The carried value is none of the field, or the record has no such field.
    Unusable(Field),
    /// The record had this number; numbers stay what they are.
    Number(u64),
    /// A later version may know what this key carries.
    UnknownKey(String),
}

impl WhyNotRestored {
    /// The field that was not restored, where it is about one.
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::ChangedThere(field) | Self::EditedHere(field) | Self::Unusable(field) => {
                Some(*field)
            }
            Self::Number(_) => Some(Field::Number),
            Self::Footer(_) | Self::TextEditedHere | Self::OfAnother(_) | Self::UnknownKey(_) => {
                None
            }
        }
    }
}

impl fmt::Display for WhyNotRestored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Footer(damage) => damage.fmt(f),
            Self::TextEditedHere => f.write_str("the text was edited here"),
            Self::OfAnother(said) => write!(f, "the footer is of another record: {said}"),
            Self::ChangedThere(field) => write!(f, "{} was changed since", field.name()),
            Self::EditedHere(field) => write!(f, "{} was edited here", field.name()),
            Self::Unusable(field) => write!(f, "the carried {} is of no use", field.name()),
            Self::Number(number) => write!(f, "it had the number {number}"),
            Self::UnknownKey(key) => write!(f, "{key} is not known to this version"),
        }
    }
}
