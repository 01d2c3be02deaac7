//! Which record of one side is which one of the other.

use std::collections::VecDeque;

use backlot_model::{RecordId, RecordKind};
use rustc_hash::FxHashMap;

use super::spool::Entry;

/// The kinds in an order in which what something stands in comes first.
const ORDER: [RecordKind; 11] = [
    RecordKind::Repository,
    RecordKind::User,
    RecordKind::Label,
    RecordKind::Milestone,
    RecordKind::Issue,
    RecordKind::Comment,
    RecordKind::HistoryEvent,
    RecordKind::Reaction,
    RecordKind::Project,
    RecordKind::Column,
    RecordKind::Card,
];

/// A record with its objects, one for each of its forms.
pub(super) struct Thing {
    pub(super) kind: RecordKind,
    pub(super) record: RecordId,
    parent: Option<RecordId>,
    keys: Vec<String>,
    pub(super) objects: Vec<Face>,
}

impl Thing {
    /// The record of another thing as an object inside something else depicts it.
    pub(super) fn depicted(of: &Self, text: String) -> Self {
        let face = of.objects.first();
        Self {
            kind: of.kind,
            record: of.record,
            parent: None,
            keys: Vec::new(),
            objects: vec![Face {
                form: face.map_or(0, |face| face.form),
                name: String::new(),
                text,
            }],
        }
    }
}

/// An object of a record.
pub(super) struct Face {
    pub(super) form: u8,
    pub(super) name: String,
    pub(super) text: String,
}

/// The records of a group, in the order in which they came.
pub(super) fn things(entries: Vec<Entry>) -> Vec<Thing> {
    let mut things: Vec<Thing> = Vec::new();
    let mut places: FxHashMap<(RecordKind, RecordId), usize> = FxHashMap::default();
    for entry in entries {
        let face = Face {
            form: entry.form,
            name: entry.name,
            text: entry.text,
        };
        let place = *places
            .entry((entry.kind, entry.record))
            .or_insert(things.len());
        match things.get_mut(place) {
            Some(thing) => thing.objects.push(face),
            None => things.push(Thing {
                kind: entry.kind,
                record: entry.record,
                parent: entry.parent,
                keys: entry.keys,
                objects: vec![face],
            }),
        }
    }
    things
}

/// For each record of `before` its partner in `after`, if there is one; each is a partner at most once.
pub(super) fn pairs(before: &[Thing], after: &[Thing]) -> Vec<Option<usize>> {
    let mut pairs = Pairs {
        before,
        after,
        found: vec![None; before.len()],
        taken: vec![false; after.len()],
        partners: FxHashMap::default(),
    };
    for kind in ORDER {
        pairs.same(kind);
        let keys = before.iter().filter(|thing| thing.kind == kind);
        let levels = keys.map(|thing| thing.keys.len()).max().unwrap_or(0);
        for level in 0..levels {
            pairs.alike(kind, level);
        }
    }
    pairs.found
}

struct Pairs<'t> {
    before: &'t [Thing],
    after: &'t [Thing],
    found: Vec<Option<usize>>,
    taken: Vec<bool>,
    /// The records of `before` that have a partner, with the partner's record.
    partners: FxHashMap<RecordId, RecordId>,
}

impl<'t> Pairs<'t> {
    fn pair(&mut self, before: usize, after: usize) {
        self.found[before] = Some(after);
        self.taken[after] = true;
        let (old, new) = (self.before[before].record, self.after[after].record);
        self.partners.insert(old, new);
    }

    /// The records of `before` of a kind that have no partner yet.
    fn alone(&self, kind: RecordKind) -> Vec<usize> {
        let alone = |at: &usize| self.before[*at].kind == kind && self.found[*at].is_none();
        (0..self.before.len()).filter(alone).collect()
    }

    fn free(&self, kind: RecordKind) -> impl Iterator<Item = (usize, &'t Thing)> {
        let free = move |(at, thing): &(usize, &'t Thing)| thing.kind == kind && !self.taken[*at];
        self.after.iter().enumerate().filter(free)
    }

    /// Pairs those that are the same record at both sides.
    fn same(&mut self, kind: RecordKind) {
        let records: FxHashMap<RecordId, usize> = self
            .free(kind)
            .map(|(at, thing)| (thing.record, at))
            .collect();
        for at in self.alone(kind) {
            if let Some(partner) = records.get(&self.before[at].record) {
                self.pair(at, *partner);
            }
        }
    }

    /// Pairs those that stand in partners and have the same key.
    fn alike(&mut self, kind: RecordKind, level: usize) {
        type Places<'t> = FxHashMap<(Option<RecordId>, &'t str), VecDeque<usize>>;
        let mut places: Places<'t> = FxHashMap::default();
        for (at, thing) in self.free(kind) {
            if let Some(key) = thing.keys.get(level) {
                let place = (thing.parent, key.as_str());
                places.entry(place).or_default().push_back(at);
            }
        }
        let before = self.before;
        for at in self.alone(kind) {
            let thing = &before[at];
            let Some(key) = thing.keys.get(level) else {
                continue;
            };
            let parent = thing
                .parent
                .map(|parent| *self.partners.get(&parent).unwrap_or(&parent));
            let partners = places.get_mut(&(parent, key.as_str()));
            if let Some(partner) = partners.and_then(VecDeque::pop_front) {
                self.pair(at, partner);
            }
        }
    }
}
