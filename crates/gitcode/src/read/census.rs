//! Which repository an input is about.

use std::io::Read;

use backlot_forge::Error;
use memchr::memmem::Finder;

use crate::shape::Site;

/// More than an address takes up to the end of the repository's name.
const LONGEST: usize = 512;

/// Counts how often addresses name each repository.
#[derive(Default)]
pub(super) struct Census {
    /// Host, `owner/name`, and how often it was named.
    names: Vec<(String, String, u64)>,
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
        if !self.names.get(self.last).is_some_and(is) {
            self.last = match self.names.iter().position(is) {
                Some(known) => known,
                None => {
                    self.names
                        .push((site.host.to_owned(), site.repo.to_owned(), 0));
                    self.names.len() - 1
                }
            };
        }
        self.names[self.last].2 += 1;
    }

    /// Counts what another census counted.
    pub(super) fn add(&mut self, other: &Self) {
        self.any |= other.any;
        for (host, name, count) in &other.names {
            let mut known = self.names.iter_mut();
            match known.find(|known| known.0 == *host && known.1 == *name) {
                Some(known) => known.2 += count,
                None => self.names.push((host.clone(), name.clone(), *count)),
            }
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
