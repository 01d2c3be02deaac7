//! Sets of fields.

use std::fmt;

use backlot_model::Field;

/// Some of the fields that a record can have, such as those whose value at a moment is not known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FieldSet(u64);

impl FieldSet {
    /// The set of no field.
    pub const EMPTY: Self = Self(0);

    /// Puts a field into the set.
    pub const fn insert(&mut self, field: Field) {
        self.0 |= 1 << field.tag();
    }

    /// Whether the field is in the set.
    pub const fn contains(self, field: Field) -> bool {
        self.0 & 1 << field.tag() != 0
    }

    /// Whether the set has no field.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many fields the set has.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The fields, in the order of [`Field::tag`].
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL
            .iter()
            .copied()
            .filter(move |field| self.contains(*field))
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let mut set = Self::EMPTY;
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }
}

impl fmt::Display for FieldSet {
    /// The names of the fields, with commas between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            f.write_str(field.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_into_it_and_says_its_names() {
        let set: FieldSet = [Field::Labels, Field::Title, Field::Labels]
            .into_iter()
            .collect();
        assert!(set.contains(Field::Title) && !set.contains(Field::Body));
        assert_eq!(
            (set.len(), set.to_string()),
            (2, "title, labels".to_owned())
        );
        assert!(FieldSet::EMPTY.is_empty());
        assert!(Field::ALL.iter().all(|field| field.tag() < 64));
    }
}
