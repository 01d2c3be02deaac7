//! Markdown and its HTML.

use super::html;

/// Asserts that each text has this HTML.
fn assert_html(cases: &[(&str, &str)]) {
    for (markdown, expected) in cases {
        assert_eq!(html(markdown), *expected, "{markdown}");
    }
}

const ISSUE_1: &str = "<a class=\"issue-link js-issue-link\" data-error-text=\"Failed to load title\" \
    data-id=\"1001\" data-permission-text=\"Title is private\" \
    data-url=\"http://127.0.0.1:8080/octo/hello/issues/1\" data-hovercard-type=\"issue\" \
    data-hovercard-url=\"/octo/hello/issues/1/hovercard\" \
    href=\"http://127.0.0.1:8080/octo/hello/issues/1\">#1</a>";

const MONA: &str = "<a class=\"user-mention notranslate\" data-hovercard-type=\"user\" \
    data-hovercard-url=\"/users/Mona/hovercard\" data-octo-click=\"hovercard-link-click\" \
    data-octo-dimensions=\"link_type:self\" href=\"http://127.0.0.1:8080/Mona\">@mona</a>";

/// Where a link to an issue leads and what it says.
fn leads(html: &str) -> Vec<(&str, &str)> {
    let mut links: Vec<(&str, &str)> = Vec::new();
    for part in html.split("<a ").skip(1) {
        let href = part
            .split(" href=\"")
            .nth(1)
            .or_else(|| part.strip_prefix("href=\""));
        let href = href
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        let says = part.split('>').nth(1).unwrap_or_default();
        links.push((href, says.trim_end_matches("</a")));
    }
    links
}

#[test]
fn blocks_have_the_shape_that_clients_know() {
    assert_html(&[
        ("", ""),
        ("a\nb  \nc", "<p dir=\"auto\">a<br>\nb<br>\nc</p>"),
        (
            "### Hello\n\nb",
            "<h3 dir=\"auto\">Hello</h3>\n<p dir=\"auto\">b</p>",
        ),
        (
            "a\n\n---\n\nb",
            "<p dir=\"auto\">a</p>\n<hr>\n<p dir=\"auto\">b</p>",
        ),
        (
            "- a\n- b\n  - c",
            "<ul dir=\"auto\">\n<li>a</li>\n<li>b\n<ul dir=\"auto\">\n<li>c</li>\n</ul>\n</li>\n</ul>",
        ),
        (
            "3. a\n\n4. b",
            "<ol start=\"3\" dir=\"auto\">\n<li>\n<p dir=\"auto\">a</p>\n</li>\n<li>\n<p dir=\"auto\">b</p>\n</li>\n</ol>",
        ),
        (
            "> a\n> b",
            "<blockquote>\n<p dir=\"auto\">a<br>\nb</p>\n</blockquote>",
        ),
        (
            "> [!NOTE]\n> Read this.",
            "<div class=\"markdown-alert markdown-alert-note\" dir=\"auto\"><p class=\"markdown-alert-title\" dir=\"auto\">Note</p><p dir=\"auto\">Read this.</p>\n</div>",
        ),
        (
            "| a | b |\n|:--|---|\n| 1 | `2` |",
            "<markdown-accessiblity-table><table role=\"table\">\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"left\">1</td>\n<td><code class=\"notranslate\">2</code></td>\n</tr>\n</tbody>\n</table></markdown-accessiblity-table>",
        ),
        (
            "```rust\na < \"b\"\n```",
            "<div class=\"snippet-clipboard-content notranslate position-relative overflow-auto\" data-snippet-clipboard-copy-content=\"a &lt; &quot;b&quot;\"><pre lang=\"rust\" class=\"notranslate\"><code class=\"notranslate\">a &lt; \"b\"\n</code></pre></div>",
        ),
    ]);
}

#[test]
fn tasks_are_boxes_that_nobody_can_tick() {
    assert_html(&[(
        "- [x] Done\n- [ ] Todo",
        "<ul class=\"contains-task-list\">\n<li class=\"task-list-item\"><input type=\"checkbox\" id=\"\" disabled=\"\" class=\"task-list-item-checkbox\" aria-label=\"Completed task\" checked=\"\"> Done</li>\n<li class=\"task-list-item\"><input type=\"checkbox\" id=\"\" disabled=\"\" class=\"task-list-item-checkbox\" aria-label=\"Incomplete task\"> Todo</li>\n</ul>",
    )]);
    // The list around tasks is none of tasks.
    let nested = html("- a\n  - [ ] b\n- c");
    assert!(nested.starts_with("<ul dir=\"auto\">\n<li>a\n<ul class=\"contains-task-list\">"));
    assert_eq!(nested.matches("task-list-item\"").count(), 1);
}

#[test]
fn footnotes_are_gathered_at_the_end() {
    assert_html(&[(
        "[^late]: Never.\n[^1]: Source\n\nClaim[^1]",
        "<p dir=\"auto\">Claim<sup><a href=\"#user-content-fn-1\" id=\"user-content-fnref-1\" data-footnote-ref=\"\" aria-describedby=\"footnote-label\">1</a></sup></p>\n<section data-footnotes=\"\" class=\"footnotes\"><h2 id=\"footnote-label\" class=\"sr-only\" dir=\"auto\">Footnotes</h2>\n<ol dir=\"auto\">\n<li id=\"user-content-fn-1\">\n<p dir=\"auto\">Source <a href=\"#user-content-fnref-1\" data-footnote-backref=\"\" aria-label=\"Back to reference 1\" class=\"data-footnote-backref\">↩</a></p>\n</li>\n</ol>\n</section>",
    )]);
}

#[test]
fn references_to_what_there_is_become_links() {
    assert_html(&[
        ("#1 @mona", &format!("<p dir=\"auto\">{ISSUE_1} {MONA}</p>")),
        ("*#1*", &format!("<p dir=\"auto\"><em>{ISSUE_1}</em></p>")),
        (
            "<details><summary>#1 by @mona</summary></details>",
            &format!("<details><summary>{ISSUE_1} by {MONA}</summary></details>"),
        ),
        ("#500 @nobody x#1", "<p dir=\"auto\">#500 @nobody x#1</p>"),
        (
            "`#1` <code>@mona</code>",
            "<p dir=\"auto\"><code class=\"notranslate\">#1</code> <code class=\"notranslate\">@mona</code></p>",
        ),
        (
            "[see #1 @mona](/x)",
            "<p dir=\"auto\"><a href=\"/x\">see #1 @mona</a></p>",
        ),
        (
            "<a href=\"/x\">#1</a>",
            "<p dir=\"auto\"><a href=\"/x\">#1</a></p>",
        ),
    ]);
    let site = "http://127.0.0.1:8080";
    for (markdown, address, says) in [
        ("#2", format!("{site}/octo/hello/pull/2"), "#2"),
        ("GH-3", format!("{site}/octo/hello/issues/3"), "GH-3"),
        (
            "octo/other#4",
            format!("{site}/octo/other/pull/4"),
            "octo/other#4",
        ),
        (
            "http://127.0.0.1:8080/octo/hello/issues/5",
            format!("{site}/octo/hello/issues/5"),
            "#5",
        ),
        (
            "<https://forge.example/octo/other/issues/5>",
            "https://forge.example/octo/other/issues/5".to_owned(),
            "octo/other#5",
        ),
        (
            "https://forge.example/octo/hello/pull/6#issuecomment-7",
            "https://forge.example/octo/hello/pull/6#issuecomment-7".to_owned(),
            "#6 (comment)",
        ),
        (
            "https://else.example/octo/hello/issues/5",
            "https://else.example/octo/hello/issues/5".to_owned(),
            "https://else.example/octo/hello/issues/5",
        ),
    ] {
        let rendered = html(markdown);
        assert_eq!(
            leads(&rendered),
            [(address.as_str(), says)],
            "{markdown}\n{rendered}"
        );
    }
}

#[test]
fn addresses_become_links() {
    for (markdown, expected) in [
        (
            "see https://a.example/b_c_d(e).",
            vec![("https://a.example/b_c_d(e)", "https://a.example/b_c_d(e)")],
        ),
        (
            "(www.a.example/b)",
            vec![("http://www.a.example/b", "www.a.example/b")],
        ),
        (
            "http://a.b/?c&d=e&amp;",
            vec![("http://a.b/?c&amp;d=e", "http://a.b/?c&amp;d=e")],
        ),
        (
            "me@a.example, x",
            vec![("mailto:me@a.example", "me@a.example")],
        ),
        (
            "<me@a.example>",
            vec![("mailto:me@a.example", "me@a.example")],
        ),
        ("xhttp://a.b www. http:// a@b @c.d", vec![]),
        ("`http://a.b`", vec![]),
        ("[x](http://a.b)", vec![("http://a.b", "x")]),
    ] {
        let rendered = html(markdown);
        assert_eq!(leads(&rendered), expected, "{markdown}\n{rendered}");
    }
    assert!(html("http://a.b").contains(" rel=\"nofollow\""));
    assert!(!html("http://forge.example/x").contains("rel="));
}

#[test]
fn raw_html_keeps_what_is_allowed() {
    assert_html(&[
        (
            "H<sub>2</sub>O <kbd>C</kbd>",
            "<p dir=\"auto\">H<sub>2</sub>O <kbd>C</kbd></p>",
        ),
        (
            "a <script>b</script>",
            "<p dir=\"auto\">a &lt;script&gt;b&lt;/script&gt;</p>",
        ),
        (
            "<b class=\"x\" style=\"y\" onclick=\"z\" title=\"t\">a</b>",
            "<p dir=\"auto\"><b title=\"t\">a</b></p>",
        ),
        (
            "<a href=\"javascript:x\" id=\"y\">a</a>",
            "<p dir=\"auto\"><a id=\"user-content-y\">a</a></p>",
        ),
        ("<font><form>a</form></font>", "<p dir=\"auto\">a</p>"),
        ("<input type=\"checkbox\"> a", "<p dir=\"auto\"> a</p>"),
        (
            "<p align=\"center\">\n  <img src=\"a.png\" width=\"20\">\n</p>",
            "<p align=\"center\" dir=\"auto\">\n  <a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"a.png\"><img src=\"a.png\" width=\"20\" style=\"max-width: 100%;\"></a>\n</p>",
        ),
        (
            "<table><tr><td>1<td>2<tr><td>3</table>",
            "<markdown-accessiblity-table><table role=\"table\"><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table></markdown-accessiblity-table>",
        ),
        (
            "<details> <summary>s</summary>\n\ntext\n\n</details>\n\nafter",
            "<details> <summary>s</summary>\n<p dir=\"auto\">text</p>\n</details>\n<p dir=\"auto\">after</p>",
        ),
    ]);
}
