//! Texts that are written to do harm, or that nobody meant to write.

use std::time::{Duration, Instant};

use proptest::prelude::{Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use super::judge::judge;
use super::{html, text};
use crate::markdown::escape::without_tags;

const NONE: Vec<String> = Vec::new();

#[test]
fn nothing_that_runs_or_loads_comes_through() {
    for markdown in [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<SCRIPT SRC=//x.y/z.js></SCRIPT>",
        "a <script\n>b</script\n> c",
        "<img src=x onerror=alert(1)>",
        "<img src=\"x\"onerror=\"alert(1)\">",
        "<img/src=x/onerror=alert(1)//",
        "<img src='x\" onerror=alert(1) y=\"'>",
        "<img alt=\"`><script>alert(1)</script>\">",
        "<svg onload=alert(1)><path d=\"M0 0\"/></svg>",
        "<svg><a href=\"javascript:x\"><text>x</text></a></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<math><annotation-xml encoding=\"text/html\"><script>x</script>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<template><script>x</script></template>",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<textarea><img title=\"</textarea><img src=x onerror=x>\">",
        "<xmp><p title=\"</xmp><img src=x onerror=x>\">",
        "<plaintext><b>x",
        "<title><a title=\"</title><script>x</script>\">",
        "<object data=x></object><embed src=x><base href=//x.y><link rel=stylesheet href=x>",
        "<form action=//x.y><input name=q><button formaction=javascript:x>Go</button></form>",
        "<input type=text autofocus onfocus=alert(1)>",
        "<meta http-equiv=refresh content=\"0; url=//x.y\">",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\" JaVaScRiPt:alert(1)\">x</a>",
        "<a href=\"java&#x09;script&colon;alert(1)\">x</a>",
        "<a href=\"&#1;javascript:alert(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        "[x](javascript:alert(1)) [x](<java\tscript:x>) [x](&#106;avascript:x) [x](vbscript:x)",
        "[x]\n\n[x]: javascript:alert(1)",
        "<javascript:alert(1)> <data:text/html,x>",
        "![x](javascript:alert(1)) ![x](data:image/svg+xml,x)",
        "[x](http://a.b/\"onclick=\"x) [x](http://a.b 'y\" onclick=\"z')",
        "![\"onerror=\"x](y) ![a\" onerror=\"x](http://a.b)",
        "<blockquote cite=\"javascript:x\">y</blockquote>",
        "<picture><source srcset=\"x 1x, data:y 2x\"><img src=z></picture>",
        "<p style=\"position:fixed\" class=\"user-mention\" id=\"x\">y</p>",
        "<a name=\"body\" id=\"location\" class=\"issue-link\">x</a>",
        "<!-- <script>x</script> --!> <img src=x onerror=x> -->",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<img src=x onerror=x>]]>",
        "<?x <img src=y onerror=x> ?>",
        "<!x <img src=y onerror=x>>",
        "```\"><script>x</script>\n</code></pre><script>x</script>\n```",
        "``` \"onclick=x\ny\n```",
        "`</code><script>x</script>`",
        "[^\"onclick=x]\n\n[^\"onclick=x]: </p><script>x</script>",
        "<div title=\"\n\n<script>x</script>\n\n\">",
        "<div\n\n<img src=x onerror=x>",
        "<b title='#1'>@mona</b> <b title=\"\n#1 @mona\">",
        "<p title=\"#1\nhttp://127.0.0.1:8080/octo/hello/issues/1\">x</p>",
        "<details open ontoggle=alert(1)><summary>x</summary>",
        "http://a.b/\"onclick=\"x www.a.b/'><script>x</script>",
        "<x-evil onmouseover=x>y</x-evil>",
    ] {
        let rendered = html(markdown);
        let (faults, shown) = judge(&rendered);
        assert_eq!(faults, NONE, "{markdown}\n{rendered}");
        assert_eq!(
            shown,
            without_tags(&rendered).replace("Note\n", "Note"),
            "{markdown}"
        );
    }
}

#[test]
fn raw_html_is_one_whole_over_the_markdown_in_it() {
    assert_eq!(
        html("<div>\n\n*a*\n\n</div>\n\nb"),
        "<div dir=\"auto\">\n<p dir=\"auto\"><em>a</em></p>\n</div>\n<p dir=\"auto\">b</p>"
    );
    // What was left open ends with what it stands in, and an end of nothing is left out.
    assert_eq!(
        html("> <b>a\n\nb</i></div></blockquote>"),
        "<blockquote>\n<p dir=\"auto\"><b>a</b></p>\n</blockquote>\n<p dir=\"auto\">b</p>"
    );
    assert_eq!(
        html("*a <b>b* c</b>"),
        "<p dir=\"auto\"><em>a <b>b</b></em> c</p>"
    );
    // A tag that a block leaves unfinished takes nothing of what follows.
    assert_eq!(
        html("<div title=\"\n\nx\n\n\">"),
        "<p dir=\"auto\">x</p>\n<p dir=\"auto\">\"&gt;</p>"
    );
}

#[test]
fn bombs_take_bounded_time() {
    let mut attributes = String::new();
    for number in 0..9_000 {
        attributes.push_str(&format!("<b id={number}>"));
    }
    let bombs = [
        ("quotes", "> ".repeat(100_000)),
        ("tight quotes", ">".repeat(10_000)),
        ("brackets", "[".repeat(100_000)),
        (
            "closed brackets",
            format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)),
        ),
        ("images", "![".repeat(50_000)),
        ("stars", "*a ".repeat(60_000)),
        (
            "strong",
            format!("{}x{}", "**".repeat(50_000), "**".repeat(50_000)),
        ),
        ("lists", "+ ".repeat(100_000)),
        ("lines of quotes", (">".repeat(800) + "\n").repeat(300)),
        (
            "lines of lists",
            (0..700).map(|depth| " ".repeat(depth) + "+ x\n").collect(),
        ),
        (
            "ticks",
            (1..600).map(|length| "`".repeat(length) + " ").collect(),
        ),
        ("bold", "<b>".repeat(100_000)),
        (
            "bold and end",
            format!("{}{}", "<b>".repeat(40_000), "</b>".repeat(30_000)),
        ),
        ("divisions", "<div>\n".repeat(40_000)),
        ("crossed", "<b><i></b></i>".repeat(15_000)),
        (
            "formatting",
            format!("{attributes}{}", "<p>x".repeat(30_000)),
        ),
        ("cells", format!("<table>{}", "x<br>".repeat(40_000))),
        ("tables", "<table><tr><td>\n".repeat(15_000)),
        ("open tag", "<a ".repeat(80_000)),
        ("comments", "<!--".repeat(60_000)),
        ("angles", "<".repeat(250_000)),
        ("attributes", format!("<b {}>", "a=1 ".repeat(50_000))),
        ("addresses", "http://a.b/(".repeat(20_000)),
        ("bad addresses", "www._".repeat(50_000)),
        ("mailboxes", "a@".repeat(120_000)),
        ("references", "#1 ".repeat(80_000)),
        ("mentions", "@mona ".repeat(40_000)),
        ("footnotes", "[^a]".repeat(50_000) + "\n\n[^a]: x"),
        ("footnotes in footnotes", "[^a]: ".repeat(40_000)),
        ("definitions", "[a]: b\n".repeat(30_000)),
        ("entities", "&amp".repeat(60_000)),
        ("semicolons", format!("http://a.b/{}", ";".repeat(200_000))),
        ("tasks", "- [ ] x\n".repeat(30_000)),
        (
            "columns",
            format!("{}\n{}\n", "|a".repeat(40_000), "|-".repeat(40_000)),
        ),
    ];
    for (name, bomb) in bombs {
        let start = Instant::now();
        let rendered = html(&bomb);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{name}: {took:?}");
        assert!(rendered.len() < 200 * bomb.len() + 1000, "{name}");
    }
}

#[test]
fn deep_nests_keep_their_text() {
    assert_eq!(text(&format!("{}x", "> ".repeat(10_000))), "x");
    assert_eq!(text(&format!("{}x", "<b>".repeat(10_000))), "x");
    let rendered = html(&format!("{}x", "> ".repeat(10_000)));
    assert_eq!(rendered.matches("<blockquote>").count(), 256);
    assert_eq!(rendered.matches("</blockquote>").count(), 256);
}

/// Pieces of which trouble is made.
const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "\"",
    "'",
    "=",
    "`",
    "```",
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "> ",
    "- ",
    "1. ",
    "- [ ] ",
    "#",
    "# ",
    "|",
    "\n|-|-|\n",
    "&",
    ";",
    "&lt;",
    "&#x3c;",
    "&#0;",
    "\0",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<a href=",
    "<a>",
    "</a>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<li>",
    "<ul>",
    "</ul>",
    "<details>",
    "<summary>",
    "</details>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<img src=",
    "<img alt='",
    "onerror=x",
    " onclick=\"x\"",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<textarea>",
    "<svg>",
    "<math>",
    "<title>",
    "<xmp>",
    "<noscript>",
    "<template>",
    "<select>",
    "<form>",
    "<plaintext>",
    "javascript:x",
    "java\tscript:x",
    "data:x",
    "http://a.b",
    "www.a.b",
    "@mona",
    "#1",
    "octo/other#2",
    "http://forge.example/octo/hello/issues/1",
    "a@b.c",
    "[^1]",
    "[^1]: ",
    "> [!NOTE]\n",
    "x",
    "é",
    "漢",
    "\u{202e}",
    "id=x",
    "class='user-mention'",
    "style=x",
    "\r",
    "\\",
];

fn troubled() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_bad_html(markdown in troubled()) {
        let rendered = html(&markdown);
        let (faults, shown) = judge(&rendered);
        prop_assert_eq!(faults, NONE, "{}", rendered);
        // A browser sees the same tags in it as the plain text leaves out, except for line breaks that it
        // skips, and it moves what stands in a table beside its cells.
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            letters.sort_unstable();
            letters
        };
        prop_assert_eq!(letters(&shown), letters(&without_tags(&rendered)), "{}", rendered);
    }
}
