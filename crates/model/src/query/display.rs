//! Queries in the search language.

use std::fmt::{self, Display, Formatter, Write};

use super::date::{write_number, write_time};
use super::lexer::{TokenKind, tokens};
use super::qualifier::{ASPECTS, SORTS};
use super::{Aspect, Condition, Direction, Query, Sort, Test, TextFields, TextTest};

/// Shows the query in the search language. [`Query::parse`] reads it back as an equal one if the query is as
/// parsing makes it: lists with at least two members and none of their own kind directly inside, texts
/// looked for in the same fields, and words that can be typed without quotes where they are no phrase.
/// Any other query is shown too, as nearly as the language can say it; an empty list inside one is shown as a
/// group or a qualifier with nothing in it, which is not read.
impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.condition != Condition::default() {
            parts.push(self.condition.to_string());
        }
        if let Some(fields) = fields(&self.condition).filter(|f| *f != TextFields::default()) {
            parts.push(format!("in:{}", Fields(fields)));
        }
        if let Some(sort) = self.sort {
            parts.push(sort.to_string());
        }
        f.write_str(&parts.join(" "))
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = SORTS.iter().find(|(_, key)| *key == self.key);
        let word = word.map_or("reactions", |(word, _)| word);
        let direction = match self.direction {
            Direction::Descending => "desc",
            Direction::Ascending => "asc",
        };
        write!(f, "sort:{word}-{direction}")
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(all) if all.is_empty() => f.write_str("()"),
            Self::Any(any) if any.is_empty() => f.write_str("-()"),
            Self::All(all) => {
                let scopes = all.iter().filter(|inner| is_scope(inner)).count();
                // Spaces would make alternatives of them.
                let between = if scopes > 1 { " AND " } else { " " };
                for (at, inner) in all.iter().enumerate() {
                    f.write_str(if at > 0 { between } else { "" })?;
                    match inner {
                        Self::Any(_) | Self::All(_) => write!(f, "({inner})")?,
                        inner => inner.fmt(f)?,
                    }
                }
                Ok(())
            }
            Self::Any(any) => {
                for (at, inner) in any.iter().enumerate() {
                    f.write_str(if at > 0 { " OR " } else { "" })?;
                    match inner {
                        Self::Any(_) => write!(f, "({inner})")?,
                        inner => inner.fmt(f)?,
                    }
                }
                Ok(())
            }
            Self::Not(inner) => match inner.as_ref() {
                Self::Is(Test::No(_)) => write!(f, "-({inner})"),
                Self::Is(test) => match (test, test.to_string()) {
                    (Test::Text(_), shown) if shown.starts_with('-') => write!(f, "NOT {shown}"),
                    (_, shown) => match shown.strip_prefix('-') {
                        Some(opposite) => f.write_str(opposite),
                        None => write!(f, "-{shown}"),
                    },
                },
                inner => write!(f, "-({inner})"),
            },
            Self::Is(test) => test.fmt(f),
        }
    }
}

const fn is_scope(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Is(Test::Repository(_) | Test::Owner(_))
    )
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => write!(f, "is:{}", Value(state.as_word(), &[])),
            Self::PullRequest(yes) => f.write_str(if *yes { "is:pr" } else { "is:issue" }),
            Self::Merged(yes) => flag(f, *yes, "merged"),
            Self::Draft(yes) => flag(f, *yes, "draft"),
            Self::Locked(yes) => f.write_str(if *yes { "is:locked" } else { "is:unlocked" }),
            Self::Pinned(yes) => flag(f, *yes, "pinned"),
            Self::Blocked(yes) => flag(f, *yes, "blocked"),
            Self::Blocking(yes) => flag(f, *yes, "blocking"),
            Self::Private(yes) => f.write_str(if *yes { "is:private" } else { "is:public" }),
            Self::Archived(yes) => write!(f, "archived:{yes}"),
            Self::Reason(reason) => {
                let word = reason.as_word().replace('_', "-");
                write!(f, "reason:{}", Value(&word, &[]))
            }
            Self::Label(names) => list(f, "label", names, &["*"]),
            Self::Milestone(titles) => list(f, "milestone", titles, &["*", "none"]),
            Self::MilestoneNumber(number) => write!(f, "milestone-number:{number}"),
            Self::Assignee(logins) => list(f, "assignee", logins, &["*", "none"]),
            Self::Author(logins) => list(f, "author", logins, &["*"]),
            Self::Mentions(logins) => list(f, "mentions", logins, &["*"]),
            Self::Commenter(logins) => list(f, "commenter", logins, &["*"]),
            Self::Involves(logins) => list(f, "involves", logins, &["*"]),
            Self::Type(names) => list(f, "type", names, &["*", "issue", "pr", "pull-request"]),
            Self::ParentIssue(repository, number) => {
                let name = repository.as_ref().map_or("", |name| name.as_str());
                write!(
                    f,
                    "parent-issue:{}",
                    Value(&format!("{name}#{number}"), &[])
                )
            }
            Self::Has(aspect) => write!(f, "has:{}", aspect_word(*aspect)),
            Self::No(aspect) => write!(f, "no:{}", aspect_word(*aspect)),
            Self::Created(bounds) => named(f, "created:", |f| write_time(f, bounds)),
            Self::Updated(bounds) => named(f, "updated:", |f| write_time(f, bounds)),
            Self::Closed(bounds) => named(f, "closed:", |f| write_time(f, bounds)),
            Self::MergedAt(bounds) => named(f, "merged:", |f| write_time(f, bounds)),
            Self::Comments(bounds) => named(f, "comments:", |f| write_number(f, bounds)),
            Self::Reactions(bounds) => named(f, "reactions:", |f| write_number(f, bounds)),
            Self::Interactions(bounds) => named(f, "interactions:", |f| write_number(f, bounds)),
            Self::Number(bounds) => named(f, "number:", |f| write_number(f, bounds)),
            Self::Repository(names) => {
                let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
                list(f, "repo", &names, &[])
            }
            Self::Owner(logins) => list(f, "org", logins, &[]),
            Self::Text(text) => text.fmt(f),
        }
    }
}

fn named(
    f: &mut Formatter<'_>,
    name: &str,
    write: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_str(name)?;
    write(f)
}

fn flag(f: &mut Formatter<'_>, yes: bool, word: &str) -> fmt::Result {
    write!(f, "{}is:{word}", if yes { "" } else { "-" })
}

fn aspect_word(aspect: Aspect) -> &'static str {
    let found = ASPECTS.iter().find(|(_, known)| *known == aspect);
    found.map_or("label", |(word, _)| word)
}

fn list(
    f: &mut Formatter<'_>,
    name: &str,
    values: &[impl AsRef<str>],
    special: &[&str],
) -> fmt::Result {
    write!(f, "{name}:")?;
    for (at, value) in values.iter().enumerate() {
        f.write_str(if at > 0 { "," } else { "" })?;
        Value(value.as_ref(), special).fmt(f)?;
    }
    Ok(())
}

/// A value of a qualifier, in quotes where it needs them or would mean something else without.
struct Value<'a>(&'a str, &'a [&'a str]);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(text, special) = self;
        let plain = |c: char| c.is_alphanumeric() || "-_./+#@[]:&!?".contains(c);
        let is_special = special.iter().any(|word| word.eq_ignore_ascii_case(text));
        if !text.is_empty() && text.chars().all(plain) && !is_special {
            return f.write_str(text);
        }
        quoted(f, text)
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

impl Display for TextTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let star = if self.is_prefix { "*" } else { "" };
        if !self.is_phrase {
            let word = format!("{}{star}", self.text);
            let typed = TokenKind::Text {
                text: self.text.clone(),
                is_phrase: false,
                is_prefix: self.is_prefix,
            };
            // Whatever is read back as this word need not be quoted.
            if let Ok([token]) = tokens(&word).as_deref()
                && token.kind == typed
                && !token.is_negated
                && token.span == (0..word.len())
            {
                return f.write_str(&word);
            }
        }
        quoted(f, &self.text)?;
        f.write_str(star)
    }
}

struct Fields(TextFields);

impl Display for Fields {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(fields) = self;
        let words = [
            ("title", fields.title),
            ("body", fields.body),
            ("comments", fields.comments),
        ];
        let said = words.iter().filter(|(_, said)| *said);
        let said: Vec<_> = said.map(|(word, _)| *word).collect();
        f.write_str(&said.join(","))
    }
}

/// Where the texts of a condition are looked for; none if it has no text.
fn fields(condition: &Condition) -> Option<TextFields> {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => {
            let found = inner.iter().filter_map(fields);
            found.reduce(|a, b| TextFields {
                title: a.title | b.title,
                body: a.body | b.body,
                comments: a.comments | b.comments,
            })
        }
        Condition::Not(inner) => fields(inner),
        Condition::Is(Test::Text(text)) => Some(text.fields),
        Condition::Is(_) => None,
    }
}
