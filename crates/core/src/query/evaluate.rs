//! From a plan to the set of places that match it.

use std::cell::RefCell;

use roaring::RoaringBitmap;

use super::explain::{ExplainedStep, ServedBy};
use super::index::Index;
use super::names::Names;
use super::order::value;
use super::plan::{Leaf, Node};
use super::segment::{Dimension, Order, Segment};
use super::text_source::TextSource;
use crate::derive::{ColumnEntry, RepositoryColumns};
use crate::error::Result;

/// Up to how many candidates are tested one by one instead of by sets.
const FEW: u64 = if cfg!(test) { 2 } else { 64 };
/// Up to how many entries a segment is too small for sets.
const SMALL: usize = if cfg!(test) { 4 } else { 512 };

/// The places of an index that match.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Matches {
    pub(crate) base: RoaringBitmap,
    pub(crate) delta: RoaringBitmap,
}

impl Matches {
    pub(crate) fn len(&self) -> u64 {
        self.base.len() + self.delta.len()
    }
}

/// An index that a plan is asked of.
pub(crate) struct Evaluation<'a> {
    pub(crate) repository: u32,
    pub(crate) index: &'a Index,
    pub(crate) names: &'a dyn Names,
    pub(crate) text: &'a dyn TextSource,
    /// What was done, where it is asked for.
    pub(crate) steps: Option<RefCell<Vec<ExplainedStep>>>,
}

impl Evaluation<'_> {
    /// The places that match.
    pub(crate) fn matches(&self, node: &Node) -> Result<Matches> {
        let [(base, visible), (delta, all)] = self.index.parts();
        Ok(Matches {
            base: self.evaluate(node, base, visible.clone())?,
            delta: self.evaluate(node, delta, all.clone())?,
        })
    }

    /// Of these places, those that match.
    fn evaluate(
        &self,
        node: &Node,
        segment: &Segment,
        mut within: RoaringBitmap,
    ) -> Result<RoaringBitmap> {
        if within.is_empty() {
            return Ok(within);
        }
        match node {
            Node::Everything => Ok(within),
            Node::Nothing => Ok(RoaringBitmap::new()),
            Node::All(nodes) => {
                let is_small = segment.len() <= SMALL;
                let mut nodes: Vec<(bool, u64, &Node)> = nodes
                    .iter()
                    .map(|node| match is_small {
                        true => (node.is_costly(), 0, node),
                        false => (node.is_costly(), estimate(node, segment), node),
                    })
                    .collect();
                nodes.sort_by_key(|(is_costly, estimate, _)| (*is_costly, *estimate));
                for (_, _, node) in nodes {
                    within = self.evaluate(node, segment, within)?;
                }
                Ok(within)
            }
            Node::Any(nodes) => {
                let mut found = RoaringBitmap::new();
                let (costly, cheap): (Vec<_>, Vec<_>) =
                    nodes.iter().partition(|node| node.is_costly());
                for node in cheap.into_iter().chain(costly) {
                    // What matches already need not be asked again.
                    found |= self.evaluate(node, segment, &within - &found)?;
                }
                Ok(found)
            }
            Node::Not(node) => {
                let found = self.evaluate(node, segment, within.clone())?;
                within -= found;
                Ok(within)
            }
            Node::Leaf(leaf) => {
                let (before, known) = (within.len(), self.steps.is_some());
                let estimated = if known { estimate(node, segment) } else { 0 };
                let (found, served_by) = self.leaf(leaf, segment, within)?;
                if let Some(steps) = &self.steps {
                    steps.borrow_mut().push(ExplainedStep {
                        test: leaf.describe(),
                        served_by,
                        candidates: before,
                        estimated: estimated.min(before),
                        matches: found.len(),
                    });
                }
                Ok(found)
            }
        }
    }

    fn leaf(
        &self,
        leaf: &Leaf,
        segment: &Segment,
        mut within: RoaringBitmap,
    ) -> Result<(RoaringBitmap, ServedBy)> {
        if leaf.is_costly() {
            return self.costly(leaf, segment, within);
        }
        if within.len() <= FEW || segment.len() <= SMALL {
            let columns = &segment.columns;
            within.retain(|place| {
                segment
                    .entry(place)
                    .is_some_and(|entry| holds(leaf, columns, entry))
            });
            return Ok((within, ServedBy::Entries));
        }
        match leaf {
            Leaf::Flag(flag) => within &= segment.flag(*flag),
            Leaf::Open => {
                within -= segment.flag(ColumnEntry::CLOSED);
                within -= segment.flag(ColumnEntry::OTHER_STATE);
            }
            Leaf::Rows(dimension, rows) => match rows.as_slice() {
                [row] => within &= segment.posting(*dimension, *row),
                rows => {
                    let mut any = RoaringBitmap::new();
                    rows.iter()
                        .for_each(|row| any |= segment.posting(*dimension, *row));
                    within &= any;
                }
            },
            Leaf::Range(key, ..) => {
                if let Some(order) = segment.order(*key) {
                    let found = between(segment, order, leaf);
                    let inside = found.len();
                    // Whichever set is smaller is made.
                    if inside <= order.places.len() / 2 {
                        within &= dense(order.places.get(found), segment.len());
                    } else {
                        within -= dense(order.places.get(..found.start), segment.len());
                        within -= dense(order.places.get(found.end..), segment.len());
                    }
                }
                return Ok((within, ServedBy::Order(*key)));
            }
            Leaf::Word(flag, words) if *flag == ColumnEntry::TYPE => {
                let mut any = RoaringBitmap::new();
                for place in segment.columns.texts_among(words) {
                    any |= segment.posting(Dimension::Type, place);
                }
                within &= any;
            }
            Leaf::Word(flag, _) | Leaf::Moment(flag, _) => {
                within &= segment.flag(*flag);
                let columns = &segment.columns;
                within.retain(|place| {
                    segment
                        .entry(place)
                        .is_some_and(|entry| holds(leaf, columns, entry))
                });
                return Ok((within, ServedBy::Entries));
            }
            _ => {}
        }
        Ok((within, ServedBy::Set))
    }

    /// A test that entries do not answer.
    fn costly(
        &self,
        leaf: &Leaf,
        segment: &Segment,
        mut within: RoaringBitmap,
    ) -> Result<(RoaringBitmap, ServedBy)> {
        let served_by = match leaf {
            Leaf::Blocked => {
                within &= segment.flag(ColumnEntry::BLOCKED_BY);
                let mut found = RoaringBitmap::new();
                for place in &within {
                    if let Some(entry) = segment.entry(place)
                        && self.is_blocked(&segment.columns, entry)?
                    {
                        found.insert(place);
                    }
                }
                return Ok((found, ServedBy::OtherIssues));
            }
            Leaf::TitleHas(text) => {
                let mut found = RoaringBitmap::new();
                for place in &within {
                    if let Some(entry) = segment.entry(place)
                        && self.names.title(entry.row)?.to_lowercase().contains(text)
                    {
                        found.insert(place);
                    }
                }
                return Ok((found, ServedBy::Titles));
            }
            _ => self.text.served_by(),
        };
        let candidates = segment.rows_at_least(&within);
        let rows = match leaf {
            Leaf::Text(test) => self.text.matching(self.repository, test, &candidates)?,
            Leaf::Mentions(logins) => self.text.mentioning(self.repository, logins, &candidates)?,
            Leaf::Commenter(users) => {
                self.text
                    .commented_by(self.repository, users, &candidates)?
            }
            _ => RoaringBitmap::new(),
        };
        within &= segment.places(&rows);
        Ok((within, served_by))
    }

    fn is_blocked(&self, columns: &RepositoryColumns, entry: &ColumnEntry) -> Result<bool> {
        for row in columns.part(entry, ColumnEntry::BLOCKED_BY) {
            let is_open = match self.index.entry(*row) {
                Some((_, other)) => other.is_open(),
                None => self.names.is_open(*row)?,
            };
            if is_open {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a test that entries answer holds of an entry.
fn holds(leaf: &Leaf, columns: &RepositoryColumns, entry: &ColumnEntry) -> bool {
    match leaf {
        Leaf::Flag(flag) => entry.has(*flag),
        Leaf::Open => entry.is_open(),
        Leaf::Rows(dimension, rows) => dimension
            .of(columns, entry)
            .iter()
            .any(|row| rows.binary_search(row).is_ok()),
        Leaf::Word(flag, words) => columns.text(entry, *flag).is_some_and(|text| {
            let text = text.to_lowercase();
            words.contains(&text)
        }),
        Leaf::Range(key, from, to) => (*from..=*to).contains(&value(*key, columns, entry)),
        Leaf::Moment(flag, bounds) => columns
            .moment(entry, *flag)
            .is_some_and(|at| bounds.contains(&at)),
        _ => false,
    }
}

/// Which part of an order lies in the range of a test.
fn between(segment: &Segment, order: &Order, leaf: &Leaf) -> std::ops::Range<usize> {
    let Leaf::Range(key, from, to) = leaf else {
        return 0..0;
    };
    let value = |place: &u32| {
        let entry = segment.entry(*place);
        entry.map_or(0, |entry| value(*key, &segment.columns, entry))
    };
    let start = order.places.partition_point(|place| value(place) < *from);
    let end = order.places.partition_point(|place| value(place) <= *to);
    start..end.max(start)
}

/// The set of places in any order, of which there are at most `all`.
fn dense(places: Option<&[u32]>, all: usize) -> RoaringBitmap {
    let places = places.unwrap_or_default();
    if places.len() < 256 {
        return places.iter().copied().collect();
    }
    let mut bytes = vec![0u8; all.div_ceil(8)];
    for place in places {
        if let Some(byte) = bytes.get_mut((*place >> 3) as usize) {
            *byte |= 1 << (place & 7);
        }
    }
    RoaringBitmap::from_lsb0_bytes(0, &bytes)
}

/// About how many entries of a segment match; never less than there are for a test alone.
pub(super) fn estimate(node: &Node, segment: &Segment) -> u64 {
    let all = segment.len() as u64;
    match node {
        Node::Everything => all,
        Node::Nothing => 0,
        Node::All(nodes) => {
            let least = nodes.iter().map(|node| estimate(node, segment)).min();
            least.unwrap_or(all)
        }
        Node::Any(nodes) => {
            let sum: u64 = nodes.iter().map(|node| estimate(node, segment)).sum();
            sum.min(all)
        }
        Node::Not(node) => match **node {
            Node::Leaf(Leaf::Flag(_) | Leaf::Open | Leaf::Range(..)) => {
                all - estimate(node, segment).min(all)
            }
            _ => all,
        },
        Node::Leaf(leaf) => match leaf {
            Leaf::Flag(flag) | Leaf::Word(flag, _) | Leaf::Moment(flag, _) => {
                segment.flag(*flag).len()
            }
            Leaf::Open => {
                let closed = segment.flag(ColumnEntry::CLOSED).len();
                all - (closed + segment.flag(ColumnEntry::OTHER_STATE).len()).min(all)
            }
            Leaf::Rows(dimension, rows) => {
                let sets = rows.iter().map(|row| segment.posting(*dimension, *row));
                sets.map(RoaringBitmap::len).sum::<u64>().min(all)
            }
            Leaf::Range(key, ..) => match segment.order(*key) {
                Some(order) => between(segment, order, leaf).len() as u64,
                None => all,
            },
            Leaf::Blocked => segment.flag(ColumnEntry::BLOCKED_BY).len(),
            Leaf::TitleHas(_) | Leaf::Text(_) | Leaf::Mentions(_) | Leaf::Commenter(_) => all,
        },
    }
}
