//! GitCode's REST API, version 5, as it runs: where its documents say something else, what it does counts.

mod across;
mod comments;
mod filter;
mod history;
mod issue_labels;
mod issues;
mod labels;
mod milestones;
mod multipart;
mod parameters;
mod people;
mod place;
mod refusal;
mod view;

pub(crate) use refusal::{error_body, refusal};

use crate::route::Routes;

/// All endpoints.
pub(crate) fn routes() -> Routes {
    Routes::new(&[
        across::ROUTES,
        comments::ROUTES,
        history::ROUTES,
        issue_labels::ROUTES,
        issues::ROUTES,
        labels::ROUTES,
        milestones::ROUTES,
        people::ROUTES,
    ])
}
