//! Finding the references in Markdown.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::html::Html;
use super::issue::{IssueReference, IssueUrl};
use super::scan::{Scanner, may_refer};

/// A reference that a text makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// To an issue or a pull request.
    Issue {
        /// Which one.
        reference: IssueReference,
        /// The host, where the address of a page is given.
        host: Option<String>,
        /// Where it is written: these bytes of the text and no others.
        span: Range<usize>,
    },
    /// To a person: `@login`.
    Mention {
        /// The login, as it is written.
        login: String,
        /// Where it is written, with the `@`.
        span: Range<usize>,
    },
}

impl Found {
    /// The bytes of the text at which the reference is written.
    pub const fn span(&self) -> &Range<usize> {
        match self {
            Self::Issue { span, .. } | Self::Mention { span, .. } => span,
        }
    }
}

/// The references to issues and people in a Markdown text, in the order in which they are written.
///
/// Found are `#12`, `GH-12`, `owner/name#12`, and addresses of issues and pull requests, bare, in angle
/// brackets or as the destination of a link; and `@login`. Nothing is found in code, in comments and
/// attributes of HTML, in the description of an image, or inside another address; nor is a person in the
/// text of a link.
///
/// A number stands free: not in a word or a path (`x#12`, `#12b`, `a/b/c#12`), not in a version (`#1.2`), and
/// without zeros before it. A login has letters, digits and single hyphens, and one underscore where an
/// enterprise manages it; `@org/team`, `@file.name` and `me@example.org` are no mentions of a person.
/// Whether there is such an issue or such a person is another question.
///
/// ```
/// use backlot_model::{Found, find_references};
///
/// let found = find_references("As @mona says in `#1`: see octo/hello#12.");
/// let spans: Vec<_> = found.iter().map(Found::span).cloned().collect();
/// assert_eq!(spans, [3..8, 27..40]);
/// ```
pub fn find_references(markdown: &str) -> Vec<Found> {
    find(markdown, false)
}

/// As [`find_references`], and `@org/team` is a mention too, of somebody of this name: all that notifies.
pub(crate) fn find_notifying(markdown: &str) -> Vec<Found> {
    find(markdown, true)
}

fn find(markdown: &str, with_teams: bool) -> Vec<Found> {
    if !may_refer(markdown) {
        return Vec::new();
    }
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut walk = Walk {
        scanner: Scanner {
            source: markdown,
            found: Vec::new(),
            with_teams,
        },
        html: Html::default(),
        stretch: 0..0,
        code: 0,
        images: 0,
        link: None,
        defined: BTreeSet::new(),
    };
    let mut events = Parser::new_ext(markdown, options).into_offset_iter();
    while let Some((event, range)) = events.next() {
        walk.event(event, range, &events);
    }
    walk.flush();
    let mut found = walk.scanner.found;
    found.sort_by_key(|found| found.span().start);
    found
}

/// The people whom a Markdown text mentions, each once, in lower case and in the order of their first
/// mention.
pub fn mentions(markdown: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    let logins = find_references(markdown)
        .into_iter()
        .filter_map(|found| match found {
            Found::Mention { login, .. } => Some(login.to_ascii_lowercase()),
            Found::Issue { .. } => None,
        });
    logins.filter(|login| known.insert(login.clone())).collect()
}

/// A way through the parts of a Markdown text.
struct Walk<'a> {
    scanner: Scanner<'a>,
    html: Html,
    // Text that the parser gave in neighbouring pieces.
    stretch: Range<usize>,
    code: usize,
    images: usize,
    link: Option<Link<'a>>,
    // Where the definitions of links begin that were looked at.
    defined: BTreeSet<usize>,
}

/// A link that is open.
struct Link<'a> {
    kind: LinkType,
    destination: CowStr<'a>,
    range: Range<usize>,
    // Where its text ends, as far as that was seen.
    text_end: usize,
}

impl<'a> Walk<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>, events: &OffsetIter<'a>) {
        let written = self.scanner.source.get(range.clone());
        match event {
            Event::Text(text) if written == Some(&text) => {
                if self.stretch.end != range.start {
                    self.flush();
                    self.stretch = range.clone();
                }
                self.stretch.end = range.end;
                self.extend_link(range.end);
                return;
            }
            _ => self.flush(),
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code += 1,
            Event::End(TagEnd::CodeBlock) => self.code = self.code.saturating_sub(1),
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => {
                self.images = self.images.saturating_sub(1);
                self.extend_link(range.end);
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                id,
                ..
            }) => self.begin_link(link_type, dest_url, &id, range, events),
            Event::End(TagEnd::Link) => self.end_link(),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::HtmlBlock
                | TagEnd::Item
                | TagEnd::TableCell,
            ) => self.html.reset(),
            Event::Html(_) | Event::InlineHtml(_) => {
                self.extend_link(range.end);
                let source = self.scanner.source;
                let scanner = &mut self.scanner;
                self.html
                    .read(source, range, &mut |stretch, with_mentions| {
                        scanner.text(stretch, with_mentions);
                    });
            }
            _ => self.extend_link(range.end),
        }
    }

    /// Searches the text that was gathered.
    fn flush(&mut self) {
        let stretch = std::mem::replace(&mut self.stretch, 0..0);
        let in_address = self
            .link
            .as_ref()
            .is_some_and(|link| matches!(link.kind, LinkType::Autolink | LinkType::Email));
        let is_hidden = self.code > 0 || self.images > 0 || self.html.is_code() || in_address;
        if !stretch.is_empty() && !is_hidden {
            let with_mentions = self.link.is_none() && !self.html.is_link();
            self.scanner.text(stretch, with_mentions);
        }
    }

    fn extend_link(&mut self, end: usize) {
        if let Some(link) = &mut self.link {
            link.text_end = link.text_end.max(end);
        }
    }

    fn begin_link(
        &mut self,
        kind: LinkType,
        destination: CowStr<'a>,
        id: &str,
        range: Range<usize>,
        events: &OffsetIter<'a>,
    ) {
        if matches!(
            kind,
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
        ) && let Some(definition) = events.reference_definitions().get(id)
            && self.defined.insert(definition.span.start)
        {
            self.destination(&destination, definition.span.clone());
        }
        let text_end = range.start;
        self.link = Some(Link {
            kind,
            destination,
            range,
            text_end,
        });
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        match link.kind {
            LinkType::Inline => self.destination(&link.destination, link.text_end..link.range.end),
            LinkType::Autolink => self.destination(&link.destination, link.range),
            _ => {}
        }
    }

    /// Takes the destination of a link, which is written inside these bytes. One that is written with
    /// escapes is no plain address, and is left alone.
    fn destination(&mut self, destination: &str, within: Range<usize>) {
        let Some(url) = IssueUrl::at_start(destination) else {
            return;
        };
        if self.images > 0 || url.page_end(destination) != destination.len() {
            return;
        }
        let written = self.scanner.source.get(within.clone()).unwrap_or_default();
        if let Some(at) = written.find(destination) {
            let start = within.start + at;
            let host = Some(url.host.to_owned());
            self.scanner
                .issue(url.reference, host, start..start + destination.len());
        }
    }
}
