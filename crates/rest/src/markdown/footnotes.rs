//! Footnotes, which are gathered at the end.

use std::collections::HashMap;

use super::escape::{address, attribute};

/// The footnotes of a text.
#[derive(Default)]
pub(super) struct Footnotes {
    // In the order in which they are referred to first.
    order: Vec<String>,
    // Which number each has, and how often it was referred to.
    referred: HashMap<String, (usize, usize)>,
    defined: HashMap<String, String>,
}

impl Footnotes {
    /// A reference to the footnote of this name, as a link or else as its number.
    pub(super) fn reference(&mut self, name: &str, is_linkable: bool) -> String {
        let key = name.to_lowercase();
        let next = self.order.len() + 1;
        let (number, times) = self.referred.entry(key.clone()).or_insert((next, 0));
        if *number == next && *times == 0 {
            self.order.push(key.clone());
        }
        if !is_linkable {
            return format!("<sup>{number}</sup>");
        }
        *times += 1;
        let mut html = "<sup><a".to_owned();
        attribute(
            &mut html,
            "href",
            &format!("#user-content-fn-{}", address(&key)),
        );
        attribute(&mut html, "id", &reference_id(&key, *times));
        attribute(&mut html, "data-footnote-ref", "");
        attribute(&mut html, "aria-describedby", "footnote-label");
        html.push_str(&format!(">{number}</a></sup>"));
        html
    }

    /// Takes what the footnote of this name says. The first one counts.
    pub(super) fn define(&mut self, name: &str, html: String) {
        self.defined.entry(name.to_lowercase()).or_insert(html);
    }

    /// The footnotes that are referred to, as HTML.
    pub(super) fn finish(mut self) -> String {
        let mut items = String::new();
        for (index, key) in self.order.iter().enumerate() {
            let Some(mut said) = self.defined.remove(key) else {
                continue;
            };
            let times = self.referred.get(key).map_or(0, |(_, times)| *times);
            let back = back_references(key, index + 1, times);
            let end = "</p>";
            said.truncate(said.trim_end().len());
            match said.strip_suffix(end).map(str::len) {
                Some(length) => said.insert_str(length, &back),
                None => said.push_str(&back),
            }
            items.push_str("<li");
            attribute(
                &mut items,
                "id",
                &format!("user-content-fn-{}", address(key)),
            );
            items.push_str(">\n");
            items.push_str(&said);
            items.push_str("\n</li>\n");
        }
        match items.is_empty() {
            true => items,
            false => format!("{OPEN}{items}{CLOSE}"),
        }
    }
}

const OPEN: &str = "<section data-footnotes=\"\" class=\"footnotes\"><h2 id=\"footnote-label\" \
                    class=\"sr-only\" dir=\"auto\">Footnotes</h2>\n<ol dir=\"auto\">\n";
const CLOSE: &str = "</ol>\n</section>";

/// The links that lead from a footnote back to where it is referred to.
fn back_references(key: &str, number: usize, times: usize) -> String {
    let mut html = String::new();
    for time in 1..=times {
        let label = match time {
            1 => number.to_string(),
            _ => format!("{number}-{time}"),
        };
        html.push_str(" <a");
        attribute(&mut html, "href", &format!("#{}", reference_id(key, time)));
        attribute(&mut html, "data-footnote-backref", "");
        attribute(
            &mut html,
            "aria-label",
            &format!("Back to reference {label}"),
        );
        attribute(&mut html, "class", "data-footnote-backref");
        html.push_str(">↩");
        if time > 1 {
            html.push_str(&format!("<sup>{time}</sup>"));
        }
        html.push_str("</a>");
    }
    html
}

/// The id of the place of a reference.
fn reference_id(key: &str, time: usize) -> String {
    match time {
        1 => format!("user-content-fnref-{}", address(key)),
        _ => format!("user-content-fnref-{}-{time}", address(key)),
    }
}
