//! The page of endpoints: every address at which the APIs answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use backlot_rest::Forge;

use crate::rest::client::Client;
use crate::support::root;

#[test]
fn the_page_of_endpoints_lists_all_of_them() {
    let client = Client::fresh();
    let mut page = String::from(HEAD);
    for (forge, title) in FORGES {
        let mut methods: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for endpoint in client.api.endpoints() {
            if endpoint.forge == *forge {
                let of_path = methods.entry(endpoint.path).or_default();
                of_path.push(endpoint.method.to_string());
            }
        }
        assert!(methods.len() > 20, "{title} has hardly any endpoint");
        let _ = write!(page, "\n## {title}\n\n| path | methods |\n| --- | --- |\n");
        for (path, mut methods) in methods {
            methods.sort();
            let _ = writeln!(page, "| `{path}` | {} |", methods.join(", "));
        }
    }
    let path = root().join("docs/rest-endpoints.md");
    if std::env::var_os("BACKLOT_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == page,
        "docs/rest-endpoints.md is not what the APIs answer at: run with BACKLOT_UPDATE_DOCS=1"
    );
}

const FORGES: &[(Forge, &str)] = &[
    (Forge::GitHub, "GitHub's, at the root and below `/api/v3`"),
    (Forge::GitCode, "GitCode's, below `/api/v5`"),
];

const HEAD: &str = "\
# Endpoints of the REST APIs

Every address at which `backlot serve` and `backlot-rest` answer; `HEAD` does where `GET` does. What is not here is 404. This page
is written by the tests: `BACKLOT_UPDATE_DOCS=1 cargo test -p backlot-tests -- rest::endpoints`. [serve.md](serve.md) says how to
serve a store, [github-api.md](github-api.md) and [gitcode-api.md](gitcode-api.md) what was decided where the forges' documents are
silent, [rest-conformance.md](rest-conformance.md) which test shows what the documents name.
";
