//! Embedded objects on their way out.

use backlot_model::{Lookup, Outgoing, RecordId, Shape, Tallies, Value, ViewId};

use super::facts::facts;
use super::object::Job;
use super::render::{Context, Renderer};
use crate::shape::{Embedded, Form, Overlay};
use backlot_forge::WriteError;
use backlot_forge::bytes::{Pieces, ValueList};

/// Embedded objects nest no deeper than this in what GitHub gives.
const MAX_DEPTH: u32 = 24;

impl Renderer {
    /// Appends an embedded object; fields of `record` that were edited here replace its own.
    pub(super) fn embedded<L: Lookup>(
        &mut self,
        id: ViewId,
        record: Option<RecordId>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let edited = match record {
            Some(record) => self.edited_record(record, context)?,
            None => None,
        };
        // What stands inside of kept JSON is mapped with it; elsewhere it could have been mapped already.
        let is_plain = edited.is_none() && (context.is_kept || !context.lookup.maps());
        if is_plain && let Some(known) = self.rendered.get(&id) {
            out.extend_from_slice(known);
            return Ok(());
        }
        if context.depth >= MAX_DEPTH {
            return Err(WriteError::Damaged);
        }
        let bytes = context.lookup.embedded(id).map_err(WriteError::Lookup)?;
        let bytes = bytes.ok_or(WriteError::Damaged)?;
        let embedded = Embedded::parse(&bytes).ok_or(WriteError::Damaged)?;
        // Where the object here does not say its number, the record may have come with it elsewhere.
        if self.is_served()
            && let (Some(record), Embedded::Object(_, None, ..)) = (record, &embedded)
            && self.now(record, context, out)?
        {
            return Ok(());
        }
        context.depth += 1;
        let start = out.len();
        match embedded {
            Embedded::Raw(pieces) => self.pieces(pieces, context, out)?,
            Embedded::Object(form, number, overlay, values) => {
                self.embedded_object(
                    form,
                    number,
                    &overlay,
                    values,
                    edited.as_deref(),
                    context,
                    out,
                )?;
            }
        }
        context.depth -= 1;
        if is_plain {
            let (_, rendered) = out.split_at(start);
            self.remember(id, rendered);
        }
        Ok(())
    }

    /// Appends a record that its source has only shown inside other objects.
    pub(super) fn seen_inside<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        bytes: &[u8],
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        match Embedded::parse(bytes).ok_or(WriteError::Damaged)? {
            Embedded::Raw(pieces) => {
                let kind = outgoing.record.kind().name();
                self.kept(kind, pieces, context, out)
            }
            Embedded::Object(form, number, overlay, values) => {
                self.embedded_object(form, number, &overlay, values, Some(outgoing), context, out)
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of an embedded object, and where it goes"
    )]
    fn embedded_object<L: Lookup>(
        &mut self,
        form: Form,
        number: Option<u64>,
        overlay: &Overlay<'_>,
        mut values: ValueList,
        record: Option<&Outgoing>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let edited = record.map_or(0, super::edit::edited);
        if let Some(record) = record {
            replace(&mut values, edited, record);
        }
        let placed = self.placed(overlay.site);
        let job = Job {
            form,
            table: form.table(form.kind()),
            facts: facts(
                placed.site(overlay.site),
                form.kind(),
                number,
                None,
                &values,
            ),
            values: &values,
            overlay: Some(overlay),
            edited,
            outgoing: None,
            minted_id: false,
            repository_id: None,
            tallies: Tallies::default(),
        };
        self.object(&job, context, out)
    }

    /// Appends kept JSON.
    pub(super) fn pieces<L: Lookup>(
        &mut self,
        pieces: Pieces<'_>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        pieces.each(&mut |text, id| {
            match &self.served {
                Some(served) => served.put_kept(text, out),
                None => out.extend_from_slice(text.as_bytes()),
            }
            match id {
                Some(id) => self.embedded(id, None, context, out),
                None => Ok(()),
            }
        })
    }
}

/// Replaces the values of edited fields; references stay as they came.
fn replace(values: &mut ValueList, edited: u64, record: &Outgoing) {
    let is_edited = |field: backlot_model::Field| edited & 1 << field.tag() != 0;
    values.retain(|value| matches!(value.shape(), Shape::Id(_)) || !is_edited(value.field()));
    for value in record.record.values() {
        let shape = match value.shape() {
            Shape::Number(number) => Shape::Number(number),
            Shape::Text(text) => Shape::Text(text),
            Shape::Body(text) => Shape::Body(text),
            Shape::Flag => Shape::Flag,
            Shape::Moment(moment) => Shape::Moment(moment),
            _ => continue,
        };
        if is_edited(value.field()) {
            values.extend(Value::from_shape(value.field(), shape));
        }
    }
    values.sort_by_key(Value::field);
}
