//! What raw HTML may hold: the elements, attributes and addresses that are let through.

/// The elements. What is not here loses its tags and keeps its text. None of them makes a browser read what
/// follows in another way than as text and tags, and so nothing can hide in one.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "ul",
    "var",
    "wbr",
];

/// The attributes that every element may have. Those with addresses are in [`attribute`].
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alt",
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "axis",
    "border",
    "cellpadding",
    "cellspacing",
    "char",
    "charoff",
    "clear",
    "color",
    "cols",
    "colspan",
    "compact",
    "coords",
    "datetime",
    "dir",
    "frame",
    "headers",
    "height",
    "hreflang",
    "hspace",
    "id",
    "itemprop",
    "label",
    "lang",
    "media",
    "name",
    "nohref",
    "noshade",
    "nowrap",
    "open",
    "rev",
    "role",
    "rows",
    "rowspan",
    "rules",
    "scope",
    "shape",
    "size",
    "sizes",
    "span",
    "start",
    "summary",
    "tabindex",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
];

/// Elements that are shown as they are written, because their content is no text with tags.
const SHOWN: &[&str] = &[
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
];

/// The schemes to which a link may lead.
const SCHEMES: &[&str] = &["http", "https", "mailto", "xmpp", "irc", "ircs"];

/// What every name and id of the text gets before it, so that it is none of the page around the text.
pub(super) const PREFIX: &str = "user-content-";

/// What is done with an element of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is let through.
    Allowed(&'static str),
    /// Its tags become text.
    Shown,
    /// Its tags are left out.
    Dropped,
}

/// What is done with an element of this name, which is in lower case.
pub(super) fn element(name: &str) -> Verdict {
    match ELEMENTS.iter().find(|element| **element == name) {
        Some(element) => Verdict::Allowed(element),
        None if SHOWN.contains(&name) => Verdict::Shown,
        None => Verdict::Dropped,
    }
}

/// The value with which an attribute of an allowed element is let through.
pub(super) fn attribute(element: &str, name: &str, value: &str) -> Option<String> {
    let passes = match (element, name) {
        ("a", "href") => leads(value, SCHEMES),
        ("img", "src" | "longdesc") | ("blockquote" | "del" | "ins" | "q", "cite") => is_web(value),
        // Every candidate is an address, and what a browser takes for one ends at a space or a comma.
        ("img" | "source", "srcset") => value
            .split(|c: char| c.is_ascii_whitespace() || c == ',')
            .all(is_web),
        ("div", "itemscope" | "itemtype") => true,
        _ => ATTRIBUTES.contains(&name),
    };
    let is_named = matches!(name, "id" | "name") && !value.is_empty() && !value.starts_with(PREFIX);
    passes.then(|| match is_named {
        true => format!("{PREFIX}{value}"),
        false => value.to_owned(),
    })
}

/// Whether a link may lead to this address.
pub(super) fn is_link(address: &str) -> bool {
    leads(address, SCHEMES)
}

/// Whether something may be loaded from this address.
pub(super) fn is_web(address: &str) -> bool {
    leads(address, &SCHEMES[..2])
}

/// Whether an address is relative or of one of these schemes, read as browsers read it: they skip control
/// characters and spaces before it, and line breaks and tabs in it.
fn leads(address: &str, schemes: &[&str]) -> bool {
    let mut read = String::new();
    for c in address.chars().filter(|c| *c > ' ') {
        match c {
            ':' => return schemes.contains(&read.as_str()),
            '/' | '?' | '#' | '\\' => return true,
            _ => read.push(c.to_ascii_lowercase()),
        }
        // No scheme is that long; what follows can still be a colon.
        if read.len() > 64 {
            return !address.contains(':');
        }
    }
    true
}
