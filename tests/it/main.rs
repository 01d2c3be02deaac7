//! The one integration test binary: each module is one subject.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on is a test that fails"
)]

mod architecture;
mod bad_input;
mod command_line;
mod comparison;
mod concurrency;
mod conformance;
mod crash;
mod frozen;
mod layouts;
mod model_based;
mod sample;
mod store_file;
mod support;
mod walkthrough;
