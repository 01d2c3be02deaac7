//! What the rendering promises.

mod cases;
mod hostile;
mod judge;
mod texts;

use backlot_model::RepositoryName;

use super::{Known, KnownIssue, References};

/// A site with the issues 1 to 99 of `octo/hello` and `octo/other`, the even ones pull requests, and with Mona.
struct Site;

impl Known for Site {
    fn issue(&self, repository: &RepositoryName, number: u64) -> Option<KnownIssue> {
        let name = repository.to_string();
        let is_there = (1..100).contains(&number) && (name == "octo/hello" || name == "octo/other");
        is_there.then_some(KnownIssue {
            id: 1000 + number,
            is_pull: number.is_multiple_of(2),
        })
    }

    fn login(&self, login: &str) -> Option<String> {
        login
            .eq_ignore_ascii_case("mona")
            .then(|| "Mona".to_owned())
    }
}

fn on_site<T>(render: impl Fn(&References<'_>) -> T) -> T {
    let repository: RepositoryName = "octo/hello".parse().unwrap();
    render(&References {
        base: "http://127.0.0.1:8080",
        hosts: &["forge.example"],
        repository: &repository,
        known: &Site,
    })
}

fn html(markdown: &str) -> String {
    on_site(|references| super::html(markdown, references))
}

fn text(markdown: &str) -> String {
    on_site(|references| super::text(markdown, references))
}
