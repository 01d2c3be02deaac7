//! Tables of keys, and by what rule the value of each is derived.

use backlot_forge::table::{self, Inside};
use backlot_model::Field;

use super::form::Form;

/// By what rule the value of a key is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The short text, word or body of a field.
    Text(Field),
    /// The state, where an open one is called so.
    State(&'static str),
    /// The colour of a label behind a `#`.
    Color,
    /// The same, six digits of which were written as three.
    ShortColor,
    /// The content of a reaction, in GitCode's words.
    Emoji,
    /// The moment of a field, with seconds and China's offset.
    Time(Field),
    /// The moment of a field in another style, which is kept.
    OtherTime(Field),
    /// The field has no value; the value of the key is this JSON.
    None(Field, &'static str),
    /// The number of a field.
    Number(Field),
    /// The number of a field as a string.
    Quoted(Field),
    /// The flag of a field.
    Flag(Field),
    /// The opposite of the flag of a field.
    NotFlag(Field),
    /// The forge's own number of the object.
    Id,
    /// The forge's own number of the object as a string.
    QuotedId,
    /// The login, which is what the object is called, once more.
    Login,
    /// A text with the capitals H (host), R (owner/name), N (number), I (id) and L (login) in it replaced.
    Url(&'static str),
    /// Always this JSON.
    Const(&'static str),
    /// A number, which is kept.
    Amount,
    /// A number as a string, which is kept.
    QuotedAmount,
    /// Twelve bytes in hexadecimal digits, which are kept.
    Hex,
    /// A short text, which is kept.
    Words,
    /// A moment that is no value of the record, and its style, which are kept.
    Moment,
    /// What an issue's comment belongs to, where the number of the issue has this key.
    Target(&'static str),
    /// A user that a field names.
    User(Field),
    /// A milestone that a field names.
    Milestone(Field),
    /// The users of `assignees`.
    Users(Field),
    /// The first of the users of `assignees`.
    FirstAssignee,
    /// The one user of an object that has no `assignees`.
    OnlyAssignee,
    /// The labels, each with the moment at which the issue was given it.
    Labels(Field),
    /// More about the type of an issue: kept as it came, until the issue has another type.
    TypeDetail,
    /// Not derived: kept as it came.
    Keep,
    /// Not derived: kept once for all objects that have the same.
    Share,
}

/// A bit for a field.
pub(crate) const fn bit(field: Field) -> u64 {
    1 << (field.tag() & 63)
}

/// The fields whose edit changes what the rule gives, a bit for each.
pub(crate) const fn depends(rule: Rule) -> u64 {
    match rule {
        Rule::Text(field)
        | Rule::Time(field)
        | Rule::OtherTime(field)
        | Rule::None(field, _)
        | Rule::Number(field)
        | Rule::Quoted(field)
        | Rule::Flag(field)
        | Rule::NotFlag(field)
        | Rule::User(field)
        | Rule::Milestone(field)
        | Rule::Users(field)
        | Rule::Labels(field) => bit(field),
        Rule::State(_) => bit(Field::State),
        Rule::Color | Rule::ShortColor => bit(Field::Color),
        Rule::Emoji => bit(Field::Content),
        Rule::Login => bit(Field::Name),
        Rule::FirstAssignee | Rule::OnlyAssignee => bit(Field::Assignees),
        Rule::TypeDetail => bit(Field::IssueType),
        Rule::Url(template) => {
            let bytes = template.as_bytes();
            let mut at = 0;
            let mut fields = 0;
            while at < bytes.len() {
                fields |= match bytes[at] {
                    b'L' => bit(Field::Name),
                    b'R' => bit(Field::Repository),
                    b'N' => bit(Field::Number) | bit(Field::Repository),
                    _ => 0,
                };
                at += 1;
            }
            fields
        }
        _ => 0,
    }
}

/// The keys of one form of GitCode's objects.
pub(crate) type Table = table::Table<Rule>;

impl table::Rule for Rule {
    fn inside(self) -> Inside {
        match self {
            Self::User(_) | Self::FirstAssignee => Inside::One(Form::User as u8),
            Self::Milestone(_) => Inside::One(Form::Milestone as u8),
            Self::Users(_) => Inside::Many(Form::User as u8),
            _ => Inside::Nothing,
        }
    }
}
