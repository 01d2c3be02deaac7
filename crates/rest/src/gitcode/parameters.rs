//! The parameters of a request, wherever clients put them.
//!
//! GitCode's clients send the same parameters in the query, in forms of both kinds and in JSON, each in its own
//! way and also at once, so that all of them are merged:
//!
//! - What stands in the body outranks what stands in the query; of several values of one name the last is taken.
//! - A body that begins with `{` or `[` is JSON, whatever its `Content-Type` says, and must be whole, unless it says that
//!   it is a form. A body of `multipart/form-data` is taken apart by its boundary, and what is left is a form like a
//!   query.
//! - A list is a text with commas, or `name[]` once for each element. A JSON array is a list only where GitCode takes
//!   one.
//! - `null` says nothing, as clients send it for all that they leave alone. Where it is the only thing that is said, it
//!   clears.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::multipart;
use crate::problem::Problem;
use crate::query::Query;

/// What GitCode says to a value of another type than its parameter.
const MISTYPED: &str = "参数类型错误";

/// What tells a repository or who calls, and no field of anything.
const ROUTING: [&str; 3] = ["access_token", "owner", "repo"];

/// The parameters of a request, merged.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    /// What the JSON object in the body says.
    object: Map<String, Value>,
    /// What the JSON body lists, where it is an array.
    elements: Option<Vec<Value>>,
    /// What forms and the query say, the query first.
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// The parameters of a request.
    ///
    /// # Errors
    /// 400 for a body that is neither JSON nor a form.
    pub(super) fn of(query: &Query, headers: &HeaderMap, body: &[u8]) -> Result<Self, Problem> {
        let mut merged = Self {
            pairs: query.pairs().to_vec(),
            ..Self::default()
        };
        let kind = headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        let trimmed = body.trim_ascii();
        if trimmed.is_empty() {
            return Ok(merged);
        }
        if is("multipart/form-data") {
            let boundary = multipart::boundary(kind)
                .ok_or_else(|| Problem::bad_request("multipart: the boundary is missing"))?;
            merged.pairs.extend(multipart::fields(boundary, body)?);
            return Ok(merged);
        }
        if matches!(trimmed.first(), Some(b'{' | b'[')) {
            match serde_json::from_slice(trimmed) {
                Ok(Value::Object(object)) => {
                    merged.object = object;
                    return Ok(merged);
                }
                Ok(Value::Array(elements)) => {
                    merged.elements = Some(elements);
                    return Ok(merged);
                }
                _ if is("application/x-www-form-urlencoded") => {}
                _ => return Err(Problem::bad_request("the body is no JSON that can be read")),
            }
        } else if trimmed == b"null" {
            return Ok(merged);
        } else if is("application/json") {
            return Err(Problem::bad_request("the body is no JSON that can be read"));
        }
        if std::str::from_utf8(body).is_err() {
            return Err(Problem::bad_request("the body is no text"));
        }
        let form = form_urlencoded::parse(body);
        merged.pairs.extend(form.into_owned());
        Ok(merged)
    }

    /// The elements of a body that is nothing but a list.
    pub(super) fn elements(&self) -> Option<&[Value]> {
        self.elements.as_deref()
    }

    /// Whether a parameter is there at all, be it empty; null is not.
    pub(super) fn has(&self, name: &str) -> bool {
        let is_said = self.object.get(name).is_some_and(|value| !value.is_null());
        is_said || self.pair(name).is_some() || !self.repeated(name).is_empty()
    }

    /// Whether nothing but null is said, and this of one parameter: it is to be cleared.
    pub(super) fn clears(&self, name: &str) -> bool {
        let fields = |key: &String| !ROUTING.contains(&key.as_str());
        let mut said = self.object.keys().filter(|key| fields(key));
        let is_alone = said.next().is_some_and(|key| key == name) && said.next().is_none();
        let in_pairs = self.pairs.iter().any(|(key, _)| fields(key));
        is_alone && !in_pairs && self.object.get(name).is_some_and(Value::is_null)
    }

    /// A parameter as a text, be it empty; none where it is absent or null.
    ///
    /// # Errors
    /// 400 for an array or an object.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        match self.object.get(name) {
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Array(_) | Value::Object(_)) => Err(mistyped(name)),
            Some(Value::Null) | None => Ok(self.pair(name).map(str::to_owned)),
            Some(scalar) => Ok(Some(scalar.to_string())),
        }
    }

    /// A parameter that says something.
    pub(super) fn given(&self, name: &str) -> Result<Option<String>, Problem> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }

    /// A whole number; none where it is absent, null or empty.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Problem> {
        match self.given(name)? {
            Some(text) => text.trim().parse().map(Some).map_err(|_| mistyped(name)),
            None => Ok(None),
        }
    }

    /// Yes or no; none where it is absent, null or empty.
    ///
    /// # Errors
    /// 400 for anything else.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.given(name)?.as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(mistyped(name)),
        }
    }

    /// The names in a list: those of a text with commas, or of `name[]`, each once. An empty text is an empty list; none
    /// where there is neither.
    ///
    /// # Errors
    /// 400 for a JSON array, as GitCode refuses it.
    pub(super) fn names(&self, name: &str) -> Result<Option<Vec<String>>, Problem> {
        let repeated = self.repeated(name);
        if self.object.get(name).is_none_or(Value::is_null) && !repeated.is_empty() {
            return Ok(Some(apart(repeated.into_iter())));
        }
        let text = self.text(name)?;
        Ok(text.map(|text| apart(text.split(','))))
    }

    /// The same where GitCode takes a JSON array as well.
    pub(super) fn names_or_array(&self, name: &str) -> Result<Option<Vec<String>>, Problem> {
        match self.object.get(name) {
            Some(Value::Array(elements)) => texts(name, elements).map(Some),
            _ => self.names(name),
        }
    }

    fn pair(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter().rev();
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn repeated(&self, name: &str) -> Vec<&str> {
        let is_element = |key: &str| key.strip_suffix("[]") == Some(name);
        let pairs = self.pairs.iter();
        pairs
            .filter(|(key, _)| is_element(key))
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

/// The texts in an array.
///
/// # Errors
/// 400 where something else is in it.
pub(super) fn texts(name: &str, elements: &[Value]) -> Result<Vec<String>, Problem> {
    let texts = elements.iter().map(Value::as_str);
    let texts: Option<Vec<&str>> = texts.collect();
    let texts = texts.ok_or_else(|| mistyped(name))?;
    Ok(apart(texts.into_iter()))
}

/// Names without the space around them and without those that say nothing.
pub(super) fn apart<'t>(names: impl Iterator<Item = &'t str>) -> Vec<String> {
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// A 400 because a parameter is of another type.
pub(super) fn mistyped(name: &str) -> Problem {
    Problem::bad_request(format!("{MISTYPED}: {name}"))
}

/// A 400 because a parameter must be there.
pub(super) fn missing(name: &str) -> Problem {
    Problem::bad_request(format!("{name} is missing"))
}

/// A 400 because a parameter is none of the words that it can be.
pub(super) fn none_of(name: &str, words: &str) -> Problem {
    Problem::bad_request(format!("{name} does not have a valid value: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str, kind: &'static str, body: &str) -> Parameters {
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
        }
        Parameters::of(&Query::parse(query), &headers, body.as_bytes()).unwrap()
    }

    #[test]
    fn the_body_outranks_the_query() {
        let text = |parameters: &Parameters| parameters.text("title").unwrap().unwrap();
        let query = "title=query&color=%23fff";
        assert_eq!(text(&of(query, "", "")), "query");
        assert_eq!(text(&of(query, "", "title=form")), "form");
        assert_eq!(
            text(&of(query, "text/plain", "{\"title\":\"json\"}")),
            "json"
        );
        let both = of(query, "application/json", "{\"title\":\"json\"}");
        assert_eq!(both.text("color").unwrap().as_deref(), Some("#fff"));
        // Null says nothing, so that the query still does.
        assert_eq!(text(&of(query, "", "{\"title\":null}")), "query");
    }

    #[test]
    fn lists_come_with_commas_and_with_brackets() {
        let names = |parameters: &Parameters| parameters.names("labels").unwrap();
        let two = Some(vec!["a".to_owned(), "b c".to_owned()]);
        assert_eq!(names(&of("", "", "labels=a,+b+c,")), two);
        assert_eq!(names(&of("", "", "labels%5B%5D=a&labels[]=b+c")), two);
        assert_eq!(names(&of("labels=a,b+c", "", "")), two);
        assert_eq!(names(&of("", "", "{\"labels\":\"a,b c\"}")), two);
        assert_eq!(names(&of("", "", "{\"labels\":\"\"}")), Some(Vec::new()));
        assert_eq!(names(&of("", "", "{}")), None);
        let array = of("", "", "{\"labels\":[\"a\",\"b c\"]}");
        assert!(array.names("labels").is_err());
        assert_eq!(array.names_or_array("labels").unwrap(), two);
    }

    #[test]
    fn null_clears_only_where_it_is_all_that_is_said() {
        let clears = |query, body| of(query, "", body).clears("milestone");
        assert!(clears(
            "access_token=t",
            "{\"milestone\":null,\"repo\":\"r\"}"
        ));
        assert!(!clears("", "{\"milestone\":null,\"title\":null}"));
        assert!(!clears("title=x", "{\"milestone\":null}"));
        assert!(!clears("", "{\"title\":null}"));
        assert!(!clears("", "{\"milestone\":5}"));
    }

    #[test]
    fn what_is_no_body_is_refused() {
        let refused = |kind: &'static str, body: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
            Parameters::of(&Query::default(), &headers, body).is_err()
        };
        assert!(refused("application/json", b"{\"a\":"));
        assert!(refused("text/plain", b"[1,"));
        assert!(refused("application/json", b"a=b"));
        assert!(refused("text/plain", b"\xff=1"));
        assert!(refused("multipart/form-data", b"--x"));
        assert!(!refused("application/x-www-form-urlencoded", b"{=1"));
    }
}
