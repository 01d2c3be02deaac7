//! The way through a Markdown text.

use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag,
    TagEnd,
};

use super::escape::{address, attribute, escape};
use super::footnotes::Footnotes;
use super::links::{self, Links};
use super::page::{Opened, Page};
use super::raw::{self, Raw};
use super::{References, allowed};

/// The HTML of a text.
pub(super) fn render(source: &str, references: &References<'_>) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut renderer = Renderer {
        source,
        links: Links::of(source, references),
        footnotes: Footnotes::default(),
        raw: Raw::default(),
        part: Part::default(),
        around: Vec::new(),
        stretch: 0..0,
        code: None,
        image: None,
        is_link_written: false,
    };
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        renderer.event(event, range);
    }
    renderer.finish()
}

struct Renderer<'a> {
    source: &'a str,
    links: Links<'a>,
    footnotes: Footnotes,
    raw: Raw,
    part: Part,
    // What goes on after the footnotes that are being defined, with their names.
    around: Vec<(Part, String)>,
    // Text that the parser gave in neighbouring pieces.
    stretch: Range<usize>,
    code: Option<Code>,
    image: Option<Image>,
    // Whether the link at hand was written as a whole, with its text.
    is_link_written: bool,
}

/// The text itself, or the text of a footnote.
#[derive(Default)]
struct Part {
    page: Page,
    // What the parser has open, as far as it became an element.
    opened: Vec<Option<Opened>>,
    // The lists that are open: where each begins in the HTML, with what.
    lists: Vec<(Option<usize>, String)>,
    // Where the last item begins.
    item: Option<usize>,
    table: Table,
}

/// The table at hand. There are no tables in tables.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    is_head: bool,
    has_body: bool,
}

/// A block of code that is being read.
struct Code {
    language: String,
    text: String,
}

/// An image whose description is being read.
struct Image {
    // How many images are in its description, with itself.
    depth: usize,
    destination: String,
    title: String,
    description: String,
}

impl Renderer<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Some(code) = &mut self.code {
            match event {
                Event::Text(text) => code.text.push_str(&text),
                Event::End(TagEnd::CodeBlock) => self.end_code(),
                _ => {}
            }
            return;
        }
        if self.image.is_some() {
            self.image_event(event);
            return;
        }
        if self.is_link_written {
            if !matches!(event, Event::End(TagEnd::Link)) {
                return;
            }
            self.is_link_written = false;
        }
        let is_written = |text: &str| self.source.get(range.clone()) == Some(text);
        match event {
            Event::Text(text) if is_written(&text) => {
                if self.stretch.end != range.start {
                    self.flush();
                    self.stretch = range.clone();
                }
                self.stretch.end = range.end;
                return;
            }
            _ => self.flush(),
        }
        let page = &mut self.part.page;
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => page.text(&text),
            Event::Code(text) => {
                page.whole("<code class=\"notranslate\">");
                page.text(&text);
                page.whole("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, &range),
            Event::SoftBreak | Event::HardBreak => page.whole("<br>\n"),
            Event::Rule => {
                page.block("<hr>\n");
            }
            Event::FootnoteReference(name) => {
                let is_linkable = page.is_linkable();
                page.whole(&self.footnotes.reference(&name, is_linkable));
            }
            Event::TaskListMarker(is_done) => self.task(is_done),
            // These are not asked for.
            Event::InlineMath(text) | Event::DisplayMath(text) => page.text(&text),
        }
    }

    /// Writes the text that was gathered.
    fn flush(&mut self) {
        let stretch = std::mem::replace(&mut self.stretch, 0..0);
        if !stretch.is_empty() {
            self.links.write(&mut self.part.page, self.source, &stretch);
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let part = &mut self.part;
        let page = &mut part.page;
        let opened = match tag {
            Tag::Paragraph => {
                page.line();
                page.open("p", "<p dir=\"auto\">", "</p>\n")
            }
            Tag::Heading { level, .. } => {
                let (name, tag, end) = heading(level);
                page.line();
                page.open(name, tag, end)
            }
            Tag::BlockQuote(kind) => {
                page.line();
                alert_or_quote(page, kind)
            }
            Tag::List(first) => {
                page.line();
                let tag = match first {
                    None => "<ul dir=\"auto\">\n".to_owned(),
                    Some(1) => "<ol dir=\"auto\">\n".to_owned(),
                    Some(first) => format!("<ol start=\"{first}\" dir=\"auto\">\n"),
                };
                let (name, end) = match first {
                    None => ("ul", "\n</ul>\n"),
                    Some(_) => ("ol", "\n</ol>\n"),
                };
                let opened = page.open(name, &tag, end);
                let at = opened.and_then(|_| page.at().checked_sub(tag.len()));
                part.lists.push((at, tag));
                opened
            }
            Tag::Item => {
                page.line();
                let opened = page.open("li", "<li>", "</li>\n");
                part.item = opened.and_then(|_| page.at().checked_sub("<li>".len()));
                opened
            }
            Tag::Table(alignments) => {
                page.line();
                part.table = Table {
                    alignments,
                    ..Table::default()
                };
                let close = "</table></markdown-accessiblity-table>\n";
                page.open(
                    "table",
                    "<markdown-accessiblity-table><table role=\"table\">\n",
                    close,
                )
            }
            Tag::TableHead => {
                part.table.is_head = true;
                part.table.column = 0;
                page.open("thead", "<thead>\n<tr>\n", "</tr>\n</thead>\n")
            }
            Tag::TableRow => {
                part.table.is_head = false;
                part.table.column = 0;
                if !part.table.has_body {
                    part.table.has_body = true;
                    let _ = page.open("tbody", "<tbody>\n", "</tbody>\n");
                }
                page.open("tr", "<tr>\n", "</tr>\n")
            }
            Tag::TableCell => part.table.cell(page),
            Tag::Emphasis => page.open("em", "<em>", ""),
            Tag::Strong => page.open("strong", "<strong>", ""),
            Tag::Strikethrough => page.open("del", "<del>", ""),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.link(link_type, &dest_url, &title, range),
            Tag::Image {
                dest_url, title, ..
            } => {
                self.image = Some(Image {
                    depth: 1,
                    destination: dest_url.into_string(),
                    title: title.into_string(),
                    description: String::new(),
                });
                return;
            }
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next(),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some(Code {
                    language: language.unwrap_or_default().to_owned(),
                    text: String::new(),
                });
                return;
            }
            Tag::FootnoteDefinition(name) => {
                let around = std::mem::take(&mut self.part);
                self.around.push((around, name.into_string()));
                return;
            }
            Tag::HtmlBlock => {
                page.line();
                return;
            }
            // These are not asked for.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => None,
        };
        self.part.opened.push(opened);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::HtmlBlock => {
                self.end_raw();
                return;
            }
            TagEnd::FootnoteDefinition => {
                if let Some((around, name)) = self.around.pop() {
                    let defined = std::mem::replace(&mut self.part, around);
                    self.footnotes.define(&name, defined.page.finish());
                }
                return;
            }
            TagEnd::List(_) => {
                self.part.lists.pop();
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell => {
                self.end_raw();
            }
            _ => {}
        }
        if let Some(opened) = self.part.opened.pop() {
            self.part.page.close(opened);
        }
    }

    /// Begins a link, or writes the reference that it is and leaves out what it says itself.
    fn link(
        &mut self,
        kind: LinkType,
        destination: &str,
        title: &str,
        range: &Range<usize>,
    ) -> Option<Opened> {
        let page = &mut self.part.page;
        page.close_raw("a");
        if page.is_open("a") {
            return None;
        }
        if kind == LinkType::Autolink
            && page.is_linkable()
            && let [(_, link)] = self.links.within(self.source, range).as_slice()
        {
            page.whole(link);
            self.is_link_written = true;
            return None;
        }
        let destination = match kind {
            LinkType::Email => format!("mailto:{destination}"),
            _ => destination.to_owned(),
        };
        let tag = self.links.tag(&destination, title);
        page.open("a", &tag, "")
    }

    fn image_event(&mut self, event: Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 1 => image.depth -= 1,
            Event::End(TagEnd::Image) => self.end_image(),
            Event::Text(text) | Event::Code(text) => image.description.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.description.push(' '),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        let Some(image) = self.image.take() else {
            return;
        };
        let mut attributes = String::new();
        let source = match allowed::is_web(&image.destination) {
            true => address(&image.destination),
            false => String::new(),
        };
        if !source.is_empty() {
            attribute(&mut attributes, "src", &source);
        }
        attribute(&mut attributes, "alt", &image.description);
        if !image.title.is_empty() {
            attribute(&mut attributes, "title", &image.title);
        }
        links::image(&mut self.part.page, &source, &attributes);
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let mut html = "<div class=\"snippet-clipboard-content notranslate position-relative \
                        overflow-auto\""
            .to_owned();
        let copied = code.text.strip_suffix('\n').unwrap_or(&code.text);
        attribute(&mut html, "data-snippet-clipboard-copy-content", copied);
        html.push_str("><pre");
        if !code.language.is_empty() {
            attribute(&mut html, "lang", &code.language);
        }
        html.push_str(" class=\"notranslate\"><code class=\"notranslate\">");
        escape(&mut html, &code.text);
        html.push_str("</code></pre></div>\n");
        self.part.page.block(&html);
    }

    /// Writes raw HTML, with the references that its text makes.
    fn html(&mut self, html: &str, range: &Range<usize>) {
        let mut at = range.start;
        if self.source.get(range.clone()) == Some(html) {
            for (span, link) in self.links.within(self.source, range) {
                self.raw(at..span.start);
                at = span.end;
                let written = self.source.get(span).unwrap_or_default();
                let tokens = self.raw.read(written);
                let is_text = raw::plain(&tokens).as_deref() == Some(written);
                let page = &mut self.part.page;
                if is_text && page.is_linkable() {
                    page.whole(&link);
                } else {
                    for token in &tokens {
                        raw::write(page, token, &self.links);
                    }
                }
            }
            self.raw(at..range.end);
        } else {
            for token in self.raw.read(html) {
                raw::write(&mut self.part.page, &token, &self.links);
            }
        }
    }

    fn raw(&mut self, range: Range<usize>) {
        for token in self.raw.read(self.source.get(range).unwrap_or_default()) {
            raw::write(&mut self.part.page, &token, &self.links);
        }
    }

    fn end_raw(&mut self) {
        for token in self.raw.end() {
            raw::write(&mut self.part.page, &token, &self.links);
        }
    }

    /// Writes the box of a task, and makes a task of its item and a list of tasks of its list.
    fn task(&mut self, is_done: bool) {
        let part = &mut self.part;
        if let Some(at) = part.item {
            part.page
                .replace(at, "<li>", "<li class=\"task-list-item\">");
        }
        if let Some((Some(at), tag)) = part.lists.last_mut() {
            let of_tasks = tag.replace("dir=\"auto\"", "class=\"contains-task-list\"");
            part.page.replace(*at, tag, &of_tasks);
            *tag = of_tasks;
        }
        let (label, checked) = match is_done {
            true => ("Completed", " checked=\"\""),
            false => ("Incomplete", ""),
        };
        part.page.whole(&format!(
            "<input type=\"checkbox\" id=\"\" disabled=\"\" class=\"task-list-item-checkbox\" \
             aria-label=\"{label} task\"{checked}> "
        ));
    }

    fn finish(mut self) -> String {
        self.flush();
        let mut html = self.part.page.finish();
        let footnotes = self.footnotes.finish();
        html.truncate(html.trim_end_matches('\n').len());
        if !footnotes.is_empty() {
            html.push('\n');
            html.push_str(&footnotes);
        }
        html
    }
}

impl Table {
    fn cell(&mut self, page: &mut Page) -> Option<Opened> {
        let align = match self.alignments.get(self.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            _ => "",
        };
        self.column += 1;
        match self.is_head {
            true => page.open("th", &format!("<th{align}>"), "</th>\n"),
            false => page.open("td", &format!("<td{align}>"), "</td>\n"),
        }
    }
}

fn alert_or_quote(page: &mut Page, kind: Option<BlockQuoteKind>) -> Option<Opened> {
    let (name, title) = match kind {
        Some(BlockQuoteKind::Note) => ("note", "Note"),
        Some(BlockQuoteKind::Tip) => ("tip", "Tip"),
        Some(BlockQuoteKind::Important) => ("important", "Important"),
        Some(BlockQuoteKind::Warning) => ("warning", "Warning"),
        Some(BlockQuoteKind::Caution) => ("caution", "Caution"),
        None => return page.open("blockquote", "<blockquote>\n", "\n</blockquote>\n"),
    };
    let tag = format!(
        "<div class=\"markdown-alert markdown-alert-{name}\" dir=\"auto\">\
         <p class=\"markdown-alert-title\" dir=\"auto\">{title}</p>"
    );
    let opened = page.open("div", &tag, "\n</div>\n");
    page.join();
    opened
}

const fn heading(level: HeadingLevel) -> (&'static str, &'static str, &'static str) {
    match level {
        HeadingLevel::H1 => ("h1", "<h1 dir=\"auto\">", "</h1>\n"),
        HeadingLevel::H2 => ("h2", "<h2 dir=\"auto\">", "</h2>\n"),
        HeadingLevel::H3 => ("h3", "<h3 dir=\"auto\">", "</h3>\n"),
        HeadingLevel::H4 => ("h4", "<h4 dir=\"auto\">", "</h4>\n"),
        HeadingLevel::H5 => ("h5", "<h5 dir=\"auto\">", "</h5>\n"),
        HeadingLevel::H6 => ("h6", "<h6 dir=\"auto\">", "</h6>\n"),
    }
}
