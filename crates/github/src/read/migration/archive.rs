//! Reads a whole archive: what others name by URL first, then file by file.

use std::collections::BTreeMap;
use std::io::Read;

use backlot_model::Incoming;
use rustc_hash::FxHashMap;

use super::files::{File, Type, file, is_schema, root};
use super::translate::Piece;
use super::world::{Spot, World};
use crate::read::intake::{Around, Intake};
use crate::read::layout::{Role, role};
use crate::read::reader::BATCH;
use crate::shape::Site;
use backlot_forge::input::{Flow, Limits, Member, Source, Value, Values, lone_surrogates};
use backlot_forge::json::{Cursor, Fault, string};
use backlot_forge::slots::entry;
use backlot_forge::{Error, ErrorKind};

/// The schemas that are known.
const VERSIONS: [&str; 3] = ["1.0.1", "1.1.0", "1.2.0"];
/// The most records that a file may have.
const MOST: u64 = 100;
/// `schema.json` and `urls.json` are no longer than this.
const MAX_SMALL: u64 = 1 << 20;
/// URLs that are no longer what they were said to be are listed up to so many times.
const MAX_ODD: usize = 100;

/// A migration archive that is to be read.
pub(crate) struct Archive {
    /// The files of records, in the order in which they are read.
    plan: Vec<(usize, File)>,
    schema: usize,
    urls: Option<usize>,
    world: World,
    /// What is to be said of the whole: file and reason.
    notes: Vec<(String, String, bool)>,
    /// Whether attachments are kept by whoever reads.
    pub(crate) keeps_attachments: bool,
    main: Spot,
}

impl Archive {
    /// The archive that an input is; none if it is none.
    pub(crate) fn recognise(shown: &str, members: &[Member]) -> Option<Self> {
        let root = root(members)?;
        let mut plan = Vec::new();
        let (mut schema, mut urls) = (0, None);
        let mut notes = Vec::new();
        let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
        for member in members {
            let Some(below) = member.stem().strip_prefix(root.as_str()) else {
                notes.push((
                    member.display(),
                    "not a file of the archive".to_owned(),
                    false,
                ));
                continue;
            };
            match (below, file(below)) {
                (name, _) if is_schema(name) => schema = member.index(),
                ("urls.json", _) => urls = Some(member.index()),
                (_, Some(file)) => plan.push((member.index(), file)),
                (name, None) if role(name) == Role::Ignored => {}
                (name, None) => match name.split_once('/') {
                    // What they are is told by `attachments_000001.json`.
                    Some(("attachments", _)) => {}
                    Some((folder, _)) => *folders.entry(folder).or_default() += 1,
                    None => notes.push((
                        member.display(),
                        "not a file of this layout".to_owned(),
                        false,
                    )),
                },
            }
        }
        for (folder, count) in folders {
            let what = if folder == "repositories" {
                "Git repositories"
            } else {
                "the folder"
            };
            let reason = format!("{count} files of {what} are not read");
            notes.push((format!("{shown}!{root}{folder}/"), reason, false));
        }
        plan.sort_by(|(_, one), (_, other)| {
            (one.kind, &one.called, one.part).cmp(&(other.kind, &other.called, other.part))
        });
        for pair in plan.windows(2) {
            let [(_, one), (_, other)] = pair else {
                continue;
            };
            if one.called == other.called && one.part + 1 < other.part {
                let missing = format!("{}_{:06}.json", one.called, one.part + 1);
                let reason = format!("the archive has no {missing}, but later files of the type");
                notes.push((shown.to_owned(), reason, true));
            }
        }
        for (_, file) in plan.iter().filter(|(_, file)| file.part == 0) {
            notes.push((
                shown.to_owned(),
                format!("{}_000000.json is no first file", file.called),
                true,
            ));
        }
        Some(Self {
            plan,
            schema,
            urls,
            world: World::new(None, &mut Vec::new()),
            notes,
            keeps_attachments: false,
            main: Spot::default(),
        })
    }

    /// Looks through what others name by URL; gives the address of the API and the `owner/name` of the
    /// repository that most issues are in.
    pub(crate) fn look_through(&mut self, source: &mut Source) -> Result<(String, String), Error> {
        self.read_small(source)?;
        let limits = *source.limits();
        let is_several = |world: &World| world.repositories.len() != 1;
        let named: Vec<usize> = self.members(|kind| kind.is_named());
        let kinds: FxHashMap<usize, Type> = self
            .plan
            .iter()
            .map(|(at, file)| (*at, file.kind))
            .collect();
        source.visit_selected(&named, &mut |member, reader| {
            let kind = kinds.get(&member.index()).copied().unwrap_or(Type::Other);
            each(member, reader, &limits, &mut |value, text| {
                let done = match kind {
                    _ if !text.starts_with('{') => Ok(()),
                    Type::Repositories => self.world.learn_repository(text),
                    Type::Milestones => self.world.learn_milestone(text),
                    kind => self.world.learn_user(text, kind == Type::Bots),
                };
                done.map_err(|fault| syntax(value, &fault))
            })
        })?;
        self.world.settle_milestones().map_err(|fault| {
            Error::new(ErrorKind::Syntax, fault.message).in_file(source.display())
        })?;
        let mut counts: Vec<(Spot, u64)> = Vec::new();
        if is_several(&self.world) {
            let issues = self.members(|kind| matches!(kind, Type::Issues | Type::PullRequests));
            let world = &self.world;
            source.visit_selected(&issues, &mut |member, reader| {
                each(member, reader, &limits, &mut |_, text| {
                    let url = entry(text, "url").and_then(string);
                    if let Some((spot, ..)) = url.and_then(|url| world.issue(&url)) {
                        match counts.iter_mut().find(|(known, _)| *known == spot) {
                            Some(known) => known.1 += 1,
                            None => counts.push((spot, 1)),
                        }
                    }
                    Ok(())
                })
            })?;
        }
        let most = counts
            .into_iter()
            .rev()
            .max_by_key(|(_, count)| *count)
            .map(|(spot, _)| spot);
        let first = self
            .world
            .repositories
            .iter()
            .find_map(|url| self.world.repository(url));
        self.main = most.or(first).unwrap_or_default();
        let site = self.main.site();
        Ok((site.api.to_owned(), site.repo.to_owned()))
    }

    fn members(&self, is_wanted: impl Fn(Type) -> bool) -> Vec<usize> {
        let wanted = self.plan.iter().filter(|(_, file)| is_wanted(file.kind));
        wanted.map(|(at, _)| *at).collect()
    }

    /// Reads `schema.json` and `urls.json`.
    fn read_small(&mut self, source: &mut Source) -> Result<(), Error> {
        let order: Vec<usize> = [self.schema].into_iter().chain(self.urls).collect();
        let mut odd = Vec::new();
        let mut urls = None;
        let mut notes = Vec::new();
        source.visit_selected(&order, &mut |member, reader| {
            let mut text = String::new();
            let read = reader.take(MAX_SMALL).read_to_string(&mut text);
            let json = read
                .ok()
                .and_then(|_| serde_json::from_str::<serde_json::Value>(&text).ok());
            let note = |reason: String| (member.display(), reason, true);
            if member.index() != self.schema {
                match json {
                    Some(json @ serde_json::Value::Object(_)) => urls = Some(json),
                    _ => notes.push(note(
                        "not an object of URL templates; GitHub's own are taken".to_owned(),
                    )),
                }
                return Ok(Flow::Continue);
            }
            match json.as_ref().and_then(|json| json.get("version")?.as_str()) {
                Some(version) if VERSIONS.contains(&version) => {}
                Some(version) => {
                    let version: String = version.chars().take(40).collect();
                    let reason = format!(
                        "schema {version} is not known; it is read like {}",
                        VERSIONS[2]
                    );
                    notes.push(note(reason));
                }
                None => notes.push(note("it says no version of a schema".to_owned())),
            }
            Ok(Flow::Continue)
        })?;
        self.world = World::new(urls.as_ref(), &mut odd);
        let odd = odd.into_iter().take(MAX_ODD);
        self.notes
            .extend(odd.map(|reason| (source.display().to_owned(), reason, true)));
        self.notes.extend(notes);
        Ok(())
    }

    /// Hands everything to `take`.
    pub(crate) fn read(
        self,
        source: &mut Source,
        take: &mut dyn FnMut(&mut Vec<Incoming>) -> Result<Flow, Error>,
    ) -> Result<(), Error> {
        let mut intake = Intake::new((self.main.api.clone(), self.main.repo.clone()));
        for (file, reason) in source.passed() {
            intake.enter(file);
            intake.skip("", *reason, false);
        }
        for (file, reason, kept) in &self.notes {
            intake.enter(file);
            intake.skip("", reason.as_str(), *kept);
        }
        let files: FxHashMap<usize, &File> =
            self.plan.iter().map(|(at, file)| (*at, file)).collect();
        let order: Vec<usize> = self.plan.iter().map(|(at, _)| *at).collect();
        let limits = *source.limits();
        source.visit_selected(&order, &mut |member, reader| {
            let Some(file) = files.get(&member.index()) else {
                return Ok(Flow::Continue);
            };
            intake.enter(&member.display());
            let mut count = 0;
            let flow = each_while(member, reader, &limits, &mut |value, text| {
                intake.line = value.line;
                count += 1;
                let done = self.record(&mut intake, file, text);
                done.map_err(|fault| syntax(value, &fault))?;
                if intake.out.len() < BATCH {
                    return Ok(Flow::Continue);
                }
                let flow = take(&mut intake.out)?;
                intake.out.clear();
                Ok(flow)
            })?;
            intake.line = 0;
            self.tell_of_file(&mut intake, file, count);
            Ok(flow)
        })?;
        take(&mut intake.out).map(drop)
    }

    fn tell_of_file(&self, intake: &mut Intake, file: &File, count: u64) {
        let records = if count == 1 { "record" } else { "records" };
        if count > MOST {
            let reason =
                format!("the file has {count} records, and archives have at most {MOST} in one");
            intake.skip("", reason, true);
        }
        let called = file.called.replace('_', " ");
        match file.kind {
            Type::Attachments if self.keeps_attachments => {}
            Type::Attachments => {
                let reason = format!(
                    "{count} {records} of attachments, whose files are kept outside of a backlog"
                );
                intake.skip("", reason, false);
            }
            Type::Other => {
                let reason =
                    format!("{count} {records} of {called}, which a backlog has no place for");
                intake.skip("", reason, false);
            }
            _ => {}
        }
    }

    fn record(&self, intake: &mut Intake, file: &File, text: &str) -> Result<(), Fault> {
        if matches!(file.kind, Type::Other | Type::Attachments) {
            return Cursor::new(text).value().map(drop);
        }
        let repaired = lone_surrogates(text);
        let text = repaired.as_ref().map_or(text, |(text, _)| text);
        if repaired.is_some() {
            intake.skip("", "a lone surrogate was replaced by U+FFFD", true);
        }
        if !text.starts_with('{') {
            Cursor::new(text).value()?;
            intake.skip("", "expected an object", false);
            return Ok(());
        }
        let said = entry(text, "type").and_then(string);
        let kind = match said.as_deref() {
            None => file.kind,
            Some(word) => match Type::of_record(word) {
                Some(Type::Attachments) | None => {
                    Cursor::new(text).value()?;
                    let word: String = word.chars().take(40).collect();
                    intake.skip(
                        "type",
                        format!("a record of the type {word} among {}", file.called),
                        false,
                    );
                    return Ok(());
                }
                // Bots say that they are users.
                Some(Type::Users) if file.kind == Type::Bots => Type::Bots,
                Some(kind) => kind,
            },
        };
        let pieces = super::translate(&self.world, kind, text, &self.main.api)?;
        hand_on(intake, &pieces, &self.main)
    }
}

/// Hands what a record became to the intake.
pub(crate) fn hand_on(intake: &mut Intake, pieces: &[Piece], main: &Spot) -> Result<(), Fault> {
    for piece in pieces {
        match piece {
            Piece::Odd(key, reason, kept) => intake.skip(key, reason.as_str(), *kept),
            Piece::Object {
                form,
                text,
                spot,
                parent,
                comment,
            } => {
                // A user belongs to no repository, and comes with the one that the archive is about.
                let spot = if spot.repo.is_empty() { main } else { spot };
                let around = Around {
                    site: Site::new(&spot.api, &spot.repo),
                    parent: *parent,
                    position: None,
                    comment: *comment,
                };
                intake.record(*form, form.kind(), text, &around)?;
            }
        }
    }
    Ok(())
}

fn syntax(value: &Value<'_>, fault: &Fault) -> Error {
    Error::new(ErrorKind::Syntax, fault.message).at(&value.place_of(fault.at))
}

type Visit<'a> = dyn FnMut(&Value<'_>, &str) -> Result<(), Error> + 'a;
type VisitWhile<'a> = dyn FnMut(&Value<'_>, &str) -> Result<Flow, Error> + 'a;

/// Visits each record of a file.
fn each(
    member: &Member,
    reader: &mut dyn Read,
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Result<Flow, Error> {
    each_while(member, reader, limits, &mut |value, text| {
        visit(value, text)?;
        Ok(Flow::Continue)
    })
}

fn each_while(
    member: &Member,
    reader: &mut dyn Read,
    limits: &Limits,
    visit: &mut VisitWhile<'_>,
) -> Result<Flow, Error> {
    let mut values = Values::with_buffer(reader, member.display(), limits, Vec::new());
    while let Some(value) = values.next_value()? {
        if visit(&value, value.text)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
    }
    Ok(Flow::Continue)
}
