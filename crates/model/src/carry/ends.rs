//! Texts whose ends of lines a forge made its own.

use std::borrow::Cow;

/// The text in normal form: lines end in a line feed, no line ends in blanks, and the text ends in no empty
/// line. What a forge does to the ends of lines makes no difference to it.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    let is_trimmed = |line: &str| !line.ends_with([' ', '\t']);
    if !text.contains('\r') && !text.ends_with('\n') && text.split('\n').all(is_trimmed) {
        return Cow::Borrowed(text);
    }
    let unified = with_line_feeds(text);
    let mut out = String::with_capacity(unified.len());
    for line in unified.split('\n') {
        out.push_str(line.trim_end_matches([' ', '\t']));
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    Cow::Owned(out)
}

/// The forms that a text can have had before a forge made the ends of its lines other ones; the first is the
/// text as it is.
pub(super) fn candidates(text: &str) -> impl Iterator<Item = String> + '_ {
    let forms: [fn(&str) -> String; 5] = [
        str::to_owned,
        with_line_feeds,
        |text| with_line_feeds(text).replace('\n', "\r\n"),
        |text| normal(text).into_owned(),
        |text| normal(text).replace('\n', "\r\n"),
    ];
    forms.into_iter().map(move |form| form(text))
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ends_of_lines_are_made_normal() {
        for (text, expected) in [
            ("", ""),
            ("a\nb", "a\nb"),
            ("a\r\nb\rc\n", "a\nb\nc"),
            ("a  \n\n\tb\t\r\n \r\n", "a\n\n\tb"),
            (" \n", ""),
        ] {
            assert_eq!(normal(text), expected, "{text:?}");
            assert_eq!(normal(expected), expected);
        }
    }
}
