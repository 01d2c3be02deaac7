//! The qualifiers of a search and what their values mean.

use super::date::{self, DateError};
use super::error::{QueryError, QueryErrorKind, nearest};
use super::lexer::Part;
use super::{Aspect, Bounds, Condition, Direction, ParseOptions, Sort, SortKey, Test, TextFields};
use crate::name::RepositoryName;
use crate::time::Timestamp;
use crate::value::Reactions;
use crate::word::{State, StateReason};

macro_rules! qualifiers {
    ($($variant:ident $name:literal,)+) => {
        /// A qualifier that is known.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Qualifier {
            $($variant,)+
            /// One of GitHub's that asks for what a backlog does not hold.
            Unsupported(&'static str),
        }

        impl Qualifier {
            /// The qualifier of this name, without regard to case.
            pub(super) fn from_name(name: &str) -> Option<Self> {
                let name = name.to_ascii_lowercase();
                match name.as_str() {
                    $($name => Some(Self::$variant),)+
                    other => {
                        let found = UNSUPPORTED.iter().find(|known| **known == other)?;
                        Some(Self::Unsupported(found))
                    }
                }
            }

            /// The name as it is written.
            pub(super) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Unsupported(name) => name,
                }
            }
        }
    };
}

qualifiers! {
    Is "is", State "state", Type "type", Label "label", No "no", Has "has", Milestone "milestone",
    MilestoneNumber "milestone-number", Assignee "assignee", Author "author", Mentions "mentions",
    Commenter "commenter", Involves "involves", Created "created", Updated "updated",
    Closed "closed", Merged "merged", Comments "comments", Reactions "reactions",
    Interactions "interactions", Number "number", Reason "reason", ParentIssue "parent-issue",
    In "in", Repo "repo", Org "org", User "user", Draft "draft", Archived "archived", Sort "sort",
}

const UNSUPPORTED: [&str; 15] = [
    "team",
    "project",
    "status",
    "head",
    "base",
    "language",
    "linked",
    "review",
    "reviewed-by",
    "review-requested",
    "user-review-requested",
    "team-review-requested",
    "blocked-by",
    "blocking",
    "closed-by",
];

/// What a qualifier says.
pub(super) enum Meaning {
    /// Something about issues.
    Condition(Condition),
    /// That they belong to these repositories or owners, which spaces add up.
    Scope(Test),
    /// Where texts are looked for.
    Fields(TextFields),
    /// In which order issues are wanted.
    Sort(Sort),
}

const IS: [(&str, Test); 16] = [
    ("open", Test::State(State::Open)),
    ("closed", Test::State(State::Closed)),
    ("issue", Test::PullRequest(false)),
    ("pr", Test::PullRequest(true)),
    ("pull-request", Test::PullRequest(true)),
    ("merged", Test::Merged(true)),
    // Means pull requests only; see below.
    ("unmerged", Test::Merged(false)),
    ("draft", Test::Draft(true)),
    ("locked", Test::Locked(true)),
    ("unlocked", Test::Locked(false)),
    ("pinned", Test::Pinned(true)),
    ("blocked", Test::Blocked(true)),
    ("blocking", Test::Blocking(true)),
    ("public", Test::Private(false)),
    ("private", Test::Private(true)),
    ("archived", Test::Archived(true)),
];

pub(super) const ASPECTS: [(&str, Aspect); 7] = [
    ("label", Aspect::Label),
    ("milestone", Aspect::Milestone),
    ("assignee", Aspect::Assignee),
    ("type", Aspect::Type),
    ("project", Aspect::Project),
    ("parent-issue", Aspect::ParentIssue),
    ("sub-issue", Aspect::SubIssue),
];

const REASONS: [(&str, StateReason); 5] = [
    ("completed", StateReason::Completed),
    ("not planned", StateReason::NotPlanned),
    ("not-planned", StateReason::NotPlanned),
    ("duplicate", StateReason::Duplicate),
    ("reopened", StateReason::Reopened),
];

/// The orders, without a direction; reactions of one kind have the names of GitHub's emoji.
pub(super) const SORTS: [(&str, SortKey); 15] = [
    ("created", SortKey::Created),
    ("updated", SortKey::Updated),
    ("comments", SortKey::Comments),
    ("reactions", SortKey::Reactions),
    ("interactions", SortKey::Interactions),
    ("relevance", SortKey::Relevance),
    ("number", SortKey::Number),
    ("reactions-+1", SortKey::Reaction(0)),
    ("reactions--1", SortKey::Reaction(1)),
    ("reactions-smile", SortKey::Reaction(2)),
    ("reactions-tada", SortKey::Reaction(3)),
    ("reactions-thinking_face", SortKey::Reaction(4)),
    ("reactions-heart", SortKey::Reaction(5)),
    ("reactions-rocket", SortKey::Reaction(6)),
    ("reactions-eyes", SortKey::Reaction(7)),
];

/// Values of GitHub's that ask for what a backlog does not hold.
const UNSUPPORTED_VALUES: [(&str, &str); 4] = [
    ("is", "queued"),
    ("is", "internal"),
    ("sort", "author-date"),
    ("sort", "committer-date"),
];

/// A qualifier with its values.
pub(super) struct Said<'a> {
    pub(super) qualifier: Qualifier,
    pub(super) parts: &'a [Part],
    pub(super) span: std::ops::Range<usize>,
    pub(super) options: &'a ParseOptions,
}

impl Said<'_> {
    pub(super) fn meaning(&self) -> Result<Meaning, QueryError> {
        let is = |test: Test| Ok(Meaning::Condition(Condition::Is(test)));
        Ok(match self.qualifier {
            Qualifier::Is => match self.known(&IS)? {
                Test::Merged(false) => Meaning::Condition(pull_request_not(Test::Merged(false))),
                test => return is(test),
            },
            Qualifier::State => {
                return is(Test::State(
                    self.known(&[("open", State::Open), ("closed", State::Closed)])?,
                ));
            }
            Qualifier::Draft => match self.truth()? {
                true => return is(Test::Draft(true)),
                false => Meaning::Condition(pull_request_not(Test::Draft(false))),
            },
            Qualifier::Archived => return is(Test::Archived(self.truth()?)),
            Qualifier::No => return is(Test::No(self.known(&ASPECTS)?)),
            Qualifier::Has => return is(Test::Has(self.known(&ASPECTS)?)),
            Qualifier::Label => self.names(Test::Label, Some(Aspect::Label)),
            Qualifier::Milestone => self.names(Test::Milestone, Some(Aspect::Milestone)),
            Qualifier::Type => self.types(),
            Qualifier::Assignee => self.users(Test::Assignee, Some(Aspect::Assignee))?,
            Qualifier::Author => self.users(Test::Author, None)?,
            Qualifier::Mentions => self.users(Test::Mentions, None)?,
            Qualifier::Commenter => self.users(Test::Commenter, None)?,
            Qualifier::Involves => self.users(Test::Involves, None)?,
            Qualifier::Created => return is(Test::Created(self.time()?)),
            Qualifier::Updated => return is(Test::Updated(self.time()?)),
            Qualifier::Closed => return is(Test::Closed(self.time()?)),
            Qualifier::Merged => return is(Test::MergedAt(self.time()?)),
            Qualifier::Comments => return is(Test::Comments(self.number()?)),
            Qualifier::Reactions => return is(Test::Reactions(self.number()?)),
            Qualifier::Interactions => return is(Test::Interactions(self.number()?)),
            Qualifier::Number => return is(Test::Number(self.number()?)),
            Qualifier::MilestoneNumber => {
                let part = self.one()?;
                let number = parse_number(&part.text);
                return is(Test::MilestoneNumber(number.ok_or_else(|| {
                    self.wrong(part)
                        .hint("write a number, as milestone-number:3")
                })?));
            }
            Qualifier::Reason => self.reasons()?,
            Qualifier::ParentIssue => self.parents()?,
            Qualifier::Repo => Meaning::Scope(Test::Repository(self.repositories()?)),
            Qualifier::Org | Qualifier::User => Meaning::Scope(Test::Owner(self.logins()?)),
            Qualifier::In => self.fields()?,
            Qualifier::Sort => self.sort()?,
            Qualifier::Unsupported(name) => {
                let message = format!("a backlog has nothing to answer {name}: with");
                let kind = QueryErrorKind::Unsupported;
                return Err(QueryError::new(kind, self.span.clone(), message)
                    .hint("to search for the text, put it in quotes"));
            }
        })
    }

    /// The only value.
    fn one(&self) -> Result<&Part, QueryError> {
        match self.parts {
            [part] => Ok(part),
            _ => {
                let name = self.qualifier.name();
                let message = format!("{name}: takes one value");
                let kind = QueryErrorKind::InvalidValue;
                Err(QueryError::new(kind, self.span.clone(), message)
                    .hint(format!("write {name}: for each, with OR between")))
            }
        }
    }

    fn wrong(&self, part: &Part) -> QueryError {
        let (name, value) = (self.qualifier.name(), &part.text);
        let message = format!("{name}: cannot be {value:?}");
        QueryError::new(QueryErrorKind::InvalidValue, part.span.clone(), message)
    }

    /// What the value means, which must be one of these words.
    fn word<T: Clone>(&self, part: &Part, words: &[(&str, T)]) -> Result<T, QueryError> {
        let typed = part.text.to_lowercase();
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == typed) {
            return Ok(value.clone());
        }
        let name = self.qualifier.name();
        if UNSUPPORTED_VALUES.contains(&(name, typed.as_str())) {
            let message = format!("a backlog has nothing to answer {name}:{typed} with");
            let kind = QueryErrorKind::Unsupported;
            return Err(QueryError::new(kind, part.span.clone(), message));
        }
        let hint = match nearest(&typed, words.iter().map(|(word, _)| *word)) {
            Some(word) => format!("did you mean {name}:{}?", quoted_if_spaced(word)),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                format!("it can be {}", words.join(", "))
            }
        };
        Err(self.wrong(part).hint(hint))
    }

    fn known<T: Clone>(&self, words: &[(&str, T)]) -> Result<T, QueryError> {
        self.word(self.one()?, words)
    }

    fn truth(&self) -> Result<bool, QueryError> {
        self.known(&[("true", true), ("false", false)])
    }

    /// One test for all plain names; `*` and `none`, not quoted, mean any and none where that makes sense.
    fn names(&self, test: fn(Vec<String>) -> Test, aspect: Option<Aspect>) -> Meaning {
        let (mut names, mut any) = (Vec::new(), Vec::new());
        for part in self.parts {
            match (aspect, part.text.as_str(), part.is_quoted) {
                (Some(aspect), "*", false) => any.push(Condition::Is(Test::Has(aspect))),
                // A label or a type may well be called so; `no:label` asks for what has none.
                (Some(aspect @ (Aspect::Milestone | Aspect::Assignee)), word, false)
                    if word.eq_ignore_ascii_case("none") =>
                {
                    any.push(Condition::Is(Test::No(aspect)));
                }
                _ => names.push(part.text.clone()),
            }
        }
        if !names.is_empty() {
            any.insert(0, Condition::Is(test(names)));
        }
        Meaning::Condition(any_of(any))
    }

    /// `issue` and `pr` are kinds unless they are quoted; anything else is the name of a type.
    fn types(&self) -> Meaning {
        let (mut names, mut any) = (Vec::new(), Vec::new());
        for part in self.parts {
            let word = part.text.to_ascii_lowercase();
            let test = match word.as_str() {
                _ if part.is_quoted => None,
                "issue" => Some(Test::PullRequest(false)),
                "pr" | "pull-request" => Some(Test::PullRequest(true)),
                "*" => Some(Test::Has(Aspect::Type)),
                _ => None,
            };
            match test {
                Some(test) => any.push(Condition::Is(test)),
                None => names.push(part.text.clone()),
            }
        }
        if !names.is_empty() {
            any.insert(0, Condition::Is(Test::Type(names)));
        }
        Meaning::Condition(any_of(any))
    }

    /// Names of users: `@me` is whoever asks, `app/name` the account of a program.
    fn users(
        &self,
        test: fn(Vec<String>) -> Test,
        aspect: Option<Aspect>,
    ) -> Result<Meaning, QueryError> {
        let mut parts = self.parts.to_vec();
        for part in &mut parts {
            if part.text == "*" && !part.is_quoted && aspect.is_none() {
                return Err(self.wrong(part).hint("write a login, or @me"));
            }
            part.text = self.login(part)?;
        }
        let said = Said {
            parts: &parts,
            span: self.span.clone(),
            ..*self
        };
        Ok(said.names(test, aspect))
    }

    fn login(&self, part: &Part) -> Result<String, QueryError> {
        if part.text.eq_ignore_ascii_case("@me") {
            return self.options.me.clone().ok_or_else(|| {
                let message = "nobody said who @me is";
                let kind = QueryErrorKind::Unresolved;
                QueryError::new(kind, part.span.clone(), message).hint("write the login instead")
            });
        }
        let login = part.text.trim_start_matches('@');
        if let Some(app) = login.strip_prefix("app/").filter(|app| !app.is_empty()) {
            return Ok(format!("{app}[bot]"));
        }
        if login.is_empty() {
            return Err(self.wrong(part).hint("write a login, or @me"));
        }
        Ok(login.to_owned())
    }

    fn logins(&self) -> Result<Vec<String>, QueryError> {
        self.parts.iter().map(|part| self.login(part)).collect()
    }

    fn repositories(&self) -> Result<Vec<RepositoryName>, QueryError> {
        let parse = |part: &Part| {
            let name = part.text.parse();
            name.map_err(|_| self.wrong(part).hint("write owner/name"))
        };
        self.parts.iter().map(parse).collect()
    }

    fn time(&self) -> Result<Bounds<Timestamp>, QueryError> {
        let part = self.one()?;
        date::time(&part.text, self.options).map_err(|error| match error {
            DateError::NotADate => self.wrong(part).hint(
                "write 2024-05-31, 2024-05-31T09:30:00Z or @today-7d, with >, >=, <, <= before it or .. between two",
            ),
            DateError::NoToday => {
                let message = "nobody said when @today is";
                let kind = QueryErrorKind::Unresolved;
                QueryError::new(kind, part.span.clone(), message).hint("write the date instead")
            }
        })
    }

    fn number(&self) -> Result<Bounds<u64>, QueryError> {
        let part = self.one()?;
        date::number(&part.text).ok_or_else(|| {
            self.wrong(part)
                .hint("write a number, with >, >=, <, <= before it or .. between two")
        })
    }

    fn reasons(&self) -> Result<Meaning, QueryError> {
        let reason = |part: &Part| {
            let part = Part {
                text: part.text.replace('_', " "),
                ..part.clone()
            };
            let reason = self.word(&part, &REASONS)?;
            Ok(Condition::Is(Test::Reason(reason)))
        };
        let any: Result<Vec<_>, QueryError> = self.parts.iter().map(reason).collect();
        Ok(Meaning::Condition(any_of(any?)))
    }

    fn parents(&self) -> Result<Meaning, QueryError> {
        let parent = |part: &Part| {
            let (repository, number) = part.text.split_once('#').unwrap_or(("", &part.text));
            let name = match repository {
                "" => Some(None),
                name => name.parse().ok().map(Some),
            };
            match (name, parse_number(number)) {
                (Some(name), Some(number)) => Ok(Condition::Is(Test::ParentIssue(name, number))),
                _ => Err(self.wrong(part).hint("write owner/name#12 or #12")),
            }
        };
        let any: Result<Vec<_>, QueryError> = self.parts.iter().map(parent).collect();
        Ok(Meaning::Condition(any_of(any?)))
    }

    fn fields(&self) -> Result<Meaning, QueryError> {
        let mut fields = TextFields {
            title: false,
            body: false,
            comments: false,
        };
        let words = [("title", 0), ("body", 1), ("comments", 2), ("comment", 2)];
        for part in self.parts {
            match self.word(part, &words)? {
                0 => fields.title = true,
                1 => fields.body = true,
                _ => fields.comments = true,
            }
        }
        Ok(Meaning::Fields(fields))
    }

    fn sort(&self) -> Result<Meaning, QueryError> {
        let part = self.one()?;
        let typed = part.text.to_lowercase();
        let (word, direction) = match (typed.strip_suffix("-asc"), typed.strip_suffix("-desc")) {
            (Some(word), _) => (word, Direction::Ascending),
            (None, Some(word)) => (word, Direction::Descending),
            (None, None) => (typed.as_str(), Direction::Descending),
        };
        let api_name = |kind: &str| Reactions::CONTENTS.iter().position(|word| *word == kind);
        let kind = word.strip_prefix("reactions-").and_then(api_name);
        let key = match kind.and_then(|kind| u8::try_from(kind).ok()) {
            Some(kind) => SortKey::Reaction(kind),
            None => {
                let word = Part {
                    text: word.to_owned(),
                    ..part.clone()
                };
                self.word(&word, &SORTS)?
            }
        };
        Ok(Meaning::Sort(Sort { key, direction }))
    }
}

fn parse_number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn quoted_if_spaced(word: &str) -> String {
    if word.contains(' ') {
        format!("\"{word}\"")
    } else {
        word.to_owned()
    }
}

/// The pull requests of which a test that issues pass too holds.
fn pull_request_not(test: Test) -> Condition {
    Condition::All(vec![
        Condition::Is(Test::PullRequest(true)),
        Condition::Is(test),
    ])
}

/// At least one of these, of which there is one or more.
pub(super) fn any_of(mut conditions: Vec<Condition>) -> Condition {
    match (conditions.len(), conditions.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            conditions.push(last);
            Condition::Any(conditions)
        }
        (_, None) => Condition::Any(conditions),
    }
}
