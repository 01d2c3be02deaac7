//! Small things about texts: how long they are, what is in them, and how they are shown.

/// How many characters of a text are shown.
const SHOWN: usize = 60;

/// The number of characters of a text that has more than `most`.
pub(super) fn longer_than(text: &str, most: usize) -> Option<usize> {
    // A text of fewer bytes than allowed characters needs no counting.
    if text.len() <= most {
        return None;
    }
    let characters = text.chars().count();
    (characters > most).then_some(characters)
}

/// The first characters of a text on one line, with control characters as escapes.
pub(super) fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            shown.push('…');
            break;
        }
        match is_control(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// Control characters, and those that change the direction of what stands beside them.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The control characters of a long text that are no part of its layout, U+0000 left out, each once.
pub(super) fn odd_controls(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        let is_odd = c.is_control() && !matches!(c, '\0' | '\t' | '\n' | '\r');
        if is_odd && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// The first things of a list, and how many more there are.
pub(super) fn some_of(things: &[String]) -> String {
    const LISTED: usize = 5;
    let mut listed = things
        .iter()
        .take(LISTED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more) = things.len().checked_sub(LISTED).filter(|more| *more > 0) {
        listed.push_str(&format!(" and {more} more"));
    }
    listed
}

/// A number and the word for what is counted.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The first `most` characters of a text, up to the last white space among the last quarter of them if there
/// is any, and what follows.
pub(super) fn cut(text: &str, most: usize) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return (text, "");
    };
    let least = text
        .char_indices()
        .nth(most - most / 4)
        .map_or(end, |(at, _)| at);
    let (kept, _) = text.split_at(end);
    let at = match kept.rfind(char::is_whitespace) {
        Some(at) if at >= least => at,
        _ => end,
    };
    text.split_at(at)
}
