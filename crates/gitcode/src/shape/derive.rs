//! What follows from what: the JSON of a key from the few facts that an object is made of.

use backlot_forge::json::write_string;
use backlot_forge::sink::{Sink, put_decimal};

use super::site::Site;
use super::table::Rule;

/// The contents of reactions, each with GitCode's word for it and its sign.
pub(crate) const EMOJI: [(&str, &str, &str); 8] = [
    ("+1", "like", "👍"),
    ("-1", "dislike", "👎"),
    ("laugh", "smile", "😄"),
    ("confused", "confused", "😕"),
    ("heart", "love", "❤️"),
    ("rocket", "rocket", "🚀"),
    ("eyes", "eyes", "👀"),
    ("hooray", "party", "🎉"),
];

/// What derived values are made of.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) site: Site<'a>,
    /// The forge's own number of the object.
    pub(crate) id: Option<u64>,
    /// Its number, or that of the issue that it belongs to.
    pub(crate) number: Option<u64>,
    /// The login.
    pub(crate) name: &'a str,
}

/// Derives the JSON of a key; false when a fact that it needs is missing, or the rule is not one that derives
/// from facts.
pub(crate) fn derive(rule: Rule, facts: &Facts<'_>, sink: &mut impl Sink) -> bool {
    match (rule, facts.id) {
        (Rule::Const(json) | Rule::None(_, json), _) => sink.put(json.as_bytes()),
        (Rule::Id, Some(id)) => put_decimal(id, sink),
        (Rule::QuotedId, Some(id)) => {
            sink.put(b"\"");
            put_decimal(id, sink);
            sink.put(b"\"");
        }
        (Rule::Login, _) if !facts.name.is_empty() => {
            let mut text = Vec::with_capacity(facts.name.len() + 2);
            write_string(facts.name, &mut text);
            sink.put(&text);
        }
        (Rule::Url(template), _) if knows(template, facts) => {
            sink.put(b"\"");
            expand(template, facts, sink);
            sink.put(b"\"");
        }
        _ => return false,
    }
    true
}

/// Whether every fact that a template asks for is known.
fn knows(template: &str, facts: &Facts<'_>) -> bool {
    template.bytes().all(|letter| match letter {
        b'R' => !facts.site.repo.is_empty(),
        b'N' => facts.number.is_some(),
        b'L' => is_plain(facts.name),
        _ => true,
    })
}

/// Whether a login can stand in an address and in JSON as it is.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(plain)
}

fn expand(template: &str, facts: &Facts<'_>, sink: &mut impl Sink) {
    let bytes = template.as_bytes();
    let mut from = 0;
    if let Some(base) = facts.site.base {
        for (whole, served) in [("https://api.H/api/v5", base.api), ("https://H", base.html)] {
            if template.starts_with(whole) {
                sink.put(served.as_bytes());
                from = whole.len();
                break;
            }
        }
    }
    for (at, letter) in bytes.iter().enumerate().skip(from) {
        if !letter.is_ascii_uppercase() {
            continue;
        }
        sink.put(&bytes[from..at]);
        from = at + 1;
        match letter {
            b'H' => sink.put(facts.site.host.as_bytes()),
            b'R' => sink.put(facts.site.repo.as_bytes()),
            b'N' => put_decimal(facts.number.unwrap_or_default(), sink),
            _ => sink.put(facts.name.as_bytes()),
        }
    }
    sink.put(&bytes[from..]);
}

/// Puts bytes in hexadecimal digits, as a JSON string.
pub(crate) fn put_hex(bytes: &[u8], sink: &mut impl Sink) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    sink.put(b"\"");
    for byte in bytes {
        let pair = [
            DIGITS[usize::from(byte >> 4)],
            DIGITS[usize::from(byte & 15)],
        ];
        sink.put(&pair);
    }
    sink.put(b"\"");
}

/// The six digits of a colour behind a `#`.
pub(crate) fn color(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('#')?;
    (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}

/// The six digits of a colour of which `#fff` says each pair once.
pub(crate) fn short_color(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    let fits = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| digits.chars().flat_map(|digit| [digit, digit]).collect())
}
