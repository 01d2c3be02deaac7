//! Tables of keys, each with the rule of a forge by which its value is derived.

/// By what rule the value of a key is derived; each forge has its own.
pub trait Rule: Copy + PartialEq + 'static {
    /// What lies inside a value of the rule that comes again and again.
    fn inside(self) -> Inside;
}

/// What lies inside a value that comes again and again: objects of a form, by the forge's number of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Nothing of that sort.
    Nothing,
    /// The value is one.
    One(u8),
    /// The value is a list of them.
    Many(u8),
}

/// A key that an object can have. Several in a row may share a name: the first whose rule gives
/// what came is taken.
#[derive(Clone, Copy, Debug)]
pub struct Key<R> {
    /// The key.
    pub name: &'static str,
    /// How its value is derived.
    pub rule: R,
    /// Whether today's objects nearly always have the key in this way.
    usual: bool,
}

/// A key that nearly every object has.
pub const fn usual<R>(name: &'static str, rule: R) -> Key<R> {
    let usual = true;
    Key { name, rule, usual }
}

/// A key that only some objects have.
pub const fn rare<R>(name: &'static str, rule: R) -> Key<R> {
    let usual = false;
    Key { name, rule, usual }
}

/// The keys of one form, in the order in which the forge gives them. Places in it are part of the
/// bytes on disk: new keys go to the end.
pub struct Table<R: 'static> {
    /// The keys, 64 at most.
    pub keys: &'static [Key<R>],
    /// The keys that nearly every object has, a bit for each.
    pub usual: u64,
}

impl<R> Table<R> {
    /// The table of some keys.
    ///
    /// # Panics
    ///
    /// With more than 64 keys, when the program is compiled.
    pub const fn new(keys: &'static [Key<R>]) -> Self {
        assert!(keys.len() <= 64);
        let mut usual = 0;
        let mut at = 0;
        while at < keys.len() {
            if keys[at].usual {
                usual |= 1 << at;
            }
            at += 1;
        }
        Self { keys, usual }
    }

    /// The first place of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.name == name)
    }

    /// The places of all keys of the same name as the one at `first`.
    pub fn same_name(&self, first: usize) -> std::ops::Range<usize> {
        let name = self.keys.get(first).map_or("", |key| key.name);
        let count = self
            .keys
            .iter()
            .skip(first)
            .take_while(|key| key.name == name)
            .count();
        first..first + count
    }
}
