//! Writing text into HTML, and reading it out again.

/// Appends a text so that it is a text, between tags and in the quotes of an attribute.
pub(super) fn escape(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '\0']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "\u{fffd}",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

/// Appends ` name="value"`.
pub(super) fn attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    let mut parts = value.split('"');
    escape(html, parts.next().unwrap_or_default());
    for part in parts {
        html.push_str("&quot;");
        escape(html, part);
    }
    html.push('"');
}

/// An address with everything percent-encoded that has no place in one.
pub(super) fn address(written: &str) -> String {
    let mut address = String::with_capacity(written.len());
    for byte in written.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.+!*'(),%#@?=;:/&$~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            address.push('%');
            address.push(char::from(DIGITS[usize::from(byte >> 4)]));
            address.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    address
}

/// The text of HTML that [`escape`] and [`attribute`] wrote: no `<` and no `>` in it stands for itself.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['&', '<']) {
        text.push_str(&rest[..at]);
        let end = match rest.as_bytes()[at] {
            b'<' => '>',
            _ => ';',
        };
        let length = rest[at..].find(end).map_or(rest.len() - at, |end| end + 1);
        let markup = &rest[at..at + length];
        text.push_str(match markup {
            "&lt;" => "<",
            "&gt;" => ">",
            "&quot;" => "\"",
            "&amp;" => "&",
            _ => "",
        });
        let is_paragraph = markup == "</p>";
        rest = &rest[at + length..];
        // The title of an alert has the next paragraph on its line.
        if is_paragraph && rest.starts_with("<p") {
            text.push('\n');
        }
    }
    text.push_str(rest);
    text
}
