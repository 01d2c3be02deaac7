//! Finding references in a stretch of plain text.

use std::ops::Range;

use super::find::Found;
use super::issue::{IssueReference, IssueUrl, is_word, number};

/// How long a login can be: 39 characters, and what an enterprise appends to those that it manages.
const LOGIN: usize = 39 + 1 + 8;

/// Whether a text can hold a reference at all: a quick look at its bytes, before it is parsed.
pub(super) fn may_refer(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(b' ');
    let before = |index: usize, back: usize| index.checked_sub(back).map_or(b' ', at);
    bytes.iter().enumerate().any(|(index, byte)| match byte {
        b'#' => matches!(at(index + 1), b'1'..=b'9'),
        b'@' => !before(index, 1).is_ascii_alphanumeric() && at(index + 1).is_ascii_alphanumeric(),
        b'-' => {
            matches!(at(index + 1), b'1'..=b'9')
                && before(index, 1).eq_ignore_ascii_case(&b'h')
                && before(index, 2).eq_ignore_ascii_case(&b'g')
        }
        b'/' => bytes[index..].starts_with(b"/issues/") || bytes[index..].starts_with(b"/pull/"),
        _ => false,
    })
}

/// What is searched, and what was found in it so far.
pub(super) struct Scanner<'a> {
    pub(super) source: &'a str,
    pub(super) found: Vec<Found>,
    /// Whether `@org/team` is a mention as well.
    pub(super) with_teams: bool,
}

impl Scanner<'_> {
    /// Searches a stretch of the source in which nothing has a meaning of its own.
    pub(super) fn text(&mut self, stretch: Range<usize>, with_mentions: bool) {
        let bytes = self.source.as_bytes();
        // What is before this belongs to something else.
        let mut floor = stretch.start;
        let mut at = stretch.start;
        while at < stretch.end {
            let end = match bytes[at] {
                b':' => self.url(floor, &stretch, at),
                b'#' => self.by_number(floor, &stretch, at),
                b'-' => self.by_prefix(floor, &stretch, at),
                b'@' if with_mentions => self.mention(&stretch, at),
                _ => None,
            };
            match end {
                Some(end) => {
                    floor = end;
                    at = end;
                }
                None => at += 1,
            }
        }
    }

    /// An address, whose colon is here. Where it ends, also if it is no issue's.
    fn url(&mut self, floor: usize, stretch: &Range<usize>, colon: usize) -> Option<usize> {
        let bytes = &self.source.as_bytes()[..stretch.end];
        if !bytes[colon..].starts_with(b"://") {
            return None;
        }
        let start = ["https", "http"].into_iter().find_map(|scheme| {
            let start = colon.checked_sub(scheme.len())?;
            let is_free = !before(bytes, stretch, start).is_some_and(is_word);
            let is_scheme = bytes[start..colon].eq_ignore_ascii_case(scheme.as_bytes());
            (start >= floor && is_scheme && is_free).then_some(start)
        })?;
        let text = self.source.get(start..stretch.end)?;
        let Some(url) = IssueUrl::at_start(text) else {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'<';
            let length = bytes[colon..].iter().position(ends);
            return Some(length.map_or(stretch.end, |length| colon + length));
        };
        let end = start + url.page_end(text);
        let host = Some(url.host.to_owned());
        self.issue(url.reference, host, start..end);
        Some(end)
    }

    /// `#12` or `owner/name#12`, whose `#` is here.
    fn by_number(&mut self, floor: usize, stretch: &Range<usize>, hash: usize) -> Option<usize> {
        let bytes = &self.source.as_bytes()[..stretch.end];
        let (number, end) = number_at(bytes, hash + 1)?;
        let in_name = |byte: &&u8| is_word(**byte) || b"-./".contains(byte);
        let length = bytes[floor..hash].iter().rev().take_while(in_name);
        let start = hash - length.count();
        let name = self.source.get(start..hash)?;
        // As in a range, `#1-#5`.
        let follows_another = start == floor && start > stretch.start && start < hash;
        let separates = |byte: u8| !is_word(byte) && !b"&#@/".contains(&byte);
        if !follows_another && !before(bytes, stretch, start).is_none_or(separates) {
            return None;
        }
        if name.bytes().all(|byte| b"-.".contains(&byte)) {
            self.issue(IssueReference::here(number), None, hash..end);
            return Some(end);
        }
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        let repository = name.parse().ok().filter(|_| begins_well)?;
        let reference = IssueReference::elsewhere(repository, number);
        self.issue(reference, None, start..end);
        Some(end)
    }

    /// `GH-12`, whose hyphen is here.
    fn by_prefix(&mut self, floor: usize, stretch: &Range<usize>, hyphen: usize) -> Option<usize> {
        let bytes = &self.source.as_bytes()[..stretch.end];
        let start = hyphen.checked_sub(2).filter(|start| *start >= floor)?;
        if !bytes[start..hyphen].eq_ignore_ascii_case(b"gh") {
            return None;
        }
        if before(bytes, stretch, start)
            .is_some_and(|byte| is_word(byte) || b"&#@/-.".contains(&byte))
        {
            return None;
        }
        let (number, end) = number_at(bytes, hyphen + 1)?;
        self.issue(IssueReference::here(number), None, start..end);
        Some(end)
    }

    /// `@login`, whose `@` is here.
    fn mention(&mut self, stretch: &Range<usize>, at: usize) -> Option<usize> {
        let bytes = &self.source.as_bytes()[..stretch.end];
        if before(bytes, stretch, at).is_some_and(|byte| is_word(byte) || b"/@".contains(&byte)) {
            return None;
        }
        let in_login = |byte: &&u8| is_word(**byte) || **byte == b'-';
        let length = bytes[at + 1..].iter().take_while(in_login).count();
        let written = self.source.get(at + 1..at + 1 + length)?;
        let login = written.trim_end_matches('-');
        let mut end = at + 1 + login.len();
        if self.with_teams && login == written {
            end += team(&bytes[end..]).unwrap_or(0);
        }
        let name = self.source.get(at + 1..end)?;
        let after = &bytes[(at + 1 + length).max(end)..];
        let dots = after.iter().take_while(|byte| **byte == b'.').count();
        // The name of a team, a package, a file or a domain.
        let goes_on = after.first() == Some(&b'/')
            || (dots > 0 && after.get(dots).is_some_and(|byte| is_word(*byte)));
        let is_login = login.len() <= LOGIN
            && login.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !login.contains("--")
            && login.bytes().filter(|byte| *byte == b'_').count() <= 1
            && !login.ends_with('_');
        if goes_on || !is_login {
            return None;
        }
        let login = name.to_owned();
        let span = at..end;
        self.found.push(Found::Mention { login, span });
        Some(end)
    }

    pub(super) fn issue(
        &mut self,
        reference: IssueReference,
        host: Option<String>,
        span: Range<usize>,
    ) {
        self.found.push(Found::Issue {
            reference,
            host,
            span,
        });
    }
}

/// How long the `/team` is that stands here.
fn team(bytes: &[u8]) -> Option<usize> {
    let in_name = |byte: &&u8| is_word(**byte) || **byte == b'-';
    let name = bytes.strip_prefix(b"/")?;
    let length = name.iter().take_while(in_name).count();
    let trailing = name[..length]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'-');
    let length = length - trailing.count();
    (length > 0).then_some(length + 1)
}

/// The number that stands here, with its end, if nothing follows that makes it something else.
fn number_at(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let (number, length) = number(bytes.get(at..)?)?;
    let end = at + length;
    match &bytes[end..] {
        [byte, ..] if is_word(*byte) => None,
        [b'.', byte, ..] if byte.is_ascii_digit() => None,
        _ => Some((number, end)),
    }
}

/// The byte before this one in its stretch. What is outside is markup, which separates.
fn before(bytes: &[u8], stretch: &Range<usize>, at: usize) -> Option<u8> {
    let index = at.checked_sub(1).filter(|index| *index >= stretch.start)?;
    bytes.get(index).copied()
}
