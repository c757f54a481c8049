#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lantu_fuzz::read("plan.html", &[b"<html>", data].concat()));
