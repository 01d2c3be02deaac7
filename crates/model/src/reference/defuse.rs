//! Mentions that stand in code, where they notify nobody.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::find::{Found, find_notifying};

/// How mentions of a text are put into code.
pub(crate) struct Wrapping {
    // One backtick, or as many as no run of the text has: another run could end the code, or begin it before.
    fence: String,
    // Where HTML stands, in which backticks mean nothing.
    html: Vec<Range<usize>>,
}

impl Wrapping {
    /// How these mentions of a text are.
    pub(crate) fn of(text: &str, mentions: &[Range<usize>]) -> Self {
        let html = parsed(text).filter_map(|(event, range)| {
            matches!(event, Event::Start(Tag::HtmlBlock)).then_some(range)
        });
        let plain = Self {
            fence: "`".to_owned(),
            html: html.collect(),
        };
        let runs = runs(text);
        if !runs.contains(&1) || plain.is_enough(text, mentions) {
            return plain;
        }
        let fence = (1..).find(|length| !runs.contains(length)).unwrap_or(1);
        Self {
            fence: "`".repeat(fence),
            ..plain
        }
    }

    /// Whether all of these mentions become code and everything else stays what it is.
    fn is_enough(&self, text: &str, mentions: &[Range<usize>]) -> bool {
        let mut wrapped = String::with_capacity(text.len() + 2 * mentions.len());
        let mut at = 0;
        for span in mentions {
            let (span, code) = self.wrap(text, span.clone());
            wrapped.push_str(text.get(at..span.start).unwrap_or_default());
            wrapped.push_str(&code);
            at = span.end;
        }
        wrapped.push_str(text.get(at..).unwrap_or_default());
        code_mentions(&wrapped).len() == code_mentions(text).len() + mentions.len()
            && find_notifying(&wrapped).len() + mentions.len() == find_notifying(text).len()
    }

    /// The mention at these bytes as code, with the bytes that this replaces.
    pub(crate) fn wrap(&self, text: &str, span: Range<usize>) -> (Range<usize>, String) {
        let bytes = text.as_bytes();
        let is_tick = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b'`');
        let is_beside_ticks = is_tick(span.start.checked_sub(1)) || is_tick(Some(span.end));
        let before = bytes.get(..span.start).unwrap_or_default();
        let slashes = before.iter().rev().take_while(|byte| **byte == b'\\');
        // A backslash would make a plain character of what comes to stand after it.
        let is_escaped = slashes.count() % 2 == 1;
        let is_html = |html: &Range<usize>| html.contains(&span.start);
        let within = span.start - usize::from(is_escaped)..span.end;
        let mention = text.get(within.clone()).unwrap_or_default();
        let code = match is_escaped || is_beside_ticks || self.html.iter().any(is_html) {
            true => format!("{OPEN}{mention}{CLOSE}"),
            false => format!("{0}{mention}{0}", self.fence),
        };
        (within, code)
    }
}

/// How long the runs of backticks in a text are.
fn runs(text: &str) -> Vec<usize> {
    let mut runs: Vec<usize> = text
        .split(|c| c != '`')
        .map(str::len)
        .filter(|length| *length > 0)
        .collect();
    // The first backtick after a backslash can be a plain character.
    let shorter: Vec<usize> = runs.iter().map(|length| length - 1).collect();
    if text.contains("\\`") {
        runs.extend(shorter);
    }
    runs
}

const OPEN: &str = "<code>";
const CLOSE: &str = "</code>";

/// The mentions that stand alone in code, with the bytes at which the code is written: those of a code span or
/// of an HTML element, and nothing in a block of code.
pub(crate) fn code_mentions(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    // The last pieces of HTML and text inside a line.
    let mut opened: Option<usize> = None;
    let mut html = None;
    for (event, range) in parsed(text) {
        let written = text.get(range.clone()).unwrap_or_default();
        match event {
            Event::Code(_) => {
                let mention = written.trim_matches('`');
                if is_mention(mention) {
                    found.push((range, mention));
                }
                opened = None;
            }
            Event::InlineHtml(_) if written == OPEN => opened = Some(range.start),
            Event::InlineHtml(_) if written == CLOSE => {
                if let Some(start) = opened.take() {
                    let whole = start..range.end;
                    let mention = text.get(start + OPEN.len()..range.start);
                    let mention = mention.filter(|mention| is_element(mention));
                    found.extend(mention.map(|mention| (whole, mention)));
                }
            }
            Event::Text(_) => {}
            Event::Start(Tag::HtmlBlock) => html = Some(range),
            _ => opened = None,
        }
        if let Some(block) = html.take() {
            in_html(text, block, &mut found);
        }
    }
    found
}

/// The mentions that are elements of a block of HTML.
fn in_html<'t>(text: &'t str, block: Range<usize>, found: &mut Vec<(Range<usize>, &'t str)>) {
    let mut at = block.start;
    while let Some(start) = text
        .get(at..block.end)
        .and_then(|rest| rest.find(OPEN))
        .map(|found| at + found)
    {
        at = start + OPEN.len();
        let inner = text.get(at..block.end).unwrap_or_default();
        if let Some((mention, _)) = inner.split_once(CLOSE)
            && is_element(mention)
        {
            found.push((start..at + mention.len() + CLOSE.len(), mention));
        }
    }
}

/// Whether what an element holds is a mention, as it is written or with a backslash before it.
fn is_element(inner: &str) -> bool {
    is_mention(inner.strip_prefix('\\').unwrap_or(inner))
}

/// Whether a text is a mention and nothing else.
fn is_mention(text: &str) -> bool {
    text.starts_with('@')
        && matches!(
            find_notifying(text).as_slice(),
            [Found::Mention { span, .. }] if *span == (0..text.len())
        )
}

fn parsed(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    Parser::new_ext(text, options).into_offset_iter()
}
