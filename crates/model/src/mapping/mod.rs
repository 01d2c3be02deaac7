//! Other names for users, labels, milestones and issues on the way in or out.

mod inverse;
mod mapper;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

pub use inverse::{Ambiguity, Inverse};
pub use mapper::{MappedLookup, Mapper};
pub use text::{MappedText, TextContext};

use crate::kind::RecordKind;
use crate::limits::{check_label_name, check_login, check_name};
use crate::reference::IssueReference;

/// What becomes of the mentions of people whom a mapping does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mentions {
    /// They stay as they are.
    #[default]
    Keep,
    /// They stand in code, so that they notify nobody.
    Defuse,
    /// Those that stand in code are mentions again: the inverse of [`Mentions::Defuse`].
    Restore,
}

/// What becomes of a header above a text that says who wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authorship {
    /// Texts stay as they are.
    #[default]
    Keep,
    /// Issues and comments get a header, an [`Attribution`](crate::Attribution).
    PutAbove,
    /// A header that says what the record says itself is taken off: the inverse of
    /// [`Authorship::PutAbove`].
    TakeOff,
}

/// A pair of a mapping that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{section}: {old:?}: {detail}")]
pub struct InvalidMapping {
    /// What was to be mapped: `users`, `labels`, `milestones` or `issues`.
    pub section: &'static str,
    /// The old name.
    pub old: String,
    /// What is wrong.
    pub detail: String,
}

/// New names for old ones, all given at the same time: where one thing takes the name of another that is
/// mapped as well, neither is taken for the other.
///
/// Users and labels are compared without regard to case, titles of milestones as they are.
///
/// ```
/// use backlot_model::{Mapping, Mentions, TextContext};
///
/// let mapping = Mapping::default()
///     .user("octocat", "mona")?
///     .issue("#12".parse().unwrap(), "acme/tracker#40".parse().unwrap())?
///     .mentions(Mentions::Defuse);
/// let text = mapping.text("@octocat and @hubot: see #12", &TextContext::default());
/// assert_eq!(text, "@mona and `@hubot`: see acme/tracker#40");
/// # Ok::<(), backlot_model::InvalidMapping>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    // By the key of the old name.
    users: Names,
    labels: Names,
    milestones: Names,
    issues: BTreeMap<IssueKey, (IssueReference, IssueReference)>,
    mentions: Mentions,
    authorship: Authorship,
}

/// Old and new names by the key of the old one.
type Names = BTreeMap<String, (String, String)>;
/// A repository's name in lower case, where one is named, and a number.
type IssueKey = (Option<String>, u64);

impl Mapping {
    /// Gives a user another login.
    ///
    /// # Errors
    /// When the new login can be none, or the old one has another new one already.
    pub fn user(mut self, old: &str, new: &str) -> Result<Self, InvalidMapping> {
        let checked = check_login(new).map_err(|error| error.to_string());
        put(&mut self.users, RecordKind::User, old, new, checked)?;
        Ok(self)
    }

    /// Gives a label another name.
    ///
    /// # Errors
    /// When the new name can be none, or the old one has another new one already.
    pub fn label(mut self, old: &str, new: &str) -> Result<Self, InvalidMapping> {
        let checked = check_label_name(new).map_err(|error| error.to_string());
        put(&mut self.labels, RecordKind::Label, old, new, checked)?;
        Ok(self)
    }

    /// The same, where this label keeps its name.
    #[must_use]
    pub fn without_label(mut self, old: &str) -> Self {
        self.labels.remove(&key(RecordKind::Label, old));
        self
    }

    /// Gives a milestone another title.
    ///
    /// # Errors
    /// When the new title can be none, or the old one has another new one already.
    pub fn milestone(mut self, old: &str, new: &str) -> Result<Self, InvalidMapping> {
        let checked = check_name("milestone", "title", new).map_err(|error| error.to_string());
        let kind = RecordKind::Milestone;
        put(&mut self.milestones, kind, old, new, checked)?;
        Ok(self)
    }

    /// Says where references to an issue lead. The issue itself keeps its number.
    ///
    /// # Errors
    /// When the old reference has another new one already.
    pub fn issue(
        mut self,
        old: IssueReference,
        new: IssueReference,
    ) -> Result<Self, InvalidMapping> {
        let key = issue_key(&old);
        match self.issues.get(&key) {
            Some((_, known)) if *known != new => {
                Err(twice("issues", &old.to_string(), &known.to_string()))
            }
            _ => {
                self.issues.insert(key, (old, new));
                Ok(self)
            }
        }
    }

    /// Says what becomes of the mentions of people whom the mapping does not name.
    #[must_use]
    pub const fn mentions(mut self, mentions: Mentions) -> Self {
        self.mentions = mentions;
        self
    }

    /// Says what becomes of headers that say who wrote a text.
    #[must_use]
    pub const fn authorship(mut self, authorship: Authorship) -> Self {
        self.authorship = authorship;
        self
    }

    /// The new name of a user, a label or a milestone; none where the mapping does not name it.
    pub fn name(&self, kind: RecordKind, name: &str) -> Option<&str> {
        let names = self.names(kind)?;
        names.get(&key(kind, name)).map(|(_, new)| new.as_str())
    }

    /// The old and new names of the users, labels or milestones that the mapping names.
    pub fn pairs(&self, kind: RecordKind) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.names(kind).into_iter().flatten();
        pairs.map(|(_, (old, new))| (old.as_str(), new.as_str()))
    }

    /// The old and new references to issues.
    pub fn issues(&self) -> impl Iterator<Item = (&IssueReference, &IssueReference)> {
        self.issues.values().map(|(old, new)| (old, new))
    }

    /// What becomes of other mentions.
    pub const fn mention_rule(&self) -> Mentions {
        self.mentions
    }

    /// What becomes of headers.
    pub const fn authorship_rule(&self) -> Authorship {
        self.authorship
    }

    /// Whether texts can come out otherwise than they are.
    pub fn changes_texts(&self) -> bool {
        !self.users.is_empty() || !self.issues.is_empty() || self.mentions != Mentions::Keep
    }

    const fn names(&self, kind: RecordKind) -> Option<&Names> {
        match kind {
            RecordKind::User => Some(&self.users),
            RecordKind::Label => Some(&self.labels),
            RecordKind::Milestone => Some(&self.milestones),
            _ => None,
        }
    }
}

/// What tells names of a kind apart.
pub(crate) fn key(kind: RecordKind, name: &str) -> String {
    match kind {
        RecordKind::Milestone => name.to_owned(),
        _ => name.to_lowercase(),
    }
}

fn issue_key(reference: &IssueReference) -> IssueKey {
    let repository = reference.repository.as_ref().map(|name| name.key());
    (repository, reference.number)
}

const fn section(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::User => "users",
        RecordKind::Label => "labels",
        _ => "milestones",
    }
}

fn put(
    names: &mut Names,
    kind: RecordKind,
    old: &str,
    new: &str,
    checked: Result<(), String>,
) -> Result<(), InvalidMapping> {
    let section = section(kind);
    let invalid = |detail: String| InvalidMapping {
        section,
        old: old.to_owned(),
        detail,
    };
    checked.map_err(invalid)?;
    if old.is_empty() {
        return Err(invalid("there is no such name".to_owned()));
    }
    let pair = (old.to_owned(), new.to_owned());
    match names.insert(key(kind, old), pair) {
        Some((_, known)) if known != new => Err(twice(section, old, &known)),
        _ => Ok(()),
    }
}

fn twice(section: &'static str, old: &str, known: &str) -> InvalidMapping {
    InvalidMapping {
        section,
        old: old.to_owned(),
        detail: format!("is mapped to {known:?} already"),
    }
}
