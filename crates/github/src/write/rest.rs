//! The layout `rest`: a file for each form, an object to a line, or pages.

use rustc_hash::FxHashMap;

use super::output::{OpenFile, Output};
use crate::error::Error;
use crate::read::UNKNOWN;
use crate::shape::Form;

/// How much is written at once.
const BUFFER: usize = 256 * 1024;
/// The same for one of many small files.
const SMALL_BUFFER: usize = 8 * 1024;
/// How many objects GitHub puts on a page at most.
const PAGE: u64 = 100;
/// What a list ends with.
const END_OF_LIST: &[u8] = b"\n]\n";

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
pub(super) struct Rest {
    pages: bool,
    open: Option<Open>,
    /// How many objects each file, or row of pages, has so far, but for those of single issues.
    counts: FxHashMap<String, u64>,
}

/// The file that is being written.
struct Open {
    stem: String,
    file: OpenFile,
    in_list: bool,
}

impl Rest {
    /// No file yet; lists are split into pages where that is wanted.
    pub(super) fn new(pages: bool) -> Self {
        Self {
            pages,
            ..Self::default()
        }
    }

    /// Whether there is a file of what stands in the container of this number.
    pub(super) fn has_file(&self, form: Form, container: u64) -> bool {
        self.counts
            .contains_key(&stem(form, Place::Container(container)))
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
        if self.open.as_ref().is_none_or(|open| open.stem != stem) {
            self.close()?;
        }
        let count = self.counts.get(&stem).copied().unwrap_or(0);
        let paged = self.pages && form != Form::Repository;
        let per_issue = stem.contains('/');
        if paged && !per_issue && count % PAGE == 0 {
            self.close()?;
        }
        if self.open.is_none() {
            self.begin(&stem, form, count, output)?;
        }
        if let Some(open) = &mut self.open {
            let begun = std::mem::replace(&mut open.in_list, true);
            let before: &[u8] = match (paged, begun) {
                (true, true) => b",\n",
                (true, false) => b"[\n",
                (false, _) => b"",
            };
            open.file.put(before)?;
            open.file.put(object)?;
            open.file.put(if paged { b"" } else { b"\n" })?;
        }
        let file = match (stem.rsplit_once('/'), form, paged) {
            (Some((folder, _)), ..) => format!("{folder}/"),
            (None, Form::Repository, _) => format!("{stem}.json"),
            (None, _, true) => format!("{stem}.*.json"),
            (None, _, false) => format!("{stem}.ndjson"),
        };
        *output.summary.objects_by_file.entry(file).or_default() += 1;
        // Of files of single issues, of which there are many, only the file itself knows.
        if !per_issue || matches!(place, Place::Container(_)) {
            self.counts.insert(stem, count + 1);
        }
        Ok(())
    }

    fn begin(
        &mut self,
        stem: &str,
        form: Form,
        count: u64,
        output: &mut Output,
    ) -> Result<(), Error> {
        let paged = self.pages && form != Form::Repository;
        let per_issue = stem.contains('/');
        let name = match (form, paged, per_issue) {
            (Form::Repository, ..) => format!("{stem}.json"),
            (_, true, true) => format!("{stem}.json"),
            (_, true, false) => format!("{stem}.{}.json", count / PAGE + 1),
            (_, false, _) => format!("{stem}.ndjson"),
        };
        let buffer = if per_issue { SMALL_BUFFER } else { BUFFER };
        let mut file = output.append(&name, buffer)?;
        let is_new = file.length == 0;
        if is_new {
            output.summary.files += 1;
        }
        if paged && !is_new {
            // The list goes on that was ended when the file was left.
            file.cut(END_OF_LIST.len() as u64)?;
        }
        self.open = Some(Open {
            stem: stem.to_owned(),
            file,
            in_list: paged && !is_new,
        });
        Ok(())
    }

    /// Ends the file that is open.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        if self.pages && open.stem != "repository" {
            open.file.put(END_OF_LIST)?;
        }
        open.file.close()
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
