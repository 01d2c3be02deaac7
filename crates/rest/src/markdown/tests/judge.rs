//! Looks at HTML as a browser reads it, and says what should not be there.

use std::rc::Rc;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment};
use markup5ever_rcdom::{Node, NodeData, RcDom};

/// Every element that may come out.
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
    "html",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "markdown-accessiblity-table",
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
    "section",
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

/// The classes that come from the renderer. None comes from a text.
const CLASSES: &[&str] = &[
    "contains-task-list",
    "data-footnote-backref",
    "footnotes",
    "issue-link js-issue-link",
    "markdown-alert-title",
    "notranslate",
    "snippet-clipboard-content notranslate position-relative overflow-auto",
    "sr-only",
    "task-list-item",
    "task-list-item-checkbox",
    "user-mention notranslate",
];

/// What a browser finds in the HTML that must not be there, and the text that it shows.
pub(super) fn judge(html: &str) -> (Vec<String>, String) {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let dom = parse_fragment(
        RcDom::default(),
        ParseOpts::default(),
        context,
        Vec::new(),
        false,
    )
    .one(html);
    let mut faults = Vec::new();
    let mut text = String::new();
    // The tree takes itself apart as soon as its root is let go.
    let mut open: Vec<Rc<Node>> = dom.document.children.borrow().clone();
    while let Some(node) = open.pop() {
        match &node.data {
            NodeData::Text { contents } => text.push_str(&contents.borrow()),
            NodeData::Comment { contents } => faults.push(format!("comment {contents}")),
            NodeData::Element { name, attrs, .. } => {
                let name = &*name.local;
                if !ELEMENTS.contains(&name) {
                    faults.push(format!("<{name}>"));
                }
                for attribute in attrs.borrow().iter() {
                    let (key, value) = (&*attribute.name.local, &*attribute.value);
                    if is_fault(name, key, value) {
                        faults.push(format!("<{name} {key}={value:?}>"));
                    }
                }
            }
            _ => {}
        }
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    (faults, text)
}

fn is_fault(element: &str, key: &str, value: &str) -> bool {
    let read: String = value.chars().filter(|c| *c > ' ').collect();
    let read = read.to_ascii_lowercase();
    let runs = ["javascript:", "data:", "vbscript:", "file:", "blob:"]
        .iter()
        .any(|scheme| read.starts_with(scheme));
    match key {
        _ if key.starts_with("on") => true,
        "href" | "src" | "srcset" | "cite" | "longdesc" => runs,
        "class" => {
            let alert = value.strip_prefix("markdown-alert markdown-alert-");
            !CLASSES.contains(&value) && alert.is_none_or(|kind| kind.contains(' '))
        }
        "style" => element != "img" || value != "max-width: 100%;",
        "id" => {
            let is_ours = value.is_empty() || value == "footnote-label";
            !is_ours && !value.starts_with("user-content-")
        }
        "name" => !value.is_empty() && !value.starts_with("user-content-"),
        "type" if element == "input" => value != "checkbox",
        "target" => value != "_blank",
        "action" | "formaction" | "srcdoc" | "ping" | "background" | "poster" | "form" => true,
        _ => false,
    }
}

#[test]
fn the_judge_finds_what_is_bad() {
    for bad in [
        "<script>x</script>",
        "<p onclick='x'>",
        "<a href=' java\nscript:x'>x</a>",
        "<img src='data:x'>",
        "<p class='user-mention'>",
        "<p id='x'>",
        "<p style='x'>",
        "<!-- x -->",
        "<svg></svg>",
        "<input type='text'>",
    ] {
        assert_ne!(judge(bad).0, Vec::<String>::new(), "{bad}");
    }
    assert_eq!(judge("<p>a <b>b</b></p>"), (Vec::new(), "a b".to_owned()));
}
