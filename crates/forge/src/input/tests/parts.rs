//! An object at the top level that is read part by part.

use std::io::Read;

use proptest::prelude::*;

use crate::input::{Limits, Values};
use crate::{Error, ErrorKind};

/// Gives one byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = into.len().min(1);
        self.0.read(&mut into[..most])
    }
}

/// A part as its path and its text.
type Part = (String, String);

fn parts(text: &[u8]) -> (Vec<Part>, Option<Error>) {
    let mut values = Values::new(Slow(text), "x.json", &Limits::default());
    values.enter_if(|_| true);
    let mut found = Vec::new();
    loop {
        match values.next_value() {
            Ok(None) => return (found, None),
            Ok(Some(value)) => found.push((value.place().path, value.text.to_owned())),
            Err(error) => return (found, Some(error)),
        }
    }
}

#[test]
fn lists_come_out_element_by_element_and_all_else_whole() {
    let text = "\u{feff} { \"a\" : [ {\"x\":[1]} , 2 ],\"b\":[],\n\"c\":{\"d\":[3]}, \"e\\\"f\":null,\"a\":[4] }\n{\"g\":1} [5]";
    let (found, error) = parts(text.as_bytes());
    assert!(error.is_none(), "{error:?}");
    let found: Vec<_> = found
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    assert_eq!(
        found,
        [
            ("$.a[0]", "{\"x\":[1]}"),
            ("$.a[1]", "2"),
            ("$.c", "{\"d\":[3]}"),
            ("$.e\\\"f", "null"),
            ("$.a[0]", "4"),
            // Just the first object is read so.
            ("$", "{\"g\":1}"),
            ("$[0]", "5"),
        ]
    );
    let (found, error) = parts(b"{} ");
    assert!(found.is_empty() && error.is_none());
}

#[test]
fn what_is_cut_off_or_out_of_place_is_an_error_at_its_place() {
    let text = "{\"a\": [1, {\"b\": 2}],\n \"c\": {\"d\": 3}}";
    for end in 1..text.len() {
        let (_, error) = parts(&text.as_bytes()[..end]);
        assert_eq!(error.unwrap().kind(), ErrorKind::Syntax, "{}", &text[..end]);
    }
    for (text, shown) in [
        ("{\"a\" 1}", "x.json:1: expected `:` after a key, found `1`"),
        (
            "{\"a\":1 2}",
            "x.json:1: expected `,` or `}` after an entry of an object, found `2`",
        ),
        ("{\"a\":1,}", "x.json:1: expected a key, found `}`"),
        ("{1:2}", "x.json:1: expected a key, found `1`"),
        (
            "{\"a\":[1 2]}",
            "x.json:1: $.a[1]: expected `,` or `]` after an element of a list, found `2`",
        ),
        (
            "{\"a\":[1,\n",
            "x.json:1: $.a: the file ends inside the list that begins here",
        ),
    ] {
        assert_eq!(parts(text.as_bytes()).1.unwrap().to_string(), shown);
    }
    let long = format!("{{\"{}\":1}}", "k".repeat(5_000));
    assert_eq!(
        parts(long.as_bytes()).1.unwrap().kind(),
        ErrorKind::TooLarge
    );
}

proptest! {
    #[test]
    fn any_text_gives_parts_or_an_error(text in prop::collection::vec(
        prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "\"a\"", "\"\\\"\"", "1", " ", "null", "\n"]), 0..16)) {
        let text = format!("{{{}", text.concat());
        let (found, error) = parts(text.as_bytes());
        if let Ok(object) = serde_json::from_str::<serde_json::Value>(&text) {
            // Of keys that stand twice serde_json keeps one, which counts as fewer parts.
            prop_assert!(error.is_none(), "{text}: {error:?}");
            let whole = object.as_object();
            let least = whole.map_or(0, |whole| {
                let count = |value: &serde_json::Value| value.as_array().map_or(1, Vec::len);
                whole.values().map(count).sum()
            });
            prop_assert!(found.len() >= least || text.matches("\"a\"").count() > 1, "{text}");
        }
    }
}
