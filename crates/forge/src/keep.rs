//! JSON that is kept as it came, with the objects in it that come again and again kept only once.

use std::borrow::Cow;

use backlot_model::{IncomingEmbedded, ViewId};

use crate::bytes::RawWriter;
use crate::cache::{Cache, KEPT};
use crate::json::{Cursor, Fault, canonical, minify};

/// Objects are looked for no deeper than this; what lies deeper is kept all the same.
const MAX_DEPTH: u32 = 16;
/// Texts shorter than this are not worth a place of their own.
const SHORT: usize = 40;

/// What an object inside of kept JSON is.
pub enum Inside {
    /// One that has a name of its own.
    Named(ViewId),
    /// One that many others have in them just so.
    Shared,
    /// Anything else.
    Other,
}

/// What keeps JSON for a forge.
pub trait Keeper {
    /// Shorter texts are not searched for objects.
    const WORTH_IT: usize;

    /// Whether the keys of what is kept are put in order, so that the same in another order is nothing new.
    const SORTS: bool = false;

    /// The names of what was kept already.
    fn cache(&mut self) -> &mut Cache;

    /// Appends what tells the bytes of kept JSON from those of an object.
    fn begin(out: &mut Vec<u8>);

    /// Hands on what is kept once for all that have the same.
    fn hand_on(&mut self, embedded: IncomingEmbedded);

    /// What the object of a key is; an element of a list has no key.
    ///
    /// # Errors
    /// When it is not JSON.
    fn inside(&mut self, key: &str, raw: &str) -> Result<Inside, Fault>;
}

/// Keeps a text.
///
/// # Errors
/// When it is not JSON.
pub fn keep<K: Keeper>(keeper: &mut K, raw: &str, out: &mut Vec<u8>) -> Result<(), Fault> {
    let mut writer = RawWriter::default();
    part(keeper, &in_order::<K>(raw), 0, &mut writer)?;
    writer.finish(out);
    Ok(())
}

/// Keeps a text once for all that have the same.
///
/// # Errors
/// When it is not JSON.
pub fn share<K: Keeper>(keeper: &mut K, raw: &str, out: &mut Vec<u8>) -> Result<(), Fault> {
    if raw.len() < SHORT {
        return keep(keeper, raw, out);
    }
    let mut writer = RawWriter::default();
    writer.hole(shared(keeper, raw, 0)?);
    writer.finish(out);
    Ok(())
}

fn shared<K: Keeper>(keeper: &mut K, raw: &str, depth: u32) -> Result<ViewId, Fault> {
    if let Some(id) = keeper.cache().get(KEPT, raw) {
        return Ok(id);
    }
    let mut bytes = Vec::new();
    K::begin(&mut bytes);
    let mut writer = RawWriter::default();
    part(keeper, &in_order::<K>(raw), depth + 1, &mut writer)?;
    writer.finish(&mut bytes);
    let id = ViewId::of(&bytes);
    keeper.cache().put(KEPT, raw, id);
    let depicts = None;
    keeper.hand_on(IncomingEmbedded { id, bytes, depicts });
    Ok(id)
}

/// A text as it is kept: with its keys in order, where the forge's crate wants that.
fn in_order<K: Keeper>(raw: &str) -> Cow<'_, str> {
    if !K::SORTS || !raw.starts_with(['{', '[']) {
        return Cow::Borrowed(raw);
    }
    let mut sorted = Vec::with_capacity(raw.len());
    canonical(raw, &mut sorted);
    String::from_utf8(sorted).map_or(Cow::Borrowed(raw), Cow::Owned)
}

fn part<K: Keeper>(
    keeper: &mut K,
    raw: &str,
    depth: u32,
    writer: &mut RawWriter,
) -> Result<(), Fault> {
    if raw.len() < K::WORTH_IT || depth > MAX_DEPTH {
        minify(raw, writer.text());
        return Ok(());
    }
    let mut cursor = Cursor::new(raw);
    if raw.starts_with('{') {
        writer.text().push(b'{');
        let mut more = cursor.open_object()?;
        let mut first = true;
        while more {
            let key = cursor.key()?;
            if !first {
                writer.text().push(b',');
            }
            first = false;
            writer.text().push(b'"');
            writer.text().extend_from_slice(key.as_bytes());
            writer.text().extend_from_slice(b"\":");
            entry(keeper, key, cursor.value()?, depth, writer)?;
            more = cursor.more_entries()?;
        }
        writer.text().push(b'}');
    } else if raw.starts_with('[') {
        writer.text().push(b'[');
        let mut more = cursor.open_list()?;
        let mut first = true;
        while more {
            if !first {
                writer.text().push(b',');
            }
            first = false;
            entry(keeper, "", cursor.value()?, depth, writer)?;
            more = cursor.more_elements()?;
        }
        writer.text().push(b']');
    } else {
        minify(raw, writer.text());
    }
    Ok(())
}

fn entry<K: Keeper>(
    keeper: &mut K,
    key: &str,
    raw: &str,
    depth: u32,
    writer: &mut RawWriter,
) -> Result<(), Fault> {
    if raw.len() >= K::WORTH_IT && raw.starts_with('{') {
        match keeper.inside(key, raw)? {
            Inside::Named(id) => {
                writer.hole(id);
                return Ok(());
            }
            Inside::Shared => {
                let id = shared(keeper, raw, depth)?;
                writer.hole(id);
                return Ok(());
            }
            Inside::Other => {}
        }
    }
    part(keeper, raw, depth + 1, writer)
}
