//! From the words of a search to a query.

use std::ops::Range;

use super::error::{QueryError, QueryErrorKind};
use super::lexer::{Part, Token, TokenKind, tokens};
use super::qualifier::{Meaning, Qualifier, Said, any_of};
use super::{Condition, Query, Sort, Test, TextFields, TextTest};
use crate::time::Timestamp;

/// How deep groups and negations can be nested. GitHub allows five levels; the limit here only keeps any
/// input from exhausting the stack.
pub const MAX_DEPTH: usize = 64;

/// What a search may refer to without saying it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ParseOptions {
    /// Who asks: the login that `@me` stands for.
    pub me: Option<String>,
    /// The present moment, whose day `@today` stands for.
    pub now: Option<Timestamp>,
}

impl Query {
    /// Reads a query in the search language; an empty text asks for everything.
    ///
    /// ```
    /// use backlot_model::{ParseOptions, Query};
    ///
    /// let options = ParseOptions::default();
    /// let query = Query::parse("crash is:open -label:wontfix", &options).unwrap();
    /// assert_eq!(query.to_string(), "crash is:open -label:wontfix");
    ///
    /// let text = "is:opne crash";
    /// let error = Query::parse(text, &options).unwrap_err();
    /// assert_eq!(error.span(), 3..7);
    /// assert_eq!(error.what_would_be_right(), Some("did you mean is:open?"));
    /// ```
    ///
    /// # Errors
    /// A [`QueryError`] that says what is wrong, where, and what would be right.
    pub fn parse(text: &str, options: &ParseOptions) -> Result<Self, QueryError> {
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens: tokens.iter(),
            options,
            depth: 0,
            fields: None,
            sort: None,
        };
        let mut condition = match parser.peek() {
            Some(_) => parser.any(None)?.unwrap_or_default(),
            None => Condition::default(),
        };
        if let Some(token) = parser.tokens.next() {
            let message = "nothing begins that could end here";
            let kind = QueryErrorKind::UnmatchedParenthesis;
            return Err(QueryError::new(kind, token.span.clone(), message)
                .hint("to search for the character, put it in quotes"));
        }
        if let Some(fields) = parser.fields {
            look_in(&mut condition, fields);
        }
        Ok(Self {
            condition,
            sort: parser.sort,
        })
    }
}

struct Parser<'a> {
    tokens: std::slice::Iter<'a, Token>,
    options: &'a ParseOptions,
    depth: usize,
    fields: Option<TextFields>,
    sort: Option<Sort>,
}

/// The operator that a condition must follow.
type After = Option<(&'static str, Range<usize>)>;

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.as_slice().first()
    }

    fn eat(&mut self, kind: &TokenKind) -> Option<Range<usize>> {
        let token = self.peek().filter(|token| token.kind == *kind)?;
        self.tokens.next();
        Some(token.span.clone())
    }

    /// Alternatives with `OR` between them; none for words that say nothing about issues.
    fn any(&mut self, after: After) -> Result<Option<Condition>, QueryError> {
        let first = self.all(after)?;
        let mut said = vec![first];
        let mut operator = None;
        while let Some(span) = self.eat(&TokenKind::Or) {
            said.push(self.all(Some(("OR", span.clone())))?);
            operator = Some(span);
        }
        let mut any = Vec::new();
        for condition in said {
            match (condition, &operator) {
                (Some(Condition::Any(inner)), Some(_)) => any.extend(inner),
                (Some(condition), _) => any.push(condition),
                (None, Some(span)) => return Err(missing("OR", span.clone())),
                (None, None) => return Ok(None),
            }
        }
        Ok(Some(any_of(any)))
    }

    /// Conditions with `AND` or only spaces between them.
    fn all(&mut self, after: After) -> Result<Option<Condition>, QueryError> {
        let mut all = Vec::new();
        let mut scope = Scope::default();
        self.factor(after, &mut all, &mut scope)?;
        loop {
            match self.peek().map(|token| &token.kind) {
                None | Some(TokenKind::Close | TokenKind::Or) => break,
                Some(TokenKind::And) => {
                    let span = self.eat(&TokenKind::And);
                    scope.settle(&mut all);
                    self.factor(span.map(|span| ("AND", span)), &mut all, &mut scope)?;
                }
                Some(_) => self.factor(None, &mut all, &mut scope)?,
            }
        }
        scope.settle(&mut all);
        Ok(match (all.len(), all.pop()) {
            (_, None) => None,
            (1, Some(only)) => Some(only),
            (_, Some(last)) => {
                all.push(last);
                Some(Condition::All(all))
            }
        })
    }

    /// One condition, added to the others that must hold.
    fn factor(
        &mut self,
        after: After,
        all: &mut Vec<Condition>,
        scope: &mut Scope,
    ) -> Result<(), QueryError> {
        let starts = |token: &&Token| {
            !matches!(
                token.kind,
                TokenKind::And | TokenKind::Or | TokenKind::Close
            )
        };
        let Some(token) = self.peek().filter(starts) else {
            return match (after, self.peek()) {
                (Some((name, span)), _) => Err(missing(name, span)),
                (None, Some(token)) if token.kind == TokenKind::And => {
                    Err(missing("AND", token.span.clone()))
                }
                (None, Some(token)) if token.kind == TokenKind::Or => {
                    Err(missing("OR", token.span.clone()))
                }
                // A group that ends here is for the caller to judge.
                (None, _) => Ok(()),
            };
        };
        self.tokens.next();
        match &token.kind {
            TokenKind::Not => {
                self.enter(&token.span)?;
                if let Some(next) = self.peek() {
                    check_negatable(next)?;
                }
                let (mut inner, mut inner_scope) = (Vec::new(), Scope::default());
                self.factor(
                    Some(("NOT", token.span.clone())),
                    &mut inner,
                    &mut inner_scope,
                )?;
                inner_scope.settle(&mut inner);
                all.extend(joined(inner).map(negated));
                self.depth -= 1;
            }
            TokenKind::Open => {
                let inner = self.group(token)?;
                if token.is_negated {
                    all.extend(inner.map(negated));
                } else {
                    add(all, inner);
                }
            }
            TokenKind::Text {
                text,
                is_phrase,
                is_prefix,
            } => {
                let test = Condition::Is(Test::Text(TextTest {
                    text: text.clone(),
                    is_phrase: *is_phrase,
                    is_prefix: *is_prefix,
                    fields: TextFields::default(),
                }));
                all.push(if token.is_negated {
                    negated(test)
                } else {
                    test
                });
            }
            TokenKind::Qualifier(qualifier, parts) => {
                self.qualifier(token, *qualifier, parts, all, scope)?;
            }
            TokenKind::And | TokenKind::Or | TokenKind::Close => {}
        }
        Ok(())
    }

    /// What stands between two parentheses, the first of which was read.
    fn group(&mut self, open: &Token) -> Result<Option<Condition>, QueryError> {
        self.enter(&open.span)?;
        if let Some(close) = self.eat(&TokenKind::Close) {
            let span = open.span.start..close.end;
            let message = "there is nothing in this group";
            return Err(QueryError::new(QueryErrorKind::EmptyGroup, span, message));
        }
        let unclosed = || {
            let message = "this parenthesis is not closed";
            let kind = QueryErrorKind::UnclosedParenthesis;
            Err(QueryError::new(kind, open.span.clone(), message))
        };
        if self.peek().is_none() {
            return unclosed();
        }
        let inner = self.any(None)?;
        if self.eat(&TokenKind::Close).is_none() {
            return unclosed();
        }
        self.depth -= 1;
        Ok(inner)
    }

    fn enter(&mut self, span: &Range<usize>) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("groups nest at most {MAX_DEPTH} deep");
        let kind = QueryErrorKind::TooDeep;
        Err(QueryError::new(kind, span.clone(), message))
    }

    fn qualifier(
        &mut self,
        token: &Token,
        qualifier: Qualifier,
        parts: &[Part],
        all: &mut Vec<Condition>,
        scope: &mut Scope,
    ) -> Result<(), QueryError> {
        if token.is_negated {
            check_negatable(token)?;
        }
        let said = Said {
            qualifier,
            parts,
            span: token.span.clone(),
            options: self.options,
        };
        match said.meaning()? {
            Meaning::Condition(condition) if token.is_negated => all.push(negated(condition)),
            Meaning::Condition(condition) => add(all, Some(condition)),
            Meaning::Scope(test) if token.is_negated => all.push(negated(Condition::Is(test))),
            Meaning::Scope(test) => scope.add(test, all),
            Meaning::Fields(fields) => {
                let known = self.fields.get_or_insert(fields);
                known.title |= fields.title;
                known.body |= fields.body;
                known.comments |= fields.comments;
            }
            Meaning::Sort(sort) => {
                if self.sort.replace(sort).is_some() {
                    let message = "the order was given before";
                    let kind = QueryErrorKind::SecondSort;
                    return Err(QueryError::new(kind, token.span.clone(), message)
                        .hint("a search has one sort:"));
                }
            }
        }
        Ok(())
    }
}

fn missing(name: &str, span: Range<usize>) -> QueryError {
    let sides = match name {
        "NOT" => "after it",
        _ => "before and after it",
    };
    let message = format!("{name} needs a condition {sides}");
    QueryError::new(QueryErrorKind::MissingOperand, span, message).hint(format!(
        "to search for the word, write it in small letters or quotes: \"{name}\""
    ))
}

fn check_negatable(token: &Token) -> Result<(), QueryError> {
    let TokenKind::Qualifier(qualifier, parts) = &token.kind else {
        return Ok(());
    };
    let value = parts.first().map_or("", |part| part.text.as_str());
    let hint = match qualifier {
        Qualifier::No => format!("write has:{value}"),
        Qualifier::In => "in: says where all text is looked for".to_owned(),
        Qualifier::Sort => "for the other direction, put -asc or -desc at its end".to_owned(),
        _ => return Ok(()),
    };
    let message = format!("{}: cannot be negated", qualifier.name());
    let kind = QueryErrorKind::CannotNegate;
    Err(QueryError::new(kind, token.span.clone(), message).hint(hint))
}

/// Adds a condition to others that must hold; one that is several itself is taken apart.
fn add(all: &mut Vec<Condition>, condition: Option<Condition>) {
    match condition {
        Some(Condition::All(inner)) => all.extend(inner),
        Some(condition) => all.push(condition),
        None => {}
    }
}

fn joined(mut all: Vec<Condition>) -> Option<Condition> {
    match all.len() {
        0 | 1 => all.pop(),
        _ => Some(Condition::All(all)),
    }
}

/// The opposite; tests that have two sides become the other one.
fn negated(condition: Condition) -> Condition {
    let test = match condition {
        Condition::Is(test) => test,
        other => return Condition::Not(Box::new(other)),
    };
    Condition::Is(match test {
        Test::PullRequest(yes) => Test::PullRequest(!yes),
        Test::Merged(yes) => Test::Merged(!yes),
        Test::Draft(yes) => Test::Draft(!yes),
        Test::Locked(yes) => Test::Locked(!yes),
        Test::Pinned(yes) => Test::Pinned(!yes),
        Test::Blocked(yes) => Test::Blocked(!yes),
        Test::Blocking(yes) => Test::Blocking(!yes),
        Test::Private(yes) => Test::Private(!yes),
        Test::Archived(yes) => Test::Archived(!yes),
        other => return Condition::Not(Box::new(Condition::Is(other))),
    })
}

fn look_in(condition: &mut Condition, fields: TextFields) {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => {
            inner.iter_mut().for_each(|inner| look_in(inner, fields));
        }
        Condition::Not(inner) => look_in(inner, fields),
        Condition::Is(Test::Text(text)) => text.fields = fields,
        Condition::Is(_) => {}
    }
}

/// The repositories and owners that spaces add up, at the place of the first of them.
#[derive(Default)]
struct Scope {
    at: Option<usize>,
    repositories: Option<Test>,
    owners: Option<Test>,
}

impl Scope {
    fn add(&mut self, test: Test, all: &mut Vec<Condition>) {
        self.at.get_or_insert_with(|| {
            all.push(Condition::default());
            all.len() - 1
        });
        match (test, &mut self.repositories, &mut self.owners) {
            (Test::Repository(more), Some(Test::Repository(known)), _) => known.extend(more),
            (Test::Owner(more), _, Some(Test::Owner(known))) => known.extend(more),
            (test @ Test::Repository(_), repositories, _) => *repositories = Some(test),
            (test, _, owners) => *owners = Some(test),
        }
    }

    /// Puts what was added up into its place.
    fn settle(&mut self, all: &mut [Condition]) {
        let Self {
            at,
            repositories,
            owners,
        } = std::mem::take(self);
        if let Some(place) = at.and_then(|at| all.get_mut(at)) {
            let tests = repositories.into_iter().chain(owners);
            *place = any_of(tests.map(Condition::Is).collect());
        }
    }
}
