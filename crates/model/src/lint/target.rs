//! A target, as the rules that it has.

use super::code::Code;
use super::finding::{Finding, Fix, Severity, Subject};

/// What a rule allows, where it needs to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// There is nothing more to say.
    None,
    /// At most so many characters or things.
    Most(usize),
    /// At least so many characters.
    Least(usize),
    /// One of these words.
    Words(&'static [&'static str]),
    /// Every number, because what is missing between them is filled.
    NumbersKept,
    /// Letters and digits of any script, and these characters.
    LettersAnd(&'static str),
    /// A login of ASCII letters and digits, and of others inside it.
    Login {
        /// The most characters.
        most: usize,
        /// The others.
        others: &'static str,
    },
}

/// One rule of a target. Which check it is for is told by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What breaking it is called.
    pub code: Code,
    /// How bad that is.
    pub severity: Severity,
    /// What is allowed.
    pub limit: Limit,
    /// What the target says, in its own words where they are known.
    pub says: &'static str,
    /// Where it says so, or how it is known.
    pub source: &'static str,
}

/// Where a backlog is to be sent: a name, and rules. A code without a rule is not looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    name: &'static str,
    rules: Vec<Rule>,
}

impl Target {
    /// A target of this name with these rules.
    pub fn new(name: &'static str, rules: &[Rule]) -> Self {
        Self {
            name,
            rules: rules.to_vec(),
        }
    }

    /// The name by which it is chosen.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The rules, in the order in which they were given.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule whose breaking is called so, if the target has one.
    pub fn rule(&self, code: Code) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// The same target with those rules alone.
    #[must_use]
    pub fn only(mut self, codes: &[Code]) -> Self {
        self.rules.retain(|rule| codes.contains(&rule.code));
        self
    }

    pub(super) fn has(&self, code: Code) -> bool {
        self.rule(code).is_some()
    }

    /// The most that a rule allows; none without such a rule.
    pub(super) fn most(&self, code: Code) -> Option<usize> {
        match self.rule(code)?.limit {
            Limit::Most(most) => Some(most),
            _ => None,
        }
    }

    /// The least that a rule allows; none without such a rule.
    pub(super) fn least(&self, code: Code) -> Option<usize> {
        match self.rule(code)?.limit {
            Limit::Least(least) => Some(least),
            _ => None,
        }
    }

    /// Whether a word is on the list of a rule; any word is, without such a rule.
    pub(super) fn takes_word(&self, code: Code, word: &str) -> bool {
        match self.rule(code).map(|rule| rule.limit) {
            Some(Limit::Words(words)) => words.contains(&word),
            _ => true,
        }
    }

    /// Whether a login can be one at the target.
    pub(super) fn takes_login(&self, login: &str) -> bool {
        match self.rule(Code::AssigneeInvalid).map(|rule| rule.limit) {
            Some(Limit::Login { most, others }) => {
                let fits = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
                let ends = [login.chars().next(), login.chars().next_back()];
                (1..=most).contains(&login.len())
                    && login.chars().all(fits)
                    && ends.iter().flatten().all(char::is_ascii_alphanumeric)
            }
            _ => !login.is_empty(),
        }
    }
}

impl Rule {
    /// What is found where the rule is broken.
    pub(super) fn finding(
        &self,
        subject: &Subject,
        field: &'static str,
        there: impl Into<String>,
        fix: Option<Fix>,
    ) -> Finding {
        Finding {
            code: self.code,
            severity: self.severity,
            subject: subject.clone(),
            field,
            there: there.into(),
            says: self.says,
            source: self.source,
            fix,
        }
    }
}
