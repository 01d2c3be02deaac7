//! Identifiers: what a record, a commit, a store's replica and a foreign view are called.

use std::fmt;
use std::str::FromStr;

use ulid::Ulid;
use uuid::Uuid;

use crate::time::Timestamp;

/// The name of a record: a ULID, unique across stores and stable for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(Ulid);

/// The name of a commit: a ULID drawn when it was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Ulid);

macro_rules! ulid_id {
    ($name:ident) => {
        impl $name {
            /// The all-zero identifier, which names nothing.
            pub const NIL: Self = Self(Ulid::nil());

            /// Builds an identifier from a moment and 80 random bits (the rest of `random` is dropped).
            pub fn from_parts(at: Timestamp, random: u128) -> Self {
                Self(Ulid::from_parts(
                    at.unix_milliseconds().max(0).unsigned_abs(),
                    random,
                ))
            }

            /// The sixteen bytes of the identifier, big endian, in the order that sorts by time.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_bytes()
            }

            /// The identifier that these sixteen bytes spell.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Ulid::from_bytes(bytes))
            }

            /// The moment in the identifier: when it was drawn, or when what it names was created.
            pub fn timestamp(self) -> Timestamp {
                Timestamp::from_unix_milliseconds(i64::try_from(self.0.timestamp_ms()).unwrap_or(0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ulid::DecodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ulid::from_string(text).map(Self)
            }
        }
    };
}

ulid_id!(RecordId);
ulid_id!(CommitId);

impl RecordId {
    /// Derives the identifier of an imported record, so that two stores that import the same forge
    /// agree: time from `created_at`, the other 80 bits from a hash over `parts`, in order.
    pub fn derive(created_at: Timestamp, parts: &[&[u8]]) -> Self {
        let digest = Digest::of_parts(parts);
        let mut random = [0; 16];
        random[6..].copy_from_slice(&digest.0[..10]);
        Self::from_parts(created_at, u128::from_be_bytes(random))
    }
}

impl RecordId {
    /// The identifier whose minted number is so many after that of this one, but for a beginning anew after the
    /// highest number.
    #[must_use]
    pub fn following(self, by: u64) -> Self {
        const LOW: u128 = (1 << 52) - 1;
        let whole = u128::from_be_bytes(self.to_bytes());
        let low = (whole & LOW).wrapping_add(u128::from(by)) & LOW;
        Self::from_bytes(((whole & !LOW) | low).to_be_bytes())
    }

    /// Whether a number could be one of [`RecordId::minted_number`].
    pub const fn is_minted(number: u64) -> bool {
        number >> 52 == 1
    }

    /// The number that a forge's format is given for a record that was born here: always the same, far
    /// above those that forges give today, and below 2^53, as far as every reader of JSON can count.
    pub fn minted_number(self) -> u64 {
        let [.., a, b, c, d, e, f, g] = self.to_bytes();
        let low = u64::from_be_bytes([0, a, b, c, d, e, f, g]);
        1 << 52 | (low & ((1 << 52) - 1))
    }
}

/// The name of one writing copy of a store: a UUID, drawn anew when a store's file was copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplicaId(Uuid);

impl ReplicaId {
    /// The version 4 UUID made of these random bits.
    pub fn from_random(random: u128) -> Self {
        Self(uuid::Builder::from_random_bytes(random.to_be_bytes()).into_uuid())
    }

    /// The sixteen bytes of the UUID.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// The identifier that these sixteen bytes spell.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for ReplicaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ReplicaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplicaId({})", self.0)
    }
}

/// A BLAKE3 hash of 32 bytes: of a commit, or of a table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The hash of several parts, each preceded by its length so that no two lists of parts collide.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The 32 bytes of the hash.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The hash that these bytes spell.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first 16 bytes, enough to tell contents apart.
    pub fn short(self) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&self.0[..16]);
        short
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The name of an embedded foreign object in one exact form: the first 16 bytes of its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId([u8; 16]);

impl ViewId {
    /// The name of the object whose encoded form is `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Digest::of(bytes).short())
    }

    /// The sixteen bytes of the name.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The name that these bytes spell.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for ViewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ViewId({:032x})", u128::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_that_follow_have_numbers_that_follow() {
        let one = RecordId::derive(Timestamp::from_unix_milliseconds(1_000), &[b"a"]);
        let first = one.minted_number();
        assert_eq!(one.following(0), one);
        assert_eq!(one.following(3).minted_number(), first + 3);
        assert_eq!(one.following(3).timestamp(), one.timestamp());
        let last = one.following((1 << 52) - 1 - (first - (1 << 52)));
        assert_eq!(last.minted_number(), (1 << 53) - 1);
        assert_eq!(last.following(1).minted_number(), 1 << 52);
    }

    #[test]
    fn a_derived_id_depends_on_every_part_and_sorts_by_time() {
        let early = Timestamp::from_unix_milliseconds(1_000);
        let late = Timestamp::from_unix_milliseconds(2_000);
        let one = RecordId::derive(early, &[b"a", b"b"]);
        assert_eq!(one, RecordId::derive(early, &[b"a", b"b"]));
        assert_ne!(one, RecordId::derive(early, &[b"ab", b""]));
        assert!(one < RecordId::derive(late, &[b"a", b"b"]));
        assert_eq!(one.timestamp(), early);
        assert_eq!(one.to_string().parse(), Ok(one));
    }
}
