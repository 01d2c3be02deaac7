//! The limits that forges set for new input. They are never held against what is imported.

use std::fmt;

use crate::value::Reactions;
use crate::word::LockReason;

/// The most characters of an issue's title: GitHub answers a longer one with 422, "title is too long
/// (maximum is 256 characters)".
pub const TITLE_CHARACTERS: usize = 256;
/// The most characters of a body: GitHub answers a longer one with 422, "body is too long (maximum is
/// 65536 characters)".
pub const BODY_CHARACTERS: usize = 65_536;
/// The most characters of a label's name: GitHub answers a longer one with 422, "name is too long
/// (maximum is 50 characters)".
pub const LABEL_NAME_CHARACTERS: usize = 50;
/// The most characters of a label's description, by GitHub's API description.
pub const LABEL_DESCRIPTION_CHARACTERS: usize = 100;
/// The most labels of an issue: GitHub answers "Issues cannot have more than 100 labels".
pub const LABELS_PER_ISSUE: usize = 100;
/// The most assignees of an issue, by GitHub's API description.
pub const ASSIGNEES_PER_ISSUE: usize = 10;
/// The most pinned issues of a repository: GitHub pins up to three.
pub const PINNED_ISSUES: usize = 3;
/// The most sub-issues of an issue, closed ones included, by GitHub's page "Adding sub-issues": "up to 100
/// sub-issues per parent issue".
pub const SUB_ISSUES_PER_ISSUE: usize = 100;
/// The most levels of sub-issues below an issue that has no parent, by GitHub's page "Adding sub-issues":
/// "up to eight levels of nested sub-issues".
pub const SUB_ISSUE_LEVELS: usize = 8;
/// The most issues that an issue waits for, and the most that wait for it, by GitHub's change log of
/// 2025-08-21: "up to 50 issues for each relationship type".
pub const DEPENDENCIES_PER_ISSUE: usize = 50;
/// The most characters of a new login. GitHub's own have at most 39, but those of bots, of enterprises and
/// of other forges are longer; this only keeps out what cannot be one.
pub const LOGIN_CHARACTERS: usize = 100;
/// The most characters of the name of an issue type. GitHub documents no limit; this is that of a title.
pub const ISSUE_TYPE_CHARACTERS: usize = 256;
/// Why a comment can be minimised, by the classifiers of GitHub's mutation `minimizeComment`.
pub const MINIMIZE_REASONS: [&str; 6] = [
    "abuse",
    "off-topic",
    "outdated",
    "resolved",
    "duplicate",
    "spam",
];

/// The most characters of a note on a project board. GitHub's API documents no limit; its web form took
/// this many.
pub const NOTE_CHARACTERS: usize = 1024;

/// The rule that an input breaks, by the code that GitHub's error bodies use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Something that is referred to does not exist.
    Missing,
    /// A field that must be given was not.
    MissingField,
    /// The value is not of the form that the field takes.
    Invalid,
    /// Something else has this value, which must be its alone.
    AlreadyExists,
    /// The value cannot be processed.
    Unprocessable,
}

impl Rule {
    /// The code, as GitHub's error bodies spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::MissingField => "missing_field",
            Self::Invalid => "invalid",
            Self::AlreadyExists => "already_exists",
            Self::Unprocessable => "unprocessable",
        }
    }
}

/// A field of new input that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{object} {field} {detail}")]
pub struct InvalidField {
    /// What the field belongs to, such as `issue`.
    pub object: &'static str,
    /// The field.
    pub field: &'static str,
    /// The rule.
    pub rule: Rule,
    /// What is wrong, to be read after the name of the field.
    pub detail: String,
}

fn broken(
    object: &'static str,
    field: &'static str,
    rule: Rule,
    detail: impl fmt::Display,
) -> InvalidField {
    InvalidField {
        object,
        field,
        rule,
        detail: detail.to_string(),
    }
}

fn at_most(
    object: &'static str,
    field: &'static str,
    text: &str,
    most: usize,
) -> Result<(), InvalidField> {
    // A text of fewer bytes than allowed characters needs no counting.
    if text.len() > most && text.chars().count() > most {
        let detail = format!("is too long (maximum is {most} characters)");
        return Err(broken(object, field, Rule::Unprocessable, detail));
    }
    Ok(())
}

/// Checks a new title: 1 to [`TITLE_CHARACTERS`] characters, not only white space.
pub fn check_title(title: &str) -> Result<(), InvalidField> {
    if title.trim().is_empty() {
        return Err(broken(
            "issue",
            "title",
            Rule::MissingField,
            "can't be blank",
        ));
    }
    if title.contains(['\n', '\r']) {
        return Err(broken(
            "issue",
            "title",
            Rule::Invalid,
            "can't contain a line break",
        ));
    }
    at_most("issue", "title", title, TITLE_CHARACTERS)
}

/// Checks a new body of `object`: at most [`BODY_CHARACTERS`] characters.
pub fn check_body(object: &'static str, body: &str) -> Result<(), InvalidField> {
    at_most(object, "body", body, BODY_CHARACTERS)
}

/// Checks a login of which a user is to be made: 1 to [`LOGIN_CHARACTERS`] characters without white space,
/// control characters, slashes and commas, which would make other things of addresses and lists. Real data
/// has logins such as `name[bot]`, so no more is asked.
pub fn check_login(login: &str) -> Result<(), InvalidField> {
    if login.is_empty() {
        return Err(broken(
            "user",
            "login",
            Rule::MissingField,
            "can't be blank",
        ));
    }
    if login.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | ',')) {
        let detail = "can't contain white space, a slash or a comma";
        return Err(broken("user", "login", Rule::Invalid, detail));
    }
    at_most("user", "login", login, LOGIN_CHARACTERS)
}

/// Checks the name of an issue type: 1 to [`ISSUE_TYPE_CHARACTERS`] characters on one line, not only white
/// space. Which types there are is the matter of an organisation at GitHub, and of nobody here.
pub fn check_issue_type(name: &str) -> Result<(), InvalidField> {
    if name.trim().is_empty() {
        return Err(broken(
            "issue",
            "type",
            Rule::MissingField,
            "can't be blank",
        ));
    }
    if name.contains(['\n', '\r']) {
        let detail = "can't contain a line break";
        return Err(broken("issue", "type", Rule::Invalid, detail));
    }
    at_most("issue", "type", name, ISSUE_TYPE_CHARACTERS)
}

/// Checks why a conversation is to be locked: a reason on GitHub's list, which refuses others.
pub fn check_lock_reason(reason: &LockReason) -> Result<(), InvalidField> {
    match reason {
        LockReason::Other(word) => {
            let detail = format!("can't be {word:?}: give off-topic, too heated, resolved or spam");
            Err(broken("issue", "lock_reason", Rule::Invalid, detail))
        }
        _ => Ok(()),
    }
}

/// Checks why a comment is to be minimised: one of [`MINIMIZE_REASONS`].
pub fn check_minimize_reason(reason: &str) -> Result<(), InvalidField> {
    if MINIMIZE_REASONS.contains(&reason) {
        return Ok(());
    }
    let detail = format!(
        "can't be {reason:?}: give one of {}",
        MINIMIZE_REASONS.join(", ")
    );
    Err(broken("comment", "minimized_reason", Rule::Invalid, detail))
}

/// Checks the content of a reaction, which is one of [`Reactions::CONTENTS`], and gives its place there.
pub fn check_reaction(content: &str) -> Result<usize, InvalidField> {
    let known = Reactions::CONTENTS;
    known
        .iter()
        .position(|known| *known == content)
        .ok_or_else(|| {
            let detail = format!("can't be {content:?}: give one of {}", known.join(", "));
            broken("reaction", "content", Rule::Invalid, detail)
        })
}

/// Checks a new label's name: 1 to [`LABEL_NAME_CHARACTERS`] characters and no comma, which GitHub's
/// list filters could not express.
pub fn check_label_name(name: &str) -> Result<(), InvalidField> {
    if name.trim().is_empty() {
        return Err(broken(
            "label",
            "name",
            Rule::MissingField,
            "can't be blank",
        ));
    }
    if name.contains(',') {
        return Err(broken(
            "label",
            "name",
            Rule::Invalid,
            "can't contain a comma",
        ));
    }
    at_most("label", "name", name, LABEL_NAME_CHARACTERS)
}

/// Checks a new label's colour: six hexadecimal digits without `#`.
pub fn check_color(color: &str) -> Result<(), InvalidField> {
    if color.len() == 6 && color.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(broken(
        "label",
        "color",
        Rule::Invalid,
        "must be six hexadecimal digits without #",
    ))
}

/// Checks a new label's description: at most [`LABEL_DESCRIPTION_CHARACTERS`] characters.
pub fn check_label_description(description: &str) -> Result<(), InvalidField> {
    at_most(
        "label",
        "description",
        description,
        LABEL_DESCRIPTION_CHARACTERS,
    )
}

/// Checks a new name or title of `object` whose length no forge is known to limit, as of a milestone, a
/// project or a column: one line, not only white space.
pub fn check_name(
    object: &'static str,
    field: &'static str,
    name: &str,
) -> Result<(), InvalidField> {
    if name.trim().is_empty() {
        return Err(broken(object, field, Rule::MissingField, "can't be blank"));
    }
    if name.contains(['\n', '\r']) {
        let detail = "can't contain a line break";
        return Err(broken(object, field, Rule::Invalid, detail));
    }
    Ok(())
}

/// Checks a new note on a project board: 1 to [`NOTE_CHARACTERS`] characters, not only white space.
pub fn check_note(note: &str) -> Result<(), InvalidField> {
    if note.trim().is_empty() {
        return Err(broken("card", "note", Rule::MissingField, "can't be blank"));
    }
    at_most("card", "note", note, NOTE_CHARACTERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_not_bytes() {
        assert_eq!(check_title(&"漢".repeat(256)), Ok(()));
        let error = check_title(&"漢".repeat(257)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "issue title is too long (maximum is 256 characters)"
        );
        assert_eq!(error.rule.code(), "unprocessable");
    }

    #[test]
    fn words_are_those_of_the_lists() {
        assert_eq!(check_reaction("heart"), Ok(5));
        assert_eq!(check_reaction("love").unwrap_err().rule, Rule::Invalid);
        assert_eq!(check_minimize_reason("spam"), Ok(()));
        assert!(check_minimize_reason("SPAM").is_err());
        assert_eq!(check_lock_reason(&LockReason::TooHeated), Ok(()));
        assert!(check_lock_reason(&LockReason::from_word("too-heated")).is_err());
    }

    #[test]
    fn logins_of_bots_are_logins() {
        for login in ["mona", "dependabot[bot]", "a_b-c.d", "漢"] {
            assert_eq!(check_login(login), Ok(()), "{login}");
        }
        assert_eq!(check_login("").unwrap_err().rule, Rule::MissingField);
        for login in ["a b", "a/b", "a,b", "a\u{7}"] {
            assert_eq!(check_login(login).unwrap_err().rule, Rule::Invalid);
        }
        assert!(check_login(&"x".repeat(101)).is_err());
    }

    #[test]
    fn labels_have_a_name_and_a_colour() {
        assert_eq!(check_label_name("good first issue"), Ok(()));
        assert_eq!(check_label_name("a,b").unwrap_err().rule, Rule::Invalid);
        assert_eq!(check_label_name(" ").unwrap_err().rule, Rule::MissingField);
        assert_eq!(check_color("64E9CF"), Ok(()));
        assert!(check_color("#64E9C").is_err());
    }
}
