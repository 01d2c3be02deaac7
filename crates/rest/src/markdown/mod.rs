//! Markdown as a reader sees it: as HTML that is safe to show, and as plain text.
//!
//! The text is parsed once. What Markdown itself makes is written by us; raw HTML goes through a list of what
//! is allowed. Whoever writes an element puts it on the same stack, so that every element ends where it must,
//! and only so many are open at a time.

mod allowed;
mod autolink;
mod escape;
mod footnotes;
mod links;
mod page;
mod raw;
mod render;
#[cfg(test)]
mod tests;

use backlot_model::RepositoryName;

/// What the references of a text can lead to.
pub(crate) struct References<'a> {
    /// The address of the site, without a slash at its end: `http://127.0.0.1:8080`.
    pub(crate) base: &'a str,
    /// Hosts whose pages are those of the site too, such as the one from which a backlog came.
    pub(crate) hosts: &'a [&'a str],
    /// The repository in which the text stands.
    pub(crate) repository: &'a RepositoryName,
    /// What there is.
    pub(crate) known: &'a dyn Known,
}

/// Tells what there is. Only references to this become links.
pub(crate) trait Known {
    /// The issue or pull request of this number.
    fn issue(&self, repository: &RepositoryName, number: u64) -> Option<KnownIssue>;

    /// The login of a person, as the person writes it.
    fn login(&self, login: &str) -> Option<String>;
}

/// An issue or a pull request that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownIssue {
    /// Its id in the interface.
    pub(crate) id: u64,
    /// Whether it is a pull request.
    pub(crate) is_pull: bool,
}

/// The text as HTML that is safe to show, as `body_html` gives it.
pub(crate) fn html(markdown: &str, references: &References<'_>) -> String {
    render::render(markdown, references)
}

/// The text without markup, as `body_text` gives it: what is between the tags of [`html`].
pub(crate) fn text(markdown: &str, references: &References<'_>) -> String {
    escape::without_tags(&html(markdown, references))
        .trim()
        .to_owned()
}
