//! Raw HTML, of which only what is allowed is let through.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::allowed::{self, Verdict};
use super::escape::attribute;
use super::links::{self, Links};
use super::page::Page;

/// Reads raw HTML that comes in pieces.
#[derive(Default)]
pub(super) struct Raw {
    // There is one while the pieces of a block come.
    tokenizer: Option<Tokenizer<Tokens>>,
}

/// What was read of a piece.
#[derive(Default)]
struct Tokens(RefCell<Vec<Token>>);

impl TokenSink for Tokens {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        self.0.borrow_mut().push(token);
        // Never another state than that of text and tags: elements that would need one are not let through.
        TokenSinkResult::Continue
    }
}

impl Raw {
    /// Reads the next piece of the HTML at hand.
    pub(super) fn read(&mut self, piece: &str) -> Vec<Token> {
        let tokenizer = self.tokenizer.get_or_insert_with(|| {
            let options = TokenizerOpts {
                discard_bom: false,
                ..TokenizerOpts::default()
            };
            Tokenizer::new(Tokens::default(), options)
        });
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(piece));
        // It stops for scripts alone, which are none to it here.
        let _ = tokenizer.feed(&input);
        tokenizer.sink.0.take()
    }

    /// Ends the HTML at hand: a tag or a comment that is not whole is left out.
    pub(super) fn end(&mut self) -> Vec<Token> {
        let Some(tokenizer) = self.tokenizer.take() else {
            return Vec::new();
        };
        tokenizer.end();
        tokenizer.sink.0.take()
    }
}

/// The text that these tokens are, if they are nothing else.
pub(super) fn plain(tokens: &[Token]) -> Option<String> {
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::CharacterTokens(characters) => text.push_str(characters),
            _ => return None,
        }
    }
    Some(text)
}

/// Writes a token of raw HTML, if it is allowed.
pub(super) fn write(page: &mut Page, token: &Token, links: &Links<'_>) {
    match token {
        Token::CharacterTokens(text) => page.text(text),
        Token::TagToken(tag) => match allowed::element(&tag.name) {
            Verdict::Allowed(name) if tag.kind == TagKind::EndTag => page.close_raw(name),
            Verdict::Allowed(name) => start(page, name, tag, links),
            Verdict::Shown => page.text(&shown(tag)),
            Verdict::Dropped => {}
        },
        _ => {}
    }
}

/// Writes the start tag of an allowed element.
fn start(page: &mut Page, name: &'static str, tag: &Tag, links: &Links<'_>) {
    let mut attributes = String::new();
    let mut source = String::new();
    let has = |name: &str| tag.attrs.iter().any(|given| &*given.name.local == name);
    for given in &tag.attrs {
        let local = &*given.name.local;
        if let Some(value) = allowed::attribute(name, local, &given.value) {
            attribute(&mut attributes, local, &value);
            match local {
                "href" if links.is_foreign(&value) => {
                    attribute(&mut attributes, "rel", "nofollow");
                }
                "src" => source = value,
                _ => {}
            }
        }
    }
    match name {
        "img" => return links::image(page, &source, &attributes),
        "code" | "pre" => attribute(&mut attributes, "class", "notranslate"),
        "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ol" | "p" | "ul" if !has("dir") => {
            attribute(&mut attributes, "dir", "auto");
        }
        "table" if !has("role") => attribute(&mut attributes, "role", "table"),
        _ => {}
    }
    let start = format!("<{name}{attributes}>");
    match name {
        "br" | "hr" | "source" | "wbr" => page.void_raw(name, &start),
        "table" if !page.is_open("table") => {
            let close = "</table></markdown-accessiblity-table>";
            page.open_raw(
                name,
                &format!("<markdown-accessiblity-table>{start}"),
                close,
            );
        }
        _ => page.open_raw(name, &start, ""),
    }
}

/// A tag as a text.
fn shown(tag: &Tag) -> String {
    let mut shown = match tag.kind {
        TagKind::StartTag => format!("<{}", tag.name),
        TagKind::EndTag => format!("</{}", tag.name),
    };
    for given in &tag.attrs {
        shown.push_str(&format!(" {}=\"{}\"", given.name.local, given.value));
    }
    shown.push('>');
    shown
}
