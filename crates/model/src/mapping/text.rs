//! What texts say by a mapping: every change is made to a range of bytes that was found on the Markdown tree,
//! and all other bytes stay.

use std::borrow::Cow;
use std::ops::Range;

use super::{Mapping, Mentions};
use crate::kind::RecordKind;
use crate::name::RepositoryName;
use crate::reference::{Found, IssueReference, Wrapping, code_mentions, find_notifying};

/// Where a text stands, which decides what its references mean.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextContext<'a> {
    /// The repository in which `#12` is an issue.
    pub repository: Option<&'a RepositoryName>,
    /// The host of the forge: addresses of other hosts stay as they are.
    pub host: Option<&'a str>,
}

/// A text that was mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedText<'t> {
    /// What it says now.
    pub text: Cow<'t, str>,
    /// Whether the inverse of the mapping gives exactly what it said.
    pub is_reversible: bool,
}

impl Mapping {
    /// What a Markdown text says by this mapping.
    ///
    /// Mentions of mapped users get the new login, others become code where that is asked for, and references
    /// to mapped issues lead to the new ones in the form in which they were written: `#12`, `GH-12`,
    /// `owner/name#12` or an address. What stands in code stays.
    pub fn text<'t>(&self, text: &'t str, context: &TextContext<'_>) -> Cow<'t, str> {
        if !self.changes_texts() {
            return Cow::Borrowed(text);
        }
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut live = Vec::new();
        for found in find_notifying(text) {
            match found {
                Found::Issue {
                    reference,
                    host,
                    span,
                } => {
                    let is_elsewhere = host.is_some_and(|host| {
                        context
                            .host
                            .is_some_and(|here| !here.eq_ignore_ascii_case(&host))
                    });
                    let written = text.get(span.clone()).unwrap_or_default();
                    if !is_elsewhere && let Some(new) = self.reference(&reference, written, context)
                    {
                        edits.push((span, new));
                    }
                }
                Found::Mention { login, span } => match self.name(RecordKind::User, &login) {
                    Some(new) => edits.push((span, format!("@{new}"))),
                    None => live.push(span),
                },
            }
        }
        match self.mentions {
            Mentions::Keep => {}
            Mentions::Defuse => edits.extend(wrapped(text, live)),
            Mentions::Restore => {
                for (span, mention) in code_mentions(text) {
                    edits.push((span, mention.to_owned()));
                }
            }
        }
        edits.retain(|(span, new)| text.get(span.clone()) != Some(new));
        if edits.is_empty() {
            return Cow::Borrowed(text);
        }
        let text = spliced(text, edits);
        Cow::Owned(match self.mentions {
            Mentions::Defuse => self.defused_again(text),
            _ => text,
        })
    }

    /// Defuses what became a mention when the one before it was defused, as in `@one@two`.
    fn defused_again(&self, mut text: String) -> String {
        let is_new = |login: &str| {
            let mut pairs = self.pairs(RecordKind::User);
            pairs.any(|(_, new)| new.eq_ignore_ascii_case(login))
        };
        for _ in 0..MAX_ROUNDS {
            let live: Vec<Range<usize>> = find_notifying(&text)
                .into_iter()
                .filter_map(|found| match found {
                    Found::Mention { login, span } if !is_new(&login) => Some(span),
                    _ => None,
                })
                .collect();
            if live.is_empty() {
                break;
            }
            let edits = wrapped(&text, live).collect();
            text = spliced(&text, edits);
        }
        text
    }

    /// What a text says by this mapping, and whether the inverse mapping turns it back.
    pub fn checked_text<'t>(
        &self,
        inverse: &Self,
        text: &'t str,
        context: &TextContext<'_>,
    ) -> MappedText<'t> {
        let mapped = self.text(text, context);
        // A text that stays can still hold what the inverse would take for something mapped.
        let is_reversible = inverse.text(&mapped, context) == text;
        MappedText {
            text: mapped,
            is_reversible,
        }
    }

    /// A reference as it is written by this mapping; none for one that stays.
    fn reference(
        &self,
        reference: &IssueReference,
        written: &str,
        context: &TextContext<'_>,
    ) -> Option<String> {
        let new = self.new_reference(reference, context)?;
        let number = new.number;
        let is_here = |name: &RepositoryName| context.repository == Some(name);
        let there = new.repository.as_ref();
        if let Some(address) = Address::of(written) {
            let own = reference.repository.as_ref();
            let here = own.filter(|own| is_here(own)).or(context.repository);
            return Some(address.with(there.or(here)?, number));
        }
        let elsewhere = match (&reference.repository, there) {
            // Who named the repository at hand goes on to name it; nobody else has to.
            (Some(own), None) if is_here(own) => Some(own),
            (Some(own), Some(name)) if is_here(own) => Some(name),
            (_, there) => there.filter(|name| !is_here(name)),
        };
        let prefix = written.get(..3).filter(|prefix| prefix.ends_with('-'));
        Some(match (elsewhere, prefix) {
            (Some(name), _) => format!("{name}#{number}"),
            (None, Some(prefix)) if reference.repository.is_none() => format!("{prefix}{number}"),
            (None, _) => format!("#{number}"),
        })
    }

    /// Where a reference leads.
    fn new_reference(
        &self,
        reference: &IssueReference,
        context: &TextContext<'_>,
    ) -> Option<&IssueReference> {
        let get = |repository: Option<&RepositoryName>| {
            let key = (repository.map(RepositoryName::key), reference.number);
            self.issues.get(&key).map(|(_, new)| new)
        };
        if self.issues.is_empty() {
            return None;
        }
        let own = reference.repository.as_ref();
        get(own).or_else(|| match own {
            None => get(Some(context.repository?)),
            Some(own) if context.repository == Some(own) => get(None),
            Some(_) => None,
        })
    }
}

/// How often a text is looked through for what became a mention.
const MAX_ROUNDS: usize = 64;

/// Edits that put mentions into code.
fn wrapped(
    text: &str,
    mentions: Vec<Range<usize>>,
) -> impl Iterator<Item = (Range<usize>, String)> {
    let wrapping = (!mentions.is_empty()).then(|| Wrapping::of(text, &mentions));
    mentions
        .into_iter()
        .filter_map(move |span| Some(wrapping.as_ref()?.wrap(text, span)))
}

/// The parts of the address of an issue that stay.
struct Address<'w> {
    scheme: &'w str,
    host: &'w str,
    page: &'w str,
    // What follows the number.
    rest: &'w str,
}

impl<'w> Address<'w> {
    /// The parts of a reference, if it is written as an address.
    fn of(written: &'w str) -> Option<Self> {
        let (scheme, rest) = written.split_once("//")?;
        let mut parts = rest.splitn(5, '/');
        let host = parts.next()?;
        let page = parts.nth(2)?;
        let rest = parts.next()?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        Some(Self {
            scheme,
            host,
            page,
            rest: rest.get(digits..)?,
        })
    }

    /// The address of another issue.
    fn with(&self, repository: &RepositoryName, number: u64) -> String {
        let Self {
            scheme,
            host,
            page,
            rest,
        } = self;
        format!("{scheme}//{host}/{repository}/{page}/{number}{rest}")
    }
}

/// The text with ranges of it replaced. Of ranges that overlap, the first counts.
fn spliced(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len() + 16 * edits.len());
    let mut at = 0;
    for (span, new) in edits {
        if span.start < at {
            continue;
        }
        out.push_str(text.get(at..span.start).unwrap_or_default());
        out.push_str(&new);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
