//! Whatever an object holds, it goes out as it came.

use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_oneof, proptest};

use super::{EXAMPLES, read, written};
use crate::shape::{Embedded, Form, Overlay};
use backlot_forge::json::{Cursor, equal};

fn scalar() -> impl Strategy<Value = String> {
    let odd = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "1.0",
        "1e3",
        "0.1",
        "-5",
        "18446744073709551616",
        "12",
        "\"\"",
        "[]",
        "{}",
        "\"\\u0041\"",
        "\"\\ud83d\\ude00\"",
        "[null]",
        "[{}]",
        "{\"login\":\"mona\"}",
        "{\"login\":\"mona\",\"id\":1.5}",
        "[{\"name\":\"bug\"}]",
        "[\"bug\"]",
        "{\"number\":1,\"title\":\"v1\"}",
        "\"2020-01-02T03:04:60Z\"",
        "\"2020-01-02 03:04:05Z\"",
        "\"2024-02-29T00:00:00Z\"",
        "\"open\"",
        "\"2020-01-02T03:04:05+08:00\"",
        "\"2020-01-02T03:04:05.678+08:00\"",
        "\"2020-01-02T03:04:05.6789+02:00\"",
        "\"2020-01-02\"",
        "\"#fff\"",
        "\"#AABBCC\"",
        "\"12\"",
        "\"012\"",
        "\"opened\"",
        "\"active\"",
        "\"closed\"",
        "\"like\"",
        "\"695337496415d64a21d4d6c7\"",
        "{\"issue\":{\"id\":120,\"title\":\"\",\"nubmer\":12}}",
        "{\"issue\":{\"id\":120,\"title\":\"\",\"number\":\"120\"}}",
        "[{\"name\":\"bug\",\"updated_at\":\"2020-01-02T03:04:05+08:00\"}]",
    ];
    prop_oneof![
        4 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        2 => any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ]
}

fn json() -> impl Strategy<Value = String> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|list| format!("[ {}]", list.join(" ,"))),
            prop::collection::vec((any::<String>(), inner), 0..3).prop_map(|entries| {
                let entries = entries.iter().map(|(key, value)| {
                    format!("{}: {value}", serde_json::to_string(key).unwrap())
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }),
        ]
    })
}

/// The entries of an example, some of them gone or replaced, and some new ones.
fn object(text: &'static str, identity: &'static [&'static str]) -> impl Strategy<Value = String> {
    let mut entries = Vec::new();
    let mut cursor = Cursor::new(text);
    let mut more = cursor.open_object().unwrap();
    while more {
        entries.push((
            cursor.key().unwrap().to_owned(),
            cursor.value().unwrap().to_owned(),
        ));
        more = cursor.more_entries().unwrap();
    }
    let parts: Vec<_> = entries
        .into_iter()
        .map(|(key, value)| {
            let key = format!("\"{key}\"");
            if identity.contains(&key.trim_matches('"')) {
                return Just(Some((key, value))).boxed();
            }
            let (as_it_is, other) = (key.clone(), key);
            prop_oneof![
                6 => Just(Some((as_it_is, value))),
                1 => Just(None),
                2 => json().prop_map(move |value| Some((other.clone(), value))),
            ]
            .boxed()
        })
        .collect();
    let new = prop::collection::vec((any::<String>(), json()), 0..3);
    (parts, new, any::<bool>()).prop_map(|(parts, new, turned)| {
        let mut entries: Vec<_> = parts.into_iter().flatten().collect();
        entries.extend(
            new.into_iter()
                .map(|(key, value)| (serde_json::to_string(&key).unwrap(), value)),
        );
        if turned {
            entries.reverse();
        }
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| format!("{key}:{value}"))
            .collect();
        format!("{{{}}}", entries.join(","))
    })
}

const IDENTITY: &[&str] = &[
    "id",
    "number",
    "login",
    "name",
    "object_kind",
    "object_attributes",
];

fn any_object() -> impl Strategy<Value = (&'static str, String)> {
    let all: Vec<_> = EXAMPLES
        .iter()
        .map(|(kind, text)| {
            object(text, IDENTITY)
                .prop_map(|text| (*kind, text))
                .boxed()
        })
        .collect();
    proptest::strategy::Union::new(all)
}

proptest! {
    #[test]
    fn any_object_comes_back(object in any_object()) {
        let (kind, text) = object;
        let mut store = read(&text, kind);
        let out = written(&mut store);
        prop_assert!(out.len() == 1, "{kind} {text} {:?}", store.skipped);
        prop_assert!(equal(&text, &out[0]), "{kind}\n{text}\n{}", out[0]);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&out[0]).is_ok());
    }

    #[test]
    fn garbage_is_no_object(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for form in Form::ALL {
            let mut bytes = bytes.clone();
            if let Some(first) = bytes.first_mut() {
                *first = 1;
            }
            let _ = Overlay::parse(&bytes, form.table());
            let _ = Embedded::parse(&bytes);
            if let Some(second) = bytes.get_mut(1) {
                *second = form as u8;
            }
            let _ = Embedded::parse(&bytes);
        }
    }
}
