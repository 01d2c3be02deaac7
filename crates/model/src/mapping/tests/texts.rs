//! What texts say by a mapping.

use crate::{Mapping, Mentions, RepositoryName, TextContext, mentions};

fn here() -> RepositoryName {
    "octo/hello".parse().unwrap()
}

fn issues(pairs: &[(&str, &str)]) -> Mapping {
    pairs
        .iter()
        .try_fold(Mapping::default(), |mapping, (old, new)| {
            mapping.issue(old.parse().unwrap(), new.parse().unwrap())
        })
        .unwrap()
}

fn mapped(mapping: &Mapping, text: &str) -> (String, bool) {
    let name = here();
    let context = TextContext {
        repository: Some(&name),
        host: Some("example.org"),
    };
    let inverse = mapping.inverse().mapping;
    let mapped = mapping.checked_text(&inverse, text, &context);
    (mapped.text.into_owned(), mapped.is_reversible)
}

#[test]
fn references_are_rewritten_in_the_form_in_which_they_stand() {
    let mapping = issues(&[("#1", "#41"), ("#2", "acme/hi#7"), ("acme/old#3", "#9")]);
    let cases = [
        ("#1, (#1) and GH-1, gh-1", "#41, (#41) and GH-41, gh-41"),
        ("octo/hello#1 OCTO/Hello#1", "octo/hello#41 OCTO/Hello#41"),
        ("#2", "acme/hi#7"),
        ("acme/old#3", "#9"),
        (
            "https://example.org/octo/hello/issues/1#issuecomment-5",
            "https://example.org/octo/hello/issues/41#issuecomment-5",
        ),
        (
            "[a](http://example.org/octo/hello/pull/2 \"t\")",
            "[a](http://example.org/acme/hi/pull/7 \"t\")",
        ),
        (
            "<https://example.org/acme/old/issues/3>",
            "<https://example.org/octo/hello/issues/9>",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(
            mapped(&mapping, text),
            (expected.to_owned(), true),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_reference_stays_byte_for_byte() {
    let mapping = issues(&[("#1", "#41")])
        .user("mona", "hubot")
        .unwrap()
        .mentions(Mentions::Defuse);
    for text in [
        "`#1 @mona`\r\n\r\n```\n#1 @mona\n```\r\n",
        "x#1 #1b #12 #01 other/repo#1 me@mona.org <!-- #1 @mona -->",
        "https://elsewhere.org/octo/hello/issues/1",
        "https://example.org/octo/hello/commit/1234567",
        "![#1](x#1)\n\n    #1 @mona",
        "",
    ] {
        assert_eq!(mapped(&mapping, text), (text.to_owned(), true), "{text}");
    }
}

#[test]
fn users_are_renamed_and_the_others_notified_of_nothing() {
    let mapping = Mapping::default()
        .user("Mona", "hubot")
        .unwrap()
        .mentions(Mentions::Defuse);
    let cases = [
        ("@Mona, @ada: **@ada**", "@hubot, `@ada`: **`@ada`**", true),
        // The inverse map has one way to write a name.
        ("@mona", "@hubot", false),
        ("a ` b @ada c", "a ` b ``@ada`` c", true),
        ("`x`@ada", "`x`<code>@ada</code>", true),
        ("\\`@ada\\`", "\\`<code>@ada</code>\\`", true),
        ("<p>\n@ada\n</p>", "<p>\n<code>@ada</code>\n</p>", true),
        (
            "| @ada |\n|---|\n| @ada |",
            "| `@ada` |\n|---|\n| `@ada` |",
            true,
        ),
        ("@acme/devs, @acme", "`@acme/devs`, `@acme`", true),
        // What stood in code before would be taken for defused.
        ("`@ada`", "`@ada`", false),
        // What had the new name before would be taken for renamed.
        ("@hubot", "`@hubot`", true),
    ];
    for (text, expected, is_reversible) in cases {
        let outcome = mapped(&mapping, text);
        assert_eq!(outcome, (expected.to_owned(), is_reversible), "{text}");
        assert!(!mentions(&outcome.0).contains(&"ada".to_owned()), "{text}");
    }
}

#[test]
fn a_mapping_happens_at_once_and_not_step_by_step() {
    let mapping = issues(&[("#1", "#2"), ("#2", "#3"), ("#3", "#1")])
        .user("a", "b")
        .and_then(|mapping| mapping.user("b", "a"))
        .unwrap();
    let expected = "#2 #3 #1 @b @a".to_owned();
    assert_eq!(mapped(&mapping, "#1 #2 #3 @a @b"), (expected, true));
}

#[test]
fn what_cannot_be_told_apart_is_said() {
    let mapping = issues(&[("#1", "#3"), ("#2", "#3")])
        .user("a", "c")
        .and_then(|mapping| mapping.user("b", "C"))
        .and_then(|mapping| mapping.milestone("v1", "v3"))
        .and_then(|mapping| mapping.milestone("v2", "V3"))
        .unwrap();
    let inverse = mapping.inverse();
    let told: Vec<(&str, &str, usize)> = inverse
        .ambiguous
        .iter()
        .map(|told| (told.section, told.new.as_str(), told.olds.len()))
        .collect();
    assert_eq!(told, [("users", "c", 2), ("issues", "#3", 2)]);
    assert_eq!(mapped(&mapping, "#2"), ("#3".to_owned(), false));
    assert_eq!(mapped(&mapping, "#1"), ("#3".to_owned(), true));
    // It was there before anything was mapped.
    assert_eq!(mapped(&mapping, "#3"), ("#3".to_owned(), false));
}

#[test]
fn pairs_that_cannot_be_are_refused() {
    let refused = [
        Mapping::default().user("a", "b c"),
        Mapping::default().user("", "b"),
        Mapping::default().label("a", "x,y"),
        Mapping::default().milestone("a", " "),
        Mapping::default()
            .user("A", "b")
            .and_then(|m| m.user("a", "c")),
    ];
    let told: Vec<String> = refused
        .into_iter()
        .map(|refused| refused.unwrap_err().to_string())
        .collect();
    assert_eq!(
        told,
        [
            "users: \"a\": user login can't contain white space, a slash or a comma",
            "users: \"\": there is no such name",
            "labels: \"a\": label name can't contain a comma",
            "milestones: \"a\": milestone title can't be blank",
            "users: \"a\": is mapped to \"b\" already",
        ]
    );
}
