//! The layout `rest`: a file for each form, an object to a line, or pages.

use backlot_forge::Error;
use backlot_forge::files::{File, Files};
use backlot_forge::output::Output;

use crate::read::UNKNOWN;
use crate::shape::Form;

/// What an object belongs to.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Nothing that is known.
    Alone,
    /// The issue of this number.
    Issue(u64),
    /// The comment of this id.
    Comment(u64),
    /// The project or the column of this id, which the object itself does not name.
    Container(u64),
}

/// The files of the layout.
#[derive(Default)]
pub(super) struct Rest(Files);

impl Rest {
    /// No file yet; lists are split into pages where that is wanted.
    pub(super) fn new(pages: bool) -> Self {
        Self(Files::new(pages))
    }

    /// Whether there is a file of what stands in the container of this number.
    pub(super) fn has_file(&self, form: Form, container: u64) -> bool {
        self.0.has(&stem(form, Place::Container(container)))
    }

    /// Puts an object into the file of its form.
    pub(super) fn put(
        &mut self,
        form: Form,
        place: Place,
        object: &[u8],
        output: &mut Output,
    ) -> Result<(), Error> {
        let stem = stem(form, place);
        let file = match form {
            Form::Repository => File::Single,
            // Of files of single issues, of which there are many, only the file itself knows.
            _ if stem.contains('/') && !matches!(place, Place::Container(_)) => File::OneOfMany,
            _ => File::List,
        };
        self.0.put(&stem, file, object, output)
    }

    /// Ends the file that is open.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        self.0.close()
    }
}

/// The name of the file of a form, without its end.
fn stem(form: Form, place: Place) -> String {
    let issue = || match place {
        Place::Issue(number) => number.to_string(),
        _ => UNKNOWN.to_owned(),
    };
    let name = match form {
        Form::Repository => "repository",
        Form::User => "users",
        Form::Label => "labels",
        Form::Milestone => "milestones",
        Form::Issue => "issues",
        Form::Pull => "pulls",
        Form::Comment => "comments",
        Form::Event => "events",
        Form::IssueEvent => return format!("events/{}", issue()),
        Form::Timeline => return format!("timeline/{}", issue()),
        Form::Reaction => match place {
            Place::Issue(number) => return format!("reactions/{number}"),
            Place::Comment(id) => return format!("reactions/comments/{id}"),
            _ => "reactions",
        },
        Form::Project => "projects",
        Form::Column => match place {
            Place::Container(id) => return format!("columns/{id}"),
            _ => "columns",
        },
        Form::Card => match place {
            Place::Container(id) => return format!("cards/{id}"),
            _ => "cards",
        },
    };
    name.to_owned()
}
