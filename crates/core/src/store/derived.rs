//! The derived tables as a whole: dropping them, and hashing what they hold.

use std::borrow::Cow;

use backlot_model::Digest;
use redb::{ReadableTable, WriteTransaction};

use super::tables::{
    BASES, CHILDREN, COLUMNS, CONTENTS, EMBEDDED, FOREIGN, HAPPENED, MOMENTS, NAMES, NUMBERS,
    ORPHANS, RECORDS, ReadTables, STATEMENTS, ULIDS,
};
use crate::error::Result;

macro_rules! derived {
    ($($field:ident: $constant:ident,)+) => {
        /// Drops the derived tables, so that opening them again gives empty ones.
        pub(crate) fn drop_derived(transaction: &WriteTransaction) -> Result<()> {
            $(transaction.delete_table($constant)?;)+
            Ok(())
        }

        /// A hash over the keys and values of each derived table.
        pub(crate) fn digest_derived(tables: &ReadTables) -> Result<Vec<(&'static str, Digest)>> {
            let mut digests = Vec::new();
            $({
                let mut hasher = blake3::Hasher::new();
                for entry in tables.$field.iter()? {
                    let (key, value) = entry?;
                    for bytes in [key.value().as_digested(), value.value().as_digested()] {
                        hasher.update(&(bytes.len() as u64).to_le_bytes());
                        hasher.update(&bytes);
                    }
                }
                let digest = Digest::from_bytes(*hasher.finalize().as_bytes());
                digests.push((redb::TableHandle::name(&$constant), digest));
            })+
            Ok(digests)
        }
    };
}

derived! {
    records: RECORDS,
    ulids: ULIDS,
    foreign: FOREIGN,
    statements: STATEMENTS,
    embedded: EMBEDDED,
    numbers: NUMBERS,
    names: NAMES,
    children: CHILDREN,
    contents: CONTENTS,
    happened: HAPPENED,
    moments: MOMENTS,
    orphans: ORPHANS,
    bases: BASES,
    columns: COLUMNS,
}

/// A key or a value as bytes to be hashed.
trait AsDigested {
    fn as_digested(&self) -> Cow<'_, [u8]>;
}

impl AsDigested for &[u8] {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }
}

impl<const N: usize> AsDigested for &[u8; N] {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.as_slice())
    }
}

impl AsDigested for u32 {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_be_bytes().to_vec())
    }
}

impl AsDigested for u64 {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_be_bytes().to_vec())
    }
}

impl AsDigested for () {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&[])
    }
}
