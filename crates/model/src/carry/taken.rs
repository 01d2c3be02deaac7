//! Taking a text and its footer apart.

use std::fmt;

use super::carried::Carried;
use super::{
    CLOSING, DIGEST, EXACT, FOOTER_BYTES, GAP, NO_TEXT, OPENING, VERSION, digest, ends, hex,
};
use crate::id::Digest;

/// The gap between a text and its footer as forges make it, in the order in which one is looked for.
const GAPS: [&str; 6] = [GAP, "\r\n\r\n", "\n\r\n", "\r\n", "\n", ""];

/// A text and the footer below it, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The text without its footer; none where there was no text at all. Where it is intact and a forge changed
    /// the ends of its lines, they are as they were, as far as `is_exact` says.
    pub text_above: Option<String>,
    /// What is carried, as far as it could be read.
    pub carried: Carried,
    /// What is wrong; none where the footer is intact.
    pub damage: Option<Damage>,
    /// Whether the text is known to be the one that was sent, byte for byte.
    pub is_exact: bool,
}

impl Taken {
    /// Whether the text and the footer are as they were sent, but for the ends of lines.
    pub const fn is_intact(&self) -> bool {
        self.damage.is_none()
    }
}

/// Why a footer is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// The text above, or the footer itself, is not what was sent.
    Edited,
    /// Something was written below it.
    TextBelow,
    /// It cannot be read, for this reason.
    Malformed(&'static str),
    /// It is of a version that this one does not know.
    Version(u64),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited => f.write_str("the text was edited since it was sent"),
            Self::TextBelow => f.write_str("something was written below the footer"),
            Self::Malformed(detail) => write!(f, "the footer cannot be read: {detail}"),
            Self::Version(version) => write!(f, "the footer is of version {version}"),
        }
    }
}

/// Takes a text and the footer at its end apart; none where there is no footer. What looks like a footer
/// higher up is part of the text, but where nothing below it is a footer, something was written below it.
pub fn take(text: &str) -> Option<Taken> {
    let mut until = text.len();
    loop {
        let place = find(text, until)?;
        let parts = place.inside.map_or(Err("its end is missing"), read);
        if parts.is_err() && place.has_text_below && place.version == VERSION {
            until = place.start;
            continue;
        }
        return apart(text, &place, parts);
    }
}

fn apart(text: &str, place: &Place<'_>, parts: Result<Parts<'_>, &'static str>) -> Option<Taken> {
    let above = text.get(..place.start)?;
    let gap = match above.is_empty() {
        true => "",
        false => *GAPS.iter().find(|gap| above.ends_with(**gap))?,
    };
    let above = above.strip_suffix(gap)?;
    let damaged = |damage| Taken {
        text_above: Some(above.to_owned()),
        carried: Carried::new(),
        damage: Some(damage),
        is_exact: false,
    };
    if place.version != VERSION {
        return Some(damaged(Damage::Version(place.version)));
    }
    let parts = match parts {
        Ok(parts) => parts,
        Err(detail) => return Some(damaged(Damage::Malformed(detail))),
    };
    let carried = parts.carried;
    let damage = if place.has_text_below {
        Some(Damage::TextBelow)
    } else {
        let is_as_sent = digest(&ends::normal(above), parts.covered) == parts.digest
            && (!parts.is_without_text || above.is_empty());
        (!is_as_sent).then_some(Damage::Edited)
    };
    if damage.is_some() {
        let damaged = damaged(Damage::Edited);
        return Some(Taken {
            carried,
            damage,
            ..damaged
        });
    }
    let (text_above, is_exact) = match parts.exact {
        _ if parts.is_without_text => (None, true),
        None => (Some(ends::normal(above).into_owned()), true),
        Some(exact) => {
            let mut candidates = ends::candidates(above);
            let found = candidates.find(|text| hex(&Digest::of(text.as_bytes())) == exact);
            let is_exact = found.is_some();
            (Some(found.unwrap_or_else(|| above.to_owned())), is_exact)
        }
    };
    Some(Taken {
        text_above,
        carried,
        damage,
        is_exact,
    })
}

/// What looks like a footer.
struct Place<'a> {
    start: usize,
    version: u64,
    /// What stands behind the version; none where the end is missing.
    inside: Option<&'a str>,
    has_text_below: bool,
}

/// The last thing in a text that looks like a footer and begins before this byte.
fn find(text: &str, mut until: usize) -> Option<Place<'_>> {
    while let Some(start) = text.get(..until)?.rfind(OPENING) {
        let rest = text.get(start + OPENING.len()..)?;
        // No footer has this sign inside, so every byte is looked at once, whatever the text is.
        let rest = rest.split_once('<').map_or(rest, |(rest, _)| rest);
        if let Some(place) = place(text, start, rest) {
            return Some(place);
        }
        until = start;
    }
    None
}

fn place<'a>(text: &'a str, start: usize, rest: &'a str) -> Option<Place<'a>> {
    let (version, after) = rest.split_once(' ')?;
    if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let version = version.parse().ok()?;
    let Some((inside, _)) = after.split_once(CLOSING) else {
        // A text that was cut has the beginning of one at its very end.
        let is_cut = after.starts_with(DIGEST) && start + OPENING.len() + rest.len() == text.len();
        return is_cut.then_some(Place {
            start,
            version,
            inside: None,
            has_text_below: false,
        });
    };
    let before = rest.len() - after.len() + inside.len() + CLOSING.len();
    let below = text.get(start + OPENING.len() + before..)?;
    Some(Place {
        start,
        version,
        inside: Some(inside),
        has_text_below: !below.trim_start().is_empty(),
    })
}

/// What stands in a footer.
struct Parts<'a> {
    digest: &'a str,
    /// What the digest is of, beside the text.
    covered: &'a str,
    exact: Option<&'a str>,
    is_without_text: bool,
    carried: Carried,
}

fn read(inside: &str) -> Result<Parts<'_>, &'static str> {
    if inside.len() > FOOTER_BYTES {
        return Err("it is too long");
    }
    let (digest, covered) = inside.split_once(' ').unwrap_or((inside, ""));
    let digest = digest.strip_prefix(DIGEST).ok_or("it has no digest")?;
    let mut parts = Parts {
        digest,
        covered,
        exact: None,
        is_without_text: false,
        carried: Carried::new(),
    };
    let mut pairs = covered.split(' ').peekable();
    if covered.is_empty() {
        pairs.next();
    }
    if let Some(exact) = pairs.peek().and_then(|pair| pair.strip_prefix(EXACT)) {
        parts.exact = Some(exact);
        pairs.next();
    }
    if pairs.peek() == Some(&NO_TEXT) {
        parts.is_without_text = true;
        pairs.next();
    }
    for pair in pairs {
        if !parts.carried.read(pair) {
            return Err("it has something else than names and values");
        }
    }
    Ok(parts)
}
