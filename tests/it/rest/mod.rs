//! The forges' APIs answered from a store. Each module is one subject, and its cases are both tests by themselves and
//! the rows of the table of conformance.

mod around;
mod assignees;
pub(crate) mod client;
mod comments;
mod dependencies;
mod documented;
mod endpoints;
mod events;
mod gitcode_bodies;
mod gitcode_comments;
mod gitcode_issues;
mod gitcode_labels;
mod gitcode_logs;
mod gitcode_milestones;
mod gitcode_parameters;
mod graph;
mod issue_labels;
mod issue_lists;
mod issue_types;
mod issues;
mod kept;
mod labels;
mod locks;
mod manners;
mod media_types;
mod milestones;
mod pins;
mod projects;
mod reactions;
mod sub_issues;
mod table;
mod timeline;
mod two_tongues;
mod valid;

/// Names the cases of a module: each a function that is given a client of a fresh world. Every one becomes a test, and all are
/// listed for the table of conformance.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub(super) const CASES: &[crate::rest::client::Case] = &[
            $((concat!(module_path!(), "::", stringify!($name)), cases::$name)),*
        ];

        mod tests {
            $(#[test]
            fn $name() {
                super::cases::$name(&crate::rest::client::Client::fresh());
            })*
        }
    };
}
use cases;
