use std::io::Read;

use proptest::prelude::*;

use super::{fails, split, split_with, texts};
use crate::ErrorKind;
use crate::input::{Limits, Values};

/// Gives at most so many bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(into.len());
        self.0.read(&mut into[..most])
    }
}

#[test]
fn one_value_to_a_line() {
    let text = "{\"a\":1}\n{\"b\":[]}\r\n\n  {\"c\":\"}\"}";
    let (values, error) = split(text);
    assert!(error.is_none());
    let expected = [
        ("{\"a\":1}", 1, 0),
        ("{\"b\":[]}", 2, 8),
        ("{\"c\":\"}\"}", 4, 21),
    ];
    let expected = expected.map(|(text, line, offset)| (text.to_owned(), line, offset, None));
    assert_eq!(values, expected);
}

#[test]
fn values_over_several_lines() {
    let text = "{\"a\": {}\n}\n{\n \"b\": [\n1,\n2]\n}";
    let (values, error) = split(text);
    assert!(error.is_none());
    let lines: Vec<_> = values
        .iter()
        .map(|value| (value.0.as_str(), value.1))
        .collect();
    assert_eq!(
        lines,
        [("{\"a\": {}\n}", 1), ("{\n \"b\": [\n1,\n2]\n}", 3)]
    );
}

#[test]
fn lists_as_gh_prints_them() {
    let text = "[{\"a\":1},\n {\"a\":2}][]\n[ ]\n[[3],\"x\",-1e5,null]{}";
    let (values, error) = split(text);
    assert!(error.is_none());
    let found: Vec<_> = values.iter().map(|v| (v.0.as_str(), v.1, v.3)).collect();
    let expected = [
        ("{\"a\":1}", 1, Some(0)),
        ("{\"a\":2}", 2, Some(1)),
        ("[3]", 4, Some(0)),
        ("\"x\"", 4, Some(1)),
        ("-1e5", 4, Some(2)),
        ("null", 4, Some(3)),
        ("{}", 4, None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn nothing_is_no_value() {
    for text in [
        "",
        "\n",
        " \r\n\t",
        "\u{feff}",
        "\u{feff}\n",
        "[]",
        "[\n]\n[]",
    ] {
        assert!(texts(text).is_empty(), "{text:?}");
    }
}

#[test]
fn a_mark_is_skipped_at_the_start_only() {
    let (values, _) = split("\u{feff}{}\n1");
    assert_eq!(values[0], ("{}".to_owned(), 1, 3, None));
    let (_, error) = split("{}\n\u{feff}{}");
    fails(
        error,
        ErrorKind::Syntax,
        "x.json:2: expected a JSON value, found the byte 0xef",
    );
    let (_, error) = split([0xff, 0xfe, b'{', 0]);
    fails(
        error,
        ErrorKind::NotUtf8,
        "x.json:1: the file is UTF-16; only UTF-8 can be read",
    );
}

#[test]
fn strings_hide_brackets() {
    for text in [
        r#"{"a":"}{][\"}"}"#,
        r#"{"\\":"\\\\","b":"\\\"}"}"#,
        r#"["\\",["\u005d]"]]"#,
        r#"{"a":"\ud800","b":"𝕏"}"#,
    ] {
        for padding in 0..130 {
            let text = format!(
                "{{\"p\":\"{}\",\"v\":{text}}}",
                "\\\\".repeat(padding / 2) + &"x".repeat(padding % 2)
            );
            let whole = texts(format!("{text}{text}\n"));
            assert_eq!(whole, [text.as_str(), text.as_str()]);
        }
    }
}

#[test]
fn a_file_that_is_cut_off() {
    for (text, shown) in [
        (
            "{}\n{\"a\":",
            "x.json:2: the file ends inside the value that begins here",
        ),
        (
            "{}\n{\"a\":\n\"b",
            "x.json:2: the file ends inside the value that begins here",
        ),
        (
            "{}\n[\n{},\n{\"a\"",
            "x.json:4: $[1]: the file ends inside the value that begins here",
        ),
        (
            "\"a\\",
            "x.json:1: the file ends inside the value that begins here",
        ),
        (
            "{}\n[\n{}\n",
            "x.json:2: $: the file ends inside the list that begins here",
        ),
        (
            "[1,",
            "x.json:1: $: the file ends inside the list that begins here",
        ),
        (
            "[",
            "x.json:1: $: the file ends inside the list that begins here",
        ),
    ] {
        fails(split(text).1, ErrorKind::Syntax, shown);
    }
}

#[test]
fn garbage() {
    for (text, shown) in [
        ("{},{}", "x.json:1: expected a JSON value, found `,`"),
        ("{}\n}", "x.json:2: expected a JSON value, found `}`"),
        ("]", "x.json:1: expected a JSON value, found `]`"),
        ("[1,\n]", "x.json:2: $[1]: expected a JSON value, found `]`"),
        ("[,1]", "x.json:1: $[0]: expected a JSON value, found `,`"),
        (
            "[1 2]",
            "x.json:1: $[1]: expected `,` or `]` after an element of a list, found `2`",
        ),
        ("<html>", "x.json:1: expected a JSON value, found `<`"),
        (
            "\u{1b}[31m",
            "x.json:1: expected a JSON value, found the byte 0x1b",
        ),
        (
            "{\n\n\"a\":\"b\nc\"}",
            "x.json:3: a string is not closed at the end of its line",
        ),
        (
            "[0,\"b\n\"]",
            "x.json:1: $[1]: a string is not closed at the end of its line",
        ),
    ] {
        fails(split(text).1, ErrorKind::Syntax, shown);
    }
}

#[test]
fn nothing_follows_an_error() {
    let mut values = Values::new(&b"{} x {}"[..], "x", &Limits::default());
    assert!(values.next_value().unwrap().is_some());
    assert!(values.next_value().is_err());
    assert!(values.next_value().unwrap().is_none());
}

#[test]
fn text_that_is_not_utf8() {
    let mut values = Values::new(
        &b"[0,\n{\n\"a\":\"b\xff\"},{}]"[..],
        "x",
        &Limits::default(),
    );
    values.next_value().unwrap();
    let error = values.next_value().unwrap_err();
    let place = error.place();
    assert_eq!(error.kind(), ErrorKind::NotUtf8);
    assert_eq!(
        (place.line, place.offset, place.path.as_str()),
        (3, 12, "$[1]")
    );
    assert_eq!(values.next_value().unwrap().unwrap().text, "{}");
    // A character cut in two by the end of its string.
    let (_, error) = split(b"\"ab\xe2\x82\"");
    assert_eq!(error.unwrap().place().offset, 3);
}

#[test]
fn memory_is_used_again() {
    let values = Values::new(&b"{}"[..], "x", &Limits::default());
    let buffer = values.into_buffer();
    let at = buffer.as_ptr();
    let mut values = Values::with_buffer(&b"[1]"[..], "y", &Limits::default(), buffer);
    assert_eq!(values.next_value().unwrap().unwrap().text, "1");
    let buffer = values.into_buffer();
    assert_eq!(buffer.as_ptr(), at);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        r#"[ab"\\{}\[\]:,\né𝕏]{0,40}"#.prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::hash_map(r#"[a"\\}]{0,9}"#, inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn gives_back_what_was_written(
        values in prop::collection::vec((json(), any::<bool>(), 0..4usize), 0..12),
        as_list: bool,
        step in 1..300usize,
    ) {
        let mut text = String::new();
        let mut written = Vec::new();
        for (value, pretty, space) in values {
            // Lists at the top level are taken apart, and words need space between them.
            let value = serde_json::json!({ "v": value });
            let one = match pretty {
                true => serde_json::to_string_pretty(&value).unwrap(),
                false => value.to_string(),
            };
            if as_list && !written.is_empty() {
                text.push(',');
            }
            text.push_str(["", "\n", " ", "\r\n\t"][space]);
            written.push((one.clone(), 1 + text.matches('\n').count() as u64, text.len() as u64));
            text.push_str(&one);
        }
        if as_list {
            text = format!("[{text}]");
            written.iter_mut().for_each(|value| value.2 += 1);
        }
        let (found, error) = split_with(Slow(text.as_bytes(), step), &Limits::default());
        prop_assert!(error.is_none());
        let found: Vec<_> = found.into_iter().map(|v| (v.0, v.1, v.2)).collect();
        prop_assert_eq!(found, written);
    }

    #[test]
    fn pieces_make_no_difference(
        text in prop_oneof![
            "[\\[\\]{},:\"\\\\\n a0é]{0,300}".prop_map(String::into_bytes),
            "(\\{\"a\":[\\[\"\\\\]{0,3}[^{}]{0,80}\\}[\n, ]?){0,9}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..200),
        ],
        step in 1..80usize,
    ) {
        let limits = Limits { max_value: 120, max_depth: 5, ..Limits::default() };
        let (whole, whole_error) = split_with(&text[..], &limits);
        for step in [1, step] {
            let (pieces, error) = split_with(Slow(&text, step), &limits);
            prop_assert_eq!(&pieces, &whole);
            let shown = error.as_ref().map(|error| (error.to_string(), error.place().clone()));
            let expected = whole_error.as_ref().map(|error| (error.to_string(), error.place().clone()));
            prop_assert_eq!(shown, expected);
        }
    }
}
