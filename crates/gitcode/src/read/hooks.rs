//! Webhooks: what they tell of an issue or a comment becomes values, and all of it is kept as it came.

use backlot_forge::json::{Fault, string};
use backlot_forge::slots::entry;
use backlot_model::{Change, Field, Shape, State, Value};

use super::intake::{Around, Intake};
use super::object::Object;
use crate::shape::{Form, Moment};

impl Intake {
    pub(super) fn issue_hook(
        &mut self,
        object: &mut Object<'_>,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let said = object.get("object_attributes");
        if let Some(number) = object.gathered.number {
            object.set(Value::Number(number));
        }
        set_text(object, Field::Title, said, "title");
        set_text(object, Field::Body, said, "description");
        let state = entry(said, "state").and_then(string).unwrap_or_default();
        match &*state {
            "opened" | "open" => object.set(Value::State(State::Open)),
            "closed" => object.set(Value::State(State::Closed)),
            _ => {}
        }
        self.set_time(object, Field::CreatedAt, said, "created_at");
        self.set_time(object, Field::UpdatedAt, said, "updated_at");
        self.set_time(object, Field::ClosedAt, said, "closed_at");
        let author = entry(said, "author").unwrap_or_default();
        self.set_author(object, author, around)
    }

    pub(super) fn note_hook(
        &mut self,
        object: &mut Object<'_>,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let said = object.get("object_attributes");
        set_text(object, Field::Body, said, "note");
        self.set_time(object, Field::CreatedAt, said, "created_at");
        self.set_time(object, Field::UpdatedAt, said, "updated_at");
        // Who did it wrote the note, unless somebody else edited it.
        let user = object.get("user");
        if entry(user, "id").is_some_and(|id| entry(said, "author_id") == Some(id)) {
            self.set_author(object, user, around)?;
        }
        Ok(())
    }

    fn set_author(
        &mut self,
        object: &mut Object<'_>,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        if let Some(author) = self.reference(object, Form::User, raw, around)? {
            object.set(Value::Author(author));
        }
        Ok(())
    }

    fn set_time(&mut self, object: &mut Object<'_>, field: Field, said: &str, key: &str) {
        let Some(raw) = entry(said, key) else {
            return;
        };
        let moment = string(raw).and_then(|text| Moment::parse(&text));
        let value = moment.and_then(|moment| Value::from_shape(field, Shape::Moment(moment.at)));
        match value {
            Some(value) => object.set(value),
            None if raw == "null" => object.change(Change::Clear(field)),
            None if raw == "\"\"" => {}
            None => {
                let reason = "expected a moment such as 2024-05-01T09:30:00+08:00";
                self.skip(&format!("object_attributes.{key}"), reason, true);
            }
        }
    }
}

fn set_text(object: &mut Object<'_>, field: Field, said: &str, key: &str) {
    let Some(text) = entry(said, key).and_then(string) else {
        return;
    };
    let shape = match field {
        Field::Body => Shape::Body(text.into_owned()),
        _ => Shape::Text(text.into_owned()),
    };
    if let Some(value) = Value::from_shape(field, shape) {
        object.set(value);
    }
}
