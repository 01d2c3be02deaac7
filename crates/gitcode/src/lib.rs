//! GitCode's rules; reading and writing its JSON follow.
//!
//! ```
//! use backlot_gitcode::lint_target;
//! use backlot_model::lint::LabelView;
//!
//! let labels = [LabelView { name: "kind/bug".into(), color: "d73a4a".into(), description: None }];
//! let repairs = lint_target().repair_labels(&labels);
//! assert_eq!(repairs[0].name.as_deref(), Some("kind-bug"));
//! ```
#![forbid(unsafe_code)]

mod lint;

pub use lint::lint_target;
