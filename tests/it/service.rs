//! The API as a service: a client that was written for GitHub works on a store in its own process, with no socket.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use backlot_rest::{Api, ApiOptions, ApiService, Caller};
use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt as _, Full};
use octocrab::models::IssueState;
use octocrab::params::State;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use tower_service::Service as _;

use crate::rest::client::small_store;

fn service() -> ApiService {
    let options = ApiOptions::with_tokens().token("mona-token", Caller::admin("mona"));
    ApiService::new(Api::new(small_store(), options))
}

fn octocrab(service: ApiService, token: &'static str) -> Octocrab {
    let headers = vec![
        (header::USER_AGENT, HeaderValue::from_static("octocrab")),
        (header::AUTHORIZATION, HeaderValue::from_static(token)),
    ];
    let built = OctocrabBuilder::new_empty()
        .with_service(service)
        .with_layer(&BaseUriLayer::new(Uri::from_static(
            "http://127.0.0.1:8080",
        )))
        .with_layer(&ExtraHeadersLayer::new(Arc::new(headers)))
        .with_auth(AuthState::None)
        .build();
    match built {
        Ok(built) => built,
        Err(never) => match never {},
    }
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

#[test]
fn octocrab_works_on_labels_and_milestones() {
    wait(async {
        let octocrab = octocrab(service(), "Bearer mona-token");
        let issues = octocrab.issues("octo", "hello");
        let made = issues
            .create_label("kind/docs", "00ff00", "Words")
            .await
            .unwrap();
        assert_eq!(
            (made.name.as_str(), made.color.as_str()),
            ("kind/docs", "00ff00")
        );
        assert_eq!(
            made.url.as_str().split("/repos").next(),
            Some("http://127.0.0.1:8080")
        );
        let renamed = issues
            .update_label("kind/docs", "docs", "0000ff", "")
            .await
            .unwrap();
        assert_eq!(renamed.id, made.id);
        assert_eq!(issues.get_label("docs").await.unwrap().color, "0000ff");
        let labels = issues
            .list_labels_for_repo()
            .per_page(1)
            .send()
            .await
            .unwrap();
        let labels = octocrab.all_pages(labels).await.unwrap();
        let names: Vec<_> = labels.iter().map(|label| label.name.as_str()).collect();
        assert_eq!(names, ["bug", "docs"]);
        issues.delete_label("docs").await.unwrap();
        let gone = issues.get_label("docs").await.unwrap_err();
        let octocrab::Error::GitHub { source, .. } = gone else {
            panic!("{gone}");
        };
        assert_eq!(
            (source.status_code.as_u16(), source.message.as_str()),
            (404, "Not Found")
        );

        let made = issues
            .create_milestone("1.0")
            .description("First")
            .send()
            .await
            .unwrap();
        let closed = issues
            .update_milestone(made.number)
            .state(State::Closed)
            .send();
        assert!(closed.await.unwrap().closed_at.is_some());
        let open = issues.list_milestones().send().await.unwrap();
        assert_eq!(open.items.len(), 1);
        issues.delete_milestone(made.number).await.unwrap();
        assert!(issues.get_milestone(made.number).await.is_err());
    });
}

#[test]
fn octocrab_works_on_issues_comments_and_events() {
    wait(async {
        let octocrab = octocrab(service(), "Bearer mona-token");
        let issues = octocrab.issues("octo", "hello");
        let made = issues
            .create("Made by octocrab")
            .body("In **process**.")
            .labels(vec!["bug".to_owned()])
            .assignees(vec!["mona".to_owned()])
            .send()
            .await
            .unwrap();
        assert_eq!((made.number, made.user.login.as_str()), (3, "mona"));
        let comment = issues.create_comment(3, "A comment").await.unwrap();
        issues
            .update_comment(comment.id, "Another text")
            .await
            .unwrap();
        let comments = issues.list_comments(3).send().await.unwrap();
        assert_eq!(comments.items[0].body.as_deref(), Some("Another text"));
        issues.remove_label(3, "bug").await.unwrap();
        let labels = issues.add_labels(3, &["later".to_owned()]).await.unwrap();
        assert_eq!(labels.len(), 1);
        let closed = issues
            .update(3)
            .title("Closed")
            .state(IssueState::Closed)
            .send();
        let closed = closed.await.unwrap();
        assert_eq!(
            (closed.title.as_str(), closed.closed_at.is_some()),
            ("Closed", true)
        );
        let open = issues.list().per_page(1).send().await.unwrap();
        let open = octocrab.all_pages(open).await.unwrap();
        assert_eq!(
            open.iter().map(|issue| issue.number).collect::<Vec<_>>(),
            [2, 1]
        );
        let all = issues.list().state(State::All).send().await.unwrap();
        assert_eq!(all.items[0].number, 3);
        let timeline = issues.list_timeline_events(3).send().await.unwrap();
        let events: Vec<_> = timeline
            .items
            .iter()
            .map(|item| format!("{:?}", item.event))
            .collect();
        for event in ["Labeled", "Commented", "Unlabeled", "Renamed", "Closed"] {
            assert!(
                events.iter().any(|known| known == event),
                "{event}: {events:?}"
            );
        }
        let events = issues.list_events_for_issue(3).send().await.unwrap();
        assert!(events.items.len() >= 4);
        issues.delete_comment(comment.id).await.unwrap();
        assert!(issues.get_comment(comment.id).await.is_err());
    });
}

#[test]
fn bodies_that_are_too_long_or_break_off_are_refused() {
    let mut service = service().longest_body(100);
    let long = Full::new(Bytes::from("x".repeat(101)));
    let post = |body| {
        Request::post("/repos/octo/hello/labels")
            .header("authorization", "Bearer mona-token")
            .body(body)
            .unwrap()
    };
    let refused = wait(service.call(post(long))).unwrap();
    assert_eq!(refused.status(), 413);
    let told = wait(refused.into_body().collect()).unwrap().to_bytes();
    assert!(serde_json::from_slice::<serde_json::Value>(&told).is_ok());
    let short = Full::new(Bytes::from("{\"name\":\"x\"}"));
    assert_eq!(wait(service.call(post(short))).unwrap().status(), 201);
    let request = Request::get("/meta").body(Broken).unwrap();
    assert_eq!(wait(service.call(request)).unwrap().status(), 400);
}

/// A body that breaks off.
struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err("the line is dead")))
    }
}
