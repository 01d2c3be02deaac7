//! Which repository an input is about.

use std::io::Read;

use memchr::memmem::Finder;

use super::translate::archive_json;
use crate::shape::Site;
use backlot_forge::Error;
use backlot_forge::repositories::Repositories;

/// More than a URL takes up to the end of the repository's name.
const LONGEST: usize = 512;
/// How many repositories are counted; what is named after so many others is not what an input is about.
const MOST: usize = 4_096;

/// How much of a file tells whether it is an archive, and of which repository.
const HEAD: u64 = 64 * 1024;
/// For how many addresses the repository counts that an archive names.
const NAMED: u64 = 1_000;

/// Counts how often URLs name each repository.
#[derive(Default)]
pub(super) struct Census {
    /// API address, `owner/name` with a slash behind it, and how often it was named.
    names: Vec<(String, String, u64)>,
    places: Repositories,
    last: usize,
    /// Whether there was anything but white space.
    pub(super) any: bool,
}

impl Census {
    /// Counts what a reader gives, unless it is an archive that says what it is about.
    pub(super) fn count_archive(&mut self, reader: &mut dyn Read) -> Result<(), Error> {
        let mut head = Vec::new();
        (&mut *reader).take(HEAD).read_to_end(&mut head)?;
        if archive_json::begins(&head)
            && let Some((api, repo)) = archive_json::site(&head)
        {
            self.any = true;
            self.put(&api, &format!("{repo}/"), NAMED);
            return Ok(());
        }
        self.count(&mut head.as_slice().chain(reader))
    }

    /// Counts what a reader gives.
    pub(super) fn count(&mut self, reader: &mut dyn Read) -> Result<(), Error> {
        let finder = Finder::new("/repos/");
        let mut buffer = vec![0; 256 * 1024];
        let (mut kept, mut begun) = (0, 0);
        loop {
            let read = reader.read(&mut buffer[kept..])?;
            let filled = kept + read;
            let data = &buffer[..filled];
            self.any = self.any || data.iter().any(|byte| !byte.is_ascii_whitespace());
            // A URL that may go on, or has its beginning in what was counted, waits for what follows.
            let end = if read == 0 {
                filled
            } else {
                filled.saturating_sub(LONGEST)
            };
            for at in finder
                .find_iter(data)
                .skip_while(|at| *at < begun)
                .take_while(|at| *at < end)
            {
                self.name(data, at);
            }
            if read == 0 {
                return Ok(());
            }
            let from = end.saturating_sub(LONGEST);
            buffer.copy_within(from..filled, 0);
            begun = end.max(begun) - from;
            kept = filled - from;
        }
    }

    fn name(&mut self, data: &[u8], at: usize) {
        if let Some(last) = self.names.get_mut(self.last)
            && data[at + 7..].starts_with(last.1.as_bytes())
            && data[..at].ends_with(last.0.as_bytes())
        {
            last.2 += 1;
            return;
        }
        let start = data[..at]
            .iter()
            .rev()
            .take(LONGEST / 4)
            .position(|byte| *byte == b'"');
        let Some(start) = start.map(|back| at - back) else {
            return;
        };
        let stop = data[at..]
            .iter()
            .take(LONGEST / 2)
            .position(|byte| *byte == b'"')
            .map_or(data.len(), |count| at + count);
        let url = std::str::from_utf8(&data[start..stop]).unwrap_or_default();
        let Some(site) = Site::of_url(url) else {
            return;
        };
        let name = format!("{}/", site.repo);
        self.put(site.api, &name, 1);
    }

    fn put(&mut self, api: &str, name: &str, count: u64) {
        match self.places.find(api, name) {
            Some(known) => {
                self.last = known;
                self.names[known].2 += count;
            }
            None if self.names.len() < MOST => {
                self.last = self.places.note(api, name);
                self.names.push((api.to_owned(), name.to_owned(), count));
            }
            None => {}
        }
    }

    /// Counts what another census counted.
    pub(super) fn add(&mut self, other: &Self) {
        self.any |= other.any;
        for (api, name, count) in &other.names {
            self.put(api, name, *count);
        }
    }

    /// The API address and `owner/name` that alone were named, if no others were.
    pub(super) fn only(&self) -> Option<(String, String)> {
        (self.names.len() == 1).then(|| self.most())
    }

    /// The API address and `owner/name` that were named most.
    pub(super) fn most(&self) -> (String, String) {
        let most = self.names.iter().rev().max_by_key(|name| name.2);
        let (api, name) = most.map_or(("", ""), |most| (most.0.as_str(), most.1.as_str()));
        let site = Site::new(api, name.trim_end_matches('/'));
        (site.api.to_owned(), site.repo.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_names_repositories_without_end_is_counted_up_to_a_bound() {
        let mut input = String::new();
        let url = |name: u64| format!("\"https://api.github.com/repos/octo/n{name}/issues/1\" ");
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
