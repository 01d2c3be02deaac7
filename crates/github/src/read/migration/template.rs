//! URL templates of an archive, by which numbers and names are found in URLs.

use serde_json::Value;

/// Most parts that a template is read to have.
const MAX_PARTS: usize = 32;

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Just this text.
    Text(String),
    /// A name without a slash.
    Name(String),
    /// Any number of names, each behind a slash.
    Segments,
}

/// A template such as `{scheme}://{+host}/{owner}/{repository}/issues/{issue}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

/// What a template found in a URL, by the names of its variables.
pub(super) type Found<'t, 'u> = Vec<(&'t str, &'u str)>;

impl Template {
    /// Reads a template; none for one that is not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() && parts.len() < MAX_PARTS {
            let (before, after) = rest.split_once('{').unwrap_or((rest, ""));
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            if before.len() == rest.len() {
                rest = "";
                continue;
            }
            let (name, after) = after.split_once('}')?;
            let variable = name.trim_start_matches(['+', '#']);
            parts.push(match name.strip_suffix('*') {
                Some(_) if name.starts_with('/') => Part::Segments,
                None if is_name(variable) => Part::Name(variable.to_owned()),
                _ => return None,
            });
            rest = after;
        }
        // Two runs of segments could be told apart in too many ways.
        let segments = parts.iter().filter(|part| **part == Part::Segments);
        (rest.is_empty() && segments.count() < 2).then_some(Self(parts))
    }

    /// What the variables stand for in a URL that fits.
    pub(super) fn find<'t, 'u>(&'t self, url: &'u str) -> Option<Found<'t, 'u>> {
        let mut found = Vec::new();
        fits(&self.0, url, &mut found).then_some(found)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn fits<'t, 'u>(parts: &'t [Part], url: &'u str, found: &mut Found<'t, 'u>) -> bool {
    match parts {
        [] => url.is_empty(),
        [Part::Text(text), rest @ ..] => match url.strip_prefix(text.as_str()) {
            Some(left) => fits(rest, left, found),
            None => false,
        },
        // Only what ends a template may hold slashes: names of labels do.
        [Part::Name(name)] => {
            found.push((name, url));
            !url.is_empty()
        }
        [Part::Name(name), rest @ ..] => {
            let run = url.find(['/', '#', '?']).unwrap_or(url.len());
            let end = match rest {
                [Part::Text(next), ..] => url.find(next.as_str()).filter(|end| *end <= run),
                _ => Some(run),
            };
            match end {
                Some(end) if end > 0 => {
                    let (value, left) = url.split_at(end);
                    found.push((name, value));
                    fits(rest, left, found)
                }
                _ => false,
            }
        }
        [Part::Segments, rest @ ..] => {
            let known = found.len();
            let slashes = url.match_indices('/').map(|(at, _)| at);
            for at in slashes.take(MAX_PARTS) {
                if fits(rest, &url[at..], found) {
                    return true;
                }
                found.truncate(known);
            }
            fits(rest, url, found)
        }
    }
}

/// The templates of an archive.
#[derive(Clone, Debug)]
pub(super) struct Templates {
    pub(super) user: Vec<Template>,
    pub(super) repository: Vec<Template>,
    pub(super) label: Vec<Template>,
    pub(super) milestone: Vec<Template>,
    pub(super) issue: Vec<Template>,
    pub(super) pull: Vec<Template>,
    pub(super) comment: Vec<Template>,
    pub(super) event: Vec<Template>,
}

/// GitHub's own, which `urls.json` need not repeat.
const KNOWN: [(&str, &str); 10] = [
    ("user", "{scheme}://{+host}/{user}"),
    ("repository", "{scheme}://{+host}/{owner}/{repository}"),
    (
        "label",
        "{scheme}://{+host}/{owner}/{repository}/labels/{label}",
    ),
    (
        "milestone",
        "{scheme}://{+host}/{owner}/{repository}/milestones/{milestone}",
    ),
    (
        "issue",
        "{scheme}://{+host}/{owner}/{repository}/issues/{issue}",
    ),
    (
        "pull_request",
        "{scheme}://{+host}/{owner}/{repository}/pull/{pull_request}",
    ),
    (
        "issue_comment",
        "{scheme}://{+host}/{owner}/{repository}/issues/{number}#issuecomment-{issue_comment}",
    ),
    (
        "issue_comment",
        "{scheme}://{+host}/{owner}/{repository}/pull/{number}#issuecomment-{issue_comment}",
    ),
    (
        "issue_event",
        "{scheme}://{+host}/{owner}/{repository}/issues/{number}#event-{issue_event}",
    ),
    (
        "issue_event",
        "{scheme}://{+host}/{owner}/{repository}/pull/{number}#event-{issue_event}",
    ),
];

impl Templates {
    /// The templates that `urls.json` holds, and GitHub's own after them; what it says that is not
    /// understood goes to `odd`.
    pub(super) fn new(urls: Option<&Value>, odd: &mut Vec<String>) -> Self {
        let mut of = |name: &str| {
            let mut templates = Vec::new();
            let mut take = |value: &Value| match value.as_str().map(Template::parse) {
                Some(Some(template)) => templates.push(template),
                _ => odd.push(format!("the template of {name} is not understood")),
            };
            match urls.and_then(|urls| urls.get(name)) {
                None | Some(Value::Null) => {}
                Some(Value::Object(several)) => several.values().for_each(&mut take),
                Some(one) => take(one),
            }
            let known = KNOWN.iter().filter(|known| known.0 == name);
            templates.extend(known.filter_map(|known| Template::parse(known.1)));
            templates
        };
        Self {
            user: of("user").into_iter().chain(of("organization")).collect(),
            repository: of("repository"),
            label: of("label"),
            milestone: of("milestone"),
            issue: of("issue"),
            pull: of("pull_request"),
            comment: of("issue_comment"),
            event: of("issue_event"),
        }
    }
}

/// GitHub's own templates as an archive writes them.
pub(crate) fn urls_json() -> String {
    let mut urls = serde_json::Map::new();
    for (name, template) in KNOWN {
        let template = Value::from(template);
        match name {
            "issue_comment" | "issue_event" => {
                let part = if urls.contains_key(name) {
                    "pull_request"
                } else {
                    "issue"
                };
                let several = urls
                    .entry(name)
                    .or_insert_with(|| Value::Object(Default::default()));
                if let Value::Object(several) = several {
                    several.insert(part.to_owned(), template);
                }
            }
            _ => drop(urls.insert(name.to_owned(), template)),
        }
    }
    let organization = Value::from("{scheme}://{+host}/{organization}");
    urls.insert("organization".to_owned(), organization);
    Value::Object(urls).to_string()
}

/// A name in a URL with what was encoded in it decoded; none when it is no UTF-8.
pub(super) fn decoded(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(template: &str, url: &str) -> Option<Vec<(String, String)>> {
        let template = Template::parse(template).unwrap();
        let found = template.find(url)?.into_iter();
        Some(
            found
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    fn value(template: &str, url: &str, name: &str) -> Option<String> {
        let found = find(template, url)?;
        found
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    #[test]
    fn names_and_numbers_are_found_in_urls() {
        let label = "{scheme}://{+host}/{owner}/{repository}/labels#/{label}";
        let url = "https://gitlab.corp:8443/o/r/labels#/area/x";
        assert_eq!(value(label, url, "label").as_deref(), Some("area/x"));
        assert_eq!(
            value(label, url, "host").as_deref(),
            Some("gitlab.corp:8443")
        );
        let comment = KNOWN[6].1;
        let url = "https://github.com/o/r/issues/7#issuecomment-99";
        assert_eq!(value(comment, url, "number").as_deref(), Some("7"));
        assert_eq!(value(comment, url, "issue_comment").as_deref(), Some("99"));
        let nested = "{scheme}://{+host}{/segments*}/{user}";
        assert_eq!(
            value(nested, "https://h/a/b/mona", "user").as_deref(),
            Some("a/b/mona")
        );
        for (template, url) in [
            (comment, "https://github.com/o/r/issues/7"),
            (comment, "https://github.com//r/issues/7#issuecomment-9"),
            (label, ""),
        ] {
            assert_eq!(find(template, url), None, "{template} {url}");
        }
    }

    #[test]
    fn odd_templates_are_no_templates() {
        for text in ["{", "{a", "{a b}", "{?q}", "{/x}", "{}", &"{a}/".repeat(40)] {
            assert_eq!(Template::parse(text), None, "{text}");
        }
    }

    #[test]
    fn encoded_names_are_decoded() {
        assert_eq!(
            decoded("good%20first%20issue").as_deref(),
            Some("good first issue")
        );
        assert_eq!(decoded("100%").as_deref(), Some("100%"));
        assert_eq!(decoded("%ff"), None);
    }
}
