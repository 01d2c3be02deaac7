//! Making mentions harmless.

use std::ops::Range;

use crate::reference::{Found, find_references};

/// How a mention is wrapped, so that it is code and no mention.
#[derive(Clone, Copy, PartialEq)]
enum Wrap {
    /// A code span of Markdown.
    Span,
    /// An element of HTML, for where backticks mean nothing or pair with others.
    Element,
}

impl Wrap {
    const fn marks(self) -> (&'static str, &'static str) {
        match self {
            Self::Span => ("`", "`"),
            Self::Element => ("<code>", "</code>"),
        }
    }
}

/// Where people are mentioned.
fn mentioned(text: &str) -> Vec<Range<usize>> {
    let found = find_references(text).into_iter();
    found
        .filter_map(|found| match found {
            Found::Mention { span, .. } => Some(span),
            Found::Issue { .. } => None,
        })
        .collect()
}

/// The text with every mention turned into code, which nobody is notified for: `` `@mona` ``. What is code
/// already stays as it is. None when nobody is mentioned, or when it cannot be done.
///
/// ```
/// use backlot_model::lint::defuse_mentions;
///
/// let defused = defuse_mentions("As @mona says in `@code`.");
/// assert_eq!(defused.as_deref(), Some("As `@mona` says in `@code`."));
/// assert_eq!(defuse_mentions("Nobody."), None);
/// ```
pub fn defuse_mentions(text: &str) -> Option<String> {
    let spans = mentioned(text);
    if spans.is_empty() {
        return None;
    }
    let mut wraps = vec![Wrap::Span; spans.len()];
    // In HTML, and where a backtick stands alone, a span of code does not come about, or another one does. The
    // second time it is known which, and the third time nothing is left to chance.
    for _ in 0..3 {
        let (wrapped, starts) = wrap(text, &spans, &wraps);
        let left = mentioned(&wrapped);
        if left.is_empty() {
            return Some(wrapped);
        }
        for span in left {
            match starts.binary_search(&span.start) {
                Ok(at) if wraps[at] == Wrap::Span => wraps[at] = Wrap::Element,
                _ => wraps.fill(Wrap::Element),
            }
        }
    }
    None
}

/// The text with each span wrapped, and where each begins in it.
fn wrap(text: &str, spans: &[Range<usize>], wraps: &[Wrap]) -> (String, Vec<usize>) {
    let mut wrapped = String::with_capacity(text.len() + 2 * spans.len());
    let mut starts = Vec::with_capacity(spans.len());
    let mut done = 0;
    for (span, wrap) in spans.iter().zip(wraps) {
        let (before, after) = wrap.marks();
        // A backslash right before would make the mark a plain character: it comes into the code.
        let backslashes = text[done..span.start]
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count();
        let start = span.start - backslashes % 2;
        wrapped.push_str(&text[done..start]);
        wrapped.push_str(before);
        starts.push(wrapped.len() + span.start - start);
        wrapped.push_str(&text[start..span.end]);
        wrapped.push_str(after);
        done = span.end;
    }
    wrapped.push_str(&text[done..]);
    (wrapped, starts)
}
