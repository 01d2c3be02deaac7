//! Which representation a client accepts, and which version of GitHub's API it wants.

use backlot_github::ApiVersion;
use http::HeaderMap;
use http::header::ACCEPT;

use crate::problem::Problem;

/// How the texts of issues and comments are represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) enum Media {
    /// As they were written: `body`.
    #[default]
    Raw,
    /// Without markup: `body_text`.
    Text,
    /// Rendered: `body_html`.
    Html,
    /// All three.
    Full,
}

impl Media {
    /// What the value of `X-GitHub-Media-Type` says of it.
    pub(crate) const fn parameter(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Text => "text",
            Self::Html => "html",
            Self::Full => "full",
        }
    }
}

/// What a client accepts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Accepted {
    pub(crate) media: Media,
    /// The value of `X-GitHub-Media-Type`.
    pub(crate) shown: String,
}

/// What a client accepts of GitHub's media types: the first that can be given. Previews, whose features are
/// there for all, are accepted and mean nothing more.
pub(crate) fn accepted(headers: &HeaderMap) -> Result<Accepted, Problem> {
    let mut refused = None;
    let values = headers.get_all(ACCEPT).iter();
    let types = values.filter_map(|value| value.to_str().ok());
    for one in types.flat_map(|value| value.split(',')) {
        let one = one.split(';').next().unwrap_or_default().trim();
        match of_type(one) {
            Some(accepted) => return Ok(accepted),
            None if !one.is_empty() => {
                refused.get_or_insert(one);
            }
            None => {}
        }
    }
    match refused {
        None => Ok(plain()),
        Some(refused) => Err(Problem::new(
            http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("Unsupported 'Accept' header: {refused:?}. Must accept 'application/json'."),
        )),
    }
}

pub(crate) fn plain() -> Accepted {
    Accepted {
        media: Media::Raw,
        shown: "github.v3; format=json".to_owned(),
    }
}

fn of_type(text: &str) -> Option<Accepted> {
    let text = text.to_ascii_lowercase();
    if matches!(
        text.as_str(),
        "*/*"
            | "application/*"
            | "application/json"
            | "text/*"
            | "text/plain"
            | "text/html"
            | "application/vnd.github+json"
            | "application/vnd.github"
    ) {
        return Some(plain());
    }
    let rest = text.strip_prefix("application/vnd.github.")?;
    let (rest, is_json) = match rest.strip_suffix("+json") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let media = match rest.rsplit('.').next().unwrap_or_default() {
        "text" => Media::Text,
        "html" => Media::Html,
        "full" => Media::Full,
        _ => Media::Raw,
    };
    let format = if is_json { "; format=json" } else { "" };
    let is_default = media == Media::Raw && !rest.ends_with("raw");
    let shown = match rest.split('.').next().unwrap_or_default() {
        "" | "text" | "html" | "full" | "raw" => {
            format!("github.v3; param={}{format}", media.parameter())
        }
        version if is_default => format!("github.{version}{format}"),
        version => format!("github.{version}; param={}{format}", media.parameter()),
    };
    Some(Accepted { media, shown })
}

/// The version of the API that a client wants; 2022-11-28 where it says nothing.
pub(crate) fn version(headers: &HeaderMap) -> Result<ApiVersion, Problem> {
    let Some(value) = headers.get("x-github-api-version") else {
        return Ok(ApiVersion::V2022);
    };
    let text = value.to_str().unwrap_or_default();
    text.parse().map_err(|_| {
        Problem::bad_request(format!(
            "The version {text:?} is not a supported version. Supported versions are 2022-11-28 and 2026-03-10."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &'static str) -> Option<Accepted> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, http::HeaderValue::from_static(text));
        accepted(&headers).ok()
    }

    #[test]
    fn the_last_part_of_a_type_says_how_texts_come() {
        let media = |text| of(text).map(|accepted| accepted.media);
        assert_eq!(
            media("application/vnd.github.v3.full+json"),
            Some(Media::Full)
        );
        assert_eq!(media("application/vnd.github.html+json"), Some(Media::Html));
        assert_eq!(
            media("application/vnd.github.v3.text+json"),
            Some(Media::Text)
        );
        assert_eq!(media("application/vnd.github.raw"), Some(Media::Raw));
        assert_eq!(
            media("application/vnd.github.squirrel-girl-preview+json"),
            Some(Media::Raw)
        );
        assert_eq!(media("image/png, application/json;q=0.5"), Some(Media::Raw));
        assert_eq!(media("*/*"), Some(Media::Raw));
        assert_eq!(media("image/png"), None);
    }

    #[test]
    fn the_media_type_is_told() {
        let shown = |text| of(text).map(|accepted| accepted.shown);
        assert_eq!(
            shown("application/json").as_deref(),
            Some("github.v3; format=json")
        );
        assert_eq!(
            shown("application/vnd.github.v3.full+json").as_deref(),
            Some("github.v3; param=full; format=json")
        );
        assert_eq!(
            shown("application/vnd.github.inertia-preview+json").as_deref(),
            Some("github.inertia-preview; format=json")
        );
    }
}
