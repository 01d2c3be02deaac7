//! Node ids: the old style is base64 of `05:Issue1`, the new one base64url of a MessagePack list.

use backlot_model::RecordKind;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The old style node id of an object, such as `MDU6SXNzdWUx` for the issue 1.
pub(crate) fn old_style(object: &str, id: u64, out: &mut Vec<u8>) {
    let mut plain = [0u8; 64];
    let mut number = [0u8; 20];
    let digits = decimal(id, &mut number);
    let mut length = [0u8; 20];
    let length = decimal(object.len() as u64, &mut length);
    let mut at = 0;
    for part in [b"0", length, b":", object.as_bytes(), digits] {
        let Some(room) = plain.get_mut(at..at + part.len()) else {
            return;
        };
        room.copy_from_slice(part);
        at += part.len();
    }
    let start = out.len();
    out.resize(start + 88, 0);
    let written = STANDARD
        .encode_slice(&plain[..at], &mut out[start..])
        .unwrap_or(0);
    out.truncate(start + written);
}

fn decimal(mut number: u64, room: &mut [u8; 20]) -> &[u8] {
    let mut at = room.len();
    loop {
        at -= 1;
        room[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &room[at..];
        }
    }
}

/// The type that old style node ids give an event: `head_ref_deleted` is a `HeadRefDeletedEvent`.
pub(crate) fn old_type_of_event(event: &str) -> String {
    let words = event.split(['_', '-']).flat_map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<Vec<_>>()
    });
    words.chain("Event".chars()).collect()
}

/// What a node id says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// An old style id: a type and a number.
    Old(String, u64),
    /// A new style id: a prefix, the numbers between, and the object's own number.
    New(String, Vec<u64>, u64),
}

/// The kind of record that a node id names, and the number by which GitHub, or an export, calls it; none for a text
/// that is no node id of an issue, a comment, a label, a milestone, a user or a repository.
pub fn record_of_node_id(text: &str) -> Option<(RecordKind, u64)> {
    let (object, id) = match Node::parse(text)? {
        Node::Old(object, id) | Node::New(object, _, id) => (object, id),
    };
    let kind = match object.as_str() {
        "I" | "PR" | "Issue" | "PullRequest" => RecordKind::Issue,
        "IC" | "IssueComment" => RecordKind::Comment,
        "LA" | "Label" => RecordKind::Label,
        "MI" | "Milestone" => RecordKind::Milestone,
        "R" | "Repository" => RecordKind::Repository,
        "U" | "O" | "BOT" | "User" | "Organization" | "Bot" => RecordKind::User,
        _ => return None,
    };
    Some((kind, id))
}

impl Node {
    /// Reads a node id; none for one that would not be written the same way again.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let node = Self::parse_new(text).or_else(|| Self::parse_old(text))?;
        let mut again = Vec::with_capacity(text.len());
        match &node {
            Self::Old(object, id) => old_style(object, *id, &mut again),
            Self::New(prefix, between, id) => new_style(prefix, between, *id, &mut again),
        }
        (again == text.as_bytes()).then_some(node)
    }

    fn parse_old(text: &str) -> Option<Self> {
        let plain = STANDARD.decode(text).ok()?;
        let plain = std::str::from_utf8(&plain).ok()?;
        let (_, rest) = plain.split_once(':')?;
        let digits = rest.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (object, id) = rest.split_at(rest.len() - digits);
        (object.len() < 40).then_some(())?;
        Some(Self::Old(object.to_owned(), id.parse().ok()?))
    }

    fn parse_new(text: &str) -> Option<Self> {
        let (prefix, packed) = text.rsplit_once('_').or_else(|| text.split_once('_'))?;
        let (prefix, packed) = match text.find('_') {
            Some(at) if at + 1 < text.len() => (&text[..at], &text[at + 1..]),
            _ => (prefix, packed),
        };
        let plain = URL_SAFE_NO_PAD.decode(packed).ok()?;
        let (first, mut rest) = plain.split_first()?;
        let count = first
            .checked_sub(0x90)
            .filter(|count| (2..=5).contains(count))?;
        let mut numbers = Vec::with_capacity(4);
        for _ in 0..count {
            numbers.push(unpack(&mut rest)?);
        }
        let own = numbers.pop()?;
        if !rest.is_empty() || numbers.first() != Some(&0) {
            return None;
        }
        numbers.remove(0);
        Some(Self::New(prefix.to_owned(), numbers, own))
    }
}

/// The new style node id of an object, such as `U_kgAB`.
pub(crate) fn new_style(prefix: &str, between: &[u64], id: u64, out: &mut Vec<u8>) {
    let mut packed = vec![0x92 + (between.len() as u8).min(3), 0];
    for number in between.iter().take(3).chain([&id]) {
        pack(*number, &mut packed);
    }
    out.extend_from_slice(prefix.as_bytes());
    out.push(b'_');
    out.extend_from_slice(URL_SAFE_NO_PAD.encode(packed).as_bytes());
}

/// GitHub packs every number but the leading nought into at least four bytes.
fn pack(number: u64, out: &mut Vec<u8>) {
    if let Ok(small) = u32::try_from(number) {
        out.push(0xce);
        out.extend_from_slice(&small.to_be_bytes());
    } else {
        out.push(0xcf);
        out.extend_from_slice(&number.to_be_bytes());
    }
}

fn unpack(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    let width = match first {
        0..0x80 => {
            *bytes = rest;
            return Some(u64::from(*first));
        }
        0xcc => 1,
        0xcd => 2,
        0xce => 4,
        0xcf => 8,
        _ => return None,
    };
    let (number, rest) = rest.split_at_checked(width)?;
    *bytes = rest;
    Some(
        number
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_ids_are_spelled_as_github_does() {
        let spell = |object: &str, id| {
            let mut out = Vec::new();
            old_style(object, id, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(spell("Issue", 1), "MDU6SXNzdWUx");
        assert_eq!(
            Node::parse("MDU6SXNzdWUx"),
            Some(Node::Old("Issue".into(), 1))
        );
        assert_eq!(old_type_of_event("head_ref_deleted"), "HeadRefDeletedEvent");
    }

    #[test]
    fn new_ids_come_back() {
        for node in [
            Node::New("U".into(), vec![], 70_000),
            Node::New("IC".into(), vec![724_712], 5_000_000_000),
            Node::New("CE".into(), vec![724_712, 70_123], 5_000_000_000),
        ] {
            let Node::New(prefix, between, id) = &node else {
                unreachable!()
            };
            let mut out = Vec::new();
            new_style(prefix, between, *id, &mut out);
            assert_eq!(Node::parse(&String::from_utf8(out).unwrap()), Some(node));
        }
        for text in ["", "_", "U_", "U_!!", "IC_kw", "MDU6", "x", "U_AAAA"] {
            assert_eq!(Node::parse(text), None, "{text}");
        }
    }
}
