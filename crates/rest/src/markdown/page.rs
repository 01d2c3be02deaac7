//! The HTML that is written, with the elements that are open in it.

use super::escape::escape;

/// How many elements can be open at once. Browsers stop nesting at about twice as many; deeper ones lose
/// their tags and keep their text.
const MOST_OPEN: usize = 256;

/// An element that was opened, to be closed by whoever opened it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened(usize);

/// HTML in the making.
#[derive(Default)]
pub(super) struct Page {
    html: String,
    open: Vec<Open>,
    serial: usize,
    // How many of the open elements hold text in which nothing becomes a link.
    unlinkable: usize,
    // Whether what comes next stays on the line at hand.
    is_joined: bool,
}

struct Open {
    serial: usize,
    name: &'static str,
    // How it ends: on a line of its own if this begins with a line break, and with its end tag if it is empty.
    close: &'static str,
    is_raw: bool,
}

/// Elements in which nothing becomes a link.
const UNLINKABLE: [&str; 5] = ["a", "code", "pre", "samp", "tt"];

/// Elements that end a paragraph when they begin.
const BLOCKS: [&str; 22] = [
    "blockquote",
    "details",
    "div",
    "dl",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "summary",
    "table",
    "ul",
    "dt",
    "dd",
];

/// Elements whose inside is for itself: no end of an element reaches out of them, and nothing in them ends
/// what is outside.
const SCOPES: [&str; 4] = ["table", "td", "th", "caption"];

/// Elements that Markdown makes within a line, and paragraphs: the end of a raw element can end them.
const LOOSE: [&str; 6] = ["p", "em", "strong", "del", "a", "sup"];

impl Page {
    /// Appends a text.
    pub(super) fn text(&mut self, text: &str) {
        escape(&mut self.html, text);
    }

    /// Appends HTML that is whole by itself.
    pub(super) fn whole(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Begins a line, if none is begun.
    pub(super) fn line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') && !self.is_joined {
            self.html.push('\n');
        }
        self.is_joined = false;
    }

    /// Lets the next block stand on the line at hand.
    pub(super) fn join(&mut self) {
        self.is_joined = true;
    }

    /// Whether a reference here becomes a link.
    pub(super) const fn is_linkable(&self) -> bool {
        self.unlinkable == 0
    }

    /// Whether such an element is open, with nothing around it that is for itself.
    pub(super) fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    /// How long the HTML is, to find the place again.
    pub(super) const fn at(&self) -> usize {
        self.html.len()
    }

    /// Writes something else at a place, where this is written so far.
    pub(super) fn replace(&mut self, at: usize, written: &str, by: &str) {
        let end = at + written.len();
        if self.html.get(at..end) == Some(written) {
            self.html.replace_range(at..end, by);
        }
    }

    /// Opens an element of Markdown. None if too many are open.
    pub(super) fn open(
        &mut self,
        name: &'static str,
        tag: &str,
        close: &'static str,
    ) -> Option<Opened> {
        self.prepare(name);
        self.push(name, tag, close, false)
    }

    /// Closes an element of Markdown, and what was left open in it.
    pub(super) fn close(&mut self, opened: Option<Opened>) {
        let Some(Opened(serial)) = opened else { return };
        if let Ok(at) = self.open.binary_search_by_key(&serial, |open| open.serial) {
            self.pop_to(at);
        }
    }

    /// Appends a block that is whole by itself.
    pub(super) fn block(&mut self, html: &str) {
        self.prepare("div");
        self.line();
        self.html.push_str(html);
    }

    /// Opens an element of raw HTML.
    pub(super) fn open_raw(&mut self, name: &'static str, tag: &str, close: &'static str) {
        self.prepare(name);
        let is_placed = match name {
            "a" => !self.is_open("a"),
            "li" => self.is_open("ul") || self.is_open("ol"),
            "caption" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" => self.is_open("table"),
            _ => true,
        };
        if is_placed {
            self.push(name, tag, close, true);
        }
    }

    /// Appends an element of raw HTML that has no content.
    pub(super) fn void_raw(&mut self, name: &'static str, tag: &str) {
        self.prepare(name);
        self.html.push_str(tag);
    }

    /// Closes an element of raw HTML, if one is open and nothing is in between that it must not close.
    pub(super) fn close_raw(&mut self, name: &str) {
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.is_raw && open.name == name {
                self.pop_to(at);
                return;
            }
            let holds = match open.is_raw {
                true => SCOPES.contains(&open.name) && !SCOPES.contains(&name) && !is_table(name),
                false => !LOOSE.contains(&open.name),
            };
            if holds {
                return;
            }
        }
    }

    /// The HTML, with everything closed.
    pub(super) fn finish(mut self) -> String {
        self.pop_to(0);
        self.html
    }

    /// Ends what the beginning of an element ends: paragraphs, list items, cells and rows without an end tag.
    fn prepare(&mut self, name: &'static str) {
        if BLOCKS.contains(&name) {
            self.end(&["p"], &[]);
        }
        match name {
            "a" => self.close_raw("a"),
            "li" => self.end_raw(&["li"], &["ul", "ol"]),
            "dt" | "dd" => self.end_raw(&["dt", "dd"], &["dl"]),
            "td" | "th" => self.end_raw(&["td", "th"], &["table"]),
            "tr" => self.end_raw(&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => self.end_raw(&["tbody", "thead", "tfoot"], &["table"]),
            _ => {}
        }
    }

    /// Ends the innermost of these elements that is open in the scope at hand.
    fn end(&mut self, names: &[&str], bounds: &[&str]) {
        let found = self.open.iter().rposition(|open| {
            names.contains(&open.name)
                || SCOPES.contains(&open.name)
                || bounds.contains(&open.name)
                || (!open.is_raw && !LOOSE.contains(&open.name))
        });
        if let Some(at) = found.filter(|at| names.contains(&self.open[*at].name)) {
            self.pop_to(at);
        }
    }

    /// Ends the innermost of these elements if it is raw HTML and in no other of these bounds.
    fn end_raw(&mut self, names: &[&str], bounds: &[&str]) {
        let found = self.open.iter().rposition(|open| {
            names.contains(&open.name) || bounds.contains(&open.name) || !open.is_raw
        });
        if let Some(at) = found
            && self.open[at].is_raw
            && names.contains(&self.open[at].name)
        {
            self.pop_to(at);
        }
    }

    fn push(
        &mut self,
        name: &'static str,
        tag: &str,
        close: &'static str,
        is_raw: bool,
    ) -> Option<Opened> {
        if self.open.len() >= MOST_OPEN {
            return None;
        }
        self.html.push_str(tag);
        self.serial += 1;
        let serial = self.serial;
        self.unlinkable += usize::from(UNLINKABLE.contains(&name));
        self.open.push(Open {
            serial,
            name,
            close,
            is_raw,
        });
        Some(Opened(serial))
    }

    fn pop_to(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(open) = self.open.pop() else { return };
            self.unlinkable -= usize::from(UNLINKABLE.contains(&open.name));
            match open.close.strip_prefix('\n') {
                Some(close) => {
                    self.line();
                    self.html.push_str(close);
                }
                None if open.close.is_empty() => {
                    self.html.push_str("</");
                    self.html.push_str(open.name);
                    self.html.push('>');
                }
                None => self.html.push_str(open.close),
            }
        }
    }
}

fn is_table(name: &str) -> bool {
    matches!(name, "tbody" | "tfoot" | "thead" | "tr")
}
