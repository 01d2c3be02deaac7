//! The entries of an object, each under its key's place in a table.

use std::collections::HashMap;

use backlot_model::ViewId;

use crate::cache::Cache;
use crate::json::{Cursor, Fault};
use crate::table::{Inside, Rule, Table};

/// How many keys that are not in the table are looked through one by one. Few objects have more.
const FEW: usize = 32;

/// The entries of an object as they are written.
pub struct Slots<'t> {
    values: [&'t str; 64],
    /// The places that have a value, a bit for each; of keys that share a name, the first.
    pub present: u64,
    /// Entries whose key is not in the table.
    pub others: Vec<(&'t str, &'t str)>,
    /// Keys that came more than once.
    pub repeated: Vec<&'t str>,
    /// The embedded objects that were known by their text, with the offset of each in the object.
    known: Vec<(usize, ViewId)>,
}

/// Which key follows which: the next object has most likely the order of the last one.
pub struct Order([u8; 65]);

impl Default for Order {
    fn default() -> Self {
        Self([0; 65])
    }
}

impl<'t> Slots<'t> {
    /// Splits an object.
    ///
    /// # Errors
    ///
    /// When it is no well formed object.
    pub fn split<R: Rule>(
        text: &'t str,
        table: &Table<R>,
        order: &mut Order,
        cache: &Cache,
    ) -> Result<Self, Fault> {
        let mut slots = Self {
            values: [""; 64],
            present: 0,
            others: Vec::new(),
            repeated: Vec::new(),
            known: Vec::new(),
        };
        let mut cursor = Cursor::new(text);
        let mut places = Places::default();
        let mut previous = 64;
        let mut more = cursor.open_object()?;
        while more {
            let key = cursor.key()?;
            let expected = usize::from(order.0[previous]);
            let at = match table.keys.get(expected) {
                Some(known) if known.name == key => Some(expected),
                _ => table.find(key).inspect(|at| order.0[previous] = *at as u8),
            };
            match at {
                Some(at) => {
                    let value = slots.value(&mut cursor, table.keys[at].rule, cache)?;
                    if slots.present & 1 << at != 0 {
                        slots.repeated.push(key);
                    }
                    slots.values[at] = value;
                    slots.present |= 1 << at;
                    previous = at;
                }
                None => {
                    let value = cursor.value()?;
                    match places.find(key, &slots.others) {
                        Some(at) => {
                            slots.others[at].1 = value;
                            slots.repeated.push(key);
                        }
                        None => slots.others.push((key, value)),
                    }
                }
            }
            more = cursor.more_entries()?;
        }
        cursor.end()?;
        Ok(slots)
    }

    /// The next value; one that begins like an object known by heart is compared, not parsed.
    fn value<R: Rule>(
        &mut self,
        cursor: &mut Cursor<'t>,
        rule: R,
        cache: &Cache,
    ) -> Result<&'t str, Fault> {
        let start = cursor.at();
        let text = cursor.rest();
        match rule.inside() {
            Inside::One(form) => {
                if let Some((length, id)) = cache.starts(form, text) {
                    self.known.push((text.as_ptr() as usize, id));
                    cursor.advance(length);
                    return Ok(&text[..length]);
                }
            }
            Inside::Many(form) if text.starts_with('[') => {
                let mut more = cursor.open_list()?;
                while more {
                    cursor.peek();
                    let element = cursor.rest();
                    if let Some((length, id)) = cache.starts(form, element) {
                        self.known.push((element.as_ptr() as usize, id));
                        cursor.advance(length);
                    } else {
                        cursor.value()?;
                    }
                    more = cursor.more_elements()?;
                }
                return Ok(&text[..cursor.at() - start]);
            }
            _ => {}
        }
        cursor.value()
    }

    /// The embedded object that begins where `raw` does, if it was known by its text.
    pub fn known(&self, raw: &str) -> Option<ViewId> {
        // They were noted in the order of the text.
        let at = raw.as_ptr() as usize;
        let found = self.known.binary_search_by_key(&at, |(known, _)| *known);
        found
            .ok()
            .and_then(|found| self.known.get(found))
            .map(|(_, id)| *id)
    }

    /// The value at a place; empty when there is none.
    pub fn at(&self, at: usize) -> &'t str {
        self.values.get(at).copied().unwrap_or_default()
    }

    /// The value of a key of the table; empty when there is none.
    pub fn get<R: Rule>(&self, table: &Table<R>, name: &str) -> &'t str {
        table.find(name).map_or("", |at| self.at(at))
    }
}

/// Where each key stands that is not in the table.
#[derive(Default)]
struct Places<'t> {
    /// Filled only when there are more than a few, and keyed so that nobody can choose keys that collide.
    known: HashMap<&'t str, usize>,
    /// How many keys were compared, one by one or by their places.
    #[cfg(test)]
    compared: usize,
}

impl<'t> Places<'t> {
    /// Where a key stands among those before it; where it stands nowhere, it is about to be the last.
    fn find(&mut self, key: &'t str, before: &[(&'t str, &'t str)]) -> Option<usize> {
        let many = before.len() >= FEW;
        #[cfg(test)]
        {
            self.compared += if many { 1 } else { before.len() };
        }
        if !many {
            return before.iter().position(|(other, _)| *other == key);
        }
        let unnoted = self.known.len();
        for (at, (other, _)) in before.iter().enumerate().skip(unnoted) {
            #[cfg(test)]
            {
                self.compared += 1;
            }
            self.known.insert(other, at);
        }
        self.known.get(key).copied()
    }
}

/// The entries of an object, as they are written.
pub fn entries(object: &str) -> Result<Vec<(&str, &str)>, Fault> {
    let mut cursor = Cursor::new(object);
    let mut found = Vec::with_capacity(32);
    let mut more = cursor.open_object()?;
    while more {
        found.push((cursor.key()?, cursor.value()?));
        more = cursor.more_entries()?;
    }
    Ok(found)
}

/// The value of a key of an object, as it is written; none when it has no such key.
pub fn entry<'t>(object: &'t str, name: &str) -> Option<&'t str> {
    let mut cursor = Cursor::new(object);
    let mut found = None;
    let mut more = cursor.open_object().ok()?;
    while more {
        let key = cursor.key().ok()?;
        let value = cursor.value().ok()?;
        if key == name {
            found = Some(value);
        }
        more = cursor.more_entries().ok()?;
    }
    found
}

/// The elements of a list, as they are written; none when it is no list.
pub fn elements(list: &str) -> Option<Vec<&str>> {
    let mut cursor = Cursor::new(list);
    let mut found = Vec::new();
    let mut more = cursor.open_list().ok()?;
    while more {
        found.push(cursor.value().ok()?);
        more = cursor.more_elements().ok()?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_are_looked_up_and_found_again() {
        let keys: Vec<String> = (0..5_000).map(|at| format!("a{at}")).collect();
        let (mut places, mut before) = (Places::default(), Vec::new());
        for key in &keys {
            assert_eq!(places.find(key, &before), None, "{key}");
            before.push((key.as_str(), "0"));
        }
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(places.find(key, &before), Some(at), "{key}");
        }
        // A few dozen for the first ones, and then two for each and one when it comes again.
        assert!(places.compared < FEW * FEW + 3 * keys.len());
    }
}
