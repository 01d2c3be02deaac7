//! What is wrong with a search, and where.

use std::fmt;
use std::ops::Range;

/// What kind of thing is wrong with a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueryErrorKind {
    /// A quoted text does not end.
    UnclosedQuote,
    /// A group does not end.
    UnclosedParenthesis,
    /// A group ends that did not begin.
    UnmatchedParenthesis,
    /// There is nothing between two parentheses.
    EmptyGroup,
    /// `AND`, `OR` or `NOT` lacks a condition beside it.
    MissingOperand,
    /// A qualifier or a pair of quotes has nothing in it.
    MissingValue,
    /// A qualifier has a value that it cannot have.
    InvalidValue,
    /// GitHub has this qualifier or value, and a backlog has nothing to answer it with.
    Unsupported,
    /// What is negated cannot be.
    CannotNegate,
    /// A second order was asked for.
    SecondSort,
    /// Groups are nested too deep.
    TooDeep,
    /// `@me` or `@today`, where nobody said who or when that is.
    Unresolved,
}

/// What is wrong with a search: the kind, the word, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    kind: QueryErrorKind,
    span: Range<usize>,
    message: String,
    hint: Option<String>,
}

impl QueryError {
    pub(super) fn new(
        kind: QueryErrorKind,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
            hint: None,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What kind of thing is wrong.
    pub const fn kind(&self) -> QueryErrorKind {
        self.kind
    }

    /// Which bytes of the text are meant; both ends lie between characters.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What is wrong, in words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What would be right, if that can be said.
    pub fn what_would_be_right(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The message below the text that was parsed, with marks under the word that is meant.
    pub const fn pointing_at<'a>(&'a self, text: &'a str) -> PointedError<'a> {
        PointedError { error: self, text }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

/// Shows a [`QueryError`] below the text that it is about, in three lines.
#[derive(Clone, Copy, Debug)]
pub struct PointedError<'a> {
    error: &'a QueryError,
    text: &'a str,
}

impl fmt::Display for PointedError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |c: char| if c.is_control() { ' ' } else { c };
        let width = |text: &str| text.chars().map(columns).sum::<usize>();
        let span = &self.error.span;
        let before = self.text.get(..span.start).unwrap_or_default();
        let marked = self.text.get(span.clone()).unwrap_or_default();
        writeln!(f, "{}", self.text.chars().map(shown).collect::<String>())?;
        let (blank, marks) = (width(before), width(marked).max(1));
        writeln!(f, "{}{}", " ".repeat(blank), "^".repeat(marks))?;
        self.error.fmt(f)
    }
}

/// How many columns a character takes in a terminal, near enough to point at a word.
const fn columns(c: char) -> usize {
    match c as u32 {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The word of a list that was meant, if one is near enough to what was typed.
pub(super) fn nearest<'a>(
    typed: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed: Vec<char> = typed.to_lowercase().chars().take(40).collect();
    let found = words
        .into_iter()
        .map(|word| (distance(&typed, word), word))
        .min_by_key(|(distance, _)| *distance)?;
    let (distance, word) = found;
    (distance <= 2 && distance * 2 <= word.chars().count()).then_some(word)
}

/// How many characters are added, left out, exchanged or swapped with their neighbour.
fn distance(typed: &[char], word: &str) -> usize {
    let word: Vec<char> = word.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=word.len()).collect()];
    for (at, c) in typed.iter().enumerate() {
        let mut row = vec![at + 1];
        for (to, d) in word.iter().enumerate() {
            let mut best = rows[at][to] + usize::from(c != d);
            best = best.min(rows[at][to + 1] + 1).min(row[to] + 1);
            if at > 0 && to > 0 && typed[at - 1] == *d && *c == word[to - 1] {
                best = best.min(rows[at - 1][to - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[typed.len()][word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_meant() {
        let words = ["open", "closed", "locked"];
        for (typed, meant) in [
            ("opne", Some("open")),
            ("Closd", Some("closed")),
            ("lokced", Some("locked")),
            ("x", None),
            ("", None),
            ("triaged", None),
        ] {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
    }

    #[test]
    fn marks_stand_below_the_word() {
        let text = "崩溃\tis:opne";
        let at = text.find("opne").unwrap();
        let error = QueryError::new(QueryErrorKind::InvalidValue, at..at + 4, "no")
            .hint("did you mean is:open?");
        let shown = error.pointing_at(text).to_string();
        assert_eq!(
            shown,
            "崩溃 is:opne\n        ^^^^\nno: did you mean is:open?"
        );
        let end = QueryError::new(QueryErrorKind::UnclosedParenthesis, 1..1, "open");
        assert_eq!(end.pointing_at("(").to_string(), "(\n ^\nopen");
    }
}
