//! How texts come by media type.

use serde_json::{Value, json};

use super::cases;

cases!(
    of_issues,
    of_comments,
    of_lists,
    references,
    rendered_texts_that_were_imported,
    previews_and_refusals,
);

/// Which of the three forms of a text an object has.
fn forms(object: &Value) -> [bool; 3] {
    ["body", "body_text", "body_html"].map(|key| object.get(key).is_some())
}

/// The forms that each media type has.
const FORMS: [(&str, [bool; 3]); 6] = [
    ("application/vnd.github+json", [true, false, false]),
    ("application/vnd.github.raw+json", [true, false, false]),
    ("application/vnd.github.text+json", [false, true, false]),
    ("application/vnd.github.html+json", [false, false, true]),
    ("application/vnd.github.full+json", [true, true, true]),
    ("application/vnd.github.v3.full+json", [true, true, true]),
];

mod cases {
    use super::*;
    use crate::rest::client::{ADDRESS, Client};
    use crate::support::{World, issue};

    pub(super) fn of_issues(client: &Client) {
        let issue = "/repos/octo/hello/issues/1";
        for (media, wanted) in FORMS {
            let shown = client.with("accept", media).get(issue).expect(200);
            assert_eq!(forms(&shown.json()), wanted, "{media}");
            assert_eq!(shown.json()["title"], "Crash on start");
        }
        let full = client.with("accept", "application/vnd.github.full+json");
        let shown = full.get(issue).expect(200);
        assert_eq!(shown.json()["body"], "It **crashes**.");
        assert_eq!(shown.json()["body_text"], "It crashes.");
        let html = shown.json()["body_html"].as_str().unwrap().to_owned();
        assert!(html.contains("<strong>crashes</strong>"), "{html}");
        assert_eq!(
            shown.header("x-github-media-type"),
            "github.v3; param=full; format=json"
        );
        // Another representation is another thing to know.
        let plain = client.get(issue).expect(200);
        assert_ne!(plain.header("etag"), shown.header("etag"));
        full.with_headers(&[
            ("if-none-match", plain.header("etag")),
            ("accept", "application/vnd.github.full+json"),
        ])
        .get(issue)
        .expect(200);
        // An issue without a text has an empty one.
        let bare = full.get("/repos/octo/hello/issues/2").expect(200).json();
        assert_eq!(
            (&bare["body"], &bare["body_text"], &bare["body_html"]),
            (&Value::Null, &json!(""), &json!(""))
        );
        // What is created or edited is told in the same way.
        let new = json!({"title": "New", "body": "*b*"});
        let made = full
            .post("/repos/octo/hello/issues", &new)
            .expect(201)
            .json();
        assert_eq!(forms(&made), [true; 3]);
        let html = client.with("accept", "application/vnd.github.html+json");
        let edited = html
            .patch(issue, &json!({"body": "- [x] done"}))
            .expect(200)
            .json();
        assert_eq!(forms(&edited), [false, false, true]);
        assert!(edited["body_html"].as_str().unwrap().contains("checkbox"));
    }

    pub(super) fn of_comments(client: &Client) {
        let list = "/repos/octo/hello/issues/1/comments";
        let text = json!({"body": "See `code` <script>alert(1)</script>"});
        let made = client.post(list, &text).expect(201).json();
        let one = format!("/repos/octo/hello/issues/comments/{}", made["id"]);
        for (media, wanted) in FORMS {
            let client = client.with("accept", media);
            assert_eq!(
                forms(&client.get(&one).expect(200).json()),
                wanted,
                "{media}"
            );
            assert_eq!(
                forms(&client.get(list).expect(200).json()[0]),
                wanted,
                "{media}"
            );
            let all = client
                .get("/repos/octo/hello/issues/comments")
                .expect(200)
                .json();
            assert_eq!(forms(&all[0]), wanted, "{media}");
        }
        let html = client.with("accept", "application/vnd.github.html+json");
        let html = html.get(&one).expect(200).json()["body_html"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(html.contains("<code"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    pub(super) fn of_lists(client: &Client) {
        for path in [
            "/repos/octo/hello/issues",
            "/issues?filter=all",
            "/user/issues?filter=all",
            "/orgs/octo/issues?filter=all",
        ] {
            for (media, wanted) in FORMS {
                let list = client.with("accept", media).get(path).expect(200).json();
                let list = list.as_array().unwrap();
                assert_eq!(list.len(), 2);
                for issue in list {
                    assert_eq!(forms(issue), wanted, "{path} {media}");
                    // What is embedded stays as it is.
                    if let Some(milestone) = issue["milestone"].as_object() {
                        assert!(!milestone.contains_key("body_html"));
                    }
                }
            }
        }
    }

    pub(super) fn references(client: &Client) {
        let text = json!({"body": "As #2 says, @Hubot: not #77, nor @stranger, nor `#1`."});
        let made = client
            .with("accept", "application/vnd.github.full+json")
            .post("/repos/octo/hello/issues/1/comments", &text)
            .expect(201)
            .json();
        let html = made["body_html"].as_str().unwrap();
        let links: Vec<_> = html
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let wanted = ["/octo/hello/issues/2", "/hubot"].map(|path| format!("{ADDRESS}{path}"));
        assert_eq!(links, wanted, "{html}");
        let two = client.get("/repos/octo/hello/issues/2").expect(200).json();
        assert!(
            html.contains(&format!("data-id=\"{}\"", two["id"])),
            "{html}"
        );
        assert_eq!(
            made["body_text"],
            "As #2 says, @Hubot: not #77, nor @stranger, nor #1."
        );
    }

    pub(super) fn rendered_texts_that_were_imported(client: &Client) {
        let mut stated = issue("octo/hello", 1);
        stated["body_html"] = "<p>As it was then.</p>".into();
        stated["body_text"] = "As it was then.".into();
        let world = World::new();
        world.import(&world.backup("backup", &[("issues.ndjson", &[stated])]));
        let client = client.beside(world.store);
        let path = "/repos/octo/hello/issues/1";
        let text = json!({"body": "As it is *now*."});
        client.patch(path, &text).expect(200);
        let plain = client.get(path).expect(200).json();
        assert_eq!(forms(&plain), [true, false, false]);
        let full = client.with("accept", "application/vnd.github.full+json");
        let full = full.get(path).expect(200).json();
        assert_eq!(full["body_text"], "As it is now.");
        assert!(full["body_html"].as_str().unwrap().contains("<em>now</em>"));
    }

    pub(super) fn previews_and_refusals(client: &Client) {
        let issue = "/repos/octo/hello/issues/1";
        for media in [
            "application/vnd.github.squirrel-girl-preview+json",
            "application/vnd.github.mockingbird-preview",
            "*/*",
            "image/png, application/json",
        ] {
            let shown = client.with("accept", media).get(issue).expect(200).json();
            assert_eq!(forms(&shown), [true, false, false], "{media}");
        }
        client.with("accept", "image/png").get(issue).expect(415);
    }
}
