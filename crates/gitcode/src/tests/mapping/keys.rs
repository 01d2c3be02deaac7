//! The tables of keys, as the page shows them.

use std::fmt::Write as _;

use crate::shape::{EMOJI, Form, Rule};

/// Every key of every form, with what it is read into and written from.
pub(super) fn keys() -> String {
    let mut out = String::new();
    for form in Form::ALL {
        let table = form.table();
        if table.keys.is_empty() {
            continue;
        }
        write!(out, "\n### {} (form {})\n\n", name(form), form as u8).expect("a text grows");
        out.push_str("| Place | JSON key | Model field | Note |\n| --: | --- | --- | --- |\n");
        for (at, key) in table.keys.iter().enumerate() {
            let (field, note) = explained(key.rule);
            let usual = if table.usual & 1 << at == 0 {
                ""
            } else {
                "usual; "
            };
            writeln!(out, "| {at} | `{}` | {field} | {usual}{note} |", key.name)
                .expect("a text grows");
        }
    }
    out.push('\n');
    out
}

/// The words for the contents of reactions.
pub(super) fn reactions() -> String {
    let mut out = "| GitCode | | GitHub |\n| --- | --- | --- |\n".to_owned();
    for (content, name, sign) in EMOJI {
        writeln!(out, "| `{name}` | {sign} | `{content}` |").expect("a text grows");
    }
    out
}

const fn name(form: Form) -> &'static str {
    match form {
        Form::Repository => "repository",
        Form::User => "user",
        Form::Label => "label",
        Form::Milestone => "milestone",
        Form::Issue => "issue",
        Form::Comment => "comment",
        Form::OperateLog => "operate log",
        Form::LogPart => "what an operate log tells beside its first thing",
        Form::Reaction => "reaction",
        Form::ModifyHistory => "earlier text",
        Form::IssueHook => "webhook of an issue",
        Form::NoteHook => "webhook of a comment",
    }
}

/// The field of the model, or what the value is derived from, or that it is kept; and a note.
fn explained(rule: Rule) -> (String, String) {
    let of = |field: backlot_model::Field, note: &str| (quoted(field.name()), note.to_owned());
    let words = |field: &str, note: &str| (field.to_owned(), note.to_owned());
    match rule {
        Rule::Text(field) => of(field, "string"),
        Rule::State(open) => (
            "`state`".to_owned(),
            format!("an open one is {}", quoted(open)),
        ),
        Rule::Color => words("`color`", "six digits behind `#`"),
        Rule::ShortColor => words("`color`", "three digits behind `#`, each of them twice"),
        Rule::Emoji => words("`content`", "in GitCode's words"),
        Rule::Time(field) => of(field, "moment with seconds and `+08:00`"),
        Rule::OtherTime(field) => of(
            field,
            "moment in another style, or a day; the style is kept",
        ),
        Rule::None(field, json) => of(field, &format!("none where it is {}", quoted(json))),
        Rule::Number(field) => of(field, "whole number"),
        Rule::Quoted(field) => of(field, "whole number as a string"),
        Rule::Flag(field) => of(field, "true or false"),
        Rule::NotFlag(field) => of(field, "the opposite"),
        Rule::Id => words("foreign id", "whole number"),
        Rule::QuotedId => words("foreign id", "whole number as a string"),
        Rule::Login => words("`name`", "the login"),
        Rule::Url(template) => ("derived".to_owned(), quoted(&spelled(template))),
        Rule::Const(json) => ("derived".to_owned(), format!("always {}", quoted(json))),
        Rule::Amount => words("kept", "whole number"),
        Rule::QuotedAmount => words("kept", "whole number as a string"),
        Rule::Hex => words("kept", "24 hexadecimal digits"),
        Rule::Words => words("kept", "short text"),
        Rule::Moment => words("kept", "moment, and its style"),
        Rule::Target(key) => (
            "derived".to_owned(),
            format!("the issue, whose number has the key {}", quoted(key)),
        ),
        Rule::User(field) => of(field, "embedded user"),
        Rule::Milestone(field) => of(field, "embedded milestone"),
        Rule::Users(field) => of(field, "list of embedded users"),
        Rule::FirstAssignee => words("derived", "the first of `assignees`"),
        Rule::OnlyAssignee => words(
            "`assignees`",
            "embedded user of an object without `assignees`",
        ),
        Rule::Labels(field) => of(
            field,
            "list of embedded labels, and since when the issue has each",
        ),
        Rule::TypeDetail => words("kept", "as it came, until the issue has another type"),
        Rule::Keep => words("kept", "as it came"),
        Rule::Share => words(
            "kept",
            "as it came, once for all objects that have the same",
        ),
    }
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

/// A template with words in place of its capitals.
fn spelled(template: &str) -> String {
    let mut out = String::new();
    for letter in template.chars() {
        out.push_str(match letter {
            'H' => "<host>",
            'R' => "<owner/name>",
            'N' => "<number>",
            'I' => "<id>",
            'L' => "<login>",
            other => {
                out.push(other);
                continue;
            }
        });
    }
    out
}
