//! What an object says beyond its values, as bytes: where it lives, which keys it has, which
//! embedded objects, and what could not be derived.

use backlot_model::{Shape, Timestamp, Value, ViewId};

use super::form::Form;
use super::moment::{Moment, Style};
use super::site::Site;
use super::table::{Rule, Table};
use backlot_forge::bytes::Pieces;
use backlot_forge::bytes::{self as values, ValueList};
use backlot_forge::bytes::{Bytes, VERSION, put_number};

/// Tells the form of an embedded object from what the overlay of a record begins with, which is the
/// length of an address: less than this.
const EMBEDDED: u8 = 0x80;

/// What a key was whose value could not be derived.
#[derive(Clone, Copy)]
pub(crate) enum ExtraKey<'a> {
    /// A key of the table, by place.
    Known(usize),
    /// Any other, as it is written in JSON without its quotes.
    Other(&'a str),
}

/// What an object says beyond its values.
pub(crate) struct Overlay<'a> {
    pub(crate) site: Site<'a>,
    /// The keys that are derived, a bit for each.
    pub(crate) mask: u64,
    /// What keys need beside the facts, as bytes, by place.
    pub(crate) aux: Vec<(usize, &'a [u8])>,
    pub(crate) extras: Vec<(ExtraKey<'a>, Pieces<'a>)>,
    /// The form's own values, where another form of the record may state others.
    pub(crate) own: ValueList,
}

/// Appends values to the overlay of a form that another form of the same record outranks.
pub(crate) fn write_own<'v>(
    values: impl Iterator<Item = &'v Value<String, ViewId>>,
    out: &mut Vec<u8>,
) {
    let plain = |value: &&Value<String, ViewId>| !matches!(value.shape(), Shape::Id(_));
    values::write(values.filter(plain), out);
}

/// The bytes of an overlay but for the version: `aux` and `extras` are written already.
pub(crate) fn write(
    site: Site<'_>,
    table: &Table,
    mask: u64,
    aux: &[u8],
    extras: (u64, &[u8]),
    out: &mut Vec<u8>,
) {
    site.write(out);
    put_number(mask ^ table.usual, out);
    out.extend_from_slice(aux);
    put_number(extras.0, out);
    out.extend_from_slice(extras.1);
}

impl<'a> Overlay<'a> {
    /// Reads the overlay of a record.
    pub(crate) fn parse(bytes: &'a [u8], table: &Table) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        if bytes.byte()? != VERSION {
            return None;
        }
        let mut overlay = Self::read(&mut bytes, table)?;
        overlay.own = values::read(&mut bytes)?;
        Some(overlay)
    }

    fn read(bytes: &mut Bytes<'a>, table: &Table) -> Option<Self> {
        let site = Site::read(bytes)?;
        let mask = bytes.number()? ^ table.usual;
        if mask.checked_shr(table.keys.len() as u32).unwrap_or(0) != 0 {
            return None;
        }
        let mut aux = Vec::new();
        for (at, key) in table.keys.iter().enumerate() {
            if mask & 1 << at != 0 && needs(key.rule) {
                let before = *bytes;
                skip_aux(key.rule, bytes)?;
                let length = before.0.len() - bytes.0.len();
                aux.push((at, before.0.get(..length)?));
            }
        }
        let count = bytes.count()?;
        let mut extras = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            let key = match usize::try_from(bytes.number()?).ok()? {
                0 => ExtraKey::Other(bytes.text()?),
                known if known <= table.keys.len() => ExtraKey::Known(known - 1),
                _ => return None,
            };
            extras.push((key, Pieces::read(bytes)?));
        }
        Some(Self {
            site,
            mask,
            aux,
            extras,
            own: ValueList::new(),
        })
    }

    /// What the key at a place needs beside the facts.
    pub(crate) fn aux(&self, at: usize) -> Option<&'a [u8]> {
        self.aux
            .iter()
            .find(|(key, _)| *key == at)
            .map(|(_, aux)| *aux)
    }

    /// Whether a key is kept by its name, because it was in no table then.
    pub(crate) fn has_other(&self, name: &str) -> bool {
        let is = |key: &ExtraKey<'_>| matches!(key, ExtraKey::Other(known) if *known == name);
        self.extras.iter().any(|(key, _)| is(key))
    }

    /// The kept value of a key of the table.
    pub(crate) fn extra(&self, at: usize) -> Option<Pieces<'a>> {
        let known = |key: &ExtraKey<'_>| matches!(key, ExtraKey::Known(known) if *known == at);
        self.extras
            .iter()
            .find(|(key, _)| known(key))
            .map(|(_, pieces)| *pieces)
    }
}

/// Whether a key of a rule needs something beside the facts.
pub(crate) const fn needs(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::User(_)
            | Rule::Milestone(_)
            | Rule::OnlyAssignee
            | Rule::Users(_)
            | Rule::Labels(_)
            | Rule::Hex
            | Rule::Amount
            | Rule::QuotedAmount
            | Rule::Target(_)
            | Rule::Words
            | Rule::OtherTime(_)
            | Rule::Moment
    )
}

/// Steps over what a key needs; none when it is damaged.
fn skip_aux(rule: Rule, bytes: &mut Bytes<'_>) -> Option<()> {
    match rule {
        Rule::User(_) | Rule::Milestone(_) | Rule::OnlyAssignee => bytes.take(16).map(drop),
        Rule::Users(_) => {
            let count = bytes.count()?;
            bytes.take(count.checked_mul(16)?).map(drop)
        }
        Rule::Labels(_) => {
            let count = bytes.count()?;
            (0..count).try_for_each(|_| label(bytes).map(drop))
        }
        Rule::Hex => bytes.take(12).map(drop),
        Rule::Amount | Rule::QuotedAmount | Rule::Target(_) => bytes.number().map(drop),
        Rule::Words => bytes.text().map(drop),
        Rule::OtherTime(_) => Style::of(bytes.byte()?).map(drop),
        Rule::Moment => Moment::read(bytes).map(drop),
        _ => Some(()),
    }
}

/// A label of an issue, and since when the issue has it.
pub(crate) fn label(bytes: &mut Bytes<'_>) -> Option<(ViewId, Option<(Timestamp, Style)>)> {
    let id = bytes.view()?;
    let since = match bytes.byte()? {
        0 => None,
        _ => Some(Moment::read(bytes)?),
    };
    Some((id, since))
}

/// An embedded object.
pub(crate) enum Embedded<'a> {
    /// JSON that is only kept.
    Raw(Pieces<'a>),
    /// An object of a known form: its number, its overlay and its values.
    Object(Form, Option<u64>, Overlay<'a>, ValueList),
}

impl<'a> Embedded<'a> {
    /// Appends what comes before the overlay of an embedded object.
    pub(crate) fn begin(form: Form, id: Option<u64>, out: &mut Vec<u8>) {
        out.extend_from_slice(&[VERSION, EMBEDDED | form as u8]);
        match id {
            None => out.push(0),
            Some(id) => {
                out.push(1);
                put_number(id, out);
            }
        }
    }

    /// Appends what comes before the pieces of JSON that is only kept.
    pub(crate) fn begin_raw(out: &mut Vec<u8>) {
        out.extend_from_slice(&[VERSION, EMBEDDED]);
    }

    /// Appends the values.
    pub(crate) fn end<'v>(
        values: impl Iterator<Item = &'v Value<String, ViewId>>,
        out: &mut Vec<u8>,
    ) {
        values::write(values, out);
    }

    /// Whether bytes are those of an embedded object, and not of the overlay of a record.
    pub(crate) fn is(bytes: &[u8]) -> bool {
        bytes.get(1).is_some_and(|form| form & EMBEDDED != 0)
    }

    /// Reads the bytes of an embedded object.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        if bytes.byte()? != VERSION {
            return None;
        }
        let form = bytes.byte()?.checked_sub(EMBEDDED)?;
        if form == 0 {
            let pieces = Pieces::read(&mut bytes)?;
            return bytes.0.is_empty().then_some(Self::Raw(pieces));
        }
        let form = Form::from_number(form)?;
        let id = match bytes.byte()? {
            0 => None,
            _ => Some(bytes.number()?),
        };
        let overlay = Overlay::read(&mut bytes, form.table())?;
        Some(Self::Object(form, id, overlay, values::read(&mut bytes)?))
    }
}
