//! The repositories that an input names, each under its place in the order in which they came.

use std::collections::HashMap;

/// Finds repositories by their hosts and names without a look at all that were named.
#[derive(Default)]
pub struct Repositories {
    places: HashMap<String, usize>,
    key: String,
}

impl Repositories {
    /// The place of a repository that was noted; none of one that was not.
    pub fn find(&mut self, host: &str, name: &str) -> Option<usize> {
        self.key.clear();
        self.key.push_str(host);
        // No host has a line break in it.
        self.key.push('\n');
        self.key.push_str(name);
        self.places.get(&self.key).copied()
    }

    /// Gives a repository the next place, unless it has one.
    pub fn note(&mut self, host: &str, name: &str) -> usize {
        if let Some(place) = self.find(host, name) {
            return place;
        }
        let place = self.places.len();
        self.places.insert(self.key.clone(), place);
        place
    }

    /// How many were noted.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether none was noted.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_place_in_the_order_in_which_they_came() {
        let mut repositories = Repositories::default();
        assert!(repositories.is_empty());
        for (host, name, place) in [
            ("a.example", "octo/hello", 0),
            ("b.example", "octo/hello", 1),
            ("a.example", "octo/other", 2),
            ("a.example", "octo/hello", 0),
        ] {
            assert_eq!(repositories.note(host, name), place);
            assert_eq!(repositories.find(host, name), Some(place));
        }
        assert_eq!(repositories.find("b.example", "octo/other"), None);
        assert_eq!(repositories.len(), 3);
    }
}
