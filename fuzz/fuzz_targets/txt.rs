#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lantu_fuzz::read("plan.txt", data));
