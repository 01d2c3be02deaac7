//! What a target refuses, cuts or loses of a backlog: rules as plain data, and the checks that hold records
//! against them.
//!
//! A [`Target`] is a list of [`Rule`]s, which a forge's crate gives. A [`Checker`] holds one record at a time
//! against them and tells each [`Finding`]; where a text or a name can be put right without a loss, the
//! target's `repair` functions say how. Nothing here knows a store or a forge.
//!
//! ```
//! use backlot_model::lint::{Code, Limit, Rule, Severity, Target};
//!
//! const RULES: [Rule; 1] = [Rule {
//!     code: Code::TitleTooLong,
//!     severity: Severity::Error,
//!     limit: Limit::Most(9),
//!     says: "title is too long",
//!     source: "its documentation",
//! }];
//! let target = Target::new("example", &RULES);
//! let repaired = target.repair_issue("A long title", Some("Text.")).unwrap();
//! assert_eq!(repaired.title.as_deref(), Some("A long…"));
//! assert_eq!(repaired.body.as_deref(), Some("…title\n\nText."));
//! ```

mod check;
mod code;
mod defuse;
mod finding;
mod issue;
mod label;
mod milestone;
mod numbers;
mod refer;
mod repair;
mod split;
mod target;
mod text;

pub use check::{Around, Checker, Totals};
pub use code::Code;
pub use defuse::defuse_mentions;
pub use finding::{Finding, Fix, Severity, Subject};
pub use issue::{IssueView, LostLabel, Person};
pub use label::{LabelRepair, LabelView};
pub use milestone::MilestoneView;
pub use numbers::Numbers;
pub use repair::Repaired;
pub use split::{Piece, split_text};
pub use target::{Limit, Rule, Target};

#[cfg(test)]
mod tests;
