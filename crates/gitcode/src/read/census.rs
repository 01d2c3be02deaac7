//! Which repository an input is about.

use std::io::Read;

use backlot_forge::Error;
use backlot_forge::repositories::Repositories;
use memchr::memmem::Finder;

use crate::shape::Site;

/// More than an address takes up to the end of the repository's name.
const LONGEST: usize = 512;
/// How many repositories are counted; what is named after so many others is not what an input is about.
const MOST: usize = 4_096;

/// Counts how often addresses name each repository.
#[derive(Default)]
pub(super) struct Census {
    /// Host, `owner/name`, and how often it was named.
    names: Vec<(String, String, u64)>,
    places: Repositories,
    last: usize,
    /// Whether there was anything but white space.
    pub(super) any: bool,
}

impl Census {
    /// Counts what a reader gives.
    pub(super) fn count(&mut self, reader: &mut dyn Read) -> Result<(), Error> {
        let finder = Finder::new("\"http");
        let mut buffer = vec![0; 256 * 1024];
        let mut kept = 0;
        loop {
            let read = reader.read(&mut buffer[kept..])?;
            let filled = kept + read;
            let data = &buffer[..filled];
            self.any = self.any || data.iter().any(|byte| !byte.is_ascii_whitespace());
            // An address that may go on waits for what follows.
            let end = if read == 0 {
                filled
            } else {
                filled.saturating_sub(LONGEST)
            };
            for at in finder.find_iter(data).take_while(|at| *at < end) {
                self.name(&data[at + 1..]);
            }
            if read == 0 {
                return Ok(());
            }
            buffer.copy_within(end..filled, 0);
            kept = filled - end;
        }
    }

    /// Counts the address that bytes begin with, if it is one inside a repository.
    fn name(&mut self, data: &[u8]) {
        let head = data.get(..LONGEST).unwrap_or(data);
        let Some(length) = memchr::memchr(b'"', head) else {
            return;
        };
        let url = std::str::from_utf8(&head[..length]).unwrap_or_default();
        let Some(site) = Site::of_url(url) else {
            return;
        };
        let is = |known: &(String, String, u64)| known.0 == site.host && known.1 == site.repo;
        match self.names.get_mut(self.last).filter(|last| is(last)) {
            Some(last) => last.2 += 1,
            None => self.put(site.host, site.repo, 1),
        }
    }

    fn put(&mut self, host: &str, name: &str, count: u64) {
        match self.places.find(host, name) {
            Some(known) => {
                self.last = known;
                self.names[known].2 += count;
            }
            None if self.names.len() < MOST => {
                self.last = self.places.note(host, name);
                self.names.push((host.to_owned(), name.to_owned(), count));
            }
            None => {}
        }
    }

    /// Counts what another census counted.
    pub(super) fn add(&mut self, other: &Self) {
        self.any |= other.any;
        for (host, name, count) in &other.names {
            self.put(host, name, *count);
        }
    }

    /// The host and `owner/name` that alone were named, if no others were.
    pub(super) fn only(&self) -> Option<(String, String)> {
        (self.names.len() == 1).then(|| self.most())
    }

    /// The host and `owner/name` that were named most.
    pub(super) fn most(&self) -> (String, String) {
        let most = self.names.iter().rev().max_by_key(|name| name.2);
        let (host, name) = most.map_or(("", ""), |most| (most.0.as_str(), most.1.as_str()));
        let site = Site::new(host, name);
        (site.host.to_owned(), site.repo.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_names_repositories_without_end_is_counted_up_to_a_bound() {
        let mut input = String::new();
        let url =
            |name: u64| format!("\"https://gitcode.com/api/v5/repos/octo/n{name}/issues/1\" ");
        for name in 0..6_000 {
            input.push_str(&url(name));
            input.push_str(&url(7));
        }
        let mut census = Census::default();
        census.count(&mut input.as_bytes()).unwrap();
        assert_eq!(census.names.len(), MOST);
        assert_eq!(census.most().1, "octo/n7");
        let mut sum = Census::default();
        sum.add(&census);
        sum.add(&census);
        assert_eq!(sum.names.len(), MOST);
        assert_eq!(sum.names[7].2, 2 * census.names[7].2);
    }
}
