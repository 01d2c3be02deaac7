//! Objects that are plainly something else than what they are taken for.

use super::layout::by_keys;
use super::object::Object;
use crate::shape::Form;

/// Why an object cannot be of the form that it is taken for, if it plainly is something else.
///
/// Whether it could be is decided by keys that every object of the form has, or that none has, so
/// that the usual object costs a look or two, and one that merely lacks much is no mismatch.
pub(super) fn reason(form: Form, object: &Object<'_>) -> Option<String> {
    let has = |key: &str| object.says(key);
    let suspicious = match form {
        Form::Issue => !has("number") || !has("labels"),
        Form::Pull => !has("number"),
        Form::Comment => !has("issue_url") || has("number"),
        Form::Label => !has("color"),
        Form::Milestone => !has("number") || has("labels"),
        Form::Event | Form::IssueEvent | Form::Timeline => !has("event"),
        _ => object.gathered.id.is_none(),
    };
    if !suspicious {
        return None;
    }
    let found = by_keys(has, "")?;
    let plainly = match (form, found) {
        // An issue has nearly all that a pull request has.
        (Form::Issue, Form::Pull) => false,
        (Form::Issue | Form::Milestone, Form::Comment) => !has("number"),
        (Form::Issue | Form::Milestone, Form::Event | Form::IssueEvent | Form::Timeline) => {
            !has("number")
        }
        (_, Form::Issue) => has("number") && has("title") && has("labels"),
        (_, Form::Pull) => has("title"),
        (_, Form::Label | Form::Milestone | Form::Comment) => true,
        (_, Form::Event | Form::IssueEvent | Form::Timeline) => true,
        _ => false,
    };
    let (found, form) = (called(found), called(form));
    (plainly && found != form).then(|| format!("this is {found}, not {form}"))
}

/// What an object of a form is called.
const fn called(form: Form) -> &'static str {
    match form {
        Form::Repository => "a repository",
        Form::User => "a user",
        Form::Label => "a label",
        Form::Milestone => "a milestone",
        Form::Issue => "an issue",
        Form::Pull => "a pull request",
        Form::Comment => "a comment",
        Form::Event | Form::IssueEvent | Form::Timeline => "an event",
        Form::Reaction => "a reaction",
        Form::Project => "a project",
        Form::Column => "a column",
        Form::Card => "a card",
    }
}
