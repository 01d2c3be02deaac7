//! What two stores differ in, as one forge says it, object by object. Memory holds one issue with all that belongs
//! to it, and labels, milestones, users and boards.

mod compare;
mod embedded;
mod keys;
mod pair;
mod run;
mod spool;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use backlot_core::Snapshot;
use backlot_forge::json::string;
use backlot_forge::output::Output;
use backlot_forge::slots::entry;
use backlot_model::{Digest, Loss, LossKind, RecordKind, RepositoryName};
use rustc_hash::FxHashSet;

use self::compare::{Around, Comparison, stands_in_others};
use self::embedded::Own;
use self::pair::{Thing, pairs, things};
use self::run::Side;
use self::spool::{Origin, spool};
use crate::confidential::is_confidential;
use crate::error::Error;
use crate::forge::Forge;
use crate::outward::{CONFIDENTIAL, Changes, PULLS};
use crate::reasons::Reasons;

/// How the records of one kind fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fate {
    /// How many there are.
    pub records: u64,
    /// How many come back with nothing lost but what only says where the forge keeps them, ids and addresses
    /// that the target gives anew, and keys that were null.
    pub whole: u64,
    /// How many do not come back at all.
    pub missing: u64,
}

/// Two stores to be compared.
pub(crate) struct Measure<'a> {
    /// The forge as whose objects they are compared.
    pub(crate) forge: Forge,
    pub(crate) repository: &'a RepositoryName,
    pub(crate) before: &'a Snapshot,
    pub(crate) after: &'a Snapshot,
    /// What turns back what was changed on the way.
    pub(crate) back: Changes<'a>,
    pub(crate) reasons: &'a Reasons,
    /// What was left out on purpose.
    pub(crate) left_out: LeftOut,
}

/// What was left out on purpose, with all that belongs to it.
#[derive(Clone, Copy)]
pub(crate) struct LeftOut {
    pub(crate) pulls: bool,
    pub(crate) confidential: bool,
}

impl LeftOut {
    /// Why the issue of a group was left out; none where it was not.
    fn reason(self, things: &[Thing]) -> Option<&'static str> {
        let mut things = things.iter();
        let issue = things.find(|thing| thing.kind == RecordKind::Issue)?;
        let says = |test: &dyn Fn(&str) -> bool| issue.objects.iter().any(|face| test(&face.text));
        let is_pull = |text: &str| entry(text, "pull_request").is_some_and(|value| value != "null");
        if self.confidential && says(&is_confidential) {
            return Some(CONFIDENTIAL);
        }
        (self.pulls && says(&is_pull)).then_some(PULLS)
    }
}

impl Measure<'_> {
    /// Notes every difference in the report of losses.
    pub(crate) fn run(
        &self,
        report: &mut Output,
        done: &mut (dyn FnMut() + Send),
    ) -> Result<BTreeMap<RecordKind, Fate>, Error> {
        let (mut before, mut after) = self.sides(done)?;
        let mut tally = Tally::new();
        let mut comparison = Comparison::new(self.reasons);
        let mut owner = None;
        while let Some(spot) = before.spot().into_iter().chain(after.spot()).min() {
            let (old, new) = (things(before.take(spot)?), things(after.take(spot)?));
            let partners = pairs(&old, &new);
            owner = owner.or_else(|| owner_of(&new));
            let (old_names, new_names) = issue_names(&old, &new, &partners);
            comparison.left_out = self.left_out.reason(&old);
            let around = Around {
                before: Own { names: &old_names },
                after: Own { names: &new_names },
            };
            let mut taken = vec![false; new.len()];
            for (thing, partner) in old.iter().zip(&partners) {
                if let Some(partner) = *partner {
                    taken[partner] = true;
                }
                let partner = partner.and_then(|at| new.get(at));
                // Whose the repository is may stand there alone.
                let depicted = match (partner, &owner) {
                    (None, Some(owner)) => depicted(thing, owner),
                    _ => None,
                };
                let partner = partner.or(depicted.as_ref());
                comparison.thing(thing, partner, around);
                tally.count(thing, partner.is_some(), &comparison.losses);
                note(&mut comparison.losses, report)?;
            }
            for (thing, _) in new.iter().zip(taken).filter(|(_, taken)| !taken) {
                comparison.surplus(thing);
            }
            note(&mut comparison.losses, report)?;
        }
        Ok(tally.finish())
    }

    /// The objects of both stores, made side by side.
    fn sides(&self, done: &mut (dyn FnMut() + Send)) -> Result<(Side, Side), Error> {
        let done = Mutex::new(done);
        let side = |snapshot, changes| {
            let origin = Origin {
                snapshot,
                repository: self.repository,
                changes,
            };
            spool(&origin, self.forge.depiction(), &mut || {
                if let Ok(mut done) = done.lock() {
                    done();
                }
            })
        };
        thread::scope(|scope| {
            let after = scope.spawn(|| side(self.after, self.back));
            let before = side(self.before, Changes::default());
            let after = match after.join() {
                Ok(after) => after,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            Ok((before?, after?))
        })
    }
}

/// The login of the owner of the repository among these, and the object.
fn owner_of(things: &[Thing]) -> Option<(String, String)> {
    let mut things = things.iter();
    let repository = things.find(|thing| thing.kind == RecordKind::Repository)?;
    let owner = entry(&repository.objects.first()?.text, "owner")?;
    Some((login(owner)?, owner.to_owned()))
}

/// A user who is this owner, as the repository shows them.
fn depicted(thing: &Thing, (owner, text): &(String, String)) -> Option<Thing> {
    let own = login(&thing.objects.first()?.text)?;
    let is_owner = thing.kind == RecordKind::User && own == *owner;
    is_owner.then(|| Thing::depicted(thing, text.clone()))
}

/// The login of a user's object.
fn login(text: &str) -> Option<String> {
    Some(string(entry(text, "login")?)?.to_lowercase())
}

/// The names of the objects of the issue of a group, where it is at both sides.
fn issue_names(
    before: &[Thing],
    after: &[Thing],
    partners: &[Option<usize>],
) -> (Vec<String>, Vec<String>) {
    let names = |thing: &Thing| thing.objects.iter().map(|face| face.name.clone()).collect();
    let mut issues = before.iter().zip(partners);
    let issue = issues.find(|(thing, _)| thing.kind == RecordKind::Issue);
    match issue.and_then(|(issue, at)| Some((issue, after.get((*at)?)?))) {
        Some((before, after)) => (names(before), names(after)),
        None => Default::default(),
    }
}

/// Hands losses to the report.
fn note(losses: &mut Vec<Loss>, report: &mut Output) -> Result<(), Error> {
    report.noted.append(losses);
    Ok(report.note()?)
}

/// Counts how records fare.
struct Tally {
    fates: BTreeMap<RecordKind, Fate>,
    /// The digest of a value that says nothing.
    null: Digest,
    /// All users, labels and milestones.
    known: FxHashSet<(RecordKind, String)>,
    /// Those that lose something, here or inside another record.
    harmed: FxHashSet<(RecordKind, String)>,
}

impl Tally {
    fn new() -> Self {
        Self {
            fates: BTreeMap::new(),
            null: Digest::of(b"null"),
            known: FxHashSet::default(),
            harmed: FxHashSet::default(),
        }
    }

    /// Whether a loss takes anything away but where the forge keeps a thing, or a key that said nothing.
    fn harms(&self, loss: &Loss) -> bool {
        loss.kind != LossKind::Minted && loss.value != Some(self.null)
    }

    fn count(&mut self, thing: &Thing, comes_back: bool, losses: &[Loss]) {
        let mut is_whole = true;
        for loss in losses {
            if !self.harms(loss) {
                continue;
            }
            is_whole &= !thing.objects.iter().any(|face| face.name == loss.record);
            if stands_in_others(loss.record_kind) {
                self.harmed.insert((loss.record_kind, loss.record.clone()));
            }
        }
        if stands_in_others(thing.kind) {
            let names = thing.objects.iter().map(|face| face.name.clone());
            self.known.extend(names.map(|name| (thing.kind, name)));
        }
        let fate = self.fates.entry(thing.kind).or_default();
        fate.records += 1;
        fate.missing += u64::from(!comes_back);
        fate.whole += u64::from(is_whole);
    }

    fn finish(mut self) -> BTreeMap<RecordKind, Fate> {
        for (kind, fate) in &mut self.fates {
            if stands_in_others(*kind) {
                let harmed = self.harmed.intersection(&self.known);
                let harmed = harmed.filter(|(harmed, _)| harmed == kind);
                fate.whole = fate.records.saturating_sub(harmed.count() as u64);
            }
        }
        self.fates
    }
}
