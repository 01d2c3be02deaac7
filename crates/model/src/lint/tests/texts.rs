//! Long texts: what is found in them, and what becomes of them.

use proptest::prelude::*;

use super::super::{defuse_mentions, split_text};
use super::{around, found_in_comment, strict};
use crate::lint::{Code, Limit, Numbers, Rule, Severity, Target};
use crate::reference::mentions;

#[test]
fn what_a_text_breaks_is_told() {
    let long = "word ".repeat(41);
    for (text, found) in [
        ("", vec![("comment-empty", "", false)]),
        (" \n", vec![("comment-empty", " \\n", false)]),
        (&long, vec![("comment-too-long", "205 characters", true)]),
        ("a\0b\0", vec![("null-character", "2 times", true)]),
        ("\0", vec![("null-character", "1 time", false)]),
        (
            "\u{1b}[31mred\u{1b}[0m \u{7}",
            vec![("control-characters", "U+001B, U+0007", false)],
        ),
        ("tab\tand\r\nlines", vec![]),
        (
            "@mona, @Hubot and `@code`",
            vec![("mention-notifies", "@mona, @Hubot", true)],
        ),
        (
            "#1, #2, #5, #5 and GH-3",
            vec![(
                "reference-rebinds",
                "#5 (becomes #3), GH-3 (no issue here)",
                false,
            )],
        ),
        (
            "octo/hello#1, octo/old#2, https://forge.example/octo/old/issues/1",
            vec![(
                "reference-to-source",
                "octo/hello#1, octo/old#2, https://forge.example/octo/old/issues/1",
                false,
            )],
        ),
        (
            "https://other.example/octo/old/pull/1 and a/b#3",
            vec![(
                "reference-elsewhere",
                "https://other.example/octo/old/pull/1, a/b#3",
                false,
            )],
        ),
    ] {
        let found: Vec<_> = found
            .into_iter()
            .map(|(code, there, is_fixable)| (code, there.to_owned(), is_fixable))
            .collect();
        assert_eq!(found_in_comment(text), found, "{text:?}");
    }
}

#[test]
fn a_number_that_is_kept_binds_to_its_own_issue() {
    let rule = Rule {
        code: Code::ReferenceRebinds,
        severity: Severity::Warning,
        limit: Limit::NumbersKept,
        says: "no",
        source: "a test",
    };
    let (target, around) = (Target::new("kept", &[rule]), around());
    let mut found = Vec::new();
    let checker = super::Checker::new(&target, &around);
    checker.comment(super::id(1), 1, "#5 and #7", &mut |finding| {
        found.push(finding.there);
    });
    assert_eq!(found, ["#7 (no issue here)"]);
    assert_eq!(around.numbers.place(7), Numbers::default().place(7));
}

#[test]
fn mentions_become_code_wherever_they_stand() {
    for (text, defused) in [
        ("@mona", "`@mona`"),
        ("(@mona)!", "(`@mona`)!"),
        ("# @mona\n\n> @hubot", "# `@mona`\n\n> `@hubot`"),
        (
            "| @mona |\n| --- |\n| @b |",
            "| `@mona` |\n| --- |\n| `@b` |",
        ),
        ("*@mona*", "*`@mona`*"),
        // Backticks mean nothing in HTML, pair with one that stands alone, and can be escaped.
        ("<p>@mona</p>", "<p><code>@mona</code></p>"),
        ("it`s @mona", "it`s <code>@mona</code>"),
        ("C:\\@mona", "C:`\\@mona`"),
        ("C:\\\\@mona", "C:\\\\`@mona`"),
    ] {
        let made = defuse_mentions(text).unwrap();
        assert_eq!(made, defused);
        assert_eq!(mentions(&made), Vec::<String>::new(), "{made}");
    }
    for text in [
        "",
        "`@mona`",
        "```\n@mona\n```",
        "mona@example.org",
        "[@mona](x)",
    ] {
        assert_eq!(defuse_mentions(text), None, "{text}");
    }
}

#[test]
fn texts_are_cut_between_blocks() {
    let paragraphs = ["One. ".repeat(20), "Two. ".repeat(20), "Three. ".repeat(15)];
    let text = paragraphs.join("\n\n");
    let pieces = split_text(&text, 200);
    let rendered: Vec<_> = pieces.iter().map(|piece| piece.rendered(&text)).collect();
    assert_eq!(rendered.len(), 3);
    assert!(rendered[0].starts_with("One. One."));
    assert!(rendered[0].ends_with("\n\n*(continued in the next comment)*"));
    assert!(rendered[1].starts_with("*(continued)*\n\nTwo. Two."));
    assert!(rendered[2].starts_with("*(continued)*\n\nThree. "));
    assert!(rendered[2].ends_with("Three. "));
}

#[test]
fn a_block_of_code_that_is_cut_is_closed_and_opened_again() {
    let lines: String = (0..40).map(|n| format!("@line {n}\n")).collect();
    let text = format!("Look:\n\n```log\n{lines}```\n");
    for piece in split_text(&text, 200) {
        let rendered = piece.rendered(&text);
        assert!(rendered.chars().count() <= 200);
        assert_eq!(rendered.matches("```").count(), 2, "{rendered}");
        assert_eq!(mentions(&rendered), Vec::<String>::new());
    }
}

#[test]
fn the_rest_of_a_title_begins_the_body() {
    let target = strict();
    let repaired = target
        .repair_issue("It crashes when\nit should not crash", Some("Since @mona."))
        .unwrap();
    assert_eq!(repaired.title.as_deref(), Some("It crashes when it…"));
    let body = "…should not crash\n\nSince `@mona`.";
    assert_eq!(repaired.body.as_deref(), Some(body));
    let codes: Vec<_> = repaired.did.iter().map(|(code, _)| code.name()).collect();
    assert_eq!(
        codes,
        [
            "title-control-characters",
            "title-too-long",
            "mention-notifies"
        ]
    );
    assert_eq!(target.repair_issue("Fine", Some("Fine.")), None);
    assert_eq!(target.repair_issue("Fine", None), None);
    assert_eq!(target.repair_issue(" \n", None), None);
    assert_eq!(target.repair_comment("\0 \0"), None);
}

/// Markdown of all kinds, long enough to be cut.
fn markdown() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z @#\\\\`*<>\\[\\]()é漢]{0,60}",
        Just("\n\n".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("```rust\n".to_owned()),
        Just("\n~~~~\n".to_owned()),
        Just("    @indented\n".to_owned()),
        Just("- item @mona\n  - deeper\n".to_owned()),
        Just("> quoted @hubot `code`\n".to_owned()),
        Just("<pre>\n@mona\n".to_owned()),
        Just("<!-- @mona ".to_owned()),
        Just("\0".to_owned()),
        Just("x".repeat(150)),
        Just("`@mona` @hubot ".to_owned()),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn pieces_fit_and_are_the_text_again(text in markdown(), most in 150_usize..400) {
        let pieces = split_text(&text, most);
        let mut at = 0;
        for piece in &pieces {
            prop_assert_eq!(piece.range.start, at);
            prop_assert!(piece.range.end > at || text.is_empty());
            at = piece.range.end;
            prop_assert!(piece.rendered(&text).chars().count() <= most);
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn what_was_put_right_has_nothing_left_to_put_right(text in markdown(), title in "[a-z\n é]{0,60}") {
        let target = strict();
        let (title_now, texts) = match target.repair_issue(&title, Some(&text)) {
            Some(repaired) => {
                let mut texts = repaired.more;
                texts.insert(0, repaired.body.unwrap_or_else(|| text.clone()));
                (repaired.title.unwrap_or(title), texts)
            }
            None => (title, vec![text]),
        };
        prop_assert_eq!(target.repair_issue(&title_now, None), None);
        for text in texts {
            // What cannot be made code stays, and is told as such.
            let left = target.repair_issue("Fine", Some(&text));
            prop_assert_eq!(left, None, "{}", text);
        }
    }
}
