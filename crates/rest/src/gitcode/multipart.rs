//! The fields of a `multipart/form-data` body that is there as a whole.

use memchr::memmem;

use crate::problem::Problem;

/// The most fields that a form may have. No endpoint knows a tenth of it.
const MOST_FIELDS: usize = 1_000;

/// The boundary that a `Content-Type` tells.
pub(super) fn boundary(kind: &str) -> Option<&str> {
    let mut parameters = kind.split(';').skip(1);
    let value = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then_some(value)
    })?;
    let value = value.trim().trim_matches('"');
    (1..=70).contains(&value.len()).then_some(value)
}

/// The fields of a body, by name. A file counts as the text in it.
///
/// # Errors
/// 400 for a body that breaks off, has a part without a name, or is no text.
pub(super) fn fields(boundary: &str, body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let broken = || Problem::bad_request("multipart: the form is not whole");
    let delimiter = format!("--{boundary}");
    // What stands before the first part says nothing.
    let start = memmem::find(body, delimiter.as_bytes()).ok_or_else(broken)?;
    let mut rest = &body[start + delimiter.len()..];
    let inner = format!("\r\n{delimiter}");
    let mut found = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(found);
        }
        let part = after_line(rest).ok_or_else(broken)?;
        let head_end = memmem::find(part, b"\r\n\r\n").ok_or_else(broken)?;
        let (head, content) = (&part[..head_end], &part[head_end + 4..]);
        let end = memmem::find(content, inner.as_bytes()).ok_or_else(broken)?;
        let name = name_in(head).ok_or_else(broken)?;
        let text = std::str::from_utf8(&content[..end])
            .map_err(|_| Problem::bad_request(format!("multipart: {name} is no text")))?;
        if found.len() == MOST_FIELDS {
            return Err(Problem::bad_request(
                "multipart: the form has too many fields",
            ));
        }
        found.push((name, text.to_owned()));
        rest = &content[end + inner.len()..];
    }
}

/// What comes after the end of a line on which nothing more stands.
fn after_line(rest: &[u8]) -> Option<&[u8]> {
    let padding = rest.iter().take_while(|b| matches!(b, b' ' | b'\t'));
    rest.get(padding.count()..)?.strip_prefix(b"\r\n")
}

/// The name in the `Content-Disposition` among the headers of a part.
fn name_in(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let value = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_it = name.trim().eq_ignore_ascii_case("content-disposition");
        is_it.then_some(value)
    })?;
    // `filename="a; name=b"` has the word inside of what it says, so that quotes are followed.
    let mut rest = value.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (said, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = closing(quoted)?;
                (quoted.get(..end)?, quoted.get(end + 1..)?)
            }
            None => after.split_at(after.find(';').unwrap_or(after.len())),
        };
        if key.trim().eq_ignore_ascii_case("name") {
            let said = said.trim().replace("\\\"", "\"").replace("%22", "\"");
            return (!said.is_empty()).then_some(said);
        }
        rest = next.trim_start().strip_prefix(';')?;
    }
}

/// Where the quote ends; one behind a backslash does not end it.
fn closing(quoted: &str) -> Option<usize> {
    let bytes = quoted.as_bytes();
    let mut quotes = memchr::memchr_iter(b'"', bytes);
    quotes.find(|at| *at == 0 || bytes.get(at - 1) != Some(&b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Result<Vec<(String, String)>, String> {
        fields("X-1", body.as_bytes()).map_err(|problem| problem.message)
    }

    #[test]
    fn fields_are_found_in_their_order() {
        let body = "preamble\r\n--X-1\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nOne\r\ntwo --X-1\r\n\
                    --X-1\r\ncontent-disposition: form-data; filename=\"a; name=b\"; name=labels[]\r\nContent-Type: text/plain\r\n\r\nbug\r\n\
                    --X-1  \r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--X-1--\r\n";
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(
            of(body).unwrap(),
            [
                pair("title", "One\r\ntwo --X-1"),
                pair("labels[]", "bug"),
                pair("empty", "")
            ]
        );
        assert_eq!(of("--X-1--").unwrap(), []);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for body in [
            "",
            "title=x",
            "--X-1\r\n",
            "--X-1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
            "--X-1\r\nContent-Disposition: form-data\r\n\r\nb\r\n--X-1--",
            "--X-1\r\nContent-Disposition: form-data; name=\"a\r\n\r\nb\r\n--X-1--",
            "--X-1\r\n\r\nb\r\n--X-1--",
        ] {
            assert!(of(body).is_err(), "{body:?}");
        }
        assert!(
            fields(
                "b",
                b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--b--"
            )
            .is_err()
        );
    }

    #[test]
    fn the_boundary_may_be_quoted() {
        assert_eq!(boundary("multipart/form-data; boundary=abc"), Some("abc"));
        assert_eq!(
            boundary("multipart/form-data; charset=utf-8; Boundary=\"a b\""),
            Some("a b")
        );
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
    }
}
