//! The one integration test binary: each module is one subject.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on is a test that fails"
)]
#![expect(clippy::print_stderr, reason = "what is skipped or counted is told")]

mod any_state;
mod any_state_gitcode;
mod architecture;
mod bad_input;
mod big_random;
mod boards;
mod boards_exported;
mod boards_imported;
mod born_here;
mod carry;
mod collisions;
mod command_line;
mod command_line_boards;
mod command_line_convert;
mod command_line_gitcode;
mod command_line_history;
mod command_line_issues;
mod command_line_lint;
mod command_line_pages;
mod command_line_search;
mod command_line_transcript;
mod comparison;
mod concurrency;
mod conformance;
mod conformance_table;
mod conversions;
mod crash;
mod event_schemas;
mod examples;
mod frozen;
mod gitcode_conformance;
mod gitcode_sample;
mod gitcode_trips;
mod gitcode_written;
mod identity;
mod labels_milestones;
mod layout_trips;
mod layouts;
mod links_and_moves;
mod lint;
mod local_history;
mod many_threads;
mod mapping;
mod mapping_gitcode;
mod migration_archives;
mod model_based;
mod operations;
mod past;
mod past_imported;
mod past_operations;
mod processes;
mod queries;
mod random_backlog;
mod reading;
mod references;
mod requests;
mod rest;
mod sample;
mod schemas;
mod seeds;
mod seeds_gitcode;
mod store_file;
mod stress;
mod support;
mod tables;
mod tracker_model;
mod undo;
mod undo_imports;
mod undo_model;
mod walkthrough;
mod watch;
