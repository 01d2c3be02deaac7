//! The words of a search, with their places in the text.
//!
//! Words end at white space. A parenthesis groups where a word could begin; inside a word, as in
//! `main()`, it belongs to the word and must be closed there. `"` begins a quoted text at the begin
//! of a word or of a value; inside it, `\"` and `\\` stand for `"` and `\`. `-` negates what it stands
//! directly before, once: `--verbose` is a word.

use std::ops::Range;

use super::error::{QueryError, QueryErrorKind};
use super::qualifier::Qualifier;

/// A word of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) span: Range<usize>,
    pub(super) is_negated: bool,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A word or a quoted text to be searched for.
    Text {
        text: String,
        is_phrase: bool,
        is_prefix: bool,
    },
    /// A qualifier that is known, and its values, which commas part.
    Qualifier(Qualifier, Vec<Part>),
}

/// One value of a qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) span: Range<usize>,
    pub(super) is_quoted: bool,
}

/// The words of a text, in their order.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn token(&mut self) -> Result<Option<Token>, QueryError> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let start = self.at;
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        let mut after = self.rest().chars().skip(1);
        let is_negated = first == '-'
            && after
                .next()
                .is_some_and(|next| !next.is_whitespace() && !"-)".contains(next));
        if is_negated {
            self.at += 1;
        }
        let kind = match self.peek() {
            Some('(') => {
                self.at += 1;
                TokenKind::Open
            }
            Some(')') => {
                self.at += 1;
                TokenKind::Close
            }
            Some('"') => {
                let text = self.quoted()?;
                if text.is_empty() {
                    let span = start..self.at;
                    let message = "there is nothing between these quotes";
                    return Err(QueryError::new(QueryErrorKind::MissingValue, span, message));
                }
                TokenKind::Text {
                    text,
                    is_phrase: true,
                    is_prefix: self.eat('*'),
                }
            }
            _ => self.word(is_negated)?,
        };
        if matches!(
            kind,
            TokenKind::Text {
                is_phrase: true,
                ..
            } | TokenKind::Qualifier(..)
        ) {
            self.expect_end()?;
        }
        Ok(Some(Token {
            span: start..self.at,
            is_negated,
            kind,
        }))
    }

    /// A word that is not quoted: an operator, a qualifier or something to search for.
    fn word(&mut self, is_negated: bool) -> Result<TokenKind, QueryError> {
        let start = self.at;
        let operators = [
            ("AND(", TokenKind::And),
            ("OR(", TokenKind::Or),
            ("NOT(", TokenKind::Not),
        ];
        for (typed, operator) in &operators {
            if !is_negated && self.rest().starts_with(*typed) {
                self.at += typed.len() - 1;
                return Ok(operator.clone());
            }
        }
        let head = |c: char| !(c.is_whitespace() || "()\"".contains(c));
        let head = self.rest().split(|c| !head(c)).next().unwrap_or_default();
        if let Some((name, _)) = head.split_once(':') {
            if let Some(qualifier) = Qualifier::from_name(name) {
                self.at = start + name.len() + 1;
                return Ok(TokenKind::Qualifier(qualifier, self.parts(start)?));
            }
            if head.ends_with(':') && self.rest()[head.len()..].starts_with('"') {
                self.at = start + head.len();
                return Ok(TokenKind::Text {
                    text: format!("{head}{}", self.quoted()?),
                    is_phrase: true,
                    is_prefix: self.eat('*'),
                });
            }
        }
        let word = self.bare(|_| false)?;
        Ok(match word {
            "AND" if !is_negated => TokenKind::And,
            "OR" if !is_negated => TokenKind::Or,
            "NOT" if !is_negated => TokenKind::Not,
            _ => {
                let stem = word.strip_suffix('*').filter(|stem| !stem.is_empty());
                TokenKind::Text {
                    text: stem.unwrap_or(word).to_owned(),
                    // `-NOT` negates the word, which can only be written in quotes elsewhere.
                    is_phrase: ["AND", "OR", "NOT"].contains(&word)
                        || operators.iter().any(|(typed, _)| word.starts_with(typed)),
                    is_prefix: stem.is_some(),
                }
            }
        })
    }

    /// What stands before the next white space, parenthesis of a group, or character that ends it.
    fn bare(&mut self, ends: impl Fn(char) -> bool) -> Result<&'a str, QueryError> {
        let rest = self.rest();
        let mut open = Vec::new();
        let mut length = rest.len();
        for (at, c) in rest.char_indices() {
            match c {
                '(' => open.push(self.at + at),
                ')' if !open.is_empty() => {
                    open.pop();
                }
                _ if c == ')' || c.is_whitespace() || ends(c) => {
                    length = at;
                    break;
                }
                _ => {}
            }
        }
        if let Some(at) = open.pop() {
            let message = "this parenthesis is not closed";
            let kind = QueryErrorKind::UnclosedParenthesis;
            return Err(QueryError::new(kind, at..at + 1, message)
                .hint("to search for the character, put it in quotes"));
        }
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// The values of a qualifier, whose name begins at `start`.
    fn parts(&mut self, start: usize) -> Result<Vec<Part>, QueryError> {
        let mut parts = Vec::new();
        loop {
            let from = self.at;
            let is_quoted = self.peek() == Some('"');
            let text = if is_quoted {
                self.quoted()?
            } else {
                self.bare(|c| c == ',')?.to_owned()
            };
            if text.is_empty() {
                let span = start..self.at;
                let typed = self.text.get(span.clone()).unwrap_or_default();
                let message = format!("{typed} lacks a value");
                return Err(QueryError::new(QueryErrorKind::MissingValue, span, message)
                    .hint("to search for the word itself, put it in quotes"));
            }
            parts.push(Part {
                text,
                span: from..self.at,
                is_quoted,
            });
            if !self.eat(',') {
                return Ok(parts);
            }
        }
    }

    /// The text between the quotes that begin here.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        self.eat('"');
        let mut text = String::new();
        let mut characters = self.rest().char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push(c),
                },
                _ => text.push(c),
            }
        }
        let span = start..self.text.len();
        let message = "this quote does not end";
        Err(QueryError::new(
            QueryErrorKind::UnclosedQuote,
            span,
            message,
        ))
    }

    /// After a quoted text or a qualifier, something else begins only after white space.
    fn expect_end(&mut self) -> Result<(), QueryError> {
        if self.peek().is_none_or(|c| c == ')' || c.is_whitespace()) {
            return Ok(());
        }
        let start = self.at;
        self.bare(|_| false)?;
        let span = start..self.at;
        let message = "this stands directly after a quote";
        Err(QueryError::new(QueryErrorKind::InvalidValue, span, message)
            .hint(r#"put a space between, or write \" for a quote inside quotes"#))
    }
}
