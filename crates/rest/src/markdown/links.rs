//! What a reader can follow: references, addresses and images.

use std::collections::HashMap;
use std::ops::Range;

use backlot_model::{Found, IssueReference, find_references};

use super::autolink::addresses;
use super::escape::{address, attribute, escape};
use super::page::Page;
use super::{KnownIssue, References, allowed};

/// The references of a text, and what they lead to.
pub(super) struct Links<'a> {
    references: &'a References<'a>,
    found: Vec<Found>,
    // What was asked for, so that a text that repeats itself asks once.
    issues: HashMap<String, Option<KnownIssue>>,
    logins: HashMap<String, Option<String>>,
}

impl<'a> Links<'a> {
    /// Those of this text.
    pub(super) fn of(source: &str, references: &'a References<'a>) -> Self {
        Self {
            references,
            found: find_references(source),
            issues: HashMap::new(),
            logins: HashMap::new(),
        }
    }

    /// The links for the references that stand in these bytes of the text, with where each stands.
    pub(super) fn within(
        &mut self,
        source: &str,
        range: &Range<usize>,
    ) -> Vec<(Range<usize>, String)> {
        let start = self
            .found
            .partition_point(|found| found.span().start < range.start);
        let found: Vec<Found> = self.found[start..]
            .iter()
            .take_while(|found| found.span().start < range.end)
            .filter(|found| found.span().end <= range.end)
            .cloned()
            .collect();
        let mut links = Vec::with_capacity(found.len());
        for found in found {
            let written = source.get(found.span().clone()).unwrap_or_default();
            if let Some(link) = self.link(&found, written) {
                links.push((found.span().clone(), link));
            }
        }
        links
    }

    /// Writes a text without markup, with its references and addresses as links where that is possible.
    pub(super) fn write(&mut self, page: &mut Page, source: &str, range: &Range<usize>) {
        if !page.is_linkable() {
            page.text(source.get(range.clone()).unwrap_or_default());
            return;
        }
        let mut at = range.start;
        for (span, link) in self.within(source, range) {
            self.addresses(page, source.get(at..span.start).unwrap_or_default());
            page.whole(&link);
            at = span.end;
        }
        self.addresses(page, source.get(at..range.end).unwrap_or_default());
    }

    /// The start tag of a link of the text.
    pub(super) fn tag(&self, destination: &str, title: &str) -> String {
        let mut tag = "<a".to_owned();
        if allowed::is_link(destination) {
            attribute(&mut tag, "href", &address(destination));
        }
        if !title.is_empty() {
            attribute(&mut tag, "title", title);
        }
        if self.is_foreign(destination) {
            attribute(&mut tag, "rel", "nofollow");
        }
        tag.push('>');
        tag
    }

    /// Whether an address leads to another site.
    pub(super) fn is_foreign(&self, destination: &str) -> bool {
        match destination.split_once("://") {
            Some((_, rest)) => {
                !self.is_ours(rest.split(['/', '?', '#']).next().unwrap_or_default())
            }
            None => destination.starts_with("//"),
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        let base = self.references.base;
        let base = base.split_once("://").map_or(base, |(_, rest)| rest);
        let base = base.split('/').next().unwrap_or_default();
        let mut hosts = std::iter::once(base).chain(self.references.hosts.iter().copied());
        hosts.any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// Writes a text without references.
    fn addresses(&self, page: &mut Page, text: &str) {
        let mut at = 0;
        for found in addresses(text) {
            page.text(text.get(at..found.span.start).unwrap_or_default());
            at = found.span.end;
            let written = text.get(found.span).unwrap_or_default();
            let mut link = self.tag(&format!("{}{written}", found.scheme), "");
            escape(&mut link, written);
            link.push_str("</a>");
            page.whole(&link);
        }
        page.text(text.get(at..).unwrap_or_default());
    }

    fn link(&mut self, found: &Found, written: &str) -> Option<String> {
        match found {
            Found::Issue {
                reference, host, ..
            } => self.issue(reference, host.as_deref(), written),
            Found::Mention { login, .. } => self.mention(login, written),
        }
    }

    fn issue(
        &mut self,
        reference: &IssueReference,
        host: Option<&str>,
        written: &str,
    ) -> Option<String> {
        if host.is_some_and(|host| !self.is_ours(host)) {
            return None;
        }
        let References { base, known, .. } = *self.references;
        let here = self.references.repository;
        let number = reference.number;
        let repository = reference.repository.as_ref().unwrap_or(here);
        let issue = (*self
            .issues
            .entry(reference.to_string())
            .or_insert_with(|| known.issue(repository, number)))?;
        let (kind, page) = match issue.is_pull {
            true => ("pull_request", "pull"),
            false => ("issue", "issues"),
        };
        let address_of = format!("{base}/{repository}/{page}/{number}");
        let shown = match host {
            Some(_) => {
                let is_here = repository
                    .to_string()
                    .eq_ignore_ascii_case(&here.to_string());
                let place = match is_here {
                    true => String::new(),
                    false => repository.to_string(),
                };
                let comment = ["#issuecomment-", "#discussion_r", "#pullrequestreview-"];
                let is_comment = comment.iter().any(|mark| written.contains(mark));
                format!(
                    "{place}#{number}{}",
                    if is_comment { " (comment)" } else { "" }
                )
            }
            None => written.to_owned(),
        };
        let mut link = "<a".to_owned();
        attribute(&mut link, "class", "issue-link js-issue-link");
        attribute(&mut link, "data-error-text", "Failed to load title");
        attribute(&mut link, "data-id", &issue.id.to_string());
        attribute(&mut link, "data-permission-text", "Title is private");
        attribute(
            &mut link,
            "data-url",
            &format!("{base}/{repository}/issues/{number}"),
        );
        attribute(&mut link, "data-hovercard-type", kind);
        let hovercard = format!("/{repository}/{page}/{number}/hovercard");
        attribute(&mut link, "data-hovercard-url", &hovercard);
        let is_written = host.is_some() && allowed::is_link(written);
        attribute(
            &mut link,
            "href",
            if is_written { written } else { &address_of },
        );
        link.push('>');
        escape(&mut link, &shown);
        link.push_str("</a>");
        Some(link)
    }

    fn mention(&mut self, login: &str, written: &str) -> Option<String> {
        let References { base, known, .. } = *self.references;
        let login = self
            .logins
            .entry(login.to_owned())
            .or_insert_with(|| known.login(login))
            .as_deref()?;
        let place = address(login);
        let mut link = "<a".to_owned();
        attribute(&mut link, "class", "user-mention notranslate");
        attribute(&mut link, "data-hovercard-type", "user");
        attribute(
            &mut link,
            "data-hovercard-url",
            &format!("/users/{place}/hovercard"),
        );
        attribute(&mut link, "data-octo-click", "hovercard-link-click");
        attribute(&mut link, "data-octo-dimensions", "link_type:self");
        attribute(&mut link, "href", &format!("{base}/{place}"));
        link.push('>');
        escape(&mut link, written);
        link.push_str("</a>");
        Some(link)
    }
}

/// Writes an image, and around it a link to it where there is none.
pub(super) fn image(page: &mut Page, source: &str, attributes: &str) {
    let mut html = String::new();
    let is_linked = !source.is_empty() && page.is_linkable() && !page.is_open("picture");
    if is_linked {
        html.push_str("<a target=\"_blank\" rel=\"noopener noreferrer nofollow\"");
        attribute(&mut html, "href", source);
        html.push('>');
    }
    html.push_str("<img");
    html.push_str(attributes);
    attribute(&mut html, "style", "max-width: 100%;");
    html.push('>');
    if is_linked {
        html.push_str("</a>");
    }
    page.whole(&html);
}
