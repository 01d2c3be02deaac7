//! The tables of keys in `docs/github-mapping.md` are those of the code.

use std::env;
use std::fmt::Write as _;

use backlot_model::RecordKind;

use crate::shape::{Form, Rule, Table};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/github-mapping.md");
const BEGIN: &str = "<!-- keys -->\n";
const END: &str = "<!-- /keys -->";
const UPDATE: &str = "BACKLOT_UPDATE_DOCS";

#[test]
fn the_documented_keys_are_those_of_the_code() {
    let text = std::fs::read_to_string(FILE).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("a line `<!-- keys -->`");
    let (written, after) = rest.split_once(END).expect("a line `<!-- /keys -->`");
    let rendered = rendered();
    if written == rendered {
        return;
    }
    if env::var_os(UPDATE).is_some_and(|value| value == "1") {
        std::fs::write(FILE, format!("{before}{BEGIN}{rendered}{END}{after}")).unwrap();
        return;
    }
    let differs = |(one, other): &(&str, &str)| one != other;
    let line = written.lines().zip(rendered.lines()).find(differs);
    let (has, wanted) = line.unwrap_or(("(another number of lines)", ""));
    panic!(
        "docs/github-mapping.md does not show the keys of the code; run this test with {UPDATE}=1 to \
         rewrite that part of it\n    it has: {has}\n  the code: {wanted}"
    );
}

/// All tables as Markdown: forms that share one are shown together.
fn rendered() -> String {
    let mut out = String::new();
    let mut shown: Vec<&Table> = Vec::new();
    for form in Form::ALL {
        let table = form.table(form.kind());
        if shown.iter().any(|known| std::ptr::eq(*known, table)) {
            continue;
        }
        shown.push(table);
        let sharing = Form::ALL
            .into_iter()
            .filter(|other| std::ptr::eq(other.table(other.kind()), table));
        let mut names: Vec<String> = sharing
            .map(|form| format!("{} (form {})", name(form), form as u8))
            .collect();
        if std::ptr::eq(Form::Timeline.table(RecordKind::Comment), table) {
            names.push(format!(
                "comment in a timeline (form {})",
                Form::Timeline as u8
            ));
        }
        write!(out, "\n### {}\n\n", names.join(", ")).unwrap();
        out.push_str("| Place | JSON key | Model field | Note |\n| --: | --- | --- | --- |\n");
        for (at, key) in table.keys.iter().enumerate() {
            let (field, note) = explained(key.rule);
            let usual = if table.usual & 1 << at == 0 {
                ""
            } else {
                "usual; "
            };
            writeln!(out, "| {at} | `{}` | {field} | {usual}{note} |", key.name).unwrap();
        }
    }
    out.push('\n');
    out
}

const fn name(form: Form) -> &'static str {
    match form {
        Form::Repository => "repository",
        Form::User => "user",
        Form::Label => "label",
        Form::Milestone => "milestone",
        Form::Issue => "issue",
        Form::Pull => "pull request",
        Form::Comment => "comment",
        Form::Event => "event of a repository",
        Form::IssueEvent => "event of an issue",
        Form::Timeline => "timeline item",
        Form::Reaction => "reaction",
        Form::Project => "project",
        Form::Column => "column",
        Form::Card => "card",
    }
}

/// The field of the model, or what the value is derived from, or that it is kept; and a note.
fn explained(rule: Rule) -> (String, String) {
    let (field, note) = match rule {
        Rule::Text(field) => (quoted(field.name()), "string or null".to_owned()),
        Rule::Time(field) => (quoted(field.name()), "moment or null".to_owned()),
        Rule::Number(field) => (quoted(field.name()), "whole number".to_owned()),
        Rule::Flag(field) => (quoted(field.name()), "true or false".to_owned()),
        Rule::User(field) => (quoted(field.name()), "embedded user".to_owned()),
        Rule::Milestone(field) => (quoted(field.name()), "embedded milestone".to_owned()),
        Rule::Users(field) => (quoted(field.name()), "list of embedded users".to_owned()),
        Rule::Labels(field) => (quoted(field.name()), "list of embedded labels".to_owned()),
        Rule::Id => ("foreign id".to_owned(), "whole number".to_owned()),
        Rule::Url(template) => ("derived".to_owned(), quoted(&spelled(template))),
        Rule::Const(json) => ("derived".to_owned(), format!("always {}", quoted(json))),
        Rule::OldNode("") => (
            "derived".to_owned(),
            "old style node id of the event's type and the foreign id".to_owned(),
        ),
        Rule::OldNode(object) => (
            "derived".to_owned(),
            format!("old style node id of `{object}` and the foreign id"),
        ),
        Rule::OtherNode => (
            "kept in parts".to_owned(),
            "any other node id: its prefix and its numbers".to_owned(),
        ),
        Rule::Person => (
            "kept".to_owned(),
            "embedded user that no field names".to_owned(),
        ),
        Rule::FirstAssignee => (
            "derived".to_owned(),
            "the first of `assignees`, null when there is none".to_owned(),
        ),
        Rule::OnlyAssignee => (
            "`assignees`".to_owned(),
            "embedded user of an object without `assignees`".to_owned(),
        ),
        Rule::IssueType => (
            "`type`".to_owned(),
            "object with a name; only written, for a type that was set here".to_owned(),
        ),
        Rule::Reactions => (
            "`reactions`".to_owned(),
            "the counts; URL and total are derived".to_owned(),
        ),
        Rule::SubIssues => (
            "`sub_issues`".to_owned(),
            "the counts; not stated, written of what was made or edited here".to_owned(),
        ),
        Rule::Dependencies => (
            "`blocked_by`, `blocking`".to_owned(),
            "the counts; not stated, written of what was made or edited here".to_owned(),
        ),
        Rule::ParentUrl => (
            "`parent_issue`".to_owned(),
            "kept; not stated, written of what was made or edited here".to_owned(),
        ),
        Rule::PinnedComment => (
            "kept".to_owned(),
            "as it came; the comment that was pinned here".to_owned(),
        ),
        Rule::Pin => (
            "`pinned`".to_owned(),
            "an object when it is pinned, which is kept, or null".to_owned(),
        ),
        Rule::Minimized => (
            "`minimized_reason`".to_owned(),
            "an object when it is minimised, which is kept, or null".to_owned(),
        ),
        Rule::OpenIssues | Rule::ClosedIssues => (
            "kept".to_owned(),
            "as it came; counted for one that was made here".to_owned(),
        ),
        Rule::PullRequest => (
            "`pull_request`, `merged_at`".to_owned(),
            "an object makes it a pull request; its URLs are derived".to_owned(),
        ),
        Rule::OldPullRequest => (
            "derived".to_owned(),
            "the same object without `merged_at`".to_owned(),
        ),
        Rule::Container => (
            "kept; `container`".to_owned(),
            "as it came, until the record was moved here".to_owned(),
        ),
        Rule::Board => (
            "kept; `container`".to_owned(),
            "as it came, until the card was moved here; the project of its column".to_owned(),
        ),
        Rule::Content => (
            "kept; `issue`".to_owned(),
            "as it came, until a note became an issue here".to_owned(),
        ),
        Rule::Keep => ("kept".to_owned(), "as it came".to_owned()),
        Rule::Share => (
            "kept".to_owned(),
            "as it came, once for all objects that have the same".to_owned(),
        ),
    };
    (field, note)
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

/// A template with words in place of its capitals.
fn spelled(template: &str) -> String {
    let mut out = String::new();
    for letter in template.chars() {
        out.push_str(match letter {
            'A' => "<api>",
            'H' => "<html>",
            'R' => "<owner/name>",
            'N' => "<number>",
            'I' => "<id>",
            'L' => "<name>",
            'S' => "<subject>",
            other => {
                out.push(other);
                continue;
            }
        });
    }
    out
}
