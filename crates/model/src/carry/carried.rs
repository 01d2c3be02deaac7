//! What a footer carries.

use std::collections::BTreeMap;

use super::encode;
use crate::id::RecordId;
use crate::kind::RecordKind;
use crate::time::Timestamp;
use crate::value::{Field, Reactions, Shape, Value};

/// Before the name of a field whose other value a target was given.
const GIVEN: &str = "given:";
/// The name of what tells the record of the footer.
const OF: &str = "of";

/// Values of fields that a target could not take, by the names that people give: logins, names of labels,
/// titles of milestones.
///
/// ```
/// use backlot_model::Field;
/// use backlot_model::carry::Carried;
///
/// let carried = Carried::new()
///     .with(Field::State, "closed")
///     .with(Field::StateReason, "not_planned")
///     .with_names(Field::Labels, ["bug", "good first issue"]);
/// assert_eq!(carried.text(Field::StateReason), Some("not_planned"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Keys of later versions stay beside those of this one.
    entries: BTreeMap<String, Vec<String>>,
}

impl Carried {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
        }
    }

    /// Whether nothing is carried.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Carries a value that is one word or name: of a state, a login, a number.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        let entry = vec![value.into()];
        self.entries.insert(field.name().to_owned(), entry);
        self
    }

    /// Carries a list of names, in the order that counts.
    #[must_use]
    pub fn with_names<N: Into<String>>(
        mut self,
        field: Field,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let entry = names.into_iter().map(Into::into).collect();
        self.entries.insert(field.name().to_owned(), entry);
        self
    }

    /// Carries that a field has no value, or an empty list, where a target must be given one.
    #[must_use]
    pub fn without(self, field: Field) -> Self {
        self.with_names::<String>(field, [])
    }

    /// Carries a moment, to the millisecond.
    #[must_use]
    pub fn with_moment(self, field: Field, moment: Timestamp) -> Self {
        self.with(field, encode::said(moment))
    }

    /// Carries that a flag is set.
    #[must_use]
    pub fn with_flag(self, field: Field) -> Self {
        self.with(field, "true")
    }

    /// Carries a milestone by its title, and its number where that is known.
    #[must_use]
    pub fn with_milestone(self, title: &str, number: Option<u64>) -> Self {
        let number = number.map(|number| number.to_string());
        let names = std::iter::once(title.to_owned()).chain(number);
        self.with_names(Field::Milestone, names)
    }

    /// Carries how many reactions there are of each kind.
    #[must_use]
    pub fn with_reactions(self, reactions: &Reactions) -> Self {
        let counted = Reactions::CONTENTS.iter().zip(reactions.counts);
        let said = counted
            .filter(|(_, count)| *count > 0)
            .map(|(content, count)| format!("{content}:{count}"));
        self.with_names(Field::Reactions, said)
    }

    /// Carries a value as a record has it. `name` gives what people call another record: a login, the name of
    /// a label, the title of a milestone; what has no name is left out. Long texts and parents are not carried.
    #[must_use]
    pub fn with_value<T: Clone>(
        self,
        value: &Value<T>,
        name: &mut dyn FnMut(RecordId) -> Option<String>,
    ) -> Self {
        let field = value.field();
        match value.shape() {
            Shape::Id(id) => match name(id) {
                Some(name) => self.with(field, name),
                None => self,
            },
            Shape::Ids(ids) => self.with_names(field, ids.into_iter().filter_map(name)),
            Shape::Number(number) => self.with(field, number.to_string()),
            Shape::Text(text) => self.with(field, text),
            Shape::Flag => self.with_flag(field),
            Shape::Moment(moment) => self.with_moment(field, moment),
            Shape::Reactions(reactions) => self.with_reactions(&reactions),
            Shape::Body(_) | Shape::Parent(_) => self,
        }
    }

    /// Says what a target was given for a field instead of the carried value, in the same words. The carried
    /// value counts on the way back only where the target still has that.
    #[must_use]
    pub fn given(mut self, field: Field, value: impl Into<String>) -> Self {
        let entry = vec![value.into()];
        self.entries.insert(given(field), entry);
        self
    }

    /// As [`Carried::given`], for a moment.
    #[must_use]
    pub fn given_moment(self, field: Field, moment: Timestamp) -> Self {
        self.given(field, encode::said(moment))
    }

    /// As [`Carried::given`], for a list of names.
    #[must_use]
    pub fn given_names<N: Into<String>>(
        mut self,
        field: Field,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let entry = names.into_iter().map(Into::into).collect();
        self.entries.insert(given(field), entry);
        self
    }

    /// Says that the footer is of the issue of this number, so that it counts below no other one.
    #[must_use]
    pub fn of_issue(self, number: u64) -> Self {
        self.of(RecordKind::Issue, [number.to_string()])
    }

    /// Says that the footer is of a comment on the issue of this number, written at this moment.
    #[must_use]
    pub fn of_comment(self, issue: u64, written_at: Option<Timestamp>) -> Self {
        let written_at = written_at.map(encode::said);
        let names = std::iter::once(issue.to_string()).chain(written_at);
        self.of(RecordKind::Comment, names)
    }

    /// Says that the footer is of the milestone of this number and title. One of both is enough to know it by.
    #[must_use]
    pub fn of_milestone(self, number: u64, title: &str) -> Self {
        self.of(
            RecordKind::Milestone,
            [number.to_string(), title.to_owned()],
        )
    }

    fn of(mut self, kind: RecordKind, names: impl IntoIterator<Item = String>) -> Self {
        let entry = std::iter::once(kind.name().to_owned()).chain(names);
        self.entries.insert(OF.to_owned(), entry.collect());
        self
    }

    /// The kind of the record that the footer is of, its number, and of a milestone its title, of a comment the
    /// moment when it was written; none where it does not say.
    pub fn said_of(&self) -> Option<&[String]> {
        self.entries.get(OF).map(Vec::as_slice)
    }

    /// Whether the footer can be of a record of this kind, with the number of the issue, also of a comment's, or of
    /// the milestone, and the title of the milestone. What is not known on both sides is not compared.
    pub fn is_of(&self, kind: RecordKind, number: Option<u64>, title: Option<&str>) -> bool {
        let Some(said) = self.said_of() else {
            return true;
        };
        let is_same = |at: usize, present: Option<&str>| match (said.get(at), present) {
            (Some(said), Some(present)) => said == present,
            _ => true,
        };
        let number = number.map(|number| number.to_string());
        let is_numbered_so = is_same(1, number.as_deref());
        said.first().map(String::as_str) == Some(kind.name())
            && match kind {
                RecordKind::Milestone => is_numbered_so || is_same(2, title),
                _ => is_numbered_so,
            }
    }

    /// The carried fields, in the order of their names.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.entries.keys().filter_map(|key| field_named(key))
    }

    /// The keys that this version does not know.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let known =
            |key: &str| key == OF || field_named(key.strip_prefix(GIVEN).unwrap_or(key)).is_some();
        self.entries
            .keys()
            .map(String::as_str)
            .filter(move |key| !known(key))
    }

    /// The names that a field carries, or its one value; empty where it carries that there is none, and none
    /// where it is not carried.
    pub fn names(&self, field: Field) -> Option<&[String]> {
        self.entries.get(field.name()).map(Vec::as_slice)
    }

    /// The first name or the value that a field carries.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.names(field)?.first().map(String::as_str)
    }

    /// The number that a field carries.
    pub fn number(&self, field: Field) -> Option<u64> {
        self.text(field)?.parse().ok()
    }

    /// The moment that a field carries.
    pub fn moment(&self, field: Field) -> Option<Timestamp> {
        self.text(field).and_then(encode::heard)
    }

    /// How many reactions of each kind are carried.
    pub fn reactions(&self) -> Option<Reactions> {
        let mut reactions = Reactions::default();
        for name in self.names(Field::Reactions)? {
            let (content, count) = name.rsplit_once(':')?;
            let mut known = Reactions::CONTENTS.iter();
            let at = known.position(|known| *known == content)?;
            reactions.counts[at] = count.parse().ok()?;
        }
        Some(reactions)
    }

    /// What the target was given for a field instead of the carried value, where that is known.
    pub fn given_instead(&self, field: Field) -> Option<&[String]> {
        self.entries.get(&given(field)).map(Vec::as_slice)
    }

    /// The pairs as a footer spells them, each behind a blank.
    pub(super) fn write(&self, out: &mut String) {
        for (key, names) in &self.entries {
            out.push(' ');
            out.push_str(key);
            for (at, name) in names.iter().enumerate() {
                out.push(if at == 0 { '=' } else { ',' });
                encode::escaped(name, out);
            }
        }
    }

    /// Takes one pair of a footer; whether it could be one, in the place where it stands.
    pub(super) fn read(&mut self, pair: &str) -> bool {
        let (key, values) = match pair.split_once('=') {
            Some((key, values)) => (key, Some(values)),
            None => (pair, None),
        };
        let is_of_key = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b':' | b'.');
        let is_next = self
            .entries
            .last_key_value()
            .is_none_or(|(last, _)| last.as_str() < key);
        if key.is_empty() || !key.bytes().all(is_of_key) || !is_next {
            return false;
        }
        let names = values.map(|values| values.split(',').map(encode::unescaped).collect());
        match names.unwrap_or_else(|| Some(Vec::new())) {
            Some(names) => {
                self.entries.insert(key.to_owned(), names);
                true
            }
            None => false,
        }
    }
}

fn given(field: Field) -> String {
    format!("{GIVEN}{}", field.name())
}

fn field_named(name: &str) -> Option<Field> {
    Field::ALL
        .iter()
        .copied()
        .find(|field| field.name() == name)
}
