//! One issue.

use super::cases;

cases!(shown);

mod cases {
    use crate::rest::client::{ADDRESS, Client};

    pub(super) fn shown(client: &Client) {
        let shown = client.get("/repos/octo/hello/issues/1").expect(200);
        let issue = shown.json();
        assert_eq!(issue["title"], "Crash on start");
        assert_eq!(issue["url"], format!("{ADDRESS}/repos/octo/hello/issues/1"));
        let known = client.with("if-none-match", shown.header("etag"));
        assert_eq!(
            known
                .get("/repos/octo/hello/issues/1")
                .expect(304)
                .body
                .len(),
            0
        );
        client.get("/repos/octo/hello/issues/9").expect(404);
    }
}
