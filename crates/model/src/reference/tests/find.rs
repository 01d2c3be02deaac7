//! What is found in Markdown and what is not.

use std::time::{Duration, Instant};

use super::super::{Found, find_references, mentions};

/// The references of a text as words: what is meant, the host, and what is written at the span.
fn found(markdown: &str) -> Vec<String> {
    let words = find_references(markdown).into_iter().map(|found| {
        let written = &markdown[found.span().clone()];
        match &found {
            Found::Issue {
                reference, host, ..
            } => match host {
                Some(host) => {
                    assert!(written.starts_with("http") || written.starts_with("HTTP"));
                    format!("{host} {reference}")
                }
                None => {
                    assert_eq!(written.parse().as_ref(), Ok(reference), "{markdown:?}");
                    written.to_owned()
                }
            },
            Found::Mention { login, .. } => {
                assert_eq!(written, format!("@{login}"), "{markdown:?}");
                written.to_owned()
            }
        }
    });
    words.collect()
}

fn check(table: &[(&str, &[&str])]) {
    for (markdown, expected) in table {
        assert_eq!(found(markdown), *expected, "{markdown:?}");
    }
}

#[test]
fn references_by_number_stand_free() {
    check(&[
        ("", &[]),
        ("#12", &["#12"]),
        (
            "See #12, #13; (#14) [#15] and #16.",
            &["#12", "#13", "#14", "#15", "#16"],
        ),
        ("**#12** _#13_ ~~#14~~", &["#12", "#13", "#14"]),
        ("fixes:#12", &["#12"]),
        ("x**#12**y <b>z</b>#13_ *_@mona_*", &["#12", "@mona"]),
        ("gh-12 GH-13 (GH-14)", &["gh-12", "GH-13", "GH-14"]),
        ("修复#12，见#13。", &["#12", "#13"]),
        ("`x`#12", &["#12"]),
        ("...#12...", &["#12"]),
        ("#12-#15", &["#12", "#15"]),
        ("\\#12", &["#12"]),
        (
            "# #12\n\n> #13\n\n- #14\n  1. #15\n\n| #16 |\n| --- |\n| #17 |\n",
            &["#12", "#13", "#14", "#15", "#16", "#17"],
        ),
        ("- [ ] #12\n- [x] #13", &["#12", "#13"]),
        ("foo#12 foo_#12 #12bar #12_ ##12 &#12; /#12 a/#12 @#12", &[]),
        ("#0 #012 #1.2 # 12 #x #99999999999999999999999", &[]),
        ("ugh-12 x-gh-12 GH-12b GH-012", &[]),
        ("&#35;12 &#99999999999;", &[]),
        ("#18446744073709551615", &["#18446744073709551615"]),
    ]);
}

#[test]
fn references_to_other_repositories_name_them() {
    check(&[
        ("octo/hello#12", &["octo/hello#12"]),
        ("(octo/my_hello_.rs#12)", &["octo/my_hello_.rs#12"]),
        ("see:octo-org/hello#12.", &["octo-org/hello#12"]),
        ("修复octo/hello#12", &["octo/hello#12"]),
        ("a/b/c#12 /b#12 b/#12 @a/b#12 ./b#12", &[]),
        ("octo/../x#12", &[]),
    ]);
}

#[test]
fn addresses_of_issues_are_references() {
    let url = "https://github.com/octo/hello/issues/12";
    let expected = "github.com octo/hello#12";
    for text in [
        url.to_owned(),
        format!("See {url}."),
        format!("({url}),"),
        format!("<{url}>"),
        format!("[this]({url})"),
        format!("[this](<{url}> \"{url}\")"),
        format!("[this][1]\n\nand [that][1]\n\n[1]: {url}"),
        format!("![badge](x.svg) {url}#issuecomment-1"),
        format!("[![#7](x.svg)]({url})"),
        format!("<details>\n\n{url}\n\n</details>"),
        format!("{url}，好"),
        format!("{url}/"),
    ] {
        assert_eq!(found(&text), [expected], "{text:?}");
    }
    check(&[
        (
            "http://localhost:3000/o/my_r/pull/7/files#r1",
            &["localhost:3000 o/my_r#7"],
        ),
        (
            "[#1](https://h.example/o/r/pull/2) #3",
            &["#1", "h.example o/r#2", "#3"],
        ),
        (
            "https://h.example/o/r/issues/2b https://h.example/o/r/issues",
            &[],
        ),
        ("https://h.example/x#12 https://h.example/@mona/12", &[]),
        ("https://h.example/o/r/wiki/a/b#12", &[]),
        ("`https://h.example/o/r/issues/2`", &[]),
        ("[unused]: https://h.example/o/r/issues/2", &[]),
        ("<a href=\"https://h.example/o/r/issues/2\">it</a>", &[]),
        ("![x](https://h.example/o/r/issues/2)", &[]),
        ("[x](https://h.example/o/r/issues/&#50;)", &[]),
    ]);
}

#[test]
fn people_are_mentioned_by_their_logins() {
    check(&[
        ("@mona", &["@mona"]),
        (
            "cc @mona, @hubot-2; (@octo_corp) **@x** \"@y\"",
            &["@mona", "@hubot-2", "@octo_corp", "@x", "@y"],
        ),
        (
            "@mona. @mona... @mona: @mona- @mona's",
            &["@mona", "@mona", "@mona", "@mona", "@mona"],
        ),
        ("谢谢@mona！", &["@mona"]),
        ("# @mona\n> @mona", &["@mona", "@mona"]),
        ("me@example.org <me@example.org> x_@mona @@mona /@mona", &[]),
        (
            "@octo/team @babel/core @file.name @1.2 @-x @a--b @_x @a_b_c",
            &[],
        ),
        ("`@mona` [@mona](x)\n\n    @mona\n\n```\n@mona\n```", &[]),
        (
            "@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            &[],
        ),
        ("@mona #1 @hubot", &["@mona", "#1", "@hubot"]),
    ]);
    assert_eq!(mentions("@Mona @hubot @mona `@nobody`"), ["mona", "hubot"]);
}

#[test]
fn code_comments_and_attributes_hold_no_references() {
    check(&[
        ("`#12` ``GH-12 ` @mona``", &[]),
        ("```sh\n#12 @mona\n```\n#13", &["#13"]),
        ("~~~\n#12", &[]),
        ("    #12\n\n#13", &["#13"]),
        ("- x\n\n      #12\n", &[]),
        ("<!-- #12 @mona --> #13", &["#13"]),
        ("x <!-- #12 @mona --> #13", &["#13"]),
        ("<!--\n#12\n\n@mona\n-->\n\n#13", &["#13"]),
        ("<img alt=\"#12 > @mona\"> <b title='#12'>#13</b>", &["#13"]),
        (
            "<div title=\"#12\">\n#13 @mona <!-- #14\n--> #15\n</div>",
            &["#13", "@mona", "#15"],
        ),
        ("<pre>\n#12\n\n@mona</pre>\n\n#13", &["#13"]),
        ("<code>#12 @mona</code> #13", &["#13"]),
        ("<code>#12\n\n#13", &["#13"]),
        ("<a href=\"x\">@mona #12</a> @hubot", &["#12", "@hubot"]),
        ("![#12 @mona](x.png) #13", &["#13"]),
        ("[//]: # (#12)\n\n#13", &["#13"]),
        ("1 < 2 #12 <3 #13", &["#12", "#13"]),
    ]);
}

#[test]
fn no_text_takes_long_or_fails() {
    let pieces = [
        "[",
        "![",
        "> ",
        "*",
        "**a ",
        "_a",
        "`",
        "<",
        "<a",
        "<!--",
        "- ",
        "  - ",
        "[a](",
        "[a][",
        "](",
        "#1",
        "a/",
        "a/b#",
        "@a",
        "://",
        "http://",
        "https://h/o/r/issues/1",
        "&#1;",
        "| ",
        "\\",
        "gh-1",
        "[https://h/o/r/issues/1](https://h/o/r/issues/1) ",
        "[x] ",
        "</",
        "<pre>",
        "\n> ",
        "\n- ",
        "é",
        "~~",
        "<a href='",
        "[^1]",
        "1. ",
        "\t",
        "a\n===\n",
        "|a\n|-\n",
    ];
    for piece in pieces {
        let text = format!(
            "#1 {}\n\n[x]: https://h/o/r/issues/1\n",
            piece.repeat(100_000 / piece.len())
        );
        let start = Instant::now();
        let found = find_references(&text);
        let took = start.elapsed();
        assert!(
            found
                .iter()
                .all(|found| text.get(found.span().clone()).is_some())
        );
        assert!(took < Duration::from_secs(3), "{piece:?} took {took:?}");
    }
    let deep: String = (0..400)
        .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
        .collect();
    let start = Instant::now();
    assert_eq!(found(&format!("{deep}\n\n#1")).len(), 1);
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn spans_are_in_order_and_do_not_overlap() {
    let text = "[#1](https://h/o/r/issues/2) @mona https://h/o/r/pull/3 o/r#4 [x][y] GH-5\n\n[y]: https://h/o/r/issues/6";
    let spans: Vec<_> = find_references(text)
        .iter()
        .map(|found| found.span().clone())
        .collect();
    assert_eq!(spans.len(), 7);
    assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
}

/// Prints how fast texts are searched: `--ignored --nocapture`.
#[test]
#[ignore = "measures speed"]
fn speed() {
    let plain = "The compiler takes *very* long here, and `rustc` says nothing. ".repeat(20);
    let code = "```rust\n#[derive(Debug)]\nfn main() {}\n```\n".repeat(10);
    let text = format!("{plain}\0{plain}\n\nSee #12 and @mona.\n\n{code}\0");
    let texts = text.repeat(5_000);
    let start = Instant::now();
    let (mut count, mut parsed) = (0, 0);
    for text in texts.split('\0') {
        count += find_references(text).len();
        parsed += usize::from(crate::reference::scan::may_refer(text));
    }
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = texts.len() as f64 / 1e6;
    eprintln!(
        "{megabytes:.1} MB, {} texts, {parsed} parsed, {count} references, {seconds:.3} s, {:.0} MB/s",
        texts.split('\0').count(),
        megabytes / seconds
    );
}
