//! One step by which a record becomes different.

use crate::id::RecordId;
use crate::value::{Field, Value};

/// One step by which a record becomes different. Scalars are set and cleared; lists also grow and
/// shrink by one element, so that edits of different elements never stand against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T = String, R = RecordId> {
    /// The field has this value now.
    Set(Value<T, R>),
    /// The field has no value now: null, false, or an empty list.
    Clear(Field),
    /// The list has one element more, at its end; nothing happens when it is there already.
    Add(Field, R),
    /// The list has one element less; nothing happens when it is not there.
    Remove(Field, R),
}

impl<T, R> Change<T, R> {
    /// The field that becomes different.
    pub const fn field(&self) -> Field {
        match self {
            Self::Set(value) => value.field(),
            Self::Clear(field) | Self::Add(field, _) | Self::Remove(field, _) => *field,
        }
    }

    /// Sets the value, or clears the field when there is none.
    pub fn set_or_clear(field: Field, value: Option<Value<T, R>>) -> Self {
        value.map_or(Self::Clear(field), Self::Set)
    }

    /// The change with its references translated by `f`, or the first error of `f`.
    pub fn try_map_refs<S, E>(
        self,
        f: &mut dyn FnMut(R) -> Result<S, E>,
    ) -> Result<Change<T, S>, E> {
        Ok(match self {
            Self::Set(value) => Change::Set(value.try_map_refs(f)?),
            Self::Clear(field) => Change::Clear(field),
            Self::Add(field, id) => Change::Add(field, f(id)?),
            Self::Remove(field, id) => Change::Remove(field, f(id)?),
        })
    }

    /// The change with its long text translated by `f`, or the error of `f`.
    pub fn try_map_text<S, E>(
        self,
        f: &mut dyn FnMut(T) -> Result<S, E>,
    ) -> Result<Change<S, R>, E> {
        Ok(match self {
            Self::Set(value) => Change::Set(value.try_map_text(f)?),
            Self::Clear(field) => Change::Clear(field),
            Self::Add(field, id) => Change::Add(field, id),
            Self::Remove(field, id) => Change::Remove(field, id),
        })
    }
}
