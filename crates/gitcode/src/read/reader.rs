//! Reads whole inputs.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use backlot_forge::input::{Flow, Source, Value, Values, lone_surrogates};
use backlot_forge::json::{Cursor, Fault, string};
use backlot_forge::slots::{elements, entries, entry};
use backlot_forge::{Batches, Error, ErrorKind};
use backlot_model::Incoming;
use rustc_hash::FxHashMap;

use super::census::Census;
use super::intake::{Around, Intake};
use super::kind::Kind;
use super::layout::{Role, role, role_alone};
use super::recognise::{Found, by_keys, not_kept};
use crate::shape::{Form, Site};

/// How many things are handed on at once.
const BATCH: usize = 512;

const UNKNOWN_LAYOUT: &str = "no file has a name that tells what it holds, and no object says it by its keys; \
     looked for issues.ndjson, comments.ndjson, operate_logs/N.json and the like";

/// How an input is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// What the objects are, where no file name says it.
    pub kind: Option<Kind>,
}

/// GitCode's objects in files of any layout that is known, as records.
pub struct Reader {
    source: Source,
    plan: Vec<(usize, Role)>,
    main: (String, String),
    unknown: Vec<String>,
    /// Whether no file has a name that is known, so that all are read by the keys of their objects.
    is_nameless: bool,
}

impl Reader {
    /// Finds out what the files of an input hold, and which repository most of it is about.
    pub fn open(mut source: Source, options: ReadOptions) -> Result<Self, Error> {
        let shown = source.display().to_owned();
        let members = source.members()?;
        // A file that the user named is taken for what its keys say; one in a folder is not.
        let alone = matches!(members, [member] if member.display() == shown);
        let (mut plan, mut unknown) = (Vec::new(), Vec::new());
        let mut nameless = Vec::new();
        for member in members {
            let named = match alone {
                true => role_alone(&named(&shown, member.name().len() - member.stem().len())),
                false => role(member.stem()),
            };
            let found = match (named, options.kind) {
                (Role::Ignored, _) if !alone => Role::Ignored,
                (found, Some(kind)) if alone || found == Role::Unknown => match found {
                    Role::OfIssue(form, _) | Role::OfComment(form, _) if form == kind.form() => {
                        found
                    }
                    _ => Role::Of(kind.form()),
                },
                (Role::Unknown | Role::Ignored, None) if alone => Role::ByKeys,
                (found, _) => found,
            };
            match found {
                Role::Unknown if is_json(member.stem()) => {
                    nameless.push((member.index(), member.display()));
                }
                Role::Unknown => unknown.push(member.display()),
                Role::Ignored => {}
                _ => plan.push((member.index(), found)),
            }
        }
        // Responses that were saved under names of one's own are told apart by what is in them.
        let is_nameless = plan.is_empty() && !nameless.is_empty();
        match is_nameless {
            true => plan.extend(nameless.iter().map(|(index, _)| (*index, Role::ByKeys))),
            false => unknown.extend(nameless.into_iter().map(|(_, file)| file)),
        }
        if plan.is_empty() {
            let nothing = members.is_empty();
            if let Some((file, why)) = source.passed().first().filter(|_| nothing) {
                let message = format!("there is no file to read: {why}");
                return Err(Error::new(ErrorKind::Empty, message).in_file(file));
            }
            let (kind, message) = match nothing {
                true => (ErrorKind::Empty, "there is no file to read"),
                false => (ErrorKind::UnknownLayout, UNKNOWN_LAYOUT),
            };
            return Err(Error::new(kind, message).in_file(source.display()));
        }
        plan.sort_by_key(|(index, role)| (role.rank(), role.numbered(), *index));
        let mut reader = Self {
            source,
            plan,
            main: Default::default(),
            unknown,
            is_nameless,
        };
        reader.find_main()?;
        Ok(reader)
    }

    /// Finds the repository that the input is about: the one that it describes, else the one that most of its
    /// addresses name.
    fn find_main(&mut self) -> Result<(), Error> {
        let order: Vec<usize> = self.plan.iter().map(|(index, _)| *index).collect();
        let roles: FxHashMap<usize, Role> = self.plan.iter().copied().collect();
        let (mut census, mut described) = (Census::default(), Census::default());
        self.source.visit_selected(&order, &mut |member, reader| {
            match roles.get(&member.index()) {
                Some(Role::Of(Form::Repository)) => described.count(reader)?,
                _ => census.count(reader)?,
            }
            Ok(Flow::Continue)
        })?;
        census.add(&described);
        if !census.any {
            let empty = Error::new(ErrorKind::Empty, "there is nothing to read");
            return Err(empty.in_file(self.source.display()));
        }
        self.main = described.only().unwrap_or_else(|| census.most());
        Ok(())
    }

    /// How many bytes of the input are read so far, which another thread may watch.
    pub fn consumed(&self) -> Arc<AtomicU64> {
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
        let mut intake = Intake::new(self.main.clone());
        for (file, reason) in self.source.passed() {
            intake.enter(file);
            intake.skip("", *reason, false);
        }
        for file in &self.unknown {
            intake.enter(file);
            intake.skip("", "not a file of this layout", false);
        }
        let roles: FxHashMap<usize, Role> = self.plan.iter().copied().collect();
        let order: Vec<usize> = self.plan.iter().map(|(index, _)| *index).collect();
        let main = self.main.clone();
        let limits = *self.source.limits();
        let mut memory = Vec::new();
        let is_nameless = self.is_nameless;
        self.source.visit_selected(&order, &mut |member, reader| {
            let role = roles.get(&member.index()).copied().unwrap_or(Role::Ignored);
            let shown = member.display();
            intake.enter(&shown);
            let mut values =
                Values::with_buffer(reader, shown, &limits, std::mem::take(&mut memory));
            let mut position = 0;
            loop {
                let value = match values.next_value() {
                    // What was not named as the forge's may be anything.
                    Err(error) if is_nameless && error.kind() == ErrorKind::Syntax => {
                        intake.skip("", error.to_string(), false);
                        return Ok(Flow::Continue);
                    }
                    value => value?,
                };
                let Some(value) = value else {
                    break;
                };
                position = read_value(&mut intake, role, &value, &main, position)?;
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
        if is_nameless && !intake.has_understood {
            let error = Error::new(ErrorKind::UnknownLayout, UNKNOWN_LAYOUT);
            return Err(error.in_file(self.source.display()));
        }
        take(&mut intake.out).map(drop)
    }

    /// Reads in a thread of its own, so that reading and what follows it go side by side.
    pub fn batches(self) -> Batches {
        Batches::of("gitcode reader", |take| self.read(take))
    }
}

fn is_json(stem: &str) -> bool {
    let ends = [".json", ".ndjson", ".jsonl"];
    ends.iter().any(|end| stem.ends_with(end))
}

/// The path of a file that was named itself, with `/` and without the end that its compression adds.
fn named(shown: &str, end: usize) -> String {
    let path = &shown[..shown.len() - end];
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

/// Reads one value of a file, which begins at a position in its list; gives the position of the next.
fn read_value(
    intake: &mut Intake,
    role: Role,
    value: &Value<'_>,
    main: &(String, String),
    position: u64,
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
        position,
    };
    read_text(intake, role, text, &mut around).map_err(|fault| {
        Error::new(ErrorKind::Syntax, fault.message).at(&value.place_of(fault.at))
    })?;
    Ok(around.position)
}

/// Reads an object, or a page of them; moves the position on.
fn read_text(
    intake: &mut Intake,
    role: Role,
    text: &str,
    around: &mut Around<'_>,
) -> Result<(), Fault> {
    if text.starts_with('{') {
        around.position += 1;
        return read_object(intake, role, text, around);
    }
    // Only now is it known that all of it is well formed.
    Cursor::new(text).value()?;
    if !text.starts_with('[') {
        intake.skip("", "expected an object", false);
        return Ok(());
    }
    let (mut from, first) = (0, intake.line);
    for part in elements(text).unwrap_or_default() {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        intake.line += memchr::memchr_iter(b'\n', &text.as_bytes()[from..start]).count() as u64;
        from = start;
        read_text(intake, role, part, around).map_err(|fault| Fault {
            at: fault.at + start,
            ..fault
        })?;
    }
    intake.line = first;
    Ok(())
}

fn read_object(
    intake: &mut Intake,
    role: Role,
    text: &str,
    around: &Around<'_>,
) -> Result<(), Fault> {
    if let Some(message) = error_message(text) {
        Cursor::new(text).value()?;
        intake.skip(
            "",
            format!("the forge answered with an error: {message}"),
            false,
        );
        return Ok(());
    }
    let around = match role {
        Role::OfIssue(_, number) => Around {
            parent: Some(number),
            ..*around
        },
        Role::OfComment(_, comment) => Around {
            comment: Some(comment),
            ..*around
        },
        _ => *around,
    };
    let form = match role {
        Role::Of(form) | Role::OfIssue(form, _) | Role::OfComment(form, _) => form,
        _ => {
            let known = entries(text)?;
            let get = |key: &str| {
                let found = known.iter().find(|(known, _)| *known == key);
                found.map_or("", |(_, raw)| *raw)
            };
            match by_keys(get) {
                Found::Of(form) => {
                    intake.has_understood = true;
                    form
                }
                Found::Other(other) => {
                    intake.skip("", not_kept(other), false);
                    return Ok(());
                }
                Found::Unknown => {
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
    intake.record(form, text, &around)
}

/// What the forge says where it refuses; none where it does not.
fn error_message(text: &str) -> Option<String> {
    const HEAD: usize = 2_000;
    if text.len() > HEAD || !text.contains("message\"") {
        return None;
    }
    let said = |key: &str| entry(text, key).and_then(string);
    match said("error_message") {
        Some(message) if entry(text, "id").is_none() => Some(message.into_owned()),
        Some(_) => None,
        None => {
            let message = said("message")?;
            let only = entries(text).is_ok_and(|entries| entries.len() == 1);
            only.then(|| message.into_owned())
        }
    }
}
