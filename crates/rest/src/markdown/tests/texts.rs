//! The text without markup.

use super::text;

#[test]
fn the_text_is_what_stands_between_the_tags() {
    for (markdown, expected) in [
        ("", ""),
        ("a *b* **c** ~~d~~ `e<f` [g](http://h.i)", "a b c d e<f g"),
        ("# One\n\ntwo\nthree\n\nfour", "One\ntwo\nthree\nfour"),
        (
            "Steps:\n\n1. go\n2. see\n\nDone",
            "Steps:\n\ngo\nsee\n\nDone",
        ),
        ("```rust\nlet a = 1 < 2;\n```\n\nb", "let a = 1 < 2;\n\nb"),
        ("a &amp; b &lt;c&gt; \\*d\\*", "a & b <c> *d*"),
        ("![picture](http://a.b/c.png) after", "after"),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd> <!-- hidden -->", "Ctrl+C"),
        (
            "see #12, @mona, http://forge.example/octo/other/issues/3",
            "see #12, @mona, octo/other#3",
        ),
        ("- [x] done\n- [ ] open", "done\n open"),
        ("> [!TIP]\n> Use it.", "Tip\nUse it."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a\nb\n\n\n\n\n1\n2"),
    ] {
        assert_eq!(text(markdown), expected, "{markdown}");
    }
}
