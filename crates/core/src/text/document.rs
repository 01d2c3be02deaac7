//! Documents: which texts of an issue are in the index. Texts in the log never change, so what was indexed of
//! an issue can be taken out again without keeping its terms.

use backlot_model::RecordKind;

use super::gather::Gather;
use super::posting::{LENGTH, author_term, mention_term};
use super::tokens::terms;
use crate::codec::{Malformed, Reader, TextPointer, put_signed, put_varint};
use crate::error::Result;
use crate::read::{Snapshot, children};
use crate::store::reading::Read as _;

/// The place of the title among counts.
pub(super) const TITLE: usize = 0;
/// The place of the body among counts.
pub(super) const BODY: usize = 1;
/// The place of the comments among counts.
pub(super) const COMMENTS: usize = 2;

/// A comment as it is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) row: u32,
    /// The row of who wrote it, or 0.
    pub(crate) author: u32,
    pub(crate) body: Option<TextPointer>,
}

/// The texts of an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) title: String,
    pub(crate) body: Option<TextPointer>,
    pub(crate) comments: Vec<Comment>,
}

impl Document {
    /// The texts of an issue as they are; none of one that was deleted or is not there any more.
    pub(super) fn of(snapshot: &Snapshot, row: u32) -> Result<Option<Self>> {
        let record = snapshot.head(row)?.record;
        if record.kind() != RecordKind::Issue || record.is_deleted() || record.is_absent() {
            return Ok(None);
        }
        let mut document = Self {
            title: record.title().unwrap_or_default().to_owned(),
            body: record.body().copied(),
            comments: Vec::new(),
        };
        children(&snapshot.tables, row, &mut |child| -> Result<()> {
            let Some(bytes) = snapshot.tables.record(child)? else {
                return Ok(());
            };
            if bytes.first() != Some(&RecordKind::Comment.tag()) {
                return Ok(());
            }
            let record = snapshot.head(child)?.record;
            if record.is_deleted() || record.is_absent() {
                return Ok(());
            }
            let author = match record.author() {
                Some(author) => snapshot.tables.row_of(author.to_bytes())?.unwrap_or(0),
                None => 0,
            };
            document.comments.push(Comment {
                row: child,
                author,
                body: record.body().copied(),
            });
            Ok(())
        })?;
        Ok(Some(document))
    }

    /// The bytes by which the table of documents keeps it.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + self.title.len() + 12 * self.comments.len());
        put_varint(&mut out, self.title.len() as u64);
        out.extend_from_slice(self.title.as_bytes());
        let mut last = (0, 0);
        put_text(&mut out, self.body, &mut last.0);
        for comment in &self.comments {
            put_signed(&mut out, i64::from(comment.row) - last.1);
            last.1 = i64::from(comment.row);
            put_varint(&mut out, u64::from(comment.author));
            put_text(&mut out, comment.body, &mut last.0);
        }
        out
    }

    /// Reads what [`Document::encode`] wrote.
    pub(super) fn decode(bytes: &[u8]) -> std::result::Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let mut document = Self {
            title: reader.text()?.to_owned(),
            ..Self::default()
        };
        let mut last = (0, 0i64);
        document.body = get_text(&mut reader, &mut last.0)?;
        while !reader.is_empty() {
            last.1 = last.1.wrapping_add(reader.signed()?);
            let row = u32::try_from(last.1).map_err(|_| Malformed("document"))?;
            let author = u32::try_from(reader.varint()?).map_err(|_| Malformed("document"))?;
            let body = get_text(&mut reader, &mut last.0)?;
            document.comments.push(Comment { row, author, body });
        }
        Ok(document)
    }

    /// Gives each text with the place of its field, until `visit` says that it is enough.
    pub(super) fn texts(
        &self,
        snapshot: &Snapshot,
        visit: &mut impl FnMut(usize, &str) -> bool,
    ) -> Result<()> {
        if !visit(TITLE, &self.title) {
            return Ok(());
        }
        let bodies = self.comments.iter().map(|comment| (COMMENTS, comment.body));
        for (field, pointer) in std::iter::once((BODY, self.body)).chain(bodies) {
            if let Some(pointer) = pointer
                && !snapshot.with_text(pointer, |text| visit(field, text))?
            {
                break;
            }
        }
        Ok(())
    }

    /// Gives each term with the place of its field and how often it counts there.
    pub(super) fn terms(
        &self,
        snapshot: &Snapshot,
        word: &mut String,
        emit: &mut impl FnMut(&[u8], usize, u32),
    ) -> Result<()> {
        let mut lengths = [0u32; 3];
        self.texts(snapshot, &mut |field, text| {
            let count = terms(text, word, &mut |term| emit(term, field, 1));
            if let Some(length) = lengths.get_mut(field) {
                *length = length.saturating_add(count);
            }
            if field != TITLE {
                for login in backlot_model::mentions(text) {
                    emit(&mention_term(&login), field, 1);
                }
            }
            true
        })?;
        for comment in self.comments.iter().filter(|comment| comment.author != 0) {
            emit(&author_term(comment.author), COMMENTS, 1);
        }
        for (field, length) in lengths
            .into_iter()
            .enumerate()
            .filter(|(_, length)| *length > 0)
        {
            emit(LENGTH, field, length);
        }
        Ok(())
    }

    /// Gathers the terms of an issue, to be added or taken out.
    pub(super) fn gather(
        &self,
        snapshot: &Snapshot,
        row: u32,
        sign: i32,
        word: &mut String,
        gather: &mut Gather,
    ) -> Result<()> {
        self.terms(snapshot, word, &mut |term, field, by| {
            let by = i32::try_from(by).unwrap_or(i32::MAX);
            gather.add(term, row, field, by * sign);
        })
    }
}

/// Gathers what has to change when an issue's texts become others. Texts that stay are not read.
pub(super) fn gather_difference(
    snapshot: &Snapshot,
    row: u32,
    old: Option<&Document>,
    new: Option<&Document>,
    word: &mut String,
    gather: &mut Gather,
) -> Result<()> {
    let none = Document::default();
    let (mut old, mut new) = (old.unwrap_or(&none).clone(), new.unwrap_or(&none).clone());
    if old.title == new.title {
        old.title.clear();
        new.title.clear();
    }
    if old.body == new.body {
        (old.body, new.body) = (None, None);
    }
    let mut stay = old.comments.clone();
    stay.retain(|comment| new.comments.contains(comment));
    old.comments.retain(|comment| !stay.contains(comment));
    new.comments.retain(|comment| !stay.contains(comment));
    old.gather(snapshot, row, -1, word, gather)?;
    new.gather(snapshot, row, 1, word, gather)
}

fn put_text(out: &mut Vec<u8>, text: Option<TextPointer>, last: &mut i64) {
    match text {
        None => put_varint(out, 0),
        Some(pointer) => {
            put_varint(out, u64::from(pointer.length) + 1);
            put_signed(out, pointer.block.cast_signed().wrapping_sub(*last));
            put_varint(out, u64::from(pointer.offset));
            *last = pointer.block.cast_signed();
        }
    }
}

fn get_text(
    reader: &mut Reader<'_>,
    last: &mut i64,
) -> std::result::Result<Option<TextPointer>, Malformed> {
    let length = reader.varint()?;
    let Some(length) = length.checked_sub(1) else {
        return Ok(None);
    };
    let length = u32::try_from(length).map_err(|_| Malformed("document"))?;
    *last = last.wrapping_add(reader.signed()?);
    let offset = u32::try_from(reader.varint()?).map_err(|_| Malformed("document"))?;
    Ok(Some(TextPointer {
        block: last.cast_unsigned(),
        offset,
        length,
    }))
}
