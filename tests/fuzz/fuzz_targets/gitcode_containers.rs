#![no_main]

#[path = "../readers.rs"]
mod readers;
#[path = "../../../crates/github/tests/stand_in/mod.rs"]
mod stand_in;

libfuzzer_sys::fuzz_target!(|data: &[u8]| readers::gitcode_containers(data));
