//! What follows from what: the JSON of a key from the few facts that an object is made of.

use backlot_forge::sink::{Sink, put_decimal};
use backlot_model::{Reactions, Timestamp};

use super::node;
use super::site::Site;
use super::table::Rule;

/// What derived values are made of.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) site: Site<'a>,
    /// The forge's own number of the object.
    pub(crate) id: Option<u64>,
    /// Its number, or that of the issue that it belongs to.
    pub(crate) number: Option<u64>,
    /// The login, or the name of a label.
    pub(crate) name: &'a str,
    /// The commit that an event names.
    pub(crate) subject: &'a str,
    /// What happened, in an event.
    pub(crate) event: &'a str,
    pub(crate) reactions: Reactions,
    pub(crate) merged_at: Option<Timestamp>,
    /// Whether reactions are those of a comment.
    pub(crate) is_comment: bool,
}

impl<'a> Facts<'a> {
    /// No fact but where it is.
    pub(crate) fn at(site: Site<'a>) -> Self {
        Self {
            site,
            id: None,
            number: None,
            name: "",
            subject: "",
            event: "",
            reactions: Reactions::default(),
            merged_at: None,
            is_comment: false,
        }
    }
}

/// Derives the JSON of a key; false when a fact that it needs is missing, or the rule is not one
/// that derives from facts.
pub(crate) fn derive(rule: Rule, facts: &Facts<'_>, sink: &mut impl Sink) -> bool {
    match rule {
        Rule::Const(json) => sink.put(json.as_bytes()),
        Rule::SubIssues => sink.put(br#"{"total":0,"completed":0,"percent_completed":0}"#),
        Rule::Dependencies => {
            sink.put(br#"{"blocked_by":0,"total_blocked_by":0,"blocking":0,"total_blocking":0}"#);
        }
        Rule::Pin | Rule::Minimized => sink.put(b"null"),
        Rule::Id => match facts.id {
            Some(id) => put_decimal(id, sink),
            None => return false,
        },
        Rule::Url(template) => {
            if !knows(template, facts) {
                return false;
            }
            sink.put(b"\"");
            expand(template, facts, sink);
            sink.put(b"\"");
        }
        Rule::OldNode(object) => {
            let Some(id) = facts.id else { return false };
            let mut id_text = Vec::with_capacity(64);
            if object.is_empty() {
                node::old_style(&node::old_type_of_event(facts.event), id, &mut id_text);
            } else {
                node::old_style(object, id, &mut id_text);
            }
            sink.put(b"\"");
            sink.put(&id_text);
            sink.put(b"\"");
        }
        Rule::Reactions => {
            let url = if facts.is_comment {
                "A/repos/R/issues/comments/I/reactions"
            } else {
                "A/repos/R/issues/N/reactions"
            };
            if !knows(url, facts) {
                return false;
            }
            put_reactions(url, facts, sink);
        }
        Rule::PullRequest | Rule::OldPullRequest => {
            if facts.number.is_none() || facts.site.repo.is_empty() {
                return false;
            }
            sink.put(b"{\"url\":\"");
            expand("A/repos/R/pulls/N", facts, sink);
            sink.put(b"\",\"html_url\":\"");
            expand("H/R/pull/N", facts, sink);
            sink.put(b"\",\"diff_url\":\"");
            expand("H/R/pull/N.diff", facts, sink);
            sink.put(b"\",\"patch_url\":\"");
            expand("H/R/pull/N.patch", facts, sink);
            sink.put(b"\"");
            if rule == Rule::PullRequest {
                sink.put(b",\"merged_at\":");
                put_time(facts.merged_at, sink);
            }
            sink.put(b"}");
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
        b'I' => facts.id.is_some(),
        b'L' => !facts.name.is_empty(),
        b'S' => is_plain(facts.subject),
        _ => true,
    })
}

/// Whether a text can stand in a URL and in JSON as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn expand(template: &str, facts: &Facts<'_>, sink: &mut impl Sink) {
    let bytes = template.as_bytes();
    let mut from = 0;
    for (at, letter) in bytes.iter().enumerate() {
        if !letter.is_ascii_uppercase() {
            continue;
        }
        sink.put(&bytes[from..at]);
        from = at + 1;
        match letter {
            b'A' => sink.put(facts.site.api.as_bytes()),
            b'H' => sink.put(facts.site.html.as_bytes()),
            b'R' => sink.put(facts.site.repo.as_bytes()),
            b'N' => put_decimal(facts.number.unwrap_or_default(), sink),
            b'I' => put_decimal(facts.id.unwrap_or_default(), sink),
            b'L' => put_encoded(facts.name, sink),
            _ => sink.put(facts.subject.as_bytes()),
        }
    }
    sink.put(&bytes[from..]);
}

/// A name as it stands in an address.
pub(crate) fn in_address(name: &str) -> String {
    let mut encoded = Vec::with_capacity(name.len());
    put_encoded(name, &mut encoded);
    String::from_utf8(encoded).unwrap_or_else(|_| name.to_owned())
}

/// A name as GitHub puts it into URLs: spaces, brackets and what is not ASCII are encoded, other
/// signs are not.
fn put_encoded(name: &str, sink: &mut impl Sink) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let encoded = |byte: u8| {
        !byte.is_ascii_graphic()
            || matches!(
                byte,
                b'"' | b'<'
                    | b'>'
                    | b'['
                    | b']'
                    | b'\\'
                    | b'^'
                    | b'`'
                    | b'{'
                    | b'|'
                    | b'}'
                    | b'#'
                    | b'%'
            )
    };
    let bytes = name.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if encoded(byte) {
            sink.put(&bytes[from..at]);
            sink.put(&[
                b'%',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]);
            from = at + 1;
        }
    }
    sink.put(&bytes[from..]);
}

fn put_reactions(url: &str, facts: &Facts<'_>, sink: &mut impl Sink) {
    sink.put(b"{\"url\":\"");
    expand(url, facts, sink);
    sink.put(b"\",\"total_count\":");
    if facts.reactions == Reactions::default() {
        sink.put(
            br#"0,"+1":0,"-1":0,"laugh":0,"hooray":0,"confused":0,"heart":0,"rocket":0,"eyes":0}"#,
        );
        return;
    }
    put_decimal(facts.reactions.total(), sink);
    for (content, count) in Reactions::CONTENTS.iter().zip(facts.reactions.counts) {
        sink.put(b",\"");
        sink.put(content.as_bytes());
        sink.put(b"\":");
        put_decimal(count, sink);
    }
    sink.put(b"}");
}

/// Puts a moment as a JSON string, or null.
pub(crate) fn put_time(moment: Option<Timestamp>, sink: &mut impl Sink) {
    let Some(moment) = moment else {
        return sink.put(b"null");
    };
    let mut text = Vec::with_capacity(24);
    text.push(b'"');
    moment.write_seconds(&mut text);
    text.push(b'"');
    sink.put(&text);
}

#[cfg(test)]
mod tests {
    use backlot_forge::sink::Matcher;

    use super::*;

    fn derived(rule: Rule, facts: &Facts<'_>) -> Option<String> {
        let mut out = Vec::new();
        derive(rule, facts, &mut out).then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn urls_are_made_of_facts() {
        let mut facts = Facts::at(Site::new("", "octo/hello"));
        assert_eq!(derived(Rule::Url("A/repos/R/issues/N"), &facts), None);
        facts.number = Some(7);
        facts.name = "good first [issue]";
        assert_eq!(
            derived(Rule::Url("A/repos/R/issues/N/labels{/name}"), &facts).as_deref(),
            Some("\"https://api.github.com/repos/octo/hello/issues/7/labels{/name}\"")
        );
        assert_eq!(
            derived(Rule::Url("H/R/labels/L"), &facts).as_deref(),
            Some("\"https://github.com/octo/hello/labels/good%20first%20%5Bissue%5D\"")
        );
    }

    #[test]
    fn a_matcher_wants_all_and_nothing_else() {
        for (came, same) in [("12", true), ("1", false), ("123", false), ("13", false)] {
            let mut matcher = Matcher::new(came);
            put_decimal(12, &mut matcher);
            assert_eq!(matcher.matched(), same);
        }
    }
}
