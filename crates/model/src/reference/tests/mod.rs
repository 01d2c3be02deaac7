//! Tests of what is found in texts.

mod find;
