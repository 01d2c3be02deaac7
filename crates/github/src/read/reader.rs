//! Reads whole inputs.

use backlot_model::{Incoming, RecordKind};
use rustc_hash::FxHashMap;

use super::census::Census;
use super::import_api;
use super::intake::{Around, Intake};
use super::kind::Kind;
use super::layout::{Role, by_keys, role, role_alone};
use super::migration;
use super::translate::archive_json::{self, Archive};
use super::translate::metadata_backup;
use crate::shape::{Form, Site};
use backlot_forge::Batches;
use backlot_forge::input::{Flow, Source, Value, Values, lone_surrogates};
use backlot_forge::json::{Cursor, Fault, number, string};
use backlot_forge::slots::{elements, entries, entry};
use backlot_forge::{Error, ErrorKind};

/// How many things are handed on at once.
pub(super) const BATCH: usize = 512;
/// The lists that backups put into the objects that they belong to.
pub(crate) const INNER_LISTS: [&str; 4] =
    ["comment_data", "event_data", "timeline_data", "timeline"];

/// What is said of a file that holds nothing for a reader.
pub(super) const NOT_OF_THIS_LAYOUT: &str = "not a file of this layout";

/// How an input is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// What the objects are, where no file name says it.
    pub kind: Option<Kind>,
}

/// GitHub's objects in files of any layout that is known, as records.
pub struct Reader {
    source: Source,
    plan: Vec<(usize, Role)>,
    main: (String, String),
    unknown: Vec<String>,
    /// The migration archive that the input is, in place of the plan.
    archive: Option<migration::Archive>,
}

impl Reader {
    /// Finds out what the files of an input hold, and which repository most of it is about.
    pub fn open(mut source: Source, options: ReadOptions) -> Result<Self, Error> {
        let shown = source.display().to_owned();
        let members = source.members()?;
        if let Some(archive) = migration::Archive::recognise(&shown, members) {
            return Self::of_archive(source, archive);
        }
        // A file that the user named is taken for what its keys say; one in a folder is not.
        let alone = matches!(members, [member] if member.display() == shown);
        let requests = import_api::roots(members.iter().map(|member| member.stem()));
        let mut plan = Vec::new();
        let mut unknown = Vec::new();
        for member in members {
            let named = if let Some(request) = import_api::role(&requests, member.stem()) {
                request
            } else if alone {
                role_alone(&named(&shown, member.stem().len(), member.name().len()))
            } else {
                role(member.stem())
            };
            let found = match (named, options.kind) {
                (Role::Ignored, _) if !alone => Role::Ignored,
                (Role::OfComment(id), Some(kind)) if kind.form() == Form::Reaction => {
                    Role::OfComment(id)
                }
                (found, Some(kind)) if alone || found == Role::Unknown => match found {
                    Role::OfIssue(form, _) | Role::Whole(form) if form == kind.form() => found,
                    Role::OfIssue(Form::IssueEvent, _) if kind == Kind::Event => found,
                    _ => Role::Of(kind.form()),
                },
                (Role::Unknown | Role::Ignored, None) if alone => Role::ByKeys,
                (found, _) => found,
            };
            match found {
                Role::Unknown => unknown.push(member.display()),
                Role::Ignored => {}
                _ => plan.push((member.index(), found)),
            }
        }
        // What a backup says of itself is nothing without the backup.
        if plan.iter().all(|(_, role)| *role == Role::State) {
            let nothing = members.is_empty();
            if let Some((file, why)) = source.passed().first().filter(|_| nothing) {
                let message = format!("there is no file to read: {why}");
                return Err(Error::new(ErrorKind::Empty, message).in_file(file));
            }
            let (kind, message) = if nothing {
                (ErrorKind::Empty, "there is no file to read")
            } else {
                (
                    ErrorKind::UnknownLayout,
                    "no file of a known layout; looked for issues.ndjson, comments.ndjson, events/N.json \
                     and the like, for issues/N.json of a backup, and for archive.json",
                )
            };
            return Err(Error::new(kind, message).in_file(source.display()));
        }
        plan.sort_by_key(|(index, role)| (role.rank(), numbered(*role), *index));
        let mut reader = Self {
            source,
            plan,
            main: Default::default(),
            unknown,
            archive: None,
        };
        reader.find_main()?;
        Ok(reader)
    }

    fn of_archive(mut source: Source, mut archive: migration::Archive) -> Result<Self, Error> {
        let main = archive.look_through(&mut source)?;
        Ok(Self {
            source,
            plan: Vec::new(),
            main,
            unknown: Vec::new(),
            archive: Some(archive),
        })
    }

    /// The same reader, which says nothing of the attachments of a migration archive: the caller keeps
    /// them, with [`Attachments`](crate::Attachments).
    #[must_use]
    pub fn without_attachments(mut self) -> Self {
        if let Some(archive) = &mut self.archive {
            archive.keeps_attachments = true;
        }
        self
    }

    /// Finds the repository that the input is about: the one that it describes, else the one that most of its
    /// URLs name.
    fn find_main(&mut self) -> Result<(), Error> {
        let tells = |role: &Role| matches!(role, Role::Request(Form::Repository, _));
        let told = self.plan.iter().any(|(_, role)| tells(role));
        // Bodies of requests quote URLs, but only one file says where they go.
        let counted = self.plan.iter().filter(|(_, role)| !told || tells(role));
        let order: Vec<usize> = counted.map(|(index, _)| *index).collect();
        let (mut census, mut described) = (Census::default(), Census::default());
        let roles: FxHashMap<usize, Role> = self.plan.iter().copied().collect();
        self.source.visit_selected(&order, &mut |member, reader| {
            match roles.get(&member.index()) {
                Some(Role::Archive | Role::ByKeys) => census.count_archive(reader)?,
                Some(Role::Of(Form::Repository)) => described.count(reader)?,
                _ => census.count(reader)?,
            }
            Ok(Flow::Continue)
        })?;
        census.add(&described);
        if !census.any {
            return Err(Error::new(ErrorKind::Empty, "there is nothing to read")
                .in_file(self.source.display()));
        }
        self.main = described.only().unwrap_or_else(|| census.most());
        Ok(())
    }

    /// How many bytes of the input are read so far, which another thread may watch.
    pub fn consumed(&self) -> std::sync::Arc<std::sync::atomic::AtomicU64> {
        self.source.consumed()
    }

    /// How many bytes there are to read.
    pub fn total_input_bytes(&self) -> u64 {
        self.source.total_input_bytes()
    }

    /// Hands everything to `take`, some hundred things at a time; what `take` leaves is dropped.
    pub fn read(
        mut self,
        mut take: impl FnMut(&mut Vec<Incoming>) -> Result<Flow, Error>,
    ) -> Result<(), Error> {
        if let Some(archive) = self.archive {
            return archive.read(&mut self.source, &mut take);
        }
        let mut intake = Intake::new(self.main.clone());
        for (file, reason) in self.source.passed() {
            intake.enter(file);
            intake.skip("", *reason, false);
        }
        for file in &self.unknown {
            intake.enter(file);
            intake.skip("", NOT_OF_THIS_LAYOUT, false);
        }
        let roles: FxHashMap<usize, Role> = self.plan.iter().copied().collect();
        let order: Vec<usize> = self.plan.iter().map(|(index, _)| *index).collect();
        let main = self.main.clone();
        let limits = *self.source.limits();
        let mut memory = Vec::new();
        self.source.visit_selected(&order, &mut |member, reader| {
            let role = roles.get(&member.index()).copied().unwrap_or(Role::Ignored);
            let shown = member.display();
            intake.enter(&shown);
            if role == Role::State {
                return metadata_backup::state(&mut intake, reader).map(|()| Flow::Continue);
            }
            let mut values =
                Values::with_buffer(reader, shown, &limits, std::mem::take(&mut memory));
            if matches!(role, Role::Archive | Role::ByKeys) {
                values.enter_if(archive_json::begins);
            }
            let mut archive = Archive::default();
            let mut position = 0;
            while let Some(value) = values.next_value()? {
                if role == Role::Archive && value.key.is_empty() {
                    // Many things are called so; of one that is no such archive, nothing more is said.
                    intake.skip("", NOT_OF_THIS_LAYOUT, false);
                    break;
                }
                position = read_value(&mut intake, role, &value, &main, position, &mut archive)?;
                if intake.out.len() >= BATCH {
                    if take(&mut intake.out)? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                    intake.out.clear();
                }
            }
            memory = values.into_buffer();
            Ok(Flow::Continue)
        })?;
        take(&mut intake.out).map(drop)
    }

    /// Reads in a thread of its own, so that reading and what follows it go side by side.
    pub fn batches(self) -> Batches {
        Batches::of("github reader", |take| self.read(take))
    }
}

/// The path of a file that was named itself, with `/` and without the end that its compression adds.
fn named(shown: &str, stem: usize, name: usize) -> String {
    let path = &shown[..shown.len() - (name - stem)];
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

/// The issue of a file that belongs to one, so that such files are read in the issues' order.
const fn numbered(role: Role) -> u64 {
    match role {
        Role::OfIssue(_, number) | Role::OfComment(number) | Role::Request(_, number) => number,
        _ => 0,
    }
}

/// Reads one value of a file, which begins at a position in its list; gives the position of the next.
fn read_value(
    intake: &mut Intake,
    role: Role,
    value: &Value<'_>,
    main: &(String, String),
    position: u64,
    archive: &mut Archive,
) -> Result<u64, Error> {
    intake.line = value.line;
    let repaired = lone_surrogates(value.text);
    let text = repaired.as_ref().map_or(value.text, |(text, _)| text);
    if repaired.is_some() {
        intake.skip("", "a lone surrogate was replaced by U+FFFD", true);
    }
    let mut around = Around {
        site: Site::new(&main.0, &main.1),
        parent: None,
        comment: None,
        position: Some(position),
    };
    let done = match value.key {
        "" => read_text(intake, role, text, &mut around),
        key => archive.part(intake, key, text, &around),
    };
    done.map_err(|fault| {
        Error::new(ErrorKind::Syntax, fault.message).at(&value.place_of(fault.at))
    })?;
    Ok(around.position.unwrap_or(position))
}

/// Reads an object, a page of them, or an answer to a search; moves the position on.
fn read_text<'t>(
    intake: &mut Intake,
    role: Role,
    text: &'t str,
    around: &mut Around<'t>,
) -> Result<(), Fault> {
    let page = if text.starts_with('[') {
        Some(text)
    } else {
        found_items(text)
    };
    if let Some(page) = page {
        // Only now is it known that all of it is well formed.
        Cursor::new(text).value()?;
        let (mut from, first) = (0, intake.line);
        for part in elements(page).unwrap_or_default() {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            intake.line += memchr::memchr_iter(b'\n', &text.as_bytes()[from..start]).count() as u64;
            from = start;
            read_text(intake, role, part, around).map_err(|fault| Fault {
                at: fault.at + start,
                ..fault
            })?;
        }
        intake.line = first;
        return Ok(());
    }
    if text.starts_with('{') {
        read_object(intake, role, text, around)?;
    } else {
        Cursor::new(text).value()?;
        intake.skip("", "expected an object", false);
    }
    around.position = around.position.map(|position| position + 1);
    Ok(())
}

/// The objects in an answer to a search; none in any other object.
fn found_items(text: &str) -> Option<&str> {
    const HEAD: usize = 100;
    let head = &text.as_bytes()[..text.len().min(HEAD)];
    let said = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    if !said(b"\"total_count\"") && !said(b"\"incomplete_results\"") {
        return None;
    }
    entry(text, "total_count")?;
    entry(text, "items").filter(|items| items.starts_with('['))
}

fn read_object(
    intake: &mut Intake,
    role: Role,
    text: &str,
    around: &Around<'_>,
) -> Result<(), Fault> {
    let timeless = Around {
        position: None,
        ..*around
    };
    if is_error(text) {
        Cursor::new(text).value()?;
        let message = entry(text, "message").and_then(string).unwrap_or_default();
        intake.skip(
            "",
            format!("the forge answered with an error: {message}"),
            false,
        );
        return Ok(());
    }
    if let Some(parts) = metadata_backup::parts(text)? {
        Cursor::new(text).value()?;
        return metadata_backup::read(intake, &parts, &timeless);
    }
    let form = match role {
        Role::Of(form) => form,
        Role::Whole(form) => return whole(intake, form, text, &timeless),
        Role::Request(form, number) => {
            return import_api::read(intake, form, number, text, &timeless);
        }
        Role::OfIssue(Form::IssueEvent, _)
            if text.contains("\"issue\"") && entry(text, "issue").is_some() =>
        {
            Form::Event
        }
        Role::OfComment(id) => {
            let comment = Some(id);
            return one(
                intake,
                Form::Reaction,
                text,
                &Around {
                    comment,
                    ..timeless
                },
            );
        }
        Role::OfIssue(form, number) => {
            let parent = Some(number);
            return one(intake, form, text, &Around { parent, ..*around });
        }
        _ => {
            let known = entries(text)?;
            let get = |key: &str| known.iter().find(|(known, _)| *known == key);
            let event = get("event")
                .and_then(|(_, raw)| string(raw))
                .unwrap_or_default();
            match by_keys(|key| get(key).is_some(), &event) {
                Some(form @ (Form::Issue | Form::Pull)) => {
                    return whole(intake, form, text, &timeless);
                }
                Some(form) => form,
                None => {
                    let reason = match known.is_empty() {
                        true => "an empty object says nothing",
                        false => "its keys do not tell what it is; say which kind it is",
                    };
                    intake.skip("", reason, false);
                    return Ok(());
                }
            }
        }
    };
    one(intake, form, text, around)
}

/// Reads an object of a form.
pub(super) fn one(
    intake: &mut Intake,
    form: Form,
    text: &str,
    around: &Around<'_>,
) -> Result<(), Fault> {
    let mut kind = form.kind();
    if form == Form::Timeline {
        if text.contains("\"commented\"")
            && entry(text, "event") == Some("\"commented\"")
            && entry(text, "id").and_then(number).is_some()
        {
            kind = RecordKind::Comment;
        }
        return intake.record(form, kind, text, around);
    }
    let position = None;
    intake.record(
        form,
        kind,
        text,
        &Around {
            position,
            ..*around
        },
    )
}

/// Whether an object is what the forge answers when it refuses.
fn is_error(text: &str) -> bool {
    const SHORT: usize = 800;
    let begins = || {
        let mut cursor = Cursor::new(text);
        cursor.open_object() == Ok(true) && cursor.key() == Ok("message")
    };
    let may_be = match text.len() < SHORT {
        true => text.contains("\"message\""),
        false => begins(),
    };
    may_be
        && entry(text, "message").is_some()
        && (entry(text, "documentation_url").is_some() || entry(text, "status").is_some())
        && entry(text, "id").is_none()
}

/// An issue or a pull request, perhaps with its comments and events inside.
fn whole(intake: &mut Intake, form: Form, text: &str, around: &Around<'_>) -> Result<(), Fault> {
    if form == Form::Pull {
        let comments = entry(text, "comment_data").and_then(elements);
        let count = comments.map_or(0, |comments| comments.len());
        if count > 0 {
            intake.skip_review_comments("comment_data", count);
        }
    }
    if form != Form::Issue || !INNER_LISTS.iter().any(|list| text.contains(list)) {
        return intake.record(form, RecordKind::Issue, text, around);
    }
    let mut alone = String::with_capacity(text.len());
    let mut lists = Vec::new();
    let mut cursor = Cursor::new(text);
    let mut more = cursor.open_object()?;
    while more {
        let key = cursor.key()?;
        let value = cursor.value()?;
        if INNER_LISTS.contains(&key) && value.starts_with('[') {
            lists.push((key, value));
        } else {
            alone.push(if alone.is_empty() { '{' } else { ',' });
            alone.push('"');
            alone.push_str(key);
            alone.push_str("\":");
            alone.push_str(value);
        }
        more = cursor.more_entries()?;
    }
    if alone.is_empty() {
        alone.push('{');
    }
    alone.push('}');
    intake.record(form, RecordKind::Issue, &alone, around)?;
    let parent = entry(&alone, "number").and_then(number);
    let site = entry(&alone, "url").and_then(|url| Site::of_url(url.trim_matches('"')));
    let site = site.unwrap_or(around.site);
    for (key, list) in lists {
        let form = match key {
            "comment_data" => Form::Comment,
            "event_data" => Form::IssueEvent,
            _ => Form::Timeline,
        };
        for (at, element) in elements(list).unwrap_or_default().into_iter().enumerate() {
            let position = Some(at as u64);
            let around = Around {
                site,
                parent,
                comment: None,
                position,
            };
            if element.starts_with('{') {
                one(intake, form, element, &around)?;
            } else {
                intake.skip(key, "expected an object", false);
            }
        }
    }
    Ok(())
}
