//! The one integration test binary: each module is one subject.

mod architecture;
mod bad_input;
mod comparison;
mod concurrency;
mod conformance;
mod crash;
mod model_based;
mod store_file;
mod support;
