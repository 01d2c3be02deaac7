//! Texts of all kinds, there and back.

use proptest::prelude::*;

use crate::reference::find_notifying;
use crate::{Found, Mapping, Mentions, RepositoryName, TextContext};

/// Markdown in which references, mentions and code stand close together.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "#1",
        "#2",
        "GH-2",
        "octo/hello#1",
        "acme/x#5",
        "@ada",
        "@mona",
        "@Mona",
        "@org/team",
        "`",
        "``",
        "```\n",
        "~~~\n",
        "\n",
        "\n\n",
        "    ",
        " ",
        " ",
        "<p>",
        "</p>",
        "<code>",
        "</code>",
        "<!-- ",
        " -->",
        "[",
        "](",
        ")",
        "https://example.org/octo/hello/issues/1",
        "<https://example.org/octo/hello/pull/2>",
        "*",
        "**",
        "\\",
        "|",
        "> ",
        "- ",
        "é",
        ",",
        "\r\n",
        "![",
        "a",
        "1",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// New names that no text of these has.
fn fresh() -> Mapping {
    Mapping::default()
        .user("ada", "grace")
        .and_then(|mapping| mapping.issue(1.into(), 101.into()))
        .and_then(|mapping| mapping.issue(2.into(), "acme/new#7".parse().unwrap()))
        .and_then(|mapping| mapping.issue("acme/x#5".parse().unwrap(), 105.into()))
        .unwrap()
}

/// What a text refers to, in order.
fn told(text: &str) -> Vec<Found> {
    find_notifying(text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_inverse_gives_the_text_back_or_it_is_said_that_it_does_not(
        text in markdown(),
        defuses in any::<bool>(),
        swaps in any::<bool>(),
    ) {
        let mut mapping = fresh();
        if swaps {
            mapping = mapping.user("mona", "ada").unwrap();
        }
        if defuses {
            mapping = mapping.mentions(Mentions::Defuse);
        }
        let name: RepositoryName = "octo/hello".parse().unwrap();
        let context = TextContext { repository: Some(&name), host: None };
        let inverse = mapping.inverse().mapping;
        let mapped = mapping.checked_text(&inverse, &text, &context);
        let back = inverse.text(&mapped.text, &context);
        prop_assert_eq!(mapped.is_reversible, back == text.as_str());
        // Plain references to issues that are mapped in their own form always come back.
        let plain = Mapping::default().issue(1.into(), 101.into()).unwrap();
        let inverse = plain.inverse().mapping;
        let mapped = plain.checked_text(&inverse, &text, &context);
        prop_assert!(mapped.is_reversible, "{:?} -> {:?}", text, mapped.text);
        prop_assert_eq!(told(&text).len(), told(&mapped.text).len());
    }

    #[test]
    fn defused_texts_notify_nobody_and_come_back(text in markdown()) {
        let mapping = Mapping::default().mentions(Mentions::Defuse);
        let inverse = mapping.inverse().mapping;
        let context = TextContext::default();
        let mapped = mapping.checked_text(&inverse, &text, &context);
        let live = |found: &Found| matches!(found, Found::Mention { .. });
        prop_assert!(!told(&mapped.text).iter().any(live), "{:?} -> {:?}", text, mapped.text);
        // What stood in code before is taken for defused, and that is said.
        if inverse.text(&text, &context) == text.as_str() {
            prop_assert!(mapped.is_reversible, "{:?} -> {:?}", text, mapped.text);
        }
        // No reference is lost; one that stood at the end of a mention can come free.
        let issues = |text: &str| told(text).into_iter().filter(|found| !live(found)).count();
        prop_assert!(issues(&text) <= issues(&mapped.text));
    }
}
